//! Security schemes: dispatch on `type`, then the field table of that type
//! (SPEC.md D, "Suggested checking order").

use super::context::UnitContext;
use super::finding::Finding;
use super::ref_object::{self, Holder};
use super::subject::{Subject, expect_string, kind_of, value_of, value_place, wrong_type};
use super::table::Severity;
use super::words::{listed, nearest, quoted};
use super::{flows, http, urls};
use crate::model::{DocumentKind, Fragment};
use crate::spec::{Field, FieldKind, Object, ValueSpec, is_component_key, is_extension, spec};
use crate::syntax::node::{Entry, Node, ScalarType};
use crate::text::range::TextRange;

const WRONG_TYPE: &str = "security-scheme-field-wrong-type";

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
                "security-schemes-extension-key",
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
                "security-schemes-key-invalid",
                key.range(),
                format!(
                    "{} is no valid component name; use letters, digits, `.`, `-` and `_` only",
                    quoted(name)
                ),
            ));
        }
    }
    check_scheme(context, context.key, context.value, out);
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
    let Some(object) = object_of(context, &scheme, out) else {
        return;
    };
    let consumed = flow_settings(context, &scheme, object, out);
    check_fields(context, &scheme, object, &consumed, out);
    match object.name.as_str() {
        "http" => http::check_scheme_name(context, &scheme, object, out),
        "httpApiKey" => http::check_key_name(context, &scheme, out),
        _ => {}
    }
}

fn not_object(key: Option<Node<'_>>, value: Node<'_>, node: Node<'_>) -> Finding {
    let name = key.map_or_else(|| "the scheme".to_owned(), |key| quoted(key.value()));
    let hint = node.as_str().and_then(shorthand);
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
    Finding::new("security-scheme-not-object", place, message)
}

/// The scheme that a lone word stands for: `basic` is `{type: http, scheme: basic}`.
fn shorthand(word: &str) -> Option<String> {
    if scheme_type(word).is_some() {
        return Some(format!("`type: {word}`"));
    }
    let alias = spec().type_alias(word)?;
    let fields: String = alias
        .fields
        .iter()
        .map(|(name, value)| format!(", {name}: {value}"))
        .collect();
    Some(format!("`{{type: {}{fields}}}`", alias.scheme_type))
}

fn scheme_type(name: &str) -> Option<&'static ValueSpec> {
    spec()
        .scheme_types()
        .iter()
        .find(|known| known.value == name)
}

/// The field table of the scheme's type; without one, what is wrong with `type` is found.
fn object_of(
    context: &UnitContext<'_>,
    scheme: &Subject<'_>,
    out: &mut Vec<Finding>,
) -> Option<&'static Object> {
    let Some(entry) = scheme.get("type") else {
        out.push(type_missing(context, scheme));
        return None;
    };
    let value = value_of(context, entry)?;
    let Some(name) = value.as_str() else {
        out.push(wrong_type(WRONG_TYPE, entry, value, "a scheme type"));
        return None;
    };
    let Some(known) = scheme_type(name) else {
        let message = type_unknown(context, scheme, name);
        out.push(Finding::new(
            "security-scheme-type-unknown",
            entry.value.range(),
            message,
        ));
        return None;
    };
    if context.version < known.since {
        out.push(Finding::new(
            "security-scheme-type-since",
            entry.value.range(),
            format!(
                "type `{name}` exists since AsyncAPI {}; raise `asyncapi`, or use another type",
                known.since.as_str()
            ),
        ));
        return None;
    }
    spec().object(name)
}

fn type_missing(context: &UnitContext<'_>, scheme: &Subject<'_>) -> Finding {
    let near = scheme.fields.iter().find(|entry| {
        !is_known_anywhere(entry.key.value()) && nearest(entry.key.value(), ["type"]).is_some()
    });
    let message = if let Some(near) = near {
        format!(
            "`type` is missing; {} is not read as `type`",
            quoted(near.key.value())
        )
    } else if let Some(guess) = guessed_type(context, scheme) {
        format!("`type` is missing; the other fields are those of `type: {guess}`")
    } else {
        "`type` is missing; add it, for example `type: http`".to_owned()
    };
    Finding::new("security-scheme-type-missing", scheme.anchor, message)
}

/// The only type that has all the fields that are written.
fn guessed_type(context: &UnitContext<'_>, scheme: &Subject<'_>) -> Option<&'static str> {
    let telling: Vec<_> = scheme
        .fields
        .iter()
        .filter(|entry| entry.key.value() != "description" && !is_extension(entry.key.value()))
        .collect();
    let mut fitting = spec().scheme_types().iter().filter(|known| {
        spec().object(&known.value).is_some_and(|object| {
            !telling.is_empty()
                && telling.iter().all(|entry| {
                    object
                        .field(entry.key.value(), context.version)
                        .is_some_and(|field| takes(context, field, **entry))
                })
        })
    });
    let guess = fitting.next()?;
    fitting.next().is_none().then_some(guess.value.as_str())
}

fn takes(context: &UnitContext<'_>, field: &Field, entry: Entry<'_>) -> bool {
    field.values.is_empty()
        || field.open
        || context.tree.resolve(entry.value).is_none_or(|value| {
            field
                .values
                .iter()
                .any(|known| known.value == value.value())
        })
}

fn type_unknown(context: &UnitContext<'_>, scheme: &Subject<'_>, name: &str) -> String {
    let shown = quoted(name);
    if let Some(alias) = spec().type_alias(name) {
        let mut right = alias.scheme_type.as_str();
        if right == "apiKey" && in_values("httpApiKey", scheme.text(context, "in")) {
            right = "httpApiKey";
        }
        let fields: String = alias
            .fields
            .iter()
            .map(|(name, value)| format!(" and `{name}: {value}`"))
            .collect();
        return format!("{shown} is no scheme type; write `{right}`{fields}");
    }
    let available = spec()
        .scheme_types()
        .iter()
        .filter(|known| known.since <= context.version)
        .map(|known| known.value.as_str());
    match nearest(name, available.clone()) {
        Some(right) => format!("{shown} is no scheme type; did you mean `{right}`?"),
        None => format!(
            "{shown} is no scheme type; write {}",
            listed(available, "or")
        ),
    }
}

/// Whether the text is a value that `in` takes for that scheme type.
fn in_values(scheme_type: &str, text: Option<&str>) -> bool {
    spec().object(scheme_type).is_some_and(|object| {
        object
            .fields
            .iter()
            .filter(|field| field.name == "in")
            .flat_map(|field| &field.values)
            .any(|known| Some(known.value.as_str()) == text)
    })
}

/// Whether a scheme type of any version has a field of that name.
pub(super) fn is_known_anywhere(name: &str) -> bool {
    !types_with(name).is_empty()
}

/// The scheme types that have a field of that name, in any version.
fn types_with(name: &str) -> Vec<&'static str> {
    spec()
        .scheme_types()
        .iter()
        .filter(|known| {
            spec()
                .object(&known.value)
                .is_some_and(|object| object.fields.iter().any(|field| field.name == name))
        })
        .map(|known| known.value.as_str())
        .collect()
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
        "openapi-oauth2-shape",
        first.key.range(),
        format!("{names} {verb} not read here; write the flow below `flows`, under its name"),
    );
    for setting in settings.iter().skip(1) {
        finding = finding.with(setting.key.range(), "this belongs into the flow, too");
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

/// Checks every field against the table of the type, and what is missing.
fn check_fields<'t>(
    context: &UnitContext<'t>,
    scheme: &Subject<'t>,
    object: &'static Object,
    consumed: &[&str],
    out: &mut Vec<Finding>,
) {
    let missing: Vec<&Field> = object
        .required_in(context.version)
        .filter(|field| !scheme.has(&field.name))
        .filter(|field| field.name != "flows" || consumed.is_empty())
        .collect();
    let mut meant: Vec<&str> = Vec::new();
    let mut foreign: Vec<Entry<'t>> = Vec::new();
    for entry in &scheme.fields {
        let name = entry.key.value();
        if name == "type" || entry.key.lacks_colon() || consumed.contains(&name) {
            continue;
        }
        if let Some(field) = object.field(name, context.version) {
            check_value(context, object, field, *entry, out);
        } else if is_extension(name) {
        } else if let Some(field) = object.fields.iter().find(|field| field.name == name) {
            out.push(other_version(object, field, entry.key.range()));
        } else if object.closed && is_known_anywhere(name) {
            foreign.push(*entry);
        } else {
            let absent = object
                .fields_in(context.version)
                .filter(|field| !scheme.has(&field.name))
                .map(|field| field.name.as_str());
            let near = nearest(name, absent);
            if let Some(near) = near {
                // A field of an open object is not found wrong by the schemas, but the one
                // that it means is found missing: then that is what is said.
                if !object.closed && missing.iter().any(|field| field.name == near) {
                    continue;
                }
                meant.push(near);
            }
            out.push(unknown_field(object, *entry, near));
        }
    }
    if let Some(finding) = not_applicable(context, scheme, object, &foreign) {
        out.push(finding);
    }
    let missing: Vec<&str> = missing
        .iter()
        .map(|field| field.name.as_str())
        .filter(|name| !meant.contains(name))
        .collect();
    if !missing.is_empty() {
        out.push(missing_fields(scheme, object, &missing));
    }
}

fn missing_fields(scheme: &Subject<'_>, object: &Object, missing: &[&str]) -> Finding {
    let verb = if missing.len() == 1 {
        "is missing; add it"
    } else {
        "are missing; add them"
    };
    let mut message = format!(
        "{} {verb}, type `{}` requires it",
        listed(missing.iter().copied(), "and"),
        object.name
    );
    if missing.len() > 1 {
        message = message.replace("requires it", "requires them");
    }
    let near = scheme.fields.iter().find(|entry| {
        !object.closed
            && !entry.key.lacks_colon()
            && !is_extension(entry.key.value())
            && !object
                .fields
                .iter()
                .any(|field| field.name == entry.key.value())
            && nearest(entry.key.value(), missing.iter().copied()).is_some()
    });
    if let Some(near) = near {
        message.push_str(&format!(" ({} is not read)", quoted(near.key.value())));
    }
    Finding::new("security-scheme-missing-field", scheme.anchor, message)
}

fn unknown_field(object: &Object, entry: Entry<'_>, near: Option<&str>) -> Finding {
    let name = entry.key.value();
    let shown = quoted(name);
    let hint = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None if spec()
            .flows()
            .iter()
            .any(|flow| flow_has_field(&flow.name, name))
            && object.name != "oauth2" =>
        {
            "it belongs into a flow of an `oauth2` scheme".to_owned()
        }
        None => "remove it, or let its name start with `x-`".to_owned(),
    };
    if object.closed {
        Finding::new(
            "security-scheme-unknown-field",
            entry.key.range(),
            format!("{shown} is no field of type `{}`; {hint}", object.name),
        )
    } else {
        Finding::new(
            "oauth2-unknown-field",
            entry.key.range(),
            format!(
                "{shown} is no field of type `{}` and has no effect; {hint}",
                object.name
            ),
        )
    }
}

fn flow_has_field(flow: &str, name: &str) -> bool {
    spec()
        .object(&format!("flow.{flow}"))
        .is_some_and(|object| object.fields.iter().any(|field| field.name == name))
}

/// One cause, one finding: a scheme that mixes two types is found once, at the first field.
fn not_applicable(
    context: &UnitContext<'_>,
    scheme: &Subject<'_>,
    object: &Object,
    foreign: &[Entry<'_>],
) -> Option<Finding> {
    // `apiKey` with a place of `httpApiKey` is wrong in `in` alone; see `bad_choice`.
    if object.name == "apiKey" && in_values("httpApiKey", scheme.text(context, "in")) {
        return None;
    }
    let first = foreign.first()?;
    let mut others = types_with(first.key.value());
    others.retain(|other| {
        foreign
            .iter()
            .all(|entry| types_with(entry.key.value()).contains(other))
    });
    if others.is_empty() {
        others = types_with(first.key.value());
    }
    let (verb, it) = if foreign.len() == 1 {
        ("belongs", "it")
    } else {
        ("belong", "them")
    };
    let names = listed(foreign.iter().map(|entry| entry.key.value()), "and");
    let mut finding = Finding::new(
        "security-scheme-field-not-applicable",
        first.key.range(),
        format!(
            "{names} {verb} to type {}, not to `{}`; remove {it}, or change `type`",
            listed(others, "or"),
            object.name
        ),
    );
    for entry in foreign.iter().skip(1) {
        finding = finding.with(entry.key.range(), "this does not belong here, too");
    }
    Some(finding)
}

/// A field that the type has in another version: `scopes` of a scheme.
fn other_version(object: &Object, field: &Field, place: TextRange) -> Finding {
    let message = format!(
        "`{}` of a scheme exists since AsyncAPI {}; \
         write scopes into the `security` entries that use the scheme",
        field.name,
        field.since.as_str()
    );
    let finding = Finding::new("scheme-scopes-since", place, message);
    // The schemas reject it where the type is closed, and let it pass for `oauth2`.
    if object.closed {
        finding.at(Severity::Error)
    } else {
        finding
    }
}

/// Checks the value of a known field.
fn check_value<'t>(
    context: &UnitContext<'t>,
    object: &Object,
    field: &Field,
    entry: Entry<'t>,
    out: &mut Vec<Finding>,
) {
    match &field.kind {
        FieldKind::String => {
            let Some(text) = expect_string(context, entry, out) else {
                return;
            };
            let is_known = field.values.iter().any(|known| known.value == text);
            if !field.values.is_empty() && !field.open && !is_known {
                out.push(bad_choice(object, field, entry, text));
            }
        }
        FieldKind::Uri => {
            if expect_string(context, entry, out).is_some() {
                urls::check(context, entry, out);
            }
        }
        FieldKind::Object(_) => {
            flows::check_flows(context, Some(entry.key), entry.value, out);
        }
        FieldKind::StringList => check_scopes(context, entry, out),
        _ => {}
    }
}

/// A value that `in` does not take.
fn bad_choice(object: &Object, field: &Field, entry: Entry<'_>, text: &str) -> Finding {
    let values = listed(field.values.iter().map(|known| known.value.as_str()), "or");
    let place = entry.value.range();
    if object.name == "apiKey" {
        let hint = if in_values("httpApiKey", Some(text)) {
            "; for HTTP use `type: httpApiKey`"
        } else {
            ""
        };
        return Finding::new(
            "api-key-in-invalid",
            place,
            format!(
                "`in` of type `apiKey` is {values}, not {}{hint}",
                quoted(text)
            ),
        );
    }
    let hint = if in_values("apiKey", Some(text)) {
        "; for user name and password of a connection use `type: apiKey`"
    } else {
        ""
    };
    Finding::new(
        "http-api-key-in-invalid",
        place,
        format!(
            "`in` of type `{}` is {values}, not {}{hint}",
            object.name,
            quoted(text)
        ),
    )
}

/// Checks the scopes that a 3.x scheme requires.
fn check_scopes<'t>(context: &UnitContext<'t>, entry: Entry<'t>, out: &mut Vec<Finding>) {
    const RULE: &str = "scheme-scopes-not-array";
    let Some(value) = value_of(context, entry) else {
        return;
    };
    if !value.is_sequence() {
        out.push(wrong_type(RULE, entry, value, "a list of scopes"));
        return;
    }
    for item in value.items() {
        let Some(scope) = context.tree.resolve(item) else {
            continue;
        };
        if scope.as_str().is_some() {
            continue;
        }
        let place = if item.is_missing() {
            value_place(entry, value)
        } else {
            item.range()
        };
        let quote = match scope.scalar_type() {
            Some(ScalarType::Number | ScalarType::Bool) => "; put it in quotes",
            _ => "",
        };
        let what = kind_of(scope);
        out.push(Finding::new(
            RULE,
            place,
            format!("a scope must be a string, not {what}{quote}"),
        ));
    }
}
