//! Reads what clients need in one document.

mod lists;
mod places;
mod servers;

use std::borrow::Cow;
use std::rc::Rc;

use super::seen::{Placed, Seen, Unseen, Why};
use super::{Direction, Needs, NeedsOfOperation, NeedsOfServer, OperationKey, Operations};
use crate::model::effective::{has_security, place_of_operations, winner, with_lists};
use crate::model::facts::{Reference, Site, SiteKind, Spanned};
use crate::model::references::target::{local_pointer, schemes_pointer};
use crate::model::references::{Reached, Resolver};
use crate::model::walk::UnitKind;
use crate::model::{Model, UnitRef};
use crate::spec::Version;
use crate::syntax::tree::{Tree, pointer_key};
use places::{missing, text_of, with_site};

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
                    let sites = placed.unit().sites().iter();
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
        let (placed, site) = self.shown(unit, site);
        self.named_operation(&Cow::Owned(name), placed, site)
    }

    /// What the list of a site of this document asks for; `None` if it has none that counts.
    pub fn of(&self, unit: UnitRef<'m>, site: &'m Site) -> Option<Needs<'m>> {
        let (placed, site) = self.shown(unit, site);
        self.list(placed, site)
    }

    /// A site of this document, or that of another file to which it refers. What it refers to in this
    /// document is told there.
    pub fn shown(&self, unit: UnitRef<'m>, site: &'m Site) -> (Placed<'m>, &'m Site) {
        let far = (unit.unit.rest().reference.is_some()).then(|| self.end(unit));
        match far {
            Some(Ok(placed @ Placed::There(_))) => (placed, placed.site().unwrap_or(site)),
            _ => (Placed::Here(unit), site),
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
            true => placed
                .unit()
                .rest()
                .action
                .as_ref()
                .map(|action| &*action.text),
            false => site.pointer.rsplit('/').next(),
        };
        let direction = match direction {
            Some("receive" | "publish") => Some(Direction::Receives),
            Some("send" | "subscribe") => Some(Direction::Sends),
            _ => None,
        };
        let text = |text: &'m Spanned| Cow::Borrowed(&*text.text);
        if !self.version.is_v3() {
            return OperationKey {
                direction,
                id: site.operation_id.as_ref().map(text),
                address: Some(name.clone()),
                channel: name.clone(),
            };
        }
        let seen = channel.as_ref().ok().copied();
        let address =
            seen.and_then(|channel| channel.unit().rest().channel.as_ref()?.address.as_ref());
        let pointer = seen.and_then(Placed::pointer).map(Cow::Borrowed);
        let written = placed.unit().rest().operation_channel.as_ref().map(text);
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
        let end = |reference| match self.trait_at(placed, reference) {
            Ok(found) => Some(found),
            Err(one) => {
                unseen.push(one);
                None
            }
        };
        let found = with_lists(placed, placed.unit().sites(), operation, end).into_iter();
        found.map(|(placed, site, ..)| (placed, site)).collect()
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
}
