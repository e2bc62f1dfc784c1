//! Decodes scalars: quotes, escapes, folding, chomping.

use super::lines::{Header, is_blank, line_at, skip_blanks, trim_end};
use crate::text::range::TextRange;

/// The value of the text between single quotes; `None` if it is the text itself.
pub fn single(text: &str) -> Option<String> {
    if !text.contains(['\'', '\n', '\r']) {
        return None;
    }
    Some(fold(text).replace("''", "'"))
}

/// The value of a plain scalar; `None` if it is the text itself.
pub fn plain(text: &str) -> Option<String> {
    text.contains(['\n', '\r']).then(|| fold(text))
}

/// The value of the text between double quotes; `None` if it is the text itself. Invalid escapes
/// stay as written, and the range of the first one is returned.
pub fn double(text: &str) -> (Option<String>, Option<TextRange>) {
    if !text.contains(['\\', '\n', '\r']) {
        return (None, None);
    }
    let mut value = String::with_capacity(text.len());
    let mut bad = None;
    // How much of `value` must not be trimmed by folding, because an escape produced it.
    let mut kept = 0;
    let mut at = 0;
    while let Some(found) = text[at..].find(['\\', '\n', '\r']) {
        value.push_str(&text[at..at + found]);
        at += found;
        if text.as_bytes()[at] == b'\\' {
            if matches!(text.as_bytes().get(at + 1), Some(b'\n' | b'\r')) {
                at = line_at(text.as_bytes(), at + 1).next;
                at = skip_blanks(text.as_bytes(), at, text.len());
                at = push_breaks(text, at, &mut value);
            } else if let Some((decoded, length)) = escape(&text[at..]) {
                value.push(decoded);
                at += length;
            } else {
                let length = 1 + text[at + 1..].chars().next().map_or(0, char::len_utf8);
                bad = bad.or(Some(TextRange::new(at, at + length)));
                value.push_str(&text[at..at + length]);
                at += length;
            }
            kept = value.len();
        } else {
            let trimmed = value[kept..].trim_end_matches([' ', '\t']).len();
            value.truncate(kept + trimmed);
            at = line_at(text.as_bytes(), at).next;
            at = skip_blanks(text.as_bytes(), at, text.len());
            let before = value.len();
            at = push_breaks(text, at, &mut value);
            if value.len() == before {
                value.push(' ');
            }
            kept = value.len();
        }
    }
    value.push_str(&text[at..]);
    (Some(value), bad)
}

/// Adds a line break for every empty line at `at`. Returns where the text continues.
fn push_breaks(text: &str, mut at: usize, value: &mut String) -> usize {
    while matches!(text.as_bytes().get(at), Some(b'\n' | b'\r')) {
        value.push('\n');
        at = line_at(text.as_bytes(), at).next;
        at = skip_blanks(text.as_bytes(), at, text.len());
    }
    at
}

/// One escape sequence and its length (YAML 1.2, 5.7).
pub(in crate::syntax) fn escape(text: &str) -> Option<(char, usize)> {
    let decoded = match text.as_bytes().get(1)? {
        b'0' => '\0',
        b'a' => '\u{7}',
        b'b' => '\u{8}',
        b't' | b'\t' => '\t',
        b'n' => '\n',
        b'v' => '\u{b}',
        b'f' => '\u{c}',
        b'r' => '\r',
        b'e' => '\u{1b}',
        b' ' => ' ',
        b'"' => '"',
        b'/' => '/',
        b'\\' => '\\',
        b'N' => '\u{85}',
        b'_' => '\u{a0}',
        b'L' => '\u{2028}',
        b'P' => '\u{2029}',
        b'x' => return hex(text, 2),
        b'u' => return surrogates(text).or_else(|| hex(text, 4)),
        b'U' => return hex(text, 8),
        _ => return None,
    };
    Some((decoded, 2))
}

fn hex(text: &str, digits: usize) -> Option<(char, usize)> {
    let code = text.get(2..2 + digits)?;
    if !code.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let decoded = char::from_u32(u32::from_str_radix(code, 16).ok()?)?;
    Some((decoded, 2 + digits))
}

/// A character beyond U+FFFF as two `\u` escapes, as JSON writes it.
fn surrogates(text: &str) -> Option<(char, usize)> {
    let unit = |from: usize| u32::from_str_radix(text.get(from..from + 4)?, 16).ok();
    let high = unit(2).filter(|unit| (0xD800..0xDC00).contains(unit))?;
    text.get(6..8).filter(|mark| *mark == "\\u")?;
    let low = unit(8).filter(|unit| (0xDC00..0xE000).contains(unit))?;
    let decoded = char::from_u32(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))?;
    Some((decoded, 12))
}

/// Line folding of plain and quoted scalars (YAML 1.2, 6.5).
fn fold(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut value = String::with_capacity(text.len());
    let mut line = line_at(bytes, 0);
    line.content = line.start;
    let mut breaks = 0_usize;
    loop {
        let last = line.next == line.end;
        let end = if last {
            line.end
        } else {
            trim_end(bytes, line.content, line.end)
        };
        let part = &text[line.content..end];
        if !part.is_empty() || last {
            match breaks {
                0 => {}
                1 => value.push(' '),
                more => value.extend(std::iter::repeat_n('\n', more - 1)),
            }
            breaks = 0;
            value.push_str(part);
        }
        if last {
            return value;
        }
        breaks += 1;
        line = line_at(bytes, line.next);
    }
}

/// The lines of a block scalar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// The value, chomped and folded.
    pub value: String,
    /// The end of the last character that is not blank; `None` if there is none.
    pub end: Option<usize>,
    /// Where the next line starts.
    pub next: usize,
    /// Whether every line is exactly what the standard requires.
    pub exact: bool,
}

/// Reads the lines of a block scalar, which are indented more than `parent`.
pub fn body(text: &str, from: usize, parent: i32, header: Header) -> Body {
    let bytes = text.as_bytes();
    let mut indent = header
        .indent
        .map(|digit| usize::try_from(parent.max(0)).unwrap_or(0) + digit);
    let mut body = Body {
        value: String::new(),
        end: None,
        next: from,
        exact: header.indent.is_none() && !header.folded,
    };
    let mut lines: Vec<&str> = Vec::new();
    let mut widest_blank = 0;
    let mut at = from;
    while at < bytes.len() {
        let line = line_at(bytes, at);
        let spaces = bytes[line.start..line.end]
            .iter()
            .take_while(|byte| **byte == b' ')
            .count();
        let blank = line.start + spaces == line.end;
        if blank && indent.is_none_or(|indent| spaces <= indent) {
            widest_blank = widest_blank.max(spaces);
            lines.push("");
        } else {
            let least = indent.unwrap_or(usize::try_from(parent + 1).unwrap_or(0));
            if spaces < least {
                break;
            }
            if indent.is_none() {
                body.exact &= widest_blank <= spaces;
                indent = Some(spaces);
            }
            let content = line.start + indent.unwrap_or(spaces);
            lines.push(&text[content..line.end]);
            if !blank {
                body.end = Some(trim_end(bytes, content, line.end));
            }
            body.exact &= line.next > line.end;
        }
        at = line.next;
        body.next = at;
    }
    body.exact &= body.end.is_some();
    body.value = join(&lines, header);
    body
}

/// Joins the lines: folding for `>`, then chomping (YAML 1.2, 8.1).
fn join(lines: &[&str], header: Header) -> String {
    let filled = lines
        .iter()
        .rposition(|line| !line.is_empty())
        .map_or(0, |at| at + 1);
    let mut value = String::new();
    let mut spaced_before = true;
    let mut breaks = 0_usize;
    for (index, line) in lines[..filled].iter().enumerate() {
        if line.is_empty() {
            breaks += 1;
            continue;
        }
        let spaced = line.starts_with(is_blank_char);
        let between = if index == breaks {
            breaks
        } else if header.folded && !spaced && !spaced_before {
            if breaks == 0 {
                value.push(' ');
            }
            breaks
        } else {
            breaks + 1
        };
        value.extend(std::iter::repeat_n('\n', between));
        value.push_str(line);
        spaced_before = spaced;
        breaks = 0;
    }
    let trailing = lines.len() - filled;
    match header.chomp {
        Some(b'-') => {}
        Some(_) => value.extend(std::iter::repeat_n(
            '\n',
            trailing + usize::from(filled > 0),
        )),
        None if filled > 0 => value.push('\n'),
        None => {}
    }
    value
}

fn is_blank_char(found: char) -> bool {
    u8::try_from(found).is_ok_and(is_blank)
}
