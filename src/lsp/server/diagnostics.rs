//! Diagnostics, published by the server or pulled by the client.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use serde::Serialize;
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types as lsp;

use super::{Backend, State};
use crate::analysis::Analysis;
use crate::lsp::convert;
use crate::lsp::log::LogLevel;
use crate::model::DocumentKind;

/// How often diagnostics are published while more messages wait.
const PUBLISH_INTERVAL: Duration = Duration::from_millis(25);

/// `textDocument/publishDiagnostics`.
#[derive(Serialize)]
struct Publication<'a> {
    jsonrpc: &'static str,
    method: &'static str,
    params: &'a lsp::PublishDiagnosticsParams,
}

impl Backend {
    /// Publishes a changed document, unless more messages wait and the last publication is recent.
    /// Returns whether other documents are left: it is one at a time, so that no request waits for
    /// many analyses. Only of documents that have to do with others some are read together.
    pub(super) fn publish(&self, is_idle: bool) -> bool {
        let mut state = self.state();
        if !is_idle && state.published.elapsed() < PUBLISH_INTERVAL {
            return false;
        }
        while let Some(params) = state.settings_publication() {
            self.send_diagnostics(&params);
        }
        let pulls = state.capabilities.pulls;
        state.documents.settle();
        let is_outdated = state.documents.take_outdated();
        state.refresh |= is_outdated;
        state.redraw |= is_outdated;
        let mut has_more = false;
        if let Some(uri) = state.documents.next_changed() {
            self.publish_or_say_why_not(&mut state, &uri);
            has_more = state.documents.has_changed();
        }
        state.published = Instant::now();
        if !has_more && is_idle {
            self.refresh_reports(&mut state);
        }
        if !has_more && std::mem::take(&mut state.redraw) {
            self.redraw(state.capabilities.refreshes);
        }
        if !has_more && pulls && std::mem::take(&mut state.refresh) {
            let client = self.shared.client.clone();
            tokio::spawn(async move { client.workspace_diagnostic_refresh().await });
        }
        has_more
    }

    /// Publishes a document. If a rule panics, it is tried once more from the text; if it panics
    /// again, that is said instead.
    fn publish_or_say_why_not(&self, state: &mut State, uri: &lsp::Uri) {
        let publish = |state: &mut State| {
            let others_changed = state.documents.share(uri);
            state.redraw |= others_changed;
            if state.capabilities.pulls {
                state.refresh |= others_changed;
                // A panic is said, whether the client asks or not.
                _ = state.documents.get_mut(uri).map(|open| open.analysis());
            } else {
                self.publish_document(state, uri);
            }
        };
        if catch_unwind(AssertUnwindSafe(|| publish(state))).is_ok() {
            return;
        }
        state.documents.forget_analysis(uri);
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| publish(state))) {
            state.documents.set_failed(uri);
            self.on_fault(state, uri, &*panic);
            state.refresh |= state.capabilities.pulls;
            if !state.capabilities.pulls {
                self.publish_document(state, uri);
            }
        }
    }

    /// Publishes the diagnostics of a document. Of one that is not AsyncAPI nothing is published,
    /// except once to clear what was published before.
    fn publish_document(&self, state: &mut State, uri: &lsp::Uri) {
        if let Some(diagnostics) = state.of_unchecked(uri) {
            let uri = uri.clone();
            return self.send_diagnostics(&lsp::PublishDiagnosticsParams::new(
                uri,
                diagnostics,
                None,
            ));
        }
        let Some(open) = state.documents.get_mut(uri) else {
            return;
        };
        let analysis = open.analysis();
        let is_ours = analysis.model.kind != DocumentKind::Other;
        let was_published = std::mem::replace(&mut open.is_published, is_ours);
        if !is_ours && !was_published {
            return;
        }
        let version = Some(open.version);
        let params = lsp::PublishDiagnosticsParams {
            uri: uri.clone(),
            diagnostics: diagnostics(&analysis, uri, state),
            version,
        };
        let Some(open) = state.documents.get_mut(uri) else {
            return;
        };
        let is_due = std::mem::take(&mut open.is_due);
        if !is_due && open.published.as_ref() == Some(&params) {
            return;
        }
        self.send_diagnostics(&params);
        open.published = Some(params);
        self.log(LogLevel::Detail, || {
            let count = analysis.findings.len();
            format!("{count} diagnostics of {}", uri.as_str())
        });
    }

    /// Sends a publication without `Client`, which would convert it to `serde_json::Value` first and
    /// wait when messages queue up. A client that does not read gets only the newest one of each
    /// document.
    pub(super) fn send_diagnostics(&self, params: &lsp::PublishDiagnosticsParams) {
        let publication = Publication {
            jsonrpc: "2.0",
            method: "textDocument/publishDiagnostics",
            params,
        };
        let uri = params.uri.as_str();
        self.shared.writer.send_latest(uri, &publication);
    }

    /// The answer to `textDocument/diagnostic`.
    pub(super) fn pulled_diagnostics(
        &self,
        params: &lsp::DocumentDiagnosticParams,
    ) -> Result<lsp::DocumentDiagnosticReportResult> {
        let uri = &params.text_document.uri;
        let mut guard = self.state();
        let state = &mut *guard;
        if !state.capabilities.pulls {
            // This client gets its diagnostics published; it would show them twice.
            return Err(Error::method_not_found());
        }
        if let Some(open) = state.configuration.get(uri) {
            let findings = open.file.findings();
            let items = convert::diagnostics(
                &open.file.text,
                uri,
                convert::Found::new(&findings),
                &|_| None,
                &state.capabilities,
            );
            return Ok(full_report(None, items));
        }
        if let Some(diagnostics) = state.of_unchecked(uri) {
            return Ok(full_report(None, diagnostics));
        }
        state.refresh |= state.documents.share(uri);
        let Some(open) = state.documents.get_mut(uri) else {
            return Ok(full_report(None, Vec::new()));
        };
        let result_id = open.state.to_string();
        if params.previous_result_id.as_ref() == Some(&result_id) {
            return Ok(unchanged_report(result_id));
        }
        let analysis = open.analysis();
        let items = match analysis.model.kind {
            DocumentKind::Other => Vec::new(),
            _ => diagnostics(&analysis, uri, state),
        };
        Ok(full_report(Some(result_id), items))
    }
}

impl State {
    /// The next publication of a settings file. A client that pulls diagnostics pulls those of open
    /// files.
    fn settings_publication(&mut self) -> Option<lsp::PublishDiagnosticsParams> {
        let (uri, version, file) = self.configuration.next_changed()?;
        let diagnostics = if self.capabilities.pulls && version.is_some() {
            self.refresh = true;
            Vec::new()
        } else {
            convert::diagnostics(
                &file.text,
                &uri,
                convert::Found::new(&file.findings()),
                &|_| None,
                &self.capabilities,
            )
        };
        Some(lsp::PublishDiagnosticsParams {
            uri,
            diagnostics,
            version,
        })
    }
}

fn diagnostics(analysis: &Analysis, uri: &lsp::Uri, state: &State) -> Vec<lsp::Diagnostic> {
    let other = |uri: &str| state.documents.text_of(uri);
    let text = analysis.document.text();
    let found = convert::Found::of(analysis);
    convert::diagnostics(text, uri, found, &other, &state.capabilities)
}

fn full_report(
    result_id: Option<String>,
    items: Vec<lsp::Diagnostic>,
) -> lsp::DocumentDiagnosticReportResult {
    lsp::DocumentDiagnosticReport::Full(lsp::RelatedFullDocumentDiagnosticReport {
        related_documents: None,
        full_document_diagnostic_report: lsp::FullDocumentDiagnosticReport { result_id, items },
    })
    .into()
}

fn unchanged_report(result_id: String) -> lsp::DocumentDiagnosticReportResult {
    lsp::DocumentDiagnosticReport::Unchanged(lsp::RelatedUnchangedDocumentDiagnosticReport {
        related_documents: None,
        unchanged_document_diagnostic_report: lsp::UnchangedDocumentDiagnosticReport { result_id },
    })
    .into()
}
