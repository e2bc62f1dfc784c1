//! What a client needs to be let in: the effective security of servers and operations
//! (docs/specification.md A.5), over traits, channels and references, into other files too.
//!
//! Everything that speaks of effective security reads it here, as data: [`reader`] makes it,
//! [`normal`] compares it. What stands out of sight is told as [`Unseen`](seen::Unseen), so that
//! nobody takes it for nothing.

pub mod normal;
pub mod reader;
pub mod seen;

use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;

use super::facts::{Scheme, SiteKind};
use super::references::known::KnownScheme;
use seen::{Placed, Seen, Unseen};

/// A scheme that a client needs.
#[derive(Debug, Clone)]
pub struct NeededScheme<'m> {
    /// The name of the component, else the text that names it; `None` for an inline scheme.
    pub name: Option<Cow<'m, str>>,
    /// The scheme behind all references.
    pub scheme: Seen<'m, KnownScheme<'m>>,
    /// The scopes that are needed.
    pub scopes: Vec<&'m str>,
}

impl<'m> NeededScheme<'m> {
    /// What is known of the scheme.
    pub fn fact(&self) -> Option<&'m Scheme> {
        self.scheme.as_ref().ok().map(|scheme| scheme.fact())
    }
}

/// Where a `security` list stands: at `security` below a server, an operation or a trait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin<'m> {
    /// The URI of the file, if it is another one.
    pub file: Option<&'m Arc<str>>,
    /// The JSON Pointer of what has the list.
    pub pointer: &'m str,
    /// What that is.
    pub kind: SiteKind,
}

/// One way to be let in.
#[derive(Debug, Clone)]
pub struct Alternative<'m> {
    /// The index of the entry in its list.
    pub index: usize,
    /// The schemes that are needed together; none for `{}`, which lets everybody in.
    pub schemes: Vec<NeededScheme<'m>>,
}

/// A `security` list that is in effect. `[]` has no alternatives and asks for nothing.
#[derive(Debug, Clone)]
pub struct Needs<'m> {
    /// Where the list stands.
    pub origin: Origin<'m>,
    /// The alternatives.
    pub alternatives: Vec<Alternative<'m>>,
    /// Whether an entry cannot be read, or is of the other major version.
    pub is_torn: bool,
}

impl Needs<'_> {
    /// Whether a client has to bring anything.
    pub fn asks(&self) -> bool {
        !self.alternatives.is_empty() || self.is_torn
    }
}

/// A server as an operation meets it.
#[derive(Debug, Clone)]
pub struct NeedsOfServer<'m> {
    /// Its name.
    pub name: Cow<'m, str>,
    /// Its JSON Pointer in this document; the reference to it, if only other files have it.
    pub pointer: Cow<'m, str>,
    /// The server itself.
    pub placed: Seen<'m, Placed<'m>>,
    /// What it asks for; `None` without a `security` list, or if it is not seen.
    pub needs: Option<Needs<'m>>,
}

/// Whether the application sends or receives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// `receive`, in 2.x `publish`.
    Receives,
    /// `send`, in 2.x `subscribe`.
    Sends,
}

/// What an operation is known by, from one version of a document to the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperationKey<'m> {
    /// The direction; `None` where the document does not say.
    pub direction: Option<Direction>,
    /// 3.x: its key; 2.x: its `operationId`.
    pub id: Option<Cow<'m, str>>,
    /// The address of its channel; `None` if it is unknown or decided at run time.
    pub address: Option<Cow<'m, str>>,
    /// The JSON Pointer of its channel, else the reference to it.
    pub channel: Cow<'m, str>,
}

/// An operation with its traits and servers. A client must satisfy its list and that of the server.
#[derive(Debug, Clone)]
pub struct NeedsOfOperation<'m> {
    /// What it is known by.
    pub key: OperationKey<'m>,
    /// Where it stands.
    pub origin: Origin<'m>,
    /// What its own list asks for, or that of a trait (see [`Origin::kind`]).
    pub own: Option<Needs<'m>>,
    /// Whether the operation itself has a list.
    pub has_own_list: bool,
    /// The traits that are not seen, or the operation itself.
    pub unseen_lists: Vec<Unseen<'m>>,
    /// Its servers; none in a document without servers.
    pub servers: Vec<Rc<NeedsOfServer<'m>>>,
    /// The servers that are not seen, the channel, or the map of servers.
    pub unseen_servers: Vec<Unseen<'m>>,
    /// Whether the list in effect may be another one, for what is not seen.
    pub is_list_open: bool,
}

impl NeedsOfOperation<'_> {
    /// Whether the list in effect is that of a trait.
    pub fn is_of_trait(&self) -> bool {
        let own = self.own.as_ref();
        own.is_some_and(|needs| needs.origin.kind == SiteKind::OperationTrait)
    }

    /// Whether nothing that counts is out of sight, the schemes apart.
    pub fn is_known(&self) -> bool {
        !self.is_list_open && self.unseen_servers.is_empty()
    }
}

/// All operations of a document, those that only `components` hold apart.
#[derive(Debug, Clone, Default)]
pub struct Operations<'m> {
    /// The operations, in the order of the document.
    pub all: Vec<NeedsOfOperation<'m>>,
    /// The channels and operations that are not seen.
    pub unseen: Vec<Unseen<'m>>,
}
