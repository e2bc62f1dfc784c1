//! Tokens of a stretch of JSON or of a YAML flow collection, for the text around a cursor.
//!
//! The tree knows the document; what is being typed right now is read from the text, because
//! it is broken most of the time.

use crate::text::range::TextRange;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One of `{ } [ ] , :`.
    Mark(u8),
    /// A quoted text, and whether its quote is closed.
    Quoted {
        /// The quote.
        mark: u8,
        /// Whether the closing quote is there.
        closed: bool,
    },
    /// Anything else.
    Word,
}

/// A token with its place in the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// Where it stands.
    pub range: TextRange,
}

impl Token {
    /// Whether this is the mark.
    pub fn is(self, mark: u8) -> bool {
        self.kind == Kind::Mark(mark)
    }

    /// Whether it is a text, quoted or not.
    pub fn is_scalar(self) -> bool {
        !matches!(self.kind, Kind::Mark(_))
    }

    /// Whether text typed at the offset would change this scalar.
    pub fn is_typed_at(self, offset: usize) -> bool {
        match self.kind {
            Kind::Mark(_) => false,
            Kind::Quoted { .. } => self.range.start < offset && offset <= self.range.end,
            Kind::Word => self.range.touches(offset),
        }
    }

    /// What of this scalar is the word at the offset: all of it, but of a quote that is not
    /// closed only the letters around the offset, for the rest of the line is not meant.
    pub fn typed_range(self, source: &str, base: usize, offset: usize) -> TextRange {
        if !matches!(self.kind, Kind::Quoted { closed: false, .. }) {
            return self.range;
        }
        let rest = source
            .get(offset - base..self.range.end - base)
            .unwrap_or("");
        let letters = rest
            .find(|sign: char| !(sign.is_alphanumeric() || "_-./#$~".contains(sign)))
            .unwrap_or(rest.len());
        TextRange::new(self.range.start, offset + letters)
    }

    /// The text between the quotes, raw.
    pub fn text(self, source: &str, base: usize) -> &str {
        let (mut start, mut end) = (self.range.start - base, self.range.end - base);
        if let Kind::Quoted { closed, .. } = self.kind {
            start += 1;
            end -= usize::from(closed);
        }
        source.get(start..end.max(start)).unwrap_or("")
    }
}

/// The tokens of `source`, which stands at `base` in the document. Comments are left out; a
/// quote that is not closed ends at the end of its line.
pub fn tokens(source: &str, base: usize, yaml: bool) -> Vec<Token> {
    let bytes = source.as_bytes();
    let mut tokens = Vec::new();
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
                Kind::Mark(byte)
            }
            b':' if !yaml || ends_key(bytes.get(at + 1)) || follows_quote(&tokens, base + at) => {
                at += 1;
                Kind::Mark(byte)
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
                at = source[at..]
                    .find("*/")
                    .map_or(bytes.len(), |end| at + end + 2);
                continue;
            }
            b'"' => quoted(bytes, &mut at),
            b'\'' if yaml => quoted(bytes, &mut at),
            _ => {
                at = word_end(bytes, at, yaml);
                Kind::Word
            }
        };
        tokens.push(Token {
            kind,
            range: TextRange::new(base + start, base + at),
        });
    }
    tokens
}

/// In a YAML flow collection a colon ends a key before a blank or a mark (YAML 1.2.2, 7.4.2).
fn ends_key(next: Option<&u8>) -> bool {
    next.is_none_or(|next| next.is_ascii_whitespace() || b",[]{}".contains(next))
}

fn follows_quote(tokens: &[Token], at: usize) -> bool {
    tokens.last().is_some_and(|last| {
        last.range.end == at && matches!(last.kind, Kind::Quoted { closed: true, .. })
    })
}

fn line_end(bytes: &[u8], from: usize) -> usize {
    bytes[from..]
        .iter()
        .position(|byte| matches!(byte, b'\n' | b'\r'))
        .map_or(bytes.len(), |end| from + end)
}

fn quoted(bytes: &[u8], at: &mut usize) -> Kind {
    let mark = bytes[*at];
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
                return Kind::Quoted { mark, closed: true };
            }
            _ => *at += 1,
        }
    }
    Kind::Quoted {
        mark,
        closed: false,
    }
}

/// A word of JSON ends at a blank or mark; a plain scalar of YAML may have blanks inside.
fn word_end(bytes: &[u8], from: usize, yaml: bool) -> usize {
    let mut at = from + 1;
    let mut end = at;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\n' | b'\r' | b',' | b'[' | b']' | b'{' | b'}' => break,
            b':' if !yaml || ends_key(bytes.get(at + 1)) => break,
            b'"' if !yaml => break,
            b' ' | b'\t' if !yaml => break,
            b'#' if yaml && matches!(bytes[at - 1], b' ' | b'\t') => break,
            b' ' | b'\t' => at += 1,
            _ => {
                at += 1;
                end = at;
            }
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(source: &str, yaml: bool) -> Vec<String> {
        tokens(source, 0, yaml)
            .iter()
            .map(|token| source[token.range.start..token.range.end].to_owned())
            .collect()
    }

    #[test]
    fn tokens_of_json_and_of_flow_yaml() {
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
