//! What a rule returns.

use super::rule::{Rule, Severity};
use crate::text::range::TextRange;

/// One cause, one finding, on the smallest right place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule.
    pub rule: &'static Rule,
    /// The severity where it differs from the rule's own.
    pub severity: Option<Severity>,
    /// Where.
    pub range: TextRange,
    /// What is wrong and what to do; lower case, no full stop.
    pub message: String,
    /// Other places that belong to it.
    pub related: Vec<Related>,
}

/// Another place that belongs to a finding, with its own words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    /// Where.
    pub range: TextRange,
    /// What is there.
    pub message: String,
}

impl Finding {
    /// A finding at the rule's own severity, without related places.
    pub fn new(rule: &'static Rule, range: TextRange, message: impl Into<String>) -> Self {
        Self {
            rule,
            severity: None,
            range,
            message: message.into(),
            related: Vec::new(),
        }
    }

    /// The same with a severity of its own.
    #[must_use]
    pub fn at(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }

    /// The same with one more related place.
    #[must_use]
    pub fn with(mut self, range: TextRange, message: impl Into<String>) -> Self {
        self.related.push(Related {
            range,
            message: message.into(),
        });
        self
    }
}
