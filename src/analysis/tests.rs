//! What an analysis says, on whole documents.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod edits;
mod lists;
mod model;
mod references;
mod scopes;
