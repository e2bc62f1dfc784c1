//! A finding that is to be remedied, and the remedies found so far.

use super::{Fix, FixKind, backwards};
use crate::analysis::Analysis;
use crate::edits::builder::EditBuilder;
use crate::edits::path::NodePath;
use crate::model::At;
use crate::model::facts::Scheme;
use crate::rules::finding::{Data, Finding};
use crate::rules::rule::Group;
use crate::rules::words::quoted;
use crate::spec::Version;
use crate::syntax::document::Tree;
use crate::syntax::node::{Entry, Node};

/// A finding that is to be remedied.
pub struct Case<'a> {
    /// The document with all that is known about it.
    pub analysis: &'a Analysis,
    /// What is wrong.
    pub finding: &'a Finding,
    /// The node at the place of the finding.
    pub spot: NodePath<'a>,
    /// The version whose rules hold.
    pub version: Version,
    fixes: Vec<Fix>,
}

impl<'a> Case<'a> {
    /// The case of a finding; `None` where nothing stands at its place.
    pub fn new(analysis: &'a Analysis, finding: &'a Finding) -> Option<Self> {
        Some(Self {
            analysis,
            finding,
            spot: NodePath::of_range(analysis.document.tree(), finding.range)?,
            version: analysis.model.version?,
            fixes: Vec::new(),
        })
    }

    /// The tree.
    pub fn tree(&self) -> &'a Tree {
        self.analysis.document.tree()
    }

    /// The rule.
    pub fn rule(&self) -> &'static str {
        self.finding.rule.id
    }

    /// The entry whose key or value the place is.
    pub fn entry(&self) -> Option<Entry<'a>> {
        self.spot.entry()
    }

    /// The mapping whose key or value the place is.
    pub fn mapping(&self) -> Option<Node<'a>> {
        let parent = self.spot.parent()?.node();
        parent.is_mapping().then_some(parent)
    }

    /// The field of that name of the mapping at hand.
    pub fn sibling(&self, name: &str) -> Option<Entry<'a>> {
        self.mapping()?.get(name)
    }

    /// The scheme whose key, or first key, the place is, with its mapping.
    pub fn scheme(&self) -> Option<(At<'a, Scheme>, NodePath<'a>)> {
        let scheme = (self.analysis.model.schemes())
            .find(|scheme| scheme.abs(scheme.fact.anchor) == self.finding.range)?;
        let spot = NodePath::of_range(self.tree(), scheme.abs(scheme.fact.range))?;
        spot.node().is_mapping().then_some((scheme, spot))
    }

    /// The name or value that was probably meant.
    pub fn meant(&self) -> Option<&'a str> {
        match &self.finding.data {
            Data::Meant(meant) => Some(meant),
            _ => None,
        }
    }

    /// Offers a remedy, if it can be made and is one.
    pub fn offer(
        &mut self,
        title: impl Into<String>,
        kind: FixKind,
        make: impl FnOnce(&mut EditBuilder) -> Option<()>,
    ) {
        self.offer_if(title.into(), kind, make, |_, _| true);
    }

    /// The same for remedies that can cause another finding: then they are none.
    pub fn offer_clean(
        &mut self,
        title: impl Into<String>,
        kind: FixKind,
        make: impl FnOnce(&mut EditBuilder) -> Option<()>,
    ) {
        self.offer_if(title.into(), kind, make, |before, after| {
            (after.findings.iter()).all(|found| {
                let is_same = |other: &&Finding| other.rule == found.rule;
                let count = |analysis: &Analysis| analysis.findings.iter().filter(is_same).count();
                count(after) <= count(before)
            })
        });
    }

    fn offer_if(
        &mut self,
        mut title: String,
        kind: FixKind,
        make: impl FnOnce(&mut EditBuilder) -> Option<()>,
        is_fine: impl FnOnce(&Analysis, &Analysis) -> bool,
    ) {
        let mut draft = EditBuilder::new(&self.analysis.document);
        if make(&mut draft).is_none() {
            return;
        }
        let edits = draft.finish();
        if edits.is_empty() || self.fixes.iter().any(|fix| fix.edits == edits) {
            return;
        }
        let after = self.analysis.clone().edited(&backwards(&edits));
        if !self.is_remedied(&after) || !is_fine(self.analysis, &after) {
            return;
        }
        if kind == FixKind::ChangesMeaning {
            title.push_str(" (changes meaning)");
        }
        self.fixes.push(Fix {
            title,
            kind,
            edits,
            is_preferred: false,
        });
    }

    /// Offers to remove the member at the place.
    pub fn offer_removal(&mut self, kind: FixKind) {
        let Some(entry) = self.entry() else { return };
        let title = format!("Remove {}", quoted(entry.key.value()));
        self.offer(title, kind, |draft| draft.remove(entry));
    }

    /// Offers to rename the key at the place.
    pub fn offer_rename(&mut self, name: &str, kind: FixKind) {
        let Some(entry) = self.entry() else { return };
        if self.mapping().is_some_and(|node| node.get(name).is_some()) {
            return;
        }
        let title = format!("Rename {} to {}", quoted(entry.key.value()), quoted(name));
        self.offer(title, kind, |draft| draft.rename(entry.key, name));
    }

    /// Offers another text for the scalar at the place.
    pub fn offer_text(&mut self, text: &str, kind: FixKind) {
        let node = self.spot.node();
        let title = format!("Write {}", quoted(text));
        self.offer(title, kind, |draft| draft.set_text(node, text));
    }

    /// The remedies, the first one preferred if it can be trusted.
    pub fn finish(mut self) -> Vec<Fix> {
        if let Some(first) = self.fixes.first_mut() {
            first.is_preferred = first.kind == FixKind::Safe;
        }
        self.fixes
    }

    /// Whether the finding is gone afterwards and the text can be read as well as before.
    fn is_remedied(&self, after: &Analysis) -> bool {
        let count = |analysis: &Analysis| {
            let is_same = |finding: &&Finding| finding.rule == self.finding.rule;
            analysis.findings.iter().filter(is_same).count()
        };
        let is_gone = count(after) < count(self.analysis);
        is_gone && syntax_faults(after) <= syntax_faults(self.analysis)
    }
}

/// How many findings are about the text itself.
fn syntax_faults(analysis: &Analysis) -> usize {
    let is_syntax = |finding: &&Finding| finding.rule.group == Group::Syntax;
    analysis.findings.iter().filter(is_syntax).count()
}
