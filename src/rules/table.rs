//! The table of rules.

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Wrong.
    Error,
    /// Insecure or misleading.
    Warning,
    /// Worth knowing.
    Information,
    /// Shown faintly.
    Hint,
}
