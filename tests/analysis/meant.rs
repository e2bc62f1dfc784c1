//! Broken names and references, and which scheme was meant.

use asyncapi_security_lsp::rules::finding::Finding;

use crate::fixture::{analyse, check};

/// The scheme that is meant counts as used: one cause, one finding.
#[test]
fn a_reference_that_is_nearly_right_names_the_scheme() {
    for near in [
        "#/components/securityScheme/login",
        "#components/securitySchemes/login",
        "#/components/securitySchemes/loginn",
        "#/components/securitySchemes/login/",
        "#/component/securityschemes/login",
        "#/components/SecuritySchemes/login",
        "#/components/schemes/login",
        "#/securitySchemes/login",
        "#/securityDefinitions/login",
        "#/components/login",
        "#login",
        "#//components/securitySchemes/login",
    ] {
        let carets = "^".repeat(near.len() + 2);
        check(&format!(
            "
asyncapi: 3.1.0
servers:
  s:
    security:
      - $ref: '{near}'
              {carets} security-ref-unresolved did you mean `#/components/securitySchemes/login`
components:
  securitySchemes:
    login: {{type: X509}}
"
        ));
    }
    // There is something else, but the name is that of a scheme.
    check(
        "
asyncapi: 3.1.0
servers:
  s:
    security:
      - $ref: '#/components/schemas/login'
              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ security-ref-wrong-target did you mean `#/components/securitySchemes/login`
components:
  schemas:
    login: {type: object}
  securitySchemes:
    login: {type: X509}
",
    );
    // Nothing is near enough.
    check(
        "
asyncapi: 3.1.0
servers:
  s:
    security:
      - $ref: '#/components/messages/login'
              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ security-ref-unresolved declare the scheme
      - $ref: '#/components/schemas/logn'
              ^^^^^^^^^^^^^^^^^^^^^^^^^^^ security-ref-unresolved declare the scheme
components:
  securitySchemes:
    login: {type: X509}
    ^^^^^ security-scheme-unused
",
    );
}

#[test]
fn a_reference_never_means_the_scheme_that_it_stands_in() {
    check(
        "
asyncapi: 3.1.0
servers:
  s:
    security:
      - $ref: '#/components/securitySchemes/other'
components:
  securitySchemes:
    login: {$ref: '#/components/securitySchemes/logins'}
                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ security-ref-unresolved declare the scheme
    other: {$ref: '#/components/securitySchemes/login'}
    third: {$ref: third}
    ^^^^^ security-scheme-unused
",
    );
}

#[test]
fn an_empty_reference_is_one_cause() {
    for empty in ["''", "", "null"] {
        let text = format!(
            "asyncapi: 3.1.0\nservers: {{s: {{security: [{{$ref: '#/components/securitySchemes/k'}}]}}}}\ncomponents:\n  securitySchemes:\n    k:\n      $ref: {empty}\n      type: http\n      scheme: bearer\n"
        );
        let found = analyse(&text, &[]).findings;
        let about = found
            .iter()
            .map(|finding| (finding.rule.id, &*finding.message));
        let about: Vec<_> = about
            .filter(|(_, message)| message.contains("$ref"))
            .collect();
        assert_eq!(about.len(), 1, "{found:#?}");
        assert!(about[0].1.contains("remove"), "{about:?}");
    }
}

#[test]
fn a_requirement_by_name_says_what_the_name_is_in_3_x() {
    let said = |name: &str| {
        let text = format!(
            "asyncapi: 3.0.0\nservers: {{s: {{security: [{name}]}}}}\ncomponents:\n  securitySchemes:\n    login: {{type: http, scheme: bearer}}\n    odd: {{type: http, flows: {{}}}}\n    oauth: {{type: oauth2, flows: {{}}}}\n    away: {{$ref: 'a.yaml#/k'}}\n"
        );
        let found = analyse(&text, &[]).findings.into_iter();
        let of_rule = |id: &str| {
            found
                .clone()
                .filter(|one| one.rule.id == id)
                .collect::<Vec<_>>()
        };
        let mut by_name = of_rule("security-v2-shape-in-v3");
        let is_unused =
            (of_rule("security-scheme-unused").iter()).any(|one| one.message.contains("`login`"));
        assert_eq!(by_name.len(), 1);
        (by_name.remove(0).message, is_unused)
    };
    for (name, words) in [
        (
            "login: []",
            "write `$ref: '#/components/securitySchemes/login'`",
        ),
        ("login: [read]", "alone: type `http` has no scopes"),
        ("login: read", "alone: type `http` has no scopes"),
        ("oauth: [read]", "with the needed scopes in its `scopes`"),
        ("odd: [read]", "scopes go into `scopes`"),
        ("away: [read]", "scopes go into `scopes`"),
        (
            "bearerAuth: []",
            "`bearerAuth` is not declared; declare it under",
        ),
        ("bearerAuth: [read]", "declare it with its `scopes` under"),
        ("logn: []", "`logn` is not declared; did you mean"),
    ] {
        let (message, is_unused) = said(&format!("{{{name}}}"));
        assert!(message.contains(words), "{name}: {message}");
        assert_eq!(is_unused, !name.starts_with("log"), "{name}");
    }
}

#[test]
fn names_that_are_no_http_scheme_say_what_is_meant() {
    for (name, words) in [
        ("oauth2", "`bearer`; write that, or `type: oauth2`"),
        ("OAuth_2.0", "`bearer`; write that, or `type: oauth2`"),
        ("oaut2", "`bearer`; write that, or `type: oauth2`"),
        (
            "openIdConnect",
            "`bearer`; write that, or `type: openIdConnect`",
        ),
        ("jwt", "did you mean `bearer`"),
        ("access_token", "a token is sent with `bearer`"),
        ("basicAuth", "did you mean `basic`"),
        ("password", "did you mean `basic`"),
        ("barer", "did you mean `bearer`"),
        ("apikey", "`type: httpApiKey`"),
        ("http_api_key", "`type: httpApiKey`"),
        ("mutualTLS", "`type: X509`"),
        ("acme-signature", "say in `description`"),
    ] {
        let text = format!(
            "asyncapi: 3.0.0\ncomponents:\n  securitySchemes:\n    k: {{type: http, scheme: {name}}}\n"
        );
        let found = analyse(&text, &[]).findings;
        let is_meant = |one: &&Finding| one.rule.id == "http-scheme-not-registered";
        let message = &found.iter().find(is_meant).unwrap().message;
        assert!(message.contains(words), "{name}: {message}");
        assert!(!message.contains("`oauth`"), "{name}: {message}");
    }
}

/// One cause, one finding, which is about the form: neither is the scheme unused, nor is `ref` the
/// name of another one.
#[test]
fn a_reference_under_another_name_means_its_scheme() {
    for (version, entry) in [
        ("3.0.0", "ref"),
        ("3.0.0", "$Ref"),
        ("2.6.0", "ref"),
        ("2.6.0", "$reff"),
    ] {
        check(&format!(
            "
asyncapi: {version}
servers:
  s:
    security:
      - {entry}: '#/components/securitySchemes/login'
components:
  securitySchemes:
    login: {{type: X509}}
"
        ));
    }
    check(
        "
asyncapi: 3.0.0
servers:
  s:
    security:
      - $ref: '#/components/securitySchemes/again'
components:
  securitySchemes:
    login: {type: X509}
    again:
      ref: '#/components/securitySchemes/login'
",
    );
}
