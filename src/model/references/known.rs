//! A scheme with the file in which it stands.

use std::sync::Arc;

use crate::model::InUnit;
use crate::model::facts::Scheme;
use crate::model::surroundings::ForeignScheme;
use crate::text::range::TextRange;

/// A scheme that is not a reference, here or in another file. Its ranges cannot be taken for ranges
/// of this document by mistake.
#[derive(Debug, Clone, Copy)]
pub enum KnownScheme<'m> {
    /// In this document.
    Here(InUnit<'m, Scheme>),
    /// In another file.
    There(&'m ForeignScheme),
}

/// A range of this document or of another file. That of a scheme is its identity: two ways to one
/// place lead to one scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Spot<'m> {
    /// The URI of the file, if it is another one.
    pub file: Option<&'m Arc<str>>,
    /// The range there.
    pub range: TextRange,
}

impl<'m> KnownScheme<'m> {
    /// Its facts.
    pub fn fact(self) -> &'m Scheme {
        match self {
            Self::Here(scheme) => scheme.fact,
            Self::There(foreign) => &foreign.scheme,
        }
    }

    /// The scheme, if it is in this document.
    pub fn here(self) -> Option<InUnit<'m, Scheme>> {
        match self {
            Self::Here(scheme) => Some(scheme),
            Self::There(_) => None,
        }
    }

    /// A range of its facts.
    pub fn spot(self, range: TextRange) -> Spot<'m> {
        match self {
            Self::Here(scheme) => Spot {
                file: None,
                range: scheme.abs(range),
            },
            Self::There(foreign) => Spot {
                file: Some(&foreign.place.uri),
                range,
            },
        }
    }

    /// Where it stands.
    pub fn place(self) -> Spot<'m> {
        self.spot(self.fact().range)
    }

    /// Where findings about it as a whole go: its key, else its first key.
    pub fn anchor(self) -> Spot<'m> {
        self.spot(self.fact().anchor())
    }
}
