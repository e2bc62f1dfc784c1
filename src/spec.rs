//! AsyncAPI's security objects as data, for every version from 2.0.0 to 3.1.0.
//!
//! Everything the program says about the specification comes from one embedded file,
//! `spec/asyncapi-security.json`: objects, fields, values, what is required and
//! forbidden, since and until when, our own descriptions, and the names people write
//! by mistake. It uses the words of JSON Schema (`properties`, `required`, `enum`,
//! `additionalProperties`); `tests/schemas/run.sh` holds it against the official
//! schemas, with another program's validator as judge.
//!
//! This layer only answers questions about the specification. It knows no documents.

pub mod load;
mod raw;
pub mod version;

use std::sync::OnceLock;

pub use version::Version;

/// The table of the specification, read from the embedded file at first use.
pub fn spec() -> &'static Spec {
    static SPEC: OnceLock<Spec> = OnceLock::new();
    // The file is part of the program, and a test holds that it can be read, so the
    // empty table that would stand for a broken file is never seen.
    SPEC.get_or_init(|| load::read(load::EMBEDDED).unwrap_or_default())
}

/// What the specification says about security, and what is known around it.
#[derive(Debug, Default)]
pub struct Spec {
    objects: Vec<Object>,
    scheme_types: Vec<ValueSpec>,
    http_schemes: Vec<ValueSpec>,
    unregistered_http_schemes: Vec<ValueSpec>,
    bearer_formats: Vec<ValueSpec>,
    type_aliases: Vec<TypeAlias>,
    flow_aliases: Vec<(String, String)>,
    unsupported_flows: Vec<String>,
    protocols: Vec<Protocol>,
    tls_ports: Vec<u16>,
    families: Vec<Family>,
    kafka: Vec<KafkaSettings>,
    docs: Vec<(Version, String)>,
}

impl Spec {
    /// The object of that name: a scheme type (`"http"`), `"oauthFlows"`, a flow
    /// (`"flow.implicit"`), `"scopes"`, `"securityRequirement"` (2.x), `"securityEntry"`
    /// (3.x), `"securitySchemes"`, `"securityScheme"` (when the type is not known),
    /// `"reference"`, or a carrier of `security`: `"server"`, `"operation"`,
    /// `"operationTrait"`; and `"components"`.
    pub fn object(&self, name: &str) -> Option<&Object> {
        let at = self
            .objects
            .binary_search_by(|object| object.name.as_str().cmp(name))
            .ok()?;
        self.objects.get(at)
    }

    /// All objects, by name.
    pub fn objects(&self) -> &[Object] {
        &self.objects
    }

    /// The values of `type`, the most used first.
    pub fn scheme_types(&self) -> &[ValueSpec] {
        &self.scheme_types
    }

    /// The values of `type` in that version, the most used first.
    pub fn scheme_types_in(&self, version: Version) -> impl Iterator<Item = &str> + Clone {
        let known = self.scheme_types().iter();
        let known = known.filter(move |known| known.since <= version);
        known.map(|known| known.value.as_str())
    }

    /// Whether a word is a value of `type` in some version.
    pub fn is_scheme_type(&self, word: &str) -> bool {
        self.scheme_types.iter().any(|known| known.value == word)
    }

    /// Whether a key is a field of a security scheme of some type and version.
    pub fn is_scheme_field(&self, key: &str) -> bool {
        (self.scheme_types.iter())
            .filter_map(|known| self.object(&known.value))
            .any(|object| object.fields.iter().any(|field| field.name == key))
    }

    /// Whether a key is a field of some OAuth flow in some version.
    pub fn is_flow_field(&self, key: &str) -> bool {
        let flows = self.objects.iter();
        let mut flows = flows.filter(|object| object.name.starts_with("flow."));
        flows.any(|object| object.fields.iter().any(|field| field.name == key))
    }

    /// The OAuth flow of that name.
    pub fn flow(&self, name: &str) -> Option<&Field> {
        self.flows().iter().find(|flow| flow.name == name)
    }

    /// The field table of the OAuth flow of that name.
    pub fn flow_object(&self, name: &str) -> Option<&Object> {
        self.object(&format!("flow.{name}"))
    }

    /// The OAuth flows, the most recommended first.
    pub fn flows(&self) -> &[Field] {
        self.object("oauthFlows").map_or(&[], |flows| &flows.fields)
    }

    /// The HTTP authentication schemes registered at IANA (as of 2025-02-18), the most
    /// used first. HTTP compares them without case (RFC 9110 section 11.1).
    pub fn http_schemes(&self) -> &[ValueSpec] {
        &self.http_schemes
    }

    /// HTTP authentication schemes in wide use that are not registered.
    pub fn unregistered_http_schemes(&self) -> &[ValueSpec] {
        &self.unregistered_http_schemes
    }

    /// Usual values of `bearerFormat`, which takes any text.
    pub fn bearer_formats(&self) -> &[ValueSpec] {
        &self.bearer_formats
    }

    /// The scheme type that was most probably meant by a wrong `type`. Case and signs
    /// between letters do not count: `SCRAM-SHA-256` is `scramSha256`.
    pub fn type_alias(&self, wrong: &str) -> Option<&TypeAlias> {
        if self.scheme_types.iter().any(|right| right.value == wrong) {
            return None;
        }
        let folded = fold(wrong);
        self.type_aliases
            .iter()
            .find(|alias| fold(&alias.wrong) == folded)
    }

    /// The flow that was most probably meant by a wrong key of `flows`.
    pub fn flow_alias(&self, wrong: &str) -> Option<&str> {
        if self.flows().iter().any(|right| right.name == wrong) {
            return None;
        }
        let folded = fold(wrong);
        let (_, right) = self
            .flow_aliases
            .iter()
            .find(|(alias, _)| fold(alias) == folded)?;
        Some(right)
    }

    /// Whether the name is that of an OAuth flow which AsyncAPI cannot describe, such as
    /// the device flow (RFC 8628).
    pub fn is_unsupported_flow(&self, name: &str) -> bool {
        let folded = fold(name);
        self.unsupported_flows
            .iter()
            .any(|flow| fold(flow) == folded)
    }

    /// What is known of a value of `protocol` of a server. Case does not count.
    pub fn protocol(&self, name: &str) -> Option<&Protocol> {
        self.protocols
            .iter()
            .find(|protocol| protocol.name.eq_ignore_ascii_case(name))
    }

    /// All known protocols, by name.
    pub fn protocols(&self) -> &[Protocol] {
        &self.protocols
    }

    /// Ports that by convention speak TLS, whatever the protocol is called.
    pub fn is_tls_port(&self, port: u16) -> bool {
        self.tls_ports.contains(&port)
    }

    /// Which scheme types suit a family of protocols. Advice: no standard says so.
    pub fn family(&self, name: &str) -> Option<&Family> {
        self.families.iter().find(|family| family.name == name)
    }

    /// The settings of a Kafka client for a scheme type on a server of that protocol.
    pub fn kafka_settings(&self, protocol: &str, scheme_type: &str) -> Option<&KafkaSettings> {
        self.kafka
            .iter()
            .find(|row| row.protocol == protocol && row.scheme_type == scheme_type)
    }
}

/// An object of the specification.
#[derive(Debug)]
pub struct Object {
    /// Its name in this table, see [`Spec::object`].
    pub name: String,
    /// What people call it.
    pub title: String,
    /// Our description, in Markdown.
    pub description: String,
    /// Where the specification describes it, see [`Version::docs`].
    pub anchor: String,
    /// The first version that has it.
    pub since: Version,
    /// The last version that has it; `None` if the newest still does.
    pub until: Option<Version>,
    /// Whether fields that are not listed are errors.
    pub closed: bool,
    /// Whether the official schema takes `x-` fields.
    pub extensions: bool,
    /// Its fields, in the order in which people write them.
    pub fields: Vec<Field>,
    /// What its values are if its keys are names: the name of an object, `"string"`,
    /// or `"stringList"`.
    pub map_of: Option<String>,
    /// Objects of which it is one: which, `type` or `$ref` decides.
    pub one_of: Vec<String>,
    /// Whether the lists in the map may not say the same thing twice.
    pub unique_items: bool,
    forbidden: Vec<String>,
}

impl Object {
    /// The field of that name in that version.
    pub fn field(&self, name: &str, version: Version) -> Option<&Field> {
        self.fields_in(version).find(|field| field.name == name)
    }

    /// The fields in that version, in the order in which people write them.
    pub fn fields_in(&self, version: Version) -> impl Iterator<Item = &Field> {
        self.fields
            .iter()
            .filter(move |field| version.is_within(field.since, field.until))
    }

    /// The required fields in that version.
    pub fn required_in(&self, version: Version) -> impl Iterator<Item = &Field> {
        self.fields_in(version).filter(|field| field.required)
    }

    /// Whether the field, known from neighbouring objects, is forbidden here by name.
    pub fn forbids(&self, name: &str) -> bool {
        self.forbidden.iter().any(|field| field == name)
    }
}

/// A field of an [`Object`].
#[derive(Debug)]
pub struct Field {
    /// The key in the document.
    pub name: String,
    /// What it holds, in a few words.
    pub title: String,
    /// Our description, in Markdown.
    pub description: String,
    /// Where the specification describes it, see [`Version::docs`].
    pub anchor: String,
    /// Whether the object must have it.
    pub required: bool,
    /// The first version that has it.
    pub since: Version,
    /// The last version that has it; `None` if the newest still does.
    pub until: Option<Version>,
    /// What its value is.
    pub kind: FieldKind,
    /// The values it takes; see [`Field::open`].
    pub values: Vec<ValueSpec>,
    /// Whether `values` are only suggestions, and other text is fine too.
    pub open: bool,
    /// Whether standards advise against it.
    pub deprecated: bool,
    /// The field is allowed only beside this field with exactly this value.
    pub only_with: Option<(String, String)>,
    /// Its place among the fields; low is first.
    pub rank: u16,
    /// A value to start from.
    pub example: Option<String>,
}

/// What the value of a [`Field`] is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FieldKind {
    /// Any text, or one of `values`.
    String,
    /// An absolute URL: RFC 3986 section 4.3, so without `#fragment`.
    Uri,
    /// A URI reference, relative or not (RFC 3986 section 4.1).
    UriReference,
    /// The object of that name.
    Object(String),
    /// A list of texts.
    StringList,
    /// A list of objects of that name.
    List(String),
    /// A map from names to texts.
    StringMap,
    /// A map from names to objects of that name.
    Map(String),
}

/// A value that a field takes.
#[derive(Clone, Debug)]
pub struct ValueSpec {
    /// The text in the document.
    pub value: String,
    /// What it means, in a few words.
    pub title: String,
    /// Our description, in Markdown.
    pub description: String,
    /// The first version that has it.
    pub since: Version,
    /// Whether standards advise against it.
    pub deprecated: bool,
    /// Where the specification describes it, if anywhere.
    pub anchor: Option<String>,
    /// Its place among the values; low is first.
    pub rank: u16,
}

/// A name that people write instead of a scheme type.
#[derive(Debug)]
pub struct TypeAlias {
    /// What they write.
    pub wrong: String,
    /// The scheme type they mean.
    pub scheme_type: String,
    /// Further fields that the wrong name implies: `basic` implies `scheme: basic`.
    pub fields: Vec<(String, String)>,
}

/// What is known of a protocol of a server.
#[derive(Debug)]
pub struct Protocol {
    /// The value of `protocol`.
    pub name: String,
    /// Whether it is protected by TLS; `None` if the name does not tell.
    pub tls: Option<bool>,
    /// The name of the same protocol over TLS.
    pub secure_variant: Option<String>,
    /// Protocols of one family take the same scheme types; `"other"` if unknown.
    pub family: String,
    /// The usual port.
    pub port: Option<u16>,
}

/// Which scheme types suit a family of protocols.
#[derive(Debug)]
pub struct Family {
    /// The value of [`Protocol::family`].
    pub name: String,
    /// Scheme types one expects there.
    pub natural: Vec<String>,
    /// Scheme types that hardly work there.
    pub odd: Vec<String>,
}

/// How a Kafka client is set up for a scheme type.
#[derive(Debug)]
pub struct KafkaSettings {
    /// `kafka` or `kafka-secure`.
    pub protocol: String,
    /// The scheme type.
    pub scheme_type: String,
    /// The value of `sasl.mechanism`, if SASL is used.
    pub mechanism: Option<String>,
    /// The value of `security.protocol`.
    pub security: String,
}

/// Whether the name is that of an extension: the schemas' `^x-[\w\d\.\x2d_]+$`, in ASCII.
pub fn is_extension(name: &str) -> bool {
    name.strip_prefix("x-").is_some_and(is_component_key)
}

/// Whether the name may be a key of `components.securitySchemes`: `^[a-zA-Z0-9\.\-_]+$`.
pub fn is_component_key(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
}

/// Whether the text is a scope token: `1*( %x21 / %x23-5B / %x5D-7E )`, RFC 6749 section 3.3.
pub fn is_scope_token(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\'))
}

/// Whether the text is a token of HTTP: `1*tchar`, RFC 9110 section 5.6.2. Names of
/// authentication schemes, headers and cookies are tokens.
pub fn is_http_token(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

/// The letters and digits of a name, in lower case.
fn fold(name: &str) -> String {
    name.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|sign| sign.to_ascii_lowercase())
        .collect()
}

#[cfg(test)]
mod tests;
