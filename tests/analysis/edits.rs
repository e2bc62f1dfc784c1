//! An analysis after edits equals one from scratch.

use proptest::prelude::*;

use crate::fixture::format_of;
use asyncapi_security_lsp::analysis::{Analysis, Options};
use asyncapi_security_lsp::model::references::Resolver;
use asyncapi_security_lsp::model::uses::Used;
use asyncapi_security_lsp::settings::rule_set::RuleSet;
use asyncapi_security_lsp::syntax::document::Document;
use asyncapi_security_lsp::text::TextEdit;
use asyncapi_security_lsp::text::range::TextRange;

const YAML: &str = "
asyncapi: 2.6.0
x-common: &common {protocol: kafka, security: [{k: []}]}
servers:
  a: {<<: *common, url: u}
  b:
    url: v
    security:
      - o: [read, write]
      - k: []
channels:
  c:
    publish:
      security: [{nope: []}]
      traits: [{security: [{k: []}]}]
components:
  securitySchemes:
    k: {type: X509}
    l: {type: X509}
    o:
      type: oauth2
      flows:
        password:
          tokenUrl: https://a.example/token
          scopes: {read: Read}
    r: {$ref: '#/components/securitySchemes/x'}
";

const JSON: &str = r##"{
  "asyncapi": "3.0.0",
  "servers": {
    "a": {"host": "h", "security": [{"$ref": "#/components/securitySchemes/k"}]},
    "b": {"host": "h", "security": [{"type": "X509"}, {"type": "X509"}]}
  },
  "operations": {
    "o": {"security": [], "traits": [{"security": [{"$ref": "#/nope"}]}]}
  },
  "components": {
    "securitySchemes": {
      "k": {"type": "X509"},
      "o": {
        "type": "oauth2",
        "flows": {"password": {"tokenUrl": "t", "availableScopes": {"read": "Read"}}},
        "scopes": ["raed"]
      }
    }
  }
}
"##;

/// Documents this small are usually one chunk; here each unit becomes one.
const CHUNK: usize = 24;

pub fn start(source: &str) -> Analysis {
    let document = Document::with_chunks(source, format_of(source), CHUNK);
    Analysis::new(document, Options::default(), None)
}

/// The facts of a model with absolute ranges.
fn said(analysis: &Analysis) -> String {
    let model = &analysis.model;
    let resolver = Resolver::new(analysis.document.tree(), model);
    let units: Vec<_> = (model.units())
        .map(|placed| {
            (
                placed.base,
                placed.range,
                placed.place,
                placed.in_components,
                placed.unit,
            )
        })
        .collect();
    for placed in model.units().filter(|placed| placed.pointer().is_some()) {
        let found = placed
            .pointer()
            .and_then(|pointer| resolver.unit_at(pointer));
        let found = found.unwrap_or_else(|| panic!("{placed:?} is not found"));
        assert!(found.range.start() >= placed.range.start(), "{placed:?}");
        let around: Vec<_> = (model.units_around(placed.range.start()))
            .map(|around| around.index)
            .collect();
        assert!(around.contains(&placed.index), "{placed:?} in {around:?}");
    }
    let components: Vec<_> = (model.components())
        .map(|(name, scheme)| (name, scheme.base))
        .collect();
    format!(
        "{:?} {:?} {:?} {units:#?} {:?} {components:?}",
        model.kind, model.version, model.version_field, model.map_references
    )
}

pub fn assert_same(edited: &Analysis) {
    let text = edited.document.text().to_string();
    let format = edited.document.tree().format();
    let document = Document::with_chunks(&text, format, CHUNK);
    let fresh = Analysis::new(document, edited.options.clone(), None);
    assert_eq!(edited.findings, fresh.findings, "in\n{text}");
    assert_eq!(edited.suppressed, fresh.suppressed, "in\n{text}");
    assert_eq!(edited.suppressions, fresh.suppressions, "in\n{text}");
    assert_eq!(said(edited), said(&fresh), "in\n{text}");
    for (name, _) in fresh.model.components() {
        let used = Used::Scheme(name);
        assert_eq!(edited.uses(used), fresh.uses(used), "{name} in\n{text}");
    }
    for finding in &edited.findings {
        let within = finding.range.end() <= text.len() && !finding.range.is_empty();
        assert!(within, "{finding:?} in\n{text}");
        assert!(text.is_char_boundary(finding.range.start()));
        assert!(text.is_char_boundary(finding.range.end()));
    }
}

/// Edits as offsets (modulo the length of the text), lengths and new text; most keep the text
/// readable.
fn edits() -> impl Strategy<Value = Vec<(usize, usize, &'static str)>> {
    let pieces = prop::sample::select(vec![
        "",
        "",
        "x",
        "k",
        " ",
        "\n",
        "[]",
        "{}",
        "{{- if a }}\n",
        "{{ b }}",
        ": ",
        "- ",
        "read",
        "type: plain",
        "\"",
        ",",
        "é",
        "  z: {type: X509}\n",
        "*common",
        "<<",
        "$ref",
        "#",
        "3.0.0",
    ]);
    prop::collection::vec((0usize..10_000, 0usize..6, pieces), 1..6)
}

fn run(source: &str, edits: &[(usize, usize, &'static str)]) {
    let mut analysis = start(source);
    for (at, length, piece) in edits {
        let text = analysis.document.text();
        let start = text.floor(at % (text.len() + 1));
        let edit = TextEdit {
            range: TextRange::new(start, text.floor(start + length)),
            new_text: (*piece).to_owned(),
        };
        let next = analysis.edited(&[edit]);
        assert_same(&next);
        // A broken text has few facts, so continuing from it would test little.
        if next.model.unit_count() == 0 {
            continue;
        }
        analysis = next;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn yaml_after_edits_is_yaml_from_nothing(edits in edits()) {
        run(YAML, &edits);
    }

    #[test]
    fn json_after_edits_is_json_from_nothing(edits in edits()) {
        run(JSON, &edits);
    }
}

fn shared(before: &Analysis, after: &Analysis) -> usize {
    (after.model.units())
        .filter(|new| {
            let mut old = before.model.units();
            old.any(|old| std::ptr::eq(old.unit, new.unit))
        })
        .count()
}

#[test]
fn an_untouched_document_keeps_its_facts() {
    for source in [YAML, JSON] {
        let analysis = start(source);
        let again = analysis.edited(&[]);
        assert_same(&again);
        // All but the root, and in YAML the server with the merge key.
        let fresh = usize::from(source == YAML) + 1;
        let all = analysis.model.unit_count();
        assert_eq!(shared(&analysis, &again), all - fresh);
    }
}

#[test]
fn an_edit_keeps_the_facts_of_other_units() {
    for (source, word) in [(YAML, "read, write"), (JSON, "Read")] {
        let analysis = start(source);
        let at = source.find(word).unwrap();
        let edited = analysis.edited(&[TextEdit {
            range: TextRange::new(at, at + 1),
            new_text: "longer".to_owned(),
        }]);
        assert_same(&edited);
        let all = analysis.model.unit_count();
        let kept = shared(&analysis, &edited);
        assert!(kept + 4 >= all && kept < all, "{kept} of {all}");
    }
}

#[test]
fn a_version_before_changes_nothing() {
    let switched_on = Options {
        rule_set: RuleSet::default().switched_on(["security-scheme-description-missing"]),
        ..Options::default()
    };
    for previous in [start(YAML), start(JSON), start("a: b\n")] {
        for source in [YAML, JSON] {
            let document = Document::with_chunks(source, format_of(source), CHUNK);
            let analysis = Analysis::new(document, Options::default(), Some(&previous));
            assert_same(&analysis);
        }
        let document = previous.document.clone();
        let analysis = Analysis::new(document, switched_on.clone(), Some(&previous));
        assert_same(&analysis);
    }
}

/// Two entries with equal text are two units, even if the tree shares one node.
#[test]
fn an_entry_is_taken_over_once() {
    let entry = "  b:\n    url: v\n    security: [{k: []}]\n";
    let analysis = start(&format!("asyncapi: 2.6.0\nservers:\n{entry}  c: {{}}\n"));
    let mut current = analysis;
    for _ in 0..3 {
        let at = current.document.text().to_string().find("  c:").unwrap();
        current = current.edited(&[TextEdit {
            range: TextRange::empty(at),
            new_text: entry.to_owned(),
        }]);
        assert_same(&current);
    }
    let units: Vec<_> = current.model.units().map(|placed| placed.unit).collect();
    for (at, unit) in units.iter().enumerate() {
        let mut others = units[at + 1..].iter();
        assert!(!others.any(|other| std::ptr::eq(*other, *unit)));
    }
}
