//! The rules about endpoints of known identity providers: what is certain is found, what may be
//! right is not.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use asyncapi_security_lsp::analysis::{Analysis, Options};
use asyncapi_security_lsp::rules::finding::Finding;
use asyncapi_security_lsp::settings::rule_set::RuleSet;
use asyncapi_security_lsp::syntax::document::Document;
use asyncapi_security_lsp::syntax::format::Format;

/// The findings of one rule for a flow in flow style, with the text of their places.
fn found(rule: &str, flow: &str, fields: &str) -> Vec<(Finding, String)> {
    let text = format!(
        "asyncapi: 3.1.0
components:
  securitySchemes:
    k:
      type: oauth2
      flows: {{{flow}: {{{fields}, availableScopes: {{a: b}}}}}}
"
    );
    let options = Options {
        rule_set: RuleSet::default().switched_on([rule]),
        ..Options::default()
    };
    let analysis = Analysis::new(Document::new(&text, Format::Yaml), options, None);
    let findings = analysis.findings.iter();
    findings
        .filter(|finding| finding.rule.id == rule)
        .map(|finding| {
            let place = text[finding.range.start()..finding.range.end()].trim_matches('"');
            (finding.clone(), place.to_owned())
        })
        .collect()
}

/// Checks whether the endpoints of a flow do not belong together, at the token URL, and gives the
/// message. Whatever it is, it is not found again as two hosts.
#[track_caller]
fn check_urls(authorization: &str, token: &str, is_found: bool) -> String {
    let fields = format!("authorizationUrl: {authorization:?}, tokenUrl: {token:?}");
    let flow = "authorizationCode";
    let found = |rule| self::found(rule, flow, &fields);
    let mismatch = found("oauth2-endpoints-mismatch");
    let places: Vec<&str> = mismatch.iter().map(|(_, place)| place.as_str()).collect();
    let expected: &[&str] = if is_found { &[token] } else { &[] };
    assert_eq!(places, expected, "{authorization} {mismatch:?}");
    if is_found {
        assert!(found("oauth2-endpoints-different-origin").is_empty());
    }
    let first = mismatch.into_iter().next();
    first.map_or_else(String::new, |(finding, _)| finding.message.into())
}

const ENTRA: &str = "https://login.microsoftonline.com";
const TENANT: &str = "72f988bf-86f1-41af-91ab-2d7cd011db47";
const OTHER: &str = "0d1a6c8e-93f4-4c55-8d6b-3c1c02f1a9b7";

#[test]
fn a_tenant_has_its_own_endpoints() {
    let entra = |one: &str, other: &str, is_found: bool| {
        check_urls(
            &format!("{ENTRA}/{one}/oauth2/v2.0/authorize"),
            &format!("{ENTRA}/{other}/oauth2/v2.0/token"),
            is_found,
        )
    };
    let message = entra(TENANT, OTHER, true);
    assert!(message.contains("the tenant `0d1a6c8e"), "{message}");
    entra("common", TENANT, true);
    entra("acme.io", "organizations", true);
    for (one, other) in [
        ("common", "common"),
        ("common", "organizations"),
        (TENANT, "acme.io"),
        ("acme.io", "acme.onmicrosoft.com"),
        (TENANT, &TENANT.to_uppercase()),
        ("consumers", "9188040d-6c67-4c5b-b112-36a304b66dad"),
        ("{tenant}", TENANT),
        (TENANT, "YOUR_TENANT"),
        ("common", "tenant-id"),
        ("common", "00000000-0000-0000-0000-000000000000"),
    ] {
        entra(one, other, false);
    }
    let other_cloud = "https://login.microsoftonline.us/common/oauth2/v2.0/token";
    check_urls(
        &format!("{ENTRA}/common/oauth2/v2.0/authorize"),
        other_cloud,
        true,
    );
}

#[test]
fn versions_are_not_mixed() {
    let message = check_urls(
        &format!("{ENTRA}/{TENANT}/oauth2/authorize"),
        &format!("{ENTRA}/{TENANT}/oauth2/v2.0/token"),
        true,
    );
    assert!(message.contains("Entra ID v2.0, but"), "{message}");
    let okta = "https://acme.okta.com/oauth2";
    check_urls(
        &format!("{okta}/default/v1/authorize"),
        &format!("{okta}/v1/token"),
        true,
    );
    check_urls(
        "https://slack.com/oauth/authorize",
        "https://slack.com/api/oauth.v2.access",
        true,
    );
}

#[test]
fn other_parts_that_differ() {
    for (one, other) in [
        (
            "https://acme.eu.auth0.com/authorize",
            "https://other.eu.auth0.com/oauth/token",
        ),
        (
            "https://a.okta.com/oauth2/default/v1/authorize",
            "https://a.oktapreview.com/oauth2/default/v1/token",
        ),
        (
            "https://id.acme.io/realms/a/protocol/openid-connect/auth",
            "http://keycloak:8080/realms/b/protocol/openid-connect/token",
        ),
        (
            "https://a.auth.eu-west-1.amazoncognito.com/oauth2/authorize",
            "https://a.auth.us-east-1.amazoncognito.com/oauth2/token",
        ),
        (
            "https://a.b2clogin.com/a.onmicrosoft.com/B2C_1_in/oauth2/v2.0/authorize",
            "https://a.b2clogin.com/a.onmicrosoft.com/B2C_1_up/oauth2/v2.0/token",
        ),
        (
            "https://login.salesforce.com/services/oauth2/authorize",
            "https://test.salesforce.com/services/oauth2/token",
        ),
    ] {
        check_urls(one, other, true);
    }
}

#[test]
fn what_may_belong_together() {
    for (one, other) in [
        // Two hosts of one Keycloak, and before and after a proxy.
        (
            "https://id.acme.io/auth/realms/a/protocol/openid-connect/auth",
            "http://keycloak:8080/realms/a/protocol/openid-connect/token",
        ),
        (
            "https://accounts.google.com/o/oauth2/auth",
            "https://oauth2.googleapis.com/token",
        ),
        (
            "https://github.acme.io/login/oauth/authorize",
            "https://github.com/login/oauth/access_token",
        ),
        (
            "https://login.acme.io/authorize",
            "https://acme.eu.auth0.com/oauth/token",
        ),
        (
            "https://acme.auth0.com/authorize",
            "https://acme.us.auth0.com/oauth/token",
        ),
        (
            "https://login.salesforce.com/services/oauth2/authorize",
            "https://acme.my.salesforce.com/services/oauth2/token",
        ),
        (
            "https://a.b2clogin.com/a.onmicrosoft.com/B2C_1_in/oauth2/v2.0/authorize",
            "https://a.b2clogin.com/72f988bf-86f1-41af-91ab-2d7cd011db47/b2c_1_in/oauth2/v2.0/token",
        ),
        (
            "https://acme.okta.com/oauth2/default/v1/authorize",
            "https://acme.okta.com/oauth2/aus1a2b3c4d5e6f7g8h9/v1/token",
        ),
        (
            "https://acme.okta.com/oauth2/default/v1/authorize?audience=a",
            "https://acme.okta.com/oauth2/default/v1/token/",
        ),
        (
            "https://acme.okta.com/oauth2/default/v1/authorize",
            "https://github.com/login/oauth/access_token",
        ),
        (
            "https://login.microsoftonline.com/common/oauth2/v2.0/authorize",
            "https://graph.acme.io/token",
        ),
    ] {
        check_urls(one, other, false);
    }
}

#[test]
fn tokens_are_refreshed_at_the_same_server() {
    let realm = |realm: &str, end: &str| {
        format!("'https://id.acme.io/realms/{realm}/protocol/openid-connect/{end}'")
    };
    let (token, other) = (realm("a", "token"), realm("b", "token"));
    let rule = "oauth2-endpoints-mismatch";
    for fields in [
        format!("tokenUrl: {token}, refreshUrl: {other}"),
        format!(
            "authorizationUrl: {}, tokenUrl: {token}, refreshUrl: {other}",
            realm("a", "auth")
        ),
    ] {
        let places: Vec<String> = (found(rule, "authorizationCode", &fields).into_iter())
            .map(|(_, place)| place)
            .collect();
        assert_eq!(places, std::slice::from_ref(&other), "{fields}");
    }
    let fields = format!("tokenUrl: {token}, refreshUrl: {token}");
    assert_eq!(found(rule, "password", &fields), []);
}

#[test]
fn two_hosts_of_one_provider_are_no_mixup() {
    let rule = "oauth2-endpoints-different-origin";
    let of = |token: &str| {
        let google = "https://accounts.google.com/o/oauth2/v2/auth";
        let fields = format!("authorizationUrl: '{google}', tokenUrl: '{token}'");
        found(rule, "authorizationCode", &fields).len()
    };
    assert_eq!(of("https://oauth2.googleapis.com/token"), 0);
    assert_eq!(of("https://oauth2.acme.io/token"), 1);
}

#[test]
fn an_endpoint_in_the_place_of_the_other_one() {
    let rule = "oauth2-endpoint-looks-swapped";
    for (flow, field, url, is_found) in [
        (
            "clientCredentials",
            "tokenUrl",
            "https://sso.acme.io/as/authorization.oauth2",
            true,
        ),
        (
            "clientCredentials",
            "tokenUrl",
            "https://id.acme.io/api/oidc/authorization",
            true,
        ),
        (
            "clientCredentials",
            "tokenUrl",
            "https://sso.acme.io/as/token.oauth2",
            false,
        ),
        (
            "implicit",
            "authorizationUrl",
            "https://github.com/login/oauth/access_token",
            true,
        ),
        (
            "implicit",
            "authorizationUrl",
            "https://slack.com/api/oauth.v2.access",
            true,
        ),
        (
            "implicit",
            "authorizationUrl",
            "https://git.acme.io/login/oauth/access_token",
            false,
        ),
    ] {
        let places: Vec<String> = (found(rule, flow, &format!("{field}: {url}")).into_iter())
            .map(|(_, place)| place)
            .collect();
        let expected: &[&str] = if is_found { &[url] } else { &[] };
        assert_eq!(places, expected);
    }
}
