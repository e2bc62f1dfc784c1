//! What an analysis finds, on whole documents.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "analysis/bindings.rs"]
mod bindings;
#[path = "analysis/cascades.rs"]
mod cascades;
#[path = "analysis/copies.rs"]
mod copies;
#[path = "support/costly.rs"]
mod costly;
#[path = "analysis/dependencies.rs"]
mod dependencies;
#[path = "analysis/edits.rs"]
mod edits;
#[path = "analysis/fixture.rs"]
mod fixture;
#[path = "analysis/limits.rs"]
mod limits;
#[path = "analysis/lists.rs"]
mod lists;
#[path = "analysis/long.rs"]
mod long;
#[path = "analysis/meant.rs"]
mod meant;
#[path = "analysis/model.rs"]
mod model;
#[path = "analysis/references.rs"]
mod references;
#[path = "analysis/scopes.rs"]
mod scopes;
#[path = "analysis/secrets.rs"]
mod secrets;
#[path = "analysis/suppress.rs"]
mod suppress;
#[path = "analysis/surroundings.rs"]
mod surroundings;
#[path = "analysis/templates.rs"]
mod templates;
#[path = "analysis/words.rs"]
mod words;
#[path = "analysis/written.rs"]
mod written;
