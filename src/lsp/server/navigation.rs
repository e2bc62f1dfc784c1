//! Requests about names and places: what they mean, where they are used, how they are called.

use std::collections::BTreeMap;
use std::sync::Arc;

use tower_lsp::jsonrpc::{Error, ErrorCode, Result};
use tower_lsp::ls_types as lsp;

use super::{Backend, State};
use crate::analysis::Analysis;
use crate::ide::navigation::rename::{self, FileEdits};
use crate::ide::navigation::{self, File, Files, folding, links, selection, symbols};
use crate::lsp::capabilities::Capabilities;
use crate::lsp::convert;
use crate::lsp::convert::action::{self, EditedFile};
use crate::lsp::convert::navigation as to_lsp;
use crate::model::DocumentKind;

/// A search over all documents returns at most so many symbols.
const MAX_SYMBOLS: usize = 1_000;

/// LSP 3.17, `LSPErrorCodes.RequestFailed`: the request is correct, and its message is for people.
const REQUEST_FAILED: i64 = -32803;

/// No file is known but the document itself.
static ALONE: BTreeMap<String, String> = BTreeMap::new();

/// A document that is asked about, at the version that the client knows.
struct Asked {
    uri: lsp::Uri,
    version: i32,
    analysis: Arc<Analysis>,
    client: Capabilities,
}

impl Asked {
    fn files(&self) -> Files<'_> {
        let file = File {
            uri: self.uri.as_str(),
            document: &self.analysis.document,
            mentions: self.analysis.mentions(),
            targets: &ALONE,
        };
        Files::new(file, [])
    }

    fn offset(&self, position: lsp::Position) -> usize {
        let text = self.analysis.document.text();
        convert::offset(text, position, self.client.encoding)
    }

    fn edited(&self) -> EditedFile<'_> {
        EditedFile {
            text: self.analysis.document.text(),
            uri: &self.uri,
            version: Some(self.version),
        }
    }

    /// The edits of all files as one edit of the workspace.
    fn workspace_edit(&self, edits: FileEdits) -> Option<lsp::WorkspaceEdit> {
        let own = edits.into_values().next().filter(|own| !own.is_empty())?;
        Some(action::workspace_edit(self.edited(), own, &self.client))
    }
}

impl Backend {
    /// A document of ours that is open.
    fn asked(&self, uri: &lsp::Uri) -> Option<Asked> {
        let mut state = self.state();
        let State {
            capabilities,
            documents,
            ..
        } = &mut *state;
        let open = documents.get_mut(uri)?;
        let asked = Asked {
            uri: uri.clone(),
            version: open.version,
            analysis: open.analysis(),
            client: capabilities.clone(),
        };
        (asked.analysis.model.kind != DocumentKind::Other).then_some(asked)
    }

    /// A document of ours that is open, and an offset in it.
    fn asked_at(&self, place: &lsp::TextDocumentPositionParams) -> Option<(Asked, usize)> {
        let asked = self.asked(&place.text_document.uri)?;
        let offset = asked.offset(place.position);
        Some((asked, offset))
    }

    pub(super) fn definitions(
        &self,
        place: &lsp::TextDocumentPositionParams,
        has_links: impl Fn(&Capabilities) -> bool,
    ) -> Option<lsp::GotoDefinitionResponse> {
        let (asked, offset) = self.asked_at(place)?;
        let found = navigation::definitions(&asked.files(), offset);
        if found.is_empty() {
            return None;
        }
        let text = asked.analysis.document.text();
        let (uri, encoding) = (&asked.uri, asked.client.encoding);
        Some(if has_links(&asked.client) {
            let links = found
                .iter()
                .map(|one| to_lsp::location_link(text, text, uri, one, encoding));
            lsp::GotoDefinitionResponse::Link(links.collect())
        } else {
            let places = found
                .iter()
                .map(|one| to_lsp::location(text, uri, one.name, encoding));
            lsp::GotoDefinitionResponse::Array(places.collect())
        })
    }

    pub(super) fn reference_places(
        &self,
        params: &lsp::ReferenceParams,
    ) -> Option<Vec<lsp::Location>> {
        let (asked, offset) = self.asked_at(&params.text_document_position)?;
        let with_declarations = params.context.include_declaration;
        let found = navigation::references(&asked.files(), offset, with_declarations);
        let text = asked.analysis.document.text();
        let (uri, encoding) = (&asked.uri, asked.client.encoding);
        let places: Vec<lsp::Location> = found
            .iter()
            .map(|place| to_lsp::location(text, uri, place.range, encoding))
            .collect();
        (!places.is_empty()).then_some(places)
    }

    pub(super) fn highlights(
        &self,
        place: &lsp::TextDocumentPositionParams,
    ) -> Option<Vec<lsp::DocumentHighlight>> {
        let (asked, offset) = self.asked_at(place)?;
        let text = asked.analysis.document.text();
        let found: Vec<_> = navigation::highlights(&asked.files(), offset)
            .iter()
            .map(|one| to_lsp::highlight(text, one, asked.client.encoding))
            .collect();
        (!found.is_empty()).then_some(found)
    }

    pub(super) fn renamable(
        &self,
        place: &lsp::TextDocumentPositionParams,
    ) -> Result<Option<lsp::PrepareRenameResponse>> {
        let Some((asked, offset)) = self.asked_at(place) else {
            return Ok(None);
        };
        let found = rename::prepare(&asked.files(), offset).map_err(refusal)?;
        let text = asked.analysis.document.text();
        Ok(
            found.map(|found| lsp::PrepareRenameResponse::RangeWithPlaceholder {
                range: convert::range(text, found.range, asked.client.encoding),
                placeholder: found.name,
            }),
        )
    }

    pub(super) fn renamed(&self, params: &lsp::RenameParams) -> Result<Option<lsp::WorkspaceEdit>> {
        let Some((asked, offset)) = self.asked_at(&params.text_document_position) else {
            return Ok(None);
        };
        let edits = rename::rename(&asked.files(), offset, &params.new_name).map_err(refusal)?;
        Ok(edits.and_then(|edits| asked.workspace_edit(edits)))
    }

    pub(super) fn outline(&self, uri: &lsp::Uri) -> Option<lsp::DocumentSymbolResponse> {
        let asked = self.asked(uri)?;
        let outline = symbols::outline(&asked.analysis);
        let text = asked.analysis.document.text();
        let encoding = asked.client.encoding;
        Some(if asked.client.navigation.outline_tree {
            lsp::DocumentSymbolResponse::Nested(to_lsp::nested(text, &outline, encoding))
        } else {
            let flat = to_lsp::flat(text, uri, &outline, None, encoding);
            lsp::DocumentSymbolResponse::Flat(flat)
        })
    }

    /// The symbols of all open documents that fit a query, the best ones first.
    pub(super) fn symbols(&self, query: &str) -> Option<lsp::WorkspaceSymbolResponse> {
        let mut uris: Vec<lsp::Uri> = self.state().documents.uris().cloned().collect();
        uris.sort();
        let mut found = Vec::new();
        for uri in &uris {
            let Some(asked) = self.asked(uri) else {
                continue;
            };
            let text = asked.analysis.document.text();
            for one in symbols::search(&symbols::outline(&asked.analysis), query) {
                let (rank, encoding) = (one.rank, asked.client.encoding);
                found.push((rank, to_lsp::workspace_symbol(text, uri, one, encoding)));
            }
        }
        found.sort_by_key(|(rank, _)| *rank);
        found.truncate(MAX_SYMBOLS);
        let symbols: Vec<_> = found.into_iter().map(|(_, symbol)| symbol).collect();
        (!symbols.is_empty()).then_some(lsp::WorkspaceSymbolResponse::Nested(symbols))
    }

    pub(super) fn links(&self, uri: &lsp::Uri) -> Option<Vec<lsp::DocumentLink>> {
        let asked = self.asked(uri)?;
        let text = asked.analysis.document.text();
        let found = links::links(&asked.analysis, uri.as_str()).into_iter();
        let links = found.filter_map(|link| to_lsp::document_link(text, link, &asked.client));
        Some(links.collect())
    }

    pub(super) fn folds(&self, uri: &lsp::Uri) -> Option<Vec<lsp::FoldingRange>> {
        let asked = self.asked(uri)?;
        let folds = folding::folds(&asked.analysis)?.into_iter();
        Some(folds.map(to_lsp::fold).collect())
    }

    pub(super) fn selections(
        &self,
        params: &lsp::SelectionRangeParams,
    ) -> Option<Vec<lsp::SelectionRange>> {
        let asked = self.asked(&params.text_document.uri)?;
        let text = asked.analysis.document.text();
        let positions = params.positions.iter().map(|position| {
            let ranges = selection::selections(&asked.analysis, asked.offset(*position))?;
            Some(to_lsp::selection(text, &ranges, asked.client.encoding))
        });
        positions.collect()
    }
}

/// Why something is not renamed.
fn refusal(reason: String) -> Error {
    Error {
        code: ErrorCode::from(REQUEST_FAILED),
        message: reason.into(),
        data: None,
    }
}
