//! What an analysis says, on whole documents.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod cascades;
mod dependencies;
mod edits;
mod limits;
mod lists;
mod long;
mod model;
mod references;
mod scopes;
mod suppress;
