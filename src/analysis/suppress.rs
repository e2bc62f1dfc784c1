//! What a document says on findings about itself: comments and keys that silence rules.
//!
//! A comment `asyncapi-security: ignore[rule, rule] reason` applies to what starts on its line,
//! or, alone on its line, on the next line with content; `ignore-file[...]` before the first key
//! to the whole document. The key `x-asyncapi-security-ignore` applies to the object it stands
//! in, the object's own key included; at the root to the whole document. Each name is a rule's
//! id: what silences everything silences the next mistake too.

mod comment;
mod key;

use super::Options;
use crate::model::Model;
use crate::rules::finding::Finding;
use crate::rules::messages::{nearest, quoted};
use crate::rules::registry::{self, RULES};
use crate::rules::rule::{Group, Rule};
use crate::syntax::document::{Document, Format, Tree};
use crate::syntax::leaf::SyntaxErrorKind;
use crate::text::range::TextRange;

/// What both forms have in common, so that one search finds them.
const MARK: &str = "asyncapi-security";

/// The key that silences rules in its object.
pub const KEY: &str = "x-asyncapi-security-ignore";

/// So many names are read; a document that silences more is not written by people.
const MAX_NAMES: usize = 1_000;

/// Every name of a rule that the document wants to be silent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Suppressions {
    /// In the order of the text.
    pub names: Vec<Name>,
}

/// The name of a rule in a suppression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// Where it stands.
    pub range: TextRange,
    /// What it says.
    pub said: Said,
    /// Where the rule is to be silent.
    pub scope: Scope,
}

/// What a name says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// The id of a rule.
    Rule(&'static Rule),
    /// The name of no rule.
    Unknown(String),
    /// No name at all where one is needed; what to do, in words.
    Nothing(&'static str),
}

/// Where a rule is to be silent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Everywhere.
    Document,
    /// Where a finding starts on this line.
    Line(TextRange),
    /// Where a finding lies in one of these.
    Parts(Vec<TextRange>),
    /// Nowhere: this form does not count where it stands.
    Nowhere,
}

impl Scope {
    fn covers(&self, range: TextRange) -> bool {
        match self {
            Self::Document => true,
            Self::Line(line) => line.touches(range.start),
            Self::Parts(parts) => parts.iter().any(|part| part.contains(range)),
            Self::Nowhere => false,
        }
    }
}

impl Suppressions {
    /// Reads all of a document.
    pub fn read(document: &Document) -> Self {
        let mut names = Vec::new();
        let text = document.text();
        for at in text.occurrences(TextRange::new(0, text.len()), MARK) {
            if names.len() >= MAX_NAMES {
                break;
            }
            key::read(document, at, &mut names);
            comment::read(document, at, &mut names);
        }
        names.truncate(MAX_NAMES);
        names.sort_by_key(|name| name.range);
        // A mark in the reason of a suppression leads to the same key once more.
        names.dedup_by_key(|name| name.range);
        Self { names }
    }

    /// The name that the offset touches.
    pub fn at(&self, offset: usize) -> Option<&Name> {
        self.names.iter().find(|name| name.range.touches(offset))
    }
}

/// Takes out of the findings what is not wanted and returns it; adds what is wrong with the
/// suppressions themselves.
pub fn apply(
    document: &Document,
    model: &Model,
    options: &Options,
    suppressions: &Suppressions,
    findings: &mut Vec<Finding>,
) -> Vec<Finding> {
    let silences = options.rule_set.silences();
    if suppressions.names.is_empty() && silences.is_empty() {
        return Vec::new();
    }
    let mut is_used = vec![false; suppressions.names.len()];
    let is_named = |finding: &Finding| {
        let mut is_covered = false;
        for (name, used) in suppressions.names.iter().zip(&mut is_used) {
            if name.said == Said::Rule(finding.rule) && name.scope.covers(finding.range) {
                *used = true;
                is_covered = true;
            }
        }
        is_covered
    };
    let mut is_suppressed: Vec<bool> = findings.iter().map(is_named).collect();
    let mut own = faults_of(document, model, options, suppressions, &is_used);
    let mut own_suppressed = Vec::new();
    for silence in silences {
        let parts = parts(document.tree(), &silence.pointer);
        let is_meant = |finding: &Finding| {
            (silence.rules.iter()).any(|selector| selector.selects(finding.rule))
                && parts.covers(finding.range)
        };
        for (finding, is_suppressed) in findings.iter().zip(&mut is_suppressed) {
            *is_suppressed |= is_meant(finding);
        }
        own_suppressed.extend(own.extract_if(.., |finding| is_meant(finding)));
    }
    let mut marks = is_suppressed.iter();
    let taken = findings.extract_if(.., |_| marks.next() == Some(&true));
    let mut suppressed: Vec<Finding> = taken.collect();
    suppressed.append(&mut own_suppressed);
    if !own.is_empty() {
        findings.append(&mut own);
        super::sort(findings);
    }
    suppressed
}

/// The part of a document at a pointer, its key included.
fn parts(tree: &Tree, pointer: &str) -> Scope {
    let Some((parent, token)) = pointer.rsplit_once('/') else {
        return Scope::Document;
    };
    let mut parts = Vec::new();
    parts.extend(tree.pointer(pointer).map(|node| node.range()));
    if let Some(parent) = tree.pointer(parent).filter(|parent| parent.is_mapping()) {
        let name = crate::syntax::tree::pointer_key(token);
        parts.extend(tree.field(parent, &name).map(|entry| entry.key.range()));
    }
    Scope::Parts(parts)
}

/// What is wrong with the suppressions themselves.
fn faults_of(
    document: &Document,
    model: &Model,
    options: &Options,
    suppressions: &Suppressions,
    is_used: &[bool],
) -> Vec<Finding> {
    let mut is_sure = None;
    let mut findings = Vec::new();
    for (name, used) in suppressions.names.iter().zip(is_used) {
        let finding = match &name.said {
            Said::Nothing(words) => {
                Finding::new(registry::SUPPRESSION_UNKNOWN_RULE, name.range, *words)
            }
            Said::Unknown(text) => Finding::new(
                registry::SUPPRESSION_UNKNOWN_RULE,
                name.range,
                unknown(text),
            ),
            Said::Rule(id) => {
                let is_in_question = !used && options.rule_set.is_on(id) && !is_about_us(id);
                let sure = || is_settled(document.tree(), model);
                if !is_in_question || !*is_sure.get_or_insert_with(sure) {
                    continue;
                }
                Finding::new(registry::SUPPRESSION_UNUSED, name.range, unused(name, id))
            }
        };
        if options.rule_set.is_on(finding.rule) {
            findings.push(Finding {
                severity: options.rule_set.severity(&finding),
                ..finding
            });
        }
    }
    findings
}

/// Whether everything was looked at: what nobody could read may yet be found.
fn is_settled(tree: &Tree, model: &Model) -> bool {
    model.version.is_some()
        && tree
            .errors()
            .iter()
            .all(|error| error.kind == SyntaxErrorKind::DuplicateKey)
}

fn is_about_us(rule: &Rule) -> bool {
    rule.group == Group::Suppression
}

fn unused(name: &Name, rule: &Rule) -> String {
    let id = rule.id;
    match name.scope {
        Scope::Nowhere => {
            "`ignore-file` counts before the first key only, move it there or write `ignore`"
                .to_owned()
        }
        Scope::Document => format!("`{id}` finds nothing in this document, remove it here"),
        Scope::Line(_) | Scope::Parts(_) => {
            format!("`{id}` finds nothing here, remove it from this suppression")
        }
    }
}

fn unknown(text: &str) -> String {
    let shown = quoted(text);
    if Group::ALL.iter().any(|group| group.as_str() == text) {
        return format!("{shown} is a group of rules, name each rule that is to be silent here");
    }
    match nearest(text, RULES.iter().map(|rule| rule.id)) {
        Some(meant) => format!("there is no rule {shown}, did you mean `{meant}`"),
        None => format!("there is no rule {shown}, see `asyncapi-security-lsp rules`"),
    }
}

/// A name as it is written.
fn said(text: &str) -> Said {
    match registry::rule(text) {
        Some(rule) => Said::Rule(rule),
        None => Said::Unknown(text.to_owned()),
    }
}

/// Whether a byte lies in a key or value and so is no comment.
fn is_in_scalar(document: &Document, at: usize) -> bool {
    let steps = document.tree().path_at(at);
    steps.iter().any(|step| {
        let scalars = [Some(step.node), step.entry.map(|entry| entry.key)];
        (scalars.into_iter().flatten()).any(|node| {
            let range = node.range();
            node.is_scalar() && range.start <= at && at < range.end
        })
    })
}

/// What starts a comment.
fn is_json(document: &Document) -> bool {
    document.tree().format() == Format::Json
}
