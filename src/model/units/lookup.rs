//! Units by name, by pointer and by place.

use super::keys::unit_pointers;
use super::{Block, UnitId, Units};
use crate::model::facts::{Home, Scheme, Site};
use crate::model::topic::Topic;
use crate::model::walk::Place;
use crate::model::{At, Placed};

impl Units {
    /// The scheme of that name in `components.securitySchemes`; of repeated names the last one.
    pub fn component(&self, name: &str) -> Option<At<'_, Scheme>> {
        let placed = self.last(Topic::scheme(name), |placed| {
            placed.place == Place::Scheme && component(*placed, name).is_some()
        })?;
        Some(placed.at(component(placed, name)?))
    }

    /// How many schemes may have that name, of which the last one counts.
    pub fn namesakes(&self, name: &str) -> usize {
        self.keys.count(Topic::scheme(name))
    }

    /// The server, operation, trait or channel at a JSON Pointer.
    pub fn at(&self, pointer: &str) -> Option<Placed<'_>> {
        let is_it = |placed: &Placed<'_>| placed.pointer() == Some(pointer);
        self.last(Topic::unit(pointer), is_it)
    }

    /// The server, operation or trait at a JSON Pointer, wherever it stands.
    pub fn site_at(&self, pointer: &str) -> Option<(Placed<'_>, &Site)> {
        unit_pointers(pointer).find_map(|unit| {
            let placed = self.at(unit)?;
            let mut sites = placed.unit.sites.iter().rev();
            Some((placed, sites.find(|site| site.pointer == pointer)?))
        })
    }

    /// The last one in the text of those that have a key.
    fn last(&self, key: Topic, is_it: impl Fn(&Placed<'_>) -> bool) -> Option<Placed<'_>> {
        let ids = self.keys.get(key);
        ids.filter_map(|id| self.get(id))
            .filter(is_it)
            .max_by_key(|placed| placed.range.start)
    }

    /// The units that the offset touches, the innermost first, the root last.
    pub fn around(&self, offset: usize) -> impl Iterator<Item = Placed<'_>> {
        let mut found: Vec<Placed<'_>> = Vec::new();
        for section in &self.sections {
            let after = (section.blocks)
                .partition_point(|block| self.blocks[*block as usize].start <= offset);
            let is_scattered =
                (section.blocks.first()).is_some_and(|block| self.blocks[*block as usize].is_loose);
            let near = if is_scattered {
                &section.blocks[..]
            } else {
                // What ends at the offset may lie in the block before.
                &section.blocks[after.saturating_sub(2)..after]
            };
            for block in near {
                found.extend(self.touching(&self.blocks[*block as usize], offset));
            }
        }
        found.sort_by_key(|placed| {
            let is_root = placed.place == Place::Root;
            (is_root, std::cmp::Reverse(placed.range.start))
        });
        found.into_iter()
    }

    fn touching<'u>(&'u self, block: &'u Block, offset: usize) -> impl Iterator<Item = Placed<'u>> {
        let units: &[UnitId] = &block.units;
        (units.iter().rev())
            .filter_map(|id| self.get(*id))
            .filter(move |placed| placed.range.touches(offset))
    }
}

fn component<'m>(placed: Placed<'m>, name: &str) -> Option<&'m Scheme> {
    placed.unit.schemes.iter().rev().find(|scheme| {
        scheme.home == Home::Component
            && (scheme.name.as_ref()).is_some_and(|found| found.text == name)
    })
}
