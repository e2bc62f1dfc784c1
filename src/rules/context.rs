//! What a check of one unit sees.

use crate::model::DocumentKind;
use crate::model::walk::Place;
use crate::spec::Version;
use crate::syntax::document::Tree;
use crate::syntax::node::Node;

/// One unit, for the checks that look at nothing else.
pub struct UnitContext<'t> {
    /// The tree the unit stands in.
    pub tree: &'t Tree,
    /// The version whose rules hold.
    pub version: Version,
    /// What the unit is.
    pub place: Place,
    /// Its key; fragments, the root and items of lists have none.
    pub key: Option<Node<'t>>,
    /// Its value, aliases followed.
    pub value: Node<'t>,
    /// Its JSON Pointer in the document.
    pub pointer: &'t str,
    /// What kind of document it stands in.
    pub kind: DocumentKind,
}
