//! Bindings: the address of a schema registry, policies of queues and topics, ciphers, and
//! credentials that are sent as headers or in the query.

pub(in crate::rules) mod credentials;
pub(in crate::rules) mod ibmmq;
mod policies;

use crate::rules::context::UnitContext;
use crate::rules::finding::Finding;
use crate::rules::registry;
use crate::rules::rule::Rule;
use crate::rules::unit::parts::Part;
use crate::rules::unit::urls;
use crate::syntax::node::Node;

/// The rules that hold for the URL of a schema registry, which is no endpoint of OAuth.
const OF_REGISTRY: [&Rule; 3] = [
    registry::URL_NOT_HTTPS,
    registry::URL_SECRET_IN_QUERY,
    registry::URL_USERINFO,
];

/// Checks the bindings of the parts of a unit. The names of fields are those of the binding
/// specifications (<https://github.com/asyncapi/bindings>).
pub(super) fn check<'t>(context: &UnitContext<'t>, parts: &[Part<'t>], out: &mut Vec<Finding>) {
    for part in parts {
        credentials::check_message(*part, out);
        let Some(bindings) = part.bindings() else {
            continue;
        };
        for binding in bindings.entries() {
            check_binding(context, binding.key.value(), binding.value, out);
        }
    }
}

fn check_binding<'t>(
    context: &UnitContext<'t>,
    protocol: &str,
    binding: Node<'t>,
    out: &mut Vec<Finding>,
) {
    match protocol {
        "kafka" => {
            if let Some(entry) = binding.get("schemaRegistryUrl") {
                urls::check_only(context, entry, &OF_REGISTRY, out);
            }
        }
        "ibmmq" => out.extend(ibmmq::check(context, binding)),
        "sns" | "sqs" => policies::check(binding, out),
        _ => {}
    }
    credentials::check_binding(binding, out);
}
