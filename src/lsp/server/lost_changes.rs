//! What is done when a change of a document is lost: the text known here is not the client's then,
//! and a client that sends edits does not send the whole text by itself until the document is saved
//! or opened again.

use tower_lsp::ls_types as lsp;

use super::{Backend, State};
use crate::lsp::capabilities::SOURCE;
use crate::lsp::log::LogLevel;
use crate::lsp::message::UnreadableNotification;
use crate::text::printable::one_line;

impl Backend {
    /// Tells the log what is lost, and the author too if an AsyncAPI document is not checked because
    /// of it.
    pub(super) fn on_unreadable(&self, notification: &UnreadableNotification) {
        let mut state = self.state();
        let UnreadableNotification { method, reason, .. } = notification;
        let stale = match &**method {
            "textDocument/didChange" => {
                let uri = notification.uri.as_ref();
                state.documents.set_stale(uri, notification.version)
            }
            _ => Vec::new(),
        };
        for uri in &stale {
            if state.documents.stale(uri) == Some(true) {
                self.show_lost(uri, reason);
            }
        }
        drop(state);
        self.log(LogLevel::Problem, || {
            let mut message = format!("`{method}` cannot be read and is lost: {reason}");
            for uri in &stale {
                message += "; edits are passed over until the whole text comes: ";
                message += uri.as_str();
            }
            message
        });
    }

    fn show_lost(&self, uri: &lsp::Uri, reason: &str) {
        let path = uri.path().as_str();
        let name = path.rsplit('/').next().unwrap_or(path);
        let message = format!(
            "{name} is not checked: your editor sent a change that cannot be read ({reason}). Save \
             it, or close and open it again."
        );
        let client = self.shared.client.clone();
        let message = one_line(&message).into_owned();
        tokio::spawn(async move { client.show_message(lsp::MessageType::ERROR, message).await });
    }
}

impl State {
    /// What stands at the start of a document of which a change was lost, in place of findings that
    /// would be misplaced; `None` of all others.
    pub(super) fn of_stale(&mut self, uri: &lsp::Uri) -> Option<Vec<lsp::Diagnostic>> {
        if !self.documents.stale(uri)? {
            return Some(Vec::new());
        }
        Some(vec![lsp::Diagnostic {
            severity: Some(lsp::DiagnosticSeverity::ERROR),
            source: Some(SOURCE.to_owned()),
            message: "this document is not checked: the editor sent a change that cannot be read. \
                      Save the document, or close and open it again"
                .to_owned(),
            ..lsp::Diagnostic::default()
        }])
    }
}
