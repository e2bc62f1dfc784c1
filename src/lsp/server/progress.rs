//! Shows how a search goes on, where it takes long and the client can show it.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tower_lsp::ls_types as lsp;

use super::Backend;
use crate::workspace::work::Done;

/// The progress of a search, as the client shows it.
#[derive(Debug)]
pub(super) struct SearchProgress {
    token: String,
    /// Whether the client has accepted it.
    has_begun: bool,
    /// Whether the search is over.
    is_over: bool,
}

impl Backend {
    /// Shows what a worker has done, if it belongs to a search.
    pub(super) fn show_progress(&self, done: &Done) {
        match done {
            Done::Searching(root, count) => self.note_search(root, *count),
            Done::Searched(root, _) => self.end_search(root),
            Done::Known(_) | Done::LookedAt(_) => {}
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
                self.send_progress(
                    &progress.token,
                    &json!({"kind": "report", "message": message}),
                );
            }
            return;
        }
        let token = format!("asyncapi-security/search/{}", state.searches.len() + 1);
        let progress = SearchProgress {
            token: token.clone(),
            has_begun: false,
            is_over: false,
        };
        state.searches.insert(root.to_owned(), progress);
        drop(state);
        let (server, root) = (self.clone(), root.to_owned());
        tokio::spawn(async move {
            let token = lsp::ProgressToken::String(token);
            let client = &server.shared.client;
            if client.create_work_done_progress(token).await.is_ok() {
                server.begin_search(root);
            }
        });
    }

    fn begin_search(&self, root: PathBuf) {
        let mut state = self.state();
        let Some(progress) = state.searches.get_mut(&root).filter(|one| !one.is_over) else {
            return;
        };
        progress.has_begun = true;
        let begin = json!({"kind": "begin", "title": "Searching for AsyncAPI documents"});
        self.send_progress(&progress.token, &begin);
    }

    fn end_search(&self, root: &Path) {
        let mut state = self.state();
        let Some(progress) = state.searches.get_mut(root) else {
            return;
        };
        progress.is_over = true;
        if std::mem::take(&mut progress.has_begun) {
            self.send_progress(&progress.token, &json!({"kind": "end"}));
        }
    }

    fn send_progress(&self, token: &str, value: &Value) {
        self.shared.writer.send(&json!({
            "jsonrpc": "2.0",
            "method": "$/progress",
            "params": {"token": token, "value": value},
        }));
    }
}
