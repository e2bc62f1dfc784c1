//! Documents over the size limit, and documents that could take too long.

use asyncapi_security_lsp::analysis::{Analysis, Options};
use asyncapi_security_lsp::ide::hover::hover;
use asyncapi_security_lsp::model::UnitContent;
use asyncapi_security_lsp::model::facts::Scheme;
use asyncapi_security_lsp::rules::finding::Finding;
use asyncapi_security_lsp::syntax::document::Document;
use asyncapi_security_lsp::syntax::format::Format;
use asyncapi_security_lsp::syntax::tree::MAX_BYTES;

use crate::costly;

fn rules(text: &str, format: Format) -> Vec<&'static str> {
    Analysis::new(Document::new(text, format), Options::default(), None)
        .findings
        .iter()
        .map(|finding| finding.rule.id)
        .collect()
}

#[test]
fn a_document_over_the_limit_is_said_not_to_be_read() {
    let filler = "# words\n".repeat(MAX_BYTES / 8 + 1);
    assert_eq!(
        rules(&format!("asyncapi: 3.0.0\n{filler}"), Format::Yaml),
        ["limit-reached"]
    );
    assert_eq!(
        rules(&format!("openapi: 3.0.0\n{filler}"), Format::Yaml),
        [""; 0]
    );
}

/// A document may have a million of them.
#[test]
fn facts_and_findings_are_small() {
    assert!(size_of::<Finding>() <= 48, "{}", size_of::<Finding>());
    assert!(size_of::<Scheme>() <= 104, "{}", size_of::<Scheme>());
    assert!(
        size_of::<UnitContent>() <= 24,
        "{}",
        size_of::<UnitContent>()
    );
}

#[test]
fn every_duplicate_key_is_told_in_both_formats() {
    for name in ["the same", "different"] {
        let key = |at: usize| match name {
            "the same" => "k".to_owned(),
            _ => format!("k{}", at / 2),
        };
        let members = |end: &str| {
            let members = (0..400).map(|at| format!("\"{}\": 1", key(at)));
            members.collect::<Vec<_>>().join(end)
        };
        let count = |text: &str, format| {
            let found = rules(text, format).into_iter();
            found.filter(|rule| *rule == "duplicate-key").count()
        };
        let yaml = format!("asyncapi: 3.0.0\nx-a:\n  {}\n", members("\n  "));
        let flow = format!("asyncapi: 3.0.0\nx-a: {{{}}}\n", members(", "));
        let json = format!(
            "{{\"asyncapi\": \"3.0.0\", \"x-a\": {{{}}}}}",
            members(", ")
        );
        let expected = if name == "the same" { 399 } else { 200 };
        assert_eq!(count(&yaml, Format::Yaml), expected, "{name}");
        assert_eq!(count(&flow, Format::Yaml), expected, "{name}");
        assert_eq!(count(&json, Format::Json), expected, "{name}");
    }
}

/// A half-typed key is no duplicate of another key, however long the mapping is.
#[test]
fn a_half_typed_key_is_no_duplicate() {
    for count in [3, 300] {
        let schemes: String = (0..count)
            .map(|number| format!("    s{number}:\n      type: plain\n"))
            .collect();
        let yaml = format!("asyncapi: 3.0.0\ncomponents:\n  securitySchemes:\n{schemes}    s1\n");
        let found = rules(&yaml, Format::Yaml);
        assert!(found.contains(&"syntax-error"), "{found:?}");
        assert!(
            !found.contains(&"security-duplicate-key"),
            "{count}: {found:?}"
        );
        let whole = rules(&format!("{yaml}:\n"), Format::Yaml);
        assert!(!whole.is_empty());
        let twice = yaml.replace("    s1\n", "    s1:\n      type: gssapi\n");
        let found = rules(&twice, Format::Yaml);
        assert_eq!(
            found
                .iter()
                .filter(|rule| **rule == "security-duplicate-key")
                .count(),
            1,
            "{count}: {found:?}"
        );
    }
}

#[test]
fn an_alias_means_the_last_anchor_before_it() {
    let filler: String = (0..200)
        .map(|number| format!("x-{number}: words words\n"))
        .collect();
    let text = format!(
        "asyncapi: 3.0.0\nx-first: &s\n  type: plain\n{filler}x-second: &s\n  type: palin\n{filler}components:\n  securitySchemes:\n    one: *s\n"
    );
    let document = Document::new(&text, Format::Yaml);
    let tree = document.tree();
    let value = tree
        .pointer("/components/securitySchemes/one/type")
        .unwrap();
    assert_eq!(value.value(), "palin");
}

/// What could cost the square of its length says no more about each part of a longer document than
/// about each part of a short one. How long that takes is measured by `cargo bench --bench growth`.
#[test]
fn eight_times_the_document_has_eight_times_the_findings() {
    for costly in costly::documents() {
        let count = |times: usize| {
            let text = (costly.text)(times * costly.length);
            let document = Document::new(&text, Format::Yaml);
            let analysis = Analysis::new(document, Options::default(), None);
            let hover = hover(&analysis, text.find(costly.at).unwrap());
            (
                analysis.findings.len(),
                hover.map_or(0, |hover| hover.markdown.len()),
            )
        };
        let (one, many) = (count(1), count(8));
        // The first and the last part may differ.
        let is_linear = many.0 <= 8 * (one.0 + 1) && many.1 <= 8 * (one.1 + 1);
        assert!(is_linear, "{}: {one:?} {many:?}", costly.name);
    }
}
