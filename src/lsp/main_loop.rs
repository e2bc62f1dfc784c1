//! The main loop: handles one message after the other, in their order.

use std::panic::{AssertUnwindSafe, catch_unwind};

use futures::{FutureExt, SinkExt, StreamExt};
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::mpsc::UnboundedReceiver;
use tower_lsp::jsonrpc::{Error, Id, Request, Response};
use tower_lsp::ls_types as lsp;
use tower_lsp::{ClientSocket, LanguageServer, LspService};
use tower_service::Service;

use super::message::{Message, NO_VERSION, UnreadableNotification};
use super::snippet_edits;
use super::stdio::Writer;
use super::watchdog::Watchdog;
use crate::workspace::work::Done;

/// What the loop reports beside the messages that the service handles.
#[derive(Debug)]
pub enum Event {
    /// A message was handled, or no message waits and work was left.
    Handled {
        /// Whether no message waits.
        is_idle: bool,
    },
    /// A notification with unreadable parameters. It gets no response (JSON-RPC 2.0, section 4.1), so
    /// the client goes on as if it had been handled.
    Unreadable(UnreadableNotification),
    /// A worker has read this from the disk since the last time, at least one thing.
    Read(Vec<Done>),
}

/// Serves until the client sends `exit`, the input ends or the client's process is gone. `on_event`
/// returns whether more is left to do: then it is called again as soon as no message waits. Nothing
/// in the loop waits for the client. Returns whether the client had requested `shutdown`.
pub async fn run<S: LanguageServer>(
    mut service: LspService<S>,
    socket: ClientSocket,
    mut input: UnboundedReceiver<Message>,
    mut read: UnboundedReceiver<Done>,
    writer: &Writer,
    watchdog: &Watchdog,
    mut on_event: impl FnMut(Event) -> bool,
) -> bool {
    let (mut requests, mut responses) = socket.split();
    let mut phase = Phase::Uninitialized;
    let mut has_more = false;
    loop {
        let message = tokio::select! {
            biased;
            Some(request) = requests.next() => {
                writer.send(&request);
                continue;
            }
            () = watchdog.orphaned() => break,
            message = input.recv() => match message {
                Some(message) => message,
                None => break,
            },
            Some(first) = read.recv() => {
                // What came at once is applied at once.
                let done = std::iter::once(first).chain(std::iter::from_fn(|| read.try_recv().ok()));
                let done = Event::Read(done.collect());
                let read = || on_event(done);
                has_more |= catch_unwind(AssertUnwindSafe(read)).unwrap_or(true);
                continue;
            }
            () = std::future::ready(()), if has_more => {
                has_more = after_message(&mut on_event, true);
                // Let spawned tasks run too.
                tokio::task::yield_now().await;
                continue;
            }
        };
        match message {
            Message::Invalid(response) => writer.send(&response),
            Message::Lost(response, notification) => {
                writer.send(&response);
                tell(notification, &mut on_event);
            }
            Message::Ignored => {}
            Message::Response(response) => {
                // The sink never waits, and fails only after `exit`.
                let _ = responses.send(response).now_or_never();
                // Run the task that awaits it before the next message: the configuration that a
                // client sends applies to a document that it opens afterwards.
                tokio::task::yield_now().await;
            }
            Message::Call(request) => {
                let next = handle(
                    &mut service,
                    request,
                    watchdog,
                    phase,
                    writer,
                    &mut on_event,
                );
                match next {
                    Some(next) => phase = next,
                    None => break,
                }
            }
        }
        has_more = after_message(&mut on_event, input.is_empty());
    }
    phase == Phase::ShutDown
}

/// Returns whether more is left to do.
fn after_message(on_event: &mut impl FnMut(Event) -> bool, is_idle: bool) -> bool {
    let mut call = || catch_unwind(AssertUnwindSafe(|| on_event(Event::Handled { is_idle })));
    // The panic hook has written what happened. Retry once: the next message may not come soon.
    call().or_else(|_| call()).unwrap_or(false)
}

/// The phase of the session (LSP 3.17, "Lifecycle Messages").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Uninitialized,
    Serving,
    ShutDown,
}

/// Handles a request or a notification. Returns the phase afterwards, `None` after `exit`.
fn handle<S: LanguageServer>(
    service: &mut LspService<S>,
    request: Request,
    watchdog: &Watchdog,
    phase: Phase,
    writer: &Writer,
    on_event: &mut impl FnMut(Event) -> bool,
) -> Option<Phase> {
    if phase == Phase::Serving
        && let Some(unreadable) = unreadable(&request)
    {
        tell(unreadable, on_event);
        return Some(phase);
    }
    let method = request.method().to_owned();
    if method == "initialize" && phase == Phase::Uninitialized {
        let process = request.params().and_then(|params| params.get("processId"));
        if let Some(process) = process.and_then(Value::as_u64) {
            watchdog.remember(process);
        }
    }
    let is_done = call(service, request, writer);
    match &*method {
        "exit" => None,
        "initialize" if is_done => Some(Phase::Serving),
        "shutdown" if is_done => Some(Phase::ShutDown),
        _ => Some(phase),
    }
}

fn tell(unreadable: UnreadableNotification, on_event: &mut impl FnMut(Event) -> bool) {
    // The panic hook has written what happened.
    _ = catch_unwind(AssertUnwindSafe(|| on_event(Event::Unreadable(unreadable))));
}

/// The service drops unreadable notifications silently, but after a dropped change the text known
/// here differs from the client's.
fn unreadable(request: &Request) -> Option<UnreadableNotification> {
    if request.id().is_some() {
        return None;
    }
    let params = request.params().unwrap_or(&Value::Null);
    let error = match request.method() {
        "textDocument/didOpen" => lsp::DidOpenTextDocumentParams::deserialize(params).err(),
        "textDocument/didChange" => lsp::DidChangeTextDocumentParams::deserialize(params).err(),
        "textDocument/didClose" => lsp::DidCloseTextDocumentParams::deserialize(params).err(),
        _ => None,
    }?;
    let uri = params.pointer("/textDocument/uri").and_then(Value::as_str);
    Some(UnreadableNotification {
        method: request.method().to_owned(),
        uri: uri.and_then(|uri| uri.parse().ok()),
        version: params
            .pointer("/textDocument/version")
            .and_then(Value::as_i64)
            .and_then(|version| i32::try_from(version).ok())
            .filter(|version| *version != NO_VERSION),
        reason: error.to_string(),
    })
}

/// Passes one message to the service. Returns whether it was answered without an error. A handler
/// that awaits something goes on as a task.
fn call<S: LanguageServer>(service: &mut LspService<S>, request: Request, writer: &Writer) -> bool {
    let id = request.id().cloned();
    let is_code_action = request.method() == "textDocument/codeAction";
    let polled = catch_unwind(AssertUnwindSafe(|| {
        let mut future = service.call(request);
        (&mut future).now_or_never().ok_or(future)
    }));
    match polled {
        Ok(Ok(done)) => {
            // The service does not answer requests whose name starts with `$/`, although only
            // notifications may be ignored (LSP 3.17, "$ Notifications and Requests").
            let unknown = || Some(Response::from_error(id?, Error::method_not_found()));
            let response = done.ok().and_then(|response| response.or_else(unknown));
            let response = match response {
                Some(actions) if is_code_action => Some(snippet_edits::in_response(actions)),
                response => response,
            };
            if let Some(response) = &response {
                writer.send(response);
            }
            response.is_some_and(|response| response.is_ok())
        }
        Ok(Err(future)) => {
            let writer = writer.clone();
            tokio::spawn(async move {
                match AssertUnwindSafe(future).catch_unwind().await {
                    Ok(Ok(Some(response))) => writer.send(&response),
                    Ok(_) => {}
                    Err(_) => reply_with_internal_error(id, &writer),
                }
            });
            false
        }
        Err(_) => {
            reply_with_internal_error(id, writer);
            false
        }
    }
}

fn reply_with_internal_error(id: Option<Id>, writer: &Writer) {
    if let Some(id) = id {
        writer.send(&Response::from_error(id, Error::internal_error()));
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::io::Write;
    use std::sync::mpsc::Sender;
    use std::time::Duration;

    use super::*;
    use crate::lsp::frames::Incoming;
    use crate::lsp::message;
    use serde_json::{Value, json};
    use tokio::sync::mpsc::unbounded_channel;

    /// Panics on hover, and answers signature help only after other tasks have run.
    struct Fragile;

    impl LanguageServer for Fragile {
        async fn initialize(
            &self,
            _: lsp::InitializeParams,
        ) -> tower_lsp::jsonrpc::Result<lsp::InitializeResult> {
            Ok(lsp::InitializeResult::default())
        }

        async fn shutdown(&self) -> tower_lsp::jsonrpc::Result<()> {
            Ok(())
        }

        async fn hover(
            &self,
            _: lsp::HoverParams,
        ) -> tower_lsp::jsonrpc::Result<Option<lsp::Hover>> {
            panic!("this panic belongs to the test");
        }

        async fn signature_help(
            &self,
            _: lsp::SignatureHelpParams,
        ) -> tower_lsp::jsonrpc::Result<Option<lsp::SignatureHelp>> {
            tokio::task::yield_now().await;
            Ok(None)
        }
    }

    struct Writes(Sender<Vec<u8>>);

    impl Write for Writes {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            let _ = self.0.send(bytes.to_vec());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_panic_costs_one_answer() {
        let (sender, input) = unbounded_channel();
        let place = json!({
            "textDocument": {"uri": "file:///a"},
            "position": {"line": 0, "character": 0},
        });
        for (id, method, params) in [
            (1, "initialize", json!({"capabilities": {}})),
            (2, "textDocument/hover", place.clone()),
            (3, "textDocument/signatureHelp", place.clone()),
            (4, "textDocument/hover", place),
            (5, "shutdown", Value::Null),
        ] {
            let request = json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params});
            let body = request.to_string().into_bytes();
            sender.send(message::read(Incoming::Body(body))).unwrap();
        }
        let (writes, written) = std::sync::mpsc::channel();
        let writer = Writer::new(Writes(writes));
        let (service, socket) = LspService::new(|_| Fragile);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let watchdog = Watchdog::start(Duration::ZERO, || {});
        let mut rounds = 0;
        let is_shut_down = runtime.block_on(async {
            let on_event = |event| {
                rounds += 1;
                assert!(
                    matches!(event, Event::Handled { is_idle: false }),
                    "a panic in what runs after a message costs nothing either"
                );
                false
            };
            let serving = run(
                service,
                socket,
                input,
                unbounded_channel().1,
                &writer,
                &watchdog,
                on_event,
            );
            let closing = async {
                tokio::task::yield_now().await;
                tokio::task::yield_now().await;
                drop(sender);
            };
            futures::future::join(serving, closing).await.0
        });
        assert!(is_shut_down);
        assert_eq!(rounds, 6, "after a panic there is another try");
        writer.flush(Duration::from_secs(10));
        let text: Vec<u8> = written.try_iter().flatten().collect();
        let text = String::from_utf8(text).unwrap();
        for id in [2, 4] {
            assert!(
                text.contains(&format!(
                    "\"code\":-32603,\"message\":\"Internal error\"}},\"id\":{id}"
                )),
                "{text}"
            );
        }
        assert!(text.contains("\"result\":null,\"id\":3"), "{text}");
    }
}
