//! The handlers: convert, ask, convert. None of them waits for anything, so each answers from the
//! documents as they are when its message arrives.

mod client_settings;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde::Serialize;
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types as lsp;
use tower_lsp::{Client, LanguageServer};

use super::capabilities::{self, Capabilities};
use super::configuration::Configuration;
use super::convert;
use super::convert::action::{self, Target};
use super::documents::Documents;
use super::log::{Log, LogLevel};
use super::main_loop::{Event, UnreadableNotification};
use super::stdio::Writer;
use crate::analysis::Analysis;
use crate::ide::actions;
use crate::ide::completion;
use crate::ide::completion::item::CompletionOptions;
use crate::ide::hover;
use crate::model::DocumentKind;

/// During a burst of messages diagnostics are published this often.
const PUBLISH_INTERVAL: Duration = Duration::from_millis(25);

/// The language server. A clone is the same server.
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
    /// Whether the client has to be told to ask for diagnostics again.
    refresh: bool,
    published: Instant,
}

/// `textDocument/publishDiagnostics`.
#[derive(Serialize)]
struct Publication<'a> {
    jsonrpc: &'static str,
    method: &'static str,
    params: &'a lsp::PublishDiagnosticsParams,
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

    /// Does what is to be done beside answering. Returns whether more is left for the next time.
    pub fn on_event(&self, event: Event) -> bool {
        match event {
            Event::Handled { is_idle } => self.publish(is_idle),
            Event::Unreadable(notification) => {
                self.on_unreadable(&notification);
                false
            }
        }
    }

    /// Publishes a document that changed, unless more messages wait and the last time is not long
    /// ago. Returns whether others are left: one at a time, so that no request waits for several.
    fn publish(&self, is_idle: bool) -> bool {
        let mut state = self.state();
        if !is_idle && state.published.elapsed() < PUBLISH_INTERVAL {
            return false;
        }
        while let Some(params) = state.settings_publication() {
            self.send_diagnostics(&params);
        }
        let pulls = state.capabilities.pulls;
        let mut has_more = false;
        if let Some(uri) = state.documents.next_changed() {
            let others_changed = state.documents.update_others(&uri);
            if pulls {
                state.refresh |= others_changed;
            } else {
                self.publish_document(&mut state, &uri);
            }
            has_more = state.documents.is_published();
        }
        state.published = Instant::now();
        if !has_more && pulls && std::mem::take(&mut state.refresh) {
            let client = self.shared.client.clone();
            tokio::spawn(async move { client.workspace_diagnostic_refresh().await });
        }
        has_more
    }

    /// Publishes a document, if there is anything to say: of documents that are not AsyncAPI
    /// nothing but the end of what was shown when they were.
    fn publish_document(&self, state: &mut State, uri: &lsp::Uri) {
        let Some(open) = state.documents.get_mut(uri) else {
            return;
        };
        let analysis = open.analysis();
        let is_ours = analysis.model.kind != DocumentKind::Other;
        let was_shown = std::mem::replace(&mut open.is_shown, is_ours);
        if !is_ours && !was_shown {
            return;
        }
        let params = lsp::PublishDiagnosticsParams {
            uri: uri.clone(),
            diagnostics: diagnostics(&analysis, uri, &state.capabilities),
            version: Some(open.version),
        };
        self.send_diagnostics(&params);
        self.log(LogLevel::Detail, || {
            let count = analysis.findings.len();
            format!("{count} diagnostics of {}", uri.as_str())
        });
    }

    /// The text of a document whose change is unreadable is not the client's any more.
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

    /// Asks something about an offset in an open document; `None` if it is not open.
    fn ask_at<R>(
        &self,
        place: lsp::TextDocumentPositionParams,
        ask: impl FnOnce(&Analysis, usize, &Capabilities) -> R,
    ) -> Option<R> {
        let mut state = self.state();
        let analysis = state
            .documents
            .get_mut(&place.text_document.uri)?
            .analysis();
        let client = &state.capabilities;
        let text = analysis.document.text();
        let offset = convert::offset(text, place.position, client.encoding);
        Some(ask(&analysis, offset, client))
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        // What a panic may have left behind is made anew from the text.
        self.shared
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn log(&self, level: LogLevel, message: impl FnOnce() -> String) {
        self.shared.log.line(level, message);
    }

    /// Says something in the client's own log too, if it wants to hear of such things.
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

    /// Past `Client`, which makes a `serde_json::Value` first and waits when messages queue up.
    fn send_diagnostics(&self, params: &lsp::PublishDiagnosticsParams) {
        self.shared.writer.send(&Publication {
            jsonrpc: "2.0",
            method: "textDocument/publishDiagnostics",
            params,
        });
    }
}

impl State {
    /// Applies what the user has decided; `reload` looks on the disk as well.
    pub(super) fn apply_settings(&mut self, reload: bool) {
        if reload {
            self.configuration.reload(self.documents.uris());
        }
        let configuration = &self.configuration;
        self.refresh |= self
            .documents
            .apply_settings(|uri| configuration.effective(uri));
    }

    /// What to publish of a settings file, if anything. A client that asks for diagnostics asks
    /// for those of the files that are open.
    fn settings_publication(&mut self) -> Option<lsp::PublishDiagnosticsParams> {
        let (uri, version, file) = self.configuration.next_changed()?;
        let diagnostics = if self.capabilities.pulls && version.is_some() {
            self.refresh = true;
            Vec::new()
        } else {
            convert::diagnostics(&file.text, &uri, &file.findings(), &self.capabilities)
        };
        Some(lsp::PublishDiagnosticsParams {
            uri,
            diagnostics,
            version,
        })
    }
}

fn diagnostics(analysis: &Analysis, uri: &lsp::Uri, client: &Capabilities) -> Vec<lsp::Diagnostic> {
    convert::diagnostics(analysis.document.text(), uri, &analysis.findings, client)
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
        self.take_options(&params);
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
        self.ask_for_configuration();
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
        // Its settings file may have been the last document's.
        state.apply_settings(true);
        if closed.is_shown && !state.capabilities.pulls {
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
        let place = params.text_document_position;
        Ok(self.ask_at(place, |analysis, offset, client| {
            let options = CompletionOptions {
                snippets: client.completion.snippets,
            };
            let items = completion::complete(analysis, offset, options);
            let items = convert::completion_items(analysis.document.text(), items, client);
            lsp::CompletionResponse::Array(items)
        }))
    }

    async fn hover(&self, params: lsp::HoverParams) -> Result<Option<lsp::Hover>> {
        let place = params.text_document_position_params;
        let hover = self.ask_at(place, |analysis, offset, client| {
            let hover = hover::hover(analysis, offset)?;
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
        let target = Target {
            text,
            uri: &uri,
            version,
        };
        let found = actions::actions(&analysis, range, |kind| action::is_wanted(kind, only));
        let actions = found
            .into_iter()
            .filter_map(|one| action::code_action(target, one, configuration, capabilities))
            .collect();
        Ok(Some(actions))
    }

    async fn execute_command(
        &self,
        params: lsp::ExecuteCommandParams,
    ) -> Result<Option<lsp::LSPAny>> {
        let page = (params.command == action::OPEN_RULE)
            .then(|| action::page_of(&params))
            .flatten();
        let Some(uri) = page else {
            return Err(Error::invalid_params(
                "there is no such command, or no such rule",
            ));
        };
        let client = self.shared.client.clone();
        // Its answer is not waited for: it comes when the user has decided.
        tokio::spawn(async move {
            let params = lsp::ShowDocumentParams {
                uri,
                external: Some(true),
                take_focus: None,
                selection: None,
            };
            client.show_document(params).await
        });
        Ok(None)
    }

    async fn diagnostic(
        &self,
        params: lsp::DocumentDiagnosticParams,
    ) -> Result<lsp::DocumentDiagnosticReportResult> {
        let uri = params.text_document.uri;
        let mut state = self.state();
        if !state.capabilities.pulls {
            // Shown twice otherwise: this client is sent its diagnostics.
            return Err(Error::method_not_found());
        }
        if let Some(open) = state.configuration.get(&uri) {
            let findings = open.file.findings();
            let items = convert::diagnostics(&open.file.text, &uri, &findings, &state.capabilities);
            return Ok(full_report(None, items));
        }
        let Some(open) = state.documents.get_mut(&uri) else {
            return Ok(full_report(None, Vec::new()));
        };
        let result_id = open.state.to_string();
        if params.previous_result_id.as_ref() == Some(&result_id) {
            return Ok(unchanged_report(result_id));
        }
        let analysis = open.analysis();
        let items = match analysis.model.kind {
            DocumentKind::Other => Vec::new(),
            _ => diagnostics(&analysis, &uri, &state.capabilities),
        };
        Ok(full_report(Some(result_id), items))
    }
}

fn full_report(
    result_id: Option<String>,
    items: Vec<lsp::Diagnostic>,
) -> lsp::DocumentDiagnosticReportResult {
    lsp::DocumentDiagnosticReport::Full(lsp::RelatedFullDocumentDiagnosticReport {
        related_documents: None,
        full_document_diagnostic_report: lsp::FullDocumentDiagnosticReport { result_id, items },
    })
    .into()
}

fn unchanged_report(result_id: String) -> lsp::DocumentDiagnosticReportResult {
    lsp::DocumentDiagnosticReport::Unchanged(lsp::RelatedUnchangedDocumentDiagnosticReport {
        related_documents: None,
        unchanged_document_diagnostic_report: lsp::UnchangedDocumentDiagnosticReport { result_id },
    })
    .into()
}
