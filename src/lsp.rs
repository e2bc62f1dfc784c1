//! The language server: the protocol on one side, everything else on the other.
//!
//! [`stdio`] has a thread that reads and one that writes, with a queue for each; [`message`] reads
//! bodies; [`main_loop`] takes messages in their order through the service of `tower-lsp` to the
//! handlers in [`server`], which asks for what is known of the [`documents`]. [`watchdog`] ends the
//! process when the client has left and the loop is too busy to notice. Only this module knows the
//! protocol's types: [`convert`] makes them from what the layers below say.

pub mod capabilities;
pub mod configuration;
pub mod convert;
pub mod documents;
pub mod frames;
mod lenient_params;
pub mod log;
pub mod main_loop;
pub mod message;
pub mod server;
pub mod stdio;
pub mod watchdog;

use std::process::ExitCode;
use std::time::Duration;

use tower_lsp::LspService;

use log::Log;
use server::Backend;
use stdio::Writer;
use watchdog::Watchdog;

/// How long the last messages wait for a client that does not read them.
const LAST_MESSAGES: Duration = Duration::from_secs(1);

/// How long the loop may work on after the client has left; longer than [`LAST_MESSAGES`].
const LAST_WORK: Duration = Duration::from_secs(3);

/// Serves one client on standard input and output until it leaves. The code is 0 after a
/// `shutdown`, else 1 (LSP 3.17, `exit`).
pub fn run_stdio() -> ExitCode {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().build() else {
        return ExitCode::FAILURE;
    };
    let watchdog = Watchdog::start(LAST_WORK, || std::process::exit(1));
    let input = stdio::read(std::io::stdin(), watchdog.clone());
    let writer = Writer::new(stdio::stdout());
    let log = Log::new(std::io::stderr());
    let (service, socket) = LspService::build(|client| Backend::new(client, writer.clone(), log))
        .custom_method("$/setTrace", Backend::set_trace)
        .finish();
    let server = service.inner().clone();
    let on_event = |event| server.on_event(event);
    let serving = main_loop::run(service, socket, input, &writer, &watchdog, on_event);
    let is_shut_down = runtime.block_on(serving);
    writer.flush(LAST_MESSAGES);
    if is_shut_down {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
