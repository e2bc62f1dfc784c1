//! What a rule returns.

use std::borrow::Cow;
use std::sync::Arc;

use crate::model::references::known::Spot;
use crate::rules::rule::{Rule, Severity};
use crate::text::printable::one_line;
use crate::text::range::TextRange;

/// One problem of a document. One cause gives one finding, on the smallest range that shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule.
    pub rule: &'static Rule,
    /// The severity where it differs from the rule's own.
    pub severity: Option<Severity>,
    /// The range, in bytes of the document.
    pub range: TextRange,
    /// What is wrong and what to do; lower case, no full stop.
    pub message: Box<str>,
    /// Whether it is about an inline scheme by itself, wherever that stands.
    pub is_of_inline_scheme: bool,
    /// Related ranges, data and copies. Documents have hundred thousands of findings, of which most
    /// have none, or the same.
    pub more: Option<Arc<More>>,
}

/// What many findings lack; see [`Finding::related`], [`Finding::data`] and [`Finding::copies`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct More {
    related: Vec<Related>,
    data: Data,
    copies: Box<[Finding]>,
}

/// What fixes and the suppression by syntax errors need to know, so that nobody parses messages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Data {
    /// Nothing.
    #[default]
    None,
    /// Nothing stands yet where an object or a list belongs. It is an error in a file that is done,
    /// and no more than a hint in one that is being written.
    Begun,
    /// The name or value that was probably meant.
    Meant(String),
    /// The text of the `$ref` that was probably meant.
    MeantReference(String),
    /// The name of a credential that clients are asked for.
    Asked(String),
    /// The protocols of the servers that it is about.
    Servers(Vec<TextRange>),
    /// The missing fields of an object.
    MissingFields(Vec<&'static str>),
}

/// Another range that belongs to a finding, with a message of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    /// The URI of the file, if it is another one.
    pub file: Option<Arc<str>>,
    /// The range, in bytes of the document or of that file.
    pub range: TextRange,
    /// What is at that range.
    pub message: Box<str>,
    /// Whether it is part of the problem, so that a fix changes it too.
    pub is_part: bool,
}

impl Finding {
    /// A finding with the rule's severity and no related ranges.
    pub fn new(rule: &'static Rule, range: TextRange, message: impl Into<String>) -> Self {
        Self {
            rule,
            severity: None,
            range,
            message: shown(message),
            is_of_inline_scheme: false,
            more: None,
        }
    }

    /// Overrides the rule's severity.
    #[must_use]
    pub fn at(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }

    /// The severity with which it is shown.
    pub fn shown_severity(&self) -> Severity {
        self.severity.unwrap_or(self.rule.severity)
    }

    /// Other ranges that belong to it.
    pub fn related(&self) -> &[Related] {
        self.more.as_ref().map_or(&[], |more| &more.related)
    }

    /// What its fix needs to know beside the ranges.
    pub fn data(&self) -> &Data {
        self.more.as_ref().map_or(&Data::None, |more| &more.data)
    }

    /// The same finding about the copies of an inline scheme. A fix changes them too.
    pub fn copies(&self) -> &[Self] {
        self.more.as_ref().map_or(&[], |more| &more.copies)
    }

    /// Adds data for the fix.
    #[must_use]
    pub fn with_data(mut self, data: Data) -> Self {
        self.set_data(data);
        self
    }

    /// Replaces the data for the fix.
    pub fn set_data(&mut self, data: Data) {
        self.change_more(|more| more.data = data);
    }

    /// Replaces the copies.
    pub fn set_copies(&mut self, copies: Vec<Self>) {
        self.change_more(|more| more.copies = copies.into());
    }

    /// Has the related ranges, the data and the copies of another one, and no others.
    #[must_use]
    pub fn like(mut self, other: &Self) -> Self {
        self.more.clone_from(&other.more);
        self
    }

    fn change_more(&mut self, change: impl FnOnce(&mut More)) {
        let mut more = self.more.take().unwrap_or_default();
        change(Arc::make_mut(&mut more));
        self.more = Some(more).filter(|more| **more != More::default());
    }

    /// Adds the name or value that was probably meant, if there is one.
    #[must_use]
    pub fn meant(self, meant: Option<&str>) -> Self {
        match meant {
            Some(meant) => self.with_data(Data::Meant(meant.to_owned())),
            None => self,
        }
    }

    /// Adds a related range.
    #[must_use]
    pub fn with(self, range: TextRange, message: impl Into<String>) -> Self {
        self.with_range(range, shown(message), false)
    }

    /// Adds a related range that is part of the problem.
    #[must_use]
    pub fn with_part(self, range: TextRange, message: impl Into<String>) -> Self {
        self.with_range(range, shown(message), true)
    }

    /// Adds a related range, here or in another file.
    #[must_use]
    pub fn with_spot(mut self, spot: Spot<'_>, message: impl Into<String>) -> Self {
        self.relate([Related {
            file: spot.file.cloned(),
            range: spot.range,
            message: shown(message),
            is_part: false,
        }]);
        self
    }

    fn with_range(mut self, range: TextRange, message: Box<str>, is_part: bool) -> Self {
        self.relate([Related {
            file: None,
            range,
            message,
            is_part,
        }]);
        self
    }

    /// Adds related ranges.
    pub fn relate(&mut self, more: impl IntoIterator<Item = Related>) {
        self.change_related(|related| {
            related.extend(more);
            // Nearly always there is one, and a vector makes space for four.
            related.shrink_to_fit();
        });
    }

    /// Keeps only some of the related ranges.
    pub fn retain_related(&mut self, is_kept: impl FnMut(&Related) -> bool) {
        if !self.related().is_empty() {
            self.change_related(|related| related.retain(is_kept));
        }
    }

    /// Changes the related ranges.
    pub fn change_related(&mut self, change: impl FnOnce(&mut Vec<Related>)) {
        self.change_more(|more| change(&mut more.related));
    }

    /// Its range, and those of its copies.
    pub fn places(&self) -> impl Iterator<Item = TextRange> {
        let copies = self.copies().iter().map(|copy| copy.range);
        std::iter::once(self.range).chain(copies)
    }

    /// The related ranges in this document.
    pub fn related_here(&self) -> impl Iterator<Item = TextRange> {
        let here = self
            .related()
            .iter()
            .filter(|related| related.file.is_none());
        here.map(|related| related.range)
    }

    /// The related ranges that are part of the problem.
    pub fn other_parts(&self) -> impl Iterator<Item = TextRange> {
        let parts = self.related().iter().filter(|related| related.is_part);
        parts.map(|related| related.range)
    }
}

/// A message as every output can show it. The readers quote the document too.
fn shown(message: impl Into<String>) -> Box<str> {
    let message = message.into();
    match one_line(&message) {
        Cow::Owned(shown) => shown.into(),
        Cow::Borrowed(_) => message.into(),
    }
}
