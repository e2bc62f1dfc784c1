//! Shows how a search goes on, where it takes long and the client can show it.

use std::path::Path;

use serde_json::{Value, json};
use tower_lsp::ls_types as lsp;

use super::Backend;
use crate::lsp::stdio::Writer;
use crate::workspace::work::Done;

/// The progress of a request, for which the client gave a token. It ends with this value, also when
/// the request is cancelled.
#[derive(Debug)]
pub(super) struct WorkProgress {
    writer: Writer,
    token: lsp::ProgressToken,
}

impl WorkProgress {
    pub fn begin(writer: Writer, token: lsp::ProgressToken, title: &str) -> Self {
        let begin = json!({"kind": "begin", "title": title, "cancellable": true, "percentage": 0});
        send(&writer, &token, &begin);
        Self { writer, token }
    }

    /// So many of all are done.
    pub fn report(&self, done: usize, all: usize) {
        let percentage = done * 100 / all.max(1);
        let value = json!({"kind": "report", "percentage": percentage});
        send(&self.writer, &self.token, &value);
    }
}

impl Drop for WorkProgress {
    fn drop(&mut self) {
        send(&self.writer, &self.token, &json!({"kind": "end"}));
    }
}

/// `$/progress`.
pub(super) fn send(writer: &Writer, token: &lsp::ProgressToken, value: &Value) {
    writer.send(&json!({
        "jsonrpc": "2.0",
        "method": "$/progress",
        "params": {"token": token, "value": value},
    }));
}

/// The progress of a search, as the client shows it.
#[derive(Debug)]
pub(super) struct SearchProgress {
    token: lsp::ProgressToken,
    /// Whether the client has accepted it.
    has_begun: bool,
}

impl Backend {
    /// Shows what a worker has done, if it belongs to a search.
    pub(super) fn show_progress(&self, done: &Done) {
        match done {
            Done::Searching(root, count) => self.note_search(root, *count),
            Done::Searched(root, _) => self.end_search(root),
            Done::Known(_) | Done::LookedAt(..) | Done::Compared(_) => {}
        }
    }

    /// Only long searches tell how far they are.
    fn note_search(&self, root: &Path, count: usize) {
        let mut state = self.state();
        if !state.capabilities.shows_progress {
            return;
        }
        if let Some(progress) = state.searches.get(root) {
            let message = format!("{count} files");
            if progress.has_begun {
                let report = json!({"kind": "report", "message": message});
                send(&self.shared.writer, &progress.token, &report);
            }
            return;
        }
        state.searches_shown += 1;
        let token = format!("asyncapi-security/search/{}", state.searches_shown);
        let token = lsp::ProgressToken::String(token);
        let progress = SearchProgress {
            token: token.clone(),
            has_begun: false,
        };
        state.searches.insert(root.to_owned(), progress);
        drop(state);
        let (server, root) = (self.clone(), root.to_owned());
        tokio::spawn(async move {
            let client = &server.shared.client;
            let created = client.create_work_done_progress(token.clone()).await;
            if created.is_ok() {
                server.begin_search(&root, &token);
            }
        });
    }

    fn begin_search(&self, root: &Path, token: &lsp::ProgressToken) {
        let mut state = self.state();
        let progress = state.searches.get_mut(root);
        // It may be over.
        let Some(progress) = progress.filter(|one| one.token == *token) else {
            return;
        };
        progress.has_begun = true;
        let begin = json!({"kind": "begin", "title": "Searching for AsyncAPI documents"});
        send(&self.shared.writer, token, &begin);
    }

    fn end_search(&self, root: &Path) {
        let progress = self.state().searches.remove(root);
        if let Some(progress) = progress.filter(|progress| progress.has_begun) {
            send(
                &self.shared.writer,
                &progress.token,
                &json!({"kind": "end"}),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::io::Read;
    use std::path::PathBuf;
    use std::time::Duration;

    use futures::{FutureExt, SinkExt, StreamExt};
    use tokio::task::yield_now;
    use tower_lsp::LspService;
    use tower_lsp::jsonrpc::{Request, Response};
    use tower_service::Service;

    use super::*;
    use crate::lsp::log::Log;
    use crate::lsp::main_loop::Event;

    /// What is shown of a search: what the server asked the client, and the kinds of progress.
    async fn shown(shows_progress: bool, accepts: bool, notes: usize) -> (usize, Vec<String>) {
        let (mut client, pipe) = std::io::pipe().unwrap();
        let writer = Writer::new(pipe);
        let log = Log::new(std::io::sink());
        let (mut service, socket) =
            LspService::new(|client| Backend::new(client, writer.clone(), log));
        let server = service.inner().clone();
        let (mut requests, mut responses) = socket.split();
        let params = json!({"capabilities": {"window": {"workDoneProgress": shows_progress}}});
        let initialize = Request::build("initialize").params(params).id(1);
        service.call(initialize.finish()).await.unwrap();
        let root = PathBuf::from("/root");
        let mut asked = 0;
        for note in 1..=notes {
            server.on_event(Event::Read(vec![Done::Searching(root.clone(), note * 256)]));
            yield_now().await;
            let Some(Some(request)) = requests.next().now_or_never() else {
                continue;
            };
            assert_eq!(request.method(), "window/workDoneProgress/create");
            asked += 1;
            let id = request.id().unwrap().clone();
            let response = match accepts {
                true => Response::from_ok(id, Value::Null),
                false => Response::from_error(id, tower_lsp::jsonrpc::Error::internal_error()),
            };
            responses.send(response).await.unwrap();
            yield_now().await;
        }
        server.on_event(Event::Read(vec![Done::Searched(root, true)]));
        writer.flush(Duration::from_secs(10));
        drop((service, server, writer));
        let mut written = String::new();
        client.read_to_string(&mut written).unwrap();
        let kinds = written.split("\"kind\":\"").skip(1);
        let kinds = kinds.filter_map(|rest| Some(rest.split_once('"')?.0.to_owned()));
        (asked, kinds.collect())
    }

    #[test]
    fn a_search_begins_is_told_of_and_ends_where_the_client_shows_it() {
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        let runtime = runtime.unwrap();
        let kinds = |kinds: &[&str]| kinds.iter().map(|kind| (*kind).to_owned()).collect();
        for (supports, accepts, notes, expected) in [
            (
                true,
                true,
                3,
                (1, kinds(&["begin", "report", "report", "end"])),
            ),
            (true, true, 0, (0, kinds(&[]))),
            (true, false, 2, (1, kinds(&[]))),
            (false, true, 3, (0, kinds(&[]))),
        ] {
            let found = runtime.block_on(shown(supports, accepts, notes));
            assert_eq!(found, expected, "{supports} {accepts} {notes}");
        }
    }
}
