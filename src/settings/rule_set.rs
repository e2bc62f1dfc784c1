//! Which rules run on one document, their severities, and what is ignored.

use std::sync::Arc;

use super::{Level, Preset, RuleEntry, Selector};
use crate::rules::finding::Finding;
use crate::rules::registry::RULES;
use crate::rules::rule::{Rule, Severity};

/// The rules of one document. Clones share the data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleSet {
    inner: Arc<Inner>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Inner {
    preset: Preset,
    /// In the order of [`RULES`].
    levels: Vec<Level>,
    ignores: Vec<Silence>,
}

/// Rules whose findings are ignored in a part of the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Silence {
    /// Which of the ignores of its settings it is.
    pub index: usize,
    /// Which rules.
    pub rules: Vec<Selector>,
    /// A JSON Pointer to the part (RFC 6901); `""` is the whole document.
    pub pointer: String,
}

impl Default for RuleSet {
    fn default() -> Self {
        Self::new(Preset::default())
    }
}

impl RuleSet {
    /// The rules of a preset.
    pub fn new(preset: Preset) -> Self {
        let level = |runs| if runs { Level::On } else { Level::Off };
        let levels = RULES.iter().map(|rule| level(preset.runs(rule)));
        Self {
            inner: Arc::new(Inner {
                preset,
                levels: levels.collect(),
                ignores: Vec::new(),
            }),
        }
    }

    /// Applies the entries of a `[rules]` table. An entry for a rule wins over one for its group. A
    /// severity for a group does not switch on rules that are off.
    #[must_use]
    pub fn with_entries(mut self, entries: &[RuleEntry]) -> Self {
        if entries.is_empty() {
            return self;
        }
        let inner = Arc::make_mut(&mut self.inner);
        let is_group = |entry: &&RuleEntry| matches!(entry.selector, Selector::Group(_));
        let groups = entries.iter().filter(is_group);
        let ids = entries.iter().filter(|entry| !is_group(entry));
        for entry in groups.chain(ids) {
            for (rule, level) in RULES.iter().zip(&mut inner.levels) {
                let stays_off =
                    *level == Level::Off && matches!(entry.level, Level::At(_)) && is_group(&entry);
                if entry.selector.selects(rule) && !stays_off {
                    *level = entry.level;
                }
            }
        }
        self
    }

    /// Switches on rules by id if they are off. Unknown ids are ignored.
    #[must_use]
    pub fn switched_on<'i>(self, ids: impl IntoIterator<Item = &'i str>) -> Self {
        let rules = ids.into_iter().filter_map(crate::rules::registry::rule);
        let entries: Vec<RuleEntry> = rules
            .filter(|rule| !self.is_on(rule))
            .map(|rule| RuleEntry {
                selector: Selector::Rule(rule.id),
                level: Level::On,
            })
            .collect();
        self.with_entries(&entries)
    }

    /// Adds parts of the document in which rules are ignored.
    #[must_use]
    pub fn with_silences(mut self, silences: Vec<Silence>) -> Self {
        if !silences.is_empty() {
            Arc::make_mut(&mut self.inner).ignores.extend(silences);
        }
        self
    }

    /// The preset.
    pub fn preset(&self) -> Preset {
        self.inner.preset
    }

    /// The level of a rule; `On` for one that is not in the registry.
    pub fn level(&self, rule: &Rule) -> Level {
        let at = RULES.binary_search(&rule).ok();
        at.and_then(|at| self.inner.levels.get(at))
            .copied()
            .unwrap_or(Level::On)
    }

    /// Whether a rule's findings are shown.
    pub fn is_on(&self, rule: &Rule) -> bool {
        self.level(rule) != Level::Off
    }

    /// The severity of a finding if it differs from its rule's. A severity in the settings wins over
    /// one that the check chose.
    pub fn severity(&self, finding: &Finding) -> Option<Severity> {
        match self.level(finding.rule) {
            Level::At(severity) => Some(severity),
            Level::On | Level::Off => finding.severity,
        }
    }

    /// The parts of the document in which rules are ignored.
    pub fn silences(&self) -> &[Silence] {
        &self.inner.ignores
    }
}
