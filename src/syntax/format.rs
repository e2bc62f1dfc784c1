//! In what a document is written.

/// In what a document is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// YAML 1.2.
    Yaml,
    /// JSON with comments and trailing commas.
    Json,
}
