//! What changed in a document since it was committed. Git is asked in a thread beside the loop.

use tokio::task::spawn_blocking;
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types as lsp;

use super::reports::document_of;
use super::{Backend, State};
use crate::history::markdown::list;
use crate::history::since::{Edited, since_head};
use crate::lsp::report_pages::Page;

impl Backend {
    /// The command: as that of the security report.
    pub(super) async fn changes_command(
        &self,
        params: &lsp::ExecuteCommandParams,
    ) -> Result<lsp::LSPAny> {
        let document = document_of(params)?;
        let text = self.changes_text(&document).await?;
        let can_show = self.state().capabilities.shows_own_pages();
        self.page_beside(Page::Changes, &document, text, params, can_show)
    }

    /// The page at a URI, of which the client is told from now on when a document is saved.
    pub(super) async fn changes_page(&self, uri: String, document: lsp::Uri) -> Result<String> {
        let text = self.changes_text(&document).await?;
        self.state().changes_beside.insert(document, uri);
        Ok(text)
    }

    /// What is committed may be another thing after a document was saved, or the document itself.
    pub(super) fn refresh_changes(&self) {
        let pages: Vec<String> = self.state().changes_beside.values().cloned().collect();
        for page in pages {
            self.refresh_page(&page);
        }
    }

    async fn changes_text(&self, document: &lsp::Uri) -> Result<String> {
        let edited = self.state().edited(document)?;
        let name = edited.path.file_name().unwrap_or_default();
        let name = name.to_string_lossy().replace('`', " ");
        let compared = spawn_blocking(move || since_head(edited)).await;
        let found = match compared.map_err(|_| Error::internal_error())? {
            Ok(outcome) => list(&outcome),
            Err(why) => format!("This cannot be told: {why}\n"),
        };
        let title = format!("# `{name}` since the last commit");
        Ok(format!("{title}\n\n{found}"))
    }
}

impl State {
    /// An open document, with all that a comparison has to know.
    fn edited(&mut self, uri: &lsp::Uri) -> Result<Edited> {
        let Some(open) = self.documents.get_mut(uri) else {
            return Err(Error::invalid_params("the document is not open"));
        };
        let environment = open.analysis().options.environment.clone();
        let path = open.path().map(ToOwned::to_owned);
        Ok(Edited {
            path: path.ok_or_else(|| Error::invalid_params("the document is no file"))?,
            open: self.documents.open_files(),
            environment,
            settings: self.configuration.diff_settings(uri),
        })
    }
}
