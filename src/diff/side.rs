//! What one version of a document says about security, as plain data that does not need the document
//! any more. Servers, operations and schemes are named by their index.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::needs::Direction;
use crate::model::needs::seen::Why;
use crate::rules::document::exposure::Connection;
use crate::text::range::TextRange;

/// Where something stands.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// The URI of the file, if it is another one.
    pub file: Option<Arc<str>>,
    /// What it is in that file.
    pub at: At,
}

/// A part of a file.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum At {
    /// By its JSON Pointer.
    Pointer(String),
    /// By its range.
    Range(TextRange),
}

/// What one version of a document says about security.
#[derive(Debug, Clone, Default)]
pub struct Side {
    /// Its `asyncapi`, as read.
    pub version: String,
    /// Whether that is 3.x.
    pub is_v3: bool,
    /// Its servers, in order.
    pub servers: Vec<Server>,
    /// Its operations, in order.
    pub operations: Vec<Operation>,
    /// Its schemes: components in order, then those of lists and of other files.
    pub schemes: Vec<Scheme>,
    /// What is not seen.
    pub unseen: Vec<Unseen>,
}

/// A server, or what a channel names in its place.
#[derive(Debug, Clone)]
pub struct Server {
    /// Its name.
    pub name: String,
    /// Whether it is seen: of one behind a reference that is not followed only the name is known.
    pub is_seen: bool,
    /// Host and path without port, in lower case as far as case does not count; with the protocol it
    /// tells servers apart.
    pub address: String,
    /// Its protocol, in lower case.
    pub protocol: String,
    /// Whether others can read the connection.
    pub connection: Connection,
    /// The variables of the address that have an `enum`.
    pub bound_variables: BTreeSet<String>,
    /// The variables of the address.
    pub variables: BTreeSet<String>,
    /// What it asks for.
    pub list: List,
    /// Where it stands.
    pub place: Place,
}

/// An operation.
#[derive(Debug, Clone)]
pub struct Operation {
    /// 3.x: its key; 2.x: its `operationId`.
    pub id: Option<String>,
    /// Whether the application sends or receives.
    pub direction: Option<Direction>,
    /// The address of its channel, else what stands for it.
    pub address: String,
    /// What it asks for.
    pub list: List,
    /// Its servers.
    pub servers: Vec<usize>,
    /// Whether all its servers are seen.
    pub are_servers_seen: bool,
    /// Where it stands.
    pub place: Place,
}

impl Operation {
    /// How messages name it.
    pub fn name(&self) -> &str {
        self.id.as_deref().unwrap_or(&self.address)
    }
}

/// What has the list that is in effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ListOf {
    /// Nothing has one.
    #[default]
    Nobody,
    /// The server.
    Server,
    /// The operation.
    Operation,
    /// A trait of the operation.
    Trait,
}

/// A `security` list.
#[derive(Debug, Clone, Default)]
pub struct List {
    /// What has it.
    pub of: ListOf,
    /// Its alternatives; `None` if it cannot be read, or may be another one.
    pub alternatives: Option<Vec<Vec<Needed>>>,
    /// Whether a list is written that has no effect in this version.
    pub is_idle: bool,
    /// Whether scopes stand beside a `$ref`, where they have no effect.
    pub has_idle_scopes: bool,
    /// Where it stands.
    pub place: Option<Place>,
}

impl List {
    /// A list that asks for nothing.
    pub fn nothing() -> Self {
        Self {
            alternatives: Some(Vec::new()),
            ..Self::default()
        }
    }
}

/// A scheme that is needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Needed {
    /// Which.
    pub scheme: usize,
    /// The scopes that are needed, as written.
    pub scopes: Vec<String>,
}

/// A scheme.
#[derive(Debug, Clone)]
pub struct Scheme {
    /// Its name; `None` for an inline one. Of one that is not seen the text of the reference.
    pub name: Option<String>,
    /// What it is, or why it is not seen.
    pub definition: Result<Definition, Why>,
    /// Where it stands.
    pub place: Option<Place>,
}

/// What clients and readers are told of a scheme. Texts are in the form in which they are compared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Definition {
    /// `type`.
    pub kind: String,
    /// `in`.
    pub location: String,
    /// `name`.
    pub parameter: String,
    /// `scheme`, in lower case.
    pub http_scheme: String,
    /// `openIdConnectUrl`.
    pub open_id_connect_url: Option<String>,
    /// OAuth flows by name.
    pub flows: BTreeMap<String, Flow>,
    /// References in place of flows, which are not followed.
    pub opaque: Option<String>,
    /// `bearerFormat`.
    pub bearer_format: String,
    /// Equal for equal content with descriptions and extensions.
    pub fingerprint: u64,
}

/// An OAuth flow.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flow {
    /// `authorizationUrl`.
    pub authorization: Option<String>,
    /// `tokenUrl`.
    pub token: Option<String>,
    /// `refreshUrl`.
    pub refresh: Option<String>,
    /// The declared scopes.
    pub scopes: BTreeSet<String>,
}

impl Definition {
    /// Whether a client needs to know the same of both.
    pub fn is_same_wire(&self, other: &Self) -> bool {
        let flow = |(name, flow): (&String, &Flow)| {
            let urls = (flow.authorization.clone(), flow.token.clone());
            (name.clone(), urls)
        };
        let texts = |one: &Self| [&one.kind, &one.location, &one.http_scheme].map(String::clone);
        texts(self) == texts(other)
            && self.is_same_parameter(other)
            && self.open_id_connect_url == other.open_id_connect_url
            && self.opaque == other.opaque
            && self.flows.iter().map(flow).eq(other.flows.iter().map(flow))
    }

    /// Whether the key has the same name; case does not count in headers (RFC 9110 section 5.1).
    pub fn is_same_parameter(&self, other: &Self) -> bool {
        let is_header = [self, other].iter().any(|one| one.location == "header");
        match is_header {
            true => self.parameter.eq_ignore_ascii_case(&other.parameter),
            false => self.parameter == other.parameter,
        }
    }

    /// Whether scopes mean something (docs/specification.md A.2).
    pub fn takes_scopes(&self) -> bool {
        matches!(&*self.kind, "oauth2" | "openIdConnect")
    }

    /// Whether it encrypts payloads and names nobody.
    pub fn is_encryption(&self) -> bool {
        matches!(&*self.kind, "symmetricEncryption" | "asymmetricEncryption")
    }

    /// All scopes that are declared.
    pub fn scopes(&self) -> BTreeSet<&str> {
        let flows = self.flows.values();
        flows
            .flat_map(|flow| &flow.scopes)
            .map(|scope| &**scope)
            .collect()
    }
}

/// Something that is not seen, so that it cannot be compared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unseen {
    /// The reference to it.
    pub target: String,
    /// The reason.
    pub why: &'static str,
    /// Where the reference counts.
    pub place: Option<Place>,
}
