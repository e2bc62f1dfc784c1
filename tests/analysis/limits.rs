//! Documents over the size limit, and documents that could take too long.

use asyncapi_security_lsp::analysis::{Analysis, Options};
use asyncapi_security_lsp::syntax::document::Document;
use asyncapi_security_lsp::syntax::format::Format;
use asyncapi_security_lsp::syntax::tree::MAX_BYTES;

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

/// How much larger the second input is.
const FACTOR: usize = 8;

/// Checks that the time of `work(n)` grows about linearly: eight times the input may take up to 24
/// times the time, while quadratic growth would be 64 times. The machine may be busy, so the best
/// of three tries counts.
fn grows_slowly(what: &str, n: usize, work: impl Fn(&str), input: impl Fn(usize) -> String) {
    let (small, large) = (input(n), input(FACTOR * n));
    let time = |text: &str| {
        let start = std::time::Instant::now();
        work(text);
        start.elapsed()
    };
    let floor = std::time::Duration::from_millis(100);
    let mut tries = Vec::new();
    for _ in 0..3 {
        let (one, many) = (time(&small), time(&large));
        if many < one * (3 * u32::try_from(FACTOR).unwrap()) + floor {
            return;
        }
        tries.push((one, many));
    }
    panic!("{what}: {tries:?}");
}

fn analyse(text: &str) {
    let format = crate::fixture::format_of(text);
    Analysis::new(Document::new(text, format), Options::default(), None);
}

fn repeated(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).map(line).collect()
}

#[test]
fn many_findings_among_many_syntax_errors_cost_no_square() {
    grows_slowly("findings and errors", 1_000, analyse, |count| {
        let schemes = repeated(count, |number| {
            format!("    s{number}:\n      type: plan\n      x: ]\n")
        });
        format!("asyncapi: 3.0.0\ncomponents:\n  securitySchemes:\n{schemes}")
    });
    grows_slowly("errors in many documents", 1_000, analyse, |count| {
        format!(
            "asyncapi: 3.0.0\n{}",
            repeated(count, |_| "---\nx: ]\n".to_owned())
        )
    });
}

#[test]
fn placeholders_without_an_end_cost_no_square() {
    for (opener, count) in [("{", 10_000), ("${", 50_000), ("<", 10_000), ("%A", 10_000)] {
        grows_slowly(opener, count, analyse, |count| {
            format!(
                "asyncapi: 3.0.0\ncomponents:\n  securitySchemes:\n    s:\n      type: openIdConnect\n      openIdConnectUrl: \"https://x/{}\"\n",
                opener.repeat(count)
            )
        });
    }
}

#[test]
fn references_to_all_items_of_a_list_cost_no_square() {
    grows_slowly("items", 1_000, analyse, |count| {
        let references = repeated(count, |number| {
            format!("    s{number}:\n      $ref: '#/x-list/{number}'\n")
        });
        let items = repeated(count, |_| "  - type: plain\n".to_owned());
        format!("asyncapi: 3.0.0\nx-list:\n{items}components:\n  securitySchemes:\n{references}")
    });
    grows_slowly("items of items", 1_000, analyse, |count| {
        let references = repeated(count, |number| {
            format!("    s{number}:\n      $ref: '#/x-list/{number}/0/y'\n")
        });
        let items = "[[1]],".repeat(count);
        format!("asyncapi: 3.0.0\nx-list: [{items}]\ncomponents:\n  securitySchemes:\n{references}")
    });
}

#[test]
fn references_to_all_fields_of_a_mapping_cost_no_square() {
    grows_slowly("fields", 1_000, analyse, |count| {
        let references = repeated(count, |number| {
            format!("    s{number}:\n      $ref: '#/x-map/k{number}'\n")
        });
        let fields = repeated(count, |number| format!("k{number}: {{type: plain}},"));
        format!(
            "asyncapi: 3.0.0\nx-map: {{{fields}}}\ncomponents:\n  securitySchemes:\n{references}"
        )
    });
}

#[test]
fn findings_behind_an_alias_cost_no_square() {
    grows_slowly("one alias", 1_000, analyse, |count| {
        let wrong = repeated(count, |_| "  - 5\n".to_owned());
        let filler = "0,".repeat(count);
        format!(
            "asyncapi: 3.0.0\nx-list: &list\n{wrong}servers:\n  s:\n    host: h\n    protocol: mqtt\n    security: *list\n    x-more: [{filler}]\n"
        )
    });
    grows_slowly("many aliases", 1_000, analyse, |count| {
        let anchors = repeated(count, |number| format!("  - &a{number}\n    - 5\n"));
        let aliases = repeated(count, |number| format!("      - *a{number}\n"));
        format!(
            "asyncapi: 3.0.0\nx-all:\n{anchors}servers:\n  s:\n    host: h\n    protocol: mqtt\n    security:\n{aliases}"
        )
    });
}

#[test]
fn texts_of_a_hover_cost_no_square() {
    let text = |count: usize| {
        format!(
            "asyncapi: 3.0.0\ncomponents:\n  securitySchemes:\n    s:\n      type: plain\n      description: \"{}=\"\n",
            "&".repeat(count)
        )
    };
    let hover = |text: &str| {
        let analysis = Analysis::new(Document::new(text, Format::Yaml), Options::default(), None);
        let at = text.find("s:\n      type").unwrap();
        assert!(asyncapi_security_lsp::ide::hover::hover(&analysis, at).is_some());
    };
    grows_slowly("hover", 5_000, hover, text);
}
