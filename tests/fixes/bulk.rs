//! What is fixed in bulk, and what is not: nothing that the author wrote is lost, nothing is guessed,
//! and no error becomes another one.

use asyncapi_security_lsp::fixes::{fix_all, fixes};
use asyncapi_security_lsp::rules::rule::Severity;
use asyncapi_security_lsp::syntax::format::Format;

use crate::edits::applied;
use crate::laws::analyse;

/// The text after all fixes in bulk.
fn fixed(text: &str) -> String {
    let (edits, _) = fix_all(&analyse(text, Format::Yaml, &[]));
    applied(text, &edits)
}

/// Checks that fixes in bulk replace the part; `in_document` has `@` in its place.
fn becomes(in_document: &str, part: &str, new: &str) {
    let before = in_document.replace('@', part);
    assert_eq!(fixed(&before), in_document.replace('@', new), "{part}");
}

/// Checks that nothing is fixed in bulk although there is an error, and that the titles of the fixes
/// of all errors contain these words, each in turn.
fn stays(text: &str, titles: &[&str]) {
    assert_eq!(fixed(text), text);
    let analysis = analyse(text, Format::Yaml, &[]);
    let errors = analysis
        .findings
        .iter()
        .filter(|one| one.severity.unwrap_or(one.rule.severity) == Severity::Error);
    let offered: Vec<_> = errors
        .flat_map(|finding| fixes(&analysis, finding))
        .collect();
    let offered: Vec<&str> = offered.iter().map(|fix| &*fix.title).collect();
    for words in titles {
        assert!(
            offered.iter().any(|title| title.contains(words)),
            "{words}: {offered:?} in\n{text}"
        );
    }
}

/// A 3.0.0 document whose server has this entry, and these schemes.
fn v3(entry: &str, schemes: &str) -> String {
    format!(
        "asyncapi: 3.0.0\nservers:\n  s:\n    host: a.shop.io\n    protocol: wss\n    security:\n      - {entry}\ncomponents:\n  securitySchemes:\n{schemes}"
    )
}

/// The same in 2.6.0.
fn v2(entry: &str, schemes: &str) -> String {
    let text = v3(entry, schemes).replace("asyncapi: 3.0.0", "asyncapi: 2.6.0");
    text.replace("host:", "url:")
        .replace("components:", "channels: {}\ncomponents:")
}

const BEARER: &str = "    k: {type: http, scheme: bearer}\n";

const OAUTH2: &str = "    o:\n      type: oauth2\n      flows:\n        clientCredentials:\n          tokenUrl: https://a.shop.io/t\n          scopes: {read: to read}\n";

#[test]
fn a_misspelt_reference_keeps_its_pointer() {
    let document = v3("@", BEARER);
    for key in ["ref", "$reff", "$Ref", "href", "\"$REF\"", "reference"] {
        let quote = if key.starts_with('"') { "\"" } else { "" };
        becomes(
            &document,
            &format!("{key}: '#/components/securitySchemes/k'"),
            &format!("{quote}$ref{quote}: '#/components/securitySchemes/k'"),
        );
    }
    becomes(
        &v2("@", BEARER),
        "ref: '#/components/securitySchemes/k'",
        "k: []",
    );
    // The next error would be a reference to nothing.
    stays(
        &v3("ref: '#/components/securitySchemes/gone'", BEARER),
        &["Rename `ref` to `$ref`"],
    );
    stays(
        &v3(
            "$ref: '#/components/securitySchemes/l'",
            &format!("{BEARER}    l: {{ref: '#/components/securitySchemes/k'}}\n"),
        ),
        &["Rename `ref` to `$ref`"],
    );
}

#[test]
fn a_name_in_3_x_becomes_a_reference_if_it_is_declared() {
    let document = v3("@", BEARER);
    becomes(&document, "k: []", "$ref: '#/components/securitySchemes/k'");
    becomes(&document, "k:", "$ref: '#/components/securitySchemes/k'");
    stays(
        &v3("bearerAuth: []", BEARER),
        &["Declare `bearerAuth` with a placeholder, as `type: http`, and refer to it"],
    );
    stays(
        &v3("login: [] # ours", "    logins: {type: plain}\n"),
        &["Write a `$ref` to `logins`"],
    );
    // Scopes are not lost without a word.
    for scopes in ["[public]", "public", "{public: p}", "[1]"] {
        stays(
            &v3(&format!("k: {scopes}"), BEARER),
            &["Write a `$ref` to `k` (changes meaning)"],
        );
    }
    // The type of the scheme is in question.
    stays(&v3("k: [read]", "    k: {type: http, flows: {}}\n"), &[]);
}

#[test]
fn scopes_are_never_emptied() {
    let flows = "flows: {clientCredentials: {tokenUrl: 'https://a.shop.io/t', scopes: {read: r}}}";
    for scheme in [
        "type: http, scheme: bearer".to_owned(),
        format!("type: http, {flows}"),
        format!("type: httpApiKey, in: header, name: K, {flows}"),
        "type: apiKey, openIdConnectUrl: 'https://a.shop.io/.well-known/openid-configuration'"
            .to_owned(),
    ] {
        stays(&v2("{k: [read]}", &format!("    k: {{{scheme}}}\n")), &[]);
    }
}

#[test]
fn values_of_requirements_are_lists_of_scopes_if_they_are_scopes() {
    let document = v2("@", OAUTH2);
    becomes(&document, "o: read", "o: [read]");
    becomes(&document, "o:", "o: []");
    for value in ["write", "read and write", "true", "none"] {
        stays(&v2(&format!("o: {value}"), OAUTH2), &["Write a list"]);
    }
    stays(&v2("k: JWT", BEARER), &["Write a list"]);
    stays(&v2("scheme: bearer", BEARER), &["Write a list"]);
}

#[test]
fn words_and_references_become_entries_of_declared_schemes() {
    becomes(
        &v3("@", BEARER),
        "k",
        "$ref: '#/components/securitySchemes/k'",
    );
    becomes(&v2("@", BEARER), "k", "k: []");
    stays(
        &v3("bearer", BEARER),
        &["Write a `$ref` to `bearer` (changes meaning)"],
    );
    stays(
        &v2("bearer", BEARER),
        &["Write `bearer: []` (changes meaning)"],
    );
    becomes(
        &v2("@", BEARER),
        "$ref: '#/components/securitySchemes/k'",
        "k: []",
    );
    stays(
        &v2("$ref: '#/components/securitySchemes/gone'", BEARER),
        &["Write `gone: []` (changes meaning)"],
    );
}

/// The scheme was not checked in the list, and its errors would be new ones.
#[test]
fn an_inline_scheme_in_2_x_moves_if_it_is_valid() {
    stays(&v2("type: httpApiKey", BEARER), &["Declare it"]);
    let text = fixed(&v2("type: X509", BEARER));
    assert!(text.contains("- X509: []"), "{text}");
}

#[test]
fn an_empty_reference_never_becomes_one_to_itself() {
    for (empty, title) in [
        ("''", "Remove `$ref`"),
        ("", "Remove `$ref`"),
        ("# k", "Remove `$ref`"),
    ] {
        let scheme = format!(
            "    k:\n      $ref: {empty}\n      type: plain\n    l: {{$ref: '#/components/securitySchemes/k'}}\n"
        );
        let text = v3("$ref: '#/components/securitySchemes/k'", &scheme);
        stays(&text, &[title]);
        let analysis = analyse(&text, Format::Yaml, &[]);
        for finding in &analysis.findings {
            for fix in fixes(&analysis, finding) {
                let after = analyse(&applied(&text, &fix.edits), Format::Yaml, &[]);
                let mut found = after.findings.iter();
                assert!(
                    found.all(|one| one.rule.id != "security-ref-cycle"),
                    "{}",
                    fix.title
                );
            }
        }
    }
}

#[test]
fn a_comment_is_a_reference_if_it_leads_somewhere() {
    let document = v3("$ref: @", BEARER);
    becomes(
        &document,
        "#/components/securitySchemes/k",
        "'#/components/securitySchemes/k'",
    );
    stays(&document.replace('@', "# see the handbook"), &[]);
    stays(
        &document.replace('@', "#/components/securitySchemes/gone"),
        &["Put the reference in quotes"],
    );
}

#[test]
fn a_key_in_a_header_is_one_of_http_where_servers_speak_http() {
    let key = "    k: {type: @, in: header, name: X-Key}\n";
    let document = v3("$ref: '#/components/securitySchemes/k'", key);
    becomes(&document, "apiKey", "httpApiKey");
    let on_kafka = document
        .replace("wss", "kafka-secure")
        .replace('@', "apiKey");
    stays(
        &on_kafka,
        &["Change `type` to `httpApiKey` (changes meaning)"],
    );
    stays(
        &on_kafka.replace("servers:", "x-servers:"),
        &["Change `type` to `httpApiKey`"],
    );
}

#[test]
fn a_mechanism_says_which_type_is_meant() {
    let with = |kind: &str, more: &str| {
        v3(
            "$ref: '#/components/securitySchemes/k'",
            &format!("    k:\n      type: {kind}\n{more}"),
        )
    };
    for (kind, mechanism, right) in [
        ("SASL", "SCRAM-SHA-512", "scramSha512"),
        ("SASL_SSL", "SCRAM-SHA-256", "scramSha256"),
        ("sasl", "PLAIN", "plain"),
        ("scram", "scram-sha-512", "scramSha512"),
        ("SASL", "GSSAPI", "gssapi"),
    ] {
        let text = with(kind, &format!("      mechanism: {mechanism}\n"));
        let analysis = analyse(&text, Format::Yaml, &[]);
        let is_unknown = |one: &&_| -> bool {
            let one: &asyncapi_security_lsp::rules::finding::Finding = one;
            one.rule.id == "security-scheme-type-unknown"
        };
        let finding = analysis.findings.iter().find(is_unknown).unwrap();
        let offered = fixes(&analysis, finding);
        assert_eq!(offered.len(), 1, "{offered:?}");
        assert_eq!(applied(&text, &offered[0].edits), with(right, ""));
    }
    stays(
        &with("SASL", ""),
        &[
            "Write `scramSha512` (changes",
            "Write `scramSha256` (changes",
            "Write `plain` (changes",
        ],
    );
    stays(
        &with("SASL", "      description: by SCRAM-SHA-512\n"),
        &["Write `type: scramSha512`"],
    );
}

#[test]
fn flows_keep_what_was_written() {
    let flow = |field: &str| {
        let scopes = format!("          {field}\n");
        v2(
            "o: []",
            &OAUTH2.replace("          scopes: {read: to read}\n", &scopes),
        )
    };
    becomes(&flow("scopes:@"), " [read]", "\n            read: ''");
    becomes(&flow("@: {read: r}"), "scope", "scopes");
    for field in [
        "scopes: all of them",
        "scopes: ./scopes.yaml",
        "scopes: [read, # to read\n            write]",
        "scope: read",
        "scope: [read]",
    ] {
        stays(
            &flow(field),
            &["Write a map", "Rename"][usize::from(field.starts_with("scope:"))..][..1],
        );
    }
    // A 2.x document may refer to this file.
    let fragment = "type: oauth2\nflows:\n  clientCredentials:\n    tokenUrl: https://a.shop.io/t\n    scopes: {read: r}\n";
    assert_eq!(fixed(fragment), fragment);
}
