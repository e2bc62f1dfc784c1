//! What incremental evaluation rests on: a unit has other findings only if one of the answers
//! that it asked for is another one.

mod documents;
mod driver;

use proptest::prelude::*;

use crate::analysis::Analysis;
use crate::model::Placed;
use crate::model::walk::Place;
use crate::rules::finding::Finding;
use crate::rules::totals::Totals;
use crate::text::range::TextRange;
use documents::{documents, edits};
use driver::{State, old_index};

/// A finding as seen from its unit, with the places elsewhere.
fn seen(finding: &Finding, start: usize) -> (String, Vec<TextRange>) {
    let range = (
        finding.range.start.wrapping_sub(start),
        finding.range.end.wrapping_sub(start),
    );
    let notes: Vec<&str> = (finding.related.iter())
        .map(|related| &*related.message)
        .collect();
    let shown = format!(
        "{} {:?} {range:?} {} {notes:?}",
        finding.rule, finding.severity, finding.message
    );
    let places = finding.related.iter().map(|related| related.range);
    (shown, places.collect())
}

/// Where a place of the old version may be in the new one.
fn moved(place: TextRange, before: &State, after: &State) -> Vec<TextRange> {
    let old: Vec<_> = before.analysis.model.units().collect();
    let new: Vec<_> = after.analysis.model.units().collect();
    // What lies outside of all units stays where the text stays.
    let (one, other) = (before.text.as_bytes(), after.text.as_bytes());
    let same = one
        .iter()
        .zip(other)
        .take_while(|(one, other)| one == other);
    let mut moved = Vec::new();
    if place.end <= same.count() {
        moved.push(place);
    }
    let same = one.iter().rev().zip(other.iter().rev());
    let same = same.take_while(|(one, other)| one == other).count();
    if one.len() - place.start <= same {
        let by = |offset: usize| other.len() - (one.len() - offset);
        moved.push(TextRange::new(by(place.start), by(place.end)));
    }
    for (at, unit) in new.iter().enumerate().skip(1) {
        let from = match old_index(&after.stretches, at) {
            Some(from) => vec![from],
            None => (1..old.len()).collect(),
        };
        for from in from {
            if old[from].range.contains(place) {
                let by = |offset: usize| offset - old[from].range.start + unit.range.start;
                moved.push(TextRange::new(by(place.start), by(place.end)));
            }
        }
    }
    moved
}

/// Checks that what an edit left alone is what a check from nothing finds.
fn assert_law(before: &State, after: &State) -> State {
    let fresh = State::new(&after.text);
    assert_whole(&fresh);
    let old: Vec<_> = before.analysis.model.units().collect();
    let texts = || format!("\n{}\nand then\n{}", before.text, after.text);
    for (at, placed) in after.analysis.model.units().enumerate() {
        let (known, found) = (after.units[at].outcome(), fresh.units[at].outcome());
        let is_fresh = after.units[at].is_fresh;
        if is_fresh {
            assert_eq!(known, found, "{:?} in{}", placed.range, texts());
            continue;
        }
        let start = old[old_index(&after.stretches, at).unwrap()].range.start;
        assert_eq!(known.asked, found.asked, "{:?} in{}", placed.range, texts());
        assert_eq!(known.counts, found.counts, "in{}", texts());
        assert_eq!(known.findings.len(), found.findings.len(), "in{}", texts());
        for (known, found) in known.findings.iter().zip(&found.findings) {
            let (known, places) = seen(known, start);
            let (found, expected) = seen(found, placed.range.start);
            assert_eq!(known, found, "in{}", texts());
            for (place, expected) in places.into_iter().zip(expected) {
                let moved = moved(place, before, after);
                assert!(
                    moved.contains(&expected),
                    "{known} {expected:?} in{}",
                    texts()
                );
            }
        }
    }
    assert_eq!(after.totals, fresh.totals, "in{}", texts());
    assert_eq!(after.emptied(), Totals::default(), "in{}", texts());
    fresh
}

/// Checks that all units together say what the document says.
fn assert_whole(state: &State) {
    let Analysis {
        document,
        model,
        options,
        ..
    } = &state.analysis;
    let local = driver::local(&state.analysis);
    let mut whole = Vec::new();
    let policy = &options.policy;
    crate::rules::whole::check_document(document.tree(), model, policy, local, &mut whole);
    let mut single = Vec::new();
    for (unit, placed) in state.units.iter().zip(model.units()) {
        for finding in &unit.outcome().findings {
            let is_inside = placed.range.contains(finding.range) || placed.base == 0;
            assert!(is_inside, "{finding:?} in\n{}", state.text);
            single.push(finding.clone());
        }
    }
    let texts = |found: Vec<Finding>| {
        let mut texts: Vec<String> = found.iter().map(|one| format!("{one:?}")).collect();
        texts.sort();
        texts.dedup();
        texts
    };
    // What several units say of one place through aliases is one finding.
    let is_shared = |placed: Placed<'_>| placed.base == 0 && placed.place != Place::Root;
    if !model.units().any(is_shared) {
        assert_eq!(texts(single), texts(whole), "in\n{}", state.text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn only_who_asked_is_concerned(parts in documents(), edits in edits()) {
        let mut parts = parts;
        let mut state = State::new(&parts.text());
        assert_whole(&state);
        for edit in edits {
            parts = parts.edited(edit);
            let next = state.edited(&parts.text());
            state = assert_law(&state, &next);
        }
    }
}
