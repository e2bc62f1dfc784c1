//! Positions that follow edits without a look at the text.

use crate::text::position::{Encoding, Position};
use crate::text::{Text, TextEdit};

/// An offset in a text with its position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spot {
    /// In bytes.
    pub offset: usize,
    /// The same as the client counts.
    pub position: Position,
}

impl Spot {
    /// Asks the text.
    pub fn new(text: &Text, offset: usize, encoding: Encoding) -> Self {
        Self {
            offset,
            position: text.position(offset, encoding),
        }
    }

    /// Where the spot is after edits; `None` if it stood in what one of them replaced.
    fn shifted(mut self, shifts: &[Shift]) -> Option<Self> {
        for shift in shifts {
            // Whether a `\r` ends a line depends on the byte after it, so that the byte at the
            // spot must be the same one too.
            if self.offset < shift.from {
                continue;
            }
            if self.offset < shift.until.offset {
                return None;
            }
            // From here on the same bytes follow, with the same line ends among them.
            let (old, new) = (shift.until, shift.now);
            let position = &mut self.position;
            if position.line == old.position.line {
                let beyond = position.character.wrapping_sub(old.position.character);
                position.character = new.position.character.wrapping_add(beyond);
            }
            let lines = new.position.line.wrapping_sub(old.position.line);
            position.line = position.line.wrapping_add(lines);
            self.offset = self.offset - old.offset + new.offset;
        }
        Some(self)
    }
}

/// What an edit does to the places after it.
#[derive(Debug, Clone, Copy)]
struct Shift {
    /// Where what was replaced started.
    from: usize,
    /// Where it ended, in the text before.
    until: Spot,
    /// Where that is in the text after.
    now: Spot,
}

/// Longer bursts cost more than the text does.
const MAX_SHIFTS: usize = 64;

/// The edits since the spots were right, in their order.
#[derive(Debug, Default)]
pub struct Shifts {
    shifts: Vec<Shift>,
    are_too_many: bool,
}

impl Shifts {
    /// Applies an edit to the text and remembers it; its range becomes what was really replaced.
    pub fn apply(&mut self, text: &mut Text, edit: &mut TextEdit, encoding: Encoding) {
        if self.shifts.len() == MAX_SHIFTS {
            self.shifts.clear();
            self.are_too_many = true;
        }
        if self.are_too_many {
            edit.range = text.apply(edit.range, &edit.new_text);
            return;
        }
        let end = text.floor(edit.range.end);
        let until = Spot::new(text, end, encoding);
        edit.range = text.apply(edit.range, &edit.new_text);
        let now = Spot::new(text, edit.range.start + edit.new_text.len(), encoding);
        let from = edit.range.start;
        self.shifts.push(Shift { from, until, now });
    }

    /// Forgets all edits: from here on the spots are right.
    pub fn clear(&mut self) {
        self.shifts.clear();
        self.are_too_many = false;
    }

    /// The spot at an offset of the text after all edits, from one that may have been there
    /// before them.
    pub fn follow(&self, old: Spot, text: &Text, offset: usize, encoding: Encoding) -> Spot {
        if !self.are_too_many
            && let Some(spot) = old.shifted(&self.shifts)
            && spot.offset == offset
        {
            return spot;
        }
        Spot::new(text, offset, encoding)
    }
}
