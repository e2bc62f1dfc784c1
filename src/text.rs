//! The text of a document: a rope, byte ranges, edits, and positions as editors count them.
//!
//! Line breaks are those of the Language Server Protocol: `\n`, `\r\n` and a lone `\r`, nothing
//! else.

pub mod extent;
pub mod kept;
pub mod printable;
pub mod range;

use std::borrow::Cow;

use ropey::Rope;

use range::TextRange;

/// How many bytes of a line are looked at around a place in it: who looks at all of a long line at
/// each of its places takes forever.
pub const MAX_REACH: usize = 4096;

/// A replacement of a byte range by new text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextEdit {
    /// The replaced range, in bytes of the text before the edit.
    pub range: TextRange,
    /// The text that replaces it.
    pub new_text: String,
}

/// What a position's `character` counts (LSP 3.17, `PositionEncodingKind`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// Bytes.
    Utf8,
    /// UTF-16 code units, the protocol's default.
    Utf16,
    /// Unicode scalar values.
    Utf32,
}

/// A line and a character in it, both from 0 (LSP 3.17, `Position`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Position {
    /// The line, from 0.
    pub line: u32,
    /// Units of the encoding from the start of the line.
    pub character: u32,
}

/// The text of one document at one version. A clone shares everything (O(1)).
#[derive(Debug, Clone)]
pub struct Text {
    rope: Rope,
}

impl Text {
    /// Builds a text from a string.
    pub fn new(text: &str) -> Self {
        Self {
            rope: Rope::from_str(text),
        }
    }

    /// Length in bytes.
    pub fn len(&self) -> usize {
        self.rope.len_bytes()
    }

    /// Whether the text has no bytes.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Number of lines; a text that ends in a line break has an empty last line.
    pub fn line_count(&self) -> usize {
        self.rope.len_lines()
    }

    /// The line (from 0) that holds the byte at `offset`, clamped to the end.
    pub fn line_of(&self, offset: usize) -> usize {
        self.rope.byte_to_line(offset.min(self.len()))
    }

    /// Where `line` starts, in bytes; the end of the text for a line past the last.
    pub fn line_start(&self, line: usize) -> usize {
        if line >= self.rope.len_lines() {
            self.len()
        } else {
            self.rope.line_to_byte(line)
        }
    }

    /// The range of `line` without its line break.
    pub fn line_range(&self, line: usize) -> TextRange {
        let start = self.line_start(line);
        let mut end = self.line_start(line + 1);
        for terminator in [b'\n', b'\r'] {
            if end > start && self.rope.byte(end - 1) == terminator {
                end -= 1;
            }
        }
        TextRange::new(start, end)
    }

    /// The line break that ends this line, or the line before if this is the last.
    pub fn line_break(&self, line: usize) -> &'static str {
        let line = if line + 1 < self.line_count() {
            line
        } else {
            line.saturating_sub(1)
        };
        let end = self.line_range(line).end();
        match (self.byte(end), self.byte(end + 1)) {
            (Some(b'\r'), Some(b'\n')) => "\r\n",
            (Some(b'\r'), _) => "\r",
            _ => "\n",
        }
    }

    /// The text of a range. Ends that fall inside a character are moved to its start.
    pub fn slice(&self, range: TextRange) -> Cow<'_, str> {
        let start = self.floor(range.start());
        let end = self.floor(range.end()).max(start);
        self.rope.byte_slice(start..end).into()
    }

    /// What stands before an offset on its line: of a long line only the [`MAX_REACH`] last bytes.
    pub fn before(&self, offset: usize) -> Cow<'_, str> {
        let line = self.line_range(self.line_of(offset));
        let start = line.start().max(offset.saturating_sub(MAX_REACH));
        self.slice(TextRange::new(start, offset))
    }

    /// What stands behind an offset on its line: of a long line only the [`MAX_REACH`] first bytes.
    pub fn behind(&self, offset: usize) -> Cow<'_, str> {
        let line = self.line_range(self.line_of(offset));
        self.slice(TextRange::new(offset, line.end().min(offset + MAX_REACH)))
    }

    /// The byte at `offset`, if there is one.
    pub fn byte(&self, offset: usize) -> Option<u8> {
        self.rope.get_byte(offset)
    }

    /// The offsets at which `needle` occurs in a range, in bytes from the start of the text.
    /// Searches the rope's chunks directly, without copying the text.
    pub fn occurrences(&self, range: TextRange, needle: &str) -> Vec<usize> {
        let start = self.floor(range.start());
        let end = self.floor(range.end()).max(start);
        let mut found = Vec::new();
        let finder = memchr::memmem::Finder::new(needle);
        let reach = needle.len().saturating_sub(1);
        // The end of what was searched so far, for a needle that crosses two chunks of the rope.
        let mut tail: Vec<u8> = Vec::new();
        let mut at = start;
        for chunk in self.rope.byte_slice(start..end).chunks() {
            let chunk = chunk.as_bytes();
            let kept = tail.len();
            tail.extend(&chunk[..chunk.len().min(reach)]);
            let across = finder.find_iter(&tail).map(|place| at - kept + place);
            found.extend(across.filter(|place| *place < at));
            found.extend(finder.find_iter(chunk).map(|place| at + place));
            if chunk.len() >= reach {
                tail.clear();
                tail.extend(&chunk[chunk.len() - reach..]);
            }
            tail.drain(..tail.len().saturating_sub(reach));
            at += chunk.len();
        }
        found
    }

    /// The nearest character boundary at or before `offset`, inside the text.
    pub fn floor(&self, offset: usize) -> usize {
        let offset = offset.min(self.len());
        self.rope.char_to_byte(self.rope.byte_to_char(offset))
    }

    /// Replaces a range, whose ends are clamped to character boundaries inside the text. Returns
    /// the range that was actually replaced.
    pub fn apply(&mut self, range: TextRange, new_text: &str) -> TextRange {
        let start = self.floor(range.start());
        let end = self.floor(range.end()).max(start);
        let first = self.rope.byte_to_char(start);
        let last = self.rope.byte_to_char(end);
        if last > first {
            self.rope.remove(first..last);
        }
        if !new_text.is_empty() {
            self.rope.insert(first, new_text);
        }
        TextRange::new(start, end)
    }

    /// The line and character of a byte offset, in the given encoding.
    pub fn position(&self, offset: usize, encoding: Encoding) -> Position {
        let offset = self.floor(offset);
        let line = self.rope.byte_to_line(offset);
        let start = self.rope.line_to_byte(line);
        let character = match encoding {
            Encoding::Utf8 => offset - start,
            Encoding::Utf16 => {
                let to = self.rope.byte_to_char(offset);
                let from = self.rope.byte_to_char(start);
                self.rope.char_to_utf16_cu(to) - self.rope.char_to_utf16_cu(from)
            }
            Encoding::Utf32 => self.rope.byte_to_char(offset) - self.rope.byte_to_char(start),
        };
        Position {
            line: u32::try_from(line).unwrap_or(u32::MAX),
            character: u32::try_from(character).unwrap_or(u32::MAX),
        }
    }

    /// The byte offset of a position. A character past the end of its line means the end of
    /// the line (LSP 3.17, `Position`); a line past the last means the end of the text.
    pub fn offset(&self, position: Position, encoding: Encoding) -> usize {
        let line = position.line as usize;
        if line >= self.rope.len_lines() {
            return self.len();
        }
        let range = self.line_range(line);
        let character = position.character as usize;
        let first = self.rope.byte_to_char(range.start());
        let offset = match encoding {
            Encoding::Utf8 => self.floor(range.start().saturating_add(character).min(range.end())),
            Encoding::Utf16 => {
                let unit = self.rope.char_to_utf16_cu(first).saturating_add(character);
                if unit > self.rope.len_utf16_cu() {
                    range.end()
                } else {
                    self.rope.char_to_byte(self.rope.utf16_cu_to_char(unit))
                }
            }
            Encoding::Utf32 => {
                let at = first.saturating_add(character).min(self.rope.len_chars());
                self.rope.char_to_byte(at)
            }
        };
        offset.min(range.end())
    }
}

impl std::fmt::Display for Text {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.rope
            .chunks()
            .try_for_each(|chunk| formatter.write_str(chunk))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cargo unifies features: if a dependency enabled ropey's Unicode line breaks, every line
    /// number would change silently.
    #[test]
    fn line_breaks_are_those_of_the_protocol() {
        for (text, lines) in [
            ("a\nb", 2),
            ("a\r\nb", 2),
            ("a\rb", 2),
            ("a\u{2028}b\u{2029}c\u{0085}d\u{000B}e\u{000C}f", 1),
            ("a\r\r\n\n", 4),
            ("", 1),
        ] {
            assert_eq!(Text::new(text).line_count(), lines, "{text:?}");
        }
    }

    #[test]
    fn of_a_long_line_only_what_is_near_is_looked_at() {
        let text = Text::new("ab\r\ncd\n\u{1d11e}");
        for (offset, before, behind) in [
            (0, "", "ab"),
            (1, "a", "b"),
            (2, "ab", ""),
            (3, "ab\r", ""),
            (4, "", "cd"),
            (7, "", "\u{1d11e}"),
            (11, "\u{1d11e}", ""),
        ] {
            assert_eq!(text.before(offset), before, "before {offset}");
            assert_eq!(text.behind(offset), behind, "behind {offset}");
        }
        let long = Text::new(&"\u{1d11e}".repeat(MAX_REACH));
        let (before, behind) = (long.before(2 * MAX_REACH), long.behind(2 * MAX_REACH));
        assert_eq!((before.len(), behind.len()), (MAX_REACH, MAX_REACH));
        let (before, behind) = (
            long.before(2 * MAX_REACH + 4),
            long.behind(2 * MAX_REACH + 4),
        );
        assert_eq!((before.len(), behind.len()), (MAX_REACH, MAX_REACH));
    }

    #[test]
    fn positions_and_offsets_agree_in_every_encoding() {
        let text = Text::new("a\u{e9}\u{1d11e}b\r\nzz\rx\n");
        for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
            for offset in [0, 1, 3, 7, 8, 10, 11, 12, 13, 14, 15] {
                let position = text.position(offset, encoding);
                assert_eq!(
                    text.offset(position, encoding),
                    offset,
                    "{encoding:?} {offset} {position:?}"
                );
            }
        }
        let end = Position {
            line: 0,
            character: 99,
        };
        assert_eq!(text.offset(end, Encoding::Utf16), 8);
        assert_eq!(
            text.offset(
                Position {
                    line: 99,
                    character: 0
                },
                Encoding::Utf16
            ),
            15
        );
        // Inside a surrogate pair: the start of the character.
        assert_eq!(
            text.offset(
                Position {
                    line: 0,
                    character: 3
                },
                Encoding::Utf16
            ),
            3
        );
    }

    #[test]
    fn occurrences_are_found_across_the_chunks_of_a_rope() {
        let needle = "asyncapi-security";
        let text = format!("{}{needle}{}{needle}", "ä".repeat(3_001), "x".repeat(7_001));
        let expected = [6_002, 6_002 + needle.len() + 7_001];
        let text = Text::new(&text);
        let all = TextRange::new(0, text.len());
        assert_eq!(text.occurrences(all, needle), expected);
    }

    #[test]
    fn an_edit_replaces_whole_characters() {
        let mut text = Text::new("a\u{e9}b");
        assert_eq!(text.apply(TextRange::new(2, 99), "x"), TextRange::new(1, 4));
        assert_eq!(text.to_string(), "ax");
    }
}
