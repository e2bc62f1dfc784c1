//! The facts of a unit. All ranges are relative to the unit's start.

use std::slice;

use ecow::EcoString;

use crate::text::range::TextRange;

/// A text of the document with its range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spanned {
    /// The decoded text.
    pub text: EcoString,
    /// Its range, including quotes.
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

/// All facts of one unit. Documents have hundred thousands of units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unit {
    /// A scheme.
    Scheme(Box<Scheme>),
    /// Anything else that says something.
    Rest(Box<Rest>),
    /// A unit that says nothing.
    Nothing,
}

/// What units have that are no schemes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rest {
    /// Inline entries of its `security` lists.
    pub inline_schemes: Vec<Scheme>,
    /// The unit itself, or the operations and traits inside of it, with their `security` lists.
    pub sites: Vec<Site>,
    /// Servers: protocol and address.
    pub server: Option<Box<Server>>,
    /// Channels: their servers.
    pub channel: Option<Box<Channel>>,
    /// 3.x, operations: the `$ref` to their channel.
    pub operation_channel: Option<Spanned>,
    /// 3.x, operations: `action`.
    pub action: Option<Spanned>,
    /// The `$ref` of a unit that is a reference (to a server, a channel, a trait).
    pub reference: Option<Box<Reference>>,
    /// A `security` list where the key is not allowed (at the root, in a channel, in a message). The
    /// schemes it names still count as used.
    pub misplaced: Option<Box<SecurityList>>,
}

impl Unit {
    /// Schemes: the unit itself, or inline entries of its `security` lists.
    pub fn schemes(&self) -> &[Scheme] {
        match self {
            Self::Scheme(scheme) => slice::from_ref(scheme),
            Self::Rest(rest) => &rest.inline_schemes,
            Self::Nothing => &[],
        }
    }

    /// Takes the inline entries of its `security` lists out.
    pub fn take_inline_schemes(&mut self) -> Vec<Scheme> {
        match self {
            Self::Rest(rest) => std::mem::take(&mut rest.inline_schemes),
            Self::Scheme(_) | Self::Nothing => Vec::new(),
        }
    }

    /// The unit itself, or the operations and traits inside of it, with their `security` lists.
    pub fn sites(&self) -> &[Site] {
        &self.rest().sites
    }

    /// What units have that are no schemes.
    pub fn rest(&self) -> &Rest {
        static NONE: Rest = Rest::NONE;
        match self {
            Self::Rest(rest) => rest,
            Self::Scheme(_) | Self::Nothing => &NONE,
        }
    }
}

impl Rest {
    /// What schemes have of it.
    pub const NONE: Self = Self {
        inline_schemes: Vec::new(),
        sites: Vec::new(),
        server: None,
        channel: None,
        operation_channel: None,
        action: None,
        reference: None,
        misplaced: None,
    };
}

/// Where a scheme is declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Home {
    /// A value of `components.securitySchemes` (or of the map of a fragment).
    Component,
    /// An entry of a `security` list: index of the site in the unit, index of the entry.
    Entry(u32, u32),
    /// A file that is a scheme, or a scheme that other files refer to, outside of a map of schemes.
    Fragment,
}

/// A security scheme, or a reference to one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scheme {
    /// Where it is declared.
    pub home: Home,
    /// Its key, else its first key, else the value without a text.
    pub owner: Spanned,
    /// Whether it has a key; inline entries and fragments have none.
    pub is_named: bool,
    /// The value.
    pub range: TextRange,
    /// Its `$ref`, if it is a reference.
    pub reference: Option<Box<Reference>>,
    /// `type`, if it is a string.
    pub scheme_type: Option<Member>,
    pub(super) details: Option<Box<Details>>,
    /// Whether an extension says that TLS is used.
    pub states_tls: bool,
    /// Equal for schemes with equal content, regardless of order of keys, style and format.
    /// Descriptions count.
    pub fingerprint: u64,
}

/// What many schemes do not have: their type says all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Details {
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
    /// Whether `flows` has entries that are no objects, or a `$ref`: what they declare is unknown.
    pub has_unread_flows: bool,
    /// The text of the `$ref` in place of the flows. No version allows it, but many tools follow it.
    pub flows_reference: Option<Spanned>,
    /// The OAuth flows, in order.
    pub flows: Vec<Flow>,
    /// 3.x: the scopes that the scheme requires.
    pub scopes: Option<ScopeList>,
}

impl Scheme {
    /// Its key; inline entries and fragments have none.
    pub fn name(&self) -> Option<&Spanned> {
        self.is_named.then_some(&self.owner)
    }

    /// The range of findings about the scheme as a whole: its key, else its first key.
    pub fn anchor(&self) -> TextRange {
        self.owner.range
    }

    /// What its type may need.
    pub fn details(&self) -> &Details {
        static NONE: Details = Details::NONE;
        self.details.as_deref().unwrap_or(&NONE)
    }

    /// The OAuth flows, in order.
    pub fn flows(&self) -> &[Flow] {
        &self.details().flows
    }

    /// The scopes that its flows declare.
    pub fn declared_scopes(&self) -> impl Iterator<Item = &DeclaredScope> {
        self.flows().iter().flat_map(|flow| &flow.scopes)
    }

    /// The scopes that it requires in 3.x.
    pub fn required_scopes(&self) -> impl Iterator<Item = &Spanned> {
        let list = self.details().scopes.iter();
        list.flat_map(|list| &list.scopes)
    }

    /// The URLs of its endpoints: those of its flows, and that of OpenID Connect.
    pub fn urls(&self) -> impl Iterator<Item = &Member> {
        let of_flows = self.flows().iter();
        let of_flows =
            of_flows.flat_map(|flow| [&flow.authorization_url, &flow.token_url, &flow.refresh_url]);
        let urls = of_flows.chain([&self.details().open_id_connect_url]);
        urls.flatten()
    }

    /// The same scheme with other details.
    #[must_use]
    pub fn with(self, details: Details) -> Self {
        Self {
            details: (details != Details::NONE).then(|| Box::new(details)),
            ..self
        }
    }
}

impl Details {
    /// Nothing.
    pub const NONE: Self = Self {
        description: None,
        location: None,
        parameter: None,
        http_scheme: None,
        bearer_format: None,
        open_id_connect_url: None,
        flows_key: None,
        has_unread_flows: false,
        flows_reference: None,
        flows: Vec::new(),
        scopes: None,
    };
}

/// One OAuth flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flow {
    /// The flow's key (`authorizationCode` ...). A fragment that is a flow has an empty name with
    /// the range of its first key.
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
    /// The text of the `$ref` in place of the flow. No version allows it, but many tools follow it.
    pub reference: Option<Spanned>,
}

/// A scope that a flow declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredScope {
    /// Its key.
    pub name: Spanned,
    /// Its description, if it is a string.
    pub description: Option<Spanned>,
}

/// A list of required scopes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScopeList {
    /// The key of the list.
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
    /// Its value, if it is a string.
    pub target: Option<Spanned>,
    /// Keys beside it, which have no effect.
    pub siblings: Vec<Spanned>,
}

/// What kind of object has a `security` list.
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
    pub pointer: Box<str>,
    /// Whether it is below `components`, where it has no effect until referenced.
    pub in_components: bool,
    /// Its key, else its first key.
    pub owner: Spanned,
    /// The `security` list, if there is one.
    pub security: Option<SecurityList>,
    /// Operations: `$ref`s among its traits.
    pub trait_references: Vec<Reference>,
    /// Operations: the indexes of its inline traits among the sites of this unit, in order.
    pub inline_traits: Vec<usize>,
    /// 2.x, operations: `operationId`.
    pub operation_id: Option<Spanned>,
    /// 2.x, operations of a channel: the `$ref` in place of the operation. No version allows it, but
    /// many tools follow it.
    pub reference: Option<Box<Reference>>,
}

/// A `security` list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecurityList {
    /// The key `security`.
    pub key: TextRange,
    /// The value.
    pub range: TextRange,
    /// Whether the value is a sequence.
    pub is_list: bool,
    /// Its entries; a mapping instead of a list counts as one entry.
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
    /// 2.x: names with their scopes; all of several names are required together.
    Requirement(Vec<RequiredScheme>),
    /// `{$ref: ...}`.
    Reference(Reference),
    /// An inline scheme: its index in [`Unit::schemes`].
    Inline(usize),
    /// Something else; its text if it is a string.
    Other(Option<Spanned>),
}

/// A scheme in a 2.x security requirement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequiredScheme {
    /// Its key.
    pub name: Spanned,
    /// The value.
    pub list: TextRange,
    /// Whether the value is `[]`.
    pub is_empty: bool,
    /// The scopes in the value.
    pub scopes: Vec<Spanned>,
    /// Whether the value has items that are no texts.
    pub has_others: bool,
}

/// The facts about a server's transport.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Server {
    /// `protocol`.
    pub protocol: Option<Member>,
    /// `url` (2.x) or `host` (3.x).
    pub address: Option<Member>,
    /// The variables of its address.
    pub variables: Vec<ServerVariable>,
    /// Whether an extension says that TLS is used, or its bindings set a cipher of IBM MQ or may do
    /// so behind a `$ref`.
    pub may_be_encrypted: bool,
}

/// A variable of a server's address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerVariable {
    /// Its key.
    pub name: Spanned,
    /// `default`.
    pub default: Option<Spanned>,
    /// The key `enum`.
    pub enum_key: Option<TextRange>,
    /// The values under `enum`.
    pub values: Vec<Spanned>,
    /// Its `$ref`, if it is a reference.
    pub reference: Option<Spanned>,
}

/// The facts about a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    /// Its JSON Pointer in the document.
    pub pointer: Box<str>,
    /// `servers`: names (2.x) or the texts of `$ref`s (3.x), empty for other entries. `None` without
    /// the key.
    pub servers: Option<Vec<Spanned>>,
    /// 3.x: `address`.
    pub address: Option<Spanned>,
}
