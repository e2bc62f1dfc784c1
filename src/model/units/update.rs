//! Bringing the units up to date with a new version of the document.

mod attic;
mod opened;
mod read;

use opened::{Left, Opened, matched};

use super::{Block, Cell, Section, UnitId, Units};
use crate::model::facts::Unit;
use crate::model::walk::{self, Found};
use crate::spec::Version;
use crate::syntax::document::Tree;
use crate::syntax::node::groups::{Group, Identity, Keeper, Part};
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
        if is_open && (self.budget > 0 || known.is_loose) {
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
