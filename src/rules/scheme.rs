//! Security schemes: dispatch on `type`, then the field table of that type
//! (SPEC.md D, "Suggested checking order").

mod fields;
mod types;

use super::context::UnitContext;
use super::finding::Finding;
use super::http;
use super::oauth2;
use super::openid;
use super::ref_object::{self, Holder};
use super::rule::Severity;
use super::subject::{Subject, kind_of, value_of};
use super::words::{listed, quoted};
use crate::model::{DocumentKind, Fragment};
use crate::rules::registry;
use crate::spec::{Object, is_component_key, is_extension, spec};
use crate::syntax::node::{Entry, Node};

/// What OpenAPI and older drafts write beside `type: oauth2` in place of `flows`.
const FLOW_SETTINGS: [&str; 6] = [
    "flow",
    "authorizationUrl",
    "tokenUrl",
    "refreshUrl",
    "deviceAuthorizationUrl",
    "oauth2MetadataUrl",
];

/// Checks a named scheme: its name, if names are limited here, and the scheme.
pub(super) fn check_component(context: &UnitContext<'_>, out: &mut Vec<Finding>) {
    let is_component = context.pointer.starts_with("/components/securitySchemes/")
        || (context.kind == DocumentKind::Fragment(Fragment::Components)
            && context.pointer.starts_with("/securitySchemes/"));
    if let Some(key) = context.key.filter(|key| is_component && !key.lacks_colon()) {
        let name = key.value();
        if is_extension(name) && !looks_like_scheme(context, context.value) {
            // The map has no extension fields: the schemas read this as a scheme.
            out.push(Finding::new(
                registry::SECURITY_SCHEMES_EXTENSION_KEY,
                key.range(),
                format!(
                    "{} is read as a security scheme here; move it to `components` \
                     or into a scheme",
                    quoted(name)
                ),
            ));
            return;
        }
        if !is_component_key(name) {
            out.push(Finding::new(
                registry::SECURITY_SCHEMES_KEY_INVALID,
                key.range(),
                format!(
                    "{} is no valid component name; use letters, digits, `.`, `-` and `_` only",
                    quoted(name)
                ),
            ));
        }
    }
    if is_component && let Some(field) = stray_field(context) {
        // The line with the scheme's name is gone, and its fields stand where names belong.
        if field == "type" {
            out.push(Finding::new(
                registry::SECURITY_SCHEME_NOT_OBJECT,
                context.key.unwrap_or(context.value).range(),
                "the name of the scheme is missing above this; write it on a line of its own, \
                 and indent the fields below it",
            ));
        }
        return;
    }
    check_scheme(context, context.key, context.value, out);
}

/// The field of a scheme that stands in the place of a scheme's name.
fn stray_field<'t>(context: &UnitContext<'t>) -> Option<&'t str> {
    let name = context.key?.value();
    let is_field = spec()
        .scheme_types()
        .iter()
        .filter_map(|one| spec().object(&one.value))
        .any(|object| object.field(name, context.version).is_some());
    let is_flows = name == "flows" && context.tree.field(context.value, "type").is_none();
    (is_field && (!context.value.is_mapping() || is_flows) && !context.value.is_missing())
        .then_some(name)
}

fn looks_like_scheme(context: &UnitContext<'_>, value: Node<'_>) -> bool {
    ["type", "$ref"]
        .iter()
        .any(|name| context.tree.field(value, name).is_some())
}

/// Checks a scheme or a reference to one, wherever it stands.
pub(super) fn check_scheme<'t>(
    context: &UnitContext<'t>,
    key: Option<Node<'t>>,
    value: Node<'t>,
    out: &mut Vec<Finding>,
) {
    if key.is_some_and(Node::lacks_colon) {
        return;
    }
    let Some(node) = context.tree.resolve(value) else {
        return;
    };
    if !node.is_mapping() {
        out.push(not_object(key, value, node));
        return;
    }
    let scheme = Subject::new(context, key, node);
    if let Some(reference) = scheme.get("$ref") {
        ref_object::check(context, &scheme, reference, Holder::Scheme, out);
        return;
    }
    let Some(object) = types::object_of(context, &scheme, out) else {
        return;
    };
    let consumed = flow_settings(context, &scheme, object, out);
    fields::check_fields(context, &scheme, object, &consumed, out);
    match object.name.as_str() {
        "http" => http::check_scheme_name(context, &scheme, object, out),
        "httpApiKey" => {
            http::check_key_name(context, &scheme, out);
            http::check_key_place(context, &scheme, out);
        }
        "oauth2" => oauth2::check_scheme(context, &scheme, out),
        "openIdConnect" => openid::check_scheme(context, &scheme, out),
        "plain" => prefer_scram(context, &scheme, out),
        _ => {}
    }
}

fn prefer_scram<'t>(context: &UnitContext<'t>, scheme: &Subject<'t>, out: &mut Vec<Finding>) {
    if let Some(entry) = scheme.get("type")
        && scheme.text(context, "type").is_some()
    {
        out.push(Finding::new(
            registry::SASL_PLAIN_PREFER_SCRAM,
            entry.value.range(),
            "PLAIN shows the password to the server; prefer `scramSha256` or `scramSha512`",
        ));
    }
}

fn not_object(key: Option<Node<'_>>, value: Node<'_>, node: Node<'_>) -> Finding {
    let name = key.map_or_else(|| "the scheme".to_owned(), |key| quoted(key.value()));
    let hint = node.as_str().and_then(types::shorthand);
    let message = match hint {
        _ if value.is_missing() => {
            format!("{name} has no value yet; write a security scheme with a `type`")
        }
        Some(hint) => format!("{name} must be an object; write {hint}"),
        None => format!(
            "{name} must be an object with a `type`, not {}",
            kind_of(node)
        ),
    };
    let place = match key {
        Some(key) if value.is_missing() || node.is_sequence() => key.range(),
        _ => value.range(),
    };
    Finding::new(registry::SECURITY_SCHEME_NOT_OBJECT, place, message)
}

/// Finds flow settings beside `type` (the shape of OpenAPI 2); returns the fields that this
/// explains.
fn flow_settings<'t>(
    context: &UnitContext<'t>,
    scheme: &Subject<'t>,
    object: &Object,
    out: &mut Vec<Finding>,
) -> Vec<&'t str> {
    if object.name != "oauth2" {
        return Vec::new();
    }
    let settings: Vec<Entry<'t>> = scheme
        .fields
        .iter()
        .filter(|entry| {
            FLOW_SETTINGS.contains(&entry.key.value())
                && value_of(context, **entry).is_some_and(|value| !value.is_mapping())
        })
        .copied()
        .collect();
    let Some(first) = settings.first() else {
        return Vec::new();
    };
    let names = listed(settings.iter().map(|entry| entry.key.value()), "and");
    let verb = if settings.len() == 1 { "is" } else { "are" };
    let mut finding = Finding::new(
        registry::OPENAPI_OAUTH2_SHAPE,
        first.key.range(),
        format!("{names} {verb} not read here; write the flow below `flows`, under its name"),
    );
    for setting in settings.iter().skip(1) {
        finding = finding.with_part(setting.key.range(), "this belongs into the flow, too");
    }
    if scheme.has("flows") {
        // The schemas let any field pass beside `flows`.
        finding = finding.at(Severity::Warning);
    }
    out.push(finding);
    let mut consumed: Vec<&str> = settings.iter().map(|entry| entry.key.value()).collect();
    if !scheme.has("flows") {
        consumed.extend(["scopes", "deprecated"]);
    }
    consumed
}
