//! Standard output, with or without colours.

use std::borrow::Cow;
use std::io::{self, BufWriter, StdoutLock, Write};

use anstream::{AutoStream, ColorChoice};
use anstyle::Style;

use super::args::Color;

/// Where the results of a command go.
pub struct Output {
    stream: BufWriter<AutoStream<StdoutLock<'static>>>,
    color: bool,
}

impl Output {
    /// Standard output; `Auto` has colours on a terminal when NO_COLOR is not set.
    pub fn stdout(color: Color) -> Self {
        let stdout = io::stdout();
        let choice = match color {
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
            Color::Auto => AutoStream::choice(&stdout),
        };
        Self {
            stream: BufWriter::new(AutoStream::new(stdout.lock(), choice)),
            color: choice != ColorChoice::Never,
        }
    }

    /// Whether there are colours.
    pub fn has_color(&self) -> bool {
        self.color
    }

    /// The text in a style where there are colours.
    pub fn styled(&self, style: Style, text: &str) -> String {
        if self.color {
            format!("{style}{text}{style:#}")
        } else {
            text.to_owned()
        }
    }

    /// Writes what is still held back.
    pub fn finish(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stream.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

/// A text in which nothing steers a terminal: a document or a file's name may hold escape
/// sequences.
pub fn printable(text: &str) -> Cow<'_, str> {
    if !text.chars().any(steers) {
        return Cow::Borrowed(text);
    }
    text.chars()
        .map(|character| {
            if steers(character) {
                char::REPLACEMENT_CHARACTER
            } else {
                character
            }
        })
        .collect::<String>()
        .into()
}

/// Control characters but line feed and tab, and the marks that turn the direction of writing.
fn steers(character: char) -> bool {
    (character.is_control() && character != '\n' && character != '\t')
        || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::printable;

    #[test]
    fn what_steers_a_terminal_is_replaced() {
        assert_eq!(
            printable("a\u{1b}[31mb\u{202e}c"),
            "a\u{fffd}[31mb\u{fffd}c"
        );
        assert_eq!(printable("tab\there\nä🔐"), "tab\there\nä🔐");
    }
}
