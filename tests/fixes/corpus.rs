//! Fixes of every finding in real documents; the laws are those for the pages.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use crate::edits::applied;
use crate::laws::{analyse, broken_laws};
use crate::outside::outside;
use asyncapi_security_lsp::fixes::{fix_all, fixes};
use asyncapi_security_lsp::rules::registry::RULES;
use asyncapi_security_lsp::syntax::format::Format;

/// Longer documents take longer and test nothing new.
const MAX_LEN: usize = 200_000;

fn documents(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            documents(&path, out);
        } else {
            out.push(path);
        }
    }
}

#[derive(Default)]
struct Report {
    tally: BTreeMap<&'static str, Tally>,
    broken: Vec<String>,
    in_bulk: usize,
}

/// Checks the laws for every fix of a document.
fn document(path: &Path, text: &str, every: &[String], report: &mut Report) {
    let is_json = path.extension().is_some_and(|ending| ending == "json");
    let format = if is_json { Format::Json } else { Format::Yaml };
    let analysis = analyse(text, format, every);
    for finding in &analysis.findings {
        let row = report.tally.entry(finding.rule.id).or_default();
        let offered = fixes(&analysis, finding);
        row.findings += 1;
        row.with_fix += usize::from(!offered.is_empty());
        row.fixes += offered.len();
        let line = analysis.document.text().line_of(finding.range.start()) + 1;
        for fix in offered {
            for law in broken_laws(&analysis, finding, &fix) {
                let words = format!("{}: {}: {law}", finding.rule.id, fix.title);
                report
                    .broken
                    .push(format!("{words} ({}:{line})", path.display()));
            }
        }
    }
    let (edits, count) = fix_all(&analysis);
    report.in_bulk += count;
    let after = analyse(&applied(text, &edits), format, every);
    if fix_all(&after).1 != 0 {
        report
            .broken
            .push(format!("bulk: once is not enough ({})", path.display()));
    }
}

#[derive(Default)]
struct Tally {
    findings: usize,
    with_fix: usize,
    fixes: usize,
}

#[test]
fn fixes_of_real_documents_keep_the_laws() {
    let Some(folder) = outside("fixes_of_real_documents_keep_the_laws", "corpus/docs") else {
        return;
    };
    let mut paths = Vec::new();
    documents(&folder, &mut paths);
    paths.sort();
    let every: Vec<String> = RULES.iter().map(|rule| rule.id.to_owned()).collect();
    let mut seen = HashSet::new();
    let texts: Vec<(&PathBuf, String)> = (paths.iter())
        .filter_map(|path| Some((path, std::fs::read_to_string(path).ok()?)))
        .filter(|(_, text)| text.len() <= MAX_LEN && seen.insert(text.clone()))
        .collect();
    let (even, odd): (Vec<_>, Vec<_>) = (texts.iter().enumerate()).partition(|(at, _)| at % 2 == 0);
    let run = |part: Vec<(usize, &(&PathBuf, String))>| {
        let mut report = Report::default();
        for (_, (path, text)) in part {
            document(
                path.strip_prefix(&folder).unwrap(),
                text,
                &every,
                &mut report,
            );
        }
        report
    };
    let (mut report, other) = std::thread::scope(|scope| {
        let other = scope.spawn(|| run(odd));
        (run(even), other.join().unwrap())
    });
    for (rule, row) in other.tally {
        let sum = report.tally.entry(rule).or_default();
        sum.findings += row.findings;
        sum.with_fix += row.with_fix;
        sum.fixes += row.fixes;
    }
    report.broken.extend(other.broken);
    let in_bulk = report.in_bulk + other.in_bulk;
    let (tally, broken) = (report.tally, report.broken);
    for (rule, row) in &tally {
        println!(
            "{rule:45} {:6} findings {:6} with a fix {:6} fixes",
            row.findings, row.with_fix, row.fixes
        );
    }
    println!("{in_bulk} fixed in bulk in {} documents", texts.len());
    assert!(
        broken.is_empty(),
        "{} broken:\n{}",
        broken.len(),
        broken.join("\n")
    );
}
