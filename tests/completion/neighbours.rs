//! What is accepted is written as its neighbours are.

use crate::support::{PLAIN, SNIPPETS, applied, cursor, items};

/// Accepts the item with the label, with and without snippets.
fn check(document: &str, label: &str, written: &str) {
    let (text, _) = cursor(document);
    for options in [SNIPPETS, PLAIN] {
        let found = items(document, options);
        let labels: Vec<&str> = found.iter().map(|item| item.label.as_str()).collect();
        let item = found.iter().find(|item| item.label == label);
        let item = item.unwrap_or_else(|| panic!("{label:?} is not among {labels:?}: {document}"));
        let line = document.lines().find(|line| line.contains("$0")).unwrap();
        let expected = document.replacen(line, written, 1);
        assert_eq!(applied(&text, item), expected, "{item:?}");
    }
}

fn scheme(fields: &str) -> String {
    format!("asyncapi: 2.6.0\ncomponents:\n  securitySchemes:\n    a:\n{fields}\n")
}

#[test]
fn keys_and_values_have_the_quotes_of_those_beside_them() {
    for (fields, written) in [
        ("      type: apiKey\n      $0", "      in: user"),
        ("      'type': apiKey\n      $0", "      'in': user"),
        ("      'type': apiKey\n      i$0", "      'in': user"),
        (
            "      \"type\": \"apiKey\"\n      $0",
            "      \"in\": \"user\"",
        ),
        ("      type: 'apiKey'\n      $0", "      in: 'user'"),
        ("      type: apiKey\n      \"i$0", "      \"in\": user"),
        (
            "      type: apiKey\n      \"i$0\": user",
            "      \"in\": user",
        ),
    ] {
        check(&scheme(fields), "in", written);
    }
    for (fields, written) in [
        ("      type: 'apiKey'\n      in: $0", "      in: 'password'"),
        (
            "      type: 'apiKey'\n      in: \"p$0\"",
            "      in: \"password\"",
        ),
        ("      type: apiKey\n      in: p$0", "      in: password"),
    ] {
        check(&scheme(fields), "password", written);
    }
}

#[test]
fn lists_stand_as_the_one_of_the_server_above() {
    for (list, written) in [
        ("\n    - c: []", "    security:\n    - c: []"),
        ("\n      - c: []", "    security:\n      - c: []"),
        (" [{c: []}]", "    security: [{c: []}]"),
        (" [{ c: [] }]", "    security: [{ c: [] }]"),
    ] {
        let document = format!(
            "asyncapi: 2.6.0\nservers:\n  a:\n    url: h\n    protocol: kafka\n    security:{list}\n  b:\n    url: h\n    protocol: kafka\n    $0\ncomponents:\n  securitySchemes:\n    c:\n      type: X509\n"
        );
        check(&document, "security", written);
    }
}

#[test]
fn an_item_stands_in_braces_beside_others_in_braces() {
    let document = "asyncapi: 2.6.0\nservers:\n  a:\n    url: h\n    protocol: kafka\n    security:\n      - {c: []}\n      - $0\ncomponents:\n  securitySchemes:\n    c:\n      type: X509\n    d:\n      type: plain\n";
    check(document, "d", "      - {d: []}");
}
