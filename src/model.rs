//! What a document says about security: version, schemes, flows, scopes, requirements, sites,
//! references, each with its place. The model does not judge.
//!
//! A document is walked into *units* (a scheme, a server, an operation, a channel ...). The facts
//! of a unit are owned and relative to the unit's start, so that an unchanged unit keeps its
//! facts from one version of the document to the next.

pub mod detect;
pub mod externals;
pub mod facts;
pub mod fingerprint;
pub mod resolve;
pub mod topic;
pub mod unit;
pub mod units;
pub mod uses;
pub mod walk;

use std::collections::HashMap;

use facts::{Home, Scheme, Site, Spot, Unit};
use units::update::{Change, Reader};
use units::{UnitId, Units};
use walk::Place;

use crate::spec::Version;
use crate::syntax::document::Tree;
use crate::text::range::TextRange;
use crate::text::shift::Shift;

/// What kind of document this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentKind {
    /// It has an `asyncapi` key at the root.
    AsyncApi,
    /// It has no such key but is by its content a scheme, a flow, a map of schemes or a part of
    /// `components`.
    Fragment(Fragment),
    /// Anything else: nothing is said about it.
    Other,
}

/// What a file without `asyncapi` holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fragment {
    /// A security scheme.
    Scheme,
    /// An OAuth flow (`authorizationUrl`, `tokenUrl`, `availableScopes` ... at the root).
    Flow,
    /// The map of OAuth flows (`implicit`, `password`, `clientCredentials`, `authorizationCode`).
    Flows,
    /// A map of names to security schemes.
    Schemes,
    /// A document's part that has `components` with `securitySchemes`, or is itself the value of
    /// `components` (`securitySchemes` at its root).
    Components,
}

/// The `asyncapi` field as written and what it selects (SPEC.md A.4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionField {
    /// The text of the value.
    pub text: String,
    /// The range of the value.
    pub range: TextRange,
    /// Whether the value is a string (`asyncapi: 3.0` is a number).
    pub is_string: bool,
}

/// A unit where it stands in the document.
#[derive(Debug, Clone, Copy)]
pub struct Placed<'m> {
    /// Its number, the same in every version in which it is the same unit.
    pub id: UnitId,
    /// Added to every range of the unit; 0 where a part of it may lie elsewhere (aliases, merge
    /// keys) and ranges are absolute.
    pub base: usize,
    /// Where it stands, its key included.
    pub range: TextRange,
    /// What stands there.
    pub place: Place,
    /// Whether it stands below `components`, where it has no effect until referenced.
    pub in_components: bool,
    /// Its facts.
    pub unit: &'m Unit,
}

impl<'m> Placed<'m> {
    /// A fact of this unit, with where the unit starts.
    pub fn at<T>(self, fact: &'m T) -> At<'m, T> {
        At {
            base: self.base,
            fact,
        }
    }

    /// The JSON Pointer of a server, an operation, a trait or a channel.
    pub fn pointer(self) -> Option<&'m str> {
        match self.place {
            Place::Server | Place::Operation | Place::OperationTrait => {
                self.unit.sites.first().map(|site| &*site.pointer)
            }
            Place::Channel => (self.unit.channel.as_ref()).map(|channel| &*channel.pointer),
            _ => None,
        }
    }
}

/// A fact of a unit together with where the unit starts.
#[derive(Debug)]
pub struct At<'m, T> {
    /// Where the unit starts.
    pub base: usize,
    /// The fact, with ranges relative to the unit.
    pub fact: &'m T,
}

impl<T> Clone for At<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for At<'_, T> {}

impl<'m, T> At<'m, T> {
    /// The absolute range of a range of this fact.
    pub fn abs(self, range: TextRange) -> TextRange {
        range.shifted(self.base)
    }

    /// Another fact of the same unit.
    pub fn with<U>(self, fact: &'m U) -> At<'m, U> {
        At {
            base: self.base,
            fact,
        }
    }
}

/// What one version of a document says.
#[derive(Debug, Clone)]
pub struct Model {
    /// What kind of document this is.
    pub kind: DocumentKind,
    /// The `asyncapi` field, if there is one.
    pub version_field: Option<VersionField>,
    /// The version whose rules hold; the newest one for fragments. `None` for major versions
    /// that this program does not know (then nothing else is read).
    pub version: Option<Version>,
    units: Units,
    /// Texts of `$ref`s in the place of a whole map (`channels: {$ref: ...}`, `components:
    /// {$ref: ...}`), whose units are out of sight.
    pub map_references: Vec<Spot>,
}

impl Model {
    /// A model without units: of a document about which nothing is said.
    pub fn empty(kind: DocumentKind) -> Self {
        Self {
            kind,
            version_field: None,
            version: None,
            units: Units::default(),
            map_references: Vec::new(),
        }
    }

    /// Takes over what a tree says that comes from the last one, which must still be there, by
    /// edits; without edits it is the first, or the same one again to go on with what was left. Of
    /// new units at most `budget` are read.
    pub fn update(
        &mut self,
        tree: &Tree,
        budget: usize,
        edits: Option<&[Shift]>,
        reader: Reader<'_>,
    ) -> Change {
        let Some(version) = self.version else {
            return Change::default();
        };
        let (sections, references) = walk::sections(tree, self.kind, version);
        let change = (self.units).update(tree, &sections, version, budget, edits, reader);
        let whole = references.iter().map(|entry| walk::reference(entry, 0));
        self.map_references = whole.chain(self.units.map_references()).collect();
        change
    }

    /// All units, in the order of the document, the root first.
    pub fn units(&self) -> impl Iterator<Item = Placed<'_>> {
        self.units.iter()
    }

    /// How many units there are.
    pub fn unit_count(&self) -> usize {
        self.units.len()
    }

    /// The unit of that number, if it is there.
    pub fn unit(&self, id: UnitId) -> Option<Placed<'_>> {
        self.units.get(id)
    }

    /// The units of one kind that stand at the root or below `components`.
    pub fn units_of(&self, place: Place, in_components: bool) -> impl Iterator<Item = Placed<'_>> {
        self.units.of_kind(place, in_components)
    }

    /// The units that the offset touches, the innermost first, the root last.
    pub fn units_around(&self, offset: usize) -> impl Iterator<Item = Placed<'_>> {
        self.units.around(offset)
    }

    /// The server, operation, trait or channel at a JSON Pointer.
    pub fn unit_at(&self, pointer: &str) -> Option<Placed<'_>> {
        self.units.at(pointer)
    }

    /// The server, operation or trait at a JSON Pointer, wherever it stands.
    pub fn site_at(&self, pointer: &str) -> Option<(Placed<'_>, &Site)> {
        self.units.site_at(pointer)
    }

    /// Every scheme: components, inline entries of `security` lists, fragments.
    pub fn schemes(&self) -> impl Iterator<Item = At<'_, Scheme>> {
        self.units()
            .flat_map(|placed| placed.unit.schemes.iter().map(move |fact| placed.at(fact)))
    }

    /// Every server, operation and trait.
    pub fn sites(&self) -> impl Iterator<Item = At<'_, Site>> {
        self.units()
            .flat_map(|placed| placed.unit.sites.iter().map(move |fact| placed.at(fact)))
    }

    /// Whether a scheme is declared in `components.securitySchemes`.
    pub fn has_components(&self) -> bool {
        (self.units_of(Place::Scheme, true)).any(|placed| {
            let mut schemes = placed.unit.schemes.iter();
            schemes.any(|scheme| scheme.home == Home::Component && scheme.name.is_some())
        })
    }

    /// The schemes of `components.securitySchemes` in the order of the text; of repeated names
    /// the last one.
    pub fn components(&self) -> impl Iterator<Item = (&str, At<'_, Scheme>)> {
        let all: Vec<(&str, At<'_, Scheme>)> = self
            .units_of(Place::Scheme, true)
            .flat_map(|placed| placed.unit.schemes.iter().map(move |fact| placed.at(fact)))
            .filter(|scheme| scheme.fact.home == Home::Component)
            .filter_map(|scheme| Some((&*scheme.fact.name.as_ref()?.text, scheme)))
            .collect();
        let last: HashMap<&str, usize> = (all.iter().enumerate())
            .map(|(at, (name, _))| (*name, at))
            .collect();
        (all.into_iter().enumerate())
            .filter(move |(at, (name, _))| last.get(name) == Some(at))
            .map(|(_, component)| component)
    }

    /// How many schemes may have that name, of which the last one counts.
    pub fn namesakes(&self, name: &str) -> usize {
        self.units.namesakes(name)
    }

    /// The scheme of that name in `components.securitySchemes`; of repeated names the last one.
    pub fn component(&self, name: &str) -> Option<At<'_, Scheme>> {
        self.units.component(name)
    }
}
