//! The language server as a client meets it: the real binary over real pipes.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "lsp/actions.rs"]
mod actions;
#[path = "lsp/bursts.rs"]
mod bursts;
#[path = "lsp/commands.rs"]
mod commands;
#[path = "lsp/diagnostics.rs"]
mod diagnostics;
#[path = "lsp/display.rs"]
mod display;
#[path = "lsp/driver.rs"]
mod driver;
#[path = "lsp/features.rs"]
mod features;
#[path = "lsp/lifecycle.rs"]
mod lifecycle;
#[path = "lsp/malformed.rs"]
mod malformed;
#[path = "lsp/navigation.rs"]
mod navigation;
#[path = "lsp/settings.rs"]
mod settings;
#[path = "lsp/synchronisation.rs"]
mod synchronisation;
#[path = "lsp/turning_off.rs"]
mod turning_off;
