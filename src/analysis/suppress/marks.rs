//! Where a text may contain suppressions. The whole text is searched once, when it is opened;
//! after an edit only the new text is.

use crate::text::Text;
use crate::text::range::TextRange;
use crate::text::shift::Shift;

/// Part of both forms of a suppression, so that one search finds both.
pub(super) const MARK: &str = "asyncapi-security";

/// The offsets of all marks, sorted.
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

    /// Updates the offsets after an edit; `text` is the text after it.
    pub fn follow(&mut self, text: &Text, edit: Shift) {
        let Shift { range, inserted } = edit;
        // A new mark may consist of old and new text.
        let reach = MARK.len() - 1;
        let around = TextRange::new(
            range.start.saturating_sub(reach),
            range.start + inserted + reach,
        );
        let offsets = &mut self.offsets;
        let before = offsets.partition_point(|at| at + MARK.len() <= range.start);
        let after = offsets.partition_point(|at| *at < range.end);
        let kept_after = offsets.split_off(after);
        offsets.truncate(before);
        offsets.extend(kept_after.into_iter().map(|at| edit.offset(at)));
        offsets.extend(text.occurrences(around, MARK));
        offsets.sort_unstable();
        offsets.dedup();
    }

    /// Byte offsets of the marks.
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
        /// Searching only the new text finds the same as searching everything.
        #[test]
        fn marks_after_edits_are_those_of_the_new_text(
            start in "(asyncapi-security|a|x-|\n|ä){0,12}",
            edits in prop::collection::vec(
                (0_usize..200, 0_usize..30, "(asyncapi|-security|asyncapi-security|a|ä){0,3}"),
                1..6,
            ),
        ) {
            let before = Text::new(&start);
            let mut marks = Marks::new(&before);
            let mut after = before;
            for (at, length, new_text) in edits {
                let range = after.apply(TextRange::new(at, at + length), &new_text);
                let inserted = new_text.len();
                marks.follow(&after, Shift { range, inserted });
            }
            prop_assert_eq!(marks, Marks::new(&after));
        }
    }
}
