//! What is on one side alone of servers, and of operations on servers.

use super::cells::At;
use super::{Work, draft, is_public, name};
use crate::diff::change::Cell;
use crate::diff::demands::Demand;
use crate::diff::kind;
use crate::diff::side::Side;
use crate::diff::words;
use crate::rules::document::exposure::Connection;
use crate::rules::messages::quoted;

/// A cell of the new side that the old one does not have.
struct NewCell {
    operation: (usize, usize),
    server: usize,
    /// Why it is below everything that was demanded before.
    why: Option<&'static str>,
}

impl Work<'_> {
    pub(super) fn doors(&mut self) {
        self.count();
        let pairs: Vec<(usize, usize)> = self.operations.all().collect();
        self.one_sided_operations();
        let new: Vec<NewCell> = pairs
            .iter()
            .flat_map(|(one, other)| self.new_cells(*one, *other))
            .collect();
        self.new_servers(&new);
        self.more_servers(&new);
        self.gone_servers(&pairs);
        self.fewer_servers(&pairs);
    }

    fn count(&mut self) {
        let cells = |side: &Side| {
            let operations = side.operations.iter();
            operations.map(|one| one.servers.len().max(1)).sum()
        };
        self.out.cells.old = cells(self.old.side);
        self.out.cells.new = cells(self.new.side);
    }

    /// The cells of an operation that the old side does not have.
    fn new_cells(&self, one: usize, other: usize) -> Vec<NewCell> {
        let paired = self.server_pairs(one, other);
        let is_new = |server: &usize| paired.iter().all(|(_, known)| *known != Some(*server));
        let servers = self.new.side.operations[other].servers.iter().copied();
        let new = servers.filter(is_new).map(|server| NewCell {
            operation: (one, other),
            server,
            why: self.below(one, other, server),
        });
        new.collect()
    }

    /// Why a new cell is below every cell that the operation had.
    fn below(&self, one: usize, other: usize, server: usize) -> Option<&'static str> {
        let now = self.new.cell(other, Some(server));
        let connection = self.new.side.servers[server].connection;
        // Nobody from outside gets there.
        if connection == Connection::Local {
            return None;
        }
        // What is not seen may be as weak.
        if !self.old.side.operations[one].are_servers_seen {
            return None;
        }
        let old = self.old.servers_of(one);
        let reasons = old.iter().map(|old_server| {
            let before = self.old.cell(one, *old_server);
            let was = old_server.map(|at| self.old.side.servers[at].connection);
            let at = At {
                operation: (one, other),
                server: (*old_server, Some(server)),
            };
            self.reason(
                at,
                &before,
                &now,
                was == Some(Connection::Encrypted) && connection == Connection::Plain,
            )
        });
        let reasons: Option<Vec<&'static str>> = reasons.collect();
        reasons?.into_iter().next()
    }

    fn reason(
        &self,
        at: At,
        old: &Demand,
        new: &Demand,
        is_readable: bool,
    ) -> Option<&'static str> {
        let was_public = is_public(self.classes, self.old.side, true, old);
        if is_public(self.classes, self.new.side, false, new) && !was_public && old.is_some() {
            return Some("anyone gets in there");
        }
        if is_readable {
            return Some("it is not encrypted");
        }
        self.is_less(at, old, new)
            .then_some("less is demanded there")
    }

    fn new_servers(&mut self, new: &[NewCell]) {
        for server in 0..self.new.side.servers.len() {
            if self.servers.of_new[server].is_some() {
                continue;
            }
            let here = new.iter().filter(|cell| cell.server == server);
            let weaker: Vec<&NewCell> = here.clone().filter(|cell| cell.why.is_some()).collect();
            let about = |cells: Vec<Cell>| draft::About {
                server: Some(self.new.side.servers[server].name.clone()),
                cells,
                new: Some(self.new.side.servers[server].place.clone()),
                after: words::whole(self.classes, &self.new.servers[server]),
                because: vec!["server-list"],
                ..draft::About::default()
            };
            let key = format!("server {server}");
            let Some(why) = weaker.first().and_then(|cell| cell.why) else {
                let about = about(self.new.cells_on(server));
                let sentence = format!(
                    "new; it demands {}",
                    words::demand(self.classes, &self.new.servers[server])
                );
                self.add_about(kind::SERVER_ADDED, &key, sentence, about);
                continue;
            };
            let cells = weaker
                .iter()
                .map(|cell| self.new.cell_name(cell.operation.1, Some(server)));
            let cells: Vec<Cell> = cells.collect();
            let sentence = format!(
                "{} can be reached on this new server, past what was demanded before: {why}",
                operations(&cells)
            );
            let about = about(cells);
            self.add_about(kind::SERVER_ADDED_WEAKER, &key, sentence, about);
        }
    }

    /// Operations on servers that were there, but not for them.
    fn more_servers(&mut self, new: &[NewCell]) {
        for cell in new {
            if self.servers.of_new[cell.server].is_none() {
                continue;
            }
            let (one, other) = cell.operation;
            let server = quoted(&self.new.side.servers[cell.server].name);
            let about = draft::About {
                operation: Some(name(&self.new.side.operations[other])),
                alike: vec![name(&self.new.side.operations[other])],
                cells: vec![self.new.cell_name(other, Some(cell.server))],
                old: Some(self.old.side.operations[one].place.clone()),
                new: Some(self.new.side.operations[other].place.clone()),
                after: words::whole(self.classes, &self.new.cell(other, Some(cell.server))),
                because: vec!["channel-servers"],
                ..draft::About::default()
            };
            let (kind, sentence) = match cell.why {
                Some(why) => (
                    kind::OPERATION_ON_WEAKER_SERVER,
                    format!("can be reached on {server} now, past what was demanded before: {why}"),
                ),
                None => (
                    kind::OPERATION_ON_MORE_SERVERS,
                    format!("can be reached on {server} now"),
                ),
            };
            let key = format!("operations on {} {}", cell.server, about.after);
            self.add_about(kind, &key, sentence, about);
        }
    }

    fn gone_servers(&mut self, pairs: &[(usize, usize)]) {
        for server in 0..self.old.side.servers.len() {
            if self.servers.of_old[server].is_some() {
                continue;
            }
            let gone = &self.old.side.servers[server];
            let is_left_weaker = |(one, other): &&(usize, usize)| {
                let on = &self.old.side.operations[*one].servers;
                let now = &self.new.side.operations[*other];
                let left = now.servers.iter().copied();
                let connection = |at: usize| self.new.side.servers[at].connection;
                let is_safe =
                    |at: usize| !matches!(connection(at), Connection::Plain | Connection::Local);
                // A new server is told of by itself.
                let is_plain = |at: usize| {
                    connection(at) == Connection::Plain && self.servers.of_new[at].is_some()
                };
                let is_it = on.contains(&server) && now.are_servers_seen;
                is_it && !left.clone().any(is_safe) && left.clone().any(is_plain)
            };
            let weaker = pairs.iter().filter(is_left_weaker);
            let weaker: Vec<Cell> = weaker
                .map(|(one, _)| self.old.cell_name(*one, Some(server)))
                .collect();
            let is_weaker = gone.connection == Connection::Encrypted && !weaker.is_empty();
            let (kind, sentence, cells) = match is_weaker {
                true => (
                    kind::SERVER_REMOVED_WEAKER_LEFT,
                    format!(
                        "this encrypted server is gone, and {} can be reached on servers without \
                         encryption only",
                        operations(&weaker)
                    ),
                    weaker,
                ),
                false => (
                    kind::SERVER_REMOVED,
                    format!(
                        "gone; it demanded {}",
                        words::demand(self.classes, &self.old.servers[server])
                    ),
                    self.old.cells_on(server),
                ),
            };
            let about = draft::About {
                server: Some(gone.name.clone()),
                cells,
                old: Some(gone.place.clone()),
                before: words::whole(self.classes, &self.old.servers[server]),
                ..draft::About::default()
            };
            self.add_about(kind, &format!("old server {server}"), sentence, about);
        }
    }

    fn fewer_servers(&mut self, pairs: &[(usize, usize)]) {
        for (one, other) in pairs {
            if !self.new.side.operations[*other].are_servers_seen {
                continue;
            }
            let kept = self.server_pairs(*one, *other);
            let servers = self.old.side.operations[*one].servers.iter().copied();
            let gone = servers.filter(|server| {
                let is_kept = kept.iter().any(|(known, _)| *known == Some(*server));
                !is_kept && self.servers.of_old[*server].is_some()
            });
            for server in gone.collect::<Vec<usize>>() {
                let about = draft::About {
                    operation: Some(name(&self.new.side.operations[*other])),
                    alike: vec![name(&self.new.side.operations[*other])],
                    cells: vec![self.old.cell_name(*one, Some(server))],
                    old: Some(self.old.side.operations[*one].place.clone()),
                    new: Some(self.new.side.operations[*other].place.clone()),
                    because: vec!["channel-servers"],
                    ..draft::About::default()
                };
                let key = format!("operations off {server}");
                let server = quoted(&self.old.side.servers[server].name);
                let sentence = format!("cannot be reached on {server} any more");
                self.add_about(kind::OPERATION_ON_FEWER_SERVERS, &key, sentence, about);
            }
        }
    }
}

/// The first operation, and how many more there are.
fn operations(cells: &[Cell]) -> String {
    let Some(first) = cells.first() else {
        return "nothing".to_owned();
    };
    match cells.len() {
        1 => quoted(&first.operation),
        2 => format!("{} and 1 more operation", quoted(&first.operation)),
        many => format!(
            "{} and {} more operations",
            quoted(&first.operation),
            many - 1
        ),
    }
}
