//! A copy of a declared scheme that requires other scopes (3.x, where scopes are part of the
//! scheme).

use super::extract::name_holes;
use super::inline::{component, declaration};
use super::place::{entry_at, unquoted};
use super::{Change, Meaning, RefactorKind, Refactoring, Refusal, checked};
use crate::analysis::Analysis;
use crate::edits::draft::Draft;
use crate::edits::path::NodePath;
use crate::edits::template::{Template, member};
use crate::model::facts::{EntryForm, Scheme};
use crate::rules::fix::holes::Hole;
use crate::rules::fix::names::{DECLARED, fresh_name, pointer_to};
use crate::rules::messages::quoted;

/// Offers a copy with other scopes of the scheme that the reference at an offset means.
pub(super) fn offer(analysis: &Analysis, offset: usize, found: &mut Vec<Refactoring>) {
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
    found.push(Refactoring {
        title: format!("Require other scopes here: copy {shown} as {copied}"),
        kind: RefactorKind::Rewrite,
        result: copy(analysis, &entry.pointer(), &name, &new, &scope),
    });
}

/// The first declared scope that the scheme does not require.
fn likely(scheme: &Scheme) -> String {
    let asked: Vec<&str> = (scheme.scopes.iter().flat_map(|list| &list.scopes))
        .map(|scope| &*scope.text)
        .collect();
    let mut declared = scheme.flows.iter().flat_map(|flow| &flow.scopes);
    let scope = declared.find(|scope| !asked.contains(&&*scope.name.text));
    scope.map_or("scope".to_owned(), |scope| scope.name.text.clone())
}

/// The name of a scheme that requires scopes: `oauth` with `orders:write` is `oauthOrdersWrite`.
pub(super) fn with_scopes(name: &str, scopes: &[&str]) -> String {
    let mut out = name.to_owned();
    let is_break = |sign: char| !sign.is_ascii_alphanumeric();
    for scope in scopes {
        // The last part of a scope that is a URL says what it is.
        let scope = scope.rsplit('/').next().unwrap_or(scope);
        for word in scope.split(is_break).filter(|word| !word.is_empty()) {
            out.push_str(&word[..1].to_ascii_uppercase());
            out.push_str(&word[1..]);
        }
    }
    const LONGEST: usize = 40;
    match out.len() > LONGEST {
        true => format!("{name}Scoped"),
        false => out,
    }
}

/// A copy of a scheme that requires these scopes.
pub(super) fn scoped(scheme: Template, scopes: Template) -> Option<Template> {
    let Template::Map(mut members) = scheme else {
        return None;
    };
    members.retain(|(key, _)| key.text() != Some("scopes"));
    members.push(member("scopes", scopes));
    Some(Template::Map(members))
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
    let scheme = scheme.ok_or_else(|| {
        let reason = format!("{} is a reference itself.", quoted(name));
        Refusal(reason)
    })?;
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
    holes.sort_by_key(|hole| hole.range.start);
    let change = Change {
        edits: draft.finish(),
        holes,
        new_file: None,
    };
    checked(analysis, change, Meaning::Changed)
}
