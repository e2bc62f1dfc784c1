//! The pages of the rules: their form, their links, their examples, and that the table agrees with them.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/data.rs"]
#[allow(dead_code)]
mod data;
#[path = "pages/page.rs"]
mod page;
#[path = "pages/protection.rs"]
mod protection;
#[path = "pages/strength.rs"]
mod strength;

use std::fmt::Write as _;

use asyncapi_security_lsp::analysis::{Analysis, Options};
use asyncapi_security_lsp::rules::registry;
use asyncapi_security_lsp::rules::registry::RULES;
use asyncapi_security_lsp::rules::rule::{Rule, Tag};
use asyncapi_security_lsp::settings::rule_set::RuleSet;
use asyncapi_security_lsp::syntax::document::Document;
use asyncapi_security_lsp::syntax::format::Format;
use asyncapi_security_lsp::text::range::TextRange;
use page::{Example, Kind, Language, Mark, Page, SECTIONS, mark_of, render};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Rules whose examples cannot be printed in full.
const SHORTENED: [&str; 1] = ["limit-reached"];

/// The rule that finds the hosts of samples, as nearly every example has them: it runs only where it
/// is named.
const OF_SAMPLES: &str = "url-example-host";

/// Rules whose severity, or whether they are on, has changed since the first release.
const CHANGED: [&str; 2] = ["gssapi-without-tls", "oidc-scopes-missing-openid"];

/// What the default rules, and the named one, find in a document.
fn findings(text: &str, language: Language, extra_rule: Option<&str>) -> Vec<(String, TextRange)> {
    let format = match language {
        Language::Yaml => Format::Yaml,
        Language::Json => Format::Json,
    };
    let options = Options {
        rule_set: RuleSet::default().switched_on(extra_rule),
        ..Options::default()
    };
    Analysis::new(Document::new(text, format), options, None)
        .findings
        .iter()
        .filter(|finding| finding.rule.id != OF_SAMPLES || extra_rule == Some(OF_SAMPLES))
        .map(|finding| (finding.rule.id.to_owned(), finding.range))
        .collect()
}

#[test]
fn examples_give_exactly_the_marked_findings() {
    let mut wrong = String::new();
    let mut run = 0;
    for (rule, page) in pages() {
        for example in page.examples.iter().filter(|example| !example.shortened) {
            // A good example has to please its own rule, also when that one is off by default.
            let extra = match example.kind {
                Kind::Bad => example.extra_rule.as_deref(),
                Kind::Good => Some(rule.id),
            };
            let found = findings(&example.text, example.language, extra);
            run += 1;
            let found = marks(&example.text, &found);
            if found != example.marks {
                let expected = render(&example.text, &example.marks);
                let found = render(&example.text, &found);
                writeln!(
                    wrong,
                    "== {} ({:?}) promises\n{expected}-- but gives\n{found}",
                    rule.id, example.kind
                )
                .unwrap();
            }
        }
    }
    assert!(run > RULES.len(), "only {run} examples were run");
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn every_page_has_the_sections_and_a_summary() {
    for (rule, page) in pages() {
        assert_eq!(page.heading, format!("`{}`", rule.id));
        let summary = page.summary.trim();
        assert!(
            summary.ends_with('.') && summary.lines().count() == 1,
            "{}: a summary is one sentence on one line",
            rule.id
        );
        let titles: Vec<&str> = page
            .sections
            .iter()
            .map(|(title, _)| title.as_str())
            .collect();
        assert_eq!(titles, SECTIONS, "{}", rule.id);
        for (title, prose) in &page.sections {
            let may_be_code_only = title == "Example" || title == "Write instead";
            assert!(
                may_be_code_only || !prose.trim().is_empty(),
                "{}: nothing under {title}",
                rule.id
            );
        }
        let page = rule.page;
        assert!(
            page.ends_with('\n') && !page.ends_with("\n\n"),
            "{}",
            rule.id
        );
        assert!(!page.contains('\t') && !page.contains(" \n"), "{}", rule.id);
    }
}

#[test]
fn every_page_has_a_bad_example_of_its_own_rule_and_a_good_one() {
    for (rule, page) in pages() {
        for kind in [Kind::Bad, Kind::Good] {
            assert!(
                page.examples.iter().any(|example| example.kind == kind),
                "{}: no example is {kind:?}",
                rule.id
            );
        }
        for example in &page.examples {
            check_example(rule, example);
        }
    }
}

#[test]
fn links_are_https_or_lead_to_another_page() {
    for (rule, page) in pages() {
        for link in page.links() {
            let sibling = link.strip_suffix(".md").and_then(registry::rule);
            assert!(sibling.is_some() || is_https(link), "{}: {link}", rule.id);
        }
        let (_, references) = page.sections.last().unwrap();
        for line in references.lines().filter(|line| !line.is_empty()) {
            assert!(
                line.starts_with("- [") && line.contains("](https://"),
                "{}: a reference is a link: {line}",
                rule.id
            );
        }
    }
}

#[test]
fn every_file_among_the_pages_belongs_to_a_rule() {
    let mut files = 0;
    for entry in std::fs::read_dir(format!("{ROOT}/src/rules/pages")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let id = name.strip_suffix(".md").unwrap_or(&name);
        assert!(registry::rule(id).is_some(), "{name} is no rule's page");
        files += 1;
    }
    assert_eq!(files, RULES.len());
}

#[test]
fn the_table_says_what_the_catalogue_says() {
    let catalogue = data::rules();
    for entry in &catalogue {
        compare_with_catalogue(entry);
    }
    assert!(catalogue.len() >= 128, "the catalogue is whole");
}

/// Every rule with its page.
fn pages() -> Vec<(&'static Rule, Page)> {
    let read = |rule: &'static Rule| match Page::parse(rule.page) {
        Ok(page) => (rule, page),
        Err(reason) => panic!("{}: {reason}", rule.id),
    };
    RULES.iter().copied().map(read).collect()
}

fn marks(text: &str, findings: &[(String, TextRange)]) -> Vec<Mark> {
    let mut marks: Vec<Mark> = findings
        .iter()
        .map(|(rule, range)| mark_of(text, rule, *range))
        .collect();
    marks.sort();
    marks
}

fn check_example(rule: &Rule, example: &Example) {
    let id = rule.id;
    let own = |mark: &Mark| mark.rule == id;
    match example.kind {
        Kind::Bad => {
            assert_eq!(example.section, "Example", "{id}");
            assert!(example.marks.iter().any(own), "{id}: no mark of its own");
            let needed = (!rule.default_on || id == OF_SAMPLES).then_some(id);
            assert_eq!(
                example.extra_rule.as_deref(),
                needed,
                "{id}: which rule is on"
            );
        }
        Kind::Good => {
            assert_eq!(example.section, "Write instead", "{id}");
            assert!(example.marks.is_empty(), "{id}: marks in a good example");
            assert_eq!(example.extra_rule, None, "{id}");
        }
    }
    for mark in &example.marks {
        assert!(
            registry::rule(&mark.rule).is_some(),
            "{id}: no rule {}",
            mark.rule
        );
    }
    assert!(
        !example.shortened || SHORTENED.contains(&id),
        "{id}: run this example"
    );
}

fn is_https(link: &str) -> bool {
    let Some(rest) = link.strip_prefix("https://") else {
        return false;
    };
    let host = rest.split(['/', '#', '?']).next().unwrap_or_default();
    host.contains('.')
        && host
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte))
        && link.bytes().all(|byte| byte.is_ascii_graphic())
        && link.matches('#').count() <= 1
}

fn compare_with_catalogue(entry: &serde_json::Value) {
    let id = entry["id"].as_str().unwrap();
    let rule = registry::rule(id).unwrap_or_else(|| panic!("`{id}` is missing"));
    assert_eq!(rule.group.as_str(), entry["group"], "{id}");
    if !CHANGED.contains(&id) {
        assert_eq!(rule.severity.as_str(), entry["severity"], "{id}");
        let default_on = entry["defaultOn"].as_bool().unwrap();
        assert_eq!(rule.default_on, default_on, "{id}");
    }
    assert_eq!(rule.basis.as_str(), entry["basis"], "{id}");
    let versions: Vec<&str> = asyncapi_security_lsp::spec::Version::ALL
        .into_iter()
        .filter(|version| rule.applies_to(*version))
        .map(|version| version.as_str())
        .collect();
    let expected: Vec<&str> = entry["appliesTo"]
        .as_array()
        .unwrap()
        .iter()
        .map(|version| version.as_str().unwrap())
        .collect();
    assert_eq!(versions, expected, "{id}");
    let tags = entry["lspTags"].as_array().unwrap();
    for (tag, name) in [
        (Tag::Unnecessary, "Unnecessary"),
        (Tag::Deprecated, "Deprecated"),
    ] {
        let has = tags.iter().any(|tag| tag == name);
        assert_eq!(rule.tags.contains(&tag), has, "{id} {name}");
    }
}
