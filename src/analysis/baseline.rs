//! Findings that a baseline knows.

use std::collections::HashMap;

use crate::model::pointers::Pointers;
use crate::rules::finding::Finding;
use crate::settings::baseline::{Known, KnownFinding};
use crate::syntax::tree::Tree;

/// Takes the known findings out of `findings` and returns them. Each entry of the baseline knows one
/// finding of its rule.
///
/// Those with the same pointer and message come first. Then pointers may differ in the places of list
/// items: something was inserted before them, or removed. Messages may differ last: they tell of
/// other parts of the document, and another version of this program words them otherwise.
pub fn take_known(tree: &Tree, known: &Known, findings: &mut Vec<Finding>) -> Vec<Finding> {
    if known.is_empty() {
        return Vec::new();
    }
    let mut open: Vec<Open<'_>> = open(tree, known, findings);
    let mut entries: Vec<(&str, &KnownFinding)> = Vec::new();
    for (rule, known) in &known.rules {
        entries.extend(known.iter().map(|entry| (rule.as_str(), entry)));
    }
    let mut is_known = vec![false; findings.len()];
    for (with_places, with_message) in [(true, true), (false, true), (true, false), (false, false)]
    {
        let key = |rule, pointer: &str, message| {
            let pointer = match with_places {
                true => pointer.to_owned(),
                false => without_places(pointer),
            };
            (rule, pointer, with_message.then_some(message))
        };
        let mut places: HashMap<_, Vec<usize>> = HashMap::new();
        for one in open.iter().rev() {
            let key = key(one.rule, &one.pointer, one.message);
            places.entry(key).or_default().push(one.index);
        }
        entries.retain(|(rule, entry)| {
            let places = places.get_mut(&key(rule, &entry.pointer, &*entry.message));
            let Some(index) = places.and_then(Vec::pop) else {
                return true;
            };
            is_known[index] = true;
            false
        });
        open.retain(|one| !is_known[one.index]);
    }
    let mut marks = is_known.into_iter();
    findings
        .extract_if(.., |_| marks.next() == Some(true))
        .collect()
}

/// A finding that may be known.
struct Open<'f> {
    index: usize,
    rule: &'static str,
    pointer: String,
    message: &'f str,
}

fn open<'f>(tree: &Tree, known: &Known, findings: &'f [Finding]) -> Vec<Open<'f>> {
    let mut pointers = Pointers::new(tree);
    let findings = findings.iter().enumerate();
    let findings = findings.filter(|(_, finding)| known.rules.contains_key(finding.rule.id));
    let open = findings.map(|(index, finding)| Open {
        index,
        rule: finding.rule.id,
        pointer: pointers.of(finding.range),
        message: &finding.message,
    });
    open.collect()
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
        // With copies its message tells of them.
        let alone = finding.copies().first().unwrap_or(finding);
        for range in finding.places() {
            let one = KnownFinding {
                pointer: pointers.of(range),
                message: alone.message.to_string(),
            };
            known.insert(finding.rule.id, one);
        }
    }
    known
}
