//! Follows `$ref`s and names of schemes inside of a document.

pub(super) mod child_index;
pub mod external;
pub mod known;
pub mod outside;
pub mod target;

use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use super::detect::is_schema_type;
use super::facts::{Home, Reference, Scheme, Site, SiteKind};
use super::surroundings::{ForeignScheme, Target};
use super::walk::UnitKind;
use super::{DocumentKind, Fragment, InUnit, Model, UnitRef};
use crate::syntax::node::Node;
use crate::syntax::tree::Tree;
use crate::text::range::TextRange;
use child_index::ChildIndex;
use known::KnownScheme;
use target::{component_in, component_token, is_external, local_pointer, name_of, schemes_pointer};

/// How many references are followed in a row.
const MAX_HOPS: usize = 64;

/// How a chain of references ends.
#[derive(Debug, Clone, Copy)]
pub enum Outcome<'m> {
    /// At a scheme of the model that is not a reference.
    Scheme(InUnit<'m, Scheme>),
    /// At a scheme of another file.
    Foreign(&'m ForeignScheme),
    /// At a scheme in a part of the document that the model does not contain.
    Elsewhere,
    /// At something that is not a scheme.
    Wrong(TextRange),
    /// At nothing.
    Nothing,
    /// Nowhere: the chain is a cycle.
    Cycle,
    /// In another file, at no scheme: missing, wrong, or a cycle.
    Broken(&'m Target),
    /// Unknown: in a file that was not read, behind the `$ref` of a whole map, or at a `$ref` without
    /// text.
    Unknown,
}

/// The end of a chain of references and the nodes on the way.
#[derive(Debug, Clone)]
pub struct Resolution<'m> {
    /// How it ends.
    pub outcome: Outcome<'m>,
    /// The ranges of the nodes on the way, including the last; at most one for a chain of a single
    /// step.
    pub trail: Vec<TextRange>,
}

impl<'m> Resolution<'m> {
    /// The scheme at the end, here or in another file.
    pub fn scheme(&self) -> Option<KnownScheme<'m>> {
        match self.outcome {
            Outcome::Scheme(scheme) => Some(KnownScheme::Here(scheme)),
            Outcome::Foreign(foreign) => Some(KnownScheme::There(foreign)),
            _ => None,
        }
    }
}

/// The end of a chain of references to units or traits.
#[derive(Debug, Clone, Copy)]
pub enum Reached<'m, T> {
    /// At this, which is not a reference.
    End(T),
    /// In another document: the text of the last reference.
    External(&'m str),
    /// At nothing of that kind.
    Nothing,
}

impl<T> Reached<'_, T> {
    /// The end, if it is in this document.
    pub fn end(self) -> Option<T> {
        match self {
            Self::End(end) => Some(end),
            Self::External(_) | Self::Nothing => None,
        }
    }
}

/// Resolves the references of one document.
#[derive(Debug)]
pub struct Resolver<'m, 't> {
    tree: &'t Tree,
    model: &'m Model,
    /// The pointer of the map of schemes.
    schemes: &'static str,
    /// Schemes that have no name in the map of schemes, by their range.
    inline: OnceCell<HashMap<TextRange, InUnit<'m, Scheme>>>,
    nodes: RefCell<HashMap<String, Option<Node<'t>>>>,
    children: RefCell<ChildIndex<'t>>,
    /// Resolutions by the text of the reference: many references have the same text.
    resolved: RefCell<HashMap<&'m str, Rc<Resolution<'m>>>>,
    /// Resolutions by the name of a component.
    named: RefCell<HashMap<&'m str, Rc<Resolution<'m>>>>,
    /// The names of other files that mean something here.
    outside: OnceCell<BTreeMap<&'m str, Option<KnownScheme<'m>>>>,
    /// Servers, channels, operations and traits by pointer; of repeated ones the last.
    units: OnceCell<HashMap<&'m str, usize>>,
}

enum Stop<'m, 't> {
    Scheme(InUnit<'m, Scheme>),
    Node(Node<'t>),
}

impl<'m, 't> Resolver<'m, 't> {
    /// A resolver for a model and its tree.
    pub fn new(tree: &'t Tree, model: &'m Model) -> Self {
        Self {
            tree,
            model,
            schemes: schemes_pointer(tree, model),
            inline: OnceCell::new(),
            nodes: RefCell::default(),
            children: RefCell::default(),
            resolved: RefCell::default(),
            named: RefCell::default(),
            outside: OnceCell::new(),
            units: OnceCell::new(),
        }
    }

    /// Follows a `$ref` that should lead to a scheme.
    pub fn resolve(&self, reference: &'m Reference) -> Rc<Resolution<'m>> {
        let Some(target) = &reference.target else {
            return Rc::new(Resolution {
                outcome: Outcome::Unknown,
                trail: Vec::new(),
            });
        };
        if let Some(known) = self.resolved.borrow().get(&*target.text) {
            return Rc::clone(known);
        }
        let mut trail = Vec::new();
        let outcome = self.follow(&target.text, &mut trail);
        let resolution = Rc::new(Resolution { outcome, trail });
        let mut known = self.resolved.borrow_mut();
        Rc::clone(known.entry(&target.text).or_insert(resolution))
    }

    /// What a name in a 2.x requirement refers to; `None` if nothing has that name.
    pub fn named(&self, name: &str) -> Option<Rc<Resolution<'m>>> {
        if let Some(known) = self.named.borrow().get(name) {
            return Some(Rc::clone(known));
        }
        let Some(scheme) = self.model.component(name) else {
            return self.named_outside(name);
        };
        let name = &*scheme.fact.name()?.text;
        let mut trail = Vec::new();
        let outcome = match &scheme.fact.reference {
            None => Outcome::Scheme(scheme),
            Some(reference) => match &reference.target {
                Some(target) => {
                    trail.push(scheme.abs(scheme.fact.range));
                    self.follow(&target.text, &mut trail)
                }
                None => Outcome::Unknown,
            },
        };
        let resolution = Rc::new(Resolution { outcome, trail });
        let mut known = self.named.borrow_mut();
        Some(Rc::clone(known.entry(name).or_insert(resolution)))
    }

    /// The scheme of that name as it is declared: a component that is a reference is not followed.
    pub fn declared(&self, name: &str) -> Option<KnownScheme<'m>> {
        let own = self.model.component(name).map(KnownScheme::Here);
        own.or_else(|| self.named_outside(name)?.scheme())
    }

    /// What there is to tell of a name: the scheme of another file to which it leads, else the scheme
    /// as it is declared here.
    pub fn described(&self, name: &str) -> Option<KnownScheme<'m>> {
        match self.named(name)?.outcome {
            Outcome::Foreign(foreign) => Some(KnownScheme::There(foreign)),
            _ => self.declared(name),
        }
    }

    fn named_outside(&self, name: &str) -> Option<Rc<Resolution<'m>>> {
        let outside = (self.outside).get_or_init(|| outside::names(self.model));
        let (name, scheme) = outside.get_key_value(name)?;
        let resolution = Rc::new(Resolution {
            outcome: match scheme {
                Some(KnownScheme::There(foreign)) => Outcome::Foreign(foreign),
                _ => Outcome::Unknown,
            },
            trail: Vec::new(),
        });
        let mut known = self.named.borrow_mut();
        Some(Rc::clone(known.entry(name).or_insert(resolution)))
    }

    /// What a reference to another file leads to.
    fn outside(&self, text: &str) -> Outcome<'m> {
        match self.model.surroundings.targets.get(text) {
            Some(Target::Scheme(foreign)) => Outcome::Foreign(foreign),
            Some(target @ (Target::Wrong { .. } | Target::Missing { .. } | Target::Cycle)) => {
                Outcome::Broken(target)
            }
            _ => Outcome::Unknown,
        }
    }

    /// What a pointer leads to through the `$ref` in place of the map of schemes.
    fn behind_map(&self, pointer: &str) -> Option<Outcome<'m>> {
        let (token, "") = component_token(self.schemes, pointer)? else {
            return None;
        };
        let name = name_of(token);
        let mut maps = outside::maps_behind_references(self.model).peekable();
        maps.peek()?;
        for map in maps {
            match map.map(|map| map.get(&*name)) {
                Some(None) => {}
                Some(Some(Some(foreign))) => return Some(Outcome::Foreign(foreign)),
                Some(Some(None)) | None => return Some(Outcome::Unknown),
            }
        }
        Some(Outcome::Nothing)
    }

    fn follow(&self, text: &str, trail: &mut Vec<TextRange>) -> Outcome<'m> {
        let mut text = Cow::Borrowed(text);
        for _ in 0..MAX_HOPS {
            let Some(pointer) = local_pointer(&text) else {
                return if is_external(&text) {
                    self.outside(&text)
                } else {
                    Outcome::Nothing
                };
            };
            let Some(stop) = self.stop(&pointer) else {
                if let Some(outcome) = self.behind_map(&pointer) {
                    return outcome;
                }
                return if self.is_hidden(&pointer) && !self.is_in_reference(&pointer) {
                    Outcome::Unknown
                } else {
                    Outcome::Nothing
                };
            };
            let range = match &stop {
                Stop::Scheme(scheme) => scheme.abs(scheme.fact.range),
                Stop::Node(node) => node.range(),
            };
            if trail.contains(&range) {
                return Outcome::Cycle;
            }
            trail.push(range);
            let next = match stop {
                Stop::Scheme(scheme) => {
                    let Some(reference) = &scheme.fact.reference else {
                        return Outcome::Scheme(scheme);
                    };
                    let Some(target) = &reference.target else {
                        return Outcome::Unknown;
                    };
                    Cow::Borrowed(&*target.text)
                }
                Stop::Node(node) => match self.tree.field(node, "$ref") {
                    Some(entry) if entry.value.as_str().is_some() => {
                        Cow::Owned(entry.value.value().to_owned())
                    }
                    Some(_) => return Outcome::Unknown,
                    None if self.may_be_scheme(node) => return Outcome::Elsewhere,
                    None => return Outcome::Wrong(node.range()),
                },
            };
            text = next;
        }
        Outcome::Unknown
    }

    fn stop(&self, pointer: &str) -> Option<Stop<'m, 't>> {
        if let Some((name, "")) = component_token(self.schemes, pointer)
            && let Some(scheme) = self.model.component(&name_of(name))
        {
            return Some(Stop::Scheme(scheme));
        }
        let known = self.nodes.borrow().get(pointer).copied();
        let node = match known {
            Some(known) => known,
            None => {
                let node = self.node(pointer);
                self.nodes.borrow_mut().insert(pointer.to_owned(), node);
                node
            }
        }?;
        // A map that only other files know is not the map of schemes of this document.
        let has_parts = self.model.kind == DocumentKind::Fragment(Fragment::Parts);
        let inline = self.inline.get_or_init(|| {
            (self.model.schemes())
                .filter(|scheme| scheme.fact.home != Home::Component || has_parts)
                .map(|scheme| (scheme.abs(scheme.fact.range), scheme))
                .collect()
        });
        Some(match inline.get(&node.range()) {
            Some(scheme) => Stop::Scheme(*scheme),
            None => Stop::Node(node),
        })
    }

    /// Like [`Tree::pointer`], but fast for many pointers into the same collections.
    fn node(&self, pointer: &str) -> Option<Node<'t>> {
        let mut node = self.tree.resolve(self.tree.root())?;
        if pointer.is_empty() {
            return Some(node);
        }
        for token in pointer.strip_prefix('/')?.split('/') {
            node = self.child(node, token)?;
        }
        Some(node)
    }

    fn child(&self, node: Node<'t>, token: &str) -> Option<Node<'t>> {
        self.children.borrow_mut().child(self.tree, node, token)
    }

    /// The name of the component that a reference points to or into.
    pub fn component_name(&self, text: &str) -> Option<String> {
        component_in(self.schemes, text).map(|(name, _)| name.into_owned())
    }

    /// Whether a reference points to a component as a whole.
    pub fn is_component(&self, text: &str) -> bool {
        component_in(self.schemes, text).is_some_and(|(_, is_whole)| is_whole)
    }

    /// Whether a `$ref` on the way to a pointer makes its target unknown.
    pub fn is_hidden(&self, pointer: &str) -> bool {
        let mut node = self.tree.root();
        for token in pointer.split('/').skip(1) {
            if self.child(node, "$ref").is_some() {
                return true;
            }
            let Some(next) = self.child(node, token) else {
                return false;
            };
            node = next;
        }
        self.child(node, "$ref").is_some()
    }

    /// Whether a pointer leads into a scheme that is a reference to a place in this document: there
    /// is no scheme below a scheme.
    fn is_in_reference(&self, pointer: &str) -> bool {
        let Some((name, below)) = component_token(self.schemes, pointer) else {
            return false;
        };
        let scheme = self.model.component(&name_of(name));
        let target = scheme.and_then(|scheme| scheme.fact.reference.as_ref()?.target.as_ref());
        !below.is_empty() && target.is_some_and(|target| !is_external(&target.text))
    }

    /// Whether a mapping could be meant as a scheme: it has a type that is not one of JSON Schema.
    fn may_be_scheme(&self, node: Node<'t>) -> bool {
        (self.tree.field(node, "type"))
            .and_then(|entry| entry.value.as_str())
            .is_some_and(|kind| !is_schema_type(kind))
    }

    /// The unit itself, or if it is a reference the unit of the same kind at the end of the chain.
    pub fn unit(&self, unit: UnitRef<'m>) -> Reached<'m, UnitRef<'m>> {
        let Some(reference) = unit.unit.rest().reference.as_deref() else {
            return Reached::End(unit);
        };
        let step = |pointer: &str| {
            let found = self.unit_at(pointer)?;
            let next = found.unit.rest().reference.as_deref();
            (found.place == unit.place).then_some((found, next))
        };
        end_of(reference, step)
    }

    /// The server, channel, operation or trait at a pointer.
    pub fn unit_at(&self, pointer: &str) -> Option<UnitRef<'m>> {
        let units = self.units.get_or_init(|| {
            let units = self.model.units();
            (units.filter_map(|unit| Some((unit.pointer()?, unit.index)))).collect()
        });
        self.model.unit(*units.get(pointer)?)
    }

    /// The server, operation or trait at a pointer, inside of other units too.
    fn site_at(&self, pointer: &str) -> Option<(UnitRef<'m>, &'m Site)> {
        unit_pointers(pointer).find_map(|unit| {
            let unit = self.unit_at(unit)?;
            let mut sites = unit.unit.sites().iter().rev();
            Some((unit, sites.find(|site| *site.pointer == *pointer)?))
        })
    }

    /// The trait at the end of a reference, with its unit.
    pub fn operation_trait(
        &self,
        reference: &'m Reference,
    ) -> Reached<'m, (UnitRef<'m>, &'m Site)> {
        let step = |pointer: &str| {
            let (unit, site) = self.site_at(pointer)?;
            let next = reference_of(unit, site);
            (site.kind == SiteKind::OperationTrait).then_some(((unit, site), next))
        };
        end_of(reference, step)
    }
}

/// Follows references to units or traits. `step` returns what is at a pointer, and its `$ref` if it
/// is a reference itself.
fn end_of<'m, T>(
    reference: &'m Reference,
    step: impl Fn(&str) -> Option<(T, Option<&'m Reference>)>,
) -> Reached<'m, T> {
    let mut reference = reference;
    for _ in 0..MAX_HOPS {
        let Some(target) = &reference.target else {
            break;
        };
        if is_external(&target.text) {
            return Reached::External(&target.text);
        }
        let Some((found, next)) = local_pointer(&target.text).and_then(|pointer| step(&pointer))
        else {
            break;
        };
        match next {
            Some(next) => reference = next,
            None => return Reached::End(found),
        }
    }
    Reached::Nothing
}

/// The `$ref` of a site that is a reference. A unit is its own first site, except for a channel,
/// which only contains sites.
fn reference_of<'m>(unit: UnitRef<'m>, site: &Site) -> Option<&'m Reference> {
    let is_own = unit.place != UnitKind::Channel
        && (unit.unit.sites().first()).is_some_and(|own| std::ptr::eq(own, site));
    unit.unit.rest().reference.as_deref().filter(|_| is_own)
}

/// The prefixes of a pointer that may be a unit's pointer, such as `/servers/a` and
/// `/components/servers/a`.
fn unit_pointers(pointer: &str) -> impl Iterator<Item = &str> {
    let ends = pointer.match_indices('/').map(|(at, _)| at).skip(1);
    (ends.chain([pointer.len()]))
        .take(3)
        .skip(1)
        .map(|end| &pointer[..end])
}
