//! The short way for the messages that come with each keystroke: from the body to the handler and
//! from its result to the body, without `serde_json::Value` in between, which costs more than the
//! work itself once an answer has a hundred parts.

use std::future::Future;

use futures::FutureExt;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tower_lsp::LanguageServer;
use tower_lsp::jsonrpc::{Error, ErrorCode, Id, Response, Result};
use tower_lsp::ls_types::Uri;

use super::message::{Call, failed};
use super::repair::repair;
use super::transport::Outbox;

/// An answer, its result not yet written.
#[derive(Serialize)]
struct Answer<R> {
    jsonrpc: &'static str,
    id: Id,
    result: R,
}

/// A notification that cannot be understood. The client does not hear of it (JSON-RPC 2.0, section
/// 4.1), but goes on as if it had arrived.
#[derive(Debug)]
pub struct Lost {
    /// What it is called.
    pub method: String,
    /// The document that it speaks of, if that much can be read.
    pub uri: Option<Uri>,
    /// Why it cannot be understood.
    pub reason: String,
}

/// Whether messages of this name take the short way. Their handlers must not wait for anything.
pub fn is_direct(method: &str) -> bool {
    matches!(
        method,
        "textDocument/didOpen"
            | "textDocument/didChange"
            | "textDocument/didClose"
            | "textDocument/completion"
            | "textDocument/hover"
            | "textDocument/diagnostic"
    )
}

/// Runs one of those messages, unless that is lost. The server must have been initialised.
pub fn run<S: LanguageServer>(server: &S, call: Call<'_>, outbox: &Outbox) -> Option<Lost> {
    match &*call.method {
        "textDocument/didOpen" => return notify(call, outbox, |params| server.did_open(params)),
        "textDocument/didChange" => {
            return notify(call, outbox, |params| server.did_change(params));
        }
        "textDocument/didClose" => return notify(call, outbox, |params| server.did_close(params)),
        "textDocument/completion" => ask(call, outbox, |params| server.completion(params)),
        "textDocument/hover" => ask(call, outbox, |params| server.hover(params)),
        _ => ask(call, outbox, |params| server.diagnostic(params)),
    }
    None
}

fn notify<P: DeserializeOwned, F: Future<Output = ()>>(
    call: Call<'_>,
    outbox: &Outbox,
    handler: impl FnOnce(P) -> F,
) -> Option<Lost> {
    if let Some(id) = call.id {
        outbox.send(&Response::from_error(id, Error::invalid_request()));
        return None;
    }
    match call.parameters() {
        Ok(params) => {
            let _ = handler(params).now_or_never();
            None
        }
        Err(error) => Some(Lost {
            uri: uri(&call),
            method: call.method.into_owned(),
            reason: error.to_string(),
        }),
    }
}

fn uri(call: &Call<'_>) -> Option<Uri> {
    let mut params: Value = call.parameters().ok()?;
    repair(&mut params);
    params.pointer("/textDocument/uri")?.as_str()?.parse().ok()
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
