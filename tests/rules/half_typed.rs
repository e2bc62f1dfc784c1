//! Half-typed documents: a missing part gives one finding, and a key without its colon none.

use super::walk::findings;
use asyncapi_security_lsp::analysis::{Analysis, Options};
use asyncapi_security_lsp::rules::finding::{Data, Finding};
use asyncapi_security_lsp::syntax::document::Document;
use asyncapi_security_lsp::syntax::format::Format;
use asyncapi_security_lsp::syntax::tree::Tree;

/// The rules and texts of all findings in a text that may be broken.
fn found(text: &str, format: Format) -> Vec<(&'static str, &str)> {
    let tree = Tree::parse(text, format);
    assert!(
        tree.root().is_mapping(),
        "the reader keeps what is there: {text}"
    );
    findings(&tree)
        .iter()
        .map(|finding| {
            (
                finding.rule.id,
                &text[finding.range.start()..finding.range.end()],
            )
        })
        .collect()
}

/// The findings in a document with a server and this in it, and whether each is about something
/// that has just been begun.
fn begun(inside: &str) -> Vec<(&'static str, bool)> {
    let (server, scheme) = inside.split_once('|').unwrap_or(("", inside));
    let text = format!(
        "asyncapi: 3.1.0\nservers:\n  s:\n    host: a.io\n    protocol: kafka-secure\n    {server}\n\
         components:\n  securitySchemes:{scheme}\n"
    );
    let document = Document::new(&text, Format::Yaml);
    let findings = Analysis::new(document, Options::default(), None).findings;
    let missing_security = |finding: &&Finding| finding.rule.id != "server-without-security";
    let findings = findings.iter().filter(missing_security);
    let shown = findings.map(|finding| (finding.rule.id, *finding.data() == Data::Begun));
    shown.collect()
}

/// A key alone is how every object begins; what stands where its fields belong is wrong.
#[test]
fn what_has_just_been_begun_is_said_once_and_is_marked() {
    let flow = "\n    k:\n      type: oauth2\n      flows:\n        password:";
    let of_flow = |fields: &str| format!("security: []|{flow}{fields}");
    for (inside, rule) in [
        ("".to_owned(), "security-scheme-not-object"),
        ("\n    k:".to_owned(), "security-scheme-not-object"),
        ("\n    k: # later".to_owned(), "security-scheme-not-object"),
        ("\n    k:\n      ".to_owned(), "security-scheme-not-object"),
        ("security:| {}".to_owned(), "security-not-array"),
        (
            "security:\n      -| {}".to_owned(),
            "security-entry-not-object",
        ),
    ] {
        assert_eq!(begun(&inside), [(rule, true)], "{inside}");
    }
    for (inside, rule) in [
        (
            flow.replace("\n        password:", ""),
            "security-scheme-field-wrong-type",
        ),
        (of_flow(""), "security-scheme-field-wrong-type"),
        (
            of_flow("\n          tokenUrl: https://a.io\n          availableScopes:"),
            "oauth2-scopes-not-a-map",
        ),
    ] {
        assert!(begun(&inside).contains(&(rule, true)), "{inside}");
    }
    for value in ["null", "basic", "[]"] {
        let rule = "security-scheme-not-object";
        let inside = format!("\n    k: {value}");
        assert!(begun(&inside).contains(&(rule, false)), "{inside}");
    }
}

/// A scheme without a type is no scheme yet, so it is not unused as well.
#[test]
fn an_empty_type_is_said_once_and_in_short() {
    for (field, rule) in [
        ("type:", "security-scheme-field-wrong-type"),
        ("type: ''", "security-scheme-type-unknown"),
    ] {
        assert_eq!(begun(&format!("\n    k:\n      {field}")), [(rule, false)]);
    }
}

#[test]
fn schemes_in_yaml() {
    for (scheme, expected) in [
        // A single word below a key is a scalar in YAML, even if a colon follows later.
        ("k", vec![("security-scheme-not-object", "k")]),
        ("k:", vec![("security-scheme-not-object", "k")]),
        ("k:\n      typ", vec![("security-scheme-not-object", "typ")]),
        (
            "k:\n      type:",
            vec![("security-scheme-field-wrong-type", "type")],
        ),
        (
            "k:\n      type: ht",
            vec![("security-scheme-type-unknown", "ht")],
        ),
        (
            "k:\n      type: http\n      sch",
            vec![("security-scheme-missing-field", "k")],
        ),
        ("k:\n      type: http\n      scheme", vec![]),
        (
            "k:\n      type: http\n      scheme:",
            vec![("security-scheme-field-wrong-type", "scheme")],
        ),
        ("k:\n      type: http\n      scheme: \"bear", vec![]),
        ("k:\n      type\n      scheme: basic", vec![]),
        ("k:\n      $ref\n      type: http", vec![]),
        ("k:\n      $ref: \"#/components", vec![]),
        ("k:\n      type: oauth2\n      flows", vec![]),
        (
            "k: { type: http",
            vec![("security-scheme-missing-field", "k")],
        ),
    ] {
        let text = format!("asyncapi: 3.1.0\ncomponents:\n  securitySchemes:\n    {scheme}\n");
        assert_eq!(found(&text, Format::Yaml), expected, "{text}");
    }
}

#[test]
fn flows_in_yaml() {
    for (flows, expected) in [
        ("", vec![("security-scheme-field-wrong-type", "flows")]),
        (
            "\n        implicit:\n          authorizationUrl\n          availableScopes: {}",
            vec![],
        ),
        (
            "\n        implicit:\n          authorizationUrl: https://a.io\n          availableScopes\n          tok",
            vec![],
        ),
        (
            "\n        implicit\n        password: { tokenUrl: https://a.io, availableScopes: {} }",
            vec![],
        ),
        (
            " { implicit: { authorizationUrl: https://a.io, availableScopes: {",
            vec![],
        ),
    ] {
        let text = format!(
            "asyncapi: 3.1.0\ncomponents:\n  securitySchemes:\n    k:\n      type: oauth2\n      flows:{flows}\n"
        );
        assert_eq!(found(&text, Format::Yaml), expected, "{text}");
    }
}

#[test]
fn entries_in_yaml() {
    for (security, expected) in [
        ("security", vec![]),
        ("security:", vec![("security-not-array", "security")]),
        ("security: [", vec![]),
        (
            "security:\n    -",
            vec![("security-entry-not-object", "security")],
        ),
        (
            "security:\n    - $ref:",
            vec![("security-ref-yaml-comment", "$ref")],
        ),
        (
            "security:\n    - type: X509\n    - k",
            vec![("security-entry-not-object", "k")],
        ),
    ] {
        let text = format!("asyncapi: 3.1.0\nservers:\n  s:\n    host: a\n    {security}\n");
        assert_eq!(found(&text, Format::Yaml), expected, "{text}");
    }
}

#[test]
fn schemes_in_json() {
    let k = "\"k\"";
    for (scheme, expected) in [
        (r#""k""#, vec![]),
        (r#""k":"#, vec![("security-scheme-not-object", k)]),
        (r#""k": {"#, vec![("security-scheme-type-missing", k)]),
        (r#""k": { "type"#, vec![]),
        (r#""k": { "type""#, vec![]),
        (
            r#""k": { "type":"#,
            vec![("security-scheme-field-wrong-type", "\"type\"")],
        ),
        (
            r#""k": { "type": "ht"#,
            vec![("security-scheme-type-unknown", "\"ht")],
        ),
        (
            r#""k": { "type": "http","#,
            vec![("security-scheme-missing-field", k)],
        ),
        (r#""k": { "type": "http", "scheme" }"#, vec![]),
        (
            r#""k": { "type": "http", "scheme": }"#,
            vec![("security-scheme-field-wrong-type", "\"scheme\"")],
        ),
    ] {
        let text = format!(
            "{{\n  \"asyncapi\": \"2.6.0\",\n  \"components\": {{\n    \"securitySchemes\": {{\n      {scheme}\n    }}\n  }}\n}}\n"
        );
        assert_eq!(found(&text, Format::Json), expected, "{text}");
    }
}
