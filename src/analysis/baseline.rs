//! Findings that a baseline knows.

use std::collections::HashMap;

use crate::model::pointers::Pointers;
use crate::rules::finding::Finding;
use crate::settings::baseline::Known;
use crate::syntax::tree::Tree;

/// Takes the known findings out of `findings` and returns them.
///
/// A finding is known if the baseline has its rule at its pointer. Of those that are left, one is
/// known if the pointers differ in the places of list items alone: something was inserted before
/// them, or removed. Each entry of the baseline knows one finding.
pub fn take_known(tree: &Tree, known: &Known, findings: &mut Vec<Finding>) -> Vec<Finding> {
    if known.is_empty() {
        return Vec::new();
    }
    let mut pointers = Pointers::new(tree);
    let mut places: Vec<Option<String>> = findings
        .iter()
        .map(|finding| {
            known
                .rules
                .contains_key(finding.rule.id)
                .then(|| pointers.of(finding.range))
        })
        .collect();
    let mut entries: HashMap<&str, HashMap<&str, usize>> = HashMap::new();
    for (rule, pointers) in &known.rules {
        let entries = entries.entry(rule).or_default();
        for pointer in pointers {
            *entries.entry(pointer).or_default() += 1;
        }
    }
    let mut is_known = vec![false; findings.len()];
    for ((finding, place), is_known) in findings.iter().zip(&mut places).zip(&mut is_known) {
        let Some(pointer) = &place else { continue };
        let entries = entries.get_mut(finding.rule.id);
        let left = entries.and_then(|entries| entries.get_mut(&**pointer));
        if let Some(left) = left.filter(|left| **left > 0) {
            *left -= 1;
            *is_known = true;
            *place = None;
        }
    }
    let mut moved: HashMap<(&str, String), usize> = HashMap::new();
    for (rule, entries) in entries {
        for (pointer, left) in entries.into_iter().filter(|(_, left)| *left > 0) {
            *moved.entry((rule, without_places(pointer))).or_default() += left;
        }
    }
    for ((finding, place), is_known) in findings.iter().zip(places).zip(&mut is_known) {
        let Some(pointer) = place else { continue };
        let left = moved.get_mut(&(finding.rule.id, without_places(&pointer)));
        if let Some(left) = left.filter(|left| **left > 0) {
            *left -= 1;
            *is_known = true;
        }
    }
    let mut marks = is_known.into_iter();
    findings
        .extract_if(.., |_| marks.next() == Some(true))
        .collect()
}

/// A pointer with `-` in place of what may be the place of a list item. A key that is a number may
/// be taken for one: who renames a channel from `1` to `2` is not told again.
fn without_places(pointer: &str) -> String {
    let tokens = pointer.split('/').map(|token| {
        let is_place = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_digit());
        if is_place { "-" } else { token }
    });
    tokens.collect::<Vec<_>>().join("/")
}

/// The findings of a document as a baseline knows them, those that it knew before among them.
pub fn known_of<'f>(tree: &Tree, findings: impl Iterator<Item = &'f Finding>) -> Known {
    let mut pointers = Pointers::new(tree);
    let mut known = Known::default();
    for finding in findings {
        for place in finding.places() {
            known.insert(finding.rule.id, pointers.of(place));
        }
    }
    known
}
