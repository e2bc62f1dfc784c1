//! What a command says: its results on standard output, with or without colours, what went wrong on
//! standard error, and the exit code.

use std::borrow::Cow;
use std::io::{self, BufWriter, StdoutLock, Write};

use anstream::{AutoStream, ColorChoice};
use anstyle::Style;
use clap::ValueEnum;

/// The exit code when nothing is shown.
pub const NOTHING_SHOWN: u8 = 0;
/// The exit code when findings are shown.
pub const FINDINGS_SHOWN: u8 = 1;
/// The exit code when something could not be run or read.
pub const COULD_NOT_RUN: u8 = 2;

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

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

/// Says on standard error what went wrong.
pub fn complain(message: &str) {
    say("error", message);
}

/// Says something on standard error that is no error.
pub fn note(message: &str) {
    say("note", message);
}

/// When standard error is closed nobody listens, which is no reason to stop.
fn say(level: &str, message: &str) {
    let message = printable(message);
    let _ = writeln!(io::stderr().lock(), "{level}: {message}");
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
