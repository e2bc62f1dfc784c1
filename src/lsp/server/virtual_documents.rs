//! The pages of rules and about documents, for clients that show virtual documents.

use tower_lsp::jsonrpc::{Error, Result};

use super::Backend;
use crate::lsp::report_pages::{self, Page};
use crate::lsp::rule_pages::{self, TextDocumentContentParams, TextDocumentContentResult};

impl Backend {
    /// `workspace/textDocumentContent`.
    pub async fn text_document_content(
        &self,
        params: TextDocumentContentParams,
    ) -> Result<TextDocumentContentResult> {
        if let Some((page, document)) = report_pages::document(&params.uri) {
            let text = match page {
                Page::Report => self.report_page(&params.uri, document),
                Page::Changes => self.changes_page(params.uri, document).await,
            };
            return text.map(|text| TextDocumentContentResult { text });
        }
        match rule_pages::page(&params.uri) {
            Some(page) => Ok(TextDocumentContentResult {
                text: page.to_owned(),
            }),
            None => Err(Error::invalid_params("there is no such page")),
        }
    }
}
