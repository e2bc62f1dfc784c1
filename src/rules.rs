//! Every rule: the registry that lists them, and the checks that turn a model into findings.
//!
//! Checks of one unit are in [`unit`], checks of a whole document in [`document`]; what both use is
//! here.

mod address;
pub mod blanks;
pub mod context;
pub mod document;
mod document_context;
pub mod environment;
pub mod fault;
pub mod finding;
pub mod fix;
pub mod fixes;
pub mod messages;
pub mod notation;
pub mod registry;
pub mod rule;
pub mod secret;
mod spellings;
pub mod typographic;
pub mod unit;
pub mod url;
