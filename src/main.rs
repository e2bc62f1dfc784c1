//! The binary: see `cli` for its commands.

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    if arguments
        .iter()
        .all(|argument| argument == "lsp" || argument == "--stdio")
    {
        return asyncapi_security_lsp::lsp::run_stdio();
    }
    eprintln!("asyncapi-security-lsp: only `lsp --stdio` is known");
    ExitCode::from(2)
}
