//! The commands of code actions and lenses that a client leaves to the server.

use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types as lsp;

use super::Backend;
use crate::lsp::capabilities::{OPEN_RULE, REPORT, SHOW_REFERENCES};
use crate::lsp::convert::{action, code_lens};

impl Backend {
    pub(super) fn execute(
        &self,
        params: &lsp::ExecuteCommandParams,
    ) -> Result<Option<lsp::LSPAny>> {
        let (has_pages, can_show) = {
            let client = &self.state().capabilities;
            (client.pages.are_shown, client.action.shows_pages)
        };
        match &*params.command {
            OPEN_RULE => {
                let shown = action::page_of(params, has_pages);
                self.show(shown.ok_or_else(|| Error::invalid_params("there is no such rule"))?);
            }
            REPORT => return self.report_command(params, has_pages && can_show).map(Some),
            SHOW_REFERENCES => match code_lens::first_place(params) {
                Some(place) if can_show => self.show(place),
                _ => {
                    let places = code_lens::places_in_words(params);
                    let client = self.shared.client.clone();
                    tokio::spawn(async move {
                        client.show_message(lsp::MessageType::INFO, places).await;
                    });
                }
            },
            _ => return Err(Error::invalid_params("there is no such command")),
        }
        Ok(None)
    }

    /// Does not wait for the answer: it may come only when the user has decided.
    pub(super) fn show(&self, document: lsp::ShowDocumentParams) {
        let client = self.shared.client.clone();
        tokio::spawn(async move { client.show_document(document).await });
    }
}
