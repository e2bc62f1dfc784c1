//! The short way for the messages that come with each keystroke: from the body to the handler and
//! from its result to the body, without `serde_json::Value` in between, which costs more than the
//! work itself once an answer has a hundred parts.

use std::future::Future;

use futures::FutureExt;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tower_lsp::LanguageServer;
use tower_lsp::jsonrpc::{Error, ErrorCode, Id, Response, Result};

use super::message::{Call, failed};
use super::transport::Outbox;

/// An answer, its result not yet written.
#[derive(Serialize)]
struct Answer<R> {
    jsonrpc: &'static str,
    id: Id,
    result: R,
}

/// Whether messages of this name take the short way. Their handlers must not wait for anything.
pub fn is_direct(method: &str) -> bool {
    matches!(
        method,
        "textDocument/didChange"
            | "textDocument/completion"
            | "textDocument/hover"
            | "textDocument/diagnostic"
    )
}

/// Runs one of those messages. The server must have been initialised.
pub fn run<S: LanguageServer>(server: &S, call: Call<'_>, outbox: &Outbox) {
    match &*call.method {
        "textDocument/didChange" => notify(call, outbox, |params| server.did_change(params)),
        "textDocument/completion" => ask(call, outbox, |params| server.completion(params)),
        "textDocument/hover" => ask(call, outbox, |params| server.hover(params)),
        _ => ask(call, outbox, |params| server.diagnostic(params)),
    }
}

fn notify<P: DeserializeOwned, F: Future<Output = ()>>(
    call: Call<'_>,
    outbox: &Outbox,
    handler: impl FnOnce(P) -> F,
) {
    if let Some(id) = call.id {
        return outbox.send(&Response::from_error(id, Error::invalid_request()));
    }
    // Nobody hears of a notification that cannot be understood (JSON-RPC 2.0, section 4.1).
    if let Ok(params) = call.parameters() {
        let _ = handler(params).now_or_never();
    }
}

fn ask<P: DeserializeOwned, R: Serialize, F: Future<Output = Result<R>>>(
    call: Call<'_>,
    outbox: &Outbox,
    handler: impl FnOnce(P) -> F,
) {
    let Some(id) = call.id.clone() else {
        return;
    };
    let params = match call.parameters() {
        Ok(params) => params,
        Err(error) => {
            return outbox.send(&failed(id, ErrorCode::InvalidParams, error.to_string()));
        }
    };
    match handler(params).now_or_never() {
        Some(Ok(result)) => outbox.send(&Answer {
            jsonrpc: "2.0",
            id,
            result,
        }),
        Some(Err(error)) => outbox.send(&Response::from_error(id, error)),
        None => outbox.send(&Response::from_error(id, Error::internal_error())),
    }
}
