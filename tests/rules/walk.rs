//! A simple walk over the units of a document, for tests only.

use asyncapi_security_lsp::model::walk::UnitKind;
use asyncapi_security_lsp::model::{DocumentKind, Fragment};
use asyncapi_security_lsp::rules::context::UnitContext;
use asyncapi_security_lsp::rules::environment::Environment;
use asyncapi_security_lsp::rules::finding::Finding;
use asyncapi_security_lsp::rules::registry::rule;
use asyncapi_security_lsp::rules::rule::Group;
use asyncapi_security_lsp::rules::unit;
use asyncapi_security_lsp::spec::Version;
use asyncapi_security_lsp::syntax::node::Node;
use asyncapi_security_lsp::syntax::tree::Tree;

/// The findings of a document, in the version that it declares.
pub(super) fn findings(tree: &Tree) -> Vec<Finding> {
    let version = tree
        .pointer("/asyncapi")
        .and_then(|node| {
            let mut parts = node.value().split('.').map(str::parse);
            let (major, minor) = (parts.next()?.ok()?, parts.next()?.ok()?);
            Version::from_parts(major, minor).or_else(|| Version::newest_of(major))
        })
        .unwrap_or(Version::V3_1);
    let environment = Environment::default();
    let mut out = Vec::new();
    let root = tree.root();
    let mut visit = |place, pointer: &str, key, value| {
        let context = UnitContext {
            tree,
            version,
            place,
            key,
            value,
            pointer,
            kind: DocumentKind::AsyncApi,
            environment: &environment,
        };
        unit::check(&context, &mut out);
    };
    visit(UnitKind::Root, "", None, root);
    for (pointer, place) in [
        ("/components/securitySchemes", UnitKind::Scheme),
        ("/servers", UnitKind::Server),
        ("/components/servers", UnitKind::Server),
        ("/channels", UnitKind::Channel),
        ("/components/channels", UnitKind::Channel),
        ("/operations", UnitKind::Operation),
        ("/components/operations", UnitKind::Operation),
        ("/components/operationTraits", UnitKind::OperationTrait),
        ("/components/messages", UnitKind::Message),
        ("/components/messageTraits", UnitKind::Message),
        ("/components/serverBindings", UnitKind::Bindings),
        ("/components/channelBindings", UnitKind::Bindings),
        ("/components/operationBindings", UnitKind::Bindings),
        ("/components/messageBindings", UnitKind::Bindings),
        ("/components/replies", UnitKind::Other),
    ] {
        let Some(map) = tree.pointer(pointer) else {
            continue;
        };
        for entry in map.entries() {
            let pointer = format!("{pointer}/{}", entry.key.value());
            visit(place, &pointer, Some(entry.key), entry.value);
        }
    }
    validity(out)
}

/// Validity only: the pages of the rules test advice.
fn validity(mut found: Vec<Finding>) -> Vec<Finding> {
    found.retain(|finding| {
        rule(finding.rule.id).is_none_or(|rule| {
            matches!(
                rule.group,
                Group::Syntax | Group::Validity | Group::References | Group::Urls
            )
        })
    });
    found
}

/// The findings of a fragment.
pub(super) fn findings_of_fragment(
    tree: &Tree,
    fragment: Fragment,
    version: Version,
) -> Vec<Finding> {
    let environment = Environment::default();
    let mut out = Vec::new();
    let mut visit = |place, pointer: &str, key: Option<Node<'_>>, value| {
        let context = UnitContext {
            tree,
            version,
            place,
            key,
            value,
            pointer,
            kind: DocumentKind::Fragment(fragment),
            environment: &environment,
        };
        unit::check(&context, &mut out);
    };
    let root = tree.root();
    match fragment {
        Fragment::Scheme => visit(UnitKind::Scheme, "", None, root),
        Fragment::Flow => visit(UnitKind::Flow, "", None, root),
        Fragment::Flows => visit(UnitKind::Flows, "", None, root),
        Fragment::Schemes => {
            for entry in root.entries() {
                let pointer = format!("/{}", entry.key.value());
                visit(UnitKind::Scheme, &pointer, Some(entry.key), entry.value);
            }
        }
        Fragment::Parts => {}
        Fragment::Components => {
            visit(UnitKind::Root, "", None, root);
            for prefix in ["/securitySchemes", "/components/securitySchemes"] {
                for entry in tree.pointer(prefix).into_iter().flat_map(Node::entries) {
                    let pointer = format!("{prefix}/{}", entry.key.value());
                    visit(UnitKind::Scheme, &pointer, Some(entry.key), entry.value);
                }
            }
        }
    }
    validity(out)
}
