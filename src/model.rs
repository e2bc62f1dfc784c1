//! What a document says about security: version, schemes, flows, scopes, requirements, sites,
//! references, each with its place. The model does not judge.
//!
//! A document is walked into *units* (a scheme, a server, an operation, a channel ...). The facts
//! of a unit are owned and relative to the unit's start, so that an unchanged unit keeps its
//! facts from one version of the document to the next.

pub mod detect;
pub mod facts;
pub mod fingerprint;
pub mod resolve;
pub mod topic;
pub mod unit;
pub mod uses;
pub mod walk;

use std::collections::HashMap;
use std::sync::Arc;

use facts::{Home, Scheme, Site, Spot, Unit};
use walk::Place;

use crate::spec::Version;
use crate::text::range::TextRange;

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

/// One unit at its place in the document.
#[derive(Debug, Clone)]
pub struct PlacedUnit {
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
    pub unit: Arc<Unit>,
}

impl PlacedUnit {
    fn view(&self) -> Placed<'_> {
        Placed {
            base: self.base,
            range: self.range,
            place: self.place,
            in_components: self.in_components,
            unit: &self.unit,
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
    /// All units, in the order of the document, the root first.
    pub units: Vec<PlacedUnit>,
    /// Texts of `$ref`s in the place of a whole map (`channels: {$ref: ...}`, `components:
    /// {$ref: ...}`), whose units are out of sight.
    pub map_references: Vec<Spot>,
    /// Schemes of `components.securitySchemes` by name: index of the unit and of the scheme in
    /// it. Of repeated names the last one counts.
    pub components: HashMap<String, (usize, usize)>,
}

impl Model {
    /// A model without units: of a document about which nothing is said.
    pub fn empty(kind: DocumentKind) -> Self {
        Self {
            kind,
            version_field: None,
            version: None,
            units: Vec::new(),
            map_references: Vec::new(),
            components: HashMap::new(),
        }
    }

    /// Fills [`Self::components`] from the units.
    pub fn index_components(&mut self) {
        self.components.clear();
        for (at, placed) in self.units.iter().enumerate() {
            if placed.place != Place::Scheme {
                continue;
            }
            for (index, scheme) in placed.unit.schemes.iter().enumerate() {
                if let (Home::Component, Some(name)) = (scheme.home, &scheme.name) {
                    self.components.insert(name.text.clone(), (at, index));
                }
            }
        }
    }

    /// All units, in the order of the document, the root first.
    pub fn units(&self) -> impl DoubleEndedIterator<Item = Placed<'_>> {
        self.units.iter().map(PlacedUnit::view)
    }

    /// The units of one kind that stand at the root or below `components`.
    pub fn units_of(&self, place: Place, in_components: bool) -> impl Iterator<Item = Placed<'_>> {
        (self.units())
            .filter(move |placed| (placed.place, placed.in_components) == (place, in_components))
    }

    /// The units that the offset touches, the innermost first, the root last.
    pub fn units_around(&self, offset: usize) -> impl Iterator<Item = Placed<'_>> {
        // The root is the first, wherever the others stand, and holds them all.
        let after = (self.units).partition_point(|unit| unit.range.start <= offset);
        let around = self.units[..after].iter().rev().map(PlacedUnit::view);
        around.filter(move |unit| unit.range.touches(offset))
    }

    /// The server, operation, trait or channel at a JSON Pointer.
    pub fn unit_at(&self, pointer: &str) -> Option<Placed<'_>> {
        (self.units()).rfind(|placed| placed.pointer() == Some(pointer))
    }

    /// The server, operation or trait at a JSON Pointer, wherever it stands.
    pub fn site_at(&self, pointer: &str) -> Option<(Placed<'_>, &Site)> {
        (self.units()).rev().find_map(|placed| {
            let mut sites = placed.unit.sites.iter().rev();
            Some((placed, sites.find(|site| site.pointer == pointer)?))
        })
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
        !self.components.is_empty()
    }

    /// The schemes of `components.securitySchemes` in the order of the text; of repeated names
    /// the last one.
    pub fn components(&self) -> impl Iterator<Item = (&str, At<'_, Scheme>)> {
        self.units_of(Place::Scheme, true)
            .flat_map(|placed| placed.unit.schemes.iter().map(move |fact| placed.at(fact)))
            .filter(|scheme| scheme.fact.home == Home::Component)
            .filter_map(|scheme| {
                let name = &*scheme.fact.name.as_ref()?.text;
                let counts = std::ptr::eq(self.component(name)?.fact, scheme.fact);
                counts.then_some((name, scheme))
            })
    }

    /// The scheme of that name in `components.securitySchemes`.
    pub fn component(&self, name: &str) -> Option<At<'_, Scheme>> {
        let (unit, scheme) = *self.components.get(name)?;
        let placed = self.units.get(unit)?;
        Some(At {
            base: placed.base,
            fact: placed.unit.schemes.get(scheme)?,
        })
    }
}
