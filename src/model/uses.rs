//! Where the schemes of a document are used, and what is asked of them.

use std::collections::{HashMap, HashSet};

use super::facts::{EntryForm, SecurityList};
use super::topic::hash_of;
use super::units::UnitId;
use super::{Model, Placed, resolve};
use crate::syntax::document::Tree;

/// Places that use something.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Uses {
    /// How many there are.
    pub count: usize,
    /// The pointers of the first few.
    pub first: Vec<String>,
}

/// More places than this are only counted.
const MAX_PLACES: usize = 5;

/// What a site can use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Used<'n> {
    /// The component of that name.
    Scheme(&'n str),
    /// 2.x: of the component of that name the scope of that name.
    Scope(&'n str, &'n str),
}

impl Used<'_> {
    fn key(self) -> u64 {
        hash_of(self)
    }
}

/// How many sites use what, kept unit by unit.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    counts: HashMap<u64, usize>,
    by_unit: Vec<Box<[u64]>>,
}

impl Tally {
    /// Counts what the sites of a unit use.
    pub fn enter(&mut self, tree: &Tree, model: &Model, placed: Placed<'_>) {
        let mut keys: Vec<u64> = Vec::new();
        for list in lists(placed) {
            let mut names = HashSet::new();
            each(tree, model, list, &mut |used| {
                names.insert(used.key());
            });
            keys.extend(names);
        }
        if keys.is_empty() {
            return;
        }
        for key in &keys {
            *self.counts.entry(*key).or_insert(0) += 1;
        }
        let id = placed.id as usize;
        if self.by_unit.len() <= id {
            self.by_unit.resize_with(id + 1, Box::default);
        }
        self.by_unit[id] = keys.into();
    }

    /// The reverse.
    pub fn leave(&mut self, id: UnitId) {
        let Some(keys) = self.by_unit.get_mut(id as usize) else {
            return;
        };
        for key in std::mem::take(keys) {
            if let Some(count) = self.counts.get_mut(&key) {
                *count -= 1;
                if *count == 0 {
                    self.counts.remove(&key);
                }
            }
        }
    }

    /// The sites that use something.
    pub fn uses(&self, tree: &Tree, model: &Model, used: Used<'_>) -> Uses {
        let key = used.key();
        let count = self.counts.get(&key).copied().unwrap_or(0);
        let wanted = count.min(MAX_PLACES);
        let mut first = Vec::with_capacity(wanted);
        let mut units = model.units();
        while first.len() < wanted
            && let Some(placed) = units.next()
        {
            if !self.has(placed.id, key) {
                continue;
            }
            for site in &placed.unit.sites {
                let mut is_meant = false;
                if let Some(list) = &site.security {
                    each(tree, model, list, &mut |found| is_meant |= found == used);
                }
                if is_meant && first.len() < wanted {
                    first.push(site.pointer.clone());
                }
            }
        }
        Uses { count, first }
    }

    fn has(&self, id: UnitId, key: u64) -> bool {
        let keys = self.by_unit.get(id as usize);
        keys.is_some_and(|keys| keys.contains(&key))
    }
}

fn lists(placed: Placed<'_>) -> impl Iterator<Item = &SecurityList> {
    let sites = placed.unit.sites.iter();
    sites.filter_map(|site| site.security.as_ref())
}

/// Gives what a list uses, as often as it does.
fn each(tree: &Tree, model: &Model, list: &SecurityList, give: &mut dyn FnMut(Used<'_>)) {
    for entry in &list.entries {
        match &entry.form {
            EntryForm::Requirement(schemes) => {
                for scheme in schemes {
                    let name = &scheme.name.text;
                    give(Used::Scheme(name));
                    for scope in &scheme.scopes {
                        give(Used::Scope(name, &scope.text));
                    }
                }
            }
            EntryForm::Reference(reference) => {
                let target = reference.target.as_ref();
                let found = target.and_then(|target| resolve::component(tree, model, &target.text));
                if let Some((name, true)) = found {
                    give(Used::Scheme(&name));
                }
            }
            EntryForm::Inline(_) | EntryForm::Other(_) => {}
        }
    }
}
