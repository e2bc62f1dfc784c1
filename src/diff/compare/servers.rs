//! Servers that are on both sides: whether they are encrypted, and where they are.

use super::{Work, draft};
use crate::diff::kind::{self, Kind};
use crate::diff::side::Server;
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
        // What is not seen is no change of protocol or address.
        let mut said = match old.is_seen && new.is_seen {
            true => changes(old, new),
            false => Vec::new(),
        };
        if old.name != new.name {
            said.push((
                kind::SERVER_RENAMED,
                format!("was called {}", quoted(&old.name)),
            ));
        }
        for (kind, sentence) in said {
            let is_of_protocol = [
                kind::TLS_DROPPED,
                kind::TLS_ADDED,
                kind::TLS_UNKNOWN,
                kind::PROTOCOL_CHANGED,
            ]
            .contains(&kind);
            let about = draft::About {
                server: Some(new.name.clone()),
                cells: self.new.cells_on(other),
                old: Some(old.place.clone()),
                new: Some(new.place.clone()),
                before: format!("{} {}", old.protocol, old.address),
                after: format!("{} {}", new.protocol, new.address),
                because: match is_of_protocol {
                    true => vec!["protocol"],
                    false => Vec::new(),
                },
                ..draft::About::default()
            };
            self.add_about(kind, &format!("server {other}"), sentence, about);
        }
    }
}

fn changes(old: &Server, new: &Server) -> Vec<(Kind, String)> {
    let mut said: Vec<(Kind, String)> = transport(old, new).into_iter().collect();
    if old.address != new.address {
        said.push((kind::SERVER_HOST_CHANGED, address(old, new)));
    }
    let opened = old.bound_variables.difference(&new.bound_variables);
    let opened = opened.filter(|name| new.variables.contains(*name));
    said.extend(opened.map(|name| {
        let sentence = format!(
            "its variable {} had a list of values and may be anything now, so that clients may be led \
             to any host",
            quoted(name)
        );
        (kind::SERVER_VARIABLE_OPENED, sentence)
    }));
    said
}

fn transport(old: &Server, new: &Server) -> Option<(Kind, String)> {
    let (before, now) = (quoted(&old.protocol), quoted(&new.protocol));
    Some(match (old.connection, new.connection) {
        (Connection::Encrypted, Connection::Plain) => (
            kind::TLS_DROPPED,
            format!(
                "what is sent can be read on the way: {now} instead of {before} is not encrypted"
            ),
        ),
        (Connection::Plain, Connection::Encrypted) => (
            kind::TLS_ADDED,
            format!("clients must connect with TLS: {now} instead of {before}"),
        ),
        (Connection::Encrypted, Connection::Unknown) => (
            kind::TLS_UNKNOWN,
            format!("it can no longer be told whether it is encrypted: {now} instead of {before}"),
        ),
        _ if old.protocol != new.protocol => (
            kind::PROTOCOL_CHANGED,
            format!("clients must speak {now} instead of {before}"),
        ),
        // Whether something is lost cannot be said: it may have been plain before.
        (Connection::Unknown, Connection::Plain) => (
            kind::TLS_ABSENCE_KNOWN,
            format!("{now} is not encrypted here; before, that could not be told"),
        ),
        _ => return None,
    })
}

fn address(old: &Server, new: &Server) -> String {
    let host = |server: &Server| server.address.split('/').next().map(str::to_owned);
    let what = match host(old) == host(new) {
        true => "clients must use another path on the same host",
        false => "clients, and what they send to be let in, go to another host",
    };
    format!(
        "{what}: {} instead of {}",
        quoted(&new.address),
        quoted(&old.address)
    )
}
