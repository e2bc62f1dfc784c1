//! The commands: files in, text or JSON out, an exit code at the end.
//!
//! Only this layer, `main` and the workspace's loader touch files and print.

mod args;
mod check;
mod explain;
mod fix;
mod github;
mod input;
mod json;
mod listing;
mod markdown;
mod output;
mod place;
mod report;
mod settings;
mod text;
mod unknown_rule;

use std::io::IsTerminal;
use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use args::{Arguments, Command};
use output::{COULD_NOT_RUN, NOTHING_SHOWN, Output, complain};

/// Runs what the command line asks for; `serve` is the language server on standard input and
/// output.
pub fn run(serve: fn() -> ExitCode) -> ExitCode {
    let arguments = Arguments::parse();
    let command = match arguments.command {
        Some(Command::Lsp(_)) => return serve(),
        Some(command) => command,
        // Editors start a server with its bare name as well, and a user who only tries the name
        // is helped most by the help.
        None if arguments.stdio || !std::io::stdin().is_terminal() => return serve(),
        None => return help(),
    };
    let mut output = Output::stdout(arguments.color);
    let result = match command {
        Command::Lsp(_) => return serve(),
        Command::Check(options) => check::run(&options, &mut output),
        Command::Explain(options) => explain::run(&options.rule, &mut output),
        Command::Rules => listing::run(&mut output),
        Command::Settings(options) => settings::run(&options, &mut output),
        Command::SettingsSchema => settings::schema(&mut output),
    };
    let code = result.as_ref().copied().unwrap_or(NOTHING_SHOWN);
    match result.and_then(|_| output.finish()) {
        // Whoever reads the output has seen enough (`| head`).
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            complain(&format!("the output cannot be written: {error}"));
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
