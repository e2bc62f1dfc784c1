//! `schema`, `completions` and `man`: what other programs read about this one.

use std::io::{self, Write};
use std::path::Path;

use clap::CommandFactory;
use clap_complete::Shell;
use clap_mangen::Man;
use serde_json::Value;

use super::args::{Arguments, SchemaOf};
use super::diff_command;
use super::formats::json;
use super::output::{NOTHING_SHOWN, Output, print_note};
use super::{report, rules};
use crate::settings;

/// Prints a JSON Schema and returns the exit code.
///
/// # Errors
/// The output cannot be written.
pub fn schema(of: SchemaOf, output: &mut Output) -> io::Result<u8> {
    let schema: Value = match of {
        SchemaOf::Settings => settings::schema::schema(),
        SchemaOf::Findings => json::schema().into(),
        SchemaOf::Report => report::json::schema().into(),
        SchemaOf::Rules => rules::schema().into(),
        SchemaOf::Changes => diff_command::json::schema().into(),
        SchemaOf::Baseline => settings::baseline::schema().into(),
    };
    output.json(&schema)?;
    Ok(NOTHING_SHOWN)
}

/// Prints what a shell needs to complete the commands, and returns the exit code.
///
/// # Errors
/// The output cannot be written.
pub fn completions(shell: Shell, output: &mut Output) -> io::Result<u8> {
    let mut command = Arguments::command();
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, env!("CARGO_PKG_NAME"), &mut script);
    output.write_all(&script)?;
    Ok(NOTHING_SHOWN)
}

/// Writes the manual pages to a folder, or prints the first one; returns the exit code.
///
/// # Errors
/// They cannot be written.
pub fn man(folder: Option<&Path>, output: &mut Output) -> io::Result<u8> {
    // Without the command `help`, which repeats all others.
    let command = Arguments::command().disable_help_subcommand(true);
    match folder {
        None => Man::new(command).render(output)?,
        Some(folder) => {
            std::fs::create_dir_all(folder)?;
            clap_mangen::generate_to(command, folder)?;
            print_note(&format!("written to {}", super::input::shown(folder)));
        }
    }
    Ok(NOTHING_SHOWN)
}
