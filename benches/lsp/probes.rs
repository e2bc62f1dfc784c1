//! Where an author of the security parts asks for something.

use asyncapi_security_lsp::syntax::document::Format;
use serde_json::Value;

use crate::Fallible;
use crate::document::{Document, Spot};

/// What is inserted in one go before completion is asked for.
pub struct Probe {
    /// Where, in bytes.
    pub offset: usize,
    /// What stands before the cursor.
    pub before: String,
    /// What stands behind it.
    pub after: String,
    /// What has to be among the labels.
    pub expected: &'static str,
}

const SCHEMES: &[&str] = &["components", "securitySchemes"];
const REFERENCE: [&str; 2] = [
    "- $ref: '#/components/securitySchemes/|'",
    "{ \"$ref\": \"#/components/securitySchemes/|\" },",
];
const KEY: [&str; 2] = ["|", "\"|\","];

/// The first child of an object or a list as it is in YAML and in JSON, `|` for the cursor. What
/// follows a line end is indented as the child.
type Row = (&'static [&'static str], [&'static str; 2], &'static str);

const COMPLETIONS: &[Row] = &[
    (
        &["components", "securitySchemes", "company"],
        KEY,
        "description",
    ),
    (
        &["components", "securitySchemes", "headerKey"],
        ["de|", "\"de|\","],
        "description",
    ),
    (
        &["components", "securitySchemes", "basic"],
        KEY,
        "description",
    ),
    (
        &["components", "securitySchemes", "clientCertificate"],
        KEY,
        "description",
    ),
    (
        &["components", "securitySchemes", "login"],
        KEY,
        "description",
    ),
    (
        &["components", "securitySchemes", "login", "flows"],
        KEY,
        "implicit",
    ),
    (
        &["components", "securitySchemes", "login", "flows"],
        ["pass|", "\"pass|\","],
        "password",
    ),
    (
        &[
            "components",
            "securitySchemes",
            "login",
            "flows",
            "clientCredentials",
        ],
        KEY,
        "refreshUrl",
    ),
    (
        SCHEMES,
        [
            "typed:\n  type: oauth2\n  |",
            "\"typed\": {\n  \"type\": \"oauth2\",\n  \"|\"\n},",
        ],
        "flows",
    ),
    (
        SCHEMES,
        [
            "typed:\n  type: oauth2\n  flows:\n    |",
            "\"typed\": {\n  \"type\": \"oauth2\",\n  \"flows\": {\n    \"|\"\n  }\n},",
        ],
        "authorizationCode",
    ),
    (
        SCHEMES,
        ["typed:\n  type: |", "\"typed\": {\n  \"type\": \"|\"\n},"],
        "oauth2",
    ),
    (
        SCHEMES,
        ["typed:\n  type: o|", "\"typed\": {\n  \"type\": \"o|\"\n},"],
        "openIdConnect",
    ),
    (
        SCHEMES,
        [
            "typed:\n  type: apiKey\n  in: |",
            "\"typed\": {\n  \"type\": \"apiKey\",\n  \"in\": \"|\"\n},",
        ],
        "user",
    ),
    (
        SCHEMES,
        [
            "typed:\n  type: httpApiKey\n  in: |",
            "\"typed\": {\n  \"type\": \"httpApiKey\",\n  \"in\": \"|\"\n},",
        ],
        "header",
    ),
    (
        SCHEMES,
        [
            "typed:\n  type: http\n  scheme: |",
            "\"typed\": {\n  \"type\": \"http\",\n  \"scheme\": \"|\"\n},",
        ],
        "bearer",
    ),
    (&["servers", "gateway", "security"], REFERENCE, "login"),
    (&["servers", "cluster", "security"], REFERENCE, "scram256"),
    (&["operations", "*", "security"], REFERENCE, "bearer"),
    (
        &["operations", "*", "security"],
        [
            "- $ref: '#/components/securitySchemes/b|'",
            "{ \"$ref\": \"#/components/securitySchemes/b|\" },",
        ],
        "basic",
    ),
    (
        &["operations", "*", "security"],
        ["- |", "{ \"|\" },"],
        "$ref: basic",
    ),
    (
        &["components", "securitySchemes", "login", "scopes"],
        ["- |", "\"|\","],
        "devices:write",
    ),
];

/// Where completion is asked for.
pub fn completions(document: &Document) -> Vec<Probe> {
    let probe = |(path, texts, expected): &Row| {
        let text = texts[usize::from(document.format == Format::Json)];
        let indent = format!("\n{}", document.indent(path.len()));
        let text = format!("{indent}{}", text.replace('\n', &indent));
        let (before, after) = text.split_once('|')?;
        Some(Probe {
            offset: document.inside(path)?,
            before: before.to_owned(),
            after: after.to_owned(),
            expected,
        })
    };
    COMPLETIONS.iter().filter_map(probe).collect()
}

/// Keys to hover, below `components.securitySchemes`.
const KEYS: &[&[&str]] = &[
    &["login", "type"],
    &["login", "flows"],
    &["login", "scopes"],
    &["login", "flows", "authorizationCode"],
    &["login", "flows", "authorizationCode", "authorizationUrl"],
    &["login", "flows", "authorizationCode", "tokenUrl"],
    &["login", "flows", "authorizationCode", "refreshUrl"],
    &["login", "flows", "authorizationCode", "availableScopes"],
    &["login", "flows", "clientCredentials"],
    &["deviceKey", "type"],
    &["deviceKey", "in"],
    &["headerKey", "name"],
    &["headerKey", "in"],
    &["basic", "scheme"],
    &["bearer", "bearerFormat"],
    &["company", "openIdConnectUrl"],
];

/// Values to hover, below `components.securitySchemes`.
const VALUES: &[&[&str]] = &[
    &["login", "type"],
    &["deviceKey", "type"],
    &["scram512", "type"],
    &["bearer", "scheme"],
    &["headerKey", "in"],
];

/// What is hovered.
pub fn hovers(document: &Document) -> Vec<Spot> {
    let below = |path: &&[&'static str]| [SCHEMES, path].concat();
    let keys = KEYS.iter().map(below).map(|path| document.key(&path));
    let values = VALUES.iter().map(below).map(|path| document.value(&path));
    let lists = [
        document.key(&["servers", "gateway", "security"]),
        document.key(&["operations", "*", "security"]),
    ];
    let all = keys.chain(values).chain(lists).flatten();
    all.map(|offset| document.spot(offset + 1)).collect()
}

/// The result of a request.
pub fn result(body: &[u8]) -> Fallible<Value> {
    let mut answer: Value = serde_json::from_slice(body)?;
    if let Some(error) = answer.get("error") {
        return Err(format!("an error instead of an answer: {error}").into());
    }
    Ok(answer["result"].take())
}

/// Whether a label among the completions is what was expected, or a reference that ends with it.
pub fn offers(body: &[u8], expected: &str) -> Fallible<bool> {
    let result = result(body)?;
    let items = result.as_array().or_else(|| result["items"].as_array());
    let is_meant = |item: &Value| {
        let label = item["label"].as_str().unwrap_or_default();
        let label = label.trim_matches(['"', '\'', ' ']);
        label == expected || label.rsplit('/').next() == Some(expected)
    };
    Ok(items.is_some_and(|items| items.iter().any(is_meant)))
}
