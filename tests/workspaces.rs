//! Documents of several files, as the command line and an editor check them.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "workspaces/back.rs"]
mod back;
#[path = "workspaces/beside.rs"]
mod beside;
#[path = "workspaces/cases.rs"]
mod cases;
#[path = "workspaces/check.rs"]
mod check;
#[path = "workspaces/disk.rs"]
mod disk;
#[path = "lsp/driver.rs"]
#[allow(dead_code)]
mod driver;
#[path = "workspaces/editor.rs"]
mod editor;
#[path = "workspaces/folder.rs"]
mod folder;
#[path = "workspaces/law.rs"]
mod law;
#[path = "workspaces/many.rs"]
mod many;
#[path = "workspaces/names.rs"]
mod names;
#[path = "workspaces/outside.rs"]
mod outside;
#[path = "workspaces/server.rs"]
mod server;
