//! A server that does nothing, to see what the way to it and back costs: `floor own` has this
//! project's transport, `floor tower` the one of the framework. `benches/roundtrip.rs` runs both.

use asyncapi_security_lsp::lsp::serve::serve;
use asyncapi_security_lsp::lsp::transport::{self, Outbox, Reader};
use asyncapi_security_lsp::lsp::watchdog::Watchdog;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{Hover, HoverParams, InitializeParams, InitializeResult};
use tower_lsp::{LanguageServer, LspService, Server};

struct Floor;

impl LanguageServer for Floor {
    async fn initialize(&self, _: InitializeParams) -> Result<InitializeResult> {
        Ok(InitializeResult::default())
    }

    async fn shutdown(&self) -> Result<()> {
        Ok(())
    }

    async fn hover(&self, _: HoverParams) -> Result<Option<Hover>> {
        Ok(None)
    }
}

fn main() -> std::io::Result<()> {
    let (service, socket) = LspService::new(|_| Floor);
    if std::env::args().nth(1).as_deref() == Some("tower") {
        let runtime = tokio::runtime::Builder::new_current_thread().build()?;
        let server = Server::new(tokio::io::stdin(), tokio::io::stdout(), socket);
        runtime.block_on(server.serve(service));
    } else {
        let outbox = Outbox::stdout();
        let watchdog = Watchdog::default();
        let (reader, input) = Reader::new(transport::stdin(), watchdog.clone());
        let runtime = transport::runtime(reader)?;
        runtime.block_on(serve(service, socket, input, &outbox, &watchdog, |_| {}));
    }
    // The runtime would wait for a thread that reads.
    std::process::exit(0);
}
