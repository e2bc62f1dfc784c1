//! Changes while they are collected: equal ones with one cause become one.

use std::cmp::Reverse;
use std::collections::HashMap;

use crate::diff::change::{Cell, Change};
use crate::diff::kind::{self, Kind};
use crate::diff::side::Place;
use crate::rules::messages::quoted;

/// Changes in the order in which they were found.
#[derive(Debug, Default)]
pub struct Drafts {
    all: Vec<Change>,
    at: HashMap<(&'static str, String, String), usize>,
}

/// What a change of a server or an operation is about.
#[derive(Debug, Default)]
pub struct About {
    pub operation: Option<String>,
    pub server: Option<String>,
    pub cells: Vec<Cell>,
    pub alike: Vec<String>,
    pub old: Option<Place>,
    pub new: Option<Place>,
    pub near: Option<Place>,
    pub before: String,
    pub after: String,
    pub because: Vec<&'static str>,
}

impl Drafts {
    /// Adds a change; with one that says the same of the same cause it becomes one.
    pub fn add(&mut self, cause: &str, change: Change) {
        let key = (change.kind.id, change.message.clone(), cause.to_owned());
        let next = self.all.len();
        let at = *self.at.entry(key).or_insert(next);
        if at == next {
            self.all.push(change);
            return;
        }
        let known = &mut self.all[at];
        known.cells.extend(change.cells);
        known.alike.extend(change.alike);
        for reason in change.because {
            if !known.because.contains(&reason) {
                known.because.push(reason);
            }
        }
    }

    /// All changes, the worst first, with their subjects before the sentences.
    pub fn finish(mut self) -> Vec<Change> {
        for change in &mut self.all {
            let mut seen = std::collections::HashSet::new();
            change.cells.retain(|cell| seen.insert(cell.clone()));
            change.alike.sort();
            change.alike.dedup();
            if change.alike.len() == 1 {
                change.alike.clear();
            }
            change.message = format!("{}: {}", subject(change), change.message);
        }
        self.all.sort_by_key(|change| {
            (
                change.kind.severity,
                way_in(&change.kind),
                Reverse(change.cells.len()),
            )
        });
        self.all
    }
}

/// Public before readable before the rest.
fn way_in(kind: &Kind) -> u8 {
    let public = [
        kind::SECURITY_REMOVED,
        kind::ANONYMOUS_ALLOWED,
        kind::OPERATION_ADDED_PUBLIC,
        kind::AUTHENTICATION_LOST_ENCRYPTION_LEFT,
    ];
    match kind {
        kind if public.contains(kind) => 0,
        kind if [kind::TLS_DROPPED, kind::ENDPOINT_TLS_DROPPED].contains(kind) => 1,
        _ => 2,
    }
}

fn subject(change: &Change) -> String {
    let subject = &change.subject;
    match (&subject.operation, &subject.server, &subject.scheme) {
        (Some(operation), Some(server), _) => {
            let more = match change.cells.len() {
                0 | 1 => String::new(),
                many => format!(" and {} more", many - 1),
            };
            match &**server {
                "-" => format!("{}{more}", quoted(operation)),
                server => format!("{} on {}{more}", quoted(operation), quoted(server)),
            }
        }
        (Some(operation), None, _) => match change.alike.len() {
            0 => quoted(operation),
            2 => format!("{} and 1 more operation", quoted(operation)),
            many => format!("{} and {} more operations", quoted(operation), many - 1),
        },
        (None, Some(name), _) | (None, None, Some(name)) => quoted(name),
        (None, None, None) => "the document".to_owned(),
    }
}
