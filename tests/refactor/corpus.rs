//! Laws on real documents.

use asyncapi_security_lsp::analysis::Analysis;
use asyncapi_security_lsp::diff;
use asyncapi_security_lsp::diff::compare::compare;
use asyncapi_security_lsp::diff::read::read;
use asyncapi_security_lsp::refactor::change::RefactorKind;
use asyncapi_security_lsp::refactor::meaning::meaning;
use asyncapi_security_lsp::refactor::migrate::migrate;
use asyncapi_security_lsp::refactor::{chosen, refactorings};
use asyncapi_security_lsp::rules::environment::Environment;
use asyncapi_security_lsp::rules::rule::Severity;
use asyncapi_security_lsp::text::range::TextRange;
use serde_json::Value;

use crate::analyse;
use crate::edits::applied;
use crate::outside::outside;

/// Larger documents would take too long without optimisation.
const LONGEST: usize = 30_000;

/// Real documents with a security part.
pub fn documents(test: &str) -> Vec<String> {
    let Some(folder) = outside(test, "corpus") else {
        return Vec::new();
    };
    let index = std::fs::read_to_string(folder.join("index.jsonl")).unwrap();
    let rows = index
        .lines()
        .map(|row| serde_json::from_str::<Value>(row).unwrap());
    let with_security = rows.filter(|row| row["has_security"] == true);
    let texts = with_security
        .filter_map(|row| std::fs::read_to_string(folder.join(row["file"].as_str().unwrap())).ok());
    texts.filter(|text| text.len() <= LONGEST).collect()
}

fn errors(analysis: &Analysis) -> usize {
    let severity = |finding: &asyncapi_security_lsp::rules::finding::Finding| {
        finding.severity.unwrap_or(finding.rule.severity)
    };
    let findings = analysis.findings.iter();
    findings
        .filter(|one| severity(one) == Severity::Error)
        .count()
}

/// What `diff` says of two documents, apart from what is only written differently.
fn changes(before: &Analysis, after: &Analysis) -> Vec<String> {
    let side = |analysis: &Analysis| {
        let environment = Environment::default();
        read(analysis.document.tree(), &analysis.model, &environment).unwrap()
    };
    let found = compare(&side(before), &side(after)).changes.into_iter();
    let loud = found.filter(|change| change.kind.severity != diff::kind::Severity::None);
    loud.map(|change| format!("{}: {}", change.kind.id, change.message))
        .collect()
}

/// A migrated document demands the same, also for `diff`, has no more errors, and comes back with the
/// same demands. Of each three documents it is one, unless `WHOLE_CORPUS` is set;
/// `tests/migrate/corpus.py` does the same with the program and other files.
#[test]
fn migration_keeps_what_operations_demand() {
    let mut texts = documents("migration_keeps_what_operations_demand");
    if std::env::var_os("WHOLE_CORPUS").is_none() {
        texts = texts.into_iter().step_by(3).collect();
    }
    let (mut done, mut refused, mut back) = (0, 0, 0);
    for text in &texts {
        let before = analyse(text);
        let Ok(edits) = migrate(&before) else {
            refused += 1;
            continue;
        };
        done += 1;
        let after = applied(text, &edits);
        let analysis = analyse(&after);
        assert_eq!(meaning(&before), meaning(&analysis), "{text}\n---\n{after}");
        let none: Vec<String> = Vec::new();
        assert_eq!(changes(&before, &analysis), none, "{text}\n---\n{after}");
        assert!(errors(&analysis) <= errors(&before), "{text}\n---\n{after}");
        let lost = comments(text).filter(|comment| !after.contains(comment));
        assert_eq!(
            lost.collect::<Vec<_>>(),
            Vec::<&str>::new(),
            "{text}\n---\n{after}"
        );
        if let Ok(edits) = migrate(&analysis) {
            back += 1;
            let again = analyse(&applied(&after, &edits));
            assert_eq!(meaning(&before), meaning(&again), "{text}\n---\n{after}");
        }
    }
    println!("{done} migrated, {back} of them back, {refused} refused");
    let all = texts.len();
    assert!(2 * done >= all, "only {done} of {all}");
    assert!(3 * back >= 2 * done, "only {back} of {done}");
}

/// The lines that are nothing but a comment.
fn comments(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .map(str::trim)
        .filter(|line| line.starts_with("# "))
}

/// What a place suggests can be applied, and only a copy for other scopes, another flow and a move
/// to another file change what operations demand.
#[test]
fn refactorings_keep_what_operations_demand() {
    let mut count = 0;
    for text in documents("refactorings_keep_what_operations_demand") {
        let before = analyse(&text);
        let mut lines = 0;
        let places = text.match_indices('\n').map(|(at, _)| at);
        for place in places.filter(|at| before.document.text().byte(at.wrapping_sub(1)).is_some()) {
            lines += 1;
            if lines > 400 {
                break;
            }
            for one in refactorings(&before, TextRange::empty(place), |kind| {
                matches!(kind, RefactorKind::Extract | RefactorKind::Inline)
            }) {
                let tried = (one.result).or_else(|| chosen(&before, place, &one.title));
                let Some(Ok(change)) = tried else { continue };
                count += 1;
                let after = applied(&text, &change.edits);
                let analysis = analyse(&after);
                assert_eq!(
                    meaning(&before),
                    meaning(&analysis),
                    "{}\n{after}",
                    one.title
                );
                assert!(
                    errors(&analysis) <= errors(&before),
                    "{}\n{after}",
                    one.title
                );
            }
        }
    }
    println!("{count} refactorings");
}
