//! Where references to servers, operations and traits lead.

use std::collections::HashMap;

use super::{MAX_HOPS, Target, reference_of};
use crate::model::facts::{Reference, Site, SiteKind};
use crate::model::{Model, Placed};

/// Servers, operations and traits by their pointers, with the references in their place.
#[derive(Debug)]
pub struct Sites<'m> {
    by_pointer: HashMap<&'m str, (Placed<'m>, &'m Site, Option<&'m Reference>)>,
}

/// Where a reference to a site leads.
#[derive(Debug, Clone)]
pub enum Reached<'m> {
    /// To a site, which is not itself a reference, in its unit.
    Site(Placed<'m>, &'m Site),
    /// Into another document: the text of the last reference.
    External(String),
    /// To nothing that is a site.
    Nothing,
}

impl<'m> Sites<'m> {
    /// The sites of some kinds.
    pub fn new(model: &'m Model, kinds: &[SiteKind]) -> Self {
        let mut by_pointer = HashMap::new();
        for placed in model.units() {
            for site in &placed.unit.sites {
                if kinds.contains(&site.kind) {
                    let reference = reference_of(placed, site);
                    by_pointer.insert(&*site.pointer, (placed, site, reference));
                }
            }
        }
        Self { by_pointer }
    }

    /// The site that a reference leads to.
    pub fn behind(&self, text: &str) -> Reached<'m> {
        match Target::of(text) {
            Target::Local(pointer) => self.at(&pointer),
            Target::Name => Reached::Nothing,
            Target::External => Reached::External(text.to_owned()),
        }
    }

    /// The site at a pointer, with the references that stand there followed.
    pub fn at(&self, pointer: &str) -> Reached<'m> {
        let mut found = self.by_pointer.get(pointer);
        for _ in 0..MAX_HOPS {
            let Some((placed, site, reference)) = found else {
                break;
            };
            let Some(reference) = reference else {
                return Reached::Site(*placed, site);
            };
            let Some(target) = &reference.target else {
                break;
            };
            match Target::of(&target.text) {
                Target::Local(pointer) => found = self.by_pointer.get(&*pointer),
                Target::Name => break,
                Target::External => return Reached::External(target.text.clone()),
            }
        }
        Reached::Nothing
    }
}
