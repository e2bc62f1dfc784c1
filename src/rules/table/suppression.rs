//! Rules about what a document says on our findings.

use super::{Basis, Group, Rule, Severity, Tag};

/// A suppression names a rule that does not exist, or none.
pub const SUPPRESSION_UNKNOWN_RULE: Rule = Rule::new(
    "suppression-unknown-rule",
    "a suppression names no rule that exists",
    include_str!("../pages/suppression-unknown-rule.md"),
    Group::Suppression,
    Severity::Warning,
    Basis::Advice,
);

/// A suppression silences nothing.
pub const SUPPRESSION_UNUSED: Rule = Rule::new(
    "suppression-unused",
    "a suppression silences nothing",
    include_str!("../pages/suppression-unused.md"),
    Group::Suppression,
    Severity::Information,
    Basis::Advice,
)
.tagged(&[Tag::Unnecessary]);
