//! Where the text may speak of findings. A text is searched once, when it is opened; afterwards
//! only what is typed.

use super::MARK;
use crate::text::range::TextRange;
use crate::text::{Text, TextEdit};

/// Every place in which the mark stands, in bytes, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Marks {
    offsets: Vec<usize>,
}

impl Marks {
    /// Searches a whole text.
    pub fn new(text: &Text) -> Self {
        Self {
            offsets: text.occurrences(TextRange::new(0, text.len()), MARK),
        }
    }

    /// The marks after edits, each in the coordinates of the text that the one before it left;
    /// `text` is the text before all of them.
    #[must_use]
    pub fn edited(&self, text: &Text, edits: &[TextEdit]) -> Self {
        let mut text = text.clone();
        let mut offsets = self.offsets.clone();
        for edit in edits {
            let range = text.apply(edit.range, &edit.new_text);
            let inserted = edit.new_text.len();
            // A mark may come into being across an end of what was typed.
            let reach = MARK.len() - 1;
            let around = TextRange::new(
                range.start.saturating_sub(reach),
                range.start + inserted + reach,
            );
            let before = offsets.partition_point(|at| at + MARK.len() <= range.start);
            let after = offsets.partition_point(|at| *at < range.end);
            let found = text.occurrences(around, MARK).into_iter();
            let kept_before = &offsets[..before];
            let kept_after = offsets[after..]
                .iter()
                .map(|at| at + inserted - range.len());
            let mut next: Vec<usize> = kept_before.iter().copied().chain(kept_after).collect();
            next.extend(found);
            next.sort_unstable();
            next.dedup();
            offsets = next;
        }
        Self { offsets }
    }

    /// Where they are.
    pub fn offsets(&self) -> &[usize] {
        &self.offsets
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn marks_are_found_in_long_texts() {
        let text = format!("{}{MARK}{}{MARK}", "ä".repeat(3_001), "x".repeat(7_001));
        let expected = [6_002, 6_002 + MARK.len() + 7_001];
        assert_eq!(Marks::new(&Text::new(&text)).offsets(), expected);
    }

    proptest! {
        /// What is typed is searched, and only that; the result is the same.
        #[test]
        fn marks_after_edits_are_those_of_the_new_text(
            start in "(asyncapi-security|a|x-|\n|ä){0,12}",
            edits in prop::collection::vec(
                (0_usize..200, 0_usize..30, "(asyncapi|-security|asyncapi-security|a|ä){0,3}"),
                1..6,
            ),
        ) {
            let before = Text::new(&start);
            let edits: Vec<TextEdit> = edits
                .into_iter()
                .map(|(at, length, new_text)| TextEdit {
                    range: TextRange::new(at, at + length),
                    new_text,
                })
                .collect();
            let mut after = before.clone();
            for edit in &edits {
                after.apply(edit.range, &edit.new_text);
            }
            let marks = Marks::new(&before).edited(&before, &edits);
            prop_assert_eq!(marks, Marks::new(&after));
        }
    }
}
