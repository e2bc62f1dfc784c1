//! `workspace/diagnostic`: the diagnostics of all documents of the workspace, open or not, for a
//! client that asks for them. It is answered when all files are known; a client that gets its
//! diagnostics published gets those of open documents only.

use std::path::Path;
use std::sync::Arc;

use serde_json::json;
use tokio::sync::oneshot;
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types as lsp;

use super::{Backend, State};
use crate::analysis::{Analysis, Options};
use crate::lsp::convert;
use crate::model::DocumentKind;
use crate::workspace::source_file::SourceFile;

/// How many documents are in one partial result.
const DOCUMENTS_AT_ONCE: usize = 32;

/// A report of a document, and what it was made from.
#[derive(Debug)]
pub(super) struct Reported {
    file: Arc<SourceFile>,
    options: Options,
    id: String,
}

/// A document to be reported.
struct Wanted {
    uri: lsp::Uri,
    version: Option<i64>,
    file: Arc<SourceFile>,
    options: Options,
    id: String,
    is_unchanged: bool,
}

impl Backend {
    /// Waits until all files are known, then reports all documents, in parts if the client takes
    /// them.
    pub(super) async fn report_workspace(
        &self,
        params: lsp::WorkspaceDiagnosticParams,
    ) -> Result<lsp::WorkspaceDiagnosticReportResult> {
        if !self.state().capabilities.pulls {
            // This client gets its diagnostics published; it would show them twice.
            return Err(Error::method_not_found());
        }
        while let Some(settled) = self.until_settled() {
            // It is dropped when the server ends.
            _ = settled.await;
        }
        let wanted = self.state().documents_to_report(&params);
        let token = params.partial_result_params.partial_result_token;
        let mut rest = Vec::new();
        for wanted in wanted.chunks(DOCUMENTS_AT_ONCE) {
            let mut items = Vec::new();
            for wanted in wanted {
                items.push(self.report_of(wanted));
                // Other messages come first, among them one that cancels this.
                tokio::task::yield_now().await;
            }
            match &token {
                Some(token) => self.shared.writer.send(&json!({
                    "jsonrpc": "2.0",
                    "method": "$/progress",
                    "params": {"token": token, "value": {"items": items}},
                })),
                None => rest.extend(items),
            }
        }
        Ok(lsp::WorkspaceDiagnosticReport { items: rest }.into())
    }

    /// Resolves when something was read; `None` if nothing is left to be read.
    pub(super) fn until_settled(&self) -> Option<oneshot::Receiver<()>> {
        let mut state = self.state();
        state.documents.share_all();
        if state.documents.is_settled() {
            return None;
        }
        let (sender, receiver) = oneshot::channel();
        state.waiting.push(sender);
        Some(receiver)
    }

    fn report_of(&self, wanted: &Wanted) -> lsp::WorkspaceDocumentDiagnosticReport {
        let (uri, version) = (wanted.uri.clone(), wanted.version);
        if wanted.is_unchanged {
            return lsp::WorkspaceUnchangedDocumentDiagnosticReport {
                uri,
                version,
                unchanged_document_diagnostic_report: lsp::UnchangedDocumentDiagnosticReport {
                    result_id: wanted.id.clone(),
                },
            }
            .into();
        }
        let document = wanted.file.document.clone();
        let analysis = Analysis::new(document, wanted.options.clone(), None);
        let state = self.state();
        let items = match analysis.model.kind {
            DocumentKind::Other => Vec::new(),
            _ => convert::diagnostics(
                analysis.document.text(),
                &uri,
                match version {
                    Some(_) => convert::Found::of(&analysis),
                    None => convert::Found::on_disk(&analysis),
                },
                &|uri| state.documents.text_of(uri),
                &state.capabilities,
            ),
        };
        lsp::WorkspaceFullDocumentDiagnosticReport {
            uri,
            version,
            full_document_diagnostic_report: lsp::FullDocumentDiagnosticReport {
                result_id: Some(wanted.id.clone()),
                items,
            },
        }
        .into()
    }
}

impl State {
    /// All documents and their state, and what was reported before and is none any more.
    fn documents_to_report(&mut self, params: &lsp::WorkspaceDiagnosticParams) -> Vec<Wanted> {
        let files = self.documents.files();
        let uris: Vec<lsp::Uri> = (files.iter())
            .filter_map(|file| file.uri.parse().ok())
            .chain(self.documents.uris().cloned())
            .collect();
        self.configuration.reload(uris.iter());
        let known = |uri: &lsp::Uri| {
            let previous = params.previous_result_ids.iter();
            let mut previous = previous.filter(|previous| previous.uri == *uri);
            previous.next().map(|previous| previous.value.clone())
        };
        let mut wanted = Vec::new();
        for file in files {
            let Some((uri, version)) = self.documents.name_of(&file) else {
                continue;
            };
            let options = self.options_of(&uri, &file.path);
            if file.kind == DocumentKind::Other
                && options.surroundings.parts.is_empty()
                && known(&uri).is_none()
            {
                continue;
            }
            let id = self.result_id(&file, &options);
            wanted.push(Wanted {
                is_unchanged: known(&uri).as_ref() == Some(&id),
                version: version.map(i64::from),
                uri,
                file,
                options,
                id,
            });
        }
        wanted
    }

    fn options_of(&self, uri: &lsp::Uri, path: &Path) -> Options {
        Options {
            surroundings: Arc::new(self.documents.surroundings(path)),
            ..Options::of(self.configuration.effective(uri))
        }
    }

    /// The id of the report of a file: the same as before if nothing changed.
    fn result_id(&mut self, file: &Arc<SourceFile>, options: &Options) -> String {
        if let Some(old) = self.reported.get(&file.path)
            && Arc::ptr_eq(&old.file, file)
            && old.options == *options
        {
            return old.id.clone();
        }
        self.reports += 1;
        let id = format!("w{}", self.reports);
        let reported = Reported {
            file: Arc::clone(file),
            options: options.clone(),
            id: id.clone(),
        };
        self.reported.insert(file.path.clone(), reported);
        id
    }
}
