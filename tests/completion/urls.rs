//! URLs of endpoints.

use asyncapi_security_lsp::ide::completion::item::CompletionOptions;

use crate::support::{PLAIN, SNIPPETS, applied, check, cursor, has, items, json, labels, v2, v3};

/// A document with a flow whose last line is `line`.
fn flow(fields: &[&str]) -> String {
    let lines: String = (fields.iter())
        .map(|line| format!("          {line}\n"))
        .collect();
    v3(&format!(
        "    new:\n      type: oauth2\n      flows:\n        authorizationCode:\n{lines}"
    ))
}

const KEYCLOAK: &str = "Keycloak: https://{host}/realms/{realm}/protocol/openid-connect/token";
const GITHUB: &str = "GitHub: https://github.com/login/oauth/access_token";

#[test]
fn the_endpoints_of_providers_are_offered_with_tab_stops() {
    let text = flow(&["tokenUrl: $0"]);
    has(
        &text,
        &["https://a.example/o", KEYCLOAK, GITHUB],
        &["Microsoft Entra ID v1.0: https://login.microsoftonline.com/{tenant}/oauth2/token"],
    );
    let found = items(&text, SNIPPETS);
    let item = found.iter().find(|item| item.label == KEYCLOAK).unwrap();
    assert!(item.is_snippet);
    assert_eq!(
        item.edit.new_text,
        "https://${1:host}/realms/${2:realm}/protocol/openid-connect/token"
    );
    assert_eq!(item.detail.as_deref(), Some("token endpoint"));
    let documentation = item.documentation.as_deref().unwrap();
    assert!(
        documentation.contains("](https://www.keycloak.org/"),
        "{documentation}"
    );
    let github = found.iter().find(|item| item.label == GITHUB).unwrap();
    assert!(!github.is_snippet);
    // Without snippets one sees what is to be filled in.
    let plain = items(&text, PLAIN);
    let item = plain.iter().find(|item| item.label == KEYCLOAK).unwrap();
    assert_eq!(
        applied(&cursor(&text).0, item),
        flow(&["tokenUrl: https://{host}/realms/{realm}/protocol/openid-connect/token"])
    );
    // One tab stop for the same part twice.
    let found = items(&flow(&["authorizationUrl: B2C$0"]), SNIPPETS);
    assert_eq!(
        found[0].edit.new_text,
        "https://${1:tenant}.b2clogin.com/${1:tenant}.onmicrosoft.com/${2:policy}/oauth2/v2.0/authorize"
    );
}

#[test]
fn fields_have_their_own_endpoints() {
    let with = |field: &str, end: &str| {
        let found = labels(&flow(&[&format!("{field}: keycloak$0")]));
        let wanted = format!("/realms/{{realm}}{end}");
        assert!(
            found.iter().all(|label| label.ends_with(&wanted)),
            "{found:?}"
        );
        assert_eq!(found.len(), 2);
    };
    with("authorizationUrl", "/protocol/openid-connect/auth");
    with("tokenUrl", "/protocol/openid-connect/token");
    with("refreshUrl", "/protocol/openid-connect/token");
    let scheme = v3("    new:\n      type: openIdConnect\n      openIdConnectUrl: keyc$0\n");
    has(
        &scheme,
        &["Keycloak: https://{host}/realms/{realm}/.well-known/openid-configuration"],
        &[],
    );
    let scheme = v3("    new:\n      type: openIdConnect\n      openIdConnectUrl: $0\n");
    has(
        &scheme,
        &["Google: https://accounts.google.com/.well-known/openid-configuration"],
        &["https://a.example/o", "GitHub"],
    );
}

#[test]
fn the_other_endpoint_of_the_same_server_comes_first() {
    let first = |fields: &[&str]| {
        let found = items(&flow(fields), SNIPPETS);
        let item = found.into_iter().next().expect("an item");
        assert!(!item.is_snippet, "{item:?}");
        item.edit.new_text
    };
    let realm = "https://id.acme.io/auth/realms/orders/protocol/openid-connect";
    assert_eq!(
        first(&[&format!("authorizationUrl: {realm}/auth"), "tokenUrl: $0"]),
        format!("{realm}/token")
    );
    assert_eq!(
        first(&[
            "authorizationUrl: $0",
            &format!("tokenUrl: '{realm}/token'")
        ]),
        format!("'{realm}/auth'")
    );
    assert_eq!(
        first(&[
            "authorizationUrl: https://login.microsoftonline.com/acme.io/oauth2/v2.0/authorize",
            "refreshUrl: $0"
        ]),
        "https://login.microsoftonline.com/acme.io/oauth2/v2.0/token"
    );
    // Paths that many servers have.
    assert_eq!(
        first(&[
            "authorizationUrl: https://git.acme.io/oauth/authorize",
            "tokenUrl: $0"
        ]),
        "https://git.acme.io/oauth/token"
    );
    // Nothing is told by a URL with a query.
    has(
        &flow(&[
            "authorizationUrl: https://acme.eu.auth0.com/authorize?a=b",
            "tokenUrl: $0",
        ]),
        &["https://a.example/o"],
        &["https://acme.eu.auth0.com/oauth/token"],
    );
    // From another scheme of the document, behind what stands in it.
    let other = flow(&["tokenUrl: https://acme.eu.auth0.com/oauth/token"])
        + "    more:\n      type: oauth2\n      flows:\n        implicit:\n          authorizationUrl: $0\n";
    let found = items(&other, SNIPPETS);
    assert_eq!(found[0].label, "https://acme.eu.auth0.com/authorize");
    assert_eq!(
        found[0].detail.as_deref(),
        Some("authorization endpoint of Auth0")
    );
}

#[test]
fn what_is_typed_goes_on_or_nothing_is_offered() {
    let found = |typed: &str| labels(&flow(&[&format!("tokenUrl: {typed}$0")]));
    let all = found("").len();
    assert!(all > 25, "{all}");
    assert_eq!(found("https://").len(), all);
    for (typed, wanted) in [
        (
            "https://git",
            vec![GITHUB, "GitLab: https://gitlab.com/oauth/token"],
        ),
        ("HTTPS://GITHUB.", vec![GITHUB]),
        (
            "github",
            vec![
                GITHUB,
                "GitHub Enterprise Server: https://{host}/login/oauth/access_token",
            ],
        ),
        (
            "enterprise",
            vec!["GitHub Enterprise Server: https://{host}/login/oauth/access_token"],
        ),
        (
            "AAD",
            vec![
                "Microsoft Entra ID v2.0: https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token",
            ],
        ),
        (
            "https://login.microsoftonline.com/acme.io/oa",
            vec![
                "Microsoft Entra ID v2.0: https://login.microsoftonline.com/acme.io/oauth2/v2.0/token",
            ],
        ),
        (
            "https://acme.eu.auth0.com/",
            vec!["Auth0: https://acme.eu.auth0.com/oauth/token"],
        ),
        ("https://a.ex", vec!["https://a.example/o"]),
        (
            "https://acme.my",
            vec!["Salesforce My Domain: https://acme.my.salesforce.com/services/oauth2/token"],
        ),
        ("https://acme.", vec![]),
        // Whole URLs, and beginnings of none.
        ("https://github.com/login/oauth/access_token", vec![]),
        ("https://a.example/o", vec![]),
        ("https://a.example/other", vec![]),
        ("https://id.acme.io/", vec![]),
        ("https://id.acme.io/oauth2/t", vec![]),
        ("https://login.microsoftonline.com/acme.io/x", vec![]),
        ("no such provider", vec![]),
        ("https://login.x", vec![]),
    ] {
        assert_eq!(found(typed), wanted, "{typed}");
    }
    // What follows the cursor belongs to the URL.
    assert_eq!(found("https://git$0x.acme.io").len(), 0);
    assert_eq!(labels(&flow(&["tokenUrl: $0https://x.acme.io"])).len(), 0);
}

/// Editors compare the filter with what is typed, some of them from its start and with case.
#[test]
fn filters_go_on_from_what_is_typed() {
    for typed in [
        "",
        "h",
        "https://lo",
        "keycl",
        "KEY",
        "cog",
        "https://acme.eu.auth0.com/oa",
    ] {
        let found = items(&flow(&[&format!("tokenUrl: {typed}$0")]), SNIPPETS);
        assert!(!found.is_empty(), "{typed}");
        for item in found {
            assert!(item.filter.starts_with(typed), "{typed} {item:?}");
            assert!(item.filter.len() > typed.len(), "{typed} {item:?}");
        }
    }
}

/// The URL that a template gave is there to be replaced.
#[test]
fn an_example_is_replaced() {
    let example = "https://auth.example.com/token";
    check(
        &flow(&[&format!("tokenUrl: {example}$0")]),
        GITHUB,
        &flow(&["tokenUrl: https://github.com/login/oauth/access_token"]),
    );
    assert_eq!(
        labels(&flow(&["refreshUrl: https://auth.example.com/tokens$0"])).len(),
        0
    );
}

#[test]
fn quotes_and_styles_are_kept() {
    let github = "https://github.com/login/oauth/access_token";
    for (typed, written) in [
        ("'gith$0'", format!("'{github}'")),
        ("\"https://g$0\"", format!("\"{github}\"")),
        ("'https://g$0", format!("'{github}'")),
        ("gith$0 # why", format!("{github} # why")),
    ] {
        check(
            &flow(&[&format!("tokenUrl: {typed}")]),
            GITHUB,
            &flow(&[&format!("tokenUrl: {written}")]),
        );
    }
    let holes = "https://{host}/realms/{realm}/protocol/openid-connect/token";
    let plain = |marked: &str, expected: &str| {
        let found = items(marked, PLAIN);
        let item = found.iter().find(|item| item.label == KEYCLOAK);
        let item = item.unwrap_or_else(|| panic!("{:?}", labels(marked)));
        assert_eq!(applied(&cursor(marked).0, item), expected);
    };
    plain(
        &flow(&["tokenUrl: 'keyc$0'"]),
        &flow(&[&format!("tokenUrl: '{holes}'")]),
    );
    let inline = |value: &str| {
        v2(&format!(
            "    new: {{type: oauth2, flows: {{password: {{tokenUrl: {value}, scopes: {{}}}}}}}}\n"
        ))
    };
    plain(&inline("keyc$0"), &inline(&format!("'{holes}'")));
    let in_json = |value: &str| {
        let flow = format!(
            "\"type\": \"oauth2\", \"flows\": {{ \"password\": {{ \"tokenUrl\": {value} }} }}"
        );
        json("", &flow)
    };
    plain(&in_json("\"keyc$0\""), &in_json(&format!("\"{holes}\"")));
    plain(&in_json("$0"), &in_json(&format!("\"{holes}\"")));
    check(
        &in_json("\"https://gi$0\""),
        GITHUB,
        &in_json(&format!("\"{github}\"")),
    );
    let snippet = items(&in_json("\"keyc$0\""), SNIPPETS);
    let snippet = snippet.iter().find(|item| item.label == KEYCLOAK).unwrap();
    assert!(
        snippet
            .edit
            .new_text
            .starts_with("\"https://${1:host}/realms/${2:realm}/")
    );
    assert!(snippet.filter.starts_with("\"keycloak"), "{snippet:?}");
}

/// Enter after a whole URL or a placeholder ends the line: nothing that opens by itself may be
/// there to be accepted. A name or the beginning of a URL is found.
#[test]
fn typing_a_url_is_safe() {
    let by_itself = CompletionOptions {
        is_asked: false,
        ..SNIPPETS
    };
    let count = |typed: &str| items(&flow(&[&format!("tokenUrl: {typed}$0")]), by_itself).len();
    for whole in [
        "https://login.acme.io/oauth2/token",
        "https://auth.example.com/token",
        "https://github.com/login/oauth/access_token",
        "https://login.microsoftonline.com/common/oauth2/v2.0/token",
        "https://acme.eu.auth0.com/oauth/token",
        "https://id.acme.io/realms/a/protocol/openid-connect/token",
        "https://login.microsoftonline.com",
        "https://acme.okta.com",
        "http://localhost:8080/token",
        "{{ .Values.tokenUrl }}",
        "$TOKEN_URL",
    ] {
        assert_eq!(count(whole), 0, "{whole}");
        assert_eq!(count(&format!("'{whole}'")), 0, "{whole}");
    }
    for begun in [
        "",
        "keycloak",
        "Keycloak",
        "github",
        "https://git",
        "https://github.com/l",
    ] {
        assert!(count(begun) > 0, "{begun}");
    }
}
