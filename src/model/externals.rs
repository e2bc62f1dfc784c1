//! What a document refers to in others.

use std::collections::HashMap;

use super::Placed;
use super::facts::{EntryForm, Reference, Unit};
use super::units::UnitId;

/// The texts of all `$ref`s, but those into the document itself, kept unit by unit.
#[derive(Debug, Clone, Default)]
pub struct Externals {
    counts: HashMap<String, usize>,
    by_unit: HashMap<UnitId, Vec<String>>,
}

impl Externals {
    /// Adds those of a unit.
    pub fn enter(&mut self, placed: Placed<'_>) {
        let targets = references(placed.unit).filter_map(|reference| reference.target.as_ref());
        let texts: Vec<String> = targets
            .filter(|target| !target.text.starts_with('#'))
            .map(|target| target.text.clone())
            .collect();
        if texts.is_empty() {
            return;
        }
        for text in &texts {
            *self.counts.entry(text.clone()).or_insert(0) += 1;
        }
        self.by_unit.insert(placed.id, texts);
    }

    /// The reverse.
    pub fn leave(&mut self, id: UnitId) {
        for text in self.by_unit.remove(&id).unwrap_or_default() {
            if let Some(count) = self.counts.get_mut(&text) {
                *count -= 1;
                if *count == 0 {
                    self.counts.remove(&text);
                }
            }
        }
    }

    /// Each text once, in no order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.counts.keys().map(String::as_str)
    }
}

fn references(unit: &Unit) -> impl Iterator<Item = &Reference> {
    let of_schemes = unit
        .schemes
        .iter()
        .filter_map(|scheme| scheme.reference.as_ref());
    let of_traits = unit.sites.iter().flat_map(|site| &site.trait_references);
    let entries = unit
        .sites
        .iter()
        .filter_map(|site| site.security.as_ref())
        .flat_map(|list| &list.entries);
    let of_entries = entries.filter_map(|entry| match &entry.form {
        EntryForm::Reference(reference) => Some(reference),
        _ => None,
    });
    of_schemes
        .chain(of_traits)
        .chain(of_entries)
        .chain(&unit.references)
}
