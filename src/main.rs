//! The binary; [`asyncapi_security_lsp::cli`] has its commands.

use std::process::ExitCode;

use asyncapi_security_lsp::{cli, lsp};

fn main() -> ExitCode {
    cli::run(lsp::run_stdio)
}
