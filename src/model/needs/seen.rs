//! What is in sight, here or in another file, and what is not.

use std::borrow::Cow;

use super::Origin;
use crate::model::UnitRef;
use crate::model::facts::{Site, Unit};
use crate::model::references::Outcome;
use crate::model::surroundings::{ForeignUnit, Target};

/// Something that a reference leads to, or why it is not seen. The latter is no failure: documents
/// are like that.
pub type Seen<'m, T> = Result<T, Unseen<'m>>;

/// Something that is not seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unseen<'m> {
    /// The last reference on the way to it, or the name.
    pub text: Cow<'m, str>,
    /// The reason.
    pub why: Why,
}

/// Why something is not seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// It was not read: it is on the network, outside of the workspace, or behind something that this
    /// program does not follow.
    Unread,
    /// There is nothing.
    Missing,
    /// The reference leads back to itself.
    Cycle,
    /// Something else is there.
    Wrong,
}

impl<'m> Unseen<'m> {
    /// Something that is not seen.
    pub fn new(text: impl Into<Cow<'m, str>>, why: Why) -> Self {
        let text = text.into();
        Self { text, why }
    }
}

impl Why {
    /// The reason that a target in another file gives, where something else is due.
    pub fn of_target(target: Option<&Target>) -> Self {
        match target {
            None | Some(Target::Unit) => Self::Unread,
            Some(Target::Missing { .. }) => Self::Missing,
            Some(Target::Cycle) => Self::Cycle,
            Some(_) => Self::Wrong,
        }
    }

    /// The reason that the end of a chain gives, if it is no scheme.
    pub fn of_outcome(outcome: &Outcome<'_>) -> Self {
        match outcome {
            Outcome::Nothing => Self::Missing,
            Outcome::Cycle => Self::Cycle,
            Outcome::Wrong(_) => Self::Wrong,
            Outcome::Broken(target) => Self::of_target(Some(target)),
            Outcome::Elsewhere | Outcome::Unknown | Outcome::Scheme(_) | Outcome::Foreign(_) => {
                Self::Unread
            }
        }
    }
}

/// A server, channel, operation or trait that is no reference, here or in another file.
#[derive(Debug, Clone, Copy)]
pub enum Placed<'m> {
    /// In this document.
    Here(UnitRef<'m>),
    /// In another file.
    There(&'m ForeignUnit),
}

impl<'m> Placed<'m> {
    /// Its facts; their ranges are those of its file.
    pub fn unit(self) -> &'m Unit {
        match self {
            Self::Here(unit) => unit.unit,
            Self::There(foreign) => &foreign.facts,
        }
    }

    /// The server, operation or trait itself; of a channel the first operation in it.
    pub fn site(self) -> Option<&'m Site> {
        self.unit().sites().first()
    }

    /// Its JSON Pointer in its file.
    pub fn pointer(self) -> Option<&'m str> {
        match self {
            Self::Here(unit) => unit.pointer(),
            Self::There(foreign) => Some(&foreign.pointer),
        }
    }

    /// Where the list of a site in it stands.
    pub fn origin(self, site: &'m Site) -> Origin<'m> {
        Origin {
            file: match self {
                Self::Here(_) => None,
                Self::There(foreign) => Some(&foreign.uri),
            },
            pointer: &site.pointer,
            kind: site.kind,
        }
    }

    /// Whether both are the same.
    pub fn is(self, other: Self) -> bool {
        match (self, other) {
            (Self::Here(one), Self::Here(other)) => one.index == other.index,
            (Self::There(one), Self::There(other)) => {
                one.uri == other.uri && one.pointer == other.pointer
            }
            _ => false,
        }
    }
}
