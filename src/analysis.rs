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
use crate::text::TextEdit;
use crate::text::range::TextRange;
use crate::text::shift::Shift;
use ledger::{Around, Ledger};
use pool::{DOCUMENT, Pool, SUPPRESSIONS, SYNTAX};
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
    /// A number for each finding.
    serials: Vec<u64>,
    progress: Progress,
}

/// How far an analysis is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Progress {
    /// Some units have not been read.
    Reading,
    /// Some units have not been checked.
    Checking,
    /// All is known.
    Complete,
}

impl Analysis {
    /// Analyses a document. What an earlier analysis knows may be taken over; the result does not
    /// depend on it.
    pub fn new(document: Document, options: Options, _previous: Option<&Self>) -> Self {
        let mut analysis = Self::begun(document, options);
        analysis.go_on(usize::MAX);
        analysis
    }

    /// An analysis of which nothing is done yet: [`Self::go_on`] does it.
    pub fn begun(document: Document, options: Options) -> Self {
        let marks = Marks::new(document.text());
        let mut analysis = Self {
            model: Model::empty(DocumentKind::Other),
            document,
            options,
            findings: Vec::new(),
            suppressed: Vec::new(),
            suppressions: Suppressions::default(),
            marks,
            records: units::Records::default(),
            ledger: Ledger::default(),
            pool: Pool::default(),
            serials: Vec::new(),
            progress: Progress::Reading,
        };
        analysis.begin();
        analysis
    }

    /// The analysis after edits (each in the coordinates of the text that the one before it
    /// left); what the edits did not touch is taken over.
    #[must_use]
    pub fn edited(&self, edits: &[TextEdit]) -> Self {
        let mut edited = self.clone();
        edited.edit(edits, usize::MAX);
        edited.go_on(usize::MAX);
        edited
    }

    /// Takes over edits and does some of what has to be done then: at most `budget` units are
    /// read. Until [`Self::go_on`] has done the rest, the model lacks what is not read, and the
    /// findings what is not checked.
    pub fn edit(&mut self, edits: &[TextEdit], budget: usize) {
        self.open_pool();
        let Self { marks, pool, .. } = self;
        let mut shifts = Vec::with_capacity(edits.len());
        let document = self.document.edited_by(edits, |text, shift| {
            marks.follow(text, shift);
            pool.shift(shift);
            shifts.push(shift);
        });
        // The tree before is kept until its parts have been compared with those of the new one.
        let _before = std::mem::replace(&mut self.document, document);
        self.begin();
        self.read(budget, Some(&shifts));
        self.close_pool();
    }

    /// Reads and checks at most so many units of those that are to be read and checked; whether
    /// all is done.
    pub fn go_on(&mut self, budget: usize) -> bool {
        if self.is_complete() {
            return true;
        }
        self.open_pool();
        let left = self.read(budget, None);
        if self.progress != Progress::Reading {
            self.check(left);
        }
        self.close_pool();
        self.is_complete()
    }

    /// Whether all is known.
    pub fn is_complete(&self) -> bool {
        self.progress == Progress::Complete
    }

    fn open_pool(&mut self) {
        self.pool.shown.findings = std::mem::take(&mut self.findings);
        self.pool.suppressed.findings = std::mem::take(&mut self.suppressed);
    }

    fn close_pool(&mut self) {
        self.serials.clear();
        self.serials.extend(self.pool.serials());
        self.findings = std::mem::take(&mut self.pool.shown.findings);
        self.suppressed = std::mem::take(&mut self.pool.suppressed.findings);
    }

    /// Finds out what kind of document this is now, and forgets what was known of another kind.
    fn begin(&mut self) {
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
        self.pool
            .purge(|owner| matches!(owner, DOCUMENT | SYNTAX | SUPPRESSIONS));
        self.suppressions = Suppressions::default();
        self.ledger.begin();
        self.progress = Progress::Reading;
    }

    /// Reads units that are new after edits, or goes on with that; how much of the budget is left.
    fn read(&mut self, budget: usize, edits: Option<&[Shift]>) -> usize {
        let tree = self.document.tree();
        if self.progress != Progress::Reading {
            return budget;
        }
        self.progress = Progress::Checking;
        if self.model.version.is_none() {
            return budget;
        }
        let Self {
            model,
            records,
            options,
            ..
        } = self;
        let change = units::update(tree, model, records, options, budget, edits);
        let around = Around {
            tree,
            model,
            records,
            options,
        };
        let shifts = edits.unwrap_or_default();
        (self.ledger).apply(around, &change, shifts, &mut self.pool);
        if change.is_partial {
            self.progress = Progress::Reading;
        }
        budget.saturating_sub(change.added.len())
    }

    /// Checks units that an edit concerns, and when there is none left, brings the findings into
    /// order.
    fn check(&mut self, budget: usize) {
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
        let around = Around {
            tree,
            model,
            records,
            options,
        };
        if model.version.is_some() {
            if !ledger.check(around, pool, budget) {
                return;
            }
        } else if model.kind != DocumentKind::Other && !tree.is_too_long() {
            let mut findings = Vec::new();
            units::unknown_version(tree, model.kind, &options.policy, &mut findings);
            for finding in findings {
                pool.push(DOCUMENT, ledger::decided(finding, options));
            }
        }
        self.settle();
        self.progress = Progress::Complete;
    }

    fn settle(&mut self) {
        if self.model.kind == DocumentKind::Other {
            return;
        }
        let (disturbances, faults) = faults::read(self.document.tree(), &self.model);
        for fault in faults {
            self.push_fault(fault);
        }
        self.pool.settle(self.document.text(), &disturbances);
        if self.document.tree().is_too_long() {
            return;
        }
        self.suppressions = Suppressions::read(&self.document, &self.marks);
        let Self {
            document,
            model,
            options,
            suppressions,
            ..
        } = self;
        let verdict = suppress::judge(
            document,
            model,
            options,
            suppressions,
            &self.pool.shown.findings,
        );
        self.pool.suppress(verdict);
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
    pub fn serials(&self) -> &[u64] {
        &self.serials
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
