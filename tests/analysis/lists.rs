//! Findings about lists, operations and traits, and about schemes compared with each other.

use crate::fixture::{analyse, check, check_with};

#[test]
fn an_alternative_is_listed_once() {
    check(
        "
asyncapi: 3.1.0
servers:
  s:
    security:
      - $ref: '#/components/securitySchemes/k'
      - $ref: '#/components/securitySchemes/%6B'
        ^^^^ security-duplicate-alternative
      - {type: plain}
      - {\"type\": plain}
         ^^^^^^ security-duplicate-alternative
components: {securitySchemes: {k: {type: X509}}}
",
    );
    check(
        r#"{
  "asyncapi": "2.6.0",
  "servers": {"s": {"security": [
    {"o": ["a", "b"]}, {"o": ["b", "a"]}, {"o": ["a"]}, {"k": []}
                        ^^^ security-duplicate-alternative
  ]}},
  "components": {"securitySchemes": {
    "k": {"type": "X509"}, "o": {"type": "openIdConnect", "openIdConnectUrl": "u"}
  }}
}"#,
    );
}

#[test]
fn an_empty_requirement_is_told() {
    check(
        "
asyncapi: 2.6.0
servers:
  s: {security: [{k: []}, {}]}
                          ^^ security-requirement-empty optional
  t: {security: [{}]}
                 ^^ security-requirement-empty no security needed
components: {securitySchemes: {k: {type: X509}}}
",
    );
}

#[test]
fn an_empty_list_does_not_switch_off() {
    check(
        "
asyncapi: 2.4.0
servers: {s: {security: [{k: []}]}, t: {security: []}}
components: {securitySchemes: {k: {type: X509}}}
channels: {c: {publish: {security: []}, subscribe: {traits: [{security: []}]}}}
                         ^^^^^^^^ operation-security-empty does not switch off
                                                              ^^^^^^^^ operation-security-empty does not switch off
",
    );
    check_with(
        r#"{
  "asyncapi": "3.0.0",
  "servers": {"s": {"security": []}},
                    ^^^^^^^^^^ server-security-empty
  "operations": {"o": {"security": []}}
                       ^^^^^^^^^^ operation-security-empty says the same as none
}"#,
        &["server-security-empty"],
    );
    check("asyncapi: 3.0.0\nservers: {s: {security: }}\noperations: {o: {}}\n");
}

#[test]
fn in_2_x_the_last_trait_wins() {
    let components = "components: {securitySchemes: {k: {type: X509}, l: {type: plain}}}";
    check(&format!(
        "
asyncapi: 2.6.0
channels:
  c:
    publish:
      security: [{{k: []}}]
      ^^^^^^^^ trait-security-conflict a trait replaces it
      traits: [{{security: [{{k: []}}]}}, {{security: [{{l: []}}]}}]
    subscribe:
      security: [{{k: []}}, {{l: []}}]
      traits: [{{security: [{{l: []}}]}}, {{security: [{{l: []}}, {{k: []}}]}}, {{}}]
{components}
"
    ));
    check(&format!(
        "
asyncapi: 2.4.0
channels:
  c:
    publish:
      security: []
      ^^^^^^^^ trait-security-conflict
      traits: [{{$ref: '#/components/operationTraits/t'}}]
components:
  operationTraits: {{t: {{security: [{{k: []}}, {{l: []}}]}}}}
  {}
",
        &components["components: {".len()..components.len() - 1]
    ));
}

#[test]
fn in_3_x_the_operation_wins() {
    check(
        "
asyncapi: 3.1.0
operations:
  o:
    security: [{type: X509}]
    ^^^^^^^^ trait-security-conflict of a trait has no effect
    traits:
      - security: [{type: plain}]
      - $ref: '#/components/operationTraits/t'
      - security: [{type: X509}]
      - $ref: './far.yaml'
  q:
    security: [{type: X509}]
    ^^^^^^^^ trait-security-conflict of a trait has no effect
    traits: [{$ref: '#/components/operationTraits/t'}]
  p:
    traits: [{security: [{type: plain}]}]
components:
  operationTraits: {t: {security: [{type: gssapi}]}}
",
    );
}

#[test]
fn two_schemes_differ() {
    check(
        "
asyncapi: 3.0.0
components:
  securitySchemes:
    a: {type: http, scheme: basic}
    b: {scheme: 'basic', type: http}
    ^ security-scheme-duplicate `a`
    c: {$ref: '#/components/securitySchemes/a'}
    d: {type: http, scheme: basic, description: other}
    e: &e {type: X509}
    f: *e
",
    );
    check(
        r#"{
  "asyncapi": "2.0.0",
  "components": {"securitySchemes": {"a": {"type": "X509"}, "b": {"type": "X509"}}}
                                                            ^^^ security-scheme-duplicate
}"#,
    );
}

#[test]
fn an_inline_scheme_could_be_a_reference() {
    check(
        "
asyncapi: 3.1.0
servers:
  s:
    security:
      - type: X509
        ^^^^ security-inline-could-be-ref `k`
      - {type: X509, description: other}
      - $ref: '#/components/securitySchemes/k'
components: {securitySchemes: {k: {type: X509}}}
",
    );
}

#[test]
fn schemes_together_have_no_3_x_form() {
    check(
        "
asyncapi: 2.6.0
servers: {s: {security: [{k: [], u: []}, {k: []}]}}
                          ^ security-and-not-portable `k` and `u`
components: {securitySchemes: {k: {type: X509}, u: {type: plain}}}
",
    );
}

#[test]
fn a_scheme_has_a_description() {
    check_with(
        "
asyncapi: 3.0.0
components:
  securitySchemes:
    a: {type: X509}
    ^ security-scheme-description-missing
    b: {type: plain, description: Ask the platform team}
    c: {$ref: '#/components/securitySchemes/a'}
",
        &["security-scheme-description-missing"],
    );
}

#[test]
fn of_other_documents_nothing_is_said() {
    let analysis = analyse("openapi: 3.1.0\na: [\n", &[]);
    assert_eq!(analysis.findings, []);
}
