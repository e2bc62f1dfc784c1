//! In what a document is written.

/// How a document is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// YAML 1.2.
    Yaml,
    /// JSON with comments and trailing commas.
    Json,
}

/// What a document is said to be written in. All JSON is read alike; the language decides what is
/// an error in it.
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
