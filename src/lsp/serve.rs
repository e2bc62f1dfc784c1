//! The one loop that owns the state: messages in their order, each answered before the next.

use std::panic::{AssertUnwindSafe, catch_unwind};

use futures::{FutureExt, SinkExt, StreamExt};
use tokio::sync::mpsc::UnboundedReceiver;
use tower_lsp::jsonrpc::{Error, ErrorCode, Id, Request, Response};
use tower_lsp::{ClientSocket, LanguageServer, LspService};
use tower_service::Service;

use super::direct::{self, Lost};
use super::message::{self, Call, Message};
use super::transport::{Incoming, Outbox};
use super::watchdog::Watchdog;

/// What the loop tells of.
#[derive(Debug)]
pub enum Event {
    /// A message was handled.
    Handled {
        /// Whether no other one waits.
        is_idle: bool,
    },
    /// A notification could not be handled.
    Lost(Lost),
}

/// Serves until the client says `exit`, the input ends or the client's process is gone. `tell`
/// hears of what happens and says whether it has more to do: then it is told again as soon as no
/// message waits. Nothing in the loop waits for the client. Returns whether the client had asked
/// for the shutdown (LSP 3.17, `exit`).
pub async fn serve<S: LanguageServer>(
    mut service: LspService<S>,
    socket: ClientSocket,
    mut input: UnboundedReceiver<Incoming>,
    outbox: &Outbox,
    watchdog: &Watchdog,
    mut tell: impl FnMut(Event) -> bool,
) -> bool {
    let (mut requests, mut answers) = socket.split();
    let mut phase = Phase::Fresh;
    let mut has_more = false;
    loop {
        let incoming = tokio::select! {
            biased;
            Some(request) = requests.next() => {
                outbox.send(&request);
                continue;
            }
            () = watchdog.orphaned() => break,
            incoming = input.recv() => match incoming {
                Some(incoming) => incoming,
                None => break,
            },
            () = std::future::ready(()), if has_more => {
                has_more = handled(&mut tell, true);
                // Tasks beside the loop go on as well.
                tokio::task::yield_now().await;
                continue;
            }
        };
        let body;
        let message = match incoming {
            Incoming::Body(bytes) => {
                body = bytes;
                message::read(&body)
            }
            Incoming::Garbage(words) => message::invalid(Id::Null, ErrorCode::ParseError, words),
            Incoming::TooLong(bytes) => {
                let words = format!("a body of {bytes} bytes is over the limit and was skipped");
                message::invalid(Id::Null, ErrorCode::InvalidRequest, words)
            }
        };
        match message {
            Message::Invalid(response) => outbox.send(&response),
            Message::Ignored => {}
            Message::Response(response) => {
                // The sink takes everything at once; it fails only after `exit`.
                let _ = answers.send(response).now_or_never();
                // Whoever asked goes on before the next message: what a client says of its
                // configuration holds for the document that it opens afterwards.
                tokio::task::yield_now().await;
            }
            Message::Call(call) => {
                match handle(&mut service, call, watchdog, phase, outbox, &mut tell) {
                    Some(next) => phase = next,
                    None => break,
                }
            }
        }
        has_more = handled(&mut tell, input.is_empty());
    }
    phase == Phase::ShutDown
}

/// Tells that a message was handled; whether there is more to do.
fn handled(tell: &mut impl FnMut(Event) -> bool, is_idle: bool) -> bool {
    let mut handled = || catch_unwind(AssertUnwindSafe(|| tell(Event::Handled { is_idle })));
    // The hook of a panic has written what happened. Whoever hears of it has another try at once,
    // for the next message may be far.
    handled().or_else(|_| handled()).unwrap_or(false)
}

/// How far the client is (LSP 3.17, "Lifecycle Messages").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Fresh,
    Serving,
    ShutDown,
}

/// Runs a request or a notification; how far the client is then, or `None` if it has left.
fn handle<S: LanguageServer>(
    service: &mut LspService<S>,
    call: Call<'_>,
    watchdog: &Watchdog,
    phase: Phase,
    outbox: &Outbox,
    tell: &mut impl FnMut(Event) -> bool,
) -> Option<Phase> {
    if phase == Phase::Serving && direct::is_direct(&call.method) {
        let id = call.id.clone();
        let run = || {
            if let Some(lost) = direct::run(service.inner(), call, outbox) {
                tell(Event::Lost(lost));
            }
        };
        if catch_unwind(AssertUnwindSafe(run)).is_err() {
            apologise(id, outbox);
        }
        return Some(phase);
    }
    let method = call.method.to_string();
    let is_answered = match call.into_request() {
        Ok(request) => {
            if method == "initialize" && phase == Phase::Fresh {
                let process_id = request
                    .params()
                    .and_then(|params| params.get("processId")?.as_u64());
                if let Some(process_id) = process_id {
                    watchdog.remember(process_id);
                }
            }
            through_service(service, request, outbox)
        }
        Err(response) => {
            outbox.send(&response);
            false
        }
    };
    match &*method {
        "exit" => None,
        "initialize" if is_answered => Some(Phase::Serving),
        "shutdown" if is_answered => Some(Phase::ShutDown),
        _ => Some(phase),
    }
}

/// Runs one message; whether it was answered, and not with an error. Handlers that do not end at
/// once go on beside the loop.
fn through_service<S: LanguageServer>(
    service: &mut LspService<S>,
    request: Request,
    outbox: &Outbox,
) -> bool {
    let id = request.id().cloned();
    let polled = catch_unwind(AssertUnwindSafe(|| {
        let mut future = service.call(request);
        match (&mut future).now_or_never() {
            Some(done) => Ok(done),
            None => Err(future),
        }
    }));
    match polled {
        Ok(Ok(done)) => {
            // The service leaves requests whose name starts with `$/` unanswered, which only
            // notifications may be (LSP 3.17, "$ Notifications and Requests").
            let unknown = || {
                let error = Error::method_not_found();
                id.map(|id| Response::from_error(id, error))
            };
            let Some(response) = done.ok().and_then(|response| response.or_else(unknown)) else {
                return false;
            };
            outbox.send(&response);
            response.is_ok()
        }
        Ok(Err(future)) => {
            let outbox = outbox.clone();
            tokio::spawn(async move {
                match AssertUnwindSafe(future).catch_unwind().await {
                    Ok(Ok(Some(response))) => outbox.send(&response),
                    Ok(_) => {}
                    Err(_) => apologise(id, &outbox),
                }
            });
            false
        }
        Err(_) => {
            apologise(id, outbox);
            false
        }
    }
}

fn apologise(id: Option<Id>, outbox: &Outbox) {
    if let Some(id) = id {
        outbox.send(&Response::from_error(id, Error::internal_error()));
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::io::Write;
    use std::sync::mpsc::Sender;
    use std::time::Duration;

    use serde_json::{Value, json};
    use tokio::sync::mpsc::unbounded_channel;
    use tower_lsp::ls_types as lsp;

    use super::*;

    /// Panics on hover, and helps with signatures only after it has let others run.
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

    struct Pieces(Sender<Vec<u8>>);

    impl Write for Pieces {
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
            sender.send(Incoming::Body(body)).unwrap();
        }
        let (pieces, written) = std::sync::mpsc::channel();
        let outbox = Outbox::new(Pieces(pieces));
        let (service, socket) = LspService::new(|_| Fragile);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let watchdog = Watchdog::default();
        let mut rounds = 0;
        let is_shut_down = runtime.block_on(async {
            let tell = |event| {
                rounds += 1;
                assert!(
                    matches!(event, Event::Handled { is_idle: false }),
                    "a panic in what runs after a message costs nothing either"
                );
                false
            };
            let serving = serve(service, socket, input, &outbox, &watchdog, tell);
            let closing = async {
                tokio::task::yield_now().await;
                tokio::task::yield_now().await;
                drop(sender);
            };
            futures::future::join(serving, closing).await.0
        });
        assert!(is_shut_down);
        assert_eq!(rounds, 6, "after a panic there is another try");
        outbox.drain(Duration::from_secs(10));
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
