//! What is read, and the problems that are reported.

use asyncapi_security_lsp::rules::rule::{Group, Severity};
use asyncapi_security_lsp::settings::read::{client, file};
use asyncapi_security_lsp::settings::{Level, Preset, Selector, Settings};
use asyncapi_security_lsp::text::range::TextRange;
use serde_json::json;

/// Checks that exactly the marked problems are reported. A label has a part of the message.
fn check(source: &str) -> Settings {
    let mut text = String::new();
    let mut expected = Vec::new();
    let mut start = 0;
    for line in source.lines() {
        let trimmed = line.trim_start();
        if trimmed.starts_with('^') {
            let column = line.len() - trimmed.len();
            let carets = trimmed.bytes().take_while(|byte| *byte == b'^').count();
            let range = TextRange::new(start + column, start + column + carets);
            expected.push((range, trimmed[carets..].trim().to_owned()));
        } else {
            start = text.len();
            text.push_str(line);
            text.push('\n');
        }
    }
    let (settings, problems) = file(&text);
    let shown: Vec<_> = problems
        .iter()
        .map(|problem| {
            (
                &text[problem.range.start()..problem.range.end()],
                &problem.message,
            )
        })
        .collect();
    assert_eq!(problems.len(), expected.len(), "{shown:#?}");
    for (problem, (range, words)) in problems.iter().zip(&expected) {
        assert_eq!(problem.range, *range, "{shown:#?}");
        assert!(problem.message.contains(words), "{words}: {shown:#?}");
    }
    settings
}

#[test]
fn every_key_is_read() {
    let settings = check(
        r#"
profile = "strict"
own-hosts = ["API.Example.com", "localhost"]

[rules]
urls = "hint"
url-not-https = "off"
security-scheme-unused = "error"
operation-security-empty = "on"

[protocols]
Kafka-Internal = { encrypted = true }
plain = { encrypted = false }
unsure = {}

[[overrides]]
files = ["legacy/**", "*.old.yaml"]
profile = "validity"
rules = { url-fragment = "on" }

[[ignore]]
rule = "url-userinfo"
files = "demo.yaml"
pointer = "/components/securitySchemes/login"
reason = "a demo"

[[ignore]]
rule = ["urls", "syntax-error"]
"#,
    );
    assert_eq!(settings.preset, Some(Preset::Strict));
    assert_eq!(settings.own_hosts, ["api.example.com", "localhost"]);
    let rules: Vec<_> = settings
        .rules
        .iter()
        .map(|entry| (entry.selector, entry.level))
        .collect();
    assert_eq!(
        rules,
        [
            (Selector::Group(Group::Urls), Level::At(Severity::Hint)),
            (Selector::Rule("url-not-https"), Level::Off),
            (
                Selector::Rule("security-scheme-unused"),
                Level::At(Severity::Error)
            ),
            (Selector::Rule("operation-security-empty"), Level::On),
        ]
    );
    let protocols: Vec<_> = settings.protocols.into_iter().collect();
    assert_eq!(
        protocols,
        [
            ("kafka-internal".to_owned(), Some(true)),
            ("plain".to_owned(), Some(false)),
            ("unsure".to_owned(), None),
        ]
    );
    let [found] = &settings.overrides[..] else {
        panic!("{:?}", settings.overrides);
    };
    assert_eq!(found.files.patterns(), ["legacy/**", "*.old.yaml"]);
    assert_eq!(found.preset, Some(Preset::Validity));
    assert_eq!(found.rules.len(), 1);
    let [one, other] = &settings.ignores[..] else {
        panic!("{:?}", settings.ignores);
    };
    assert_eq!(one.rules, [Selector::Rule("url-userinfo")]);
    assert_eq!(one.files.as_ref().unwrap().patterns(), ["demo.yaml"]);
    assert_eq!(
        one.pointer.as_deref(),
        Some("/components/securitySchemes/login")
    );
    assert_eq!(other.rules.len(), 2);
    assert_eq!((&other.files, &other.pointer), (&None, &None));
}

#[test]
fn what_is_wrong_is_said_in_its_place_and_the_rest_counts() {
    let settings = check(
        r#"
profil = "strict"
^^^^^^ did you mean `profile`
own-hosts = ["ok.example.com", "https://a.example.com", 3]
                               ^^^^^^^^^^^^^^^^^^^^^^^ the name alone
                                                        ^ write a string here, not a number

[rules]
url-not-http = "off"
^^^^^^^^^^^^ did you mean `url-not-https`
colours = "off"
^^^^^^^ see `asyncapi-security-lsp rules`
url-fragment = "eror"
               ^^^^^^ did you mean `error`
url-userinfo = true
               ^^^^ write a string here, not a boolean
syntax = "warning"

[protocols.kafka]
encypted = true
^^^^^^^^ did you mean `encrypted`

[[overrides]]
files = ["a[", "b.yaml"]
         ^^^^ `a[` is not a glob
profile = "lax"
          ^^^^^ write `recommended`, `strict` or `validity`

[[ignore]]
rule = "url-userinfo"
pointer = "components"
          ^^^^^^^^^^^^ is not a JSON Pointer
"#,
    );
    assert_eq!(settings.preset, None);
    assert_eq!(settings.own_hosts, ["ok.example.com"]);
    assert_eq!(settings.rules.len(), 1);
    assert_eq!(settings.overrides[0].files.patterns(), ["b.yaml"]);
    // Without one of its limits it would hide more than intended.
    assert_eq!(settings.ignores, []);
}

#[test]
fn what_is_needed_is_asked_for() {
    let (settings, problems) =
        file("[[overrides]]\nprofile = \"strict\"\n[[ignore]]\nreason = \"x\"\n");
    let messages: Vec<_> = problems
        .iter()
        .map(|problem| (problem.path.as_str(), problem.message.as_str()))
        .collect();
    assert_eq!(messages.len(), 2, "{messages:?}");
    assert!(messages[0].0 == "overrides[0]" && messages[0].1.contains("needs `files`"));
    assert!(messages[1].0 == "ignore[0]" && messages[1].1.contains("names its rule"));
    assert_eq!(settings.ignores, []);
    assert!(!settings.overrides[0].files.matches("a.yaml"));
}

#[test]
fn broken_grammar_costs_its_line() {
    let (settings, problems) = file("profile = strict\n\n[rules]\nurls = \"off\"\n");
    assert_eq!(settings.rules.len(), 1);
    let [problem] = &problems[..] else {
        panic!("{problems:?}");
    };
    assert!(problem.is_grammar);
    assert_eq!((problem.range.start(), problem.range.end()), (10, 16));
}

/// Half-typed settings never make the reader fail, and every range is in the text.
#[test]
fn half_typed_files_are_read() {
    let text = "profile = \"strict\"\n[rules]\nurls = 'off' # ä\n[[ignore]]\nrule = [\"urls\"]\n";
    for end in (0..=text.len()).filter(|end| text.is_char_boundary(*end)) {
        let text = &text[..end];
        for problem in file(text).1 {
            let place = text.get(problem.range.start()..problem.range.end());
            assert!(
                place.is_some_and(|place| !place.is_empty() || text.is_empty()),
                "{text:?} {problem:?}"
            );
        }
    }
}

#[test]
fn the_client_writes_the_same_in_its_own_spelling() {
    let (settings, problems) = client(&json!({
        "profile": "validity",
        "ownHosts": ["a.example.com"],
        "rules": {"url-not-https": "off"},
        "overrides": null,
        "server": {"path": "x"},
        "trace": {"server": "off"},
    }));
    assert_eq!(problems, []);
    assert_eq!(settings.preset, Some(Preset::Validity));
    assert_eq!(settings.own_hosts, ["a.example.com"]);
    assert_eq!(settings.rules.len(), 1);
    let (settings, problems) = client(&json!({
        "own-hosts": [],
        "rules": {"url-not-https": "warn", "urls": "off"},
    }));
    assert_eq!(settings.rules.len(), 1);
    let told: Vec<_> = problems
        .iter()
        .map(|problem| format!("{}: {}", problem.path, problem.message))
        .collect();
    assert_eq!(
        told,
        [
            "own-hosts: there is no key `own-hosts`; did you mean `ownHosts`?",
            "rules.url-not-https: there is no level `warn` here; write `off`, `on`, `error`, `warning`, `information` or `hint`",
        ]
    );
}

#[test]
fn what_is_no_table_at_all_is_said() {
    for value in [json!([]), json!("strict"), json!(1)] {
        let (settings, problems) = client(&value);
        assert_eq!(settings, Settings::default());
        assert_eq!(problems.len(), 1, "{value}");
    }
    assert_eq!(client(&json!(null)).1, []);
    assert_eq!(client(&json!({})).1, []);
    let (settings, problems) =
        client(&json!({"profile": null, "ownHosts": [null, "a.example.com"]}));
    assert_eq!(problems, []);
    assert_eq!(settings.own_hosts, ["a.example.com"]);
}
