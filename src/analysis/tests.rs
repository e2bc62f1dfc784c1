//! What an analysis says, on whole documents.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod model;
