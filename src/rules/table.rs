//! The table of all rules: the one place that says what rules there are.
//!
//! Diagnostics, `check`, `explain`, `rules` and the README's table read it; the page of a rule
//! (`src/rules/pages/<id>.md`) is its documentation and its test at once. A rule is declared
//! once, as a constant in the file of its family below.

pub mod coverage;
pub mod entries;
pub mod flows;
pub mod http;
pub mod oauth2;
pub mod openid;
pub mod references;
pub mod schemes;
pub mod secrets;
pub mod suppression;
pub mod syntax;
pub mod transport;
pub mod urls;

use crate::spec::Version;

/// The address that the pages of the rules are published under: the only place that names it, so
/// whoever publishes them elsewhere changes this line. Nothing of this program opens it; `explain`
/// shows the same pages, and needs no network.
pub const DOCS_BASE: &str =
    "https://github.com/asyncapi-security-lsp/asyncapi-security-lsp/blob/main/src/rules/pages/";

/// How much a finding matters, the most serious first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// The document is wrong: a specification or standard forbids it.
    Error,
    /// The document very likely does not say what its author means.
    Warning,
    /// Worth knowing; nothing has to change.
    Information,
    /// A possible improvement, shown discreetly.
    Hint,
}

impl Severity {
    /// The word for it in output, settings and pages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Information => "information",
            Self::Hint => "hint",
        }
    }
}

/// On what authority a rule stands, the strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Basis {
    /// The official JSON Schema of the version refuses the document.
    Schema,
    /// The text of the AsyncAPI specification says so, the schema does not catch it.
    Prose,
    /// A standard (RFC, BCP, OpenID) says MUST, MUST NOT, or gives a grammar.
    Must,
    /// A standard says SHOULD, SHOULD NOT or NOT RECOMMENDED.
    Should,
    /// No standard demands it.
    Advice,
}

impl Basis {
    /// The word for it in output and tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Schema => "schema",
            Self::Prose => "prose",
            Self::Must => "must",
            Self::Should => "should",
            Self::Advice => "advice",
        }
    }
}

/// What a rule is about, in the order in which tables list the groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Group {
    /// The text itself: YAML or JSON.
    Syntax,
    /// Shape and place of the security parts, one part at a time.
    Validity,
    /// What names, references and scopes mean together.
    References,
    /// URLs of OAuth flows and of OpenID Connect.
    Urls,
    /// What OAuth's standards advise about flows and scopes.
    OAuth2,
    /// What OpenID Connect demands.
    OpenId,
    /// HTTP authentication, and API keys in HTTP requests.
    Http,
    /// What protects credentials on their way, and which scheme suits which protocol.
    Transport,
    /// Servers and operations that nothing protects.
    Coverage,
    /// Secrets that stand in the document.
    Secrets,
    /// What the document says about our findings themselves.
    Suppression,
}

impl Group {
    /// All groups, in order.
    pub const ALL: [Self; 11] = [
        Self::Syntax,
        Self::Validity,
        Self::References,
        Self::Urls,
        Self::OAuth2,
        Self::OpenId,
        Self::Http,
        Self::Transport,
        Self::Coverage,
        Self::Secrets,
        Self::Suppression,
    ];

    /// The word for it in output and tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Syntax => "syntax",
            Self::Validity => "validity",
            Self::References => "references",
            Self::Urls => "urls",
            Self::OAuth2 => "oauth2",
            Self::OpenId => "openid",
            Self::Http => "http",
            Self::Transport => "transport",
            Self::Coverage => "coverage",
            Self::Secrets => "secrets",
            Self::Suppression => "suppression",
        }
    }
}

/// How an editor may draw a finding beside its severity (LSP 3.17, `DiagnosticTag`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tag {
    /// The marked text has no effect and can go; editors fade it.
    Unnecessary,
    /// The marked text is obsolete; editors strike it through.
    Deprecated,
}

/// One rule: what it is called, when it applies, and how much it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// The stable name, in kebab case; never changed once released.
    pub id: &'static str,
    /// What is the matter, in one line of Markdown: lower case, no full stop.
    pub title: &'static str,
    /// What it is about.
    pub group: Group,
    /// The severity of its findings unless settings say otherwise.
    pub severity: Severity,
    /// Whether it runs unless settings say otherwise.
    pub default_on: bool,
    /// On what authority it stands.
    pub basis: Basis,
    /// The first AsyncAPI version it applies to.
    pub since: Version,
    /// The last AsyncAPI version it applies to; `None` when there is no last one.
    pub until: Option<Version>,
    /// How its findings are drawn.
    pub tags: &'static [Tag],
    /// Its page, in Markdown.
    pub page: &'static str,
}

impl Rule {
    /// Whether the rule has anything to say about documents of a version.
    pub fn applies_to(&self, version: Version) -> bool {
        self.since <= version && self.until.is_none_or(|last| version <= last)
    }

    /// Where its page can be read.
    pub fn docs_url(&self) -> String {
        format!("{DOCS_BASE}{}.md", self.id)
    }

    /// A rule for every version that is on by default and has no tags.
    const fn new(
        id: &'static str,
        title: &'static str,
        page: &'static str,
        group: Group,
        severity: Severity,
        basis: Basis,
    ) -> Self {
        Self {
            id,
            title,
            group,
            severity,
            default_on: true,
            basis,
            since: Version::V2_0,
            until: None,
            tags: &[],
            page,
        }
    }

    const fn since(self, since: Version) -> Self {
        Self { since, ..self }
    }

    const fn until(self, last: Version) -> Self {
        Self {
            until: Some(last),
            ..self
        }
    }

    const fn off(self) -> Self {
        Self {
            default_on: false,
            ..self
        }
    }

    const fn tagged(self, tags: &'static [Tag]) -> Self {
        Self { tags, ..self }
    }
}

/// The rule of that name.
pub fn rule(id: &str) -> Option<&'static Rule> {
    let at = RULES.binary_search_by(|rule| rule.id.cmp(id)).ok()?;
    RULES.get(at)
}

/// Every rule, sorted by id.
pub static RULES: &[Rule] = &[
    transport::ANYPOINTMQ_OAUTH2_REQUIRED,
    schemes::API_KEY_IN_INVALID,
    transport::API_KEY_WITHOUT_TLS,
    schemes::ASYNCAPI_VERSION_PATCH,
    schemes::ASYNCAPI_VERSION_UNKNOWN,
    schemes::BEARER_FORMAT_WITHOUT_BEARER,
    secrets::CREDENTIALS_IN_SERVER_ADDRESS,
    syntax::DUPLICATE_KEY,
    transport::GSSAPI_WITHOUT_TLS,
    http::HTTP_API_KEY_AUTHORIZATION_HEADER,
    http::HTTP_API_KEY_IN_COOKIE,
    schemes::HTTP_API_KEY_IN_INVALID,
    http::HTTP_API_KEY_IN_QUERY,
    schemes::HTTP_API_KEY_NAME_INVALID,
    http::HTTP_API_KEY_QUERY_ACCESS_TOKEN,
    http::HTTP_API_KEY_WITHOUT_TLS,
    http::HTTP_BASIC_WITHOUT_TLS,
    schemes::HTTP_BEARER_CASE,
    http::HTTP_BEARER_WITHOUT_TLS,
    http::HTTP_SCHEME_DISCOURAGED,
    schemes::HTTP_SCHEME_INVALID_TOKEN,
    http::HTTP_SCHEME_NOT_REGISTERED,
    http::HTTP_SCHEME_OAUTH1,
    syntax::LIMIT_REACHED,
    oauth2::OAUTH2_ENDPOINT_LOOKS_SWAPPED,
    oauth2::OAUTH2_ENDPOINTS_DIFFERENT_ORIGIN,
    flows::OAUTH2_FLOW_FORBIDDEN_FIELD,
    flows::OAUTH2_FLOW_MISSING_FIELD,
    flows::OAUTH2_FLOW_UNKNOWN,
    flows::OAUTH2_FLOW_UNKNOWN_FIELD,
    flows::OAUTH2_FLOWS_EMPTY,
    flows::OAUTH2_FLOWS_EXTENSION,
    oauth2::OAUTH2_IMPLICIT_FLOW,
    oauth2::OAUTH2_PASSWORD_FLOW,
    oauth2::OAUTH2_PKCE_UNDOCUMENTED,
    flows::OAUTH2_REF_NOT_ALLOWED,
    oauth2::OAUTH2_REFRESH_URL_MISSING,
    oauth2::OAUTH2_REFRESH_URL_ON_CLIENT_CREDENTIALS,
    oauth2::OAUTH2_REFRESH_URL_ON_IMPLICIT,
    oauth2::OAUTH2_SAME_ENDPOINT_URLS,
    references::OAUTH2_SCOPE_CASE_CLASH,
    oauth2::OAUTH2_SCOPE_DESCRIPTION_EMPTY,
    flows::OAUTH2_SCOPE_DESCRIPTION_NOT_STRING,
    oauth2::OAUTH2_SCOPE_NAME_INVALID,
    oauth2::OAUTH2_SCOPE_TOO_BROAD,
    references::OAUTH2_SCOPE_UNUSED,
    oauth2::OAUTH2_SCOPES_EMPTY,
    flows::OAUTH2_SCOPES_KEY_WRONG_VERSION,
    flows::OAUTH2_SCOPES_NOT_A_MAP,
    references::OAUTH2_SCOPES_NOT_SELECTED,
    flows::OAUTH2_UNKNOWN_FIELD,
    transport::OAUTH2_WITHOUT_TLS,
    openid::OIDC_SCOPES_MISSING_OPENID,
    openid::OIDC_URL_NOT_DISCOVERY,
    openid::OIDC_URL_OAUTH_METADATA,
    flows::OPENAPI_OAUTH2_SHAPE,
    references::OPERATION_SECURITY_EMPTY,
    entries::OPERATION_SECURITY_SINCE,
    coverage::OPERATION_WITHOUT_SECURITY,
    transport::SASL_PLAIN_PREFER_SCRAM,
    transport::SASL_PLAIN_WITHOUT_TLS,
    transport::SASL_SCRAM_WITHOUT_TLS,
    schemes::SCHEME_SCOPES_NOT_ARRAY,
    schemes::SCHEME_SCOPES_SINCE,
    secrets::SECRET_IN_DOCUMENT,
    secrets::SECRET_IN_SERVER_VARIABLE,
    references::SECURITY_AND_NOT_PORTABLE,
    references::SECURITY_DUPLICATE_ALTERNATIVE,
    schemes::SECURITY_DUPLICATE_KEY,
    references::SECURITY_DUPLICATE_SCOPE,
    transport::SECURITY_ENCRYPTION_ONLY,
    entries::SECURITY_ENTRY_NOT_OBJECT,
    references::SECURITY_INLINE_COULD_BE_REF,
    entries::SECURITY_NOT_ARRAY,
    entries::SECURITY_NOT_SUPPORTED_HERE,
    references::SECURITY_REF_CYCLE,
    references::SECURITY_REF_EXTERNAL,
    entries::SECURITY_REF_INVALID_URI,
    references::SECURITY_REF_OUTSIDE_COMPONENTS,
    entries::SECURITY_REF_SCOPES_IGNORED,
    references::SECURITY_REF_UNRESOLVED,
    references::SECURITY_REF_WRONG_TARGET,
    entries::SECURITY_REF_YAML_COMMENT,
    references::SECURITY_REQUIREMENT_EMPTY,
    references::SECURITY_REQUIREMENT_UNDEFINED,
    entries::SECURITY_REQUIREMENT_VALUE_NOT_ARRAY,
    references::SECURITY_SCHEME_DESCRIPTION_MISSING,
    references::SECURITY_SCHEME_DUPLICATE,
    schemes::SECURITY_SCHEME_FIELD_NOT_APPLICABLE,
    schemes::SECURITY_SCHEME_FIELD_WRONG_TYPE,
    schemes::SECURITY_SCHEME_MISSING_FIELD,
    schemes::SECURITY_SCHEME_NOT_OBJECT,
    schemes::SECURITY_SCHEME_REF_SIBLINGS,
    schemes::SECURITY_SCHEME_TYPE_MISSING,
    schemes::SECURITY_SCHEME_TYPE_SINCE,
    schemes::SECURITY_SCHEME_TYPE_UNKNOWN,
    schemes::SECURITY_SCHEME_UNKNOWN_FIELD,
    references::SECURITY_SCHEME_UNUSED,
    schemes::SECURITY_SCHEMES_EXTENSION_KEY,
    schemes::SECURITY_SCHEMES_KEY_INVALID,
    schemes::SECURITY_SCHEMES_MISPLACED,
    references::SECURITY_SCOPE_NOT_IN_EVERY_FLOW,
    references::SECURITY_SCOPE_UNDEFINED,
    references::SECURITY_SCOPES_ON_NON_OAUTH,
    transport::SECURITY_TYPE_NOT_FOR_PROTOCOL,
    entries::SECURITY_V2_SHAPE_IN_V3,
    entries::SECURITY_V3_SHAPE_IN_V2,
    transport::SERVER_PLAINTEXT_PROTOCOL,
    transport::SERVER_PROTOCOL_URL_MISMATCH,
    references::SERVER_SECURITY_EMPTY,
    coverage::SERVER_WITHOUT_SECURITY,
    suppression::SUPPRESSION_UNKNOWN_RULE,
    suppression::SUPPRESSION_UNUSED,
    syntax::SYNTAX_ERROR,
    references::TRAIT_SECURITY_CONFLICT,
    urls::URL_EXAMPLE_HOST,
    urls::URL_FRAGMENT,
    urls::URL_INVALID,
    urls::URL_LOOPBACK_HOST,
    urls::URL_MISSING_HOST,
    urls::URL_NON_ASCII,
    urls::URL_NOT_ABSOLUTE,
    urls::URL_NOT_HTTPS,
    urls::URL_PLACEHOLDER,
    urls::URL_PORT_INVALID,
    urls::URL_PRIVATE_ADDRESS,
    urls::URL_SCHEME_NOT_HTTP,
    urls::URL_SECRET_IN_QUERY,
    urls::URL_SUSPICIOUS_HOST,
    urls::URL_USERINFO,
    urls::URL_WHITESPACE,
    transport::USER_PASSWORD_WITHOUT_TLS,
    transport::X509_WITHOUT_TLS,
];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    /// `rule` searches by halving, so the order is not a matter of taste.
    #[test]
    fn the_table_is_sorted_without_repeats() {
        for pair in RULES.windows(2) {
            assert!(pair[0].id < pair[1].id, "{} {}", pair[0].id, pair[1].id);
        }
        for declared in RULES {
            assert_eq!(rule(declared.id), Some(declared));
        }
        assert_eq!(rule("no-such-rule"), None);
    }

    /// A rule that is declared in a family's file but not listed would never be found.
    #[test]
    fn every_declared_rule_is_listed() {
        let families = [
            include_str!("table/coverage.rs"),
            include_str!("table/entries.rs"),
            include_str!("table/flows.rs"),
            include_str!("table/http.rs"),
            include_str!("table/oauth2.rs"),
            include_str!("table/openid.rs"),
            include_str!("table/references.rs"),
            include_str!("table/schemes.rs"),
            include_str!("table/secrets.rs"),
            include_str!("table/suppression.rs"),
            include_str!("table/syntax.rs"),
            include_str!("table/transport.rs"),
            include_str!("table/urls.rs"),
        ];
        let declared: usize = families
            .iter()
            .map(|text| text.matches("Rule::new(").count())
            .sum();
        assert_eq!(declared, RULES.len());
    }

    #[test]
    fn ids_and_titles_follow_the_house_style() {
        for rule in RULES {
            let kebab =
                |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
            assert!(rule.id.bytes().all(kebab), "{}", rule.id);
            assert!(!rule.title.ends_with('.'), "{}", rule.id);
            assert!(
                rule.page.starts_with(&format!("# `{}`\n", rule.id)),
                "{}",
                rule.id
            );
            assert!(
                rule.until.is_none_or(|last| rule.since <= last),
                "{}",
                rule.id
            );
        }
    }

    #[test]
    fn versions_bound_a_rule_on_both_sides() {
        let old = rule("operation-security-since").unwrap();
        assert!(old.applies_to(Version::V2_0) && old.applies_to(Version::V2_3));
        assert!(!old.applies_to(Version::V2_4) && !old.applies_to(Version::V3_0));
        let new = rule("security-v2-shape-in-v3").unwrap();
        assert!(!new.applies_to(Version::V2_6) && new.applies_to(Version::V3_1));
        assert!(rule("url-fragment").unwrap().applies_to(Version::V2_0));
    }

    #[test]
    fn the_page_of_a_rule_has_an_address() {
        assert_eq!(
            rule("url-fragment").unwrap().docs_url(),
            "https://github.com/asyncapi-security-lsp/asyncapi-security-lsp/blob/main/src/rules/pages/url-fragment.md"
        );
    }
}
