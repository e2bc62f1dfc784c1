//! The fields of a mapping, found by their keys in constant time however many there are.

use std::collections::{HashMap, HashSet};

use super::node::Entry;

/// Mappings with at most so many fields are searched one by one.
const FEW_FIELDS: usize = 16;

/// Fields of a mapping in the making.
#[derive(Default)]
pub(super) struct Fields<'t> {
    /// The fields so far, in their order.
    pub entries: Vec<Entry<'t>>,
    /// Where a key stands, once there are more than [`FEW_FIELDS`].
    places: HashMap<&'t str, usize>,
    /// The mappings that were merged.
    pub merged: HashSet<(usize, u32)>,
}

impl<'t> Fields<'t> {
    /// Where the field of that key stands.
    pub fn place(&self, name: &str) -> Option<usize> {
        if self.places.is_empty() {
            return self
                .entries
                .iter()
                .position(|field| field.key.value() == name);
        }
        self.places.get(name).copied()
    }

    /// Adds a field whose key is not there yet.
    pub fn push(&mut self, entry: Entry<'t>) {
        self.entries.push(entry);
        let len = self.entries.len();
        if self.places.is_empty() && len > FEW_FIELDS {
            let names = self.entries.iter().map(|field| field.key.value());
            self.places = names.enumerate().map(|(at, name)| (name, at)).collect();
        } else if len > FEW_FIELDS {
            self.places.insert(entry.key.value(), len - 1);
        }
    }
}
