//! What an edit does to the places of everything else.

use super::range::TextRange;

/// An edit of a text, but for what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shift {
    /// What is replaced.
    pub range: TextRange,
    /// How many bytes stand there afterwards.
    pub inserted: usize,
}

impl Shift {
    /// Where an offset is after the edit.
    pub fn offset(self, at: usize) -> usize {
        self.of(TextRange::empty(at)).start
    }

    /// Where a range is after the edit. What ends where something is inserted ends there still,
    /// what starts there starts after it; of what the edit touches the untouched end moves.
    pub fn of(self, range: TextRange) -> TextRange {
        let Self {
            range: replaced,
            inserted,
        } = self;
        let moved = |at: usize| at - replaced.end + replaced.start + inserted;
        if range.start >= replaced.end {
            return TextRange::new(moved(range.start), moved(range.end));
        }
        if range.end > replaced.end {
            return TextRange::new(range.start, moved(range.end));
        }
        range
    }
}
