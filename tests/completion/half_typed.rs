//! Completion while a document is half typed: brackets and quotes are open, text follows right
//! after the cursor, values are missing. All items are accepted too.

use crate::support::{
    PLAIN, SNIPPETS, V2, V3, applied, check, cursor, format_of, has, items, labels,
};
use asyncapi_security_lsp::analysis::{Analysis, Options};
use asyncapi_security_lsp::ide::completion::complete;
use asyncapi_security_lsp::ide::completion::item::CompletionOptions;
use asyncapi_security_lsp::syntax::document::Document;
use asyncapi_security_lsp::syntax::format::Format;

/// A document whose `security` list is half typed, with more of it below.
fn servers(version: &str, security: &str) -> String {
    let (head, schemes) = version.split_once('\n').unwrap();
    format!(
        "{head}\nservers:\n  a:\n    url: x\n    {security}\n  b:\n    url: y\nchannels: {{}}\n{schemes}"
    )
}

fn errors(text: &str) -> usize {
    let document = Document::new(text, format_of(text));
    document.tree().errors().len()
}

/// The items have these labels, and each can be accepted without a new syntax error.
#[track_caller]
fn offered(marked: &str, wanted: &[&str], unwanted: &[&str]) {
    has(marked, wanted, unwanted);
    let (text, _) = cursor(marked);
    for options in [SNIPPETS, PLAIN] {
        for item in items(marked, options) {
            let after = applied(&text, &item);
            assert!(errors(&after) <= errors(&text), "{item:?}\n{after}");
        }
    }
}

#[test]
fn an_open_bracket_does_not_take_in_what_stands_below() {
    for (typed, wanted, unwanted) in [
        ("- petstore: [$0", vec!["read:pets", "write:pets"], vec![]),
        ("- petstore: [re$0", vec!["read:pets"], vec![]),
        ("- petstore: ['wr$0", vec!["write:pets"], vec![]),
        (
            "- petstore: [read:pets, $0",
            vec!["write:pets"],
            vec!["read:pets"],
        ),
        ("- {$0", vec!["petstore", "key"], vec![]),
        ("- {key: [], $0", vec!["petstore"], vec!["key"]),
        (
            "- key: []\n      - petstore: [$0",
            vec!["read:pets"],
            vec![],
        ),
        (
            "- petstore: [$0\n      - key: []",
            vec!["read:pets"],
            vec![],
        ),
        (
            "- petstore: [$0\n        key: []",
            vec!["read:pets"],
            vec![],
        ),
    ] {
        offered(
            &servers(V2, &format!("security:\n      {typed}")),
            &wanted,
            &unwanted,
        );
    }
    for inline in ["[$0", "[{$0", "[{key: []}, $0"] {
        offered(
            &servers(V2, &format!("security: {inline}")),
            &["petstore"],
            &[],
        );
    }
    let target = "#/components/securitySchemes/key";
    for typed in [
        "{$ref: $0",
        "{$ref: '#/comp$0",
        "{$ref: \"#/comp$0",
        "{$ref: #/co$0",
        "{$ref:$0",
    ] {
        offered(
            &servers(V3, &format!("security:\n      - {typed}")),
            &[target],
            &[],
        );
        offered(&servers(V3, &format!("security: [{typed}")), &[target], &[]);
    }
    offered(
        &servers(V3, "security:\n      - {$0"),
        &["$ref: key", "type"],
        &[],
    );
    offered(&servers(V3, "security: [{type: $0"), &["oauth2"], &[]);
}

#[test]
fn nothing_is_added_behind_an_item_that_is_the_last_one() {
    let marked = servers(V2, "security:\n      - petstore: [$0");
    check(&marked, "read:pets", &marked.replace("$0", "read:pets"));
    let marked = servers(V3, "security: [{$ref: '#/co$0");
    let whole = "{$ref: '#/components/securitySchemes/key'";
    check(
        &marked,
        "#/components/securitySchemes/key",
        &marked.replace("{$ref: '#/co$0", whole),
    );
    let marked = servers(V3, "security:\n      - {$ref: #/co$0}");
    check(
        &marked,
        "#/components/securitySchemes/key",
        &marked.replace(
            "{$ref: #/co$0}",
            "{$ref: '#/components/securitySchemes/key'}",
        ),
    );
    // If a member follows, it still gets its comma.
    let marked = servers(
        V2,
        "security:\n      - petstore: [$0\n          write:pets]",
    );
    check(&marked, "read:pets", &marked.replace("$0", "read:pets,"));
    let marked = servers(V2, "security: [$0\n      { key: [] }\n    ]");
    check(
        &marked,
        "petstore",
        &marked.replace("$0", "{ petstore: [] },"),
    );

    let json = |typed: &str| {
        format!(
            "{{\n  \"asyncapi\": \"3.0.0\",\n  \"components\": {{\n    \"securitySchemes\": {{\n      \"a\": {{\n        {typed}\n      \"b\": {{ \"type\": \"X509\" }}\n    }}\n  }}\n}}\n"
        )
    };
    for typed in ["\"type\": \"http\", $0", "\"type\": \"http\",\n        $0"] {
        let marked = json(typed);
        check(
            &marked,
            "scheme",
            &marked.replace("$0", "\"scheme\": \"bearer\""),
        );
    }
    let marked = json("\"type\": \"http\", $0 \"description\": \"x\" },");
    check(
        &marked,
        "scheme",
        &marked.replace("$0", "\"scheme\": \"bearer\","),
    );
}

#[test]
fn an_open_quote_starts_a_name() {
    for typed in ["\"pet$0", "'pet$0", "\"$0", "\"pet$0\"", "pet$0"] {
        for dash in ["  - ", "- "] {
            let security = |entry: &str| servers(V2, &format!("security:\n    {dash}{entry}"));
            offered(&security(typed), &["petstore", "key"], &[]);
            check(&security(typed), "petstore", &security("petstore: []"));
            offered(
                &servers(V3, &format!("security:\n    {dash}{typed}")),
                &["$ref: petstore"],
                &[],
            );
        }
    }
    let scheme = |line: &str| format!("{V3}    new:\n      type: http\n      {line}\n");
    check(&scheme("\"sch$0"), "scheme", &scheme("\"scheme\": bearer"));
    let found = items(&servers(V2, "security:\n      - \"pet$0"), SNIPPETS);
    assert_eq!(found[0].filter, "\"petstore\"");
    // A scope keeps its quotes.
    let scopes = |item: &str| {
        servers(
            V2,
            &format!("security:\n      - petstore:\n          - {item}"),
        )
    };
    check(&scopes("\"re$0"), "read:pets", &scopes("\"read:pets\""));
}

#[test]
fn lists_in_the_column_of_their_key() {
    let security = |lines: &str| servers(V2, &format!("security:{lines}"));
    for (typed, after) in [
        ("\n    $0", "\n    - key: []"),
        ("\n    -$0", "\n    - key: []"),
        ("\n    - $0", "\n    - key: []"),
        ("\n    - k$0", "\n    - key: []"),
        ("\n    k$0", "\n    - key: []"),
        ("\n    \"k$0", "\n    - key: []"),
        (
            "\n    - petstore: []\n    $0",
            "\n    - petstore: []\n    - key: []",
        ),
        (
            "\n    - petstore: []\n    k$0",
            "\n    - petstore: []\n    - key: []",
        ),
        (
            "\n    $0\n    - petstore: []",
            "\n    - key: []\n    - petstore: []",
        ),
        (
            "\n    - $0\n    - petstore: []",
            "\n    - key: []\n    - petstore: []",
        ),
        ("\n\n    $0", "\n\n    - key: []"),
    ] {
        offered(&security(typed), &["key"], &["security"]);
        check(&security(typed), "key", &security(after));
        offered(
            &servers(V3, &format!("security:{typed}")),
            &["$ref: key"],
            &[],
        );
    }
    offered(
        &security("\n    - petstore:\n      - $0"),
        &["read:pets"],
        &[],
    );
    offered(&security("\n    - petstore: [$0"), &["read:pets"], &[]);
    let at_the_end = format!("{V2}servers:\n  a:\n    url: x\n    security:\n    $0");
    check(&at_the_end, "key", &at_the_end.replace("$0", "- key: []"));
    let operation = format!(
        "{V2}channels:\n  c:\n    publish:\n      traits:\n      - security:\n        $0\n      message: {{}}\n"
    );
    offered(&operation, &["key"], &[]);
    // The list is there; a key of the server is still a key.
    let other = format!("{V2}servers:\n  a:\n    security:\n    - key: []\n  b:\n    $0\n");
    has(&other, &["security"], &["petstore"]);
}

#[test]
fn a_key_does_not_take_the_value_of_the_next_one() {
    let scheme = |lines: &str| format!("{V3}    new:\n      {lines}\n      description: x\n");
    let full = scheme("scheme: bearer\n      type: http");
    for typed in [
        "$0\n      type: http",
        "sch$0\n      type: http",
        "$0type: http",
        "sch$0type: http",
        "sch$0 type: http",
        "sc$0h type: http",
    ] {
        offered(&scheme(typed), &["scheme"], &["type", "flows"]);
        check(&scheme(typed), "scheme", &full);
    }
    let deep = scheme("$0type: oauth2");
    check(
        &deep,
        "flows: authorizationCode",
        &scheme(
            "flows:\n        authorizationCode:\n          authorizationUrl: https://auth.example.com/authorize\n          tokenUrl: https://auth.example.com/token\n          availableScopes:\n            scope: what it allows\n      type: oauth2",
        ),
    );
    // In the middle of a key, this key is being typed.
    check(&scheme("ty$0pe: http"), "type", &scheme("type: http"));
    let entry = |text: &str| {
        servers(
            V3,
            &format!("security:\n      - {text}\n        description: x"),
        )
    };
    check(
        &entry("$0type: http"),
        "scheme",
        &entry("scheme: bearer\n        type: http"),
    );
    let flow = |text: &str| format!("{V3}    new: {{{text}}}\n");
    for typed in [
        "$0type: http",
        "sch$0 type: http",
        "sch$0type: http",
        "$0 type: http",
    ] {
        offered(&flow(typed), &["scheme"], &["type"]);
        check(&flow(typed), "scheme", &flow("scheme: bearer, type: http"));
    }
    let crlf = scheme("$0type: http").replace('\n', "\r\n");
    let (text, _) = cursor(&crlf);
    let found = items(&crlf, PLAIN);
    let item = found.iter().find(|item| item.label == "scheme").unwrap();
    assert_eq!(applied(&text, item), full.replace('\n', "\r\n"));
}

#[test]
fn a_member_of_json_does_not_take_the_value_of_the_next_one() {
    let scheme = |text: &str| {
        format!(
            "{{\n  \"asyncapi\": \"3.0.0\",\n  \"components\": {{ \"securitySchemes\": {{ \"a\": {{\n    {text},\n    \"description\": \"x\"\n  }} }} }}\n}}\n"
        )
    };
    for (typed, after) in [
        (
            "$0\"type\": \"http\"",
            "\"scheme\": \"bearer\", \"type\": \"http\"",
        ),
        (
            "\"x-a\": 1, $0 \"type\": \"http\"",
            "\"x-a\": 1, \"scheme\": \"bearer\", \"type\": \"http\"",
        ),
        (
            "sch$0 \"type\": \"http\"",
            "\"scheme\": \"bearer\", \"type\": \"http\"",
        ),
        (
            "\"sch$0 \"type\": \"http\"",
            "\"scheme\": \"bearer\", \"type\": \"http\"",
        ),
        (
            "\"sch$0\" \"type\": \"http\"",
            "\"scheme\": \"bearer\", \"type\": \"http\"",
        ),
        (
            "\"sch$0\"\"type\": \"http\"",
            "\"scheme\": \"bearer\", \"type\": \"http\"",
        ),
        (
            "\"sch$0\n    \"type\": \"http\"",
            "\"scheme\": \"bearer\",\n    \"type\": \"http\"",
        ),
        (
            "$0\n    \"type\": \"http\"",
            "\"scheme\": \"bearer\",\n    \"type\": \"http\"",
        ),
    ] {
        offered(&scheme(typed), &["scheme"], &[]);
        check(&scheme(typed), "scheme", &scheme(after));
    }
}

#[test]
fn versions_newest_first() {
    let all = [
        "3.1.0", "3.0.0", "2.6.0", "2.5.0", "2.4.0", "2.3.0", "2.2.0", "2.1.0", "2.0.0",
    ];
    for marked in [
        "asyncapi: $0\ninfo:\n  title: x\n",
        "asyncapi:$0",
        "asyncapi: 3.$0",
        "asyncapi: 9$0",
        "asyncapi: '$0",
        "{ \"asyncapi\": \"$0\" }",
        "{ \"asyncapi\": $0 }",
    ] {
        assert_eq!(labels(marked), all, "{marked}");
        offered(marked, &all, &[]);
    }
    check("asyncapi: $0\n", "2.6.0", "asyncapi: 2.6.0\n");
    check("asyncapi: '3$0'\n", "2.6.0", "asyncapi: '2.6.0'\n");
    check("asyncapi: 3.0$0.0\n", "3.1.0", "asyncapi: 3.1.0\n");
    check("{\"asyncapi\": $0}", "3.1.0", "{\"asyncapi\": \"3.1.0\"}");
    has("info:\n  asyncapi: $0\n", &[], &["3.1.0"]);
    has("openapi: $0\n", &[], &["3.1.0"]);
}

/// VS Code leaves an open list as it is while a number is typed.
#[test]
fn a_list_of_versions_closes_before_the_last_number() {
    let typing = CompletionOptions {
        is_asked: false,
        ..SNIPPETS
    };
    let labels = |text, options| -> Vec<String> {
        let found = items(text, options).into_iter();
        found.map(|item| item.label).collect()
    };
    for text in ["asyncapi: 3$0", "asyncapi: 3.$0"] {
        assert_eq!(labels(text, typing)[..2], ["3.1.0", "3.0.0"], "{text}");
    }
    for text in [
        "asyncapi: 3.0$0",
        "asyncapi: 3.0.$0",
        "asyncapi: '3.0$0'",
        "asyncapi: 3.0.0$0",
    ] {
        assert!(labels(text, typing).is_empty(), "{text}");
        assert!(!labels(text, SNIPPETS).is_empty(), "{text}");
    }
}

#[test]
fn a_new_document() {
    let label = "asyncapi: 3.1.0";
    for (marked, after) in [
        ("$0", "asyncapi: 3.1.0"),
        ("asy$0", "asyncapi: 3.1.0"),
        ("\n\n$0\n", "\n\nasyncapi: 3.1.0\n"),
        ("# a comment\n$0\n", "# a comment\nasyncapi: 3.1.0\n"),
        ("---\na$0", "---\nasyncapi: 3.1.0"),
        (
            "asy$0\ninfo:\n  title: x\n",
            "asyncapi: 3.1.0\ninfo:\n  title: x\n",
        ),
        (
            "async$0\ncomponents:\n  securitySchemes: {}\n",
            "asyncapi: 3.1.0\ncomponents:\n  securitySchemes: {}\n",
        ),
        ("{$0}", "{\"asyncapi\": \"3.1.0\"}"),
        ("{ \"as$0\" }", "{ \"asyncapi\": \"3.1.0\" }"),
    ] {
        offered(marked, &[label], &[]);
        check(marked, label, after);
    }
    for marked in [
        "kind$0",
        "a: 1\n$0",
        "a: 1\na$0",
        "openapi: 3.0.0\ninfo: {}\nas$0",
        "- $0",
        "info:\n  a$0",
        "asyncapi: 3.0.0\na$0",
        "a: 1\n---\n$0",
    ] {
        has(marked, &[], &[label]);
    }
    // A JSON document without braces yet.
    let analysis = Analysis::new(Document::new("\n", Format::Json), Options::default(), None);
    let found = complete(&analysis, 0, PLAIN);
    let [item] = &found[..] else {
        panic!("{found:?}");
    };
    assert_eq!(applied("\n", item), "{\n  \"asyncapi\": \"3.1.0\"\n}\n");
}

/// Lines of some hundred kilobytes, as generators write.
#[test]
fn long_lines() {
    let many = |one: &dyn Fn(usize) -> String| {
        let all: Vec<String> = (0..3_000).map(one).collect();
        all.join(", ")
    };
    let schemes = many(&|at| {
        format!("\"s{at}\": {{\"type\": \"httpApiKey\", \"name\": \"X\", \"in\": \"header\"}}")
    });
    let json = |security: &str| {
        format!(
            "{{\"asyncapi\": \"3.0.0\", \"components\": {{\"securitySchemes\": {{{schemes}, \"oauth\": {{\"type\": \"oauth2\"}}}}}}, \"servers\": {{\"a\": {{\"host\": \"x\", \"security\": [{security}]}}}}}}"
        )
    };
    check(
        &json("{\"$ref\": \"#/comp$0\"}"),
        "#/components/securitySchemes/oauth",
        &json("{\"$ref\": \"#/components/securitySchemes/oauth\"}"),
    );
    let whole = json("");
    let half = whole.replacen(
        "\"s1500\": {\"type\": \"httpApiKey\", ",
        "\"s1500\": {\"type\": \"http\", $0",
        1,
    );
    check(
        &half,
        "scheme",
        &half.replace("$0", "\"scheme\": \"bearer\", "),
    );
    let quoted = half.replace("$0", "\"sch$0\", ");
    check(
        &quoted,
        "scheme",
        &quoted.replace("\"sch$0\"", "\"scheme\": \"bearer\""),
    );
    let entries = many(&|_| "{\"$ref\": \"#/components/securitySchemes/oauth\"}".to_owned());
    let between = json(&format!("{entries}, $0, {entries}"));
    assert!(!labels(&between).is_empty());

    let flow = whole.replacen(
        "{\"asyncapi\": \"3.0.0\", \"components\": ",
        "asyncapi: 3.0.0\ncomponents: ",
        1,
    );
    let flow = flow.replacen(", \"servers\": ", "\nservers: ", 1);
    let flow = flow.strip_suffix('}').unwrap().to_owned() + "\n";
    let marked = flow.replace("[]", "[$0]");
    has(&marked, &["$ref: oauth", "$ref: s2999"], &[]);
    let marked = flow.replacen(
        "\"s1500\": {\"type\": \"httpApiKey\", ",
        "\"s1500\": {\"type\": \"http\", $0",
        1,
    );
    check(
        &marked,
        "scheme",
        &marked.replace("$0", "\"scheme\": \"bearer\", "),
    );

    // A long text above or below does not matter.
    let text = "word ".repeat(20_000);
    let scheme = format!(
        "{V3}    new:\n      description: {text}\n      type: http\n      $0\n      x-a: {text}\n"
    );
    check(&scheme, "scheme", &scheme.replace("$0", "scheme: bearer"));
    let inside = format!("{V3}    new:\n      description: {text}$0\n");
    assert_eq!(labels(&inside), Vec::<String>::new());
}
