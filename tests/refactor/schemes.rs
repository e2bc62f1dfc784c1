//! Schemes that are extracted, written in place, copied and moved, in each style.

use std::sync::Arc;

use expect_test::{Expect, expect};

use crate::edits::applied;
use crate::{after, analyse, with_cursor};
use asyncapi_security_lsp::analysis::{Analysis, Options};
use asyncapi_security_lsp::model::surroundings::Surroundings;
use asyncapi_security_lsp::refactor::files::{move_back, reference_at};
use asyncapi_security_lsp::refactor::refactorings;
use asyncapi_security_lsp::syntax::document::Document;
use asyncapi_security_lsp::syntax::format::Format;
use asyncapi_security_lsp::text::range::TextRange;

fn check(title: &str, text: &str, expected: Expect) {
    expected.assert_eq(&after(title, text));
}

const INLINE: &str = "asyncapi: 3.0.0
servers:
  a: # the first
    host: h.example.com
    protocol: kafka-secure
    security:
      # who may
      - type: oauth2$0 # a kind
        # where
        flows:
          clientCredentials:
            tokenUrl: https://id.example.com/token
            availableScopes: {} # none

      - type: X509
  b:
    host: i.example.com
    protocol: kafka-secure
    security:
      - {type: oauth2, flows: {clientCredentials: {tokenUrl: 'https://id.example.com/token', availableScopes: {}}}}
channels: {}
";

#[test]
fn extract_in_block_style() {
    check(
        "Extract this scheme",
        INLINE,
        expect![[r#"
        asyncapi: 3.0.0
        servers:
          a: # the first
            host: h.example.com
            protocol: kafka-secure
            security:
              # who may
              - $ref: '#/components/securitySchemes/«oauth»'

              - type: X509
          b:
            host: i.example.com
            protocol: kafka-secure
            security:
              - {type: oauth2, flows: {clientCredentials: {tokenUrl: 'https://id.example.com/token', availableScopes: {}}}}
        channels: {}
        components:
          securitySchemes:
            «oauth»:
              type: oauth2 # a kind
              # where
              flows:
                clientCredentials:
                  tokenUrl: https://id.example.com/token
                  availableScopes: {} # none
    "#]],
    );
    check(
        "Extract all 2 copies",
        INLINE,
        expect![[r#"
        asyncapi: 3.0.0
        servers:
          a: # the first
            host: h.example.com
            protocol: kafka-secure
            security:
              # who may
              - $ref: '#/components/securitySchemes/«oauth»'

              - type: X509
          b:
            host: i.example.com
            protocol: kafka-secure
            security:
              - {$ref: '#/components/securitySchemes/«oauth»'}
        channels: {}
        components:
          securitySchemes:
            «oauth»:
              type: oauth2 # a kind
              # where
              flows:
                clientCredentials:
                  tokenUrl: https://id.example.com/token
                  availableScopes: {} # none
    "#]],
    );
}

#[test]
fn extract_in_flow_style_and_json() {
    check(
        "Extract this",
        "asyncapi: 3.0.0\noperations: {o: {action: send, channel: {$ref: '#/channels/c'}, security: [{type: http, scheme: bea$0rer}]}}\nchannels: {c: {}}\ncomponents: {securitySchemes: {bearer: {type: X509}}}\n",
        expect![[r#"
            asyncapi: 3.0.0
            operations: {o: {action: send, channel: {$ref: '#/channels/c'}, security: [{$ref: '#/components/securitySchemes/«bearer2»'}]}}
            channels: {c: {}}
            components: {securitySchemes: {bearer: {type: X509}, «bearer2»: {type: http, scheme: bearer}}}
        "#]],
    );
    check(
        "Extract this",
        "{\n  \"asyncapi\": \"3.0.0\",\n  \"servers\": {\n    \"s\": {\n      \"host\": \"h\",\n      \"protocol\": \"amqp\",\n      \"security\": [\n        {\n          \"type\": \"$0scramSha256\", // strong\n          \"description\": \"d\"\n        }\n      ]\n    }\n  }\n}\n",
        expect![[r##"
            {
              "asyncapi": "3.0.0",
              "servers": {
                "s": {
                  "host": "h",
                  "protocol": "amqp",
                  "security": [
                    {
                      "$ref": "#/components/securitySchemes/«scramSha256»"
                    }
                  ]
                }
              },
              "components": {
                "securitySchemes": {
                  "«scramSha256»": {
                    "type": "scramSha256", // strong
                    "description": "d"
                  }
                }
              }
            }
        "##]],
    );
    check(
        "Extract this",
        "{\"asyncapi\":\"3.0.0\",\"servers\":{\"s\":{\"host\":\"h\",\"protocol\":\"amqp\",\"security\":[{\"type\":\"$0plain\"}]}},\"components\":{}}",
        expect![[
            r##"{"asyncapi":"3.0.0","servers":{"s":{"host":"h","protocol":"amqp","security":[{"$ref":"#/components/securitySchemes/«plain»"}]}},"components":{"securitySchemes":{"«plain»":{"type":"plain"}}}}"##
        ]],
    );
}

#[test]
fn refer_to_a_declared_scheme_that_says_the_same() {
    check(
        "Refer to `user`",
        "asyncapi: 3.0.0\nservers:\n  s:\n    host: h\n    protocol: amqp\n    security:\n    - type: user$0Password\ncomponents:\n  securitySchemes:\n    user:\n      type: userPassword\n",
        expect![[r#"
            asyncapi: 3.0.0
            servers:
              s:
                host: h
                protocol: amqp
                security:
                - $ref: '#/components/securitySchemes/user'
            components:
              securitySchemes:
                user:
                  type: userPassword
        "#]],
    );
}

#[test]
fn what_an_anchor_holds_stays() {
    check(
        "Extract this",
        "asyncapi: 3.0.0\nservers:\n  s:\n    host: h\n    protocol: amqp\n    security:\n    - &u\n      type: user$0Password\n    - *u\n",
        expect![[r#"
            An anchor, an alias or the style of the text is in the way.
        "#]],
    );
}

const DECLARED: &str = "asyncapi: 3.0.0
servers:
  s:
    host: h.example.com
    protocol: kafka-secure
    security:
      - $ref: '#/components/securitySchemes/$0oauth'
      - $ref: '#/components/securitySchemes/user'
components:
  securitySchemes:
    oauth: # theirs
      # a kind
      type: oauth2
      flows:
        clientCredentials: # machines
          tokenUrl: https://id.example.com/token
          availableScopes:
            orders:read: See orders
            orders:write: Change orders
      scopes:
        - orders:read
    # ours
    user:
      type: userPassword # at the broker
";

#[test]
fn write_in_place() {
    check(
        "Write `oauth` in place of its reference",
        DECLARED,
        expect![[r#"
        asyncapi: 3.0.0
        servers:
          s:
            host: h.example.com
            protocol: kafka-secure
            security:
              - # theirs
                # a kind
                type: oauth2
                flows:
                  clientCredentials: # machines
                    tokenUrl: https://id.example.com/token
                    availableScopes:
                      orders:read: See orders
                      orders:write: Change orders
                scopes:
                  - orders:read
              - $ref: '#/components/securitySchemes/user'
        components:
          securitySchemes:
            oauth: # theirs
              # a kind
              type: oauth2
              flows:
                clientCredentials: # machines
                  tokenUrl: https://id.example.com/token
                  availableScopes:
                    orders:read: See orders
                    orders:write: Change orders
              scopes:
                - orders:read
            # ours
            user:
              type: userPassword # at the broker
    "#]],
    );
    check(
        "Write `oauth` in place of its only",
        DECLARED,
        expect![[r#"
        asyncapi: 3.0.0
        servers:
          s:
            host: h.example.com
            protocol: kafka-secure
            security:
              - # theirs
                # a kind
                type: oauth2
                flows:
                  clientCredentials: # machines
                    tokenUrl: https://id.example.com/token
                    availableScopes:
                      orders:read: See orders
                      orders:write: Change orders
                scopes:
                  - orders:read
              - $ref: '#/components/securitySchemes/user'
        components:
          securitySchemes:
            # ours
            user:
              type: userPassword # at the broker
    "#]],
    );
    check(
        "Write `a` in place of its only",
        "{\n  \"asyncapi\": \"3.0.0\",\n  \"servers\": {\n    \"s\": {\n      \"host\": \"h\",\n      \"protocol\": \"amqp\",\n      \"security\": [\n        {\"$ref\": \"#/components/securitySchemes/$0a\"}\n      ]\n    }\n  },\n  \"components\": {\n    \"securitySchemes\": {\n      \"a\": {\n        \"type\": \"plain\" // weak\n      }\n    }\n  }\n}\n",
        expect![[r#"
            {
              "asyncapi": "3.0.0",
              "servers": {
                "s": {
                  "host": "h",
                  "protocol": "amqp",
                  "security": [
                    {
                      "type": "plain" // weak
                    }
                  ]
                }
              },
              "components": {
                "securitySchemes": {}
              }
            }
        "#]],
    );
    // Between brackets there is no room for lines, nor for comments.
    let flow = "asyncapi: 3.0.0\nservers:\n  s: {host: h, protocol: amqp, security: [{$ref: '#/components/securitySchemes/$0a'}]}\ncomponents:\n  securitySchemes:\n    a:\n      type: apiKey # of the broker\n      in: user\n";
    check(
        "Write `a` in place of its reference",
        flow,
        expect![[r#"
        asyncapi: 3.0.0
        servers:
          s: {host: h, protocol: amqp, security: [{type: apiKey, in: user}]}
        components:
          securitySchemes:
            a:
              type: apiKey # of the broker
              in: user
    "#]],
    );
    check(
        "Write `a` in place of its only",
        flow,
        expect![[r#"
        A comment would be lost: move it first.
    "#]],
    );
}

#[test]
fn what_other_files_use_is_not_removed() {
    let (analysis, offset) = with_cursor(DECLARED);
    let titles = |surroundings: Surroundings| {
        let options = Options {
            surroundings: Arc::new(surroundings),
            ..Options::default()
        };
        let analysis = Analysis::new(analysis.document.clone(), options, None);
        let found = refactorings(&analysis, TextRange::empty(offset), |_| true);
        found.into_iter().map(|one| one.title).collect::<Vec<_>>()
    };
    let removes = "Write `oauth` in place of its only reference and remove it".to_owned();
    let keeps = "Write `oauth` in place of its reference".to_owned();
    assert!(titles(Surroundings::default()).contains(&removes));
    for others in [
        Surroundings {
            used_schemes: ["oauth".to_owned()].into(),
            ..Surroundings::default()
        },
        Surroundings {
            is_complete: false,
            ..Surroundings::default()
        },
    ] {
        let titles = titles(others);
        assert!(titles.contains(&keeps), "{titles:?}");
        assert!(!titles.contains(&removes), "{titles:?}");
    }
}

#[test]
fn extract_undoes_inline() {
    let text = DECLARED.replacen("$0", "", 1).replace(
        "    # ours\n    user:\n      type: userPassword # at the broker\n",
        "",
    );
    let text = text.replace("      - $ref: '#/components/securitySchemes/user'\n", "");
    let text = text.replace(
        "oauth: # theirs\n      # a kind",
        "x509:\n      type: X509\n    oauth:",
    );
    let cursor = text.replacen("securitySchemes/oauth", "securitySchemes/$0oauth", 1);
    let inline = after("Write `oauth` in place of its only", &cursor);
    assert!(inline.contains("- type: oauth2"), "{inline}");
    let back = after(
        "Extract this",
        &inline.replacen("type: oauth2", "type: $0oauth2", 1),
    );
    assert_eq!(back.replace(['«', '»'], ""), text);
}

#[test]
fn copy_with_other_scopes() {
    check(
        "Require other scopes",
        DECLARED,
        expect![[r#"
        asyncapi: 3.0.0
        servers:
          s:
            host: h.example.com
            protocol: kafka-secure
            security:
              - $ref: '#/components/securitySchemes/«oauthOrdersWrite»'
              - $ref: '#/components/securitySchemes/user'
        components:
          securitySchemes:
            oauth: # theirs
              # a kind
              type: oauth2
              flows:
                clientCredentials: # machines
                  tokenUrl: https://id.example.com/token
                  availableScopes:
                    orders:read: See orders
                    orders:write: Change orders
              scopes:
                - orders:read
            # ours
            user:
              type: userPassword # at the broker
            «oauthOrdersWrite»:
              type: oauth2
              flows:
                clientCredentials:
                  tokenUrl: https://id.example.com/token
                  availableScopes:
                    orders:read: See orders
                    orders:write: Change orders
              scopes: [«orders:write»]
    "#]],
    );
    check(
        "Require other scopes",
        "{\"asyncapi\":\"3.0.0\",\"servers\":{\"s\":{\"host\":\"h\",\"protocol\":\"amqp\",\"security\":[{\"$ref\":\"#/components/securitySchemes/$0a\"}]}},\"components\":{\"securitySchemes\":{\"a\":{\"type\":\"openIdConnect\",\"openIdConnectUrl\":\"https://id.example.com/.well-known/openid-configuration\"}}}}",
        expect![[
            r##"{"asyncapi":"3.0.0","servers":{"s":{"host":"h","protocol":"amqp","security":[{"$ref":"#/components/securitySchemes/«aScope»"}]}},"components":{"securitySchemes":{"a":{"type":"openIdConnect","openIdConnectUrl":"https://id.example.com/.well-known/openid-configuration"},"«aScope»":{"type":"openIdConnect","openIdConnectUrl":"https://id.example.com/.well-known/openid-configuration","scopes":["«scope»"]}}}}"##
        ]],
    );
}

#[test]
fn a_file_of_its_own_and_back() {
    let text = DECLARED.replacen("$0", "", 1);
    let cursor = text.replacen("oauth: #", "oa$0uth: #", 1);
    check(
        "Move `oauth` to `oauth.yaml`",
        &cursor,
        expect![[r#"
            asyncapi: 3.0.0
            servers:
              s:
                host: h.example.com
                protocol: kafka-secure
                security:
                  - $ref: '#/components/securitySchemes/oauth'
                  - $ref: '#/components/securitySchemes/user'
            components:
              securitySchemes:
                oauth: # theirs
                  # a kind
                  $ref: './oauth.yaml'
                # ours
                user:
                  type: userPassword # at the broker
            --- oauth.yaml
            type: oauth2
            flows:
              clientCredentials: # machines
                tokenUrl: https://id.example.com/token
                availableScopes:
                  orders:read: See orders
                  orders:write: Change orders
            scopes:
              - orders:read
        "#]],
    );
    let moved = after("Move `oauth`", &cursor);
    let (document, file) = moved.split_once("--- oauth.yaml\n").unwrap();
    let analysis = analyse(document);
    let offset = document.find("oauth:").unwrap();
    assert_eq!(
        reference_at(&analysis, offset),
        Some(("oauth", "./oauth.yaml"))
    );
    let other = Document::new(file, Format::Yaml);
    let change = move_back(&analysis, "oauth", &other).unwrap();
    expect![[r#"
        asyncapi: 3.0.0
        servers:
          s:
            host: h.example.com
            protocol: kafka-secure
            security:
              - $ref: '#/components/securitySchemes/oauth'
              - $ref: '#/components/securitySchemes/user'
        components:
          securitySchemes:
            oauth: # theirs
              # a kind
              type: oauth2
              flows:
                clientCredentials: # machines
                  tokenUrl: https://id.example.com/token
                  availableScopes:
                    orders:read: See orders
                    orders:write: Change orders
              scopes:
                - orders:read
            # ours
            user:
              type: userPassword # at the broker
    "#]]
    .assert_eq(&applied(document, &change.edits));

    let json = "{\n  \"asyncapi\": \"2.6.0\",\n  \"components\": {\n    \"securitySchemes\": {\n      \"$0a\": {\n        \"type\": \"plain\"\n      }\n    }\n  }\n}\n";
    check(
        "Move `a` to `a.json`",
        json,
        expect![[r#"
        {
          "asyncapi": "2.6.0",
          "components": {
            "securitySchemes": {
              "a": {
                "$ref": "./a.json"
              }
            }
          }
        }
        --- a.json
        {
          "type": "plain"
        }
    "#]],
    );
}

/// The file is gone afterwards, so nothing of it may be lost or lose its meaning.
#[test]
fn a_file_that_does_not_fit_stays() {
    let document = "asyncapi: 3.0.0\ncomponents:\n  securitySchemes:\n    a: {$ref: a.yaml}\n";
    let analysis = analyse(document);
    let back = |text: &str| move_back(&analysis, "a", &Document::new(text, Format::Yaml));
    for (text, reason) in [
        ("# ours\ntype: plain\n", "A comment of the file"),
        ("type: plain\n---\ntype: X509\n", "more than this scheme"),
        ("type: &t plain\nx-a: *t\n", "An anchor"),
        ("type: oauth2\nflows: {$ref: '#/x'}\n", "reference"),
        ("- type: plain\n", "reference"),
    ] {
        let refusal = back(text).unwrap_err().text();
        assert!(refusal.contains(reason), "{text}: {refusal}");
    }
    let change = back("---\ntype: plain # ours\n").unwrap();
    assert_eq!(
        applied(document, &change.edits),
        "asyncapi: 3.0.0\ncomponents:\n  securitySchemes:\n    a:\n      type: plain # ours\n"
    );
}

#[test]
fn sort_scopes_with_their_comments() {
    let at = |list: &str| {
        format!(
            "asyncapi: 2.6.0\nchannels:\n  c:\n    publish:\n      security:\n      - a:{list}\ncomponents:\n  securitySchemes:\n    a:\n      type: openIdConnect\n      openIdConnectUrl: https://id.example.com/.well-known/openid-configuration\n"
        )
    };
    check(
        "Sort",
        &at(
            "\n        # both\n        - c # third\n        # the first\n        - $0a\n        - b",
        ),
        expect![[r#"
        asyncapi: 2.6.0
        channels:
          c:
            publish:
              security:
              - a:
                # both
                # the first
                - a
                - b
                - c # third
        components:
          securitySchemes:
            a:
              type: openIdConnect
              openIdConnectUrl: https://id.example.com/.well-known/openid-configuration
    "#]],
    );
    check(
        "Sort",
        &at(" [ c, \"$0a\",b ] # d"),
        expect![[r#"
        asyncapi: 2.6.0
        channels:
          c:
            publish:
              security:
              - a: [ "a", b,c ] # d
        components:
          securitySchemes:
            a:
              type: openIdConnect
              openIdConnectUrl: https://id.example.com/.well-known/openid-configuration
    "#]],
    );
    check(
        "Sort",
        &at(" [ c, # third\n          $0a ]"),
        expect![[r#"
        A comment stands between the scopes: move it first.
    "#]],
    );
    check(
        "Remove repeated",
        &at(" [$0c, a, c, a]"),
        expect![[r#"
        asyncapi: 2.6.0
        channels:
          c:
            publish:
              security:
              - a: [c, a]
        components:
          securitySchemes:
            a:
              type: openIdConnect
              openIdConnectUrl: https://id.example.com/.well-known/openid-configuration
    "#]],
    );
    check(
        "Remove repeated",
        &at("\n        - $0c\n        - a # b\n        - c # d"),
        expect![[r#"
        A comment would be lost: move it first.
    "#]],
    );
    let flow = "asyncapi: 3.0.0\ncomponents:\n  securitySchemes:\n    a:\n      type: oauth2\n      flows:\n        clientCredentials:\n          tokenUrl: https://id.example.com/token\n          availableScopes:\n            b: |\n              two\n              lines\n            $0a: one\n";
    check(
        "Sort",
        flow,
        expect![[r#"
        asyncapi: 3.0.0
        components:
          securitySchemes:
            a:
              type: oauth2
              flows:
                clientCredentials:
                  tokenUrl: https://id.example.com/token
                  availableScopes:
                    a: one
                    b: |
                      two
                      lines
    "#]],
    );
}

#[test]
fn an_implicit_flow_becomes_one_with_a_code() {
    check(
        "Change the flow",
        "asyncapi: 3.0.0\ncomponents:\n  securitySchemes:\n    a:\n      type: oauth2\n      flows:\n        implicit:\n          # where\n          authorizationUrl: https://id.example.com/$0authorize\n          availableScopes: {}\n",
        expect![[r#"
            asyncapi: 3.0.0
            components:
              securitySchemes:
                a:
                  type: oauth2
                  description: Clients use PKCE (S256).
                  flows:
                    authorizationCode:
                      # where
                      authorizationUrl: https://id.example.com/authorize
                      tokenUrl: «https://auth.example.com/token»
                      availableScopes: {}
        "#]],
    );
}
