//! The handlers of requests and notifications. Only those that need many files await anything; each
//! other one sees the documents as they were when its message arrived.

mod actions;
mod changes;
mod client_settings;
mod commands;
mod completion;
mod diagnostics;
mod hints;
mod navigation;
mod progress;
mod reports;
mod unchecked;
mod virtual_documents;
mod workspace_diagnostics;

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use progress::SearchProgress;
use reports::ReportBeside;
use tokio::sync::oneshot;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types as lsp;
use tower_lsp::{Client, LanguageServer};
use workspace_diagnostics::Reported;

use super::capabilities::{self, Capabilities};
use super::configuration::Configuration;
use super::convert;
use super::documents::{Documents, file_path};
use super::log::{Log, LogLevel};
use super::main_loop::Event;
use super::stdio::Writer;
use crate::analysis::Analysis;
use crate::ide::hover::{self, HoverOptions};
use crate::text::printable::one_line;
use crate::workspace::settings_file;
use crate::workspace::work::Done;

/// The language server. Clones share their state.
#[derive(Debug, Clone)]
pub struct Backend {
    pub(super) shared: Arc<Shared>,
}

#[derive(Debug)]
pub(super) struct Shared {
    pub(super) client: Client,
    writer: Writer,
    log: Log,
    state: Mutex<State>,
}

#[derive(Debug)]
pub(super) struct State {
    pub(super) capabilities: Capabilities,
    documents: Documents,
    pub(super) configuration: Configuration,
    /// Whether to ask the client to pull diagnostics again.
    refresh: bool,
    /// Whether hints and lenses are to be shown anew, as other files have changed.
    redraw: bool,
    /// When diagnostics were last published.
    published: Instant,
    /// What was reported of the documents of the workspace, by path.
    reported: HashMap<PathBuf, Reported>,
    /// The security reports that the client has, by their document.
    reports_beside: HashMap<lsp::Uri, ReportBeside>,
    /// The pages about changes that the client has, by their document.
    changes_beside: HashMap<lsp::Uri, String>,
    /// How many reports of documents of the workspace there were.
    reports: u64,
    /// One of the documents that were reported in each folder: their settings count too.
    reported_folders: Vec<PathBuf>,
    /// Searches that take long, by folder.
    searches: HashMap<PathBuf, SearchProgress>,
    /// How many of them there were.
    searches_shown: u64,
    /// Documents of which the user was told that a panic keeps them from being checked.
    faults: HashSet<lsp::Uri>,
    /// Requests that wait until files were read.
    waiting: Vec<oneshot::Sender<()>>,
}

impl Backend {
    /// A server without documents.
    pub fn new(client: Client, writer: Writer, log: Log) -> Self {
        let state = Mutex::new(State {
            capabilities: Capabilities::default(),
            documents: Documents::default(),
            configuration: Configuration::default(),
            refresh: false,
            redraw: false,
            published: Instant::now(),
            reported: HashMap::new(),
            reports_beside: HashMap::new(),
            changes_beside: HashMap::new(),
            reports: 0,
            reported_folders: Vec::new(),
            searches: HashMap::new(),
            searches_shown: 0,
            faults: HashSet::new(),
            waiting: Vec::new(),
        });
        Self {
            shared: Arc::new(Shared {
                client,
                writer,
                log,
                state,
            }),
        }
    }

    /// Lets files be read by a worker, which tells `on_done` of each.
    pub fn start_worker(&self, on_done: impl Fn(Done) + Send + Sync + 'static) {
        self.state().documents.start_worker(on_done);
    }

    /// Publishes diagnostics, or notes an unreadable notification. Returns whether more is left to
    /// do.
    pub fn on_event(&self, event: Event) -> bool {
        match event {
            Event::Handled { is_idle } => self.publish(is_idle),
            Event::Unreadable(notification) => {
                self.on_unreadable(&notification);
                false
            }
            Event::Read(done) => {
                done.iter().for_each(|done| self.show_progress(done));
                let mut state = self.state();
                for waiting in std::mem::take(&mut state.waiting) {
                    // It may have been cancelled.
                    _ = waiting.send(());
                }
                let (matters, has_changed) = state.documents.read(&done);
                // Documents that are not open may have changed too.
                let is_new = has_changed || matters && state.documents.is_settled();
                state.refresh |= is_new;
                is_new
            }
        }
    }

    /// `$/setTrace`.
    pub async fn set_trace(&self, params: lsp::SetTraceParams) {
        self.shared.log.set_level(params.value);
    }

    /// Computes something for a position in an open document; `None` if it is not open.
    fn at_position<R>(
        &self,
        position: lsp::TextDocumentPositionParams,
        compute: impl FnOnce(&Analysis, usize, &Capabilities) -> R,
    ) -> Option<R> {
        let mut state = self.state();
        let analysis = state
            .documents
            .get_mut(&position.text_document.uri)?
            .analysis();
        let client = &state.capabilities;
        let text = analysis.document.text();
        let offset = convert::offset(text, position.position, client.encoding);
        Some(compute(&analysis, offset, client))
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        // A panic poisons the lock, but everything can be computed again from the text.
        self.shared
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn log(&self, level: LogLevel, message: impl FnOnce() -> String) {
        self.shared.log.line(level, message);
    }

    /// Writes an event to the log, and to the client's log too if events are logged.
    fn announce(&self, message: String) {
        if self.shared.log.shows(LogLevel::Event) {
            self.show_in_client_log(lsp::MessageType::INFO, message.clone());
        }
        self.log(LogLevel::Event, || message);
    }

    /// Shows a sentence to the user.
    fn show_message(&self, kind: lsp::MessageType, sentence: String) {
        let client = self.shared.client.clone();
        let sentence = one_line(&sentence).into_owned();
        tokio::spawn(async move { client.show_message(kind, sentence).await });
    }

    pub(super) fn show_in_client_log(&self, kind: lsp::MessageType, message: String) {
        let client = self.shared.client.clone();
        let message = one_line(&message).into_owned();
        tokio::spawn(async move { client.log_message(kind, message).await });
    }
}

impl State {
    /// Looks for changes on the disk of which this client does not tell.
    fn look_at_disk(&mut self) {
        if !self.capabilities.configuration.watches {
            self.documents.compare_with_disk();
        }
    }

    /// Tells the documents which folders are open.
    pub(super) fn set_folders(&mut self) {
        self.refresh |= self.documents.set_folders(self.configuration.roots());
    }

    /// Applies the settings to a document that was opened. Of a client that watches no files all are
    /// read again, as they may have changed.
    fn settings_of_opened(&mut self, uri: &lsp::Uri) {
        if self.capabilities.configuration.watches {
            self.configuration.read_for(uri);
        } else if self.reload_settings() {
            return self.apply_settings(false);
        }
        let effective = self.configuration.effective(uri);
        self.documents.apply_settings_to(uri, effective);
    }

    fn settings_of_closed(&mut self, uri: &lsp::Uri) {
        if self.capabilities.configuration.watches {
            let reported = self.reported_folders.iter().map(PathBuf::as_path);
            let others = self.documents.folders().chain(reported);
            self.configuration.forget_for(uri, others);
        } else if self.reload_settings() {
            self.apply_settings(false);
        }
    }

    /// Reads the settings files of all documents from disk. Returns whether anything changed.
    fn reload_settings(&mut self) -> bool {
        let reported = self.reported_folders.iter().map(PathBuf::as_path);
        let folders = self.documents.folders().chain(reported);
        self.configuration.reload(folders)
    }

    /// Applies the settings to all documents; `reload` reads settings files from disk first.
    pub(super) fn apply_settings(&mut self, reload: bool) {
        if reload {
            self.reload_settings();
        }
        let configuration = &self.configuration;
        self.refresh |= self
            .documents
            .apply_settings(|uri| configuration.effective(uri));
    }
}

impl LanguageServer for Backend {
    async fn initialize(&self, params: lsp::InitializeParams) -> Result<lsp::InitializeResult> {
        let client = Capabilities::new(&params.capabilities);
        self.shared.log.set_level(params.trace.unwrap_or_default());
        self.log(LogLevel::Event, || {
            let info = params.client_info.as_ref();
            let name = info.map_or("a client without a name", |info| &info.name);
            format!("initialize from {name}: {client:?}")
        });
        let capabilities = capabilities::of_server(&client);
        self.state().capabilities = client;
        self.read_options(&params);
        Ok(lsp::InitializeResult {
            capabilities,
            server_info: Some(lsp::ServerInfo {
                name: env!("CARGO_PKG_NAME").to_owned(),
                version: Some(env!("CARGO_PKG_VERSION").to_owned()),
            }),
            offset_encoding: None,
        })
    }

    async fn initialized(&self, _: lsp::InitializedParams) {
        let version = env!("CARGO_PKG_VERSION");
        self.announce(format!("asyncapi-security-lsp {version} is ready"));
        self.register();
        self.request_configuration();
    }

    async fn shutdown(&self) -> Result<()> {
        self.announce("asyncapi-security-lsp shuts down".to_owned());
        Ok(())
    }

    async fn did_open(&self, params: lsp::DidOpenTextDocumentParams) {
        let item = params.text_document;
        let (uri, language) = (item.uri.clone(), item.language_id.clone());
        let mut state = self.state();
        let (version, text) = (item.version, &item.text);
        let is_settings = state.configuration.open(&uri, version, text);
        let is_ours = is_settings || state.documents.open(item);
        if is_settings {
            state.apply_settings(true);
        } else if is_ours {
            state.settings_of_opened(&uri);
        }
        if is_ours {
            state.look_at_disk();
        }
        drop(state);
        self.log(LogLevel::Event, || {
            let what = if is_ours { "opened" } else { "not ours" };
            format!("{what}: {} ({language})", uri.as_str())
        });
    }

    async fn did_change(&self, params: lsp::DidChangeTextDocumentParams) {
        let lsp::VersionedTextDocumentIdentifier { uri, version } = params.text_document;
        let mut state = self.state();
        let State {
            capabilities,
            documents,
            configuration,
            ..
        } = &mut *state;
        let (changes, encoding) = (params.content_changes, capabilities.encoding);
        if configuration.change(&uri, version, &changes, encoding) {
            return state.apply_settings(false);
        }
        if !documents.change(&uri, version, changes, encoding) {
            self.log(LogLevel::Event, || {
                format!("change of {}, which is not open", uri.as_str())
            });
        }
    }

    async fn did_close(&self, params: lsp::DidCloseTextDocumentParams) {
        let uri = params.text_document.uri;
        let mut state = self.state();
        if state.configuration.close(&uri) {
            return state.apply_settings(true);
        }
        let Some(closed) = state.documents.close(&uri) else {
            self.log(LogLevel::Event, || {
                format!("close of {}, which is not open", uri.as_str())
            });
            return;
        };
        state.changes_beside.remove(&uri);
        state.faults.remove(&uri);
        state.settings_of_closed(&uri);
        state.look_at_disk();
        if closed.is_published && !state.capabilities.pulls {
            self.send_diagnostics(&lsp::PublishDiagnosticsParams {
                uri,
                diagnostics: Vec::new(),
                version: None,
            });
        }
    }

    async fn did_save(&self, params: lsp::DidSaveTextDocumentParams) {
        let mut state = self.state();
        if let Some(text) = params.text {
            state.documents.saved(&params.text_document.uri, text);
        }
        state.apply_settings(true);
        state.look_at_disk();
        drop(state);
        self.refresh_changes();
    }

    async fn did_change_watched_files(&self, params: lsp::DidChangeWatchedFilesParams) {
        let mut state = self.state();
        let paths = params
            .changes
            .iter()
            .filter_map(|change| file_path(&change.uri));
        let paths = paths.filter(|path| !settings_file::is_settings_file(path));
        state.documents.changed_on_disk(paths);
        state.apply_settings(true);
    }

    async fn did_change_configuration(&self, params: lsp::DidChangeConfigurationParams) {
        self.configuration_changed(&params.settings);
    }

    async fn did_change_workspace_folders(&self, params: lsp::DidChangeWorkspaceFoldersParams) {
        let uris = |folders: Vec<lsp::WorkspaceFolder>| -> Vec<lsp::Uri> {
            folders.into_iter().map(|folder| folder.uri).collect()
        };
        let mut state = self.state();
        let (added, removed) = (uris(params.event.added), uris(params.event.removed));
        state.configuration.change_roots(added, &removed);
        state.set_folders();
        // What was in a closed folder is gone.
        state.refresh = true;
        state.apply_settings(true);
    }

    async fn completion(
        &self,
        params: lsp::CompletionParams,
    ) -> Result<Option<lsp::CompletionResponse>> {
        Ok(self.completed(&params).map(Into::into))
    }

    async fn completion_resolve(&self, item: lsp::CompletionItem) -> Result<lsp::CompletionItem> {
        Ok(self.resolved_item(item))
    }

    async fn hover(&self, params: lsp::HoverParams) -> Result<Option<lsp::Hover>> {
        let position = params.text_document_position_params;
        let uri = position.text_document.uri.clone();
        let hover = self.at_position(position, |analysis, offset, client| {
            let options = HoverOptions {
                file: convert::linked_file(&uri, client),
                explains_findings: !client.pages.are_shown,
            };
            let hover = hover::hover_with(analysis, offset, options)?;
            Some(convert::hover(analysis.document.text(), hover, client))
        });
        Ok(hover.flatten())
    }

    async fn code_action(
        &self,
        params: lsp::CodeActionParams,
    ) -> Result<Option<lsp::CodeActionResponse>> {
        Ok(self.code_actions(&params))
    }

    async fn code_action_resolve(&self, action: lsp::CodeAction) -> Result<lsp::CodeAction> {
        self.resolved_action(action)
    }

    async fn execute_command(
        &self,
        params: lsp::ExecuteCommandParams,
    ) -> Result<Option<lsp::LSPAny>> {
        self.command(&params).await
    }

    async fn inlay_hint(
        &self,
        params: lsp::InlayHintParams,
    ) -> Result<Option<Vec<lsp::InlayHint>>> {
        Ok(self.inlay_hints(&params))
    }

    async fn code_lens(&self, params: lsp::CodeLensParams) -> Result<Option<Vec<lsp::CodeLens>>> {
        Ok(self.code_lenses(&params.text_document.uri))
    }

    async fn code_lens_resolve(&self, lens: lsp::CodeLens) -> Result<lsp::CodeLens> {
        self.resolved_lens(lens)
    }

    async fn semantic_tokens_full(
        &self,
        params: lsp::SemanticTokensParams,
    ) -> Result<Option<lsp::SemanticTokensResult>> {
        Ok(self.tokens(&params.text_document.uri, None).map(Into::into))
    }

    async fn semantic_tokens_range(
        &self,
        params: lsp::SemanticTokensRangeParams,
    ) -> Result<Option<lsp::SemanticTokensRangeResult>> {
        let tokens = self.tokens(&params.text_document.uri, Some(params.range));
        Ok(tokens.map(Into::into))
    }

    async fn goto_definition(
        &self,
        params: lsp::GotoDefinitionParams,
    ) -> Result<Option<lsp::GotoDefinitionResponse>> {
        let place = &params.text_document_position_params;
        let has_links = |client: &Capabilities| client.navigation.definition_links;
        self.definitions_once_read(place, has_links).await
    }

    async fn goto_declaration(
        &self,
        params: lsp::GotoDefinitionParams,
    ) -> Result<Option<lsp::GotoDefinitionResponse>> {
        let place = &params.text_document_position_params;
        let has_links = |client: &Capabilities| client.navigation.declaration_links;
        self.definitions_once_read(place, has_links).await
    }

    async fn references(&self, params: lsp::ReferenceParams) -> Result<Option<Vec<lsp::Location>>> {
        let place = &params.text_document_position;
        self.state().look_at_disk();
        self.when_all_is_read(&place.text_document.uri).await?;
        Ok(self.reference_places(&params))
    }

    async fn document_highlight(
        &self,
        params: lsp::DocumentHighlightParams,
    ) -> Result<Option<Vec<lsp::DocumentHighlight>>> {
        Ok(self.highlights(&params.text_document_position_params))
    }

    async fn prepare_rename(
        &self,
        params: lsp::TextDocumentPositionParams,
    ) -> Result<Option<lsp::PrepareRenameResponse>> {
        self.when_all_is_read(&params.text_document.uri).await?;
        self.renamable(&params)
    }

    async fn rename(&self, params: lsp::RenameParams) -> Result<Option<lsp::WorkspaceEdit>> {
        let place = &params.text_document_position;
        // In a file that another program has changed, names would be replaced where they were.
        self.state().documents.compare_with_disk();
        self.when_all_is_read(&place.text_document.uri).await?;
        self.renamed(&params)
    }

    async fn document_symbol(
        &self,
        params: lsp::DocumentSymbolParams,
    ) -> Result<Option<lsp::DocumentSymbolResponse>> {
        Ok(self.outline(&params.text_document.uri))
    }

    async fn symbol(
        &self,
        params: lsp::WorkspaceSymbolParams,
    ) -> Result<Option<lsp::WorkspaceSymbolResponse>> {
        Ok(self.symbols(&params.query).await)
    }

    async fn document_link(
        &self,
        params: lsp::DocumentLinkParams,
    ) -> Result<Option<Vec<lsp::DocumentLink>>> {
        Ok(self.links(&params.text_document.uri))
    }

    async fn folding_range(
        &self,
        params: lsp::FoldingRangeParams,
    ) -> Result<Option<Vec<lsp::FoldingRange>>> {
        Ok(self.folds(&params.text_document.uri))
    }

    async fn selection_range(
        &self,
        params: lsp::SelectionRangeParams,
    ) -> Result<Option<Vec<lsp::SelectionRange>>> {
        Ok(self.selections(&params))
    }

    async fn diagnostic(
        &self,
        params: lsp::DocumentDiagnosticParams,
    ) -> Result<lsp::DocumentDiagnosticReportResult> {
        self.pulled_diagnostics(&params)
    }

    async fn workspace_diagnostic(
        &self,
        params: lsp::WorkspaceDiagnosticParams,
    ) -> Result<lsp::WorkspaceDiagnosticReportResult> {
        self.report_workspace(params).await
    }
}
