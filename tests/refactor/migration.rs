//! Documents of the other major version.

use expect_test::{Expect, expect};

use crate::edits::applied;
use crate::effective::analyse_first;
use crate::{after, analyse};
use asyncapi_security_lsp::refactor::meaning::meaning;
use asyncapi_security_lsp::refactor::migrate::migrate;

/// The document after the migration, or why there is none.
fn migrated(text: &str) -> String {
    match migrate(&analyse(text)) {
        Ok(edits) => applied(text, &edits),
        Err(refusal) => format!("{}\n", refusal.text()),
    }
}

fn check(text: &str, expected: Expect) {
    expected.assert_eq(&migrated(text));
}

const V2: &str = "# Orders
asyncapi: '2.6.0' # for now
info:
  title: Orders
  version: 1.0.0
tags:
  - name: shop
servers:
  production:
    url: kafka-secure://broker.example.com:9093/orders # ours
    protocol: kafka-secure
    security:
      # Kafka itself
      - scram: []
channels:
  # One order after the other.
  orders/{region}:
    parameters:
      region: # where
        description: A region
        schema:
          type: string
          enum: [eu, us]
    servers: [production]
    # Shops tell us.
    publish:
      operationId: placeOrder
      security:
        - oauth: ['orders:write', 'orders:read']
      message:
        # An order
        name: order
        payload:
          type: object # anything
    subscribe:
      security:
        - oauth: [orders:read] # readers
      message:
        oneOf:
          - $ref: '#/components/messages/placed'
          # too late
          - $ref: '#/components/messages/gone'
components:
  messages:
    placed:
      messageId: placed
      schemaFormat: application/schema+json;version=draft-07
      payload: {type: object}
    gone:
      payload:
        $ref: '#/components/messages/placed/payload'
  securitySchemes:
    scram: {type: scramSha512}
    oauth:
      type: oauth2
      flows:
        clientCredentials:
          tokenUrl: https://id.example.com/token
          scopes: # what there is
            orders:read: See orders
            orders:write: Change orders
";

#[test]
fn a_document_of_2_x() {
    check(
        V2,
        expect![[r#"
        # Orders
        asyncapi: '3.0.0' # for now
        info:
          title: Orders
          version: 1.0.0
          tags:
            - name: shop
        servers:
          production:
            host: broker.example.com:9093 # ours
            pathname: /orders
            protocol: kafka-secure
            security:
              # Kafka itself
              - $ref: '#/components/securitySchemes/scram'
        channels:
          # One order after the other.
          orders-region:
            address: orders/{region}
            messages:
              order:
                # An order
                name: order
                payload:
                  type: object # anything
              placed:
                $ref: '#/components/messages/placed'
              gone:
                # too late
                $ref: '#/components/messages/gone'
            parameters:
              region: # where
                description: A region
                enum: [eu, us]
            servers: [{$ref: '#/servers/production'}]
        operations:
          placeOrder:
            # Shops tell us.
            action: receive
            channel:
              $ref: '#/channels/orders-region'
            security:
              - $ref: '#/components/securitySchemes/oauth'
            messages:
              - $ref: '#/channels/orders-region/messages/order'
          orders-region.subscribe:
            action: send
            channel:
              $ref: '#/channels/orders-region'
            security:
              - $ref: '#/components/securitySchemes/oauthOrdersRead' # readers
            messages:
              - $ref: '#/channels/orders-region/messages/placed'
              - $ref: '#/channels/orders-region/messages/gone'
        components:
          messages:
            placed:
              payload:
                schemaFormat: application/schema+json;version=draft-07
                schema: {type: object}
            gone:
              payload:
                $ref: '#/components/messages/placed/payload/schema'
          securitySchemes:
            scram: {type: scramSha512}
            oauth:
              type: oauth2
              flows:
                clientCredentials:
                  tokenUrl: https://id.example.com/token
                  availableScopes: # what there is
                    orders:read: See orders
                    orders:write: Change orders
              scopes: [orders:write, orders:read]
            oauthOrdersRead:
              type: oauth2
              flows:
                clientCredentials:
                  tokenUrl: https://id.example.com/token
                  availableScopes:
                    orders:read: See orders
                    orders:write: Change orders
              scopes: [orders:read]
    "#]],
    );
}

#[test]
fn back_again() {
    check(
        &migrated(V2),
        expect![[r#"
            # Orders
            asyncapi: '2.6.0' # for now
            info:
              title: Orders
              version: 1.0.0
            tags:
              - name: shop
            servers:
              production:
                url: kafka-secure://broker.example.com:9093/orders # ours
                protocol: kafka-secure
                security:
                  # Kafka itself
                  - scram: []
            channels:
              # One order after the other.
              orders/{region}:
                parameters:
                  region: # where
                    description: A region
                    schema:
                      type: string
                      enum: [eu, us]
                servers: [production]
                publish:
                  # Shops tell us.
                  operationId: placeOrder
                  security:
                    - oauth: [orders:write, orders:read]
                  message:
                    # An order
                    name: order
                    payload:
                      type: object # anything
                subscribe:
                  operationId: orders-region.subscribe
                  security:
                    - oauthOrdersRead: [orders:read] # readers
                  message:
                    oneOf:
                      - $ref: '#/components/messages/placed'
                      - # too late
                        $ref: '#/components/messages/gone'
            components:
              messages:
                placed:
                  schemaFormat: application/schema+json;version=draft-07
                  payload: {type: object}
                gone:
                  payload:
                    $ref: '#/components/messages/placed/payload'
              securitySchemes:
                scram: {type: scramSha512}
                oauth:
                  type: oauth2
                  flows:
                    clientCredentials:
                      tokenUrl: https://id.example.com/token
                      scopes: # what there is
                        orders:read: See orders
                        orders:write: Change orders
                oauthOrdersRead:
                  type: oauth2
                  flows:
                    clientCredentials:
                      tokenUrl: https://id.example.com/token
                      scopes:
                        orders:read: See orders
                        orders:write: Change orders
        "#]],
    );
}

#[test]
fn in_json() {
    check(
        "{\n  \"asyncapi\": \"2.4.0\",\n  \"info\": {\"title\": \"a\", \"version\": \"1\"},\n  \"servers\": {\n    \"s\": {\n      \"url\": \"h/p\",\n      \"protocol\": \"amqp\",\n      \"security\": [{\"key\": []}, {\"cert\": []}]\n    }\n  },\n  \"channels\": {\n    \"a\": {\n      \"publish\": {\n        \"security\": [\n          {\"key\": []}\n        ],\n        \"message\": {\n          \"payload\": {\"type\": \"string\"}\n        }\n      }\n    }\n  },\n  \"components\": {\n    \"securitySchemes\": {\n      \"key\": {\"type\": \"apiKey\", \"in\": \"user\"},\n      \"cert\": {\"type\": \"X509\"}\n    }\n  }\n}\n",
        expect![[r##"
            {
              "asyncapi": "3.0.0",
              "info": {"title": "a", "version": "1"},
              "servers": {
                "s": {
                  "host": "h",
                  "pathname": "/p",
                  "protocol": "amqp",
                  "security": [{"$ref": "#/components/securitySchemes/key"}, {"$ref": "#/components/securitySchemes/cert"}]
                }
              },
              "channels": {
                "a": {
                  "address": "a",
                  "messages": {
                    "a.publish.message": {
                      "payload": {"type": "string"}
                    }
                  }
                }
              },
              "operations": {
                "a.publish": {
                  "action": "receive",
                  "channel": {
                    "$ref": "#/channels/a"
                  },
                  "security": [
                    {"$ref": "#/components/securitySchemes/key"}
                  ],
                  "messages": [
                    {
                      "$ref": "#/channels/a/messages/a.publish.message"
                    }
                  ]
                }
              },
              "components": {
                "securitySchemes": {
                  "key": {"type": "apiKey", "in": "user"},
                  "cert": {"type": "X509"}
                }
              }
            }
        "##]],
    );
    check(
        "{\"asyncapi\":\"3.0.0\",\"info\":{\"title\":\"a\",\"version\":\"1\"},\"channels\":{\"c\":{\"address\":\"a/b\",\"messages\":{\"m\":{\"payload\":true},\"n\":{}}}},\"operations\":{\"o\":{\"action\":\"send\",\"channel\":{\"$ref\":\"#/channels/c\"},\"messages\":[{\"$ref\":\"#/channels/c/messages/m\"}],\"security\":[{\"type\":\"plain\"}]}}}",
        expect![[
            r#"{"asyncapi":"2.6.0","info":{"title":"a","version":"1"},"channels":{"a/b":{"subscribe":{"operationId":"o","security":[{"plain":[]}],"message":{"payload":true}}}},"components":{"securitySchemes":{"plain":{"type":"plain"}},"messages":{"n":{}}}}"#
        ]],
    );
}

/// 2.6.0 with this list at an operation, which has these traits.
fn v2(list: &str, traits: &str) -> String {
    format!(
        "asyncapi: 2.6.0\ninfo: {{title: a, version: '1'}}\nchannels:\n  c:\n    publish:\n      security: {list}\n{traits}components:\n  securitySchemes:\n    user: {{type: userPassword}}\n    cert: {{type: X509}}\n    far: {{$ref: './far.yaml'}}\n"
    )
}

#[test]
fn what_3_x_cannot_say() {
    let reasons = [
        (v2("[{user: [], cert: []}]", ""), "together"),
        (v2("[{user: []}, {}]", ""), "without credentials"),
        (v2("[{none: []}]", ""), "`none` is not declared"),
        (v2("[{user: [a]}]", ""), "has no scopes"),
        (
            v2("[{$ref: '#/components/securitySchemes/user'}]", ""),
            "is no requirement",
        ),
        (v2("{user: []}", ""), "is no list"),
        (
            v2(
                "[{user: []}]",
                "      traits:\n      - security: [{cert: []}]\n",
            ),
            "a trait of it",
        ),
        (v2("[{user: []}]", ""), "`./far.yaml`"),
    ];
    for (text, words) in reasons {
        let text = match words {
            "`./far.yaml`" => text,
            _ => text.replace("    far: {$ref: './far.yaml'}\n", ""),
        };
        let found = migrated(&text);
        assert!(found.contains(words), "{words}: {found}");
    }
    let old = v2("[{user: []}]", "").replace("    far: {$ref: './far.yaml'}\n", "");
    let old = migrated(&old.replace("2.6.0", "2.3.0"));
    assert!(old.contains("no effect before 2.4"), "{old}");
}

#[test]
fn what_2_x_cannot_say() {
    let start = "asyncapi: 3.0.0\ninfo: {title: a, version: '1'}\nchannels:\n  c: {address: a}\n  d: {address: b}\noperations:\n  o:\n    action: send\n    channel: {$ref: '#/channels/c'}\n";
    assert!(
        migrated(start).starts_with("asyncapi: 2.6.0"),
        "{}",
        migrated(start)
    );
    let one_more = |more: &str| migrated(&format!("{start}{more}"));
    for (found, words) in [
        (one_more("    reply: {}\n"), "a `reply`"),
        (
            one_more("  p:\n    action: send\n    channel: {$ref: '#/channels/c'}\n"),
            "do the same on one channel",
        ),
        (
            one_more("    security:\n    - $ref: './a.yaml'\n"),
            "`./a.yaml`",
        ),
        (
            one_more("    security:\n    - $ref: '#/channels/c'\n"),
            "no declared scheme",
        ),
        (
            one_more("components:\n  tags: {a: {name: a}}\nx-a: {$ref: '#/components/tags/a'}\n"),
            "`components.tags`",
        ),
        (
            migrated(&start.replace("address: b", "address: a")),
            "Two channels",
        ),
        (
            migrated(&start.replace("address: b", "address: a b")),
            "no URI template",
        ),
        (
            migrated(&start.replace("address: b", "address: null")),
            "no `address`",
        ),
    ] {
        assert!(found.contains(words), "{words}: {found}");
    }
}

#[test]
fn a_scheme_has_the_scopes_that_its_uses_have() {
    let text = "asyncapi: 2.6.0\ninfo: {title: a, version: '1'}\nchannels:\n  a:\n    publish:\n      security:\n      - id: []\n  b:\n    publish:\n      security:\n      - id: [write]\n  c:\n    publish:\n      security:\n      - other: [x]\n      - id: [write]\ncomponents:\n  securitySchemes:\n    id: # whose\n      type: openIdConnect\n      openIdConnectUrl: https://id.example.com/.well-known/openid-configuration\n    other: {$ref: '#/components/securitySchemes/id'}\n";
    check(
        text,
        expect![[r#"
            asyncapi: 3.0.0
            info: {title: a, version: '1'}
            channels:
              a:
                address: a
              b:
                address: b
              c:
                address: c
            operations:
              a.publish:
                action: receive
                channel:
                  $ref: '#/channels/a'
                security:
                - $ref: '#/components/securitySchemes/id'
              b.publish:
                action: receive
                channel:
                  $ref: '#/channels/b'
                security:
                - $ref: '#/components/securitySchemes/idWrite'
              c.publish:
                action: receive
                channel:
                  $ref: '#/channels/c'
                security:
                - $ref: '#/components/securitySchemes/otherX'
                - $ref: '#/components/securitySchemes/idWrite'
            components:
              securitySchemes:
                id: # whose
                  type: openIdConnect
                  openIdConnectUrl: https://id.example.com/.well-known/openid-configuration
                idWrite: {type: openIdConnect, openIdConnectUrl: https://id.example.com/.well-known/openid-configuration, scopes: [write]}
                other: {$ref: '#/components/securitySchemes/id'}
                otherX: {type: openIdConnect, openIdConnectUrl: https://id.example.com/.well-known/openid-configuration, scopes: [x]}
        "#]],
    );
    let back = migrated(&migrated(text));
    assert_eq!(meaning(&analyse(text)), meaning(&analyse(&back)));
}

#[test]
fn a_shared_channel_keeps_its_operations_with_its_user() {
    check(
        "asyncapi: 2.5.0\ninfo: {title: a, version: '1'}\nchannels:\n  a/b:\n    $ref: '#/components/channels/one'\ncomponents:\n  channels:\n    one:\n      subscribe:\n        security: [{user: []}]\n        message: {name: m}\n    two:\n      publish: {operationId: p}\n  securitySchemes:\n    user: {type: userPassword}\n",
        expect![[r#"
            asyncapi: 3.0.0
            info: {title: a, version: '1'}
            channels:
              a-b:
                $ref: '#/components/channels/one'
            operations:
              a-b.subscribe:
                action: send
                channel: {$ref: '#/channels/a-b'}
                security: [{$ref: '#/components/securitySchemes/user'}]
                messages: [{$ref: '#/components/channels/one/messages/m'}]
            components:
              channels:
                one:
                  address: a/b
                  messages:
                    m: {name: m}
                two: {}
              operations:
                p: {action: receive, channel: {$ref: '#/components/channels/two'}}
              securitySchemes:
                user: {type: userPassword}
        "#]],
    );
}

/// What the root refers to in `components` goes where 2.6 has it; what nothing refers to is kept.
#[test]
fn components_that_2_x_has_not() {
    let text = "asyncapi: 3.0.0
channels:
  orders:
    $ref: '#/components/channels/orders'
operations:
  place:
    $ref: '#/components/operations/place'
components:
  channels:
    orders: # ours
      # theirs
      address: shop/orders
      messages:
        order: {payload: {type: object}}
    spare: {address: spare}
  operations:
    place:
      action: receive
      channel: {$ref: '#/components/channels/orders'}
      messages:
      - $ref: '#/components/channels/orders/messages/order'
      security:
      - $ref: '#/components/securitySchemes/user' # who
    old: {action: send, channel: {$ref: '#/components/channels/spare'}}
  securitySchemes:
    user: {type: userPassword}
  replies: {}
";
    check(
        text,
        expect![[r#"
            asyncapi: 2.6.0
            channels:
              shop/orders:
                # ours
                # theirs
                publish:
                  operationId: place
                  security:
                  - user: [] # who
                  message: {payload: {type: object}}
            components:
              x-channels:
                spare: {address: spare}
              x-operations:
                old: {action: send, channel: {$ref: '#/components/channels/spare'}}
              securitySchemes:
                user: {type: userPassword}
        "#]],
    );
    let both = text.replace(
        "channels:\n  orders:\n",
        "channels:\n  same: {$ref: '#/components/channels/orders'}\n  orders:\n",
    );
    check(
        &both,
        expect![[r#"
        The channel `/channels/orders` is a reference.
    "#]],
    );
    let beside = text.replace(
        "    $ref: '#/components/channels/orders'\n",
        "    $ref: '#/components/channels/orders'\n    title: x\n",
    );
    check(
        &beside,
        expect![[r#"
        What stands beside the `$ref` of `/channels/orders` has no effect and would be lost: remove it first.
    "#]],
    );
    let tags = "asyncapi: 3.0.0\ninfo:\n  tags: [{$ref: '#/components/tags/a'}]\nchannels: {}\ncomponents: {tags: {a: {name: a}}}\n";
    check(
        tags,
        expect![[r#"
            `/info/tags` refers to tags, which 2.6 cannot. 2.6 has no `components.tags` that could stand for these, and something refers to them.
        "#]],
    );
}

/// References to other files stay, if both versions write alike what is there.
#[test]
fn other_files_stay_as_they_are() {
    let check = |files: &str, expected: Expect| {
        let analysis = analyse_first(files);
        let text = analysis.document.text().to_string();
        let found = match migrate(&analysis) {
            Ok(edits) => applied(&text, &edits),
            Err(refusal) => format!("{}\n", refusal.text()),
        };
        expected.assert_eq(&found);
    };
    let other = "--- lib.yaml
user: {type: userPassword}
oauth: {type: oauth2, flows: {clientCredentials: {tokenUrl: 'https://id.example.com/t', scopes: {}}}}
trait: {description: x}
secured: {security: [{user: []}]}
";
    let v2 = "--- a.yaml
asyncapi: 2.6.0
channels:
  c:
    publish:
      operationId: o
      security:
      - user: []
      traits:
      - $ref: 'lib.yaml#/trait'
components:
  securitySchemes:
    user: {$ref: 'lib.yaml#/user'} # theirs
";
    check(
        &format!("{v2}{other}"),
        expect![[r#"
        asyncapi: 3.0.0
        channels:
          c:
            address: c
        operations:
          o:
            action: receive
            channel:
              $ref: '#/channels/c'
            security:
            - $ref: '#/components/securitySchemes/user'
            traits:
            - $ref: 'lib.yaml#/trait'
        components:
          securitySchemes:
            user: {$ref: 'lib.yaml#/user'} # theirs
    "#]],
    );
    let oauth = v2.replace("lib.yaml#/user", "lib.yaml#/oauth");
    check(
        &format!("{oauth}{other}"),
        expect![[r#"
        It refers to `lib.yaml#/oauth`, which would have to be migrated with it.
    "#]],
    );
    let secured = v2.replace("lib.yaml#/trait", "lib.yaml#/secured");
    check(
        &format!("{secured}{other}"),
        expect![[r#"
        It refers to `lib.yaml#/secured`, which would have to be migrated with it.
    "#]],
    );
    check(
        v2,
        expect![[r#"
            It refers to `lib.yaml#/trait`, which was not read and may have to be migrated with it. It refers to `lib.yaml#/user`, which was not read and may have to be migrated with it.
        "#]],
    );
    let v3 = "--- a.yaml
asyncapi: 3.0.0
servers:
  s:
    host: h
    protocol: kafka
    security:
    - $ref: 'lib.yaml#/user' # theirs
    - $ref: '#/components/securitySchemes/own'
channels:
  c: {address: c}
operations:
  o:
    action: send
    channel: {$ref: '#/channels/c'}
    security:
    - $ref: 'lib.yaml#/user'
components:
  securitySchemes:
    own: {$ref: './lib.yaml#/user'}
";
    check(
        &format!("{v3}{other}"),
        expect![[r#"
        asyncapi: 2.6.0
        servers:
          s:
            url: kafka://h
            protocol: kafka
            security:
            - user: [] # theirs
            - own: []
        channels:
          c: {subscribe: {operationId: o, security: [{user: []}]}}
        components:
          securitySchemes:
            own: {$ref: './lib.yaml#/user'}
            user: {$ref: lib.yaml#/user}
    "#]],
    );
}

#[test]
fn what_was_pasted_is_written_as_the_document_has_it() {
    let check = |text: &str, expected: Expect| {
        expected.assert_eq(&after("Rewrite what is written as in", text));
    };
    check(
        "asyncapi: 3.0.0\nservers:\n  s:\n    host: h\n    protocol: amqp\n    security:\n    - $ref: '#/components/securitySchemes/id'\n    - i$0d: [write]\n    - user: []\ncomponents:\n  securitySchemes:\n    user:\n      type: userPassword\n    id:\n      type: oauth2\n      flows:\n        clientCredentials:\n          tokenUrl: https://id.example.com/token\n          scopes: {write: change}\n",
        expect![[r#"
            asyncapi: 3.0.0
            servers:
              s:
                host: h
                protocol: amqp
                security:
                - $ref: '#/components/securitySchemes/id'
                - $ref: '#/components/securitySchemes/idWrite'
                - $ref: '#/components/securitySchemes/user'
            components:
              securitySchemes:
                user:
                  type: userPassword
                id:
                  type: oauth2
                  flows:
                    clientCredentials:
                      tokenUrl: https://id.example.com/token
                      availableScopes: {write: change}
                idWrite:
                  type: oauth2
                  flows:
                    clientCredentials:
                      tokenUrl: https://id.example.com/token
                      availableScopes:
                        write: change
                  scopes: [write]
        "#]],
    );
    check(
        "asyncapi: 2.6.0\nchannels:\n  c:\n    publish:\n      security:\n      - user: []\n      - $r$0ef: '#/components/securitySchemes/id'\n      - type: scramSha256 # strong\n        description: theirs\ncomponents:\n  securitySchemes:\n    user:\n      type: userPassword\n    id:\n      type: oauth2\n      flows:\n        clientCredentials:\n          tokenUrl: https://id.example.com/token\n          availableScopes: {write: change}\n      scopes: [write]\n",
        expect![[r#"
            asyncapi: 2.6.0
            channels:
              c:
                publish:
                  security:
                  - user: []
                  - id: [write]
                  - scramSha256: []
            components:
              securitySchemes:
                user:
                  type: userPassword
                id:
                  type: oauth2
                  flows:
                    clientCredentials:
                      tokenUrl: https://id.example.com/token
                      scopes: {write: change}
                scramSha256:
                  type: scramSha256 # strong
                  description: theirs
        "#]],
    );
}

#[test]
fn comments_that_are_about_no_operation_stay() {
    check(
        "asyncapi: 3.0.0
info: {title: a, version: '1'}
channels:
  c: {address: c}
  d:
    address: d
operations:
  # === Lights ===

  # Turn on.
  on: {action: receive, channel: {$ref: '#/channels/c'}}
  # === Others ===

  # Block.
  off:
    action: send
    channel: {$ref: '#/channels/d'}
",
        expect![[r#"
            asyncapi: 2.6.0
            info: {title: a, version: '1'}
            channels:
              c: {publish: {operationId: 'on'}}
              d:
                subscribe:
                  # Block.
                  operationId: 'off'
              # === Lights ===

              # Turn on.
              # === Others ===

        "#]],
    );
}

#[test]
fn comments_among_shared_channels_stay() {
    check(
        "asyncapi: 3.0.0
info: {title: a, version: '1'}
channels:
  c: {$ref: '#/components/channels/c'}
operations:
  on: {action: receive, channel: {$ref: '#/channels/c'}}
components:
  channels:
    # Plain channels

    # The channel
    c:
      address: c
",
        expect![[r#"
            asyncapi: 2.6.0
            info: {title: a, version: '1'}
            channels:
              c:
                # The channel
                publish: {operationId: 'on'}
            components: {}
                # Plain channels

        "#]],
    );
}

#[test]
fn maps_without_a_value_are_filled_to_2_x() {
    check(
        "asyncapi: 3.0.0
info: {title: a, version: '1'}
channels:
  c:
    address: c
    messages:
      m: {name: m}
components:
  messages:
  securitySchemes:
servers:
  s: {host: h, protocol: kafka, security: [{type: userPassword}]}
",
        expect![[r#"
            asyncapi: 2.6.0
            info: {title: a, version: '1'}
            channels:
              c: {}
            components:
              messages:
                m: {name: m}
              securitySchemes:
                userPassword: {type: userPassword}
            servers:
              s: {url: kafka://h, protocol: kafka, security: [{userPassword: []}]}
        "#]],
    );
}

#[test]
fn maps_without_a_value_are_filled_to_3_x() {
    check(
        "asyncapi: 2.6.0
info: {title: a, version: '1'}
servers:
  a: {url: 10.0.0.1, protocol: kafka}
  b:
    url: >-
      example.com
    protocol: kafka
  c: {url: \"h\\x41\", protocol: kafka}
channels:
  c:
    publish: {operationId: o}
operations:
components:
  operations:
  messages:
",
        expect![[r#"
            asyncapi: 3.0.0
            info: {title: a, version: '1'}
            servers:
              a: {host: 10.0.0.1, protocol: kafka}
              b:
                host: >-
                  example.com
                protocol: kafka
              c: {host: "h\x41", protocol: kafka}
            channels:
              c:
                address: c
            operations:
              o: {action: receive, channel: {$ref: '#/channels/c'}}
            components:
              operations:
              messages:
        "#]],
    );
}

#[test]
fn what_is_said_of_one_operation_is_said_of_no_other() {
    check(
        "asyncapi: 3.0.0
info: {title: a, version: '1'}
channels:
  c: {address: c}
  d: {address: d}
operations:
  p: &p {action: receive, channel: {$ref: '#/channels/c'}}
  q: {action: send, channel: {$ref: '#/channels/c'}}
  r: {action: receive, channel: {$ref: '#/channels/d'}}
",
        expect![[r#"
            An anchor, an alias or the style of the text is in the way.
        "#]],
    );
}
