//! Completion and hover, in byte offsets and plain structs.

pub mod completion;
pub mod hover;
