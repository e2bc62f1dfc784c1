//! What changes in the definitions of schemes, said once at the scheme.

use std::collections::BTreeSet;

use super::{Work, name};
use crate::diff::change::{Cell, Change};
use crate::diff::definitions::{self, UseOf};
use crate::diff::kind;
use crate::diff::schemes::Classes;
use crate::diff::side::{List, Scheme, Side};
use crate::diff::strength::Wire;
use crate::diff::words;
use crate::rules::document::exposure::Connection;
use crate::rules::messages::quoted;

/// Who demands a class of schemes.
#[derive(Debug, Clone, Default)]
pub struct Usage {
    /// The cells of the old side.
    pub old: BTreeSet<Cell>,
    /// The cells of the new side.
    pub new: BTreeSet<Cell>,
    connections: BTreeSet<Connection>,
    old_scopes: BTreeSet<String>,
    new_scopes: BTreeSet<String>,
}

/// Who demands each class.
pub fn usages(old: &Side, new: &Side, classes: &Classes) -> Vec<Usage> {
    let mut usages = vec![Usage::default(); classes.all.len()];
    for (side, of, is_old) in [(old, &classes.of_old, true), (new, &classes.of_new, false)] {
        for operation in &side.operations {
            let servers = operation.servers.iter().map(|at| Some(&side.servers[*at]));
            let mut servers: Vec<_> = servers.collect();
            if servers.is_empty() {
                servers.push(None);
            }
            for server in servers {
                let cell = Cell {
                    operation: name(operation),
                    server: server.map_or_else(|| "-".to_owned(), |server| server.name.clone()),
                };
                let lists = server
                    .map(|server| &server.list)
                    .into_iter()
                    .chain([&operation.list]);
                for needed in lists.flat_map(needed) {
                    let class = of[needed.scheme];
                    let known = classes.definition(class, side, is_old);
                    let own = side.schemes[needed.scheme].definition.as_ref().ok();
                    // An inline scheme may be what the component is on the other side alone.
                    if known
                        .zip(own)
                        .is_some_and(|(known, own)| !known.is_same_wire(own))
                    {
                        continue;
                    }
                    let usage = &mut usages[class];
                    let (cells, scopes) = match is_old {
                        true => (&mut usage.old, &mut usage.old_scopes),
                        false => (&mut usage.new, &mut usage.new_scopes),
                    };
                    cells.insert(cell.clone());
                    scopes.extend(needed.scopes.iter().cloned());
                    usage
                        .connections
                        .extend(server.map(|server| server.connection));
                }
            }
        }
    }
    usages
}

fn needed(list: &List) -> impl Iterator<Item = &crate::diff::side::Needed> {
    list.alternatives.iter().flatten().flatten()
}

/// The classes of which one side has a type without scopes: these are said at the scheme.
pub fn without_scopes(old: &Side, new: &Side, classes: &Classes) -> BTreeSet<usize> {
    let all = 0..classes.all.len();
    let changed = all.filter(|class| {
        let old = classes.definition(*class, old, true);
        let new = classes.definition(*class, new, false);
        old.zip(new).is_some_and(|(old, new)| {
            let are_typed = !old.kind.is_empty() && !new.kind.is_empty();
            are_typed && old.takes_scopes() != new.takes_scopes()
        })
    });
    changed.collect()
}

fn is_same(old: &Scheme, new: &Scheme) -> bool {
    let (old, new) = (old.definition.as_ref(), new.definition.as_ref());
    matches!((old, new), (Ok(old), Ok(new)) if old.is_same_wire(new))
}

impl Usage {
    fn wire(&self) -> Wire {
        let mut connections = self.connections.iter();
        match (connections.next(), connections.next()) {
            (Some(Connection::Encrypted), None) => Wire::Encrypted,
            (Some(Connection::Plain), None) => Wire::Plain,
            _ => Wire::Mixed,
        }
    }
}

impl Work<'_> {
    pub(super) fn definitions(&mut self) {
        for class in 0..self.classes.all.len() {
            let known = &self.classes.all[class];
            let old = known.old.map(|at| &self.old.side.schemes[at]);
            let new = known.new.map(|at| &self.new.side.schemes[at]);
            match (old, new) {
                (Some(old), Some(new)) => {
                    self.scheme(class, old, new);
                    self.name_and_place(class, old, new);
                }
                (Some(one), None) | (None, Some(one)) => self.one_sided(class, one, old.is_some()),
                (None, None) => {}
            }
        }
    }

    fn scheme(&mut self, class: usize, old: &Scheme, new: &Scheme) {
        let (Ok(before), Ok(now)) = (&old.definition, &new.definition) else {
            return;
        };
        // Without a type nothing is known; the cells say so.
        if before.kind.is_empty() || now.kind.is_empty() {
            return;
        }
        let usage = self.usages[class].clone();
        let of = UseOf {
            wire: usage.wire(),
            scopes: &usage.old_scopes,
            new_scopes: &usage.new_scopes,
            is_other_major: self.old.side.is_v3 != self.new.side.is_v3,
        };
        let changes = definitions::changes(before, now, &of);
        let is_used = !usage.old.is_empty() && !usage.new.is_empty();
        let is_only_text =
            |kind: kind::Kind| [kind::DOCUMENTATION_CHANGED, kind::SCOPE_DECLARED].contains(&kind);
        let mut unused = changes.iter().filter(|change| !is_only_text(change.kind));
        if !is_used && unused.next().is_some() {
            let sentence = "it changed, and is demanded nowhere".to_owned();
            let draft = Change::new(kind::UNUSED_SCHEME_CHANGED, sentence);
            self.about_scheme(class, draft, &Usage::default());
            return;
        }
        for change in changes {
            let mut draft = Change::new(change.kind, change.sentence);
            draft.subject.scope = change.scope;
            draft.because = match old.place.as_ref().is_some_and(|place| place.file.is_some()) {
                true => vec!["scheme-definition", "reference-target"],
                false => vec!["scheme-definition"],
            };
            draft.before = words::definition(before);
            draft.after = words::definition(now);
            self.about_scheme(class, draft, &usage);
        }
    }

    fn name_and_place(&mut self, class: usize, old: &Scheme, new: &Scheme) {
        let usage = self.usages[class].clone();
        let file = |scheme: &Scheme| scheme.place.as_ref().and_then(|place| place.file.clone());
        let draft = match (&old.name, &new.name) {
            (Some(before), Some(now)) if before != now => {
                let sentence = format!(
                    "was called {}; the definition is the same scheme",
                    quoted(before)
                );
                Change::new(kind::SCHEME_RENAMED, sentence)
            }
            (None, None) => return,
            (Some(_), Some(_)) if file(old) == file(new) => return,
            _ if !is_same(old, new) => return,
            (Some(_), None) | (None, Some(_)) | (Some(_), Some(_)) => {
                let sentence = "stands elsewhere now, with the same definition".to_owned();
                Change::new(kind::SCHEME_MOVED, sentence)
            }
        };
        self.about_scheme(class, draft, &usage);
    }

    /// A component that is on one side alone. Where it is demanded, the demands say what that means.
    fn one_sided(&mut self, class: usize, scheme: &Scheme, is_old: bool) {
        let usage = &self.usages[class];
        let is_used = !usage.old.is_empty() || !usage.new.is_empty();
        if is_used || scheme.name.is_none() {
            return;
        }
        let sentence = match is_old {
            true => "it is gone, and was demanded nowhere",
            false => "it is new, and is demanded nowhere",
        };
        let draft = Change::new(kind::UNUSED_SCHEME_CHANGED, sentence.to_owned());
        self.about_scheme(class, draft, &Usage::default());
    }

    fn about_scheme(&mut self, class: usize, mut draft: Change, usage: &Usage) {
        let known = &self.classes.all[class];
        draft.subject.scheme = Some(known.name.clone());
        draft.old = known
            .old
            .and_then(|at| self.old.side.schemes[at].place.clone());
        draft.new = known
            .new
            .and_then(|at| self.new.side.schemes[at].place.clone());
        draft.cells = match usage.new.is_empty() {
            true => usage.old.iter().cloned().collect(),
            false => usage.new.iter().cloned().collect(),
        };
        self.drafts.add(&format!("scheme {class}"), draft);
    }
}
