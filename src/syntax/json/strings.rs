//! Strings: where they end, even with unbalanced quotes, and what their escapes mean.

use super::lexer::{CONTROL, ESCAPED, INNER, JsonToken, STRAY, TokenKind, UNCLOSED, skip_blanks};
use crate::text::range::TextRange;

/// How many bare quotes inside a string are skipped; bounds the time.
const INNER_QUOTES: usize = 16;

/// The result of scanning a string.
#[derive(Debug, Clone, Copy)]
pub struct Scan {
    /// The end of the closing quote, or of the line.
    pub end: usize,
    pub closed: bool,
    pub flags: u8,
}

/// Scans a string from after its opening quote to the closing one or the end of the line.
pub fn scan(text: &[u8], start: usize, quote: u8) -> Scan {
    let mut at = start;
    let mut flags = 0;
    loop {
        at = plain_run(text, at, quote);
        let Some(&byte) = text.get(at) else {
            break;
        };
        match byte {
            b'\\' => {
                flags |= ESCAPED;
                at += 1;
                if text
                    .get(at)
                    .is_some_and(|next| !matches!(next, b'\n' | b'\r'))
                {
                    at += 1;
                }
            }
            b'\n' | b'\r' => break,
            byte if byte == quote => {
                return Scan {
                    end: at + 1,
                    closed: true,
                    flags,
                };
            }
            _ => {
                flags |= CONTROL;
                at += 1;
            }
        }
    }
    Scan {
        end: at.min(text.len()),
        closed: false,
        flags: flags | UNCLOSED,
    }
}

/// Whether the byte at `at` may follow a closing quote. A word right after a quote means that the
/// quote does not close the string.
pub fn may_follow(text: &[u8], at: usize) -> bool {
    match text.get(at) {
        None => true,
        Some(b'/') => matches!(text.get(at + 1), Some(b'/' | b'*')),
        // The end of an element of XML, around a key.
        Some(b'<') => text.get(at + 1) == Some(&b'/'),
        Some(byte) => matches!(
            byte,
            b' ' | b'\t'
                | b'\n'
                | b'\r'
                | b':'
                | b','
                | b'{'
                | b'}'
                | b'['
                | b']'
                | b'"'
                | b';'
                | b'='
        ),
    }
}

/// Whether a second quote directly follows a closing one and cannot open anything.
pub fn is_doubled(text: &[u8], end: usize, quote: u8) -> bool {
    text.get(end) == Some(&quote) && is_end(text, end + 1)
}

/// Whether what follows a quote clearly ends a key or value.
pub fn is_end(text: &[u8], at: usize) -> bool {
    let at = skip_blanks(text, at);
    match text.get(at) {
        Some(b' ' | b'\t' | b'"' | b'{' | b'[') => false,
        _ => may_follow(text, at),
    }
}

/// Decides where a string ends that runs to the end of its line, or whose closing quote is directly
/// followed by a word. `before` is the token before it, `line` the tokens of its line so far.
pub fn mend(
    text: &[u8],
    start: usize,
    quote: u8,
    scan: Scan,
    before: Option<TokenKind>,
    line: &[JsonToken],
) -> Scan {
    let is_value = before == Some(TokenKind::Colon);
    if !scan.closed {
        let end = if is_value {
            before_closers(text, start, scan.end, line)
        } else {
            key_end(text, start + 1, scan.end)
                .unwrap_or_else(|| before_closers(text, start, scan.end, line))
        };
        return Scan { end, ..scan };
    }
    let content = text.get(start + 1..scan.end - 1).unwrap_or(&[]);
    let trimmed = content.trim_ascii_end();
    let cut = start + trimmed.len();
    // `"key: "value"` and `["a, "b"]`: the next string's opening quote was taken for the closing
    // one.
    match trimmed.last() {
        Some(b':') if !is_value => {
            return Scan {
                end: cut,
                closed: false,
                flags: scan.flags | UNCLOSED,
            };
        }
        Some(b',') => {
            return Scan {
                end: cut,
                closed: false,
                flags: scan.flags | UNCLOSED,
            };
        }
        None if content.is_empty() => {
            let next = self::scan(text, scan.end, quote);
            if next.closed && may_follow(text, next.end) {
                return Scan {
                    flags: next.flags | STRAY,
                    ..next
                };
            }
            return scan;
        }
        _ => {}
    }
    // `"the "best" one"`: bare quotes inside; the last one that may close the string does.
    let mut whole = scan;
    for _ in 0..INNER_QUOTES {
        if !whole.closed || is_end(text, whole.end) {
            break;
        }
        let next = self::scan(text, whole.end, quote);
        whole = Scan {
            flags: whole.flags | next.flags,
            ..next
        };
    }
    if whole.closed && is_end(text, whole.end) {
        Scan {
            flags: whole.flags | INNER,
            ..whole
        }
    } else {
        scan
    }
}

/// The end of a key whose quote is missing: before the first colon that looks like one.
fn key_end(text: &[u8], start: usize, end: usize) -> Option<usize> {
    let content = text.get(start..end)?;
    let colon = content.iter().enumerate().position(|(at, byte)| {
        *byte == b':'
            && content
                .get(at + 1)
                .is_none_or(|next| matches!(next, b' ' | b'\t' | b'"' | b'{' | b'['))
    })?;
    Some(start + content.get(..colon)?.trim_ascii_end().len())
}

/// The end of an unclosed string, without the comma and the brackets after it. Closing brackets
/// count only as far as the line has opened some.
fn before_closers(text: &[u8], start: usize, end: usize, line: &[JsonToken]) -> usize {
    let mut open: Vec<TokenKind> = Vec::new();
    for token in line {
        if token.kind.is_open() {
            open.push(token.kind);
        } else if token.kind.is_close() {
            open.pop();
        }
    }
    let content = text.get(start + 1..end).unwrap_or(&[]);
    let mut kept = content.trim_ascii_end();
    let mut closers = 0;
    loop {
        let shorter = match kept.split_last() {
            Some((b',', rest)) => rest,
            Some((b'}' | b']', rest)) if closers < open.len() => {
                closers += 1;
                rest
            }
            _ => break,
        };
        kept = shorter.trim_ascii_end();
    }
    start + 1 + kept.len()
}

/// Skips bytes without a special meaning in a string, eight at a time.
fn plain_run(text: &[u8], start: usize, quote: u8) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let quotes = ONES * u64::from(quote);
    let slashes = ONES * u64::from(b'\\');
    let mut at = start;
    while let Some(chunk) = text.get(at..at + 8).and_then(|chunk| chunk.first_chunk()) {
        let word = u64::from_le_bytes(*chunk);
        let zero = |bits: u64| bits.wrapping_sub(ONES) & !bits;
        let control = word.wrapping_sub(ONES * 0x20) & !word;
        let found = (zero(word ^ quotes) | zero(word ^ slashes) | control) & HIGH;
        if found != 0 {
            return at + found.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    while let Some(&byte) = text.get(at) {
        if byte == quote || byte == b'\\' || byte < 0x20 {
            break;
        }
        at += 1;
    }
    at
}

/// Where a value would be typed after a colon: after one blank, if there is any.
pub fn value_place(text: &[u8], colon_end: usize) -> usize {
    skip_blanks(text, colon_end).min(colon_end + 1)
}

/// Decodes a string's content. Lone surrogates, which the grammar allows, become U+FFFD; a bad
/// escape becomes its text without the backslash.
pub fn decode(content: &str, quote: u8, mut bad: impl FnMut(TextRange)) -> String {
    let mut out = String::with_capacity(content.len());
    let mut rest = content;
    while let Some(slash) = memchr::memchr(b'\\', rest.as_bytes()) {
        out.push_str(rest.get(..slash).unwrap_or(""));
        let start = content.len() - rest.len() + slash;
        let after = rest.get(slash + 1..).unwrap_or("");
        let (used, sound) = escape(after, quote, &mut out);
        if !sound {
            bad(TextRange::new(start, start + 1 + used));
        }
        rest = after.get(used..).unwrap_or("");
    }
    out.push_str(rest);
    out
}

/// Decodes what follows a backslash. Returns its length in bytes and whether it is a valid escape.
fn escape(after: &str, quote: u8, out: &mut String) -> (usize, bool) {
    let Some(first) = after.chars().next() else {
        return (0, false);
    };
    let decoded = match first {
        '"' | '\\' | '/' => first,
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => return unicode(after, out),
        // The single quotes were reported already.
        '\'' if quote == b'\'' => first,
        other => {
            out.push(other);
            return (other.len_utf8(), false);
        }
    };
    out.push(decoded);
    (1, true)
}

/// `uXXXX`, with the second half of a surrogate pair.
fn unicode(after: &str, out: &mut String) -> (usize, bool) {
    let Some(unit) = hex4(after, 1) else {
        let digits = after.bytes().skip(1).take(3);
        let used = 1 + digits.take_while(u8::is_ascii_hexdigit).count();
        out.push_str(after.get(..used).unwrap_or(""));
        return (used, false);
    };
    if let Some(decoded) = char::from_u32(unit) {
        out.push(decoded);
        return (5, true);
    }
    let low = after
        .get(5..7)
        .filter(|next| *next == "\\u")
        .and_then(|_| hex4(after, 7))
        .filter(|low| unit < 0xdc00 && (0xdc00..0xe000).contains(low));
    let Some(low) = low else {
        out.push(char::REPLACEMENT_CHARACTER);
        return (5, true);
    };
    let code = 0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
    out.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
    (11, true)
}

fn hex4(text: &str, at: usize) -> Option<u32> {
    let digits = text.get(at..at + 4)?;
    if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    u32::from_str_radix(digits, 16).ok()
}
