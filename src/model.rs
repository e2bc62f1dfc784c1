//! The facts about security in a document: version, schemes, flows, scopes, requirements, sites
//! and references, each with its range. The model has no findings.
//!
//! A document is divided into *units* (a scheme, a server, an operation, a channel ...). The facts
//! of a unit own their data, and their ranges are relative to the unit's start, so that an
//! unchanged unit keeps its facts from one version of the document to the next.

pub mod detect;
pub mod effective;
pub mod facts;
pub mod fingerprint;
pub mod mentions;
pub mod needs;
pub mod pointers;
pub mod references;
pub mod surroundings;
pub mod unit;
pub mod uses;
pub mod walk;

use std::cmp::Reverse;
use std::sync::{Arc, OnceLock};

use facts::{Home, Scheme, Site, Spanned, Unit};
use surroundings::Surroundings;
use walk::UnitKind;

use crate::spec::Version;
use crate::text::range::TextRange;

/// What kind of document this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentKind {
    /// It has an `asyncapi` key at the root, with a version or what may become one.
    AsyncApi,
    /// It has no such key, but its content is a scheme, flows, schemes or `components`.
    Fragment(Fragment),
    /// Anything else; it has no findings.
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
    /// Nothing that tells, but other files refer to parts of it.
    Parts,
    /// An object with `components` and `securitySchemes` in it, or the value of `components`
    /// (`securitySchemes` at its root).
    Components,
}

/// The `asyncapi` field as written and what it selects (docs/specification.md A.4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionField {
    /// The text of the value.
    pub text: String,
    /// The range of the value.
    pub range: TextRange,
    /// Whether there is a value: a string, or a number as in `asyncapi: 3.0`.
    pub is_given: bool,
}

/// A `$ref` that replaces a whole map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MapReference {
    /// What the entries of the map are; `None` for `components`.
    pub place: Option<UnitKind>,
    /// The text.
    pub target: Spanned,
}

/// A unit with its place in the document.
#[derive(Debug, Clone, Copy)]
pub struct UnitRef<'m> {
    /// Its index among the units of the document.
    pub index: usize,
    /// Added to every range of the unit. It is 0 for a unit with aliases or merge keys, whose ranges
    /// are absolute because parts of it are elsewhere.
    pub base: usize,
    /// Its range, including its key.
    pub range: TextRange,
    /// What it is.
    pub place: UnitKind,
    /// Whether it is below `components`, where it has no effect until referenced.
    pub in_components: bool,
    /// Its facts.
    pub unit: &'m Unit,
}

/// A unit as the model stores it. Versions of a document share its content.
#[derive(Debug, Clone)]
pub struct KeptUnit {
    /// The offset of the unit.
    pub start: usize,
    /// Everything that does not depend on the unit's offset.
    pub content: Arc<UnitContent>,
}

/// What a unit is, with its facts.
#[derive(Debug)]
pub struct UnitContent {
    /// What it is.
    pub place: UnitKind,
    /// Whether it is below `components`.
    pub in_components: bool,
    /// Whether the ranges of its facts are relative to its start; see [`UnitRef::base`].
    pub is_relative: bool,
    /// Its length in bytes, including its key.
    pub len: u32,
    /// Its facts.
    pub unit: Unit,
}

impl KeptUnit {
    /// See [`UnitRef::base`].
    pub fn base(&self) -> usize {
        if self.content.is_relative {
            self.start
        } else {
            0
        }
    }
}

impl<'m> UnitRef<'m> {
    /// A fact of this unit together with the unit's base.
    pub fn at<T>(self, fact: &'m T) -> InUnit<'m, T> {
        InUnit {
            base: self.base,
            fact,
        }
    }

    /// The JSON Pointer of a server, an operation, a trait or a channel.
    pub fn pointer(self) -> Option<&'m str> {
        match self.place {
            UnitKind::Server | UnitKind::Operation | UnitKind::OperationTrait => {
                self.unit.sites().first().map(|site| &*site.pointer)
            }
            UnitKind::Channel => {
                (self.unit.rest().channel.as_ref()).map(|channel| &*channel.pointer)
            }
            _ => None,
        }
    }
}

/// A fact of a unit together with the unit's base.
#[derive(Debug)]
pub struct InUnit<'m, T> {
    /// See [`UnitRef::base`].
    pub base: usize,
    /// The fact, with ranges relative to the base.
    pub fact: &'m T,
}

impl<T> Clone for InUnit<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for InUnit<'_, T> {}

impl<'m, T> InUnit<'m, T> {
    /// The absolute range of a range of this fact.
    pub fn abs(self, range: TextRange) -> TextRange {
        range.shifted(self.base)
    }

    /// Another fact of the same unit.
    pub fn with<U>(self, fact: &'m U) -> InUnit<'m, U> {
        InUnit {
            base: self.base,
            fact,
        }
    }
}

/// The facts of one version of a document.
#[derive(Debug, Clone)]
pub struct Model {
    /// What kind of document this is.
    pub kind: DocumentKind,
    /// The `asyncapi` field, if there is one.
    pub version_field: Option<VersionField>,
    /// The version whose rules apply; a fragment has one too. `None` for an unknown major version,
    /// of which nothing else is read.
    pub version: Option<Version>,
    /// The `$ref`s that replace a whole map (`channels: {$ref: ...}`, `components: {$ref: ...}`),
    /// whose units are not in this document.
    pub map_references: Vec<MapReference>,
    /// What other files say that the document depends on.
    pub surroundings: Arc<Surroundings>,
    units: Vec<KeptUnit>,
    /// The indexes of units that are components, sorted by their names; of repeated names the last
    /// one.
    by_name: OnceLock<Vec<u32>>,
}

impl Model {
    /// A model without units.
    pub fn empty(kind: DocumentKind) -> Self {
        Self {
            kind,
            version_field: None,
            version: None,
            map_references: Vec::new(),
            surroundings: Arc::default(),
            units: Vec::new(),
            by_name: OnceLock::new(),
        }
    }

    /// Sets all units, in the order of the document, the root first.
    pub fn set_units(&mut self, units: Vec<KeptUnit>) {
        self.units = units;
        self.by_name = OnceLock::new();
    }

    /// The units as they are stored.
    pub fn kept_units(&self) -> &[KeptUnit] {
        &self.units
    }

    /// All units, in the order of the document, the root first.
    pub fn units(&self) -> impl Iterator<Item = UnitRef<'_>> {
        (self.units.iter().enumerate()).map(|(index, kept)| unit_ref(index, kept))
    }

    /// How many units there are.
    pub fn unit_count(&self) -> usize {
        self.units.len()
    }

    /// The unit at an index.
    pub fn unit(&self, index: usize) -> Option<UnitRef<'_>> {
        Some(unit_ref(index, self.units.get(index)?))
    }

    /// The units of one kind, either below `components` or not.
    pub fn units_of(
        &self,
        place: UnitKind,
        in_components: bool,
    ) -> impl Iterator<Item = UnitRef<'_>> {
        self.units()
            .filter(move |unit| unit.place == place && unit.in_components == in_components)
    }

    /// The units that touch an offset, innermost first, the root last.
    pub fn units_around(&self, offset: usize) -> impl Iterator<Item = UnitRef<'_>> {
        let mut found: Vec<UnitRef<'_>> = (self.units())
            .filter(|unit| unit.range.touches(offset))
            .collect();
        found.sort_by_key(|unit| {
            let is_root = unit.place == UnitKind::Root;
            (is_root, Reverse(unit.range.start()), Reverse(unit.index))
        });
        found.into_iter()
    }

    /// All schemes: components, inline entries of `security` lists, fragments.
    pub fn schemes(&self) -> impl Iterator<Item = InUnit<'_, Scheme>> {
        self.units()
            .flat_map(|unit| unit.unit.schemes().iter().map(move |fact| unit.at(fact)))
    }

    /// All servers, operations and traits.
    pub fn sites(&self) -> impl Iterator<Item = InUnit<'_, Site>> {
        self.units()
            .flat_map(|unit| unit.unit.sites().iter().map(move |fact| unit.at(fact)))
    }

    /// Whether a scheme is declared in `components.securitySchemes`.
    pub fn has_components(&self) -> bool {
        !self.names().is_empty()
    }

    /// The schemes of `components.securitySchemes` in the order of the text; of repeated names
    /// the last one.
    pub fn components(&self) -> impl Iterator<Item = (&str, InUnit<'_, Scheme>)> {
        let mut indexes: Vec<u32> = self.names().to_vec();
        indexes.sort_unstable();
        indexes.into_iter().filter_map(|index| {
            let unit = self.unit(index as usize)?;
            let (name, scheme) = component_of(unit)?;
            Some((name, unit.at(scheme)))
        })
    }

    /// The scheme of that name in `components.securitySchemes`; of repeated names the last one.
    pub fn component(&self, name: &str) -> Option<InUnit<'_, Scheme>> {
        let names = self.names();
        let at = names.binary_search_by(|index| self.name_of(*index).cmp(&Some(name)));
        let unit = self.unit(*names.get(at.ok()?)? as usize)?;
        Some(unit.at(component_of(unit)?.1))
    }

    fn names(&self) -> &[u32] {
        self.by_name.get_or_init(|| {
            let schemes = self.units_of(UnitKind::Scheme, true);
            let mut indexes: Vec<u32> = schemes
                .filter(|unit| component_of(*unit).is_some())
                .filter_map(|unit| u32::try_from(unit.index).ok())
                .collect();
            indexes.sort_by_key(|index| (self.name_of(*index), Reverse(*index)));
            indexes.dedup_by_key(|index| self.name_of(*index));
            indexes.shrink_to_fit();
            indexes
        })
    }

    /// The name of the component that is the unit with that index.
    fn name_of(&self, index: u32) -> Option<&str> {
        Some(component_of(self.unit(index as usize)?)?.0)
    }
}

fn unit_ref(index: usize, kept: &KeptUnit) -> UnitRef<'_> {
    let content = &*kept.content;
    UnitRef {
        index,
        base: kept.base(),
        range: TextRange::new(kept.start, kept.start + content.len as usize),
        place: content.place,
        in_components: content.in_components,
        unit: &content.unit,
    }
}

/// The scheme that a unit declares, with its name.
fn component_of<'m>(unit: UnitRef<'m>) -> Option<(&'m str, &'m Scheme)> {
    let scheme = unit.unit.schemes().first()?;
    let name = scheme.name()?;
    (scheme.home == Home::Component).then_some((&name.text, scheme))
}
