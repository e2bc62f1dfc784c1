//! Splits a text into chunks by indentation. Depends on the text alone.
//!
//! In valid block YAML everything nested in a mapping at indent *n* is indented more than *n* (YAML
//! 1.2.2, chapter 8), so a line at the mapping's indent starts an entry, whatever comes before it.
//! Printed JSON is split in the same way; if its brackets disagree with its indentation it is read
//! in one go (see `Branch::is_misleading`). It does no harm if a start is not recognised: the line
//! stays in the chunk before it, and a chunk may hold several entries.

pub(super) mod layout;

use super::format::Format;
use super::invisible;
use super::yaml::lines::is_name;

/// Well-formed texts up to this many bytes are not split, unless a test asks for smaller chunks.
///
/// Broken texts are split whatever their length, so that what is found does not depend on it.
pub(super) const SPLIT_ABOVE: usize = 1024;

/// Deeper collections are not split further, so that walks over chunks stay shallow.
pub(super) const SPLIT_DEPTH: usize = 48;

/// What a line looks like on its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LineKind {
    /// Blanks only.
    Blank,
    /// A comment only.
    Comment,
    /// `---`, `...` or a directive at the first column.
    Marker,
    /// An entry: `key: ...`, `"key": ...`, in JSON everything that is not something else.
    Entry,
    /// YAML: the key of an entry whose colon is missing, or the blank after it.
    Word,
    /// An item of a block sequence: `- ...`.
    Item,
    /// JSON: starts with a closing bracket.
    Closer,
    /// A collection in brackets, in YAML also an explicit key or value: may be an entry, an item,
    /// or the value of the line before.
    Odd,
    /// Anything else.
    Other,
}

/// A line and what it looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SplitLine {
    /// Start offset.
    pub start: usize,
    /// End offset, including the line break.
    pub end: usize,
    /// Leading spaces, with invisible characters, in columns.
    pub indent: usize,
    /// The offset of what follows them.
    pub content: usize,
    /// What it looks like.
    pub kind: LineKind,
    /// JSON: whether it ends with a colon, so that its value is on a later line.
    pub dangling: bool,
}

/// The lines of a text, with the protocol's line breaks.
fn lines(text: &str, format: Format) -> impl Iterator<Item = SplitLine> + '_ {
    lines_from(text, 0, format)
}

/// The lines of a whole document: a byte order mark is not part of the first line.
pub(super) fn document_lines(text: &str, format: Format) -> impl Iterator<Item = SplitLine> + '_ {
    let start = if text.starts_with('\u{feff}') { 3 } else { 0 };
    lines_from(text, start, format)
}

fn lines_from(text: &str, start: usize, format: Format) -> impl Iterator<Item = SplitLine> + '_ {
    let mut at = start;
    std::iter::from_fn(move || {
        if at >= text.len() {
            return None;
        }
        let start = at;
        let end = line_end(text, start);
        at = end;
        Some(line(text, start, end, format))
    })
}

/// The lines from `start` on that are indented by at most `limit`. Nearly all lines of a long text
/// are deeper; these are skipped by looking at their first bytes only.
fn shallow_lines(
    text: &str,
    start: usize,
    limit: usize,
    format: Format,
) -> impl Iterator<Item = SplitLine> + '_ {
    let bytes = text.as_bytes();
    // A lone `\r` breaks lines too; texts with one are examined line by line.
    let plain = memchr::memchr(b'\r', &bytes[start..]).is_none();
    let mut breaks = memchr::memchr_iter(b'\n', &bytes[start..]);
    let mut at = start;
    std::iter::from_fn(move || {
        loop {
            if at >= bytes.len() {
                return None;
            }
            let first = at;
            let end = if plain {
                breaks.next().map_or(bytes.len(), |found| start + found + 1)
            } else {
                line_end(text, first)
            };
            at = end;
            let beginning = bytes[first..end].get(..=limit);
            if !beginning.is_some_and(|blanks| blanks.iter().all(|byte| *byte == b' ')) {
                return Some(line(text, first, end, format));
            }
        }
    })
}

/// JSON: whether the last line with content ends with a colon.
fn ends_dangling(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut end = bytes.len();
    while end > 0 {
        let content = trim_end(&bytes[..end]).len();
        let start = memchr::memrchr2(b'\n', b'\r', &bytes[..content]).map_or(0, |at| at + 1);
        let line = line(text, start, end, Format::Json);
        if !matches!(line.kind, LineKind::Blank | LineKind::Comment) {
            return line.dangling;
        }
        end = start;
    }
    false
}

/// The end of the line that starts at `start`, including its line break.
pub(super) fn line_end(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    match memchr::memchr2(b'\n', b'\r', &bytes[start..]) {
        None => bytes.len(),
        Some(at) => {
            let at = start + at;
            if bytes[at] == b'\r' && bytes.get(at + 1) == Some(&b'\n') {
                at + 2
            } else {
                at + 1
            }
        }
    }
}

/// The start of the line that contains an offset.
fn line_start(text: &str, offset: usize) -> usize {
    let bytes = &text.as_bytes()[..offset];
    let mut end = bytes.len();
    // Between the two bytes of a line break the line has not ended yet.
    if bytes.ends_with(b"\r") && text.as_bytes().get(offset) == Some(&b'\n') {
        end -= 1;
    }
    memchr::memrchr2(b'\n', b'\r', &bytes[..end]).map_or(0, |at| at + 1)
}

fn line(text: &str, start: usize, end: usize, format: Format) -> SplitLine {
    let bytes = &text.as_bytes()[start..end];
    let (content_at, indent) = indentation(bytes);
    let content = trim_end(&bytes[content_at..]);
    let kind = match (content.first(), format) {
        (None, _) => LineKind::Blank,
        (Some(b'\t'), _) if content.iter().all(|byte| matches!(byte, b' ' | b'\t')) => {
            LineKind::Blank
        }
        (Some(_), Format::Yaml) => yaml_kind(content, indent),
        (Some(_), Format::Json) => json_kind(content),
    };
    SplitLine {
        start,
        end,
        indent,
        content: start + content_at,
        kind,
        dangling: format == Format::Json && content.last() == Some(&b':'),
    }
}

/// How many bytes and columns the blanks at the start of a line have.
fn indentation(bytes: &[u8]) -> (usize, usize) {
    let spaces = bytes.iter().take_while(|byte| **byte == b' ').count();
    match bytes.get(spaces) {
        Some(0xc2..) => invisible::indentation(bytes, 0, bytes.len()),
        _ => (spaces, spaces),
    }
}

/// How many bytes and columns the blanks at the start of a text of YAML have.
pub(super) fn indent_of(text: &str) -> (usize, usize) {
    indentation(text.as_bytes())
}

fn trim_end(bytes: &[u8]) -> &[u8] {
    let kept = bytes
        .iter()
        .rposition(|byte| !matches!(byte, b' ' | b'\t' | b'\n' | b'\r'))
        .map_or(0, |at| at + 1);
    // The caller distinguishes a line of blanks that contains a tab from an empty one.
    if kept == 0 && bytes.first() == Some(&b'\t') {
        return &bytes[..1];
    }
    &bytes[..kept]
}

fn yaml_kind(content: &[u8], indent: usize) -> LineKind {
    let gap = |at: usize| is_gap_at(content, at);
    match content[0] {
        b'#' => LineKind::Comment,
        b'\t' => LineKind::Other,
        b'%' if indent == 0 => LineKind::Marker,
        b'-' | b'.' if indent == 0 && is_marker(content) => LineKind::Marker,
        b'-' if gap(1) => LineKind::Item,
        b'?' | b':' if gap(1) => LineKind::Odd,
        b'[' | b'{' => LineKind::Odd,
        _ if yaml_key_end(content).is_some() => LineKind::Entry,
        _ if is_word(content) => LineKind::Word,
        _ => LineKind::Other,
    }
}

/// Whether a blank is at an offset, something that looks like one, or the end.
fn is_gap_at(content: &[u8], at: usize) -> bool {
    matches!(content.get(at), None | Some(b' ' | b'\t'))
        || invisible::sign_at(content, at).is_some()
}

/// Whether a line is a name alone, perhaps with a comment, or one with text right after its colon.
fn is_word(content: &[u8]) -> bool {
    let end = memchr::memmem::find(content, b" #").unwrap_or(content.len());
    let word = trim_end(&content[..end]);
    let name = word.split(|byte| *byte == b':').next().unwrap_or(word);
    // The colon of `key:value` lacks its blank.
    let is_link = word[name.len()..].starts_with(b"://");
    is_name(name) && !is_link
}

fn is_marker(content: &[u8]) -> bool {
    (content.starts_with(b"---") || content.starts_with(b"..."))
        && matches!(content.get(3), None | Some(b' ' | b'\t'))
}

/// The offset of the colon after the key of an entry, if the line has a key.
fn yaml_key_end(content: &[u8]) -> Option<usize> {
    let ends = |at: usize| content.get(at) == Some(&b':') && is_gap_at(content, at + 1);
    if let Some(quote @ (b'"' | b'\'')) = content.first() {
        let mut at = 1;
        while at < content.len() && content[at] != *quote {
            at += if content[at] == b'\\' && *quote == b'"' {
                2
            } else {
                1
            };
        }
        at += 1;
        while matches!(content.get(at), Some(b' ' | b'\t')) {
            at += 1;
        }
        return ends(at).then_some(at);
    }
    let comment = memchr::memmem::find(content, b" #").unwrap_or(content.len());
    let mut from = 0;
    while let Some(found) = memchr::memchr(b':', &content[from..comment]) {
        let at = from + found;
        if at > 0 && ends(at) {
            return Some(at);
        }
        from = at + 1;
    }
    None
}

fn json_kind(content: &[u8]) -> LineKind {
    match content[0] {
        b'}' | b']' => LineKind::Closer,
        b'/' if matches!(content.get(1), Some(b'/' | b'*')) => LineKind::Comment,
        b',' | b':' | b'\t' => LineKind::Other,
        b'{' | b'[' => LineKind::Odd,
        _ => LineKind::Entry,
    }
}

/// Whether a line of JSON starts a comment that only a later line can close.
fn opens_comment(line: &str) -> bool {
    let bytes = line.as_bytes();
    if memchr::memmem::find(bytes, b"/*").is_none() {
        return false;
    }
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'"' => {
                at += 1;
                while at < bytes.len() && bytes[at] != b'"' {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
                at += 1;
            }
            b'/' if bytes.get(at + 1) == Some(&b'/') => return false,
            b'/' if bytes.get(at + 1) == Some(&b'*') => {
                match memchr::memmem::find(&bytes[at + 2..], b"*/") {
                    Some(close) => at += close + 4,
                    None => return true,
                }
            }
            _ => at += 1,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXTS: [&str; 6] = [
        "",
        "a:\n  b: c\n\n# d\n    e: f\n  g:\nh",
        "a:\r\n  b: c\r\n\r\n    e: f\r\n  g:\r\n",
        "a:\r  b:\n\r   \t\n    c\n\td\r\n e",
        "{\n  \"a\":\n  // b\n\n  {\n    \"c\": 1\n  },\n  \"d\": 2\n}\n",
        "\t\n\"a\":  \n  \t \n",
    ];

    #[test]
    fn shallow_lines_are_all_that_are_not_deep() {
        for (text, limit) in TEXTS
            .iter()
            .flat_map(|text| (0..5).map(move |at| (text, at)))
        {
            for format in [Format::Yaml, Format::Json] {
                let is_seen =
                    |line: &SplitLine| line.indent <= limit && line.kind != LineKind::Blank;
                let seen: Vec<SplitLine> = shallow_lines(text, 0, limit, format)
                    .filter(is_seen)
                    .collect();
                let expected: Vec<SplitLine> = lines(text, format).filter(is_seen).collect();
                assert_eq!(seen, expected, "{text:?} {limit}");
            }
        }
    }

    #[test]
    fn the_last_line_with_content_tells_whether_a_value_is_on_its_way() {
        for text in TEXTS {
            for end in (0..=text.len()).filter(|end| text.is_char_boundary(*end)) {
                let text = &text[..end];
                let last = lines(text, Format::Json)
                    .filter(|line| !matches!(line.kind, LineKind::Blank | LineKind::Comment))
                    .last();
                let expected = last.is_some_and(|line| line.dangling);
                assert_eq!(ends_dangling(text), expected, "{text:?}");
            }
        }
    }
}
