//! What stands at a place or behind a reference.

use std::borrow::Cow;

use super::NeedsReader;
use crate::model::facts::{Reference, Site};
use crate::model::needs::seen::{Placed, Seen, Unseen, Why};
use crate::model::references::Reached;
use crate::model::references::target::local_pointer;
use crate::model::surroundings::Target;
use crate::model::walk::{UnitKind, push_token};
use crate::model::{DocumentKind, UnitRef};
use crate::syntax::tree::pointer_key;

/// An entry of a map of the root.
pub(super) struct Root<'m> {
    /// Its key.
    pub(super) name: Cow<'m, str>,
    /// Its JSON Pointer.
    pub(super) pointer: Cow<'m, str>,
    /// What it is, or refers to.
    pub(super) placed: Seen<'m, Placed<'m>>,
}

impl<'m> NeedsReader<'m, '_> {
    /// The entries of a map of the root, and that map or its users, if they are not seen.
    pub(super) fn roots(&self, kind: UnitKind) -> (Vec<Root<'m>>, Vec<Unseen<'m>>) {
        let units = self.model.units_of(kind, false).filter_map(|unit| {
            let pointer = unit.pointer()?;
            Some(Root {
                name: Cow::Owned(pointer_key(pointer.rsplit('/').next()?)),
                pointer: Cow::Borrowed(pointer),
                placed: self.end(unit),
            })
        });
        let mut roots: Vec<Root<'m>> = units.collect();
        if self.model.kind != DocumentKind::AsyncApi {
            // The documents that use it have the rest.
            return (roots, vec![Unseen::new("", Why::Unread)]);
        }
        let mut unseen = Vec::new();
        let map = self.tree.pointer(map_of(kind));
        // What stands there is no map, as in documents of the time before 2.0.
        if map.is_some_and(|map| map.is_sequence() || map.as_str().is_some()) {
            let name = map_of(kind).trim_start_matches('/');
            unseen.push(Unseen::new(name, Why::Wrong));
        }
        if let Some((text, target)) = self.behind_map(kind) {
            match target {
                Some(Target::Objects(objects)) => {
                    roots.extend(objects.iter().map(|(name, target)| {
                        let mut pointer = map_of(kind).to_owned();
                        push_token(&mut pointer, name);
                        Root {
                            name: Cow::Borrowed(&**name),
                            placed: self.target(Some(target), &pointer, kind),
                            pointer: Cow::Owned(pointer),
                        }
                    }));
                }
                target => unseen.push(Unseen::new(text, Why::of_target(target))),
            }
        }
        (roots, unseen)
    }

    /// What the `$ref` in place of a map of the root leads to, with its text.
    fn behind_map(&self, kind: UnitKind) -> Option<(&'m str, Option<&'m Target>)> {
        let mut maps = self.model.map_references.iter();
        // To look through a map for each name that is missing would take the square of its length.
        if maps.len() == 0 {
            return None;
        }
        let map = self.tree.pointer(map_of(kind))?;
        let text = self.tree.field(map, "$ref")?.value.as_str()?;
        let found = maps.find(|map| map.target.text == text)?;
        let text = &*found.target.text;
        Some((text, self.model.surroundings.targets.get(text)))
    }

    /// A unit, or what its reference leads to.
    pub(super) fn end(&self, unit: UnitRef<'m>) -> Seen<'m, Placed<'m>> {
        match self.resolver.unit(unit) {
            Reached::End(end) => Ok(Placed::Here(end)),
            Reached::External(text) => self.outside(text, unit.place),
            Reached::Nothing => {
                let reference = unit.unit.rest().reference.as_deref();
                let text = reference.and_then(|reference| reference.target.as_ref());
                Err(missing(text.map_or("", |text| &text.text)))
            }
        }
    }

    /// What a reference of this document leads to in other files.
    fn outside(&self, text: &'m str, kind: UnitKind) -> Seen<'m, Placed<'m>> {
        self.target(self.model.surroundings.targets.get(text), text, kind)
            .map_err(|unseen| Unseen::new(text, unseen.why))
    }

    fn target(
        &self,
        target: Option<&'m Target>,
        text: &str,
        kind: UnitKind,
    ) -> Seen<'m, Placed<'m>> {
        let here = |pointer: &str| {
            let unit = self.resolver.unit_at(pointer)?;
            (unit.place == kind).then_some(Placed::Here(unit))
        };
        let found = match target {
            Some(Target::Object(foreign)) if foreign.kind == kind => Some(Placed::There(foreign)),
            Some(Target::Here(pointer)) => here(pointer),
            _ => None,
        };
        found.ok_or_else(|| Unseen::new(text.to_owned(), Why::of_target(target)))
    }

    /// What a reference in a unit leads to.
    pub(super) fn referred(
        &self,
        placed: Placed<'m>,
        text: &'m str,
        kind: UnitKind,
    ) -> Seen<'m, Placed<'m>> {
        let foreign = match placed {
            Placed::There(foreign) => foreign,
            Placed::Here(_) => {
                return match local_pointer(text) {
                    Some(pointer) => self.at(text, &pointer, kind),
                    None => self.outside(text, kind),
                };
            }
        };
        self.target(foreign.targets.get(text), text, kind)
    }

    /// The unit at a place in this document, which may be that of another file.
    pub(super) fn at(&self, text: &'m str, pointer: &str, kind: UnitKind) -> Seen<'m, Placed<'m>> {
        if let Some(unit) = self.resolver.unit_at(pointer) {
            let is_due = unit.place == kind;
            return match is_due {
                true => self.end(unit),
                false => Err(Unseen::new(text, Why::Wrong)),
            };
        }
        let name = pointer
            .strip_prefix(map_of(kind))
            .and_then(|rest| rest.strip_prefix('/'));
        match self.behind_map(kind).zip(name) {
            Some(((_, Some(Target::Objects(objects))), name)) => {
                let found = objects.get(&pointer_key(name));
                match found {
                    Some(target) => self.target(Some(target), text, kind),
                    None => Err(missing(text)),
                }
            }
            Some((_, _)) => Err(Unseen::new(text, Why::Unread)),
            None if self.resolver.is_hidden(pointer) => Err(Unseen::new(text, Why::Unread)),
            None => Err(missing(text)),
        }
    }
}

/// The map of the root whose entries are of a kind.
fn map_of(kind: UnitKind) -> &'static str {
    match kind {
        UnitKind::Server => "/servers",
        UnitKind::Channel => "/channels",
        _ => "/operations",
    }
}

pub(super) fn missing<'m>(text: &'m str) -> Unseen<'m> {
    Unseen::new(text, Why::Missing)
}

pub(super) fn text_of(reference: &Reference) -> &str {
    reference.target.as_ref().map_or("", |target| &target.text)
}

pub(super) fn with_site<'m>(placed: Placed<'m>, text: &'m str) -> Seen<'m, (Placed<'m>, &'m Site)> {
    let site = placed.site().ok_or(Unseen::new(text, Why::Wrong))?;
    Ok((placed, site))
}
