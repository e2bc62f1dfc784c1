//! What a check of one unit is given.

use crate::model::DocumentKind;
use crate::model::walk::UnitKind;
use crate::rules::environment::Environment;
use crate::spec::Version;
use crate::syntax::document::{Format, Tree};
use crate::syntax::node::Node;

/// One unit of a document with what is known around it.
#[derive(Debug, Clone, Copy)]
pub struct UnitContext<'t> {
    /// The document.
    pub tree: &'t Tree,
    /// The version whose rules hold.
    pub version: Version,
    /// What the unit is.
    pub place: UnitKind,
    /// The key the unit stands under; none for roots and items of lists.
    pub key: Option<Node<'t>>,
    /// The unit itself.
    pub value: Node<'t>,
    /// JSON Pointer of the unit.
    pub pointer: &'t str,
    /// What kind of document this is.
    pub kind: DocumentKind,
    /// What the owners of the document know beside it.
    pub environment: &'t Environment,
}

impl UnitContext<'_> {
    /// Whether the version is only a guess: a fragment does not say its version, and the newest
    /// one is assumed. What only another version forbids is not said then.
    pub(super) fn is_version_assumed(&self) -> bool {
        matches!(self.kind, DocumentKind::Fragment(_))
            && Version::newest_of(u64::from(Version::V3_1.major())) == Some(self.version)
    }

    /// Whether the document is YAML.
    pub(super) fn is_yaml(&self) -> bool {
        self.tree.format() == Format::Yaml
    }
}
