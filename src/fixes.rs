//! Fixes of findings, as edits of the text.
//!
//! Fixes are computed on request by the function of the finding's rule, so that findings stay
//! small. Each is tried before it is offered: it must remove the finding and must not add syntax
//! errors.

use crate::analysis::Analysis;
use crate::edits::builder::EditBuilder;
use crate::rules::finding::Finding;
use crate::rules::fix::holes::Hole;
use crate::rules::fix::{FixContext, FixKind, Remedy};
use crate::rules::fixes::offer_fixes;
use crate::rules::registry::URL_EXAMPLE_HOST;
use crate::rules::rule::{Group, Rule};
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
    let context = FixContext::new(&analysis.document, &analysis.model, finding);
    let Some(mut context) = context else {
        return Vec::new();
    };
    offer_fixes(&mut context);
    let mut fixes: Vec<Fix> = Vec::new();
    for remedy in context.remedies {
        let is_known = fixes.iter().any(|fix| fix.edits == remedy.edits);
        if !is_known && helps(analysis, finding, &remedy) {
            fixes.push(Fix {
                is_preferred: fixes.is_empty() && remedy.kind == FixKind::Safe,
                title: title(&remedy),
                kind: remedy.kind,
                edits: remedy.edits,
                holes: remedy.holes,
            });
        }
    }
    fixes
}

fn title(remedy: &Remedy) -> String {
    match remedy.kind {
        FixKind::ChangesMeaning => format!("{} (changes meaning)", remedy.title),
        FixKind::Safe | FixKind::Placeholder => remedy.title.clone(),
    }
}

/// Whether the edits remove the finding and add no syntax error.
fn helps(before: &Analysis, finding: &Finding, remedy: &Remedy) -> bool {
    if remedy.edits.is_empty() {
        return false;
    }
    let after = before.edited(&backwards(&remedy.edits));
    let of_rule = |rule: &'static Rule| move |found: &Finding| found.rule == rule;
    let is_more_of = |rule| count(&after, of_rule(rule)) > count(before, of_rule(rule));
    let is_syntax = |found: &Finding| found.rule.group == Group::Syntax;
    // A placeholder is to be found.
    let is_new = |found: &Finding| found.rule != URL_EXAMPLE_HOST && is_more_of(found.rule);
    count(&after, of_rule(finding.rule)) < count(before, of_rule(finding.rule))
        && count(&after, is_syntax) <= count(before, is_syntax)
        && !(remedy.must_be_clean && after.findings.iter().any(is_new))
}

fn count(analysis: &Analysis, is_meant: impl Fn(&Finding) -> bool) -> usize {
    let findings = analysis.findings.iter();
    findings.filter(|finding| is_meant(finding)).count()
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
    // What is written in a template is not what it means.
    if analysis.document.template().is_some() {
        return (Vec::new(), 0);
    }
    let mut builder = EditBuilder::new(&analysis.document);
    let mut current = analysis.clone();
    let mut count = 0;
    // Findings at the start that have no safe fix.
    let mut skipped = 0;
    while count < MAX_IN_BULK {
        let mut open = (current.findings.iter()).filter(|finding| is_meant(finding));
        let Some(finding) = open.nth(skipped) else {
            break;
        };
        let mut fixes = fixes(&current, finding).into_iter();
        let Some(fix) = fixes.find(|fix| fix.kind == FixKind::Safe) else {
            skipped += 1;
            continue;
        };
        builder.apply(&fix.edits);
        current = current.edited(&backwards(&fix.edits));
        count += 1;
    }
    (builder.finish(), count)
}

/// Edits in reverse order, so that they can be applied one after the other: none moves the range of
/// a later one.
pub fn backwards(edits: &[TextEdit]) -> Vec<TextEdit> {
    edits.iter().rev().cloned().collect()
}
