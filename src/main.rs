//! The binary: see [`asyncapi_security_lsp::cli`] for its commands.

use std::process::ExitCode;

use asyncapi_security_lsp::{cli, lsp};

fn main() -> ExitCode {
    cli::run(lsp::run_stdio)
}
