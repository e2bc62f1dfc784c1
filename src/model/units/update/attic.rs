//! Sections that an edit has made something else of.

use super::super::Section;
use super::Update;

/// The attic has room for so many sections.
const ATTIC: usize = 4;

impl Update<'_, '_, '_> {
    /// Puts a section away that is not one any more.
    pub(super) fn shelve(&mut self, section: Section) {
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

    pub(super) fn take_out(&mut self, is_it: impl Fn(&Section) -> bool) -> Option<Section> {
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
    pub(super) fn clear_attic(&mut self) {
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
