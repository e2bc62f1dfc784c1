//! Who may do what in a document: every operation on each of its servers, and what a client needs
//! there.
//!
//! [`read`] makes the report as plain data, from [`crate::model::needs`], so that it cannot disagree
//! with hover and rules. [`questions`] answers those of a reviewer with it; [`text`], [`markdown`] and
//! [`html`] write the answers.

pub mod answers;
pub mod files;
pub mod html;
pub mod line;
pub mod markdown;
pub mod questions;
pub mod read;
mod schemes;
pub mod text;
pub mod words;

use crate::rules::document::exposure::Connection;
use crate::spec::Version;
use answers::Answers;

/// What a document demands of whom. Servers, schemes and operations are named by their index.
#[derive(Debug, Clone)]
pub struct Report {
    /// The path of the document, as shown.
    pub path: String,
    /// Its version.
    pub version: Version,
    /// Its servers, in its order.
    pub servers: Vec<ReportServer>,
    /// Its schemes: those of `components` in its order, then those of other places.
    pub schemes: Vec<ReportScheme>,
    /// Its operations, in its order.
    pub operations: Vec<ReportOperation>,
    /// Operations of which the same is demanded on the same servers, the worst first.
    pub patterns: Vec<Pattern>,
    /// What is not seen.
    pub hidden: Vec<Hidden>,
    /// What a reviewer asks.
    pub answers: Answers,
}

/// Where something stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilePlace {
    /// The file, as shown.
    pub path: String,
    /// A JSON Pointer (RFC 6901) in it.
    pub pointer: String,
    /// The line, from 1.
    pub line: usize,
    /// Unicode characters from the start of the line, from 1.
    pub column: usize,
}

/// A server, or what takes the place of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportServer {
    /// What it is.
    pub kind: ServerKind,
    /// Its name; `-` or `?` for what is none.
    pub name: String,
    /// Its JSON Pointer, or the reference to it; empty for what is none.
    pub pointer: String,
    /// Its address, as written.
    pub address: Option<String>,
    /// Its protocol.
    pub protocol: Option<String>,
    /// Whether others can read the connection.
    pub connection: Connection,
    /// Where it stands, if it is seen.
    pub place: Option<FilePlace>,
}

/// What an operation runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServerKind {
    /// A server.
    Named,
    /// Nothing: the document has no server.
    None,
    /// Servers that are not seen.
    Unseen,
}

/// A security scheme, or what stands for one that is not seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportScheme {
    /// What it is called in the report: no other one is called so.
    pub label: String,
    /// Its names in `components` of the document.
    pub names: Vec<String>,
    /// Its type, if it is seen.
    pub kind: Option<String>,
    /// Where it stands; for one that is not seen its first name.
    pub place: Option<FilePlace>,
    /// Whether it is seen.
    pub is_seen: bool,
    /// Whether it only encrypts messages, so that nobody has to say who they are.
    pub only_encrypts: bool,
    /// Whether a client sends a password, a key or a token as it is.
    pub sends_secret: bool,
    /// Whether an extension says that its connection is encrypted.
    pub states_tls: bool,
    /// The HTTP scheme in lower case, or the place of a key: what ranks schemes of one type.
    pub detail: Option<String>,
    /// The scopes that it declares, each once.
    pub scopes: Vec<String>,
    /// On how many pairs of operation and server it is needed, in some alternative at least.
    pub uses: usize,
    /// Whether nothing in the document needs it, and no other file that is known.
    pub is_unused: bool,
}

/// An operation with what it demands on each of its servers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportOperation {
    /// What it is called in the report: no other one is called so.
    pub label: String,
    /// 3.x: its key; 2.x: its `operationId`.
    pub id: Option<String>,
    /// `send` or `receive`, from the application's view, in both versions.
    pub action: Option<&'static str>,
    /// The address of its channel.
    pub address: Option<String>,
    /// The JSON Pointer of its channel, else the reference to it; 2.x: its name.
    pub channel: String,
    /// Where it stands.
    pub place: Option<FilePlace>,
    /// One for each of its servers, in the order of [`Report::servers`].
    pub cells: Vec<ReportCell>,
}

/// How open an operation is on a server, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Nobody has to say who they are.
    Public,
    /// The connection can be read.
    Readable,
    /// It cannot be told.
    Unknown,
    /// Something is demanded, over a connection that others cannot read.
    Protected,
}

impl Class {
    /// All, the worst first.
    pub const ALL: [Self; 4] = [Self::Public, Self::Readable, Self::Unknown, Self::Protected];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Readable => "readable",
            Self::Unknown => "unknown",
            Self::Protected => "protected",
        }
    }

    /// The sign for it, so that no colour is needed.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Public => "\u{25cb}",
            Self::Readable => "~",
            Self::Unknown => "?",
            Self::Protected => "\u{25cf}",
        }
    }

    /// What it means.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Public => "nobody has to say who they are",
            Self::Readable => "others on the network can read the connection",
            Self::Unknown => "the document does not show enough to tell",
            Self::Protected => "credentials are needed, and the connection is not readable",
        }
    }
}

/// An operation on a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportCell {
    /// The server.
    pub server: usize,
    /// How open it is.
    pub class: Class,
    /// Whether others can read a password, a key or a token.
    pub has_secret: bool,
    /// The ways to be let in: each is enough. `None` if they are not known.
    pub ways: Option<Vec<Way>>,
    /// The lists that say so.
    pub from: Vec<List>,
}

/// A `security` list in effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// `server`, `operation` or `trait`.
    pub kind: &'static str,
    /// Where it stands.
    pub place: Option<FilePlace>,
}

/// What is needed together.
pub type Way = Vec<Need>;

/// A scheme that is needed, with its scopes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Need {
    /// The scheme.
    pub scheme: usize,
    /// The scopes, sorted.
    pub scopes: Vec<String>,
}

/// Operations of which the same is demanded on the same servers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// The operations, in the order of the document.
    pub operations: Vec<usize>,
    /// The worst of their classes.
    pub class: Class,
}

impl Pattern {
    /// What holds for each of its operations.
    pub fn cells<'r>(&self, report: &'r Report) -> &'r [ReportCell] {
        let first = self.operations.first();
        let first = first.and_then(|first| report.operations.get(*first));
        first.map_or(&[], |operation| &operation.cells)
    }

    /// The same, servers with the same demand together.
    pub fn groups<'r>(&self, report: &'r Report) -> Vec<(Vec<usize>, &'r ReportCell)> {
        let mut groups: Vec<(Vec<usize>, &ReportCell)> = Vec::new();
        for cell in self.cells(report) {
            let is_same = |other: &ReportCell| other.ways == cell.ways && other.class == cell.class;
            match groups.iter_mut().find(|(_, other)| is_same(other)) {
                Some((servers, _)) => servers.push(cell.server),
                None => groups.push((vec![cell.server], cell)),
            }
        }
        groups
    }
}

/// Something that is not seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hidden {
    /// Reason.
    pub why: Reason,
    /// The reference or the name; may be empty.
    pub what: String,
    /// Where it is needed.
    pub place: Option<FilePlace>,
    /// How many operations it touches; `None` if that cannot be told.
    pub operations: Option<usize>,
}

/// Reason something is not seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// It was not read.
    Unread,
    /// There is nothing.
    Missing,
    /// The reference leads back to itself.
    Cycle,
    /// Something else is there.
    Wrong,
    /// The list cannot be read.
    Torn,
    /// There are too many alternatives.
    Limit,
    /// Whether a connection is encrypted is not said.
    Connection,
    /// The text has errors or is a template: what stands there is not read.
    Text,
}

impl Reason {
    /// The word for it, for programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Unread => "unread",
            Self::Missing => "missing",
            Self::Cycle => "cycle",
            Self::Wrong => "wrong",
            Self::Torn => "torn",
            Self::Limit => "limit",
            Self::Connection => "connection",
            Self::Text => "text",
        }
    }
}
