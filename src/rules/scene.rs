//! What the checks of a whole document share: every `security` list with what its entries mean.

use std::borrow::Cow;
use std::collections::HashSet;

use super::nearest::Nearest;
use crate::model::facts::{
    EntryForm, Home, Reference, RequiredScheme, Scheme, SecurityEntry, SecurityList, Site, SiteKind,
};
use crate::model::resolve::{Resolution, Resolver};
use crate::model::{At, DocumentKind, Model};
use crate::spec::Version;
use crate::syntax::document::Tree;
use crate::text::range::TextRange;

/// A document with its references resolved.
pub struct Scene<'m, 't> {
    /// What it says.
    pub model: &'m Model,
    /// The version whose rules hold.
    pub version: Version,
    /// Follows references.
    pub resolver: Resolver<'m, 't>,
    /// Finds words that were meant.
    pub nearest: Nearest,
    /// Every scheme of `components.securitySchemes` that counts, in the order of the text.
    pub components: Vec<(&'m str, At<'m, Scheme>)>,
    /// Every list that counts in this version and is one.
    pub lists: Vec<List<'m>>,
    /// Whether no scheme is declared although the text is broken somewhere or the map of schemes
    /// stands in the wrong place: then nobody knows which names there are.
    pub is_torn: bool,
    /// The names of components that something refers to.
    pub used: HashSet<Cow<'m, str>>,
}

/// A `security` list.
pub struct List<'m> {
    /// What carries it.
    pub site: At<'m, Site>,
    /// Itself.
    pub list: &'m SecurityList,
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

fn components(model: &Model) -> Vec<(&str, At<'_, Scheme>)> {
    let counts = |scheme: &At<'_, Scheme>, name: &str| {
        scheme.fact.home == Home::Component
            && (model.component(name)).is_some_and(|last| std::ptr::eq(last.fact, scheme.fact))
    };
    (model.schemes())
        .filter_map(|scheme| Some((&*scheme.fact.name.as_ref()?.text, scheme)))
        .filter(|(name, scheme)| counts(scheme, name))
        .collect()
}

impl Meaning<'_> {
    /// Where a finding about the entry as a whole goes: its first key.
    pub fn anchor(&self) -> Option<TextRange> {
        match self {
            Self::Names(names) => names.first().map(|(name, _)| name.name.range),
            Self::Reference(reference, _) => Some(reference.key),
            Self::Inline(scheme) => Some(scheme.anchor),
            Self::Nothing => None,
        }
    }
}

impl<'m, 't> Scene<'m, 't> {
    /// Resolves everything; `None` for a document whose version is unknown.
    pub fn new(tree: &'t Tree, model: &'m Model) -> Option<Self> {
        let mut scene = Self {
            model,
            version: model.version?,
            resolver: Resolver::new(tree, model),
            nearest: Nearest::default(),
            components: components(model),
            lists: Vec::new(),
            is_torn: !model.has_components()
                && (tree.root().get("securitySchemes").is_some() || !tree.errors().is_empty()),
            used: HashSet::new(),
        };
        for placed in model.units() {
            let unit = placed.unit;
            let wholes = unit
                .references
                .iter()
                .chain((unit.schemes.iter()).filter_map(|scheme| scheme.reference.as_ref()));
            for reference in wholes {
                scene.count_reference(reference);
            }
            for list in &unit.misplaced {
                scene.count_list(list);
            }
            for site in &unit.sites {
                let at = At {
                    base: placed.base,
                    fact: site,
                };
                if let Some(list) = &site.security {
                    scene.count_list(list);
                    if list.is_list && scene.has_security(site.kind) {
                        let entries = (list.entries.iter())
                            .map(|entry| scene.meaning(&unit.schemes, entry))
                            .collect();
                        scene.lists.push(List {
                            site: at,
                            list,
                            entries,
                        });
                    }
                }
            }
        }
        for reference in &model.map_references {
            let name = scene.resolver.component_name(&reference.text);
            scene.used.extend(name.map(Cow::Owned));
        }
        Some(scene)
    }

    /// Whether a `security` list has a meaning there (SPEC.md A.1).
    fn has_security(&self, kind: SiteKind) -> bool {
        kind == SiteKind::Server || self.version >= Version::V2_4
    }

    /// Whether the document is whole, so that what it does not use is not used.
    pub fn is_whole(&self) -> bool {
        self.model.kind == DocumentKind::AsyncApi && !self.is_torn
    }

    /// The declared name that was probably meant.
    pub fn nearest_component(&mut self, name: &str) -> Option<(&'m str, At<'m, Scheme>)> {
        let names = self.components.iter().map(|(name, _)| *name);
        let near = self.nearest.find(name, names)?;
        Some((near, self.model.component(near)?))
    }

    fn count_reference(&mut self, reference: &Reference) {
        if let Some(target) = &reference.target {
            let name = self.resolver.component_name(&target.text);
            self.used.extend(name.map(Cow::Owned));
        }
    }

    fn count_list(&mut self, list: &'m SecurityList) {
        for entry in &list.entries {
            match &entry.form {
                EntryForm::Requirement(names) => {
                    let names = names.iter().map(|name| Cow::Borrowed(&*name.name.text));
                    self.used.extend(names);
                }
                EntryForm::Reference(reference) => self.count_reference(reference),
                EntryForm::Other(Some(word)) => {
                    self.used.insert(Cow::Borrowed(&word.text));
                    let name = self.resolver.component_name(&word.text);
                    self.used.extend(name.map(Cow::Owned));
                }
                EntryForm::Inline(_) | EntryForm::Other(None) => {}
            }
        }
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
