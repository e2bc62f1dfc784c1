//! The lines that an edit has touched.

use super::{Shape, line_end, line_start, lines_from};
use crate::syntax::format::Format;
use crate::text::kept::Changed;

/// All lines whose look, or whose meaning for the split, an edit may have changed: before them and
/// behind them both texts have the same lines.
#[derive(Debug, Clone, Copy)]
pub(in crate::syntax) struct Touched {
    /// Where they start, in both texts.
    pub start: usize,
    /// Where they ended.
    pub old_end: usize,
    /// Where they end now.
    pub new_end: usize,
}

impl Touched {
    /// `text` is the whole text after the edit.
    pub fn new(text: &str, changed: Changed, format: Format) -> Self {
        // The line before, too: a break at its end may have become another one.
        let start = line_start(text, changed.start.saturating_sub(1));
        let mut end = line_end(text, changed.new_end);
        if format == Format::Json {
            // A colon before the next line with content makes that line a value.
            for line in lines_from(text, end, format) {
                match line.shape {
                    Shape::Closer => break,
                    Shape::Blank | Shape::Comment => end = line.end,
                    _ => {
                        end = line.end;
                        break;
                    }
                }
            }
        }
        Self {
            start,
            old_end: end - changed.new_end + changed.old_end,
            new_end: end,
        }
    }

    /// The same, with offsets from `base` on; nothing if they start before it.
    pub fn from(self, base: usize) -> Option<Self> {
        Some(Self {
            start: self.start.checked_sub(base)?,
            old_end: self.old_end - base,
            new_end: self.new_end - base,
        })
    }
}
