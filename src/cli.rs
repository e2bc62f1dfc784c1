//! The command line.
//!
//! Only this layer, `main` and the workspace's loader access files, and only this layer prints.

mod args;
mod check;
mod diff;
mod explain;
mod github;
mod input;
mod json;
mod output;
mod replace;
mod report;
mod rules;
mod settings;
mod targets;
mod text;

use std::io::IsTerminal;
use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use args::{Arguments, Command};
use output::{COULD_NOT_RUN, NOTHING_SHOWN, Output, print_error};

/// Runs the command of the arguments. `serve` runs the language server on standard input and
/// output.
pub fn run(serve: fn() -> ExitCode) -> ExitCode {
    let arguments = Arguments::parse();
    let command = match arguments.command {
        Some(Command::Lsp(_)) => return serve(),
        Some(command) => command,
        // Some editors start a server without arguments. On a terminal it is a user, who needs the
        // help.
        None if arguments.stdio || !std::io::stdin().is_terminal() => return serve(),
        None => return help(),
    };
    let mut output = Output::stdout(arguments.color);
    let result = match command {
        Command::Lsp(_) => return serve(),
        Command::Check(options) => check::run(&options, &mut output),
        Command::Explain(options) => explain::run(&options.rule, &mut output),
        Command::Rules => rules::run(&mut output),
        Command::Settings(options) => settings::run(&options, &mut output),
        Command::SettingsSchema => settings::schema(&mut output),
    };
    let code = result.as_ref().copied().unwrap_or(NOTHING_SHOWN);
    match result.and_then(|_| output.finish()) {
        // The reader has closed the output (`| head`).
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            print_error(&format!("the output cannot be written: {error}"));
            ExitCode::from(COULD_NOT_RUN)
        }
        _ => ExitCode::from(code),
    }
}

fn help() -> ExitCode {
    match Arguments::command().print_help() {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::from(COULD_NOT_RUN),
    }
}
