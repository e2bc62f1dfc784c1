//! The language server: the protocol on one side, everything else on the other.
//!
//! [`transport`] turns stdio into two queues, [`message`] reads bodies, [`serve`] is the one loop
//! that takes messages in their order to the handlers in [`server`], and the frequent ones there
//! without a detour. [`watchdog`] ends the process when the client has left and the loop does not
//! come to notice. Only this module knows the protocol's types. [`convert`] makes them from what
//! the layers below say, and [`shown`] writes diagnostics from what was shown before; what the
//! client sends is read where it arrives, its capabilities in [`profile`].

pub mod configuration;
pub mod convert;
mod direct;
pub mod documents;
pub mod log;
pub mod message;
pub mod profile;
mod repair;
pub mod serve;
pub mod server;
pub mod shown;
pub mod transport;
pub mod watchdog;

use std::process::ExitCode;
use std::time::Duration;

use tower_lsp::LspService;

use log::Log;
use server::Server;
use transport::{Outbox, Reader};
use watchdog::Watchdog;

/// How long the last messages wait for a client that does not read them.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// How long the loop may work on after the client has left; longer than [`LAST_WORDS`].
const LAST_WORK: Duration = Duration::from_secs(3);

/// Serves one client on standard input and output until it leaves. The code is 0 after a
/// `shutdown`, else 1 (LSP 3.17, `exit`).
pub fn run_stdio() -> ExitCode {
    let log = Log::new(std::io::stderr());
    let watchdog = Watchdog::default();
    let (reader, input) = Reader::new(transport::stdin(), watchdog.clone());
    let Ok(runtime) = transport::runtime(reader.clone()) else {
        return ExitCode::FAILURE;
    };
    let outbox = Outbox::stdout();
    watchdog.start(LAST_WORK, || std::process::exit(1));
    let (service, socket) = LspService::build(|client| Server::new(client, outbox.clone(), log))
        .custom_method("$/setTrace", Server::set_trace)
        .finish();
    let server = service.inner().clone();
    let tell = |event| {
        let has_more = server.hear(event);
        if has_more {
            reader.call_deputy();
        }
        has_more
    };
    let serving = serve::serve(service, socket, input, &outbox, &watchdog, tell);
    let is_shut_down = runtime.block_on(serving);
    outbox.drain(LAST_WORDS);
    if is_shut_down {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
