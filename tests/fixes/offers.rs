//! What is offered for a finding, and what is not.

use asyncapi_security_lsp::fixes::fixes;
use asyncapi_security_lsp::syntax::format::Format;

use crate::laws::analyse;

/// The titles of all fixes of the first finding of a rule.
fn offered(rule: &str, text: &str) -> Vec<String> {
    let analysis = analyse(text, Format::Yaml, &[rule.to_owned()]);
    let finding = (analysis.findings.iter()).find(|finding| finding.rule.id == rule);
    let finding = finding.unwrap_or_else(|| panic!("no {rule} in {text}"));
    let fixes = fixes(&analysis, finding).into_iter();
    fixes.map(|fix| fix.title).collect()
}

/// A document with one scheme that has these fields.
fn scheme(fields: &str) -> String {
    format!("asyncapi: 2.6.0\ncomponents:\n  securitySchemes:\n    a:\n{fields}")
}

#[test]
fn a_type_is_offered_where_the_other_fields_tell_it() {
    for (fields, first) in [
        ("      in: user\n", "x"),
        ("      in: password\n", "x"),
        ("      in: header\n      name: key\n", "x"),
        ("      in: query\n      name: key\n", "x"),
        ("      scheme: basic\n", "x"),
        ("      in: user\n      scheme: basic\n", "x"),
        ("      in: nowhere\n", "x"),
    ] {
        let offered = offered("security-scheme-type-missing", &scheme(fields));
        println!("{fields:?} {offered:?}");
    }
}

#[test]
fn a_misspelt_https_is_written_anew_and_another_protocol_is_not() {
    for (url, titles) in [
        ("htps://a.io/x", &["x"][..]),
        ("wss://a.io/x", &[]),
        ("ftp://a.io/x", &[]),
        ("ldap://a.io/x", &[]),
        ("a.io:443/x", &[]),
        ("mailto:a@a.io", &[]),
    ] {
        let text = scheme(&format!(
            "      type: openIdConnect\n      openIdConnectUrl: {url}\n"
        ));
        println!(
            "{url} {:?} {titles:?}",
            offered("url-scheme-not-http", &text)
        );
    }
}

#[test]
fn a_scope_of_several_words_can_be_split_and_one_with_a_wrong_sign_cannot() {
    for (name, titles) in [
        ("read write", &["x"][..]),
        ("read\"all", &[]),
        ("'read '", &[]),
        ("read \u{fc}", &[]),
    ] {
        let text = scheme(&format!(
            "      type: oauth2\n      flows:\n        clientCredentials:\n          tokenUrl: https://a.io/token\n          scopes:\n            {name}: words\n"
        ));
        println!(
            "{name} {:?} {titles:?}",
            offered("oauth2-scope-name-invalid", &text)
        );
    }
}
