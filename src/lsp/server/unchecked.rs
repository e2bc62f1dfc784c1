//! What is done where a document cannot be checked.
//!
//! A change of it was lost: the text known here is not the client's then, and a client that sends
//! edits does not send the whole text by itself until the document is saved or opened again. Or a
//! rule panics, until the document is changed.

use std::any::Any;

use tower_lsp::ls_types as lsp;

use super::{Backend, State};
use crate::lsp::capabilities::SOURCE;
use crate::lsp::log::LogLevel;
use crate::lsp::message::UnreadableNotification;
use crate::rules::fault;

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
        let name = file_name(uri);
        self.show_message(lsp::MessageType::ERROR, format!(
            "{name} is not checked: your editor sent a change that cannot be read ({reason}). Save \
             it, or close and open it again."
        ));
    }

    /// Says that a panic keeps a document from being checked: to the log, and once to the user.
    pub(super) fn on_fault(&self, state: &mut State, uri: &lsp::Uri, panic: &(dyn Any + Send)) {
        let words = fault::words(panic);
        if state.faults.insert(uri.clone()) {
            self.show_message(
                lsp::MessageType::ERROR,
                format!("{} is {words}", file_name(uri)),
            );
        }
        self.log(LogLevel::Problem, || format!("{} is {words}", uri.as_str()));
    }
}

fn file_name(uri: &lsp::Uri) -> &str {
    let path = uri.path().as_str();
    path.rsplit('/').next().unwrap_or(path)
}

impl State {
    /// What stands at the start of a document that cannot be checked, in place of findings that
    /// would be misplaced: a change of it was lost, or a rule panics. `None` of all others.
    pub(super) fn of_unchecked(&mut self, uri: &lsp::Uri) -> Option<Vec<lsp::Diagnostic>> {
        let message = if self.documents.has_failed(uri) {
            "this document is not checked because of a fault of asyncapi-security-lsp, which is in \
             its log"
        } else if self.documents.stale(uri)? {
            "this document is not checked: the editor sent a change that cannot be read. Save the \
             document, or close and open it again"
        } else {
            return Some(Vec::new());
        };
        Some(vec![lsp::Diagnostic {
            severity: Some(lsp::DiagnosticSeverity::ERROR),
            source: Some(SOURCE.to_owned()),
            message: message.to_owned(),
            ..lsp::Diagnostic::default()
        }])
    }
}
