//! Paths that are counted.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Paths, each as often as it was added and not removed.
#[derive(Debug, Default)]
pub struct Counted(BTreeMap<PathBuf, usize>);

impl Counted {
    /// Adds a path once.
    pub fn add(&mut self, path: PathBuf) {
        *self.0.entry(path).or_default() += 1;
    }

    /// Removes a path once, if it is there.
    pub fn remove(&mut self, path: &Path) {
        let Some(count) = self.0.get_mut(path) else {
            return;
        };
        *count -= 1;
        if *count == 0 {
            self.0.remove(path);
        }
    }

    /// Each path once, in order.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.0.keys().map(PathBuf::as_path)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
