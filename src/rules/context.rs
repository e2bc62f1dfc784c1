//! The context of a check of one unit.

use crate::model::DocumentKind;
use crate::model::walk::UnitKind;
use crate::rules::environment::Environment;
use crate::spec::Version;
use crate::syntax::format::Format;
use crate::syntax::node::Node;
use crate::syntax::tree::Tree;

/// One unit of a document and its surroundings.
#[derive(Debug, Clone, Copy)]
pub struct UnitContext<'t> {
    /// The document.
    pub tree: &'t Tree,
    /// The AsyncAPI version that applies.
    pub version: Version,
    /// What the unit is.
    pub place: UnitKind,
    /// The key of the unit; none for roots and items of lists.
    pub key: Option<Node<'t>>,
    /// The unit itself.
    pub value: Node<'t>,
    /// JSON Pointer of the unit.
    pub pointer: &'t str,
    /// The kind of the document.
    pub kind: DocumentKind,
    /// Settings that change what is true of the document.
    pub environment: &'t Environment,
}

impl UnitContext<'_> {
    /// Whether it is a file without `asyncapi`, which is checked as several versions.
    pub(super) fn is_fragment(&self) -> bool {
        matches!(self.kind, DocumentKind::Fragment(_))
    }

    /// Whether the document is YAML.
    pub(super) fn is_yaml(&self) -> bool {
        self.tree.format() == Format::Yaml
    }
}
