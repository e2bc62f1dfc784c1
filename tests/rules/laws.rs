//! Properties of every text: no panic, and ranges inside the document.

use super::walk::{findings, findings_of_fragment};
use asyncapi_security_lsp::model::Fragment;
use asyncapi_security_lsp::rules::finding::Finding;
use asyncapi_security_lsp::spec::Version;
use asyncapi_security_lsp::syntax::format::Format;
use asyncapi_security_lsp::syntax::tree::Tree;

const YAML: &str = "
asyncapi: 3.0.1
x-a: &a { type: http, realm: é }
servers: { s: { security: [ { k: [r] }, k, *a, { $ref: 'a b', scopes: [r] } ] } }
components:
  securitySchemes:
    k: { <<: *a, type: oauth2, flows: { implicit: { authorizationUrl: 'http://é', scopes: [r] } } }
    é: { type: httpApiKey, name: '', in: user }
    l: { type: openIdConnect, openIdConnectUrl: 'https://u@a.example:0/?code=1#x' }
";

const JSON: &str = r#"{ "asyncapi": "2.3.0",
  "channels": { "c": { "publish": { "security": null, "traits": [ { "security": [] } ] } } },
  "servers": { "s": { "security": [ { "k": [1, "r", "r"] }, { "$ref": "é" } ] } },
  "components": { "securitySchemes": {
    "k": { "type": "oauth2", "flow": "code", "tokenUrl": "https:\/\/{é}", "scopes": { "r": 1 } },
    "l": { "type": "http", "scheme": "Bearer é", "bearerFormat": [] } } } }"#;

fn hold(text: &str, found: &[Finding]) {
    for finding in found {
        let places = finding
            .related()
            .iter()
            .map(|related| related.range)
            .chain([finding.range]);
        for range in places {
            assert!(
                text.get(range.start()..range.end()).is_some(),
                "{finding:?} in {text}"
            );
            assert!(!range.is_empty(), "{finding:?} in {text}");
        }
        assert!(!finding.message.ends_with('.'), "{finding:?}");
        let first = finding.message.chars().next().unwrap();
        assert!(
            !first.is_uppercase() || finding.message.starts_with("AsyncAPI"),
            "{finding:?}"
        );
        assert!(!finding.message.contains('\n'), "{finding:?}");
    }
}

fn check_text(text: &str, format: Format) -> usize {
    let tree = Tree::parse(text, format);
    let found = findings(&tree);
    hold(text, &found);
    for fragment in [
        Fragment::Scheme,
        Fragment::Flow,
        Fragment::Flows,
        Fragment::Schemes,
        Fragment::Components,
    ] {
        hold(text, &findings_of_fragment(&tree, fragment, Version::V3_1));
    }
    found.len()
}

#[test]
fn cut_and_torn_texts_are_survived() {
    for (text, format) in [(YAML, Format::Yaml), (JSON, Format::Json)] {
        assert!(
            check_text(text, format) >= 8,
            "the sample is full of faults"
        );
        for (at, sign) in text.char_indices() {
            check_text(&text[..at], format);
            check_text(&text[at..], format);
            let torn = format!("{}{}", &text[..at], &text[at + sign.len_utf8()..]);
            check_text(&torn, format);
        }
    }
}

#[test]
fn endless_aliases_end() {
    check_text(
        "asyncapi: 3.0.0\ncomponents: &c { securitySchemes: *c }\n",
        Format::Yaml,
    );
    check_text(
        "components:\n  securitySchemes:\n    k: &k { flows: *k, <<: *k, type: oauth2 }\n",
        Format::Yaml,
    );
    check_text(
        "servers:\n  s: &s\n    security: &l [*l, *s]\n",
        Format::Yaml,
    );
}
