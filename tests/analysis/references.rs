//! Targets of names and references.

use crate::fixture::{check, check_with};

#[test]
fn a_requirement_names_a_declared_scheme() {
    check(
        "
asyncapi: 2.6.0
servers:
  s:
    security:
      - apiKye: []
        ^^^^^^ security-requirement-undefined did you mean `apiKey`
      - apiKey: []
      - nothing: []
        ^^^^^^^ security-requirement-undefined declare it
components: {securitySchemes: {apiKey: {type: userPassword}}}
",
    );
    check(
        r#"{
  "asyncapi": "2.0.0",
  "servers": {"s": {"security": [{"apikey": []}]}},
                                  ^^^^^^^^ security-requirement-undefined
  "components": {"securitySchemes": {"apiKey": {"type": "userPassword"}}}
}"#,
    );
}

#[test]
fn names_behind_the_reference_of_a_map_are_unknown() {
    for components in [
        "components: {$ref: 'common.yaml#/components'}",
        "components: {securitySchemes: {$ref: 'common.yaml#/schemes'}}",
    ] {
        check(&format!(
            "asyncapi: 2.6.0\nservers: {{s: {{security: [{{k: []}}]}}}}\n{components}\n"
        ));
    }
}

#[test]
fn a_reference_leads_to_something() {
    check(
        "
asyncapi: 3.1.0
servers:
  s:
    security:
      - $ref: '#/components/securitySchemes/nope'
              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ security-ref-unresolved declare the scheme
      - $ref: '#/components/securitySchemes/login'
      - $ref: '#/components/securitySchemes/loginn'
              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ security-ref-unresolved did you mean `#/components/securitySchemes/login`
      - $ref: '#login'
              ^^^^^^^^ security-ref-unresolved did you mean `#/components/securitySchemes/login`
      - $ref: 'components/securitySchemes/login'
              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ security-ref-unresolved write `#/components/securitySchemes/login`
      - $ref: login
              ^^^^^ security-ref-unresolved write `#/components/securitySchemes/login`
components:
  securitySchemes:
    login: {type: X509}
    broken: {$ref: '#/components/securitySchemes/gone'}
    ^^^^^^ security-scheme-unused
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ security-ref-unresolved
",
    );
}

#[test]
fn what_breaks_later_is_reported_there() {
    check(
        "
asyncapi: 2.6.0
servers: {s: {security: [{a: []}]}}
components:
  securitySchemes:
    a: {$ref: '#/components/securitySchemes/b'}
    b: {$ref: '#/components/securitySchemes/c'}
              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ security-ref-unresolved
",
    );
}

#[test]
fn escapes_of_pointers_and_uris_are_decoded() {
    check(
        r##"{
  "asyncapi": "3.0.0",
  "servers": {"s": {"security": [
    {"$ref": "#/components/securitySchemes/a~1b~0c"},
    {"$ref": "#/components/securitySchemes/d%20e"},
    {"$ref": "#/components/securitySchemes/%C3%BC"}
  ]}},
  "components": {"securitySchemes": {
    "a/b~c": {"type": "X509"}, "d e": {"type": "plain"}, "ü": {"type": "gssapi"}
  }}
}"##,
    );
}

#[test]
fn a_reference_leads_to_a_scheme() {
    check(
        "
asyncapi: 3.1.0
servers:
  s:
    host: h
    security:
      - $ref: '#/components/securitySchemes'
              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ security-ref-wrong-target
      - $ref: '#/components/schemas/a'
              ^^^^^^^^^^^^^^^^^^^^^^^^ security-ref-wrong-target
      - $ref: '#/servers/s'
              ^^^^^^^^^^^^^ security-ref-wrong-target
      - $ref: '#/components/securitySchemes/k/type'
              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ security-ref-wrong-target
components:
  schemas: {a: {type: object}}
  securitySchemes: {k: {type: X509}}
",
    );
}

#[test]
fn a_circle_is_reported_once() {
    check(
        "
asyncapi: 3.1.0
servers:
  s: {security: [{$ref: '#/components/securitySchemes/b'}]}
components:
  securitySchemes:
    a: {$ref: '#/components/securitySchemes/b'}
              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ security-ref-cycle
    b: {$ref: '#/components/securitySchemes/c'}
    c: {$ref: '#/components/securitySchemes/a'}
    self: {$ref: '#/components/securitySchemes/self'}
                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ security-ref-cycle
",
    );
    check(
        "
asyncapi: 3.1.0
servers:
  s: {security: [{$ref: '#/servers/t/security/0'}]}
                        ^^^^^^^^^^^^^^^^^^^^^^^^ security-ref-cycle
  t: {security: [{$ref: '#/servers/s/security/0'}]}
",
    );
}

#[test]
fn a_scheme_elsewhere_is_found() {
    check(
        "
asyncapi: 3.1.0
x-schemes: {k: {type: plain}}
servers:
  a: {security: [{type: X509}]}
  b:
    security:
      - $ref: '#/servers/a/security/0'
              ^^^^^^^^^^^^^^^^^^^^^^^^ security-ref-outside-components
      - $ref: '#/x-schemes/k'
              ^^^^^^^^^^^^^^^ security-ref-outside-components
      - $ref: '#/components/securitySchemes/k'
components: {securitySchemes: {k: {$ref: '#/x-schemes/k'}}}
",
    );
}

#[test]
fn other_documents_are_out_of_sight() {
    let source = "
asyncapi: 3.1.0
servers:
  s:
    security:
      - $ref: 'https://example.com/common.yaml#/k'
      - $ref: 'common.yaml#/components/securitySchemes/k'
      - $ref: '#/components/securitySchemes/far'
components: {securitySchemes: {far: {$ref: './far.yaml'}}}
";
    check(source);
    check_with(
        "
asyncapi: 3.1.0
servers:
  s:
    security:
      - $ref: 'https://example.com/common.yaml#/k'
              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ security-ref-external
      - $ref: '#/components/securitySchemes/far'
components: {securitySchemes: {far: {$ref: './far.yaml'}}}
                                           ^^^^^^^^^^^^ security-ref-external
",
        &["security-ref-external"],
    );
}

#[test]
fn a_part_of_a_document_may_refer_to_the_whole() {
    check(
        "
components:
  securitySchemes:
    a: {$ref: '#/components/securitySchemes/gone'}
    b: {type: X509}
",
    );
    check("a: {$ref: '#/b'}\nb: {type: X509}\n");
}

#[test]
fn a_scheme_is_used_or_said_to_be_not() {
    check(
        "
asyncapi: 3.1.0
servers:
  s: {security: [{$ref: '#/components/securitySchemes/k'}]}
operations:
  o: {traits: [{$ref: '#/components/operationTraits/t'}]}
components:
  securitySchemes:
    k: {$ref: '#/components/securitySchemes/target'}
    target: {type: X509}
    old: {type: plain}
    ^^^ security-scheme-unused
    byTrait: {type: gssapi}
    byServer: {type: scramSha256}
    byPart: {type: scramSha512}
    byName: {type: userPassword}
  servers: {c: {security: [{$ref: '#/components/securitySchemes/byServer'}]}}
  operationTraits:
    t:
      security:
        - $ref: '#/components/securitySchemes/byTrait'
        - $ref: '#/components/securitySchemes/byPart/flows'
                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ security-ref-unresolved
        - byName: []
",
    );
}

#[test]
fn a_mistaken_use_is_a_use() {
    check(
        "
asyncapi: 2.6.0
security: [{a: []}]
servers: {s: {security: {b: []}}, t: {security: [c]}}
channels:
  x:
    security: [{d: []}]
    publish: {message: {security: [{e: []}]}}
components:
  securitySchemes:
    a: {type: X509}
    b: {type: plain}
    c: {type: gssapi}
    d: {type: scramSha256}
    e: {type: scramSha512}
",
    );
}

#[test]
fn operations_before_2_4_use_but_are_not_judged() {
    check(
        "
asyncapi: 2.3.0
servers: {}
channels: {c: {publish: {security: [{k: []}, {nope: []}, {}]}}}
components: {securitySchemes: {k: {type: X509}}}
",
    );
}

#[test]
fn what_others_may_use_is_not_unused() {
    for rest in [
        "",
        "servers: {s: {$ref: './servers.yaml#/s'}}",
        "channels: {$ref: './channels.yaml'}",
        "channels: {c: {$ref: './channels.yaml#/c'}}",
        "channels: {c: {publish: {traits: [{$ref: './traits.yaml'}]}}}",
    ] {
        check(&format!(
            "asyncapi: 2.6.0\n{rest}\ncomponents: {{securitySchemes: {{k: {{type: X509}}}}}}\n"
        ));
    }
    // Channels of 3.x have no security, wherever they are.
    check(
        "
asyncapi: 3.0.0
servers: {s: {security: []}}
channels: {c: {$ref: './channels.yaml#/c'}}
components: {securitySchemes: {k: {type: X509}}}
                               ^ security-scheme-unused
",
    );
}
