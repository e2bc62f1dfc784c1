//! Laws of fixes and of silencing on fixtures, pages, real documents and mutants.
//!
//! `LAWS_MUTANTS=8000 cargo test --test laws mutants -- --nocapture` tries another number of
//! mutants; `LAWS_SEED` gives other ones.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/data.rs"]
#[allow(dead_code)]
mod data;
#[path = "laws/documents.rs"]
mod documents;
#[path = "laws/law.rs"]
mod law;
#[path = "laws/mutant.rs"]
mod mutant;
#[path = "support/outside.rs"]
mod outside;
#[path = "pages/page.rs"]
#[allow(dead_code)]
mod page;

use std::collections::BTreeMap;

use asyncapi_security_lsp::analysis::{Analysis, Options};
use asyncapi_security_lsp::rules::registry::RULES;
use asyncapi_security_lsp::settings::rule_set::RuleSet;
use asyncapi_security_lsp::syntax::document::Document;
use asyncapi_security_lsp::syntax::format::Format;
use documents::Source;
use law::{Broken, Tried};
use mutant::{Random, mutant, shrunk};

/// Mutants in an ordinary run.
const MUTANTS: usize = 400;

/// Longer documents take longer and test nothing new.
const MAX_LEN: usize = 100_000;

fn number(name: &str) -> Option<usize> {
    std::env::var(name).ok()?.parse().ok()
}

fn analyse(text: &str, format: Format, with_all: bool) -> Analysis {
    let mut options = Options::default();
    if with_all {
        let rules = RULES.iter().map(|rule| rule.id);
        options.rule_set = RuleSet::default().switched_on(rules);
    }
    Analysis::new(Document::new(text, format), options, None)
}

#[derive(Default)]
struct Report {
    tried: Tried,
    /// How often, and the shortest document, by law and rule.
    broken: BTreeMap<(&'static str, &'static str), (usize, Source, bool, String)>,
}

impl Report {
    fn check(&mut self, source: &Source, with_all: bool) {
        *self.tried.entry("documents").or_default() += 1;
        let analysis = analyse(&source.text, source.format, with_all);
        let mut seen = std::collections::BTreeSet::new();
        for Broken { law, rule, words } in law::all(&analysis, &mut self.tried) {
            if !seen.insert((law, rule)) {
                continue;
            }
            let known = self
                .broken
                .entry((law, rule))
                .or_insert_with(|| (0, source.clone(), with_all, words.clone()));
            known.0 += 1;
            if source.text.len() < known.1.text.len() {
                (known.1, known.2, known.3) = (source.clone(), with_all, words);
            }
        }
    }

    fn add(&mut self, other: Self) {
        for (what, count) in other.tried {
            *self.tried.entry(what).or_default() += count;
        }
        for (key, theirs) in other.broken {
            let Some(ours) = self.broken.get_mut(&key) else {
                self.broken.insert(key, theirs);
                continue;
            };
            let count = ours.0 + theirs.0;
            if theirs.1.text.len() < ours.1.text.len() {
                *ours = theirs;
            }
            ours.0 = count;
        }
    }

    /// Prints what was tried; fails with the smallest document for each law that is broken.
    fn finish(self) {
        println!("{:?}", self.tried);
        let mut out = String::new();
        let mut table = String::new();
        for ((law, rule), (count, source, with_all, words)) in &self.broken {
            let is_broken = |text: &str| {
                let analysis = analyse(text, source.format, *with_all);
                (law::all(&analysis, &mut Tried::new()).iter())
                    .any(|broken| broken.law == *law && broken.rule == *rule)
            };
            let text = shrunk(&source.text, is_broken);
            table.push_str(&format!("{count:6} {law}: {rule}\n"));
            out.push_str(&format!(
                "== {law}: {rule}, in {count} documents; {words}\n-- {}{}\n{text}\n",
                source.name,
                if *with_all { ", all rules" } else { "" }
            ));
        }
        assert!(out.is_empty(), "{out}\n{table}");
    }
}

/// Tries the laws on two threads; every second document with all rules.
fn check(sources: &[Source]) -> Report {
    let run = |part: usize| {
        let mut report = Report::default();
        for (at, source) in sources.iter().enumerate() {
            if at % 2 == part {
                report.check(source, at % 4 < 2);
            }
        }
        report
    };
    std::thread::scope(|scope| {
        let other = scope.spawn(|| run(1));
        let mut report = run(0);
        report.add(other.join().unwrap());
        report
    })
}

#[test]
fn ours() {
    let twice = documents::ours()
        .into_iter()
        .flat_map(|source| [source.clone(), source.clone(), source.clone(), source]);
    check(&twice.collect::<Vec<_>>()).finish();
}

#[test]
fn conformance() {
    check(&documents::conformance()).finish();
}

#[test]
fn reports() {
    let mut sources = documents::files("reports", "reports/cases", MAX_LEN);
    sources.extend(documents::files("reports", "reports/torture", MAX_LEN));
    check(&sources).finish();
}

#[test]
fn corpus() {
    check(&documents::files("corpus", "corpus/docs", MAX_LEN)).finish();
}

#[test]
fn mutants() {
    let mut sources = documents::ours();
    sources.extend(documents::conformance());
    sources.extend(documents::files("mutants", "reports/cases", MAX_LEN));
    let real = documents::files("mutants", "corpus/docs", 10_000).into_iter();
    sources.extend(real.filter(|source| source.text.contains("ecurity")));
    println!("{} sources", sources.len());
    let mut random = Random::new(number("LAWS_SEED").unwrap_or(10) as u64);
    let count = number("LAWS_MUTANTS").unwrap_or(MUTANTS);
    let mutants: Vec<Source> = (0..count).map(|_| mutant(&sources, &mut random)).collect();
    check(&mutants).finish();
}
