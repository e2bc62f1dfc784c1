//! Ranges as people and other programs count them.

use schemars::JsonSchema;
use serde::Serialize;

use super::range::TextRange;
use super::{Encoding, Text};

/// A range as people and other programs count it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Extent {
    /// The first character.
    pub start: Point,
    /// One past the last character.
    pub end: Point,
}

/// A position as people and other programs count it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Point {
    /// Bytes from the start of the document.
    pub offset: usize,
    /// The line, from 1.
    pub line: usize,
    /// Unicode characters from the start of the line, from 1.
    pub column: usize,
}

impl Extent {
    /// Converts a range.
    pub fn new(text: &Text, range: TextRange) -> Self {
        Self {
            start: Point::new(text, range.start()),
            end: Point::new(text, range.end()),
        }
    }
}

impl Point {
    fn new(text: &Text, offset: usize) -> Self {
        let position = text.position(offset, Encoding::Utf32);
        Self {
            offset,
            line: position.line as usize + 1,
            column: position.character as usize + 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_from_one() {
        let text = Text::new("a\r\nä🔐b");
        let extent = Extent::new(&text, TextRange::new(9, 10));
        assert_eq!(
            extent.start,
            Point {
                offset: 9,
                line: 2,
                column: 3
            }
        );
        assert_eq!(extent.end.column, 4);
    }
}
