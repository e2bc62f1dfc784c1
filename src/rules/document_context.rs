//! The context of a check of a whole document: the model, resolved references, and every `security`
//! list with the meaning of its entries.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use crate::model::effective::has_security;
use crate::model::facts::{
    EntryForm, Reference, RequiredScheme, Scheme, SecurityEntry, SecurityList, Site, Unit,
};
use crate::model::references::known::KnownScheme;
use crate::model::references::outside::{Named, all_names, are_names_known};
use crate::model::references::target::is_external;
use crate::model::references::{Resolution, Resolver};
use crate::model::surroundings::Target;
use crate::model::uses::Usage;
use crate::model::walk::UnitKind;
use crate::model::{DocumentKind, InUnit, Model, UnitRef};
use crate::rules::environment::Environment;
use crate::rules::rule::Rule;
use crate::rules::spellings::Spellings;
use crate::rules::unit::root;
use crate::spec::Version;
use crate::syntax::tree::Tree;
use crate::text::range::TextRange;

/// A document with everything that several checks need.
pub struct DocumentContext<'m, 't> {
    /// The tree.
    pub tree: &'t Tree,
    /// The model of the document.
    pub model: &'m Model,
    /// Settings that change what is true of the document.
    pub environment: &'t Environment,
    /// Whether a rule is on. What is off costs nothing where many find something.
    pub is_on: &'t dyn Fn(&'static Rule) -> bool,
    /// The AsyncAPI version that applies.
    pub version: Version,
    /// Resolves references.
    pub resolver: Resolver<'m, 't>,
    /// Every well-formed list that has an effect in this version, in the order of the units.
    pub lists: Vec<List<'m>>,
    /// For each unit, the index of its first list.
    first_lists: Vec<u32>,
    /// Whether the document is complete: no part of its text or of its security is missing.
    pub is_whole: bool,
    /// Whether all names are known, so that an undeclared name is an error.
    pub names_are_known: bool,
    /// The schemes and scopes that are used; `None` if other files may use them, or the document is
    /// a library for others.
    pub usage: Option<Usage<'m>>,
    spellings: OnceCell<RefCell<Spellings<'m>>>,
}

/// A `security` list.
pub struct List<'m> {
    /// The index of its unit.
    pub unit: usize,
    /// The object that has the list.
    pub site: InUnit<'m, Site>,
    /// The list.
    pub list: &'m SecurityList,
    /// The schemes of its unit.
    pub schemes: &'m [Scheme],
    /// What its entries mean.
    pub entries: Vec<Meaning<'m>>,
}

/// What an entry of a list refers to. An entry in the form of the other major version is
/// [`Meaning::Nothing`].
pub enum Meaning<'m> {
    /// 2.x: names with the schemes they refer to.
    Names(Vec<(&'m RequiredScheme, Option<Rc<Resolution<'m>>>)>),
    /// 3.x: a reference.
    Reference(&'m Reference, Rc<Resolution<'m>>),
    /// 3.x: an inline scheme.
    Inline(&'m Scheme),
    /// Anything else.
    Nothing,
}

impl Meaning<'_> {
    /// Where a finding about the entry as a whole goes: its first key.
    pub fn anchor(&self) -> Option<TextRange> {
        match self {
            Self::Names(names) => names.first().map(|(name, _)| name.name.range),
            Self::Reference(reference, _) => Some(reference.key),
            Self::Inline(scheme) => Some(scheme.anchor()),
            Self::Nothing => None,
        }
    }
}

/// A scheme that an entry of a list requires.
pub struct UsedScheme<'m> {
    /// Where a finding goes: the name, the text of the `$ref`, the value of `type`.
    pub place: TextRange,
    /// The scheme.
    pub scheme: KnownScheme<'m>,
    /// Whether the entry itself is the scheme.
    pub is_inline: bool,
}

impl<'m> List<'m> {
    /// The schemes that an entry requires together; `None` for one that was not read or cannot be
    /// resolved.
    pub fn uses<'l>(
        &'l self,
        entry: &'l Meaning<'m>,
    ) -> impl Iterator<Item = Option<UsedScheme<'m>>> + use<'l, 'm> {
        let names = match entry {
            Meaning::Names(names) => &**names,
            _ => &[],
        };
        let names = names.iter().map(|(name, resolution)| {
            Some(UsedScheme {
                place: self.site.abs(name.name.range),
                scheme: resolution.as_ref()?.scheme()?,
                is_inline: false,
            })
        });
        let one = match entry {
            Meaning::Names(_) => None,
            Meaning::Reference(reference, resolution) => {
                let target = reference.target.as_ref().zip(resolution.scheme());
                Some(target.map(|(target, scheme)| UsedScheme {
                    place: self.site.abs(target.range),
                    scheme,
                    is_inline: false,
                }))
            }
            Meaning::Inline(scheme) => {
                let kind = scheme.scheme_type.as_ref();
                Some(kind.map(|kind| UsedScheme {
                    place: self.site.abs(kind.value.range),
                    scheme: KnownScheme::Here(self.site.with(*scheme)),
                    is_inline: true,
                }))
            }
            Meaning::Nothing => Some(None),
        };
        names.chain(one)
    }

    /// The schemes that any of the entries requires, as far as they can be resolved.
    pub fn all_uses(&self) -> impl Iterator<Item = UsedScheme<'m>> + use<'_, 'm> {
        let entries = self.entries.iter();
        entries.flat_map(|entry| self.uses(entry)).flatten()
    }

    /// Whether each alternative authenticates the client.
    pub fn authenticates(&self) -> bool {
        !self.entries.is_empty() && !self.has_encryption()
    }

    /// Whether there is an entry that [`Self::only_encrypts`].
    pub fn has_encryption(&self) -> bool {
        self.entries.iter().any(|entry| self.only_encrypts(entry))
    }

    /// Whether an entry requires nothing but encrypted payloads.
    pub fn only_encrypts(&self, entry: &Meaning<'m>) -> bool {
        let mut uses = self.uses(entry).peekable();
        uses.peek().is_some()
            && uses.all(|used| {
                let kind = used.and_then(|used| used.scheme.fact().scheme_type.as_ref());
                kind.is_some_and(|kind| is_encryption(&kind.value.text))
            })
    }
}

/// Whether schemes of that type only encrypt payloads.
pub fn is_encryption(kind: &str) -> bool {
    matches!(kind, "symmetricEncryption" | "asymmetricEncryption")
}

impl<'m, 't> DocumentContext<'m, 't> {
    /// Resolves everything; `None` for a document whose version is unknown.
    pub fn new(
        tree: &'t Tree,
        model: &'m Model,
        environment: &'t Environment,
        is_on: &'t dyn Fn(&'static Rule) -> bool,
    ) -> Option<Self> {
        let version = model.version?;
        // In a broken text without declarations, or with a mistake on the way to them, the declared
        // names are unknown.
        let is_torn = !model.has_components()
            && (root::are_schemes_hidden(tree) || !tree.errors().is_empty());
        let is_document = model.kind == DocumentKind::AsyncApi;
        let is_whole = is_document && !is_torn;
        let resolver = Resolver::new(tree, model);
        // The names in a file without `asyncapi` are declared in the documents that use it.
        let is_fit = is_whole || !is_document && tree.errors().is_empty();
        let names_are_known =
            is_fit && are_names_known(model) && !are_names_hidden(&resolver, model);
        let are_uses_known =
            is_whole && model.surroundings.is_complete && are_uses_in_sight(model, version);
        let mut context = Self {
            tree,
            model,
            environment,
            is_on,
            version,
            resolver,
            lists: Vec::new(),
            first_lists: Vec::with_capacity(model.unit_count()),
            is_whole,
            names_are_known,
            usage: are_uses_known.then(|| Usage::of(tree, model)),
            spellings: OnceCell::new(),
        };
        for unit_ref in model.units() {
            let next = u32::try_from(context.lists.len()).unwrap_or(u32::MAX);
            context.first_lists.push(next);
            for site in unit_ref.unit.sites() {
                let list = context.list(unit_ref, site);
                context.lists.extend(list);
            }
        }
        Some(context)
    }

    /// The declared name that was probably meant, in this document or in the files that declare its
    /// names.
    pub fn nearest_name(&self, name: &str) -> Option<Named<'m>> {
        let spellings = self.spellings.get_or_init(|| {
            let names = all_names(self.model).map(|(name, _)| name);
            RefCell::new(Spellings::new(names))
        });
        let near = spellings.borrow_mut().nearest(name)?;
        Some((near, self.resolver.declared(near)))
    }

    /// The component that was probably meant.
    pub fn nearest_component(&self, name: &str) -> Option<(&'m str, InUnit<'m, Scheme>)> {
        let (near, _) = self.nearest_name(name)?;
        Some((near, self.model.component(near)?))
    }

    /// The index of a site's list in [`Self::lists`], if it has one.
    pub fn list_of(&self, unit_ref: UnitRef<'m>, site: &Site) -> Option<usize> {
        let first_of = |unit: usize| self.first_lists.get(unit).map(|first| *first as usize);
        let start = first_of(unit_ref.index)?;
        let end = first_of(unit_ref.index + 1).unwrap_or(self.lists.len());
        (start..end).find(|at| std::ptr::eq(self.lists[*at].site.fact, site))
    }

    fn list(&self, unit_ref: UnitRef<'m>, site: &'m Site) -> Option<List<'m>> {
        let list = site.security.as_ref()?;
        if !list.is_list || !has_security(self.version, site.kind) {
            return None;
        }
        let schemes = unit_ref.unit.schemes();
        let entries = list.entries.iter();
        Some(List {
            unit: unit_ref.index,
            site: unit_ref.at(site),
            list,
            schemes,
            entries: entries.map(|entry| self.meaning(schemes, entry)).collect(),
        })
    }

    fn meaning(&self, schemes: &'m [Scheme], entry: &'m SecurityEntry) -> Meaning<'m> {
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

/// Whether a `$ref` in place of `components`, or of a map in this document, hides names.
fn are_names_hidden(resolver: &Resolver<'_, '_>, model: &Model) -> bool {
    let mut maps = model.map_references.iter();
    let is_map_read = maps.any(|map| map.place == Some(UnitKind::Scheme));
    let pointer = match is_map_read {
        true => "/components",
        false => "/components/securitySchemes",
    };
    resolver.is_hidden(pointer)
}

/// Whether something in the document can use schemes and scopes, and nothing outside of it can.
fn are_uses_in_sight(model: &Model, version: Version) -> bool {
    let mut maps = model.map_references.iter();
    if maps.any(|map| is_out_of_sight(model, &map.target.text)) {
        return false;
    }
    let mut has_own = false;
    for unit_ref in model.units() {
        let carries = match unit_ref.place {
            UnitKind::Server | UnitKind::Operation | UnitKind::OperationTrait => true,
            // Channels of 3.x have no security.
            UnitKind::Channel => !version.is_v3(),
            _ => false,
        };
        if carries && leads_out_of_sight(model, unit_ref.unit) {
            return false;
        }
        has_own |= carries && !unit_ref.in_components;
    }
    has_own
}

fn leads_out_of_sight(model: &Model, unit: &Unit) -> bool {
    let traits = unit.sites().iter().flat_map(|site| &site.trait_references);
    let own = (unit.sites().iter()).filter_map(|site| site.reference.as_deref());
    let mut references = traits.chain(own).chain(unit.rest().reference.as_deref());
    references.any(|one| {
        let target = one.target.as_ref();
        target.is_none_or(|target| is_out_of_sight(model, &target.text))
    })
}

/// Whether a reference leads to a file that was not read. What the others use is known beside this
/// document.
fn is_out_of_sight(model: &Model, text: &str) -> bool {
    let target = model.surroundings.targets.get(text);
    let is_read = |target: &Target| target.is_no_scheme() || matches!(target, Target::Schemes(_));
    is_external(text) && !target.is_some_and(is_read)
}
