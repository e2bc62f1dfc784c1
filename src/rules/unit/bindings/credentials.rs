//! Credentials that clients are asked for as headers or in the query. Whether a scheme describes
//! them is seen in the whole document (`document::credentials`).

use crate::rules::finding::{Data, Finding};
use crate::rules::messages::{fold, quoted};
use crate::rules::registry;
use crate::rules::unit::parts::{Part, PartKind};
use crate::syntax::node::{Entry, Node};

/// What a header or parameter is by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::rules) enum Credential {
    /// `Authorization`: credentials of an HTTP authentication scheme (RFC 9110 section 11.6.2).
    Authorization,
    /// An API key.
    Key,
    /// An access token.
    Token,
}

/// What a name stands for, if it is that of a credential.
pub(in crate::rules) fn credential(name: &str) -> Option<Credential> {
    let folded = fold(name);
    match folded.strip_prefix('x').unwrap_or(&folded) {
        "authorization" | "proxyauthorization" => Some(Credential::Authorization),
        "apikey" | "apitoken" => Some(Credential::Key),
        "accesstoken" | "authtoken" | "bearertoken" | "token" => Some(Credential::Token),
        _ => None,
    }
}

/// Finds credentials among the headers of a message.
pub(super) fn check_message(part: Part<'_>, out: &mut Vec<Finding>) {
    if part.kind == PartKind::Message {
        let headers = properties(part.node, "headers");
        // A `token` of a message may as well be one of a device or a page.
        let named =
            headers.filter(|entry| !fold(entry.key.value()).trim_start_matches('x').eq("token"));
        out.extend(named.filter_map(asked));
    }
}

/// Finds credentials among the headers and query parameters of a binding (`ws`, `http`).
pub(super) fn check_binding(binding: Node<'_>, out: &mut Vec<Finding>) {
    for name in ["headers", "query"] {
        out.extend(properties(binding, name).filter_map(asked));
    }
}

/// The properties of the schema of a field.
fn properties<'t>(node: Node<'t>, name: &str) -> impl Iterator<Item = Entry<'t>> {
    let schema = node.get(name);
    let properties = schema.and_then(|schema| schema.value.get("properties"));
    properties
        .into_iter()
        .flat_map(|properties| properties.value.entries())
}

fn asked(property: Entry<'_>) -> Option<Finding> {
    let name = property.key.value();
    let kind = match credential(name)? {
        Credential::Authorization => "`type: http`, for example",
        Credential::Key => "`type: httpApiKey`, for example",
        Credential::Token => "`type: http` with `scheme: bearer`, for example",
    };
    let message = format!(
        "{} carries a credential, but no security scheme describes it; declare one ({kind}) \
         and require it in `security`",
        quoted(name)
    );
    let rule = registry::CREDENTIAL_WITHOUT_SCHEME;
    let finding = Finding::new(rule, property.key.range(), message);
    Some(finding.with_data(Data::Asked(name.to_owned())))
}
