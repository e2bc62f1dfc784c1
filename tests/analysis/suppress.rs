//! All forms of suppressions, in YAML and JSON, and the effect of settings on findings.

use crate::fixture::{format_of, marked};
use asyncapi_security_lsp::analysis::{Analysis, Options};
use asyncapi_security_lsp::rules::registry::RULES;
use asyncapi_security_lsp::rules::rule::Severity;
use asyncapi_security_lsp::settings::rule_set::{RuleSet, Silence};
use asyncapi_security_lsp::settings::{Level, Preset, RuleEntry, Selector};
use asyncapi_security_lsp::syntax::document::Document;
use asyncapi_security_lsp::text::TextEdit;
use asyncapi_security_lsp::text::range::TextRange;

fn analyse(text: &str, rule_set: RuleSet) -> Analysis {
    let options = Options {
        rule_set,
        ..Options::default()
    };
    Analysis::new(Document::new(text, format_of(text)), options, None)
}

/// Checks that exactly the marked findings are left, and which rules were suppressed. A label is a
/// rule's id, then words of its message.
fn check_with(source: &str, rule_set: RuleSet, silenced: &[&str]) {
    let (text, mut marks) = marked(source);
    let analysis = analyse(&text, rule_set);
    marks.sort();
    let shown: Vec<String> = (analysis.findings.iter())
        .map(|finding| {
            let place = &text[finding.range.start()..finding.range.end()];
            format!("{} at {place:?}: {}", finding.rule.id, finding.message)
        })
        .collect();
    assert_eq!(shown.len(), marks.len(), "in\n{text}\n{shown:#?}");
    for (finding, mark) in analysis.findings.iter().zip(&marks) {
        let (rule, words) = mark.label.split_once(' ').unwrap_or((&mark.label, ""));
        let is_expected = finding.rule.id == rule
            && finding.range == mark.range
            && finding.message.contains(words);
        assert!(is_expected, "{mark:?} not met in\n{text}\n{shown:#?}");
    }
    let mut found: Vec<_> = (analysis.suppressed.iter())
        .map(|finding| finding.rule.id)
        .collect();
    found.sort_unstable();
    assert_eq!(found, silenced, "in\n{text}");
}

/// The usual rules, and one that is easy to break.
fn usual() -> RuleSet {
    RuleSet::default().switched_on(["server-security-empty"])
}

fn check(source: &str, silenced: &[&str]) {
    check_with(source, usual(), silenced);
}

#[test]
fn a_comment_at_the_end_of_a_line_speaks_of_that_line() {
    check(
        "\
asyncapi: 3.1.0
servers:
  one:
    host: a.example.com
    protocol: secure-mqtt
    security: [] # asyncapi-security: ignore[server-security-empty] the gateway asks
  two:
    host: a.example.com
    protocol: secure-mqtt
    security: []
    ^^^^^^^^ server-security-empty
",
        &["server-security-empty"],
    );
    check(
        r#"{
  "asyncapi": "3.1.0",
  "servers": {
    "one": {
      "host": "a.example.com",
      "protocol": "secure-mqtt",
      "security": [] // asyncapi-security: ignore[server-security-empty] the gateway asks
    },
    "two": {
      "host": "a.example.com",
      "protocol": "secure-mqtt",
      "security": [] /* asyncapi-security: ignore[server-security-empty] */
    },
    "three": {
      "host": "a.example.com",
      "protocol": "secure-mqtt",
      "security": []
      ^^^^^^^^^^ server-security-empty
    }
  }
}
"#,
        &["server-security-empty", "server-security-empty"],
    );
}

#[test]
fn a_comment_of_its_own_speaks_of_the_next_line_with_content() {
    check(
        "\
asyncapi: 3.1.0
servers:
  one:
    host: a.example.com
    protocol: secure-mqtt
    # asyncapi-security: ignore[server-security-empty] the gateway asks

    # and another comment
    security: []
  two:
    # asyncapi-security: ignore[server-security-empty] this is about `host`
                                ^^^^^^^^^^^^^^^^^^^^^ suppression-unused finds nothing here
    host: a.example.com
    protocol: secure-mqtt
    security: []
    ^^^^^^^^ server-security-empty
",
        &["server-security-empty"],
    );
    check(
        r#"{
  "asyncapi": "3.1.0",
  "servers": {
    "one": {
      "host": "a.example.com",
      "protocol": "secure-mqtt",
      // asyncapi-security: ignore[server-security-empty] the gateway asks
      /* and another comment */
      "security": []
    }
  }
}
"#,
        &["server-security-empty"],
    );
}

#[test]
fn a_line_that_opens_an_object_stands_for_that_line_only() {
    check(
        "\
asyncapi: 2.6.0
channels: {c: {publish: {}}}
components:
  securitySchemes:
    # asyncapi-security: ignore[security-scheme-unused, security-scheme-unknown-field] shared
                                                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ suppression-unused
    login:
      type: X509
      colour: red
      ^^^^^^ security-scheme-unknown-field
",
        &["security-scheme-unused"],
    );
}

#[test]
fn a_comment_before_the_first_key_speaks_of_the_document() {
    check(
        "\
# Orders
# asyncapi-security: ignore-file[server-security-empty, security-scheme-unused] a draft
                                                        ^^^^^^^^^^^^^^^^^^^^^^ suppression-unused in this document
---
asyncapi: 3.1.0
# asyncapi-security: ignore-file[server-security-empty] too late
                                 ^^^^^^^^^^^^^^^^^^^^^ suppression-unused before the first key
servers:
  one:
    host: a.example.com
    protocol: secure-mqtt
    security: []
  two:
    host: a.example.com
    protocol: secure-mqtt
    security: []
",
        &["server-security-empty", "server-security-empty"],
    );
    check(
        r#"{
  // asyncapi-security: ignore-file[server-security-empty] a draft
  "asyncapi": "3.1.0",
  "servers": {
    "one": {"host": "a.example.com", "protocol": "secure-mqtt", "security": []}
  }
}
"#,
        &["server-security-empty"],
    );
}

#[test]
fn a_key_speaks_of_its_object_and_the_objects_own_key() {
    check(
        "\
asyncapi: 2.6.0
channels: {c: {publish: {}}}
components:
  securitySchemes:
    login:
      x-asyncapi-security-ignore: [security-scheme-unused, security-scheme-unknown-field]
      type: X509
      colour: red
    other:
    ^^^^^ security-scheme-unused
      x-asyncapi-security-ignore: security-scheme-unknown-field
                                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ suppression-unused
      type: X509
",
        &["security-scheme-unknown-field", "security-scheme-unused"],
    );
    check(
        r#"{
  "asyncapi": "2.6.0",
  "channels": {"c": {"publish": {}}},
  "components": {
    "securitySchemes": {
      "login": {
        "type": "X509",
        "colour": "red",
        "x-asyncapi-security-ignore": [
          "security-scheme-unknown-field",
          {"rule": ["security-scheme-unused", "url-fragment"], "reason": "shared"}
                                               ^^^^^^^^^^^^ suppression-unused
        ]
      }
    }
  }
}
"#,
        &["security-scheme-unknown-field", "security-scheme-unused"],
    );
}

#[test]
fn a_key_at_the_root_speaks_of_the_document() {
    for source in [
        "\
x-asyncapi-security-ignore:
  - rule: server-security-empty
    reason: a draft
asyncapi: 3.1.0
servers:
  one: {host: a.example.com, protocol: secure-mqtt, security: []}
",
        r#"{
  "asyncapi": "3.1.0",
  "servers": {
    "one": {"host": "a.example.com", "protocol": "secure-mqtt", "security": []}
  },
  "x-asyncapi-security-ignore": "server-security-empty"
}
"#,
    ] {
        check(source, &["server-security-empty"]);
    }
}

#[test]
fn a_suppression_needs_names_and_names_of_rules() {
    check(
        "\
asyncapi: 3.1.0
servers:
  one:
    host: a.example.com
    protocol: secure-mqtt
    # asyncapi-security: ignore
                         ^^^^^^ suppression-unknown-rule name the rules
    # asyncapi-security: ignore[url]
                                ^^^ suppression-unknown-rule `asyncapi-security-lsp rules`
    # asyncapi-security: ignore[urls]
                                ^^^^ suppression-unknown-rule is a group of rules
    # asyncapi-security: ignore[server-security-emtpy]
                                ^^^^^^^^^^^^^^^^^^^^^ suppression-unknown-rule did you mean `server-security-empty`
    # asyncapi-security: ignore[server-security-empty
                         ^^^^^^ suppression-unknown-rule close the list
    security: []
    ^^^^^^^^ server-security-empty
x-asyncapi-security-ignore:
^^^^^^^^^^^^^^^^^^^^^^^^^^ suppression-unknown-rule name the rules
",
        &[],
    );
    check(
        r#"{
  "asyncapi": "3.1.0",
  "x-asyncapi-security-ignore": [true, {"reason": "x"}, "url-fragmnt"]
                                 ^^^^ suppression-unknown-rule write the name
                                       ^^^^^^^^^^^^^^^ suppression-unknown-rule name the rule
                                                         ^^^^^^^^^^^ suppression-unknown-rule did you mean `url-fragment`
}
"#,
        &[],
    );
}

#[test]
fn what_only_looks_like_a_suppression_is_none() {
    check(
        "\
asyncapi: 3.1.0
info:
  title: 'a # asyncapi-security: ignore[nothing]'
  description: |
    # asyncapi-security: ignore[nothing]
    x-asyncapi-security-ignore: [nothing]
  # see asyncapi-security.toml and asyncapi-security: ignored
  x-other: x-asyncapi-security-ignore
  # text about asyncapi-security: ignore[nothing]
",
        &[],
    );
    check(
        r#"{
  "asyncapi": "3.1.0",
  "info": {"title": "// asyncapi-security: ignore[nothing]"}
}
"#,
        &[],
    );
}

#[test]
fn nothing_is_called_unused_that_could_not_be_looked_at() {
    // The rule is off.
    check(
        "asyncapi: 3.1.0 # asyncapi-security: ignore[security-scheme-description-missing]\n",
        &[],
    );
    // The text is broken.
    check(
        "\
asyncapi: 3.1.0 # asyncapi-security: ignore[url-fragment]
a: b: c
    ^ syntax-error
",
        &[],
    );
}

#[test]
fn settings_silence_parts_of_a_document() {
    let silence = |pointer: &str| {
        usual().with_silences(vec![Silence {
            index: 0,
            rules: vec![Selector::Rule("server-security-empty")],
            pointer: pointer.to_owned(),
        }])
    };
    let text = "\
asyncapi: 3.1.0
servers:
  a/b:
    host: a.example.com
    protocol: secure-mqtt
    security: []
  two:
    host: a.example.com
    protocol: secure-mqtt
    security: []
";
    for (pointer, expected) in [
        ("", 0),
        ("/servers", 0),
        ("/servers/a~1b", 1),
        ("/servers/a~1b/security", 1),
        ("/servers/a~1b/host", 2),
        ("/servers/three", 2),
    ] {
        let analysis = analyse(text, silence(pointer));
        assert_eq!(analysis.findings.len(), expected, "{pointer}");
        assert_eq!(analysis.suppressed.len(), 2 - expected, "{pointer}");
    }
}

#[test]
fn settings_give_findings_their_severity() {
    let set = |level| {
        usual().with_entries(&[RuleEntry {
            selector: Selector::Rule("server-security-empty"),
            level,
        }])
    };
    let text =
        "asyncapi: 3.1.0\nservers:\n  a: {host: a.example.com, protocol: mqtt, security: []}\n";
    let found = |level| analyse(text, set(level)).findings;
    assert_eq!(found(Level::On)[0].severity, None);
    let raised = found(Level::At(Severity::Error));
    assert_eq!(raised[0].severity, Some(Severity::Error));
    assert_eq!(found(Level::Off), []);
}

#[test]
fn a_syntax_error_can_be_switched_off_and_still_silences_what_follows_from_it() {
    let text = "asyncapi: 3.1.0\na: b: c\n";
    let off = usual().with_entries(&[RuleEntry {
        selector: Selector::Rule("syntax-error"),
        level: Level::Off,
    }]);
    assert_eq!(analyse(text, off).findings, []);
}

#[test]
fn the_same_document_under_each_profile() {
    let text = "\
asyncapi: 2.6.0
channels: {c: {publish: {}}}
components:
  securitySchemes:
    login:
      type: oauth2
      flows:
        implicit:
          authorizationUrl: https://login.example.com/authorize
          scopes: {}
    key: {}
";
    let found = |preset| {
        let analysis = analyse(text, RuleSet::new(preset));
        let mut rules: Vec<_> = analysis
            .findings
            .iter()
            .map(|found| found.rule.id)
            .collect();
        rules.sort_unstable();
        rules.dedup();
        rules
    };
    let validity = found(Preset::Validity);
    let recommended = found(Preset::Recommended);
    let strict = found(Preset::Strict);
    assert!(
        validity.contains(&"security-scheme-type-missing"),
        "{validity:?}"
    );
    assert!(!validity.contains(&"security-scheme-unused"));
    assert!(recommended.contains(&"security-scheme-unused"));
    assert!(!recommended.contains(&"security-scheme-description-missing"));
    assert!(strict.contains(&"security-scheme-description-missing"));
    for (smaller, larger) in [(&validity, &recommended), (&recommended, &strict)] {
        assert!(smaller.iter().all(|rule| larger.contains(rule)));
        assert!(smaller.len() < larger.len());
    }
}

/// An edit can add a suppression, although only the new text is searched.
#[test]
fn suppressions_follow_edits() {
    let text = "\
asyncapi: 3.1.0
servers:
  one:
    host: a.example.com
    protocol: secure-mqtt
    security: []
";
    let mut analysis = analyse(text, usual());
    assert_eq!(analysis.findings.len(), 1);
    let comment = " # asyncapi-security: ignore[server-security-empty]";
    for (at, sign) in (text.len() - 1..).zip(comment.chars()) {
        let edit = TextEdit {
            range: TextRange::empty(at),
            new_text: sign.to_string(),
        };
        analysis = analysis.edited(&[edit]);
        let whole = analysis.document.text().to_string();
        let fresh = analyse(&whole, usual());
        assert_eq!(analysis.findings, fresh.findings, "{whole}");
        assert_eq!(analysis.suppressions, fresh.suppressions, "{whole}");
    }
    assert_eq!(analysis.findings, []);
    assert_eq!(analysis.suppressed.len(), 1);
    let before = TextEdit {
        range: TextRange::empty(0),
        new_text: "# a line\n".to_owned(),
    };
    let moved = analysis.edited(&[before]);
    assert_eq!(moved.findings, []);
    assert_eq!(moved.suppressions.names.len(), 1);
}

#[test]
fn every_rule_can_be_named() {
    for rule in RULES {
        let text = format!("asyncapi: 3.1.0 # asyncapi-security: ignore[{}]\n", rule.id);
        let analysis = analyse(&text, usual());
        let unknown = analysis.findings.iter();
        assert!(
            unknown
                .filter(|finding| finding.rule.id == "suppression-unknown-rule")
                .count()
                == 0,
            "{}",
            rule.id
        );
        assert_eq!(analysis.suppressions.names.len(), 1, "{}", rule.id);
    }
}
