//! What is found in a text does not depend on how long it is: padded across the sizes at which it
//! is read in another way, a document has the same findings.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use asyncapi_security_lsp::analysis::{Analysis, Options};
use asyncapi_security_lsp::syntax::document::Document;
use asyncapi_security_lsp::syntax::format::{Format, Language};

/// Padded texts have about as many bytes as this, or more.
const SIZES: [usize; 6] = [900, 1_020, 1_024, 1_100, 2_100, 9_000];

/// The rule, the message and the underlined text of each finding, in order, with where it stands
/// in the text without padding.
fn findings(text: &str, language: Language) -> Vec<(usize, String)> {
    let analysis = Analysis::new(Document::new(text, language), Options::default(), None);
    let padding = |end: usize| {
        let lines = text[..end].split_inclusive('\n');
        lines
            .filter(|line| is_padding(line))
            .map(str::len)
            .sum::<usize>()
    };
    let told = analysis.findings.iter().map(|finding| {
        let range = finding.range;
        let told = format!(
            "{} {} {:?}",
            finding.rule.id,
            finding.message,
            &text[range.start()..range.end()]
        );
        (range.start() - padding(range.start()), told)
    });
    told.collect()
}

fn is_padding(line: &str) -> bool {
    line.contains("~pad~") || line.trim_end_matches('\n').len() >= 60 && line.trim().is_empty()
}

/// Lines without meaning, of about this many bytes.
fn padding(bytes: usize, language: Language) -> String {
    let line = match language {
        Language::Yaml => format!("# ~pad~ {}\n", "x".repeat(50)),
        Language::Jsonc => format!("// ~pad~ {}\n", "x".repeat(50)),
        Language::Json => format!("{}\n", " ".repeat(60)),
    };
    line.repeat(bytes.div_ceil(line.len()))
}

/// Compares a text with itself padded at its end, its start, and where `@` stands.
fn check(text: &str, language: Language) {
    let plain = text.replace("@\n", "");
    let expected = findings(&plain, language);
    for size in SIZES {
        let missing = size.saturating_sub(plain.len());
        let padding = padding(missing, language);
        for padded in [
            format!("{plain}{padding}"),
            format!("{padding}{plain}"),
            text.replacen("@\n", &padding, 1).replace("@\n", ""),
            text.replace("@\n", &padding),
        ] {
            assert_eq!(findings(&padded, language), expected, "{size}\n{padded}");
        }
    }
}

const YAML: &str = "asyncapi: 2.6.0
info:
  title: T
  version: 1.0.0
@
servers:
  s:
    url: a.io
    protocol: kafka-secure
    description: 'it is a server'
    security:
      - k: []
      - o: [read]
@
channels: {}
@
components:
  securitySchemes:
    k:
      type: X509
      description: \"one
        two\"
    o:
      type: oauth2
      flows:
        clientCredentials:
          tokenUrl: https://a.io/t
          scopes:
            read: to read
@
tags:
  - name: a
";

#[test]
fn yaml() {
    let changes = [
        ("", ""),
        ("info:\n", "info\n"),
        ("servers:\n", "servers\n"),
        ("components:\n", "components\n"),
        ("  securitySchemes:\n", "  securitySchemes\n"),
        ("    o:\n", "    o\n"),
        ("    o:\n", "   o:\n"),
        ("    o:\n", "     o:\n"),
        ("    k:\n", "  k:\n"),
        ("    k:\n", ""),
        ("    security:\n", "    security\n"),
        ("    security:\n", "   security:\n"),
        ("      - k: []\n", "      - k: [\n"),
        ("      - k: []\n", "     - k: []\n"),
        ("      - k: []\n", "      k: []\n"),
        ("      - o: [read]", "      -o: [read]"),
        ("type: X509", "type:X509"),
        ("type: X509", "type X509"),
        ("type: X509", "type: a: X509"),
        ("type: X509", "type: \"X509"),
        ("type: X509", "type: 'X509"),
        ("type: X509", "type: X509'"),
        ("type: X509", "\ttype: X509"),
        ("      type: X509", "      \u{a0}type: X509"),
        ("      type: X509", "type: X509"),
        ("      type: X509", "      {type: X509"),
        ("      type: X509", "      type: @X509"),
        ("      type: X509", "      type: X509\n      type: X509"),
        ("        two\"", "      two\""),
        ("        two\"", "two\""),
        ("one\n        two\"", "one\\\n      \\ two: 3\""),
        ("channels: {}", "channels: {"),
        ("channels: {}", "channels: {\na: b\n}"),
        ("channels: {}", "channels: [a,\nb,\nc: d\n]"),
        ("channels: {}", "channels {}"),
        ("channels: {}", "channels"),
        ("channels: {}", "channels: }"),
        ("channels: {}", "channels: *c"),
        ("channels: {}", "channels: {}\nchannels: {}"),
        ("channels: {}", "- channels"),
        ("channels: {}", "---\nchannels: {}"),
        ("url: a.io", "url: a b: c"),
        ("url: a.io", "url: a\u{0}b"),
        ("url: a.io", "url: \"a\\qb\""),
        (
            "          tokenUrl: https://a.io/t\n",
            "          tokenUrl: https://a.io/t\u{0}\n",
        ),
        (
            "            read: to read",
            "           read: to read\n            write: x",
        ),
        ("tags:\n", "tags\n"),
        ("tags:\n  - name: a\n", "tags:\n- name: a\n  x\n"),
    ];
    for (from, to) in changes {
        assert!(YAML.contains(from), "{from}");
        check(&YAML.replacen(from, to, 1), Language::Yaml);
        // Two mistakes do not hide each other.
        let two = YAML
            .replacen(from, to, 1)
            .replacen("title: T", "title: a: b", 1);
        check(&two, Language::Yaml);
    }
}

#[test]
fn json() {
    let text = include_str!("data/length.json");
    let changes = [
        ("", ""),
        ("\"type\": \"X509\"", "\"type\": \"X509"),
        ("\"type\": \"X509\"", "\"type\" \"X509\""),
        ("\"type\": \"X509\"", "\"type\": \"X509\","),
        ("\"type\": \"X509\"", "type: \"X509\""),
        ("\"type\": \"X509\"", "'type': 'X509'"),
        ("\"url\": \"a.io\",", "\"url\": \"a.io\""),
        ("\"url\": \"a.io\",", "\"url\": \"a.io\",,"),
        ("\"url\": \"a.io\",", "\"url\": a.io,"),
        ("      \"k\": {\n", ""),
        ("\"k\": {\n", "\"k\":\n"),
        ("\"k\": {\n", "\"k\"\n"),
        ("\"k\": {\n", "{\n"),
        ("  \"channels\": {},\n", "  \"channels\": {,\n"),
        ("  \"channels\": {},\n", "  \"channels\": {\n"),
        ("  \"channels\": {},\n", "  \"channels\": },\n"),
        ("  \"channels\": {},\n", "  \"channels\"\n"),
        ("        { \"k\": [] },\n", "        { \"k\": [ },\n"),
        ("        { \"k\": [] },\n", "        \"k\": [] ,\n"),
    ];
    for (from, to) in changes {
        assert!(text.contains(from), "{from}");
        let text = text.replacen(from, to, 1);
        check(&text, Language::Json);
        check(&text, Language::Jsonc);
    }
}

/// A language that a test names is the one its format has.
#[test]
fn the_documents_are_what_they_seem() {
    let plain = YAML.replace("@\n", "");
    let found = findings(&plain, Language::Yaml);
    assert!(
        found
            .iter()
            .all(|(_, told)| !told.starts_with("syntax-error")),
        "{found:?}"
    );
    assert_eq!(Language::from(Format::Yaml), Language::Yaml);
}
