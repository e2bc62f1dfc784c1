//! Everything computed from one snapshot of a document.

use std::collections::HashMap;

use crate::model::{DocumentKind, Model};
use crate::rules::finding::Finding;
use crate::spec::Version;
use crate::syntax::document::Document;
use crate::text::TextEdit;

/// What an analysis depends on beside the document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Rules that are off by default and are run nevertheless, by id.
    pub switched_on: Vec<String>,
    /// The version a fragment is checked as; the newest one where nothing says otherwise.
    pub fragment_version: Option<Version>,
}

/// A document at one version with all that is known about it.
#[derive(Debug, Clone)]
pub struct Analysis {
    /// Text and tree.
    pub document: Document,
    /// What it depends on.
    pub options: Options,
    /// What it says.
    pub model: Model,
    /// Everything that is found, in the order of the text; rules that are off by default and
    /// not switched on are not among it.
    pub findings: Vec<Finding>,
}

impl Analysis {
    /// Analyses a document from nothing.
    pub fn new(document: Document, options: Options) -> Self {
        let model = Model {
            kind: DocumentKind::Other,
            version_field: None,
            version: None,
            units: Vec::new(),
            components: HashMap::new(),
        };
        Self {
            document,
            options,
            model,
            findings: Vec::new(),
        }
    }

    /// The analysis after edits (each in the coordinates of the text that the one before it
    /// left); what the edits did not touch is taken over.
    #[must_use]
    pub fn edited(&self, edits: &[TextEdit]) -> Self {
        Self::new(self.document.edited(edits), self.options.clone())
    }
}
