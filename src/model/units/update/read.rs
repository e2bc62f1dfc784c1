//! Reading what is new.

use std::sync::Arc;

use super::super::{Cell, Held, UnitId};
use super::{Fresh, NOWHERE, Read, Update};
use crate::model::facts::Spot;
use crate::model::unit;
use crate::model::walk::{self, Found, Place, Walk};
use crate::syntax::node::groups::{Keeper, Part};
use crate::text::range::TextRange;

impl<'t> Update<'_, 't, '_> {
    /// Reads a part into a new cell at the end of a block.
    pub(super) fn read(&mut self, slot: u32, section: &walk::Section<'t>, part: Part<'t>) {
        let mut cell = Cell::new(part.identity(), part.len);
        if self.budget == 0 {
            self.change.is_partial = true;
            cell.is_unread = true;
            let block = &mut self.units.blocks[slot as usize];
            block.is_unread = true;
            block.cells.push(cell);
            return;
        }
        // A `$ref` behind an alias lies elsewhere; none is found there, for aliases are no text.
        let mut all = Walk::default();
        for entry in part.entries() {
            all.append(walk::entry(self.tree, self.version, section.kind, entry));
        }
        let within = TextRange::new(part.start, part.start + part.len);
        self.fill(slot, cell, within, &all);
    }

    /// One block for a section whose units may stand anywhere.
    pub(super) fn scattered(&mut self, section: &walk::Section<'t>) -> u32 {
        let slot = self.new_block(NOWHERE, Keeper::default(), 0);
        let mut cell = Cell::new(NOWHERE, 0);
        cell.is_loose = true;
        let mut all = Walk::default();
        if section.kind.prefix.is_none() {
            all.units.extend(section.alone(self.tree));
        } else {
            for entry in section.entries(self.tree) {
                all.append(walk::entry(self.tree, self.version, section.kind, entry));
            }
        }
        all.units.sort_by_key(Found::start);
        self.fill(slot, cell, TextRange::new(0, usize::MAX), &all);
        slot
    }

    /// Reads what was found in a part into its cell, which becomes the last one of a block.
    fn fill(&mut self, slot: u32, mut cell: Cell, within: TextRange, all: &Walk<'t>) {
        let references = all.map_references.iter();
        let references: Box<[Spot]> = references
            .map(|entry| walk::reference(entry, within.start))
            .collect();
        cell.references = (!references.is_empty()).then_some(references);
        cell.units = all.units.len() as u32;
        let mut units = Vec::with_capacity(all.units.len());
        for found in &all.units {
            let (id, keeps) = self.add(slot, within, found);
            cell.is_loose |= !keeps;
            units.push(id);
        }
        let block = &mut self.units.blocks[slot as usize];
        block.has_references |= cell.references.is_some();
        block.is_loose |= cell.is_loose;
        block.units.extend(units);
        block.cells.push(cell);
    }

    /// Reads a unit; whether the same text will mean the same.
    fn add(&mut self, slot: u32, within: TextRange, found: &Found<'t>) -> (UnitId, bool) {
        // What is said about the root depends on all of its keys. What was found behind an alias
        // may stand anywhere.
        let is_whole = found.place != Place::Root
            && within.contains(found.range())
            && !unit::has_alias(self.tree, found.raw);
        let base = if is_whole { found.start() } else { 0 };
        let id = self.new_id();
        let Read { unit, keeps } = (self.reader)(&Fresh { id, found, base });
        let range = found.range();
        let block_start = self.units.blocks[slot as usize].start;
        let start = if is_whole {
            range.start - block_start
        } else {
            range.start
        };
        self.units.held[id as usize] = Some(Held {
            block: slot,
            cell: within.start - block_start,
            place: found.place,
            in_components: found.in_components,
            is_loose: !is_whole,
            start,
            len: range.len(),
            unit: Arc::new(unit),
        });
        self.units.enter(id);
        self.budget = self.budget.saturating_sub(1);
        self.change.added.push(id);
        self.stretch.come.push(id);
        (id, keeps && is_whole)
    }

    fn new_id(&mut self) -> UnitId {
        match self.units.free.pop() {
            Some(id) => id,
            None => {
                self.units.held.push(None);
                self.units.held.len() as UnitId - 1
            }
        }
    }
}
