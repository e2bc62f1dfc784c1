//! The units of a document, kept as the index of its text keeps their entries, so that after an
//! edit only the units of touched entries are read again, and none of the others is visited.
//!
//! Each [section](super::walk::Section) is a row of *blocks* (a group of the index), a block a row
//! of *cells* (a part of a group). What an edit has not touched is recognised by its identity, a
//! block as a whole, so the work follows the touched block and the number of blocks.

pub(super) mod keys;
mod lookup;
pub mod update;

use std::sync::Arc;

use keys::{Keys, key_of};

use super::Placed;
use super::facts::{Spot, Unit};
use super::walk::{Place, SectionKind};
use crate::syntax::node::groups::{Identity, Keeper};
use crate::text::range::TextRange;

/// What tells the units of a document from each other as long as they are there.
pub type UnitId = u32;

/// All units of a document.
#[derive(Debug, Clone, Default)]
pub struct Units {
    sections: Vec<Section>,
    blocks: Vec<Block>,
    free_blocks: Vec<u32>,
    held: Vec<Option<Held>>,
    free: Vec<UnitId>,
    count: usize,
    keys: Keys,
    /// Blocks of sections that an edit has made something else of: whoever renames a key of the
    /// root for the time of some keystrokes has them back at once.
    attic: Vec<Section>,
}

/// A row of blocks.
#[derive(Debug, Clone)]
struct Section {
    kind: SectionKind,
    blocks: Vec<u32>,
}

/// A row of cells.
#[derive(Debug, Clone)]
struct Block {
    identity: Identity,
    keeper: Keeper,
    /// Where its text starts.
    start: usize,
    cells: Vec<Cell>,
    /// The units of all cells, in the order of the text.
    units: Vec<UnitId>,
    /// Whether it holds a `$ref` in the place of a whole map.
    has_references: bool,
    /// Whether something in it lies elsewhere, so that it is read for every version.
    is_loose: bool,
    /// Whether something in it was not read yet.
    is_unread: bool,
}

/// What is read together.
#[derive(Debug, Clone)]
struct Cell {
    identity: Identity,
    /// How many bytes of text belong to it.
    len: usize,
    /// How many units are in it.
    units: u32,
    /// `$ref`s in the place of a whole map, from the cell's start.
    references: Option<Box<[Spot]>>,
    is_loose: bool,
    is_unread: bool,
}

#[derive(Debug, Clone)]
struct Held {
    block: u32,
    place: Place,
    in_components: bool,
    /// Whether its ranges are absolute.
    is_loose: bool,
    /// Where its cell starts, from the start of its block.
    cell: usize,
    /// Where it starts, from the start of its block; absolute if it is loose.
    start: usize,
    len: usize,
    unit: Arc<Unit>,
}

impl Units {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The unit of that number, if it is there.
    pub fn get(&self, id: UnitId) -> Option<Placed<'_>> {
        let held = self.held.get(id as usize)?.as_ref()?;
        let block = &self.blocks[held.block as usize];
        let start = if held.is_loose {
            held.start
        } else {
            block.start + held.start
        };
        Some(Placed {
            id,
            base: if held.is_loose { 0 } else { start },
            range: TextRange::new(start, start + held.len),
            place: held.place,
            in_components: held.in_components,
            unit: &held.unit,
        })
    }

    /// All of them, in the order of the document, the root first.
    pub fn iter(&self) -> impl Iterator<Item = Placed<'_>> {
        self.sections.iter().flat_map(|section| self.of(section))
    }

    /// The units of one kind that stand at the root or below `components`.
    pub fn of_kind(&self, place: Place, in_components: bool) -> impl Iterator<Item = Placed<'_>> {
        // Inside of channels and operations there are units of one other kind.
        (self.sections.iter())
            .filter(move |section| {
                section.kind.in_components == in_components
                    && (section.kind.place == place || place == Place::Other)
            })
            .flat_map(|section| self.of(section))
            .filter(move |placed| placed.place == place)
    }

    fn of<'u>(&'u self, section: &'u Section) -> impl Iterator<Item = Placed<'u>> {
        (section.blocks.iter())
            .flat_map(|block| &self.blocks[*block as usize].units)
            .filter_map(|id| self.get(*id))
    }

    /// `$ref`s in the place of whole maps.
    pub fn map_references(&self) -> Vec<Spot> {
        let blocks = self.sections.iter().flat_map(|section| &section.blocks);
        let mut found = Vec::new();
        for block in blocks.map(|block| &self.blocks[*block as usize]) {
            if !block.has_references {
                continue;
            }
            let mut at = block.start;
            for cell in &block.cells {
                found.extend(cell.references.iter().flatten().map(|spot| Spot {
                    text: spot.text.clone(),
                    range: spot.range.shifted(at),
                }));
                at += cell.len;
            }
        }
        found
    }
}

impl Units {
    /// Makes a unit one of the document.
    fn enter(&mut self, id: UnitId) {
        self.count += 1;
        if let Some(key) = self.get(id).and_then(key_of) {
            self.keys.insert(key, id);
        }
    }

    /// The reverse.
    fn leave(&mut self, id: UnitId) {
        self.count -= 1;
        if let Some(key) = self.get(id).and_then(key_of) {
            self.keys.remove(key, id);
        }
    }
}
