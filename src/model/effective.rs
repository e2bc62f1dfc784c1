//! Effective security (docs/specification.md A.5): the traits of an operation, the list in effect, and its
//! servers.

use std::borrow::Cow;

use super::facts::{Channel, Reference, SecurityList, Site, SiteKind};
use super::references::target::local_pointer;
use super::references::{Reached, Resolver};
use super::walk::{UnitKind, push_token};
use super::{InUnit, UnitRef};
use crate::spec::Version;

/// Whether a `security` list is allowed there (docs/specification.md A.1).
pub fn has_security(version: Version, kind: SiteKind) -> bool {
    kind == SiteKind::Server || version >= Version::V2_4
}

/// The kind of the units that contain operations: operations in 3.x, channels in 2.x.
pub fn place_of_operations(version: Version) -> UnitKind {
    if version.is_v3() {
        UnitKind::Operation
    } else {
        UnitKind::Channel
    }
}

/// The traits of an operation.
#[derive(Debug, Default)]
pub struct Traits<'m> {
    /// Those with a `security` key, in order.
    pub with_security: Vec<Trait<'m>>,
    /// Texts of references to traits in other documents.
    pub externals: Vec<&'m str>,
    /// Whether all references are resolved.
    pub are_known: bool,
}

/// A trait with a `security` key.
#[derive(Debug, Clone, Copy)]
pub struct Trait<'m> {
    /// Its unit.
    pub placed: UnitRef<'m>,
    /// The trait itself.
    pub site: &'m Site,
    /// Its `security` list.
    pub list: InUnit<'m, SecurityList>,
    /// The reference to it, if it is not inline.
    pub reference: Option<InUnit<'m, Reference>>,
}

/// The traits of an operation, with references resolved.
pub fn traits_of<'m>(
    resolver: &Resolver<'m, '_>,
    unit: UnitRef<'m>,
    operation: &'m Site,
) -> Traits<'m> {
    let mut traits = Traits {
        are_known: true,
        ..Traits::default()
    };
    let end = |reference: &'m Reference| match resolver.operation_trait(reference) {
        Reached::End(found) => Some(found),
        Reached::External(text) => {
            traits.externals.push(text);
            traits.are_known = false;
            None
        }
        Reached::Nothing => {
            traits.are_known = false;
            None
        }
    };
    let found = with_lists(unit, unit.unit.sites(), operation, end).into_iter();
    let with_security = found.map(|(placed, site, list, reference)| Trait {
        placed,
        site,
        list: placed.at(list),
        reference: reference.map(|reference| unit.at(reference)),
    });
    traits.with_security = with_security.collect();
    traits
}

/// A trait with a list: its unit, itself, its list, and the reference to it, if it is not inline.
type WithList<'m, U> = (U, &'m Site, &'m SecurityList, Option<&'m Reference>);

/// The traits of an operation with a list, in their order. `unit` has these sites, and `end` says
/// where a reference to a trait leads.
pub fn with_lists<'m, U: Copy>(
    unit: U,
    sites: &'m [Site],
    operation: &'m Site,
    end: impl FnMut(&'m Reference) -> Option<(U, &'m Site)>,
) -> Vec<WithList<'m, U>> {
    let inline = operation.inline_traits.iter().filter_map(|index| {
        let site = sites.get(*index)?;
        Some((unit, site, site.security.as_ref()?, None))
    });
    let mut traits: Vec<WithList<'m, U>> = inline.collect();
    let mut end = end;
    for reference in &operation.trait_references {
        if let Some((unit, site)) = end(reference)
            && let Some(list) = &site.security
        {
            traits.push((unit, site, list, Some(reference)));
        }
    }
    traits.sort_by_key(|(.., list, reference)| match reference {
        Some(reference) => reference.key,
        None => list.key,
    });
    traits
}

/// The site whose list is in effect after traits are applied: in 3.x the operation overrides its
/// traits, in 2.x they override it; the last of several traits wins.
pub fn list_in_effect<'m>(
    version: Version,
    unit: UnitRef<'m>,
    operation: &'m Site,
    traits: &[Trait<'m>],
) -> Option<(UnitRef<'m>, &'m Site)> {
    let own = operation.security.as_ref().map(|_| (unit, operation));
    let of_trait = (traits.last()).map(|last| (last.placed, last.site));
    winner(version, own, of_trait)
}

/// Which is in effect: the list of an operation, or that of its last trait with one.
pub fn winner<T>(version: Version, own: Option<T>, of_trait: Option<T>) -> Option<T> {
    if version.is_v3() {
        own.or(of_trait)
    } else {
        of_trait.or(own)
    }
}

/// The servers of the operations of a unit.
#[derive(Debug)]
pub enum On<S> {
    /// All servers of the document.
    All,
    /// These.
    These(Vec<S>),
    /// Unknown: behind a reference that is not resolved.
    Unknown,
}

/// The channel of the operations of a unit: in 2.x their parent, in 3.x the target of `channel`.
pub fn channel_of<'m>(
    resolver: &Resolver<'m, '_>,
    version: Version,
    unit: UnitRef<'m>,
) -> Option<&'m Channel> {
    if !version.is_v3() {
        return unit.unit.rest().channel.as_deref();
    }
    let text = unit.unit.rest().operation_channel.as_ref()?;
    let unit = resolver.unit_at(&local_pointer(&text.text)?)?;
    resolver.unit(unit).end()?.unit.rest().channel.as_deref()
}

/// The pointer of a server of a channel, which is a name in 2.x and a `$ref` in 3.x.
pub fn server_pointer(version: Version, name: &str) -> Option<Cow<'_, str>> {
    if version.is_v3() {
        return local_pointer(name);
    }
    let mut pointer = "/servers".to_owned();
    push_token(&mut pointer, name);
    Some(Cow::Owned(pointer))
}

/// The servers of the operations of a unit, with references resolved.
pub fn servers_of<'m>(
    resolver: &Resolver<'m, '_>,
    version: Version,
    unit: UnitRef<'m>,
) -> On<UnitRef<'m>> {
    let Some(channel) = channel_of(resolver, version, unit) else {
        return On::Unknown;
    };
    let Some(names) = channel.servers.as_ref().filter(|names| !names.is_empty()) else {
        return On::All;
    };
    let servers = names.iter().map(|name| {
        let unit = resolver.unit_at(&server_pointer(version, &name.text)?)?;
        let server = Some(unit).filter(|unit| unit.place == UnitKind::Server)?;
        resolver.unit(server).end()
    });
    match servers.collect() {
        Some(servers) => On::These(servers),
        None => On::Unknown,
    }
}
