//! Standard output with or without colours, standard error, and exit codes.

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

/// Standard output.
pub struct Output {
    stream: BufWriter<AutoStream<StdoutLock<'static>>>,
    color: bool,
}

impl Output {
    /// Standard output with or without colours.
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

    /// The text in a style, if there are colours.
    pub fn styled(&self, style: Style, text: &str) -> String {
        if self.color {
            format!("{style}{text}{style:#}")
        } else {
            text.to_owned()
        }
    }

    /// Writes what is still buffered.
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

/// Prints an error on standard error.
pub fn print_error(message: &str) {
    print("error", message);
}

/// Prints a note on standard error.
pub fn print_note(message: &str) {
    print("note", message);
}

/// A closed standard error is no reason to stop, so errors are ignored.
fn print(level: &str, message: &str) {
    let message = printable(message);
    let _ = writeln!(io::stderr().lock(), "{level}: {message}");
}

/// The text without characters that control a terminal: documents and file names may contain
/// escape sequences.
pub fn printable(text: &str) -> Cow<'_, str> {
    replaced(text, is_control)
}

/// A name as a part of a line, so without line breaks too.
pub fn one_line(name: &str) -> Cow<'_, str> {
    replaced(name, |character| {
        character.is_control() || is_control(character)
    })
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
        assert_eq!(one_line("a\n\u{202e}ä"), "a\u{fffd}\u{fffd}ä");
    }
}
