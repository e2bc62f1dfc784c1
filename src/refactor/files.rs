//! A declared scheme moves into a file of its own, and back.

use super::change::{Change, Effect, NewFile, RefactorKind, Refactoring, Refusal, checked};
use super::names::declaration;
use super::place::{component_at, path_at};
use crate::analysis::Analysis;
use crate::edits::draft::Draft;
use crate::edits::path::NodePath;
use crate::edits::template::{self, Template, member};
use crate::model::references::target::is_external;
use crate::rules::messages::quoted;
use crate::spec::is_component_key;
use crate::syntax::document::Document;
use crate::syntax::format::Format;
use crate::syntax::leaf::NodeKind;
use crate::syntax::node::Node;

/// Offers to move the declared scheme at an offset into a file of its own.
pub(super) fn offer(analysis: &Analysis, offset: usize, found: &mut Vec<Refactoring>) {
    let Some((name, scheme)) = component_at(&analysis.model, offset) else {
        return;
    };
    if scheme.fact.reference.is_some() || !is_component_key(name) {
        return;
    }
    let file = file_name(analysis, name);
    found.push(Refactoring {
        title: format!("Move {} to {}", quoted(name), quoted(&file)),
        kind: RefactorKind::Move,
        result: move_out(analysis, name, file),
    });
}

fn file_name(analysis: &Analysis, name: &str) -> String {
    match analysis.document.tree().format() {
        Format::Yaml => format!("{name}.yaml"),
        Format::Json => format!("{name}.json"),
    }
}

/// Moves a declared scheme into a new file beside the document, and refers to it.
pub fn move_out(analysis: &Analysis, name: &str, file: String) -> Result<Change, Refusal> {
    let pointer = declaration(analysis, name);
    let mut draft = Draft::new(&analysis.document);
    let Some(Template::Piece { lines, .. }) = draft.moved_value(&pointer) else {
        return Err(Refusal::unwritable());
    };
    let scheme = draft.node(&pointer);
    let is_bound = scheme.is_some_and(|scheme| names_anchors(scheme, 0));
    if is_bound {
        return Refusal::because("An anchor or alias in it ends at the end of its file.");
    }
    let line_break = analysis.document.text().line_break(0);
    let text = format!("{}{line_break}", lines.join(line_break));
    let reference = Template::Map(vec![member("$ref", Template::text(format!("./{file}")))]);
    draft
        .put(&pointer, &reference)
        .ok_or_else(Refusal::unwritable)?;
    let change = Change {
        edits: draft.finish(),
        holes: Vec::new(),
        new_file: Some(NewFile { name: file, text }),
    };
    checked(analysis, change, Effect::Changes)
}

/// How deep anchors are looked for; schemes are not that deep.
const MAX_DEPTH: usize = 32;

/// Whether a part of the text has an anchor or an alias.
fn names_anchors(node: Node<'_>, depth: usize) -> bool {
    depth > MAX_DEPTH
        || node.kind() == NodeKind::Alias
        || node.anchor().is_some()
        || (node.entries().map(|entry| entry.value))
            .chain(node.items())
            .any(|child| names_anchors(child, depth + 1))
}

/// The text of the `$ref` of the declared scheme at an offset, if it leads to another file.
pub fn reference_at(analysis: &Analysis, offset: usize) -> Option<&str> {
    let (_, scheme) = component_at(&analysis.model, offset)?;
    let target = scheme.fact.reference.as_ref()?.target.as_ref()?;
    is_external(&target.text).then_some(&target.text)
}

/// Moves a scheme from another file back to where the document refers to it. `pointer` is its
/// place in the other file. That file stays as it is: others may refer to it.
pub fn move_back(
    analysis: &Analysis,
    offset: usize,
    other: &Document,
    pointer: &str,
) -> Result<Change, Refusal> {
    let here = path_at(analysis, offset);
    let name = component_at(&analysis.model, offset).map(|(name, _)| name);
    let (Some(name), Some(_)) = (name, here) else {
        return Refusal::because("There is no declared scheme at this place.");
    };
    let Some(path) = NodePath::at_pointer(other.tree(), pointer) else {
        return Refusal::because("The other file has no scheme at that place.");
    };
    let is_same = other.tree().format() == analysis.document.tree().format();
    let moved = template::moved(other, path.entry().map(|entry| entry.key), path.node());
    let scheme = match moved.filter(|_| is_same) {
        Some(moved) => Some(moved),
        None => template::copy(other.tree(), path.node()),
    };
    let mut draft = Draft::new(&analysis.document);
    let done = scheme.and_then(|scheme| draft.put(&declaration(analysis, name), &scheme));
    done.ok_or_else(Refusal::unwritable)?;
    checked(analysis, draft.finish().into(), Effect::Changes)
}
