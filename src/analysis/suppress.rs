//! Suppressions: comments and keys in a document that silence rules.
//!
//! A comment `asyncapi-security: ignore[rule, rule] reason` applies to what starts on its line,
//! or, alone on its line, on the next line with content; `ignore-file[...]` before the first key
//! to the whole document. The key `x-asyncapi-security-ignore` applies to the object it is
//! in, including that object's own key; at the root to the whole document. Each name is a rule's
//! id: a suppression of everything would hide the next mistake too.

mod covering;
pub mod name;
pub mod read;

use std::collections::BTreeSet;

use covering::Covering;
use name::{Name, RuleName, Scope};
use read::{MARK, read_comment, read_key};

use crate::model::Model;
use crate::rules::finding::Finding;
use crate::rules::messages::{nearest, quoted};
use crate::rules::registry::{self, RULES};
use crate::rules::rule::{Group, Rule};
use crate::settings::rule_set::RuleSet;
use crate::syntax::document::Document;
use crate::syntax::tree::Tree;
use crate::text::range::TextRange;

/// All names of rules that the document silences.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Suppressions {
    /// In the order of the text.
    pub names: Vec<Name>,
}

impl Suppressions {
    /// Reads all suppressions of a document.
    pub fn read(document: &Document) -> Self {
        let mut names = Vec::new();
        let text = document.text();
        for at in text.occurrences(TextRange::new(0, text.len()), MARK) {
            read_key(document, at, &mut names);
            read_comment(document, at, &mut names);
        }
        names.sort_by_key(|name| name.range);
        // A mark in the reason of a suppression leads to the same key again.
        names.dedup_by_key(|name| name.range);
        Self { names }
    }

    /// The name that the offset touches.
    pub fn at(&self, offset: usize) -> Option<&Name> {
        self.names.iter().find(|name| name.range.touches(offset))
    }
}

/// What is silent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Suppressed {
    /// The findings.
    pub findings: Vec<Finding>,
    /// Which ignores of the settings silence one of them.
    pub ignores: BTreeSet<usize>,
}

/// Moves the suppressed findings out of `findings` and returns them; appends findings about the
/// suppressions themselves.
pub fn apply(
    document: &Document,
    model: &Model,
    rule_set: &RuleSet,
    suppressions: &Suppressions,
    findings: &mut Vec<Finding>,
) -> Suppressed {
    let silences = rule_set.silences();
    if suppressions.names.is_empty() && silences.is_empty() {
        return Suppressed::default();
    }
    let mut ignores = BTreeSet::new();
    let mut is_used = vec![false; suppressions.names.len()];
    let covering = Covering::new(&suppressions.names);
    let is_named = |finding: &Finding| {
        let mut is_covered = false;
        for name in covering.of(finding.rule, finding.range) {
            is_used[name] = true;
            is_covered = true;
        }
        is_covered
    };
    let mut is_suppressed: Vec<bool> = findings.iter().map(is_named).collect();
    let mut own = findings_about(document, model, rule_set, suppressions, &is_used);
    let mut own_suppressed = Vec::new();
    for silence in silences {
        let parts = parts(document.tree(), &silence.pointer);
        let is_meant = |finding: &Finding| {
            (silence.rules.iter()).any(|selector| selector.selects(finding.rule))
                && parts.covers(finding.range)
        };
        let before = own_suppressed.len();
        let mut is_used = false;
        for (finding, is_suppressed) in findings.iter().zip(&mut is_suppressed) {
            let is_meant = is_meant(finding);
            *is_suppressed |= is_meant;
            is_used |= is_meant;
        }
        own_suppressed.extend(own.extract_if(.., |finding| is_meant(finding)));
        if is_used || own_suppressed.len() > before {
            ignores.insert(silence.index);
        }
    }
    let mut marks = is_suppressed.iter();
    let taken = findings.extract_if(.., |_| marks.next() == Some(&true));
    let mut suppressed: Vec<Finding> = taken.collect();
    suppressed.append(&mut own_suppressed);
    findings.append(&mut own);
    Suppressed {
        findings: suppressed,
        ignores,
    }
}

/// The node at a pointer, with its key.
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

/// Findings about the suppressions themselves.
fn findings_about(
    document: &Document,
    model: &Model,
    rule_set: &RuleSet,
    suppressions: &Suppressions,
    is_used: &[bool],
) -> Vec<Finding> {
    let mut is_sure = None;
    let mut findings = Vec::new();
    for (name, used) in suppressions.names.iter().zip(is_used) {
        let finding = match &name.rule {
            RuleName::Missing(advice) => {
                Finding::new(registry::SUPPRESSION_UNKNOWN_RULE, name.range, *advice)
            }
            RuleName::Unknown(text) => Finding::new(
                registry::SUPPRESSION_UNKNOWN_RULE,
                name.range,
                unknown(text),
            ),
            RuleName::Known(id) => {
                let is_in_question = !used && rule_set.is_on(id) && !is_about_us(id);
                let sure = || is_fully_read(document.tree(), model);
                if !is_in_question || !*is_sure.get_or_insert_with(sure) {
                    continue;
                }
                Finding::new(registry::SUPPRESSION_UNUSED, name.range, unused(name, id))
            }
        };
        if rule_set.is_on(finding.rule) {
            findings.push(Finding {
                severity: rule_set.severity(&finding),
                ..finding
            });
        }
    }
    findings
}

/// Whether the whole document was read. Otherwise a suppression may be needed by a finding that
/// only appears once the errors are corrected.
fn is_fully_read(tree: &Tree, model: &Model) -> bool {
    model.version.is_some() && tree.errors().iter().all(|error| error.kind.is_repetition())
}

fn is_about_us(rule: &Rule) -> bool {
    rule.group == Group::Suppression
}

fn unused(name: &Name, rule: &Rule) -> String {
    let id = rule.id;
    match name.scope {
        Scope::Nowhere => {
            "`ignore-file` only counts before the first key; move it there, or write `ignore`"
                .to_owned()
        }
        Scope::Document => format!("`{id}` finds nothing in this document; remove it here"),
        Scope::Line(_) | Scope::Parts(_) => {
            format!("`{id}` finds nothing here; remove it from this suppression")
        }
    }
}

fn unknown(text: &str) -> String {
    let shown = quoted(text);
    if Group::ALL.iter().any(|group| group.as_str() == text) {
        return format!("{shown} is a group of rules; name each rule that is to be silent here");
    }
    match nearest(text, RULES.iter().map(|rule| rule.id)) {
        Some(meant) => format!("there is no rule {shown}; did you mean `{meant}`?"),
        None => format!("there is no rule {shown}; see `asyncapi-security-lsp rules`"),
    }
}
