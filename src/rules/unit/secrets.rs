//! Real secrets in schemes and servers, in bindings, headers and examples of messages, and in
//! extensions.

use crate::model::unit::transport;
use crate::model::walk::UnitKind;
use crate::rules::address::parse;
use crate::rules::context::UnitContext;
use crate::rules::finding::Finding;
use crate::rules::fix::FixContext;
use crate::rules::fix::FixKind::ChangesMeaning;
use crate::rules::registry;
use crate::rules::rule::Rule;
use crate::rules::secret::fields::{is_of_examples, name_inside};
use crate::rules::secret::{PASSWORD_OF_URL, PASSWORD_OR_KEY, Secret, find_in_field};
use crate::rules::unit::parts::{Part, PartKind};
use crate::rules::unit::server::{self, Login};
use crate::rules::unit::urls::part_as_written;
use crate::spec::is_extension;
use crate::syntax::node::{Entry, Node};
use crate::text::range::TextRange;

const RULE: &Rule = registry::SECRET_IN_DOCUMENT;

/// Checks all texts in the security objects of a unit, and those of its parts that describe how
/// to connect or what is sent.
pub(super) fn check(context: &UnitContext<'_>, parts: &[Part<'_>], out: &mut Vec<Finding>) {
    match context.place {
        UnitKind::Scheme | UnitKind::Flow | UnitKind::Flows | UnitKind::Extension => {
            search(context, context.key, context.value, &[], out);
        }
        UnitKind::Root => check_root(context, out),
        _ => {}
    }
    for part in parts {
        check_part(context, *part, out);
    }
}

fn check_part<'t>(context: &UnitContext<'t>, part: Part<'t>, out: &mut Vec<Finding>) {
    let node = part.node;
    match part.kind {
        PartKind::Server => {
            let known = server::credential_variables(context, node);
            let known: Vec<TextRange> = known.iter().map(|variable| variable.name.range).collect();
            search(context, context.key, node, &known, out);
        }
        PartKind::Bindings => search(context, None, node, &[], out),
        PartKind::Operation | PartKind::Message => {
            let names: &[&str] = match part.kind {
                PartKind::Message => &["bindings", "examples", "externalDocs", "headers"],
                _ => &["bindings", "externalDocs", "security"],
            };
            for entry in node.entries() {
                let name = entry.key.value();
                if names.contains(&name) || is_extension(name) {
                    search(context, Some(entry.key), entry.value, &[], out);
                }
            }
        }
    }
}

/// Checks what is outside of all units.
fn check_root<'t>(context: &UnitContext<'t>, out: &mut Vec<Finding>) {
    let tree = context.tree;
    let variables = tree.pointer("/components/serverVariables");
    for entry in variables.into_iter().flat_map(Node::entries) {
        let variable = transport::server_variable(tree, context.version, &entry);
        match server::credential_variable(&variable, &Login::default()) {
            Some(finding) => out.push(finding),
            None => search(context, Some(entry.key), entry.value, &[], out),
        }
    }
    let info = context.value.get("info").map(|entry| entry.value);
    for holder in [Some(context.value), info].into_iter().flatten() {
        let tags = holder.get("tags").into_iter();
        let tags = tags.flat_map(|tags| tags.value.items());
        for object in std::iter::once(holder).chain(tags) {
            if let Some(docs) = object.get("externalDocs") {
                search(context, Some(docs.key), docs.value, &[], out);
            }
        }
    }
}

/// A node below which secrets are searched.
#[derive(Clone, Copy)]
struct Place<'t> {
    /// The name of what it says: its key, or the property that a schema describes.
    name: &'t str,
    node: Node<'t>,
    /// Whether it is an example.
    is_example: bool,
}

/// Checks every text below a node. Values of known keys have findings of other rules.
fn search<'t>(
    context: &UnitContext<'t>,
    key: Option<Node<'t>>,
    node: Node<'t>,
    known: &[TextRange],
    out: &mut Vec<Finding>,
) {
    let name = key.map_or("", Node::value);
    let is_example = is_of_examples(name);
    let mut open = vec![Place {
        name,
        node,
        is_example,
    }];
    while let Some(place) = open.pop() {
        let node = place.node;
        if node.is_mapping() {
            let entries = node
                .entries()
                .filter(|entry| !known.contains(&entry.key.range()));
            open.extend(entries.map(|entry| inside(place, entry)));
        } else if node.is_sequence() {
            open.extend(node.items().map(|node| Place { node, ..place }));
        } else if let Some(text) = node.as_str() {
            check_text(context, place, text, out);
        }
    }
}

/// The value of an entry of a place.
fn inside<'t>(outer: Place<'t>, entry: Entry<'t>) -> Place<'t> {
    Place {
        name: name_inside(outer.name, outer.node, entry.key.value()),
        node: entry.value,
        is_example: outer.is_example || is_of_examples(entry.key.value()),
    }
}

/// Fields whose user information and query have rules of their own.
const URLS: [&str; 5] = [
    "authorizationUrl",
    "openIdConnectUrl",
    "refreshUrl",
    "schemaRegistryUrl",
    "tokenUrl",
];

fn check_text(context: &UnitContext<'_>, place: Place<'_>, text: &str, out: &mut Vec<Finding>) {
    let key = place.name;
    let is_address = context.place == UnitKind::Server && matches!(key, "url" | "host");
    let userinfo = parse(text).userinfo.filter(|_| is_address);
    let has_own_rule = |secret: &Secret| {
        let is_of_url = [PASSWORD_OR_KEY, PASSWORD_OF_URL].contains(&secret.kind);
        (is_of_url && URLS.contains(&key))
            || (userinfo.as_ref()).is_some_and(|part| part.contains(&secret.range.start))
    };
    for secret in find_in_field(key, text, place.is_example) {
        if !has_own_rule(&secret) {
            let message = format!(
                "this looks like {}; revoke it, and say only how to get one",
                secret.kind
            );
            let range = part_as_written(place.node, &secret.range);
            out.push(Finding::new(RULE, range, message));
        }
    }
}

/// The replacement of a secret.
const REDACTED: &str = "<redacted>";

pub(in crate::rules) fn fix_secret(fix: &mut FixContext<'_>) {
    let title = format!("Write `{REDACTED}`; revoke it as well, it was here for all to read");
    if fix.path.node().range() == fix.finding.range {
        fix.offer_text_as(title, REDACTED, ChangesMeaning);
    } else {
        fix.offer_cut(title, REDACTED);
    }
}
