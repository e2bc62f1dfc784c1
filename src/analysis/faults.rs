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

/// What the syntax errors explain, and the findings that they are themselves.
pub fn read(tree: &Tree, model: &Model) -> (Disturbances, Vec<Finding>) {
    let errors = tree.errors();
    if errors.is_empty() {
        return (Disturbances::default(), Vec::new());
    }
    let disturbances = Disturbances::of(
        (errors.iter())
            .filter(|error| error.fault == Fault::Grammar)
            .map(|error| disturbance(tree, error)),
    );
    let mut maps = None;
    let mut is_about_security = |range| {
        let maps = maps.get_or_insert_with(|| scheme_maps(tree));
        maps.iter().any(|map| map.contains(range)) || lies_in_a_unit(model, range)
    };
    let findings = errors.into_iter().map(|error| {
        let rule = match error.fault {
            Fault::Grammar | Fault::Style => "syntax-error",
            Fault::Limit => "limit-reached",
            Fault::DuplicateKey if is_about_security(error.range) => "security-duplicate-key",
            Fault::DuplicateKey => "duplicate-key",
        };
        let finding = Finding::new(rule, error.range, error.message);
        match error.fault {
            Fault::Style => finding.at(Severity::Information),
            _ => finding,
        }
    });
    (disturbances, findings.collect())
}

/// What a syntax error makes unsure.
struct Disturbance {
    /// The text that cannot be relied on.
    range: TextRange,
    /// A half-typed key in it, and where findings about its object as a whole go.
    half_typed: Option<(String, Vec<TextRange>)>,
}

/// All of them, so that a finding need not be held against each.
#[derive(Default)]
pub struct Disturbances {
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

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// Whether a finding that was found at that range has its cause in one of them.
    pub fn explain(&self, finding: &Finding, range: TextRange) -> bool {
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

fn scheme_maps(tree: &Tree) -> Vec<TextRange> {
    ["/components/securitySchemes", "/securitySchemes"]
        .into_iter()
        .filter_map(|pointer| Some(tree.pointer(pointer)?.range()))
        .collect()
}

/// Whether a place lies in a scheme or a `security` list.
fn lies_in_a_unit(model: &Model, range: TextRange) -> bool {
    model.units_around(range.start).any(|placed| {
        let unit = placed.unit;
        let whole = |scheme: &&Scheme| !matches!(scheme.home, Home::Entry(..));
        let schemes = unit.schemes.iter().filter(whole).map(|one| one.range);
        let lists = unit.sites.iter().filter_map(|site| site.security.as_ref());
        let lists = lists.map(|list: &SecurityList| list.range);
        (schemes.chain(lists)).any(|part| part.shifted(placed.base).contains(range))
    })
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
        let explain = |finding: &Finding| causes.explain(finding, finding.range);
        let rule = "oauth2-flow-missing-field";
        assert!(explain(&finding("oauth2-flow-unknown-field", 40, "")));
        assert!(explain(&finding(rule, 10, "`implicit` needs `tokenUrl`")));
        assert!(!explain(&finding(rule, 10, "`implicit` needs `scopes`")));
        assert!(!explain(&finding(rule, 20, "`implicit` needs `tokenUrl`")));
        assert!(!explain(&finding("security-scheme-unused", 10, "`tok`")));
        for (start, is_explained) in [(46, false), (55, true), (80, true), (90, true), (91, false)]
        {
            assert_eq!(explain(&finding(rule, start, "")), is_explained, "{start}");
        }
    }
}
