//! A validator that uses only the table of the specification.

use asyncapi_security_lsp::spec::{
    Field, FieldKind, Object, Version, is_component_key, is_extension, spec,
};
use fluent_uri::{Uri, UriRef};
use serde_json::{Map, Value};

/// Objects of the table are nested at most this deep.
const DEPTH: usize = 8;

/// Whether the security parts of a document are valid in its version.
pub fn is_valid(document: &Value) -> bool {
    let Some(version) = version_of(document) else {
        return false;
    };
    let components = &document["components"];
    let schemes = is_absent_or(components, "securitySchemes", |schemes| {
        object_is_valid("securitySchemes", schemes, version, DEPTH)
    });
    schemes && carriers(document).all(|(name, carrier)| carrier_is_valid(name, carrier, version))
}

/// Servers, operations and traits, each with the name of its object.
fn carriers(document: &Value) -> impl Iterator<Item = (&'static str, &Value)> {
    let servers = members(&document["servers"]);
    let channels = members(&document["channels"]);
    let mut operations = members(&document["operations"]);
    operations.extend(
        channels
            .into_iter()
            .filter_map(|channel| channel.get("publish")),
    );
    let mut traits = members(&document["components"]["operationTraits"]);
    for operation in &operations {
        traits.extend(operation["traits"].as_array().into_iter().flatten());
    }
    let named = |name| move |value| (name, value);
    servers
        .into_iter()
        .map(named("server"))
        .chain(operations.into_iter().map(named("operation")))
        .chain(traits.into_iter().map(named("operationTrait")))
}

fn members(map: &Value) -> Vec<&Value> {
    map.as_object()
        .map(|map| map.values().collect())
        .unwrap_or_default()
}

/// Of these objects the table has only `security`, so the other fields are ignored.
fn carrier_is_valid(name: &str, carrier: &Value, version: Version) -> bool {
    is_absent_or(carrier, "security", |security| {
        let field = spec()
            .object(name)
            .and_then(|object| object.field("security", version));
        field.is_some_and(|field| value_is_valid(field, security, version, DEPTH))
    })
}

fn version_of(document: &Value) -> Option<Version> {
    let mut parts = document["asyncapi"].as_str()?.split('.');
    let major = parts.next()?.parse().ok()?;
    let minor = parts.next()?.parse().ok()?;
    Version::from_parts(major, minor)
}

fn is_absent_or(parent: &Value, key: &str, check: impl Fn(&Value) -> bool) -> bool {
    parent.get(key).is_none_or(check)
}

fn object_is_valid(name: &str, value: &Value, version: Version, depth: usize) -> bool {
    let Some(object) = spec().object(name) else {
        return false;
    };
    let Some(map) = value.as_object() else {
        return false;
    };
    if depth == 0 || !version.is_within(object.since, object.until) {
        return false;
    }
    if let Some(target) = &object.map_of {
        return map.iter().all(|(key, value)| {
            let key_is_valid = name != "securitySchemes" || is_component_key(key);
            key_is_valid && member_is_valid(object, target, value, version, depth - 1)
        });
    }
    if !object.one_of.is_empty() {
        return choose(object, map)
            .is_some_and(|chosen| object_is_valid(chosen, value, version, depth - 1));
    }
    fields_are_valid(object, map, version, depth - 1)
}

/// Which of the objects it is: with `$ref` a reference, else by `type`.
fn choose<'a>(object: &'a Object, map: &Map<String, Value>) -> Option<&'a str> {
    if let [only] = object.one_of.as_slice() {
        return Some(only);
    }
    let wanted = if map.contains_key("$ref") {
        "reference"
    } else {
        map.get("type")?.as_str()?
    };
    object
        .one_of
        .iter()
        .map(String::as_str)
        .find(|name| *name == wanted)
}

fn fields_are_valid(
    object: &Object,
    map: &Map<String, Value>,
    version: Version,
    depth: usize,
) -> bool {
    let complete = object
        .required_in(version)
        .all(|field| map.contains_key(&field.name));
    complete
        && map
            .iter()
            .all(|(key, value)| match object.field(key, version) {
                _ if object.forbids(key) => false,
                Some(field) => {
                    is_in_company(field, map) && value_is_valid(field, value, version, depth)
                }
                None => !object.closed || (object.extensions && is_extension(key)),
            })
}

fn is_in_company(field: &Field, map: &Map<String, Value>) -> bool {
    let Some((other, wanted)) = &field.only_with else {
        return true;
    };
    map.get(other).and_then(Value::as_str) == Some(wanted)
}

fn value_is_valid(field: &Field, value: &Value, version: Version, depth: usize) -> bool {
    match &field.kind {
        FieldKind::String => value.as_str().is_some_and(|text| {
            let closed = !field.values.is_empty() && !field.open;
            !closed
                || field
                    .values
                    .iter()
                    .any(|v| v.value == text && v.since <= version)
        }),
        // An absolute URI has no fragment (RFC 3986 section 4.3).
        FieldKind::Uri => value
            .as_str()
            .is_some_and(|text| Uri::parse(text).is_ok_and(|uri| !uri.has_fragment())),
        FieldKind::UriReference => value
            .as_str()
            .is_some_and(|text| UriRef::parse(text).is_ok()),
        FieldKind::Object(name) => object_is_valid(name, value, version, depth),
        FieldKind::StringList => is_string_list(value),
        FieldKind::List(name) => value.as_array().is_some_and(|list| {
            list.iter()
                .all(|v| object_is_valid(name, v, version, depth))
        }),
        FieldKind::StringMap => value
            .as_object()
            .is_some_and(|map| map.values().all(Value::is_string)),
        FieldKind::Map(name) => value.as_object().is_some_and(|map| {
            map.values()
                .all(|v| object_is_valid(name, v, version, depth))
        }),
    }
}

fn member_is_valid(
    object: &Object,
    target: &str,
    value: &Value,
    version: Version,
    depth: usize,
) -> bool {
    match target {
        "string" => value.is_string(),
        "stringList" => is_string_list(value) && !(object.unique_items && has_duplicates(value)),
        name => object_is_valid(name, value, version, depth),
    }
}

fn is_string_list(value: &Value) -> bool {
    value
        .as_array()
        .is_some_and(|list| list.iter().all(Value::is_string))
}

fn has_duplicates(value: &Value) -> bool {
    let list = value.as_array().map_or(&[][..], Vec::as_slice);
    list.iter()
        .enumerate()
        .any(|(at, item)| list[..at].contains(item))
}
