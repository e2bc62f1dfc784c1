//! What a rule returns.

use crate::rules::rule::{Rule, Severity};
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
    /// What its fix needs to know beside the places.
    pub data: Data,
}

/// What a rule found out that its fix, or the silencing by syntax errors, needs as well. The
/// message says the same in words, and nobody reads it there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Data {
    /// Nothing.
    #[default]
    None,
    /// The name or value that was probably meant.
    Meant(String),
    /// The text of the `$ref` that was probably meant.
    MeantReference(String),
    /// The fields that an object lacks.
    MissingFields(Vec<&'static str>),
}

/// Another place that belongs to a finding, with its own words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    /// Where.
    pub range: TextRange,
    /// What is there.
    pub message: String,
    /// Whether the fault lies there as well, so that a fix changes this place, too.
    pub is_part: bool,
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
            data: Data::None,
        }
    }

    /// The same with a severity of its own.
    #[must_use]
    pub fn at(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }

    /// The same with what a fix needs to know.
    #[must_use]
    pub fn data(mut self, data: Data) -> Self {
        self.data = data;
        self
    }

    /// The same with the name or value that was probably meant, if there is one.
    #[must_use]
    pub fn meant(self, meant: Option<&str>) -> Self {
        match meant {
            Some(meant) => self.data(Data::Meant(meant.to_owned())),
            None => self,
        }
    }

    /// The same with one more related place.
    #[must_use]
    pub fn with(self, range: TextRange, message: impl Into<String>) -> Self {
        self.relate(range, message.into(), false)
    }

    /// The same with one more place where the fault lies as well.
    #[must_use]
    pub fn with_part(self, range: TextRange, message: impl Into<String>) -> Self {
        self.relate(range, message.into(), true)
    }

    fn relate(mut self, range: TextRange, message: String, is_part: bool) -> Self {
        self.related.push(Related {
            range,
            message,
            is_part,
        });
        self
    }

    /// The further places where the fault lies.
    pub fn other_parts(&self) -> impl Iterator<Item = TextRange> {
        let parts = self.related.iter().filter(|related| related.is_part);
        parts.map(|related| related.range)
    }
}
