//! What a fix inserts is written as its neighbours are, and means the same in every style.

use asyncapi_security_lsp::fixes::fixes;
use asyncapi_security_lsp::syntax::format::Format;
use asyncapi_security_lsp::syntax::node::Node;

use crate::edits::applied;
use crate::laws::analyse;
use crate::styles::check;

/// A server like the one above it that lacks `security`, in the style of that one.
fn with_security(before: &str, written: &str) {
    check(
        "server-without-security",
        "Add `security` with `c`",
        &before.replacen("+", "", 1),
        &before.replacen("+", written, 1),
    );
}

#[test]
fn a_list_is_written_like_the_one_of_the_server_above() {
    for (list, written) in [
        ("\n      - c: []", "\n    security:\n      - c: []"),
        ("\n    - c: []", "\n    security:\n    - c: []"),
        (" [{c: []}]", "\n    security: [{c: []}]"),
        (" [{ c: [] }]", "\n    security: [{ c: [] }]"),
        ("\n      - {c: []}", "\n    security:\n      - c: []"),
        (
            " [\n        {c: []}\n      ]",
            "\n    security:\n      - c: []",
        ),
    ] {
        for line in ["\n", "\r\n"] {
            let before = format!(
                "asyncapi: 2.6.0\nservers:\n  a:\n    url: h\n    protocol: kafka-secure\n    security:{list}\n  b:\n    url: h\n    protocol: kafka-secure+\ncomponents:\n  securitySchemes:\n    c:\n      type: X509\n"
            );
            with_security(&before.replace('\n', line), &written.replace('\n', line));
        }
    }
}

#[test]
fn keys_have_the_quotes_of_those_beside_them() {
    for (key, dollar, value) in [
        ("protocol", "$ref", "kafka-secure"),
        ("'protocol'", "'$ref'", "'kafka-secure'"),
        ("\"protocol\"", "\"$ref\"", "\"kafka-secure\""),
    ] {
        let mark = key.split("protocol").next().unwrap();
        let quote = if mark.is_empty() { "'" } else { mark };
        let before = format!(
            "asyncapi: 3.0.0\nservers:\n  b:\n    {mark}host{mark}: {mark}h{mark}\n    {key}: {value}+\ncomponents:\n  securitySchemes:\n    c:\n      type: X509\n"
        );
        let written = format!(
            "\n    {mark}security{mark}:\n      - {dollar}: {quote}#/components/securitySchemes/c{quote}"
        );
        with_security(&before, &written);
    }
}

#[test]
fn what_needs_quotes_gets_those_that_are_used_nearby() {
    for mark in ['\'', '"'] {
        let before = format!(
            "asyncapi: 3.0.0\nservers:\n  a:\n    host: h\n    protocol: kafka-secure\n    security:\n      - $ref: {mark}#/components/securitySchemes/c{mark}\n  b:\n    host: h\n    protocol: kafka-secure+\ncomponents:\n  securitySchemes:\n    c:\n      type: X509\n"
        );
        let written =
            format!("\n    security:\n      - $ref: {mark}#/components/securitySchemes/c{mark}");
        with_security(&before, &written);
    }
}

#[test]
fn a_word_is_quoted_as_words_are_and_not_as_sentences_are() {
    for (beside, written) in [
        ("type: apiKey\n      description: 'ask us'", "in: user"),
        ("type: 'apiKey'\n      description: ask us", "in: 'user'"),
        ("type: \"apiKey\"", "in: \"user\""),
        ("\"type\": \"apiKey\"", "\"in\": \"user\""),
        ("'type': apiKey", "'in': user"),
    ] {
        let first = beside.split('\n').next().unwrap();
        let document = |fields: &str| {
            format!("asyncapi: 2.6.0\ncomponents:\n  securitySchemes:\n    a:\n      {fields}\n")
        };
        check(
            "security-scheme-missing-field",
            "Add `in: user`",
            &document(beside),
            &document(&beside.replacen(first, &format!("{first}\n      {written}"), 1)),
        );
    }
}

#[test]
fn braces_have_blanks_where_others_have_them() {
    for (list, flows) in [
        (
            "{r: read}",
            "{clientCredentials: {tokenUrl: https://auth.example.com/token, scopes: {}}}",
        ),
        (
            "{ r: read }",
            "{ clientCredentials: { tokenUrl: https://auth.example.com/token, scopes: {} } }",
        ),
    ] {
        let document = |flows: &str| {
            format!(
                "asyncapi: 2.6.0\nx-map: {list}\ncomponents:\n  securitySchemes:\n    a: {{type: oauth2, flows: {flows}}}\n"
            )
            .replace("{type: oauth2", if list.contains("{ ") { "{ type: oauth2" } else { "{type: oauth2" })
        };
        check(
            "oauth2-flows-empty",
            "Add the flow `clientCredentials`",
            &document("{}"),
            &document(flows),
        );
    }
}

#[test]
fn a_scheme_on_one_line_gets_one_beside_it() {
    let document = |scheme: &str, security: &str| {
        format!(
            "asyncapi: 2.6.0\nservers:\n  a:\n    url: h\n    protocol: kafka\n    security:\n      - {security}\ncomponents:\n  securitySchemes:\n    b: {{type: plain}}\n{scheme}"
        )
    };
    check(
        "security-v3-shape-in-v2",
        "Declare it",
        &document("", "type: X509"),
        &document("    X509: {type: X509}\n", "X509: []"),
    );
    let json = |scheme: &str, security: &str| {
        format!(
            "{{\n  \"asyncapi\": \"2.6.0\",\n  \"servers\": {{\n    \"a\": {{ \"url\": \"h\", \"protocol\": \"kafka\", \"security\": [{security}] }}\n  }},\n  \"components\": {{\n    \"securitySchemes\": {{\n      \"b\": {{ \"type\": \"plain\" }}{scheme}\n    }}\n  }}\n}}\n"
        )
    };
    check(
        "security-v3-shape-in-v2",
        "Declare it",
        &json("", "{ \"type\": \"X509\" }"),
        &json(
            ",\n      \"X509\": { \"type\": \"X509\" }",
            "{ \"X509\": [] }",
        ),
    );
}

/// What a node says, whatever its style.
fn meaning(node: Node<'_>) -> String {
    if node.is_mapping() {
        let entries = node.entries();
        let entries =
            entries.map(|entry| format!("{:?}: {}", entry.key.value(), meaning(entry.value)));
        return format!("{{{}}}", entries.collect::<Vec<_>>().join(", "));
    }
    if node.is_sequence() {
        return format!(
            "[{}]",
            node.items().map(meaning).collect::<Vec<_>>().join(", ")
        );
    }
    format!("{:?} {:?}", node.scalar_type(), node.value())
}

/// The document with quotes around its bare keys, or also around its bare words.
fn with_quotes(text: &str, mark: char, values: bool) -> String {
    let is_bare = |word: &str| {
        word.starts_with(char::is_alphabetic)
            && word
                .chars()
                .all(|sign| sign.is_alphanumeric() || sign == '-')
    };
    let line = |line: &str| {
        let content = line.trim_start_matches([' ', '-']);
        let indent = &line[..line.len() - content.len()];
        let Some((key, value)) = content.split_once(':').filter(|(key, _)| is_bare(key)) else {
            return line.to_owned();
        };
        let is_quoted = values && is_bare(value.trim()) && value.starts_with(' ');
        let value = match is_quoted && !matches!(value.trim(), "true" | "false" | "null") {
            true => format!(" {mark}{}{mark}", value.trim()),
            false => value.to_owned(),
        };
        format!("{indent}{mark}{key}{mark}:{value}")
    };
    let lines: Vec<String> = text.split('\n').map(line).collect();
    lines.join("\n")
}

#[test]
fn a_fix_means_the_same_in_every_style() {
    let mut compared = 0;
    for (rule, text, format, extra) in crate::examples() {
        if format != Format::Yaml {
            continue;
        }
        let styles = [('\'', false), ('\'', true), ('"', false), ('"', true)];
        for (mark, values) in styles {
            let restyled = with_quotes(&text, mark, values);
            let [before, other] = [&text, &restyled].map(|text| analyse(text, format, &extra));
            let root = |text: &str| meaning(analyse(text, format, &extra).document.tree().root());
            if root(&text) != root(&restyled) {
                continue;
            }
            let offered = |analysis, text: &str| {
                let of_rule = |finding: &&_| -> bool {
                    let finding: &asyncapi_security_lsp::rules::finding::Finding = finding;
                    finding.rule.id == rule
                };
                let analysis: &asyncapi_security_lsp::analysis::Analysis = analysis;
                let found = analysis.findings.iter().filter(of_rule);
                let all = found.flat_map(|finding| fixes(analysis, finding));
                all.map(|fix| (fix.title, root(&applied(text, &fix.edits))))
                    .collect::<Vec<_>>()
            };
            let plain = offered(&before, &text);
            assert_eq!(plain, offered(&other, &restyled), "{rule}: {restyled}");
            compared += plain.len();
        }
    }
    assert!(compared > 500, "only {compared} fixes were compared");
}

#[test]
fn a_scheme_is_required_although_its_scopes_are_to_be_chosen_then() {
    let before = "asyncapi: 3.0.0\nservers:\n  a:\n    host: h.test\n    protocol: wss\ncomponents:\n  securitySchemes:\n    c:\n      type: oauth2\n      flows:\n        clientCredentials:\n          tokenUrl: https://a.test/t\n          availableScopes: {r: Read}\n";
    check(
        "server-without-security",
        "Add `security` with `c`",
        before,
        &before.replace(
            "    protocol: wss\n",
            "    protocol: wss\n    security:\n      - $ref: '#/components/securitySchemes/c'\n",
        ),
    );
}
