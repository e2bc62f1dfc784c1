//! A rule that a document wants to be silent, and where.

use crate::rules::registry;
use crate::rules::rule::Rule;
use crate::text::range::TextRange;

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

impl Said {
    /// Reads the text of a name.
    pub(super) fn of(text: &str) -> Self {
        match registry::rule(text) {
            Some(rule) => Self::Rule(rule),
            None => Self::Unknown(text.to_owned()),
        }
    }
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
    pub(super) fn covers(&self, range: TextRange) -> bool {
        match self {
            Self::Document => true,
            Self::Line(line) => line.touches(range.start),
            Self::Parts(parts) => parts.iter().any(|part| part.contains(range)),
            Self::Nowhere => false,
        }
    }
}
