//! A scheme that stands in a list becomes a declared one, to which the list refers (3.x).

use super::change::{Change, Effect, RefactorKind, Refusal, checked};
use super::names::{declared_twin, name_for, name_holes};
use super::offers::Offers;
use super::place::{EntryAt, entries, entry_at};
use crate::analysis::Analysis;
use crate::edits::draft::Draft;
use crate::model::DocumentKind;
use crate::model::facts::Scheme;
use crate::model::references::Resolver;
use crate::rules::fix::names::{DECLARED, fresh_name, reference_to};
use crate::rules::messages::quoted;

/// Offers to extract the inline scheme at an offset, or to refer to one that says the same.
pub(super) fn offer(analysis: &Analysis, offset: usize, found: &mut Offers<'_>) {
    let model = &analysis.model;
    let is_v3 = model.version.is_some_and(|version| version.is_v3());
    if !is_v3 || model.kind != DocumentKind::AsyncApi {
        return;
    }
    let Some(entry) = entry_at(model, offset) else {
        return;
    };
    let Some(scheme) = entry.inline() else { return };
    let kind = RefactorKind::Extract;
    if let Some(name) = declared_twin(analysis, scheme) {
        let title = format!("Refer to {}, which says the same", quoted(name));
        found.push(kind, title, || refer(analysis, &[entry], name));
        return;
    }
    let name = fresh_name(model, &name_for(scheme));
    let shown = quoted(&name);
    let title = format!("Extract this scheme to `components.securitySchemes` as {shown}");
    found.push(kind, title, || extract(analysis, &[entry], &name));
    let copies = copies(analysis, scheme);
    if let [_, _, ..] = copies[..] {
        let count = copies.len();
        let title = format!("Extract all {count} copies of this scheme as {shown}");
        found.push(kind, title, || extract(analysis, &copies, &name));
    }
}

/// All entries that are this scheme.
fn copies<'a>(analysis: &'a Analysis, scheme: &Scheme) -> Vec<EntryAt<'a>> {
    let is_copy = |entry: &EntryAt<'_>| {
        (entry.inline()).is_some_and(|other| other.fingerprint == scheme.fingerprint)
    };
    entries(&analysis.model).filter(is_copy).collect()
}

fn pointers(places: &[EntryAt<'_>]) -> Vec<String> {
    places.iter().map(EntryAt::pointer).collect()
}

/// Lets items refer to a scheme to which their texts were moved.
fn put_moved_items(draft: &mut Draft, pointers: &[String], name: &str) -> Option<()> {
    let reference = reference_to(name);
    let mut pointers = pointers.iter();
    pointers.try_for_each(|pointer| draft.put_moved_item(pointer, &reference))
}

fn refer(analysis: &Analysis, places: &[EntryAt<'_>], name: &str) -> Result<Change, Refusal> {
    let mut draft = Draft::new(&analysis.document);
    let done = put_moved_items(&mut draft, &pointers(places), name);
    done.ok_or_else(Refusal::unwritable)?;
    checked(analysis, draft.finish().into(), Effect::Keeps)
}

/// Declares the scheme that all these entries are, and refers to it from each.
fn extract(analysis: &Analysis, places: &[EntryAt<'_>], name: &str) -> Result<Change, Refusal> {
    let tree = analysis.document.tree();
    if Resolver::new(tree, &analysis.model).is_hidden("/components/securitySchemes") {
        return Refusal::because("The schemes are declared in another file.");
    }
    let mut draft = Draft::new(&analysis.document);
    let pointers = pointers(places);
    let moved = pointers.iter().find_map(|pointer| draft.moved(pointer));
    let scheme = moved.ok_or_else(Refusal::unwritable)?;
    let done = put_moved_items(&mut draft, &pointers, name);
    let done = done.and_then(|()| draft.insert_at(&DECLARED, name, &scheme));
    done.ok_or_else(Refusal::unwritable)?;
    let holes = name_holes(draft.document(), name);
    let edits = draft.finish();
    let change = Change {
        edits,
        holes,
        new_file: None,
    };
    checked(analysis, change, Effect::Keeps)
}
