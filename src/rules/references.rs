//! References between requirements, lists and schemes (SPEC.md E.2).

use super::finding::Finding;
use crate::model::Model;
use crate::syntax::document::Tree;

/// Runs the checks that need the whole document.
pub fn check_document(_tree: &Tree, _model: &Model, _out: &mut Vec<Finding>) {}
