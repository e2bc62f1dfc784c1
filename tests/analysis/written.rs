//! Syntax as people write it: what is wrong is said once, at its place, in words that name it.

use asyncapi_security_lsp::analysis::{Analysis, Options};
use asyncapi_security_lsp::fixes;
use asyncapi_security_lsp::rules::rule::Severity;
use asyncapi_security_lsp::syntax::document::Document;
use asyncapi_security_lsp::syntax::format::Language;

const SERVERS: &str = "asyncapi: 2.6.0
info: {title: T, version: 1.0.0}
servers:
  p:
    url: b.shop.io
    protocol: kafka-secure
    security:
      - k: []
channels: {}
";
const SCHEMES: &str = "components:
  securitySchemes:
    k:
      type: X509
";

fn analysis(text: &str) -> Analysis {
    Analysis::new(
        Document::new(text, Language::Yaml),
        Options::default(),
        None,
    )
}

/// Line, severity and message of each finding.
fn told(analysis: &Analysis) -> Vec<(usize, Severity, String)> {
    let text = analysis.document.text();
    (analysis.findings.iter())
        .map(|finding| {
            let severity = finding.severity.unwrap_or(finding.rule.severity);
            (
                text.line_of(finding.range.start()) + 1,
                severity,
                finding.message.to_string(),
            )
        })
        .collect()
}

/// Checks that a text has one finding, in this line, of that severity, which says this.
fn check(text: &str, line: usize, severity: Severity, says: &str) {
    let analysis = analysis(text);
    let found = told(&analysis);
    assert_eq!(found.len(), 1, "{found:?}\n{text}");
    assert_eq!(
        (found[0].0, found[0].1),
        (line, severity),
        "{found:?}\n{text}"
    );
    assert!(found[0].2.contains(says), "{found:?}\n{text}");
}

/// The text after the only fix of its first finding.
fn fixed(text: &str) -> String {
    let analysis = analysis(text);
    let fixes = fixes::fixes(&analysis, &analysis.findings[0]);
    assert_eq!(fixes.len(), 1, "{text}");
    let after = analysis.document.edited(&fixes::backwards(&fixes[0].edits));
    after.text().to_string()
}

fn whole(servers: &str, schemes: &str) -> String {
    format!("{servers}{schemes}")
}

#[test]
fn a_text_in_quotes_goes_on_at_any_column() {
    for text in [
        "      description: \"Ask us. A\\\n      \\ year. Contact: us.\\\n      \\ Or: not.\"\n",
        "      description: \"Ask: us\\\n    type: all\"\n",
        "      description: \"Ask: us\\\nteam: all\\\nand: none\"\n      x-a: 1\n",
        "      description: \"Ask us.\n      Contact: them\"\n",
        "      description: \"Ask us.\n\n      Contact: them.\n      And so on.\" # so\n      x-b: c\n",
        "      description: \"Ask\\\n      - one\\\n      - two: 3\"\n",
        "      description: \"Ask \\\"us\\\": now\\\n      type: oauth2\"\n",
        "      description: \"Ask\\\r\n      type: oauth2\"\r\n",
    ] {
        let text = whole(SERVERS, SCHEMES) + text;
        let found = told(&analysis(&text));
        assert_eq!(found.len(), 1, "{found:?}\n{text}");
        assert_eq!(found[0].1, Severity::Hint, "{text}");
    }
    // A quote that was forgotten takes nothing from below.
    let text = whole(SERVERS, SCHEMES) + "      description: \"Ask us.\n      x-a: \"b\"\n";
    check(&text, 14, Severity::Error, "never closed");
}

#[test]
fn a_colon_is_missing_after_a_key() {
    let list = SERVERS.replace(
        "channels: {}\n",
        "tags\n- name: a\n- name: b\nchannels: {}\n",
    );
    let long = SCHEMES.to_owned() + "    m:\n      type: X509\n      x-a: b\n";
    for (text, line, says) in [
        (
            whole(SERVERS, &SCHEMES.replace("components:", "components")),
            10,
            "`components:`",
        ),
        (
            whole(SERVERS, &SCHEMES.replace("Schemes:", "Schemes")),
            11,
            "`securitySchemes:`",
        ),
        (
            whole(SERVERS, &SCHEMES.replace("    k:", "    k # c")),
            12,
            "`k:`",
        ),
        (
            whole(&SERVERS.replace("servers:", "servers"), SCHEMES),
            3,
            "`servers:`",
        ),
        (
            whole(&SERVERS.replace("security:", "security"), SCHEMES),
            7,
            "`security:`",
        ),
        (whole(&SERVERS.replace("  p:", "  p"), SCHEMES), 4, "`p:`"),
        (whole(&list, SCHEMES), 9, "`tags:`"),
        (
            whole(
                SERVERS,
                &(SCHEMES.to_owned() + "      x-a\n        b: c\n        d: e\n"),
            ),
            14,
            "`x-a:`",
        ),
        (
            whole(&SERVERS.replace("url: b", "url b"), SCHEMES),
            5,
            "`url: ...`",
        ),
    ] {
        check(&text, line, Severity::Error, says);
    }
    let long = whole(SERVERS, &long.replace("components:", "components"));
    let found = told(&analysis(&long));
    assert!(found[0].2.contains("`components:`"), "{found:?}");
}

#[test]
fn invisible_characters_are_named_and_mended() {
    const SPACE: &str = "no-break space (U+00A0)";
    let whole_text = whole(SERVERS, SCHEMES);
    for (from, to, line, says) in [
        ("      type", "    \u{a0} type", 13, SPACE),
        ("type: ", "type:\u{a0}", 13, SPACE),
        ("- k", "-\u{a0}k", 8, SPACE),
        ("X509", "X509\u{a0}", 13, SPACE),
        ("type", "type\u{200b}", 13, "zero-width space (U+200B)"),
        ("type", "ty\u{a0}pe", 13, "; remove it"),
        ("X509", "X\u{a0}\u{a0}509", 13, "; remove it"),
        ("    k:", "    k\u{a0}:", 12, "; remove it"),
        (
            "      type",
            "      \u{200b}type",
            13,
            "zero-width space (U+200B)",
        ),
        ("    k:", "    k\u{feff}:", 12, "byte order mark (U+FEFF)"),
        (
            "  securityS",
            "\u{3000}\u{3000}securityS",
            11,
            "an ideographic space (U+3000)",
        ),
        ("channels", "\u{2003}\nchannels", 9, "an em space (U+2003)"),
    ] {
        assert!(whole_text.contains(from), "{from}");
        let text = whole_text.replacen(from, to, 1);
        check(&text, line, Severity::Error, says);
        let mended = fixed(&text);
        assert!(analysis(&mended).findings.is_empty(), "{mended}");
    }
    let text = whole(SERVERS, &SCHEMES.replace("  ", "\u{a0}\u{a0}"));
    check(&text, 11, Severity::Error, SPACE);
    assert_eq!(fixed(&text), whole_text);
    // A line that goes on a text or bracket only because of them.
    for value in [
        "description: a\n~~~~~~~~b",
        "description: \"a\n~~~~~~~~b\"",
        "x-a: {b: c,\n~~~~~~~~d: e}",
        "x-a: [b,\n~~~~~~~~c]",
    ] {
        let text = format!("{whole_text}      {value}\n");
        let wrong = text.replace('~', "\u{a0}");
        check(&wrong, 15, Severity::Error, SPACE);
        assert_eq!(fixed(&wrong), text.replace('~', " "));
    }
    // In texts they are as good as any other.
    let text =
        whole_text + "      description: a\u{a0}b \u{200d}c\n      x-a: |\n        \u{a0}b\n";
    assert!(analysis(&text).findings.is_empty());
}

#[test]
fn a_merge_conflict_is_said_once() {
    let conflict = |one: &str, other: &str| format!("<<<<<<< a\n{one}=======\n{other}>>>>>>> b\n");
    let other = SCHEMES.replace("X509", "plain");
    for text in [
        whole(SERVERS, &(conflict("", "tags: []\n") + SCHEMES)),
        whole(SERVERS, &conflict(SCHEMES, &other)),
        whole(SERVERS, &conflict(SCHEMES, &other)).replace('\n', "\r\n"),
        whole(
            SERVERS,
            &format!("<<<<<<< a\n{SCHEMES}||||||| c\nx: [\n=======\n{other}>>>>>>> b\n"),
        ),
    ] {
        check(&text, 10, Severity::Error, "merge conflict");
        let (edits, count) = fixes::fix_all(&analysis(&text));
        assert_eq!((edits.len(), count), (0, 0));
    }
    let half = whole(SERVERS, SCHEMES) + "=======\n      x-a: 1\n>>>>>>> b\n";
    check(&half, 14, Severity::Error, "merge conflict");
    let half = whole(SERVERS, SCHEMES) + "      x-a: 1\n>>>>>>> b\n";
    check(&half, 15, Severity::Error, "merge conflict");
}

#[test]
fn only_the_first_document_is_read() {
    let first = whole(SERVERS, SCHEMES);
    for second in ["---\na: b\n", "--- # c\na: b\n---\nc: d\n", "--- text\n"] {
        check(
            &format!("{first}{second}"),
            14,
            Severity::Information,
            "only the first document",
        );
        check(
            &format!("---\n{first}{second}"),
            15,
            Severity::Information,
            "only the first document",
        );
    }
    check(
        &format!("{first}...\n# c\na: b\n"),
        14,
        Severity::Information,
        "`...` ends",
    );
    for end in ["---\n", "...\n", "---\n# only a comment\n", "...\n# c\n"] {
        assert!(
            analysis(&format!("{first}{end}")).findings.is_empty(),
            "{end}"
        );
    }
}

#[test]
fn an_alias_may_be_a_key() {
    let named = SERVERS.replace("- k: []", "- *n : []");
    let schemes = SCHEMES.replace("    k:", "    &n k:");
    let text = schemes.clone() + &named;
    assert!(analysis(&text).findings.is_empty());
    for (from, to) in [("*n :", "*n:"), ("- *n : []", "- {*n: []}")] {
        let text = text.replace(from, to);
        check(&text, 12, Severity::Error, "put a space before the `:`");
        assert!(analysis(&fixed(&text)).findings.is_empty());
    }
}

#[test]
fn two_merge_keys_are_a_hint() {
    let text = "x-a: &a {type: X509}\nx-b: &b {description: b}\n".to_owned()
        + &whole(
            SERVERS,
            &SCHEMES.replace("      type: X509\n", "      <<: *a\n      <<: *b\n"),
        );
    check(&text, 16, Severity::Hint, "`<<: [*one, *other]`");
}

#[test]
fn a_blank_is_missing() {
    for (servers, schemes, line) in [
        (SERVERS.replace("- k: []", "- k:[]"), SCHEMES.to_owned(), 8),
        (SERVERS.replace("- k: []", "-k: []"), SCHEMES.to_owned(), 8),
        (
            SERVERS.replace("- k: []", "- {k:[]}"),
            SCHEMES.to_owned(),
            8,
        ),
        (
            SERVERS.replace("channels: {}", "channels:{}"),
            SCHEMES.to_owned(),
            9,
        ),
        (SERVERS.to_owned(), SCHEMES.replace("type: ", "type:"), 13),
        (
            SERVERS.to_owned(),
            SCHEMES.replace("\n      type: X509", " {type:X509}"),
            12,
        ),
        (
            SERVERS.replace("kafka-secure", "https"),
            SCHEMES.replace("\n      type: X509", " {type: http, scheme:basic}"),
            12,
        ),
        (
            SERVERS.to_owned(),
            SCHEMES.to_owned() + "      description:text\n",
            14,
        ),
    ] {
        let text = whole(&servers, &schemes);
        check(&text, line, Severity::Error, "put a space after the `");
        assert!(analysis(&fixed(&text)).findings.is_empty(), "{text}");
    }
}

#[test]
fn a_name_with_a_colon_is_not_a_text_without_its_blank() {
    let schemes = SCHEMES.replace("\n      type: X509", " {type: X509, in:user: }");
    check(
        &whole(SERVERS, &schemes),
        12,
        Severity::Error,
        "`in:user` is not a field of type `X509`",
    );
}

#[test]
fn the_text_of_a_block_starts_on_the_next_line() {
    for (mark, header) in [("|", "| "), ("|-", "|-  "), (">", "> ")] {
        let text = whole(
            SERVERS,
            &SCHEMES.replace("type: ", &format!("type: {header}")),
        );
        check(
            &text,
            13,
            Severity::Error,
            "starts on the next line; move it there, or remove",
        );
        assert_eq!(fixed(&text), whole(SERVERS, SCHEMES), "{mark}");
    }
    let text = whole(SERVERS, SCHEMES) + "      description: | a\n        b\n";
    check(
        &text,
        14,
        Severity::Error,
        "starts on the next line; move it there",
    );
    // Not a mark, but a text that needs quotes.
    let text = whole(SERVERS, SCHEMES) + "      description: >=1\n";
    check(&text, 14, Severity::Error, "put it in quotes");
}

#[test]
fn an_ellipsis_stands_for_what_is_left_out() {
    let schemes = SCHEMES.replace("type: X509", "type: http");
    for text in [
        // In place of a field that is required, first or last, with a comment, twice.
        whole(SERVERS, &schemes) + "      ...\n",
        whole(SERVERS, &schemes) + "      description: a\n      ...  # and so on\n",
        whole(
            SERVERS,
            &schemes.replace("      type", "      ...\n      type"),
        ),
        whole(SERVERS, &schemes) + "      ...\n      x-a: b\n      ...\n",
        // In place of an item, and of a part of a section.
        whole(&SERVERS.replace("- k: []", "- k: []\n      ..."), SCHEMES),
        whole(
            SERVERS,
            "components:\n  ...\n  schemas:\n    a: {type: string}\n",
        ),
        whole(&SERVERS.replace("channels", "  ...\nchannels"), SCHEMES),
    ] {
        let text = text.replace("kafka-secure", "https");
        let found = told(&analysis(&text));
        let says = |one: &&(usize, Severity, String)| one.2.contains("is not YAML here");
        assert_eq!(found.iter().filter(says).count(), 1, "{found:?}\n{text}");
        let errors = found.iter().filter(|one| one.1 == Severity::Error);
        assert_eq!(errors.count(), 1, "{found:?}\n{text}");
        let is_loud = |one: &(usize, Severity, String)| one.1 == Severity::Warning;
        assert!(!found.iter().any(is_loud), "{found:?}\n{text}");
    }
    // A text, and the end of a document.
    let text = whole(SERVERS, SCHEMES) + "      description: a\n        ...\n      x-a: ...\n...\n";
    assert!(analysis(&text).findings.is_empty(), "{text}");
}

#[test]
fn an_ellipsis_that_is_the_whole_value_is_a_text() {
    let one = |value: &str| SCHEMES.replace("\n      type: X509\n", value);
    for text in [
        whole(SERVERS, SCHEMES).replace("channels: {}", "channels:\n  ..."),
        whole(SERVERS, "components:\n  securitySchemes:\n    ...\n"),
        whole(SERVERS, "components:\n  ...\n"),
        whole(SERVERS, "components: {...}\n"),
        whole(SERVERS, &one("\n      ...\n")),
        whole(SERVERS, &one(" {...}\n")),
        whole(SERVERS, &one(" [ ... ]\n")),
        whole(SERVERS, &one("\n      type: oauth2\n      flows: {...}\n"))
            .replace("kafka-secure", "https"),
    ] {
        let found = told(&analysis(&text));
        assert!(found.is_empty(), "{found:?}\n{text}");
    }
    // It hides no names beside it.
    let text = whole(&SERVERS.replace("k: []", "l: []"), &one(" {...}\n"));
    assert_eq!(told(&analysis(&text)).len(), 1, "{text}");
    // The first line of a longer text.
    let text = whole(SERVERS, SCHEMES) + "      description:\n        ...\n        and so on\n";
    assert!(analysis(&text).findings.is_empty(), "{text}");
}

#[test]
fn an_ellipsis_at_the_first_column_ends_the_document() {
    let servers = SERVERS.replace("channels: {}\n", "...\nchannels: {}\n");
    for (text, loud) in [
        (whole(&servers, SCHEMES), Severity::Information),
        // Beside one that no parser takes.
        (
            whole(&servers.replace("- k: []", "- k: []\n      ..."), SCHEMES),
            Severity::Error,
        ),
    ] {
        let found = told(&analysis(&text));
        let [(_, severity, message)] = &found[..] else {
            panic!("{found:?}\n{text}");
        };
        assert_eq!(*severity, loud);
        assert!(message.contains("ends a YAML document"), "{message}");
    }
}

#[test]
fn foreign_text_in_json_is_one_error() {
    let whole = "{
  \"asyncapi\": \"3.0.0\",
  \"info\": {\"title\": \"T\", \"version\": \"1\"},
  \"components\": {\"securitySchemes\": {\"k\": {
    \"type\": \"http\",
    \"scheme\": \"basic\"
  }}}
}";
    for (from, to) in [
        ("\"type\"", "<error descr=\"a\">\"type\"</error>"),
        ("\"scheme\"", "<error descr=\"a\">\"scheme\"</error>"),
        ("    \"scheme\"", "    <error descr=\"a\">\n    \"scheme\""),
        ("    \"type\"", "    # a comment\n    \"type\""),
        ("\"basic\"", "\"basic\"\n    </error>"),
    ] {
        assert!(whole.contains(from));
        let text = whole.replacen(from, to, 1);
        let document = Document::new(&text, Language::Json);
        let found = told(&Analysis::new(document, Options::default(), None));
        let errors: Vec<_> = (found.iter())
            .filter(|one| one.1 == Severity::Error)
            .collect();
        assert_eq!(errors.len(), 1, "{found:?}\n{text}");
        assert!(
            errors[0].2.contains("this text does not belong here"),
            "{found:?}"
        );
    }
}

#[test]
fn an_empty_reference_says_what_to_write() {
    let servers = SERVERS.replace("2.6.0", "3.0.0").replace("url:", "host:");
    for (reference, says) in [
        ("", "is empty; write which scheme is meant"),
        (" # later", "is empty; write which scheme is meant"),
        (" null", "is empty; write which scheme is meant"),
        (
            " #/components/securitySchemes/k",
            "put the reference in quotes",
        ),
        (" #k", "put the reference in quotes"),
    ] {
        let servers = servers.replace("k: []", &format!("$ref:{reference}"));
        let found = told(&analysis(&(servers + SCHEMES)));
        let errors: Vec<_> = (found.iter())
            .filter(|one| one.1 == Severity::Error)
            .collect();
        assert_eq!(errors.len(), 1, "{found:?}");
        assert!(errors[0].0 == 8 && errors[0].2.contains(says), "{found:?}");
    }
}

#[test]
fn a_version_that_is_a_number_is_read() {
    let text = whole(SERVERS, SCHEMES).replace("2.6.0\n", "2.6\n");
    check(&text, 1, Severity::Information, "write `2.6.0`");
}

#[test]
fn a_section_is_an_object() {
    for (from, to, line) in [
        ("channels: {}", "channels: []", 9),
        ("channels: {}", "channels: a.yaml", 9),
        (
            "servers:\n  p:\n    url",
            "servers:\n  - x-p: a\n    url",
            3,
        ),
    ] {
        let text = whole(SERVERS, "").replace(from, to);
        let found = told(&analysis(&text));
        assert!(
            found
                .iter()
                .any(|one| one.0 == line && one.2.contains("must be an object of")),
            "{found:?}"
        );
    }
    let text = whole(SERVERS, SCHEMES).replace("channels: {}", "channels: !include a.yaml");
    assert!(analysis(&text).findings.is_empty());
}
