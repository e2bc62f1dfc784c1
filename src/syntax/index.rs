//! The index of blocks.

/// Nodes deeper than this are not looked at.
pub const MAX_DEPTH: usize = 512;
