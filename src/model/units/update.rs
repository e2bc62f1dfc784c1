//! Bringing the units up to date with a new version of the document.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Block, Cell, Held, Section, UnitId, Units};
use crate::model::facts::{Spot, Unit};
use crate::model::unit;
use crate::model::walk::{self, Found, Place};
use crate::spec::Version;
use crate::syntax::document::Tree;
use crate::syntax::node::groups::{Group, Identity, Keeper, Part};
use crate::text::range::TextRange;
use crate::text::shift::{Shift, offset_after};

/// What an edit has changed.
#[derive(Debug, Default)]
pub struct Change {
    /// What gave way to what.
    pub stretches: Vec<Stretch>,
    /// Units that are gone for ever, their numbers may be given to others next time. What has
    /// left the document and is not among them may come back as it is.
    pub removed: Vec<UnitId>,
    /// Units that were read.
    pub added: Vec<UnitId>,
    /// Whether some units were not read, because they were too many for one go: another update
    /// goes on.
    pub is_partial: bool,
}

/// Units of one place in the order of the text; before and after them all stays as it is.
#[derive(Debug, Default)]
pub struct Stretch {
    /// Units that are no longer there, with where they started in the older text.
    pub gone: Vec<(UnitId, usize)>,
    /// Units that have come there.
    pub come: Vec<UnitId>,
}

/// A unit that is about to be read.
pub struct Fresh<'f, 't> {
    /// Its number.
    pub id: UnitId,
    /// The unit.
    pub found: &'f Found<'t>,
    /// Where ranges of its facts are to count from.
    pub base: usize,
}

/// A unit that was read.
pub struct Read {
    /// Its facts.
    pub unit: Unit,
    /// Whether the same text means the same the next time.
    pub keeps: bool,
}

/// Reads units.
pub type Reader<'r> = &'r mut dyn FnMut(&Fresh<'_, '_>) -> Read;

/// The attic has room for so many sections.
const ATTIC: usize = 4;

/// Nothing has this identity.
const NOWHERE: Identity = (0, 0);

/// One pass over a document.
struct Update<'u, 't, 'r> {
    shifts: &'r [Shift],
    units: &'u mut Units,
    tree: &'t Tree,
    version: Version,
    reader: Reader<'r>,
    /// How many units may still be read.
    budget: usize,
    /// Whether the section at hand comes out of the attic, so that nobody knows where it stood.
    is_back: bool,
    /// Whether this version was begun before, so that only what was left is to be read.
    is_continued: bool,
    change: Change,
    stretch: Stretch,
    /// Numbers of units that went, to be given anew after the pass.
    spare: Vec<UnitId>,
}

/// The cells of older blocks, each until it is taken, with where its units are in the list.
struct Opened {
    cells: Vec<Option<(Cell, usize)>>,
    /// Where each cell would start now.
    starts: Vec<usize>,
    units: Vec<Left>,
}

/// A unit with where it started.
type Left = (UnitId, usize);

impl Opened {
    fn take(&mut self, at: usize) -> Option<(Cell, &[Left])> {
        let (cell, start) = self.cells[at].take()?;
        let end = start + cell.units as usize;
        Some((cell, &self.units[start..end]))
    }
}

impl Units {
    /// Takes over what the tree says now. Of new units at most `budget` are read. The tree that
    /// the last update was given must still be there.
    pub(in crate::model) fn update<'t>(
        &mut self,
        tree: &'t Tree,
        sections: &[walk::Section<'t>],
        version: Version,
        budget: usize,
        edits: Option<&[Shift]>,
        reader: Reader<'_>,
    ) -> Change {
        let old = std::mem::take(&mut self.sections);
        let mut update = Update {
            units: self,
            tree,
            version,
            reader,
            budget,
            is_back: false,
            is_continued: edits.is_none(),
            shifts: edits.unwrap_or_default(),
            change: Change::default(),
            stretch: Stretch::default(),
            spare: Vec::new(),
        };
        update.run(old, sections);
        let Update { change, spare, .. } = update;
        self.free.extend(spare);
        change
    }
}

impl<'t> Update<'_, 't, '_> {
    fn run(&mut self, mut old: Vec<Section>, sections: &[walk::Section<'t>]) {
        for section in sections {
            let is_it = |old: &Section| old.kind == section.kind;
            let place = old.iter().position(is_it);
            self.is_back = place.is_none();
            let was = match place {
                Some(at) => Some(old.remove(at)),
                None => self.take_out(is_it),
            };
            let was = was.map_or_else(Vec::new, |was| was.blocks);
            let blocks = if section.is_scattered && self.is_continued && !was.is_empty() {
                was
            } else if section.is_scattered {
                self.drop_blocks(&was);
                vec![self.scattered(section)]
            } else {
                self.follow(section, &was)
            };
            self.end_stretch();
            self.units.sections.push(Section {
                kind: section.kind,
                blocks,
            });
        }
        for section in old {
            self.shelve(section);
            self.end_stretch();
        }
        self.clear_attic();
    }

    /// What comes next stays as it is.
    fn end_stretch(&mut self) {
        let stretch = std::mem::take(&mut self.stretch);
        if !stretch.gone.is_empty() || !stretch.come.is_empty() {
            self.change.stretches.push(stretch);
        }
    }

    /// The blocks of a section, from those of the version before.
    fn follow(&mut self, section: &walk::Section<'t>, was: &[u32]) -> Vec<u32> {
        let groups = section.node.groups();
        let mut blocks = Vec::with_capacity(groups.len());
        let mut first = 0;
        while let (Some(group), Some(block)) = (groups.get(first), was.get(first))
            && self.is_same(*group, *block)
        {
            blocks.extend(self.keep(section, *group, *block));
            first += 1;
        }
        let most = groups.len().min(was.len()) - first;
        let same_at_end = (groups.iter().rev().zip(was.iter().rev()))
            .take(most)
            .take_while(|(group, block)| self.is_same(**group, **block))
            .count();
        let (group_end, was_end) = (groups.len() - same_at_end, was.len() - same_at_end);
        blocks.extend(self.rebuild(section, &groups[first..group_end], &was[first..was_end]));
        for (group, block) in groups[group_end..].iter().zip(&was[was_end..]) {
            blocks.extend(self.keep(section, *group, *block));
        }
        blocks
    }

    /// Whether a group is the one of a block, in the place to which the edits have moved that: of
    /// equal texts one may be taken for another.
    fn is_same(&self, group: Group<'_>, block: u32) -> bool {
        let block = &self.units.blocks[block as usize];
        block.identity == group.identity()
            && (self.is_back || offset_after(self.shifts, block.start) == group.start)
    }

    /// The same group as before: nothing in it is read again, but for what lies elsewhere.
    fn keep(&mut self, section: &walk::Section<'t>, group: Group<'t>, block: u32) -> Vec<u32> {
        let known = &mut self.units.blocks[block as usize];
        let is_open = known.is_unread || (known.is_loose && !self.is_continued);
        if is_open && self.budget > 0 {
            return self.rebuild(section, &[group], &[block]);
        }
        self.change.is_partial |= is_open;
        known.is_unread |= is_open;
        known.start = group.start;
        self.end_stretch();
        vec![block]
    }

    /// New blocks for groups, with what is the same in older blocks.
    fn rebuild(
        &mut self,
        section: &walk::Section<'t>,
        groups: &[Group<'t>],
        was: &[u32],
    ) -> Vec<u32> {
        let mut old = self.open(was);
        let parts: Vec<Vec<Part<'t>>> = groups.iter().map(|group| group.parts()).collect();
        let all = parts.iter().flatten();
        let start = |part: &Part<'_>| if self.is_back { 0 } else { part.start };
        let identities = all.map(|part| (part.identity(), start(part)));
        let is_kept = |cell: &Cell| !cell.is_unread && (!cell.is_loose || self.is_continued);
        let mut matches = matched(&old, identities.collect(), is_kept).into_iter();
        let mut blocks = Vec::with_capacity(groups.len());
        let mut passed = 0;
        for (group, parts) in groups.iter().zip(&parts) {
            let slot = self.new_block(group.identity(), group.keeper(), group.start);
            for part in parts {
                let Some(at) = matches.next().flatten() else {
                    self.read(slot, section, *part);
                    continue;
                };
                self.remove_cells(&mut old, passed..at);
                passed = at + 1;
                if let Some((cell, units)) = old.take(at) {
                    self.end_stretch();
                    self.put(slot, *part, cell, units);
                }
            }
            blocks.push(slot);
        }
        let end = old.cells.len();
        self.remove_cells(&mut old, passed..end);
        blocks
    }

    fn remove_cells(&mut self, old: &mut Opened, which: std::ops::Range<usize>) {
        for at in which {
            if let Some((_, units)) = old.take(at) {
                self.remove_all(units);
            }
        }
    }

    /// Takes blocks apart.
    fn open(&mut self, blocks: &[u32]) -> Opened {
        let mut opened = Opened {
            cells: Vec::new(),
            starts: Vec::new(),
            units: Vec::new(),
        };
        for block in blocks {
            let mut start = opened.units.len();
            let units = self.units_of(*block);
            opened.units.extend(units);
            let block = self.take_block(*block);
            let mut at = block.start;
            opened.starts.extend(block.cells.iter().map(|cell| {
                let start = at;
                at += cell.len;
                if self.is_back {
                    0
                } else {
                    offset_after(self.shifts, start)
                }
            }));
            opened.cells.extend(block.cells.into_iter().map(|cell| {
                let own = start;
                start += cell.units as usize;
                Some((cell, own))
            }));
        }
        opened
    }

    fn units_of(&self, block: u32) -> Vec<Left> {
        let ids = self.units.blocks[block as usize].units.iter();
        let start = |id: UnitId| self.units.get(id).map_or(0, |placed| placed.range.start);
        ids.map(|id| (*id, start(*id))).collect()
    }

    fn take_block(&mut self, slot: u32) -> Block {
        self.units.free_blocks.push(slot);
        let empty = Block::new(NOWHERE, Keeper::default(), 0);
        std::mem::replace(&mut self.units.blocks[slot as usize], empty)
    }

    fn new_block(&mut self, identity: Identity, keeper: Keeper, start: usize) -> u32 {
        let block = Block::new(identity, keeper, start);
        match self.units.free_blocks.pop() {
            Some(slot) => {
                self.units.blocks[slot as usize] = block;
                slot
            }
            None => {
                self.units.blocks.push(block);
                self.units.blocks.len() as u32 - 1
            }
        }
    }

    /// Puts a cell at the end of a block as it was.
    fn put(&mut self, slot: u32, part: Part<'_>, cell: Cell, units: &[Left]) {
        let block = &mut self.units.blocks[slot as usize];
        let new = part.start - block.start;
        block.units.extend(units.iter().map(|(id, _)| *id));
        block.has_references |= cell.references.is_some();
        block.is_loose |= cell.is_loose;
        block.cells.push(cell);
        // Nothing in the cell has moved against the others in it, so the first says how far.
        let mut by = None;
        for (id, _) in units {
            if let Some(held) = self.units.held[*id as usize].as_mut() {
                let by = *by.get_or_insert(new.wrapping_sub(held.cell));
                held.cell = new;
                held.start = held.start.wrapping_add(by);
                held.block = slot;
            }
        }
    }

    /// Reads a part into a new cell at the end of a block.
    fn read(&mut self, slot: u32, section: &walk::Section<'t>, part: Part<'t>) {
        if self.budget == 0 {
            self.change.is_partial = true;
            let mut cell = Cell::new(part.identity(), part.len);
            cell.is_unread = true;
            let block = &mut self.units.blocks[slot as usize];
            block.is_unread = true;
            block.cells.push(cell);
            return;
        }
        let mut cell = Cell::new(part.identity(), part.len);
        let mut references = Vec::new();
        let mut units = Vec::new();
        for entry in part.entries() {
            let walk = walk::entry(self.tree, self.version, section.kind, entry);
            references.extend(walk.map_references.iter().map(|entry| {
                let range = entry.value.range();
                Spot {
                    text: entry.value.value().to_owned(),
                    range: TextRange::new(range.start - part.start, range.end - part.start),
                }
            }));
            for found in &walk.units {
                let (id, keeps) = self.add(slot, part.start, found);
                cell.is_loose |= !keeps;
                units.push(id);
            }
        }
        // A `$ref` behind an alias lies elsewhere; none is found there, for aliases are no text.
        cell.references = (!references.is_empty()).then(|| references.into());
        cell.units = units.len() as u32;
        let block = &mut self.units.blocks[slot as usize];
        block.has_references |= cell.references.is_some();
        block.is_loose |= cell.is_loose;
        block.units.extend(units);
        block.cells.push(cell);
    }

    /// One block for a section whose units may stand anywhere.
    fn scattered(&mut self, section: &walk::Section<'t>) -> u32 {
        let slot = self.new_block(NOWHERE, Keeper::default(), 0);
        let mut cell = Cell::new(NOWHERE, 0);
        cell.is_loose = true;
        let mut references = Vec::new();
        let mut found = Vec::new();
        if section.kind.prefix.is_none() {
            found.extend(section.alone(self.tree));
        } else {
            for entry in section.entries(self.tree) {
                let walk = walk::entry(self.tree, self.version, section.kind, entry);
                references.extend(walk.map_references.iter().map(|entry| Spot {
                    text: entry.value.value().to_owned(),
                    range: entry.value.range(),
                }));
                found.extend(walk.units);
            }
        }
        found.sort_by_key(Found::start);
        let units: Vec<UnitId> = (found.iter())
            .map(|found| self.add(slot, 0, found).0)
            .collect();
        cell.references = (!references.is_empty()).then(|| references.into());
        cell.units = units.len() as u32;
        let block = &mut self.units.blocks[slot as usize];
        block.has_references = cell.references.is_some();
        block.is_loose = true;
        block.units = units;
        block.cells.push(cell);
        slot
    }

    /// Reads a unit; whether the same text will mean the same.
    fn add(&mut self, slot: u32, cell_start: usize, found: &Found<'t>) -> (UnitId, bool) {
        // What is said about the root depends on all of its keys.
        let is_whole = found.place != Place::Root && !unit::has_alias(self.tree, found.raw);
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
            cell: cell_start - block_start,
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

    fn drop_blocks(&mut self, blocks: &[u32]) {
        for block in blocks {
            let units = self.units_of(*block);
            self.take_block(*block);
            self.remove_all(&units);
        }
    }

    fn remove_all(&mut self, units: &[Left]) {
        for (id, start) in units {
            self.units.leave(*id);
            self.stretch.gone.push((*id, *start));
            self.forget(*id);
        }
    }

    fn forget(&mut self, id: UnitId) {
        self.units.held[id as usize] = None;
        self.change.removed.push(id);
        self.spare.push(id);
    }

    /// Puts a section away that is not one any more.
    fn shelve(&mut self, section: Section) {
        if section.blocks.len() < 2 || self.units.attic.len() >= ATTIC {
            return self.drop_blocks(&section.blocks);
        }
        for block in &section.blocks {
            for (id, start) in self.units_of(*block) {
                self.units.leave(id);
                self.stretch.gone.push((id, start));
            }
        }
        self.units.attic.push(section);
    }

    fn take_out(&mut self, is_it: impl Fn(&Section) -> bool) -> Option<Section> {
        let at = self.units.attic.iter().position(is_it)?;
        let section = self.units.attic.swap_remove(at);
        for block in &section.blocks {
            for id in self.units.blocks[*block as usize].units.clone() {
                self.units.enter(id);
                self.stretch.come.push(id);
            }
        }
        Some(section)
    }

    /// What is nowhere in the text any more does not come back.
    fn clear_attic(&mut self) {
        for section in std::mem::take(&mut self.units.attic) {
            let blocks = || section.blocks.iter().map(|block| *block as usize);
            if blocks().any(|block| self.units.blocks[block].keeper.is_shared()) {
                self.units.attic.push(section);
                continue;
            }
            for block in &section.blocks {
                for id in self.take_block(*block).units {
                    self.forget(id);
                }
            }
        }
    }
}

/// For each new identity and start which old cell has both, in the same order. Most are where they
/// were, seen from one end.
fn matched(
    opened: &Opened,
    new: Vec<(Identity, usize)>,
    is_kept: impl Fn(&Cell) -> bool,
) -> Vec<Option<usize>> {
    let old = &opened.cells;
    let identity = |at: usize| match &old[at] {
        Some((cell, _)) if is_kept(cell) => Some((cell.identity, opened.starts[at])),
        _ => None,
    };
    let mut found = vec![None; new.len()];
    let mut rest: Option<HashMap<(Identity, usize), usize>> = None;
    let most = old.len().min(new.len());
    let first = (0..most)
        .take_while(|at| identity(*at) == Some(new[*at]))
        .count();
    let last = (1..=most - first)
        .take_while(|back| identity(old.len() - back) == Some(new[new.len() - back]))
        .count();
    let mut passed = first;
    for (at, found) in found.iter_mut().enumerate() {
        *found = if at < first {
            Some(at)
        } else if at >= new.len() - last {
            Some(at + old.len() - new.len())
        } else {
            let rest = rest.get_or_insert_with(|| {
                (first..old.len() - last)
                    .filter_map(|at| Some((identity(at)?, at)))
                    .collect()
            });
            let same = rest.remove(&new[at]).filter(|old| *old >= passed);
            passed = same.map_or(passed, |old| old + 1);
            same
        };
    }
    found
}

impl Block {
    fn new(identity: Identity, keeper: Keeper, start: usize) -> Self {
        Self {
            identity,
            keeper,
            start,
            cells: Vec::new(),
            units: Vec::new(),
            has_references: false,
            is_loose: false,
            is_unread: false,
        }
    }
}

impl Cell {
    fn new(identity: Identity, len: usize) -> Self {
        Self {
            identity,
            len,
            units: 0,
            references: None,
            is_loose: false,
            is_unread: false,
        }
    }
}
