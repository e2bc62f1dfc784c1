//! The capabilities that the client announces in `initialize`, and those of the server.

use serde_json::{Value, json};
use tower_lsp::ls_types as lsp;

use super::convert::tokens;
use super::{rule_pages, snippet_edits};
use crate::text::Encoding;

/// The `source` of diagnostics.
pub const SOURCE: &str = "asyncapi-security";

/// The command that opens the page of a rule; its one argument is the rule's id.
pub const OPEN_RULE: &str = "asyncapi-security.openRule";

/// The command that shows the security report of a document, which is its argument.
pub const REPORT: &str = "asyncapi-security.report";

/// The command that shows what changed in a document, its argument, since it was committed.
pub const CHANGES: &str = "asyncapi-security.changes";

/// The command that opens the page of the rule whose finding is at a place: its arguments are those
/// of [`REPORT`] and a position.
pub const EXPLAIN: &str = "asyncapi-security.explain";

/// The command that makes all safe edits in a document, its argument.
pub const FIX: &str = "asyncapi-security.fixAll";

/// The command that turns a document, its argument, into one of the other major version.
pub const MIGRATE: &str = "asyncapi-security.migrate";

/// The command that tells what a client cannot know of a document, its argument, for a status item.
pub const STATUS: &str = "asyncapi-security.status";

/// The command of a lens. Clients that know it show the places as their list of references; for
/// others it is one of the server, which goes to the first place.
pub const SHOW_REFERENCES: &str = "asyncapi-security.showReferences";

/// The kind of the action that makes all safe edits. It is below `source.fixAll`, so that editors
/// run it on saving where the user configured `source.fixAll`.
pub const FIX_ALL: &str = "source.fixAll.asyncapiSecurity";

/// The kind of an action that moves a part of a document (LSP 3.18, `CodeActionKind`), which the
/// types of the protocol that we use lack.
pub const MOVE: &str = "refactor.move";

/// The command of a client that opens its list of completions. A client names what it knows in
/// `experimental.commands.commands`, as for rust-analyzer; others would warn of it.
pub const SUGGEST: &str = "editor.action.triggerSuggest";

/// Characters after which the client requests completion by itself: a blank after a colon or dash,
/// and those that start a text or a step of a reference. Not the colon or dash itself: an open list
/// takes Enter, and many authors go on below the key.
const TRIGGERS: [&str; 6] = [" ", "\"", "'", "#", "/", "$"];

/// What the client can do. What it does not announce, it cannot do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capabilities {
    /// How positions are counted.
    pub encoding: Encoding,
    /// Whether it pulls diagnostics, and can be asked to pull them again.
    pub pulls: bool,
    /// Support for parts of a diagnostic.
    pub diagnostic: DiagnosticSupport,
    /// Support for parts of a completion item.
    pub completion: CompletionSupport,
    /// Whether hovers may be Markdown.
    pub hover_markdown: bool,
    /// Support for settings.
    pub configuration: ConfigurationSupport,
    /// Support for code actions.
    pub action: ActionSupport,
    /// Support for places, names and links.
    pub navigation: NavigationSupport,
    /// Whether it shows progress that the server starts.
    pub shows_progress: bool,
    /// Whether it makes edits that the server asks for.
    pub applies_edits: bool,
    /// Whether it knows the command [`SHOW_REFERENCES`].
    pub lists_references: bool,
    /// Support for the pages of rules.
    pub pages: PageSupport,
    /// What it can be asked to show anew.
    pub refreshes: RefreshSupport,
}

/// What the client can do with places, names and links.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NavigationSupport {
    /// `LocationLink` as a definition.
    pub definition_links: bool,
    /// `LocationLink` as a declaration.
    pub declaration_links: bool,
    /// The outline as a tree.
    pub outline_tree: bool,
    /// The tooltip of a link.
    pub link_titles: bool,
    /// Asking whether something can be renamed.
    pub prepares_rename: bool,
}

/// How the client shows virtual documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PageSupport {
    /// It shows them.
    pub are_shown: bool,
    /// It wants a registration of the scheme of their URIs.
    pub are_registered: bool,
}

/// What the client can be asked to show anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RefreshSupport {
    /// Inlay hints.
    pub inlay_hints: bool,
    /// Lenses.
    pub code_lens: bool,
    /// Semantic tokens.
    pub semantic_tokens: bool,
}

/// How the client gives its configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ConfigurationSupport {
    /// It answers `workspace/configuration`.
    pub answers: bool,
    /// It reports changes of its configuration after a registration.
    pub tells: bool,
    /// It reports changes of files after a registration.
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
    /// Creating a file in an edit of the workspace.
    pub creates: bool,
    /// Deleting a file in an edit of the workspace.
    pub deletes: bool,
    /// Showing a page on the web (`window/showDocument`).
    pub shows_pages: bool,
    /// Snippets in an edit of the workspace.
    pub snippets: bool,
    /// Asking for the edit when the user has chosen the action (`codeAction/resolve`).
    pub resolves: bool,
    /// Actions that cannot be run, with the reason (`disabled`).
    pub disabled: bool,
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
    /// The field `deprecated`, the predecessor of the tag.
    pub deprecated_field: bool,
    /// `preselect`.
    pub preselect: bool,
    /// The command [`SUGGEST`].
    pub suggest: bool,
    /// Documentation that follows when an item is chosen.
    pub resolves: bool,
    /// The insert mode that indents further lines like the first one.
    pub adjust_indentation: bool,
}

impl Default for Capabilities {
    fn default() -> Self {
        Self::new(&lsp::ClientCapabilities::default())
    }
}

impl Capabilities {
    /// Reads what the client announces, by the paths of the specification.
    pub fn new(client: &lsp::ClientCapabilities) -> Self {
        let client = serde_json::to_value(client).unwrap_or_default();
        let value = |path: &str| client.pointer(path).unwrap_or(&Value::Null);
        let has = |path: &str| value(path) == true;
        let list = |path: &str| value(path).as_array().map_or(&[][..], Vec::as_slice);
        let lists = |path: &str, item: Value| list(path).contains(&item);
        // Formats are in the client's order of preference. A client that names none gets plain
        // text.
        let prefers_markdown = |path: &str| list(path).first().is_some_and(|it| it == "markdown");
        // Clients announce this for published diagnostics, for pulled ones, or for both.
        let shows = |name: &str| {
            has(&format!("/textDocument/publishDiagnostics/{name}"))
                || has(&format!("/textDocument/diagnostic/{name}"))
        };
        let tags = "/textDocument/publishDiagnostics/tagSupport/valueSet";
        let item = |name: &str| format!("/textDocument/completion/completionItem/{name}");
        let versioned = has("/workspace/workspaceEdit/documentChanges");
        let operations = "/workspace/workspaceEdit/resourceOperations";
        let pages = format!("/experimental/{}", rule_pages::EXPERIMENTAL);
        // Prefer UTF-8, which needs no conversion. Every client must support UTF-16.
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
                suggest: lists("/experimental/commands/commands", json!(SUGGEST)),
                resolves: lists(&item("resolveSupport/properties"), json!("documentation")),
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
                // A creation is one of the document changes.
                creates: versioned && lists(operations, json!("create")),
                deletes: versioned && lists(operations, json!("delete")),
                shows_pages: has("/window/showDocument/support"),
                // They can only be among the document changes.
                snippets: versioned
                    && has(&format!("/experimental/{}", snippet_edits::EXPERIMENTAL)),
                resolves: has("/textDocument/codeAction/dataSupport")
                    && lists(
                        "/textDocument/codeAction/resolveSupport/properties",
                        json!("edit"),
                    ),
                disabled: has("/textDocument/codeAction/disabledSupport"),
            },
            shows_progress: has("/window/workDoneProgress"),
            navigation: NavigationSupport {
                definition_links: has("/textDocument/definition/linkSupport"),
                declaration_links: has("/textDocument/declaration/linkSupport"),
                outline_tree: has("/textDocument/documentSymbol/hierarchicalDocumentSymbolSupport"),
                link_titles: has("/textDocument/documentLink/tooltipSupport"),
                prepares_rename: has("/textDocument/rename/prepareSupport"),
            },
            applies_edits: has("/workspace/applyEdit"),
            lists_references: lists("/experimental/commands/commands", json!(SHOW_REFERENCES)),
            pages: PageSupport {
                are_shown: value(&pages).is_object(),
                are_registered: has(&format!("{pages}/dynamicRegistration")),
            },
            refreshes: RefreshSupport {
                inlay_hints: has("/workspace/inlayHint/refreshSupport"),
                code_lens: has("/workspace/codeLens/refreshSupport"),
                semantic_tokens: has("/workspace/semanticTokens/refreshSupport"),
            },
        }
    }

    /// Whether the server can open its own pages there.
    pub fn shows_own_pages(&self) -> bool {
        self.pages.are_shown && self.action.shows_pages
    }
}

/// The capabilities of the server for a client.
pub fn of_server(client: &Capabilities) -> lsp::ServerCapabilities {
    let sync = lsp::TextDocumentSyncOptions {
        open_close: Some(true),
        change: Some(lsp::TextDocumentSyncKind::INCREMENTAL),
        // The text of a saved document counts where a change was lost.
        save: Some(lsp::TextDocumentSyncSaveOptions::SaveOptions(
            lsp::SaveOptions {
                include_text: Some(true),
            },
        )),
        ..lsp::TextDocumentSyncOptions::default()
    };
    let completion = lsp::CompletionOptions {
        trigger_characters: Some(TRIGGERS.map(str::to_owned).to_vec()),
        resolve_provider: client.completion.resolves.then_some(true),
        ..lsp::CompletionOptions::default()
    };
    let pull = lsp::DiagnosticOptions {
        identifier: Some(SOURCE.to_owned()),
        inter_file_dependencies: true,
        workspace_diagnostics: true,
        work_done_progress_options: lsp::WorkDoneProgressOptions {
            work_done_progress: Some(true),
        },
    };
    let folders = lsp::WorkspaceFoldersServerCapabilities {
        supported: Some(true),
        change_notifications: Some(lsp::OneOf::Left(true)),
    };
    let actions = lsp::CodeActionOptions {
        code_action_kinds: Some(vec![
            lsp::CodeActionKind::QUICKFIX,
            lsp::CodeActionKind::new(FIX_ALL),
            lsp::CodeActionKind::REFACTOR_EXTRACT,
            lsp::CodeActionKind::REFACTOR_INLINE,
            lsp::CodeActionKind::new(MOVE),
            lsp::CodeActionKind::REFACTOR_REWRITE,
        ]),
        resolve_provider: client.action.resolves.then_some(true),
        ..lsp::CodeActionOptions::default()
    };
    // A client that cannot ask first must not be told that it may (LSP 3.17, `RenameOptions`).
    let rename = match client.navigation.prepares_rename {
        true => lsp::OneOf::Right(lsp::RenameOptions {
            prepare_provider: Some(true),
            work_done_progress_options: lsp::WorkDoneProgressOptions::default(),
        }),
        false => lsp::OneOf::Left(true),
    };
    let links = lsp::DocumentLinkOptions {
        resolve_provider: None,
        work_done_progress_options: lsp::WorkDoneProgressOptions::default(),
    };
    let commands = [OPEN_RULE, REPORT, CHANGES, EXPLAIN, FIX, MIGRATE, STATUS];
    let mut commands: Vec<String> = commands.map(str::to_owned).to_vec();
    // VS Code would not let the extension have a command that the server has too.
    if !client.lists_references {
        commands.push(SHOW_REFERENCES.to_owned());
    }
    let semantic_tokens = lsp::SemanticTokensOptions {
        legend: tokens::legend(),
        range: Some(true),
        full: Some(lsp::SemanticTokensFullOptions::Bool(true)),
        ..lsp::SemanticTokensOptions::default()
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
        definition_provider: Some(lsp::OneOf::Left(true)),
        declaration_provider: Some(lsp::DeclarationCapability::Simple(true)),
        references_provider: Some(lsp::OneOf::Left(true)),
        document_highlight_provider: Some(lsp::OneOf::Left(true)),
        rename_provider: Some(rename),
        document_symbol_provider: Some(lsp::OneOf::Left(true)),
        workspace_symbol_provider: Some(lsp::OneOf::Left(true)),
        document_link_provider: Some(links),
        folding_range_provider: Some(lsp::FoldingRangeProviderCapability::Simple(true)),
        selection_range_provider: Some(lsp::SelectionRangeProviderCapability::Simple(true)),
        code_action_provider: Some(lsp::CodeActionProviderCapability::Options(actions)),
        execute_command_provider: Some(lsp::ExecuteCommandOptions {
            commands,
            ..lsp::ExecuteCommandOptions::default()
        }),
        code_lens_provider: Some(lsp::CodeLensOptions {
            resolve_provider: Some(true),
        }),
        inlay_hint_provider: Some(lsp::OneOf::Left(true)),
        semantic_tokens_provider: Some(semantic_tokens.into()),
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
            "experimental": {
                "commands": {"commands": [SUGGEST, SHOW_REFERENCES]},
                snippet_edits::EXPERIMENTAL: true,
                rule_pages::EXPERIMENTAL: {"dynamicRegistration": true},
            },
            "general": {"positionEncodings": ["utf-16", "utf-8"]},
            "workspace": {
                "applyEdit": true,
                "configuration": true,
                "didChangeConfiguration": {"dynamicRegistration": true},
                "didChangeWatchedFiles": {"dynamicRegistration": true},
                "diagnostics": {"refreshSupport": true},
                "inlayHint": {"refreshSupport": true},
                "codeLens": {"refreshSupport": true},
                "semanticTokens": {"refreshSupport": true},
                "workspaceEdit": {"documentChanges": true, "resourceOperations": ["create", "delete"]},
            },
            "window": {"showDocument": {"support": true}, "workDoneProgress": true},
            "textDocument": {
                "diagnostic": {},
                "publishDiagnostics": {
                    "codeDescriptionSupport": true,
                    "relatedInformation": true,
                    "tagSupport": {"valueSet": [1, 2]},
                },
                "hover": {"contentFormat": ["markdown", "plaintext"]},
                "definition": {"linkSupport": true},
                "declaration": {"linkSupport": true},
                "documentSymbol": {"hierarchicalDocumentSymbolSupport": true},
                "documentLink": {"tooltipSupport": true},
                "rename": {"prepareSupport": true},
                "codeAction": {
                    "codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}},
                    "isPreferredSupport": true,
                    "disabledSupport": true,
                    "dataSupport": true,
                    "resolveSupport": {"properties": ["edit"]},
                },
                "completion": {"completionItem": {
                    "snippetSupport": true,
                    "documentationFormat": ["markdown"],
                    "labelDetailsSupport": true,
                    "tagSupport": {"valueSet": [1]},
                    "deprecatedSupport": true,
                    "preselectSupport": true,
                    "insertTextModeSupport": {"valueSet": [1, 2]},
                    "resolveSupport": {"properties": ["documentation"]},
                }},
            },
        }));
        let all = |text: String| {
            let flags = text.matches(": true").count();
            (flags, text.matches(": false").count())
        };
        assert_eq!(all(format!("{everything:?}")), (40, 0), "{everything:?}");
        assert_eq!(everything.encoding, Encoding::Utf8);
        let nothing = Capabilities::default();
        assert_eq!(all(format!("{nothing:?}")), (0, 40), "{nothing:?}");
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
