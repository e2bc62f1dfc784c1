//! Where completion and hover are requested.

use asyncapi_security_lsp::syntax::format::Format;
use serde_json::Value;

use crate::document::{Document, Place};

/// A text that is inserted before completion is requested.
pub struct Probe {
    /// The byte offset.
    pub offset: usize,
    /// The text before the cursor.
    pub before: String,
    /// The text after the cursor.
    pub after: String,
    /// A label that must be among the items.
    pub expected: &'static str,
}

/// The first child of an object or a list in YAML and in JSON, with `|` for the cursor, and the expected
/// label. Lines after the first are indented like the child.
type Row = (&'static str, [&'static str; 2], &'static str);

const KEY: [&str; 2] = ["|", "\"|\","];
const REFERENCE: [&str; 2] = [
    "- $ref: '#/components/securitySchemes/|'",
    "{ \"$ref\": \"#/components/securitySchemes/|\" },",
];
const TYPE: [&str; 2] = ["typed:\n  type: |", "\"typed\": {\n  \"type\": \"|\"\n},"];
const IN: [&str; 2] = [
    "typed:\n  type: apiKey\n  in: |",
    "\"typed\": {\n  \"type\": \"apiKey\",\n  \"in\": \"|\"\n},",
];
const FIELD: [&str; 2] = [
    "typed:\n  type: oauth2\n  |",
    "\"typed\": {\n  \"type\": \"oauth2\",\n  \"|\"\n},",
];

const COMPLETIONS: [Row; 10] = [
    ("components securitySchemes company", KEY, "description"),
    ("components securitySchemes login", KEY, "description"),
    ("components securitySchemes login flows", KEY, "implicit"),
    ("components securitySchemes", TYPE, "oauth2"),
    ("components securitySchemes", IN, "user"),
    ("components securitySchemes", FIELD, "flows"),
    ("servers gateway security", REFERENCE, "login"),
    ("servers cluster security", REFERENCE, "scram256"),
    ("operations * security", REFERENCE, "bearer"),
    ("operations * security", REFERENCE, "basic"),
];

/// Keys that are hovered.
const HOVERS: [&str; 10] = [
    "components securitySchemes login type",
    "components securitySchemes login flows",
    "components securitySchemes login scopes",
    "components securitySchemes login flows authorizationCode tokenUrl",
    "components securitySchemes deviceKey in",
    "components securitySchemes basic scheme",
    "components securitySchemes bearer bearerFormat",
    "components securitySchemes company openIdConnectUrl",
    "servers gateway security",
    "operations * security",
];

fn steps(path: &str) -> Vec<&str> {
    path.split(' ').collect()
}

/// Where completion is requested.
pub fn completions(document: &Document) -> Vec<Probe> {
    let probe = |(path, texts, expected): &Row| {
        let path = steps(path);
        let text = texts[usize::from(document.format == Format::Json)];
        let indent = format!("\n{}", document.indent(path.len()));
        let text = format!("{indent}{}", text.replace('\n', &indent));
        let (before, after) = text.split_once('|')?;
        Some(Probe {
            offset: document.inside(&path)?,
            before: before.to_owned(),
            after: after.to_owned(),
            expected,
        })
    };
    COMPLETIONS.iter().filter_map(probe).collect()
}

/// Where hover is requested.
pub fn hovers(document: &Document) -> Vec<Place> {
    let keys = HOVERS.iter().filter_map(|path| document.key(&steps(path)));
    keys.map(|offset| document.place(offset + 1)).collect()
}

/// Whether an item has the expected label, or is a reference that ends with it.
pub fn offers(result: &Value, expected: &str) -> bool {
    let items = result.as_array().or_else(|| result["items"].as_array());
    let is_meant = |item: &Value| {
        let label = item["label"].as_str().unwrap_or_default();
        let label = label.trim_matches(['"', '\'', ' ']);
        label == expected || label.rsplit('/').next() == Some(expected)
    };
    items.is_some_and(|items| items.iter().any(is_meant))
}
