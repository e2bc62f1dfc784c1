//! Text that is shown among other text.

use std::borrow::Cow;

/// The text without characters that control a terminal: documents and file names may contain
/// escape sequences.
pub fn printable(text: &str) -> Cow<'_, str> {
    replaced(text, is_control)
}

/// A name as a part of a line, so without line breaks too.
pub fn one_line(name: &str) -> Cow<'_, str> {
    replaced(name, breaks_line)
}

/// Whether a character in a name would end the line, or change what is around it.
pub fn breaks_line(character: char) -> bool {
    let is_separator = matches!(character, '\u{2028}' | '\u{2029}');
    is_separator || character.is_control() || is_control(character)
}

fn replaced(text: &str, is_bad: impl Fn(char) -> bool) -> Cow<'_, str> {
    if text.contains(&is_bad) {
        text.replace(is_bad, "\u{fffd}").into()
    } else {
        Cow::Borrowed(text)
    }
}

/// Lines of a document in which such characters are others of as many bytes, so that all offsets stay
/// the same.
pub fn same_length(text: &str) -> Cow<'_, str> {
    let is_bad = |sign: char| sign != '\n' && sign != '\t' && breaks_line(sign);
    if !text.contains(is_bad) {
        return Cow::Borrowed(text);
    }
    let one = |sign: char| match sign.len_utf8() {
        _ if !is_bad(sign) => sign,
        1 => '?',
        2 => '\u{b7}',
        _ => '\u{fffd}',
    };
    text.chars().map(one).collect::<String>().into()
}

/// JSON in which signs that steer a terminal or hide text are escaped, those above ASCII too, which
/// JSON allows (RFC 8259, section 7). They stand in strings alone.
pub fn json(written: &str) -> Cow<'_, str> {
    let is_meant = |sign: char| sign != '\n' && breaks_line(sign);
    if !written.contains(is_meant) {
        return Cow::Borrowed(written);
    }
    let mut out = String::with_capacity(written.len() + 8);
    for sign in written.chars() {
        match is_meant(sign) {
            true => out.push_str(&format!("\\u{:04x}", u32::from(sign))),
            false => out.push(sign),
        }
    }
    out.into()
}

/// Control characters except line feed and tab, and marks that change the writing direction.
fn is_control(character: char) -> bool {
    (character.is_control() && character != '\n' && character != '\t')
        || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::{json, one_line, printable, same_length};

    #[test]
    fn what_steers_a_terminal_is_replaced() {
        assert_eq!(
            printable("a\u{1b}[31mb\u{202e}c"),
            "a\u{fffd}[31mb\u{fffd}c"
        );
        assert_eq!(printable("tab\there\nä🔐"), "tab\there\nä🔐");
        assert_eq!(
            one_line("a\n\u{202e}ä\u{2028}"),
            "a\u{fffd}\u{fffd}ä\u{fffd}"
        );
        assert_eq!(json("[\n\"ä\u{7f}\u{202e}\"]"), "[\n\"ä\\u007f\\u202e\"]");
        assert_eq!(
            same_length("a\tä\r\u{7f}\u{9b}\u{202e}\n"),
            "a\tä??\u{b7}\u{fffd}\n"
        );
    }
}
