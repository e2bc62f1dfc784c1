//! Lines, and what each of them looks like on its own.

use memchr::{memchr2, memchr3_iter};

use crate::syntax::invisible;
use crate::syntax::leaf::NodeKind;

/// One line of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct YamlLine {
    /// First byte of the line.
    pub start: usize,
    /// First byte that is not blank.
    pub content: usize,
    /// End of the line without its line break.
    pub end: usize,
    /// Where the next line starts.
    pub next: usize,
    /// Columns before the content.
    columns: usize,
}

impl YamlLine {
    /// Number of columns before the content.
    pub fn indent(self) -> i32 {
        i32::try_from(self.columns).unwrap_or(i32::MAX)
    }

    /// Whether the line is blank.
    pub fn is_blank(self) -> bool {
        self.content == self.end
    }
}

/// The line that starts at an offset. Breaks are `\n`, `\r\n` and a lone `\r`.
pub fn line_at(bytes: &[u8], start: usize) -> YamlLine {
    let end = memchr2(b'\n', b'\r', &bytes[start..]).map_or(bytes.len(), |at| start + at);
    let next = match (bytes.get(end), bytes.get(end + 1)) {
        (Some(b'\r'), Some(b'\n')) => end + 2,
        (Some(_), _) => end + 1,
        (None, _) => end,
    };
    let mut content = skip_blanks(bytes, start, end);
    let mut columns = content - start;
    if bytes.get(content).is_some_and(|byte| *byte >= 0xc2) && content < end {
        (content, columns) = invisible::indentation(bytes, start, end);
    }
    YamlLine {
        start,
        content,
        end,
        next,
        columns,
    }
}

/// The next line with content (not blank, not a comment) that starts at or after an offset, and
/// whether a comment line was skipped.
pub fn content_from(bytes: &[u8], mut at: usize) -> (Option<YamlLine>, bool) {
    let mut comment = false;
    while at < bytes.len() {
        let line = line_at(bytes, at);
        if !line.is_blank() {
            if bytes[line.content] != b'#' {
                return (Some(line), comment);
            }
            comment = true;
        }
        at = line.next;
    }
    (None, comment)
}

/// The first byte in `at..end` that is neither space nor tab.
pub fn skip_blanks(bytes: &[u8], mut at: usize, end: usize) -> usize {
    while at < end && is_blank(bytes[at]) {
        at += 1;
    }
    at
}

/// The end of `start..end` without trailing blanks.
pub fn trim_end(bytes: &[u8], start: usize, mut end: usize) -> usize {
    while end > start && is_blank(bytes[end - 1]) {
        end -= 1;
    }
    end
}

/// The end of the text before a comment, without trailing blanks.
pub fn comment_start(bytes: &[u8], start: usize, end: usize) -> usize {
    for offset in memchr::memchr_iter(b'#', &bytes[start..end]) {
        let at = start + offset;
        if at == start || is_blank(bytes[at - 1]) {
            return trim_end(bytes, start, at);
        }
    }
    trim_end(bytes, start, end)
}

/// Space or tab.
pub fn is_blank(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}

/// Whether there is a blank at `at`, or the end of the line.
pub fn blank_or_end(bytes: &[u8], at: usize, end: usize) -> bool {
    at >= end || is_blank(bytes[at])
}

/// A key on its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineKey {
    /// Start, including the quote.
    pub start: usize,
    /// End.
    pub end: usize,
    /// The offset of the colon.
    pub colon: usize,
    /// Plain or quoted, or an alias.
    pub kind: NodeKind,
    /// Whether its quote is closed.
    pub closed: bool,
}

/// What a line (or the rest of one) looks like on its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// `- ...`
    Item,
    /// `? ...`
    Explicit,
    /// `key: ...`
    Key(LineKey),
    /// Anything else; with the key if it reads `key:value` without a space.
    Bare(Option<LineKey>),
}

impl Shape {
    /// The key, also if no space follows its colon.
    pub fn key(self) -> Option<LineKey> {
        match self {
            Self::Key(key) | Self::Bare(Some(key)) => Some(key),
            _ => None,
        }
    }
}

/// Classifies the text from `at` to the end of its line.
pub fn shape(bytes: &[u8], at: usize, end: usize) -> Shape {
    let Some(first) = bytes.get(at).filter(|_| at < end) else {
        return Shape::Bare(None);
    };
    match first {
        b'-' if blank_or_end(bytes, at + 1, end) => return Shape::Item,
        b'?' if blank_or_end(bytes, at + 1, end) => return Shape::Explicit,
        _ => {}
    }
    let start = skip_props(bytes, at, end);
    match bytes.get(start).filter(|_| start < end) {
        Some(b'"' | b'\'') => quoted_key(bytes, start, end),
        Some(b'[' | b'{') => Shape::Bare(None),
        Some(b'|' | b'>') if starts_block(bytes, start, end) => Shape::Bare(None),
        _ => plain_key(bytes, start, end),
    }
}

/// The header of a block scalar: `|2-` and the like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// `>` rather than `|`.
    pub folded: bool,
    /// `-`, `+`, or nothing.
    pub chomp: Option<u8>,
    /// The digit.
    pub indent: Option<usize>,
    /// One past the header.
    pub end: usize,
}

/// Reads the header at an offset.
pub fn header(bytes: &[u8], at: usize, end: usize) -> Header {
    let mut header = Header {
        folded: bytes[at] == b'>',
        chomp: None,
        indent: None,
        end: at + 1,
    };
    while header.end < end {
        match bytes[header.end] {
            sign @ (b'-' | b'+') if header.chomp.is_none() => header.chomp = Some(sign),
            digit @ b'1'..=b'9' if header.indent.is_none() => {
                header.indent = Some(usize::from(digit - b'0'));
            }
            _ => break,
        }
        header.end += 1;
    }
    header
}

/// Whether the rest of the line after the mark at `at` is what a block scalar allows.
pub fn starts_block(bytes: &[u8], at: usize, end: usize) -> bool {
    let header = header(bytes, at, end);
    let rest = skip_blanks(bytes, header.end, end);
    rest == end || bytes[rest] == b'#' && rest > header.end
}

/// The offset after anchors and tags that are followed by other text on the line.
pub fn skip_props(bytes: &[u8], mut at: usize, end: usize) -> usize {
    while at < end && matches!(bytes[at], b'&' | b'!') {
        let mut stop = at;
        while !blank_or_end(bytes, stop, end) {
            stop += 1;
        }
        let after = skip_blanks(bytes, stop, end);
        if after >= end || bytes[after] == b'#' || bytes[stop - 1] == b':' {
            return at;
        }
        at = after;
    }
    at
}

/// The closing quote of the scalar that opens at `open`, before `limit`.
pub fn closing_quote(bytes: &[u8], open: usize, limit: usize) -> Option<usize> {
    let mut at = open + 1;
    if bytes[open] == b'\'' {
        loop {
            at += memchr::memchr(b'\'', bytes.get(at..limit)?)?;
            if at + 1 < limit && bytes[at + 1] == b'\'' {
                at += 2;
            } else {
                return Some(at);
            }
        }
    }
    loop {
        at += memchr2(b'"', b'\\', bytes.get(at..limit)?)?;
        if bytes[at] == b'"' {
            return Some(at);
        }
        at += 2;
    }
}

fn quoted_key(bytes: &[u8], start: usize, end: usize) -> Shape {
    let kind = if bytes[start] == b'"' {
        NodeKind::Double
    } else {
        NodeKind::Single
    };
    if let Some(close) = closing_quote(bytes, start, end) {
        let colon = skip_blanks(bytes, close + 1, end);
        let follows = colon < end && bytes[colon] == b':';
        let key = LineKey {
            start,
            end: close + 1,
            colon,
            kind,
            closed: true,
        };
        return match follows {
            true if blank_or_end(bytes, colon + 1, end) => Shape::Key(key),
            true => Shape::Bare(Some(key)),
            false => Shape::Bare(None),
        };
    }
    let Shape::Key(key) = plain_key(bytes, start, end) else {
        return Shape::Bare(None);
    };
    // `"https: //a` and similar: an unclosed quoted value, unless it is a name.
    let name = &bytes[start + 1..key.end];
    if name.is_empty() || !name.iter().copied().all(is_name_byte) {
        return Shape::Bare(None);
    }
    Shape::Key(LineKey {
        kind,
        closed: false,
        ..key
    })
}

fn plain_key(bytes: &[u8], start: usize, end: usize) -> Shape {
    let mut unspaced = None;
    for offset in memchr3_iter(b':', b'#', b'\n', &bytes[start..end]) {
        let at = start + offset;
        if bytes[at] == b'#' {
            if at > start && is_blank(bytes[at - 1]) {
                break;
            }
            continue;
        }
        let kind = if bytes[start] == b'*' {
            NodeKind::Alias
        } else {
            NodeKind::Plain
        };
        let key = LineKey {
            start,
            end: trim_end(bytes, start, at),
            colon: at,
            kind,
            closed: true,
        };
        if blank_or_end(bytes, at + 1, end) {
            return Shape::Key(key);
        }
        let name = bytes[start..at].iter().copied().all(is_name_byte);
        if name && offset > 0 && invisible::sign_at(bytes, at + 1).is_some() {
            return Shape::Bare(Some(key));
        }
        if unspaced.is_none() && offset > 0 {
            let first = bytes[start].is_ascii_alphabetic() || matches!(bytes[start], b'_' | b'$');
            let link = bytes[at + 1..end].starts_with(b"//");
            unspaced = Some(key).filter(|_| name && first && !link);
        }
    }
    Shape::Bare(unspaced)
}

/// A byte of a name that needs no quotes.
pub fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'$' | b'/')
}

/// Whether a text is a name that needs no quotes.
pub fn is_name(text: &[u8]) -> bool {
    let is_first = |byte: &u8| is_name_byte(*byte) && !matches!(byte, b'-' | b'.');
    text.first().is_some_and(is_first) && text.iter().copied().all(is_name_byte)
}

/// Whether a quote opens a scalar, rather than being part of a plain one.
pub fn starts_token(bytes: &[u8], at: usize) -> bool {
    let before = bytes[..at]
        .iter()
        .rev()
        .find(|byte| !is_blank(**byte))
        .copied();
    matches!(
        before,
        None | Some(b'[' | b'{' | b',' | b':' | b'\n' | b'\r')
    )
}
