//! Completion and the rest of the document: proposals from the rest, and a broken rest.

use crate::support::{JSON, SNIPPETS, V2, check, has, items, json, v2, v3};

#[test]
fn urls_and_scopes_come_from_the_rest_of_the_document() {
    let flow = "    new:\n      type: oauth2\n      flows:\n        clientCredentials:\n";
    has(
        &v3(&format!("{flow}          tokenUrl: $0\n")),
        &["https://a.example/o"],
        &[],
    );
    has(
        &v3(&format!(
            "{flow}          tokenUrl: https://b.example/t\n          refreshUrl: h$0\n"
        )),
        &["https://b.example/t"],
        &["h"],
    );
    let scopes = V2.replace(
        "            write:pets",
        "            $0\n            write:pets",
    );
    let needed =
        format!("{scopes}servers:\n  a:\n    security:\n      - petstore: [read:pets, new:one]\n");
    has(&needed, &["new:one", "scope"], &["read:pets"]);
    check(
        &needed,
        "new:one",
        &needed.replace("$0", "new:one: what it allows"),
    );
}

#[test]
fn fragments() {
    has(
        "type: oauth2\nflows:\n  implicit:\n    authorizationUrl: x\n    $0",
        &["availableScopes"],
        &["tokenUrl"],
    );
    has("type: httpApiKey\nname: a\n$0\n", &["in"], &["type"]);
    has(
        "a:\n  type: http\n  scheme: basic\nb:\n  type: httpApiKey\n  $0\n",
        &["name", "in"],
        &["scheme"],
    );
    has(
        "authorizationUrl: https://a.example\ntokenUrl: https://a.example\navailableScopes: {}\n$0",
        &["refreshUrl"],
        &["tokenUrl"],
    );
    has(
        "components:\n  securitySchemes:\n    a:\n      type: http\n      $0",
        &["scheme"],
        &[],
    );
    has(
        "securitySchemes:\n  a:\n    type: http\n    $0",
        &["scheme"],
        &[],
    );
}

#[test]
fn the_rest_of_the_document_may_be_broken() {
    let scheme = "    new:\n      type: http\n      $0\n";
    for (before, after) in [
        ("    bad: [a, b\n", ""),
        ("    bad: \"open\n", ""),
        ("", "    other: {type: http\n  x: ]\n"),
        ("", "\tx: y\n"),
        ("    half\n", "    - list\n"),
        (
            "    a:\n      type: oauth2\n      flows:\n        imp\n",
            "",
        ),
        ("    a:\n      type\n", "      in\n"),
    ] {
        let text =
            format!("asyncapi: 3.0.0\ncomponents:\n  securitySchemes:\n{before}{scheme}{after}");
        has(&text, &["scheme", "description"], &["type"]);
    }
    let json = JSON
        .replace('@', "")
        .replace('#', "\"type\": \"http\",\n        $0");
    for (from, to) in [
        ("\"availableScopes\": {", "\"availableScopes\": "),
        ("\"in\": \"header\" }", "\"in\": \"header\""),
        ("\"asyncapi\": \"3.0.0\",", "\"asyncapi\": \"3.0.0\""),
        ("\"servers\": {", "\"servers\": \"x\", ["),
    ] {
        has(&json.replacen(from, to, 1), &["scheme"], &["type"]);
    }
}

#[test]
fn merged_members_and_anchors_count() {
    let merged = "    base: &base\n      type: httpApiKey\n      in: header\n    new:\n      <<: *base\n      $0\n";
    has(&v3(merged), &["name"], &["type", "in"]);
    let anchored = "    new:\n      type: &t ht$0\n";
    check(
        &v3(anchored),
        "http",
        &v3("    new:\n      type: &t http\n"),
    );
}

#[test]
fn values_that_are_lists_or_objects_open_below_their_key() {
    check(
        &v2("servers:\n  a:\n    security: $0\n"),
        "key",
        &v2("servers:\n  a:\n    security: \n      - key: []\n"),
    );
    let json = JSON.replace("[\n        @\n      ]", "$0").replace('#', "");
    has(&json, &["$ref: key"], &[]);
    has(&v3("    new: $0\n"), &["type: http"], &[]);
    has(
        &v3("    new:\n      type: oauth2\n      flows:$0\n        implicit: {}\n"),
        &[],
        &["implicit"],
    );
}

#[test]
fn ids_of_rules_in_suppressions() {
    let id = "security-scheme-unused";
    for (typed, after) in [
        (
            "# asyncapi-security: ignore[$0]",
            "# asyncapi-security: ignore[security-scheme-unused]",
        ),
        (
            "# asyncapi-security: ignore[sec$0",
            "# asyncapi-security: ignore[security-scheme-unused",
        ),
        (
            "# asyncapi-security: ignore-file[url-fragment, secu$0rity] why",
            "# asyncapi-security: ignore-file[url-fragment, security-scheme-unused] why",
        ),
        (
            "x-asyncapi-security-ignore: $0",
            "x-asyncapi-security-ignore: security-scheme-unused",
        ),
        (
            "x-asyncapi-security-ignore: [sec$0]",
            "x-asyncapi-security-ignore: [security-scheme-unused]",
        ),
        (
            "x-asyncapi-security-ignore:\n        - $0",
            "x-asyncapi-security-ignore:\n        - security-scheme-unused",
        ),
        (
            "x-asyncapi-security-ignore:\n        - rule: 'sec$0'",
            "x-asyncapi-security-ignore:\n        - rule: 'security-scheme-unused'",
        ),
    ] {
        let scheme = |line: &str| v3(&format!("    new:\n      {line}\n"));
        check(&scheme(typed), id, &scheme(after));
    }
    for typed in [
        "# asyncapi-security: ignore[a] $0",
        "# asyncapi-security: $0",
        "description: 'asyncapi-security: ignore[$0'",
        "x-asyncapi-security-ignore:\n        - reason: $0",
    ] {
        has(&v3(&format!("    new:\n      {typed}\n")), &[], &[id]);
    }
    // First those that found something here.
    let unused = v3("    new:\n      type: http # asyncapi-security: ignore[$0]\n");
    let found = items(&unused, SNIPPETS);
    assert_eq!(found[0].label, "security-scheme-missing-field");
    let comment = JSON
        .replace('@', "// asyncapi-security: ignore[$0")
        .replace('#', "");
    has(&comment, &[id], &[]);
    let key = json("", "\"x-asyncapi-security-ignore\": [\"$0\"]");
    check(
        &key,
        id,
        &key.replace("\"$0\"", "\"security-scheme-unused\""),
    );
}
