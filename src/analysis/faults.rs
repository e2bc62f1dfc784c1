//! Syntax errors as findings, and what they silence.

use std::collections::HashMap;

use crate::model::Model;
use crate::model::facts::{Home, Scheme, SecurityList};
use crate::rules::finding::Finding;
use crate::rules::table::Severity;
use crate::syntax::document::Tree;
use crate::syntax::leaf::{Fault, SyntaxError};
use crate::syntax::node::{Entry, Node};
use crate::text::range::TextRange;

/// Adds the syntax errors; takes away findings whose cause is one of them.
pub fn add(tree: &Tree, model: &Model, findings: &mut Vec<Finding>) {
    let errors = tree.errors();
    if errors.is_empty() {
        return;
    }
    let disturbances = Disturbances::of(
        (errors.iter())
            .filter(|error| error.fault == Fault::Grammar)
            .map(|error| disturbance(tree, error)),
    );
    findings.retain(|finding| !disturbances.explain(finding));
    let parts = if errors
        .iter()
        .any(|error| error.fault == Fault::DuplicateKey)
    {
        security_parts(tree, model)
    } else {
        Vec::new()
    };
    findings.extend(errors.into_iter().map(|error| {
        let rule = match error.fault {
            Fault::Grammar | Fault::Style => "syntax-error",
            Fault::Limit => "limit-reached",
            Fault::DuplicateKey if lies_in(&parts, error.range) => "security-duplicate-key",
            Fault::DuplicateKey => "duplicate-key",
        };
        let finding = Finding::new(rule, error.range, error.message);
        match error.fault {
            Fault::Style => finding.at(Severity::Information),
            _ => finding,
        }
    }));
}

/// What a syntax error makes unsure.
struct Disturbance {
    /// The text that cannot be relied on.
    range: TextRange,
    /// A half-typed key in it, and where findings about its object as a whole go.
    half_typed: Option<(String, Vec<TextRange>)>,
}

/// All of them, so that a finding need not be held against each.
struct Disturbances {
    /// Ordered by where they start, each with the furthest end up to it.
    ranges: Vec<(usize, usize)>,
    /// The half-typed keys by where findings about their object go.
    half_typed: HashMap<TextRange, Vec<String>>,
}

impl Disturbances {
    fn of(disturbances: impl Iterator<Item = Disturbance>) -> Self {
        let mut ranges = Vec::new();
        let mut half_typed: HashMap<TextRange, Vec<String>> = HashMap::new();
        for disturbance in disturbances {
            ranges.push((disturbance.range.start, disturbance.range.end));
            let Some((typed, owners)) = disturbance.half_typed else {
                continue;
            };
            for owner in owners {
                half_typed.entry(owner).or_default().push(typed.clone());
            }
        }
        ranges.sort_unstable();
        let mut furthest = 0;
        for (_, end) in &mut ranges {
            furthest = furthest.max(*end);
            *end = furthest;
        }
        Self { ranges, half_typed }
    }

    fn explain(&self, finding: &Finding) -> bool {
        let range = finding.range;
        let up_to_it = (self.ranges).partition_point(|(start, _)| *start <= range.end);
        if up_to_it > 0 && self.ranges[up_to_it - 1].1 >= range.start {
            return true;
        }
        // A missing field that is just being typed is not missing.
        finding.rule.contains("missing")
            && (self.half_typed.get(&range)).is_some_and(|keys| {
                names_in(&finding.message)
                    .any(|name| keys.iter().any(|typed| is_start_of(typed, name)))
            })
    }
}

/// The names in backticks of a message.
fn names_in(message: &str) -> impl Iterator<Item = &str> {
    message.split('`').skip(1).step_by(2)
}

fn is_start_of(typed: &str, name: &str) -> bool {
    name.get(..typed.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(typed))
        || strsim::osa_distance(typed, name) <= 2
}

fn disturbance(tree: &Tree, error: &SyntaxError) -> Disturbance {
    let mut range = error.range;
    let mut half_typed = None;
    let mut owner: Option<Entry<'_>> = None;
    for step in tree.path_at(error.range.start) {
        if step.node.is_unclosed() && !step.node.is_mapping() && !step.node.is_sequence() {
            range = range.cover(step.node.range());
        }
        let Some(entry) = step.entry else { continue };
        if entry.key.lacks_colon() {
            range = range.cover(entry.key.range());
            let owners = owners(owner, step.node);
            half_typed = Some((entry.key.value().to_owned(), owners));
        }
        owner = Some(entry);
    }
    Disturbance { range, half_typed }
}

/// Where findings about a mapping as a whole go.
fn owners(owner: Option<Entry<'_>>, node: Node<'_>) -> Vec<TextRange> {
    let mut owners = vec![node.range()];
    owners.extend(owner.map(|entry| entry.key.range()));
    owners.extend(node.entries().next().map(|entry| entry.key.range()));
    owners
}

/// The ranges in which a repeated key hides something of security, sorted.
fn security_parts(tree: &Tree, model: &Model) -> Vec<TextRange> {
    let mut parts: Vec<TextRange> = Vec::new();
    for pointer in ["/components/securitySchemes", "/securitySchemes"] {
        parts.extend(tree.pointer(pointer).map(Node::range));
    }
    for placed in model.units() {
        let unit = placed.unit;
        let whole = |scheme: &Scheme| !matches!(scheme.home, Home::Entry(..));
        let schemes = (unit.schemes.iter().filter(|scheme| whole(scheme))).map(|one| one.range);
        let lists = unit.sites.iter().filter_map(|site| site.security.as_ref());
        let lists = lists.map(|list: &SecurityList| list.range);
        parts.extend(schemes.chain(lists).map(|range| range.shifted(placed.base)));
    }
    parts.sort();
    merged(parts)
}

/// Sorted ranges without those that lie in another one.
fn merged(parts: Vec<TextRange>) -> Vec<TextRange> {
    let mut merged: Vec<TextRange> = Vec::with_capacity(parts.len());
    for part in parts {
        match merged.last_mut() {
            Some(last) if part.start < last.end => *last = last.cover(part),
            _ => merged.push(part),
        }
    }
    merged
}

fn lies_in(parts: &[TextRange], range: TextRange) -> bool {
    let after = parts.partition_point(|part| part.start <= range.start);
    after > 0 && parts[after - 1].contains(range)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(rule: &'static str, start: usize, message: &str) -> Finding {
        Finding::new(rule, TextRange::new(start, start + 5), message)
    }

    #[test]
    fn a_syntax_error_silences_what_follows_from_it() {
        let plain = |start, end| Disturbance {
            range: TextRange::new(start, end),
            half_typed: None,
        };
        let half_typed = Disturbance {
            half_typed: Some(("tok".to_owned(), vec![TextRange::new(10, 15)])),
            ..plain(40, 45)
        };
        let causes = Disturbances::of([half_typed, plain(60, 90), plain(65, 70)].into_iter());
        let rule = "oauth2-flow-missing-field";
        assert!(causes.explain(&finding("oauth2-flow-unknown-field", 40, "")));
        assert!(causes.explain(&finding(rule, 10, "`implicit` needs `tokenUrl`")));
        assert!(!causes.explain(&finding(rule, 10, "`implicit` needs `scopes`")));
        assert!(!causes.explain(&finding(rule, 20, "`implicit` needs `tokenUrl`")));
        assert!(!causes.explain(&finding("security-scheme-unused", 10, "`tok`")));
        for (start, is_explained) in [(46, false), (55, true), (80, true), (90, true), (91, false)]
        {
            assert_eq!(
                causes.explain(&finding(rule, start, "")),
                is_explained,
                "{start}"
            );
        }
    }

    #[test]
    fn parts_of_security_are_found_by_place() {
        let range = TextRange::new;
        let parts = merged(vec![range(5, 20), range(6, 9), range(30, 40)]);
        assert_eq!(parts, [range(5, 20), range(30, 40)]);
        assert!(lies_in(&parts, range(10, 12)));
        assert!(lies_in(&parts, range(30, 40)));
        assert!(!lies_in(&parts, range(0, 6)));
        assert!(!lies_in(&parts, range(22, 25)));
        assert!(!lies_in(&[], range(0, 1)));
    }
}
