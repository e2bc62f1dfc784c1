//! Policies of SNS topics and SQS queues.

use crate::rules::finding::Finding;
use crate::rules::registry;
use crate::syntax::node::{Entry, Node};
use crate::text::range::TextRange;

/// Finds statements that allow everybody, in the policies of a binding: of a topic, a queue, a
/// dead letter queue, the queues of an operation.
pub(super) fn check(binding: Node<'_>, out: &mut Vec<Finding>) {
    let mut open = vec![binding];
    while let Some(node) = open.pop() {
        open.extend(node.items());
        for entry in node.entries() {
            if !entry.key.value().eq_ignore_ascii_case("policy") {
                open.push(entry.value);
                continue;
            }
            let names = ["statements", "statement"];
            let statements = names.iter().find_map(|name| field(entry.value, name));
            let Some(statements) = statements.map(|entry| entry.value) else {
                continue;
            };
            // AWS takes a single statement without a list.
            let single = statements.is_mapping().then_some(statements);
            for statement in statements.items().chain(single) {
                out.extend(everybody(statement).map(open_to));
            }
        }
    }
}

fn open_to(place: TextRange) -> Finding {
    let message = "this policy allows everybody, also without an account; name the accounts \
                   or services, or add a `condition`";
    Finding::new(registry::BINDING_POLICY_OPEN, place, message)
}

/// Where a statement allows everybody without a condition.
fn everybody(statement: Node<'_>) -> Option<TextRange> {
    let effect = field(statement, "effect")?.value;
    let has_condition = field(statement, "condition").is_some_and(|condition| {
        let value = condition.value;
        let is_empty = value.entries().next().is_none() && value.items().next().is_none();
        // What is behind an alias or a `$ref` may be one.
        !is_empty || (!value.is_mapping() && !value.is_sequence() && !value.is_missing())
    });
    if !effect.value().eq_ignore_ascii_case("allow") || has_condition {
        return None;
    }
    all(field(statement, "principal")?.value, 0)
}

/// The `*` of a principal: alone, in a list, below `AWS`.
fn all(principal: Node<'_>, depth: usize) -> Option<TextRange> {
    if principal.as_str() == Some("*") {
        return Some(principal.range());
    }
    if depth == 2 {
        return None;
    }
    let of_accounts = (principal.entries())
        .filter(|entry| entry.key.value().eq_ignore_ascii_case("aws") || entry.key.value() == "*");
    let below = of_accounts
        .map(|entry| entry.value)
        .chain(principal.items());
    below.into_iter().find_map(|node| all(node, depth + 1))
}

/// A field of a policy: AWS writes it with a capital letter, the binding without.
fn field<'t>(node: Node<'t>, name: &str) -> Option<Entry<'t>> {
    node.entries()
        .find(|entry| entry.key.value().eq_ignore_ascii_case(name))
}
