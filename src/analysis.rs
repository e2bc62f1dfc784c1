//! Everything computed from one snapshot of a document.

mod faults;
pub mod suppress;
mod units;

#[cfg(test)]
pub mod fixture;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::model::uses::{self, Uses};
use crate::model::{DocumentKind, Model, detect};
use crate::rules::finding::Finding;
use crate::rules::policy::Policy;
use crate::settings::rule_set::RuleSet;
use crate::spec::Version;
use crate::syntax::document::{Document, Tree};
use crate::text::range::TextRange;
use crate::text::{Text, TextEdit};
use suppress::{Marks, Suppressions};

/// What an analysis depends on beside the document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Which rules run, how severe they are, and where they are silent.
    pub rule_set: RuleSet,
    /// The version a fragment is checked as; the newest one where nothing says otherwise.
    pub fragment_version: Option<Version>,
    /// What the owners of the document know beside it.
    pub policy: Policy,
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
    serials: Vec<u64>,
    /// No finding of this version or an earlier one has this serial or a higher one.
    next_serial: u64,
    /// What is found and not wanted, for the document or the settings say so.
    pub suppressed: Vec<Finding>,
    /// Where the document says so.
    pub suppressions: Suppressions,
    /// Where the text may speak of findings.
    marks: Marks,
    /// What the next version may take over.
    memo: units::Memo,
    /// Where components are used, from the first time that it is asked.
    uses: OnceLock<HashMap<String, Uses>>,
}

impl Analysis {
    /// Analyses a document from nothing.
    pub fn new(document: Document, options: Options) -> Self {
        let marks = Marks::new(document.text());
        Self::build(document, marks, options, None)
    }

    /// The analysis after edits (each in the coordinates of the text that the one before it
    /// left); what the edits did not touch is taken over.
    #[must_use]
    pub fn edited(&self, edits: &[TextEdit]) -> Self {
        let document = self.document.edited(edits);
        let marks = self.marks.edited(self.document.text(), edits);
        Self::build(document, marks, self.options.clone(), Some(self))
    }

    fn build(document: Document, marks: Marks, options: Options, previous: Option<&Self>) -> Self {
        let tree = document.tree();
        let mut model = Model::empty(kind(&document));
        let mut findings = Vec::new();
        let mut memo = units::Memo::default();
        let mut suppressions = Suppressions::default();
        let mut suppressed = Vec::new();
        if tree.is_too_long() && model.kind != DocumentKind::Other {
            faults::add(tree, &model, &mut findings);
            decide(&options, &mut findings);
        } else if model.kind != DocumentKind::Other {
            model.version_field = detect::version_field(tree);
            model.version = match &model.version_field {
                Some(field) => Version::read(&field.text).map(|reading| reading.version),
                None => Some(options.fragment_version.unwrap_or(Version::V3_1)),
            };
            memo = units::read(tree, &mut model, &options, previous, &mut findings);
            crate::rules::references::check_document(tree, &model, &options.policy, &mut findings);
            let version = model.version.unwrap_or(Version::V3_1);
            findings.retain(|finding| units::is_shown(finding.rule, version, &options));
            faults::add(tree, &model, &mut findings);
            decide(&options, &mut findings);
            for finding in &mut findings {
                finding.range = visible(document.text(), finding.range);
            }
            sort(&mut findings);
            suppressions = Suppressions::read(&document, &marks);
            suppressed = suppress::apply(&document, &model, &options, &suppressions, &mut findings);
        }
        // None of them says that it was there before.
        let first_serial = previous.map_or(0, |previous| previous.next_serial);
        let next_serial = first_serial + findings.len() as u64;
        Self {
            document,
            options,
            model,
            findings,
            serials: (first_serial..next_serial).collect(),
            next_serial,
            suppressed,
            suppressions,
            marks,
            memo,
            uses: OnceLock::new(),
        }
    }

    /// A number for each of the findings. Where it is one of a version that this one was made
    /// from by edits, it is the same finding in all but its ranges: rule, severity, message, and
    /// the number, order and words of the related places.
    pub fn serials(&self) -> &[u64] {
        &self.serials
    }

    /// The sites that use the component of that name, if any does.
    pub fn uses(&self, name: &str) -> Option<&Uses> {
        let all =
            (self.uses).get_or_init(|| uses::of_components(self.document.tree(), &self.model));
        all.get(name)
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

/// Gives findings the severity that settings give them; what is off goes.
fn decide(options: &Options, findings: &mut Vec<Finding>) {
    findings.retain(|finding| options.rule_set.is_on(finding.rule));
    for finding in findings {
        finding.severity = options.rule_set.severity(finding);
    }
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

/// Orders by place and keeps one of equal findings.
fn sort(findings: &mut Vec<Finding>) {
    findings.sort_by(|one, other| {
        let key = |finding: &Finding| (finding.range.start, finding.range.end, finding.rule);
        key(one)
            .cmp(&key(other))
            .then_with(|| one.message.cmp(&other.message))
    });
    findings.dedup_by(|later, earlier| {
        later.range == earlier.range
            && later.rule == earlier.rule
            && later.message == earlier.message
    });
}
