//! `demo`.
use std::io;

use super::output::Output;

/// Runs the demonstration and returns the exit code.
///
/// # Errors
/// The output cannot be written.
pub fn run(_output: &mut Output) -> io::Result<u8> {
    Ok(super::COULD_NOT_RUN)
}
