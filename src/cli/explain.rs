//! `explain`: the page of a rule.

use std::io::{self, Write};

use super::output::{COULD_NOT_RUN, NOTHING_SHOWN, Output, complain};
use super::{markdown, unknown_rule};
use crate::rules::registry;

/// Prints the page of a rule and returns the exit code.
///
/// # Errors
/// The output cannot be written.
pub fn run(id: &str, output: &mut Output) -> io::Result<u8> {
    let Some(rule) = registry::rule(id) else {
        complain(&unknown_rule::message(id));
        return Ok(COULD_NOT_RUN);
    };
    write!(output, "{}", markdown::styled(rule.page, output))?;
    Ok(NOTHING_SHOWN)
}
