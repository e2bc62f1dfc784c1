//! Which units stand for a topic: schemes by name, sites and channels by pointer, so that each is
//! found at once.

use std::collections::{HashMap, HashSet};

use super::UnitId;
use crate::model::Placed;
use crate::model::topic::Topic;
use crate::model::walk::Place;

/// The units by their keys.
#[derive(Debug, Clone, Default)]
pub(super) struct Keys {
    known: HashMap<Topic, Holders>,
}

/// Who has a key: one as a rule.
#[derive(Debug, Clone)]
enum Holders {
    One(UnitId),
    Many(HashSet<UnitId>),
}

impl Keys {
    pub(super) fn insert(&mut self, key: Topic, id: UnitId) {
        match self.known.get_mut(&key) {
            None => {
                self.known.insert(key, Holders::One(id));
            }
            Some(Holders::Many(ids)) => {
                ids.insert(id);
            }
            Some(holders) => {
                if let Holders::One(other) = *holders {
                    *holders = Holders::Many(HashSet::from([other, id]));
                }
            }
        }
    }

    pub(super) fn remove(&mut self, key: Topic, id: UnitId) {
        let is_left = match self.known.get_mut(&key) {
            Some(Holders::Many(ids)) => {
                ids.remove(&id);
                !ids.is_empty()
            }
            Some(Holders::One(_)) | None => false,
        };
        if !is_left {
            self.known.remove(&key);
        }
    }

    pub(super) fn count(&self, key: Topic) -> usize {
        match self.known.get(&key) {
            Some(Holders::One(_)) => 1,
            Some(Holders::Many(ids)) => ids.len(),
            None => 0,
        }
    }

    pub(super) fn get(&self, key: Topic) -> impl Iterator<Item = UnitId> {
        let (one, many) = match self.known.get(&key) {
            Some(Holders::One(id)) => (Some(*id), None),
            Some(Holders::Many(ids)) => (None, Some(ids)),
            None => (None, None),
        };
        one.into_iter().chain(many.into_iter().flatten().copied())
    }
}

/// The key under which a unit is kept.
pub(super) fn key_of(placed: Placed<'_>) -> Option<Topic> {
    if placed.place == Place::Scheme {
        let scheme = placed.unit.schemes.first()?;
        return Some(Topic::scheme(&scheme.name.as_ref()?.text));
    }
    placed.pointer().map(Topic::unit)
}

/// The parts of a pointer that may name a unit: `/servers/a` and `/components/servers/a` do, and
/// something may stand below.
pub(in crate::model) fn unit_pointers(pointer: &str) -> impl Iterator<Item = &str> {
    let ends = pointer.match_indices('/').map(|(at, _)| at).skip(1);
    (ends.chain([pointer.len()]))
        .take(3)
        .skip(1)
        .map(|end| &pointer[..end])
}
