//! The text after the last child of a branch.

use crate::syntax::format::Format;
use crate::syntax::leaf::Frame;
use crate::syntax::split::layout::ChunkLayout;
use crate::syntax::split::line_end;
use crate::text::range::TextRange;

/// The text after the last child: JSON from the line of the closing bracket on, YAML from the
/// marker that ends the document.
#[derive(Debug, Default)]
pub(in crate::syntax) struct Tail {
    /// Its length.
    pub len: usize,
    /// JSON: the end of the closing bracket, if there is one.
    pub close_end: Option<usize>,
    /// JSON: whether that is one of the other kind. It stands where the right one belongs.
    pub is_other: bool,
    /// JSON: the comma that follows the bracket.
    pub comma: Option<usize>,
    /// JSON: the first comment.
    pub comment: Option<TextRange>,
    /// JSON: what follows all that and must not.
    pub junk: Option<TextRange>,
    /// JSON: brackets in the tail.
    pub closers: Vec<u8>,
}

impl Tail {
    pub fn read(text: &str, format: Format, layout: &ChunkLayout) -> Self {
        let mut tail = Self {
            len: text.len(),
            ..Self::default()
        };
        if format == Format::Json {
            tail.read_json(text, layout);
        }
        tail
    }

    fn read_json(&mut self, text: &str, layout: &ChunkLayout) {
        let closers = match layout.inner {
            Frame::Items => [b']', b'}'],
            _ => [b'}', b']'],
        };
        let bytes = text.as_bytes();
        let mut at = bytes.len() - text.trim_start().len();
        if let Some(byte) = bytes.get(at).filter(|byte| closers.contains(byte)) {
            at += 1;
            self.close_end = Some(at);
            self.is_other = *byte != closers[0];
        }
        while at < bytes.len() {
            let start = at;
            at = match bytes[at] {
                b' ' | b'\t' | b'\n' | b'\r' => at + 1,
                b'/' if matches!(bytes.get(at + 1), Some(b'/' | b'*')) => {
                    let end = comment_end(text, start);
                    let shown = text[start..end].trim_end_matches(['\n', '\r']).len();
                    let comment = TextRange::new(start, start + shown);
                    self.comment.get_or_insert(comment);
                    end
                }
                b',' if layout.frame != Frame::Document
                    && self.junk.is_none()
                    && self.comma.is_none() =>
                {
                    self.comma = Some(at);
                    at + 1
                }
                byte => {
                    if matches!(byte, b'{' | b'}' | b'[' | b']') {
                        self.closers.push(byte);
                    }
                    let mut end = start + 1;
                    while !text.is_char_boundary(end) {
                        end += 1;
                    }
                    let junk = TextRange::new(start, end);
                    self.junk = Some(self.junk.map_or(junk, |all| all.cover(junk)));
                    if byte == b'"' {
                        string_end(bytes, start)
                    } else {
                        end
                    }
                }
            };
        }
    }
}

/// The end of a JSON comment, including the line break of a line comment.
fn comment_end(text: &str, start: usize) -> usize {
    if text[start..].starts_with("//") {
        return line_end(text, start);
    }
    let end = memchr::memmem::find(&text.as_bytes()[start + 2..], b"*/");
    end.map_or(text.len(), |end| start + end + 4)
}

/// The end of a JSON string, at the latest the end of its line.
fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'"' => return at + 1,
            b'\n' | b'\r' => return at,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}
