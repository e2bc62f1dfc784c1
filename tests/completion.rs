//! Completion wherever security is written: labels, texts after applying, and laws at every offset.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "completion/anywhere.rs"]
mod anywhere;
#[path = "completion/ask.rs"]
mod ask;
#[path = "completion/document.rs"]
mod document;
#[path = "completion/half_typed.rs"]
mod half_typed;
#[path = "completion/laws.rs"]
mod laws;
#[path = "completion/neighbours.rs"]
mod neighbours;
#[path = "support/outside.rs"]
mod outside;
#[path = "completion/support.rs"]
mod support;
#[path = "completion/urls.rs"]
mod urls;

use asyncapi_security_lsp::analysis::{Analysis, Options};
use asyncapi_security_lsp::ide::completion::complete;
use asyncapi_security_lsp::ide::completion::item::CompletionOptions;
use asyncapi_security_lsp::syntax::document::Document;
use asyncapi_security_lsp::syntax::format::Format;
use support::{JSON, SNIPPETS, V2, V3, check, cursor, has, items, json, labels, v2, v3};

#[test]
fn protocols_of_servers() {
    let server = |version: &str, line: &str| {
        format!("asyncapi: {version}\nservers:\n  a:\n    host: h\n    {line}\n")
    };
    for version in ["2.0.0", "2.6.0", "3.1.0"] {
        let names = ["kafka", "kafka-secure", "mqtt5", "googlepubsub"];
        has(&server(version, "protocol: $0"), &names, &["security"]);
        has(&server(version, "protocol: k$0"), &names, &[]);
    }
    check(
        &server("3.0.0", "protocol: kafka-s$0"),
        "kafka-secure",
        &server("3.0.0", "protocol: kafka-secure"),
    );
    let json = r#"{"asyncapi": "3.0.0", "servers": {"a": {"protocol": "@"}}}"#;
    check(&json.replace('@', "w$0"), "wss", &json.replace('@', "wss"));
    let found = items(&server("3.0.0", "protocol: $0"), SNIPPETS);
    let kafka = found.iter().find(|item| item.label == "kafka").unwrap();
    assert_eq!(kafka.detail.as_deref(), Some("without TLS"));
    let about = kafka.documentation.as_deref().unwrap();
    assert!(about.contains("**With TLS:** `kafka-secure`"), "{about}");
    for elsewhere in ["  protocol: $0", "protocol:\n      $0", "x-protocol: $0"] {
        has(&server("3.0.0", elsewhere), &[], &["kafka"]);
    }
}

/// Any name may be right, so a list that opens by itself holds no other than those that begin so.
#[test]
fn protocols_that_nobody_asked_for() {
    let offered = |line: &str| {
        let marked = format!("asyncapi: 3.0.0\nservers:\n  a:\n    protocol:{line}\n");
        let options = CompletionOptions {
            is_asked: false,
            ..SNIPPETS
        };
        let items = items(&marked, options).into_iter();
        items.map(|item| item.label).collect::<Vec<_>>()
    };
    for (line, expected) in [
        ("$0", &[][..]),
        (" kafka-s$0", &["kafka-secure"]),
        (" \"KAFKA-s$0", &["kafka-secure"]),
        (" kafka$0", &[]),
        (" amq$0", &["amqp", "amqps", "amqp1"]),
        (" pubsub$0", &[]),
        (" secure$0", &["secure-mqtt"]),
    ] {
        assert_eq!(offered(line), expected, "{line}");
    }
    assert!(offered(" $0").len() > 30);
}

#[test]
fn protocols_that_the_settings_know() {
    let mut options = Options::default();
    let protocols = &mut options.environment.protocols;
    protocols.insert("acme".to_owned(), Some(true));
    protocols.insert("Kafka".to_owned(), None);
    let (text, at) = cursor("asyncapi: 3.0.0\nservers:\n  a:\n    protocol: $0\n");
    let analysis = Analysis::new(Document::new(&text, Format::Yaml), options, None);
    let found = complete(&analysis, at, SNIPPETS);
    let detail = |label: &str| {
        let mut items = found.iter().filter(|item| item.label == label);
        items.next().map(|item| item.detail.as_deref())
    };
    assert_eq!(detail("acme"), Some(Some("with TLS")));
    assert_eq!(detail("kafka"), Some(None));
    assert_eq!(detail("Kafka"), None);
}

#[test]
fn keys_of_a_scheme_fit_its_type() {
    let scheme = |lines: &str| v3(&format!("    new:\n{lines}"));
    has(
        &scheme("      type: http\n      $0"),
        &["scheme", "description"],
        &["type", "in", "bearerFormat", "flows"],
    );
    has(
        &scheme("      type: http\n      scheme: bearer\n      $0"),
        &["bearerFormat"],
        &["scheme"],
    );
    has(
        &scheme("      type: http\n      sch$0"),
        &["scheme"],
        &["in"],
    );
    has(
        &scheme("      sch$0\n      type: http"),
        &["scheme"],
        &["in"],
    );
    has(
        &scheme("      type: httpApiKey\n      $0\n      in: header"),
        &["name"],
        &["in", "scopes"],
    );
    has(
        &scheme("      type: oauth2\n      $0"),
        &["flows", "scopes"],
        &["openIdConnectUrl"],
    );
    has(
        &scheme("      $0"),
        &["type", "type: oauth2", "type: scramSha256", "$ref"],
        &["in"],
    );
    has(&scheme("      ty$0"), &["type", "type: oauth2"], &[]);
    has(
        &scheme("      type: openIdConnect\n      open$0"),
        &["openIdConnectUrl", "scopes"],
        &[],
    );
    has(
        &scheme("      $ref: '#/x'\n      $0"),
        &[],
        &["type", "description", "scopes"],
    );
    let old = V2.replace("2.6.0", "2.0.0");
    has(
        &format!("{old}    new:\n      type: oauth2\n      $0"),
        &["flows"],
        &["scopes"],
    );
    has(
        &format!("{old}    new:\n      $0"),
        &["type: oauth2"],
        &["type: scramSha256"],
    );
}

#[test]
fn values_fit_key_and_type() {
    let scheme = |lines: &str| v3(&format!("    new:\n{lines}"));
    has(
        &scheme("      type: $0"),
        &["oauth2", "http", "X509", "gssapi"],
        &["type"],
    );
    has(&scheme("      type:$0"), &["oauth2"], &[]);
    has(&scheme("      type: \"ht$0\""), &["http"], &[]);
    has(
        &scheme("      type: apiKey\n      in: $0"),
        &["user", "password"],
        &["header"],
    );
    has(
        &scheme("      type: httpApiKey\n      in: h$0"),
        &["header", "query", "cookie"],
        &["user"],
    );
    has(
        &scheme("      in: $0\n      type: httpApiKey"),
        &["header"],
        &["user"],
    );
    has(
        &scheme("      type: http\n      scheme: $0"),
        &["basic", "bearer", "digest"],
        &[],
    );
    has(
        &scheme("      type: http\n      scheme: bearer\n      bearerFormat: $0"),
        &["JWT"],
        &[],
    );
    has(
        &scheme("      type: http\n      scheme: ba$0 # how"),
        &["basic"],
        &[],
    );
    has(
        &scheme("      type: http\n      scheme: ba # h$0ow"),
        &[],
        &["basic"],
    );
    check(
        &scheme("      type:$0\n"),
        "http",
        &scheme("      type: http\n"),
    );
    check(
        &scheme("      type: ht$0tp\n"),
        "oauth2",
        &scheme("      type: oauth2\n"),
    );
    check(
        &scheme("      type: 'ht$0\n"),
        "http",
        &scheme("      type: 'http'\n"),
    );
    check(
        &scheme("      type: \"$0\"\n"),
        "http",
        &scheme("      type: \"http\"\n"),
    );
}

#[test]
fn objects_open_with_the_documents_own_indentation() {
    check(
        &v3("    new:\n      type: oauth2\n      fl$0\n"),
        "flows",
        &v3("    new:\n      type: oauth2\n      flows:\n        \n"),
    );
    check(
        &v3("    new:\n      type: oauth2\n      fl$0\n"),
        "flows: authorizationCode",
        &v3(
            "    new:\n      type: oauth2\n      flows:\n        authorizationCode:\n          authorizationUrl: https://auth.example.com/authorize\n          tokenUrl: https://auth.example.com/token\n          availableScopes:\n            scope: what it allows\n",
        ),
    );
    check(
        "asyncapi: 2.6.0\ncomponents:\n    $0",
        "securitySchemes",
        "asyncapi: 2.6.0\ncomponents:\n    securitySchemes:\n        ",
    );
    check(
        "asyncapi: 2.6.0\ncomponents:\n    securitySchemes:\n        a:\n            type: oauth2\n            flows:\n                $0\n",
        "clientCredentials",
        "asyncapi: 2.6.0\ncomponents:\n    securitySchemes:\n        a:\n            type: oauth2\n            flows:\n                clientCredentials:\n                    tokenUrl: https://auth.example.com/token\n                    scopes:\n                        scope: what it allows\n",
    );
    check(
        &v3("    new:\n      type: oauth2\n      flows: $0\n"),
        "clientCredentials",
        &v3(
            "    new:\n      type: oauth2\n      flows: \n        clientCredentials:\n          tokenUrl: https://auth.example.com/token\n          availableScopes:\n            scope: what it allows\n",
        ),
    );
    check(
        &v3("    $0\n"),
        "httpApiKey",
        &v3("    name:\n      type: httpApiKey\n      name: X-API-Key\n      in: header\n"),
    );
    check(
        &v3("    new:\n      ty$0: http\n"),
        "type",
        &v3("    new:\n      type: http\n"),
    );
}

#[test]
fn a_key_above_its_value_is_only_a_key() {
    check(
        &v3("    new:\n      type: oauth2\n      fl$0\n        implicit: {}\n"),
        "flows",
        &v3("    new:\n      type: oauth2\n      flows:\n        implicit: {}\n"),
    );
    for dash in ["", "  "] {
        let text = |key: &str| v2(&format!("servers:\n  a:\n    {key}\n    {dash}- key: []\n"));
        check(&text("sec$0"), "security", &text("security:"));
        let text = |key: &str| {
            v2(&format!(
                "servers:\n  a:\n    url: x\n    {key}\n    {dash}- key: []\n"
            ))
        };
        check(&text("sec$0"), "security", &text("security:"));
    }
}

#[test]
fn flows_and_their_fields() {
    let flow = |lines: &str| {
        v3(&format!(
            "    new:\n      type: oauth2\n      flows:\n{lines}"
        ))
    };
    has(
        &flow("        $0"),
        &["implicit", "password", "authorizationCode"],
        &["tokenUrl"],
    );
    has(
        &flow("        password:\n          $0"),
        &["tokenUrl", "availableScopes", "refreshUrl"],
        &["authorizationUrl", "scopes"],
    );
    has(
        &flow("        password:\n          tokenUrl: x\n        $0"),
        &["implicit"],
        &["password"],
    );
    has(
        &flow(
            "        password:\n          tok$0\n        implicit:\n          authorizationUrl: https://x\n",
        ),
        &["tokenUrl"],
        &["implicit"],
    );
    let found = items(&flow("        $0"), SNIPPETS);
    let deprecated: Vec<&str> = found
        .iter()
        .filter(|item| item.deprecated)
        .map(|item| item.label.as_str())
        .collect();
    assert_eq!(deprecated, ["implicit", "password"]);
    assert_eq!(found[0].label, "authorizationCode");
    assert!(found[0].preselect);
    has(
        &format!("{V2}    n:\n      flows:\n        implicit:\n          $0"),
        &["scopes"],
        &["availableScopes", "tokenUrl"],
    );
}

#[test]
fn requirements_of_2x() {
    check(
        &v2("servers:\n  a:\n    security:\n      - $0\n"),
        "petstore",
        &v2("servers:\n  a:\n    security:\n      - petstore: []\n"),
    );
    check(
        &v2("servers:\n  a:\n    security:\n      $0\n"),
        "key",
        &v2("servers:\n  a:\n    security:\n      - key: []\n"),
    );
    check(
        &v2("servers:\n  a:\n    security:\n      -$0\n"),
        "key",
        &v2("servers:\n  a:\n    security:\n      - key: []\n"),
    );
    check(
        &v2("servers:\n  a:\n    security:\n    - key: []\n    - pe$0\n"),
        "petstore",
        &v2("servers:\n  a:\n    security:\n    - key: []\n    - petstore: []\n"),
    );
    check(
        &v2("servers:\n  a:\n    security: [$0]\n"),
        "key",
        &v2("servers:\n  a:\n    security: [{ key: [] }]\n"),
    );
    check(
        &v2("servers:\n  a:\n    security: [{k$0}]\n"),
        "key",
        &v2("servers:\n  a:\n    security: [{key: []}]\n"),
    );
    has(
        &v2("servers:\n  a:\n    security:\n      - key: []\n        $0"),
        &["petstore"],
        &["key"],
    );
    has(
        &v2("channels:\n  c:\n    subscribe:\n      security:\n        - $0"),
        &["petstore", "key"],
        &[],
    );
    has(
        &v2(
            "channels:\n  c:\n    subscribe:\n      traits:\n        - security:\n            - $0",
        ),
        &["petstore", "key"],
        &[],
    );
    has(
        &v2("servers:\n  a:\n    url: x\n    $0"),
        &["security"],
        &["url"],
    );
    check(
        &v2("servers:\n  a:\n    url: x\n    sec$0\n"),
        "security",
        &v2("servers:\n  a:\n    url: x\n    security:\n      - petstore: []\n"),
    );
}

#[test]
fn scopes_where_they_are_needed() {
    let needs = |rest: &str| {
        v2(&format!(
            "servers:\n  a:\n    security:\n      - petstore: {rest}"
        ))
    };
    has(&needs("[$0]"), &["read:pets", "write:pets"], &["petstore"]);
    has(&needs("[read:pets, $0]"), &["write:pets"], &["read:pets"]);
    has(&needs("[wr$0, read:pets]"), &["write:pets"], &["read:pets"]);
    check(&needs("[$0"), "read:pets", &needs("[read:pets"));
    check(
        &needs("[read:pets, 'wr$0']\n"),
        "write:pets",
        &needs("[read:pets, write:pets]\n"),
    );
    has(
        &needs("\n        - read:pets\n        - $0"),
        &["write:pets"],
        &["read:pets"],
    );
    has(
        &needs("\n        - $0\n        - read:pets"),
        &["write:pets"],
        &["read:pets"],
    );
    has(
        &needs("\n          - $0"),
        &["write:pets", "read:pets"],
        &[],
    );
    has(&needs("$0"), &["[]", "read:pets"], &[]);
    let item = items(&needs("[$0]"), SNIPPETS).remove(0);
    assert_eq!(item.detail.as_deref(), Some("read your pets"));
    let component = V3.replace("    key:\n", "      scopes: [$0]\n    key:\n");
    has(&component, &["read:pets", "write:pets"], &[]);
    let component = V3.replace(
        "    key:\n",
        "      scopes:\n        - read:pets\n        - $0\n    key:\n",
    );
    has(&component, &["write:pets"], &["read:pets"]);
    let inline = "servers:\n  a:\n    security:\n      - type: oauth2\n        flows:\n          implicit:\n            availableScopes:\n              only:here: x\n        scopes:\n          - $0\n";
    has(&v3(inline), &["only:here"], &["read:pets"]);
}

#[test]
fn references_of_3x() {
    let entry = |rest: &str| v3(&format!("operations:\n  o:\n    security:\n      {rest}"));
    let full = entry("- $ref: '#/components/securitySchemes/key'\n");
    let target = "#/components/securitySchemes/key";
    check(&entry("- $ref: $0\n"), target, &full);
    check(&entry("- $ref: '#$0\n"), target, &full);
    check(&entry("- $ref: '#/comp$0'\n"), target, &full);
    check(&entry("- $ref: #$0\n"), target, &full);
    check(&entry("- $0\n"), "$ref: key", &full);
    check(&entry("$0\n"), "$ref: key", &full);
    check(
        &entry("- {$ref: '#/$0'}\n"),
        target,
        &entry("- {$ref: '#/components/securitySchemes/key'}\n"),
    );
    let item = items(&entry("- $ref: '#/comp$0'\n"), SNIPPETS)
        .into_iter()
        .find(|item| item.label == target)
        .unwrap();
    assert_eq!(
        (item.filter.as_str(), item.edit.new_text.as_str()),
        (target, target)
    );
    has(&entry("- $0\n"), &["type: http", "$ref: petstore"], &[]);
    has(&entry("- type: http\n        $0\n"), &["scheme"], &["type"]);
    check(
        &entry("- ty$0\n"),
        "type: httpApiKey",
        &entry("- type: httpApiKey\n        name: X-API-Key\n        in: header\n"),
    );
    has(
        &v3("components:\n  operationTraits:\n    t:\n      $0"),
        &["security"],
        &[],
    );
}

#[test]
fn json_gets_quotes_and_commas() {
    let scheme = |text: &str| json("", text);
    check(
        &scheme("\"type\": \"http\",\n        $0"),
        "scheme",
        &scheme("\"type\": \"http\",\n        \"scheme\": \"bearer\""),
    );
    check(
        &scheme("\"type\": \"http\", \"sch$0\""),
        "scheme",
        &scheme("\"type\": \"http\", \"scheme\": \"bearer\""),
    );
    check(
        &scheme("\"type\": \"http\", \"sch$0\": \"x\""),
        "scheme",
        &scheme("\"type\": \"http\", \"scheme\": \"x\""),
    );
    check(
        &scheme("\"type\": \"http\" $0"),
        "scheme",
        &scheme("\"type\": \"http\" , \"scheme\": \"bearer\""),
    );
    check(
        &scheme("$0\n        \"type\": \"http\""),
        "scheme",
        &scheme("\"scheme\": \"bearer\",\n        \"type\": \"http\""),
    );
    check(
        &scheme("\"type\": $0"),
        "X509",
        &scheme("\"type\": \"X509\""),
    );
    check(
        &scheme("\"type\": \"ht$0\""),
        "http",
        &scheme("\"type\": \"http\""),
    );
    check(
        &scheme("\"type\": \"ht$0"),
        "http",
        &scheme("\"type\": \"http\""),
    );
    check(
        &scheme("\"type\": ht$0,"),
        "http",
        &scheme("\"type\": \"http\","),
    );
    check(
        &scheme("\"type\": \"oauth2\",\n        \"flows\": {\n          $0\n        }"),
        "clientCredentials",
        &scheme(
            "\"type\": \"oauth2\",\n        \"flows\": {\n          \"clientCredentials\": {\n            \"tokenUrl\": \"https://auth.example.com/token\",\n            \"availableScopes\": {\n              \"scope\": \"what it allows\"\n            }\n          }\n        }",
        ),
    );
    has(&scheme("$0"), &["type", "type: oauth2"], &["in"]);
    check(
        &json("$0", ""),
        "$ref: key",
        &json(
            "{\n          \"$ref\": \"#/components/securitySchemes/key\"\n        }",
            "",
        ),
    );
    check(
        &json("{\"$ref\": \"$0\"}", ""),
        "#/components/securitySchemes/key",
        &json("{\"$ref\": \"#/components/securitySchemes/key\"}", ""),
    );
    check(
        &json("{\"$ref\": \"#/c$0}", ""),
        "#/components/securitySchemes/key",
        &json("{\"$ref\": \"#/components/securitySchemes/key\"}", ""),
    );
    let scopes = JSON
        .replace(
            "        \"flows\": {",
            "        \"scopes\": [ $0 ],\n        \"flows\": {",
        )
        .replace(['@', '#'], "");
    has(&scopes, &["read:pets"], &[]);
}

#[test]
fn nothing_elsewhere() {
    for marked in [
        "a: 1\n$0",
        "asyncapi: 3.0.0\n$0",
        "asyncapi: 3.0.0\ninfo:\n  $0",
        "asyncapi: 3.0.0\ncomponents:\n  schemas:\n    $0",
        "openapi: 3.0.0\ncomponents:\n  securitySchemes:\n    $0",
        "asyncapi: 2.3.0\nchannels:\n  a:\n    publish:\n      $0",
    ] {
        assert_eq!(labels(marked), Vec::<String>::new(), "{marked}");
    }
}

#[test]
fn a_word_with_a_colon_begins_a_scope() {
    let v2 = V2
        .replace("read:pets", "lights:on")
        .replace("write:pets", "lights:off");
    let needs =
        |rest: &str| format!("{v2}servers:\n  a:\n    security:\n      - petstore: {rest}\n");
    for (typed, after) in [
        ("[lights:$0]", "[lights:on]"),
        ("[lights:$0", "[lights:on"),
        ("[lights:$0, x]", "[lights:on, x]"),
        ("[x, lights:$0]", "[x, lights:on]"),
        ("[lights:off, lights:$0]", "[lights:off, lights:on]"),
        ("[ lights:o$0 ]", "[ lights:on ]"),
        ("['lights:$0']", "[lights:on]"),
        ("[\"lights:$0\"]", "[lights:on]"),
        ("\n          - lights:$0", "\n          - lights:on"),
        ("\n          - li$0ghts:", "\n          - lights:on"),
        ("\n        - lights:$0", "\n        - lights:on"),
        (
            "\n          - x\n          - lights:$0",
            "\n          - x\n          - lights:on",
        ),
        ("\n          - 'lights:$0'", "\n          - 'lights:on'"),
        ("\n          - \"lights:$0", "\n          - \"lights:on\""),
        (
            "\n          - lights:$0\n          - x",
            "\n          - lights:on\n          - x",
        ),
    ] {
        check(&needs(typed), "lights:on", &needs(after));
    }
    has(
        &needs("[lights:off, lights:$0]"),
        &["lights:on"],
        &["lights:off"],
    );
    has(
        &needs("\n          - lights:off\n          - lights:$0"),
        &["lights:on"],
        &["lights:off"],
    );
    has(&needs("\n          - lights: $0"), &[], &["lights:on"]);
    let v3 = V3.replace("read:pets", "lights:on");
    let component =
        |scopes: &str| v3.replace("    key:\n", &format!("      scopes:{scopes}\n    key:\n"));
    for (typed, after) in [
        (" [lights:$0]", " [lights:on]"),
        ("\n        - lights:$0", "\n        - lights:on"),
        ("\n      - lights:$0", "\n      - lights:on"),
    ] {
        check(&component(typed), "lights:on", &component(after));
    }
}

/// The labels in the order of the list.
fn first_labels(marked: &str, count: usize) -> Vec<String> {
    let mut found = labels(marked);
    found.truncate(count);
    found
}

#[test]
fn the_flow_is_chosen_with_its_key() {
    let scheme = |lines: &str| v3(&format!("    new:\n      type: oauth2\n{lines}"));
    let all = [
        "flows",
        "flows: authorizationCode",
        "flows: clientCredentials",
        "flows: implicit",
        "flows: password",
    ];
    has(&scheme("      fl$0\n"), &all, &[]);
    has(&scheme("      fl$0:\n"), &all[..1], &all[1..]);
    has(
        &scheme("      fl$0\n        implicit: {}\n"),
        &all[..1],
        &all[1..],
    );
    check(
        &scheme("      fl$0\n"),
        "flows: clientCredentials",
        &scheme(
            "      flows:\n        clientCredentials:\n          tokenUrl: https://auth.example.com/token\n          availableScopes:\n            scope: what it allows\n",
        ),
    );
    check(
        &json("", "\"type\": \"oauth2\",\n        \"fl$0\""),
        "flows",
        &json(
            "",
            "\"type\": \"oauth2\",\n        \"flows\": {\n          \n        }",
        ),
    );
}

#[test]
fn a_scheme_that_the_list_has_comes_last() {
    let security = |list: &str| v2(&format!("servers:\n  a:\n    security:{list}\n"));
    for list in [
        "\n      - $0",
        "\n      - key: []\n      - $0",
        "\n    - key: []\n    - $0",
        "\n      - $0\n      - key: []",
        " [{key: []}, $0]",
    ] {
        assert_eq!(
            first_labels(&security(list), 2),
            ["petstore", "key"],
            "{list}"
        );
    }
    for list in [
        "\n      - petstore: []\n      - $0",
        " [{petstore: []}, {$0}]",
    ] {
        assert_eq!(
            first_labels(&security(list), 2),
            ["key", "petstore"],
            "{list}"
        );
    }
    let target = |name: &str| format!("#/components/securitySchemes/{name}");
    let security = |list: &str| v3(&format!("servers:\n  a:\n    security:{list}\n"));
    let listed = format!("\n      - $ref: '{}'\n      - ", target("petstore"));
    assert_eq!(
        first_labels(&security(&format!("{listed}$0")), 2),
        ["$ref: key", "$ref: petstore"]
    );
    assert_eq!(
        first_labels(&security(&format!("{listed}$ref: '$0'")), 2),
        [target("key"), target("petstore")]
    );
    let entries = format!("{{ \"$ref\": \"{}\" }},\n        $0", target("key"));
    assert_eq!(
        first_labels(&json(&entries, ""), 2),
        ["$ref: petstore", "$ref: new"]
    );
}

#[test]
fn references_come_first_in_the_lists_of_3x() {
    for entry in ["{ \"$0\" }", "{ $0 }", "{ \"$0"] {
        assert_eq!(first_labels(&json(entry, ""), 1), ["$ref: key"], "{entry}");
        assert!(
            !items(&json(entry, ""), SNIPPETS)
                .iter()
                .any(|item| item.preselect)
        );
    }
    assert_eq!(first_labels(&json("", "\"$0\""), 1), ["type"]);
    let entry = v3("servers:\n  a:\n    security: [{$0}]\n");
    assert_eq!(first_labels(&entry, 1), ["$ref: petstore"]);
}
