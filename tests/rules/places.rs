//! Security sites, and the root of a document.

use super::marks::{check, check_json};

#[test]
fn versions_are_known_ones() {
    for version in asyncapi_security_lsp::spec::Version::ALL {
        check(&format!("asyncapi: {}\n", version.as_str()));
    }
    for (rule, wrong) in [
        ("asyncapi-version-patch", "3.0.1"),
        ("asyncapi-version-patch", "2.6.0-rc1"),
        ("asyncapi-version-patch", "'2.6'"),
        ("asyncapi-version-unknown", "3.2.0"),
        ("asyncapi-version-unknown", "2.7.0"),
        ("asyncapi-version-unknown", "4.0.0"),
        ("asyncapi-version-unknown", "1.2.0"),
        ("asyncapi-version-unknown", "latest"),
        ("asyncapi-version-unknown", "'3'"),
        ("asyncapi-version-unknown", "3"),
        ("asyncapi-version-patch", "3.0"),
        ("asyncapi-version-unknown", "''"),
        ("asyncapi-version-unknown", "99999999999999999999.0.0"),
    ] {
        let carets = "^".repeat(wrong.len());
        check(&format!(
            "asyncapi: {wrong}\n          {carets} {rule}\ninfo: {{}}\n"
        ));
    }
    // Null, a list: left to general validators.
    for value in ["", "null", "[3.0.0]", "{}", "true"] {
        check(&format!("asyncapi: {value}\ninfo: {{}}\n"));
    }
}

#[test]
fn schemes_stand_in_components() {
    check(
        "
asyncapi: 3.1.0
securitySchemes: {}
^^^^^^^^^^^^^^^ security-schemes-misplaced
securityDefinitions: {}
^^^^^^^^^^^^^^^^^^^ security-schemes-misplaced
x-securitySchemes: {}
components:
  securitySchemes: {}
  securitySchemas: {}
  ^^^^^^^^^^^^^^^ security-schemes-misplaced
  security_schemes: {}
  ^^^^^^^^^^^^^^^^ security-schemes-misplaced
  securityDefinitions: {}
  ^^^^^^^^^^^^^^^^^^^ security-schemes-misplaced
  x-securitySchemes: {}
  schemas: {}
",
    );
    for components in ["null", "[]", "5"] {
        let marked = "asyncapi: 3.1.0\ncomponents: @\n^^^^^^^^^^ section-not-object";
        check(&marked.replace('@', components));
    }
    check(
        "
asyncapi: 3.1.0
components:
  securitySchemes: [{ type: X509 }]
  ^^^^^^^^^^^^^^^ security-scheme-not-object
",
    );
}

#[test]
fn security_is_no_field_of_other_objects() {
    check(
        "
asyncapi: 3.1.0
security: []
^^^^^^^^ security-not-supported-here
channels:
  c:
    security: []
    ^^^^^^^^ security-not-supported-here
    messages:
      m:
        security: []
        ^^^^^^^^ security-not-supported-here
        traits:
          - security: []
            ^^^^^^^^ security-not-supported-here
operations:
  o:
    reply:
      security: []
      ^^^^^^^^ security-not-supported-here
components:
  messages:
    m:
      security: []
      ^^^^^^^^ security-not-supported-here
",
    );
    check(
        "
asyncapi: 2.6.0
channels:
  c:
    publish:
      message:
        oneOf:
          - security: []
            ^^^^^^^^ security-not-supported-here
    subscribe:
      message:
        security: []
        ^^^^^^^^ security-not-supported-here
        traits: [{ security: [] }]
                   ^^^^^^^^ security-not-supported-here
",
    );
}

#[test]
fn operations_have_security_since_2_4() {
    check(
        "
asyncapi: 2.3.0
servers:
  s: { security: [] }
channels:
  c:
    publish:
      security: nonsense
      ^^^^^^^^ operation-security-since
      traits: [{ security: [] }, { $ref: '#/components/operationTraits/t' }]
                 ^^^^^^^^ operation-security-since
components:
  operationTraits:
    t: { security: [] }
         ^^^^^^^^ operation-security-since
",
    );
    check(
        "
asyncapi: 2.4.0
channels:
  c:
    publish:
      security: [k]
                 ^ security-entry-not-object
    subscribe:
      traits: [{ security: [{ k: 5 }] }]
                                 ^ security-requirement-value-not-array
components:
  operationTraits:
    t: { security: {} }
         ^^^^^^^^ security-not-array
",
    );
}

#[test]
fn operations_of_3_carry_security() {
    check(
        "
asyncapi: 3.0.0
operations:
  o:
    security: [k]
               ^ security-entry-not-object
    traits:
      - security: [{ k: [] }]
                     ^ security-v2-shape-in-v3
  p: { $ref: '#/components/operations/p', security: 5 }
components:
  operations:
    p:
      security: {}
      ^^^^^^^^ security-not-array
  operationTraits:
    t:
      security:
        - type: nonsense
                ^^^^^^^^ security-scheme-type-unknown
  servers:
    s:
      security: [5]
                 ^ security-entry-not-object
",
    );
}

#[test]
fn aliases_and_merge_keys_are_followed() {
    check(
        "
asyncapi: 3.1.0
x-base: &base
  type: http
  realm: x
x-good: &good { type: http, scheme: basic }
x-word: &word 5
components:
  securitySchemes:
    a: *good
    b: { <<: *good, description: b }
    c: *base
    ^ security-scheme-missing-field
       ^^^^^ security-scheme-unknown-field
    d:
      <<: *base
          ^^^^^ security-scheme-unknown-field
      scheme: basic
    e: &e
      type: X509
      foo: 1
      ^^^ security-scheme-unknown-field
    f: *e
    g: { type: X509, description: *word }
                                  ^^^^^ security-scheme-field-wrong-type
",
    );
}

#[test]
fn json_is_read_alike() {
    check_json(
        r#"
{
  "asyncapi": "2.3.1",
              ^^^^^^^ asyncapi-version-patch
  "security": [],
  ^^^^^^^^^^ security-not-supported-here
  "servers": { "s": { "security": [{ "k": "read" }] } },
                                          ^^^^^^ security-requirement-value-not-array
  "components": {
    "securitySchemes": {
      "k": { "type": "apiKey", "in": "header", "name": "X" },
                                     ^^^^^^^^ api-key-in-invalid
      "l": { "type": "http" }
      ^^^ security-scheme-missing-field
    }
  }
}
"#,
    );
}

#[test]
fn a_host_has_neither_scheme_nor_path() {
    check(
        "
asyncapi: 3.0.0
servers:
  a: {host: 'https://example.com/v1?a=b', protocol: https}
             ^^^^^^^^ server-host-not-a-host
  b: {host: 'a:9092, kafka://b:9092', protocol: kafka-secure}
                     ^^^^^^^^ server-host-not-a-host
  c: {host: '{region}.example.com:{port}/{path}', protocol: wss}
                                        ^^^^^^^ server-host-not-a-host
  d: {host: 'example.com?a=b', protocol: wss}
                        ^^^^ server-host-not-a-host
  f: {host: '${HOST:-https://a/b}', protocol: wss}
  g: {host: '[2001:db8::1]:9092,b:9092', protocol: kafka-secure}
  h: {host: '{region}.example.com:{port}', protocol: wss}
  i: {$ref: '#/servers/a', host: 'https://example.com'}
  j: {host: [https://example.com], protocol: https}
components:
  servers:
    a: {host: example.com/ws, pathname: /v1, protocol: wss}
                         ^^^ server-host-not-a-host
",
    );
    // A part of a text with escapes has no place of its own.
    check_json(
        r#"
{ "asyncapi": "3.1.0", "servers": { "a": { "host": "example.com\/ws" } } }
                                                   ^^^^^^^^^^^^^^^^^ server-host-not-a-host
"#,
    );
    check("asyncapi: 2.6.0\nservers: {a: {url: 'https://example.com/v1', protocol: https}}\n");
}

#[test]
fn what_is_meant_as_security_or_reference_is_not_passed_over() {
    check(
        "
asyncapi: 2.6.0
servers:
  a:
    url: example.com
    protocol: wss
    Security: []
    ^^^^^^^^ security-field-misspelt
  b: {$rf: '#/components/servers/b'}
      ^^^ security-field-misspelt
  c: {url: example.com, protocol: wss, security: [], securty: []}
channels:
  a: {href: '#/components/channels/a'}
      ^^^^ security-field-misspelt
  b:
    publish:
      secruity: []
      ^^^^^^^^ security-field-misspelt
      x-securit: []
      message: {ref: '#/components/messages/a'}
  c: {reference: see the manual}
",
    );
    check_json(
        r##"
{ "asyncapi": "3.0.0", "operations": { "a": { "channel": { "ref": "#/channels/a" }, "securities": [] } } }
                                                           ^^^^^ security-field-misspelt
"##,
    );
    // Operations have no security before 2.4.0.
    check("asyncapi: 2.3.0\nchannels: {a: {publish: {secruity: []}}}\n");
}
