//! A mapping that is checked, and where findings about it go.

use std::collections::HashMap;

use crate::rules::context::UnitContext;
use crate::rules::finding::{Data, Finding};
use crate::rules::messages::quoted;
use crate::rules::registry;
use crate::rules::rule::Rule;
use crate::syntax::node::{Entry, Node, ScalarType};
use crate::text::range::TextRange;

/// A mapping that is checked, with merge keys resolved.
pub(super) struct Subject<'t> {
    /// Its fields; aliases in values are not resolved.
    pub(super) fields: Vec<Entry<'t>>,
    /// Where each field is, if they are many.
    places: HashMap<&'t str, usize>,
    /// The range for findings about all of it: its key, or its first key.
    pub(super) anchor: TextRange,
}

/// So many fields are searched one after the other.
const FEW_FIELDS: usize = 16;

impl<'t> Subject<'t> {
    /// The mapping of a key; `node` is not an alias.
    pub(super) fn new(context: &UnitContext<'t>, key: Option<Node<'t>>, node: Node<'t>) -> Self {
        let mut fields = context.tree.fields(node);
        fields.retain(|entry| entry.key.is_scalar());
        let anchor = key
            .map(Node::range)
            .or_else(|| node.entries().next().map(|entry| entry.key.range()))
            .unwrap_or_else(|| node.range());
        let mut places = HashMap::new();
        if fields.len() > FEW_FIELDS {
            let names = fields.iter().map(|entry| entry.key.value());
            // The first of a name counts.
            places.extend(names.enumerate().map(|(at, name)| (name, at)).rev());
        }
        Self {
            fields,
            places,
            anchor,
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<Entry<'t>> {
        if !self.places.is_empty() {
            return self.places.get(name).map(|at| self.fields[*at]);
        }
        let mut fields = self.fields.iter().copied();
        fields.find(|entry| entry.key.value() == name)
    }

    /// Whether the field exists, even half typed.
    pub(super) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// The text of a field, if it is a string.
    pub(super) fn text(&self, context: &UnitContext<'t>, name: &str) -> Option<&'t str> {
        context.tree.resolve(self.get(name)?.value)?.as_str()
    }
}

/// The value of an entry, with aliases resolved; `None` if the anchor is missing or the key half
/// typed.
pub(super) fn value_of<'t>(context: &UnitContext<'t>, entry: Entry<'t>) -> Option<Node<'t>> {
    if entry.key.lacks_colon() {
        return None;
    }
    context.tree.resolve(entry.value)
}

/// The range for a finding about a value: a scalar itself, else the key.
pub(super) fn value_place(entry: Entry<'_>, value: Node<'_>) -> TextRange {
    if entry.value.is_missing() || value.is_mapping() || value.is_sequence() {
        entry.key.range()
    } else {
        entry.value.range()
    }
}

/// A finding about a value of the wrong type; `wants` says what is expected.
pub(super) fn wrong_type(
    rule: &'static Rule,
    entry: Entry<'_>,
    value: Node<'_>,
    wants: &str,
) -> Finding {
    let name = quoted(entry.key.value());
    let message = if entry.value.is_missing() {
        format!("{name} has no value yet; write {wants}")
    } else {
        let what = kind_of(value);
        let quote = match value.scalar_type() {
            Some(ScalarType::Number | ScalarType::Bool) if wants == "a string" => {
                "; put it in quotes"
            }
            _ => "",
        };
        format!("{name} must be {wants}, not {what}{quote}")
    };
    Finding::new(rule, value_place(entry, value), message)
}

/// A finding about a value that must be an object or a list, as `wants` says.
pub(super) fn not_a_collection(
    rule: &'static Rule,
    entry: Entry<'_>,
    value: Node<'_>,
    wants: &str,
) -> Finding {
    begun(entry.value, wrong_type(rule, entry, value, wants))
}

/// Marks a finding about a key or a dash with nothing behind it: every object and list begins so.
pub(super) fn begun(value: Node<'_>, finding: Finding) -> Finding {
    if value.is_missing() {
        finding.with_data(Data::Begun)
    } else {
        finding
    }
}

/// The kind of a node in words.
pub(super) fn kind_of(node: Node<'_>) -> &'static str {
    match node.scalar_type() {
        Some(ScalarType::Null) => "null",
        Some(ScalarType::Bool) => "a boolean",
        Some(ScalarType::Number) => "a number",
        Some(ScalarType::String) => "a string",
        None if node.is_sequence() => "a list",
        None => "an object",
    }
}

/// The text of a value that must be a string; any other value gives a finding.
pub(super) fn expect_string<'t>(
    context: &UnitContext<'t>,
    entry: Entry<'t>,
    out: &mut Vec<Finding>,
) -> Option<&'t str> {
    let value = value_of(context, entry)?;
    let text = value.as_str();
    if text.is_none() {
        let rule = registry::SECURITY_SCHEME_FIELD_WRONG_TYPE;
        out.push(wrong_type(rule, entry, value, "a string"));
    }
    text
}
