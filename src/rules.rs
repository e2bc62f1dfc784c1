//! Every check: model -> findings.

pub mod context;
pub mod finding;
pub mod nearest;
pub mod references;
pub mod required_scopes;
pub mod scene;
pub mod semantics;
pub mod table;
pub mod traits;

use context::UnitContext;
use finding::Finding;

/// Runs the checks that need one unit only. Ranges of the findings are absolute.
pub fn check_unit(_context: &UnitContext<'_>, _out: &mut Vec<Finding>) {}
