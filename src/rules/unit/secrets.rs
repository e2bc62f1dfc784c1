//! Real secrets in texts of security objects.

use crate::model::unit::transport;
use crate::model::walk::UnitKind;
use crate::rules::address::parse;
use crate::rules::context::UnitContext;
use crate::rules::finding::Finding;
use crate::rules::fix::FixContext;
use crate::rules::fix::FixKind::ChangesMeaning;
use crate::rules::registry;
use crate::rules::rule::Rule;
use crate::rules::secret::{Secret, find, is_placeholder, is_secret_name, looks_random};
use crate::rules::unit::server;
use crate::rules::unit::urls::part_of;
use crate::syntax::node::{Entry, Node};
use crate::text::range::TextRange;

const RULE: &Rule = registry::SECRET_IN_DOCUMENT;

/// Checks all texts in the security objects of a unit.
pub(super) fn check(context: &UnitContext<'_>, out: &mut Vec<Finding>) {
    let tree = context.tree;
    match context.place {
        UnitKind::Scheme | UnitKind::Flow | UnitKind::Flows => {
            search(context, context.key, context.value, &[], out);
        }
        UnitKind::Server => {
            let known = server::credential_variables(context, context.value);
            let known: Vec<TextRange> = known.iter().map(|variable| variable.name.range).collect();
            search(context, context.key, context.value, &known, out);
        }
        UnitKind::Operation | UnitKind::OperationTrait => {
            let traits = tree.field(context.value, "traits");
            let traits = traits.into_iter().flat_map(|traits| traits.value.items());
            for site in std::iter::once(context.value).chain(traits) {
                if let Some(list) = tree.field(site, "security") {
                    search(context, Some(list.key), list.value, &[], out);
                }
            }
        }
        UnitKind::Root => {
            let Some(variables) = tree.pointer("/components/serverVariables") else {
                return;
            };
            for entry in variables.entries() {
                let variable = transport::server_variable(tree, context.version, &entry);
                match server::credential_variable(&variable, None) {
                    Some(finding) => out.push(finding),
                    None => search(context, Some(entry.key), entry.value, &[], out),
                }
            }
        }
        UnitKind::Channel | UnitKind::Other => {}
    }
}

/// Checks every text below a node. Values of known keys have findings of other rules.
fn search<'t>(
    context: &UnitContext<'t>,
    key: Option<Node<'t>>,
    value: Node<'t>,
    known: &[TextRange],
    out: &mut Vec<Finding>,
) {
    let mut open = vec![(key, value)];
    while let Some((key, node)) = open.pop() {
        if key.is_some_and(|key| known.contains(&key.range())) {
            continue;
        }
        if node.is_mapping() {
            open.extend(
                node.entries()
                    .map(|Entry { key, value }| (Some(key), value)),
            );
        } else if node.is_sequence() {
            open.extend(node.items().map(|item| (None, item)));
        } else if let Some(text) = node.as_str() {
            check_text(context, key.map_or("", Node::value), node, text, out);
        }
    }
}

fn check_text(
    context: &UnitContext<'_>,
    key: &str,
    node: Node<'_>,
    text: &str,
    out: &mut Vec<Finding>,
) {
    let is_address = context.place == UnitKind::Server && matches!(key, "url" | "host");
    let userinfo = parse(text).userinfo.filter(|_| is_address);
    let has_own_rule = |secret: &Secret| {
        // The query of an endpoint and the user information of a server have their own rules.
        (key.ends_with("Url") && secret.kind == "a password or key")
            || (userinfo.as_ref()).is_some_and(|part| part.contains(&secret.range.start))
    };
    let mut found = find(text);
    if found.is_empty() && is_secret_name(key) && is_random(text) {
        found.push(Secret {
            range: 0..text.len(),
            kind: "a password or key",
        });
    }
    for secret in found.iter().filter(|secret| !has_own_rule(secret)) {
        out.push(Finding::new(
            RULE,
            part_of(node, &secret.range),
            format!(
                "this looks like {}; revoke it, and say only how to get one",
                secret.kind
            ),
        ));
    }
}

fn is_random(text: &str) -> bool {
    text.len() >= 12
        && !text.contains(char::is_whitespace)
        && !is_placeholder(text)
        && looks_random(text)
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
