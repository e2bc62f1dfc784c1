//! Fixes in every style, with exact comparison of the result.

use asyncapi_security_lsp::fixes::fixes;
use asyncapi_security_lsp::rules::notation::in_notation;
use asyncapi_security_lsp::syntax::format::Format;

use crate::edits::applied;
use crate::laws::{analyse, broken_laws};

/// Applies the first fix whose title starts with these words (as for YAML) to the first finding of the rule.
pub fn check(rule: &str, title: &str, before: &str, after: &str) {
    let format = if before.trim_start().starts_with('{') {
        Format::Json
    } else {
        Format::Yaml
    };
    let analysis = analyse(before, format, &[rule.to_owned()]);
    let finding = analysis
        .findings
        .iter()
        .find(|finding| finding.rule.id == rule);
    let finding =
        finding.unwrap_or_else(|| panic!("no {rule} in {before}: {:?}", analysis.findings));
    let offered = fixes(&analysis, finding);
    let titles: Vec<&str> = offered.iter().map(|fix| fix.title.as_str()).collect();
    let title = in_notation(title, format);
    let fix = offered.iter().find(|fix| fix.title.starts_with(&*title));
    let fix = fix.unwrap_or_else(|| panic!("{title:?} is not among {titles:?} of {before}"));
    assert_eq!(applied(before, &fix.edits), after, "{rule}: {}", fix.title);
    assert_eq!(
        broken_laws(&analysis, finding, fix),
        Vec::<String>::new(),
        "{rule}: {}",
        fix.title
    );
}

/// A 2.6.0 document with these schemes, and a server that requires all of them.
fn v2(schemes: &str) -> String {
    format!("asyncapi: 2.6.0\ncomponents:\n  securitySchemes:\n{schemes}")
}

#[test]
fn a_missing_member_stands_where_it_belongs() {
    check(
        "security-scheme-missing-field",
        "Add `in: user`",
        &v2(
            "    a: # the key\n      type: apiKey # its type\n      # who to ask\n      description: ask us\n",
        ),
        &v2(
            "    a: # the key\n      type: apiKey # its type\n      in: user\n      # who to ask\n      description: ask us\n",
        ),
    );
    check(
        "security-scheme-missing-field",
        "Add `in: user`",
        &v2("    a: {type: apiKey} # flow\n"),
        &v2("    a: {type: apiKey, in: user} # flow\n"),
    );
    check(
        "security-scheme-missing-field",
        "Add `in: user`",
        "{\"asyncapi\":\"2.6.0\",\"components\":{\"securitySchemes\":{\"a\":{\"type\":\"apiKey\"}}}}",
        "{\"asyncapi\":\"2.6.0\",\"components\":{\"securitySchemes\":{\"a\":{\"type\":\"apiKey\",\"in\":\"user\"}}}}",
    );
    check(
        "security-scheme-missing-field",
        "Add `in: user`",
        "{\n\t\"asyncapi\": \"2.6.0\",\n\t\"components\": {\n\t\t\"securitySchemes\": {\n\t\t\t\"a\": {\n\t\t\t\t\"type\": \"apiKey\" // last\n\t\t\t}\n\t\t}\n\t}\n}\n",
        "{\n\t\"asyncapi\": \"2.6.0\",\n\t\"components\": {\n\t\t\"securitySchemes\": {\n\t\t\t\"a\": {\n\t\t\t\t\"type\": \"apiKey\", // last\n\t\t\t\t\"in\": \"user\"\n\t\t\t}\n\t\t}\n\t}\n}\n",
    );
    check(
        "security-scheme-missing-field",
        "Add `in: user`",
        "asyncapi: 2.6.0\rcomponents:\r    securitySchemes:\r        a:\r            type: apiKey",
        "asyncapi: 2.6.0\rcomponents:\r    securitySchemes:\r        a:\r            type: apiKey\r            in: user",
    );
}

#[test]
fn an_object_has_the_indentation_of_the_document() {
    let four = "asyncapi: 2.6.0\ncomponents:\n    securitySchemes:\n        a:\n            type: oauth2\n            flows: {} # none yet\n";
    check(
        "oauth2-flows-empty",
        "Add the flow `clientCredentials`",
        four,
        &four.replace(
            "flows: {} # none yet\n",
            "flows: # none yet\n                clientCredentials:\n                    tokenUrl: https://auth.example.com/token\n                    scopes: {}\n",
        ),
    );
    let json = "{\n  \"asyncapi\": \"2.6.0\",\n  \"components\": {\n    \"securitySchemes\": {\n      \"a\": {\n        \"type\": \"oauth2\",\n        \"flows\": {}\n      }\n    }\n  }\n}\n";
    check(
        "oauth2-flows-empty",
        "Add the flow `clientCredentials`",
        json,
        &json.replace(
            "\"flows\": {}",
            "\"flows\": {\n          \"clientCredentials\": {\n            \"tokenUrl\": \"https://auth.example.com/token\",\n            \"scopes\": {}\n          }\n        }",
        ),
    );
}

#[test]
fn a_removed_member_takes_its_own_comment_and_no_other() {
    check(
        "oauth2-flow-unknown-field",
        "Remove `extra`",
        &v2(
            "    a:\n      type: oauth2\n      flows:\n        clientCredentials:\n          tokenUrl: https://a.example.com/t # one\n          # before\n          extra: 1 # its own\n          # after\n          scopes: {}\n",
        ),
        &v2(
            "    a:\n      type: oauth2\n      flows:\n        clientCredentials:\n          tokenUrl: https://a.example.com/t # one\n          # before\n          # after\n          scopes: {}\n",
        ),
    );
    check(
        "security-scheme-unknown-field",
        "Remove `c`",
        &v2("    a: {type: plain, c: 1}\n"),
        &v2("    a: {type: plain}\n"),
    );
    check(
        "security-scheme-unknown-field",
        "Remove `c`",
        "{\n  \"asyncapi\": \"2.6.0\",\n  \"components\": {\"securitySchemes\": {\"a\": {\n    \"type\": \"plain\", // stays\n    \"c\": 1 // goes\n  }}}\n}",
        "{\n  \"asyncapi\": \"2.6.0\",\n  \"components\": {\"securitySchemes\": {\"a\": {\n    \"type\": \"plain\" // stays\n  }}}\n}",
    );
}

#[test]
fn an_entry_takes_the_form_of_the_other_version() {
    let v3 = |security: &str| {
        format!(
            "asyncapi: 3.0.0\nservers:\n  a:\n    host: h.example.com\n    protocol: kafka\n    security:\n{security}components:\n  securitySchemes:\n    b:\n      type: oauth2\n      flows:\n        clientCredentials:\n          tokenUrl: https://a.example.com/t\n          availableScopes:\n            r: read\n"
        )
    };
    check(
        "security-v2-shape-in-v3",
        "Write a `$ref`",
        &v3("    # why\n    - b: [] # who\n"),
        &v3("    # why\n    - $ref: '#/components/securitySchemes/b' # who\n"),
    );
    check(
        "security-v2-shape-in-v3",
        "Write a `$ref` and move the scopes",
        &v3("      - b: [r]\n"),
        &v3("      - $ref: '#/components/securitySchemes/b'\n")
            .replace("type: oauth2\n", "type: oauth2\n      scopes: [r]\n"),
    );
    check(
        "security-v3-shape-in-v2",
        "Declare it",
        "asyncapi: 2.6.0\nservers:\n  a:\n    url: h.example.com\n    protocol: kafka\n    security:\n      - type: X509\n        description: a card\n",
        "asyncapi: 2.6.0\nservers:\n  a:\n    url: h.example.com\n    protocol: kafka\n    security:\n      - X509: []\ncomponents:\n  securitySchemes:\n    X509:\n      type: X509\n      description: a card\n",
    );
}

#[test]
fn a_map_in_the_place_of_a_list_keeps_its_lines() {
    check(
        "security-not-array",
        "Write a list with this entry",
        "asyncapi: 2.6.0\nservers:\n  a:\n    url: h\n    protocol: kafka\n    security:\n      # first\n      b: # second\n        # third\n        []\ncomponents:\n  securitySchemes:\n    b:\n      type: plain\n",
        "asyncapi: 2.6.0\nservers:\n  a:\n    url: h\n    protocol: kafka\n    security:\n      # first\n      - b: # second\n          # third\n          []\ncomponents:\n  securitySchemes:\n    b:\n      type: plain\n",
    );
}

#[test]
fn what_is_moved_keeps_its_comments() {
    check(
        "security-schemes-misplaced",
        "Move them",
        "asyncapi: 2.6.0\n# ours\nsecuritySchemes:\n  a: # one\n    # two\n    type: plain # three\n  b:\n    type: X509\n    description: |\n      long\n\n      text\ninfo:\n  title: t\n",
        "asyncapi: 2.6.0\n# ours\ninfo:\n  title: t\ncomponents:\n  securitySchemes:\n    a: # one\n      # two\n      type: plain # three\n    b:\n      type: X509\n      description: |\n        long\n\n        text\n",
    );
    check(
        "openapi-oauth2-shape",
        "Write the flow `authorizationCode`",
        &v2(
            "    a:\n      type: oauth2\n      flow: accessCode\n      authorizationUrl: https://a.example.com/a\n      tokenUrl: https://a.example.com/t\n      scopes: # what\n        r: read # it\n",
        ),
        &v2(
            "    a:\n      type: oauth2\n      flows:\n        authorizationCode:\n          authorizationUrl: https://a.example.com/a\n          tokenUrl: https://a.example.com/t\n          scopes: # what\n            r: read # it\n",
        ),
    );
}

#[test]
fn a_text_keeps_its_quotes() {
    for (before, after) in [
        ("https://a.example.com/t#f", "https://a.example.com/t"),
        ("'https://a.example.com/t#f'", "'https://a.example.com/t'"),
        (
            "\"https://a.example.com/t#f\"",
            "\"https://a.example.com/t\"",
        ),
    ] {
        let document = |url: &str| {
            v2(&format!(
                "    a:\n      type: oauth2\n      flows:\n        clientCredentials:\n          tokenUrl: {url}\n          scopes: {{}}\n"
            ))
        };
        check(
            "url-fragment",
            "Remove",
            &document(before),
            &document(after),
        );
    }
}

#[test]
fn a_path_takes_the_host_of_the_other_urls() {
    let document = |url: &str| {
        v2(&format!(
            "    a:\n      type: oauth2\n      flows:\n        authorizationCode:\n          authorizationUrl: https://login.example.com/authorize\n          tokenUrl: {url}\n          scopes: {{}}\n"
        ))
    };
    check(
        "url-not-absolute",
        "Write `https://login.example.com`",
        &document("/token"),
        &document("https://login.example.com/token"),
    );
    check(
        "url-not-absolute",
        "Write `https:`",
        &document("//login.example.com/token"),
        &document("https://login.example.com/token"),
    );
    check(
        "url-missing-host",
        "Write `https://`",
        &document("https:/login.example.com/token"),
        &document("https://login.example.com/token"),
    );
    check(
        "url-non-ascii",
        "Percent-encode",
        &document("https://login.example.com/größe"),
        &document("https://login.example.com/gr%C3%B6%C3%9Fe"),
    );
    check(
        "url-scheme-not-http",
        "Write `https:`",
        &document("htps://login.example.com/token"),
        &document("https://login.example.com/token"),
    );
}

#[test]
fn a_server_without_security_gets_a_declared_scheme() {
    let document = |security: &str| {
        format!(
            "asyncapi: 2.6.0\nservers:\n  a:\n    url: h.example.com\n    protocol: kafka-secure\n{security}  b:\n    url: h.example.com\n    protocol: kafka-secure\n    security:\n      - c: []\ncomponents:\n  securitySchemes:\n    c:\n      type: X509\n"
        )
    };
    check(
        "server-without-security",
        "Add `security` with `c`",
        &document(""),
        &document("    security:\n      - c: []\n"),
    );
    check(
        "server-security-empty",
        "Require `c`",
        &document("    security: [] # none\n"),
        &document("    security: # none\n      - c: []\n"),
    );
}

#[test]
fn one_endpoint_too_few_is_left_to_the_author() {
    let document = |url: &str, token: &str| {
        v2(&format!(
            "    a:\n      type: oauth2\n      flows:\n        authorizationCode:\n          authorizationUrl: {url}\n          tokenUrl: {token}\n          scopes: {{}}\n"
        ))
    };
    let (authorize, token) = (
        "https://a.example.com/authorize",
        "https://a.example.com/token",
    );
    check(
        "oauth2-same-endpoint-urls",
        "Write a placeholder for `authorizationUrl`",
        &document(token, token),
        &document("https://auth.example.com/authorize", token),
    );
    check(
        "oauth2-endpoint-looks-swapped",
        "Let the two URLs",
        &document(token, authorize),
        &document(authorize, token),
    );
}

#[test]
fn endpoints_of_a_known_provider_are_told_by_each_other() {
    let document = |authorization: &str, token: &str| {
        v2(&format!(
            "    a:\n      type: oauth2\n      flows:\n        authorizationCode: # both\n          authorizationUrl: '{authorization}'\n          tokenUrl: \"{token}\" # here\n          scopes: {{}}\n"
        ))
    };
    let realm = |realm: &str, end: &str| {
        format!("https://id.acme.io/auth/realms/{realm}/protocol/openid-connect/{end}")
    };
    let rule = "oauth2-endpoints-mismatch";
    let before = document(&realm("a", "auth"), &realm("b", "token"));
    check(
        rule,
        "Write the `tokenUrl` that belongs to `authorizationUrl`",
        &before,
        &document(&realm("a", "auth"), &realm("a", "token")),
    );
    check(
        rule,
        "Write the `authorizationUrl` that belongs to `tokenUrl`",
        &before,
        &document(&realm("b", "auth"), &realm("b", "token")),
    );
    let (authorize, token) = (
        "https://github.com/login/oauth/authorize",
        "https://github.com/login/oauth/access_token",
    );
    check(
        "oauth2-same-endpoint-urls",
        "Write the provider's own",
        &document(token, token),
        &document(authorize, token),
    );
    let flow = |url: &str| {
        v2(&format!(
            "    a: {{type: oauth2, flows: {{clientCredentials: {{tokenUrl: '{url}', scopes: {{}}}}}}}}\n"
        ))
    };
    check(
        "oauth2-endpoint-looks-swapped",
        "Write the right endpoint of PingFederate",
        &flow("https://sso.acme.io/as/authorization.oauth2"),
        &flow("https://sso.acme.io/as/token.oauth2"),
    );
}

#[test]
fn a_channels_security_moves_to_its_operations() {
    check(
        "security-not-supported-here",
        "Move it to the operations",
        "asyncapi: 3.0.0\nchannels:\n  c:\n    address: c\n    security: # why\n      - type: X509 # what\noperations:\n  o:\n    action: send\n    channel:\n      $ref: '#/channels/c'\n",
        "asyncapi: 3.0.0\nchannels:\n  c:\n    address: c\noperations:\n  o:\n    action: send\n    channel:\n      $ref: '#/channels/c'\n    security: # why\n      - type: X509 # what\n",
    );
}

#[test]
fn a_declared_scheme_is_offered_where_one_lacks() {
    let document = |reference: &str, security: &str| {
        format!(
            "asyncapi: 3.0.0\nservers:\n  a:\n    host: h.example.com\n    protocol: kafka-secure\n    security:\n      - $ref: '{reference}'\nchannels:\n  c:\n    address: c\noperations:\n  o:\n    action: send\n    channel:\n      $ref: '#/channels/c'\n{security}components:\n  schemas:\n    x:\n      type: object\n  securitySchemes:\n    s:\n      type: X509\n"
        )
    };
    let right = "#/components/securitySchemes/s";
    check(
        "security-ref-wrong-target",
        "Write `#/components/securitySchemes/s`",
        &document("#/components/schemas/x", ""),
        &document(right, ""),
    );
    let open = |security: &str| {
        let list = format!("    security:\n      - $ref: '{right}'\n");
        document(right, security).replacen(&list, "", 1)
    };
    let text = open("").replace("  securitySchemes:", "  servers: {}\n  securitySchemes:");
    check(
        "operation-without-security",
        "Add `security` with `s`",
        &text,
        &text.replace(
            "'#/channels/c'\n",
            &format!("'#/channels/c'\n    security:\n      - $ref: '{right}'\n"),
        ),
    );
}

#[test]
fn a_flow_behind_a_reference_is_copied() {
    let document = |flow: &str| {
        format!(
            "asyncapi: 2.6.0\nx-flow:\n  tokenUrl: https://a.example.com/t\n  scopes: {{r: read}}\ncomponents:\n  securitySchemes:\n    a:\n      type: oauth2\n      flows:\n        clientCredentials:\n{flow}"
        )
    };
    check(
        "oauth2-ref-not-allowed",
        "Write a copy",
        &document("          $ref: '#/x-flow'\n"),
        &document(
            "          tokenUrl: https://a.example.com/t\n          scopes:\n            r: read\n",
        ),
    );
}

#[test]
fn what_does_not_belong_to_a_host_goes_to_its_own_field() {
    let rule = "server-host-not-a-host";
    let server = |fields: &str| format!("asyncapi: 3.0.0\nservers:\n  a:\n{fields}");
    for (title, before, after) in [
        (
            "Move the path",
            "    host: 'b.org:80/{ws}' # ours\n    protocol: wss\n",
            "    host: 'b.org:80' # ours\n    pathname: '/{ws}'\n    protocol: wss\n",
        ),
        (
            "Remove `HTTPS://`",
            "    host: HTTPS://b.org\n    protocol: https\n",
            "    host: b.org\n    protocol: https\n",
        ),
        (
            "Remove `wss://` and move the path",
            "    protocol: wss\n    host: wss://b.org/ws\n",
            "    protocol: wss\n    host: b.org\n    pathname: /ws\n",
        ),
        (
            "Remove `/`",
            "    host: b.org/\n    pathname: /ws\n    protocol: wss\n",
            "    host: b.org\n    pathname: /ws\n    protocol: wss\n",
        ),
    ] {
        check(rule, title, &server(before), &server(after));
    }
    let shared = "  a: &a\n    host: b.org/ws\n  b:\n    <<: *a\n    host: c.org\n";
    let shared = format!("asyncapi: 3.0.0\nservers:\n{shared}");
    let unsure = [
        "    host: https://b.org\n    protocol: wss\n",
        "    host: b.org/ws?a=b\n    protocol: wss\n",
        "    host: b.org/ws\n    pathname: /v1\n    protocol: wss\n",
        "    host: /ws\n    protocol: wss\n",
        "    host: a:1/x,b:1/x\n    protocol: wss\n",
        "    host: &host b.org/ws\n    protocol: wss\n",
    ];
    for unsure in unsure.map(server).into_iter().chain([shared]) {
        let analysis = analyse(&unsure, Format::Yaml, &[]);
        let finding = (analysis.findings.iter()).find(|finding| finding.rule.id == rule);
        assert_eq!(fixes(&analysis, finding.unwrap()), [], "{unsure}");
    }
}

#[test]
fn a_secret_is_replaced_alone() {
    let document = |text: &str| v2(&format!("    a:\n      type: plain\n{text}"));
    for (before, after) in [
        (
            "      x-jaas: 'a.LoginModule required password=\"k4fk4-0rd3rs\";'\n",
            "      x-jaas: 'a.LoginModule required password=\"<redacted>\";'\n",
        ),
        (
            "      x-login: |\n        Ask us,\n        token=q7Zx2Lk9Vb4Nw8Rt1\n",
            "      x-login: |\n        Ask us,\n        token=<redacted>\n",
        ),
        (
            "      x-password: \"s3cr3t-Pa55\" # no\n",
            "      x-password: \"<redacted>\" # no\n",
        ),
        (
            "      x-password: s3cr3t-Pa55\n",
            "      x-password: <redacted>\n",
        ),
    ] {
        let (before, after) = (document(before), document(after));
        check("secret-in-document", "Write `<redacted>`", &before, &after);
    }
}

#[test]
fn a_cipher_and_a_reference_are_made_strong() {
    check(
        "ibmmq-cipher-weak",
        "Write `ANY_TLS12_OR_HIGHER`",
        "asyncapi: 3.0.0\nservers:\n  s:\n    bindings: {ibmmq: {cipherSpec: \"NULL_MD5\"}}\n",
        "asyncapi: 3.0.0\nservers:\n  s:\n    bindings: {ibmmq: {cipherSpec: \"ANY_TLS12_OR_HIGHER\"}}\n",
    );
    check(
        "security-ref-insecure",
        "Write `https`",
        &v2("    a: {$ref: 'http://s.shop.io/a.yaml#/k'}\n"),
        &v2("    a: {$ref: 'https://s.shop.io/a.yaml#/k'}\n"),
    );
    check(
        "url-userinfo",
        "Remove the credentials",
        "asyncapi: 3.0.0\nservers:\n  s:\n    bindings: {kafka: {schemaRegistryUrl: 'https://u:p@r.shop.io/x'}}\n",
        "asyncapi: 3.0.0\nservers:\n  s:\n    bindings: {kafka: {schemaRegistryUrl: 'https://r.shop.io/x'}}\n",
    );
}

#[test]
fn a_key_that_is_asked_for_is_declared_and_required() {
    check(
        "credential-without-scheme",
        "Declare `apiKey` for it",
        "asyncapi: 3.0.0
servers:
  s:
    host: b.shop.io
    protocol: wss
channels:
  c:
    bindings:
      ws:
        headers:
          properties:
            X-API-Key: {type: string}
",
        "asyncapi: 3.0.0
servers:
  s:
    host: b.shop.io
    protocol: wss
    security:
      - $ref: '#/components/securitySchemes/apiKey'
channels:
  c:
    bindings:
      ws:
        headers:
          properties:
            X-API-Key: {type: string}
components:
  securitySchemes:
    apiKey:
      type: httpApiKey
      in: header
      name: X-API-Key
",
    );
}

#[test]
fn a_number_becomes_a_version() {
    let fixed = |before, after| check("asyncapi-version-patch", "Write `3.0.0`", before, after);
    fixed("asyncapi: 3.0 # new\n", "asyncapi: '3.0.0' # new\n");
    fixed("{\"asyncapi\": 3.0}\n", "{\"asyncapi\": \"3.0.0\"}\n");
}

#[test]
fn a_misspelt_field_is_renamed_where_it_stands() {
    for (rule, title, wrong, right) in [
        (
            "security-scheme-type-missing",
            "Rename `tpye`",
            "tpye: X509",
            "type: X509",
        ),
        (
            "security-scheme-unknown-field",
            "Rename `shceme`",
            "type: http\n      shceme: basic",
            "type: http\n      scheme: basic",
        ),
        (
            "security-scheme-unknown-field",
            "Rename `ni`",
            "type: apiKey\n      ni: user",
            "type: apiKey\n      in: user",
        ),
    ] {
        let scheme = |fields: &str| v2(&format!("    a:\n      {fields}\n"));
        check(rule, title, &scheme(wrong), &scheme(right));
    }
}
