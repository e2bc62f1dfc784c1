//! What an editor shows, in byte offsets and plain structs.

pub mod actions;
pub mod completion;
pub mod hover;
pub(crate) mod markdown;
mod protocol;
mod role;
pub mod snippet;
mod summary;
