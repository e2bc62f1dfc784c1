//! Inline schemes that are repeated: what is wrong with the scheme is said once, at its first place.

use std::collections::HashMap;

use crate::model::Model;
use crate::model::facts::Home;
use crate::rules::finding::{Finding, Related};
use crate::syntax::tree::Tree;
use crate::text::range::TextRange;

/// Merges findings that say the same about schemes with equal content. The findings are in the order
/// of the text, and stay so.
pub(super) fn merge(tree: &Tree, model: &Model, findings: &mut Vec<Finding>) {
    if findings
        .iter()
        .filter(|one| one.is_of_inline_scheme)
        .count()
        < 2
    {
        return;
    }
    let schemes = inline_schemes(model);
    let mut kept: Vec<Finding> = Vec::with_capacity(findings.len());
    let mut first_of: HashMap<(u64, String), Vec<usize>> = HashMap::new();
    let mut last_scheme: Vec<Option<TextRange>> = Vec::with_capacity(findings.len());
    for finding in findings.drain(..) {
        let scheme = scheme_of(&schemes, &finding);
        let Some((place, content)) = scheme else {
            kept.push(finding);
            last_scheme.push(None);
            continue;
        };
        let known = first_of
            .entry((content, path_in(tree, place, finding.range)))
            .or_default();
        // Two findings about one scheme are no copies of each other.
        let same = known
            .iter()
            .copied()
            .find(|at| says_the_same(&kept[*at], &finding) && last_scheme[*at] != Some(place));
        if let Some(at) = same {
            kept[at].copies.push(finding);
            last_scheme[at] = Some(place);
        } else {
            known.push(kept.len());
            kept.push(finding);
            last_scheme.push(Some(place));
        }
    }
    kept.iter_mut().for_each(tell);
    *findings = kept;
}

/// The ranges of all inline schemes in the order of the text, each with a hash of its content.
fn inline_schemes(model: &Model) -> Vec<(TextRange, u64)> {
    let inline = model
        .schemes()
        .filter(|scheme| matches!(scheme.fact.home, Home::Entry(..)));
    let mut schemes: Vec<_> = inline
        .map(|scheme| (scheme.abs(scheme.fact.range), scheme.fact.fingerprint))
        .collect();
    schemes.sort_unstable_by_key(|(place, _)| place.start);
    schemes
}

/// The inline scheme that a finding is about.
fn scheme_of(schemes: &[(TextRange, u64)], finding: &Finding) -> Option<(TextRange, u64)> {
    let next = schemes.partition_point(|(place, _)| place.start <= finding.range.start);
    let last = schemes.get(next.checked_sub(1)?).copied();
    last.filter(|(place, _)| finding.is_of_inline_scheme && place.contains(finding.range))
}

/// The keys from a scheme to a range inside of it.
fn path_in(tree: &Tree, scheme: TextRange, range: TextRange) -> String {
    let steps = tree.path_at(range.start).into_iter();
    let inside = steps.filter(|step| scheme.contains(step.node.range()));
    let mut path = String::new();
    for entry in inside.filter_map(|step| step.entry) {
        path.push('/');
        path.push_str(entry.key.value());
    }
    path
}

fn says_the_same(one: &Finding, other: &Finding) -> bool {
    (one.rule, one.severity, &one.message, &one.data)
        == (other.rule, other.severity, &other.message, &other.data)
}

/// Says in a finding where its copies are.
fn tell(finding: &mut Finding) {
    let places = match finding.copies.len() {
        0 => return,
        1 => "one more place".to_owned(),
        more => format!("{more} more places"),
    };
    let message = &mut finding.message;
    message.push_str(&format!("; the same scheme stands at {places}"));
    for copy in &finding.copies {
        finding.related.push(Related {
            file: None,
            range: copy.range,
            message: "the same scheme stands here".to_owned(),
            is_part: false,
        });
    }
}
