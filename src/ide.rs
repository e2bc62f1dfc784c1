//! What an editor shows, in byte offsets and plain structs.

pub mod actions;
pub mod completion;
mod effective;
pub mod hover;
mod kafka;
pub(crate) mod markdown;
pub mod needs;
mod role;
pub mod snippet;
mod summary;
