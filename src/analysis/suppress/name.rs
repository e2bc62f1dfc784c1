//! The name of a rule in a suppression, and where the suppression applies.

use crate::rules::registry;
use crate::rules::rule::Rule;
use crate::text::range::TextRange;

/// The name of a rule in a suppression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// Without quotes.
    pub range: TextRange,
    /// The rule that it names.
    pub rule: RuleName,
    /// Where the rule is silent.
    pub scope: Scope,
}

/// The rule that a name stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RuleName {
    /// The id of a rule.
    Known(&'static Rule),
    /// The name of no rule.
    Unknown(String),
    /// A name is missing; the message says what to do.
    Missing(&'static str),
}

impl RuleName {
    /// Reads the text of a name.
    pub(super) fn of(text: &str) -> Self {
        match registry::rule(text) {
            Some(rule) => Self::Known(rule),
            None => Self::Unknown(text.to_owned()),
        }
    }
}

/// Where a suppression applies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Everywhere.
    Document,
    /// For findings that start on this line.
    Line(TextRange),
    /// For findings inside of one of these ranges.
    Parts(Vec<TextRange>),
    /// Nowhere: `ignore-file` after the first key, or a comment with nothing after it.
    Nowhere,
}

impl Scope {
    pub(super) fn covers(&self, range: TextRange) -> bool {
        match self {
            Self::Document => true,
            Self::Line(line) => line.touches(range.start()),
            Self::Parts(parts) => parts.iter().any(|part| part.contains(range)),
            Self::Nowhere => false,
        }
    }
}
