//! The binary: see [`asyncapi_security_lsp::cli`] for its commands.

use std::process::ExitCode;

use asyncapi_security_lsp::cli;

fn main() -> ExitCode {
    cli::run(serve)
}

/// SEAM: the server's branch puts `asyncapi_security_lsp::lsp::run_stdio()` here.
fn serve() -> ExitCode {
    eprintln!("error: this build has no server");
    ExitCode::from(cli::COULD_NOT_RUN)
}
