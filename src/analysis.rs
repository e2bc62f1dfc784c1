//! Everything computed from one snapshot of a document.

pub mod baseline;
mod copies;
pub mod shown;
pub mod suppress;
mod syntax_errors;
mod units;
mod versions;

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, OnceLock};

use crate::model::mentions::Mentions;
use crate::model::surroundings::Surroundings;
use crate::model::uses::{self, Used, Uses};
use crate::model::{DocumentKind, Fragment, Model, detect};
use crate::rules::environment::Environment;
use crate::rules::finding::Finding;
use crate::rules::notation::in_notation;
use crate::rules::rule::{Rule, Severity};
use crate::rules::{blanks, registry, typographic};
use crate::settings::baseline::Known;
use crate::settings::effective::Effective;
use crate::settings::rule_set::RuleSet;
use crate::spec::Version;
use crate::syntax::document::Document;
use crate::syntax::format::Format;
use crate::syntax::tree::Tree;
use crate::text::range::TextRange;
use crate::text::{Text, TextEdit};
use suppress::{Suppressed, Suppressions};
use syntax_errors::Explained;

/// What an analysis depends on besides the document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Which rules run, with which severity, and where they are silent.
    pub rule_set: RuleSet,
    /// What is known about the environment of the document.
    pub environment: Environment,
    /// What other files say that the document depends on.
    pub surroundings: Arc<Surroundings>,
    /// Findings that are known, so that nobody need look at them.
    pub known: Arc<Known>,
}

impl Options {
    /// What settings say.
    pub fn of(effective: Effective) -> Self {
        Self {
            rule_set: effective.rule_set,
            environment: effective.environment,
            known: effective.known,
            surroundings: Arc::default(),
        }
    }
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
    /// Which ignores of the settings silence one of them.
    pub ignores: BTreeSet<usize>,
    /// Findings that the baseline knows.
    pub known: Vec<Finding>,
    /// Findings that nobody needs as long as another one is there, which says it with more.
    pub implied: Vec<Finding>,
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
        Self::made(document, options, previous, true)
    }

    /// Analyses a document of which no other version follows: nothing is kept for one.
    pub fn once(document: Document, options: Options) -> Self {
        Self::made(document, options, None, false)
    }

    /// `keeps` says that what the next version can reuse is kept.
    fn made(document: Document, options: Options, previous: Option<&Self>, keeps: bool) -> Self {
        let tree = document.tree();
        let mut model = Model::empty(kind(&document, &options.surroundings));
        let mut memo = units::Memo::default();
        let mut findings = Vec::new();
        let mut silent = Suppressed::default();
        let mut known = Vec::new();
        let mut implied = Vec::new();
        let mut suppressions = Suppressions::default();
        let is_ours = model.kind != DocumentKind::Other;
        if is_ours && !tree.is_too_long() {
            model.surroundings = Arc::clone(&options.surroundings);
            read_version(&document, &mut model);
            let previous = previous.filter(|previous| previous.options == options);
            let previous = previous.map(|previous| (&previous.model, &previous.memo));
            let rules = keeps.then(|| rules(&options));
            memo = units::read(tree, &mut model, rules, previous);
            findings = check(&document, &options, &model, keeps.then_some(&memo));
            if model.version_field.is_none() {
                findings = in_other_versions(&document, &options, &model, findings);
            }
            typographic::explain(&document, &model, &mut findings);
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
            silent = suppress::apply(
                &document,
                &model,
                &options.rule_set,
                &suppressions,
                &mut findings,
            );
            if !suppressions.names.is_empty() {
                sort(&mut findings);
            }
            word(tree, findings.iter_mut().chain(&mut silent.findings));
            known = baseline::take_known(tree, &options.known, &mut findings);
            // After suppressions: each silences its own place alone. But what is silenced has been
            // said: it brings no other finding about the same.
            implied = take_unused_schemes(&mut findings, silent.findings.iter().chain(&known));
            copies::merge(tree, &model, &mut findings);
        } else {
            word(tree, findings.iter_mut());
        }
        findings.shrink_to_fit();
        Self {
            document,
            options,
            model,
            findings,
            suppressed: silent.findings,
            ignores: silent.ignores,
            known,
            implied,
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

    /// The analysis without a baseline, for who looks at what is known.
    pub fn with_known(&self) -> Cow<'_, Self> {
        if self.known.is_empty() {
            return Cow::Borrowed(self);
        }
        let options = Options {
            known: Arc::default(),
            ..self.options.clone()
        };
        Cow::Owned(Self::new(self.document.clone(), options, None))
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

/// The facts of a document alone.
pub fn model_of(document: &Document, surroundings: Arc<Surroundings>) -> Model {
    let mut model = Model::empty(kind(document, &surroundings));
    if model.kind == DocumentKind::Other || document.tree().is_too_long() {
        return model;
    }
    model.surroundings = surroundings;
    read_version(document, &mut model);
    units::read(document.tree(), &mut model, None, None);
    model
}

fn rules(options: &Options) -> units::Rules<'_> {
    units::Rules {
        rule_set: &options.rule_set,
        environment: &options.environment,
    }
}

fn read_version(document: &Document, model: &mut Model) {
    model.version_field = detect::version_field(document.tree());
    model.version = match &model.version_field {
        Some(field) => Version::read(&field.text).map(|reading| reading.version),
        None => versions::of_fragment(&model.surroundings).first().copied(),
    };
}

/// The findings of all rules, not sorted; those of units are in `memo`, if they are kept.
fn check(
    document: &Document,
    options: &Options,
    model: &Model,
    memo: Option<&units::Memo>,
) -> Vec<Finding> {
    let tree = document.tree();
    let Some(version) = model.version else {
        return units::unknown_version(tree, model.kind, &options.environment);
    };
    let mut findings = Vec::new();
    let local: Box<dyn Iterator<Item = Vec<Finding>>> = match memo {
        Some(memo) => Box::new(memo.local(model)),
        None => Box::new(units::local(tree, model, rules(options))),
    };
    let is_on = |rule: &'static Rule| units::is_shown(rule, version, &options.rule_set);
    let environment = &options.environment;
    crate::rules::document::check(tree, model, environment, &is_on, local, &mut findings);
    findings.retain(|finding| is_on(finding.rule));
    findings
}

/// The findings of a file without `asyncapi`, from those as its newest version.
fn in_other_versions(
    document: &Document,
    options: &Options,
    newest: &Model,
    findings: Vec<Finding>,
) -> Vec<Finding> {
    let versions = versions::of_fragment(&options.surroundings);
    let mut all = vec![findings];
    for version in versions.iter().skip(1) {
        let mut model = Model::empty(newest.kind);
        model.surroundings = Arc::clone(&options.surroundings);
        model.version = Some(*version);
        units::read(document.tree(), &mut model, None, None);
        all.push(check(document, options, &model, None));
    }
    versions::merged(&options.surroundings, &versions, all)
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

/// Takes the findings about unused schemes out that a server without security names: it says where
/// the scheme is missing.
fn take_unused_schemes<'f>(
    findings: &mut Vec<Finding>,
    silent: impl Iterator<Item = &'f Finding>,
) -> Vec<Finding> {
    let silent: Vec<&Finding> = silent.collect();
    let open = findings.iter().chain(silent);
    let open = open.filter(|one| one.rule == registry::SERVER_WITHOUT_SECURITY);
    // By place, the most severe that names it.
    let mut named: HashMap<TextRange, Severity> = HashMap::new();
    for one in open {
        let severity = one.shown_severity();
        for related in one.related() {
            let loudest = named.entry(related.range).or_insert(severity);
            *loudest = severity.min(*loudest);
        }
    }
    let is_said = |one: &mut Finding| {
        one.rule == registry::SECURITY_SCHEME_UNUSED
            && (named.get(&one.range)).is_some_and(|loudest| *loudest <= one.shown_severity())
    };
    findings.extract_if(.., is_said).collect()
}

/// Messages are written for YAML.
fn word<'f>(tree: &Tree, findings: impl Iterator<Item = &'f mut Finding>) {
    if tree.format() == Format::Json {
        findings.for_each(word_for_json);
    }
}

fn word_for_json(finding: &mut Finding) {
    let word = |message: &mut Box<str>| {
        if let Cow::Owned(worded) = in_notation(message, Format::Json) {
            *message = worded.into();
        }
    };
    word(&mut finding.message);
    let mut related = finding.related().iter();
    if related.any(|related| matches!(in_notation(&related.message, Format::Json), Cow::Owned(_))) {
        finding.change_related(|related| {
            let messages = related.iter_mut().map(|related| &mut related.message);
            messages.for_each(word);
        });
    }
}

/// Sorts the findings and drops duplicates. Of duplicates with different severities the rule's own
/// severity wins.
fn sort(findings: &mut Vec<Finding>) {
    findings.sort_unstable_by(order);
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
    let key = |finding: &Finding| (finding.range.start(), finding.range.end(), finding.rule);
    let places = |finding: &Finding| -> Vec<TextRange> {
        let related = finding.related().iter();
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
    let after = (range.start() + 1..=range.start() + 4)
        .find(|end| *end <= text.len() && text.floor(*end) == *end);
    match after {
        Some(end) => TextRange::new(range.start(), end),
        None => TextRange::new(text.floor(range.start().saturating_sub(1)), range.start()),
    }
}

/// How many bytes of a document over the size limit are read to detect its kind.
const BEGINNING: usize = 64 << 10;

/// What kind of document this is. Of a document over the size limit only the beginning is read.
fn kind(document: &Document, surroundings: &Surroundings) -> DocumentKind {
    let tree = document.tree();
    if !tree.is_too_long() {
        let has_parts = !surroundings.parts.is_empty() && detect::may_have_parts(tree);
        return match detect::kind(tree) {
            DocumentKind::Other if has_parts => DocumentKind::Fragment(Fragment::Parts),
            kind => kind,
        };
    }
    let beginning = document.text().slice(TextRange::new(0, BEGINNING));
    detect::kind(&Tree::parse(&beginning, document.tree().format()))
}
