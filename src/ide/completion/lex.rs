//! Lexemes of a stretch of JSON or of a YAML flow collection around the cursor, and the brackets
//! that are open there.
//!
//! The tree knows the document, but what is being typed is broken most of the time. So it is
//! read from the text.

use super::cursor::{MAX_SIBLINGS, Sibling};
use crate::ide::role::Segment;
use crate::text::range::TextRange;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LexemeKind {
    /// One of `{ } [ ] , :`.
    Mark(u8),
    /// A quoted text.
    Quoted {
        mark: u8,
        /// Whether the closing quote is there.
        closed: bool,
    },
    /// Anything else.
    Word,
}

/// A lexeme and its range in the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lexeme {
    pub kind: LexemeKind,
    pub range: TextRange,
}

impl Lexeme {
    pub fn is(self, mark: u8) -> bool {
        self.kind == LexemeKind::Mark(mark)
    }

    /// Whether it is a text, quoted or not.
    pub fn is_scalar(self) -> bool {
        !matches!(self.kind, LexemeKind::Mark(_))
    }

    /// Whether typing at the offset would change this scalar.
    pub fn is_typed_at(self, offset: usize) -> bool {
        match self.kind {
            LexemeKind::Mark(_) => false,
            LexemeKind::Quoted { .. } => self.range.start() < offset && offset <= self.range.end(),
            LexemeKind::Word => self.range.touches(offset),
        }
    }

    /// The part of this scalar that is the word at the offset: all of it, but of an unclosed
    /// quote only up to the end of the letters at the offset, since the rest of the line may be
    /// other members.
    pub fn typed_range(self, source: &str, base: usize, offset: usize) -> TextRange {
        if !matches!(self.kind, LexemeKind::Quoted { closed: false, .. }) {
            return self.range;
        }
        let rest = source
            .get(offset - base..self.range.end() - base)
            .unwrap_or("");
        let letters = rest
            .find(|sign: char| !(sign.is_alphanumeric() || "_-./#$~".contains(sign)))
            .unwrap_or(rest.len());
        TextRange::new(self.range.start(), offset + letters)
    }

    /// The text between the quotes, raw.
    pub fn text(self, source: &str, base: usize) -> &str {
        let (mut start, mut end) = (self.range.start() - base, self.range.end() - base);
        if let LexemeKind::Quoted { closed, .. } = self.kind {
            start += 1;
            end -= usize::from(closed);
        }
        source.get(start..end.max(start)).unwrap_or("")
    }
}

/// The lexemes of `source`, which starts at `base` in the document, without comments. An unclosed
/// quote ends with its line.
pub fn lexemes(source: &str, base: usize, yaml: bool) -> Vec<Lexeme> {
    let bytes = source.as_bytes();
    let mut lexemes = Vec::new();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let start = at;
        let kind = match byte {
            b' ' | b'\t' | b'\r' | b'\n' => {
                at += 1;
                continue;
            }
            b'{' | b'}' | b'[' | b']' | b',' => {
                at += 1;
                LexemeKind::Mark(byte)
            }
            b':' if !yaml || ends_key(bytes.get(at + 1)) || follows_quote(&lexemes, base + at) => {
                at += 1;
                LexemeKind::Mark(byte)
            }
            b'#' if yaml => {
                at = line_end(bytes, at);
                continue;
            }
            b'/' if !yaml && bytes.get(at + 1) == Some(&b'/') => {
                at = line_end(bytes, at);
                continue;
            }
            b'/' if !yaml && bytes.get(at + 1) == Some(&b'*') => {
                let end = source.get(at..).and_then(|rest| rest.find("*/"));
                at = end.map_or(bytes.len(), |end| at + end + 2);
                continue;
            }
            b'"' => quoted(byte, bytes, &mut at),
            b'\'' if yaml => quoted(byte, bytes, &mut at),
            _ => {
                at = word_end(bytes, at, yaml);
                LexemeKind::Word
            }
        };
        lexemes.push(Lexeme {
            kind,
            range: TextRange::new(base + start, base + at),
        });
    }
    lexemes
}

/// In a YAML flow collection a colon ends a key before a blank or a mark (YAML 1.2.2, 7.4.2).
fn ends_key(next: Option<&u8>) -> bool {
    next.is_none_or(|next| next.is_ascii_whitespace() || b",[]{}".contains(next))
}

fn follows_quote(lexemes: &[Lexeme], at: usize) -> bool {
    lexemes.last().is_some_and(|last| {
        last.range.end() == at && matches!(last.kind, LexemeKind::Quoted { closed: true, .. })
    })
}

fn line_end(bytes: &[u8], from: usize) -> usize {
    let rest = bytes.iter().skip(from);
    let length = rest.take_while(|byte| !matches!(byte, b'\n' | b'\r'));
    from + length.count()
}

fn quoted(mark: u8, bytes: &[u8], at: &mut usize) -> LexemeKind {
    *at += 1;
    while let Some(&byte) = bytes.get(*at) {
        match byte {
            b'\n' | b'\r' => break,
            b'\\' if mark == b'"' => {
                *at += 1;
                if bytes
                    .get(*at)
                    .is_some_and(|byte| !matches!(byte, b'\n' | b'\r'))
                {
                    *at += 1;
                }
            }
            _ if byte == mark => {
                *at += 1;
                if mark == b'\'' && bytes.get(*at) == Some(&mark) {
                    *at += 1;
                    continue;
                }
                return LexemeKind::Quoted { mark, closed: true };
            }
            _ => *at += 1,
        }
    }
    LexemeKind::Quoted {
        mark,
        closed: false,
    }
}

/// A word of JSON ends at a blank or mark; a plain scalar of YAML may contain blanks.
fn word_end(bytes: &[u8], from: usize, yaml: bool) -> usize {
    let mut at = from + 1;
    let mut end = at;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\n' | b'\r' | b',' | b'[' | b']' | b'{' | b'}' => break,
            b':' if !yaml || ends_key(bytes.get(at + 1)) => break,
            b'"' if !yaml => break,
            b' ' | b'\t' if !yaml => break,
            b'#' if yaml && end < at => break,
            b' ' | b'\t' => at += 1,
            _ => {
                at += 1;
                end = at;
            }
        }
    }
    end
}

/// A collection that is open at the cursor.
#[derive(Debug)]
pub struct OpenBracket {
    pub map: bool,
    /// Its path.
    pub path: Vec<Segment>,
    /// The key whose value has not come yet.
    pub key: Option<String>,
    /// Whether the colon after `key` is read.
    pub after_colon: bool,
    /// The finished members.
    pub siblings: Vec<Sibling>,
    /// The finished scalars of a list.
    pub items: Vec<String>,
}

impl OpenBracket {
    pub fn new(map: bool, path: Vec<Segment>) -> Self {
        Self {
            map,
            path,
            key: None,
            after_colon: false,
            siblings: Vec::new(),
            items: Vec::new(),
        }
    }

    /// Takes a scalar as the next key, value or item; `None` stands for a whole collection.
    fn take(&mut self, text: Option<&str>) {
        if self.siblings.len() + self.items.len() >= MAX_SIBLINGS {
            return;
        }
        if !self.map {
            self.items.extend(text.map(str::to_owned));
        } else if self.after_colon {
            self.end_member(text);
        } else {
            self.end_member(None);
            self.key = text.map(str::to_owned);
        }
    }

    /// Finishes the member that was being read.
    pub fn end_member(&mut self, value: Option<&str>) {
        if let Some(key) = self.key.take() {
            self.siblings.push(Sibling {
                key,
                value: value.map(str::to_owned),
            });
        }
        self.after_colon = false;
    }

    fn inner_path(&self) -> Vec<Segment> {
        let mut path = self.path.clone();
        path.push(match &self.key {
            Some(key) if self.map => Segment::Key(key.clone()),
            _ => Segment::Item,
        });
        path
    }
}

/// Updates what is open by one more lexeme of `source`, which starts at `base`.
pub fn step(open: &mut Vec<OpenBracket>, lexeme: Lexeme, source: &str, base: usize) {
    match lexeme.kind {
        LexemeKind::Mark(mark @ (b'{' | b'[')) => {
            let path = open.last().map_or_else(Vec::new, OpenBracket::inner_path);
            if open.len() < 64 {
                open.push(OpenBracket::new(mark == b'{', path));
            }
        }
        LexemeKind::Mark(b'}' | b']') => {
            open.pop();
            if let Some(outer) = open.last_mut() {
                outer.take(None);
            }
        }
        LexemeKind::Mark(b':') => {
            if let Some(innermost) = open.last_mut() {
                innermost.after_colon = innermost.map;
            }
        }
        LexemeKind::Mark(_) => {
            if let Some(innermost) = open.last_mut() {
                innermost.end_member(None);
            }
        }
        _ => {
            if let Some(innermost) = open.last_mut() {
                innermost.take(Some(lexeme.text(source, base)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::string_slice)]

    use super::*;

    fn texts(source: &str, yaml: bool) -> Vec<String> {
        lexemes(source, 0, yaml)
            .iter()
            .map(|lexeme| source[lexeme.range.start()..lexeme.range.end()].to_owned())
            .collect()
    }

    #[test]
    fn lexemes_of_json_and_of_flow_yaml() {
        assert_eq!(
            texts(r#"{"a\"": tru, // x"#, false),
            ["{", r#""a\"""#, ":", "tru", ","]
        );
        assert_eq!(
            texts("{\"a\n b", false),
            ["{", "\"a", "b"],
            "a quote ends with its line"
        );
        assert_eq!(
            texts("{a b: x:y, 'it''s':z, u: h://x} # c", true),
            [
                "{", "a b", ":", "x:y", ",", "'it''s'", ":", "z", ",", "u", ":", "h://x", "}"
            ]
        );
        assert_eq!(texts("[/* ] */ 1]", false), ["[", "1", "]"]);
    }
}
