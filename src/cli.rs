//! The command line.
//!
//! Only this layer, `main` and the workspace's loader access files, and only this layer prints.

mod args;
mod baseline;
mod check;
mod checked;
mod diff_command;
mod documents;
mod excerpt;
mod explain;
mod formats;
mod input;
mod lsp_check;
mod migrate;
mod output;
mod pages;
mod patch;
mod progress;
mod replace;
mod report;
mod rules;
mod settings;
mod tally;
mod targets;
mod tool;
mod unknown_rule;

use std::io::IsTerminal;
use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use args::{Arguments, Command, LspOptions};
use output::{COULD_NOT_RUN, NOTHING_SHOWN, Output, print_error};

/// Runs the command of the arguments. `serve` runs the language server on standard input and
/// output.
pub fn run(serve: fn() -> ExitCode) -> ExitCode {
    let arguments = Arguments::parse();
    let command = match arguments.command {
        Some(Command::Lsp(LspOptions { check: None, .. })) => return serve(),
        Some(command) => command,
        // Some editors start a server without arguments. On a terminal it is a user, who needs the
        // help.
        None if arguments.stdio || !std::io::stdin().is_terminal() => return serve(),
        None => return help(),
    };
    let mut output = Output::stdout(arguments.color);
    let result = match command {
        Command::Lsp(options) => lsp_check::run(options.check.as_deref(), &mut output),
        Command::Check(options) => check::run(&options, &mut output),
        Command::Report(options) => report::run(&options, &mut output),
        Command::Migrate(options) => migrate::run(&options, &mut output),
        Command::Diff(options) => diff_command::run(&options, &mut output),
        Command::Explain(options) => explain::run(&options.rule, &mut output),
        Command::Rules(options) => rules::run(options.format, &mut output),
        Command::Settings(options) => settings::run(&options, &mut output),
        Command::Schema(options) => pages::schema(options.what, &mut output),
        Command::Completions(options) => pages::completions(options.shell, &mut output),
        Command::Man(options) => pages::man(options.folder.as_deref(), &mut output),
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
