//! A scheme in a file of its own comes back into the document that refers to it.

use super::actions::{Action, ActionKind, Effect};
use crate::analysis::Analysis;
use crate::model::references::target::split;
use crate::refactor::change::{RefactorKind, Refusal};
use crate::refactor::files::{move_back, reference_at};
use crate::rules::messages::quoted;
use crate::rules::notation::in_notation;
use crate::text::range::TextRange;
use crate::workspace::bounds::Kept;
use crate::workspace::graph::connected::Connected;

/// Offers to move the scheme that the declaration at a place refers to back into the document.
/// `files` are the document and those that it has to do with, `kept` says of each why nothing is
/// changed in it.
pub fn offer(
    analysis: &Analysis,
    place: TextRange,
    files: &[Connected],
    kept: &[Option<Kept>],
) -> Option<Action> {
    let (name, text) = reference_at(analysis, place.start())?;
    let (path, pointer) = split(text);
    let is_whole = pointer.is_none_or(str::is_empty);
    let uri = files.first()?.targets.get(text).filter(|_| is_whole)?;
    let at = files.iter().position(|one| *one.file.uri == **uri)?;
    let uses = files.iter().map(|one| uses(one, uri)).sum();
    let effect = match result(analysis, name, &files[at], uses, kept.get(at).copied()) {
        Ok(effect) => effect,
        Err(refusal) => Effect::Refused(
            in_notation(&refusal.text(), analysis.document.tree().format()).into_owned(),
        ),
    };
    let title = format!("Move {} back from {}", quoted(name), quoted(path));
    Some(Action {
        title: in_notation(&title, analysis.document.tree().format()).into_owned(),
        kind: ActionKind::Refactor(RefactorKind::Move),
        effect,
        finding: None,
        is_fix: false,
        is_preferred: false,
    })
}

/// How often a file refers to another one.
fn uses(file: &Connected, uri: &str) -> usize {
    let references = file.names.mentions.references.iter();
    let targets = references.filter_map(|one| file.targets.get(&*one.text));
    targets.filter(|target| *target == uri).count()
}

fn result(
    analysis: &Analysis,
    name: &str,
    other: &Connected,
    uses: usize,
    kept: Option<Option<Kept>>,
) -> Result<Effect, Refusal> {
    if !analysis.model.surroundings.is_complete {
        return Refusal::because("Other files that may use it were not all read yet.");
    }
    if uses != 1 {
        return Refusal::because("Other places refer to the file, which would be gone.");
    }
    if kept.flatten().is_some() {
        return Refusal::because("The file is none that is changed from here.");
    }
    let change = move_back(analysis, name, &other.file.document)?;
    Ok(Effect::Join {
        edits: change.edits,
        uri: other.file.uri.to_string(),
    })
}
