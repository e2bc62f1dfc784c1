//! Requests about names and places: what they mean, where they are used, how they are called.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::task::spawn_blocking;
use tower_lsp::jsonrpc::{Error, ErrorCode, Result};
use tower_lsp::ls_types as lsp;

use super::{Backend, State};
use crate::analysis::Analysis;
use crate::ide::navigation::rename::{self, FileEdits};
use crate::ide::navigation::symbols::Outline;
use crate::ide::navigation::{self, File, Files, Place, folding, links, selection, symbols};
use crate::lsp::capabilities::Capabilities;
use crate::lsp::convert;
use crate::lsp::convert::action::{self, EditedFile};
use crate::lsp::convert::navigation as to_lsp;
use crate::lsp::documents::Documents;
use crate::model::DocumentKind;
use crate::text::{Encoding, Text};
use crate::workspace::bounds::Kept;
use crate::workspace::graph::connected::Connected;
use crate::workspace::source_file::{SourceFile, Use};

/// A search over all documents returns at most so many symbols.
const MAX_SYMBOLS: usize = 1_000;

/// LSP 3.17, `LSPErrorCodes.RequestFailed`: the request is correct, and its message is for people.
const REQUEST_FAILED: i64 = -32803;

/// No file is known but the document itself.
static ALONE: BTreeMap<String, String> = BTreeMap::new();

/// A symbol with its rank.
type Ranked = (usize, lsp::WorkspaceSymbol);

/// A file that is not open, and how it is used.
type Closed = (lsp::Uri, Arc<SourceFile>, Use);

/// A document that is asked about, at the version that the client knows.
pub(super) struct Asked {
    uri: lsp::Uri,
    pub version: i32,
    pub analysis: Arc<Analysis>,
    pub client: Capabilities,
    /// The document and all that have to do with it; empty if it is alone.
    connected: Arc<[Connected]>,
    /// Why nothing is changed in them; empty if nothing is to be changed.
    kept: Vec<Option<Kept>>,
}

/// A file in an answer.
struct Answered<'a> {
    uri: lsp::Uri,
    version: Option<i32>,
    text: &'a Text,
}

impl Asked {
    pub fn files(&self) -> Files<'_> {
        let mut files = self.connected.iter().enumerate().map(|(at, one)| File {
            uri: &one.file.uri,
            document: &one.file.document,
            mentions: &one.names.mentions,
            targets: &one.targets,
            documents: &one.documents,
            kept: self.kept.get(at).copied().flatten(),
        });
        let alone = || File {
            uri: self.uri.as_str(),
            document: &self.analysis.document,
            mentions: self.analysis.mentions(),
            targets: &ALONE,
            documents: &[],
            kept: None,
        };
        let asked = files.next().unwrap_or_else(alone);
        Files::new(asked, files)
    }

    /// One of the files, as the client names it.
    fn file(&self, documents: &Documents, at: usize) -> Option<Answered<'_>> {
        if at == 0 {
            return Some(Answered {
                uri: self.uri.clone(),
                version: Some(self.version),
                text: self.analysis.document.text(),
            });
        }
        let file = &self.connected.get(at)?.file;
        let (uri, version) = documents.name_of(file)?;
        let text = file.document.text();
        Some(Answered { uri, version, text })
    }

    fn offset(&self, position: lsp::Position) -> usize {
        let text = self.analysis.document.text();
        convert::offset(text, position, self.client.encoding)
    }

    /// Places as the client names them.
    pub fn locations(&self, documents: &Documents, places: Vec<Place>) -> Vec<lsp::Location> {
        let mut files = BTreeMap::new();
        let mut locations = Vec::new();
        for place in places {
            let file = files.entry(place.file);
            let file = file.or_insert_with(|| self.file(documents, place.file));
            if let Some(file) = file {
                let (text, encoding) = (file.text, self.client.encoding);
                let location = to_lsp::location(text, &file.uri, place.range, encoding);
                locations.push(location);
            }
        }
        locations
    }

    /// The edits of all files as one edit of the workspace.
    fn workspace_edit(
        &self,
        documents: &Documents,
        edits: FileEdits,
    ) -> Option<lsp::WorkspaceEdit> {
        let mut files = Vec::new();
        for (at, edits) in edits.into_iter().filter(|(_, edits)| !edits.is_empty()) {
            files.push((self.file(documents, at)?, edits));
        }
        let edits = files.iter().map(|(file, edits)| {
            let Answered { uri, version, text } = file;
            let version = *version;
            (EditedFile { text, uri, version }, edits.clone())
        });
        (!files.is_empty()).then(|| action::workspace_edits(edits, &self.client))
    }
}

impl Backend {
    /// A document of ours that is open, with all that have to do with it.
    pub(super) fn asked(&self, uri: &lsp::Uri) -> Option<Asked> {
        let mut asked = self.asked_alone(uri)?;
        let connected = self.state().documents.connected(uri);
        asked.connected = connected.unwrap_or(asked.connected);
        Some(asked)
    }

    /// A document of ours that is open, for what others do not matter to.
    fn asked_alone(&self, uri: &lsp::Uri) -> Option<Asked> {
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
            connected: Arc::new([]),
            kept: Vec::new(),
        };
        (asked.analysis.model.kind != DocumentKind::Other).then_some(asked)
    }

    /// A document of ours that is open, and an offset in it.
    fn asked_at(&self, place: &lsp::TextDocumentPositionParams) -> Option<(Asked, usize)> {
        let asked = self.asked(&place.text_document.uri)?;
        let offset = asked.offset(place.position);
        Some((asked, offset))
    }

    /// The same for what is to be changed.
    fn renamed_at(&self, place: &lsp::TextDocumentPositionParams) -> Option<(Asked, usize)> {
        let (mut asked, offset) = self.asked_at(place)?;
        asked.kept = self.state().documents.kept(&asked.connected);
        Some((asked, offset))
    }

    /// Waits until all files are known, for what has to know every place. The error says that the
    /// document was changed meanwhile.
    pub(super) async fn when_all_is_read(&self, uri: &lsp::Uri) -> Result<()> {
        let version = || {
            let mut state = self.state();
            state.documents.get_mut(uri).map(|open| open.version)
        };
        let before = version();
        while let Some(settled) = self.until_settled() {
            // It is dropped when the server ends.
            _ = settled.await;
        }
        match version() == before {
            true => Ok(()),
            false => Err(Error::content_modified()),
        }
    }

    /// The definitions; where there are none, those that come once all files are read.
    pub(super) async fn definitions_once_read(
        &self,
        place: &lsp::TextDocumentPositionParams,
        has_links: impl Fn(&Capabilities) -> bool,
    ) -> Result<Option<lsp::GotoDefinitionResponse>> {
        let found = self.definitions(place, &has_links);
        if found.is_some() {
            return Ok(found);
        }
        self.when_all_is_read(&place.text_document.uri).await?;
        Ok(self.definitions(place, &has_links))
    }

    fn definitions(
        &self,
        place: &lsp::TextDocumentPositionParams,
        has_links: impl Fn(&Capabilities) -> bool,
    ) -> Option<lsp::GotoDefinitionResponse> {
        let (asked, offset) = self.asked_at(place)?;
        let found = navigation::definitions(&asked.files(), offset);
        if found.is_empty() {
            return None;
        }
        let (origin, encoding) = (asked.analysis.document.text(), asked.client.encoding);
        let state = self.state();
        let found = found.iter().filter_map(|one| {
            let file = asked.file(&state.documents, one.file)?;
            Some((file, one))
        });
        Some(if has_links(&asked.client) {
            let links = found.map(|(file, one)| {
                to_lsp::location_link(origin, file.text, &file.uri, one, encoding)
            });
            lsp::GotoDefinitionResponse::Link(links.collect())
        } else {
            let places =
                found.map(|(file, one)| to_lsp::location(file.text, &file.uri, one.name, encoding));
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
        let places = asked.locations(&self.state().documents, found);
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
        let Some((asked, offset)) = self.renamed_at(place) else {
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
        let Some((asked, offset)) = self.renamed_at(&params.text_document_position) else {
            return Ok(None);
        };
        let edits = rename::rename(&asked.files(), offset, &params.new_name).map_err(refusal)?;
        let state = self.state();
        Ok(edits.and_then(|edits| asked.workspace_edit(&state.documents, edits)))
    }

    pub(super) fn outline(&self, uri: &lsp::Uri) -> Option<lsp::DocumentSymbolResponse> {
        let asked = self.asked_alone(uri)?;
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

    /// The symbols of all open documents and of all files of the workspace that fit a query, the
    /// best ones first. Files that are not open are looked through beside the loop.
    pub(super) async fn symbols(&self, query: &str) -> Option<lsp::WorkspaceSymbolResponse> {
        let (mut found, closed, encoding) = self.state().open_symbols(query);
        for (uri, file, used) in closed {
            let query = query.to_owned();
            let search = move || {
                let names = file.names(used);
                let outline = symbols::outline_of(file.document.tree(), &names.model);
                ranked(&uri, file.document.text(), &outline, &query, encoding)
            };
            // What panics is left out; it was written to the log.
            found.extend(spawn_blocking(search).await.unwrap_or_default());
        }
        found.sort_by_key(|(rank, _)| *rank);
        found.truncate(MAX_SYMBOLS);
        let symbols: Vec<_> = found.into_iter().map(|(_, symbol)| symbol).collect();
        (!symbols.is_empty()).then_some(lsp::WorkspaceSymbolResponse::Nested(symbols))
    }

    pub(super) fn links(&self, uri: &lsp::Uri) -> Option<Vec<lsp::DocumentLink>> {
        let asked = self.asked_alone(uri)?;
        let text = asked.analysis.document.text();
        let state = self.state();
        let found = links::links(&asked.analysis, uri.as_str()).into_iter();
        let found = found.filter(|link| !state.documents.is_missing(uri, &link.target));
        let links = found.filter_map(|link| to_lsp::document_link(text, link, &asked.client));
        Some(links.collect())
    }

    pub(super) fn folds(&self, uri: &lsp::Uri) -> Option<Vec<lsp::FoldingRange>> {
        let asked = self.asked_alone(uri)?;
        let folds = folding::folds(&asked.analysis)?.into_iter();
        Some(folds.map(to_lsp::fold).collect())
    }

    pub(super) fn selections(
        &self,
        params: &lsp::SelectionRangeParams,
    ) -> Option<Vec<lsp::SelectionRange>> {
        let asked = self.asked_alone(&params.text_document.uri)?;
        let text = asked.analysis.document.text();
        let positions = params.positions.iter().map(|position| {
            let ranges = selection::selections(&asked.analysis, asked.offset(*position))?;
            Some(to_lsp::selection(text, &ranges, asked.client.encoding))
        });
        positions.collect()
    }
}

impl State {
    /// The symbols of open documents that fit a query, and the other files with how they are used.
    fn open_symbols(&mut self, query: &str) -> (Vec<Ranked>, Vec<Closed>, Encoding) {
        self.documents.share_all();
        let encoding = self.capabilities.encoding;
        let mut uris: Vec<lsp::Uri> = self.documents.uris().cloned().collect();
        uris.sort();
        let mut found = Vec::new();
        for uri in &uris {
            if let Some(open) = self.documents.get_mut(uri) {
                let analysis = open.analysis();
                let outline = symbols::outline(&analysis);
                let text = analysis.document.text();
                found.extend(ranked(uri, text, &outline, query, encoding));
            }
        }
        let files = self.documents.files().into_iter();
        let closed = files.filter_map(|file| {
            let (uri, None) = self.documents.name_of(&file)? else {
                return None;
            };
            let used = self.documents.use_of(&file);
            Some((uri, file, used))
        });
        let closed = closed.collect();
        (found, closed, encoding)
    }
}

/// The symbols of an outline that fit a query, with their rank.
fn ranked(
    uri: &lsp::Uri,
    text: &Text,
    outline: &[Outline],
    query: &str,
    encoding: Encoding,
) -> Vec<Ranked> {
    let found = symbols::search(outline, query).into_iter();
    let found = found.map(|one| (one.rank, to_lsp::workspace_symbol(text, uri, one, encoding)));
    found.collect()
}

/// Why something is not done, which editors show.
pub(super) fn refusal(reason: String) -> Error {
    Error {
        code: ErrorCode::from(REQUEST_FAILED),
        message: reason.into(),
        data: None,
    }
}
