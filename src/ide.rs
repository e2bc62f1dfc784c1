//! What an editor shows, in byte offsets and plain structs.

pub mod actions;
mod card;
pub mod completion;
pub mod hover;
mod lookup;
mod markdown;
mod place;
pub mod plain_text;
