//! The security report beside a document, kept up to date while its author types.

use std::sync::Arc;

use serde_json::json;
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types as lsp;

use super::{Backend, State};
use crate::analysis::Analysis;
use crate::lsp::documents::{Documents, file_path};
use crate::lsp::report_pages::{self, Page, Refresh};
use crate::report::markdown::markdown;
use crate::report::read::report;
use crate::workspace::reference::shown;

/// A report that the client has.
#[derive(Debug)]
pub(super) struct ReportBeside {
    /// The URI by which the client has asked for it.
    uri: String,
    /// What the document was then.
    of: Arc<Analysis>,
    /// The text.
    text: String,
}

impl Backend {
    /// The command: shows the report, unless the second argument is `false` or the client cannot, and
    /// returns its URI and its text.
    pub(super) fn report_command(
        &self,
        params: &lsp::ExecuteCommandParams,
        can_show: bool,
    ) -> Result<lsp::LSPAny> {
        let document = document_of(params)?;
        let (_, text) = self.state().report_of(&document)?;
        self.page_beside(Page::Report, &document, text, params, can_show)
    }

    /// Shows a page about a document, unless that is not wanted, and returns its URI and its text.
    pub(super) fn page_beside(
        &self,
        page: Page,
        document: &lsp::Uri,
        text: String,
        params: &lsp::ExecuteCommandParams,
        can_show: bool,
    ) -> Result<lsp::LSPAny> {
        let uri = report_pages::uri(page, document).ok_or_else(Error::internal_error)?;
        if can_show && is_shown(params) {
            self.show(lsp::ShowDocumentParams {
                uri: uri.clone(),
                external: None,
                take_focus: Some(false),
                selection: None,
            });
        }
        Ok(json!({"uri": uri, "text": text}))
    }

    /// The report at a URI, which is kept up to date from now on.
    pub(super) fn report_page(&self, uri: &str, document: lsp::Uri) -> Result<String> {
        let mut state = self.state();
        let read = state.report_of(&document);
        if let Ok((of, text)) = &read {
            let beside = ReportBeside {
                uri: uri.to_owned(),
                of: Arc::clone(of),
                text: text.clone(),
            };
            state.reports_beside.insert(document, beside);
        }
        read.map(|(_, text)| text)
    }

    /// Tells the client of reports that are other ones now.
    pub(super) fn refresh_reports(&self, state: &mut State) {
        let shown: Vec<lsp::Uri> = state.reports_beside.keys().cloned().collect();
        for document in shown {
            let known = state.reports_beside.get(&document).map(|known| &known.of);
            let Some(open) = state.documents.get_mut(&document) else {
                continue;
            };
            if known.is_some_and(|known| Arc::ptr_eq(known, &open.analysis())) {
                continue;
            }
            let Ok((of, text)) = state.report_of(&document) else {
                continue;
            };
            let Some(known) = state.reports_beside.get_mut(&document) else {
                continue;
            };
            known.of = of;
            if known.text == text {
                continue;
            }
            known.text = text;
            self.refresh_page(&known.uri);
        }
    }

    /// Tells the client to ask for the text of a page again.
    pub(super) fn refresh_page(&self, uri: &str) {
        let (client, params) = (self.shared.client.clone(), json!({"uri": uri}));
        tokio::spawn(async move { client.send_request::<Refresh>(params).await });
    }
}

/// The document of a command.
pub(super) fn document_of(params: &lsp::ExecuteCommandParams) -> Result<lsp::Uri> {
    let uri = params.arguments.first().and_then(|uri| uri.as_str());
    let uri = uri.and_then(|uri| uri.parse().ok());
    uri.ok_or_else(|| Error::invalid_params("the URI of a document is missing"))
}

/// Whether the server is to show what a command is about.
pub(super) fn is_shown(params: &lsp::ExecuteCommandParams) -> bool {
    params.arguments.get(1).is_none_or(|shows| shows != false)
}

impl State {
    /// The report of an open document as Markdown, with what it was read from.
    fn report_of(&mut self, uri: &lsp::Uri) -> Result<(Arc<Analysis>, String)> {
        let Some(open) = self.documents.get_mut(uri) else {
            return Err(Error::invalid_params("the document is not open"));
        };
        let analysis = open.analysis();
        let text = text_of(&self.documents, uri, &analysis);
        Ok((analysis, text))
    }
}

fn text_of(documents: &Documents, uri: &lsp::Uri, analysis: &Analysis) -> String {
    let path = file_path(uri);
    let name = path.as_deref().and_then(|path| path.file_name());
    let name = name.map_or(uri.path().as_str().into(), |name| name.to_string_lossy());
    let others = |other: &str| {
        let other = file_path(&other.parse().ok()?)?;
        let file = documents.file(&other)?;
        Some((shown(path.as_deref()?, &other), file.document.clone()))
    };
    match report(&name, analysis, &others) {
        Some(report) => markdown(&report, 1),
        None => {
            "# No security report\n\nThis is no AsyncAPI document of a known version. Of a part \
                 of one, the document that refers to it has the report.\n"
                .to_owned()
        }
    }
}
