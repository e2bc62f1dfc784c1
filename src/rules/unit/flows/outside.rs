//! Fields of a flow that stand in the map of flows, beside the flow or without one.

use crate::rules::finding::Finding;
use crate::rules::messages::quoted;
use crate::rules::registry;
use crate::spec::spec;
use crate::syntax::node::{Entry, Node};

/// How many entries from the first on are fields of one flow that are not below its name: one
/// cause, whatever else could be said of each of them. With what to do about it.
pub(super) fn fields_outside(entries: &[Entry<'_>]) -> Option<(usize, Finding)> {
    let first = entries.first()?;
    let is_flow = spec().flow(first.key.value()).is_some();
    let names = usize::from(is_flow && first.value.is_missing() && !first.key.lacks_colon());
    let fields = (entries.iter().skip(names))
        .take_while(|entry| spec().is_flow_field(entry.key.value()) && !entry.key.lacks_colon())
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
