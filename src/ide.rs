//! What an editor shows, in byte offsets and plain structs.

mod card;
pub mod completion;
pub mod hover;
mod markdown;
mod place;
