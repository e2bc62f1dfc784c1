//! What is on one side alone: operations, servers, and operations on servers.

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
        for (one, other) in &pairs {
            self.direction_and_name(*one, *other);
        }
        let new: Vec<NewCell> = pairs
            .iter()
            .flat_map(|(one, other)| self.new_cells(*one, *other))
            .collect();
        self.new_servers(&new);
        self.more_servers(&new);
        self.gone_servers(&pairs);
        self.fewer_servers(&pairs);
        self.new_operations();
        self.gone_operations();
    }

    fn count(&mut self) {
        let cells = |side: &Side| {
            let operations = side.operations.iter();
            operations.map(|one| one.servers.len().max(1)).sum()
        };
        self.out.cells.old = cells(self.old.side);
        self.out.cells.new = cells(self.new.side);
    }

    fn direction_and_name(&mut self, one: usize, other: usize) {
        let (old, new) = (
            &self.old.side.operations[one],
            &self.new.side.operations[other],
        );
        let about = || draft::About {
            operation: Some(name(new)),
            old: Some(old.place.clone()),
            new: Some(new.place.clone()),
            ..draft::About::default()
        };
        let key = format!("operation {other}");
        let (renamed, turned) = (
            old.id
                .as_ref()
                .zip(new.id.as_ref())
                .filter(|(old, new)| old != new),
            old.direction
                .zip(new.direction)
                .filter(|(old, new)| old != new),
        );
        let renamed = renamed.map(|(old, _)| format!("was called {}", quoted(old)));
        let turned = turned
            .map(|_| "goes the other way: the demand is the same, whom it binds is not".to_owned());
        let (first, second) = (about(), about());
        if let Some(sentence) = renamed {
            self.add_about(kind::OPERATION_RENAMED, &key, sentence, first);
        }
        if let Some(sentence) = turned {
            self.add_about(kind::OPERATION_DIRECTION_CHANGED, &key, sentence, second);
        }
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
                after: words::demand(self.classes, &self.new.servers[server]),
                because: vec!["server-list"],
                ..draft::About::default()
            };
            let key = format!("server {server}");
            let Some(why) = weaker.first().and_then(|cell| cell.why) else {
                let about = about(self.new.cells_on(server));
                self.add_about(kind::SERVER_ADDED, &key, "is new".to_owned(), about);
                continue;
            };
            let cells = weaker
                .iter()
                .map(|cell| self.new.cell_name(cell.operation.1, Some(server)));
            let cells: Vec<Cell> = cells.collect();
            let sentence = format!(
                "{} can be reached past the old demands on this new server: {why}",
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
                cells: vec![self.new.cell_name(other, Some(cell.server))],
                old: Some(self.old.side.operations[one].place.clone()),
                new: Some(self.new.side.operations[other].place.clone()),
                after: words::demand(self.classes, &self.new.cell(other, Some(cell.server))),
                because: vec!["channel-servers"],
                ..draft::About::default()
            };
            let key = format!("operation {other} {}", cell.server);
            let (kind, sentence) = match cell.why {
                Some(why) => (
                    kind::OPERATION_ON_WEAKER_SERVER,
                    format!("can be reached past the old demands on {server} as well: {why}"),
                ),
                None => (
                    kind::OPERATION_ON_MORE_SERVERS,
                    format!("can be reached on {server} as well"),
                ),
            };
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
                let left = &self.new.side.operations[*other].servers;
                let is_plain =
                    |at: &usize| self.new.side.servers[*at].connection == Connection::Plain;
                // A new server is told of by itself.
                let is_old = |at: &usize| self.servers.of_new[*at].is_some();
                let is_it = on.contains(&server) && !left.is_empty();
                is_it && left.iter().all(|at| is_plain(at) && is_old(at))
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
                        "this encrypted server is gone, and {} can be reached without encryption only",
                        operations(&weaker)
                    ),
                    weaker,
                ),
                false => (
                    kind::SERVER_REMOVED,
                    "is gone".to_owned(),
                    self.old.cells_on(server),
                ),
            };
            let about = draft::About {
                server: Some(gone.name.clone()),
                cells,
                old: Some(gone.place.clone()),
                before: words::demand(self.classes, &self.old.servers[server]),
                ..draft::About::default()
            };
            self.add_about(kind, &format!("old server {server}"), sentence, about);
        }
    }

    fn fewer_servers(&mut self, pairs: &[(usize, usize)]) {
        for (one, other) in pairs {
            let kept = self.server_pairs(*one, *other);
            let servers = self.old.side.operations[*one].servers.iter().copied();
            let gone = servers.filter(|server| {
                let is_kept = kept.iter().any(|(known, _)| *known == Some(*server));
                !is_kept && self.servers.of_old[*server].is_some()
            });
            for server in gone.collect::<Vec<usize>>() {
                let about = draft::About {
                    operation: Some(name(&self.new.side.operations[*other])),
                    cells: vec![self.old.cell_name(*one, Some(server))],
                    old: Some(self.old.side.operations[*one].place.clone()),
                    new: Some(self.new.side.operations[*other].place.clone()),
                    because: vec!["channel-servers"],
                    ..draft::About::default()
                };
                let server = quoted(&self.old.side.servers[server].name);
                let sentence = format!("cannot be reached on {server} any more");
                self.add_about(
                    kind::OPERATION_ON_FEWER_SERVERS,
                    &format!("operation {other}"),
                    sentence,
                    about,
                );
            }
        }
    }

    fn new_operations(&mut self) {
        for operation in 0..self.new.side.operations.len() {
            if self.operations.of_new[operation].is_some() {
                continue;
            }
            let servers = self.new.servers_of(operation);
            let open = servers
                .iter()
                .copied()
                .find(|server| self.is_new_door(operation, *server));
            let cells = servers
                .iter()
                .map(|server| self.new.cell_name(operation, *server));
            let mut about = draft::About {
                operation: Some(name(&self.new.side.operations[operation])),
                cells: cells.collect(),
                new: Some(self.new.side.operations[operation].place.clone()),
                after: words::demand(self.classes, &self.new.operations[operation]),
                ..draft::About::default()
            };
            let key = format!("new operation {operation}");
            match open {
                Some(server) => {
                    about.server = Some(self.new.name_of(server));
                    let sentence =
                        "this new operation is open to anyone, and others here need credentials"
                            .to_owned();
                    self.add_about(kind::OPERATION_ADDED_PUBLIC, &key, sentence, about);
                }
                None => self.add_about(kind::OPERATION_ADDED, &key, "is new".to_owned(), about),
            }
        }
    }

    /// Whether anyone gets in at a new operation, on a server on which others demanded something.
    fn is_new_door(&self, operation: usize, server: Option<usize>) -> bool {
        let demand = self.new.cell(operation, server);
        if !is_public(self.classes, self.new.side, false, &demand) {
            return false;
        }
        let old_server = server.and_then(|server| self.servers.of_new[server]);
        let operations = 0..self.old.side.operations.len();
        operations.into_iter().any(|one| {
            let servers = self.old.servers_of(one);
            let is_there = servers.contains(&None) || servers.contains(&old_server);
            let demand = self
                .old
                .cell(one, old_server.filter(|_| !servers.contains(&None)));
            is_there && demand.is_some() && !is_public(self.classes, self.old.side, true, &demand)
        })
    }

    fn gone_operations(&mut self) {
        for operation in 0..self.old.side.operations.len() {
            if self.operations.of_old[operation].is_some() {
                continue;
            }
            let servers = self.old.servers_of(operation);
            let cells = servers
                .iter()
                .map(|server| self.old.cell_name(operation, *server));
            let about = draft::About {
                operation: Some(name(&self.old.side.operations[operation])),
                cells: cells.collect(),
                old: Some(self.old.side.operations[operation].place.clone()),
                before: words::demand(self.classes, &self.old.operations[operation]),
                ..draft::About::default()
            };
            self.add_about(
                kind::OPERATION_REMOVED,
                &format!("old operation {operation}"),
                "is gone".to_owned(),
                about,
            );
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
