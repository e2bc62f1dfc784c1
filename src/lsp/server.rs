//! The handlers: convert, ask, convert. None of them waits for anything, so each answers from the
//! documents as they are when its message arrives.

mod settings;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde::Serialize;
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types as lsp;
use tower_lsp::{Client, LanguageServer};

use super::configuration::Configuration;
use super::convert;
use super::convert::action::{self, Target};
use super::direct::Lost;
use super::documents::Documents;
use super::log::{Level, Log};
use super::profile::Profile;
use super::serve::Event;
use super::transport::Outbox;
use crate::analysis::Analysis;
use crate::ide::actions;
use crate::ide::completion::{self, CompletionOptions};
use crate::ide::hover;
use crate::model::DocumentKind;
use crate::text::position::Encoding;

/// During a burst of messages diagnostics are published this often.
const PUBLISH_INTERVAL: Duration = Duration::from_millis(25);

/// After one of these the client asks for completions by itself: the ends of a key, of a quote, of
/// a step in a reference, and what a list's entry and a `$ref` start with.
const TRIGGERS: [&str; 8] = [":", " ", "\"", "'", "#", "/", "-", "$"];

/// The language server. A clone is the same server.
#[derive(Debug, Clone)]
pub struct Server {
    pub(super) desk: Arc<Desk>,
}

#[derive(Debug)]
pub(super) struct Desk {
    pub(super) client: Client,
    outbox: Outbox,
    log: Log,
    state: Mutex<State>,
}

#[derive(Debug)]
pub(super) struct State {
    pub(super) profile: Profile,
    documents: Documents,
    pub(super) configuration: Configuration,
    /// Whether the client has to be told to ask for diagnostics again.
    refresh: bool,
    published: Instant,
}

#[derive(Serialize)]
struct Notification<P> {
    jsonrpc: &'static str,
    method: &'static str,
    params: P,
}

impl Server {
    /// A server without documents.
    pub fn new(client: Client, outbox: Outbox, log: Log) -> Self {
        let state = Mutex::new(State {
            profile: Profile::default(),
            documents: Documents::default(),
            configuration: Configuration::default(),
            refresh: false,
            published: Instant::now(),
        });
        Self {
            desk: Arc::new(Desk {
                client,
                outbox,
                log,
                state,
            }),
        }
    }

    /// Does what is to be done beside answering; whether some of it is left for the next time.
    pub fn hear(&self, event: Event) -> bool {
        match event {
            Event::Handled { is_idle } => self.publish(is_idle),
            Event::Lost(lost) => {
                self.lose(&lost);
                false
            }
        }
    }

    /// Publishes what changed, unless more messages wait and the last time is not long ago. Where
    /// a document needs more than a moment, messages go first, and the rest is left.
    fn publish(&self, is_idle: bool) -> bool {
        let mut state = self.state();
        if !is_idle && state.published.elapsed() < PUBLISH_INTERVAL {
            return false;
        }
        while let Some(params) = state.settings_publication() {
            self.send_diagnostics(&params);
        }
        let mut refresh = std::mem::take(&mut state.refresh);
        while let Some(uri) = state.documents.next_changed() {
            let others_changed = state.documents.settle(&uri);
            if state.profile.pulls {
                refresh |= others_changed;
            } else {
                self.publish_document(&mut state, &uri);
            }
            state.documents.is_published();
        }
        let pulls = state.profile.pulls;
        state.published = Instant::now();
        drop(state);
        if refresh && pulls {
            let client = self.desk.client.clone();
            tokio::spawn(async move { client.workspace_diagnostic_refresh().await });
        }
        false
    }

    /// Publishes a document, if there is anything to say: of documents that are not AsyncAPI
    /// nothing but the end of what was shown when they were.
    fn publish_document(&self, state: &mut State, uri: &lsp::Uri) {
        let Some(open) = state.documents.get_mut(uri) else {
            return;
        };
        let is_ours = open.analysis().model.kind != DocumentKind::Other;
        let was_shown = std::mem::replace(&mut open.is_shown, is_ours);
        if !is_ours && !was_shown {
            return;
        }
        let profile = &state.profile;
        let mut count = 0;
        self.desk.outbox.replace_with(uri.as_str(), |body| {
            count = open.publish(uri, profile, body);
        });
        self.log(Level::Detail, || {
            format!("{count} diagnostics of {}", uri.as_str())
        });
    }

    /// The text of a document whose change is lost is not the client's any more.
    fn lose(&self, lost: &Lost) {
        let uri = lost.uri.as_ref();
        let stale = uri.filter(|uri| self.state().documents.lose(uri));
        self.log(Level::Problem, || {
            let Lost { method, reason, .. } = lost;
            let mut words = format!("`{method}` cannot be read and is lost: {reason}");
            if let Some(uri) = stale {
                words += "; edits are passed over until the whole text comes: ";
                words += uri.as_str();
            }
            words
        });
    }

    /// `$/setTrace`.
    pub async fn set_trace(&self, params: lsp::SetTraceParams) {
        self.desk.log.follow(params.value);
    }

    /// Asks something about an offset in an open document; `None` if it is not open.
    fn ask_at<R>(
        &self,
        place: lsp::TextDocumentPositionParams,
        ask: impl FnOnce(&Analysis, usize, &Profile) -> R,
    ) -> Option<R> {
        let mut state = self.state();
        let State {
            profile, documents, ..
        } = &mut *state;
        let analysis = documents.get_mut(&place.text_document.uri)?.analysis();
        let text = analysis.document.text();
        let offset = convert::offset(text, place.position, profile.encoding);
        Some(ask(analysis, offset, profile))
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        // What a panic may have left behind is made anew from the text.
        self.desk
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn log(&self, level: Level, words: impl FnOnce() -> String) {
        self.desk.log.line(level, words);
    }

    /// Says something in the client's own log too, if it wants to hear of such things.
    fn announce(&self, words: String) {
        if self.desk.log.shows(Level::Event) {
            let client = self.desk.client.clone();
            let message = words.clone();
            tokio::spawn(async move { client.log_message(lsp::MessageType::INFO, message).await });
        }
        self.log(Level::Event, || words);
    }

    /// Straight to text: on the way through `Client`, `serde_json::Value` costs more than all else.
    fn send_diagnostics(&self, params: &lsp::PublishDiagnosticsParams) {
        let notification = Notification {
            jsonrpc: "2.0",
            method: "textDocument/publishDiagnostics",
            params,
        };
        self.desk.outbox.replace(params.uri.as_str(), &notification);
    }
}

impl State {
    /// Takes over what the user has decided; `reload` looks on the disk as well.
    pub(super) fn decide(&mut self, reload: bool) {
        if reload {
            self.configuration.reload(self.documents.uris());
        }
        let configuration = &self.configuration;
        self.refresh |= self.documents.decide(|uri| configuration.effective(uri));
    }

    /// What to publish of a settings file, if anything. A client that asks for diagnostics asks
    /// for those of the files that are open.
    fn settings_publication(&mut self) -> Option<lsp::PublishDiagnosticsParams> {
        let (uri, version, file) = self.configuration.next_changed()?;
        let diagnostics = if self.profile.pulls && version.is_some() {
            self.refresh = true;
            Vec::new()
        } else {
            convert::diagnostics(&file.text, &uri, &file.findings(), &self.profile)
        };
        Some(lsp::PublishDiagnosticsParams {
            uri,
            diagnostics,
            version,
        })
    }
}

fn diagnostics(analysis: &Analysis, uri: &lsp::Uri, profile: &Profile) -> Vec<lsp::Diagnostic> {
    convert::diagnostics(analysis.document.text(), uri, &analysis.findings, profile)
}

impl LanguageServer for Server {
    async fn initialize(&self, params: lsp::InitializeParams) -> Result<lsp::InitializeResult> {
        let profile = Profile::new(&params.capabilities);
        self.desk.log.follow(params.trace.unwrap_or_default());
        self.log(Level::Event, || {
            let client = params.client_info.as_ref();
            let name = client.map_or("a client without a name", |client| &client.name);
            format!("initialize from {name}: {profile:?}")
        });
        let capabilities = capabilities(&profile);
        self.state().profile = profile;
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
            state.decide(true);
        }
        drop(state);
        self.log(Level::Event, || {
            let what = if is_ours { "opened" } else { "not ours" };
            format!("{what}: {} ({language})", uri.as_str())
        });
    }

    async fn did_change(&self, params: lsp::DidChangeTextDocumentParams) {
        let lsp::VersionedTextDocumentIdentifier { uri, version } = params.text_document;
        let mut state = self.state();
        let State {
            profile,
            documents,
            configuration,
            ..
        } = &mut *state;
        let changes = params.content_changes;
        if configuration.change(&uri, version, &changes, profile.encoding) {
            return state.decide(false);
        }
        if !documents.change(&uri, version, changes, profile) {
            self.log(Level::Event, || {
                format!("change of {}, which is not open", uri.as_str())
            });
        }
    }

    async fn did_close(&self, params: lsp::DidCloseTextDocumentParams) {
        let uri = params.text_document.uri;
        let mut state = self.state();
        if state.configuration.close(&uri) {
            return state.decide(true);
        }
        let Some(closed) = state.documents.close(&uri) else {
            self.log(Level::Event, || {
                format!("close of {}, which is not open", uri.as_str())
            });
            return;
        };
        // Its settings file may have been the last document's.
        state.decide(true);
        if closed.is_shown && !state.profile.pulls {
            self.send_diagnostics(&lsp::PublishDiagnosticsParams {
                uri,
                diagnostics: Vec::new(),
                version: None,
            });
        }
    }

    async fn did_save(&self, _: lsp::DidSaveTextDocumentParams) {
        self.state().decide(true);
    }

    async fn did_change_watched_files(&self, _: lsp::DidChangeWatchedFilesParams) {
        self.state().decide(true);
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
        state.decide(true);
    }

    async fn completion(
        &self,
        params: lsp::CompletionParams,
    ) -> Result<Option<lsp::CompletionResponse>> {
        let place = params.text_document_position;
        Ok(self.ask_at(place, |analysis, offset, profile| {
            let options = CompletionOptions {
                snippets: profile.completion.snippets,
            };
            let items = completion::complete(analysis, offset, options);
            let items = convert::completion_items(analysis.document.text(), items, profile);
            lsp::CompletionResponse::Array(items)
        }))
    }

    async fn hover(&self, params: lsp::HoverParams) -> Result<Option<lsp::Hover>> {
        let place = params.text_document_position_params;
        let hover = self.ask_at(place, |analysis, offset, profile| {
            let hover = hover::hover(analysis, offset)?;
            Some(convert::hover(analysis.document.text(), hover, profile))
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
            profile,
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
        let range = convert::text_range(text, params.range, profile.encoding);
        let only = params.context.only.as_deref();
        let target = Target {
            text,
            uri: &uri,
            version,
        };
        let found = actions::actions(analysis, range, |kind| action::is_wanted(kind, only));
        let actions = found
            .into_iter()
            .filter_map(|one| action::code_action(target, one, configuration, profile))
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
        let client = self.desk.client.clone();
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
        let profile = state.profile.clone();
        if !profile.pulls {
            // Shown twice otherwise: this client is sent its diagnostics.
            return Err(Error::method_not_found());
        }
        if let Some(open) = state.configuration.get(&uri) {
            let findings = open.file.findings();
            let items = convert::diagnostics(&open.file.text, &uri, &findings, &profile);
            return Ok(full_report(None, items));
        }
        let Some(open) = state.documents.get_mut(&uri) else {
            return Ok(full_report(None, Vec::new()));
        };
        let state = open.state.to_string();
        if params.previous_result_id.as_ref() == Some(&state) {
            return Ok(unchanged_report(state));
        }
        let analysis = open.analysis();
        let items = match analysis.model.kind {
            DocumentKind::Other => Vec::new(),
            _ => diagnostics(analysis, &uri, &profile),
        };
        Ok(full_report(Some(state), items))
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

fn capabilities(profile: &Profile) -> lsp::ServerCapabilities {
    let sync = lsp::TextDocumentSyncOptions {
        open_close: Some(true),
        change: Some(lsp::TextDocumentSyncKind::INCREMENTAL),
        save: Some(lsp::TextDocumentSyncSaveOptions::Supported(true)),
        ..lsp::TextDocumentSyncOptions::default()
    };
    let completion = lsp::CompletionOptions {
        trigger_characters: Some(TRIGGERS.map(str::to_owned).to_vec()),
        ..lsp::CompletionOptions::default()
    };
    let pull = lsp::DiagnosticOptions {
        identifier: Some(convert::SOURCE.to_owned()),
        inter_file_dependencies: true,
        workspace_diagnostics: false,
        ..lsp::DiagnosticOptions::default()
    };
    lsp::ServerCapabilities {
        position_encoding: Some(if profile.encoding == Encoding::Utf8 {
            lsp::PositionEncodingKind::UTF8
        } else {
            lsp::PositionEncodingKind::UTF16
        }),
        text_document_sync: Some(lsp::TextDocumentSyncCapability::Options(sync)),
        completion_provider: Some(completion),
        workspace: Some(lsp::WorkspaceServerCapabilities {
            workspace_folders: Some(lsp::WorkspaceFoldersServerCapabilities {
                supported: Some(true),
                change_notifications: Some(lsp::OneOf::Left(true)),
            }),
            ..lsp::WorkspaceServerCapabilities::default()
        }),
        hover_provider: Some(lsp::HoverProviderCapability::Simple(true)),
        code_action_provider: Some(lsp::CodeActionProviderCapability::Options(
            lsp::CodeActionOptions {
                code_action_kinds: Some(action::kinds()),
                ..lsp::CodeActionOptions::default()
            },
        )),
        execute_command_provider: Some(lsp::ExecuteCommandOptions {
            commands: vec![action::OPEN_RULE.to_owned()],
            ..lsp::ExecuteCommandOptions::default()
        }),
        diagnostic_provider: profile
            .pulls
            .then_some(lsp::DiagnosticServerCapabilities::Options(pull)),
        ..lsp::ServerCapabilities::default()
    }
}
