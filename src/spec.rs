//! AsyncAPI's security objects as data, for every version from 2.0.0 to 3.1.0.
//!
//! Everything the program knows about the specification comes from one embedded file,
//! `spec/asyncapi-security.json`: objects, fields, values, what is required and forbidden, since
//! and until when, our own descriptions, and names that people write by mistake. It uses the
//! keywords of JSON Schema (`properties`, `required`, `enum`, `additionalProperties`);
//! `tests/schemas/run.sh` compares it with the official schemas by running another program's
//! validator.
//!
//! Beside it stands the table of identity providers, see [`providers`].
//!
//! This layer only answers questions about the specification. It does not know about documents.

pub mod load;
pub mod providers;
mod raw;
pub mod version;

use std::sync::OnceLock;

pub use version::Version;

/// The table of the specification, read from the embedded file on first use.
pub fn spec() -> &'static Spec {
    static SPEC: OnceLock<Spec> = OnceLock::new();
    // The file is part of the program, and a test checks that it can be read, so the empty table is
    // never used.
    SPEC.get_or_init(|| load::read(load::EMBEDDED).unwrap_or_default())
}

/// What the specification says about security, and related facts.
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
    /// The object with that name: a scheme type (`"http"`), `"oauthFlows"`, a flow
    /// (`"flow.implicit"`), `"scopes"`, `"securityRequirement"` (2.x), `"securityEntry"` (3.x),
    /// `"securitySchemes"`, `"securityScheme"` (when the type is not known), `"reference"`, a
    /// security site (`"server"`, `"operation"`, `"operationTrait"`), or `"components"`.
    pub fn object(&self, name: &str) -> Option<&Object> {
        let at = self
            .objects
            .binary_search_by(|object| object.name.as_str().cmp(name))
            .ok()?;
        self.objects.get(at)
    }

    /// All objects, sorted by name.
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

    /// The OAuth flow with that name.
    pub fn flow(&self, name: &str) -> Option<&Field> {
        self.flows().iter().find(|flow| flow.name == name)
    }

    /// The field table of the OAuth flow with that name.
    pub fn flow_object(&self, name: &str) -> Option<&Object> {
        self.object(&format!("flow.{name}"))
    }

    /// The OAuth flows, the most recommended first.
    pub fn flows(&self) -> &[Field] {
        self.object("oauthFlows").map_or(&[], |flows| &flows.fields)
    }

    /// The HTTP authentication schemes registered at IANA (as of 2025-02-18), the most used first.
    /// HTTP compares them case-insensitively (RFC 9110 section 11.1).
    pub fn http_schemes(&self) -> &[ValueSpec] {
        &self.http_schemes
    }

    /// Widely used HTTP authentication schemes that are not registered.
    pub fn unregistered_http_schemes(&self) -> &[ValueSpec] {
        &self.unregistered_http_schemes
    }

    /// Common values of `bearerFormat`, which takes any text.
    pub fn bearer_formats(&self) -> &[ValueSpec] {
        &self.bearer_formats
    }

    /// The scheme type that was probably meant by a wrong `type`. Case and punctuation are ignored:
    /// `SCRAM-SHA-256` is `scramSha256`.
    pub fn type_alias(&self, wrong: &str) -> Option<&TypeAlias> {
        if self.scheme_types.iter().any(|right| right.value == wrong) {
            return None;
        }
        let folded = fold(wrong);
        self.type_aliases
            .iter()
            .find(|alias| fold(&alias.wrong) == folded)
    }

    /// The flow that was probably meant by a wrong key of `flows`.
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

    /// Whether this names an OAuth flow that AsyncAPI cannot describe, such as the device flow (RFC
    /// 8628).
    pub fn is_unsupported_flow(&self, name: &str) -> bool {
        let folded = fold(name);
        self.unsupported_flows
            .iter()
            .any(|flow| fold(flow) == folded)
    }

    /// What is known about a value of a server's `protocol`. Case is ignored.
    pub fn protocol(&self, name: &str) -> Option<&Protocol> {
        self.protocols
            .iter()
            .find(|protocol| protocol.name.eq_ignore_ascii_case(name))
    }

    /// All known protocols, by name.
    pub fn protocols(&self) -> &[Protocol] {
        &self.protocols
    }

    /// Whether TLS is used on this port by convention, whatever the protocol is called.
    pub fn is_tls_port(&self, port: u16) -> bool {
        self.tls_ports.contains(&port)
    }

    /// Which scheme types suit a family of protocols. Advice: no standard says so.
    pub fn family(&self, name: &str) -> Option<&Family> {
        self.families.iter().find(|family| family.name == name)
    }

    /// The settings of a Kafka client for a scheme type on a server with that protocol.
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
    /// Its name in prose.
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
    /// Its fields, in the order in which people usually write them.
    pub fields: Vec<Field>,
    /// The type of the values, if the keys are names: the name of an object, `"string"`, or
    /// `"stringList"`.
    pub map_of: Option<String>,
    /// The objects it may be one of; `type` or `$ref` decides which.
    pub one_of: Vec<String>,
    /// Whether the lists in the map must not contain the same item twice.
    pub unique_items: bool,
    forbidden: Vec<String>,
}

impl Object {
    /// The field with that name in that version.
    pub fn field(&self, name: &str, version: Version) -> Option<&Field> {
        self.fields_in(version).find(|field| field.name == name)
    }

    /// The fields in that version, in the order in which people usually write them.
    pub fn fields_in(&self, version: Version) -> impl Iterator<Item = &Field> {
        self.fields
            .iter()
            .filter(move |field| version.is_within(field.since, field.until))
    }

    /// The required fields in that version.
    pub fn required_in(&self, version: Version) -> impl Iterator<Item = &Field> {
        self.fields_in(version).filter(|field| field.required)
    }

    /// Whether a field that related objects have is forbidden here by name.
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
    /// The type of its value.
    pub kind: FieldKind,
    /// The values it takes; see [`Field::open`].
    pub values: Vec<ValueSpec>,
    /// Whether `values` are only suggestions and other text is valid too.
    pub open: bool,
    /// Whether standards advise against it.
    pub deprecated: bool,
    /// The field is allowed only next to this field with exactly this value.
    pub only_with: Option<(String, String)>,
    /// Its position among the fields; low comes first.
    pub rank: u16,
    /// An example value.
    pub example: Option<String>,
}

/// The type of a [`Field`]'s value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FieldKind {
    /// Any text, or one of `values`.
    String,
    /// An absolute URL: RFC 3986 section 4.3, so without `#fragment`.
    Uri,
    /// A URI reference, relative or not (RFC 3986 section 4.1).
    UriReference,
    /// The object with that name.
    Object(String),
    /// A list of strings.
    StringList,
    /// A list of objects with that name.
    List(String),
    /// A map from names to strings.
    StringMap,
    /// A map from names to objects with that name.
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
    /// Its position among the values; low comes first.
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

/// What is known about a server's protocol.
#[derive(Debug)]
pub struct Protocol {
    /// The value of `protocol`.
    pub name: String,
    /// Whether it is protected by TLS; `None` if the name does not say.
    pub tls: Option<bool>,
    /// The name of the same protocol over TLS.
    pub secure_variant: Option<String>,
    /// Protocols of one family support the same scheme types; `"other"` if unknown.
    pub family: String,
    /// Scheme types that rarely work there, beside those of its family.
    pub odd: Vec<String>,
    /// The usual port.
    pub port: Option<u16>,
}

/// Which scheme types suit a family of protocols.
#[derive(Debug)]
pub struct Family {
    /// The value of [`Protocol::family`].
    pub name: String,
    /// Scheme types that are expected there.
    pub natural: Vec<String>,
    /// Scheme types that rarely work there.
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

/// Whether this is the name of an extension: the schemas' `^x-[\w\d\.\x2d_]+$`, in ASCII.
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
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

    fn object(name: &str) -> &'static Object {
        spec()
            .object(name)
            .unwrap_or_else(|| panic!("no object `{name}`"))
    }

    fn names<'a>(fields: impl Iterator<Item = &'a Field>) -> Vec<&'a str> {
        fields.map(|field| field.name.as_str()).collect()
    }

    fn meant(wrong: &str) -> Option<&'static str> {
        spec()
            .type_alias(wrong)
            .map(|alias| alias.scheme_type.as_str())
    }

    #[test]
    fn the_embedded_file_is_well_formed() {
        let spec = load::read(load::EMBEDDED).expect("the embedded file");
        assert!(spec.objects().len() > 20);
        for object in spec.objects() {
            let name = &object.name;
            assert_texts(name, &object.title, &object.description, &object.anchor);
            assert!(
                object.until.is_none_or(|until| object.since <= until),
                "{name}: since > until"
            );
            for target in &object.one_of {
                assert!(spec.object(target).is_some(), "{name} is one of `{target}`");
            }
            if let Some(target) = object.map_of.as_deref() {
                let plain = matches!(target, "string" | "stringList");
                assert!(
                    plain || spec.object(target).is_some(),
                    "{name} is a map of `{target}`"
                );
            }
            for field in &object.fields {
                let at = format!("{name}.{}", field.name);
                assert_texts(&at, &field.title, &field.description, &field.anchor);
                assert!(
                    field.until.is_none_or(|until| field.since <= until),
                    "{at}: since > until"
                );
                assert!(field.rank != u16::MAX, "{at} has no order");
                if let FieldKind::Object(target)
                | FieldKind::List(target)
                | FieldKind::Map(target) = &field.kind
                {
                    assert!(spec.object(target).is_some(), "{at} holds `{target}`");
                }
                if let Some((other, _)) = &field.only_with {
                    assert!(
                        object.fields.iter().any(|field| field.name == *other),
                        "{at} needs `{other}`"
                    );
                }
                assert_values(&at, &field.values);
            }
            for version in Version::ALL {
                let mut seen = names(object.fields_in(version));
                seen.sort_unstable();
                let all = seen.len();
                seen.dedup();
                assert_eq!(
                    all,
                    seen.len(),
                    "{name} has a field twice in {}",
                    version.as_str()
                );
            }
        }
        for values in [
            spec.scheme_types(),
            spec.http_schemes(),
            spec.unregistered_http_schemes(),
            spec.bearer_formats(),
        ] {
            assert!(!values.is_empty());
            assert_values("list", values);
        }
    }

    fn assert_texts(at: &str, title: &str, description: &str, anchor: &str) {
        assert!(!title.is_empty(), "{at} has no title");
        assert!(description.len() > 20, "{at} has no description");
        let name = |sign: char| sign.is_ascii_alphanumeric() || sign == '-';
        assert!(
            !anchor.is_empty() && anchor.chars().all(name),
            "{at} has no anchor"
        );
    }

    fn assert_values(at: &str, values: &[ValueSpec]) {
        for (rank, value) in values.iter().enumerate() {
            let at = format!("{at}={}", value.value);
            assert_texts(
                &at,
                &value.title,
                &value.description,
                value.anchor.as_deref().unwrap_or("none"),
            );
            assert!(at.ends_with(&value.value) && !value.value.is_empty());
            // A list of one value may be taken from the list of types, with its rank there.
            assert!(
                values.len() == 1 || usize::from(value.rank) == rank,
                "{at} is out of order"
            );
        }
    }

    #[test]
    fn every_scheme_type_is_an_object_that_knows_its_name() {
        for value in spec().scheme_types() {
            let object = object(&value.value);
            assert_eq!(object.since, value.since);
            let field = object.field("type", Version::V3_1).unwrap();
            assert!(field.required);
            assert_eq!(
                field.values.iter().map(|v| &v.value).collect::<Vec<_>>(),
                [&value.value]
            );
            assert!(object.field("description", Version::V2_0).is_some());
            assert!(object.extensions);
            // SPEC: only `oauth2` of the scheme types is open.
            assert_eq!(object.closed, value.value != "oauth2", "{}", value.value);
            let listed = self::object("securityScheme").one_of.contains(&value.value);
            assert!(listed, "{} is no securityScheme", value.value);
        }
        assert_eq!(spec().scheme_types().len(), 13);
    }

    #[test]
    fn flows_take_what_rfc_6749_gives_them() {
        let cases = [
            ("implicit", vec!["authorizationUrl"], Some("tokenUrl")),
            ("password", vec!["tokenUrl"], Some("authorizationUrl")),
            (
                "clientCredentials",
                vec!["tokenUrl"],
                Some("authorizationUrl"),
            ),
            (
                "authorizationCode",
                vec!["authorizationUrl", "tokenUrl"],
                None,
            ),
        ];
        assert_eq!(spec().flows().len(), cases.len());
        for (flow, urls, forbidden) in cases {
            let flow = object(&format!("flow.{flow}"));
            for version in Version::ALL {
                let required = [urls.clone(), vec![version.scopes_key()]].concat();
                assert_eq!(names(flow.required_in(version)), required);
                let all = [required, vec!["refreshUrl"]].concat();
                assert_eq!(names(flow.fields_in(version)), all);
            }
            for url in ["authorizationUrl", "tokenUrl", "refreshUrl"] {
                assert_eq!(flow.forbids(url), Some(url) == forbidden);
            }
        }
    }

    #[test]
    fn fields_come_and_go_with_versions() {
        let oauth2 = object("oauth2");
        assert!(oauth2.field("scopes", Version::V2_6).is_none());
        assert_eq!(
            oauth2.field("scopes", Version::V3_0).unwrap().kind,
            FieldKind::StringList
        );
        for carrier in ["operation", "operationTrait"] {
            assert!(object(carrier).field("security", Version::V2_3).is_none());
            let kind = |version| {
                object(carrier)
                    .field("security", version)
                    .unwrap()
                    .kind
                    .clone()
            };
            assert_eq!(
                kind(Version::V2_4),
                FieldKind::List("securityRequirement".to_owned())
            );
            assert_eq!(
                kind(Version::V3_0),
                FieldKind::List("securityEntry".to_owned())
            );
        }
        assert!(object("server").field("security", Version::V2_0).is_some());
        assert_eq!(object("plain").since, Version::V2_1);
    }

    #[test]
    fn bearer_format_needs_bearer() {
        let field = object("http").field("bearerFormat", Version::V2_0).unwrap();
        assert_eq!(
            field.only_with,
            Some(("scheme".to_owned(), "bearer".to_owned()))
        );
        assert!(field.open && field.values.iter().any(|value| value.value == "JWT"));
    }

    #[test]
    fn aliases_lead_to_right_names_and_right_names_are_none() {
        for alias in &spec().type_aliases {
            assert!(object("securityScheme").one_of.contains(&alias.scheme_type));
            for (field, _) in &alias.fields {
                let target = object(&alias.scheme_type);
                assert!(
                    target.field(field, Version::V2_0).is_some(),
                    "{}: {field}",
                    alias.wrong
                );
            }
        }
        for (wrong, right) in &spec().flow_aliases {
            assert!(
                spec().flows().iter().any(|flow| flow.name == *right),
                "{wrong}"
            );
        }
        assert_eq!(meant("SCRAM-SHA-256"), Some("scramSha256"));
        assert_eq!(meant("apiKey,"), Some("apiKey"));
        assert_eq!(meant("x509"), Some("X509"));
        assert_eq!(meant("OAuth2"), Some("oauth2"));
        assert_eq!(meant("oauth2"), None);
        assert_eq!(meant("nonsense"), None);
        let jwt = spec().type_alias("jwt").unwrap();
        assert!(
            jwt.fields
                .contains(&("bearerFormat".to_owned(), "JWT".to_owned()))
        );
        assert_eq!(
            spec().flow_alias("authorization_code"),
            Some("authorizationCode")
        );
        assert_eq!(spec().flow_alias("password"), None);
        assert_eq!(spec().flow_alias("device_code"), None);
        assert!(spec().is_unsupported_flow("device_code"));
        for value in spec().scheme_types() {
            let shouted = value.value.to_ascii_uppercase();
            let wrong = shouted != value.value;
            assert_eq!(
                meant(&shouted),
                wrong.then_some(value.value.as_str()),
                "{shouted}"
            );
        }
    }

    #[test]
    fn tables_name_what_exists() {
        let types = &object("securityScheme").one_of;
        for family in &spec().families {
            assert!(
                spec()
                    .protocols()
                    .iter()
                    .any(|protocol| protocol.family == family.name)
            );
            assert!(
                family
                    .natural
                    .iter()
                    .chain(&family.odd)
                    .all(|name| types.contains(name))
            );
            assert!(!family.natural.iter().any(|name| family.odd.contains(name)));
        }
        for protocol in spec().protocols() {
            if let Some(secure) = &protocol.secure_variant {
                assert_eq!(protocol.tls, Some(false), "{}", protocol.name);
                assert_eq!(
                    spec().protocol(secure).and_then(|secure| secure.tls),
                    Some(true),
                    "{secure}"
                );
            }
        }
        for row in &spec().kafka {
            assert!(types.contains(&row.scheme_type) && spec().protocol(&row.protocol).is_some());
        }
        assert!(spec().is_tls_port(8883) && !spec().is_tls_port(1883));
        assert_eq!(
            spec()
                .kafka_settings("kafka-secure", "plain")
                .unwrap()
                .security,
            "SASL_SSL"
        );
    }

    #[test]
    fn versions_are_what_their_numbers_say() {
        for (at, version) in Version::ALL.into_iter().enumerate() {
            let (major, minor) = (u64::from(version.major()), u64::from(version.minor()));
            assert_eq!(version.as_str(), format!("{major}.{minor}.0"));
            assert_eq!(Version::from_parts(major, minor), Some(version));
            assert!(Version::ALL[at..].iter().all(|later| version <= *later));
            let docs = format!(
                "https://www.asyncapi.com/docs/reference/specification/v{}",
                version.as_str()
            );
            assert_eq!(version.docs("schema"), format!("{docs}#schema"));
            assert_eq!(version.docs(""), docs);
        }
        assert_eq!(Version::from_parts(2, 7), None);
        assert_eq!(Version::newest_of(2), Some(Version::V2_6));
        assert_eq!(Version::newest_of(3), Some(Version::V3_1));
        assert_eq!(Version::newest_of(4), None);
    }

    #[test]
    fn words_are_told_from_others() {
        let spec = spec();
        for field in [
            "type",
            "description",
            "name",
            "in",
            "scheme",
            "bearerFormat",
            "flows",
            "openIdConnectUrl",
            "scopes",
        ] {
            assert!(spec.is_scheme_field(field), "{field}");
        }
        assert!(!spec.is_scheme_field("$ref") && !spec.is_scheme_field("tokenUrl"));
        for field in [
            "authorizationUrl",
            "tokenUrl",
            "refreshUrl",
            "scopes",
            "availableScopes",
        ] {
            assert!(spec.is_flow_field(field), "{field}");
        }
        assert!(!spec.is_flow_field("flows") && !spec.is_flow_field("type"));
        assert!(spec.is_scheme_type("X509") && !spec.is_scheme_type("object"));
        assert!(spec.flow("implicit").is_some() && spec.flow("device").is_none());
    }

    #[test]
    fn names_and_tokens() {
        assert!(is_extension("x-my.own_1") && !is_extension("x-") && !is_extension("x-a b"));
        assert!(
            is_component_key("a.B-c_1")
                && !is_component_key("")
                && !is_component_key("sch\u{e9}ma")
        );
        assert!(is_scope_token("https://a.example/x:read") && !is_scope_token("a b"));
        assert!(!is_scope_token("a\"") && !is_scope_token("a\\") && !is_scope_token(""));
        assert!(is_http_token("X-API-Key") && !is_http_token("a:b") && !is_http_token(""));
    }
}
