//! Fixes of the bad example on every rule's page, in YAML and as JSON, in several styles.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "fixes/bulk.rs"]
mod bulk;
#[path = "fixes/corpus.rs"]
mod corpus;
#[path = "support/data.rs"]
#[allow(dead_code)]
mod data;
#[path = "support/edits.rs"]
mod edits;
#[path = "fixes/laws.rs"]
mod laws;
#[path = "fixes/neighbours.rs"]
mod neighbours;
#[path = "support/outside.rs"]
mod outside;
#[path = "pages/page.rs"]
#[allow(dead_code)]
mod page;
#[path = "fixes/pasted.rs"]
mod pasted;
#[path = "fixes/placeholders.rs"]
mod placeholders;
#[path = "fixes/styles.rs"]
mod styles;

use std::collections::BTreeSet;

use asyncapi_security_lsp::fixes::{Fix, fix_all, fixes};
use asyncapi_security_lsp::rules::fix::FixKind;
use asyncapi_security_lsp::rules::fixes::FIXES;
use asyncapi_security_lsp::rules::registry::RULES;
use asyncapi_security_lsp::syntax::format::Format;
use edits::applied;
use laws::{analyse, as_json, broken_laws, four_blanks};
use page::{Kind, Language, Page};

/// Bad examples of all pages: rule, text, format, rule that is switched on.
fn examples() -> Vec<(&'static str, String, Format, Vec<String>)> {
    let mut examples = Vec::new();
    for rule in RULES {
        for example in Page::parse(rule.page).unwrap().examples {
            if example.kind != Kind::Bad || example.shortened {
                continue;
            }
            let format = match example.language {
                Language::Yaml => Format::Yaml,
                Language::Json => Format::Json,
            };
            let on: Vec<String> = example.extra_rule.into_iter().collect();
            examples.push((rule.id, example.text, format, on));
        }
    }
    examples
}

/// The fixes that were offered for the findings of one rule in a text, with all broken laws.
fn offered(rule: &str, text: &str, format: Format, on: &[String]) -> (Vec<Fix>, Vec<String>) {
    let analysis = analyse(text, format, on);
    let mut offered = Vec::new();
    let mut broken = Vec::new();
    for finding in analysis
        .findings
        .iter()
        .filter(|finding| finding.rule.id == rule)
    {
        for fix in fixes(&analysis, finding) {
            for law in broken_laws(&analysis, finding, &fix) {
                let after = applied(text, &fix.edits);
                broken.push(format!(
                    "{rule}: {} breaks: {law}\n{text}-- becomes\n{after}",
                    fix.title
                ));
            }
            offered.push(fix);
        }
    }
    (offered, broken)
}

#[test]
fn fixes_of_the_pages_keep_the_laws() {
    let mut broken = Vec::new();
    let mut with_fix = BTreeSet::new();
    let mut count = 0;
    for (rule, text, format, on) in examples() {
        let (fixes, laws) = offered(rule, &text, format, &on);
        if !fixes.is_empty() {
            with_fix.insert(rule);
        }
        count += fixes.len();
        broken.extend(laws);
        if format == Format::Json {
            continue;
        }
        for (style, text, format) in [
            ("json", as_json(&text, false), Format::Json),
            ("minified", as_json(&text, true), Format::Json),
            ("flow", as_json(&text, false), Format::Yaml),
            ("one line", as_json(&text, true), Format::Yaml),
            ("four blanks", four_blanks(&text), Format::Yaml),
        ] {
            let (other, laws) = offered(rule, &text, format, &on);
            if other.len() != fixes.len()
                && rule != "security-ref-yaml-comment"
                && rule != "security-duplicate-key"
            {
                let titles = |fixes: &[Fix]| {
                    fixes
                        .iter()
                        .map(|fix| fix.title.clone())
                        .collect::<Vec<_>>()
                };
                broken.push(format!(
                    "{rule}: {style} offers {:?}, YAML {:?}\n{text}",
                    titles(&other),
                    titles(&fixes)
                ));
            }
            count += other.len();
            broken.extend(laws);
        }
        let windows = text.replace('\n', "\r\n");
        let (other, laws) = offered(rule, &windows, format, &on);
        assert_eq!(other.len(), fixes.len(), "{rule}: CRLF");
        broken.extend(laws);
        for fix in &other {
            let after = applied(&windows, &fix.edits);
            assert_eq!(
                after.matches('\n').count(),
                after.matches("\r\n").count(),
                "{rule}: {after:?}"
            );
        }
    }
    let without: Vec<&str> = RULES
        .iter()
        .map(|rule| rule.id)
        .filter(|id| !with_fix.contains(id))
        .collect();
    println!(
        "{count} fixes of {} rules; none for {without:?}",
        with_fix.len()
    );
    assert!(
        broken.is_empty(),
        "{} broken:\n{}",
        broken.len(),
        broken.join("\n\n")
    );
}

#[test]
fn the_rules_in_bulk_are_those_of_the_catalogue() {
    let catalogue = data::rules();
    let mut bulk: Vec<&str> = (catalogue.iter())
        .filter(|rule| rule["safeInBulk"] == true)
        .map(|rule| rule["id"].as_str().unwrap())
        .collect();
    bulk.sort_unstable();
    // The catalogue has the rules of the first release only.
    let is_listed = |id: &str| catalogue.iter().any(|rule| rule["id"] == id);
    let ours = (RULES.iter()).filter(|rule| rule.is_fixed_in_bulk && is_listed(rule.id));
    let ours: Vec<&str> = ours.map(|rule| rule.id).collect();
    assert_eq!(bulk, ours);
}

/// Rules without a fix, because its content would be invented.
const WITHOUT: [&str; 2] = ["oauth2-scopes-empty", "url-placeholder"];

#[test]
fn every_rule_that_the_catalogue_calls_fixable_has_a_fix() {
    let has_row = |id: &str| FIXES.iter().any(|(rule, _)| rule.id == id);
    let mut count = 0;
    for rule in data::rules() {
        let id = rule["id"].as_str().unwrap();
        if rule["fixable"] != "no" && !WITHOUT.contains(&id) {
            count += 1;
            assert!(has_row(id), "{id} has no fix");
        }
    }
    assert!(count > 90, "{count}");
}

/// Rules whose pages have no example that is complete enough to be fixed; `styles` or `pasted` has
/// one.
#[test]
fn every_fix_is_shown_by_an_example() {
    let styles = concat!(
        include_str!("fixes/styles.rs"),
        include_str!("fixes/pasted.rs")
    );
    let with_fix: BTreeSet<&str> = (examples().into_iter())
        .filter(|(rule, text, format, on)| !offered(rule, text, *format, on).0.is_empty())
        .map(|(rule, ..)| rule)
        .collect();
    for (rule, _) in FIXES {
        let is_shown = with_fix.contains(rule.id) || styles.contains(&format!("\"{rule}\""));
        assert!(is_shown, "no example has a fix of {rule}");
    }
}

#[test]
fn all_at_once_leaves_nothing_to_do_at_once() {
    for (rule, text, format, on) in examples() {
        let analysis = analyse(&text, format, &on);
        let (edits, count) = fix_all(&analysis);
        let after = applied(&text, &edits);
        let again = analyse(&after, format, &on);
        assert_eq!(fix_all(&again), (Vec::new(), 0), "{rule}: {after}");
        assert_eq!(edits.is_empty(), count == 0, "{rule}");
        for finding in &again.findings {
            let left = fixes(&again, finding);
            assert!(
                !finding.rule.is_fixed_in_bulk || left.iter().all(|fix| fix.kind != FixKind::Safe),
                "{rule}: {after}"
            );
        }
    }
}
