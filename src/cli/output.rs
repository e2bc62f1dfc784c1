//! Standard output with or without colours, standard error, and exit codes.

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, StdoutLock, Write};
use std::path::{Path, PathBuf};

use annotate_snippets::Group;
use annotate_snippets::renderer::Renderer;
use anstream::stream::RawStream;
use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use clap::ValueEnum;
use serde::Serialize;
use tempfile::NamedTempFile;

use crate::rules::rule::Severity;
use crate::text::printable::{json, printable};

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

/// Standard output, or a file that is written.
pub struct Output {
    stream: Stream,
    color: bool,
    /// Whether standard error has colours.
    error_color: bool,
    links: bool,
}

enum Stream {
    Stdout(BufWriter<AutoStream<StdoutLock<'static>>>),
    /// What is no regular file, or is to be one.
    File(BufWriter<File>),
    /// The file takes its place when all is written.
    Beside(BufWriter<NamedTempFile>, PathBuf),
    Done,
}

impl Output {
    /// Standard output with or without colours.
    pub fn stdout(color: Color) -> Self {
        let stdout = io::stdout();
        let choice = choice_of(color, &stdout);
        let on_error = choice_of(color, &io::stderr());
        let color = choice != ColorChoice::Never;
        Self {
            stream: Stream::Stdout(BufWriter::new(AutoStream::new(stdout.lock(), choice))),
            color,
            error_color: on_error != ColorChoice::Never,
            links: color && supports_hyperlinks::on(supports_hyperlinks::Stream::Stdout),
        }
    }

    /// A file. An old one stands as it is until [`Self::finish`].
    ///
    /// # Errors
    /// It cannot be written.
    pub fn file(path: &Path) -> io::Result<Self> {
        let old = std::fs::metadata(path);
        let parent = path.parent();
        let folder = parent.filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        if !folder.is_dir() {
            let words = format!("there is no folder `{}`", folder.display());
            return Err(io::Error::other(words));
        }
        // A link is followed, a device written to.
        let is_replaced = old.is_err() || path.is_file() && !path.is_symlink();
        let stream = if is_replaced {
            let beside = new_file(folder)?;
            if let Ok(old) = old {
                beside.as_file().set_permissions(old.permissions())?;
            }
            Stream::Beside(BufWriter::new(beside), path.to_owned())
        } else {
            Stream::File(BufWriter::new(File::create(path)?))
        };
        Ok(Self {
            stream,
            color: false,
            error_color: false,
            links: false,
        })
    }

    /// Writes a value as JSON for people and programs.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn json(&mut self, value: &impl Serialize) -> io::Result<()> {
        writeln!(self, "{}", json(&serde_json::to_string_pretty(value)?))
    }

    /// Whether somebody reads it at once.
    pub fn is_terminal(&self) -> bool {
        matches!(self.stream, Stream::Stdout(_)) && io::stdout().is_terminal()
    }

    /// Whether there are colours.
    pub fn has_color(&self) -> bool {
        self.color
    }

    /// Whether words can lead to an address.
    pub fn has_links(&self) -> bool {
        self.links
    }

    /// A word that leads to an address, if there are links (OSC 8).
    pub fn linked(&self, text: &str, address: Option<&str>) -> String {
        match address.filter(|_| self.links) {
            Some(address) => format!("\x1b]8;;{address}\x1b\\{text}\x1b]8;;\x1b\\"),
            None => text.to_owned(),
        }
    }

    /// The text in a style, if there are colours.
    pub fn styled(&self, style: Style, text: &str) -> String {
        if self.color {
            format!("{style}{text}{style:#}")
        } else {
            text.to_owned()
        }
    }

    /// Prints a message with its excerpts on standard error. That this is closed is no reason to stop.
    pub fn print_group(&self, group: Group<'_>) {
        let renderer = match self.error_color {
            true => Renderer::styled(),
            false => Renderer::plain(),
        };
        let _ = writeln!(io::stderr().lock(), "{}\n", renderer.render(&[group]));
    }

    /// Writes what is still buffered, and brings a file to its place.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn finish(&mut self) -> io::Result<()> {
        self.flush()?;
        if let Stream::Beside(file, path) = std::mem::replace(&mut self.stream, Stream::Done) {
            let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
            file.persist(path).map_err(|failed| failed.error)?;
        }
        Ok(())
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.stream {
            Stream::Stdout(stream) => stream.write(bytes),
            Stream::File(stream) => stream.write(bytes),
            Stream::Beside(stream, _) => stream.write(bytes),
            Stream::Done => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.stream {
            Stream::Stdout(stream) => stream.flush(),
            Stream::File(stream) => stream.flush(),
            Stream::Beside(stream, _) => stream.flush(),
            Stream::Done => Ok(()),
        }
    }
}

fn choice_of(color: Color, stream: &impl RawStream) -> ColorChoice {
    match color {
        Color::Always => ColorChoice::Always,
        Color::Never => ColorChoice::Never,
        Color::Auto => AutoStream::choice(stream),
    }
}

/// The colour of a severity, as in the excerpts.
pub fn severity_style(severity: Severity) -> Style {
    let color = match severity {
        Severity::Error => AnsiColor::BrightRed,
        Severity::Warning => AnsiColor::Yellow,
        Severity::Information => AnsiColor::BrightBlue,
        Severity::Hint => AnsiColor::BrightCyan,
    };
    Style::new().fg_color(Some(color.into())).bold()
}

/// A file with the rights of any new file: temporary ones are for their owner alone.
#[cfg(unix)]
fn new_file(folder: &Path) -> io::Result<NamedTempFile> {
    use std::os::unix::fs::PermissionsExt;
    let mut builder = tempfile::Builder::new();
    let rights = std::fs::Permissions::from_mode(0o666);
    builder.permissions(rights).tempfile_in(folder)
}

#[cfg(not(unix))]
fn new_file(folder: &Path) -> io::Result<NamedTempFile> {
    NamedTempFile::new_in(folder)
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
