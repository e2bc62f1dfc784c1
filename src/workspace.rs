//! Which open document refers to which, so that a file without an `asyncapi` key is checked as
//! the version of the document that uses it.

pub mod loader;
pub mod settings_file;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use fluent_uri::{Uri, UriRef};

use crate::analysis::Analysis;
use crate::model::DocumentKind;
use crate::model::references::external::externals;
use crate::model::surroundings::Surroundings;
use crate::spec::Version;

/// The open documents, by URI.
#[derive(Debug, Default)]
pub struct Workspace {
    documents: HashMap<String, Known>,
}

/// What other documents need to know about one.
#[derive(Debug, Default, PartialEq, Eq)]
struct Known {
    version: Option<Version>,
    /// Normalised URIs of the files it refers to.
    files: BTreeSet<String>,
}

impl Workspace {
    /// Sets or updates a document. Returns whether the version of other documents may have changed.
    pub fn set(&mut self, uri: &str, analysis: &Analysis) -> bool {
        let version = match analysis.model.kind {
            DocumentKind::AsyncApi => analysis.model.version,
            // A fragment passes on the version it was given.
            DocumentKind::Fragment(_) => {
                let documents = &analysis.options.surroundings.documents;
                documents.iter().map(|document| document.version).max()
            }
            DocumentKind::Other => None,
        };
        let files = (externals(&analysis.model))
            .filter_map(|external| file(uri, external.text))
            .collect();
        self.put(uri, Known { version, files })
    }

    /// Removes a document. Returns whether the version of other documents may have changed.
    pub fn remove(&mut self, uri: &str) -> bool {
        let known = self.documents.remove(uri);
        known.is_some_and(|known| !known.files.is_empty())
    }

    /// The newest version of the documents that refer to this one.
    pub fn fragment_version(&self, uri: &str) -> Option<Version> {
        let uri = normal(uri)?;
        self.documents
            .values()
            .filter(|known| known.files.contains(&uri))
            .filter_map(|known| known.version)
            .max()
    }

    /// What is known of the others: the version of those that refer to this document.
    pub fn surroundings(&self, uri: &str) -> Arc<Surroundings> {
        let version = self.fragment_version(uri);
        Arc::new(version.map_or_else(Surroundings::default, Surroundings::used_as))
    }

    fn put(&mut self, uri: &str, known: Known) -> bool {
        let old = self.documents.get(uri);
        if old.is_some_and(|old| *old == known) {
            return false;
        }
        let matters = !known.files.is_empty() || old.is_some_and(|old| !old.files.is_empty());
        self.documents.insert(uri.to_owned(), known);
        matters
    }
}

/// The URI of the file that a relative reference in the document at `base` leads to (RFC 3986,
/// section 5); `None` for references within the document.
fn file(base: &str, reference: &str) -> Option<String> {
    let path = reference
        .split('#')
        .next()
        .filter(|path| !path.is_empty())?;
    let relative = UriRef::parse(path).ok()?;
    if relative.scheme().is_some() {
        return None;
    }
    let target = relative.resolve_against(&Uri::parse(base).ok()?).ok()?;
    Some(target.normalize().into_string())
}

fn normal(uri: &str) -> Option<String> {
    Some(Uri::parse(uri).ok()?.normalize().into_string())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::analysis::Options;
    use crate::syntax::document::Document;
    use crate::syntax::format::Format;

    #[test]
    fn references_lead_to_files_beside_the_document() {
        let base = "file:///home/api/main.yaml";
        for (reference, expected) in [
            ("schemes.yaml", Some("file:///home/api/schemes.yaml")),
            (
                "./schemes.yaml#/oauth",
                Some("file:///home/api/schemes.yaml"),
            ),
            ("../a%20b/c.json#", Some("file:///home/a%20b/c.json")),
            ("#/components/securitySchemes/a", None),
            ("https://a.example/schemes.yaml", None),
            ("file:///home/api/x.yaml", None),
            ("not a uri.yaml", None),
            ("", None),
        ] {
            assert_eq!(file(base, reference).as_deref(), expected, "{reference}");
        }
        assert_eq!(file("no uri", "schemes.yaml"), None);
    }

    #[test]
    fn a_fragment_has_the_version_of_what_refers_to_it() {
        let document = |version: &str, file: &str| {
            let text = format!(
                "asyncapi: {version}\ncomponents:\n  securitySchemes:\n    a:\n      $ref: '{file}'\n"
            );
            Analysis::new(Document::new(&text, Format::Yaml), Options::default(), None)
        };
        let (one, two) = ("file:///w/one.yaml", "file:///w/two.yaml");
        let fragment = "file:///w/parts/a.yaml";
        let mut workspace = Workspace::default();
        assert_eq!(workspace.fragment_version(fragment), None);
        assert!(workspace.set(one, &document("2.4.0", "parts/a.yaml")));
        assert!(!workspace.set(one, &document("2.4.0", "./parts/a.yaml#/x")));
        assert_eq!(workspace.fragment_version(fragment), Some(Version::V2_4));
        assert_eq!(workspace.fragment_version("file:///w/a.yaml"), None);
        assert!(workspace.set(two, &document("3.0.0", "parts/a.yaml")));
        assert_eq!(workspace.fragment_version(fragment), Some(Version::V3_0));
        assert!(workspace.remove(two));
        assert!(workspace.set(one, &document("2.6.0", "parts/a.yaml")));
        assert_eq!(workspace.fragment_version(fragment), Some(Version::V2_6));
        assert!(workspace.set(one, &document("2.6.0", "#/x")));
        assert_eq!(workspace.fragment_version(fragment), None);
    }
}
