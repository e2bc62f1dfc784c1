//! Older blocks taken apart, and which of their cells are still there.

use std::collections::HashMap;

use super::super::{Cell, UnitId};
use crate::syntax::node::groups::Identity;

/// The cells of older blocks, each until it is taken, with where its units are in the list.
pub(super) struct Opened {
    pub cells: Vec<Option<(Cell, usize)>>,
    /// Where each cell would start now.
    pub starts: Vec<usize>,
    pub units: Vec<Left>,
}

/// A unit with where it started.
pub(super) type Left = (UnitId, usize);

impl Opened {
    pub fn take(&mut self, at: usize) -> Option<(Cell, &[Left])> {
        let (cell, start) = self.cells[at].take()?;
        let end = start + cell.units as usize;
        Some((cell, &self.units[start..end]))
    }
}

/// For each new identity and start which old cell has both, in the same order. Most are where they
/// were, seen from one end.
pub(super) fn matched(
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
