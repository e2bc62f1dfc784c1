//! Fixes on real documents: the same laws as on the pages, for every finding of every document.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "fixes/laws.rs"]
mod laws;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use asyncapi_security_lsp::fixes::{fix_all, fixes};
use asyncapi_security_lsp::rules::table::RULES;
use asyncapi_security_lsp::syntax::document::Format;
use laws::{analyse, applied, broken_laws};

/// What a document costs grows with its length, and long ones say nothing new.
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
struct Tally {
    findings: usize,
    with_fix: usize,
    fixes: usize,
}

#[test]
fn fixes_of_real_documents_keep_the_laws() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/corpus/docs");
    if !Path::new(folder).exists() {
        println!("the corpus is not there; nothing to fix");
        return;
    }
    let mut paths = Vec::new();
    documents(Path::new(folder), &mut paths);
    paths.sort();
    let every: Vec<String> = RULES.iter().map(|rule| rule.id.to_owned()).collect();
    let mut tally: BTreeMap<&str, Tally> = BTreeMap::new();
    let mut broken: Vec<String> = Vec::new();
    let mut in_bulk = 0;
    for path in &paths {
        let Ok(text) = std::fs::read_to_string(path) else {
            continue;
        };
        if text.len() > MAX_LEN {
            continue;
        }
        let is_json = path.extension().is_some_and(|ending| ending == "json");
        let format = if is_json { Format::Json } else { Format::Yaml };
        let analysis = analyse(&text, format, &every);
        for finding in &analysis.findings {
            let row = tally.entry(finding.rule).or_default();
            row.findings += 1;
            // The first of a kind in a document stands for all of its kind there.
            let offered = fixes(&analysis, finding);
            row.with_fix += usize::from(!offered.is_empty());
            row.fixes += offered.len();
            for fix in offered {
                for law in broken_laws(&analysis, finding, &fix) {
                    let path = path.strip_prefix(folder).unwrap().display();
                    let line = analysis.document.text().line_of(finding.range.start) + 1;
                    broken.push(format!(
                        "{}: {}: {law} ({path}:{line})",
                        finding.rule, fix.title
                    ));
                }
            }
        }
        let (edits, count) = fix_all(&analysis);
        in_bulk += count;
        let after = analyse(&applied(&text, &edits), format, &every);
        if fix_all(&after).1 != 0 {
            broken.push(format!("bulk: once is not enough ({})", path.display()));
        }
    }
    for (rule, row) in &tally {
        println!(
            "{rule:45} {:6} findings {:6} with a fix {:6} fixes",
            row.findings, row.with_fix, row.fixes
        );
    }
    println!("{in_bulk} fixed in bulk in {} documents", paths.len());
    assert!(
        broken.is_empty(),
        "{} broken:\n{}",
        broken.len(),
        broken.join("\n")
    );
}
