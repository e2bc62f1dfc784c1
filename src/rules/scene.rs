//! What the checks of a unit may ask about the rest of its document, and a record of what was
//! asked: a unit is checked again only when one of the answers is another one.
//!
//! Making a scene costs nothing. What is asked of all schemes or all servers is found out when
//! somebody asks first; nothing walks over all units, except for the operations that traits
//! elsewhere serve.

use std::collections::HashMap;
use std::rc::Rc;

use super::finding::Finding;
use super::nearest::Spellings;
use super::offer::{Said, has_security};
use super::policy::Policy;
use super::reach::servers::{ServerAt, Servers};
use super::required_scopes::{self, Declared};
use super::totals::{Counts, Totals};
use super::traits::{self, Appliers};
use super::{reach, references, semantics};
use crate::model::facts::{
    EntryForm, Home, Reference, RequiredScheme, Scheme, SecurityEntry, SecurityList, Site, Unit,
};
use crate::model::resolve::{Resolution, Resolver, is_external, schemes_pointer};
use crate::model::topic::{Asked, Topic};
use crate::model::walk::Place;
use crate::model::{At, DocumentKind, Model, Placed};
use crate::spec::Version;
use crate::syntax::document::Tree;
use crate::text::range::TextRange;

/// A document as the checks of its units see it.
pub struct Scene<'m, 't> {
    pub(super) tree: &'t Tree,
    pub(super) model: &'m Model,
    pub(super) policy: &'t Policy,
    pub(super) totals: &'t Totals,
    /// The version whose rules hold.
    pub(super) version: Version,
    /// Follows references and keeps the record.
    pub(super) resolver: Resolver<'m, 't>,
    is_torn: bool,
    names_are_hidden: Option<bool>,
    names: Option<Spellings<'m>>,
    twins: Option<HashMap<u64, Vec<Twin<'m>>>>,
    pub(super) declared: HashMap<TextRange, Rc<Declared<'m>>>,
    pub(super) made: HashMap<*const Unit, Rc<ServerAt<'m>>>,
    pub(super) servers: Option<Rc<Servers<'m>>>,
    pub(super) appliers: Option<Rc<Appliers<'m>>>,
}

/// A component of the same content as others.
type Twin<'m> = (&'m str, At<'m, Scheme>);

/// What was found in a unit, and what that depends on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Absolute; the place of each lies inside of the unit, unless the unit has aliases or merge
    /// keys. Related places may lie anywhere.
    pub findings: Vec<Finding>,
    /// What was asked, in order, each once.
    pub asked: Vec<Topic>,
    /// Whether it depends on something else as well, so that every edit may change it.
    pub always: bool,
    /// What its operations add to the counts of servers.
    pub counts: Counts,
}

/// What every outcome of a document depends on. When it changes, all units are checked again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Climate {
    kind: DocumentKind,
    version: Version,
    schemes: &'static str,
    is_whole: bool,
    names_are_hidden: bool,
    uses_are_unknown: bool,
    needs_operations: bool,
    map_references: Vec<String>,
}

/// A `security` list.
pub struct List<'m> {
    /// What carries it.
    pub site: At<'m, Site>,
    /// Itself.
    pub list: &'m SecurityList,
    /// The schemes of its unit.
    pub schemes: &'m [Scheme],
    /// What its entries mean.
    pub entries: Vec<Meaning<'m>>,
}

/// What an entry of a list means. Entries in the form of the other major version mean nothing.
pub enum Meaning<'m> {
    /// 2.x: names with the schemes they stand for.
    Names(Vec<(&'m RequiredScheme, Option<Resolution<'m>>)>),
    /// 3.x: a reference.
    Reference(&'m Reference, Resolution<'m>),
    /// 3.x: a scheme written in place.
    Inline(&'m Scheme),
    /// Something else.
    Nothing,
}

impl Meaning<'_> {
    /// Where a finding about the entry as a whole goes: its first key.
    pub(super) fn anchor(&self) -> Option<TextRange> {
        match self {
            Self::Names(names) => names.first().map(|(name, _)| name.name.range),
            Self::Reference(reference, _) => Some(reference.key),
            Self::Inline(scheme) => Some(scheme.anchor),
            Self::Nothing => None,
        }
    }
}

impl<'m, 't> Scene<'m, 't> {
    /// The scene of a document with the sums over its units; `None` for a document whose version
    /// is unknown.
    pub fn new(
        tree: &'t Tree,
        model: &'m Model,
        policy: &'t Policy,
        totals: &'t Totals,
    ) -> Option<Self> {
        Some(Self {
            tree,
            model,
            policy,
            totals,
            version: model.version?,
            // Then nobody knows which names there are.
            is_torn: !model.has_components()
                && (tree.root().get("securitySchemes").is_some() || !tree.errors().is_empty()),
            names_are_hidden: None,
            resolver: Resolver::new(tree, model),
            names: None,
            twins: None,
            declared: HashMap::new(),
            made: HashMap::new(),
            servers: None,
            appliers: None,
        })
    }

    /// Checks a unit. `local` is what was found by looking at nothing else, absolute.
    ///
    /// Servers are checked last, since they ask for the counts of all operations.
    pub fn check(&mut self, placed: Placed<'m>, local: Vec<Finding>) -> Outcome {
        self.resolver.asked.topics.clear();
        self.resolver.asked.is_loose = false;
        let mut findings = local;
        let lists = self.lists_of(placed);
        for list in &lists {
            references::check_list(self, list, &mut findings);
            required_scopes::check_list(self, list, &mut findings);
            semantics::check_list(self.version, list, &mut findings);
        }
        for fact in &placed.unit.schemes {
            let scheme = placed.at(fact);
            references::check_scheme(self, scheme, &mut findings);
            required_scopes::check_scheme(self, scheme, &mut findings);
            semantics::check_scheme(self, scheme, &mut findings);
        }
        semantics::soften_unused(self, placed, &mut findings);
        traits::check(self, placed, &lists, &mut findings);
        let counts = reach::check(self, placed, &lists, &mut findings);
        let asked = &mut self.resolver.asked;
        asked.topics.sort_unstable();
        asked.topics.dedup();
        Outcome {
            findings,
            asked: asked.topics.to_vec(),
            // What stands behind an alias changes with its anchor.
            always: asked.is_loose || (placed.base == 0 && placed.place != Place::Root),
            counts,
        }
    }

    /// What every outcome depends on.
    pub fn climate(&mut self) -> Climate {
        Climate {
            kind: self.model.kind,
            version: self.version,
            schemes: schemes_pointer(self.tree, self.model),
            is_whole: self.is_whole(),
            names_are_hidden: self.names_are_hidden(),
            uses_are_unknown: self.uses_are_unknown(),
            needs_operations: self.servers().need_operations,
            map_references: (self.model.map_references.iter())
                .map(|reference| reference.text.clone())
                .collect(),
        }
    }

    /// What servers say in the end, in their order; to be compared as what units say. It counts
    /// servers of `components` as well that operations are on, so it is asked for again when
    /// [`Topic::counts`] of one toggled.
    pub fn standing(&mut self) -> Vec<Said> {
        self.servers().said()
    }

    /// Whether the document is whole, so that what it does not use is not used.
    pub(super) fn is_whole(&self) -> bool {
        self.model.kind == DocumentKind::AsyncApi && !self.is_torn
    }

    /// Whether a name that is not there is a wrong name.
    pub(super) fn names_are_known(&mut self) -> bool {
        self.is_whole() && !self.names_are_hidden()
    }

    fn names_are_hidden(&mut self) -> bool {
        match self.names_are_hidden {
            Some(known) => known,
            None => {
                let found = self.resolver.is_hidden("/components/securitySchemes");
                *self.names_are_hidden.insert(found)
            }
        }
    }

    /// Whether schemes and scopes can be used by something that is out of sight, or the document
    /// is a library for others.
    pub(super) fn uses_are_unknown(&self) -> bool {
        let mut maps = self.model.map_references.iter();
        !self.is_whole()
            || maps.any(|at| is_external(&at.text))
            || self.totals.has_unknown_carriers()
            || !self.totals.has_own_carriers()
    }

    /// Whether something refers to the component of that name.
    pub(super) fn is_used(&mut self, name: &str) -> bool {
        let topic = Topic::use_of(name);
        self.resolver.ask(topic);
        let mut maps = self.model.map_references.iter();
        self.totals.has(topic)
            || maps.any(|at| self.resolver.component_name(&at.text).as_deref() == Some(name))
    }

    /// Whether a component is the one that counts of those with its name.
    pub(super) fn counts(&mut self, name: &str, scheme: &Scheme) -> bool {
        (self.resolver.component(name)).is_some_and(|last| std::ptr::eq(last.fact, scheme))
    }

    /// The declared name that was probably meant.
    pub(super) fn nearest_component(&mut self, name: &str) -> Option<(&'m str, At<'m, Scheme>)> {
        self.resolver.ask(Topic::names());
        let model = self.model;
        let names = self
            .names
            .get_or_insert_with(|| Spellings::new(model.components().map(|(name, _)| name)));
        let near = names.nearest(name)?;
        Some((near, self.resolver.component(near)?))
    }

    /// The first component of a content.
    pub(super) fn first_like(&mut self, fingerprint: u64) -> Option<(&'m str, At<'m, Scheme>)> {
        let topic = Topic::fingerprint(fingerprint);
        self.resolver.ask(topic);
        if !self.totals.has(topic) {
            return None;
        }
        let model = self.model;
        let twins = self.twins.get_or_insert_with(|| twins(model));
        let twins = twins.remove(&fingerprint)?;
        let first = (twins.iter().copied()).find(|(name, scheme)| self.counts(name, scheme.fact));
        if let Some(table) = &mut self.twins {
            table.insert(fingerprint, twins);
        }
        first
    }

    /// Finds out something that is not asked by the unit under check.
    pub(super) fn aside<T>(&mut self, find: impl FnOnce(&mut Self) -> T) -> (T, Asked) {
        let saved = std::mem::take(&mut self.resolver.asked);
        let found = find(self);
        (found, std::mem::replace(&mut self.resolver.asked, saved))
    }

    /// The lists of a unit that count in this version and are lists.
    fn lists_of(&mut self, placed: Placed<'m>) -> Vec<List<'m>> {
        let sites = placed.unit.sites.iter();
        sites.filter_map(|site| self.list(placed, site)).collect()
    }

    /// The list of a site, if it counts in this version and is one.
    pub(super) fn list(&mut self, placed: Placed<'m>, site: &'m Site) -> Option<List<'m>> {
        let list = site.security.as_ref()?;
        if !list.is_list || !has_security(self.version, site.kind) {
            return None;
        }
        let schemes = &placed.unit.schemes;
        let entries = list.entries.iter();
        Some(List {
            site: placed.at(site),
            list,
            schemes,
            entries: entries.map(|entry| self.meaning(schemes, entry)).collect(),
        })
    }

    fn meaning(&mut self, schemes: &'m [Scheme], entry: &'m SecurityEntry) -> Meaning<'m> {
        match &entry.form {
            EntryForm::Requirement(names) if !self.version.is_v3() => Meaning::Names(
                names
                    .iter()
                    .map(|name| (name, self.resolver.named(&name.name.text)))
                    .collect(),
            ),
            EntryForm::Reference(reference) if self.version.is_v3() => {
                Meaning::Reference(reference, self.resolver.resolve(reference))
            }
            EntryForm::Inline(scheme) if self.version.is_v3() => schemes
                .get(*scheme)
                .map_or(Meaning::Nothing, Meaning::Inline),
            _ => Meaning::Nothing,
        }
    }
}

/// Components by their content, in the order of the text.
fn twins(model: &Model) -> HashMap<u64, Vec<Twin<'_>>> {
    let mut twins: HashMap<u64, Vec<Twin<'_>>> = HashMap::new();
    for placed in model.units_of(Place::Scheme, true) {
        for scheme in &placed.unit.schemes {
            let (Home::Component, Some(name)) = (scheme.home, &scheme.name) else {
                continue;
            };
            if semantics::is_plain(scheme) {
                let all = twins.entry(scheme.fingerprint).or_default();
                all.push((&name.text, placed.at(scheme)));
            }
        }
    }
    twins
}
