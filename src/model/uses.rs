//! Where the schemes of a document are used.

use std::collections::{HashMap, HashSet};

use super::facts::{EntryForm, SecurityList};
use super::{Model, resolve};
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

impl Uses {
    /// Counts the site at a pointer.
    pub fn add(&mut self, pointer: &str) {
        self.count += 1;
        if self.first.len() < MAX_PLACES {
            self.first.push(pointer.to_owned());
        }
    }
}

/// The sites that use each component, by its name.
pub fn of_components(tree: &Tree, model: &Model) -> HashMap<String, Uses> {
    let mut uses: HashMap<String, Uses> = HashMap::new();
    for site in model.sites() {
        let Some(list) = &site.fact.security else {
            continue;
        };
        for name in names(tree, model, list) {
            uses.entry(name).or_default().add(&site.fact.pointer);
        }
    }
    uses
}

fn names(tree: &Tree, model: &Model, list: &SecurityList) -> HashSet<String> {
    let mut names = HashSet::new();
    for entry in &list.entries {
        match &entry.form {
            EntryForm::Requirement(schemes) => {
                names.extend(schemes.iter().map(|scheme| scheme.name.text.clone()));
            }
            EntryForm::Reference(reference) => {
                let target = reference.target.as_ref();
                let found = target.and_then(|target| resolve::component(tree, model, &target.text));
                names.extend(found.and_then(|(name, is_whole)| is_whole.then_some(name)));
            }
            EntryForm::Inline(_) | EntryForm::Other(_) => {}
        }
    }
    names
}
