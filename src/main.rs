//! The binary: see [`asyncapi_security_lsp::cli`] for its commands.

use std::process::ExitCode;

use asyncapi_security_lsp::{cli, lsp};

/// Gives the memory of a closed document back to the system within seconds, which the allocator
/// of the C library does not. Only where a build cannot meet a page size it was not made for.
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    cli::run(lsp::run_stdio)
}
