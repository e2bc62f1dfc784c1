//! Definition, references, highlights, rename, outline, links, folding and selection.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "navigation/files.rs"]
mod files;
#[path = "navigation/laws.rs"]
mod laws;
#[path = "navigation/names.rs"]
mod names;
#[path = "navigation/outline.rs"]
mod outline;
#[path = "support/outside.rs"]
mod outside;
#[path = "navigation/ranges.rs"]
mod ranges;
#[path = "navigation/rename.rs"]
mod rename;
#[path = "navigation/support.rs"]
mod support;
