//! Parameters of channels: in 2.x with a schema, in 3.x always texts.

use super::work::{Placed, Work, below, need};
use crate::edits::draft::Place;
use crate::edits::template::{NewMember, Template, member};
use crate::refactor::change::Refusal;
use crate::syntax::format::Format;
use crate::syntax::node::Node;

/// What a parameter of 3.x has of the schema of 2.x.
const SHARED: [&str; 3] = ["enum", "default", "examples"];

/// Takes the schemas of parameters apart. A schema that says more stays as an extension.
pub(super) fn to_v3(work: &mut Work<'_>, all: Vec<String>) {
    let (mut plain, mut others) = (Vec::new(), Vec::new());
    for parameter in all {
        let kind = work.attempt(&parameter, |work| kind(work, &parameter));
        match kind.flatten() {
            Some(true) => plain.push(parameter),
            Some(false) => others.push(parameter),
            None => {}
        }
    }
    work.extend(&mut others, &["schema"]);
    for field in ["description", "enum", "default", "examples"] {
        work.each(&mut plain, |work, parameter| {
            let from = below(&below(parameter, "schema"), field);
            if work.draft.node(&from).is_none() {
                return Ok(());
            }
            let value = need(work.draft.moved(&from))?;
            need(work.draft.insert(parameter, field, &value, &[]))
        });
    }
    work.remove(&mut plain, &["schema"]);
}

/// Whether a parameter can be taken apart; `None` if it need not.
fn kind(work: &Work<'_>, parameter: &str) -> Result<Option<bool>, Refusal> {
    let Some(schema) = work.draft.place(&below(parameter, "schema")) else {
        return Ok(None);
    };
    if work.is_reference(parameter)? {
        return Ok(None);
    }
    let node = schema.path.node();
    let is_described = work.has(parameter, "description") && node.get("description").is_some();
    Ok(Some(
        !is_described && is_of_texts(node) && !has_comments(&schema),
    ))
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

fn has_comments(schema: &Place<'_>) -> bool {
    let text = schema.document.text();
    let range = schema.path.node().range();
    let last_line = text.line_range(text.line_of(range.end()));
    let source = text.slice(range.with_end(last_line.end()));
    match schema.document.tree().format() {
        Format::Yaml => source.contains('#'),
        Format::Json => source.contains("//") || source.contains("/*"),
    }
}

/// A parameter with its schema, as far as that is known.
struct Parameter {
    pointer: String,
    schema: Vec<NewMember>,
}

impl Placed for Parameter {
    fn pointer(&self) -> &str {
        &self.pointer
    }
}

/// Gives parameters a schema.
pub(super) fn to_v2(work: &mut Work<'_>, all: Vec<String>) {
    let mut parameters = Vec::new();
    for pointer in all {
        let node = work.draft.node(&pointer);
        if node.is_none_or(|node| node.is_missing()) {
            continue;
        }
        if let Some(false) = work.attempt(&pointer, |work| work.is_reference(&pointer)) {
            let schema = vec![member("type", Template::text("string"))];
            parameters.push(Parameter { pointer, schema });
        }
    }
    for field in SHARED {
        work.each(&mut parameters, |work, parameter| {
            let from = below(&parameter.pointer, field);
            if work.draft.node(&from).is_some() {
                let value = need(work.draft.take(&from))?;
                parameter.schema.push(member(field, value));
            }
            Ok(())
        });
    }
    let order = ["description", "schema", "location"];
    work.each(&mut parameters, |work, parameter| {
        let schema = Template::Map(std::mem::take(&mut parameter.schema));
        need(
            work.draft
                .insert(&parameter.pointer, "schema", &schema, &order),
        )
    });
}
