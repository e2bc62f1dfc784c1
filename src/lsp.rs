//! The language server.
//!
//! [`stdio`] reads on one thread and writes on another, with a queue for each. [`message`] parses
//! bodies. [`main_loop`] passes one message after the other through the service of `tower-lsp` to
//! the handlers in [`server`], which answer from the open [`documents`]. [`watchdog`] ends the
//! process when the client has left and the loop is too busy to notice. Only this module knows the
//! protocol's types: [`convert`] translates between them and the types of the layers below.

mod announced;
pub mod capabilities;
pub mod configuration;
pub mod convert;
pub mod documents;
pub mod frames;
pub mod log;
pub mod main_loop;
pub mod message;
mod report_pages;
pub mod rule_pages;
pub mod server;
mod snippet_edits;
pub mod stdio;
pub mod watchdog;

use std::process::ExitCode;
use std::time::Duration;

use tokio::sync::mpsc::unbounded_channel;
use tower_lsp::LspService;

use log::Log;
use server::Backend;
use stdio::Writer;
use watchdog::Watchdog;

/// How long the process waits at its end for a client that does not read the last messages.
const LAST_MESSAGES: Duration = Duration::from_secs(1);

/// How long the loop may go on after the client has left. Longer than [`LAST_MESSAGES`].
const LAST_WORK: Duration = Duration::from_secs(3);

/// Serves one client on standard input and output until it leaves. The exit code is 0 after a
/// `shutdown` request, else 1 (LSP 3.17, `exit`).
pub fn run_stdio() -> ExitCode {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().build() else {
        return ExitCode::FAILURE;
    };
    let watchdog = Watchdog::start(LAST_WORK, || std::process::exit(1));
    let input = stdio::read(std::io::stdin(), watchdog.clone());
    let writer = Writer::new(stdio::stdout());
    let log = Log::new(std::io::stderr());
    log.take_panics();
    let (service, socket) = LspService::build(|client| Backend::new(client, writer.clone(), log))
        .custom_method("$/setTrace", Backend::set_trace)
        .custom_method(rule_pages::REQUEST, Backend::text_document_content)
        .finish();
    let server = service.inner().clone();
    let (sender, read) = unbounded_channel();
    // The receiver goes with the loop, and then nobody waits for it.
    server.start_worker(move |done| _ = sender.send(done));
    let on_event = |event| server.on_event(event);
    let serving = main_loop::run(service, socket, input, read, &writer, &watchdog, on_event);
    let is_shut_down = runtime.block_on(serving);
    writer.flush(LAST_MESSAGES);
    if is_shut_down {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
