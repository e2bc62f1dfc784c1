//! References, rename and definition agree.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use asyncapi_security_lsp::analysis::Analysis;
use asyncapi_security_lsp::ide::navigation::folding::folds;
use asyncapi_security_lsp::ide::navigation::links::links;
use asyncapi_security_lsp::ide::navigation::rename::{prepare, rename};
use asyncapi_security_lsp::ide::navigation::selection::selections;
use asyncapi_security_lsp::ide::navigation::symbols::{Outline, outline};
use asyncapi_security_lsp::ide::navigation::{Place, definitions, highlights, references};
use asyncapi_security_lsp::ide::semantic_tokens::{SemanticToken, semantic_tokens};
use asyncapi_security_lsp::model::mentions::{Meaning, Mention, SymbolKind};
use asyncapi_security_lsp::syntax::format::Format;
use asyncapi_security_lsp::text::range::TextRange;

use crate::outside::outside;
use crate::support::{analyse, applied, files};

/// Longer documents take longer and test nothing new.
const MAX_LEN: usize = 60_000;

#[derive(Debug, Default)]
struct Report {
    documents: usize,
    names: usize,
    renamed: usize,
    refused: BTreeMap<String, usize>,
    broken: Vec<String>,
}

impl Report {
    fn add(&mut self, other: Self) {
        self.documents += other.documents;
        self.names += other.names;
        self.renamed += other.renamed;
        for (reason, count) in other.refused {
            *self.refused.entry(reason).or_default() += count;
        }
        self.broken.extend(other.broken);
    }
}

/// Checks the laws for one document.
fn document(name: &str, text: &str, format: Format, report: &mut Report) {
    let analysis = analyse(text, format);
    let mentions = analysis.mentions();
    report.documents += 1;
    let mut seen = BTreeSet::new();
    for mention in mentions.names.iter().filter(|one| !one.range.is_empty()) {
        report.names += 1;
        if text
            .get(mention.range.start()..mention.range.end())
            .is_none()
        {
            report
                .broken
                .push(format!("{name}: {mention:?} is nowhere"));
            continue;
        }
        let Meaning::Symbol(symbol) = mention.meaning else {
            continue;
        };
        if !agree(&analysis, mention) {
            report.broken.push(format!("{name}: {mention:?} disagrees"));
        }
        let kind = mentions.symbols[symbol].kind;
        // One way from the declaration and one from a use are enough.
        if kind != SymbolKind::Place && seen.insert((symbol, mention.is_declaration)) {
            renames(name, text, &analysis, mention, report);
        }
    }
    ranges(name, text, &analysis, report);
}

/// What a name is declared as has the name among its references, and these have each other.
fn agree(analysis: &Analysis, mention: &Mention) -> bool {
    let files = files(analysis);
    let at = mention.range.start();
    let own = Place {
        file: 0,
        range: mention.range,
    };
    let all = references(&files, at, true);
    let shown = highlights(&files, at);
    let definitions = definitions(&files, at);
    all.contains(&own)
        && shown.iter().any(|one| one.range == mention.range)
        && shown
            .iter()
            .all(|one| all.iter().any(|place| place.range == one.range))
        && definitions.iter().all(|definition| {
            // What has no name has no place for a cursor of its own.
            definition.name.is_empty()
                || references(&files, definition.name.start(), true).contains(&own)
        })
}

/// A rename and its way back give the same text, and no finding that was not there.
fn renames(name: &str, text: &str, analysis: &Analysis, mention: &Mention, report: &mut Report) {
    let offset = mention.range.start();
    let files_before = files(analysis);
    match prepare(&files_before, offset) {
        Ok(Some(found)) => assert_eq!(found.range, mention.range, "{name}"),
        Ok(None) => {
            report
                .broken
                .push(format!("{name}: {mention:?} has no name"));
            return;
        }
        Err(reason) => {
            let words = reason.split('`').step_by(2).collect::<Vec<_>>().join("_");
            *report.refused.entry(words).or_default() += 1;
            return;
        }
    }
    // The rules say something of these words.
    if ["openid", "offline_access"].contains(&&*mention.name) {
        return;
    }
    let new = format!("{}-q9z", mention.name);
    // A name that is wrong is made right, so there is no way back.
    let Ok(_) = rename(&files_before, offset, &new) else {
        let right = rename(&files_before, offset, "right-q9z");
        if !matches!(right, Ok(Some(_))) {
            report
                .broken
                .push(format!("{name}: {mention:?}: {right:?}"));
        }
        return;
    };
    let edits = match rename(&files_before, offset, &new) {
        Ok(Some(edits)) => edits,
        other => {
            report
                .broken
                .push(format!("{name}: {mention:?}: {other:?}"));
            return;
        }
    };
    let shown = highlights(&files_before, offset);
    let count = edits.values().map(Vec::len).sum::<usize>();
    let after = applied(text, &edits);
    let renamed = analyse(&after, analysis.document.tree().format());
    let first = edits[&0].iter().filter(|edit| edit.range.end() <= offset);
    let grown: usize = first
        .map(|edit| edit.new_text.len() - edit.range.len())
        .sum();
    let back = rename(&files(&renamed), offset + grown, &mention.name);
    let back = match back {
        Ok(Some(edits)) => applied(&after, &edits),
        other => format!("{other:?}"),
    };
    let more = new_findings(analysis, &renamed);
    report.renamed += 1;
    // A name in quotes that escapes it comes back without the escape.
    let has_escape = text.contains("\\u") || text.contains('%') || text.contains("\\/");
    if count != shown.len() || (back != text && !has_escape) || !more.is_empty() {
        let line = text[..offset].matches('\n').count() + 1;
        report.broken.push(format!(
            "{name}:{line}: rename of {} gives {count} edits of {}, back {}, findings {more:?}",
            mention.name,
            shown.len(),
            back == text
        ));
    }
}

fn new_findings(before: &Analysis, after: &Analysis) -> Vec<String> {
    let mut rules: BTreeMap<&str, i64> = BTreeMap::new();
    for finding in &before.findings {
        *rules.entry(finding.rule.id).or_default() -= 1;
    }
    for finding in &after.findings {
        *rules.entry(finding.rule.id).or_default() += 1;
    }
    // An unused scheme is not reported beside a name that is almost its own.
    if rules.contains_key("security-requirement-undefined")
        || rules.contains_key("security-ref-unresolved")
    {
        rules.remove("security-scheme-unused");
    }
    let more = rules.into_iter().filter(|(_, count)| *count > 0);
    more.map(|(rule, _)| rule.to_owned()).collect()
}

/// Everything lies in the document, and what is inside of something is.
fn ranges(name: &str, text: &str, analysis: &Analysis, report: &mut Report) {
    for link in links(analysis, "file:///w/a.yaml") {
        if text.get(link.range.start()..link.range.end()).is_none() {
            report.broken.push(format!("{name}: {link:?} is nowhere"));
        }
    }
    tokens(name, text, analysis, report);
    let lines = analysis.document.text().line_count();
    for fold in folds(analysis).unwrap_or_default() {
        if fold.start >= fold.end || fold.end >= lines {
            report
                .broken
                .push(format!("{name}: {fold:?} of {lines} lines"));
        }
    }
    let mut open: Vec<Outline> = outline(analysis);
    while let Some(entry) = open.pop() {
        let is_there = text.get(entry.range.start()..entry.range.end()).is_some();
        if !is_there || !entry.range.contains(entry.key) || entry.name.trim().is_empty() {
            report.broken.push(format!("{name}: {entry:?}"));
        }
        open.extend(entry.children);
    }
    for offset in (0..text.len()).step_by(97) {
        let Some(ranges) = selections(analysis, offset) else {
            break;
        };
        let inside = |pair: &[TextRange]| pair[1].contains(pair[0]) && pair[0] != pair[1];
        if !ranges.windows(2).all(inside) || ranges.is_empty() {
            report
                .broken
                .push(format!("{name}: selections at {offset}: {ranges:?}"));
        }
    }
}

/// The tokens of a range are those of the document that are in it.
fn tokens(name: &str, text: &str, analysis: &Analysis, report: &mut Report) {
    let all = semantic_tokens(analysis, TextRange::new(0, text.len()));
    let length = text.len() / 5 + 1;
    for start in (0..text.len()).step_by(length / 2 + 1) {
        let range = TextRange::new(start, (start + length).min(text.len()));
        let is_in = |token: &&SemanticToken| {
            token.range.start() < range.end() && range.start() < token.range.end()
        };
        let expected: Vec<SemanticToken> = all.iter().filter(is_in).copied().collect();
        if semantic_tokens(analysis, range) != expected {
            let line = format!("{name}: tokens of {range:?} are not those of the whole");
            report.broken.push(line);
        }
    }
}

#[track_caller]
fn finish(report: &Report) {
    println!(
        "{} documents, {} names, {} renamed, refused: {:#?}",
        report.documents, report.names, report.renamed, report.refused
    );
    let first: Vec<_> = report.broken.iter().take(20).collect();
    assert!(
        report.broken.is_empty(),
        "{}: {first:#?}",
        report.broken.len()
    );
}

#[test]
fn they_agree_on_the_fixtures() {
    let mut report = Report::default();
    for (name, text, format) in [
        (
            "streetlights",
            include_str!("../../fixtures/streetlights.asyncapi.yaml"),
            Format::Yaml,
        ),
        (
            "demo",
            include_str!("../../fixtures/demo.asyncapi.yaml"),
            Format::Yaml,
        ),
        (
            "broken",
            include_str!("../../fixtures/broken.asyncapi.yaml"),
            Format::Yaml,
        ),
        (
            "chat",
            include_str!("../../fixtures/chat.asyncapi.jsonc"),
            Format::Json,
        ),
        ("v2", include_str!("../defects/v2.yaml"), Format::Yaml),
        ("v3", include_str!("../defects/v3.yaml"), Format::Yaml),
    ] {
        document(name, text, format, &mut report);
        // A document ends anywhere while it is typed.
        for end in (0..text.len())
            .step_by(61)
            .filter(|end| text.is_char_boundary(*end))
        {
            let half = format!("{name} up to {end}");
            let half_typed = analyse(&text[..end], format);
            let names = &half_typed.mentions().names;
            for mention in names.iter().filter(|one| !one.range.is_empty()) {
                let is_here = matches!(mention.meaning, Meaning::Symbol(_));
                if is_here && !agree(&half_typed, mention) {
                    report.broken.push(format!("{half}: {mention:?} disagrees"));
                }
            }
            ranges(&half, &text[..end], &half_typed, &mut report);
        }
    }
    assert!(report.renamed > 20, "{report:#?}");
    finish(&report);
}

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

#[test]
fn they_agree_on_real_documents() {
    let Some(folder) = outside("they_agree_on_real_documents", "corpus/docs") else {
        return;
    };
    let mut paths = Vec::new();
    documents(&folder, &mut paths);
    paths.sort();
    let next = AtomicUsize::new(0);
    let work = || {
        let mut report = Report::default();
        while let Some(path) = paths.get(next.fetch_add(1, Ordering::Relaxed)) {
            let Ok(text) = std::fs::read_to_string(path) else {
                continue;
            };
            if text.len() > MAX_LEN {
                continue;
            }
            let is_json = path.extension().is_some_and(|ending| ending == "json");
            let format = if is_json { Format::Json } else { Format::Yaml };
            document(&path.display().to_string(), &text, format, &mut report);
        }
        report
    };
    let report = std::thread::scope(|scope| {
        let other = scope.spawn(work);
        let mut report = work();
        report.add(other.join().unwrap());
        report
    });
    assert!(report.renamed > 1_000, "{} renamed", report.renamed);
    finish(&report);
}
