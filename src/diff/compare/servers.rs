//! Servers that are on both sides: whether they are encrypted, and where they are.

use super::{Work, draft};
use crate::diff::kind::{self, Kind};
use crate::rules::document::exposure::Connection;
use crate::rules::messages::quoted;

impl Work<'_> {
    pub(super) fn servers(&mut self) {
        for (one, other) in self.servers.clone().all() {
            self.server(one, other);
        }
    }

    fn server(&mut self, one: usize, other: usize) {
        let (old, new) = (&self.old.side.servers[one], &self.new.side.servers[other]);
        let (before, now) = (quoted(&old.protocol), quoted(&new.protocol));
        let mut said: Vec<(Kind, String)> = Vec::new();
        match (old.connection, new.connection) {
            (Connection::Encrypted, Connection::Plain) => said.push((
                kind::TLS_DROPPED,
                format!("what is sent can be read on the way: {now} instead of {before} is not encrypted"),
            )),
            (Connection::Plain, Connection::Encrypted) => said.push((
                kind::TLS_ADDED,
                format!("clients must connect with TLS: {now} instead of {before}"),
            )),
            (Connection::Encrypted, Connection::Unknown) => said.push((
                kind::TLS_UNKNOWN,
                format!("it can no longer be told whether it is encrypted: {now} instead of {before}"),
            )),
            _ if old.protocol != new.protocol => said.push((
                kind::PROTOCOL_CHANGED,
                format!("clients must speak {now} instead of {before}"),
            )),
            _ => {}
        }
        if old.address != new.address {
            said.push((
                kind::SERVER_HOST_CHANGED,
                format!(
                    "credentials go to another address: {} instead of {}",
                    quoted(&new.address),
                    quoted(&old.address)
                ),
            ));
        }
        let opened = old.bound_variables.difference(&new.bound_variables);
        let opened = opened.filter(|name| new.variables.contains(*name));
        said.extend(opened.map(|name| {
            let sentence = format!(
                "its variable {} may be anything now, so credentials may go anywhere",
                quoted(name)
            );
            (kind::SERVER_VARIABLE_OPENED, sentence)
        }));
        if old.name != new.name {
            said.push((
                kind::SERVER_RENAMED,
                format!("was called {}", quoted(&old.name)),
            ));
        }
        for (kind, sentence) in said {
            let about = draft::About {
                server: Some(new.name.clone()),
                cells: self.new.cells_on(other),
                old: Some(old.place.clone()),
                new: Some(new.place.clone()),
                near: None,
                operation: None,
                before: old.protocol.clone(),
                after: new.protocol.clone(),
                because: match kind {
                    kind if kind == kind::SERVER_RENAMED => Vec::new(),
                    _ => vec!["protocol"],
                },
            };
            self.add_about(kind, &format!("server {other}"), sentence, about);
        }
    }
}
