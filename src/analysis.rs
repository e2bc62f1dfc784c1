//! Everything computed from one snapshot of a document.

pub mod suppress;
mod syntax_errors;
mod units;

use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::{Arc, OnceLock};

use crate::model::mentions::Mentions;
use crate::model::uses::{self, Used, Uses};
use crate::model::{DocumentKind, Model, detect};
use crate::rules::environment::Environment;
use crate::rules::finding::Finding;
use crate::rules::notation::in_notation;
use crate::rules::{blanks, typographic};
use crate::settings::rule_set::RuleSet;
use crate::spec::Version;
use crate::syntax::document::Document;
use crate::syntax::format::Format;
use crate::syntax::tree::Tree;
use crate::text::range::TextRange;
use crate::text::{Text, TextEdit};
use suppress::Suppressions;
use syntax_errors::Explained;

/// What an analysis depends on besides the document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Which rules run, with which severity, and where they are silent.
    pub rule_set: RuleSet,
    /// The version a fragment is checked as; the newest one by default.
    pub fragment_version: Option<Version>,
    /// What is known about the environment of the document.
    pub environment: Environment,
}

/// One version of a document with everything computed from it.
#[derive(Debug, Clone)]
pub struct Analysis {
    /// Text and tree.
    pub document: Document,
    /// The options it was made with.
    pub options: Options,
    /// The facts of the document.
    pub model: Model,
    /// The findings in the order of the text, with their severity after settings.
    pub findings: Vec<Finding>,
    /// Findings that the document or the settings suppress.
    pub suppressed: Vec<Finding>,
    /// The suppressions in the document.
    pub suppressions: Suppressions,
    /// What the next version can reuse.
    memo: units::Memo,
    /// See [`Self::mentions`].
    mentions: Arc<OnceLock<Mentions>>,
}

impl Analysis {
    /// Analyses a document. What it shares with the previous version is reused.
    pub fn new(document: Document, options: Options, previous: Option<&Self>) -> Self {
        let tree = document.tree();
        let mut model = Model::empty(kind(&document));
        let mut memo = units::Memo::default();
        let mut findings = Vec::new();
        let mut suppressed = Vec::new();
        let mut suppressions = Suppressions::default();
        let is_ours = model.kind != DocumentKind::Other;
        if is_ours && !tree.is_too_long() {
            read_version(&document, &options, &mut model);
            let previous = previous.filter(|previous| previous.options == options);
            let previous = previous.map(|previous| (&previous.model, &previous.memo));
            memo = units::read(
                tree,
                &mut model,
                &options.rule_set,
                &options.environment,
                previous,
            );
            findings = check(&document, &options, &model, &memo);
            typographic::explain(&document, &mut findings);
            blanks::explain(&document, &mut findings);
        }
        if is_ours {
            if let Some(template) = document.templated() {
                let holds =
                    |finding: &Finding| syntax_errors::holds_in_template(tree, template, finding);
                findings.retain(holds);
            }
            let (explained, errors) = syntax_errors::read(&document, &model);
            finish(document.text(), &options, &explained, errors, &mut findings);
        }
        if is_ours && !tree.is_too_long() {
            suppressions = Suppressions::read(&document);
            suppressed = suppress::apply(
                &document,
                &model,
                &options.rule_set,
                &suppressions,
                &mut findings,
            );
            if !suppressions.names.is_empty() {
                sort(&mut findings);
            }
        }
        if is_ours && document.tree().format() == Format::Json {
            (findings.iter_mut().chain(&mut suppressed)).for_each(word_for_json);
        }
        Self {
            document,
            options,
            model,
            findings,
            suppressed,
            suppressions,
            memo,
            mentions: Arc::default(),
        }
    }

    /// The analysis after edits. The ranges of each edit refer to the text after the edits before
    /// it.
    #[must_use]
    pub fn edited(&self, edits: &[TextEdit]) -> Self {
        let document = self.document.edited(edits);
        Self::new(document, self.options.clone(), Some(self))
    }

    /// The names and references of the document, if it is ours. They are collected when they are
    /// first asked for.
    pub fn mentions(&self) -> &Mentions {
        self.mentions.get_or_init(|| match self.model.kind {
            DocumentKind::Other => Mentions::default(),
            _ => Mentions::of(self.document.tree(), &self.model),
        })
    }

    /// The sites that use a component or require one of its scopes.
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

/// The findings of all rules, not sorted.
fn check(
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
    findings.retain(|finding| units::is_shown(finding.rule, version, &options.rule_set));
    findings
}

/// Prepares the findings for display: drops those that a syntax error explains, adds the syntax
/// errors, applies settings and sorts.
fn finish(
    text: &Text,
    options: &Options,
    explained: &Explained,
    errors: Vec<Finding>,
    findings: &mut Vec<Finding>,
) {
    if !explained.is_empty() {
        findings.retain(|finding| !explained.contains(finding));
    }
    findings.extend(errors);
    findings.retain(|finding| options.rule_set.is_on(finding.rule));
    for finding in &mut *findings {
        finding.severity = options.rule_set.severity(finding);
        finding.range = visible(text, finding.range);
    }
    sort(findings);
}

/// Messages are written for YAML.
fn word_for_json(finding: &mut Finding) {
    let related = finding
        .related
        .iter_mut()
        .map(|related| &mut related.message);
    for message in related.chain([&mut finding.message]) {
        if let Cow::Owned(worded) = in_notation(message, Format::Json) {
            *message = worded;
        }
    }
}

/// Sorts the findings and drops duplicates. Of duplicates with different severities the rule's own
/// severity wins.
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

/// By range, then by rule, message and related ranges.
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

/// A range that can be underlined: an empty one is extended by the next character, or at the end of
/// the text by the one before.
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

/// How many bytes of a document over the size limit are read to detect its kind.
const BEGINNING: usize = 64 << 10;

/// What kind of document this is. Of a document over the size limit only the beginning is read.
fn kind(document: &Document) -> DocumentKind {
    if !document.tree().is_too_long() {
        return detect::kind(document.tree());
    }
    let beginning = document.text().slice(TextRange::new(0, BEGINNING));
    detect::kind(&Tree::parse(&beginning, document.tree().format()))
}
