//! The facts of a unit. All ranges are relative to the unit's start.

use crate::text::range::TextRange;

/// A piece of text of the document with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spanned {
    /// The decoded text.
    pub text: String,
    /// Where it stands, quotes included.
    pub range: TextRange,
}

/// A string value with its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The key.
    pub key: TextRange,
    /// The value.
    pub value: Spanned,
}

/// Everything one unit says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unit {
    /// Schemes: the unit itself, or inline entries of its `security` lists.
    pub schemes: Vec<Scheme>,
    /// Its `security` lists.
    pub sites: Vec<Site>,
    /// Servers: protocol and address.
    pub server: Option<Server>,
    /// Channels: on which servers they are.
    pub channel: Option<Channel>,
    /// 3.x, operations: the `$ref` to their channel.
    pub operation_channel: Option<Spanned>,
    /// `$ref`s of this unit that stand for the whole unit (a server, a channel, a trait that is
    /// a reference), so that what they lead to counts as used.
    pub references: Vec<Reference>,
    /// `security` lists where the key has no meaning (at the root, in a channel, in a message):
    /// what they name is not unused, whatever else is wrong with them.
    pub misplaced: Vec<SecurityList>,
}

/// Where a scheme stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Home {
    /// A value of `components.securitySchemes` (or of the map of a fragment).
    Component,
    /// An entry of a `security` list: index of the site in the unit, index of the entry.
    Entry(usize, usize),
    /// A file that is a scheme.
    Fragment,
}

/// A security scheme (or a reference in its place).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scheme {
    /// Where it stands.
    pub home: Home,
    /// Its name with the key's range; inline entries and fragments have none.
    pub name: Option<Spanned>,
    /// The value.
    pub range: TextRange,
    /// Where a finding about the scheme as a whole goes: its key, else its first key.
    pub anchor: TextRange,
    /// The `$ref` that stands in its place.
    pub reference: Option<Reference>,
    /// `type`, if it is a string.
    pub scheme_type: Option<Member>,
    /// `description`.
    pub description: Option<Member>,
    /// `in`.
    pub location: Option<Member>,
    /// `name` (of `httpApiKey`).
    pub parameter: Option<Member>,
    /// `scheme` (of `http`).
    pub http_scheme: Option<Member>,
    /// `bearerFormat`.
    pub bearer_format: Option<Member>,
    /// `openIdConnectUrl`.
    pub open_id_connect_url: Option<Member>,
    /// The key of the map of flows, if it is a map.
    pub flows_key: Option<TextRange>,
    /// The OAuth flows, in order.
    pub flows: Vec<Flow>,
    /// 3.x: the key of the scheme's own `scopes` and the scopes it asks for.
    pub scopes: Option<ScopeList>,
    /// The same for two schemes of equal content, whatever their order of keys, style and
    /// format; descriptions count.
    pub fingerprint: u64,
}

/// One OAuth flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flow {
    /// The flow's name (`authorizationCode` ...) with its key's range; of a fragment that is a
    /// flow, an empty name at its first key.
    pub name: Spanned,
    /// `authorizationUrl`.
    pub authorization_url: Option<Member>,
    /// `tokenUrl`.
    pub token_url: Option<Member>,
    /// `refreshUrl`.
    pub refresh_url: Option<Member>,
    /// The key of the scopes map (`scopes` or `availableScopes`), if it is a map.
    pub scopes_key: Option<TextRange>,
    /// The declared scopes.
    pub scopes: Vec<DeclaredScope>,
}

/// A scope in the map of a flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredScope {
    /// Its name at the key.
    pub name: Spanned,
    /// Its description, if that is a string.
    pub description: Option<Spanned>,
}

/// A list of scopes that are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScopeList {
    /// The key before the list.
    pub key: TextRange,
    /// The list.
    pub range: TextRange,
    /// The scopes that are strings.
    pub scopes: Vec<Spanned>,
}

/// A `$ref`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The key `$ref`.
    pub key: TextRange,
    /// The text after it, if it is a string.
    pub target: Option<Spanned>,
    /// Keys that stand beside it and have no effect.
    pub siblings: Vec<Spanned>,
}

/// What carries a `security` list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SiteKind {
    /// A server.
    Server,
    /// An operation (2.x: `publish`/`subscribe` of a channel).
    Operation,
    /// A trait of an operation.
    OperationTrait,
}

/// A server, operation or operation trait, with its `security` list if it has one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// What it is.
    pub kind: SiteKind,
    /// Its JSON Pointer in the document.
    pub pointer: String,
    /// Whether it stands below `components`, where it has no effect until referenced.
    pub in_components: bool,
    /// The key (or first key) that names it.
    pub owner: Spanned,
    /// The `security` list, if there is one.
    pub security: Option<SecurityList>,
    /// Operations: `$ref`s among its traits.
    pub trait_references: Vec<Reference>,
    /// Operations: which sites of this unit are its inline traits, in order.
    pub inline_traits: Vec<usize>,
}

/// A `security` list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecurityList {
    /// The key `security`.
    pub key: TextRange,
    /// The value.
    pub range: TextRange,
    /// Whether the value is a sequence at all.
    pub is_list: bool,
    /// Its entries; a mapping in the place of the list is taken for its only entry.
    pub entries: Vec<SecurityEntry>,
}

/// An entry of a `security` list, of any version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecurityEntry {
    /// The whole entry.
    pub range: TextRange,
    /// What it is.
    pub form: EntryForm,
}

/// The form of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntryForm {
    /// 2.x: names with the scopes they need; several names mean all of them together.
    Requirement(Vec<RequiredScheme>),
    /// `{$ref: ...}`.
    Reference(Reference),
    /// A scheme written in place: its index in [`Unit::schemes`].
    Inline(usize),
    /// Something else (null, a bare name with its text ...).
    Other(Option<Spanned>),
}

/// A name in a 2.x security requirement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequiredScheme {
    /// The name at its key.
    pub name: Spanned,
    /// The value.
    pub list: TextRange,
    /// The scopes in it.
    pub scopes: Vec<Spanned>,
}

/// What a server says about its transport.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Server {
    /// `protocol`.
    pub protocol: Option<Member>,
    /// `url` (2.x) or `host` (3.x).
    pub address: Option<Member>,
    /// The variables of its address.
    pub variables: Vec<ServerVariable>,
    /// Whether its bindings name a cipher of IBM MQ, or may do so out of sight.
    pub may_be_ciphered: bool,
}

/// A variable of a server's address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerVariable {
    /// Its name at the key.
    pub name: Spanned,
    /// `default`.
    pub default: Option<Spanned>,
    /// The key `enum`.
    pub enum_key: Option<TextRange>,
    /// The values under `enum`.
    pub values: Vec<Spanned>,
    /// The `$ref` that stands in its place.
    pub reference: Option<Spanned>,
}

/// What a channel says about its servers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    /// Its JSON Pointer in the document.
    pub pointer: String,
    /// `servers`: names (2.x) or the texts of `$ref`s (3.x). `None` without the key; entries
    /// that are neither are empty texts.
    pub servers: Option<Vec<String>>,
}
