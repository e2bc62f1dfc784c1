//! Security schemes: their type and its field table.

use super::marks::{check, check_scheme, check_schemes};
use asyncapi_security_lsp::rules::finding::Finding;
use asyncapi_security_lsp::spec::Version;

/// The message of the only finding.
pub(super) fn message(found: &[Finding]) -> &str {
    assert_eq!(found.len(), 1);
    &found[0].message
}

#[test]
fn schemes_as_they_should_be_are_silent_in_every_version() {
    for version in Version::ALL {
        let scopes = version.scopes_key();
        let schemes = format!(
            "
a: {{ type: userPassword, description: Name and password }}
b: {{ type: apiKey, in: user }}
c: {{ type: apiKey, in: password, x-note: [1] }}
d: {{ type: X509 }}
e: {{ type: symmetricEncryption }}
f: {{ type: asymmetricEncryption }}
g: {{ type: httpApiKey, in: header, name: X-API-Key }}
h: {{ type: httpApiKey, in: query, name: 'api key' }}
i: {{ type: httpApiKey, in: cookie, name: key }}
j: {{ type: http, scheme: basic }}
k: {{ type: http, scheme: bearer, bearerFormat: JWT }}
l: {{ type: http, scheme: Digest }}
m:
  type: oauth2
  flows:
    implicit: {{ authorizationUrl: https://acme.io/a, {scopes}: {{}} }}
    password: {{ tokenUrl: https://acme.io/t, {scopes}: {{ x-a: '' }} }}
    clientCredentials: {{ tokenUrl: https://acme.io/t, {scopes}: {{ read: Read }}, x-b: 1 }}
    authorizationCode:
      authorizationUrl: https://acme.io/a
      tokenUrl: https://acme.io/t
      refreshUrl: https://acme.io/t
      {scopes}: {{ read: Read }}
n: {{ type: openIdConnect, openIdConnectUrl: https://acme.io/.well-known/openid-configuration }}
o: {{ $ref: '#/components/securitySchemes/a' }}
x-p: {{ type: X509 }}
x-q: {{ $ref: './other.yaml#/q' }}"
        );
        check_schemes(version.as_str(), &schemes);
        if version > Version::V2_0 {
            check_schemes(
                version.as_str(),
                "
a: { type: plain }
b: { type: scramSha256 }
c: { type: scramSha512 }
d: { type: gssapi }",
            );
        }
    }
}

#[test]
fn a_scheme_is_an_object() {
    let found = check_schemes(
        "3.1.0",
        "
a: basic
   ^^^^^ security-scheme-not-object
b: [X509]
^ security-scheme-not-object
c: null
   ^^^^ security-scheme-not-object",
    );
    assert!(
        found[0]
            .message
            .contains("`type: http` and `scheme: basic`")
    );
    let found = check_schemes("2.0.0", "\na:\n^ security-scheme-not-object");
    assert!(message(&found).contains("has no value yet"));
}

#[test]
fn the_type_is_there() {
    let guesses = [
        ("scheme: bearer", "`type: http`"),
        ("flows: {}", "`type: oauth2`"),
        ("in: user", "`type: apiKey`"),
        ("in: cookie", "`type: httpApiKey`"),
        ("openIdConnectUrl: https://acme.io", "`type: openIdConnect`"),
        ("description: x", "add it"),
        ("nonsense: x", "add it"),
    ];
    for (field, hint) in guesses {
        let found = check(&format!(
            "
asyncapi: 2.6.0
components:
  securitySchemes:
    k:
    ^ security-scheme-type-missing
      {field}
"
        ));
        assert!(message(&found).contains(hint), "{found:?}");
    }
    let found = check_schemes(
        "2.6.0",
        "\nk:\n  Type: http\n  ^^^^ security-scheme-type-missing",
    );
    assert!(
        message(&found).contains("did you mean `type`?"),
        "{found:?}"
    );
    check_schemes("3.0.0", "\nempty: {}\n^^^^^ security-scheme-type-missing");
}

#[test]
fn the_type_is_a_known_word() {
    for (wrong, hint) in [
        ("x509", "write `X509`"),
        ("OAuth2", "write `oauth2`"),
        ("SCRAM-SHA-256", "write `scramSha256`"),
        ("mutualTLS", "write `X509`"),
        ("basic", "write `http` and `scheme: basic`"),
        ("htp", "did you mean `http`?"),
        ("ht", "did you mean `http` or `httpApiKey`?"),
        ("htt", "did you mean `http` or `httpApiKey`?"),
        ("HTTP", "write `http`"),
        ("userP", "did you mean `userPassword`?"),
        ("nonsense", "or `"),
        ("''", "`type` is empty"),
    ] {
        let carets = "^".repeat(wrong.len());
        let found = check_scheme(
            "3.1.0",
            &format!("\ntype: {wrong}\n      {carets} security-scheme-type-unknown\nfoo: 1"),
        );
        assert!(message(&found).contains(hint), "{found:?}");
    }
    let found = check_scheme(
        "2.0.0",
        "
type: apikey
      ^^^^^^ security-scheme-type-unknown
in: header
name: key",
    );
    assert!(message(&found).contains("`httpApiKey`"));
    check_scheme(
        "2.0.0",
        "\ntype: 5\n      ^ security-scheme-field-wrong-type",
    );
    check_scheme("2.0.0", "\ntype:\n^^^^ security-scheme-field-wrong-type");
    check_scheme(
        "2.0.0",
        "\ntype: [http]\n^^^^ security-scheme-field-wrong-type",
    );
}

#[test]
fn sasl_types_exist_since_2_1() {
    for name in ["plain", "scramSha256", "scramSha512", "gssapi"] {
        let carets = "^".repeat(name.len());
        let found = check_scheme(
            "2.0.0",
            &format!("\ntype: {name}\n      {carets} security-scheme-type-since"),
        );
        assert!(message(&found).contains("2.1.0"));
        check_scheme("2.1.0", &format!("\ntype: {name}"));
    }
}

#[test]
fn required_fields_are_named_together() {
    let found = check_schemes(
        "2.4.0",
        "
key: { type: httpApiKey }
^^^ security-scheme-missing-field
basic: { type: http, bearerFormat: JWT }
^^^^^ security-scheme-missing-field
flows: { type: oauth2 }
^^^^^ security-scheme-missing-field
oidc: { type: openIdConnect }
^^^^ security-scheme-missing-field
user: { type: apiKey }
^^^^ security-scheme-missing-field",
    );
    assert!(
        found[0].message.contains("`name` and `in` are missing"),
        "{found:?}"
    );
    assert!(found[1].message.contains("`scheme` is missing"));
}

#[test]
fn an_unknown_field_is_named_once_with_what_it_means() {
    let found = check_schemes(
        "3.1.0",
        "
a:
  type: httpApiKey
  Name: X-API-Key
  ^^^^ security-scheme-unknown-field
  in: header
b:
  type: http
  scheme: basic
  realm: x
  ^^^^^ security-scheme-unknown-field
c:
  type: http
  scheme: bearer
  tokenUrl: https://acme.io
  ^^^^^^^^ security-scheme-unknown-field
d: { type: X509, x-: 1, x-a b: 1 }
                 ^^ security-scheme-unknown-field
                        ^^^^^ security-scheme-unknown-field",
    );
    let hints = ["did you mean `name`?", "remove it", "belongs in a flow"];
    for (finding, hint) in found.iter().zip(hints) {
        assert!(finding.message.contains(hint), "{finding:?}");
    }
}

#[test]
fn unknown_fields_of_oauth2_only_have_no_effect() {
    let found = check_schemes(
        "3.0.0",
        "
a: &a
  type: oauth2
  flows: { clientCredentials: { tokenUrl: https://acme.io/t, availableScopes: { r: R } } }
  petstore_auth: [r]
  ^^^^^^^^^^^^^ oauth2-unknown-field
  name: x
  ^^^^ oauth2-unknown-field
b:
  type: oauth2
  flow: { clientCredentials: {} }
  ^^^^ security-scheme-missing-field",
    );
    assert!(
        found[2].message.contains("did you mean `flows`?"),
        "{found:?}"
    );
}

#[test]
fn fields_of_another_type_are_one_cause() {
    let found = check_schemes(
        "2.6.0",
        "
a:
  type: http
  scheme: bearer
  name: Authorization
  ^^^^ security-scheme-field-not-applicable
  in: header
b: { type: X509, flows: {} }
                 ^^^^^ security-scheme-field-not-applicable
c: { type: apiKey, in: user, name: x }
                             ^^^^ security-scheme-field-not-applicable
d: { type: http, in: header, name: x }
                 ^^ security-scheme-field-not-applicable
e: { type: apiKey, name: x }
                   ^^^^ security-scheme-field-not-applicable",
    );
    assert!(
        found[0]
            .message
            .contains("`name` and `in` belong to type `httpApiKey`"),
        "{found:?}"
    );
    assert_eq!(found[0].related().len(), 1);
}

#[test]
fn fields_have_types() {
    check_schemes(
        "3.1.0",
        "
a: { type: X509, description: null }
                              ^^^^ security-scheme-field-wrong-type
b: { type: X509, description: [a] }
                 ^^^^^^^^^^^ security-scheme-field-wrong-type
c: { type: httpApiKey, in: header, name: 5 }
                                         ^ security-scheme-field-wrong-type
d: { type: http, scheme: true }
                         ^^^^ security-scheme-field-wrong-type
e: { type: oauth2, flows: [] }
                   ^^^^^ security-scheme-field-wrong-type
f: { type: openIdConnect, openIdConnectUrl: 1.5 }
                                            ^^^ security-scheme-field-wrong-type
g: { $ref: 5 }
           ^ security-scheme-field-wrong-type
h: { type: http, scheme: basic, bearerFormat: {} }
                                ^^^^^^^^^^^^ security-scheme-field-wrong-type",
    );
    let found = check_schemes(
        "3.1.0",
        "\na:\n  type: apiKey\n  in:\n  ^^ security-scheme-field-wrong-type",
    );
    assert!(message(&found).contains("`in` has no value yet"));
}
