//! Operations that are on one side alone, or have another name or direction.

use std::collections::BTreeSet;

use super::{Facts, Work, draft, is_public, name};
use crate::diff::demands::Demand;
use crate::diff::kind;
use crate::diff::schemes::Classes;
use crate::diff::words::{self, NOTHING};
use crate::model::needs::Direction;
use crate::rules::messages::quoted;

impl Work<'_> {
    pub(super) fn one_sided_operations(&mut self) {
        let pairs: Vec<(usize, usize)> = self.operations.all().collect();
        for (one, other) in pairs {
            self.direction_and_name(one, other);
        }
        self.new_operations();
        self.gone_operations();
    }

    fn direction_and_name(&mut self, one: usize, other: usize) {
        let (old, new) = (
            &self.old.side.operations[one],
            &self.new.side.operations[other],
        );
        let ids = old.id.as_ref().zip(new.id.as_ref());
        let renamed = ids.filter(|(old, new)| old != new);
        let renamed = renamed.map(|(old, _)| format!("was called {}", quoted(old)));
        let turned = match (old.direction, new.direction) {
            (Some(Direction::Receives), Some(Direction::Sends)) => {
                Some("sends here instead of receiving")
            }
            (Some(Direction::Sends), Some(Direction::Receives)) => {
                Some("receives here instead of sending")
            }
            _ => None,
        };
        let turned = turned.map(|what| {
            format!("the application {what}; the same is demanded, but of other clients")
        });
        let said = [
            (
                kind::OPERATION_RENAMED,
                renamed,
                format!("operation {other}"),
            ),
            (
                kind::OPERATION_DIRECTION_CHANGED,
                turned,
                "directions".to_owned(),
            ),
        ];
        for (kind, sentence, key) in said {
            let Some(sentence) = sentence else {
                continue;
            };
            let about = draft::About {
                operation: Some(name(&self.new.side.operations[other])),
                alike: vec![name(&self.new.side.operations[other])],
                old: Some(self.old.side.operations[one].place.clone()),
                new: Some(self.new.side.operations[other].place.clone()),
                ..draft::About::default()
            };
            self.add_about(kind, &key, sentence, about);
        }
    }

    fn new_operations(&mut self) {
        let guarded = self.guarded();
        for operation in 0..self.new.side.operations.len() {
            if self.operations.of_new[operation].is_some() {
                continue;
            }
            let servers = self.new.servers_of(operation);
            let (mut about, demand) = one_sided(self.classes, &self.new, operation);
            about.new = Some(self.new.side.operations[operation].place.clone());
            let sentence = match &*demand {
                NOTHING => "new; nothing is demanded".to_owned(),
                needed => format!("new; clients need {needed}"),
            };
            about.after = demand;
            let mut all = servers.iter().copied();
            let Some(server) = all.find(|server| self.is_new_door(&guarded, operation, *server))
            else {
                self.add_about(kind::OPERATION_ADDED, "new operations", sentence, about);
                continue;
            };
            about.server = Some(self.new.name_of(server));
            let key = format!("new operations {server:?}");
            let sentence = "new and open to anyone, on a server where others need credentials";
            self.add_about(
                kind::OPERATION_ADDED_PUBLIC,
                &key,
                sentence.to_owned(),
                about,
            );
        }
    }

    /// The servers of the old side on which something was demanded.
    fn guarded(&self) -> BTreeSet<Option<usize>> {
        let mut guarded = BTreeSet::new();
        for operation in 0..self.old.side.operations.len() {
            for server in self.old.servers_of(operation) {
                if guarded.contains(&server) {
                    continue;
                }
                let demand = self.old.cell(operation, server);
                if demand.is_some() && !is_public(self.classes, self.old.side, true, &demand) {
                    guarded.insert(server);
                }
            }
        }
        guarded
    }

    /// Whether anyone gets in at a new operation, on a server on which others demanded something.
    fn is_new_door(
        &self,
        guarded: &BTreeSet<Option<usize>>,
        operation: usize,
        server: Option<usize>,
    ) -> bool {
        let old_server = server.and_then(|server| self.servers.of_new[server]);
        let is_there = guarded.contains(&None) || guarded.contains(&old_server);
        let demand = self.new.cell(operation, server);
        is_there && is_public(self.classes, self.new.side, false, &demand)
    }

    fn gone_operations(&mut self) {
        for operation in 0..self.old.side.operations.len() {
            if self.operations.of_old[operation].is_some() {
                continue;
            }
            let (mut about, demand) = one_sided(self.classes, &self.old, operation);
            about.old = Some(self.old.side.operations[operation].place.clone());
            let sentence = match &*demand {
                NOTHING => "gone; nothing was demanded".to_owned(),
                needed => format!("gone; clients needed {needed}"),
            };
            about.before = demand;
            self.add_about(kind::OPERATION_REMOVED, "gone operations", sentence, about);
        }
    }
}

/// An operation of one side, and what it demands there in words.
fn one_sided(classes: &Classes, facts: &Facts<'_>, operation: usize) -> (draft::About, String) {
    let servers = facts.servers_of(operation);
    let demands = servers.iter().map(|server| facts.cell(operation, *server));
    let demands: BTreeSet<Demand> = demands.collect();
    let demand = match demands.first().filter(|_| demands.len() == 1) {
        Some(demand) => words::demand(classes, demand),
        None => "one thing or another, depending on the server".to_owned(),
    };
    let cells = servers
        .iter()
        .map(|server| facts.cell_name(operation, *server));
    let about = draft::About {
        operation: Some(name(&facts.side.operations[operation])),
        alike: vec![name(&facts.side.operations[operation])],
        cells: cells.collect(),
        ..draft::About::default()
    };
    (about, demand)
}
