//! An operation on its servers, on both sides.

use std::collections::BTreeSet;

use super::{Work, nothing};
use crate::diff::change::Change;
use crate::diff::demands::{Alternative, Demand, effects};
use crate::diff::kind;
use crate::diff::naming::{Named, Pair, names};
use crate::diff::side::{List, ListOf, Place};
use crate::diff::strength::Wire;
use crate::diff::words;
use crate::model::needs::normal::absorbed;
use crate::rules::document::exposure::Connection;

/// Of more pairs of alternatives the first are told.
const MAX_PAIRS: usize = 4096;

/// An operation on a server, by their indexes on both sides.
#[derive(Debug, Clone, Copy)]
pub(super) struct At {
    pub(super) operation: (usize, usize),
    pub(super) server: (Option<usize>, Option<usize>),
}

impl Work<'_> {
    /// Compares what an operation demands on each of its servers.
    pub(super) fn operation(&mut self, one: usize, other: usize) {
        for server in self.server_pairs(one, other) {
            self.cell(At {
                operation: (one, other),
                server,
            });
        }
    }

    /// The servers of an operation on both sides. A document without servers has one that is not
    /// named, which is compared with all of them.
    pub(super) fn server_pairs(
        &self,
        one: usize,
        other: usize,
    ) -> Vec<(Option<usize>, Option<usize>)> {
        let (old, new) = (self.old.servers_of(one), self.new.servers_of(other));
        if old == [None] {
            return new.into_iter().map(|server| (None, server)).collect();
        }
        if new == [None] {
            return old.into_iter().map(|server| (server, None)).collect();
        }
        let partner = |server: Option<usize>| self.servers.of_old[server?];
        let pairs = old.into_iter().map(|server| (server, partner(server)));
        pairs
            .filter(|(_, other)| other.is_some() && new.contains(other))
            .collect()
    }

    fn cell(&mut self, at: At) {
        let old = self.old.cell(at.operation.0, at.server.0);
        let new = self.new.cell(at.operation.1, at.server.1);
        if old.is_none() || new.is_none() {
            self.out.cells.unknown += 1;
        } else {
            self.out.cells.compared += 1;
            self.out.cells.equal += usize::from(old == new);
        }
        let named = self.name_cell(at, &old, &new);
        if named.is_empty() {
            if old.is_some() && old == new {
                self.rewritten(at, &old);
            }
            return;
        }
        for one in named {
            let differing = self.differing_in(at, one.scheme);
            let because = self.because(at, &one, self.cause(at, differing));
            let mut draft = self.draft_of(at, one);
            draft.because = because;
            draft.before = words::whole(self.classes, &old);
            draft.after = words::whole(self.classes, &new);
            let key = match draft.because.contains(&"version") {
                true => "version".to_owned(),
                false => self.key(at, differing, &mut draft),
            };
            self.drafts.add(&key, draft);
        }
    }

    pub(super) fn name_cell(&self, at: At, old: &Demand, new: &Demand) -> Vec<Named> {
        let optional = (self.optional(at, true, old), self.optional(at, false, new));
        names(&Pair {
            sides: (self.old.side, self.new.side),
            classes: self.classes,
            old,
            new,
            optional: (optional.0.as_ref(), optional.1.as_ref()),
            wire: self.wire(at.server),
        })
    }

    /// The alternatives beside a `{}` that is written.
    fn optional(&self, at: At, is_old: bool, demand: &Demand) -> Option<BTreeSet<Alternative>> {
        if *demand != nothing() {
            return None;
        }
        let (facts, operation, server) = match is_old {
            true => (&self.old, at.operation.0, at.server.0),
            false => (&self.new, at.operation.1, at.server.1),
        };
        let written = |list: Option<&List>| {
            let written = list.and_then(|list| facts.reading.written(list))?;
            (!written.is_empty()).then_some(written)
        };
        let server = server.map(|server| &facts.side.servers[server].list);
        let server = written(server).unwrap_or_else(|| vec![Alternative::new()]);
        let operation = written(Some(&facts.side.operations[operation].list))
            .unwrap_or_else(|| vec![Alternative::new()]);
        let pairs = server
            .iter()
            .flat_map(|one| operation.iter().map(move |other| one | other));
        let rest: BTreeSet<Alternative> = pairs
            .filter(|one| !one.is_empty())
            .take(MAX_PAIRS)
            .collect();
        Some(absorbed(&rest)).filter(|rest| !rest.is_empty())
    }

    pub(super) fn wire(&self, server: (Option<usize>, Option<usize>)) -> Wire {
        let old = server.0.map(|at| self.old.side.servers[at].connection);
        let new = server.1.map(|at| self.new.side.servers[at].connection);
        match (old, new) {
            (Some(Connection::Encrypted), Some(Connection::Encrypted)) => Wire::Encrypted,
            (Some(Connection::Plain), Some(Connection::Plain)) => Wire::Plain,
            _ => Wire::Mixed,
        }
    }

    fn lists(&self, at: At) -> [(Option<&List>, Option<&List>); 2] {
        [
            (
                at.server.0.map(|at| &self.old.side.servers[at].list),
                at.server.1.map(|at| &self.new.side.servers[at].list),
            ),
            (
                Some(&self.old.side.operations[at.operation.0].list),
                Some(&self.new.side.operations[at.operation.1].list),
            ),
        ]
    }

    /// Whether the list of the server differs, and whether that of the operation does.
    fn differing(&self, at: At) -> (bool, bool) {
        let server = self.old.server(at.operation.0, at.server.0)
            != self.new.server(at.operation.1, at.server.1);
        let operation = self.old.operations[at.operation.0] != self.new.operations[at.operation.1];
        (server, operation)
    }

    /// The same for a change that is about a scheme: if both lists differ, only that counts which
    /// names it, on one side or the other.
    fn differing_in(&self, at: At, scheme: Option<usize>) -> (bool, bool) {
        let (server, operation) = self.differing(at);
        let Some(class) = scheme.filter(|_| server && operation) else {
            return (server, operation);
        };
        let names = |demand: &Demand| {
            let mut atoms = demand.iter().flatten().flatten();
            atoms.any(|(other, _)| *other == class)
        };
        let of_server = names(&self.old.server(at.operation.0, at.server.0))
            || names(&self.new.server(at.operation.1, at.server.1));
        let of_operation = names(&self.old.operations[at.operation.0])
            || names(&self.new.operations[at.operation.1]);
        match of_server != of_operation {
            true => (of_server, of_operation),
            false => (server, operation),
        }
    }

    /// Where the change comes from.
    fn cause(&self, at: At, (of_server, of_operation): (bool, bool)) -> Vec<&'static str> {
        let old = self.old.side.operations[at.operation.0].list.of;
        let new = self.new.side.operations[at.operation.1].list.of;
        let is_trait = [old, new].contains(&ListOf::Trait);
        let mut because = Vec::new();
        if of_server {
            because.push("server-list");
        }
        if of_operation {
            because.push(if is_trait { "trait" } else { "operation-list" });
        }
        because
    }

    /// A key by which equal changes become one: those of one server, and those of operations that
    /// were changed alike.
    fn key(&self, at: At, (of_server, of_operation): (bool, bool), draft: &mut Change) -> String {
        let mut key = match of_server {
            true => format!("server {:?}", at.server),
            false => String::new(),
        };
        if of_operation {
            key += &format!(" operations {} > {}", draft.before, draft.after);
            draft.alike.extend(draft.subject.operation.clone());
        }
        key
    }

    fn because(&self, at: At, named: &Named, mut because: Vec<&'static str>) -> Vec<&'static str> {
        let old = &self.old.side.operations[at.operation.0].list;
        let new = &self.new.side.operations[at.operation.1].list;
        let is_new_major = self.old.side.is_v3 != self.new.side.is_v3;
        let replace = |because: &mut Vec<&'static str>, one: &'static str, other: &'static str| {
            if let Some(at) = because.iter().position(|known| *known == one) {
                because[at] = other;
            }
        };
        if old.is_idle != new.is_idle && !is_new_major {
            replace(&mut because, "operation-list", "version");
        }
        if is_new_major && old.of != new.of && [old.of, new.of].contains(&ListOf::Trait) {
            replace(&mut because, "trait", "trait-order");
        }
        let is_about_scopes =
            [kind::SCOPE_REMOVED, kind::SCOPE_ADDED, kind::SCOPE_REPLACED].contains(&named.kind);
        let lists = self.lists(at);
        let has_idle = |list: Option<&List>| list.is_some_and(|list| list.has_idle_scopes);
        let has_siblings = lists
            .iter()
            .any(|(old, new)| has_idle(*old) != has_idle(*new));
        if is_about_scopes && has_siblings {
            because.push("ref-siblings");
        }
        if is_new_major && [kind::AND_BECAME_OR, kind::OR_BECAME_AND].contains(&named.kind) {
            because.push("migration");
        }
        because
    }

    fn draft_of(&self, at: At, named: Named) -> Change {
        let mut draft = Change::new(named.kind, named.sentence);
        draft.cells = vec![self.new.cell_name(at.operation.1, at.server.1)];
        if at.server.1.is_none() {
            draft.cells = vec![self.old.cell_name(at.operation.0, at.server.0)];
        }
        let cell = draft.cells[0].clone();
        draft.subject.operation = Some(cell.operation);
        draft.subject.server = Some(cell.server);
        draft.subject.scheme = named
            .scheme
            .map(|class| self.classes.all[class].name.clone());
        draft.subject.scope = named.scope;
        let (of_server, of_operation) = self.differing_in(at, named.scheme);
        let [server, operation] = self.lists(at);
        let (old, new) = match of_operation || !of_server {
            true => operation,
            false => server,
        };
        let place = |list: Option<&List>| list.and_then(|list| list.place.clone());
        draft.old = place(old);
        draft.new = place(new);
        draft.near = Some(self.owner(at, of_server && !of_operation));
        draft
    }

    /// What has, or could have, the list on the new side.
    fn owner(&self, at: At, is_server: bool) -> Place {
        match at.server.1.filter(|_| is_server) {
            Some(server) => self.new.side.servers[server].place.clone(),
            None => self.new.side.operations[at.operation.1].place.clone(),
        }
    }

    /// The same demand: is it demanded elsewhere, or written differently?
    fn rewritten(&mut self, at: At, demand: &Demand) {
        let lists = self.lists(at);
        let (of_server, of_operation) = self.differing(at);
        let is_moved = of_server
            || of_operation
            || lists.iter().any(|(old, new)| {
                let of = |list: &Option<&List>| {
                    list.map(|list| list.of).filter(|of| *of != ListOf::Nobody)
                };
                of(old).is_some() && of(new).is_some() && of(old) != of(new)
            });
        let scopes = lists.iter().map(|(old, new)| {
            let idle = |facts: &super::Facts<'_>, list: &Option<&List>| {
                let scopes = list.iter().flat_map(|list| facts.reading.idle_scopes(list));
                scopes
                    .map(|(class, scope)| (class, scope.to_owned()))
                    .collect::<BTreeSet<_>>()
            };
            (idle(&self.old, old), idle(&self.new, new))
        });
        let is_idle_changed = !self.old.side.is_v3
            && !self.new.side.is_v3
            && scopes.into_iter().any(|(old, new)| old != new);
        let is_rewritten = lists.iter().any(|(old, new)| {
            let old = old.and_then(|list| self.old.reading.written(list));
            let new = new.and_then(|list| self.new.reading.written(list));
            old != new
        });
        let (kind, sentence) = if is_moved {
            (
                kind::REQUIREMENT_MOVED,
                "the same is demanded in another place: by server, operation or trait",
            )
        } else if is_idle_changed {
            (
                kind::SCOPES_WITHOUT_MEANING_CHANGED,
                "scopes changed that have no effect, for schemes of this type have none",
            )
        } else if is_rewritten {
            (
                kind::REQUIREMENT_REWRITTEN,
                "written differently, means the same",
            )
        } else {
            return;
        };
        let named = Named {
            kind,
            scheme: None,
            scope: None,
            sentence: sentence.to_owned(),
        };
        let mut draft = self.draft_of(at, named);
        draft.before = words::whole(self.classes, demand);
        draft.after.clone_from(&draft.before);
        let key = self.key(at, self.differing(at), &mut draft);
        self.drafts.add(&key, draft);
    }

    /// Whether a demand is below another one: somebody gets in who did not, by less than what was
    /// demanded.
    pub(super) fn is_less(&self, at: At, old: &Demand, new: &Demand) -> bool {
        let (Some(before), Some(now)) = (old, new) else {
            return false;
        };
        if !effects(before, now).wider {
            return false;
        }
        let less = [
            kind::SECURITY_REMOVED,
            kind::ANONYMOUS_ALLOWED,
            kind::ALTERNATIVE_REPLACED_WEAKER,
            kind::SCHEME_DROPPED_FROM_ALTERNATIVE,
            kind::AND_BECAME_OR,
            kind::SCOPE_REMOVED,
            kind::SCOPES_LOST_BY_REPLACEMENT,
            kind::AUTHENTICATION_LOST_ENCRYPTION_LEFT,
        ];
        let named = self.name_cell(at, old, new);
        named.iter().any(|one| less.contains(&one.kind))
    }
}
