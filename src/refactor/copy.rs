//! A copy of a declared scheme that requires other scopes (3.x, where scopes are part of the
//! scheme).

use super::change::{Change, Effect, RefactorKind, Refusal, checked};
use super::names::{component, declaration, name_holes, scoped, with_scopes};
use super::offers::Offers;
use super::place::{entry_at, unquoted};
use crate::analysis::Analysis;
use crate::edits::draft::Draft;
use crate::edits::path::NodePath;
use crate::edits::template::Template;
use crate::model::facts::{EntryForm, Scheme};
use crate::rules::fix::holes::Hole;
use crate::rules::fix::names::{DECLARED, fresh_name, pointer_to};
use crate::rules::messages::quoted;

/// Offers a copy with other scopes of the scheme that the reference at an offset means.
pub(super) fn offer(analysis: &Analysis, offset: usize, found: &mut Offers<'_>) {
    let model = &analysis.model;
    let Some(entry) = entry_at(model, offset) else {
        return;
    };
    let EntryForm::Reference(reference) = &entry.entry.form else {
        return;
    };
    let target = reference.target.as_ref().map(|target| &*target.text);
    let Some(name) = target.and_then(|target| component(analysis, target)) else {
        return;
    };
    let is_v3 = model.version.is_some_and(|version| version.is_v3());
    let Some(scheme) = model.component(&name).filter(|_| is_v3) else {
        return;
    };
    let kind = scheme.fact.scheme_type.as_ref();
    if !kind.is_some_and(|kind| matches!(&*kind.value.text, "oauth2" | "openIdConnect")) {
        return;
    }
    let scope = likely(scheme.fact);
    let new = fresh_name(model, &with_scopes(&name, &[&scope]));
    let (shown, copied) = (quoted(&name), quoted(&new));
    let title = format!("Require other scopes here: copy {shown} as {copied}");
    found.push(RefactorKind::Rewrite, title, || {
        copy(analysis, &entry.pointer(), &name, &new, &scope)
    });
}

/// The first declared scope that the scheme does not require.
fn likely(scheme: &Scheme) -> String {
    let asked: Vec<&str> = (scheme.required_scopes())
        .map(|scope| &*scope.text)
        .collect();
    let mut declared = scheme.declared_scopes();
    let scope = declared.find(|scope| !asked.contains(&&*scope.name.text));
    scope.map_or("scope".to_owned(), |scope| scope.name.text.to_string())
}

fn copy(
    analysis: &Analysis,
    pointer: &str,
    name: &str,
    new: &str,
    scope: &str,
) -> Result<Change, Refusal> {
    let mut draft = Draft::new(&analysis.document);
    let scheme = draft.copy(&declaration(analysis, name));
    let scopes = Template::FlowList(vec![scope.to_owned()]);
    let scheme = scheme.and_then(|scheme| scoped(scheme, scopes));
    let Some(scheme) = scheme else {
        return Refusal::because(format!("{} is a reference itself.", quoted(name)));
    };
    let done = draft.set_text(&format!("{pointer}/$ref"), &pointer_to(new));
    let done = done.and_then(|()| draft.insert_at(&DECLARED, new, &scheme));
    done.ok_or_else(Refusal::unwritable)?;
    let mut holes = name_holes(draft.document(), new);
    let scopes = format!("{}/scopes/0", declaration(analysis, new));
    let path = NodePath::at_pointer(draft.document().tree(), &scopes);
    holes.extend(path.map(|path| Hole {
        range: unquoted(path.node()),
        guess: scope.to_owned(),
    }));
    holes.sort_by_key(|hole| hole.range.start());
    let change = Change {
        edits: draft.finish(),
        holes,
        new_file: None,
    };
    checked(analysis, change, Effect::Changes)
}
