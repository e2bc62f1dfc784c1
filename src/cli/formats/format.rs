//! What all formats have in common.

use std::io;

use crate::cli::checked::Checked;
use crate::cli::output::Output;
use crate::cli::tally::Tally;

/// A format in which findings are shown.
pub trait Format {
    /// Shows a document and its findings, or keeps them for the end.
    ///
    /// # Errors
    /// The output cannot be written.
    fn document(&mut self, checked: &Checked, output: &mut Output) -> io::Result<()>;

    /// Notes that something could not be read; on a terminal it is said anyway.
    fn problem(&mut self, _path: &str, _message: &str) {}

    /// Writes what comes last.
    ///
    /// # Errors
    /// The output cannot be written.
    fn finish(&mut self, tally: &Tally, output: &mut Output) -> io::Result<()>;
}
