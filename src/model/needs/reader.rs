//! Reads what clients need in one document.

use std::borrow::Cow;
use std::rc::Rc;

use super::seen::{Placed, Seen, Unseen, Why};
use super::{
    Alternative, Direction, NeededScheme, Needs, NeedsOfOperation, NeedsOfServer, OperationKey,
    Operations,
};
use crate::model::effective::{has_security, place_of_operations, server_pointer, winner};
use crate::model::facts::{EntryForm, Reference, RequiredScheme, SecurityEntry, Site, SiteKind};
use crate::model::references::known::KnownScheme;
use crate::model::references::outside::are_names_known;
use crate::model::references::target::{component_in, local_pointer, schemes_pointer};
use crate::model::references::{Reached, Resolver};
use crate::model::surroundings::{ForeignUnit, Target};
use crate::model::walk::UnitKind;
use crate::model::{DocumentKind, Model, UnitRef};
use crate::spec::Version;
use crate::syntax::tree::{Tree, pointer_key};

/// Reads what clients need in one document.
pub struct NeedsReader<'m, 't> {
    tree: &'t Tree,
    model: &'m Model,
    resolver: Resolver<'m, 't>,
    version: Version,
    /// The pointer of the map of schemes.
    schemes: &'static str,
    /// The servers of the root.
    servers: Vec<Rc<NeedsOfServer<'m>>>,
    /// The map of servers, if it is not seen.
    unseen_servers: Vec<Unseen<'m>>,
}

/// An entry of a map of the root.
struct Root<'m> {
    name: Cow<'m, str>,
    pointer: Cow<'m, str>,
    placed: Seen<'m, Placed<'m>>,
}

impl<'m, 't> NeedsReader<'m, 't> {
    /// A reader for a model and its tree; `None` if the version is unknown.
    pub fn new(tree: &'t Tree, model: &'m Model) -> Option<Self> {
        let mut reader = Self {
            tree,
            model,
            resolver: Resolver::new(tree, model),
            version: model.version?,
            schemes: schemes_pointer(tree, model),
            servers: Vec::new(),
            unseen_servers: Vec::new(),
        };
        let (roots, unseen) = reader.roots(UnitKind::Server);
        let servers = roots.into_iter().map(|root| Rc::new(reader.server(root)));
        reader.servers = servers.collect();
        reader.unseen_servers = unseen;
        Some(reader)
    }

    /// The servers of the root.
    pub fn servers(&self) -> &[Rc<NeedsOfServer<'m>>] {
        &self.servers
    }

    /// All operations of the document.
    pub fn operations(&self) -> Operations<'m> {
        let (roots, unseen) = self.roots(place_of_operations(self.version));
        let mut operations = Operations {
            all: Vec::new(),
            unseen,
        };
        for root in roots {
            match root.placed {
                Ok(placed) => {
                    let sites = placed.unit().sites.iter();
                    let sites = sites.filter(|site| site.kind == SiteKind::Operation);
                    let read = sites.map(|site| self.named_operation(&root.name, placed, site));
                    operations.all.extend(read);
                }
                Err(unseen) => operations.unseen.push(unseen),
            }
        }
        operations
    }

    /// What an operation of this document asks for, on each of its servers.
    pub fn of_operation(&self, unit: UnitRef<'m>, site: &'m Site) -> NeedsOfOperation<'m> {
        let pointer = unit.pointer().unwrap_or_default();
        let name = pointer_key(pointer.rsplit('/').next().unwrap_or_default());
        self.named_operation(&Cow::Owned(name), Placed::Here(unit), site)
    }

    /// What the list of a site of this document asks for; `None` if it has none that counts.
    pub fn of(&self, unit: UnitRef<'m>, site: &'m Site) -> Option<Needs<'m>> {
        self.list(Placed::Here(unit), site)
    }

    /// The entries of a map of the root, and that map or its users, if they are not seen.
    fn roots(&self, kind: UnitKind) -> (Vec<Root<'m>>, Vec<Unseen<'m>>) {
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
        if let Some((text, target)) = self.behind_map(kind) {
            match target {
                Some(Target::Objects(objects)) => {
                    roots.extend(objects.iter().map(|(name, target)| {
                        let mut pointer = map_of(kind).to_owned();
                        crate::model::walk::push_token(&mut pointer, name);
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
        let map = self.tree.pointer(map_of(kind))?;
        let text = self.tree.field(map, "$ref")?.value.as_str()?;
        let mut maps = self.model.map_references.iter();
        let found = maps.find(|map| map.target.text == text)?;
        let text = &*found.target.text;
        Some((text, self.model.surroundings.targets.get(text)))
    }

    fn server(&self, root: Root<'m>) -> NeedsOfServer<'m> {
        let placed = root.placed.as_ref().ok();
        let needs = placed.and_then(|placed| self.list(*placed, placed.site()?));
        NeedsOfServer {
            name: root.name,
            pointer: root.pointer,
            placed: root.placed,
            needs,
        }
    }

    /// A unit, or what its reference leads to.
    fn end(&self, unit: UnitRef<'m>) -> Seen<'m, Placed<'m>> {
        match self.resolver.unit(unit) {
            Reached::End(end) => Ok(Placed::Here(end)),
            Reached::External(text) => self.outside(text, unit.place),
            Reached::Nothing => {
                let reference = unit.unit.references.first();
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
    fn referred(&self, placed: Placed<'m>, text: &'m str, kind: UnitKind) -> Seen<'m, Placed<'m>> {
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
    fn at(&self, text: &'m str, pointer: &str, kind: UnitKind) -> Seen<'m, Placed<'m>> {
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

    fn named_operation(
        &self,
        name: &Cow<'m, str>,
        of_root: Placed<'m>,
        of_channel: &'m Site,
    ) -> NeedsOfOperation<'m> {
        let channel = self.channel(of_root);
        let key = self.key(name, of_root, of_channel, &channel);
        let (servers, unseen_servers) = self.servers_of(channel);
        let mut operation = NeedsOfOperation {
            key,
            origin: of_root.origin(of_channel),
            own: None,
            has_own_list: false,
            unseen_lists: Vec::new(),
            servers,
            unseen_servers,
            is_list_open: false,
        };
        // 2.x: another file in place of the operation.
        let (placed, site) = match self.behind(of_root, of_channel) {
            Ok(found) => found,
            Err(unseen) => {
                operation.unseen_lists.push(unseen);
                operation.is_list_open = true;
                return operation;
            }
        };
        operation.has_own_list = site.security.is_some();
        let traits = self.traits(placed, site, &mut operation.unseen_lists);
        let own = site.security.as_ref().map(|_| (placed, site));
        let in_effect = winner(self.version, own, traits.last().copied());
        operation.own = in_effect.and_then(|(placed, site)| self.list(placed, site));
        // In 2.x traits win over the operation.
        let is_own = self.version.is_v3() && own.is_some();
        operation.is_list_open = !operation.unseen_lists.is_empty()
            && !is_own
            && has_security(self.version, SiteKind::Operation);
        operation
    }

    fn key(
        &self,
        name: &Cow<'m, str>,
        placed: Placed<'m>,
        site: &'m Site,
        channel: &Seen<'m, Placed<'m>>,
    ) -> OperationKey<'m> {
        let direction = match self.version.is_v3() {
            true => placed.unit().action.as_ref().map(|action| &*action.text),
            false => site.pointer.rsplit('/').next(),
        };
        let direction = match direction {
            Some("receive" | "publish") => Some(Direction::Receives),
            Some("send" | "subscribe") => Some(Direction::Sends),
            _ => None,
        };
        let text = |text: &'m crate::model::facts::Spanned| Cow::Borrowed(&*text.text);
        if !self.version.is_v3() {
            return OperationKey {
                direction,
                id: site.operation_id.as_ref().map(text),
                address: Some(name.clone()),
                channel: name.clone(),
            };
        }
        let seen = channel.as_ref().ok().copied();
        let address = seen.and_then(|channel| channel.unit().channel.as_ref()?.address.as_ref());
        let pointer = seen.and_then(Placed::pointer).map(Cow::Borrowed);
        let written = placed.unit().operation_channel.as_ref().map(text);
        OperationKey {
            direction,
            id: Some(name.clone()),
            address: address.map(text),
            channel: pointer.or(written).unwrap_or_default(),
        }
    }

    /// The operation itself, of a channel that may refer to it.
    fn behind(&self, placed: Placed<'m>, site: &'m Site) -> Seen<'m, (Placed<'m>, &'m Site)> {
        let Some(reference) = &site.reference else {
            return Ok((placed, site));
        };
        let text = text_of(reference);
        match placed {
            // No version allows it, so there is no unit at a place in this document.
            Placed::Here(_) if local_pointer(text).is_some() => Err(Unseen::new(text, Why::Unread)),
            _ => with_site(self.referred(placed, text, UnitKind::Operation)?, text),
        }
    }

    /// The traits with a list, in order, and those that are not seen.
    fn traits(
        &self,
        placed: Placed<'m>,
        operation: &'m Site,
        unseen: &mut Vec<Unseen<'m>>,
    ) -> Vec<(Placed<'m>, &'m Site)> {
        let mut found = Vec::new();
        for index in &operation.inline_traits {
            let site = placed.unit().sites.get(*index);
            if let Some((site, list)) = site.and_then(|site| Some((site, site.security.as_ref()?)))
            {
                found.push((list.key.start, placed, site));
            }
        }
        for reference in &operation.trait_references {
            match self.trait_at(placed, reference) {
                Ok((of_trait, site)) if site.security.is_some() => {
                    found.push((reference.key.start, of_trait, site));
                }
                Ok(_) => {}
                Err(one) => unseen.push(one),
            }
        }
        found.sort_by_key(|(at, ..)| *at);
        found
            .into_iter()
            .map(|(_, placed, site)| (placed, site))
            .collect()
    }

    fn trait_at(
        &self,
        placed: Placed<'m>,
        reference: &'m Reference,
    ) -> Seen<'m, (Placed<'m>, &'m Site)> {
        let text = text_of(reference);
        let text = match placed {
            Placed::There(_) => text,
            Placed::Here(_) => match self.resolver.operation_trait(reference) {
                Reached::End((unit, site)) => return Ok((Placed::Here(unit), site)),
                Reached::External(text) => text,
                Reached::Nothing => return Err(missing(text)),
            },
        };
        with_site(self.referred(placed, text, UnitKind::OperationTrait)?, text)
    }

    /// The channel of the operations of a unit.
    fn channel(&self, placed: Placed<'m>) -> Seen<'m, Placed<'m>> {
        let unit = placed.unit();
        if !self.version.is_v3() {
            let is_channel = unit.channel.is_some();
            return is_channel
                .then_some(placed)
                .ok_or(Unseen::new("", Why::Unread));
        }
        match &unit.operation_channel {
            Some(text) => self.referred(placed, &text.text, UnitKind::Channel),
            None => Err(missing("")),
        }
    }

    /// The servers of a channel; if it names none, all of the document. Returns also what is not seen.
    fn servers_of(
        &self,
        channel: Seen<'m, Placed<'m>>,
    ) -> (Vec<Rc<NeedsOfServer<'m>>>, Vec<Unseen<'m>>) {
        let all = || (self.servers.clone(), self.unseen_servers.clone());
        let channel = match channel {
            Ok(channel) => channel,
            Err(one) => {
                let (servers, mut unseen) = all();
                unseen.push(one);
                return (servers, unseen);
            }
        };
        let facts = channel.unit().channel.as_ref();
        let named = facts.and_then(|channel| channel.servers.as_deref());
        let Some(named) = named.filter(|named| !named.is_empty()) else {
            let (servers, mut unseen) = all();
            let failed = servers
                .iter()
                .filter_map(|server| server.placed.clone().err());
            unseen.extend(failed);
            return (servers, unseen);
        };
        let mut servers: Vec<Rc<NeedsOfServer<'m>>> = Vec::new();
        let mut unseen = Vec::new();
        for name in named {
            let server = self.server_of(channel, &name.text);
            unseen.extend(server.placed.clone().err());
            let is_new = servers.iter().all(|other| other.pointer != server.pointer);
            // What is not there is no server.
            if is_new && self.is_server(&server) {
                servers.push(server);
            }
        }
        (servers, unseen)
    }

    fn is_server(&self, server: &Rc<NeedsOfServer<'m>>) -> bool {
        server.placed.is_ok() || self.servers.iter().any(|other| Rc::ptr_eq(other, server))
    }

    /// The server that a channel names.
    fn server_of(&self, channel: Placed<'m>, text: &'m str) -> Rc<NeedsOfServer<'m>> {
        let is_here = matches!(channel, Placed::Here(_)) || !self.version.is_v3();
        let pointer = server_pointer(self.version, text).filter(|_| is_here);
        let root = |is_it: &dyn Fn(&NeedsOfServer<'m>) -> bool| {
            self.servers.iter().find(|server| is_it(server)).cloned()
        };
        if let Some(pointer) = &pointer
            && let Some(found) = root(&|server| server.pointer == *pointer)
        {
            return found;
        }
        let placed = match &pointer {
            Some(pointer) => self.at(text, pointer, UnitKind::Server),
            None => self.referred(channel, text, UnitKind::Server),
        };
        if let Ok(placed) = placed {
            let is_it = |server: &NeedsOfServer<'m>| {
                server.placed.as_ref().is_ok_and(|other| other.is(placed))
            };
            if let Some(found) = root(&is_it) {
                return found;
            }
        }
        let pointer = pointer.map_or_else(
            || Cow::Borrowed(text),
            |pointer| Cow::Owned(pointer.into_owned()),
        );
        let name = pointer_key(pointer.rsplit('/').next().unwrap_or_default());
        Rc::new(self.server(Root {
            name: Cow::Owned(name),
            pointer,
            placed,
        }))
    }

    fn list(&self, placed: Placed<'m>, site: &'m Site) -> Option<Needs<'m>> {
        let version = match placed {
            Placed::Here(_) => self.version,
            Placed::There(foreign) => foreign.version,
        };
        let list = site.security.as_ref()?;
        if !has_security(version, site.kind) {
            return None;
        }
        let mut needs = Needs {
            origin: placed.origin(site),
            alternatives: Vec::new(),
            is_torn: !list.is_list,
        };
        for (index, entry) in list.entries.iter().enumerate() {
            match self.entry(placed, version, entry) {
                Some(schemes) => needs.alternatives.push(Alternative { index, schemes }),
                None => needs.is_torn = true,
            }
        }
        Some(needs)
    }

    /// The schemes that an entry asks for together; `None` if it cannot be read.
    fn entry(
        &self,
        placed: Placed<'m>,
        version: Version,
        entry: &'m SecurityEntry,
    ) -> Option<Vec<NeededScheme<'m>>> {
        match &entry.form {
            EntryForm::Requirement(required) if !version.is_v3() => {
                required.iter().map(|one| self.required(one)).collect()
            }
            EntryForm::Reference(reference) if version.is_v3() => {
                let text = &*reference.target.as_ref()?.text;
                let (name, scheme) = match placed {
                    Placed::Here(_) => self.here(reference, text),
                    Placed::There(foreign) => there(foreign, text),
                };
                Some(vec![with_scopes(Some(name), scheme)])
            }
            EntryForm::Inline(index) if version.is_v3() => {
                let scheme = match placed {
                    Placed::Here(unit) => {
                        KnownScheme::Here(unit.at(unit.unit.schemes.get(*index)?))
                    }
                    Placed::There(foreign) => {
                        KnownScheme::There(foreign.schemes.get(*index)?.as_deref()?)
                    }
                };
                Some(vec![with_scopes(None, Ok(scheme))])
            }
            _ => None,
        }
    }

    /// A scheme of a requirement of 2.x. Names are those of this document in other files too, as of
    /// one document of which they are parts.
    fn required(&self, required: &'m RequiredScheme) -> Option<NeededScheme<'m>> {
        if required.has_others {
            return None;
        }
        let name = &*required.name.text;
        let resolution = self.resolver.named(name);
        let known = resolution
            .as_ref()
            .and_then(|resolution| resolution.scheme());
        let scheme = known.ok_or_else(|| match &resolution {
            Some(resolution) => Unseen::new(self.last(name), Why::of_outcome(&resolution.outcome)),
            None if are_names_known(self.model) && !self.resolver.is_hidden(self.schemes) => {
                missing(name)
            }
            None => Unseen::new(name, Why::Unread),
        });
        Some(NeededScheme {
            name: Some(Cow::Borrowed(name)),
            scheme,
            scopes: required.scopes.iter().map(|scope| &*scope.text).collect(),
        })
    }

    fn here(
        &self,
        reference: &'m Reference,
        text: &'m str,
    ) -> (Cow<'m, str>, Seen<'m, KnownScheme<'m>>) {
        let name = component_in(self.schemes, text).filter(|(_, is_whole)| *is_whole);
        let name = name.map_or(Cow::Borrowed(text), |(name, _)| name);
        let resolution = self.resolver.resolve(reference);
        let scheme = resolution.scheme().ok_or_else(|| {
            let last = match name == text {
                true => Cow::Borrowed(text),
                false => self.last(&name),
            };
            Unseen::new(last.into_owned(), Why::of_outcome(&resolution.outcome))
        });
        (name, scheme)
    }

    /// The reference that a component is; without one its name.
    fn last<'n>(&self, name: &'n str) -> Cow<'n, str>
    where
        'm: 'n,
    {
        let scheme = self.model.component(name);
        let reference = scheme.and_then(|scheme| scheme.fact.reference.as_ref());
        let target = reference.and_then(|reference| reference.target.as_ref());
        Cow::Borrowed(target.map_or(name, |target| &target.text))
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

fn missing<'m>(text: &'m str) -> Unseen<'m> {
    Unseen::new(text, Why::Missing)
}

fn text_of(reference: &Reference) -> &str {
    reference.target.as_ref().map_or("", |target| &target.text)
}

fn with_site<'m>(placed: Placed<'m>, text: &'m str) -> Seen<'m, (Placed<'m>, &'m Site)> {
    let site = placed.site().ok_or(Unseen::new(text, Why::Wrong))?;
    Ok((placed, site))
}

/// The scheme that a reference in another file leads to, with its name.
fn there<'m>(foreign: &'m ForeignUnit, text: &'m str) -> (Cow<'m, str>, Seen<'m, KnownScheme<'m>>) {
    let target = foreign.targets.get(text);
    let Some(Target::Scheme(scheme)) = target else {
        let unseen = Unseen::new(text, Why::of_target(target));
        return (Cow::Borrowed(text), Err(unseen));
    };
    let name = scheme.scheme.name.as_ref();
    let name = name.map_or(text, |name| &*name.text);
    (Cow::Borrowed(name), Ok(KnownScheme::There(scheme)))
}

/// 3.x: the scopes that a scheme lists are those that its users need.
fn with_scopes<'m>(
    name: Option<Cow<'m, str>>,
    scheme: Seen<'m, KnownScheme<'m>>,
) -> NeededScheme<'m> {
    let fact = scheme.as_ref().ok().map(|scheme| scheme.fact());
    let lists = fact.and_then(|scheme| scheme.scopes.as_ref());
    let scopes = lists.into_iter().flat_map(|list| &list.scopes);
    NeededScheme {
        scopes: scopes.map(|scope| &*scope.text).collect(),
        name,
        scheme,
    }
}
