//! What stands at a place.

use crate::analysis::Analysis;
use crate::edits::layout::starts_line;
use crate::edits::path::NodePath;
use crate::model::facts::{EntryForm, Scheme, SecurityEntry, Site};
use crate::model::{InUnit, Model, UnitRef};
use crate::syntax::document::Document;
use crate::syntax::node::Node;
use crate::text::range::TextRange;

/// An entry of a `security` list.
#[derive(Debug, Clone, Copy)]
pub struct EntryAt<'m> {
    /// Its unit.
    pub unit: UnitRef<'m>,
    /// What has the list.
    pub site: &'m Site,
    /// Its index in the list.
    pub index: usize,
    /// The entry.
    pub entry: &'m SecurityEntry,
}

impl<'m> EntryAt<'m> {
    /// Its JSON Pointer.
    pub fn pointer(&self) -> String {
        format!("{}/security/{}", self.site.pointer, self.index)
    }

    /// Its range in the document.
    pub fn range(&self) -> TextRange {
        self.entry.range.shifted(self.unit.base)
    }

    /// The scheme that the entry itself is.
    pub fn inline(&self) -> Option<&'m Scheme> {
        match self.entry.form {
            EntryForm::Inline(index) => self.unit.unit.schemes().get(index),
            _ => None,
        }
    }
}

/// An offset at the dash of an item stands for the item.
pub fn settled(document: &Document, offset: usize) -> usize {
    let text = document.text();
    if !starts_line(text, offset) {
        return offset;
    }
    let rest = text.behind(offset);
    let after = rest.trim_start();
    let dashes = after.len() - after.trim_start_matches(['-', ' ']).len();
    match after.starts_with("- ") {
        true => offset + (rest.len() - after.len()) + dashes,
        false => offset,
    }
}

/// Every entry of a list, in the order of the units.
pub fn entries(model: &Model) -> impl Iterator<Item = EntryAt<'_>> {
    model.units().flat_map(|unit| {
        unit.unit.sites().iter().flat_map(move |site| {
            let lists = site.security.iter().filter(|list| list.is_list);
            let entries = lists.flat_map(|list| list.entries.iter().enumerate());
            entries.map(move |(index, entry)| EntryAt {
                unit,
                site,
                index,
                entry,
            })
        })
    })
}

/// The entry of a list at an offset.
pub fn entry_at(model: &Model, offset: usize) -> Option<EntryAt<'_>> {
    entries(model).find(|entry| entry.range().touches(offset))
}

/// The declared scheme at an offset, with its name.
pub fn component_at(model: &Model, offset: usize) -> Option<(&str, InUnit<'_, Scheme>)> {
    let touches = |scheme: &InUnit<'_, Scheme>| {
        let anchor = scheme.abs(scheme.fact.anchor());
        anchor.cover(scheme.abs(scheme.fact.range)).touches(offset)
    };
    model.components().find(|(_, scheme)| touches(scheme))
}

/// The path to the innermost node at an offset.
pub fn path_at(analysis: &Analysis, offset: usize) -> Option<NodePath<'_>> {
    NodePath::of_range(analysis.document.tree(), TextRange::empty(offset))
}

/// What is shown of what stands at a JSON Pointer: its key, or all of it where it is a scalar or an
/// item. Where nothing stands it is that of what is around.
pub fn mark(analysis: &Analysis, pointer: &str) -> TextRange {
    let mut pointer = pointer;
    while let Some((around, _)) = pointer.rsplit_once('/') {
        if let Some(path) = NodePath::at_pointer(analysis.document.tree(), pointer) {
            let entry = path.entry().filter(|entry| !entry.value.is_scalar());
            return entry.map_or(path.node().range(), |entry| entry.key.range());
        }
        pointer = around;
    }
    let version = analysis.model.version_field.as_ref();
    version.map_or(TextRange::empty(0), |field| field.range)
}

/// The range of a scalar without its quotes.
pub fn unquoted(node: Node<'_>) -> TextRange {
    let range = node.range();
    match node.source().starts_with(['"', '\'']) {
        true => TextRange::new(range.start() + 1, range.end().saturating_sub(1)),
        false => range,
    }
}
