//! What holds in the end for a server or an operation (SPEC.md A.5), in words.

use super::{Focus, scope, words};
use crate::ide::lookup::{component_name, site_at};
use crate::ide::markdown::{code, table};
use crate::model::UnitRef;
use crate::model::effective::{channel_of, list_in_effect, server_pointer, traits_of};
use crate::model::facts::{EntryForm, Scheme, SecurityList, Site, SiteKind};
use crate::model::references::{Reached, Resolver};
use crate::model::walk::UnitKind;

/// More servers than this are counted, not listed.
const MAX_SERVERS: usize = 8;

/// On the key `security`.
pub fn hover(focus: &Focus<'_>, kind: SiteKind) -> Option<String> {
    let name = match kind {
        SiteKind::Server => "server",
        SiteKind::Operation => "operation",
        SiteKind::OperationTrait => "operationTrait",
    };
    let description = words::field(name, "security", focus.version)?;
    let Some((placed, site)) = site_at(&focus.analysis.model, focus.node.range().start) else {
        return Some(description);
    };
    let in_effect = match kind {
        SiteKind::Operation => operation(focus, placed, site.fact),
        _ => {
            let list = site.fact.security.as_ref()?;
            format!(
                "**A client needs:** {}",
                needs(&placed.unit.schemes, list, focus)
            )
        }
    };
    Some(format!("{in_effect}\n\n{description}"))
}

/// An operation, with its traits and the servers it is reached through.
fn operation<'m>(focus: &Focus<'m>, placed: UnitRef<'m>, site: &'m Site) -> String {
    let analysis = focus.analysis;
    let resolver = Resolver::new(analysis.document.tree(), &analysis.model);
    let traits = traits_of(&resolver, placed, site);
    let mut rows = Vec::new();
    let mut notes: Vec<String> = (traits.externals.iter())
        .map(|text| format!("The trait {} is not looked at.", code(text)))
        .collect();
    let in_effect = list_in_effect(focus.version, placed, site, &traits.with_security);
    let winner = in_effect.and_then(|(unit, winner)| {
        let list = winner.security.as_ref()?;
        let needs = needs(&unit.unit.schemes, list, focus);
        if std::ptr::eq(winner, site) {
            rows.push(("this operation".to_owned(), needs));
        } else {
            rows.push(("its trait".to_owned(), needs));
            notes.push("The list of the trait replaces that of the operation.".to_owned());
        }
        Some(list)
    });
    let own_asks = winner.is_some_and(|list| !list.entries.is_empty());
    let mut server_asks = false;
    for (name, schemes, list) in servers(focus, &resolver, placed, &mut notes) {
        server_asks |= !list.entries.is_empty();
        rows.push((
            format!("server {}", code(&name)),
            needs(schemes, list, focus),
        ));
    }
    let more = rows.len().saturating_sub(MAX_SERVERS + 1);
    rows.truncate(MAX_SERVERS + 1);
    let mut out = table(["in effect", "a client needs"], &rows);
    if more > 0 {
        out.push_str(&format!("\n\nAnd {more} more servers."));
    }
    if server_asks && own_asks {
        out.push_str("\n\nBoth the operation and the server must be satisfied.");
    } else if server_asks {
        out.push_str("\n\nThe security of the server stays in force.");
    }
    for note in notes {
        out.push_str(&format!("\n\n{note}"));
    }
    out
}

/// The servers of the operation's channel, all where it names none, with their lists.
fn servers<'m>(
    focus: &Focus<'m>,
    resolver: &Resolver<'m, '_>,
    operation: UnitRef<'m>,
    notes: &mut Vec<String>,
) -> Vec<(String, &'m [Scheme], &'m SecurityList)> {
    let names =
        channel_of(resolver, focus.version, operation).and_then(|channel| channel.servers.as_ref());
    let named: Vec<_> = (names.into_iter().flatten())
        .filter_map(|name| server_pointer(focus.version, name))
        .filter(|pointer| pointer.starts_with("/servers/"))
        .collect();
    let mut out = Vec::new();
    for placed in focus.analysis.model.units_of(UnitKind::Server, false) {
        let (Some(pointer), Some(site)) = (placed.pointer(), placed.unit.sites.first()) else {
            continue;
        };
        if !named.is_empty() && !named.iter().any(|found| found == pointer) {
            continue;
        }
        let name = site.owner.text.clone();
        match resolver.unit_at(pointer).map(|unit| resolver.unit(unit)) {
            Some(Reached::End(server)) => {
                let mut sites = server.unit.sites.iter();
                let list = sites.next().and_then(|site| site.security.as_ref());
                out.extend(list.map(|list| (name, &server.unit.schemes[..], list)));
            }
            Some(Reached::External(text)) => notes.push(format!(
                "The server {} is written in {}, which is not looked at.",
                code(&name),
                code(text)
            )),
            Some(Reached::Nothing) | None => {}
        }
    }
    out
}

/// A `security` list in words.
fn needs(schemes: &[Scheme], list: &SecurityList, focus: &Focus<'_>) -> String {
    let ways: Vec<String> = list
        .entries
        .iter()
        .map(|entry| match &entry.form {
            EntryForm::Requirement(required) => {
                let parts: Vec<String> = required
                    .iter()
                    .map(|scheme| {
                        let scopes: Vec<String> = scheme
                            .scopes
                            .iter()
                            .map(|scope| scope.text.clone())
                            .collect();
                        with_scopes(code(&scheme.name.text), &scopes)
                    })
                    .collect();
                if parts.is_empty() {
                    "an empty requirement".to_owned()
                } else {
                    parts.join(" and ")
                }
            }
            EntryForm::Reference(reference) => {
                let target = reference.target.as_ref().map_or("", |target| &target.text);
                let name = component_name(focus.analysis, target);
                let model = &focus.analysis.model;
                let scheme = name.as_deref().and_then(|name| model.component(name));
                let scopes = scheme.map_or_else(Vec::new, |scheme| needed_scopes(scheme.fact));
                with_scopes(code(name.as_deref().unwrap_or(target)), &scopes)
            }
            EntryForm::Inline(index) => {
                let Some(scheme) = schemes.get(*index) else {
                    return "a scheme".to_owned();
                };
                let scheme_type = scheme.scheme_type.as_ref();
                let name =
                    scheme_type.map_or("a scheme".to_owned(), |member| code(&member.value.text));
                with_scopes(name, &needed_scopes(scheme))
            }
            EntryForm::Other(_) => "something that cannot be read".to_owned(),
        })
        .collect();
    match &ways[..] {
        [] => "nothing".to_owned(),
        [only] => only.clone(),
        ways => format!("one of: {}", ways.join(" / ")),
    }
}

fn needed_scopes(scheme: &Scheme) -> Vec<String> {
    scheme.scopes.as_ref().map_or_else(Vec::new, |list| {
        list.scopes.iter().map(|scope| scope.text.clone()).collect()
    })
}

fn with_scopes(name: String, scopes: &[String]) -> String {
    if scopes.is_empty() {
        name
    } else {
        format!("{name} with {}", scope::list(scopes))
    }
}
