//! A scheme that stands in a list becomes a declared one, to which the list refers (3.x).

use super::place::{EntryAt, entries, entry_at, unquoted};
use super::{Change, Meaning, RefactorKind, Refactoring, Refusal, checked};
use crate::analysis::Analysis;
use crate::edits::draft::Draft;
use crate::edits::path::NodePath;
use crate::model::DocumentKind;
use crate::model::facts::{Member, Scheme};
use crate::model::references::Resolver;
use crate::rules::fix::holes::Hole;
use crate::rules::fix::names::{DECLARED, fresh_name, pointer_to, reference_to};
use crate::rules::messages::quoted;
use crate::syntax::document::Document;
use crate::text::range::TextRange;

/// Offers to extract the inline scheme at an offset, or to refer to one that says the same.
pub(super) fn offer(analysis: &Analysis, offset: usize, found: &mut Vec<Refactoring>) {
    let model = &analysis.model;
    let is_v3 = model.version.is_some_and(|version| version.is_v3());
    if !is_v3 || model.kind != DocumentKind::AsyncApi {
        return;
    }
    let Some(entry) = entry_at(model, offset) else {
        return;
    };
    let Some(scheme) = entry.inline() else { return };
    let mut push = |title: String, result| {
        let kind = RefactorKind::Extract;
        found.push(Refactoring {
            title,
            kind,
            result,
        });
    };
    if let Some(name) = declared_twin(analysis, scheme) {
        let title = format!("Refer to {}, which says the same", quoted(name));
        push(title, refer(analysis, &[entry], name));
        return;
    }
    let name = fresh_name(model, &name_for(scheme));
    let shown = quoted(&name);
    let title = format!("Extract this scheme to `components.securitySchemes` as {shown}");
    push(title, extract(analysis, &[entry], &name));
    let copies = copies(analysis, scheme);
    if let [_, _, ..] = copies[..] {
        let count = copies.len();
        let title = format!("Extract all {count} copies of this scheme as {shown}");
        push(title, extract(analysis, &copies, &name));
    }
}

/// The declared scheme that says the same.
pub(super) fn declared_twin<'a>(analysis: &'a Analysis, scheme: &Scheme) -> Option<&'a str> {
    let mut declared = analysis.model.components();
    let twin = declared.find(|(_, other)| other.fact.fingerprint == scheme.fingerprint);
    twin.map(|(name, _)| name)
}

/// All entries that are this scheme.
fn copies<'a>(analysis: &'a Analysis, scheme: &Scheme) -> Vec<EntryAt<'a>> {
    let is_copy = |entry: &EntryAt<'_>| {
        (entry.inline()).is_some_and(|other| other.fingerprint == scheme.fingerprint)
    };
    entries(&analysis.model).filter(is_copy).collect()
}

/// A name for a scheme that has none.
pub fn name_for(scheme: &Scheme) -> String {
    let text = |member: &Option<Member>| {
        let value = member.as_ref().map(|member| member.value.text.clone());
        value.unwrap_or_default()
    };
    let kind = text(&scheme.scheme_type);
    let is_word = |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric());
    let http = text(&scheme.http_scheme).to_ascii_lowercase();
    match &*kind {
        "oauth2" => "oauth".to_owned(),
        "openIdConnect" => "openId".to_owned(),
        "X509" => "x509".to_owned(),
        "httpApiKey" => "apiKey".to_owned(),
        "http" if is_word(&http) => http,
        kind if is_word(kind) => kind.to_owned(),
        _ => "scheme".to_owned(),
    }
}

fn refer(analysis: &Analysis, places: &[EntryAt<'_>], name: &str) -> Result<Change, Refusal> {
    let mut draft = Draft::new(&analysis.document);
    for entry in places {
        let reference = reference_to(name);
        let done = draft.put_moved_item(&entry.pointer(), &reference);
        done.ok_or_else(Refusal::unwritable)?;
    }
    checked(analysis, draft.finish().into(), Meaning::Kept)
}

/// Declares the scheme that all these entries are, and refers to it from each.
fn extract(analysis: &Analysis, places: &[EntryAt<'_>], name: &str) -> Result<Change, Refusal> {
    let tree = analysis.document.tree();
    if Resolver::new(tree, &analysis.model).is_hidden("/components/securitySchemes") {
        return Refusal::because("The schemes are declared in another file.");
    }
    let mut draft = Draft::new(&analysis.document);
    let mut moved = None;
    for entry in places {
        let pointer = entry.pointer();
        moved = moved.or_else(|| draft.moved(&pointer));
        let done = draft.put_moved_item(&pointer, &reference_to(name));
        done.ok_or_else(Refusal::unwritable)?;
    }
    let scheme = moved.ok_or_else(Refusal::unwritable)?;
    let done = draft.insert_at(&DECLARED, name, &scheme);
    done.ok_or_else(Refusal::unwritable)?;
    let holes = name_holes(draft.document(), name);
    let edits = draft.finish();
    let change = Change {
        edits,
        holes,
        new_file: None,
    };
    checked(analysis, change, Meaning::Kept)
}

/// Where a new name stands: its declaration, and the ends of the references to it.
pub(super) fn name_holes(document: &Document, name: &str) -> Vec<Hole> {
    let declared = format!("/components/securitySchemes/{name}");
    let path = NodePath::at_pointer(document.tree(), &declared);
    let key = path.and_then(|path| Some(unquoted(path.entry()?.key)));
    let pointer = pointer_to(name);
    let text = document.text();
    let found = text.occurrences(TextRange::new(0, text.len()), &pointer);
    let ends = found.into_iter().map(|at| at + pointer.len());
    // A longer name may begin with this one.
    let is_end = |end: &usize| text.byte(*end).is_none_or(|next| !is_name(next));
    let references = ends
        .filter(is_end)
        .map(|end| TextRange::new(end - name.len(), end));
    let mut holes: Vec<Hole> = (references.chain(key))
        .map(|range| Hole {
            range,
            guess: name.to_owned(),
        })
        .collect();
    holes.sort_by_key(|hole| hole.range.start);
    holes
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"._-~%/".contains(&byte)
}
