//! Every check: model -> findings.

pub mod finding;
pub mod table;
