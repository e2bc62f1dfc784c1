//! Verdicts on URLs, and their ranges in the document.

use super::marks::{check, check_json, check_scheme};
use asyncapi_security_lsp::rules::url::verdicts::{Verdict, verdicts};

/// The severity of a verdict in words: its own, or that of its rule.
pub(super) fn severity(verdict: &Verdict) -> &'static str {
    verdict.severity.unwrap_or(verdict.rule.severity).as_str()
}

/// The rules and parts of all verdicts, in the order of the ids.
fn said(url: &str) -> Vec<(&'static str, &str)> {
    let mut said: Vec<_> = verdicts(url)
        .into_iter()
        .map(|verdict| (verdict.rule.id, &url[verdict.part]))
        .collect();
    said.sort_unstable();
    said
}

#[test]
fn urls_of_endpoints_are_fine() {
    for url in [
        "https://login.acme.io/authorize",
        "HTTPS://Login.Acme.io/authorize",
        "https://login.acme.io",
        "https://login.acme.io:8443/a?audience=api&x=%20",
        "https://login.acme.io:/a",
        "https://login.acme.io./a",
        "https://a_b.acme.io/a/../b",
        "https://intranet/a",
        "https://9.9.9.9/a",
        "https://[2620:fe::fe]/a",
        "https://xn--mller-kva.io/a",
        "https://login.acme.io/a?codex=1&token",
        "https://contest/a",
        "https://mytodos.acme.io/$metadata",
    ] {
        assert_eq!(said(url), [], "{url}");
    }
}

#[test]
fn what_is_no_url_of_an_endpoint_has_one_verdict() {
    for (rule, url, part) in [
        ("url-not-absolute", "", ""),
        ("url-not-absolute", "  ", "  "),
        ("url-not-absolute", "/token", "/token"),
        ("url-not-absolute", "//acme.io/token", "//acme.io/token"),
        ("url-not-absolute", "acme.io/a:b", "acme.io/a:b"),
        ("url-not-absolute", "?a=b", "?a=b"),
        (
            "url-not-absolute",
            "https;//acme.io/token",
            "https;//acme.io/token",
        ),
        ("url-whitespace", "https://acme.io/a b", " "),
        ("url-whitespace", "https://acme.io/a\r\n", "\r\n"),
        ("url-whitespace", " https://\u{fc}.io", " "),
        ("url-placeholder", "https://{tenant}.acme.io/a", "{tenant}"),
        ("url-placeholder", "https://acme.io/{{a}}/b", "{{a}}"),
        ("url-placeholder", "https://${HOST}/b", "${HOST}"),
        ("url-placeholder", "https://$HOST1/b", "$HOST1"),
        ("url-placeholder", "%AUTH_URL%/b", "%AUTH_URL%"),
        ("url-placeholder", "https://<your host>", "<your host>"),
        (
            "url-placeholder",
            "{{ .Values.url }}/token",
            "{{ .Values.url }}",
        ),
        ("url-placeholder", "${ HOST }/a b", "${ HOST }"),
        ("url-placeholder", "$(ISSUER)/a", "$(ISSUER)"),
        ("url-placeholder", "https://[tenant].acme.io", "[tenant]"),
        ("url-placeholder", "https://YOUR_DOMAIN/a", "YOUR_DOMAIN"),
        ("url-placeholder", "%%HOST%%/a", "%%HOST%%"),
        ("url-placeholder", "https://@HOST@/a", "@HOST@"),
        ("url-placeholder", "https://acme.io/:id/a", ":id"),
        ("url-whitespace", "POST https://acme.io/a", "POST "),
        ("url-whitespace", "https://acme.io/a (ours)", " (ours)"),
        ("url-whitespace", "https:// acme.io/a", " "),
        (
            "url-placeholder",
            "<https://acme.io/a>",
            "<https://acme.io/a>",
        ),
        ("url-placeholder", "https://\u{fc}.io/<path>", "<path>"),
        (
            "url-non-ascii",
            "https://m\u{fc}ller.io/a",
            "https://m\u{fc}ller.io/a",
        ),
        ("url-invalid", "ht!tp://acme.io/", "ht!tp://acme.io/"),
        ("url-invalid", "1http://acme.io/", "1http://acme.io/"),
        ("url-invalid", "https://acme.io/%zz", "https://acme.io/%zz"),
        ("url-invalid", "https://acme.io/a|b", "https://acme.io/a|b"),
        (
            "url-invalid",
            "https://acme.io:abc/",
            "https://acme.io:abc/",
        ),
        (
            "url-invalid",
            "https://[fe80::1%25eth0]/",
            "https://[fe80::1%25eth0]/",
        ),
        (
            "url-invalid",
            "https://2620:fe::fe/",
            "https://2620:fe::fe/",
        ),
        ("url-placeholder", "https://acme.io/{}}{", "{}"),
        ("url-scheme-not-http", "acme.io:8443/a", "acme.io:8443/a"),
        (
            "url-scheme-not-http",
            "htps://acme.io/a",
            "htps://acme.io/a",
        ),
        (
            "url-scheme-not-http",
            "mailto:a@acme.io",
            "mailto:a@acme.io",
        ),
        ("url-missing-host", "https:///a", "https:///a"),
        ("url-missing-host", "https:a", "https:a"),
        ("url-missing-host", "https:", "https:"),
        ("url-missing-host", "https://:80/a", "https://:80/a"),
        ("url-missing-host", "https://me@/a", "https://me@/a"),
    ] {
        assert_eq!(said(url), [(rule, part)], "{url}");
    }
}

#[test]
fn what_looks_like_an_endpoint_is_looked_at_part_by_part() {
    for (url, expected) in [
        ("https://acme.io/a#", vec![("url-fragment", "#")]),
        ("https://acme.io/a?b#c", vec![("url-fragment", "#c")]),
        ("https://me:pw@acme.io/a", vec![("url-userinfo", "me:pw@")]),
        ("https://@acme.io/a", vec![("url-userinfo", "@")]),
        (
            "http://acme.io/a",
            vec![("url-not-https", "http://acme.io/a")],
        ),
        (
            "http://localhost:80/a",
            vec![("url-loopback-host", "localhost")],
        ),
        (
            "http://my.LocalHost./a",
            vec![("url-loopback-host", "my.LocalHost.")],
        ),
        (
            "http://127.9.9.9/a",
            vec![("url-loopback-host", "127.9.9.9")],
        ),
        ("http://[::1]:80/a", vec![("url-loopback-host", "[::1]")]),
        ("https://0.0.0.0/a", vec![("url-loopback-host", "0.0.0.0")]),
        (
            "https://10.1.2.3/a",
            vec![("url-private-address", "10.1.2.3")],
        ),
        (
            "https://[fd00::1]/a",
            vec![("url-private-address", "[fd00::1]")],
        ),
        (
            "https://169.254.1.1",
            vec![("url-private-address", "169.254.1.1")],
        ),
        ("https://acme.io:0/a", vec![("url-port-invalid", "0")]),
        (
            "https://acme.io:99999/a",
            vec![("url-port-invalid", "99999")],
        ),
        (
            "https://a..acme.io/",
            vec![("url-suspicious-host", "a..acme.io")],
        ),
        (
            "https://-a.acme.io/",
            vec![("url-suspicious-host", "-a.acme.io")],
        ),
        (
            "https://999.1.1.1/",
            vec![("url-suspicious-host", "999.1.1.1")],
        ),
        (
            "https://auth.example.com/",
            vec![("url-example-host", "auth.example.com")],
        ),
        (
            "https://your-domain.acme.io",
            vec![("url-example-host", "your-domain.acme.io")],
        ),
        (
            "https://192.0.2.1/",
            vec![("url-example-host", "192.0.2.1")],
        ),
        (
            "https://acme.io/?a=b&Token=c&code=d",
            vec![("url-secret-in-query", "Token=c")],
        ),
        (
            "http://u@acme.io:99999/?secret=1#x",
            vec![
                ("url-fragment", "#x"),
                ("url-not-https", "http://u@acme.io:99999/?secret=1#x"),
                ("url-port-invalid", "99999"),
                ("url-secret-in-query", "secret=1"),
                ("url-userinfo", "u@"),
            ],
        ),
    ] {
        assert_eq!(said(url), expected, "{url}");
    }
}

#[test]
fn a_placeholder_that_passes_as_a_url_is_a_warning_only() {
    assert_eq!(severity(&verdicts("https://$HOST/a")[0]), "warning");
    assert_eq!(severity(&verdicts("https://${HOST}/a")[0]), "error");
}

#[test]
fn secrets_are_never_repeated() {
    for url in [
        "https://me:hunter2@acme.io/token",
        "https://acme.io/token?client_secret=hunter2",
        "https://acme.io/token?password=hunter2#hunter2",
        "me:hunter2@acme.io/token",
        "hunter2:8080/token",
        "hunter2@acme.io",
        "hunter2:pw|",
        "https://acme.io/<hunter2>",
        "https://acme.io/?hunter2 ",
    ] {
        let verdicts = verdicts(url);
        assert!(!verdicts.is_empty(), "{url}");
        for verdict in verdicts {
            assert!(!verdict.message.contains("hunter2"), "{verdict:?}");
        }
    }
}

#[test]
fn every_url_field_is_looked_at() {
    check_scheme(
        "3.1.0",
        "
type: oauth2
flows:
  authorizationCode:
    authorizationUrl: /authorize
                      ^^^^^^^^^^ url-not-absolute
    tokenUrl: 'https://acme.io/token#x'
                                    ^^ url-fragment
    refreshUrl: http://localhost/refresh
                       ^^^^^^^^^ url-loopback-host
    availableScopes: {}",
    );
    check_scheme(
        "2.0.0",
        "
type: openIdConnect
openIdConnectUrl: acme.io:8443/.well-known/openid-configuration
                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ url-scheme-not-http",
    );
}

#[test]
fn parts_are_found_behind_quotes_and_not_behind_escapes() {
    check_json(
        r#"
{
  "asyncapi": "2.6.0",
  "components": { "securitySchemes": {
    "a": { "type": "openIdConnect", "openIdConnectUrl": "https://me@acme.io/" },
                                                                 ^^^ url-userinfo
    "b": { "type": "openIdConnect", "openIdConnectUrl": "https:\/\/me@acme.io/" },
                                                        ^^^^^^^^^^^^^^^^^^^^^^^ url-userinfo
    "c": { "type": "openIdConnect", "openIdConnectUrl": "https://m\u00fc.io/" },
                                                        ^^^^^^^^^^^^^^^^^^^^^ url-non-ascii
    "d": { "type": "openIdConnect", "openIdConnectUrl": "" }
                                                        ^^ url-not-absolute
  } }
}"#,
    );
    check(
        r#"
asyncapi: 3.0.0
components:
  securitySchemes:
    a:
      type: openIdConnect
      openIdConnectUrl: "https://me@acme.io\x2f"
                        ^^^^^^^^^^^^^^^^^^^^^^^^ url-userinfo
    b:
      type: openIdConnect
      openIdConnectUrl: &url https://me@acme.io/
                                     ^^^ url-userinfo
    c:
      type: openIdConnect
      openIdConnectUrl: *url
                        ^^^^ url-userinfo
"#,
    );
}
