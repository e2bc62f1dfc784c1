//! What an editor shows beside the text: inlay hints, lenses and semantic tokens.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use asyncapi_security_lsp::analysis::{Analysis, Options};
use asyncapi_security_lsp::ide::code_lens::{code_lenses, uses_shown};
use asyncapi_security_lsp::ide::inlay_hints::inlay_hints;
use asyncapi_security_lsp::ide::navigation::{File, Files};
use asyncapi_security_lsp::ide::semantic_tokens::semantic_tokens;
use asyncapi_security_lsp::syntax::document::Document;
use asyncapi_security_lsp::syntax::format::Format;
use asyncapi_security_lsp::text::range::TextRange;
use expect_test::{Expect, expect};

const V2: &str = "asyncapi: 2.6.0
servers:
  production:
    url: x
    protocol: kafka-secure
    security:
    - login: []
    - {oauth: ['orders:read', other], cert: []}
  test:
    url: x
    protocol: kafka
  open:
    url: x
    security: []
channels:
  orders:
    servers: [production]
    subscribe:
      security:
      - oauth: [orders:read]
    publish: {}
  all:
    publish:
      security:
      - alias: [orders:read]
  none:
    servers: [test]
    publish: {}
  unread:
    subscribe:
      traits: [{$ref: 'traits.yaml#/t'}]
      security:
      - login: []
components:
  securitySchemes:
    login: {type: scramSha512}
    cert: {type: X509}
    alias: {$ref: '#/components/securitySchemes/oauth'}
    oauth:
      type: oauth2
      flows:
        clientCredentials:
          tokenUrl: https://a.example/t
          scopes:
            orders:read: Read
            orders:write: Write
";

const V3: &str = r##"{
  "asyncapi": "3.0.0",
  "servers": {
    "é𝄞": {
      "host": "x", "protocol": "mqtt",
      "security": [{"$ref": "#/components/securitySchemes/oauth"}, {"type": "X509"}]
    }
  },
  "channels": {"c": {}},
  "operations": {
    "o" : {"action": "send", "channel": {"$ref": "#/channels/c"}},
    "p": {"action": "send", "channel": {"$ref": "#/channels/gone"},
      "security": [{"type": "plain"}]}
  },
  "components": {"securitySchemes": {
    "oauth": {"type": "oauth2", "scopes": ["a"],
      "flows": {"implicit": {"availableScopes": {"a": "é𝄞", "b": "B"}}}}
  }}
}
"##;

fn analysis(text: &str) -> Analysis {
    let format = match text.starts_with('{') {
        true => Format::Json,
        false => Format::Yaml,
    };
    Analysis::new(Document::new(text, format), Options::default(), None)
}

fn whole(text: &str) -> TextRange {
    TextRange::new(0, text.len())
}

fn check_hints(text: &str, expected: Expect) {
    let mut shown = String::new();
    for hint in inlay_hints(&analysis(text), whole(text)) {
        let line = text[..hint.position].rsplit('\n').next().unwrap();
        shown.push_str(&format!("{} <{}>\n", line.trim_start(), hint.label));
        assert!(!hint.tooltip.is_empty());
    }
    expected.assert_eq(&shown);
}

#[test]
fn hints_say_what_a_client_needs() {
    check_hints(
        V2,
        expect![[r#"
            production: <needs SASL SCRAM-SHA-512, or OAuth orders:read, other and client ...>
            open: <needs nothing>
            subscribe: <needs (SASL SCRAM-SHA-512, or OAuth orders:read, other and client ...>
            publish: <needs SASL SCRAM-SHA-512, or OAuth orders:read, other and client ...>
            publish: <needs differ by server>
        "#]],
    );
    check_hints(
        V3,
        expect![[r#"
            "é𝄞": <needs OAuth a or client certificate>
            "o" : <needs OAuth a or client certificate>
        "#]],
    );
}

#[test]
fn servers_that_ask_for_different_things_are_named() {
    let text = "asyncapi: 2.6.0
servers:
  one: {url: x, security: [k: []]}
  two: {url: x}
channels:
  c:
    publish: {}
components:
  securitySchemes:
    k: {type: httpApiKey, in: header, name: X-Key}
";
    check_hints(
        text,
        expect![[r#"
            one: <needs API key in header X-Key>
            publish: <needs API key in header X-Key on one; nothing on two>
        "#]],
    );
    let old = text
        .replace("2.6.0", "2.0.0")
        .replace("publish: {}", "publish: {security: [k: []]}");
    check_hints(
        &old,
        expect![[r#"
            one: <needs API key in header X-Key>
            publish: <needs API key in header X-Key on one; nothing on two>
        "#]],
    );
}

/// What is half typed, or not known, has no hint rather than a wrong one.
#[test]
fn an_unclear_list_has_no_hint() {
    for list in ["\n    - lo", " x", "\n    - {$ref: 5}", "\n    -"] {
        let text = format!("asyncapi: 3.0.0\nservers:\n  s:\n    host: x\n    security:{list}\n");
        let hints = inlay_hints(&analysis(&text), whole(&text));
        assert_eq!(hints, [], "{list}");
    }
    assert_eq!(inlay_hints(&analysis("a: b"), TextRange::new(0, 4)), []);
}

#[test]
fn a_hint_is_in_the_range_that_was_asked_for() {
    let analysis = analysis(V2);
    let all = inlay_hints(&analysis, whole(V2));
    for hint in &all {
        let here = TextRange::new(hint.position - 1, hint.position);
        assert_eq!(inlay_hints(&analysis, here), std::slice::from_ref(hint));
    }
    let start = all[0].position + 1;
    let end = all[1].position - 1;
    assert_eq!(inlay_hints(&analysis, TextRange::new(start, end)), []);
    let tooltip = &all[0].tooltip;
    let needs =
        "`login` (SASL SCRAM-SHA-512), or `oauth` (OAuth `orders:read`, `other`) and `cert`";
    assert!(tooltip.contains(needs), "{tooltip}");
    assert!(
        tooltip.contains("**Kafka client:** `security.protocol=SASL_SSL`"),
        "{tooltip}"
    );
}

fn check_lenses(text: &str, expected: Expect) {
    let analysis = analysis(text);
    let file = File {
        uri: "file:///w/api.yaml",
        document: &analysis.document,
        mentions: analysis.mentions(),
        targets: &BTreeMap::new(),
        documents: &[],
        kept: None,
    };
    let files = Files::new(file, []);
    let mut shown = String::new();
    for lens in code_lenses(&analysis) {
        let uses = uses_shown(&analysis, &files, &lens.scheme, lens.scope.as_deref());
        let places = uses.places.iter().map(|place| {
            let line = text[..place.start()].matches('\n').count() + 1;
            format!(" {line}:{}", &text[place.start()..place.end()])
        });
        let name = &text[lens.range.start()..lens.range.end()];
        shown.push_str(&format!(
            "{name}: {}{}\n",
            uses.title,
            String::from_iter(places)
        ));
    }
    expected.assert_eq(&shown);
}

#[test]
fn lenses_count_uses() {
    check_lenses(
        V2,
        expect![[r#"
            login: used 2 times 7:login 33:login
            cert: used once 8:cert
            alias: used once 25:alias
            oauth: used 3 times 8:oauth 20:oauth 38:'#/components/securitySchemes/oauth'
            orders:read: needed 3 times 8:'orders:read' 20:orders:read 25:orders:read
            orders:write: not needed in this document
        "#]],
    );
    check_lenses(
        V3,
        expect![[r##"
            "oauth": used once 6:"#/components/securitySchemes/oauth"
            "a": needed once 16:"a"
            "b": not needed in this document
        "##]],
    );
    // Other files use it.
    check_lenses("type: oauth2\nflows: {}\n", expect![""]);
}

fn check_tokens(text: &str, expected: Expect) {
    let analysis = analysis(text);
    let tokens = semantic_tokens(&analysis, whole(text));
    let mut shown = String::new();
    let mut end = 0;
    for token in &tokens {
        let name = &text[token.range.start()..token.range.end()];
        let line = text[..token.range.start()].matches('\n').count() + 1;
        let declared = if token.is_declaration {
            " declared"
        } else {
            ""
        };
        shown.push_str(&format!("{line} {name} {:?}{declared}\n", token.kind));
        assert!(
            token.range.start() >= end && !name.contains(['\n', '\r']),
            "{name}"
        );
        end = token.range.end();
        // The same token for a part of the document.
        assert_eq!(semantic_tokens(&analysis, token.range), [*token]);
    }
    expected.assert_eq(&shown);
}

#[test]
fn tokens_are_names_without_quotes() {
    check_tokens(
        V2,
        expect![[r#"
            7 login Scheme
            8 oauth Scheme
            8 orders:read Scope
            8 other Scope
            8 cert Scheme
            20 oauth Scheme
            20 orders:read Scope
            25 alias Scheme
            25 orders:read Scope
            33 login Scheme
            36 login Scheme declared
            37 cert Scheme declared
            38 alias Scheme declared
            38 oauth Scheme
            39 oauth Scheme declared
            42 clientCredentials Flow declared
            45 orders:read Scope declared
            46 orders:write Scope declared
        "#]],
    );
    check_tokens(
        V3,
        expect![[r#"
            6 oauth Scheme
            16 oauth Scheme declared
            16 a Scope
            17 implicit Flow declared
            17 a Scope declared
            17 b Scope declared
        "#]],
    );
}

#[test]
fn a_token_of_several_lines_is_split() {
    let text = "asyncapi: 3.0.0
servers:
  s: &s
    host: x
    security:
    - $ref: >-
        #/components/securitySchemes/a
    - $ref: other.yaml#/components/securitySchemes/a
  t: *s
components:
  securitySchemes:
    a:
      type: oauth2
      scopes:
      - \"one
        two\"
";
    check_tokens(
        text,
        expect![[r#"
            7 a Scheme
            12 a Scheme declared
            15 one Scope
            16 two Scope
        "#]],
    );
}
