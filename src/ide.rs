//! What an editor shows, in byte offsets and plain structs.

pub mod actions;
pub mod code_lens;
pub mod completion;
mod effective;
pub mod hover;
pub mod inlay_hints;
mod kafka;
pub(crate) mod markdown;
pub mod move_back;
pub mod navigation;
pub mod needs;
mod protocol;
mod role;
pub mod semantic_tokens;
pub mod snippet;
mod summary;
