//! References to what was moved.

use super::work::{Work, below, need};
use crate::model::references::target::local_pointer;
use crate::refactor::change::Refusal;
use crate::rules::url::encoded;
use crate::syntax::leaf::MAX_DEPTH;
use crate::syntax::node::Node;

/// Lets every reference to what was moved lead to its new place.
pub(super) fn rewrite(work: &mut Work<'_>) -> Result<(), Refusal> {
    if work.moved.is_empty() {
        return Ok(());
    }
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
    let moved = [(place.to_owned(), String::new())];
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
    moved: &[(String, String)],
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

fn new_text(moved: &[(String, String)], text: &str) -> Option<String> {
    let pointer = local_pointer(text)?;
    let rest = |old: &str| {
        let rest = pointer.strip_prefix(old)?;
        (rest.is_empty() || rest.starts_with('/')).then_some(rest)
    };
    let of_old = moved.iter().filter(|(old, _)| rest(old).is_some());
    let (old, new) = of_old.max_by_key(|(old, _)| old.len())?;
    let to = format!("{new}{}", rest(old)?);
    (*pointer != *to).then(|| reference(&to))
}

/// The text of a reference to a pointer (RFC 6901, section 6).
pub(super) fn reference(pointer: &str) -> String {
    format!("#{}", encoded(pointer).replace('#', "%23"))
}
