//! Formats and languages of documents.

/// How a document is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// YAML 1.2.
    Yaml,
    /// JSON with comments and trailing commas.
    Json,
}

/// The declared language of a document. All JSON is read alike; the language decides what counts as
/// an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Language {
    /// YAML 1.2.
    Yaml,
    /// JSON (RFC 8259).
    Json,
    /// JSON with comments and trailing commas.
    Jsonc,
}

impl Language {
    /// How it is read.
    pub fn format(self) -> Format {
        match self {
            Self::Yaml => Format::Yaml,
            Self::Json | Self::Jsonc => Format::Json,
        }
    }
}

impl From<Format> for Language {
    fn from(format: Format) -> Self {
        match format {
            Format::Yaml => Self::Yaml,
            Format::Json => Self::Jsonc,
        }
    }
}
