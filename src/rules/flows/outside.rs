//! Fields of a flow that stand in the map of flows, beside the flow or without one.

use crate::rules::finding::Finding;
use crate::rules::registry;
use crate::rules::words::quoted;
use crate::spec::spec;
use crate::syntax::node::{Entry, Node};

/// Whether a name is that of a field of some flow in some version.
fn is_field_of_a_flow(name: &str) -> bool {
    let flows = spec().flows().iter();
    let mut objects = flows.filter_map(|flow| spec().object(&format!("flow.{}", flow.name)));
    objects.any(|object| object.fields.iter().any(|field| field.name == name))
}

/// How many entries from the first on are fields of one flow that are not below its name: one
/// cause, whatever else could be said of each of them. With what to do about it.
pub(super) fn fields_outside(entries: &[Entry<'_>]) -> Option<(usize, Finding)> {
    let first = entries.first()?;
    let is_flow = spec()
        .flows()
        .iter()
        .any(|flow| flow.name == first.key.value());
    let names = usize::from(is_flow && first.value.is_missing() && !first.key.lacks_colon());
    let fields = (entries.iter().skip(names))
        .take_while(|entry| is_field_of_a_flow(entry.key.value()) && !entry.key.lacks_colon())
        .count();
    let field = entries.get(names).filter(|_| fields > 0)?.key;
    let what = match fields {
        1 => "this".to_owned(),
        2 => "this and the field below it".to_owned(),
        many => format!("this and the {} fields below it", many - 1),
    };
    let message = if names > 0 {
        let flow = quoted(first.key.value());
        format!("indent {what} more than {flow}, whose fields they are")
    } else {
        nameless(field)
    };
    let message = if fields == 1 {
        message.replace("they are", "it is")
    } else {
        message
    };
    let finding = Finding::new(registry::OAUTH2_FLOW_UNKNOWN, field.range(), message);
    Some((names + fields, finding))
}

fn nameless(field: Node<'_>) -> String {
    format!(
        "the name of the flow is missing above {}; write it on a line of its own, and indent the fields below it",
        quoted(field.value())
    )
}
