//! Names that are not taken.

use std::collections::{HashMap, HashSet};

/// The names of a map.
#[derive(Debug, Default)]
pub(super) struct Names {
    taken: HashSet<String>,
    /// The number to be tried next, by the name that was wanted.
    next: HashMap<String, usize>,
}

impl Names {
    /// Starts with the names that there are.
    pub(super) fn new(taken: impl IntoIterator<Item = String>) -> Self {
        Self {
            taken: taken.into_iter().collect(),
            next: HashMap::new(),
        }
    }

    /// A name that is not taken until now: the one that is wanted, or that with a number from 2 on.
    pub(super) fn free(&mut self, wanted: &str) -> String {
        if self.taken.insert(wanted.to_owned()) {
            return wanted.to_owned();
        }
        let next = self.next.entry(wanted.to_owned()).or_insert(2);
        loop {
            let name = format!("{wanted}{next}");
            *next += 1;
            if self.taken.insert(name.clone()) {
                return name;
            }
        }
    }
}
