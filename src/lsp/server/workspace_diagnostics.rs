//! `workspace/diagnostic`: the diagnostics of all documents of the workspace, open or not, for a
//! client that asks for them. It is answered when all files are known; a client that gets its
//! diagnostics published gets those of open documents only.
//!
//! Documents are analysed in threads beside the loop, one after the other as each is then, so that
//! no key waits for a whole workspace.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;
use std::thread::available_parallelism;

use futures::{StreamExt, stream};
use serde_json::json;
use tokio::sync::oneshot;
use tokio::task::{JoinError, spawn_blocking, yield_now};
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types as lsp;

use super::progress::{self, WorkProgress};
use super::{Backend, State};
use crate::analysis::{Analysis, Options};
use crate::lsp::convert;
use crate::lsp::documents::folder_of;
use crate::model::DocumentKind;
use crate::workspace::source_file::SourceFile;

/// How many documents are in one partial result.
const DOCUMENTS_AT_ONCE: usize = 32;

type Report = lsp::WorkspaceDocumentDiagnosticReport;

/// The ids of the reports that the client has, by URI.
type Known = HashMap<lsp::Uri, String>;

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
        let progress = params.work_done_progress_params.work_done_token;
        let progress = progress.map(|token| {
            WorkProgress::begin(self.shared.writer.clone(), token, "Checking documents")
        });
        while let Some(settled) = self.until_settled() {
            // It is dropped when the server ends.
            _ = settled.await;
        }
        let known = params.previous_result_ids.into_iter();
        let known: Known = known.map(|one| (one.uri, one.value)).collect();
        let (paths, mut items) = self.state().documents_to_report(&known);
        let token = params.partial_result_params.partial_result_token;
        let count = paths.len();
        let reports = stream::iter(paths).map(|path| self.report_of(path, &known));
        // The loop has a processor for itself.
        let threads = available_parallelism().map_or(1, usize::from);
        let reports = reports.buffered(threads.saturating_sub(1).max(1));
        let mut reports = pin!(reports.enumerate());
        while let Some((at, report)) = reports.next().await {
            items.extend(report);
            if items.len() < DOCUMENTS_AT_ONCE && at + 1 < count {
                continue;
            }
            if let Some(progress) = &progress {
                progress.report(at + 1, count);
            }
            if let Some(token) = &token {
                let part = json!({"items": std::mem::take(&mut items)});
                progress::send(&self.shared.writer, token, &part);
            }
        }
        Ok(lsp::WorkspaceDiagnosticReport { items }.into())
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

    /// The report of a document as it is now; `None` if there is nothing to say of it.
    async fn report_of(&self, path: PathBuf, known: &Known) -> Option<Report> {
        let wanted = self.state().wanted(&path, known);
        let Some(wanted) = wanted else {
            yield_now().await;
            return None;
        };
        if wanted.is_unchanged {
            // Other messages come first, among them one that cancels this.
            yield_now().await;
            return Some(unchanged(wanted));
        }
        let (document, options) = (wanted.file.document.clone(), wanted.options);
        let analysing = spawn_blocking(move || Analysis::once(document, options));
        let analysed = analysing.await.map_err(JoinError::try_into_panic);
        let mut state = self.state();
        let analysis = match analysed {
            Ok(analysis) => analysis,
            // It is left out.
            Err(panic) => {
                self.on_fault(&mut state, &wanted.uri, &*panic.ok()?);
                return None;
            }
        };
        let items = match analysis.model.kind {
            DocumentKind::Other => Vec::new(),
            _ => convert::diagnostics(
                analysis.document.text(),
                &wanted.uri,
                match wanted.version {
                    Some(_) => convert::Found::of(&analysis),
                    None => convert::Found::on_disk(&analysis),
                },
                &|uri| state.documents.text_of(uri),
                &state.capabilities,
            ),
        };
        Some(full(wanted.uri, wanted.version, Some(wanted.id), items))
    }
}

fn full(
    uri: lsp::Uri,
    version: Option<i64>,
    result_id: Option<String>,
    items: Vec<lsp::Diagnostic>,
) -> Report {
    let report = lsp::FullDocumentDiagnosticReport { result_id, items };
    lsp::WorkspaceFullDocumentDiagnosticReport {
        uri,
        version,
        full_document_diagnostic_report: report,
    }
    .into()
}

fn unchanged(wanted: Wanted) -> Report {
    let result_id = wanted.id;
    lsp::WorkspaceUnchangedDocumentDiagnosticReport {
        uri: wanted.uri,
        version: wanted.version,
        unchanged_document_diagnostic_report: lsp::UnchangedDocumentDiagnosticReport { result_id },
    }
    .into()
}

impl State {
    /// The paths of all documents, and reports without diagnostics of those that the client knows
    /// but that are gone.
    fn documents_to_report(&mut self, known: &Known) -> (Vec<PathBuf>, Vec<Report>) {
        let files = self.documents.files();
        let mut folders = BTreeSet::new();
        let first_ones = files.iter();
        let first_ones = first_ones.filter(|file| folders.insert(file.path.parent()));
        self.reported_folders = first_ones
            .filter_map(|file| folder_of(&file.uri.parse().ok()?))
            .collect();
        self.apply_settings(true);
        let paths: Vec<PathBuf> = files.iter().map(|file| file.path.clone()).collect();
        let all: BTreeSet<&Path> = paths.iter().map(PathBuf::as_path).collect();
        self.reported.retain(|path, _| all.contains(&**path));
        let uris = files.iter().filter_map(|file| self.documents.name_of(file));
        let uris: BTreeSet<lsp::Uri> = uris.map(|(uri, _)| uri).collect();
        let mut gone: Vec<&lsp::Uri> = known.keys().filter(|uri| !uris.contains(uri)).collect();
        gone.sort();
        let gone = gone.into_iter();
        let gone = gone.map(|uri| full(uri.clone(), None, None, Vec::new()));
        (paths, gone.collect())
    }

    /// What is to be said of a file as it is now; `None` if that is nothing.
    fn wanted(&mut self, path: &Path, known: &Known) -> Option<Wanted> {
        self.documents.share_all();
        let file = Arc::clone(self.documents.file(path)?);
        let (uri, version) = self.documents.name_of(&file)?;
        let options = self.options_of(&uri, path);
        let before = known.get(&uri);
        let is_other = file.kind == DocumentKind::Other && options.surroundings.parts.is_empty();
        if is_other && before.is_none() {
            return None;
        }
        let id = self.result_id(&file, &options);
        Some(Wanted {
            is_unchanged: before == Some(&id),
            version: version.map(i64::from),
            uri,
            file,
            options,
            id,
        })
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
