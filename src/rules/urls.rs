//! URLs of endpoints at their places in the document.

use super::context::UnitContext;
use super::finding::Finding;
use super::subject::{expect_string, value_of};
use super::url::{endpoint, verdicts};
use crate::rules::registry;
use crate::rules::rule::Rule;
use crate::syntax::leaf::NodeKind;
use crate::syntax::node::{Entry, Node};
use crate::text::range::TextRange;

/// What is known and meant of a host that is ours.
const OF_OTHERS: [&Rule; 4] = [
    registry::URL_EXAMPLE_HOST,
    registry::URL_LOOPBACK_HOST,
    registry::URL_NOT_HTTPS,
    registry::URL_PRIVATE_ADDRESS,
];

/// Checks a URL field.
pub(super) fn check<'t>(context: &UnitContext<'t>, entry: Entry<'t>, out: &mut Vec<Finding>) {
    let Some(node) = value_of(context, entry) else {
        return;
    };
    if expect_string(context, entry, out).is_none() {
        return;
    }
    let is_own = endpoint(node.value()).is_some_and(|url| context.policy.owns(url.host));
    for verdict in verdicts(node.value()) {
        if is_own && OF_OTHERS.contains(&verdict.rule) {
            continue;
        }
        let place = if entry.value.kind() == NodeKind::Alias {
            entry.value.range()
        } else {
            part_of(node, &verdict.part)
        };
        let mut finding = Finding::new(verdict.rule, place, verdict.message);
        finding.severity = verdict.severity;
        out.push(finding);
    }
}

/// Where a part of the decoded text stands in the source; the whole value, where the source is
/// not simply that text.
pub(super) fn part_of(node: Node<'_>, part: &std::ops::Range<usize>) -> TextRange {
    let whole = node.range();
    let text = node.value();
    let quotes = match node.kind() {
        NodeKind::Plain => 0,
        NodeKind::Single | NodeKind::Double if !node.is_unclosed() => 1,
        _ => return whole,
    };
    // What is written in ASCII never gets longer by decoding: of the same length means the same.
    if !text.is_ascii() || whole.len() != text.len() + 2 * quotes || part.is_empty() {
        return whole;
    }
    if *part == (0..text.len()) {
        return whole;
    }
    let start = whole.start + quotes;
    TextRange::new(start + part.start, start + part.end)
}
