//! Places as people and other programs count them.

use serde::Serialize;

use crate::text::Text;
use crate::text::position::Encoding;
use crate::text::range::TextRange;

/// From where to where a place in a document goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Extent {
    /// The first character.
    pub start: Point,
    /// One past the last character.
    pub end: Point,
}

/// A point between two characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Point {
    /// Bytes from the start of the document.
    pub offset: usize,
    /// The line, from 1.
    pub line: usize,
    /// Unicode characters from the start of the line, from 1.
    pub column: usize,
}

impl Extent {
    /// The extent of a range.
    pub fn new(text: &Text, range: TextRange) -> Self {
        Self {
            start: Point::new(text, range.start),
            end: Point::new(text, range.end),
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
        let place = Extent::new(&text, TextRange::new(9, 10));
        assert_eq!(
            place.start,
            Point {
                offset: 9,
                line: 2,
                column: 3
            }
        );
        assert_eq!(place.end.column, 4);
    }
}
