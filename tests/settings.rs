//! Settings: what is read from a file or the client, which source wins, and the page on settings.
#![allow(clippy::unwrap_used)]

#[path = "settings/effective.rs"]
mod effective;
#[path = "settings/page.rs"]
mod page;
#[path = "settings/read.rs"]
mod read;
