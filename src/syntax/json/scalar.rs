//! Escapes by RFC 8259, as far as they are sound.

/// A bad escape: its place in the string's content and its length, in bytes.
pub struct BadEscape {
    pub start: usize,
    pub end: usize,
}

/// Decodes a string's content. Lone surrogates, which the grammar allows, become U+FFFD; a bad
/// escape stands for itself without its backslash.
pub fn decode(content: &str, quote: u8, mut bad: impl FnMut(BadEscape)) -> String {
    let mut out = String::with_capacity(content.len());
    let mut rest = content;
    while let Some(slash) = memchr::memchr(b'\\', rest.as_bytes()) {
        out.push_str(rest.get(..slash).unwrap_or(""));
        let start = content.len() - rest.len() + slash;
        let after = rest.get(slash + 1..).unwrap_or("");
        let (used, sound) = escape(after, quote, &mut out);
        if !sound {
            bad(BadEscape {
                start,
                end: start + 1 + used,
            });
        }
        rest = after.get(used..).unwrap_or("");
    }
    out.push_str(rest);
    out
}

/// Decodes what follows a backslash: how many bytes it takes, and whether it is an escape.
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
        // The single quotes around have been reported already.
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
