//! Parameters of channels: in 2.x with a schema, in 3.x always texts.

use super::work::{Work, below, need};
use crate::edits::template::{Template, member};
use crate::refactor::change::Refusal;
use crate::syntax::format::Format;
use crate::syntax::node::Node;

/// What a parameter of 3.x has of the schema of 2.x.
const SHARED: [&str; 3] = ["enum", "default", "examples"];

/// Takes the schemas of a map of parameters apart. A schema that says more stays as an extension.
pub(super) fn to_v3(work: &mut Work<'_>, map: &str) {
    for name in work.draft.keys(map) {
        let parameter = below(map, &name);
        work.attempt(&parameter, |work| take_apart(work, &parameter));
    }
}

fn take_apart(work: &mut Work<'_>, parameter: &str) -> Result<(), Refusal> {
    let schema = below(parameter, "schema");
    let Some(node) = work.draft.node(&schema) else {
        return Ok(());
    };
    if work.is_reference(parameter)? {
        return Ok(());
    }
    let is_described = work.has(parameter, "description") && node.get("description").is_some();
    if is_described || !is_of_texts(node) || has_comments(work, node) {
        return work.extend(parameter, &["schema"]);
    }
    for field in ["description", "enum", "default", "examples"] {
        let from = below(&schema, field);
        if work.draft.node(&from).is_some() {
            let value = need(work.draft.moved(&from))?;
            need(work.draft.insert(parameter, field, &value, &[]))?;
        }
    }
    need(work.draft.remove(&schema))
}

/// Whether a schema says no more than which texts there are.
fn is_of_texts(schema: Node<'_>) -> bool {
    let is_fine = |key: &str, value: Node<'_>| match key {
        "type" => value.as_str() == Some("string"),
        "default" | "description" => value.as_str().is_some(),
        "enum" | "examples" => {
            value.is_sequence() && value.items().all(|item| item.as_str().is_some())
        }
        _ => false,
    };
    let mut entries = schema.entries();
    schema.is_mapping() && entries.all(|entry| is_fine(entry.key.value(), entry.value))
}

fn has_comments(work: &Work<'_>, node: Node<'_>) -> bool {
    let document = work.draft.document();
    let text = document.text();
    let mut range = node.range();
    range.end = text.line_range(text.line_of(range.end)).end;
    let source = text.slice(range);
    match document.tree().format() {
        Format::Yaml => source.contains('#'),
        Format::Json => source.contains("//") || source.contains("/*"),
    }
}

/// Gives the parameters of a map a schema.
pub(super) fn to_v2(work: &mut Work<'_>, map: &str) {
    for name in work.draft.keys(map) {
        let parameter = below(map, &name);
        work.attempt(&parameter, |work| put_together(work, &parameter));
    }
}

fn put_together(work: &mut Work<'_>, parameter: &str) -> Result<(), Refusal> {
    let node = work.draft.node(parameter);
    if node.is_none_or(|node| node.is_missing()) || work.is_reference(parameter)? {
        return Ok(());
    }
    let mut schema = vec![member("type", Template::text("string"))];
    for field in SHARED {
        let from = below(parameter, field);
        if work.draft.node(&from).is_some() {
            schema.push(member(field, need(work.draft.take(&from))?));
        }
    }
    let order = ["description", "schema", "location"];
    let schema = Template::Map(schema);
    need(work.draft.insert(parameter, "schema", &schema, &order))
}
