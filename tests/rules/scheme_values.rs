//! Values of schemes, their names, and references in place of schemes.

use super::marks::{check, check_scheme, check_schemes};
use super::schemes::message;
use asyncapi_security_lsp::rules::rule::Severity;

#[test]
fn api_key_is_not_the_one_of_openapi() {
    let found = check_schemes(
        "2.2.0",
        "
a: { type: apiKey, in: header, name: X-API-Key }
                       ^^^^^^ api-key-in-invalid
b: { type: apiKey, in: nowhere }
                       ^^^^^^^ api-key-in-invalid
c: { type: httpApiKey, in: password, name: key }
                           ^^^^^^^^ http-api-key-in-invalid
d: { type: httpApiKey, in: path, name: key }
                           ^^^^ http-api-key-in-invalid",
    );
    assert!(found[0].message.contains("`type: httpApiKey`"));
    assert!(found[2].message.contains("`type: apiKey`"));
}

#[test]
fn names_of_http_are_tokens() {
    let found = check_schemes(
        "3.1.0",
        "
a: { type: httpApiKey, in: header, name: 'X API Key:' }
                                         ^^^^^^^^^^^^ http-api-key-name-invalid
b: { type: httpApiKey, in: query, name: '' }
                                        ^^ http-api-key-name-invalid
c: { type: http, scheme: '' }
                         ^^ http-scheme-invalid-token
d: { type: http, scheme: 'Bearer eyJhunter2' }
                         ^^^^^^^^^^^^^^^^^^^ http-scheme-invalid-token
e: { type: http, scheme: 'Bearer x', bearerFormat: JWT }
                         ^^^^^^^^^^ http-scheme-invalid-token",
    );
    assert!(
        found
            .iter()
            .all(|finding| !finding.message.contains("hunter2"))
    );
    assert_eq!(found[3].severity, None);
    assert_eq!(found[4].severity, Some(Severity::Error));
}

#[test]
fn bearer_is_written_small() {
    let found = check_schemes(
        "3.1.0",
        "
a: { type: http, scheme: Bearer }
                         ^^^^^^ http-bearer-case
b: { type: http, scheme: BEARER, bearerFormat: JWT }
                         ^^^^^^ http-bearer-case
c: { type: http, scheme: basic, bearerFormat: JWT }
                                ^^^^^^^^^^^^ bearer-format-without-bearer",
    );
    assert_eq!(found[0].severity, None);
    assert_eq!(found[1].severity, Some(Severity::Error));
}

#[test]
fn names_of_schemes_are_limited() {
    check_schemes(
        "3.1.0",
        "
'my key': { type: X509 }
^^^^^^^^ security-schemes-key-invalid
schéma: nonsense
^^^^^^ security-schemes-key-invalid
        ^^^^^^^^ security-scheme-not-object
x-note: hello
^^^^^^ security-schemes-extension-key
x-more: { a: 1 }
^^^^^^ security-schemes-extension-key
x-good: { type: X509, foo: 1 }
                      ^^^ security-scheme-unknown-field",
    );
}

#[test]
fn what_stands_beside_a_reference_is_ignored() {
    let found = check_schemes(
        "2.6.0",
        "
a: { $ref: '#/components/securitySchemes/b', description: Other, type: nonsense, x-a: 1 }
                                             ^^^^^^^^^^^ security-scheme-ref-siblings
b: { type: oauth2, flows: {}, $ref: 'a.yaml#/b', scopes: [] }
     ^^^^ security-scheme-ref-siblings
c: { $ref: '#/a b' }
           ^^^^^^^ security-ref-invalid-uri
d: { $ref: '#/{a}' }
           ^^^^^^^ security-ref-invalid-uri
e: { $ref: '' }",
    );
    assert_eq!(found[0].severity, None);
    assert_eq!(found[1].severity, Some(Severity::Error));
    let found = check_schemes(
        "3.0.0",
        "
a:
  $ref: #/components/securitySchemes/b
  ^^^^ security-ref-yaml-comment",
    );
    assert!(message(&found).contains("quotes"));
}

#[test]
fn a_null_reference_in_json_is_of_the_wrong_type() {
    super::marks::check_json(
        r#"
{ "asyncapi": "3.0.0", "components": { "securitySchemes": {
  "a": { "$ref": null } } } }
                 ^^^^ security-scheme-field-wrong-type
"#,
    );
}

#[test]
fn flow_settings_beside_the_type_are_one_cause() {
    let found = check_schemes(
        "2.6.0",
        "
a:
  type: oauth2
  flow: accessCode
  ^^^^ openapi-oauth2-shape
  authorizationUrl: https://acme.io/a
  tokenUrl: /t
  scopes: { read: Read }
b:
  type: oauth2
  flows: { clientCredentials: { tokenUrl: https://acme.io/t, scopes: {} } }
  refreshUrl: https://acme.io/t
  ^^^^^^^^^^ openapi-oauth2-shape",
    );
    assert_eq!(found[0].related().len(), 2);
    assert_eq!(found[0].severity, None);
    assert_eq!(found[1].severity, Some(Severity::Warning));
}

#[test]
fn scopes_of_a_scheme_belong_to_3() {
    let found = check_schemes(
        "2.6.0",
        "
a: { type: openIdConnect, openIdConnectUrl: https://acme.io, scopes: [openid] }
                                                             ^^^^^^ scheme-scopes-since
b:
  type: oauth2
  flows: { clientCredentials: { tokenUrl: https://acme.io/t, scopes: {} } }
  scopes: 5
  ^^^^^^ scheme-scopes-since",
    );
    assert_eq!(found[0].severity, Some(Severity::Error));
    assert_eq!(found[1].severity, None);
    check_schemes(
        "3.1.0",
        "
a: { type: openIdConnect, openIdConnectUrl: https://acme.io, scopes: { openid: '' } }
                                                             ^^^^^^ scheme-scopes-not-array
b: { type: openIdConnect, openIdConnectUrl: https://acme.io, scopes: openid }
                                                                     ^^^^^^ scheme-scopes-not-array
c: { type: openIdConnect, openIdConnectUrl: https://acme.io, scopes: [openid, 5, null] }
                                                                              ^ scheme-scopes-not-array
                                                                                 ^^^^ scheme-scopes-not-array
d: { type: X509, scopes: [] }
                 ^^^^^^ security-scheme-field-not-applicable",
    );
}

#[test]
fn a_misspelt_reference_is_no_scheme_without_a_type() {
    for key in ["ref", "$Ref", "href"] {
        let carets = "^".repeat(key.len());
        let found = check_scheme(
            "3.0.0",
            &format!(
                "{key}: '#/components/securitySchemes/l'\n{carets} security-scheme-type-missing"
            ),
        );
        assert!(found[0].message.contains("write `$ref`"));
    }
    check_scheme(
        "3.0.0",
        "
type: oauth2
flows:
  ref: './flows.yaml'
  ^^^ oauth2-ref-not-allowed",
    );
}

/// The fields are those of another type, so what `type` requires is not missing.
#[test]
fn fields_that_fit_another_type_alone_say_which() {
    for (scheme, right) in [
        ("type: http, flows: {}", "oauth2"),
        (
            "type: httpApiKey, openIdConnectUrl: 'https://a.shop.io/.well-known/openid-configuration'",
            "openIdConnect",
        ),
        (
            "type: apiKey, openIdConnectUrl: 'https://a.shop.io/.well-known/openid-configuration'",
            "openIdConnect",
        ),
        ("type: userPassword, in: header, name: X-Key", "httpApiKey"),
        ("type: X509, scheme: bearer", "http"),
    ] {
        let before = scheme.find(", ").unwrap() + 2;
        let (name, _) = scheme[before..].split_once(':').unwrap();
        let marks = format!("{}{}", " ".repeat(before + 4), "^".repeat(name.len()));
        let found = check(&format!(
            "asyncapi: 2.6.0\ncomponents:\n  securitySchemes:\n    k: {{{scheme}}}\n    {marks} security-scheme-field-not-applicable\n"
        ));
        let words = format!("write `type: {right}`");
        assert!(found[0].message.contains(&words), "{}", found[0].message);
    }
}
