//! Every check: from what a document says (`model`) to findings. One rule has one id, one page
//! and one check; [`table`] lists them.

pub mod context;
pub mod finding;
pub mod references;
pub mod semantics;
pub mod table;

use context::UnitContext;
use finding::Finding;

/// Runs the checks that need one unit only. Ranges of the findings are absolute.
pub fn check_unit(_context: &UnitContext<'_>, _out: &mut Vec<Finding>) {}
