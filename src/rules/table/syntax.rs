//! Rules about the text itself, before anything is known of AsyncAPI.

use super::{Basis, Group, Rule, Severity};

/// A key stands twice in one mapping.
pub const DUPLICATE_KEY: Rule = Rule::new(
    "duplicate-key",
    "a key stands twice in one mapping",
    include_str!("../pages/duplicate-key.md"),
    Group::Syntax,
    Severity::Error,
    Basis::Must,
);

/// A part of the document is too deep or too large to be looked at.
pub const LIMIT_REACHED: Rule = Rule::new(
    "limit-reached",
    "a part of the document is too deep or too large to be looked at",
    include_str!("../pages/limit-reached.md"),
    Group::Syntax,
    Severity::Warning,
    Basis::Advice,
);

/// The text does not follow the grammar of YAML or JSON.
pub const SYNTAX_ERROR: Rule = Rule::new(
    "syntax-error",
    "the text does not follow the grammar of YAML or JSON",
    include_str!("../pages/syntax-error.md"),
    Group::Syntax,
    Severity::Error,
    Basis::Must,
);
