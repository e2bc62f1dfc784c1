//! A server that knows nothing, to see what the way to it and back costs: it publishes an empty
//! list for every version that it hears of and answers each request with `null`. `benches/lsp`
//! runs it beside the real one.
//!
//! * `floor own`: this project's transport and loop; diagnostics take the same way out.
//! * `floor tower`: the transport of the framework.
//! * `floor bare`: a loop around standard input, without a framework, a thread or a runtime. Nothing
//!   that answers can be much faster.

use std::io::{BufRead, BufReader};

use asyncapi_security_lsp::lsp::serve::serve;
use asyncapi_security_lsp::lsp::transport::{self, Outbox, Reader};
use asyncapi_security_lsp::lsp::watchdog::Watchdog;
use serde::Serialize;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types as lsp;
use tower_lsp::{Client, LanguageServer, LspService, Server};

/// Where the diagnostics go.
enum Way {
    /// Through the queue of this project's transport.
    Own(Outbox),
    /// Through the framework.
    Tower(Client),
}

struct Floor {
    way: Way,
}

#[derive(Serialize)]
struct Notification<P> {
    jsonrpc: &'static str,
    method: &'static str,
    params: P,
}

impl Floor {
    async fn publish(&self, uri: lsp::Uri, version: i32) {
        match &self.way {
            Way::Own(outbox) => {
                let params = lsp::PublishDiagnosticsParams {
                    uri,
                    diagnostics: Vec::new(),
                    version: Some(version),
                };
                let notification = Notification {
                    jsonrpc: "2.0",
                    method: "textDocument/publishDiagnostics",
                    params: &params,
                };
                outbox.replace(params.uri.as_str(), &notification);
            }
            Way::Tower(client) => {
                let none = Vec::new();
                client.publish_diagnostics(uri, none, Some(version)).await;
            }
        }
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
        self.publish(document.uri, document.version).await;
    }

    async fn did_change(&self, params: lsp::DidChangeTextDocumentParams) {
        let document = params.text_document;
        self.publish(document.uri, document.version).await;
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

fn main() -> std::io::Result<()> {
    match std::env::args().nth(1).as_deref() {
        Some("own") => own()?,
        Some("tower") => tower()?,
        Some("bare") => bare()?,
        _ => {
            eprintln!("floor: say which: `own`, `tower` or `bare`");
            std::process::exit(2);
        }
    }
    // The runtime would wait for a thread that reads.
    std::process::exit(0);
}

fn own() -> std::io::Result<()> {
    let outbox = Outbox::stdout();
    let way = Way::Own(outbox.clone());
    let (service, socket) = LspService::new(|_| Floor { way });
    let watchdog = Watchdog::default();
    let (reader, input) = Reader::new(transport::stdin(), watchdog.clone());
    let runtime = transport::runtime(reader)?;
    runtime.block_on(serve(service, socket, input, &outbox, &watchdog, |_| false));
    Ok(())
}

fn tower() -> std::io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let (service, socket) = LspService::new(|client| Floor {
        way: Way::Tower(client),
    });
    let server = Server::new(tokio::io::stdin(), tokio::io::stdout(), socket);
    runtime.block_on(server.serve(service));
    Ok(())
}

fn bare() -> std::io::Result<()> {
    // The pipes as they are: the standard library's own handles buffer once more, and write a
    // message in two pieces.
    let mut input = BufReader::with_capacity(64 << 10, transport::stdin());
    let mut output = transport::stdout();
    let mut body = Vec::new();
    let mut answer = Vec::new();
    while read_body(&mut input, &mut body)? {
        // Clients write the method, the document and its version before anything long.
        let head = &body[..body.len().min(400)];
        let method = after(head, "\"method\":\"").map_or(&b""[..], until_quote);
        let id = after(head, "\"id\":").map(number);
        answer.clear();
        match (method, id) {
            (b"exit", _) => break,
            (b"textDocument/didOpen" | b"textDocument/didChange", _) => {
                let uri = after(head, "\"uri\":\"").map_or(&b""[..], until_quote);
                let version = after(head, "\"version\":").map_or(&b"0"[..], number);
                answer.extend_from_slice(b"{\"jsonrpc\":\"2.0\",\"method\":\"textDocument/publishDiagnostics\",\"params\":{\"uri\":\"");
                answer.extend_from_slice(uri);
                answer.extend_from_slice(b"\",\"diagnostics\":[],\"version\":");
                answer.extend_from_slice(version);
                answer.extend_from_slice(b"}}");
            }
            (_, Some(id)) => {
                let result: &[u8] = match method {
                    b"initialize" => {
                        b"{\"capabilities\":{\"textDocumentSync\":2,\"completionProvider\":{},\"hoverProvider\":true}}"
                    }
                    _ => b"null",
                };
                answer.extend_from_slice(b"{\"jsonrpc\":\"2.0\",\"id\":");
                answer.extend_from_slice(id);
                answer.extend_from_slice(b",\"result\":");
                answer.extend_from_slice(result);
                answer.extend_from_slice(b"}");
            }
            _ => continue,
        }
        let mut message = format!("Content-Length: {}\r\n\r\n", answer.len()).into_bytes();
        message.extend_from_slice(&answer);
        output.write_all(&message)?;
        output.flush()?;
    }
    Ok(())
}

/// Reads the next body; `false` at the end of the input.
fn read_body(input: &mut impl BufRead, body: &mut Vec<u8>) -> std::io::Result<bool> {
    let mut length = 0;
    let mut line = String::new();
    loop {
        line.clear();
        if input.read_line(&mut line)? == 0 {
            return Ok(false);
        }
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        if let Some(digits) = line.strip_prefix("Content-Length: ") {
            length = digits.parse().unwrap_or(0);
        }
    }
    body.resize(length, 0);
    input.read_exact(body)?;
    Ok(true)
}

fn after<'a>(head: &'a [u8], word: &str) -> Option<&'a [u8]> {
    let at = head
        .windows(word.len())
        .position(|part| part == word.as_bytes())?;
    Some(&head[at + word.len()..])
}

fn until_quote(text: &[u8]) -> &[u8] {
    text.split(|byte| *byte == b'"').next().unwrap_or(text)
}

fn number(text: &[u8]) -> &[u8] {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    &text[..digits]
}
