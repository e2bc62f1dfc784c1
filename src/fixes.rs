//! Fixes of findings, as edits of the text.
//!
//! Fixes are computed on request by the function of the finding's rule, so that findings stay
//! small. Each is tried before it is offered: the document after it is analysed and compared with
//! the one before.
//!
//! - Every fix removes its finding and adds no syntax error ([`help`]).
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
use crate::rules::notation::in_notation;
use crate::rules::registry::{OAUTH2_SCOPES_NOT_SELECTED, URL_EXAMPLE_HOST};
use crate::rules::rule::{Group, Rule, Severity};
use crate::syntax::document::Document;
use crate::syntax::format::Format;
use crate::text::TextEdit;
use crate::text::range::TextRange;

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
const MAX_IN_BULK: usize = 10_000;

/// After so many fixes of a rule in a row that make nothing better, the others of that rule are not
/// tried: each try analyses the document.
const MAX_IN_VAIN: usize = 32;

/// The fixes of a finding of this analysis, the best first.
pub fn fixes(analysis: &Analysis, finding: &Finding) -> Vec<Fix> {
    let format = analysis.document.tree().format();
    let mut fixes: Vec<Fix> = Vec::new();
    for proposal in proposals(analysis, finding, true) {
        if fixes.iter().any(|fix| fix.edits == proposal.remedy.edits) {
            continue;
        }
        let after = analysis.edited(&backwards(&proposal.remedy.edits));
        if !help(analysis, &after, &[&proposal]) {
            continue;
        }
        let mut remedy = proposal.remedy;
        let is_certain = remedy.kind == FixKind::Safe;
        // It shows an error that was hidden behind the finding, and that is left to the author.
        if is_certain && has_more(analysis, &after, is_error) {
            remedy.kind = FixKind::Placeholder;
        }
        fixes.push(Fix {
            is_preferred: fixes.is_empty() && is_certain,
            title: title(&remedy, format),
            kind: remedy.kind,
            edits: remedy.edits,
            holes: remedy.holes,
        });
    }
    fixes
}

/// A fix that was not tried yet.
struct Proposal {
    finding: Finding,
    remedy: Remedy,
}

impl Proposal {
    fn is_safe(&self) -> bool {
        self.remedy.kind == FixKind::Safe
    }

    /// From the first edit to the end of the last.
    fn span(&self) -> TextRange {
        let start = self
            .remedy
            .edits
            .first()
            .map_or(0, |edit| edit.range.start());
        let end = self.remedy.edits.last().map_or(0, |edit| edit.range.end());
        TextRange::new(start, end)
    }
}

/// What the finding's rule proposes, for the finding and all of its copies; with what is left to the
/// author only if there is one.
fn proposals(analysis: &Analysis, finding: &Finding, has_author: bool) -> Vec<Proposal> {
    let mut all = proposals_at(analysis, finding, has_author);
    let size = |proposal: &Proposal| {
        let remedy = &proposal.remedy;
        (remedy.title.clone(), remedy.edits.len())
    };
    let alone: Vec<_> = all.iter().map(size).collect();
    for copy in finding.copies() {
        if all.is_empty() {
            break;
        }
        let others = proposals_at(analysis, copy, false);
        all.retain_mut(|proposal| {
            let remedy = &mut proposal.remedy;
            let mut others = others.iter().map(|other| &other.remedy);
            let Some(other) = others.find(|other| other.title == remedy.title) else {
                return false;
            };
            if remedy.kind == FixKind::Safe {
                remedy.kind = other.kind;
            }
            add_edits(&mut remedy.edits, &other.edits)
        });
    }
    let more = finding.copies().len();
    // One edit may mend them all.
    let spreads = |proposal: &&mut Proposal| more > 0 && !alone.contains(&size(proposal));
    for proposal in all.iter_mut().filter(spreads) {
        proposal
            .remedy
            .title
            .push_str(&format!(" at all {} places", more + 1));
        // Their places are those after the edits of one copy.
        proposal.remedy.holes.clear();
    }
    all
}

/// Adds edits, and says whether they fit: equal ones count once, others must not overlap.
fn add_edits(edits: &mut Vec<TextEdit>, others: &[TextEdit]) -> bool {
    let new = others.iter().filter(|edit| !edits.contains(edit)).cloned();
    let new: Vec<TextEdit> = new.collect();
    edits.extend(new);
    edits.sort_by_key(|edit| (edit.range.start(), edit.range.end()));
    edits
        .windows(2)
        .all(|pair| pair[0].range.end() <= pair[1].range.start() && pair[0].range != pair[1].range)
}

/// What the finding's rule proposes at its range.
fn proposals_at(analysis: &Analysis, finding: &Finding, has_author: bool) -> Vec<Proposal> {
    let context = FixContext::new(&analysis.document, &analysis.model, finding);
    let Some(mut context) = context else {
        return Vec::new();
    };
    context.has_author = has_author;
    offer_fixes(&mut context);
    let remedies = context.remedies.into_iter();
    let remedies = remedies.filter(|remedy| !remedy.edits.is_empty());
    let proposal = |remedy| Proposal {
        finding: finding.clone(),
        remedy,
    };
    remedies.map(proposal).collect()
}

/// Whether a safe fix is proposed for a finding; it is not tried.
pub fn has_safe_proposal(analysis: &Analysis, finding: &Finding) -> bool {
    proposals(analysis, finding, false)
        .iter()
        .any(Proposal::is_safe)
}

fn title(remedy: &Remedy, format: Format) -> String {
    let title = in_notation(&remedy.title, format);
    match remedy.kind {
        FixKind::ChangesMeaning => format!("{title} (changes meaning)"),
        FixKind::Safe | FixKind::Placeholder => title.into_owned(),
    }
}

/// Whether as many findings of each rule are gone as were to be fixed and no syntax error is added,
/// or nothing at all by a remedy that must be clean. Only where the meaning changes there may be
/// more errors: more of the document counts then.
fn help(before: &Analysis, after: &Analysis, proposals: &[&Proposal]) -> bool {
    let mut wanted: BTreeMap<&Rule, usize> = BTreeMap::new();
    for proposal in proposals {
        *wanted.entry(proposal.finding.rule).or_default() += 1;
    }
    let are_gone = wanted.into_iter().all(|(rule, wanted)| {
        let of_rule = |found: &Finding| found.rule == rule;
        count(after, of_rule) + wanted <= count(before, of_rule)
    });
    let is_any = |is_meant: fn(&Remedy) -> bool| {
        let mut remedies = proposals.iter().map(|proposal| &proposal.remedy);
        remedies.any(is_meant)
    };
    are_gone
        && !has_more(before, after, is_syntax)
        && !(is_any(|remedy| remedy.must_be_clean) && has_more(before, after, is_unexpected))
        && (is_any(|remedy| remedy.kind == FixKind::ChangesMeaning)
            || count(after, is_error) <= count(before, is_error))
}

/// Whether edits that are to silence a finding do that, and nothing else.
pub fn silences(before: &Analysis, finding: &Finding, edits: &[TextEdit]) -> bool {
    let after = before.edited(&backwards(edits));
    let of_rule = |found: &Finding| found.rule == finding.rule;
    // Nor is anything said aloud that was implied before.
    count(&after, of_rule) < count(before, of_rule)
        && !has_more(before, &after, |_| true)
        && after.implied.len() >= before.implied.len()
}

/// Whether the document is better for a change that nobody looks at. No rule has more errors, so
/// that no error becomes another one; there are no more errors and warnings together; and there are
/// fewer errors, or else warnings, or else findings to fix, so that fixing in bulk comes to an end.
fn is_progress(before: &Analysis, after: &Analysis, is_to_fix: impl Fn(&Finding) -> bool) -> bool {
    let is_loud = |found: &Finding| found.shown_severity() <= Severity::Warning;
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
pub fn has_more(before: &Analysis, after: &Analysis, is_meant: impl Fn(&Finding) -> bool) -> bool {
    let mut more: BTreeMap<&Rule, isize> = BTreeMap::new();
    for (analysis, one) in [(before, -1), (after, 1)] {
        // What was only implied is no news when it is said aloud.
        let findings = analysis.findings.iter().chain(&analysis.implied);
        for finding in findings.filter(|found| is_meant(found)) {
            *more.entry(finding.rule).or_default() += one;
        }
    }
    more.into_values().any(|more| more > 0)
}

fn count(analysis: &Analysis, is_meant: impl Fn(&Finding) -> bool) -> usize {
    let findings = analysis.findings.iter();
    findings.filter(|finding| is_meant(finding)).count()
}

/// Whether a finding is an error, after settings.
pub fn is_error(finding: &Finding) -> bool {
    finding.shown_severity() == Severity::Error
}

fn is_syntax(finding: &Finding) -> bool {
    finding.rule.group == Group::Syntax
}

/// More than what is left to the author: a placeholder, and scopes that are to be chosen.
fn is_unexpected(finding: &Finding) -> bool {
    ![URL_EXAMPLE_HOST, OAUTH2_SCOPES_NOT_SELECTED].contains(&finding.rule)
}

/// All edits that need no review: the safe fixes of the rules that allow it, until none is left.
/// Ranges refer to the current text; the second value is the number of findings that are fixed.
pub fn fix_all(analysis: &Analysis) -> (Vec<TextEdit>, usize) {
    fix_each(analysis, |finding| finding.rule.is_fixed_in_bulk)
}

/// The same with all fixes of the findings that are meant which make the document better by the
/// rules: some change what it means, or leave something to be filled in.
pub fn fix_unsafely(
    analysis: &Analysis,
    is_meant: impl Fn(&Finding) -> bool,
) -> (Vec<TextEdit>, usize) {
    fix_while(analysis, is_meant, |_| true)
}

/// Whether a document can be fixed in bulk at all: what is written in a template, or on one side of
/// a merge conflict, is not what it means.
pub fn takes_bulk(document: &Document) -> bool {
    document.templated().is_none() && document.conflicts().is_none()
}

/// The safe fixes of all findings that are meant, like [`fix_all`].
pub fn fix_each(
    analysis: &Analysis,
    is_meant: impl Fn(&Finding) -> bool,
) -> (Vec<TextEdit>, usize) {
    fix_while(analysis, is_meant, Proposal::is_safe)
}

fn fix_while(
    analysis: &Analysis,
    is_meant: impl Fn(&Finding) -> bool,
    is_allowed: fn(&Proposal) -> bool,
) -> (Vec<TextEdit>, usize) {
    if !takes_bulk(&analysis.document) {
        return (Vec::new(), 0);
    }
    let mut builder = EditBuilder::new(&analysis.document);
    let mut current = analysis.clone();
    let mut count = 0;
    // A fix can make room for another one, so the end is reached when a whole pass fixes nothing.
    let mut is_going_on = true;
    while is_going_on && count < MAX_IN_BULK {
        is_going_on = false;
        let open = current.findings.iter().filter(|finding| is_meant(finding));
        let proposed = open.flat_map(|finding| proposals(&current, finding, false));
        let mut left: Vec<Proposal> = proposed.filter(is_allowed).collect();
        let mut in_vain = BTreeMap::new();
        while !is_going_on && !left.is_empty() {
            let mut apart = take_apart(&mut left);
            apart.truncate(MAX_IN_BULK - count);
            let apart = apart.iter().collect();
            let fixed = fix_together(&mut current, apart, &is_meant, &mut builder, &mut in_vain);
            count += fixed;
            is_going_on = fixed > 0;
        }
    }
    (builder.finish(), count)
}

/// Takes those out that stand apart from each other, one for each finding; in the order of the
/// text.
fn take_apart(proposals: &mut Vec<Proposal>) -> Vec<Proposal> {
    let mut taken: BTreeMap<usize, usize> = BTreeMap::new();
    let mut last: Option<Finding> = None;
    let (mut apart, rest): (Vec<_>, Vec<_>) = proposals.drain(..).partition(|proposal| {
        let span = proposal.span();
        let before = taken.range(..=span.end()).next_back();
        let is_free = before.is_none_or(|(_, end)| *end < span.start());
        let is_first = last.as_ref() != Some(&proposal.finding);
        last = Some(proposal.finding.clone());
        if is_free && is_first {
            taken.insert(span.start(), span.end());
        }
        is_free && is_first
    });
    apart.sort_by_key(|proposal| proposal.span().start());
    *proposals = rest;
    apart
}

/// Applies proposals that stand apart, and says how many. All of them are tried at once, since each
/// try analyses the document; where that makes nothing better, each half on its own. `in_vain`
/// counts the fixes of a rule that made nothing better, since the last that did.
fn fix_together(
    current: &mut Analysis,
    mut proposals: Vec<&Proposal>,
    is_meant: &impl Fn(&Finding) -> bool,
    builder: &mut EditBuilder,
    in_vain: &mut BTreeMap<&'static Rule, usize>,
) -> usize {
    let is_given_up = |rule| in_vain.get(rule).is_some_and(|count| *count >= MAX_IN_VAIN);
    proposals.retain(|proposal| !is_given_up(proposal.finding.rule));
    let Some(first) = proposals.first() else {
        return 0;
    };
    let rule = first.finding.rule;
    let edits = proposals.iter().flat_map(|proposal| &proposal.remedy.edits);
    let edits: Vec<TextEdit> = edits.cloned().collect();
    let after = current.edited(&backwards(&edits));
    let is_better = help(current, &after, &proposals) && is_progress(current, &after, is_meant);
    if is_better {
        builder.apply(&edits);
        *current = after;
        for proposal in &proposals {
            in_vain.remove(proposal.finding.rule);
        }
        return proposals.len();
    }
    if proposals.len() == 1 {
        *in_vain.entry(rule).or_default() += 1;
        return 0;
    }
    // The second half first, so that the ranges of the other one hold.
    let second = proposals.split_off(proposals.len() / 2);
    let fixed = fix_together(current, second, is_meant, builder, in_vain);
    fixed + fix_together(current, proposals, is_meant, builder, in_vain)
}

/// Edits in reverse order, so that they can be applied one after the other: none moves the range of
/// a later one.
pub fn backwards(edits: &[TextEdit]) -> Vec<TextEdit> {
    edits.iter().rev().cloned().collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::analysis::Options;
    use crate::rules::registry::{HTTP_BEARER_CASE, SECURITY_SCHEME_UNKNOWN_FIELD};

    #[test]
    fn a_rule_whose_fixes_make_nothing_better_is_given_up() {
        let schemes: String = (0..100)
            .map(|at| format!("    s{at}: {{type: http, scheme: BEARER}}\n"))
            .collect();
        let text = format!(
            "asyncapi: 2.6.0\nchannels: {{}}\ncomponents:\n  securitySchemes:\n    a: {{type: http, scheme: bearer, bearerFromat: JWT}}\n{schemes}"
        );
        let document = Document::new(&text, Format::Yaml);
        let mut analysis = Analysis::new(document, Options::default(), None);
        let of_two = |rule| rule == HTTP_BEARER_CASE || rule == SECURITY_SCHEME_UNKNOWN_FIELD;
        let findings = analysis.findings.clone().into_iter();
        let findings: Vec<_> = findings.filter(|one| of_two(one.rule)).collect();
        assert_eq!(findings.len(), 101);
        let proposal = |finding: &Finding| {
            let is_field = finding.rule == SECURITY_SCHEME_UNKNOWN_FIELD;
            let new_text = if is_field { "bearerFormat" } else { "BeareR" };
            Proposal {
                finding: finding.clone(),
                remedy: Remedy {
                    title: String::new(),
                    kind: FixKind::Safe,
                    must_be_clean: false,
                    edits: vec![TextEdit {
                        range: finding.range,
                        new_text: new_text.to_owned(),
                    }],
                    holes: Vec::new(),
                },
            }
        };
        let proposals: Vec<_> = findings.iter().map(proposal).collect();
        let mut builder = EditBuilder::new(&analysis.document);
        let mut in_vain = BTreeMap::new();
        let all = proposals.iter().collect();
        let fixed = fix_together(&mut analysis, all, &|_| true, &mut builder, &mut in_vain);
        assert_eq!(fixed, 1, "the first in the text, which is tried last");
        assert_eq!(in_vain, BTreeMap::from([(HTTP_BEARER_CASE, MAX_IN_VAIN)]));
        assert_eq!(builder.finish()[0].new_text, "bearerFormat");
    }
}
