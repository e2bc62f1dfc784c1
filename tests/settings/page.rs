//! The pages on settings and suppression agree with the program.

use asyncapi_security_lsp::analysis::{Analysis, Options};
use asyncapi_security_lsp::settings::read;
use asyncapi_security_lsp::syntax::document::Document;
use asyncapi_security_lsp::syntax::format::Format;

const PAGE: &str = include_str!("../../docs/settings.md");
const SUPPRESSION: &str = include_str!("../../docs/suppression.md");

fn blocks(page: &'static str, language: &str) -> Vec<&'static str> {
    let fence = format!("```{language}\n");
    let found: Vec<&str> = page
        .split(fence.as_str())
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap())
        .collect();
    assert!(!found.is_empty(), "no example in {language}");
    found
}

#[test]
fn the_settings_of_the_page_are_right() {
    for text in blocks(PAGE, "toml") {
        let (settings, problems) = read::file(text);
        assert_eq!(problems, []);
        assert_eq!(settings.rules.len(), 4);
        assert_eq!((settings.overrides.len(), settings.ignores.len()), (1, 1));
    }
    for text in blocks(PAGE, "json") {
        let value: serde_json::Value = serde_json::from_str(text).unwrap();
        let (settings, problems) = read::client(&value["asyncapiSecurity"]);
        assert_eq!(problems, []);
        assert_eq!(settings.own_hosts, ["broker.local"]);
    }
}

#[test]
fn the_suppressions_of_the_page_silence_what_they_name() {
    for text in blocks(SUPPRESSION, "yaml finds nothing") {
        let document = Document::new(text, Format::Yaml);
        let analysis = Analysis::new(document, Options::default(), None);
        assert_eq!(analysis.findings, []);
        let mut rules: Vec<_> = (analysis.suppressed.iter())
            .map(|found| found.rule.id)
            .collect();
        rules.sort_unstable();
        assert_eq!(rules, ["security-scheme-unused", "server-without-security"]);
    }
}

#[test]
fn every_key_and_level_is_on_the_page() {
    let schema = asyncapi_security_lsp::settings::schema::schema();
    let keys = schema["properties"].as_object().unwrap().keys();
    let levels = schema["definitions"]["level"]["enum"].as_array().unwrap();
    let profiles = schema["definitions"]["profile"]["enum"].as_array().unwrap();
    let words = levels.iter().chain(profiles);
    for word in words.map(|word| word.as_str().unwrap()) {
        assert!(PAGE.contains(&format!("`{word}`")), "{word}");
    }
    for key in keys {
        let forms = ["`", "`[", "`[["].map(|open| format!("### {open}{key}"));
        assert!(forms.iter().any(|form| PAGE.contains(form)), "{key}");
    }
}
