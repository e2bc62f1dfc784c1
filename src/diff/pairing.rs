//! Which servers and operations of both sides are the same one.

use super::side::{Operation, Server, Side};

/// Pairs of both sides, by index, and what is left.
#[derive(Debug, Clone, Default)]
pub struct Pairs {
    /// For each of the old side its partner.
    pub of_old: Vec<Option<usize>>,
    /// For each of the new side its partner.
    pub of_new: Vec<Option<usize>>,
}

impl Pairs {
    fn new(old: usize, new: usize) -> Self {
        Self {
            of_old: vec![None; old],
            of_new: vec![None; new],
        }
    }

    /// The pairs, in the order of the old side.
    pub fn all(&self) -> impl Iterator<Item = (usize, usize)> {
        let all = self.of_old.iter().enumerate();
        all.filter_map(|(at, other)| Some((at, (*other)?)))
    }

    /// Pairs what is left and has the same key, in order.
    fn by<'s, T, K: Ord>(&mut self, old: &'s [T], new: &'s [T], key: impl Fn(&'s T) -> Option<K>) {
        let mut left: std::collections::BTreeMap<K, Vec<usize>> = Default::default();
        for (at, one) in new.iter().enumerate().rev() {
            if self.of_new[at].is_none()
                && let Some(key) = key(one)
            {
                left.entry(key).or_default().push(at);
            }
        }
        for (at, one) in old.iter().enumerate() {
            if self.of_old[at].is_some() {
                continue;
            }
            let found = key(one).and_then(|key| left.get_mut(&key)?.pop());
            if let Some(other) = found {
                self.of_old[at] = Some(other);
                self.of_new[other] = Some(at);
            }
        }
    }
}

/// The servers: by name, then by address and protocol.
pub fn servers(old: &Side, new: &Side) -> Pairs {
    let (old, new) = (&*old.servers, &*new.servers);
    let mut pairs = Pairs::new(old.len(), new.len());
    pairs.by(old, new, |server: &Server| Some(&*server.name));
    pairs.by(old, new, |server: &Server| {
        let key = (&*server.address, &*server.protocol);
        (!server.address.is_empty()).then_some(key)
    });
    pairs
}

/// The operations: by id and address, by address and direction, by id, and the only one that is left
/// at an address.
pub fn operations(old: &Side, new: &Side) -> Pairs {
    let (old, new) = (&*old.operations, &*new.operations);
    let mut pairs = Pairs::new(old.len(), new.len());
    let id = |one: &Operation| one.id.clone();
    // Ids that are there twice.
    pairs.by(old, new, |one| {
        Some((id(one)?, one.address.clone(), one.direction?))
    });
    pairs.by(old, new, |one| Some((id(one)?, one.address.clone())));
    pairs.by(old, new, |one| Some((one.address.clone(), one.direction?)));
    pairs.by(old, new, id);
    let is_only = |all: &[Operation], taken: &[Option<usize>], address: &str| {
        let left = all.iter().zip(taken);
        let left = left.filter(|(one, taken)| taken.is_none() && one.address == address);
        left.count() == 1
    };
    let taken = pairs.clone();
    pairs.by(old, new, |one| {
        let address = &*one.address;
        let is_it = is_only(old, &taken.of_old, address) && is_only(new, &taken.of_new, address);
        is_it.then_some(address)
    });
    pairs
}
