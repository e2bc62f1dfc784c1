//! Compares two versions of a document.

mod cells;
mod doors;
mod draft;
mod operations;
mod schemes;
mod servers;

use std::collections::BTreeSet;

use super::change::{Cell, Change, Comparison, Counts};
use super::demands::{Alternative, Demand, Reading};
use super::kind::{self, Kind};
use super::pairing::{self, Pairs};
use super::schemes::Classes;
use super::side::{Operation, Side, Unseen};
use crate::model::needs::normal::both;
use draft::Drafts;
use schemes::Usage;

/// Compares two versions of a document.
pub fn compare(old: &Side, new: &Side) -> Comparison {
    let classes = Classes::new(old, new);
    let usages = schemes::usages(old, new, &classes);
    let without_scopes = schemes::without_scopes(old, new, &classes);
    let sides = (
        Facts::new(Reading::old(old, &classes, &without_scopes)),
        Facts::new(Reading::new(new, &classes, &without_scopes)),
    );
    let mut work = Work {
        old: sides.0,
        new: sides.1,
        classes: &classes,
        usages,
        servers: pairing::servers(old, new),
        operations: pairing::operations(old, new),
        drafts: Drafts::default(),
        out: Comparison::default(),
    };
    work.definitions();
    for (one, other) in work.operations.clone().all() {
        work.operation(one, other);
    }
    work.servers();
    work.doors();
    work.references();
    let mut out = work.out;
    out.changes = work.drafts.finish();
    out.old_unseen.clone_from(&old.unseen);
    out.new_unseen.clone_from(&new.unseen);
    out
}

/// What [`compare`] finds if both versions have the same text, with less work.
pub fn unchanged(side: &Side) -> Comparison {
    let is_hidden = |one: &Unseen| matches!(one.why, "remote" | "unread");
    if side.unseen.iter().any(is_hidden) {
        return compare(side, side);
    }
    let classes = Classes::new(side, side);
    let without_scopes = BTreeSet::new();
    let facts = Facts::new(Reading::old(side, &classes, &without_scopes));
    let mut cells = Counts::default();
    for operation in 0..side.operations.len() {
        for server in facts.servers_of(operation) {
            cells.old += 1;
            match facts.cell(operation, server) {
                Some(_) => cells.compared += 1,
                None => cells.unknown += 1,
            }
        }
    }
    cells.new = cells.old;
    cells.equal = cells.compared;
    Comparison {
        changes: Vec::new(),
        cells,
        old_unseen: side.unseen.clone(),
        new_unseen: side.unseen.clone(),
    }
}

struct Work<'w> {
    old: Facts<'w>,
    new: Facts<'w>,
    classes: &'w Classes,
    usages: Vec<Usage>,
    servers: Pairs,
    operations: Pairs,
    drafts: Drafts,
    out: Comparison,
}

/// What a side demands, read once.
struct Facts<'w> {
    reading: Reading<'w>,
    side: &'w Side,
    /// What each server demands.
    servers: Vec<Demand>,
    /// What each operation demands by itself.
    operations: Vec<Demand>,
}

impl<'w> Facts<'w> {
    fn new(reading: Reading<'w>) -> Self {
        let side = reading.side;
        let servers = side.servers.iter();
        let operations = side.operations.iter();
        Self {
            reading,
            side,
            servers: servers.map(|server| reading.demand(&server.list)).collect(),
            operations: operations.map(|one| reading.demand(&one.list)).collect(),
        }
    }

    /// The servers of an operation; `None` for none at all.
    fn servers_of(&self, operation: usize) -> Vec<Option<usize>> {
        let operation = &self.side.operations[operation];
        match operation.servers.is_empty() {
            true => vec![None],
            false => operation.servers.iter().copied().map(Some).collect(),
        }
    }

    /// What a server demands of those who use an operation.
    fn server(&self, operation: usize, server: Option<usize>) -> Demand {
        match server {
            Some(at) => self.servers[at].clone(),
            None if self.side.operations[operation].are_servers_seen => nothing(),
            None => None,
        }
    }

    /// What an operation demands on a server.
    fn cell(&self, operation: usize, server: Option<usize>) -> Demand {
        both(&self.server(operation, server), &self.operations[operation])
    }

    fn name_of(&self, server: Option<usize>) -> String {
        server.map_or_else(|| "-".to_owned(), |at| self.side.servers[at].name.clone())
    }

    fn cell_name(&self, operation: usize, server: Option<usize>) -> Cell {
        Cell {
            operation: name(&self.side.operations[operation]),
            server: self.name_of(server),
        }
    }

    /// All cells on a server.
    fn cells_on(&self, server: usize) -> Vec<Cell> {
        let operations = self.side.operations.iter().enumerate();
        let on = operations.filter(|(_, one)| one.servers.contains(&server));
        on.map(|(at, _)| self.cell_name(at, Some(server))).collect()
    }
}

fn name(operation: &Operation) -> String {
    operation.name().to_owned()
}

fn nothing() -> Demand {
    Some(BTreeSet::from([Alternative::new()]))
}

/// Whether nobody has to say who they are.
fn is_public(classes: &Classes, side: &Side, is_old: bool, demand: &Demand) -> bool {
    let is_encryption = |class: usize| {
        let definition = classes.definition(class, side, is_old);
        definition.is_some_and(super::side::Definition::is_encryption)
    };
    let is_open = |one: &Alternative| one.iter().all(|(class, _)| is_encryption(*class));
    demand.as_ref().is_some_and(|all| all.iter().any(is_open))
}

impl Work<'_> {
    /// References that are not followed, and the same on both sides.
    fn references(&mut self) {
        let is_hidden = |one: &&Unseen| matches!(one.why, "remote" | "unread");
        let targets = |side: &Side| {
            let hidden = side.unseen.iter().filter(is_hidden);
            hidden
                .map(|one| one.target.clone())
                .collect::<BTreeSet<String>>()
        };
        let (old, new) = (targets(self.old.side), targets(self.new.side));
        for target in old.intersection(&new).filter(|target| !target.is_empty()) {
            let place = |side: &Side| {
                let mut unseen = side.unseen.iter();
                unseen.find(|one| one.target == *target)?.place.clone()
            };
            let mut draft = Change::new(
                kind::REFERENCE_UNSEEN,
                "it is not read on either side, so what stands there is not compared".to_owned(),
            );
            draft.old = place(self.old.side);
            draft.new = place(self.new.side);
            draft.subject.scheme = Some(target.clone());
            self.drafts.add(target, draft);
        }
    }

    fn add_about(&mut self, kind: Kind, key: &str, sentence: String, subject: draft::About) {
        let mut draft = Change::new(kind, sentence);
        draft.subject.operation = subject.operation;
        draft.subject.server = subject.server;
        draft.cells = subject.cells;
        draft.alike = subject.alike;
        draft.old = subject.old;
        draft.new = subject.new;
        draft.near = subject.near;
        draft.before = subject.before;
        draft.after = subject.after;
        draft.because = subject.because;
        self.drafts.add(key, draft);
    }
}
