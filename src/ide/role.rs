//! What a path of keys leads to: the role of a node in an AsyncAPI document, by version
//! (docs/specification.md A.1).

use crate::model::facts::SiteKind;
use crate::model::surroundings::Part;
use crate::model::walk::{UnitKind, push_token};
use crate::model::{DocumentKind, Fragment, Model};
use crate::spec::Version;
use crate::syntax::tree::Step;

/// A step of a path through a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Segment {
    Key(String),
    Item,
}

/// What a node is, as far as security is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Nothing to do with security.
    Other,
    /// The root of an AsyncAPI document.
    Root,
    /// `components`.
    Components,
    /// A map of names to servers, channels, operations or operation traits.
    Map(UnitKind),
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
    /// 2.x: the list of scopes after a name.
    RequirementScopes,
    /// A map of names to schemes.
    Schemes,
    /// A scheme.
    Scheme {
        /// Whether it is an entry of a 3.x `security` list, not a member of a map.
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
    /// A field of a scheme or flow, or something in one of their lists.
    Field,
}

/// The role of the node at a path.
pub fn role_at(model: &Model, path: &[Segment]) -> Role {
    let Some(version) = model.version else {
        return Role::Other;
    };
    let (start, below) = match model.kind {
        DocumentKind::Fragment(Fragment::Parts) => part(model, path),
        _ => (root(model), path),
    };
    below.iter().fold(start, |role, segment| {
        child(role, segment, version, model.kind)
    })
}

/// The role of the innermost part around a path that other files refer to, and the rest of the path.
fn part<'p>(model: &Model, path: &'p [Segment]) -> (Role, &'p [Segment]) {
    let mut pointer = String::new();
    let mut found = (Role::Other, path);
    for at in 0..=path.len() {
        let mut parts = model.surroundings.parts.iter();
        if let Some(part) = parts.find(|part| part.pointer == pointer) {
            found = (of_part(part), &path[at..]);
        }
        match path.get(at) {
            Some(Segment::Key(key)) => push_token(&mut pointer, key),
            Some(Segment::Item) | None => break,
        }
    }
    found
}

fn of_part(part: &Part) -> Role {
    match part.place {
        UnitKind::Scheme if part.is_map => Role::Schemes,
        UnitKind::Scheme => Role::Scheme { entry: false },
        UnitKind::Flow => Role::Flow,
        UnitKind::Flows => Role::Flows,
        kind if part.is_map => Role::Map(kind),
        UnitKind::Server => Role::Site(SiteKind::Server),
        UnitKind::Channel => Role::Channel,
        UnitKind::Operation => Role::Site(SiteKind::Operation),
        UnitKind::OperationTrait => Role::Site(SiteKind::OperationTrait),
        _ => Role::Other,
    }
}

/// The path to the innermost node.
pub fn path_of(steps: &[Step<'_>]) -> Vec<Segment> {
    let mut path = Vec::new();
    for pair in steps.windows(2) {
        let [outer, inner] = pair else {
            break;
        };
        match outer.entry {
            Some(entry) if entry.value.identity() == inner.node.identity() => {
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

fn root(model: &Model) -> Role {
    match model.kind {
        DocumentKind::AsyncApi => Role::Root,
        DocumentKind::Fragment(Fragment::Scheme) => Role::Scheme { entry: false },
        DocumentKind::Fragment(Fragment::Flow) => Role::Flow,
        DocumentKind::Fragment(Fragment::Flows) => Role::Flows,
        DocumentKind::Fragment(Fragment::Schemes) => Role::Schemes,
        DocumentKind::Fragment(Fragment::Components) => Role::Root,
        DocumentKind::Fragment(Fragment::Parts) | DocumentKind::Other => Role::Other,
    }
}

fn child(role: Role, segment: &Segment, version: Version, kind: DocumentKind) -> Role {
    let key = match segment {
        Segment::Key(key) => Some(key.as_str()),
        Segment::Item => None,
    };
    let operations = version >= Version::V2_4;
    let v3 = version.is_v3();
    match (role, key) {
        (Role::Root, Some("components")) => Role::Components,
        (Role::Root, Some("servers")) if kind == DocumentKind::AsyncApi => {
            Role::Map(UnitKind::Server)
        }
        (Role::Root, Some("channels")) if operations && !v3 && kind == DocumentKind::AsyncApi => {
            Role::Map(UnitKind::Channel)
        }
        (Role::Root, Some("operations")) if v3 && kind == DocumentKind::AsyncApi => {
            Role::Map(UnitKind::Operation)
        }
        // A fragment may itself be the value of `components`.
        (Role::Root, Some(key)) if matches!(kind, DocumentKind::Fragment(_)) => {
            component(key, version)
        }
        (Role::Components, Some(key)) => component(key, version),
        (Role::Map(UnitKind::Server), Some(_)) => Role::Site(SiteKind::Server),
        (Role::Map(UnitKind::Channel), Some(_)) => Role::Channel,
        (Role::Map(UnitKind::Operation), Some(_)) => Role::Site(SiteKind::Operation),
        (Role::Map(UnitKind::OperationTrait), Some(_)) => Role::Site(SiteKind::OperationTrait),
        (Role::Channel, Some("publish" | "subscribe")) => Role::Site(SiteKind::Operation),
        (Role::Site(SiteKind::Operation), Some("traits")) => Role::Traits,
        (Role::Traits, None) => Role::Site(SiteKind::OperationTrait),
        (Role::Site(kind), Some("security")) => Role::Security(kind),
        (Role::Security(_), None) if v3 => Role::Scheme { entry: true },
        (Role::Security(_), None) => Role::Requirement,
        (Role::Requirement, Some(_)) => Role::RequirementScopes,
        (Role::Schemes, Some(_)) => Role::Scheme { entry: false },
        (Role::Scheme { .. }, Some("flows")) => Role::Flows,
        (Role::Scheme { .. }, Some("scopes")) if v3 => Role::NeededScopes,
        (Role::Flows, Some(_)) => Role::Flow,
        (Role::Flow, Some(key)) if key == version.scopes_key() => Role::DeclaredScopes,
        (
            Role::Scheme { .. }
            | Role::Flow
            | Role::DeclaredScopes
            | Role::RequirementScopes
            | Role::NeededScopes,
            _,
        ) => Role::Field,
        _ => Role::Other,
    }
}

fn component(key: &str, version: Version) -> Role {
    let v3 = version.is_v3();
    let operations = version >= Version::V2_4;
    match key {
        "securitySchemes" => Role::Schemes,
        "servers" if version >= Version::V2_3 => Role::Map(UnitKind::Server),
        "channels" if operations && !v3 => Role::Map(UnitKind::Channel),
        "operations" if v3 => Role::Map(UnitKind::Operation),
        "operationTraits" if operations => Role::Map(UnitKind::OperationTrait),
        _ => Role::Other,
    }
}
