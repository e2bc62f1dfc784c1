//! Converts code actions.

use serde_json::json;
use tower_lsp::ls_types as lsp;

use super::{diagnostic, edit};
use crate::ide::actions::{Action, ActionKind, Effect};
use crate::ide::snippet::snippet_edits;
use crate::lsp::capabilities::{Capabilities, FIX_ALL, MOVE, OPEN_RULE};
use crate::lsp::configuration::{Configuration, SettingsChange};
use crate::lsp::rule_pages;
use crate::lsp::snippet_edits::ANNOTATION;
use crate::refactor::change::{NewFile, RefactorKind};
use crate::rules::fix::holes::Hole;
use crate::rules::registry;
use crate::text::printable::one_line;
use crate::text::range::TextRange;
use crate::text::{Text, TextEdit};

/// Whether a request for some kinds includes this kind: `source` includes `source.fixAll` (LSP 3.17,
/// `CodeActionKind`).
pub fn is_wanted(kind: ActionKind, only: Option<&[lsp::CodeActionKind]>) -> bool {
    let own = kind_of(kind);
    let Some(only) = only else {
        return true;
    };
    only.iter().any(|asked| {
        let asked = asked.as_str();
        let rest = own.as_str().strip_prefix(asked);
        rest.is_some_and(|rest| asked.is_empty() || rest.is_empty() || rest.starts_with('.'))
    })
}

fn kind_of(kind: ActionKind) -> lsp::CodeActionKind {
    match kind {
        ActionKind::QuickFix => lsp::CodeActionKind::QUICKFIX,
        ActionKind::FixAll => lsp::CodeActionKind::new(FIX_ALL),
        ActionKind::Refactor(RefactorKind::Extract) => lsp::CodeActionKind::REFACTOR_EXTRACT,
        ActionKind::Refactor(RefactorKind::Inline) => lsp::CodeActionKind::REFACTOR_INLINE,
        ActionKind::Refactor(RefactorKind::Rewrite) => lsp::CodeActionKind::REFACTOR_REWRITE,
        ActionKind::Refactor(RefactorKind::Move) => lsp::CodeActionKind::new(MOVE),
    }
}

/// A file that an edit applies to.
#[derive(Debug, Clone, Copy)]
pub struct EditedFile<'d> {
    /// Its text.
    pub text: &'d Text,
    /// Its URI.
    pub uri: &'d lsp::Uri,
    /// Its version as the client counts, if it is open.
    pub version: Option<i32>,
}

/// Converts an action; `None` if the client cannot run it.
pub fn code_action(
    file: EditedFile<'_>,
    action: Action,
    configuration: &Configuration,
    client: &Capabilities,
) -> Option<lsp::CodeActionOrCommand> {
    let supports = client.action;
    let mut data = None;
    let mut disabled = None;
    let (edit, command) = match action.effect {
        Effect::OpenRule(_) if !supports.shows_pages => return None,
        Effect::OpenRule(rule) => (None, Some(open_rule(&action.title, rule.id))),
        effect @ (Effect::Edit { .. } | Effect::Split { .. } | Effect::Join { .. }) => {
            (Some(edit_of(file, effect, client)?), None)
        }
        Effect::Refused(_) if !supports.disabled => return None,
        Effect::Refused(reason) => {
            disabled = Some(lsp::CodeActionDisabled { reason });
            (None, None)
        }
        Effect::FixMany(rule) => {
            let rule = rule.map(|rule| rule.id);
            data = Some(json!({"uri": file.uri, "version": file.version, "rule": rule}));
            (None, None)
        }
        Effect::Refactor { .. }
            if action.kind == ActionKind::Refactor(RefactorKind::Move)
                && !can_split(file, client) =>
        {
            return None;
        }
        Effect::Refactor { offset, title } => {
            let chosen = json!({"title": title, "offset": offset});
            data = Some(json!({"uri": file.uri, "version": file.version, "refactor": chosen}));
            (None, None)
        }
        Effect::TurnOff(_) if !supports.literals => return None,
        Effect::TurnOff(rule) => {
            let change = configuration.turn_off(file.uri, rule)?;
            (Some(settings_edit(change, client)?), None)
        }
    };
    if !supports.literals {
        // Such a client supports commands only (LSP 3.17, `codeActionLiteralSupport`).
        return command.map(lsp::CodeActionOrCommand::Command);
    }
    let diagnostics = action
        .finding
        .filter(|_| action.is_fix)
        .map(|finding| vec![diagnostic(file.text, file.uri, &finding, &|_| None, client)]);
    Some(lsp::CodeActionOrCommand::CodeAction(lsp::CodeAction {
        title: one_line(&action.title).into_owned(),
        kind: Some(kind_of(action.kind)),
        diagnostics,
        edit,
        command,
        data,
        disabled,
        is_preferred: (supports.preferred && action.is_preferred).then_some(true),
    }))
}

/// What the user has chosen that was not done yet.
pub struct Chosen {
    /// The document.
    pub uri: lsp::Uri,
    /// Its version when the action was offered.
    pub version: Option<i32>,
    /// What is to be done.
    pub effect: Effect,
}

impl Chosen {
    /// What stands in the data of an action; `None` if it has its edits already.
    pub fn read(action: &lsp::CodeAction) -> Option<Self> {
        let data = action.data.as_ref()?;
        let version = data["version"].as_i64();
        let rule = match data["rule"].as_str() {
            Some(rule) => Some(registry::rule(rule)?),
            None => None,
        };
        Some(Self {
            uri: data["uri"].as_str()?.parse().ok()?,
            version: version.and_then(|version| i32::try_from(version).ok()),
            effect: match data["refactor"]["title"].as_str() {
                Some(title) => Effect::Refactor {
                    offset: usize::try_from(data["refactor"]["offset"].as_u64()?).ok()?,
                    title: title.to_owned(),
                },
                None => Effect::FixMany(rule),
            },
        })
    }
}

/// The edit of an effect; `None` if it has none, or one that the client cannot do.
pub fn edit_of(
    file: EditedFile<'_>,
    effect: Effect,
    client: &Capabilities,
) -> Option<lsp::WorkspaceEdit> {
    match effect {
        Effect::Edit { edits, holes } if client.action.snippets && !holes.is_empty() => {
            Some(edit_with_stops(file, &edits, &holes, client))
        }
        Effect::Edit { edits, .. } => Some(workspace_edit(file, edits, client)),
        Effect::Split { edits, file: new } => split_edit(file, edits, &new, client),
        Effect::Join { edits, uri } => join_edit(file, edits, &uri, client),
        _ => None,
    }
}

/// The edit of one file.
pub fn workspace_edit(
    file: EditedFile<'_>,
    edits: Vec<TextEdit>,
    client: &Capabilities,
) -> lsp::WorkspaceEdit {
    workspace_edits([(file, edits)], client)
}

/// The edits of several files as one.
pub fn workspace_edits<'d>(
    files: impl IntoIterator<Item = (EditedFile<'d>, Vec<TextEdit>)>,
    client: &Capabilities,
) -> lsp::WorkspaceEdit {
    let files = files.into_iter();
    if client.action.versioned {
        let changes = files.map(|(file, edits)| document_edit(file, edits, client));
        return document_changes(lsp::DocumentChanges::Edits(changes.collect()));
    }
    let changes = files.map(|(file, edits)| {
        let edits = edits.into_iter();
        let edits = edits.map(|one| edit(file.text, one, client.encoding));
        (file.uri.clone(), edits.collect())
    });
    lsp::WorkspaceEdit {
        changes: Some(changes.collect()),
        ..lsp::WorkspaceEdit::default()
    }
}

/// An edit with tab stops for what the author is to replace.
fn edit_with_stops(
    file: EditedFile<'_>,
    edits: &[TextEdit],
    holes: &[Hole],
    client: &Capabilities,
) -> lsp::WorkspaceEdit {
    let edits = snippet_edits(file.text, edits, holes)
        .into_iter()
        .map(|one| {
            let text_edit = edit(file.text, one.edit, client.encoding);
            if !one.is_snippet {
                return lsp::OneOf::Left(text_edit);
            }
            lsp::OneOf::Right(lsp::AnnotatedTextEdit {
                text_edit,
                annotation_id: ANNOTATION.to_owned(),
            })
        });
    let change = lsp::TextDocumentEdit {
        text_document: versioned(file),
        edits: edits.collect(),
    };
    document_changes(lsp::DocumentChanges::Edits(vec![change]))
}

/// The edit of a settings file; `None` if it does not exist and the client cannot create it.
fn settings_edit(change: SettingsChange, client: &Capabilities) -> Option<lsp::WorkspaceEdit> {
    let file = EditedFile {
        text: &change.text,
        uri: &change.uri,
        version: change.version,
    };
    let edits = vec![change.edit];
    if !change.is_new {
        return Some(workspace_edit(file, edits, client));
    }
    let operations = creation(file, edits, client)?;
    Some(document_changes(lsp::DocumentChanges::Operations(
        operations.into(),
    )))
}

/// Whether a part of a document can go to a new file beside it.
fn can_split(file: EditedFile<'_>, client: &Capabilities) -> bool {
    client.action.creates && file.uri.as_str().starts_with("file:")
}

/// Creates a file and writes into it; `None` if the client cannot create files.
fn creation(
    file: EditedFile<'_>,
    edits: Vec<TextEdit>,
    client: &Capabilities,
) -> Option<[lsp::DocumentChangeOperation; 2]> {
    if !client.action.creates {
        return None;
    }
    // Without options the creation fails if the file exists by now, so that none is overwritten.
    let create = lsp::ResourceOp::Create(lsp::CreateFile {
        uri: file.uri.clone(),
        options: None,
        annotation_id: None,
    });
    Some([
        lsp::DocumentChangeOperation::Op(create),
        lsp::DocumentChangeOperation::Edit(document_edit(file, edits, client)),
    ])
}

/// The edit of a document a part of which goes to a new file beside it; `None` if the client cannot
/// create files, or the document has no place among files.
fn split_edit(
    file: EditedFile<'_>,
    edits: Vec<TextEdit>,
    new: &NewFile,
    client: &Capabilities,
) -> Option<lsp::WorkspaceEdit> {
    let folder = file.uri.as_str().strip_prefix("file:")?;
    let (folder, _) = folder.rsplit_once('/')?;
    let uri: lsp::Uri = format!("file:{folder}/{}", new.name).parse().ok()?;
    let text = Text::new("");
    let created = EditedFile {
        text: &text,
        uri: &uri,
        version: None,
    };
    let written = TextEdit {
        range: TextRange::empty(0),
        new_text: new.text.clone(),
    };
    let mut operations = Vec::from(creation(created, vec![written], client)?);
    // The file first: where it cannot be created, the document stays as it is.
    let edit = lsp::DocumentChangeOperation::Edit(document_edit(file, edits, client));
    operations.push(edit);
    Some(document_changes(lsp::DocumentChanges::Operations(
        operations,
    )))
}

/// The edit of a document that takes in a file; `None` if the client cannot delete files.
fn join_edit(
    file: EditedFile<'_>,
    edits: Vec<TextEdit>,
    uri: &str,
    client: &Capabilities,
) -> Option<lsp::WorkspaceEdit> {
    let uri = uri.parse().ok().filter(|_| client.action.deletes)?;
    let delete = lsp::ResourceOp::Delete(lsp::DeleteFile {
        uri,
        options: None,
        annotation_id: None,
    });
    // The document first: where it cannot be changed, the file stays.
    Some(document_changes(lsp::DocumentChanges::Operations(vec![
        lsp::DocumentChangeOperation::Edit(document_edit(file, edits, client)),
        lsp::DocumentChangeOperation::Op(delete),
    ])))
}

fn document_edit(
    file: EditedFile<'_>,
    edits: Vec<TextEdit>,
    client: &Capabilities,
) -> lsp::TextDocumentEdit {
    let edits = edits
        .into_iter()
        .map(|one| lsp::OneOf::Left(edit(file.text, one, client.encoding)));
    lsp::TextDocumentEdit {
        text_document: versioned(file),
        edits: edits.collect(),
    }
}

fn versioned(file: EditedFile<'_>) -> lsp::OptionalVersionedTextDocumentIdentifier {
    lsp::OptionalVersionedTextDocumentIdentifier {
        uri: file.uri.clone(),
        version: file.version,
    }
}

fn document_changes(changes: lsp::DocumentChanges) -> lsp::WorkspaceEdit {
    lsp::WorkspaceEdit {
        document_changes: Some(changes),
        ..lsp::WorkspaceEdit::default()
    }
}

fn open_rule(title: &str, rule: &str) -> lsp::Command {
    lsp::Command {
        title: title.to_owned(),
        command: OPEN_RULE.to_owned(),
        arguments: Some(vec![rule.into()]),
    }
}

/// The page that a command asks for, as a virtual document if the client shows them.
pub fn page_of(
    params: &lsp::ExecuteCommandParams,
    has_pages: bool,
) -> Option<lsp::ShowDocumentParams> {
    let rule = registry::rule(params.arguments.first()?.as_str()?)?;
    let uri = match has_pages {
        true => rule_pages::uri(rule),
        false => rule.docs_url()?.parse().ok(),
    };
    Some(lsp::ShowDocumentParams {
        uri: uri?,
        external: (!has_pages).then_some(true),
        take_focus: has_pages.then_some(true),
        selection: None,
    })
}
