//! Code actions in the protocol's words.

use std::collections::HashMap;

use tower_lsp::ls_types as lsp;

use super::{diagnostic, edit};
use crate::ide::actions::{Action, ActionKind, Effect};
use crate::lsp::capabilities::Capabilities;
use crate::lsp::configuration::Configuration;
use crate::lsp::configuration::turn_off::SettingsChange;
use crate::rules::registry;
use crate::text::{Text, TextEdit};

/// The command that opens the page of a rule; its one argument is the rule's id.
pub const OPEN_RULE: &str = "asyncapi-security.openRule";

/// The kind of the action that makes all safe edits: below `source.fixAll`, so that editors run
/// it on saving where the user asks for `source.fixAll`.
const FIX_ALL: &str = "source.fixAll.asyncapiSecurity";

/// The kinds that are offered.
pub fn kinds() -> Vec<lsp::CodeActionKind> {
    vec![
        lsp::CodeActionKind::QUICKFIX,
        lsp::CodeActionKind::new(FIX_ALL),
    ]
}

/// Whether a client that asks for these kinds wants this one: `source` means `source.fixAll` too
/// (LSP 3.17, `CodeActionKind`).
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
    }
}

/// A document that is to be changed.
#[derive(Debug, Clone, Copy)]
pub struct Target<'d> {
    /// Its text.
    pub text: &'d Text,
    /// Its address.
    pub uri: &'d lsp::Uri,
    /// Its version, as the client counts, if it is open.
    pub version: Option<i32>,
}

/// An action as the client can run it; `None` where it cannot.
pub fn code_action(
    target: Target<'_>,
    action: Action,
    configuration: &Configuration,
    client: &Capabilities,
) -> Option<lsp::CodeActionOrCommand> {
    let supports = client.action;
    let (edit, command) = match action.effect {
        Effect::OpenRule(_) if !supports.shows_pages => return None,
        Effect::OpenRule(rule) => (None, Some(open_rule(&action.title, rule.id))),
        Effect::Edit(edits) => (Some(workspace_edit(target, edits, client)), None),
        Effect::TurnOff(_) if !supports.literals => return None,
        Effect::TurnOff(rule) => {
            let change = configuration.turn_off(target.uri, rule)?;
            (Some(settings_edit(change, client)?), None)
        }
    };
    if !supports.literals {
        // Such a client knows commands only (LSP 3.17, `codeActionLiteralSupport`).
        return command.map(lsp::CodeActionOrCommand::Command);
    }
    let diagnostics = action
        .finding
        .filter(|_| action.is_fix)
        .map(|finding| vec![diagnostic(target.text, target.uri, &finding, client)]);
    Some(lsp::CodeActionOrCommand::CodeAction(lsp::CodeAction {
        title: action.title,
        kind: Some(kind_of(action.kind)),
        diagnostics,
        edit,
        command,
        is_preferred: (supports.preferred && action.is_preferred).then_some(true),
        ..lsp::CodeAction::default()
    }))
}

fn workspace_edit(
    target: Target<'_>,
    edits: Vec<TextEdit>,
    client: &Capabilities,
) -> lsp::WorkspaceEdit {
    if client.action.versioned {
        let change = document_edit(target, edits, client);
        return document_changes(lsp::DocumentChanges::Edits(vec![change]));
    }
    let edits = edits
        .into_iter()
        .map(|one| edit(target.text, one, client.encoding));
    lsp::WorkspaceEdit {
        changes: Some(HashMap::from([(target.uri.clone(), edits.collect())])),
        ..lsp::WorkspaceEdit::default()
    }
}

/// The edit of a settings file; `None` where there is none yet and the client cannot make one.
fn settings_edit(change: SettingsChange, client: &Capabilities) -> Option<lsp::WorkspaceEdit> {
    let target = Target {
        text: &change.text,
        uri: &change.uri,
        version: change.version,
    };
    let edits = vec![change.edit];
    if !change.is_new {
        return Some(workspace_edit(target, edits, client));
    }
    if !client.action.creates {
        return None;
    }
    // Without options it fails where there is such a file by now, and nothing is written over.
    let create = lsp::ResourceOp::Create(lsp::CreateFile {
        uri: change.uri.clone(),
        options: None,
        annotation_id: None,
    });
    let operations = vec![
        lsp::DocumentChangeOperation::Op(create),
        lsp::DocumentChangeOperation::Edit(document_edit(target, edits, client)),
    ];
    Some(document_changes(lsp::DocumentChanges::Operations(
        operations,
    )))
}

fn document_edit(
    target: Target<'_>,
    edits: Vec<TextEdit>,
    client: &Capabilities,
) -> lsp::TextDocumentEdit {
    let edits = edits
        .into_iter()
        .map(|one| lsp::OneOf::Left(edit(target.text, one, client.encoding)));
    lsp::TextDocumentEdit {
        text_document: lsp::OptionalVersionedTextDocumentIdentifier {
            uri: target.uri.clone(),
            version: target.version,
        },
        edits: edits.collect(),
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

/// The address of the page that a command asks for.
pub fn page_of(params: &lsp::ExecuteCommandParams) -> Option<lsp::Uri> {
    let rule = params.arguments.first()?.as_str()?;
    registry::rule(rule)?.docs_url()?.parse().ok()
}
