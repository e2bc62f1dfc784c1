//! A missing or half-typed line causes one finding, not several.

use crate::fixture::analyse;
use asyncapi_security_lsp::analysis::{Analysis, Options};
use asyncapi_security_lsp::ide::actions::actions;
use asyncapi_security_lsp::rules::rule::Severity;
use asyncapi_security_lsp::syntax::document::Document;
use asyncapi_security_lsp::syntax::format::Format;

/// Rules and severities of findings above hints, and of syntax errors.
fn found(text: &str) -> Vec<(&'static str, Severity)> {
    found_in(Document::new(text, Format::Yaml))
}

fn found_in(document: Document) -> Vec<(&'static str, Severity)> {
    let analysis = Analysis::new(document, Options::default(), None);
    let severity = |finding: &asyncapi_security_lsp::rules::finding::Finding| {
        finding.severity.unwrap_or(finding.rule.severity)
    };
    (analysis.findings.iter())
        .map(|finding| (finding.rule.id, severity(finding)))
        .filter(|(rule, severity)| *rule == "syntax-error" || *severity < Severity::Hint)
        .collect()
}

#[test]
fn a_bracket_closed_at_its_keys_indent_is_no_error() {
    let text =
        "asyncapi: 3.0.0\ncomponents:\n  securitySchemes:\n    k: {\n      type: plain\n    }\n";
    assert_eq!(found(text), [("syntax-error", Severity::Hint)]);
}

#[test]
fn fields_without_their_schemes_name_are_said_once() {
    let text = "asyncapi: 3.0.0\ncomponents:\n  securitySchemes:\n      type: http\n      scheme: bearer\n      description: x\n";
    assert_eq!(
        found(text),
        [("security-scheme-not-object", Severity::Error)]
    );
}

#[test]
fn names_are_not_unknown_where_the_map_of_schemes_is_broken_or_misplaced() {
    let head = "asyncapi: 2.6.0\nservers:\n  s:\n    url: a.io\n    protocol: kafka-secure\n    security:\n      - k: []\n";
    let broken = format!("{head}compo\n");
    assert_eq!(found(&broken), [("syntax-error", Severity::Error)]);
    let misplaced = format!("{head}securitySchemes:\n  k:\n    type: plain\n");
    assert_eq!(
        found(&misplaced),
        [("security-schemes-misplaced", Severity::Error)]
    );
}

#[test]
fn what_is_openapi_or_raml_is_not_ours() {
    for text in [
        "components:\n  securitySchemes:\n    a: {type: apiKey, in: header, name: x}\n    m: {type: mutualTLS}\n",
        "a: {type: apiKey, in: header, name: x}\nb: {type: http, scheme: bearer}\n",
        "#%RAML 1.0\ntitle: x\nsecuritySchemes:\n  o:\n    type: OAuth 2.0\n",
    ] {
        assert_eq!(found(text), [], "{text}");
    }
}

/// The message of the only finding in an entry of a server's list.
fn words(entry: &str) -> String {
    let text = format!(
        "asyncapi: 3.0.0\nservers:\n  s:\n    host: a.io\n    protocol: kafka-secure\n    security:\n      - {entry}\n"
    );
    let analysis = Analysis::new(Document::new(&text, Format::Yaml), Options::default(), None);
    let mut found = analysis
        .findings
        .iter()
        .filter(|finding| finding.rule.id == "security-v2-shape-in-v3");
    let words = found.next().unwrap().message.to_string();
    assert!(found.next().is_none());
    words
}

#[test]
fn what_replaces_an_entry_of_2_x_loses_nothing() {
    assert!(words("{k: []}").contains("`$ref: '#/components/securitySchemes/k'`"));
    assert!(words("{k: [r]}").contains("`scopes`"));
    assert!(words("{k: [], l: []}").contains("several at once"));
    assert!(words("{ref: '#/components/securitySchemes/k'}").contains("write `$ref`"));
}

/// The underlined text and the message of each finding above hints.
fn told(text: &str, format: Format) -> Vec<(String, String)> {
    let analysis = Analysis::new(Document::new(text, format), Options::default(), None);
    (analysis.findings.iter())
        .filter(|finding| {
            let severity = finding.severity;
            let is_hint = severity.unwrap_or(finding.rule.severity) == Severity::Hint;
            !is_hint || finding.rule.id == "syntax-error"
        })
        .map(|finding| {
            let range = finding.range;
            let place = text[range.start()..range.end()].to_owned();
            (place, finding.message.to_string())
        })
        .collect()
}

/// A document with a server that requires schemes, followed by these parts.
fn with_server(rest: &str) -> String {
    format!(
        "asyncapi: 2.6.0\nservers:\n  s:\n    url: a.io\n    protocol: kafka-secure\n    security:\n      - k: []\n{rest}"
    )
}

#[test]
fn what_goes_on_at_its_keys_indent_or_left_of_it_is_read_as_meant() {
    let schemes = "components:\n  securitySchemes:\n";
    let values = [
        "    k: {\n    type: X509,\n    description: x\n    }\n",
        "    k: {\n  type: X509,\n  description: x\n}\n",
        "    k: {\n    \"type\": \"X509\", # a note\n    \"description\": \"x\"\n    }\n",
        "    k: {\ntype: X509\n}\n    l: # none\n      type: X509\n",
        "    k: {type: X509, x-list: [\n    a,\n\n  b\n    ]}\n",
        "    k:\n      type: X509\n      description: \"long\n      and longer\"\n",
        "    k:\n      description: 'long\nand longer\n\nand more' # a note\n      type: X509\n",
    ];
    for value in values {
        let text = with_server(&format!("{schemes}{value}"));
        assert_eq!(found(&text), [("syntax-error", Severity::Hint)], "{text}");
    }
    let several =
        "    k: {\n  type: X509\n}\n    l: {\n  type: X509\n}\n    m: {\n  type: X509\n}\n";
    let hint = ("syntax-error", Severity::Hint);
    let text = with_server(&format!("{schemes}{several}"));
    assert!(found(&text).iter().all(|one| *one == hint), "{text}");
    let list = "asyncapi: 2.6.0\nservers:\n  s:\n    url: a.io\n    protocol: kafka-secure\n    security: [\n    {k: []},\n    {k: []}\n]\ncomponents:\n  securitySchemes:\n    k:\n      type: X509\n";
    let errors = Document::new(list, Format::Yaml).tree().errors();
    assert_eq!(
        &list[errors[0].range.start()..errors[0].range.end()],
        "{k: []},",
        "the first line that is not indented is the place"
    );
}

#[test]
fn what_is_never_closed_takes_nothing_from_below() {
    let schemes = "components:\n  securitySchemes:\n    k:\n      type: X509\n";
    for value in ["[a,", "[", "{", "{a: b,", "\"open", "'it is"] {
        let text = with_server(&format!("    x-note: {value}\n{schemes}"));
        assert_eq!(found(&text), [("syntax-error", Severity::Error)], "{text}");
    }
}

#[test]
fn a_half_typed_key_has_the_deeper_lines_below_it() {
    let tails = [
        "components:\n  securitySchemes:\n    k\n      type: X509\n",
        "components:\n  securitySchemes:\n    k\n      type: X509\n      description: x\n",
        "components:\n  securitySchemes\n    k:\n      type: X509\n",
        "components:\n  securitySchemes:\n    k:\n      type: oauth2\n      flows:\n        clientCredentials\n          tokenUrl: https://a.io\n          scopes: {a: b}\n",
    ];
    for (tail, key) in tails
        .iter()
        .zip(["k", "k", "securitySchemes", "clientCredentials"])
    {
        let text = with_server(tail);
        let wanted = format!("a `:` is missing after this key; write `{key}:`");
        assert_eq!(told(&text, Format::Yaml), [(key.to_owned(), wanted)]);
    }
}

#[test]
fn fields_beside_their_flow_are_said_once() {
    let head = "components:\n  securitySchemes:\n    k:\n      type: oauth2\n      flows:\n";
    let fields = "        authorizationUrl: https://a.io\n        tokenUrl: https://b.io\n        scopes:\n          a: b\n";
    let beside = with_server(&format!("{head}        authorizationCode:\n{fields}"));
    let words = "indent this and the 2 fields below it more than `authorizationCode`, whose fields they are";
    let wanted = ("authorizationUrl".to_owned(), words.to_owned());
    assert_eq!(told(&beside, Format::Yaml), [wanted]);
    let nameless = told(&with_server(&format!("{head}{fields}")), Format::Yaml);
    assert_eq!(nameless.len(), 1, "{nameless:?}");
    assert!(nameless[0].1.starts_with("the name of the flow is missing"));
}

/// A pretty-printed document whose server requires the schemes `k` and `o`.
const PRINTED: &str = r##"{
  "asyncapi": "2.6.0",
  "servers": {
    "s": {
      "url": "a.io",
      "protocol": "kafka-secure",
      "security": [
        { "k": [] },
        { "o": [ "a" ] }
      ]
    }
  },
  "components": {
    "securitySchemes": {
      "k": {
        "type": "X509"
      },
      "o": {
        "type": "oauth2",
        "flows": {
          "clientCredentials": {
            "tokenUrl": "https://a.io",
            "scopes": {
              "a": "b"
            }
          }
        }
      }
    }
  }
}
"##;

#[test]
fn a_text_that_breaks_off_is_said_once() {
    assert_eq!(told(PRINTED, Format::Json), []);
    let ends = [
        "\"scopes\": {",
        "\"a\": \"b\"",
        "\"tokenUrl\": \"https",
        "\"scopes\"",
        "\"clientCredentials\":",
        "\"type\": \"oauth2\"",
        "\"type\": \"X509\"\n      },\n",
        "\"type\":",
        "\"securitySchemes\": {",
        "\"security\": [\n",
        "{ \"k\": [",
        "\"protocol\": \"kafka-se",
        "            }\n",
    ];
    for end in ends {
        let at = PRINTED.find(end).unwrap() + end.len();
        for text in [PRINTED[..at].to_owned(), PRINTED[..at].replace('\n', " ")] {
            for cut_above in [64, 1 << 20] {
                let document = Document::with_chunks(&text, Format::Json, cut_above);
                assert_eq!(
                    found_in(document),
                    [("syntax-error", Severity::Error)],
                    "{text}"
                );
            }
        }
    }
    let at = PRINTED.find("\"a\": \"b\"").unwrap();
    for cut_above in [64, 1 << 20] {
        let document = Document::with_chunks(&PRINTED[..at], Format::Json, cut_above);
        let errors = document.tree().errors();
        let place = PRINTED[..at].rfind('{').unwrap();
        assert_eq!(errors[0].range.start(), place);
        assert_eq!(
            errors[0].message,
            "close this `{` and the 6 brackets around it, add `}}}}}}}`"
        );
    }
}

#[test]
fn a_value_in_the_place_of_a_member_is_said_once() {
    let lost = [
        ("\"k\": {\n", "{\n"),
        ("      \"k\": {\n", ""),
        ("\"o\": {\n", "{\n"),
        ("      \"o\": {\n", ""),
        ("        \"flows\": {\n", ""),
        ("\"flows\": {\n", "{\n"),
        ("          \"clientCredentials\": {\n", ""),
        ("\"clientCredentials\": {\n", "{\n"),
        (
            "\"type\": \"X509\"\n      },",
            "\"type\": \"X509\"\n      },\n      { \"type\": \"X509\" },",
        ),
        ("    \"securitySchemes\": {\n", ""),
        ("\"k\": {\n", "\"k\"\n      {\n"),
        (
            "\"type\": \"X509\"\n      },",
            "\"type\": \"X509\"\n      }\n      { \"type\": \"X509\" },",
        ),
    ];
    for (line, instead) in lost {
        let text = PRINTED.replacen(line, instead, 1);
        assert_ne!(text, PRINTED);
        assert_eq!(
            found_in(Document::new(&text, Format::Json)),
            [("syntax-error", Severity::Error)],
            "{text}"
        );
    }
}

#[test]
fn schemes_that_are_not_read_are_said_once() {
    let used = "asyncapi: 3.0.0\nservers:\n  s: {host: a.io, protocol: wss, security: [{$ref: '#/components/securitySchemes/k'}]}\n";
    let misplaced = [("security-schemes-misplaced", Severity::Error)];
    let no_map = [("security-scheme-not-object", Severity::Error)];
    let no_components = [("section-not-object", Severity::Warning)];
    for (components, expected) in [
        ("components: {securitySheme: {k: {type: X509}}}", misplaced),
        (
            "components: {securityDefinitions: {k: {type: X509}}}",
            misplaced,
        ),
        (
            "componnets: {securitySchemes: {k: {type: X509}}}",
            misplaced,
        ),
        ("components: {securitySchemes: null}", no_map),
        ("components: {securitySchemes: [k]}", no_map),
        ("components: {securitySchemes: k}", no_map),
        ("components: null", no_components),
        ("components: [securitySchemes]", no_components),
    ] {
        assert_eq!(
            found(&format!("{used}{components}\n")),
            expected,
            "{components}"
        );
    }
    // Other keys of the document are none of ours.
    let other =
        format!("{used}components: {{securitySchemes: {{k: {{type: X509}}}}}}\ncomponent: {{}}\n");
    assert_eq!(found(&other), []);
}

#[test]
fn a_field_beside_its_object_or_in_the_next_is_said_once() {
    let scheme =
        |fields: &str| format!("asyncapi: 3.0.0\ncomponents:\n  securitySchemes:\n{fields}");
    for (fields, rule) in [
        (
            "    a:\n      scheme: basic\n    type: http\n",
            "security-scheme-not-object",
        ),
        (
            "    a:\n      type: apiKey\n    b:\n      type: X509\n      in: user\n",
            "security-scheme-field-not-applicable",
        ),
        (
            "    a:\n      type: X509\n      in: user\n    b:\n      type: apiKey\n",
            "security-scheme-field-not-applicable",
        ),
        (
            "    a:\n      type: oauth2\n      clientCredentials: {tokenUrl: 'https://a.io', availableScopes: {r: r}}\n      flows: {}\n",
            "oauth2-unknown-field",
        ),
        (
            "    a:\n      type: oauth2\n      flows:\n        clientCredentials: {availableScopes: {r: r}}\n        tokenUrl: https://a.io\n",
            "oauth2-flow-unknown",
        ),
    ] {
        assert_eq!(
            found(&scheme(fields)),
            [(rule, Severity::Error)],
            "{fields}"
        );
    }
    // Two that are far from each other are two mistakes.
    let far = scheme("    a: {type: apiKey}\n    b: {type: X509}\n    c: {type: X509, in: user}\n");
    assert_eq!(found(&far).len(), 2, "{:?}", found(&far));
}

#[test]
fn what_one_mistake_explains_is_not_said_beside_it() {
    let scheme =
        |scheme: &str| format!("asyncapi: 3.0.0\ncomponents: {{securitySchemes: {{{scheme}}}}}\n");
    for (fields, expected) in [
        (
            "k: {type: http, scheme: basic, bearerFormat: null}",
            "security-scheme-field-wrong-type",
        ),
        ("$id: 'https://a.io/b'", "security-schemes-key-invalid"),
        (
            "k: {type: oauth2, openIdConnectUrl: 'https://a.io/.well-known/openid-configuration'}",
            "security-scheme-missing-field",
        ),
        (
            "k: {type: http, scheme: beaer, bearerFormat: JWT}",
            "bearer-format-without-bearer",
        ),
        (
            "k: {type: httpApiKey, in: header, name: Authorization: Bearer}",
            "syntax-error",
        ),
        (
            "k: {type: plain, mechanism: SCRAM-SHA-512}",
            "security-scheme-unknown-field",
        ),
        (
            "k: {type: openIdConnect, openIdConnectUrl: 'https://a.io/.well-known/openid-configuration', scopes: [opneid]}",
            "oidc-scopes-missing-openid",
        ),
    ] {
        let found = found(&scheme(fields));
        let rules: Vec<&str> = found.iter().map(|(rule, _)| *rule).collect();
        assert_eq!(rules, [expected], "{fields}");
    }
}

#[test]
fn a_scheme_that_an_open_server_names_is_not_unused_beside_it() {
    let text = |more: &str, comment: &str| {
        format!(
            "asyncapi: 3.0.0\nservers:\n{comment}  s:\n    host: b.shop.io\n    protocol: wss\n{more}components:\n  securitySchemes:\n    a: {{type: http, scheme: bearer}}\n    b: {{type: http, scheme: basic}}\n    c: {{type: plain}}\n"
        )
    };
    let found = |text: &str| {
        let analysis = analyse(text, &[]);
        let found = analysis.findings.iter();
        let found = found.map(|one| {
            let place = analysis.document.text().slice(one.range).into_owned();
            format!("{} {place}", one.rule.id)
        });
        found.collect::<Vec<_>>()
    };
    let unused = |name: &str| format!("security-scheme-unused {name}");
    let open = "server-without-security s".to_owned();
    // `c` fits no server on WebSockets, so no server names it.
    assert_eq!(found(&text("", "")), [open.clone(), unused("c")]);
    // What is silenced brings no other finding about the same.
    let ignore = "  # asyncapi-security: ignore[server-without-security]\n";
    assert_eq!(found(&text("", ignore)), [unused("c")]);
    // On purpose: nobody names the schemes then.
    let all = [unused("a"), unused("b"), unused("c")];
    assert_eq!(found(&text("    security: []\n", "")), all);
    let one = text(
        "    security: [{$ref: '#/components/securitySchemes/a'}]\n",
        "",
    );
    assert_eq!(found(&one), [unused("b"), unused("c")]);
}

#[test]
fn what_an_open_server_offers_is_not_dropped_for_another_unused_scheme() {
    let text = "asyncapi: 3.0.0\nservers:\n  s:\n    host: b.shop.io\n    protocol: wss\ncomponents:\n  securitySchemes:\n    a: {type: http, scheme: bearer}\n    b: {type: http, scheme: basic}\n";
    let analysis = analyse(text, &[]);
    let offered = actions(&analysis, analysis.findings[0].range, |_| true);
    let titles: Vec<&str> = offered.iter().map(|action| &*action.title).collect();
    for title in [
        "Add `security` with `a` (changes meaning)",
        "Add `security` with `b` (changes meaning)",
        "Ignore `server-without-security` here",
    ] {
        assert!(titles.contains(&title), "{titles:?}");
    }
}
