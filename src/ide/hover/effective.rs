//! The effective security of a server or an operation (docs/specification.md A.5) in words.

use super::scheme::{needed_by, scope_list};
use super::target::HoverTarget;
use crate::ide::markdown::{code, table};
use crate::ide::summary;
use crate::model::UnitRef;
use crate::model::effective::{channel_of, list_in_effect, server_pointer, traits_of};
use crate::model::facts::{EntryForm, Scheme, SecurityList, Site, SiteKind};
use crate::model::references::{Reached, Resolver};
use crate::model::walk::UnitKind;

/// More servers than this are counted, not listed.
const MAX_SERVERS: usize = 8;

/// On the key `security`.
pub fn hover(target: &HoverTarget<'_>, kind: SiteKind) -> Option<String> {
    let name = match kind {
        SiteKind::Server => "server",
        SiteKind::Operation => "operation",
        SiteKind::OperationTrait => "operationTrait",
    };
    let description = summary::field(name, "security", target.version)?;
    let Some((unit, site)) = target.site() else {
        return Some(description);
    };
    let in_effect = match kind {
        SiteKind::Operation => operation(target, unit, site),
        _ => {
            let list = site.security.as_ref()?;
            let needs = needs(&unit.unit.schemes, list, target);
            format!("**A client needs:** {needs}")
        }
    };
    Some(format!("{in_effect}\n\n{description}"))
}

/// An operation with its traits and servers.
fn operation<'m>(target: &HoverTarget<'m>, unit: UnitRef<'m>, site: &'m Site) -> String {
    let analysis = target.analysis;
    let resolver = Resolver::new(analysis.document.tree(), &analysis.model);
    let traits = traits_of(&resolver, unit, site);
    let mut rows = Vec::new();
    let mut notes: Vec<String> = (traits.externals.iter())
        .map(|text| format!("The trait {} was not read.", code(text)))
        .collect();
    let in_effect = list_in_effect(target.version, unit, site, &traits.with_security);
    let winner = in_effect.and_then(|(unit, winner)| {
        let list = winner.security.as_ref()?;
        let needs = needs(&unit.unit.schemes, list, target);
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
    for (name, schemes, list) in servers(target, &resolver, unit, &mut notes) {
        server_asks |= !list.entries.is_empty();
        let needs = needs(schemes, list, target);
        rows.push((format!("server {}", code(&name)), needs));
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

/// The servers of the operation's channel with their lists; if the channel names none, all
/// servers of the document.
fn servers<'m>(
    target: &HoverTarget<'m>,
    resolver: &Resolver<'m, '_>,
    operation: UnitRef<'m>,
    notes: &mut Vec<String>,
) -> Vec<(String, &'m [Scheme], &'m SecurityList)> {
    let channel = channel_of(resolver, target.version, operation);
    let names = channel.and_then(|channel| channel.servers.as_ref());
    let named: Vec<_> = (names.into_iter().flatten())
        .filter_map(|name| server_pointer(target.version, &name.text))
        .filter(|pointer| pointer.starts_with("/servers/"))
        .collect();
    let mut out = Vec::new();
    for unit in target.analysis.model.units_of(UnitKind::Server, false) {
        let (Some(pointer), Some(site)) = (unit.pointer(), unit.unit.sites.first()) else {
            continue;
        };
        if !named.is_empty() && !named.iter().any(|found| found == pointer) {
            continue;
        }
        let name = site.owner.text.clone();
        match resolver.unit_at(pointer).map(|unit| resolver.unit(unit)) {
            Some(Reached::End(server)) => {
                let site = server.unit.sites.first();
                let list = site.and_then(|site| site.security.as_ref());
                out.extend(list.map(|list| (name, &server.unit.schemes[..], list)));
            }
            Some(Reached::External(text)) => notes.push(format!(
                "The server {} is in {}, which was not read.",
                code(&name),
                code(text)
            )),
            Some(Reached::Nothing) | None => {}
        }
    }
    out
}

/// A `security` list in words.
fn needs(schemes: &[Scheme], list: &SecurityList, target: &HoverTarget<'_>) -> String {
    let ways: Vec<String> = (list.entries.iter())
        .map(|entry| entry_needs(&entry.form, schemes, target))
        .collect();
    match &ways[..] {
        [] => "nothing".to_owned(),
        [only] => only.clone(),
        ways => format!("one of: {}", ways.join(" / ")),
    }
}

fn entry_needs(entry: &EntryForm, schemes: &[Scheme], target: &HoverTarget<'_>) -> String {
    match entry {
        EntryForm::Requirement(required) if required.is_empty() => {
            "an empty requirement".to_owned()
        }
        EntryForm::Requirement(required) => {
            let parts = required.iter().map(|scheme| {
                let scopes = scheme.scopes.iter().map(|scope| scope.text.clone());
                with_scopes(code(&scheme.name.text), &Vec::from_iter(scopes))
            });
            Vec::from_iter(parts).join(" and ")
        }
        EntryForm::Reference(reference) => {
            let text = reference.target.as_ref().map_or("", |text| &text.text);
            let name = target.component_name(text);
            let model = &target.analysis.model;
            let scheme = name.as_deref().and_then(|name| model.component(name));
            let scopes = scheme.map_or_else(Vec::new, |scheme| needed_by(scheme.fact));
            with_scopes(code(name.as_deref().unwrap_or(text)), &scopes)
        }
        EntryForm::Inline(index) => {
            let Some(scheme) = schemes.get(*index) else {
                return "a scheme".to_owned();
            };
            let scheme_type = scheme.scheme_type.as_ref();
            let name = scheme_type.map_or("a scheme".to_owned(), |member| code(&member.value.text));
            with_scopes(name, &needed_by(scheme))
        }
        EntryForm::Other(_) => "something that cannot be read".to_owned(),
    }
}

fn with_scopes(name: String, scopes: &[String]) -> String {
    if scopes.is_empty() {
        name
    } else {
        format!("{name} with {}", scope_list(scopes))
    }
}
