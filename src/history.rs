//! What documents were in a revision of git, and what became of them since: two sides of files,
//! compared.
//!
//! [`git`] hands out the files of a revision; [`files`] is one side with what its documents refer
//! to; [`documents`] compares two sides, by [`crate::diff`]; [`outcome`] is what came out.
//! [`since`] does that for a document as an editor has it.

pub mod documents;
pub mod files;
pub mod git;
pub mod markdown;
pub mod outcome;
mod pairing;
pub mod since;
pub mod words;
