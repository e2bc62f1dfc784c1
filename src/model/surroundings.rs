//! What other files say that a document depends on. It is plain data, computed before the document
//! is analysed, so that equal surroundings cost nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::facts::{Scheme, Unit as Facts};
use super::walk::UnitKind;
use crate::spec::Version;
use crate::text::range::TextRange;

/// What other files say that a document depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Surroundings {
    /// What the references out of this document lead to, by their text as it is written. What is
    /// not here was not read, and is not judged.
    pub targets: BTreeMap<String, Target>,
    /// Of a file without `asyncapi`: the documents that reach it. None if nobody uses it, or its
    /// users are not known.
    pub documents: Vec<UsingDocument>,
    /// The places in this file that other files refer to.
    pub parts: BTreeSet<Part>,
    /// The schemes that other files use, by their name in this document. A name that is a reference
    /// counts as used where its scheme is.
    pub used_schemes: BTreeSet<String>,
    /// The scopes that other files require.
    pub used_scopes: BTreeSet<String>,
    /// Whether all files that may use this one are known, and nothing that it reaches over other
    /// files leads on to what was not read. Until then nothing is unused.
    pub is_complete: bool,
}

impl Default for Surroundings {
    /// A document on its own.
    fn default() -> Self {
        Self {
            targets: BTreeMap::new(),
            documents: Vec::new(),
            parts: BTreeSet::new(),
            used_schemes: BTreeSet::new(),
            used_scopes: BTreeSet::new(),
            is_complete: true,
        }
    }
}

impl Surroundings {
    /// Those of a file of which no more is known than the version of a document that uses it.
    pub fn used_as(version: Version) -> Self {
        Self {
            documents: vec![UsingDocument {
                shown: Arc::from(""),
                version,
                are_schemes_known: false,
                schemes: BTreeMap::new(),
            }],
            ..Self::default()
        }
    }

    /// The schemes of other files that this one may mean.
    pub fn schemes(&self) -> impl Iterator<Item = &Scheme> {
        let single = self.targets.values().filter_map(|target| match target {
            Target::Scheme(foreign) => Some(&foreign.scheme),
            _ => None,
        });
        let maps = self.targets.values().filter_map(|target| match target {
            Target::Schemes(map) => Some(map),
            _ => None,
        });
        let maps = maps.chain(self.documents.iter().map(|document| &document.schemes));
        let of_maps = maps.flat_map(BTreeMap::values).flatten();
        single.chain(of_maps.map(|foreign| &foreign.scheme))
    }
}

/// What a reference to another file leads to, over all files on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A security scheme.
    Scheme(Arc<ForeignScheme>),
    /// A map of names to security schemes; the value of a name that leads on to what was not read
    /// is `None`.
    Schemes(ForeignSchemes),
    /// A server, a channel, an operation or a trait of one.
    Object(Arc<ForeignUnit>),
    /// A map of names to these.
    Objects(BTreeMap<String, Target>),
    /// One of these in this document, by its JSON Pointer: the other file refers back.
    Here(String),
    /// Something else that exists and is not judged here, or a reference that leads on to nothing,
    /// which is said where that one stands.
    Unit,
    /// Something that is no scheme, where one is due.
    Wrong {
        /// Where it stands.
        place: Place,
    },
    /// Nothing: there is no such file, or nothing at the pointer.
    Missing {
        /// Whether the file exists.
        has_file: bool,
        /// The reference that was probably meant, as it would be written there.
        meant: Option<String>,
    },
    /// A circle of references, of which this one is a part. Of a circle over several files, only one
    /// reference is to be told so.
    Cycle,
}

impl Target {
    /// Whether it is something that exists, and no scheme.
    pub fn is_no_scheme(&self) -> bool {
        matches!(
            self,
            Self::Object(_) | Self::Objects(_) | Self::Here(_) | Self::Unit
        )
    }
}

/// A place in another file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The URI of the file.
    pub uri: Arc<str>,
    /// The path as it is shown, from the document that refers to it.
    pub shown: Arc<str>,
    /// The range in that file.
    pub range: TextRange,
}

/// A scheme in another file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignScheme {
    /// Where it stands; the range is that of its name, else of its first key.
    pub place: Place,
    /// Its JSON Pointer in that file.
    pub pointer: String,
    /// Its facts. Their ranges are absolute in that file: never use them in this document.
    pub scheme: Scheme,
}

/// A server, channel, operation or trait in another file, with what its references lead to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignUnit {
    /// The URI of the file.
    pub uri: Arc<str>,
    /// Its JSON Pointer in that file.
    pub pointer: String,
    /// What it is.
    pub kind: UnitKind,
    /// The version as which it is read.
    pub version: Version,
    /// Its facts without its schemes. Their ranges are relative to it, so that text before it can
    /// change: never use them in this document.
    pub facts: Facts,
    /// The schemes in its lists, as [`EntryForm::Inline`](super::facts::EntryForm) counts them;
    /// `None` for one that cannot be read.
    pub schemes: Vec<Option<Arc<ForeignScheme>>>,
    /// What its references lead to by their text, those within its file too.
    pub targets: BTreeMap<String, Target>,
}

/// Schemes of other files by name.
pub type ForeignSchemes = BTreeMap<String, Option<Arc<ForeignScheme>>>;

/// A document with a version that reaches a file without one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsingDocument {
    /// Its path as it is shown, from the file that it reaches.
    pub shown: Arc<str>,
    /// Its version.
    pub version: Version,
    /// Whether all schemes that it declares are known.
    pub are_schemes_known: bool,
    /// The schemes that it declares, by name: what a 2.x name in the file means. The value of a
    /// name that leads to what was not read is `None`.
    pub schemes: ForeignSchemes,
}

/// A place in a file that other files refer to, and what they take it for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Part {
    /// Its JSON Pointer.
    pub pointer: String,
    /// What it is, or what the values of the map are.
    pub place: UnitKind,
    /// Whether it is a map of names to these.
    pub is_map: bool,
}
