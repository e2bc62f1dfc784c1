//! Builds the documents: for each object a minimal one, and one for each way to make it invalid.

use std::collections::BTreeSet;

use asyncapi_security_lsp::spec::{Field, FieldKind, Object, Version, spec};
use serde_json::{Map, Value, json};

use super::values::{field_names, urls, words, wrong_values};

/// A document and what it tests.
pub struct Case {
    pub label: String,
    pub document: Value,
}

/// A part of a document and what it tests.
type Part = (String, Value);

/// All documents for a version.
pub fn all(version: Version) -> Vec<Case> {
    let mut cases = Vec::new();
    let schemes = schemes(version);
    for (label, scheme) in &schemes {
        cases.push(in_components(
            version,
            &format!("component/{label}"),
            "s",
            scheme,
        ));
    }
    for key in ["a.B-c_1", "x-foo", "my key", "sch\u{e9}ma", "a/b", ""] {
        let scheme = json!({ "type": "userPassword" });
        cases.push(in_components(
            version,
            &format!("component-key/{key}"),
            key,
            &scheme,
        ));
    }
    for wrong in wrong_values() {
        let mut document = base(version);
        document["components"] = json!({ "securitySchemes": wrong });
        cases.push(Case {
            label: format!("schemes={wrong}"),
            document,
        });
    }
    let entries = if version.is_v3() {
        schemes
    } else {
        requirements()
    };
    for carrier in ["server", "operation", "inline-trait", "component-trait"] {
        for (label, list) in lists(version, &entries) {
            let label = format!("{carrier}/{label}");
            cases.push(Case {
                document: in_carrier(version, carrier, &list),
                label,
            });
        }
    }
    for text in versions(version) {
        let mut document = base(version);
        document["asyncapi"] = json!(text);
        cases.push(Case {
            label: format!("version/{text}"),
            document,
        });
    }
    cases
}

fn versions(version: Version) -> Vec<String> {
    let (major, minor) = (version.major(), version.minor());
    vec![
        format!("{major}.{minor}.0"),
        format!("{major}.{minor}.1"),
        format!("{major}.{minor}.0-rc1"),
        format!("{major}.9.0"),
        format!("1.{minor}.0"),
    ]
}

/// The minimal document that has a place for every object.
fn base(version: Version) -> Value {
    let asyncapi = version.as_str();
    let info = json!({ "title": "t", "version": "1" });
    if version.is_v3() {
        let server = json!({ "host": "broker.example.com", "protocol": "mqtt" });
        let operation = json!({ "action": "send", "channel": { "$ref": "#/channels/c" } });
        return json!({
            "asyncapi": asyncapi, "info": info, "servers": { "s": server },
            "channels": { "c": { "address": "c" } }, "operations": { "o": operation },
        });
    }
    let server = json!({ "url": "broker.example.com", "protocol": "mqtt" });
    json!({
        "asyncapi": asyncapi, "info": info, "servers": { "s": server },
        "channels": { "c": { "publish": {} } },
    })
}

fn in_components(version: Version, label: &str, key: &str, scheme: &Value) -> Case {
    let mut document = base(version);
    document["components"] = json!({ "securitySchemes": { key: scheme } });
    Case {
        label: label.to_owned(),
        document,
    }
}

fn in_carrier(version: Version, carrier: &str, list: &Value) -> Value {
    let mut document = base(version);
    let operation = if version.is_v3() {
        "/operations/o"
    } else {
        "/channels/c/publish"
    };
    let secured = json!({ "security": list });
    match carrier {
        "component-trait" => {
            document["components"] = json!({ "operationTraits": { "t": secured } })
        }
        "server" => document["servers"]["s"]["security"] = list.clone(),
        _ => {
            if let Some(operation) = document.pointer_mut(operation) {
                let inline = carrier == "inline-trait";
                let (key, value) = if inline {
                    ("traits", json!([secured]))
                } else {
                    ("security", list.clone())
                };
                operation[key] = value;
            }
        }
    }
    document
}

/// Values of `security`: each entry alone, two together, none, and no list at all.
fn lists(version: Version, entries: &[Part]) -> Vec<Part> {
    let good = if version.is_v3() {
        json!({ "$ref": "#/components/securitySchemes/s" })
    } else {
        json!({ "s": [] })
    };
    let mut lists: Vec<Part> = entries
        .iter()
        .map(|(label, entry)| (format!("security/{label}"), json!([entry])))
        .collect();
    lists.push(("security=empty".to_owned(), json!([])));
    lists.push(("security=twice".to_owned(), json!([good, good])));
    lists.extend(
        wrong_values()
            .into_iter()
            .map(|wrong| (format!("security={wrong}"), wrong)),
    );
    lists.extend(
        wrong_values()
            .into_iter()
            .map(|wrong| (format!("security=[{wrong}]"), json!([wrong]))),
    );
    lists.push((
        "security=other-major".to_owned(),
        if version.is_v3() {
            json!([{ "s": [] }])
        } else {
            json!([{ "$ref": "#/components/securitySchemes/s" }])
        },
    ));
    lists
}

/// Entries of AsyncAPI 2.
fn requirements() -> Vec<Part> {
    let mut parts: Vec<Part> = wrong_values()
        .into_iter()
        .map(|wrong| (format!("s={wrong}"), json!({ "s": wrong })))
        .collect();
    for entry in [
        json!({}),
        json!({ "s": ["a", "b"] }),
        json!({ "s": ["a", "a"] }),
        json!({ "s": ["a", "A"] }),
        json!({ "s": [], "t": ["a"] }),
        json!({ "s": [], "t": null }),
        json!({ "x-s": [] }),
        json!({ "x-s": "text" }),
        json!({ "type": "userPassword" }),
    ] {
        parts.push((entry.to_string(), entry));
    }
    parts
}

/// Valid and invalid schemes of every type, and references.
fn schemes(version: Version) -> Vec<Part> {
    let foreign = all_fields(|object| spec().scheme_types().iter().any(|v| v.value == object.name));
    let mut parts = Vec::new();
    for value in spec().scheme_types() {
        let Some(object) = spec().object(&value.value) else {
            continue;
        };
        let mut least = minimal(object, version);
        // Also test types that the version does not have.
        least.insert("type".to_owned(), json!(value.value));
        parts.extend(spoil(object, &least, &foreign, version));
        parts.extend(shouted(&least));
    }
    if let Some(object) = spec().object("reference") {
        parts.extend(spoil(
            object,
            &minimal(object, version),
            &BTreeSet::new(),
            version,
        ));
    }
    for alias in ["apikey", "basic", "bearer", "oauth", "mutualTLS", ""] {
        parts.push((format!("type={alias}"), json!({ "type": alias })));
    }
    parts.extend(http());
    parts.extend(flows(version));
    parts
}

/// `http` with and without `bearerFormat`.
fn http() -> Vec<Part> {
    let mut parts = Vec::new();
    for scheme in ["bearer", "Bearer", "BEARER", "basic", "not a token", ""] {
        let plain = json!({ "type": "http", "scheme": scheme });
        let format = json!({ "type": "http", "scheme": scheme, "bearerFormat": "JWT" });
        parts.push((format!("http={scheme}"), plain));
        parts.push((format!("http={scheme}+bearerFormat"), format));
    }
    parts
}

/// OAuth schemes with each flow, valid and invalid, and with all flows at once.
fn flows(version: Version) -> Vec<Part> {
    let foreign = all_fields(|object| object.name.starts_with("flow."));
    let mut parts = Vec::new();
    let mut together = Map::new();
    for flow in spec().flows() {
        let FieldKind::Object(name) = &flow.kind else {
            continue;
        };
        let Some(object) = spec().object(name) else {
            continue;
        };
        let least = minimal(object, version);
        for (label, value) in spoil(object, &least, &foreign, version) {
            parts.push((
                label,
                json!({ "type": "oauth2", "flows": { &flow.name: value } }),
            ));
        }
        together.insert(flow.name.clone(), Value::Object(least));
    }
    let all = json!({ "type": "oauth2", "flows": together });
    for key in ["x-a", "device", "authorization_code", "$ref"] {
        let mut spoiled = all.clone();
        spoiled["flows"][key] = json!({});
        parts.push((format!("flows+{key}"), spoiled));
    }
    parts.push(("flows=all".to_owned(), all));
    parts
}

/// The object with the required fields only.
fn minimal(object: &Object, version: Version) -> Map<String, Value> {
    object
        .required_in(version)
        .map(|field| (field.name.clone(), sample(field)))
        .collect()
}

/// A valid value for a field.
fn sample(field: &Field) -> Value {
    match &field.kind {
        FieldKind::String if field.open || field.values.is_empty() => json!("text"),
        FieldKind::String => json!(field.values.first().map_or("text", |value| &value.value)),
        FieldKind::Uri => json!("https://auth.example.com/path"),
        FieldKind::UriReference => json!("#/components/securitySchemes/s"),
        FieldKind::Object(_) | FieldKind::StringMap | FieldKind::Map(_) => json!({}),
        FieldKind::StringList | FieldKind::List(_) => json!([]),
    }
}

/// The object itself and all its mutations.
fn spoil(
    object: &Object,
    least: &Map<String, Value>,
    foreign: &BTreeSet<String>,
    version: Version,
) -> Vec<Part> {
    let name = &object.name;
    let with = |key: &str, value: Value| {
        let mut map = least.clone();
        map.insert(key.to_owned(), value);
        Value::Object(map)
    };
    let mut parts = vec![(name.clone(), Value::Object(least.clone()))];
    for key in least.keys() {
        let mut map = least.clone();
        map.remove(key);
        parts.push((format!("{name}-{key}"), Value::Object(map)));
    }
    for field in object.fields_in(version) {
        let key = &field.name;
        parts.push((format!("{name}.{key}"), with(key, sample(field))));
        for value in wrong_values() {
            parts.push((format!("{name}.{key}={value}"), with(key, value)));
        }
        for value in &field.values {
            parts.push((
                format!("{name}.{key}:{}", value.value),
                with(key, json!(value.value)),
            ));
        }
        if field.kind == FieldKind::String {
            let words = words().into_iter();
            parts
                .extend(words.map(|word| (format!("{name}.{key}~{word}"), with(key, json!(word)))));
        }
        if field.kind == FieldKind::Uri {
            parts.extend(
                urls()
                    .into_iter()
                    .map(|(label, url)| (format!("{name}.{key}:{label}"), with(key, json!(url)))),
            );
        }
    }
    for key in foreign.iter().filter(|key| !least.contains_key(*key)) {
        parts.push((
            format!("{name}+{key}"),
            with(key, json!("https://auth.example.com/path")),
        ));
        parts.push((format!("{name}+{key}={{}}"), with(key, json!({}))));
        parts.push((format!("{name}+{key}=[]"), with(key, json!([]))));
    }
    parts.push((
        format!("{name}+$ref"),
        with("$ref", json!("#/components/securitySchemes/s")),
    ));
    for key in [
        "unknown",
        "x-a",
        "x-a.b_c-d",
        "x-",
        "x-a b",
        "X-a",
        "xa",
        "",
    ] {
        parts.push((format!("{name}+{key}"), with(key, json!("text"))));
        parts.push((format!("{name}+{key}=null"), with(key, Value::Null)));
    }
    parts
}

/// The object with its texts in other case: all names and values are case-sensitive.
fn shouted(least: &Map<String, Value>) -> Vec<Part> {
    let texts = least
        .iter()
        .filter_map(|(key, value)| value.as_str().map(|text| (key, text)));
    texts
        .map(|(key, text)| {
            let mut map = least.clone();
            map.insert(key.clone(), json!(text.to_uppercase()));
            (format!("{least:?}: {key} in capitals"), Value::Object(map))
        })
        .collect()
}

/// Names of fields of some objects, in any version, and some that do not exist.
fn all_fields(wanted: impl Fn(&Object) -> bool) -> BTreeSet<String> {
    let objects = spec().objects().iter().filter(|object| wanted(object));
    let known = objects
        .flat_map(|object| &object.fields)
        .map(|field| field.name.clone());
    known
        .chain(field_names().into_iter().map(str::to_owned))
        .collect()
}
