//! Everything computed from one snapshot of a document.

pub mod suppress;
mod syntax_errors;
mod units;

#[cfg(test)]
pub mod fixture;
#[cfg(test)]
mod tests;

use std::cmp::Ordering;

use crate::model::uses::{self, Used, Uses};
use crate::model::{DocumentKind, Model, detect};
use crate::rules::environment::Environment;
use crate::rules::finding::Finding;
use crate::settings::rule_set::RuleSet;
use crate::spec::Version;
use crate::syntax::document::{Document, Tree};
use crate::text::range::TextRange;
use crate::text::{Text, TextEdit};
use suppress::{Marks, Suppressions};
use syntax_errors::Disturbances;

/// What an analysis depends on beside the document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Which rules run, how severe they are, and where they are silent.
    pub rule_set: RuleSet,
    /// The version a fragment is checked as; the newest one where nothing says otherwise.
    pub fragment_version: Option<Version>,
    /// What the owners of the document know beside it.
    pub environment: Environment,
}

/// A document at one version with all that is known about it.
#[derive(Debug, Clone)]
pub struct Analysis {
    /// Text and tree.
    pub document: Document,
    /// What it depends on.
    pub options: Options,
    /// What it says.
    pub model: Model,
    /// Everything that is found and wanted, in the order of the text, with the severity that
    /// settings give it.
    pub findings: Vec<Finding>,
    /// What is found and not wanted, for the document or the settings say so.
    pub suppressed: Vec<Finding>,
    /// Where the document says so.
    pub suppressions: Suppressions,
    /// Where the text may speak of findings.
    marks: Marks,
    /// What the next version may take over.
    memo: units::Memo,
}

impl Analysis {
    /// Analyses a document. What it has in common with a version before is taken over from there.
    pub fn new(document: Document, options: Options, previous: Option<&Self>) -> Self {
        let marks = Marks::new(document.text());
        Self::build(document, marks, options, previous)
    }

    /// The analysis after edits (each in the coordinates of the text that the one before it
    /// left).
    #[must_use]
    pub fn edited(&self, edits: &[TextEdit]) -> Self {
        let mut marks = self.marks.clone();
        let document = (self.document).edited_by(edits, |text, shift| marks.follow(text, shift));
        Self::build(document, marks, self.options.clone(), Some(self))
    }

    fn build(document: Document, marks: Marks, options: Options, previous: Option<&Self>) -> Self {
        let tree = document.tree();
        let mut model = Model::empty(kind(&document));
        let mut memo = units::Memo::default();
        let mut findings = Vec::new();
        let mut suppressed = Vec::new();
        let mut suppressions = Suppressions::default();
        let is_ours = model.kind != DocumentKind::Other;
        if is_ours && !tree.is_too_long() {
            read_version(&document, &options, &mut model);
            memo = units::read(tree, &mut model, &options, previous);
            findings = found(&document, &options, &model, &memo);
        }
        if is_ours {
            let (disturbances, errors) = syntax_errors::read(tree, &model);
            finish(
                document.text(),
                &options,
                &disturbances,
                errors,
                &mut findings,
            );
        }
        if is_ours && !tree.is_too_long() {
            suppressions = Suppressions::read(&document, &marks);
            suppressed = suppress::apply(&document, &model, &options, &suppressions, &mut findings);
        }
        Self {
            document,
            options,
            model,
            findings,
            suppressed,
            suppressions,
            marks,
            memo,
        }
    }

    /// The sites that use a component or ask for one of its scopes.
    pub fn uses(&self, used: Used<'_>) -> Uses {
        uses::uses(self.document.tree(), &self.model, used)
    }
}

fn read_version(document: &Document, options: &Options, model: &mut Model) {
    model.version_field = detect::version_field(document.tree());
    model.version = match &model.version_field {
        Some(field) => Version::read(&field.text).map(|reading| reading.version),
        None => Some(options.fragment_version.unwrap_or(Version::V3_1)),
    };
}

/// What the rules find, in no order.
fn found(
    document: &Document,
    options: &Options,
    model: &Model,
    memo: &units::Memo,
) -> Vec<Finding> {
    let tree = document.tree();
    let Some(version) = model.version else {
        return units::unknown_version(tree, model.kind, &options.environment);
    };
    let mut findings = Vec::new();
    let local = memo.local(model);
    crate::rules::document::check(tree, model, &options.environment, local, &mut findings);
    findings.retain(|finding| units::is_shown(finding.rule, version, options));
    findings
}

/// Makes of what was found what is shown: without what a syntax error explains, with the syntax
/// errors, in order.
fn finish(
    text: &Text,
    options: &Options,
    disturbances: &Disturbances,
    errors: Vec<Finding>,
    findings: &mut Vec<Finding>,
) {
    if !disturbances.is_empty() {
        findings.retain(|finding| !disturbances.explain(finding));
    }
    findings.extend(errors);
    findings.retain(|finding| options.rule_set.is_on(finding.rule));
    for finding in &mut *findings {
        finding.severity = options.rule_set.severity(finding);
        finding.range = visible(text, finding.range);
    }
    sort(findings);
}

/// Brings findings into order. Of equal ones the first stays, as certain as one of them is.
fn sort(findings: &mut Vec<Finding>) {
    findings.sort_by(order);
    findings.dedup_by(|later, earlier| {
        let is_same = later.range == earlier.range
            && later.rule == earlier.rule
            && (later.message == earlier.message || later.rule.is_reported_once);
        if is_same && later.severity.is_none() {
            earlier.severity = None;
        }
        is_same
    });
}

/// By place, then by rule and words.
fn order(one: &Finding, other: &Finding) -> Ordering {
    let key = |finding: &Finding| (finding.range.start, finding.range.end, finding.rule);
    let places = |finding: &Finding| -> Vec<TextRange> {
        let related = finding.related.iter();
        related.map(|related| related.range).collect()
    };
    key(one)
        .cmp(&key(other))
        .then_with(|| one.message.cmp(&other.message))
        .then_with(|| places(one).cmp(&places(other)))
}

/// A range that can be underlined: an empty one takes the character after it, or at the end of
/// the text the one before.
fn visible(text: &Text, range: TextRange) -> TextRange {
    if !range.is_empty() {
        return range;
    }
    let after = (range.start + 1..=range.start + 4)
        .find(|end| *end <= text.len() && text.floor(*end) == *end);
    match after {
        Some(end) => TextRange::new(range.start, end),
        None => TextRange::new(text.floor(range.start.saturating_sub(1)), range.start),
    }
}

/// How much of a document that is not read decides what kind of document it is.
const BEGINNING: usize = 64 << 10;

/// What kind of document this is; of one that is too long to be read its beginning decides.
fn kind(document: &Document) -> DocumentKind {
    if !document.tree().is_too_long() {
        return detect::kind(document.tree());
    }
    let beginning = document.text().slice(TextRange::new(0, BEGINNING));
    detect::kind(&Tree::parse(&beginning, document.tree().format()))
}
