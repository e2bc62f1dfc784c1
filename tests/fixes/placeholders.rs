//! What fixes leave to the author: plain, and with tab stops for editors that take them.

use asyncapi_security_lsp::fixes::fixes;
use asyncapi_security_lsp::ide::snippet::snippet_edits;
use asyncapi_security_lsp::syntax::format::Format;
use asyncapi_security_lsp::text::TextEdit;

use crate::edits::applied;
use crate::laws::{analyse, broken_laws};

/// Applies the first fix whose title starts with these words to the first finding of the rule: the
/// plain text, and the text with snippets.
fn fixed(rule: &str, title: &str, before: &str) -> (String, String) {
    let format = if before.trim_start().starts_with('{') {
        Format::Json
    } else {
        Format::Yaml
    };
    let analysis = analyse(before, format, &[rule.to_owned()]);
    let finding = (analysis.findings.iter()).find(|finding| finding.rule.id == rule);
    let finding = finding.unwrap_or_else(|| panic!("no {rule} in {before}"));
    let offered = fixes(&analysis, finding);
    let titles: Vec<&str> = offered.iter().map(|fix| fix.title.as_str()).collect();
    let fix = offered.iter().find(|fix| fix.title.starts_with(title));
    let fix = fix.unwrap_or_else(|| panic!("{title:?} is not among {titles:?} of {before}"));
    assert_eq!(broken_laws(&analysis, finding, fix), [""; 0], "{title}");
    let snippets = snippet_edits(analysis.document.text(), &fix.edits, &fix.holes);
    let edits: Vec<TextEdit> = snippets.into_iter().map(|one| one.edit).collect();
    (applied(before, &fix.edits), applied(before, &edits))
}

fn check(rule: &str, title: &str, before: &str, plain: &str, snippet: &str) {
    let (found, with_stops) = fixed(rule, title, before);
    assert_eq!(found, plain);
    assert_eq!(with_stops, snippet);
}

fn flow(name: &str, fields: &str) -> String {
    format!(
        "asyncapi: 2.6.0\ncomponents:\n  securitySchemes:\n    a:\n      type: oauth2\n      flows:\n        {name}:\n{fields}"
    )
}

#[test]
fn a_missing_url_has_the_host_of_the_other_one_where_the_author_sees_that_it_is_a_guess() {
    for (known, guess) in [
        (
            "https://auth.shop.io/oauth2/authorize",
            "https://auth.shop.io/oauth2/token",
        ),
        (
            "https://auth.shop.io:8443/auth?p=1",
            "https://auth.shop.io:8443/token",
        ),
        ("https://auth.shop.io/dialog", "https://auth.shop.io/token"),
        (
            "http://auth.shop.io:80/dialog",
            "https://auth.shop.io/token",
        ),
        ("/authorize", "https://auth.example.com/token"),
    ] {
        let document = |more: &str| {
            let fields =
                format!("          authorizationUrl: {known}\n{more}          scopes: {{}}\n");
            flow("authorizationCode", &fields)
        };
        check(
            "oauth2-flow-missing-field",
            "Add `tokenUrl` with a placeholder",
            &document(""),
            &document("          tokenUrl: https://auth.example.com/token\n"),
            &document(&format!("          tokenUrl: ${{1:{guess}}}\n")),
        );
    }
}

#[test]
fn what_stands_in_a_snippet_already_is_escaped() {
    let known = "          authorizationUrl: 'https://${HOST}\\a' # $1\n";
    check(
        "oauth2-flow-missing-field",
        "Add `tokenUrl` with a placeholder",
        &flow(
            "authorizationCode",
            &format!("{known}          scopes: {{}}\n"),
        ),
        &flow(
            "authorizationCode",
            &format!(
                "{known}          tokenUrl: https://auth.example.com/token\n          scopes: {{}}\n"
            ),
        ),
        &flow(
            "authorizationCode",
            "          authorizationUrl: 'https://\\${HOST\\}\\\\a' # \\$1\n          tokenUrl: ${1:https://auth.example.com/token}\n          scopes: {}\n",
        ),
    );
}

#[test]
fn an_implicit_flow_becomes_one_with_a_code_and_pkce() {
    let title =
        "Change the flow to `authorizationCode` with PKCE, with a placeholder for `tokenUrl`";
    let fields = |token: &str| {
        format!(
            "          # ours\n          authorizationUrl: https://auth.shop.io/authorize # sign in\n{token}          refreshUrl: https://auth.shop.io/refresh\n          x-own: 1\n          scopes: # what\n            a: b\n"
        )
    };
    let pkce = "      type: oauth2\n      description: Clients use PKCE (S256).\n";
    let after = |token: &str| {
        flow("authorizationCode", &fields(token)).replace("      type: oauth2\n", pkce)
    };
    check(
        "oauth2-implicit-flow",
        title,
        &flow("implicit", &fields("")),
        &after("          tokenUrl: https://auth.example.com/token\n"),
        &after("          tokenUrl: ${1:https://auth.shop.io/token}\n"),
    );
    check(
        "oauth2-refresh-url-on-implicit",
        title,
        &flow("implicit", &fields("")),
        &after("          tokenUrl: https://auth.example.com/token\n"),
        &after("          tokenUrl: ${1:https://auth.shop.io/token}\n"),
    );
    let json = |description: &str, name: &str, token: &str| {
        format!(
            "{{\"asyncapi\": \"2.6.0\", \"components\": {{\"securitySchemes\": {{\"a\": {{\"type\": \"oauth2\", \"description\": \"{description}\", \"flows\": {{\"{name}\": {{\"authorizationUrl\": \"https://auth.shop.io/authorize\", {token}\"scopes\": {{\"a\": \"b\"}}}}}}}}}}}}}}\n"
        )
    };
    check(
        "oauth2-implicit-flow",
        title,
        &json("Log in", "implicit", ""),
        &json(
            "Log in. Clients use PKCE (S256).",
            "authorizationCode",
            "\"tokenUrl\": \"https://auth.example.com/token\", ",
        ),
        &json(
            "Log in. Clients use PKCE (S256).",
            "authorizationCode",
            "\"tokenUrl\": \"${1:https://auth.shop.io/token}\", ",
        ),
    );
}

#[test]
fn an_implicit_flow_can_be_removed_if_another_is_left() {
    let rule = "oauth2-implicit-flow";
    let implicit =
        "          authorizationUrl: https://auth.shop.io/authorize\n          scopes: {a: b}\n";
    let other = "        clientCredentials:\n          tokenUrl: https://auth.shop.io/token\n          scopes: {a: b}\n";
    let both = flow("implicit", &format!("{implicit}{other}"));
    let only = both.replace(&format!("        implicit:\n{implicit}"), "");
    check(
        rule,
        "Remove `implicit` (changes meaning)",
        &both,
        &only,
        &only,
    );
    let titles = |text: &str| {
        let analysis = analyse(text, Format::Yaml, &[]);
        let finding = analysis.findings.iter().find(|one| one.rule.id == rule);
        let fixes = fixes(&analysis, finding.unwrap());
        fixes.into_iter().map(|fix| fix.title).collect::<Vec<_>>()
    };
    assert_eq!(
        titles(&flow("implicit", implicit)),
        ["Change the flow to `authorizationCode` with PKCE, with a placeholder for `tokenUrl`"]
    );
}

#[test]
fn equal_placeholders_are_filled_in_together() {
    let document = |scope: &str| {
        format!(
            "asyncapi: 3.0.0\ncomponents:\n  securitySchemes:\n    a:\n      type: oauth2\n      scopes: [read]\n      flows:\n        clientCredentials:\n          tokenUrl: https://auth.shop.io/token\n          availableScopes:\n            x: y{scope}\n        password:\n          tokenUrl: https://auth.shop.io/token\n          availableScopes:\n            x: y{scope}\n"
        )
    };
    check(
        "security-scope-undefined",
        "Declare `read` in every flow",
        &document(""),
        &document("\n            read: 'TODO: say what it allows'"),
        &document("\n            read: '${1:TODO: say what it allows}'"),
    );
    check(
        "security-scheme-missing-field",
        "Add",
        "{\"asyncapi\": \"2.6.0\", \"components\": {\"securitySchemes\": {\"a\": {\"type\": \"httpApiKey\", \"in\": \"header\"}}}}",
        "{\"asyncapi\": \"2.6.0\", \"components\": {\"securitySchemes\": {\"a\": {\"type\": \"httpApiKey\", \"name\": \"X-API-Key\", \"in\": \"header\"}}}}",
        "{\"asyncapi\": \"2.6.0\", \"components\": {\"securitySchemes\": {\"a\": {\"type\": \"httpApiKey\", \"name\": \"${1:X-API-Key}\", \"in\": \"header\"}}}}",
    );
}

#[test]
fn a_path_alone_gets_a_host_that_is_to_be_replaced() {
    let before = "asyncapi: 3.0.0\ncomponents:\n  securitySchemes:\n    login:\n      type: openIdConnect\n      openIdConnectUrl: /openid\n";
    let (plain, _) = fixed(
        "url-not-absolute",
        "Write `https://auth.example.com` before it, a placeholder",
        before,
    );
    let after = before.replace("/openid", "https://auth.example.com/openid");
    assert_eq!(plain, after);
}
