//! Units depend on each other by names, references, traits and servers. After any edit the analysis
//! with reused units equals one from scratch.

mod documents;

use proptest::prelude::*;

use super::edits::{assert_same, start};
use asyncapi_security_lsp::text::TextEdit;
use asyncapi_security_lsp::text::range::TextRange;
use documents::{documents, edits};

/// The edit that turns one text into another.
fn edit(before: &str, after: &str) -> TextEdit {
    let (one, other) = (before.as_bytes(), after.as_bytes());
    let pairs = one.iter().zip(other);
    let mut first = pairs.take_while(|(one, other)| one == other).count();
    while !before.is_char_boundary(first) {
        first -= 1;
    }
    let most = one.len().min(other.len()) - first;
    let pairs = one.iter().rev().zip(other.iter().rev()).take(most);
    let mut last = pairs.take_while(|(one, other)| one == other).count();
    while !before.is_char_boundary(before.len() - last) {
        last -= 1;
    }
    TextEdit {
        range: TextRange::new(first, before.len() - last),
        new_text: after[first..after.len() - last].to_owned(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_depends_on_an_edit_is_found_anew(document in documents(), edits in edits()) {
        let mut document = document;
        let mut analysis = start(&document.text());
        for what in edits {
            let next = document.edited(what);
            let edit = edit(&document.text(), &next.text());
            document = next;
            analysis = analysis.edited(&[edit]);
            assert_same(&analysis);
        }
    }
}
