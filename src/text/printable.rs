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

/// Control characters except line feed and tab, and marks that change the writing direction.
fn is_control(character: char) -> bool {
    (character.is_control() && character != '\n' && character != '\t')
        || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::{one_line, printable};

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
    }
}
