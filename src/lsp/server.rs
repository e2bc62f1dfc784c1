//! The handlers of requests and notifications. None of them awaits anything, so each one sees the
//! documents as they were when its message arrived.

mod client_settings;
mod commands;
mod completion;
mod diagnostics;
mod hints;
mod virtual_documents;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types as lsp;
use tower_lsp::{Client, LanguageServer};

use super::capabilities::{self, Capabilities};
use super::configuration::Configuration;
use super::convert;
use super::convert::action::{self, EditedFile};
use super::documents::Documents;
use super::log::{Log, LogLevel};
use super::main_loop::{Event, UnreadableNotification};
use super::stdio::Writer;
use crate::analysis::Analysis;
use crate::ide::actions;
use crate::ide::hover::{self, HoverOptions};

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
    /// When diagnostics were last published.
    published: Instant,
}

impl Backend {
    /// A server without documents.
    pub fn new(client: Client, writer: Writer, log: Log) -> Self {
        let state = Mutex::new(State {
            capabilities: Capabilities::default(),
            documents: Documents::default(),
            configuration: Configuration::default(),
            refresh: false,
            published: Instant::now(),
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

    /// Publishes diagnostics, or notes an unreadable notification. Returns whether more is left to
    /// do.
    pub fn on_event(&self, event: Event) -> bool {
        match event {
            Event::Handled { is_idle } => self.publish(is_idle),
            Event::Unreadable(notification) => {
                self.on_unreadable(&notification);
                false
            }
        }
    }

    /// If a change is unreadable, the text known here differs from the client's.
    fn on_unreadable(&self, notification: &UnreadableNotification) {
        let uri = notification.uri.as_ref();
        let stale = uri.filter(|uri| self.state().documents.set_stale(uri));
        self.log(LogLevel::Problem, || {
            let UnreadableNotification { method, reason, .. } = notification;
            let mut message = format!("`{method}` cannot be read and is lost: {reason}");
            if let Some(uri) = stale {
                message += "; edits are passed over until the whole text comes: ";
                message += uri.as_str();
            }
            message
        });
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

    pub(super) fn show_in_client_log(&self, kind: lsp::MessageType, message: String) {
        let client = self.shared.client.clone();
        tokio::spawn(async move { client.log_message(kind, message).await });
    }
}

impl State {
    /// Applies the settings to all documents; `reload` reads settings files from disk first.
    pub(super) fn apply_settings(&mut self, reload: bool) {
        if reload {
            self.configuration.reload(self.documents.uris());
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
        let is_ours = state
            .configuration
            .open(&item.uri, item.version, &item.text)
            || state.documents.open(item);
        if is_ours {
            state.apply_settings(true);
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
        // No other document may have used its settings file.
        state.apply_settings(true);
        if closed.is_published && !state.capabilities.pulls {
            self.send_diagnostics(&lsp::PublishDiagnosticsParams {
                uri,
                diagnostics: Vec::new(),
                version: None,
            });
        }
    }

    async fn did_save(&self, _: lsp::DidSaveTextDocumentParams) {
        self.state().apply_settings(true);
    }

    async fn did_change_watched_files(&self, _: lsp::DidChangeWatchedFilesParams) {
        self.state().apply_settings(true);
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
        let uri = params.text_document.uri;
        let mut state = self.state();
        let State {
            capabilities,
            documents,
            configuration,
            ..
        } = &mut *state;
        let Some(open) = documents.get_mut(&uri) else {
            return Ok(None);
        };
        let version = Some(open.version);
        let analysis = open.analysis();
        let text = analysis.document.text();
        let range = convert::text_range(text, params.range, capabilities.encoding);
        let only = params.context.only.as_deref();
        let file = EditedFile {
            text,
            uri: &uri,
            version,
        };
        let found = actions::actions(&analysis, range, |kind| action::is_wanted(kind, only));
        let actions = found
            .into_iter()
            .map(|one| match capabilities.action.resolves {
                true => one,
                false => actions::resolved(&analysis, one),
            })
            .filter_map(|one| action::code_action(file, one, configuration, capabilities))
            .collect();
        Ok(Some(actions))
    }

    async fn code_action_resolve(&self, mut action: lsp::CodeAction) -> Result<lsp::CodeAction> {
        let Some((uri, version, rule)) = action::chosen_rule(&action) else {
            return Ok(action);
        };
        let mut state = self.state();
        let State {
            capabilities,
            documents,
            ..
        } = &mut *state;
        let open = documents.get_mut(&uri);
        let Some(open) = open.filter(|open| Some(open.version) == version) else {
            return Err(Error::content_modified());
        };
        let analysis = open.analysis();
        let file = EditedFile {
            text: analysis.document.text(),
            uri: &uri,
            version,
        };
        let edits = actions::fix_rule(&analysis, rule);
        action.edit = Some(action::workspace_edit(file, edits, capabilities));
        Ok(action)
    }

    async fn execute_command(
        &self,
        params: lsp::ExecuteCommandParams,
    ) -> Result<Option<lsp::LSPAny>> {
        self.execute(&params)
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

    async fn diagnostic(
        &self,
        params: lsp::DocumentDiagnosticParams,
    ) -> Result<lsp::DocumentDiagnosticReportResult> {
        self.pulled_diagnostics(&params)
    }
}
