//! One defect, one finding, where the defect is: documents with one defect each, made from valid
//! ones.
//!
//! An ordinary run tries some of them. `DEFECTS= cargo test --test defects -- --nocapture` tries
//! all, with a pattern those whose label contains it.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "defects/defect.rs"]
mod defect;
#[path = "defects/tree.rs"]
mod tree;

use std::collections::BTreeMap;

use asyncapi_security_lsp::analysis::{Analysis, Options};
use asyncapi_security_lsp::rules::finding::{Data, Finding};
use asyncapi_security_lsp::rules::rule::Severity;
use asyncapi_security_lsp::syntax::document::Document;
use asyncapi_security_lsp::syntax::format::Format;
use defect::{Defect, Kind, defects};
use tree::{Value, Written};

const VALID: [(&str, &str); 2] = [
    ("2.6.0", include_str!("defects/v2.yaml")),
    ("3.0.0", include_str!("defects/v3.yaml")),
];

/// How many findings one defect may have, alone and on average.
const MOST: usize = 2;
const MOST_ON_AVERAGE: f64 = 1.05;

/// Of so many defects one is tried in YAML and the next one in JSON.
const STEP: usize = 7;

/// How many of the worst are listed.
const SHOWN: usize = 60;

/// What the valid documents have on purpose.
const ON_PURPOSE: [&str; 3] = [
    "oauth2-implicit-flow",
    "oauth2-password-flow",
    "security-and-not-portable",
];

fn findings(text: &str, format: Format) -> Vec<Finding> {
    let analysis = Analysis::new(Document::new(text, format), Options::default(), None);
    let mut findings = analysis.findings;
    findings.retain(|one| !ON_PURPOSE.contains(&one.rule.id));
    findings
}

fn severity(finding: &Finding) -> Severity {
    finding.severity.unwrap_or(finding.rule.severity)
}

#[test]
fn the_valid_documents_have_no_findings() {
    for (version, text) in VALID {
        let valid = Value::parse(text);
        for format in [Format::Yaml, Format::Json] {
            let written = Written::new(&valid, format);
            let found = findings(&written.text, format);
            assert!(found.is_empty(), "{version}\n{}\n{found:#?}", written.text);
        }
    }
}

/// What `check` counts of one document.
struct Tried {
    label: String,
    count: usize,
    is_right: bool,
    shown: Vec<String>,
}

#[test]
fn one_defect_has_one_finding_where_it_is() {
    let pattern = std::env::var("DEFECTS").unwrap_or_default();
    let is_all = std::env::var_os("DEFECTS").is_some();
    let mut counts: BTreeMap<Kind, usize> = BTreeMap::new();
    let mut harmless: BTreeMap<&str, usize> = BTreeMap::new();
    let mut tried = Vec::new();
    for (version, text) in VALID {
        for (at, defect) in defects(&Value::parse(text)).iter().enumerate() {
            for (turn, format) in [Format::Yaml, Format::Json].into_iter().enumerate() {
                if !is_all && at % STEP != turn {
                    continue;
                }
                let label = format!("{version} {format:?} {}", defect.label());
                if !label.contains(&pattern) || defect.declares_nothing() {
                    continue;
                }
                let mut one = attempt(defect, format, label);
                if let Some(reason) = defect.harmless() {
                    if one.count > 0 {
                        one.is_right = false;
                        tried.push(one);
                    }
                    *harmless.entry(reason).or_default() += 1;
                    continue;
                }
                *counts.entry(defect.kind).or_default() += 1;
                tried.push(one);
            }
        }
    }
    let documents = tried.len();
    let findings: usize = tried.iter().map(|one| one.count).sum();
    let average = findings as f64 / documents as f64;
    println!("{documents} documents, {findings} findings, {average:.3} each");
    println!("{counts:#?}\nharmless: {harmless:#?}");
    tried.retain(|one| !one.is_right || one.count > MOST);
    tried.sort_by_key(|one| (one.is_right, std::cmp::Reverse(one.count)));
    for one in tried.iter().take(SHOWN) {
        let verdict = if one.is_right { "" } else { " NOT THERE:" };
        println!(
            "{}{verdict} {}\n  {}",
            one.count,
            one.label,
            one.shown.join("\n  ")
        );
    }
    if !pattern.is_empty() {
        return;
    }
    assert!(
        tried.is_empty(),
        "{} wrong, see the list above",
        tried.len()
    );
    assert!(average <= MOST_ON_AVERAGE, "{average}");
    assert!(documents >= 700, "{documents}");
}

fn attempt(defect: &Defect, format: Format, label: String) -> Tried {
    let written = Written::new(&defect.document, format);
    let mut found = findings(&written.text, format);
    let is_unused = found
        .iter()
        .any(|one| one.rule.id == "security-scheme-unused");
    found.retain(|one| severity(one) < Severity::Hint);
    let is_there = |one: &Finding| {
        let mut places = defect.places.iter();
        places.any(|place| written.shows(place, one.range))
    };
    // Of a pointer that is nearly right, it must be said what is meant.
    let is_meant = |one: &Finding| matches!(one.data(), Data::MeantReference(_));
    let is_told = defect.kind != Kind::NearPointer || found.iter().any(is_meant) && !is_unused;
    Tried {
        label,
        count: found.len(),
        is_right: found.iter().any(is_there) && is_told,
        shown: shown(&written, &found),
    }
}

fn shown(written: &Written, findings: &[Finding]) -> Vec<String> {
    let line = |one: &Finding| {
        let line = written.text[..one.range.start()].lines().count();
        let text = &written.text[one.range.start()..one.range.end()];
        format!("{line} {text:?} {}: {}", one.rule.id, one.message)
    };
    findings.iter().map(line).collect()
}
