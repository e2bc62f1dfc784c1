//! What the client can do, as it says in `initialize`.

use tower_lsp::ls_types::{
    ClientCapabilities, CompletionItemTag, DiagnosticTag, InsertTextMode, MarkupKind,
    PositionEncodingKind, ResourceOperationKind, TextDocumentClientCapabilities,
};

use crate::text::position::Encoding;

/// What the client can do. Everything that it does not announce it cannot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// How characters are counted in everything that is sent and received.
    pub encoding: Encoding,
    /// Whether it asks for diagnostics itself (and is told when to ask again).
    pub pulls: bool,
    /// What it shows of a diagnostic.
    pub diagnostic: DiagnosticProfile,
    /// What it shows of a completion item.
    pub completion: CompletionProfile,
    /// Whether hovers may be Markdown.
    pub hover_markdown: bool,
    /// What it has to say about settings.
    pub configuration: ConfigurationProfile,
    /// What it can do with an action.
    pub action: ActionProfile,
}

/// What the client has to say about settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ConfigurationProfile {
    /// It can be asked for its configuration.
    pub answers: bool,
    /// It tells of changes of its configuration to whoever registers for them.
    pub tells: bool,
    /// It tells of changes of files to whoever registers for them.
    pub watches: bool,
}

/// What the client can do with a code action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ActionProfile {
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
pub struct DiagnosticProfile {
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
pub struct CompletionProfile {
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

impl Default for Profile {
    fn default() -> Self {
        Self::new(&ClientCapabilities::default())
    }
}

impl Profile {
    /// Reads what the client announces.
    pub fn new(client: &ClientCapabilities) -> Self {
        let nothing = TextDocumentClientCapabilities::default();
        let document = client.text_document.as_ref().unwrap_or(&nothing);
        let refreshes = client
            .workspace
            .as_ref()
            .and_then(|workspace| workspace.diagnostics.as_ref()?.refresh_support)
            .unwrap_or(false);
        Self {
            encoding: encoding(client),
            pulls: document.diagnostic.is_some() && refreshes,
            diagnostic: diagnostic(document),
            completion: completion(document),
            action: action(client, document),
            hover_markdown: document
                .hover
                .as_ref()
                .is_some_and(|hover| prefers_markdown(hover.content_format.as_deref())),
            configuration: configuration(client),
        }
    }
}

fn configuration(client: &ClientCapabilities) -> ConfigurationProfile {
    let Some(workspace) = &client.workspace else {
        return ConfigurationProfile::default();
    };
    let tells = workspace.did_change_configuration.as_ref();
    let watches = workspace.did_change_watched_files.as_ref();
    ConfigurationProfile {
        answers: workspace.configuration == Some(true),
        tells: tells.is_some_and(|tells| tells.dynamic_registration == Some(true)),
        watches: watches.is_some_and(|watches| watches.dynamic_registration == Some(true)),
    }
}

/// UTF-8 wherever it is offered (it needs no counting), else UTF-16, which every client must
/// understand.
fn encoding(client: &ClientCapabilities) -> Encoding {
    let offered = client
        .general
        .as_ref()
        .and_then(|general| general.position_encodings.as_ref());
    match offered {
        Some(kinds) if kinds.contains(&PositionEncodingKind::UTF8) => Encoding::Utf8,
        _ => Encoding::Utf16,
    }
}

/// Clients announce the same abilities for pushed diagnostics and for those they ask for; one of
/// the two suffices.
fn diagnostic(document: &TextDocumentClientCapabilities) -> DiagnosticProfile {
    let mut profile = DiagnosticProfile::default();
    if let Some(push) = &document.publish_diagnostics {
        profile.link = push.code_description_support == Some(true);
        profile.related = push.related_information == Some(true);
        if let Some(tags) = &push.tag_support {
            profile.unnecessary = tags.value_set.contains(&DiagnosticTag::UNNECESSARY);
            profile.deprecated = tags.value_set.contains(&DiagnosticTag::DEPRECATED);
        }
    }
    if let Some(pull) = &document.diagnostic {
        profile.link |= pull.code_description_support == Some(true);
        profile.related |= pull.related_information == Some(true);
    }
    profile
}

fn completion(document: &TextDocumentClientCapabilities) -> CompletionProfile {
    let Some(item) = document
        .completion
        .as_ref()
        .and_then(|completion| completion.completion_item.as_ref())
    else {
        return CompletionProfile::default();
    };
    CompletionProfile {
        snippets: item.snippet_support == Some(true),
        markdown: prefers_markdown(item.documentation_format.as_deref()),
        label_details: item.label_details_support == Some(true),
        deprecated_tag: item
            .tag_support
            .as_ref()
            .is_some_and(|tags| tags.value_set.contains(&CompletionItemTag::DEPRECATED)),
        deprecated_field: item.deprecated_support == Some(true),
        preselect: item.preselect_support == Some(true),
        adjust_indentation: item.insert_text_mode_support.as_ref().is_some_and(|modes| {
            modes
                .value_set
                .contains(&InsertTextMode::ADJUST_INDENTATION)
        }),
    }
}

fn action(client: &ClientCapabilities, document: &TextDocumentClientCapabilities) -> ActionProfile {
    let action = document.code_action.as_ref();
    let edit = client
        .workspace
        .as_ref()
        .and_then(|workspace| workspace.workspace_edit.as_ref());
    let show = client
        .window
        .as_ref()
        .and_then(|window| window.show_document.as_ref());
    let versioned = edit.is_some_and(|edit| edit.document_changes == Some(true));
    let operations = edit.and_then(|edit| edit.resource_operations.as_ref());
    ActionProfile {
        literals: action.is_some_and(|action| action.code_action_literal_support.is_some()),
        preferred: action.is_some_and(|action| action.is_preferred_support == Some(true)),
        versioned,
        // A new file is one of the document changes.
        creates: versioned
            && operations.is_some_and(|kinds| kinds.contains(&ResourceOperationKind::Create)),
        shows_pages: show.is_some_and(|show| show.support),
    }
}

/// The formats stand in the client's order of preference; a client that names none gets text
/// that reads well without rendering.
fn prefers_markdown(formats: Option<&[MarkupKind]>) -> bool {
    formats.and_then(<[_]>::first) == Some(&MarkupKind::Markdown)
}
