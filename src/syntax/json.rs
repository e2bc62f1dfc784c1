//! The JSON/JSONC reader: one piece of text in, one leaf out, whatever the text is.

use super::leaf::{Frame, Leaf};

/// Reads a piece of JSON. `depth` is how many collections surround the piece already; nodes
/// deeper than [`super::index::MAX_DEPTH`] are not looked at, and a finding says so.
pub fn read(text: &str, frame: Frame, depth: usize) -> Leaf {
    super::yaml::read(text, frame, depth)
}
