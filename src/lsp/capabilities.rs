//! What the client can do, as it says in `initialize`, and what the server does for such a client.

use serde_json::{Value, json};
use tower_lsp::ls_types as lsp;

use super::convert::{self, action};
use crate::text::position::Encoding;

/// After one of these the client asks for completions by itself: the ends of a key, of a quote, of
/// a step in a reference, and what a list's entry and a `$ref` start with.
const TRIGGERS: [&str; 8] = [":", " ", "\"", "'", "#", "/", "-", "$"];

/// What the client can do. Everything that it does not announce it cannot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capabilities {
    /// How characters are counted in everything that is sent and received.
    pub encoding: Encoding,
    /// Whether it asks for diagnostics itself (and is told when to ask again).
    pub pulls: bool,
    /// What it shows of a diagnostic.
    pub diagnostic: DiagnosticSupport,
    /// What it shows of a completion item.
    pub completion: CompletionSupport,
    /// Whether hovers may be Markdown.
    pub hover_markdown: bool,
    /// What it has to say about settings.
    pub configuration: ConfigurationSupport,
    /// What it can do with an action.
    pub action: ActionSupport,
}

/// What the client has to say about settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ConfigurationSupport {
    /// It can be asked for its configuration.
    pub answers: bool,
    /// It tells of changes of its configuration to whoever registers for them.
    pub tells: bool,
    /// It tells of changes of files to whoever registers for them.
    pub watches: bool,
}

/// What the client can do with a code action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ActionSupport {
    /// Whole actions, not only commands.
    pub literals: bool,
    /// `isPreferred`.
    pub preferred: bool,
    /// `documentChanges` in an edit of the workspace.
    pub versioned: bool,
    /// Making a file in an edit of the workspace.
    pub creates: bool,
    /// Showing a page on the web (`window/showDocument`).
    pub shows_pages: bool,
}

/// What the client shows of a diagnostic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DiagnosticSupport {
    /// `codeDescription`.
    pub link: bool,
    /// `relatedInformation`.
    pub related: bool,
    /// The tag `Unnecessary`.
    pub unnecessary: bool,
    /// The tag `Deprecated`.
    pub deprecated: bool,
}

/// What the client shows of a completion item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CompletionSupport {
    /// Snippets.
    pub snippets: bool,
    /// Documentation in Markdown.
    pub markdown: bool,
    /// `labelDetails`.
    pub label_details: bool,
    /// The tag `Deprecated`.
    pub deprecated_tag: bool,
    /// The field `deprecated`, which the tag took the place of.
    pub deprecated_field: bool,
    /// `preselect`.
    pub preselect: bool,
    /// The mode in which further lines of an item are indented as the first one.
    pub adjust_indentation: bool,
}

impl Default for Capabilities {
    fn default() -> Self {
        Self::new(&lsp::ClientCapabilities::default())
    }
}

impl Capabilities {
    /// Reads what the client announces, by the paths that the protocol's text has.
    pub fn new(client: &lsp::ClientCapabilities) -> Self {
        let client = serde_json::to_value(client).unwrap_or_default();
        let value = |path: &str| client.pointer(path).unwrap_or(&Value::Null);
        let has = |path: &str| value(path) == true;
        let list = |path: &str| value(path).as_array().map_or(&[][..], Vec::as_slice);
        let lists = |path: &str, item: Value| list(path).contains(&item);
        // The formats stand in the client's order of preference; a client that names none gets
        // text that reads well without rendering.
        let prefers_markdown = |path: &str| list(path).first().is_some_and(|it| it == "markdown");
        // Clients announce the same abilities for pushed diagnostics and for those they ask for;
        // one of the two suffices.
        let shows = |name: &str| {
            has(&format!("/textDocument/publishDiagnostics/{name}"))
                || has(&format!("/textDocument/diagnostic/{name}"))
        };
        let tags = "/textDocument/publishDiagnostics/tagSupport/valueSet";
        let item = |name: &str| format!("/textDocument/completion/completionItem/{name}");
        let versioned = has("/workspace/workspaceEdit/documentChanges");
        let operations = "/workspace/workspaceEdit/resourceOperations";
        // UTF-8 wherever it is offered (it needs no counting), else UTF-16, which every client
        // must understand.
        let encoding = match lists("/general/positionEncodings", json!("utf-8")) {
            true => Encoding::Utf8,
            false => Encoding::Utf16,
        };
        Self {
            encoding,
            pulls: value("/textDocument/diagnostic").is_object()
                && has("/workspace/diagnostics/refreshSupport"),
            diagnostic: DiagnosticSupport {
                link: shows("codeDescriptionSupport"),
                related: shows("relatedInformation"),
                unnecessary: lists(tags, json!(lsp::DiagnosticTag::UNNECESSARY)),
                deprecated: lists(tags, json!(lsp::DiagnosticTag::DEPRECATED)),
            },
            completion: CompletionSupport {
                snippets: has(&item("snippetSupport")),
                markdown: prefers_markdown(&item("documentationFormat")),
                label_details: has(&item("labelDetailsSupport")),
                deprecated_tag: lists(
                    &item("tagSupport/valueSet"),
                    json!(lsp::CompletionItemTag::DEPRECATED),
                ),
                deprecated_field: has(&item("deprecatedSupport")),
                preselect: has(&item("preselectSupport")),
                adjust_indentation: lists(
                    &item("insertTextModeSupport/valueSet"),
                    json!(lsp::InsertTextMode::ADJUST_INDENTATION),
                ),
            },
            hover_markdown: prefers_markdown("/textDocument/hover/contentFormat"),
            configuration: ConfigurationSupport {
                answers: has("/workspace/configuration"),
                tells: has("/workspace/didChangeConfiguration/dynamicRegistration"),
                watches: has("/workspace/didChangeWatchedFiles/dynamicRegistration"),
            },
            action: ActionSupport {
                literals: value("/textDocument/codeAction/codeActionLiteralSupport").is_object(),
                preferred: has("/textDocument/codeAction/isPreferredSupport"),
                versioned,
                // A new file is one of the document changes.
                creates: versioned && lists(operations, json!("create")),
                shows_pages: has("/window/showDocument/support"),
            },
        }
    }
}

/// What the server does for a client.
pub fn of_server(client: &Capabilities) -> lsp::ServerCapabilities {
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
    let folders = lsp::WorkspaceFoldersServerCapabilities {
        supported: Some(true),
        change_notifications: Some(lsp::OneOf::Left(true)),
    };
    let actions = lsp::CodeActionOptions {
        code_action_kinds: Some(action::kinds()),
        ..lsp::CodeActionOptions::default()
    };
    let encoding = match client.encoding {
        Encoding::Utf8 => lsp::PositionEncodingKind::UTF8,
        _ => lsp::PositionEncodingKind::UTF16,
    };
    lsp::ServerCapabilities {
        position_encoding: Some(encoding),
        text_document_sync: Some(lsp::TextDocumentSyncCapability::Options(sync)),
        completion_provider: Some(completion),
        workspace: Some(lsp::WorkspaceServerCapabilities {
            workspace_folders: Some(folders),
            ..lsp::WorkspaceServerCapabilities::default()
        }),
        hover_provider: Some(lsp::HoverProviderCapability::Simple(true)),
        code_action_provider: Some(lsp::CodeActionProviderCapability::Options(actions)),
        execute_command_provider: Some(lsp::ExecuteCommandOptions {
            commands: vec![action::OPEN_RULE.to_owned()],
            ..lsp::ExecuteCommandOptions::default()
        }),
        diagnostic_provider: client
            .pulls
            .then_some(lsp::DiagnosticServerCapabilities::Options(pull)),
        ..lsp::ServerCapabilities::default()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn read(client: Value) -> Capabilities {
        Capabilities::new(&serde_json::from_value(client).unwrap())
    }

    #[test]
    fn every_capability_is_read_and_none_is_assumed() {
        let everything = read(json!({
            "general": {"positionEncodings": ["utf-16", "utf-8"]},
            "workspace": {
                "configuration": true,
                "didChangeConfiguration": {"dynamicRegistration": true},
                "didChangeWatchedFiles": {"dynamicRegistration": true},
                "diagnostics": {"refreshSupport": true},
                "workspaceEdit": {"documentChanges": true, "resourceOperations": ["create"]},
            },
            "window": {"showDocument": {"support": true}},
            "textDocument": {
                "diagnostic": {},
                "publishDiagnostics": {
                    "codeDescriptionSupport": true,
                    "relatedInformation": true,
                    "tagSupport": {"valueSet": [1, 2]},
                },
                "hover": {"contentFormat": ["markdown", "plaintext"]},
                "codeAction": {
                    "codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}},
                    "isPreferredSupport": true,
                },
                "completion": {"completionItem": {
                    "snippetSupport": true,
                    "documentationFormat": ["markdown"],
                    "labelDetailsSupport": true,
                    "tagSupport": {"valueSet": [1]},
                    "deprecatedSupport": true,
                    "preselectSupport": true,
                    "insertTextModeSupport": {"valueSet": [1, 2]},
                }},
            },
        }));
        let all = |text: String| {
            let flags = text.matches(": true").count();
            (flags, text.matches(": false").count())
        };
        assert_eq!(all(format!("{everything:?}")), (21, 0), "{everything:?}");
        assert_eq!(everything.encoding, Encoding::Utf8);
        let nothing = Capabilities::default();
        assert_eq!(all(format!("{nothing:?}")), (0, 21), "{nothing:?}");
        assert_eq!(nothing.encoding, Encoding::Utf16);
    }

    #[test]
    fn what_a_client_shows_of_diagnostics_may_stand_at_those_that_it_asks_for() {
        let client = read(json!({"textDocument": {"diagnostic": {
            "codeDescriptionSupport": true,
            "relatedInformation": true,
        }}}));
        assert!(client.diagnostic.link && client.diagnostic.related);
        assert!(!client.pulls, "it cannot be told to ask again");
    }
}
