//! Documents that are too long, and documents made to cost time.

use crate::analysis::{Analysis, Options};
use crate::syntax::document::{Document, Format, MAX_BYTES};

fn rules(text: &str, format: Format) -> Vec<&'static str> {
    Analysis::new(Document::new(text, format), Options::default())
        .findings
        .iter()
        .map(|finding| finding.rule)
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

/// A key that is only half typed is not yet the same as one that stands there, however long the
/// mapping is.
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
