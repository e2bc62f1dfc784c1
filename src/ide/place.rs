//! What a path of keys leads to, in every version (SPEC.md A.1).

use crate::model::facts::SiteKind;
use crate::model::{DocumentKind, Fragment, Model};
use crate::spec::Version;
use crate::syntax::document::Step;

/// A step of a path through a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Segment {
    /// A key of a mapping.
    Key(String),
    /// An item of a sequence.
    Item,
}

/// A part of a document, as far as security is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Nothing of ours.
    Other,
    /// The root of an AsyncAPI document.
    Root,
    /// `components`.
    Components,
    /// A map of names to servers, channels, operations or operation traits.
    Map(Owner),
    /// 2.x: a channel.
    Channel,
    /// The list of an operation's traits.
    Traits,
    /// A server, operation or operation trait.
    Site(SiteKind),
    /// A `security` list.
    Security(SiteKind),
    /// 2.x: an entry of a `security` list.
    Requirement,
    /// 2.x: the list of scopes behind a name.
    RequirementScopes,
    /// A map of names to schemes.
    Schemes,
    /// A scheme: of a map, or (`entry`) of a 3.x `security` list.
    Scheme {
        /// Whether it stands in a `security` list.
        entry: bool,
    },
    /// `flows`.
    Flows,
    /// A flow.
    Flow,
    /// The map of scopes of a flow.
    DeclaredScopes,
    /// 3.x: the list of scopes of a scheme.
    NeededScopes,
    /// A scalar field of a part above.
    Field,
}

/// What a map holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// Servers.
    Server,
    /// Channels, 2.x.
    Channel,
    /// Operations, 3.x.
    Operation,
    /// Operation traits.
    OperationTrait,
}

/// What a path leads to.
pub fn part_at(model: &Model, path: &[Segment]) -> Part {
    let Some(version) = model.version else {
        return Part::Other;
    };
    path.iter().fold(root(model), |part, segment| {
        child(part, segment, version, model.kind)
    })
}

/// The keys and items on the way to the innermost node.
pub fn path_of(steps: &[Step<'_>]) -> Vec<Segment> {
    let mut path = Vec::new();
    for pair in steps.windows(2) {
        match pair[0].entry {
            Some(entry) if entry.value.identity() == pair[1].node.identity() => {
                path.push(Segment::Key(entry.key.value().to_owned()));
            }
            Some(_) => break,
            None => path.push(Segment::Item),
        }
    }
    path
}

/// The last key of a path.
pub fn last_key(path: &[Segment]) -> Option<&str> {
    path.iter().rev().find_map(|segment| match segment {
        Segment::Key(key) => Some(key.as_str()),
        Segment::Item => None,
    })
}

fn root(model: &Model) -> Part {
    match model.kind {
        DocumentKind::AsyncApi => Part::Root,
        DocumentKind::Fragment(Fragment::Scheme) => Part::Scheme { entry: false },
        DocumentKind::Fragment(Fragment::Flow) => Part::Flow,
        DocumentKind::Fragment(Fragment::Flows) => Part::Flows,
        DocumentKind::Fragment(Fragment::Schemes) => Part::Schemes,
        DocumentKind::Fragment(Fragment::Components) => Part::Root,
        DocumentKind::Other => Part::Other,
    }
}

fn child(part: Part, segment: &Segment, version: Version, kind: DocumentKind) -> Part {
    let key = match segment {
        Segment::Key(key) => Some(key.as_str()),
        Segment::Item => None,
    };
    let operations = version >= Version::V2_4;
    let v3 = version.is_v3();
    match (part, key) {
        (Part::Root, Some("components")) => Part::Components,
        (Part::Root, Some("servers")) if kind == DocumentKind::AsyncApi => Part::Map(Owner::Server),
        (Part::Root, Some("channels")) if operations && !v3 && kind == DocumentKind::AsyncApi => {
            Part::Map(Owner::Channel)
        }
        (Part::Root, Some("operations")) if v3 && kind == DocumentKind::AsyncApi => {
            Part::Map(Owner::Operation)
        }
        // A fragment may itself be the value of `components`.
        (Part::Root, Some(key)) if matches!(kind, DocumentKind::Fragment(_)) => {
            component(key, version)
        }
        (Part::Components, Some(key)) => component(key, version),
        (Part::Map(Owner::Server), Some(_)) => Part::Site(SiteKind::Server),
        (Part::Map(Owner::Channel), Some(_)) => Part::Channel,
        (Part::Map(Owner::Operation), Some(_)) => Part::Site(SiteKind::Operation),
        (Part::Map(Owner::OperationTrait), Some(_)) => Part::Site(SiteKind::OperationTrait),
        (Part::Channel, Some("publish" | "subscribe")) => Part::Site(SiteKind::Operation),
        (Part::Site(SiteKind::Operation), Some("traits")) => Part::Traits,
        (Part::Traits, None) => Part::Site(SiteKind::OperationTrait),
        (Part::Site(kind), Some("security")) => Part::Security(kind),
        (Part::Security(_), None) if v3 => Part::Scheme { entry: true },
        (Part::Security(_), None) => Part::Requirement,
        (Part::Requirement, Some(_)) => Part::RequirementScopes,
        (Part::Schemes, Some(_)) => Part::Scheme { entry: false },
        (Part::Scheme { .. }, Some("flows")) => Part::Flows,
        (Part::Scheme { .. }, Some("scopes")) if v3 => Part::NeededScopes,
        (Part::Flows, Some(_)) => Part::Flow,
        (Part::Flow, Some(key)) if key == version.scopes_key() => Part::DeclaredScopes,
        (
            Part::Scheme { .. }
            | Part::Flow
            | Part::DeclaredScopes
            | Part::RequirementScopes
            | Part::NeededScopes,
            _,
        ) => Part::Field,
        _ => Part::Other,
    }
}

fn component(key: &str, version: Version) -> Part {
    let v3 = version.is_v3();
    let operations = version >= Version::V2_4;
    match key {
        "securitySchemes" => Part::Schemes,
        "servers" if version >= Version::V2_3 => Part::Map(Owner::Server),
        "channels" if operations && !v3 => Part::Map(Owner::Channel),
        "operations" if v3 => Part::Map(Owner::Operation),
        "operationTraits" if operations => Part::Map(Owner::OperationTrait),
        _ => Part::Other,
    }
}
