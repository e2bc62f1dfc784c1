//! `schema`, `completions` and `man`: what other programs read about this one.

use std::io::{self, Write};
use std::path::Path;

use clap::{Command, CommandFactory};
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
    let mut command = Arguments::command().disable_help_subcommand(true);
    match folder {
        None => output.write_all(&page(&Man::new(command))?)?,
        Some(folder) => {
            std::fs::create_dir_all(folder)?;
            command.build();
            pages(&command, folder)?;
            print_note(&format!("written to {}", super::input::shown(folder)));
        }
    }
    Ok(NOTHING_SHOWN)
}

/// Writes the page of a command, and those of the commands below it.
fn pages(command: &Command, folder: &Path) -> io::Result<()> {
    let below = command.get_subcommands();
    for command in below.filter(|command| !command.is_hide_set()) {
        pages(command, folder)?;
    }
    let man = Man::new(command.clone());
    std::fs::write(folder.join(man.get_filename()), page(&man)?)
}

/// A page. What stands below the options is called EXTRA by the library, which says nothing.
fn page(man: &Man) -> io::Result<Vec<u8>> {
    let mut page = Vec::new();
    man.render(&mut page)?;
    let page = String::from_utf8_lossy(&page);
    let page = page.replace("\n.SH EXTRA\n", "\n.SH \"EXAMPLES AND EXIT CODES\"\n");
    Ok(page.into_bytes())
}
