//! Every check: from what a document says (`model`) to findings. One rule has one id, one page
//! and one check; [`table`] lists them.

pub mod finding;
pub mod table;
