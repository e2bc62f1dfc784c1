//! Values to put into fields.

use serde_json::{Value, json};

/// Values of every JSON type; most are invalid in most fields.
pub fn wrong_values() -> Vec<Value> {
    vec![
        Value::Null,
        json!(true),
        json!(7),
        json!("some text"),
        json!(""),
        json!([]),
        json!(["a"]),
        json!(["a", "a"]),
        json!([1]),
        json!([null]),
        json!({}),
        json!({ "a": "b" }),
        json!({ "a": 1 }),
        json!({ "a": null }),
        json!({ "x-a": "b", "": "" }),
        json!({ "a": {} }),
        json!({ "a": [] }),
    ]
}

/// URLs, each with what it tests.
pub fn urls() -> Vec<(&'static str, &'static str)> {
    vec![
        ("query", "https://auth.example.com/path?audience=api"),
        ("port", "https://auth.example.com:8443/path"),
        ("capitals", "HTTPS://AUTH.EXAMPLE.COM/path"),
        ("urn", "urn:example:oauth"),
        ("mail", "mailto:security@example.com"),
        ("no-scheme", "auth.example.com/path"),
        ("relative", "/oauth/authorize"),
        ("network-path", "//auth.example.com/path"),
        ("blank", "https://auth.example.com/pa th"),
        ("braces", "https://{tenant}.example.com/path"),
        ("not-ascii", "https://m\u{fc}ller.example/path"),
        ("percent", "https://auth.example.com/%zz"),
        ("fragment", "https://auth.example.com/path#part"),
        ("empty-fragment", "https://auth.example.com/path#"),
    ]
}

/// Values that are valid in some field. They are listed here instead of taken from the table, so that
/// a value missing from the table is noticed.
pub fn words() -> Vec<&'static str> {
    vec![
        "user", "password", "header", "query", "cookie", "body", "USER", "Header", "bearer",
        "http", "plain", "x-word",
    ]
}

/// Names of fields, listed here for the same reason; some do not exist.
pub fn field_names() -> Vec<&'static str> {
    vec![
        "type",
        "description",
        "in",
        "name",
        "scheme",
        "bearerFormat",
        "flows",
        "openIdConnectUrl",
        "authorizationUrl",
        "tokenUrl",
        "refreshUrl",
        "scopes",
        "availableScopes",
        "flow",
        "scope",
        "summary",
        "deviceAuthorizationUrl",
        "deprecated",
    ]
}
