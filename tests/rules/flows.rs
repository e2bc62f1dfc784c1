//! OAuth flows.

use super::marks::{check_fragment, check_scheme};
use asyncapi_security_lsp::model::Fragment;
use asyncapi_security_lsp::spec::Version;

/// Checks `flows` in a version; `SCOPES` is the name of the map of scopes there.
fn check_flows(version: &str, flows: &str) -> Vec<asyncapi_security_lsp::rules::finding::Finding> {
    let indented: String = flows.lines().map(|line| format!("  {line}\n")).collect();
    check_scheme(version, &format!("\ntype: oauth2\nflows:\n{indented}"))
}

#[test]
fn flows_have_known_names() {
    let found = check_flows(
        "2.0.0",
        "
authorization_code:
^^^^^^^^^^^^^^^^^^ oauth2-flow-unknown
  tokenUrl: /t
deviceAuthorization: {}
^^^^^^^^^^^^^^^^^^^ oauth2-flow-unknown
Implicit: 5
^^^^^^^^ oauth2-flow-unknown
nonsense: {}
^^^^^^^^ oauth2-flow-unknown",
    );
    let hints = [
        "write `authorizationCode`",
        "no version of AsyncAPI",
        "write `implicit`",
        "or `",
    ];
    for (finding, hint) in found.iter().zip(hints) {
        assert!(finding.message.contains(hint), "{finding:?}");
    }
}

#[test]
fn some_flow_is_there() {
    check_scheme(
        "3.1.0",
        "\ntype: oauth2\nflows: {}\n^^^^^ oauth2-flows-empty",
    );
    check_scheme(
        "3.1.0",
        "
type: oauth2
flows: { x-note: a, clientCredentials: { tokenUrl: https://acme.io, availableScopes: {} } }
         ^^^^^^ oauth2-flows-extension",
    );
    check_scheme(
        "3.1.0",
        "\ntype: oauth2\nflows:\n^^^^^ security-scheme-field-wrong-type",
    );
}

#[test]
fn nothing_below_a_scheme_is_a_reference() {
    check_scheme(
        "2.3.0",
        "
type: oauth2
flows: { $ref: '#/x-flows' }
         ^^^^ oauth2-ref-not-allowed",
    );
    check_flows(
        "3.1.0",
        "
implicit: { $ref: '#/x-flow' }
            ^^^^ oauth2-ref-not-allowed",
    );
}

#[test]
fn fields_of_a_flow() {
    let found = check_flows(
        "3.1.0",
        "
implicit:
  authorizationUrl: https://acme.io/a
  tokenUrl: https://acme.io/t
  ^^^^^^^^ oauth2-flow-forbidden-field
  availableScopes: {}
password:
  tokenURL: https://acme.io/t
  ^^^^^^^^ oauth2-flow-unknown-field
  scope: {}
  ^^^^^ oauth2-flow-unknown-field
  x-note: a
clientCredentials: { authorizationUrl: 5 }
^^^^^^^^^^^^^^^^^ oauth2-flow-missing-field
                     ^^^^^^^^^^^^^^^^ oauth2-flow-forbidden-field
authorizationCode:
^^^^^^^^^^^^^^^^^ oauth2-flow-missing-field
  authorization_url: https://acme.io/a
  ^^^^^^^^^^^^^^^^^ oauth2-flow-unknown-field
  accessTokenUrl: https://acme.io/t
  ^^^^^^^^^^^^^^ oauth2-flow-unknown-field
  audience: a
  ^^^^^^^^ oauth2-flow-unknown-field",
    );
    let missing: Vec<_> = found
        .iter()
        .filter(|finding| finding.rule.id == "oauth2-flow-missing-field")
        .map(|finding| &*finding.message)
        .collect();
    assert!(
        missing[0].contains("`tokenUrl` and `availableScopes` are missing"),
        "{missing:?}"
    );
    assert!(
        missing[1].contains("`availableScopes` is missing"),
        "{missing:?}"
    );
}

#[test]
fn fields_of_a_flow_have_types() {
    check_flows(
        "2.6.0",
        "
implicit: []
^^^^^^^^ security-scheme-field-wrong-type
password: https://acme.io
          ^^^^^^^^^^^^^^^ security-scheme-field-wrong-type
clientCredentials: { tokenUrl: null, scopes: {} }
                               ^^^^ security-scheme-field-wrong-type
authorizationCode: { authorizationUrl: [], tokenUrl: { a: b }, scopes: {} }
                     ^^^^^^^^^^^^^^^^ security-scheme-field-wrong-type
                                           ^^^^^^^^ security-scheme-field-wrong-type",
    );
}

#[test]
fn the_map_of_scopes_has_a_name_for_each_major_version() {
    for version in Version::ALL {
        let right = version.scopes_key();
        let wrong = if version.is_v3() {
            "scopes"
        } else {
            "availableScopes"
        };
        let carets = "^".repeat(wrong.len());
        let found = check_flows(
            version.as_str(),
            &format!(
                "
password:
  tokenUrl: https://acme.io/t
  {wrong}: {{ read: 5 }}
  {carets} oauth2-scopes-key-wrong-version
clientCredentials:
  tokenUrl: https://acme.io/t
  {wrong}: {{ read: Read }}
  {carets} oauth2-scopes-key-wrong-version
  {right}: {{ read: Read }}"
            ),
        );
        assert!(
            found[0]
                .message
                .contains(&format!("called `{right}`; rename this"))
        );
        assert!(
            found[1]
                .message
                .contains(&format!("merge `{wrong}` into it"))
        );
    }
}

#[test]
fn scopes_are_a_map_of_descriptions() {
    check_flows(
        "3.1.0",
        "
implicit: { authorizationUrl: https://acme.io/a, availableScopes: [read, write] }
                                                 ^^^^^^^^^^^^^^^ oauth2-scopes-not-a-map
password: { tokenUrl: https://acme.io/t, availableScopes: read write }
                                                          ^^^^^^^^^^ oauth2-scopes-not-a-map
clientCredentials:
  tokenUrl: https://acme.io/t
  availableScopes:
    read: null
          ^^^^ oauth2-scope-description-not-string
    write: 5
           ^ oauth2-scope-description-not-string
    x-list: [a]
    ^^^^^^ oauth2-scope-description-not-string
    'a b': ''",
    );
    check_flows(
        "2.6.0",
        "
password:
  tokenUrl: https://acme.io/t
  scopes:
    read:
    ^^^^ oauth2-scope-description-not-string
clientCredentials:
  tokenUrl: https://acme.io/t
  scopes:
  ^^^^^^ oauth2-scopes-not-a-map",
    );
}

#[test]
fn a_fragment_may_belong_to_either_version() {
    let flow = |mark: &str| {
        format!(
            "
tokenUrl: https://acme.io/t
scopes:
{mark}  read: 5
        ^ oauth2-scope-description-not-string
"
        )
    };
    let newer = "^^^^^^ oauth2-scopes-key-wrong-version\n";
    check_fragment(Fragment::Flow, Version::V3_1, &flow(newer));
    check_fragment(Fragment::Flow, Version::V2_6, &flow(""));
    check_fragment(
        Fragment::Flow,
        Version::V3_1,
        "
tokenUrl: t
          ^ url-not-absolute
scopes: {}
^^^^^^ oauth2-scopes-key-wrong-version
availableScopes: {}
nonsense: 1
^^^^^^^^ oauth2-flow-unknown-field
",
    );
    check_fragment(
        Fragment::Flows,
        Version::V3_1,
        "
implicit: { scopes: {} }
            ^^^^^^ oauth2-scopes-key-wrong-version
^^^^^^^^ oauth2-flow-missing-field
nonsense: {}
^^^^^^^^ oauth2-flow-unknown
",
    );
}

#[test]
fn a_fragment_without_a_key_is_found_at_its_first_key() {
    check_fragment(
        Fragment::Scheme,
        Version::V3_1,
        "
type: httpApiKey
^^^^ security-scheme-missing-field
in: header
",
    );
    check_fragment(
        Fragment::Schemes,
        Version::V3_1,
        "
my key: { type: X509, foo: 1 }
                      ^^^ security-scheme-unknown-field
x-note: 5
        ^ security-scheme-not-object
",
    );
    check_fragment(
        Fragment::Components,
        Version::V3_1,
        "
securitySchemas: {}
^^^^^^^^^^^^^^^ security-schemes-misplaced
securitySchemes:
  x-note: 5
  ^^^^^^ security-schemes-extension-key
",
    );
}
