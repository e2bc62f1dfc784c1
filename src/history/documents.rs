//! Compares the documents of two sides.

use super::files::{Files, Loaded, Problem};
use super::outcome::{Compared, NotSeen, Outcome, Shown, locate};
use super::pairing::{Pair, pairs};
use crate::analysis::model_of;
use crate::diff::change::{Change, Comparison, Counts};
use crate::diff::compare::{compare, unchanged};
use crate::diff::kind::{self, Kind, Severity};
use crate::diff::read::read;
use crate::diff::side::{Definition, Needed, Place, Side, Unseen};
use crate::rules::document::exposure::Connection;
use crate::rules::environment::Environment;
use crate::rules::messages::quoted;
use crate::settings::diff::DiffSettings;
use crate::syntax::document::Document;
use crate::syntax::leaf::SyntaxErrorKind;
use crate::text::extent::Extent;
use crate::workspace::parallel::in_order;
use crate::workspace::reference::shown;

/// The sections whose text must be whole, for what is missing there would look removed.
const SECTIONS: [&str; 4] = ["servers", "channels", "operations", "components"];

/// Two sides, and what is known beside them.
pub struct Comparer<'c> {
    /// The old side.
    pub old: &'c Files,
    /// The new side.
    pub new: &'c Files,
    /// What is known about hosts and protocols.
    pub environment: &'c Environment,
    /// What the settings say of changes.
    pub settings: &'c DiffSettings,
    /// Whether what is not ranked is a danger.
    pub is_strict: bool,
}

impl<'c> Comparer<'c> {
    /// Compares all documents, on several threads.
    pub fn compare(&self, outcome: &mut Outcome) {
        let pairs = pairs(self.old, self.new);
        let (pairs, unread): (Vec<Pair<'_>>, Vec<Pair<'_>>) = pairs
            .into_iter()
            .partition(|pair| self.unread(pair).is_none());
        for problem in unread.iter().filter_map(|pair| self.unread(pair)) {
            let is_told =
                self.old.problems.contains(problem) || self.new.problems.contains(problem);
            if !is_told {
                outcome.problems.push(problem.clone());
            }
        }
        outcome.problems.extend(self.unread_on_both().cloned());
        let compared = in_order(&pairs, |pair| {
            let mut found = Outcome::default();
            self.pair(*pair, &mut found);
            found
        });
        for found in compared {
            outcome.problems.extend(found.problems);
            outcome.pairs.extend(found.pairs);
            outcome.changes.extend(found.changes);
            outcome.off += found.off;
            outcome.unseen.extend(found.unseen);
        }
    }

    /// Why a document is on one side alone, if the other one could not read it.
    fn unread(&self, pair: &Pair<'c>) -> Option<&'c Problem> {
        match pair {
            (Some((key, _)), None, _) => self.new.unread.get(*key),
            (None, Some((key, _)), _) => self.old.unread.get(*key),
            _ => None,
        }
    }

    /// Files that no revision could read, and that are not the same in both: what changed in them is
    /// not seen.
    fn unread_on_both(&self) -> impl Iterator<Item = &Problem> {
        let old = &self.old.unread_objects;
        let changed = (self.new.unread_objects.iter())
            .filter(|(key, object)| old.get(*key).is_some_and(|old| old != *object))
            .filter_map(|(key, _)| self.new.unread.get(key));
        changed.filter(|problem| !self.new.problems.contains(problem))
    }

    fn pair(&self, (old, new, how): Pair<'c>, out: &mut Outcome) {
        let sides = (
            old.map(|(_, loaded)| self.side(loaded, self.old, out)),
            match new {
                // Nothing can differ.
                Some((_, loaded)) if loaded.is_unchanged => None,
                new => new.map(|(_, loaded)| self.side(loaded, self.new, out)),
            },
        );
        let (old_side, new_side) = match sides {
            (Some(None), _) | (_, Some(None)) => return,
            (old, new) => (old.flatten(), new.flatten()),
        };
        let is_unchanged = new.is_some_and(|(_, loaded)| loaded.is_unchanged);
        let mut found = match (&old_side, &new_side) {
            (Some(side), None) if is_unchanged => unchanged(side),
            (Some(old), Some(new)) => compare(old, new),
            (old_side, new_side) => {
                let name = old.or(new).map_or("", |(key, loaded)| match key {
                    // It was named alone.
                    "" => &loaded.shown,
                    key => key,
                });
                one_sided(name, old_side.as_ref(), new_side.as_ref())
            }
        };
        if let (Some((before, _)), Some((now, _))) = (old, new)
            && before != now
        {
            let sentence = format!(
                "{}: this document was called {}",
                quoted(now),
                quoted(before)
            );
            found.changes.push(Change {
                before: before.to_owned(),
                after: now.to_owned(),
                ..Change::new(kind::DOCUMENT_RENAMED, sentence)
            });
        }
        let loaded = (old.map(|(_, loaded)| loaded), new.map(|(_, loaded)| loaded));
        found.changes.retain(|change| {
            let old = way(change.old.as_ref(), loaded.0, self.old);
            let new = way(change.new.as_ref(), loaded.1, self.new);
            change.kind != kind::SCHEME_MOVED || old.is_none() || old != new
        });
        let version = |side: &Option<Side>| side.as_ref().map(|side| side.version.clone());
        out.pairs.push(Compared {
            old: loaded.0.map(|loaded| loaded.shown.clone()),
            new: loaded.1.map(|loaded| loaded.shown.clone()),
            how,
            versions: match is_unchanged {
                true => [version(&old_side), version(&old_side)],
                false => [version(&old_side), version(&new_side)],
            },
            cells: found.cells,
        });
        self.show(found, loaded, out);
    }

    /// Reads a document, unless it is broken where that matters.
    fn side(&self, loaded: &Loaded, files: &Files, out: &mut Outcome) -> Option<Side> {
        let mut problem = |message: String| {
            out.problems.push(Problem {
                path: loaded.shown.clone(),
                message,
            });
        };
        let (message, is_fatal) = broken(&loaded.document);
        if let Some(message) = message {
            problem(message);
        }
        if is_fatal {
            return None;
        }
        let model = model_of(&loaded.document, files.surroundings(loaded));
        let side = read(loaded.document.tree(), &model, self.environment);
        if side.is_none() {
            let version = model.version_field.as_ref().map_or("", |field| &field.text);
            problem(format!(
                "this is AsyncAPI {}, so it is not compared: 2.x and 3.x are",
                quoted(version)
            ));
        }
        side
    }

    fn show(
        &self,
        found: Comparison,
        loaded: (Option<&Loaded>, Option<&Loaded>),
        out: &mut Outcome,
    ) {
        let place = |place: &Option<Place>, loaded: Option<&Loaded>, files: &Files| {
            locate(place.as_ref()?, loaded?, files)
        };
        for change in found.changes {
            let Some(severity) = self.severity(&change.kind) else {
                out.off += usize::from(change.kind.severity != Severity::None);
                continue;
            };
            let fingerprint = change.fingerprint();
            let accepted = self
                .settings
                .accept
                .iter()
                .find(|one| one.fingerprint == fingerprint);
            out.changes.push(Shown {
                severity,
                old: place(&change.old, loaded.0, self.old)
                    .or_else(|| Some(start_of(loaded.0.filter(|_| loaded.1.is_none())?))),
                new: place(&change.new, loaded.1, self.new),
                near: place(&change.near, loaded.1, self.new).or_else(|| Some(start_of(loaded.1?))),
                accepted: accepted.map(|one| one.reason.clone()),
                fingerprint,
                change,
            });
        }
        let mut unseen =
            |all: Vec<Unseen>, is_old: bool, loaded: Option<&Loaded>, files: &Files| {
                out.unseen.extend(all.into_iter().map(|unseen| NotSeen {
                    is_old,
                    place: place(&unseen.place, loaded, files),
                    unseen,
                }));
            };
        unseen(found.old_unseen, true, loaded.0, self.old);
        unseen(found.new_unseen, false, loaded.1, self.new);
    }

    fn severity(&self, kind: &Kind) -> Option<Severity> {
        let of_settings = self.settings.levels.iter().find(|(id, _)| *id == kind.id);
        let severity = match of_settings {
            Some((_, severity)) => (*severity)?,
            None => kind.severity,
        };
        let is_lifted = self.is_strict && kind.review && severity != Severity::None;
        Some(if is_lifted {
            Severity::Danger
        } else {
            severity
        })
    }
}

impl Outcome {
    /// Puts the worst first, over all documents.
    pub fn sort(&mut self) {
        self.changes.sort_by_key(|one| one.severity);
    }
}

/// The way from a document to the other file in which something stands. The sides have their files
/// in different places.
fn way(place: Option<&Place>, loaded: Option<&Loaded>, files: &Files) -> Option<String> {
    let other = files.workspace.file_at(place?.file.as_ref()?)?;
    Some(shown(loaded?.path.as_ref()?, &other.path))
}

fn start_of(loaded: &Loaded) -> super::outcome::Located {
    let range = crate::text::range::TextRange::empty(0);
    super::outcome::Located {
        path: loaded.shown.clone(),
        range: Extent::new(loaded.document.text(), range),
    }
}

/// Why a document cannot be read as a whole, and whether it is not compared at all.
fn broken(document: &Document) -> (Option<String>, bool) {
    let tree = document.tree();
    if document.conflicts().is_some() {
        return (
            Some("it has conflicts of a merge, so it is not compared".to_owned()),
            true,
        );
    }
    if document.templated().is_some() {
        let message = "it has code of a template engine, so it is not compared: compare what the engine writes";
        return (Some(message.to_owned()), true);
    }
    let root = tree.root();
    let is_elsewhere = |at: usize| {
        let mut entries = root.entries();
        entries.any(|entry| {
            let is_around = entry.key.range().start() <= at && at < entry.value.range().end();
            is_around && !SECTIONS.contains(&entry.key.value())
        })
    };
    let mut errors = tree.errors();
    errors.retain(|error| !error.kind.is_clear());
    let at = |offset: usize| {
        let place = Extent::new(
            document.text(),
            crate::text::range::TextRange::empty(offset),
        );
        format!("{}:{}", place.start.line, place.start.column)
    };
    let fatal = errors.iter().find(|error| {
        // Of a key that occurs twice, the last one counts.
        error.kind != SyntaxErrorKind::DuplicateKey && !is_elsewhere(error.range.start())
    });
    match (fatal, errors.first()) {
        (Some(error), _) => {
            let place = at(error.range.start());
            (
                Some(format!(
                    "syntax error at {place}, so it is not compared: {}",
                    error.message
                )),
                true,
            )
        }
        (None, Some(error)) => {
            let place = at(error.range.start());
            (
                Some(format!(
                    "syntax error at {place}; the rest is compared: {}",
                    error.message
                )),
                false,
            )
        }
        (None, None) => (None, false),
    }
}

/// A document that is on one side alone. What is not on the other one cannot be weaker than it.
fn one_sided(name: &str, old: Option<&Side>, new: Option<&Side>) -> Comparison {
    let Some(side) = old.or(new) else {
        return Comparison::default();
    };
    let nothing = Side::default();
    let all = match old {
        Some(_) => compare(side, &nothing),
        None => compare(&nothing, side),
    };
    let count = side.operations.len();
    let open = side
        .operations
        .iter()
        .filter(|one| is_open(side, one))
        .count();
    let is_readable = |operation: &&crate::diff::side::Operation| {
        let mut servers = operation.servers.iter();
        servers.any(|at| side.servers[*at].connection == Connection::Plain)
    };
    let readable = side.operations.iter().filter(is_readable).count();
    let counts = format!(
        "operations: {count}, open to anyone: {open}, on servers without encryption: {readable}"
    );
    let about =
        |kind: Kind, word: &str| Change::new(kind, format!("{}: {word}; {counts}", quoted(name)));
    // With them one document has another fingerprint than the next one.
    let facts = format!("{name}; {counts}");
    let change = match old {
        Some(_) => Change {
            before: facts,
            ..about(kind::DOCUMENT_REMOVED, "this document is gone")
        },
        None => Change {
            after: facts,
            ..about(kind::DOCUMENT_ADDED, "this document is new")
        },
    };
    Comparison {
        changes: vec![change],
        cells: Counts {
            compared: 0,
            ..all.cells
        },
        old_unseen: all.old_unseen,
        new_unseen: all.new_unseen,
    }
}

/// Whether nobody has to say who they are.
fn is_open(side: &Side, operation: &crate::diff::side::Operation) -> bool {
    let is_encryption = |one: &Needed| {
        let definition = side.schemes[one.scheme].definition.as_ref();
        definition.is_ok_and(Definition::is_encryption)
    };
    let asks = |list: &crate::diff::side::List| {
        let alternatives = list.alternatives.as_ref();
        let is_way_in = |one: &Vec<Needed>| one.iter().all(is_encryption);
        alternatives.is_none_or(|all| !all.is_empty() && !all.iter().any(is_way_in))
    };
    let mut servers = operation.servers.iter();
    let is_server_open =
        servers.any(|at| !asks(&side.servers[*at].list)) || operation.servers.is_empty();
    !asks(&operation.list) && is_server_open
}
