//! Documents of several files, as the command line and an editor check them.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "workspaces/cases.rs"]
mod cases;
#[path = "workspaces/check.rs"]
mod check;
#[path = "workspaces/folder.rs"]
mod folder;
