//! Hover on every key and value that security is made of.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use asyncapi_security_lsp::analysis::{Analysis, Options};
use asyncapi_security_lsp::ide::hover::{Hover, HoverOptions, hover, hover_with};
use asyncapi_security_lsp::spec::{Version, spec};
use asyncapi_security_lsp::syntax::document::Document;
use asyncapi_security_lsp::syntax::format::Format;

fn analysis(text: &str) -> Analysis {
    let format = if text.trim_start().starts_with('{') {
        Format::Json
    } else {
        Format::Yaml
    };
    Analysis::new(Document::new(text, format), Options::default(), None)
}

/// The hover at the first `at` in a document; the cursor is after its first character.
#[track_caller]
fn shown(text: &str, at: &str) -> (Hover, String) {
    let offset = text.find(at).unwrap_or_else(|| panic!("no `{at}`")) + 1;
    let found = hover(&analysis(text), offset).unwrap_or_else(|| panic!("no hover on `{at}`"));
    let word = text[found.range.start()..found.range.end()].to_owned();
    (found, word)
}

/// The hover on `at` covers `word`, and says each of `parts`.
#[track_caller]
fn check(text: &str, at: &str, word: &str, parts: &[&str]) {
    let (found, covered) = shown(text, at);
    assert_eq!(covered, word, "{}", found.markdown);
    for part in parts {
        assert!(
            found.markdown.contains(part),
            "no `{part}` in\n{}",
            found.markdown
        );
    }
}

const V2: &str = "asyncapi: 2.6.0
servers:
  production:
    url: x
    security:
      - petstore: [read:pets]
  test:
    url: x
channels:
  pets:
    servers: [production]
    subscribe:
      security:
        - key: []
        - petstore: [write:pets, other]
      traits:
        - $ref: '#/components/operationTraits/open'
components:
  operationTraits:
    open:
      security: []
  securitySchemes:
    petstore:
      type: oauth2
      description: Ask <b>bob</b>, see [x](http://evil.example) ![i](y)
      flows:
        implicit:
          authorizationUrl: https://bob:pw@a.example/o?client_secret=hunter2
          scopes:
            read:pets: read your | pets
            write:pets: change your pets
        password:
          tokenUrl: https://a.example/t
          scopes: {}
    key:
      type: httpApiKey
      name: X-Key
      in: header
    web:
      type: http
      scheme: Bearer
      bearerFormat: JWT
";

const V3: &str = "asyncapi: 3.1.0
servers:
  a:
    host: x
    protocol: kafka
    security:
      - $ref: '#/components/securitySchemes/scram'
channels:
  c:
    address: x
operations:
  o:
    action: send
    channel:
      $ref: '#/channels/c'
    security:
      - $ref: '#/components/securitySchemes/petstore'
      - type: oauth2
        flows:
          clientCredentials:
            tokenUrl: https://a.example/inline
            availableScopes: {only:here: inline}
        scopes: [only:here]
  p:
    action: send
    channel:
      $ref: '#/channels/c'
    security: []
components:
  securitySchemes:
    scram:
      type: scramSha256
    petstore:
      type: oauth2
      scopes:
        - read:pets
      flows:
        clientCredentials:
          tokenUrl: https://a.example/t
          availableScopes:
            read:pets: read your pets
";

#[test]
fn keys_and_values_speak_of_their_own_version() {
    check(
        V2,
        "type: oauth2",
        "type",
        &["required", "specification/v2.6.0#"],
    );
    check(V2, "oauth2", "oauth2", &["OAuth 2.0", "v2.6.0#"]);
    check(
        V2,
        "in: header",
        "in",
        &["| `header`", "v2.6.0#securitySchemeObjectIn"],
    );
    check(V2, "header", "header", &["In a header"]);
    check(V2, "Bearer", "Bearer", &["RFC 6750"]);
    check(V2, "JWT", "JWT", &["JSON Web Token"]);
    check(
        V2,
        "implicit:",
        "implicit",
        &["How it goes", "When not", "costs", "state"],
    );
    check(V2, "tokenUrl", "tokenUrl", &["Token endpoint"]);
    check(
        V2,
        "https://a.example/t",
        "https://a.example/t",
        &["Token endpoint"],
    );
    check(V2, "securitySchemes:\n", "securitySchemes", &["components"]);
    check(V2, "scopes:\n", "scopes", &["v2.6.0#oauthFlowScopes"]);
    check(
        V3,
        "availableScopes:\n",
        "availableScopes",
        &["v3.1.0#oauthFlowScopes"],
    );
    check(V3, "scopes: [", "scopes", &["v3.1.0#securitySchemeScopes"]);
    check(V3, "scramSha256", "scramSha256", &["SCRAM", "v3.1.0"]);
    check(V3, "$ref: '#/components", "$ref", &["v3.1.0"]);
}

#[test]
fn fields_in_the_wrong_place_are_explained() {
    let text = "asyncapi: 2.6.0\ncomponents:\n  securitySchemes:\n    a:\n      type: X509\n      in: user\n      flows:\n        password:\n          authorizationUrl: x\n          availableScopes: {}\n";
    check(
        text,
        "in: user",
        "in",
        &["The type `X509` does not have this field"],
    );
    check(
        text,
        "authorizationUrl",
        "authorizationUrl",
        &["The flow `password` does not have this field"],
    );
    check(
        text,
        "availableScopes",
        "availableScopes",
        &["Only since AsyncAPI 3.0.0"],
    );
}

#[test]
fn every_type_is_listed_where_none_is_known() {
    let text = "asyncapi: 3.1.0\ncomponents:\n  securitySchemes:\n    a:\n      type: sasl\n";
    let types = spec().scheme_types_in(Version::V3_1);
    let rows: Vec<String> = types.map(|name| format!("| `{name}`")).collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    assert_eq!(rows.len(), 13);
    check(text, "sasl", "sasl", &rows);
    check(text, "type", "type", &rows);
    check(V3, "type: oauth2", "type", &rows);
}

#[test]
fn a_scheme_is_shown_on_a_card() {
    let parts = [
        "**petstore**: OAuth 2.0",
        "| authorizationUrl",
        "https://***@a.example/o?client_secret=***",
        "`read:pets`",
        "**Used in 2 places:** `/servers/production`, `/channels/pets/subscribe`",
    ];
    check(V2, "petstore:\n", "petstore", &parts);
    check(
        V2,
        "petstore: [read",
        "petstore",
        &["**Needed here:** `read:pets`"],
    );
    check(
        V2,
        "key: []",
        "key",
        &["| `X-Key`", "**Needed here:** no scope"],
    );
    check(V2, "web:", "web", &["**Used nowhere**"]);
    check(
        V3,
        "'#/components/securitySchemes/petstore'",
        "'#/components/securitySchemes/petstore'",
        &[
            "**petstore**",
            "**Needed here:** `read:pets`",
            "/operations/o",
        ],
    );
    let gone = V2.replace("- key: []", "- gone: []");
    check(&gone, "gone", "gone", &["not declared"]);
    let gone = V3.replace("#/components/securitySchemes/scram", "other.yaml#/x");
    check(
        &gone,
        "'other.yaml",
        "'other.yaml#/x'",
        &["`other.yaml#/x`"],
    );
}

#[test]
fn a_text_of_the_document_stays_a_text() {
    let (found, _) = shown(V2, "petstore:\n");
    for active in ["<b>", "see [x]", "![", "hunter2", "bob:pw"] {
        assert!(
            !found.markdown.contains(active),
            "{active} in\n{}",
            found.markdown
        );
    }
    assert!(
        found
            .markdown
            .contains("Ask &lt;b>bob&lt;/b>, see `[x](http://evil.example)` !\\[i\\](y)"),
        "{}",
        found.markdown
    );
}

#[test]
fn scopes_are_known_everywhere() {
    check(
        V2,
        "read:pets:",
        "read:pets",
        &[
            "read your \\| pets",
            "**Declared in:** `implicit`",
            "**Needed in 1 place:** `/servers/production`",
        ],
    );
    check(V2, "read your", "read your | pets", &["**read:pets**"]);
    check(
        V2,
        "write:pets, other",
        "write:pets",
        &["change your pets", "`petstore`"],
    );
    check(V2, "other]", "other", &["**Declared in no flow**"]);
    check(
        V3,
        "only:here]",
        "only:here",
        &["inline", "**Declared in:** `clientCredentials`"],
    );
    check(
        V3,
        "read:pets\n",
        "read:pets",
        &["read your pets", "**Needed in 1 place:** `/operations/o`"],
    );
}

#[test]
fn security_says_what_is_in_effect() {
    check(
        V2,
        "security:\n      - pet",
        "security",
        &["**A client needs:** `petstore` (OAuth `read:pets`)"],
    );
    check(
        V2,
        "security:\n        - key",
        "security",
        &[
            "**A client needs:** OAuth `read:pets`",
            "| its trait ",
            "| nothing",
            "| server `production`",
            "replaces",
            "stays in force",
        ],
    );
    check(
        V2,
        "security: []",
        "security",
        &["**A client needs:** nothing"],
    );
    let alone = V2.replace(
        "      traits:\n        - $ref: '#/components/operationTraits/open'\n",
        "",
    );
    check(
        &alone,
        "security:\n        - key",
        "security",
        &[
            "| this operation ",
            "**A client needs:** OAuth `read:pets` and (API key in header `X-Key`, or OAuth `write:pets`, `other`)",
            "`key` (API key in header `X-Key`), or `petstore` (OAuth `write:pets`, `other`)",
            "Both the operation and the server",
        ],
    );
    check(
        V3,
        "security:\n      - $ref: '#/components/securitySchemes/petstore'",
        "security",
        &[
            "**A client needs:** SASL SCRAM-SHA-256 and (OAuth `read:pets` or OAuth `only:here`)",
            "| server `a`",
            "`scram` (SASL SCRAM-SHA-256)",
            "`petstore` (OAuth `read:pets`) or OAuth `only:here`",
            "Both",
        ],
    );
    check(
        V3,
        "security: []",
        "security",
        &["| this operation | nothing", "stays in force"],
    );
}

/// Without looking for a list: what holds on the key of a server or operation.
#[test]
fn the_key_of_a_server_or_operation_says_what_a_client_needs() {
    let needed = "**A client needs:** `petstore` (OAuth `read:pets`)";
    check(
        V2,
        "production:",
        "production",
        &[needed, "#serverObjectSecurity"],
    );
    let on_both = "on `production`: OAuth `read:pets`\n- on `test`: nothing";
    let everywhere = V2.replace("    servers: [production]\n", "");
    check(&everywhere, "subscribe", "subscribe", &[on_both, "v2.6.0#"]);
    let both = "SASL SCRAM-SHA-256 and (OAuth `read:pets` or OAuth `only:here`)";
    check(V3, "o:\n    action", "o", &[both]);
    for nothing in ["test:", "pets:\n    servers", "c:\n    address"] {
        let text = if nothing.starts_with('c') { V3 } else { V2 };
        let at = text.find(nothing).unwrap();
        assert_eq!(hover(&analysis(text), at), None, "{nothing}");
    }
    // A list that was not read may replace it.
    let unread = V2.replace("#/components/operationTraits/open", "traits.yaml#/open");
    let (found, _) = shown(&unread, "subscribe");
    assert!(
        !found.markdown.contains("A client needs:"),
        "{}",
        found.markdown
    );
    assert!(found.markdown.contains("`traits.yaml#/open` was not read"));
}

#[test]
fn what_is_the_same_to_a_client_is_said_once() {
    let text = V2
        .replace("- petstore: [read:pets]", "- web: []\n      - gate: []")
        .replace(
            "    web:\n",
            "    gate: {type: http, scheme: bearer}\n    web:\n",
        )
        .replace("    servers: [production]\n", "")
        .replace("\n  test:\n    url: x\n", "\n");
    let needs = "**A client needs:** HTTP bearer token\n";
    check(
        &text,
        "subscribe",
        "subscribe",
        &[needs, "`web` (HTTP bearer token) or `gate`"],
    );
}

/// 2.x: several schemes of one requirement are needed together.
#[test]
fn and_and_or_are_told_apart() {
    let text = V2.replace(
        "- petstore: [read:pets]",
        "- {petstore: [read:pets, write:pets], key: []}\n      - {}\n      - gone: []\n      - web: [a]\n      - 5",
    );
    check(
        &text,
        "production",
        "production",
        &[
            "`petstore` (OAuth `read:pets`, `write:pets`) and `key` (API key in header `X-Key`), or an empty requirement, or scheme `gone`, or `web` (HTTP bearer token `a`), or something that cannot be read",
        ],
    );
}

#[test]
fn servers_and_channels_behind_references_count() {
    let text = V3
        .replace("  a:\n    host: x\n    protocol: kafka\n", "  b:\n    $ref: 'other.yaml#/b'\n  a:\n    $ref: '#/components/servers/real'\nx-old:\n  a:\n")
        .replace("components:\n", "components:\n  servers:\n    real:\n      host: x\n      protocol: kafka\n      security:\n        - $ref: '#/components/securitySchemes/scram'\n")
        .replace("  c:\n    address: x\n", "  c:\n    $ref: '#/components/channels/c'\n");
    check(
        &text,
        "security:\n      - $ref: '#/components/securitySchemes/petstore'",
        "security",
        &[
            "| server `a`",
            "`scram`",
            "server `b` is in `other.yaml#/b`, which was not read",
        ],
    );
}

#[test]
fn a_server_tells_what_a_scheme_means_on_the_wire() {
    check(
        V3,
        "'#/components/securitySchemes/scram'",
        "'#/components/securitySchemes/scram'",
        &[
            "**Over** `kafka`, without TLS (with it: `kafka-secure`)",
            "`security.protocol=SASL_PLAINTEXT`, `sasl.mechanism=SCRAM-SHA-256`",
        ],
    );
}

/// The settings by Kafka's documentation, none of them with a secret.
#[test]
fn a_kafka_server_tells_the_settings_of_its_clients() {
    let text = |protocol: &str, scheme: &str| {
        format!(
            "asyncapi: 2.6.0\nservers:\n  here:\n    url: x\n    protocol: {protocol}\n    security:\n      - s: [orders:read]\ncomponents:\n  securitySchemes:\n    s: {scheme}\n"
        )
    };
    for (protocol, scheme, settings) in [
        (
            "kafka-secure",
            "{type: plain}",
            "`security.protocol=SASL_SSL`, `sasl.mechanism=PLAIN`, `sasl.jaas.config` with `PlainLoginModule`, user name and password",
        ),
        (
            "kafka",
            "{type: scramSha256}",
            "`security.protocol=SASL_PLAINTEXT`, `sasl.mechanism=SCRAM-SHA-256`, `sasl.jaas.config` with `ScramLoginModule`, user name and password",
        ),
        (
            "KAFKA-secure",
            "{type: scramSha512}",
            "`security.protocol=SASL_SSL`, `sasl.mechanism=SCRAM-SHA-512`, `sasl.jaas.config` with `ScramLoginModule`, user name and password",
        ),
        (
            "kafka-secure",
            "{type: gssapi}",
            "`security.protocol=SASL_SSL`, `sasl.mechanism=GSSAPI`, `sasl.kerberos.service.name`, `sasl.jaas.config` with `Krb5LoginModule`, keytab and principal",
        ),
        (
            "kafka-secure",
            "{type: oauth2, flows: {clientCredentials: {tokenUrl: 'https://bob:pw@a.example/t', scopes: {}}}}",
            "`security.protocol=SASL_SSL`, `sasl.mechanism=OAUTHBEARER`, `sasl.login.callback.handler.class`, `sasl.oauthbearer.token.endpoint.url=https://***@a.example/t`, `sasl.jaas.config` with `OAuthBearerLoginModule`, client id, secret and scope `orders:read`",
        ),
        (
            "kafka-secure",
            "{type: X509}",
            "`security.protocol=SSL`, `ssl.keystore.location` with the client's certificate and key",
        ),
    ] {
        let line = format!("**Kafka client:** {settings}\n");
        check(&text(protocol, scheme), "here:", "here", &[&line]);
        check(&text(protocol, scheme), "s: [", "s", &[&line]);
    }
    for (protocol, scheme) in [("kafka", "{type: X509}"), ("mqtt", "{type: plain}")] {
        let (found, _) = shown(&text(protocol, scheme), "here:");
        assert!(!found.markdown.contains("Kafka"), "{}", found.markdown);
    }
    // A certificate beside a login: TLS and SASL.
    let both = text("kafka-secure", "{type: plain}\n    c: {type: X509}");
    let both = both.replace("- s: [orders:read]", "- {c: [], s: []}");
    let line = "`security.protocol=SASL_SSL`, `sasl.mechanism=PLAIN`, `sasl.jaas.config` with `PlainLoginModule`, user name and password, `ssl.keystore.location`";
    check(&both, "here:", "here", &[line]);
}

#[test]
fn places_are_links_where_the_client_follows_them() {
    let analysis = analysis(V2);
    let offset = V2.find("petstore:\n").unwrap();
    let options = HoverOptions {
        file: Some("file:///w/a%20b.yaml"),
        ..HoverOptions::default()
    };
    let found = hover_with(&analysis, offset, options).unwrap();
    for link in [
        "[`/servers/production`](<file:///w/a%20b.yaml#L6,9>)",
        "[`/channels/pets/subscribe`](<file:///w/a%20b.yaml#L15,11>)",
    ] {
        assert!(found.markdown.contains(link), "{}", found.markdown);
    }
    let plain = hover(&analysis, offset).unwrap();
    assert!(!plain.markdown.contains("file:"), "{}", plain.markdown);
}

/// For editors that cannot open the page of a rule.
#[test]
fn the_rule_of_a_finding_is_explained_if_asked_for() {
    let text = "asyncapi: 3.0.0\ninfo: x\ncomponents:\n  securitySchemes:\n    a: {type: http, scheme: bearr}\n";
    let analysis = analysis(text);
    let at = |word: &str| text.find(word).unwrap() + 1;
    let options = HoverOptions {
        explains_findings: true,
        ..HoverOptions::default()
    };
    let found = hover_with(&analysis, at("bearr"), options).unwrap();
    let rule = "### `http-scheme-not-registered`\n\n";
    assert!(found.markdown.contains(rule), "{}", found.markdown);
    let more = "`asyncapi-security-lsp explain http-scheme-not-registered` has the whole page.";
    assert!(found.markdown.contains(more), "{}", found.markdown);
    assert!(
        !hover(&analysis, at("bearr"))
            .unwrap()
            .markdown
            .contains(rule)
    );
    let elsewhere = hover_with(&analysis, at("http"), options).unwrap();
    assert_eq!(Some(elsewhere), hover(&analysis, at("http")));
    assert_eq!(hover_with(&analysis, at("info"), options), None);
}

#[test]
fn json_is_the_same() {
    let text = r##"{"asyncapi": "3.0.0", "components": {"securitySchemes": {"a": {"type": "http", "scheme": "basic"}}},
  "servers": {"s": {"host": "x", "protocol": "http", "security": [{"$ref": "#/components/securitySchemes/a"}]}}}"##;
    check(text, "\"type\"", "\"type\"", &["required"]);
    check(text, "\"basic\"", "\"basic\"", &["Base64"]);
    check(
        text,
        "\"#/comp",
        "\"#/components/securitySchemes/a\"",
        &["**a**: HTTP", "/servers/s"],
    );
    check(
        text,
        "\"security\"",
        "\"security\"",
        &["**A client needs:** `a` (HTTP basic authentication)"],
    );
}

/// At every offset: no panic, the range touches the cursor, and no hover outside of security.
#[test]
fn laws_at_every_offset() {
    for text in [V2, V3, &V3[..V3.len() / 2], &V2[..V2.len() - 70]] {
        let analysis = analysis(text);
        let mut shown = 0;
        for at in 0..=text.len() {
            let Some(found) = hover(&analysis, at) else {
                continue;
            };
            shown += 1;
            assert!(found.range.touches(at));
            assert!(!found.markdown.trim().is_empty());
            let word = &text[found.range.start()..found.range.end()];
            assert!(!["asyncapi", "host", "url", "address", "action"].contains(&word));
        }
        assert!(shown > 100, "{shown}");
    }
    assert_eq!(
        hover(&analysis("openapi: 3.0.0\ncomponents: {}\n"), 3),
        None
    );
}

/// Units with an alias or a merge key have absolute ranges. They are found, and so is what follows
/// them.
#[test]
fn servers_with_a_merge_key_are_found() {
    let merged = |name: &str| {
        format!(
            "  {name}:\n    <<: *defaults\n    host: {name}\n    security:\n      - $ref: '#/components/securitySchemes/{name}'\n"
        )
    };
    let text = format!(
        "asyncapi: 3.1.0\nx-defaults: &defaults\n  protocol: mqtt\nservers:\n{}{}  plain:\n    host: x\n    protocol: kafka\n    security: # here\n      - $ref: '#/components/securitySchemes/plain'\n{}components:\n  securitySchemes:\n    first: {{type: plain}}\n    plain: {{type: plain}}\n",
        merged("first"),
        merged("second"),
        merged("third"),
    );
    check(
        &text,
        "security:",
        "security",
        &["**A client needs:** `first` (SASL PLAIN)"],
    );
    check(
        &text,
        "security: # here",
        "security",
        &[
            "**A client needs:** `plain` (SASL PLAIN)",
            "`security.protocol=SASL_PLAINTEXT`, `sasl.mechanism=PLAIN`",
        ],
    );
    let first = "'#/components/securitySchemes/first'";
    check(&text, first, first, &["**Over** `mqtt`"]);
    let plain = "'#/components/securitySchemes/plain'";
    check(&text, plain, plain, &["**Over** `kafka`"]);
}

/// A unit inside another one (a message with `security`) does not hide what follows it.
#[test]
fn security_behind_a_unit_inside_is_found() {
    let text = "asyncapi: 2.6.0
channels:
  c:
    publish:
      message:
        security: []
      security: # here
        - s: []
components:
  securitySchemes:
    s: {type: plain}
";
    check(
        text,
        "security: # here",
        "security",
        &["| this operation | `s` (SASL PLAIN) "],
    );
}

/// References are percent-decoded and followed to their end, as everywhere else.
#[test]
fn traits_and_servers_behind_references_are_found() {
    let text = "asyncapi: 3.1.0
servers:
  a b:
    $ref: '#/components/servers/second'
channels:
  my c:
    servers:
      - $ref: '#/servers/a%20b'
operations:
  o:
    channel: {$ref: '#/channels/my%20c'}
    traits:
      - $ref: '#/components/operationTraits/first%20one'
    security: # here
  p:
    channel: {$ref: '#/channels/my%20c'}
    security: # there
      - $ref: '#/components/securitySchemes/a%2Fb'
      - $ref: '#/components/securitySchemes/s%74'
components:
  servers:
    second: {$ref: '#/components/servers/third'}
    third:
      host: x
      protocol: mqtt
      security:
        - $ref: '#/components/securitySchemes/st'
  operationTraits:
    first one: {$ref: '#/components/operationTraits/last'}
    last:
      security:
        - $ref: '#/components/securitySchemes/tt'
  securitySchemes:
    st: {type: plain}
    tt: {type: plain}
    a/b: {type: plain}
";
    let server = "| server `a b`   | `st` (SASL PLAIN) ";
    check(text, "security: # here", "security", &[server]);
    let operation =
        "| this operation | scheme `#/components/securitySchemes/a%2Fb` or `st` (SASL PLAIN) |";
    check(text, "security: # there", "security", &[server, operation]);
    let scheme = "'#/components/securitySchemes/s%74'";
    check(text, scheme, scheme, &["**st**", "**Used in 2 places:**"]);
    // In 2.x a trait wins over the operation.
    let old = "asyncapi: 2.6.0
channels:
  c:
    subscribe:
      traits:
        - $ref: '#/components/operationTraits/first%20one'
      security:
        - st: []
components:
  operationTraits:
    first one: {$ref: '#/components/operationTraits/last'}
    last:
      security:
        - tt: []
";
    check(old, "security:", "security", &["| its trait ", "`tt`"]);
}

#[test]
fn the_name_of_a_rule_is_explained_in_every_form() {
    let at = |text: &str| {
        let offset = text.find("$0").unwrap();
        let text = text.replacen("$0", "", 1);
        let found = hover(&analysis(&text), offset)?;
        let word = text[found.range.start()..found.range.end()].to_owned();
        Some((word, found.markdown))
    };
    for text in [
        "# asyncapi-security: ignore-file[$0url-fragment]\nasyncapi: 3.1.0\n",
        "asyncapi: 3.1.0\nx-asyncapi-security-ignore:\n- rule: url-$0fragment\n",
        "{\"asyncapi\": \"3.1.0\", \"x-asyncapi-security-ignore\": \"$0url-fragment\"}",
        "{\"asyncapi\": \"3.1.0\" // asyncapi-security: ignore[a, url-fragment$0]\n}",
    ] {
        let (word, markdown) = at(text).unwrap();
        assert_eq!(word, "url-fragment");
        assert!(markdown.starts_with("### `url-fragment`"), "{markdown}");
        assert!(markdown.contains("/url-fragment.html)"), "{markdown}");
    }
    let unknown = "# asyncapi-security: ignore-file[$0url]\nasyncapi: 3.1.0\n";
    assert_eq!(at(unknown), None);
}

#[test]
fn on_the_url_of_a_known_provider() {
    let flow = |url: &str| {
        format!(
            "asyncapi: 3.0.0\ncomponents:\n  securitySchemes:\n    a:\n      type: oauth2\n      flows:\n        clientCredentials:\n          tokenUrl: {url}\n          availableScopes: {{}}\n"
        )
    };
    let url = "https://id.acme.io/realms/a/protocol/openid-connect/token";
    let (found, word) = shown(&flow(url), "https://");
    assert_eq!(word, url);
    let first = "This is the token endpoint of [Keycloak](https://www.keycloak.org/securing-apps/oidc-layers).\n\n**tokenUrl**";
    assert!(found.markdown.starts_with(first), "{}", found.markdown);
    // Many servers have these paths.
    let (found, _) = shown(&flow("https://id.acme.io/oauth2/token"), "https://");
    assert!(
        found.markdown.starts_with("**tokenUrl**"),
        "{}",
        found.markdown
    );
    let scheme = "asyncapi: 3.0.0\ncomponents:\n  securitySchemes:\n    a:\n      type: openIdConnect\n      openIdConnectUrl: https://accounts.google.com/.well-known/openid-configuration\n";
    let (found, _) = shown(scheme, "https://");
    let first = "This is the OpenID Connect configuration of [Google](";
    assert!(found.markdown.starts_with(first), "{}", found.markdown);
}

/// The form of 2.x in a document of 3.x says what is known of the scheme, and what to write.
#[test]
fn a_name_in_a_list_of_references() {
    let server = |entry: &str| {
        format!(
            "asyncapi: 3.0.0\nservers:\n  a:\n    host: x\n    protocol: wss\n    security:\n      - {entry}\ncomponents:\n  securitySchemes:\n    staff/eu:\n      type: X509\n"
        )
    };
    let known = [
        "**staff/eu**: Client certificate",
        "an entry is a `$ref`",
        "`#/components/securitySchemes/staff~1eu`",
        "v3.0.0#",
    ];
    for entry in ["staff/eu: []", "staff/eu:", "{staff/eu: []}"] {
        check(&server(entry), "staff/eu", "staff/eu", &known);
    }
    let scopes = server("staff/eu: [read, write]");
    check(
        &scopes,
        "staff/eu",
        "staff/eu",
        &["**Needed here:** `read`, `write`"],
    );
    let unknown = ["`staf` is not declared", "an entry is a `$ref`", "v3.0.0#"];
    check(&server("staf: []"), "staf", "staf", &unknown);
    for other in ["staff/eu: x", "staf: {a: b}"] {
        let text = server(other);
        let offset = text.find("staf").unwrap() + 1;
        assert_eq!(hover(&analysis(&text), offset), None, "{other}");
    }
    check(&server("scopes: []"), "scopes", "scopes", &["v3.0.0#"]);
}

#[test]
fn every_known_protocol_is_explained() {
    for known in spec().protocols() {
        let name = &known.name;
        let text = format!("asyncapi: 3.0.0\nservers:\n  a:\n    host: h\n    protocol: {name}\n");
        let (found, word) = shown(&text, &format!("{name}\n"));
        assert_eq!(word, *name);
        let starts = format!("`{name}`: ");
        assert!(found.markdown.starts_with(&starts), "{}", found.markdown);
    }
}

#[test]
fn the_protocol_of_a_server() {
    let server = |protocol: &str| {
        format!("asyncapi: 3.0.0\nservers:\n  a:\n    host: x\n    protocol: {protocol}\n")
    };
    check(
        &server("kafka"),
        "kafka",
        "kafka",
        &[
            "**without TLS.**",
            "**With TLS:** `kafka-secure`",
            "**Usual port:** 9092",
            "fit:** `plain`, `scramSha256`, `scramSha512`, `gssapi`, `oauth2`\n",
            "do not:** `http`, `httpApiKey`",
        ],
    );
    check(
        &server("KAFKA-secure"),
        "protocol",
        "protocol",
        &["`KAFKA-secure`: with TLS.", "`oauth2`, `X509`"],
    );
    check(&server("acme"), "acme", "acme", &["does not say"]);
    let old = server("kafka-secure").replace("3.0.0", "2.0.0");
    check(
        &old,
        "kafka-",
        "kafka-secure",
        &["fit:** `oauth2`, `X509`\n"],
    );
    let elsewhere = "asyncapi: 3.0.0\ninfo:\n  protocol: kafka\nservers:\n  a:\n    protocol:\n";
    for at in ["kafka", "protocol:\n"] {
        let offset = elsewhere.find(at).unwrap() + 1;
        assert_eq!(hover(&analysis(elsewhere), offset), None, "{at}");
    }
}
