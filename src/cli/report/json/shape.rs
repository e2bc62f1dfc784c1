//! What `report --format json` prints, as types: its schema is derived from them.

use schemars::JsonSchema;
use serde::Serialize;

use crate::cli::tool::Tool;

/// What `asyncapi-security-lsp report --format json` prints. Servers, schemes and operations are
/// named by their `id` in the same document.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "Security reports of asyncapi-security-lsp")]
pub(super) struct Whole<'r> {
    /// Raised when a field changes its meaning or is removed, not when one is added.
    pub(super) version: u32,
    /// The program.
    pub(super) tool: Tool,
    /// The documents, in the order of the files.
    pub(super) documents: Vec<JsonDocument<'r>>,
    /// What could not be read.
    pub(super) problems: Vec<Problem<'r>>,
    /// The pairs of operation and server in all documents.
    pub(super) summary: Summary,
}

/// How many pairs of operation and server there are of each class.
#[derive(Default, Serialize, JsonSchema)]
pub(super) struct Summary {
    /// How many documents there are.
    pub(super) documents: usize,
    /// Nobody has to say who they are.
    pub(super) public: usize,
    /// Others can read the connection.
    pub(super) readable: usize,
    /// It cannot be told.
    pub(super) unknown: usize,
    /// Something is demanded, over a connection that is not readable.
    pub(super) protected: usize,
}

/// Something that could not be read.
#[derive(Serialize, JsonSchema)]
pub(super) struct Problem<'r> {
    /// The file or folder.
    pub(super) path: &'r str,
    /// Why.
    pub(super) message: &'r str,
}

/// A document.
#[derive(Serialize, JsonSchema)]
pub(super) struct JsonDocument<'r> {
    /// Its path, as it was named or found.
    pub(super) path: &'r str,
    /// Its version of AsyncAPI.
    pub(super) asyncapi: &'static str,
    /// Its servers; those that are not seen are `?`, and `-` takes the place where there is none.
    pub(super) servers: Vec<JsonServer<'r>>,
    /// Its schemes.
    pub(super) schemes: Vec<JsonScheme<'r>>,
    /// Its operations.
    pub(super) operations: Vec<JsonOperation<'r>>,
    /// Each operation on each of its servers.
    pub(super) cells: Vec<JsonCell<'r>>,
    /// Operations of which the same is demanded on the same servers, the worst first.
    pub(super) patterns: Vec<JsonPattern<'r>>,
    /// What a reviewer asks.
    pub(super) answers: JsonAnswers<'r>,
}

/// A server.
#[derive(Serialize, JsonSchema)]
pub(super) struct JsonServer<'r> {
    /// Its name.
    pub(super) id: &'r str,
    /// Its address, as written.
    pub(super) address: Option<&'r str>,
    /// Its protocol.
    pub(super) protocol: Option<&'r str>,
    /// Whether others can read the connection; `local`: only those near by.
    #[schemars(extend("enum" = ["encrypted", "local", "unknown", "plain"]))]
    pub(super) transport: &'static str,
    /// Where it stands.
    pub(super) place: Option<JsonPlace<'r>>,
}

/// A security scheme.
#[derive(Serialize, JsonSchema)]
pub(super) struct JsonScheme<'r> {
    /// What it is called here: its name, made unique.
    pub(super) id: &'r str,
    /// Its names in `components`.
    pub(super) names: &'r [String],
    /// Its type; `null` if the scheme is not seen.
    #[serde(rename = "type")]
    pub(super) kind: Option<&'r str>,
    /// Where it stands.
    pub(super) place: Option<JsonPlace<'r>>,
    /// On how many pairs of operation and server it is needed, in some alternative at least.
    pub(super) uses: usize,
    /// Whether nothing uses it, in this document and in the others that are known.
    pub(super) unused: bool,
}

/// An operation.
#[derive(Serialize, JsonSchema)]
pub(super) struct JsonOperation<'r> {
    /// What it is called here: its name, made unique.
    pub(super) id: &'r str,
    /// What the application does.
    #[schemars(extend("enum" = ["send", "receive", null]))]
    pub(super) action: Option<&'r str>,
    /// The JSON Pointer of its channel, else the reference to it; 2.x: its name.
    pub(super) channel: &'r str,
    /// The address of the channel.
    pub(super) address: Option<&'r str>,
    /// Where it stands.
    pub(super) place: Option<JsonPlace<'r>>,
}

/// A place in a file.
#[derive(Serialize, JsonSchema)]
pub(super) struct JsonPlace<'r> {
    /// The file.
    pub(super) path: &'r str,
    /// A JSON Pointer (RFC 6901) in it.
    pub(super) pointer: &'r str,
    /// The line, from 1.
    pub(super) line: usize,
    /// Unicode characters from the start of the line, from 1.
    pub(super) column: usize,
}

/// An operation on a server.
#[derive(Serialize, JsonSchema)]
pub(super) struct JsonCell<'r> {
    /// The operation.
    pub(super) operation: &'r str,
    /// The server.
    pub(super) server: &'r str,
    /// How open it is, the worst that holds: `public`, `readable`, `unknown`, `protected`.
    #[schemars(extend("enum" = ["public", "readable", "unknown", "protected"]))]
    pub(super) class: &'static str,
    /// Whether others can read a password, a key or a token.
    pub(super) secret: bool,
    /// The ways to be let in, each with what is needed together; an empty one lets everybody in.
    /// `null` if they are not known.
    pub(super) alternatives: Option<Vec<Vec<JsonNeed<'r>>>>,
    /// The lists that say so.
    pub(super) from: Vec<JsonList<'r>>,
}

/// A scheme that is needed.
#[derive(Serialize, JsonSchema)]
pub(super) struct JsonNeed<'r> {
    /// The scheme.
    pub(super) scheme: &'r str,
    /// The scopes.
    pub(super) scopes: &'r [String],
}

/// A `security` list.
#[derive(Serialize, JsonSchema)]
pub(super) struct JsonList<'r> {
    /// What has it.
    #[schemars(extend("enum" = ["server", "operation", "trait"]))]
    pub(super) kind: &'static str,
    /// Where that stands.
    pub(super) place: Option<JsonPlace<'r>>,
}

/// Operations of which the same is demanded on the same servers.
#[derive(Serialize, JsonSchema)]
pub(super) struct JsonPattern<'r> {
    /// The worst class.
    pub(super) class: &'static str,
    /// How many operations there are.
    pub(super) count: usize,
    /// The operations.
    pub(super) operations: Vec<&'r str>,
}

/// What a reviewer asks.
#[derive(Serialize, JsonSchema)]
pub(super) struct JsonAnswers<'r> {
    /// What is public.
    pub(super) public: Vec<JsonPublic<'r>>,
    /// Servers whose connection others can read.
    pub(super) readable: Vec<JsonReadable<'r>>,
    /// Who needs which scope.
    pub(super) scopes: Vec<JsonScope<'r>>,
    /// Schemes that nobody uses.
    pub(super) unused: Vec<&'r str>,
    /// Operations of which other things are demanded on other servers.
    pub(super) differences: Vec<JsonDifference<'r>>,
    /// Operations with a weaker way in beside a stronger one.
    pub(super) mixed: Vec<JsonMixed<'r>>,
    /// What could not be seen.
    pub(super) unseen: Vec<JsonUnseen<'r>>,
}

/// Operations that are public on the same servers.
#[derive(Serialize, JsonSchema)]
pub(super) struct JsonPublic<'r> {
    /// The operations.
    pub(super) operations: Vec<&'r str>,
    /// The servers.
    pub(super) servers: Vec<&'r str>,
    /// Why: nothing is demanded, or nothing but encryption of messages.
    #[schemars(extend("enum" = ["nothing", "encryption-only"]))]
    pub(super) why: &'static str,
}

/// A server whose connection others can read.
#[derive(Serialize, JsonSchema)]
pub(super) struct JsonReadable<'r> {
    /// The server.
    pub(super) server: &'r str,
    /// The operations on it.
    pub(super) operations: Vec<&'r str>,
    /// The schemes whose password, key or token is sent as it is.
    pub(super) secrets: Vec<&'r str>,
}

/// A scope.
#[derive(Serialize, JsonSchema)]
pub(super) struct JsonScope<'r> {
    /// The scheme.
    pub(super) scheme: &'r str,
    /// The scope.
    pub(super) scope: &'r str,
    /// Whether the scheme declares it.
    pub(super) declared: bool,
    /// Who needs it; nobody, if there is none.
    pub(super) needed: Vec<JsonNeeded<'r>>,
}

/// Operations that need a scope on the same servers.
#[derive(Serialize, JsonSchema)]
pub(super) struct JsonNeeded<'r> {
    /// The operations.
    pub(super) operations: Vec<&'r str>,
    /// The servers.
    pub(super) servers: Vec<&'r str>,
}

/// Operations of which other things are demanded on other servers.
#[derive(Serialize, JsonSchema)]
pub(super) struct JsonDifference<'r> {
    /// The operations.
    pub(super) operations: Vec<&'r str>,
    /// Servers on which the same is demanded.
    pub(super) servers: Vec<Vec<&'r str>>,
}

/// A weaker way in beside a stronger one.
#[derive(Serialize, JsonSchema)]
pub(super) struct JsonMixed<'r> {
    /// The operations.
    pub(super) operations: Vec<&'r str>,
    /// The servers.
    pub(super) servers: Vec<&'r str>,
    /// The scheme that is enough.
    pub(super) weaker: &'r str,
    /// The scheme in whose place it stands.
    pub(super) stronger: &'r str,
    /// Why the one is weaker.
    pub(super) because: &'static str,
}

/// Something that is not seen.
#[derive(Serialize, JsonSchema)]
pub(super) struct JsonUnseen<'r> {
    /// Why.
    #[schemars(extend("enum" =
        ["unread", "missing", "cycle", "wrong", "torn", "limit", "connection", "text"]))]
    pub(super) why: &'static str,
    /// The reference or the name; may be empty.
    pub(super) what: &'r str,
    /// Where it is needed.
    pub(super) place: Option<JsonPlace<'r>>,
    /// How many operations it touches, if that can be told.
    pub(super) operations: Option<usize>,
}
