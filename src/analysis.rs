//! Everything computed from one snapshot of a document.

mod faults;
mod ledger;
mod pool;
pub mod suppress;
mod units;

#[cfg(test)]
pub mod fixture;
#[cfg(test)]
mod tests;

use crate::model::uses::{Used, Uses};
use crate::model::{DocumentKind, Model, detect};
use crate::rules::finding::Finding;
use crate::rules::policy::Policy;
use crate::settings::rule_set::RuleSet;
use crate::spec::Version;
use crate::syntax::document::{Document, Tree};
use crate::text::range::TextRange;
use crate::text::{Text, TextEdit};
use ledger::{Around, Ledger};
use pool::{DOCUMENT, Pool, SUPPRESSIONS, SYNTAX, Shift};
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
    /// What is found and not wanted, for the document or the settings say so.
    pub suppressed: Vec<Finding>,
    /// Where the document says so.
    pub suppressions: Suppressions,
    /// Where the text may speak of findings.
    marks: Marks,
    /// What is said of each unit alone.
    records: units::Records,
    /// What depends on what.
    ledger: Ledger,
    /// Where the findings come from, and those that are not shown.
    pool: Pool,
}

impl Analysis {
    /// Analyses a document from nothing.
    pub fn new(document: Document, options: Options) -> Self {
        let marks = Marks::new(document.text());
        let mut analysis = Self {
            model: Model::empty(kind(&document)),
            document,
            options,
            findings: Vec::new(),
            suppressed: Vec::new(),
            suppressions: Suppressions::default(),
            marks,
            records: units::Records::default(),
            ledger: Ledger::default(),
            pool: Pool::default(),
        };
        analysis.follow();
        analysis
    }

    /// The analysis after edits (each in the coordinates of the text that the one before it
    /// left); what the edits did not touch is taken over.
    #[must_use]
    pub fn edited(mut self, edits: &[TextEdit]) -> Self {
        let document = self.document.edited(edits);
        self.marks = self.marks.edited(self.document.text(), edits);
        self.pool.findings = std::mem::take(&mut self.findings);
        self.pool.suppressed = std::mem::take(&mut self.suppressed);
        for shift in shifts(self.document.text(), edits) {
            self.pool.shift(shift);
        }
        // The tree before is kept until its parts have been compared with those of the new one.
        let _before = std::mem::replace(&mut self.document, document);
        self.follow();
        self
    }

    /// Brings everything up to date with the document.
    fn follow(&mut self) {
        let tree = self.document.tree();
        let kind = kind(&self.document);
        let mut version_field = None;
        let mut version = None;
        if kind != DocumentKind::Other && !tree.is_too_long() {
            version_field = detect::version_field(tree);
            version = match &version_field {
                Some(field) => Version::read(&field.text).map(|reading| reading.version),
                None => Some(self.options.fragment_version.unwrap_or(Version::V3_1)),
            };
        }
        if (kind, version) != (self.model.kind, self.model.version) {
            self.model = Model::empty(kind);
            self.model.version = version;
            self.records = units::Records::default();
            self.ledger = Ledger::default();
            self.pool.purge(|_| true);
        }
        self.model.version_field = version_field;
        self.suppressions = Suppressions::default();
        if kind == DocumentKind::Other {
            return self.pool.purge(|_| true);
        }
        self.evaluate();
        let (disturbances, faults) = faults::read(self.document.tree(), &self.model);
        self.pool
            .purge(|owner| matches!(owner, SYNTAX | SUPPRESSIONS));
        for fault in faults {
            self.push_fault(fault);
        }
        self.pool.settle(self.document.text(), &disturbances);
        if !self.document.tree().is_too_long() {
            self.suppressions = Suppressions::read(&self.document, &self.marks);
            let Self {
                document,
                model,
                options,
                suppressions,
                ..
            } = self;
            let verdict =
                suppress::judge(document, model, options, suppressions, &self.pool.findings);
            self.pool.suppress(verdict);
        }
        self.findings = std::mem::take(&mut self.pool.findings);
        self.suppressed = std::mem::take(&mut self.pool.suppressed);
    }

    /// Reads what is new and checks what that concerns.
    fn evaluate(&mut self) {
        let Self {
            document,
            options,
            model,
            records,
            ledger,
            pool,
            ..
        } = self;
        let tree = document.tree();
        pool.purge(|owner| owner == DOCUMENT);
        if tree.is_too_long() {
            return;
        }
        if model.version.is_none() {
            let mut findings = Vec::new();
            units::unknown_version(tree, model.kind, &options.policy, &mut findings);
            for finding in findings {
                pool.push(DOCUMENT, ledger::decided(finding, options));
            }
            return;
        }
        let change = units::update(tree, model, records, options, usize::MAX);
        let around = Around {
            tree,
            model,
            records,
            options,
        };
        ledger.begin();
        ledger.apply(around, &change, pool);
        ledger.check(around, pool, &mut usize::MAX.clone());
    }

    /// Adds a syntax error, if settings want it.
    fn push_fault(&mut self, fault: Finding) {
        if self.options.rule_set.is_on(fault.rule) {
            self.pool
                .push(SYNTAX, ledger::decided(fault, &self.options));
        }
    }

    /// How many units were checked for this version: what an edit costs follows it.
    pub fn checked_units(&self) -> usize {
        self.ledger.checked()
    }

    /// Numbers beside [`Self::findings`]: in two versions that follow each other the same number
    /// stands for the same finding, of which at most the places have changed.
    pub fn serials(&self) -> impl Iterator<Item = u64> {
        self.pool.serials()
    }

    /// The texts of references into other documents, each once, in no order.
    pub fn externals(&self) -> impl Iterator<Item = &str> {
        self.records.externals.iter()
    }

    /// The sites that use a component or ask for one of its scopes.
    pub fn uses(&self, used: Used<'_>) -> Uses {
        (self.records.tally).uses(self.document.tree(), &self.model, used)
    }
}

/// Edits as what they replace by how much.
fn shifts(text: &Text, edits: &[TextEdit]) -> Vec<Shift> {
    let mut text = text.clone();
    (edits.iter())
        .map(|edit| Shift {
            range: text.apply(edit.range, &edit.new_text),
            inserted: edit.new_text.len(),
        })
        .collect()
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
