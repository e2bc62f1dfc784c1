//! A declared scheme moves into a file of its own, and back.

use super::change::{Change, Effect, NewFile, RefactorKind, Refusal, checked};
use super::names::declaration;
use super::offers::Offers;
use super::place::component_at;
use crate::analysis::Analysis;
use crate::edits::draft::Draft;
use crate::edits::template::{self, Template, member};
use crate::model::references::target::is_external;
use crate::rules::fix::comments;
use crate::rules::messages::quoted;
use crate::spec::is_component_key;
use crate::syntax::document::Document;
use crate::syntax::format::Format;
use crate::syntax::leaf::NodeKind;
use crate::syntax::node::Node;
use crate::text::TextEdit;
use crate::text::range::TextRange;

/// Offers to move the declared scheme at an offset into a file of its own.
pub(super) fn offer(analysis: &Analysis, offset: usize, found: &mut Offers<'_>) {
    let Some((name, scheme)) = component_at(&analysis.model, offset) else {
        return;
    };
    if scheme.fact.reference.is_some() || !is_component_key(name) {
        return;
    }
    let file = file_name(analysis, name);
    let title = format!("Move {} to {}", quoted(name), quoted(&file));
    found.push(RefactorKind::Move, title, || move_out(analysis, name, file));
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

/// The name of the declared scheme at an offset and the text of its `$ref`, if that leads to another
/// file.
pub fn reference_at(analysis: &Analysis, offset: usize) -> Option<(&str, &str)> {
    let (name, scheme) = component_at(&analysis.model, offset)?;
    let target = scheme.fact.reference.as_ref()?.target.as_ref()?;
    is_external(&target.text).then_some((name, &target.text))
}

/// Moves a scheme that is a file of its own back to where the document refers to it; that file is no
/// longer needed then.
pub fn move_back(analysis: &Analysis, name: &str, other: &Document) -> Result<Change, Refusal> {
    let root = other.tree().root();
    if !is_all(other, root.range()) {
        return Refusal::because("The file holds more than this scheme.");
    }
    if !root.is_mapping() || names_anchors(root, 0) || refers(root, 0) {
        let reason = "An anchor, alias or reference in it means something in its own file alone.";
        return Refusal::because(reason);
    }
    let is_same = other.tree().format() == analysis.document.tree().format();
    let moved = template::moved(other, None, root).filter(|_| is_same);
    let scheme = moved.or_else(|| template::copy(other.tree(), root));
    let mut draft = Draft::new(&analysis.document);
    let done = scheme.and_then(|scheme| draft.put(&declaration(analysis, name), &scheme));
    done.ok_or_else(Refusal::unwritable)?;
    let change: Change = draft.finish().into();
    let written = change.edits.iter().map(|edit| &*edit.new_text);
    let whole = TextEdit {
        range: TextRange::new(0, other.text().len()),
        new_text: written.collect(),
    };
    if comments::are_lost(other, &[whole]) {
        return Refusal::because("A comment of the file would be lost: move it first.");
    }
    checked(analysis, change, Effect::Changes)
}

/// Whether nothing but comments stands around a part of a text.
fn is_all(document: &Document, part: TextRange) -> bool {
    let text = document.text();
    let before = text.slice(TextRange::new(0, part.start()));
    let after = text.slice(TextRange::new(part.end(), text.len()));
    let is_fine = |line: &str| {
        let line = line.trim();
        line.is_empty() || line == "---" || line.starts_with('#') || line.starts_with("//")
    };
    before.lines().chain(after.lines()).all(is_fine)
}

/// Whether a part of the text has a `$ref`.
fn refers(node: Node<'_>, depth: usize) -> bool {
    depth > MAX_DEPTH
        || node.get("$ref").is_some()
        || (node.entries().map(|entry| entry.value))
            .chain(node.items())
            .any(|child| refers(child, depth + 1))
}
