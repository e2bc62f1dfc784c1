//! A declared scheme takes the place of the reference to it (3.x).

use super::change::{Change, Effect, RefactorKind, Refusal, checked};
use super::names::{component, declaration, uses};
use super::offers::Offers;
use super::place::entry_at;
use crate::analysis::Analysis;
use crate::edits::draft::Draft;
use crate::edits::template::Template;
use crate::model::facts::{EntryForm, Reference};
use crate::model::references::target::is_external;
use crate::rules::messages::quoted;

/// Offers to write the scheme in place of the reference at an offset.
pub(super) fn offer(analysis: &Analysis, offset: usize, found: &mut Offers<'_>) {
    let model = &analysis.model;
    let Some(entry) = entry_at(model, offset) else {
        return;
    };
    let EntryForm::Reference(reference) = &entry.entry.form else {
        return;
    };
    let Some(target) = &reference.target else {
        return;
    };
    if !model.version.is_some_and(|version| version.is_v3()) {
        return;
    }
    let kind = RefactorKind::Inline;
    if is_external(&target.text) {
        let title = "Write the scheme in place of its reference".to_owned();
        let reason = format!("It is declared in {}.", quoted(&target.text));
        found.push(kind, title, || Refusal::because(reason));
        return;
    }
    let Some(name) = component(analysis, &target.text) else {
        return;
    };
    if model.component(&name).is_none() {
        return;
    }
    let pointer = entry.pointer();
    let shown = quoted(&name);
    let title = format!("Write {shown} in place of its reference");
    found.push(kind, title, || {
        inline(analysis, &pointer, reference, &name, false)
    });
    // Files that refer to the declaration need it.
    let others = &model.surroundings;
    let is_ours = others.is_complete && !others.used_schemes.contains(&name);
    if is_ours && uses(analysis).get(&name) == Some(&1) {
        let title = format!("Write {shown} in place of its only reference and remove it");
        found.push(kind, title, || {
            inline(analysis, &pointer, reference, &name, true)
        });
    }
}

fn inline(
    analysis: &Analysis,
    pointer: &str,
    reference: &Reference,
    name: &str,
    removes: bool,
) -> Result<Change, Refusal> {
    if !reference.siblings.is_empty() {
        let reason = "What stands beside `$ref` has no effect and would be lost: remove it first.";
        return Refusal::because(reason);
    }
    let declared = declaration(analysis, name);
    let mut draft = Draft::new(&analysis.document);
    let is_in_flow = |pointer: &str| {
        let list = draft.place(pointer).and_then(|place| place.path.parent());
        list.is_some_and(|list| list.is_in_flow())
    };
    let moved = draft.moved(&declared);
    let scheme = match moved {
        // Lines with indentation cannot stand between brackets.
        Some(Template::Piece { is_block: true, .. }) | None if is_in_flow(pointer) => {
            draft.copy(&declared)
        }
        moved => moved,
    };
    let scheme = scheme.ok_or_else(Refusal::unwritable)?;
    draft
        .put(pointer, &scheme)
        .ok_or_else(Refusal::unwritable)?;
    if removes {
        draft.remove(&declared).ok_or_else(Refusal::unwritable)?;
    }
    checked(analysis, draft.finish().into(), Effect::Keeps)
}
