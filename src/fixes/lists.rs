//! x

use super::case::Case;

/// Offers what can be done.
pub fn offer(_case: &mut Case<'_>) {}
