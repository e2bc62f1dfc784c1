//! A server that does no work, to measure the cost of the transport: with this project's transport
//! and loop it publishes an empty list for every version and answers each request with `null`.
//! `benches/lsp` runs it beside the real one.

use std::process::ExitCode;
use std::time::Duration;

use asyncapi_security_lsp::lsp::main_loop;
use asyncapi_security_lsp::lsp::stdio::{self, Writer};
use asyncapi_security_lsp::lsp::watchdog::Watchdog;
use serde_json::json;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types as lsp;
use tower_lsp::{LanguageServer, LspService};

struct Floor {
    writer: Writer,
}

impl Floor {
    fn publish(&self, uri: &lsp::Uri, version: i32) {
        self.writer.send(&json!({
            "jsonrpc": "2.0",
            "method": "textDocument/publishDiagnostics",
            "params": {"uri": uri, "diagnostics": [], "version": version},
        }));
    }
}

impl LanguageServer for Floor {
    async fn initialize(&self, _: lsp::InitializeParams) -> Result<lsp::InitializeResult> {
        let sync = lsp::TextDocumentSyncKind::INCREMENTAL;
        Ok(lsp::InitializeResult {
            capabilities: lsp::ServerCapabilities {
                text_document_sync: Some(lsp::TextDocumentSyncCapability::Kind(sync)),
                completion_provider: Some(lsp::CompletionOptions::default()),
                hover_provider: Some(lsp::HoverProviderCapability::Simple(true)),
                ..lsp::ServerCapabilities::default()
            },
            ..lsp::InitializeResult::default()
        })
    }

    async fn shutdown(&self) -> Result<()> {
        Ok(())
    }

    async fn did_open(&self, params: lsp::DidOpenTextDocumentParams) {
        let document = params.text_document;
        self.publish(&document.uri, document.version);
    }

    async fn did_change(&self, params: lsp::DidChangeTextDocumentParams) {
        let document = params.text_document;
        self.publish(&document.uri, document.version);
    }

    async fn completion(
        &self,
        _: lsp::CompletionParams,
    ) -> Result<Option<lsp::CompletionResponse>> {
        Ok(None)
    }

    async fn hover(&self, _: lsp::HoverParams) -> Result<Option<lsp::Hover>> {
        Ok(None)
    }
}

fn main() -> ExitCode {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().build() else {
        return ExitCode::FAILURE;
    };
    let watchdog = Watchdog::start(Duration::from_secs(3), || std::process::exit(1));
    let input = stdio::read(std::io::stdin(), watchdog.clone());
    let writer = Writer::new(stdio::stdout());
    let (service, socket) = LspService::new(|_| Floor {
        writer: writer.clone(),
    });
    // No files are read.
    let (_worker, read) = tokio::sync::mpsc::unbounded_channel();
    let serving = main_loop::run(service, socket, input, read, &writer, &watchdog, |_| false);
    runtime.block_on(serving);
    ExitCode::SUCCESS
}
