//! What holds for every fix of every text, whole or broken. Tests and fuzzing share it.

use std::collections::{BTreeMap, BTreeSet};

use asyncapi_security_lsp::analysis::Analysis;
use asyncapi_security_lsp::fixes::{Fix, fix_all, fixes};
use asyncapi_security_lsp::ide::actions::{ActionKind, Effect, actions};
use asyncapi_security_lsp::model::references::target::local_pointer;
use asyncapi_security_lsp::rules::finding::Finding;
use asyncapi_security_lsp::rules::fix::FixKind;
use asyncapi_security_lsp::rules::rule::{Group, Severity};
use asyncapi_security_lsp::syntax::document::Document;
use asyncapi_security_lsp::syntax::node::Node;
use asyncapi_security_lsp::text::TextEdit;
use asyncapi_security_lsp::text::range::TextRange;

/// A law that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Broken {
    pub law: &'static str,
    /// The rule whose fix it is; for a fix in bulk the rule of the finding that it adds.
    pub rule: &'static str,
    pub words: String,
}

/// How often each law was tried.
pub type Tried = BTreeMap<&'static str, usize>;

/// Rules whose fix removes words or replaces them, for that is what it is for.
const REMOVES: &[&str] = &["security-scopes-on-non-oauth"];

/// Words of a notation that a fix may replace by another one.
const NOTATION: &[&str] = &["application", "availablescopes", "null", "scopes"];

/// Words of fewer letters may be parts of a notation.
const SHORT: usize = 4;

/// The text after sorted edits; `None` if they overlap or are not on whole characters.
fn applied(text: &str, edits: &[TextEdit]) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        out.push_str(text.get(at..edit.range.start())?);
        out.push_str(&edit.new_text);
        at = edit.range.end();
        text.get(edit.range.start()..at)?;
    }
    out.push_str(text.get(at..)?);
    Some(out)
}

/// The analysis of the text after edits, from scratch.
fn after(before: &Analysis, edits: &[TextEdit]) -> Option<Analysis> {
    let text = applied(&before.document.text().to_string(), edits)?;
    let document = Document::new(&text, before.document.tree().format());
    Some(Analysis::new(document, before.options.clone(), None))
}

fn severity(finding: &Finding) -> Severity {
    finding.severity.unwrap_or(finding.rule.severity)
}

fn is_error(finding: &Finding) -> bool {
    severity(finding) == Severity::Error
}

fn count(analysis: &Analysis, is_meant: impl Fn(&Finding) -> bool) -> usize {
    let findings = analysis.findings.iter();
    findings.filter(|finding| is_meant(finding)).count()
}

/// Rules that have more of the findings that are meant than before.
fn more(
    before: &Analysis,
    after: &Analysis,
    is_meant: impl Fn(&Finding) -> bool,
) -> BTreeSet<&'static str> {
    let counts = |analysis: &Analysis| {
        let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
        for finding in analysis.findings.iter().filter(|found| is_meant(found)) {
            *counts.entry(finding.rule.id).or_default() += 1;
        }
        counts
    };
    let old = counts(before);
    let new = counts(after).into_iter();
    new.filter(|(rule, count)| *count > old.get(rule).copied().unwrap_or(0))
        .map(|(rule, _)| rule)
        .collect()
}

/// Where a range of the text before edits is afterwards.
fn moved(range: TextRange, edits: &[TextEdit]) -> TextRange {
    let offset = |at: usize, is_end: bool| {
        let mut shift = 0_isize;
        for edit in edits {
            let grows = edit.new_text.len() as isize - edit.range.len() as isize;
            if edit.range.end() <= at {
                shift += grows;
            } else if edit.range.start() < at {
                let end = if is_end { edit.new_text.len() } else { 0 };
                return (edit.range.start() + end).saturating_add_signed(shift);
            } else {
                break;
            }
        }
        at.saturating_add_signed(shift)
    };
    let start = offset(range.start(), false);
    TextRange::new(start, offset(range.end(), true).max(start))
}

/// Rules of errors that stand where an error of another rule stood.
fn turned(before: &Analysis, after: &Analysis, edits: &[TextEdit]) -> BTreeSet<&'static str> {
    let mut gone: Vec<(&Finding, TextRange)> = (before.findings.iter())
        .filter(|found| is_error(found))
        .map(|found| (found, moved(found.range, edits)))
        .collect();
    let mut new: Vec<&Finding> = after.findings.iter().filter(|f| is_error(f)).collect();
    let mut take = |is_same: &dyn Fn(&Finding, TextRange, &Finding) -> bool| {
        new.retain(|found| {
            let same = gone.iter().position(|(old, at)| is_same(old, *at, found));
            same.map(|at| gone.swap_remove(at)).is_none()
        });
    };
    take(&|old, at, new| old.rule == new.rule && at == new.range);
    take(&|old, at, new| old.rule == new.rule && touch(at, new.range));
    take(&|old, _, new| old.rule == new.rule && old.message == new.message);
    let stands_there = |new: &&Finding| {
        (gone.iter()).any(|(old, at)| old.rule != new.rule && touch(*at, new.range))
    };
    let new = new.into_iter().filter(stands_there);
    new.map(|found| found.rule.id).collect()
}

fn touch(one: TextRange, other: TextRange) -> bool {
    one.start() <= other.end() && other.start() <= one.end()
}

/// The laws of all fixes at once.
pub fn bulk(before: &Analysis, tried: &mut Tried) -> Vec<Broken> {
    let (edits, count_fixed) = fix_all(before);
    let mut broken = Vec::new();
    *tried.entry("documents in bulk").or_default() += 1;
    *tried.entry("findings fixed in bulk").or_default() += count_fixed;
    if edits.is_empty() {
        return broken;
    }
    *tried.entry("documents changed in bulk").or_default() += 1;
    let mut push = |law, rule, words: &str| {
        broken.push(Broken {
            law,
            rule,
            words: words.to_owned(),
        });
    };
    let Some(after) = after(before, &edits) else {
        push("bulk: edits are sorted and inside", "", "");
        return broken;
    };
    for rule in more(before, &after, is_error) {
        push("bulk: no rule has more errors", rule, "");
    }
    let is_loud = |found: &Finding| severity(found) <= Severity::Warning;
    if count(&after, is_error) > count(before, is_error) {
        push("bulk: no more errors", "", "");
    }
    if count(&after, is_loud) > count(before, is_loud) {
        push("bulk: no more errors and warnings", "", "");
    }
    if count(&after, is_syntax) > count(before, is_syntax) {
        push("bulk: no syntax error", "", "");
    }
    for rule in turned(before, &after, &edits) {
        push("bulk: no error becomes another one", rule, "");
    }
    let (again, more) = fix_all(&after);
    if more > 0 {
        let first = again.first().map_or("", |edit| &edit.new_text);
        push("bulk: once is enough", "", first);
    }
    broken
}

fn is_syntax(finding: &Finding) -> bool {
    finding.rule.group == Group::Syntax
}

/// The laws of the fixes of each finding, and of silencing it.
pub fn single(before: &Analysis, tried: &mut Tried) -> Vec<Broken> {
    let mut broken = Vec::new();
    for finding in &before.findings {
        for fix in fixes(before, finding) {
            *tried.entry("single fixes").or_default() += 1;
            one(before, finding, &fix, &mut broken);
        }
    }
    broken
}

fn one(before: &Analysis, finding: &Finding, fix: &Fix, broken: &mut Vec<Broken>) {
    let mut push = |law, words: &str| {
        broken.push(Broken {
            law,
            rule: finding.rule.id,
            words: format!("{}: {words}", fix.title),
        });
    };
    let Some(after) = after(before, &fix.edits).filter(|_| !fix.edits.is_empty()) else {
        push("single: edits are sorted and inside", "");
        return;
    };
    let of_rule = |found: &Finding| found.rule == finding.rule;
    if count(&after, of_rule) >= count(before, of_rule) {
        push("single: the finding is gone", "");
    }
    if !more(before, &after, is_syntax).is_empty() {
        push("single: no syntax error", "");
    }
    if own_references(&after) > own_references(before) {
        push("single: no reference to itself", "");
    }
    let errors = more(before, &after, is_error);
    let all = count(&after, is_error) > count(before, is_error);
    let words = format!("{errors:?}");
    let in_bulk = finding.rule.is_fixed_in_bulk && fix.kind == FixKind::Safe;
    if !errors.is_empty() {
        match fix.kind {
            FixKind::Safe => push("single safe: no rule has more errors", &words),
            FixKind::ChangesMeaning => {}
            FixKind::Placeholder if all => push("single: no more errors", &words),
            FixKind::Placeholder => {}
        }
    }
    if in_bulk && !REMOVES.contains(&finding.rule.id) {
        let mut lost = lost_words(before, &after);
        // A misspelt name goes where the right one comes.
        lost.retain(|word| !is_misspelling(before, word, &fix.edits));
        if !lost.is_empty() {
            push("single in bulk: no word is lost", &format!("{lost:?}"));
        }
    }
}

/// How many references are to the node that has them.
fn own_references(analysis: &Analysis) -> usize {
    let tree = analysis.document.tree();
    let mut open: Vec<Node<'_>> = tree.documents().collect();
    let mut count = 0;
    while let Some(node) = open.pop() {
        open.extend(node.items());
        for entry in node.entries() {
            open.push(entry.value);
            if entry.key.value() == "$ref" {
                let pointer = local_pointer(entry.value.value());
                let target = pointer.and_then(|pointer| tree.pointer(&pointer));
                count += usize::from(target.is_some_and(|target| target.range() == node.range()));
            }
        }
    }
    count
}

/// Words of keys and values of the document before that are nowhere in the text afterwards.
fn lost_words(before: &Analysis, after: &Analysis) -> Vec<String> {
    let text = after.document.text().to_string().to_lowercase();
    let mut words = BTreeSet::new();
    let mut open: Vec<Node<'_>> = before.document.tree().documents().collect();
    while let Some(node) = open.pop() {
        open.extend(node.items());
        for entry in node.entries() {
            open.extend([entry.key, entry.value]);
        }
        if node.is_scalar() {
            let parts = node.value().split(|sign: char| !sign.is_alphanumeric());
            let long = parts.filter(|word| word.chars().count() >= SHORT);
            words.extend(long.map(str::to_lowercase));
        }
    }
    words.retain(|word| !text.contains(word.as_str()) && !NOTATION.contains(&word.as_str()));
    words.into_iter().collect()
}

/// Whether a word, or the text that it was a part of, differs in two letters at most (in long ones
/// in a sixth of them) from a text that edits write in its place, or from the name that the map of
/// scopes has in the other major version.
fn is_misspelling(before: &Analysis, word: &str, edits: &[TextEdit]) -> bool {
    edits.iter().any(|edit| {
        let old = before.document.text().slice(edit.range).to_lowercase();
        let old = if old.contains(word) { &*old } else { word };
        let new = edit.new_text.trim_matches(['"', '\'']).to_lowercase();
        let other = match &*new {
            "scopes" => "availablescopes",
            "availablescopes" => "scopes",
            _ => &new,
        };
        [&*new, other]
            .iter()
            .any(|name| strsim::osa_distance(old, name) <= 2.max(name.len() / 6))
    })
}

/// The laws of silencing each finding.
pub fn silence(before: &Analysis, tried: &mut Tried) -> Vec<Broken> {
    let mut broken = Vec::new();
    let mut seen = BTreeSet::new();
    for finding in &before.findings {
        let here = (finding.range.start(), finding.range.end());
        if !seen.insert(here) {
            continue;
        }
        for action in actions(before, finding.range, |kind| kind == ActionKind::QuickFix) {
            let (false, Some(meant), Effect::Edit { edits, .. }) =
                (action.is_fix, action.finding, action.effect)
            else {
                continue;
            };
            if meant.range != finding.range {
                continue;
            }
            *tried.entry("silenced findings").or_default() += 1;
            let mut push = |law, words: &str| {
                broken.push(Broken {
                    law,
                    rule: meant.rule.id,
                    words: format!("{}: {words}", action.title),
                });
            };
            let Some(after) = after(before, &edits) else {
                push("silence: edits are sorted and inside", "");
                continue;
            };
            let of_rule = |found: &Finding| found.rule == meant.rule;
            if count(&after, of_rule) >= count(before, of_rule) {
                push("silence: the finding is gone", "");
            }
            let more = more(before, &after, |_| true);
            if !more.is_empty() {
                push("silence: adds no finding", &format!("{more:?}"));
            }
        }
    }
    broken
}

/// All laws.
pub fn all(before: &Analysis, tried: &mut Tried) -> Vec<Broken> {
    let mut broken = bulk(before, tried);
    broken.extend(single(before, tried));
    broken.extend(silence(before, tried));
    broken
}
