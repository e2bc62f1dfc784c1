//! Fixes of findings, as edits of the text.
//!
//! Fixes are computed on request by the function of the finding's rule, so that findings stay
//! small. Each is tried before it is offered: the document after it is analysed and compared with
//! the one before.
//!
//! - Every fix removes its finding and adds no syntax error ([`helps`]).
//! - A safe fix adds no error of any rule ([`has_more`]).
//! - A fix in bulk, which nobody looks at, adds no warning either, and leaves less to fix
//!   ([`is_progress`]).
//!
//! What is tried depends on the text alone, so where [`fix_all`] has ended there is nothing left
//! for a second run.

use std::collections::BTreeMap;

use crate::analysis::Analysis;
use crate::edits::builder::EditBuilder;
use crate::rules::finding::Finding;
use crate::rules::fix::holes::Hole;
use crate::rules::fix::{FixContext, FixKind, Remedy};
use crate::rules::fixes::offer_fixes;
use crate::rules::registry::URL_EXAMPLE_HOST;
use crate::rules::rule::{Group, Rule, Severity};
use crate::text::TextEdit;

/// A fix of a finding that was tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// The title for a menu; says so if the meaning changes.
    pub title: String,
    /// Whether it changes what the document means.
    pub kind: FixKind,
    /// The edits of the current text: sorted, not overlapping.
    pub edits: Vec<TextEdit>,
    /// What the author is to replace.
    pub holes: Vec<Hole>,
    /// Whether it is most probably the one that is wanted.
    pub is_preferred: bool,
}

/// The greatest number of findings that [`fix_all`] fixes.
const MAX_IN_BULK: usize = 1_000;

/// The fixes of a finding of this analysis, the best first.
pub fn fixes(analysis: &Analysis, finding: &Finding) -> Vec<Fix> {
    let mut fixes: Vec<Fix> = Vec::new();
    for mut remedy in remedies(analysis, finding) {
        if fixes.iter().any(|fix| fix.edits == remedy.edits) {
            continue;
        }
        let after = analysis.edited(&backwards(&remedy.edits));
        if !helps(analysis, &after, finding, &remedy) {
            continue;
        }
        let is_certain = remedy.kind == FixKind::Safe;
        // It shows an error that was hidden behind the finding, and that is left to the author.
        if is_certain && has_more(analysis, &after, is_error) {
            remedy.kind = FixKind::Placeholder;
        }
        fixes.push(Fix {
            is_preferred: fixes.is_empty() && is_certain,
            title: title(&remedy),
            kind: remedy.kind,
            edits: remedy.edits,
            holes: remedy.holes,
        });
    }
    fixes
}

/// What the finding's rule proposes, not tried yet.
fn remedies(analysis: &Analysis, finding: &Finding) -> Vec<Remedy> {
    let context = FixContext::new(&analysis.document, &analysis.model, finding);
    let Some(mut context) = context else {
        return Vec::new();
    };
    offer_fixes(&mut context);
    let mut remedies = context.remedies;
    remedies.retain(|remedy| !remedy.edits.is_empty());
    remedies
}

fn title(remedy: &Remedy) -> String {
    match remedy.kind {
        FixKind::ChangesMeaning => format!("{} (changes meaning)", remedy.title),
        FixKind::Safe | FixKind::Placeholder => remedy.title.clone(),
    }
}

/// Whether the remedy removes the finding and adds no syntax error, or nothing at all if it must be
/// clean. Only where the meaning changes there may be more errors: more of the document counts then.
fn helps(before: &Analysis, after: &Analysis, finding: &Finding, remedy: &Remedy) -> bool {
    let of_rule = |found: &Finding| found.rule == finding.rule;
    let may_add_errors = remedy.kind == FixKind::ChangesMeaning;
    count(after, of_rule) < count(before, of_rule)
        && !has_more(before, after, is_syntax)
        && !(remedy.must_be_clean && has_more(before, after, is_no_placeholder))
        && (may_add_errors || count(after, is_error) <= count(before, is_error))
}

/// Whether edits that are to silence a finding do that, and nothing else.
pub fn silences(before: &Analysis, finding: &Finding, edits: &[TextEdit]) -> bool {
    let after = before.edited(&backwards(edits));
    let of_rule = |found: &Finding| found.rule == finding.rule;
    count(&after, of_rule) < count(before, of_rule) && !has_more(before, &after, |_| true)
}

/// Whether the document is better for a change that nobody looks at. No rule has more errors, so
/// that no error becomes another one; there are no more errors and warnings together; and there are
/// fewer errors, or else warnings, or else findings to fix, so that fixing in bulk comes to an end.
fn is_progress(before: &Analysis, after: &Analysis, is_to_fix: impl Fn(&Finding) -> bool) -> bool {
    let is_loud = |found: &Finding| severity(found) <= Severity::Warning;
    let left = |analysis| {
        let errors = count(analysis, is_error);
        (
            errors,
            count(analysis, is_loud),
            count(analysis, &is_to_fix),
        )
    };
    !has_more(before, after, is_error)
        && left(after).1 <= left(before).1
        && left(after) < left(before)
}

/// Whether a rule has more of the findings that are meant than before.
fn has_more(before: &Analysis, after: &Analysis, is_meant: impl Fn(&Finding) -> bool) -> bool {
    let mut more: BTreeMap<&Rule, isize> = BTreeMap::new();
    for (analysis, one) in [(before, -1), (after, 1)] {
        for finding in analysis.findings.iter().filter(|found| is_meant(found)) {
            *more.entry(finding.rule).or_default() += one;
        }
    }
    more.into_values().any(|more| more > 0)
}

fn count(analysis: &Analysis, is_meant: impl Fn(&Finding) -> bool) -> usize {
    let findings = analysis.findings.iter();
    findings.filter(|finding| is_meant(finding)).count()
}

fn severity(finding: &Finding) -> Severity {
    finding.severity.unwrap_or(finding.rule.severity)
}

fn is_error(finding: &Finding) -> bool {
    severity(finding) == Severity::Error
}

fn is_syntax(finding: &Finding) -> bool {
    finding.rule.group == Group::Syntax
}

/// A placeholder is to be found.
fn is_no_placeholder(finding: &Finding) -> bool {
    finding.rule != URL_EXAMPLE_HOST
}

/// All edits that need no review: the safe fixes of the rules that allow it, applied one after the
/// other until none is left. Ranges refer to the current text; the second value is the number of
/// findings that are fixed.
pub fn fix_all(analysis: &Analysis) -> (Vec<TextEdit>, usize) {
    fix_each(analysis, |finding| finding.rule.is_fixed_in_bulk)
}

/// The safe fixes of all findings that are meant, like [`fix_all`].
pub fn fix_each(
    analysis: &Analysis,
    is_meant: impl Fn(&Finding) -> bool,
) -> (Vec<TextEdit>, usize) {
    // What is written in a template, or on one side of a merge conflict, is not what it means.
    let document = &analysis.document;
    if document.templated().is_some() || document.conflicts().is_some() {
        return (Vec::new(), 0);
    }
    let mut builder = EditBuilder::new(&analysis.document);
    let mut current = analysis.clone();
    let mut count = 0;
    // A fix can make room for that of an earlier finding, so the end is reached when no finding
    // of a whole pass has one.
    let mut fixed_before_pass = 0;
    // Findings at the start, in this pass, that have no fix.
    let mut skipped = 0;
    while count < MAX_IN_BULK {
        let mut open = (current.findings.iter()).filter(|finding| is_meant(finding));
        let Some(finding) = open.nth(skipped) else {
            if count == fixed_before_pass {
                break;
            }
            (fixed_before_pass, skipped) = (count, 0);
            continue;
        };
        let Some((edits, after)) = fix_in_bulk(&current, finding, &is_meant) else {
            skipped += 1;
            continue;
        };
        builder.apply(&edits);
        current = after;
        count += 1;
    }
    (builder.finish(), count)
}

/// The first fix of a finding that needs no review, and the document after it.
fn fix_in_bulk(
    before: &Analysis,
    finding: &Finding,
    is_meant: impl Fn(&Finding) -> bool,
) -> Option<(Vec<TextEdit>, Analysis)> {
    let safe = remedies(before, finding).into_iter();
    for remedy in safe.filter(|remedy| remedy.kind == FixKind::Safe) {
        let after = before.edited(&backwards(&remedy.edits));
        if helps(before, &after, finding, &remedy) && is_progress(before, &after, &is_meant) {
            return Some((remedy.edits, after));
        }
    }
    None
}

/// Edits in reverse order, so that they can be applied one after the other: none moves the range of
/// a later one.
pub fn backwards(edits: &[TextEdit]) -> Vec<TextEdit> {
    edits.iter().rev().cloned().collect()
}
