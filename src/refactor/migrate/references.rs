//! References to what was moved.

use super::moves::Moves;
use super::work::{Work, below, need};
use crate::model::references::target::local_pointer;
use crate::refactor::change::Refusal;
use crate::rules::url::encoded;
use crate::syntax::leaf::MAX_DEPTH;
use crate::syntax::node::Node;

/// Lets every reference to what was moved lead to its new place.
pub(super) fn rewrite(work: &mut Work<'_>) -> Result<(), Refusal> {
    let mut found = Vec::new();
    let root = work.draft.document().tree().root();
    collect(root, &work.moved, "", 0, &mut found);
    for (pointer, text) in found {
        need(work.draft.set_text(&pointer, &text))?;
    }
    Ok(())
}

/// Whether a reference leads to a place or into it, those of extensions in `components` apart.
pub(super) fn leads_into(work: &Work<'_>, place: &str) -> bool {
    let mut moved = Moves::default();
    moved.add(place.to_owned(), String::new());
    let mut found = Vec::new();
    let root = work.draft.document().tree().root();
    collect(root, &moved, "", 0, &mut found);
    found
        .iter()
        .any(|(pointer, _)| !pointer.starts_with("/components/x-"))
}

/// The references below a node that are to be rewritten, each with its new text.
fn collect(
    node: Node<'_>,
    moved: &Moves,
    pointer: &str,
    depth: usize,
    found: &mut Vec<(String, String)>,
) {
    if depth > MAX_DEPTH {
        return;
    }
    for entry in node.entries() {
        let key = entry.key.value();
        let pointer = below(pointer, key);
        match entry.value.as_str() {
            Some(text) if key == "$ref" => {
                found.extend(new_text(moved, text).map(|text| (pointer, text)));
            }
            Some(_) => {}
            None => collect(entry.value, moved, &pointer, depth + 1, found),
        }
    }
    for (at, item) in node.items().enumerate() {
        let pointer = format!("{pointer}/{at}");
        collect(item, moved, &pointer, depth + 1, found);
    }
}

fn new_text(moved: &Moves, text: &str) -> Option<String> {
    Some(reference(&moved.end(&local_pointer(text)?)?))
}

/// The text of a reference to a pointer (RFC 6901, section 6).
pub(super) fn reference(pointer: &str) -> String {
    format!("#{}", encoded(pointer).replace('#', "%23"))
}
