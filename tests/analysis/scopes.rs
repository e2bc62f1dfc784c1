//! Required and declared scopes.

use crate::fixture::{check, check_with};

#[test]
fn a_required_scope_is_declared() {
    check(
        "
asyncapi: 2.6.0
servers:
  s:
    security:
      - login: [read, raed, raed, other]
                      ^^^^ security-scope-undefined did you mean `read`
                                  ^^^^^ security-scope-undefined declare it
      - alias: [nope]
                ^^^^ security-scope-undefined
      - open: [anything]
components:
  securitySchemes:
    login: {type: oauth2, flows: {password: {tokenUrl: t, scopes: {read: Read}}}}
    alias: {$ref: '#/components/securitySchemes/login'}
    open: {type: openIdConnect, openIdConnectUrl: u}
",
    );
    check(
        r#"{
  "asyncapi": "3.0.0",
  "components": {"securitySchemes": {"login": {
    "type": "oauth2",
    "flows": {"password": {"tokenUrl": "t", "availableScopes": {"read": "Read"}}},
    "scopes": ["read", "raed"]
                       ^^^^^^ security-scope-undefined did you mean `read`
  }}}
}"#,
    );
}

#[test]
fn of_unreadable_flows_no_scope_is_undefined() {
    for flows in [
        "",
        "{password: {tokenUrl: t}}",
        "{password: {tokenUrl: t, scopes: [read]}}",
        "{password: {tokenUrl: t, scopes: {}}, implicit: }",
    ] {
        check(&format!(
            "
asyncapi: 2.6.0
servers: {{s: {{security: [{{k: [read]}}]}}}}
components: {{securitySchemes: {{k: {{type: oauth2, flows: {flows}}}}}}}
"
        ));
    }
}

#[test]
fn without_flows_every_list_has_one_undefined_scope() {
    check(
        "
asyncapi: 2.6.0
servers: {s: {security: [{k: [read, write]}]}}
                              ^^^^ security-scope-undefined
components: {securitySchemes: {k: {type: oauth2, flows: {}}}}
",
    );
}

#[test]
fn a_scope_of_some_flows_is_told() {
    check(
        "
asyncapi: 3.1.0
servers:
  s:
    security:
      - type: oauth2
        flows:
          clientCredentials: {tokenUrl: t, availableScopes: {}}
          password: {tokenUrl: t, availableScopes: {read: Read}}
        scopes: [read]
                 ^^^^ security-scope-not-in-every-flow `clientCredentials`
",
    );
    check(
        "
asyncapi: 2.0.0
servers: {s: {security: [{k: [read, write]}]}}
                              ^^^^ security-scope-not-in-every-flow `implicit` of `k`
components:
  securitySchemes:
    k:
      type: oauth2
      flows:
        implicit: {scopes: {write: w}}
        password: {scopes: {read: r, write: w}}
",
    );
}

#[test]
fn only_oauth_has_scopes() {
    check(
        "
asyncapi: 2.6.0
servers:
  s:
    security:
      - k: [admin]
        ^ security-scopes-on-non-oauth `X509`
      - l: []
      - typo: [admin]
components:
  securitySchemes: {k: {type: X509}, l: {type: plain}, typo: {type: oauth}}
",
    );
}

/// The type of these schemes is the mistake, and has a finding.
#[test]
fn of_schemes_with_fields_of_another_type_no_scope_is_told() {
    for scheme in [
        "type: http, flows: {clientCredentials: {tokenUrl: 'https://a.shop.io/t', scopes: {read: r}}}",
        "type: http, scheme: bearer, openIdConnectUrl: 'https://a.shop.io/.well-known/openid-configuration'",
        "type: openIdConnect, flows: {}",
        "type: apiKey, in: header, name: k",
        "type: httpApiKey, in: user, name: k",
        "type: userPassword, in: user",
    ] {
        check(&format!(
            "asyncapi: 2.6.0\nservers: {{s: {{security: [{{k: [read]}}]}}}}\ncomponents:\n  securitySchemes:\n    k: {{{scheme}}}\n"
        ));
    }
}

#[test]
fn a_scope_is_listed_once() {
    check(
        "
asyncapi: 3.0.0
servers:
  s:
    security:
      - type: openIdConnect
        openIdConnectUrl: u
        scopes: [a, b, a, a]
                       ^ security-duplicate-scope
                          ^ security-duplicate-scope
",
    );
}

#[test]
fn spellings_of_a_scope_do_not_clash() {
    check(
        "
asyncapi: 3.0.0
components:
  securitySchemes:
    k:
      type: oauth2
      flows:
        password: {availableScopes: {read: a, Read: b, write: c}}
                                              ^^^^ oauth2-scope-case-clash `read`
        implicit: {availableScopes: {Read: a, READ: b, write: c}}
                                              ^^^^ oauth2-scope-case-clash
",
    );
}

#[test]
fn an_entry_selects_scopes() {
    check(
        "
asyncapi: 3.1.0
servers:
  s:
    security:
      - $ref: '#/components/securitySchemes/o'
        ^^^^ oauth2-scopes-not-selected `read`
      - $ref: '#/components/securitySchemes/none'
      - $ref: '#/components/securitySchemes/chosen'
  t:
    security:
      - $ref: '#/components/securitySchemes/o'
        scopes: [read]
  u:
    security:
      - type: oauth2
        ^^^^ oauth2-scopes-not-selected
        flows: {password: {availableScopes: {read: r}}}
components:
  securitySchemes:
    o: {type: oauth2, flows: {password: {availableScopes: {read: Read}}}}
    none: {type: oauth2, flows: {password: {availableScopes: {}}}}
    chosen: {type: oauth2, flows: {password: {availableScopes: {read: Read}}}, scopes: []}
",
    );
}

#[test]
fn a_declared_scope_is_required_somewhere() {
    let rule = ["oauth2-scope-unused"];
    check_with(
        "
asyncapi: 2.6.0
servers: {s: {security: [{k: [read]}]}}
components:
  securitySchemes:
    k: {type: oauth2, flows: {password: {scopes: {read: r, admin: a}}}}
                                                           ^^^^^ oauth2-scope-unused
",
        &rule,
    );
    check_with(
        "
components:
  securitySchemes:
    k: {type: oauth2, flows: {password: {availableScopes: {read: r}}}}
",
        &rule,
    );
}
