//! Entries of `security` lists.

use super::marks::check;

/// Checks the list of a server.
fn check_server(
    version: &str,
    security: &str,
) -> Vec<asyncapi_security_lsp::rules::finding::Finding> {
    let indented: String = security
        .lines()
        .map(|line| format!("    {line}\n"))
        .collect();
    check(&format!("asyncapi: {version}\nservers:\n  s:\n{indented}"))
}

#[test]
fn lists_as_they_should_be_are_silent() {
    check_server(
        "2.0.0",
        "
security:
  - {}
  - k: []
  - k: []
  - k: [read, write]
    type: []
    l: []
    x-m: []",
    );
    check_server(
        "3.0.0",
        "
security:
  - $ref: '#/components/securitySchemes/k'
  - $ref: './schemes.yaml#/k'
  - type: X509
  - type: oauth2
    flows: { clientCredentials: { tokenUrl: https://acme.io, availableScopes: { r: R } } }
    scopes: [r]",
    );
    check_server("2.6.0", "\nsecurity: []");
    check_server("3.1.0", "\nsecurity: []");
}

#[test]
fn security_is_a_list() {
    for version in ["2.0.0", "3.1.0"] {
        check_server(
            version,
            "\nsecurity: { k: [] }\n^^^^^^^^ security-not-array",
        );
        check_server(
            version,
            "\nsecurity: null\n          ^^^^ security-not-array",
        );
        check_server(version, "\nsecurity: k\n          ^ security-not-array");
        check_server(version, "\nsecurity:\n^^^^^^^^ security-not-array");
    }
}

#[test]
fn entries_are_objects() {
    let found = check_server(
        "2.6.0",
        "
security:
  - k
    ^ security-entry-not-object
  - 5
    ^ security-entry-not-object
  - null
    ^^^^ security-entry-not-object
  - [k]
    ^^^ security-entry-not-object",
    );
    assert!(found[0].message.contains("write `k: []`"));
    let found = check_server(
        "3.1.0",
        "
security:
^^^^^^^^ security-entry-not-object
  - k
    ^ security-entry-not-object
  -",
    );
    assert!(
        found[0]
            .message
            .contains("`$ref: '#/components/securitySchemes/k'`")
    );
}

#[test]
fn values_of_requirements_are_lists_of_different_strings() {
    check_server(
        "2.4.0",
        "
security:
  - a: null
       ^^^^ security-requirement-value-not-array
    b: read
       ^^^^ security-requirement-value-not-array
    c: { read: '' }
    ^ security-requirement-value-not-array
    d: [read, 5, read]
              ^ security-requirement-value-not-array
                 ^^^^ security-requirement-value-not-array
  - x-e: 1
         ^ security-requirement-value-not-array",
    );
    check_server(
        "2.4.0",
        "
security:
  - a:
    ^ security-requirement-value-not-array",
    );
}

#[test]
fn each_major_version_has_its_shape() {
    check_server(
        "2.6.0",
        "
security:
  - $ref: '#/components/securitySchemes/k'
    ^^^^ security-v3-shape-in-v2
  - type: oauth2
    ^^^^ security-v3-shape-in-v2
    flows: 5",
    );
    let found = check_server(
        "3.0.0",
        "
security:
  - k: []
    ^ security-v2-shape-in-v3
  - petstore_auth: [read]
    ^^^^^^^^^^^^^ security-v2-shape-in-v3
    other: []
  - k: null
    ^ security-v2-shape-in-v3
  - name: []
    ^^^^ security-v2-shape-in-v3
  - type: []
    ^^^^ security-v2-shape-in-v3",
    );
    assert!(found[0].message.contains("write a `$ref` to the scheme"));
}

#[test]
fn inline_schemes_are_schemes() {
    check_server(
        "3.1.0",
        "
security:
  - {}
    ^^ security-scheme-type-missing
  - scheme: bearer
    ^^^^^^ security-scheme-type-missing
  - Type: http
    ^^^^ security-scheme-type-missing
  - x-note: a
    ^^^^^^ security-scheme-type-missing
  - type: httpApiKey
    ^^^^ security-scheme-missing-field
    in: header
  - type: X509
    k: []
    ^ security-scheme-unknown-field",
    );
}

#[test]
fn scopes_beside_a_reference_have_no_effect() {
    check_server(
        "3.1.0",
        "
security:
  - $ref: '#/components/securitySchemes/k'
    scopes: [read]
    ^^^^^^ security-ref-scopes-ignored
  - $ref: '#/components/securitySchemes/k'
    description: a
    ^^^^^^^^^^^ security-scheme-ref-siblings
    scopes: [read]
    ^^^^^^ security-ref-scopes-ignored
  - $ref: 'a b'
          ^^^^^ security-ref-invalid-uri",
    );
    check_server(
        "3.1.0",
        "
security:
  - $ref: #/components/securitySchemes/k
    ^^^^ security-ref-yaml-comment",
    );
}
