//! Characters that look like a blank, or like nothing. YAML and JSON take them for letters, so
//! that a text with one is read as something else than what it looks like.

/// What is known of such a character: its first and last code point, its name, and whether it is as
/// wide as a blank.
const SIGNS: &[(u32, u32, &str, bool)] = &[
    (0xa0, 0xa0, "no-break space", true),
    (0xad, 0xad, "soft hyphen", false),
    (0x1680, 0x1680, "Ogham space mark", true),
    (0x180e, 0x180e, "Mongolian vowel separator", false),
    (0x2000, 0x2000, "en quad", true),
    (0x2001, 0x2001, "em quad", true),
    (0x2002, 0x2002, "en space", true),
    (0x2003, 0x2003, "em space", true),
    (0x2004, 0x2006, "space of a typesetter", true),
    (0x2007, 0x2007, "figure space", true),
    (0x2008, 0x2008, "punctuation space", true),
    (0x2009, 0x2009, "thin space", true),
    (0x200a, 0x200a, "hair space", true),
    (0x200b, 0x200b, "zero-width space", false),
    (0x200c, 0x200c, "zero-width non-joiner", false),
    (0x200d, 0x200d, "zero-width joiner", false),
    (0x200e, 0x200e, "left-to-right mark", false),
    (0x200f, 0x200f, "right-to-left mark", false),
    (0x202a, 0x202e, "mark of writing direction", false),
    (0x202f, 0x202f, "narrow no-break space", true),
    (0x205f, 0x205f, "medium mathematical space", true),
    (0x2060, 0x2060, "word joiner", false),
    (0x2066, 0x2069, "mark of writing direction", false),
    (0x3000, 0x3000, "ideographic space", true),
    (0xfeff, 0xfeff, "byte order mark", false),
];

fn known(sign: char) -> Option<&'static (u32, u32, &'static str, bool)> {
    let code = u32::from(sign);
    SIGNS
        .iter()
        .find(|(first, last, ..)| (*first..=*last).contains(&code))
}

/// Whether a character is invisible.
pub fn is_invisible(sign: char) -> bool {
    sign >= '\u{a0}' && known(sign).is_some()
}

/// What to write in place of an invisible character: a blank, or nothing.
pub fn instead_of(sign: char) -> &'static str {
    match known(sign) {
        Some((.., true)) => " ",
        _ => "",
    }
}

/// The message for an invisible character in place of a blank, or of nothing.
pub fn message(sign: char) -> String {
    message_with(sign, instead_of(sign))
}

/// The message for an invisible character, with what to write instead.
pub fn message_with(sign: char, instead: &str) -> String {
    let name = known(sign).map_or("character", |(_, _, name, _)| name);
    let advice = match instead {
        " " => "write an ordinary space",
        _ => "remove it",
    };
    let article = if name.starts_with(['e', 'i', 'O']) {
        "an"
    } else {
        "a"
    };
    format!(
        "{article} {name} (U+{:04X}) stands here, which is read as a letter; {advice}",
        u32::from(sign)
    )
}

/// The invisible character at an offset.
pub(super) fn sign_at(bytes: &[u8], at: usize) -> Option<char> {
    let len = match bytes.get(at)? {
        0xc2 => 2,
        0xe1 | 0xe2 | 0xe3 | 0xef => 3,
        _ => return None,
    };
    let sign = std::str::from_utf8(bytes.get(at..at + len)?).ok()?;
    sign.chars().next().filter(|sign| is_invisible(*sign))
}

/// The first invisible character of a text, with its offset.
pub(super) fn first(text: &str) -> Option<(usize, char)> {
    let first = |byte: u8| matches!(byte, 0xc2 | 0xe1 | 0xe2 | 0xe3 | 0xef);
    let bytes = text.as_bytes();
    (0..bytes.len())
        .filter(|at| first(bytes[*at]))
        .find_map(|at| Some((at, sign_at(bytes, at)?)))
}

/// Skips invisible characters and blanks at the start of a line that has something else. Returns
/// the offset of that, and how many columns are before it.
pub(super) fn indentation(bytes: &[u8], start: usize, end: usize) -> (usize, usize) {
    let (mut at, mut columns) = (start, 0);
    // Where ordinary blanks end.
    let mut plain = None;
    while at < end {
        match bytes[at] {
            b' ' | b'\t' => {
                at += 1;
                columns += 1;
            }
            0xc2.. => {
                let Some(sign) = sign_at(bytes, at) else {
                    break;
                };
                plain.get_or_insert((at, columns));
                at += sign.len_utf8();
                columns += instead_of(sign).len();
            }
            _ => break,
        }
    }
    let is_blank = at == end || matches!(bytes[at], b'\n' | b'\r');
    plain.filter(|_| is_blank).unwrap_or((at, columns))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indentation_is_counted_in_columns() {
        for (line, expected) in [
            ("  a", (2, 2)),
            ("\u{a0} \u{a0} a", (6, 4)),
            ("\u{feff}\u{200b}  a", (8, 2)),
            (" \u{a0}", (1, 1)),
            ("a\u{a0}", (0, 0)),
            ("\u{e9}", (0, 0)),
        ] {
            assert_eq!(
                indentation(line.as_bytes(), 0, line.len()),
                expected,
                "{line:?}"
            );
        }
    }

    #[test]
    fn each_is_named() {
        assert_eq!(first("a\u{e9}\u{a0}"), Some((3, '\u{a0}')));
        assert_eq!(first("\u{201c}\u{fffd}\u{3001}"), None);
        assert!(message('\u{a0}').contains("no-break space (U+00A0)"));
        assert!(message('\u{200b}').ends_with("remove it"));
    }
}
