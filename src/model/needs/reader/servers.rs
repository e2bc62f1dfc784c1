//! The servers on which an operation may run.

use std::borrow::Cow;
use std::rc::Rc;

use super::NeedsReader;
use super::places::{Root, missing};
use crate::model::effective::server_pointer;
use crate::model::needs::NeedsOfServer;
use crate::model::needs::seen::{Placed, Seen, Unseen, Why};
use crate::model::walk::UnitKind;
use crate::syntax::tree::pointer_key;

impl<'m> NeedsReader<'m, '_> {
    pub(super) fn server(&self, root: Root<'m>) -> NeedsOfServer<'m> {
        let placed = root.placed.as_ref().ok();
        let needs = placed.and_then(|placed| self.list(*placed, placed.site()?));
        NeedsOfServer {
            name: root.name,
            pointer: root.pointer,
            placed: root.placed,
            needs,
        }
    }

    /// The channel of the operations of a unit.
    pub(super) fn channel(&self, placed: Placed<'m>) -> Seen<'m, Placed<'m>> {
        let unit = placed.unit();
        if !self.version.is_v3() {
            let is_channel = unit.rest().channel.is_some();
            return is_channel
                .then_some(placed)
                .ok_or(Unseen::new("", Why::Unread));
        }
        match &unit.rest().operation_channel {
            Some(text) => self.referred(placed, &text.text, UnitKind::Channel),
            None => Err(missing("")),
        }
    }

    /// The servers of a channel; if it names none, all of the document. Returns also what is not seen.
    pub(super) fn servers_of(
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
        let facts = channel.unit().rest().channel.as_ref();
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
}
