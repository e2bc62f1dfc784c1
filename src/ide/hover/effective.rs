//! What holds in the end for a server or an operation (SPEC.md A.5), in words.

use super::{Focus, scope, words};
use crate::ide::lookup::{component_name, site_at};
use crate::ide::markdown::{code, table};
use crate::model::Placed;
use crate::model::facts::{EntryForm, Scheme, SecurityList, Site, SiteKind};
use crate::model::resolve::Target;
use crate::model::resolve::sites::{Reached, Sites};
use crate::model::walk::{members, push_token};
use crate::syntax::document::Tree;
use crate::syntax::node::Node;
use crate::syntax::pointer::unescaped;

/// More servers than this are counted, not listed.
const MAX_SERVERS: usize = 8;

/// How many references to a channel are followed in a row.
const MAX_HOPS: usize = 8;

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
fn operation(focus: &Focus<'_>, placed: Placed<'_>, site: &Site) -> String {
    let mut rows = Vec::new();
    let mut notes = Vec::new();
    let own = site.security.as_ref();
    let kinds = [SiteKind::Server, SiteKind::OperationTrait];
    let sites = Sites::new(&focus.analysis.model, &kinds);
    let winner = match last_trait(&sites, placed, site, &mut notes) {
        Some((schemes, list)) if !focus.version.is_v3() || own.is_none() => {
            rows.push(("its trait".to_owned(), needs(schemes, list, focus)));
            notes.push("The list of the trait replaces that of the operation.".to_owned());
            Some(list)
        }
        _ => own.inspect(|list| {
            rows.push((
                "this operation".to_owned(),
                needs(&placed.unit.schemes, list, focus),
            ));
        }),
    };
    let own_asks = winner.is_some_and(|list| !list.entries.is_empty());
    let mut server_asks = false;
    for (name, schemes, list) in servers(focus, &sites, site, &mut notes) {
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

/// The last trait with a `security` list: of several traits it wins.
fn last_trait<'m>(
    sites: &Sites<'m>,
    placed: Placed<'m>,
    site: &Site,
    notes: &mut Vec<String>,
) -> Option<(&'m [Scheme], &'m SecurityList)> {
    let mut found = None;
    for index in &site.inline_traits {
        let inline = placed.unit.sites.get(*index);
        if let Some(list) = inline.and_then(|inline| inline.security.as_ref()) {
            found = Some((list.range.start, &placed.unit.schemes[..], list));
        }
    }
    for reference in &site.trait_references {
        let Some(target) = &reference.target else {
            continue;
        };
        let (schemes, list) = match sites.behind(&target.text) {
            Reached::Site(placed, site) => match &site.security {
                Some(list) => (&placed.unit.schemes[..], list),
                None => continue,
            },
            Reached::External(text) => {
                notes.push(format!("The trait {} is not looked at.", code(&text)));
                continue;
            }
            Reached::Nothing => continue,
        };
        if found.is_none_or(|(start, ..)| start < target.range.start) {
            found = Some((target.range.start, schemes, list));
        }
    }
    found.map(|(_, schemes, list)| (schemes, list))
}

/// The servers of the operation's channel, all where it names none, with their lists.
fn servers<'m>(
    focus: &Focus<'_>,
    sites: &Sites<'m>,
    site: &Site,
    notes: &mut Vec<String>,
) -> Vec<(String, &'m [Scheme], &'m SecurityList)> {
    let tree = focus.analysis.document.tree();
    let mut out = Vec::new();
    let Some(all) = tree.field(tree.root(), "servers") else {
        return out;
    };
    let named = channel(tree, &site.pointer).and_then(|channel| {
        let list = tree.field(channel, "servers")?.value;
        let names: Vec<String> = list
            .items()
            .filter_map(|item| server_name(tree, item))
            .collect();
        (!names.is_empty()).then_some(names)
    });
    for server in members(tree, all.value) {
        let name = server.key.value();
        if named
            .as_ref()
            .is_some_and(|named| !named.iter().any(|found| found == name))
        {
            continue;
        }
        let mut pointer = "/servers".to_owned();
        push_token(&mut pointer, name);
        match sites.at(&pointer) {
            Reached::Site(placed, found) => {
                let list = found.security.as_ref();
                out.extend(list.map(|list| (name.to_owned(), &placed.unit.schemes[..], list)));
            }
            Reached::External(text) => notes.push(format!(
                "The server {} is written in {}, which is not looked at.",
                code(name),
                code(&text)
            )),
            Reached::Nothing => {}
        }
    }
    out
}

fn reference<'t>(tree: &'t Tree, node: Node<'t>) -> Option<&'t str> {
    tree.field(node, "$ref")?.value.as_str()
}

fn local(target: &str) -> Option<String> {
    match Target::of(target) {
        Target::Local(pointer) => Some(pointer),
        Target::Name | Target::External => None,
    }
}

/// 2.x: a name; 3.x: a `$ref` to a server.
fn server_name(tree: &Tree, item: Node<'_>) -> Option<String> {
    if let Some(name) = item.as_str() {
        return Some(name.to_owned());
    }
    let pointer = local(reference(tree, item)?)?;
    let name = pointer.strip_prefix("/servers/")?;
    Some(unescaped(name))
}

/// The channel of an operation: in 2.x around it, in 3.x behind its `channel`.
fn channel<'t>(tree: &'t Tree, pointer: &str) -> Option<Node<'t>> {
    if let Some(end) = pointer
        .strip_suffix("/publish")
        .or(pointer.strip_suffix("/subscribe"))
    {
        return tree.pointer(end);
    }
    let operation = tree.pointer(pointer)?;
    let mut channel = tree.field(operation, "channel")?.value;
    for _ in 0..MAX_HOPS {
        let Some(target) = reference(tree, channel) else {
            break;
        };
        channel = tree.pointer(&local(target)?)?;
    }
    Some(channel)
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
