//! Fixes of what was pasted with more than belongs there: URLs, header lines, typographic quotes.

use asyncapi_security_lsp::fixes::{fix_all, fixes};
use asyncapi_security_lsp::rules::finding::Finding;
use asyncapi_security_lsp::syntax::format::Format;

use crate::laws::analyse;
use crate::styles::check;

/// A 3.0.0 document with the URL of an OpenID Connect scheme, as written after the key.
fn with_url(url: &str) -> String {
    format!(
        "asyncapi: 3.0.0\ncomponents:\n  securitySchemes:\n    # ours\n    a:\n      type: openIdConnect\n      openIdConnectUrl: {url}\n      x-next: 1 # stays\n"
    )
}

#[test]
fn a_url_is_freed_of_what_stands_around_it() {
    let right = "https://a.io/.well-known/openid-configuration";
    for (rule, title, before, after) in [
        ("url-whitespace", "Keep the URL alone", "POST {}", "{}"),
        (
            "url-whitespace",
            "Keep the URL alone",
            "'get {} ' # why",
            "'{}' # why",
        ),
        (
            "url-whitespace",
            "Keep the URL alone (changes meaning)",
            "see {}",
            "{}",
        ),
        (
            "url-whitespace",
            "Keep the URL alone (changes meaning)",
            "\"{} (ours)\"",
            "\"{}\"",
        ),
        ("url-placeholder", "Keep the URL alone", "<{}>", "{}"),
        ("url-invalid", "Keep the URL alone", "'\"{}\"'", "'{}'"),
        (
            "url-whitespace",
            "Keep the URL alone (changes meaning)",
            "'[Log in]({}) or so'",
            "'{}'",
        ),
    ] {
        let [before, after] = [before, after].map(|url| with_url(&url.replace("{}", right)));
        check(rule, title, &before, &after);
    }
    let blanks = right.replace("://", ":// ");
    check(
        "url-whitespace",
        "Remove the spaces",
        &with_url(&blanks),
        &with_url(right),
    );
}

#[test]
fn a_url_over_several_lines_is_joined() {
    let right = "https://a.io/.well-known/openid-configuration";
    for (before, after) in [
        (
            "https://a.io/\n        .well-known/openid-configuration # why",
            "{} # why",
        ),
        (
            "https://a.io/\n        .well-known/\n\n        openid-configuration",
            "{}",
        ),
        (
            "'https://a.io\n        /.well-known/openid-configuration'",
            "'{}'",
        ),
        (
            "\"https://a.io/\n        .well-known/openid-configuration\" # why",
            "\"{}\" # why",
        ),
        (
            ">-\n        https://a.io/\n        .well-known/openid-configuration",
            "{}",
        ),
        (
            "|\n        https://a.io/.well-known\n        /openid-configuration",
            "{}",
        ),
    ] {
        let after = with_url(&after.replace("{}", right));
        check(
            "url-whitespace",
            "Write the URL on one line",
            &with_url(before),
            &after,
        );
        let [before, after] = [with_url(before), after].map(|text| text.replace('\n', "\r\n"));
        check(
            "url-whitespace",
            "Write the URL on one line",
            &before,
            &after,
        );
    }
    check(
        "url-whitespace",
        "Write the URL on one line (changes meaning)",
        &with_url("https://a.io/.well-known/openid\n        configuration"),
        &with_url("https://a.io/.well-known/openidconfiguration"),
    );
}

#[test]
fn no_fix_writes_a_blank_where_none_can_be_meant() {
    for url in [
        "https://ac me.io/token",
        "'https : //acme.io and more'",
        "POST acme.io/token",
        "https://a.io/token / https://b.io/token",
        "'https://a.io/token /authorize'",
        "https://a.io/\n        and this",
        "https://a|b.io/c",
        "'{{ .Values.url }}/token'",
        "https://<your tenant>.a.io/token",
        "${ HOST }/token",
        "$(HOST)/token",
    ] {
        let text = with_url(url);
        let analysis = analyse(&text, Format::Yaml, &[]);
        let mut findings = analysis.findings.iter();
        let finding = findings
            .find(|finding| finding.rule.id.starts_with("url-"))
            .unwrap();
        assert_eq!(fixes(&analysis, finding), [], "{url}");
        assert_eq!(fix_all(&analysis), (Vec::new(), 0), "{url}");
    }
    let text = with_url("'https://a.io/my app'");
    let analysis = analyse(&text, Format::Yaml, &[]);
    assert_eq!(
        fix_all(&analysis),
        (Vec::new(), 0),
        "what a blank means is not certain"
    );
    check(
        "url-whitespace",
        "Write spaces as `%20`",
        &text,
        &text.replace("my app", "my%20app"),
    );
}

#[test]
fn half_a_discovery_path_is_completed() {
    for wrong in [
        ".well-known",
        ".well-known/",
        ".well-known/jwks.json",
        ".well-known/openid",
        "jwks.json",
    ] {
        check(
            "oidc-url-not-discovery",
            "Write the URL of the discovery document",
            &with_url(&format!("https://a.io/{wrong} # why")),
            &with_url("https://a.io/.well-known/openid-configuration # why"),
        );
    }
}

#[test]
fn a_header_line_becomes_its_name() {
    let scheme = |fields: &str| {
        format!("asyncapi: 3.0.0\ncomponents:\n  securitySchemes:\n    a:\n      type: {fields}\n")
    };
    let key = |name: &str| scheme(&format!("httpApiKey\n      in: header\n      name: {name}"));
    for (before, after) in [
        ("'Authorization: Bearer' # why", "'Authorization' # why"),
        ("\"X-API-Key: <key>\"", "\"X-API-Key\""),
        ("Authorization Bearer", "Authorization"),
    ] {
        check(
            "http-api-key-name-invalid",
            "Write `",
            &key(before),
            &key(after),
        );
    }
    check(
        "syntax-error",
        "Write `Authorization`",
        &key("Authorization: Bearer # why"),
        &key("Authorization # why"),
    );
    check(
        "http-api-key-name-invalid",
        "Write `type: http` with `scheme: bearer`",
        &key("'Authorization: Bearer'"),
        &scheme("http\n      scheme: bearer"),
    );
}

#[test]
fn typographic_quotes_become_plain_ones() {
    let v3 = |lines: &str| format!("asyncapi: 3.0.0\ncomponents:\n  securitySchemes:\n{lines}");
    let key = |lines: &str| v3(&format!("    a: # it\n      type: httpApiKey\n{lines}"));
    for (rule, before, after) in [
        (
            "security-scheme-type-unknown",
            v3("    a: {type: “plain”}\n"),
            v3("    a: {type: \"plain\"}\n"),
        ),
        (
            "security-scheme-type-unknown",
            v3("    a:\n      type: ‘plain’ # it\n"),
            v3("    a:\n      type: 'plain' # it\n"),
        ),
        (
            "security-scheme-type-missing",
            v3("    a:\n      “type”: plain\n"),
            v3("    a:\n      \"type\": plain\n"),
        ),
        (
            "http-api-key-in-invalid",
            key("      in: „header“\n      name: a\n"),
            key("      in: \"header\"\n      name: a\n"),
        ),
        (
            "http-api-key-name-invalid",
            key("      in: header\n      name: «a»\n"),
            key("      in: header\n      name: \"a\"\n"),
        ),
        (
            "url-non-ascii",
            with_url("“https://a.io/.well-known/openid-configuration”"),
            with_url("\"https://a.io/.well-known/openid-configuration\""),
        ),
        (
            "syntax-error",
            v3("    a:\n      type: \"plain”\n      description: x\n"),
            v3("    a:\n      type: \"plain\"\n      description: x\n"),
        ),
        (
            "asyncapi-version-unknown",
            v3("    a: {type: plain}\n").replace("3.0.0", "“3.0.0”"),
            v3("    a: {type: plain}\n").replace("3.0.0", "\"3.0.0\""),
        ),
    ] {
        let analysis = analyse(&before, Format::Yaml, &[]);
        let told: Vec<_> = analysis
            .findings
            .iter()
            .map(|finding| (finding.rule.id, &*finding.message))
            .collect();
        let errors: Vec<_> = told
            .iter()
            .filter(|(_, message)| message.contains("is a typographic quote"))
            .collect();
        assert_eq!(errors.len(), 1, "{told:?}");
        assert_eq!(errors[0].0, rule, "{told:?}");
        check(rule, "Write plain quotes", &before, &after);
    }
    let json = |member: &str| {
        format!(
            "{{\"asyncapi\": \"3.0.0\", \"components\": {{\"securitySchemes\": {{\"a\": {{{member}}}}}}}}}"
        )
    };
    check(
        "syntax-error",
        "Write plain quotes",
        &json("“type”: \"plain\""),
        &json("\"type\": \"plain\""),
    );
    check(
        "syntax-error",
        "Write plain quotes",
        &json("\"type\": ‘plain’"),
        &json("\"type\": \"plain\""),
    );
    check(
        "security-scheme-type-unknown",
        "Remove the typographic quotes",
        &json("\"type\": \"“plain”\""),
        &json("\"type\": \"plain\""),
    );
}

#[test]
fn typographic_quotes_are_found_in_values_that_any_text_may_be() {
    let server = "asyncapi: 3.0.0\nservers:\n  s:\n    host: b.shop.io\n    protocol: wss\n    security: [{type: http, scheme: bearer, bearerFormat: JWT}]\n    variables:\n      v: {default: a, enum: [a, b]}\n";
    let v2 = server
        .replace("3.0.0", "2.6.0")
        .replace("host: ", "url: ")
        .replace(
            "    security: [{type: http, scheme: bearer, bearerFormat: JWT}]\n",
            "    security: []\n",
        );
    let json = "{\"asyncapi\": \"3.0.0\", \"servers\": {\"s\": {\"host\": \"b.shop.io\", \"protocol\": \"wss\", \"security\": []}}}";
    for (document, part, value) in [
        (server, "protocol: wss", "wss"),
        (server, "host: b.shop.io", "b.shop.io"),
        (server, "bearerFormat: JWT", "JWT"),
        (server, "scheme: bearer,", "bearer"),
        (server, ": a,", "a"),
        (server, "[a, b]", "b"),
        (&v2, "protocol: wss", "wss"),
        (&v2, "url: b.shop.io", "b.shop.io"),
        (json, "\"wss\"", "wss"),
    ] {
        for (open, close, plain) in [("“", "”", "\""), ("‘", "’", "'"), ("„", "“", "\"")]
        {
            let is_json = document == json;
            let wrong = part.replacen(value, &format!("{open}{value}{close}"), 1);
            let plain = if is_json { "" } else { plain };
            let right = part.replacen(value, &format!("{plain}{value}{plain}"), 1);
            let (before, after) = (
                document.replace(part, &wrong),
                document.replace(part, &right),
            );
            let format = if is_json { Format::Json } else { Format::Yaml };
            let analysis = analyse(&before, format, &[]);
            let is_told = |one: &&Finding| one.message.contains("is a typographic quote");
            let told: Vec<_> = analysis.findings.iter().filter(is_told).collect();
            assert_eq!(told.len(), 1, "{:?} in\n{before}", analysis.findings);
            let title = if is_json {
                "Remove the typographic quotes"
            } else {
                "Write plain quotes"
            };
            check(told[0].rule.id, title, &before, &after);
        }
    }
}

#[test]
fn typographic_quotes_around_what_is_wrong_anyway_or_prose_stay() {
    let scheme = |fields: &str| {
        format!("asyncapi: 3.0.0\ncomponents:\n  securitySchemes:\n    a:\n      type: {fields}\n")
    };
    let analysis = analyse(&scheme("“plane”"), Format::Yaml, &[]);
    let unknown = analysis
        .findings
        .iter()
        .find(|finding| finding.rule.id == "security-scheme-type-unknown");
    assert_eq!(fixes(&analysis, unknown.unwrap()), []);
    let prose = analyse(
        &scheme("plain\n      description: “as they say”"),
        Format::Yaml,
        &[],
    );
    let told = prose
        .findings
        .iter()
        .find(|finding| finding.message.contains("typographic"));
    assert_eq!(told, None);
}
