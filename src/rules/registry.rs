//! The registry of all rules.
//!
//! A rule is a row here, a page (`src/rules/pages/<id>.md`, its documentation and its test) and a
//! check in the file of its family (in `unit/` or `document/`). A rule with a fix also has a
//! function beside the check that offers it, and a row in [`crate::rules::fixes`]. Diagnostics,
//! `check`, `explain`, `rules`, settings and the README's table read the registry.

use crate::rules::rule::Basis::{Advice, Must, Prose, Schema, Should};
use crate::rules::rule::Group::{
    Coverage, Http, OAuth2, OpenId, References, Secrets, Suppression, Syntax, Transport, Urls,
    Validity,
};
use crate::rules::rule::Rule;
use crate::rules::rule::Severity::{Error, Hint, Information, Warning};
use crate::rules::rule::Tag::{Deprecated, Unnecessary};
use crate::spec::Version::{V2_0, V2_1, V2_3, V2_4, V2_6, V3_0};

/// Declares a constant for each row and lists all rows in [`RULES`]. It is a macro because a
/// function cannot declare names, and the name of an unknown rule must not compile.
macro_rules! registry {
    ($($name:ident = $id:literal, $group:ident, $severity:ident, $basis:ident,
        $title:literal $(. $flag:ident ( $($value:expr),* ))*;)*) => {
        $(
            #[doc = $title]
            pub const $name: &Rule = &Rule::new(
                $id,
                $title,
                include_str!(concat!("pages/", $id, ".md")),
                $group,
                $severity,
                $basis,
            )$(.$flag($($value),*))*;
        )*

        /// Every rule, sorted by id.
        pub const RULES: &[&Rule] = &[$($name),*];
    };
}

/// A problem of a settings file. It cannot be configured, so it has no row and no page.
pub const SETTINGS: &Rule = &Rule::new(
    "settings",
    "a mistake in a settings file",
    "",
    Syntax,
    Warning,
    Must,
);

/// The rule of that id.
pub fn rule(id: &str) -> Option<&'static Rule> {
    let at = RULES.binary_search_by(|rule| rule.id.cmp(id)).ok()?;
    RULES.get(at).copied()
}

// Sorted by id. A row: id, group, severity, basis, title, and flags. Without flags, a rule applies
// to every version, is on, has no tags and is not fixed in bulk.
registry! {
    ANYPOINTMQ_OAUTH2_REQUIRED = "anypointmq-oauth2-required", Transport, Warning, Must,
        "an Anypoint MQ server does not ask for OAuth 2 client credentials";
    API_KEY_IN_INVALID = "api-key-in-invalid", Validity, Error, Schema,
        "`in` of an `apiKey` scheme is not `user` or `password`"
        .in_bulk();
    API_KEY_WITHOUT_TLS = "api-key-without-tls", Transport, Warning, Advice,
        "an API key in the place of user or password is sent over an unencrypted connection"
        .asks_for_more().reported_once();
    ASYNCAPI_VERSION_PATCH = "asyncapi-version-patch", Validity, Information, Prose,
        "a patch version other than `.0`, which the official schemas refuse";
    ASYNCAPI_VERSION_UNKNOWN = "asyncapi-version-unknown", Validity, Information, Prose,
        "this AsyncAPI version is not known here";
    BEARER_FORMAT_WITHOUT_BEARER = "bearer-format-without-bearer", Validity, Error, Schema,
        "`bearerFormat` is used without `scheme: bearer`"
        .asks_for_more();
    BINDING_POLICY_OPEN = "binding-policy-open", Coverage, Warning, Advice,
        "a policy of an SNS topic or SQS queue allows everybody"
        .asks_for_more();
    CREDENTIAL_WITHOUT_SCHEME = "credential-without-scheme", Coverage, Information, Advice,
        "a header or query parameter carries a credential that no scheme describes"
        .asks_for_more();
    CREDENTIALS_IN_SERVER_ADDRESS = "credentials-in-server-address", Secrets, Warning, Must,
        "a server address has a user name or password in it";
    DUPLICATE_KEY = "duplicate-key", Syntax, Error, Must,
        "a key occurs twice in one mapping";
    GSSAPI_WITHOUT_TLS = "gssapi-without-tls", Transport, Hint, Advice,
        "GSSAPI is used on a server without TLS"
        .since(V2_1).asks_for_more().reported_once();
    HTTP_API_KEY_AUTHORIZATION_HEADER = "http-api-key-authorization-header", Http, Information, Advice,
        "the `Authorization` header is described as an API key";
    HTTP_API_KEY_IN_COOKIE = "http-api-key-in-cookie", Http, Hint, Advice,
        "an API key is sent in a cookie"
        .off();
    HTTP_API_KEY_IN_INVALID = "http-api-key-in-invalid", Validity, Error, Schema,
        "`in` of an `httpApiKey` scheme is not `header`, `query` or `cookie`";
    HTTP_API_KEY_IN_QUERY = "http-api-key-in-query", Http, Warning, Advice,
        "an API key is sent in the query of a URL";
    HTTP_API_KEY_NAME_INVALID = "http-api-key-name-invalid", Validity, Warning, Must,
        "the name of an HTTP API key cannot be sent as header or cookie";
    HTTP_API_KEY_QUERY_ACCESS_TOKEN = "http-api-key-query-access-token", Http, Warning, Must,
        "an access token is sent in the query of a URL";
    HTTP_API_KEY_WITHOUT_TLS = "http-api-key-without-tls", Http, Warning, Advice,
        "an API key is sent over an unencrypted connection"
        .asks_for_more().reported_once();
    HTTP_BASIC_WITHOUT_TLS = "http-basic-without-tls", Http, Warning, Should,
        "basic authentication is used over an unencrypted connection"
        .asks_for_more().reported_once();
    HTTP_BEARER_CASE = "http-bearer-case", Validity, Warning, Schema,
        "`bearer` is not written in lower case"
        .in_bulk();
    HTTP_BEARER_WITHOUT_TLS = "http-bearer-without-tls", Http, Warning, Must,
        "a bearer token is sent over an unencrypted connection"
        .asks_for_more().reported_once();
    HTTP_SCHEME_DISCOURAGED = "http-scheme-discouraged", Http, Hint, Advice,
        "an HTTP authentication scheme is discouraged"
        .off();
    HTTP_SCHEME_INVALID_TOKEN = "http-scheme-invalid-token", Validity, Warning, Must,
        "`scheme` is not the name of an HTTP authentication scheme";
    HTTP_SCHEME_NOT_REGISTERED = "http-scheme-not-registered", Http, Information, Should,
        "an HTTP authentication scheme is not registered";
    HTTP_SCHEME_OAUTH1 = "http-scheme-oauth1", Http, Warning, Advice,
        "`scheme: oauth` means OAuth 1.0";
    IBMMQ_CIPHER_WEAK = "ibmmq-cipher-weak", Transport, Warning, Must,
        "a cipher of IBM MQ does not encrypt, or is broken";
    LIMIT_REACHED = "limit-reached", Syntax, Warning, Advice,
        "a part of the document is too deep or too large to be checked";
    OAUTH2_ENDPOINT_LOOKS_SWAPPED = "oauth2-endpoint-looks-swapped", OAuth2, Information, Advice,
        "a URL looks like that of the other endpoint";
    OAUTH2_ENDPOINTS_DIFFERENT_ORIGIN = "oauth2-endpoints-different-origin", OAuth2, Hint, Advice,
        "the endpoints of one flow are on different hosts"
        .off();
    OAUTH2_ENDPOINTS_MISMATCH = "oauth2-endpoints-mismatch", OAuth2, Hint, Advice,
        "the endpoints of a flow belong to different servers of one provider";
    OAUTH2_FLOW_FORBIDDEN_FIELD = "oauth2-flow-forbidden-field", Validity, Error, Schema,
        "an OAuth flow has a URL that it does not use";
    OAUTH2_FLOW_MISSING_FIELD = "oauth2-flow-missing-field", Validity, Error, Schema,
        "a field that this OAuth flow requires is missing"
        .asks_for_more();
    OAUTH2_FLOW_UNKNOWN = "oauth2-flow-unknown", Validity, Error, Schema,
        "an OAuth flow has a name that is not defined";
    OAUTH2_FLOW_UNKNOWN_FIELD = "oauth2-flow-unknown-field", Validity, Error, Schema,
        "an OAuth flow has a field that is not defined"
        .in_bulk();
    OAUTH2_FLOWS_EMPTY = "oauth2-flows-empty", Validity, Warning, Advice,
        "`flows` declares no flow"
        .asks_for_more();
    OAUTH2_FLOWS_EXTENSION = "oauth2-flows-extension", Validity, Information, Schema,
        "an `x-` key in `flows`, which the official schemas refuse";
    OAUTH2_IMPLICIT_FLOW = "oauth2-implicit-flow", OAuth2, Warning, Should,
        "a scheme offers the implicit flow, which is deprecated"
        .tagged(&[Deprecated]);
    OAUTH2_PASSWORD_FLOW = "oauth2-password-flow", OAuth2, Warning, Must,
        "a scheme offers the password flow, which must not be used"
        .tagged(&[Deprecated]);
    OAUTH2_PKCE_UNDOCUMENTED = "oauth2-pkce-undocumented", OAuth2, Hint, Advice,
        "an authorization code flow does not say whether PKCE is required"
        .off();
    OAUTH2_REF_NOT_ALLOWED = "oauth2-ref-not-allowed", Validity, Error, Schema,
        "`$ref` is used inside `flows`";
    OAUTH2_REFRESH_URL_MISSING = "oauth2-refresh-url-missing", OAuth2, Hint, Advice,
        "a flow does not say where tokens are refreshed"
        .off().asks_for_more();
    OAUTH2_REFRESH_URL_ON_CLIENT_CREDENTIALS = "oauth2-refresh-url-on-client-credentials", OAuth2, Hint, Should,
        "a client credentials flow has a `refreshUrl` that it does not need";
    OAUTH2_REFRESH_URL_ON_IMPLICIT = "oauth2-refresh-url-on-implicit", OAuth2, Warning, Must,
        "an implicit flow has a `refreshUrl`, but never gets a refresh token";
    OAUTH2_SAME_ENDPOINT_URLS = "oauth2-same-endpoint-urls", OAuth2, Warning, Advice,
        "`authorizationUrl` and `tokenUrl` are the same";
    OAUTH2_SCOPE_CASE_CLASH = "oauth2-scope-case-clash", References, Warning, Advice,
        "two scopes differ in letter case only";
    OAUTH2_SCOPE_DESCRIPTION_EMPTY = "oauth2-scope-description-empty", OAuth2, Hint, Advice,
        "a scope has an empty description"
        .off().asks_for_more();
    OAUTH2_SCOPE_DESCRIPTION_NOT_STRING = "oauth2-scope-description-not-string", Validity, Error, Schema,
        "the description of a scope is not a string"
        .in_bulk();
    OAUTH2_SCOPE_NAME_INVALID = "oauth2-scope-name-invalid", OAuth2, Error, Must,
        "the name of a scope has characters that OAuth does not allow";
    OAUTH2_SCOPE_TOO_BROAD = "oauth2-scope-too-broad", OAuth2, Hint, Advice,
        "a scope allows everything at once"
        .off();
    OAUTH2_SCOPE_UNUSED = "oauth2-scope-unused", References, Hint, Advice,
        "a declared scope is required nowhere"
        .off().tagged(&[Unnecessary]);
    OAUTH2_SCOPES_EMPTY = "oauth2-scopes-empty", OAuth2, Hint, Advice,
        "a flow declares no scopes"
        .asks_for_more();
    OAUTH2_SCOPES_KEY_WRONG_VERSION = "oauth2-scopes-key-wrong-version", Validity, Error, Schema,
        "the scopes of a flow have the key of the other major version"
        .in_bulk();
    OAUTH2_SCOPES_NOT_A_MAP = "oauth2-scopes-not-a-map", Validity, Error, Schema,
        "the scopes of a flow are not a mapping from name to description"
        .in_bulk();
    OAUTH2_SCOPES_NOT_SELECTED = "oauth2-scopes-not-selected", References, Hint, Advice,
        "an entry requires no scope although the scheme declares some";
    OAUTH2_UNKNOWN_FIELD = "oauth2-unknown-field", Validity, Warning, Prose,
        "an `oauth2` scheme has a field that AsyncAPI does not define"
        .tagged(&[Unnecessary]);
    OAUTH2_WITHOUT_TLS = "oauth2-without-tls", Transport, Warning, Must,
        "an access token is sent over an unencrypted connection"
        .asks_for_more().reported_once();
    OIDC_SCOPES_MISSING_OPENID = "oidc-scopes-missing-openid", OpenId, Hint, Must,
        "the scopes of OpenID Connect do not include `openid`"
        .asks_for_more();
    OIDC_URL_NOT_DISCOVERY = "oidc-url-not-discovery", OpenId, Warning, Must,
        "`openIdConnectUrl` is not that of a discovery document";
    OIDC_URL_OAUTH_METADATA = "oidc-url-oauth-metadata", OpenId, Information, Advice,
        "`openIdConnectUrl` leads to the metadata of OAuth, not of OpenID Connect";
    OPENAPI_OAUTH2_SHAPE = "openapi-oauth2-shape", Validity, Error, Schema,
        "the settings of a flow are at the scheme, as in OpenAPI 2, not under `flows`"
        .in_bulk();
    OPERATION_SECURITY_EMPTY = "operation-security-empty", References, Information, Prose,
        "`security: []` on an operation does not switch server security off"
        .since(V2_4).tagged(&[Unnecessary]).asks_for_more();
    OPERATION_SECURITY_SINCE = "operation-security-since", Validity, Error, Schema,
        "`security` of an operation is used before AsyncAPI 2.4.0 brought it"
        .until(V2_3);
    OPERATION_WITHOUT_SECURITY = "operation-without-security", Coverage, Hint, Advice,
        "an operation can be reached without any security"
        .since(V2_4).off().asks_for_more();
    SASL_PLAIN_PREFER_SCRAM = "sasl-plain-prefer-scram", Transport, Hint, Advice,
        "SASL PLAIN is used where SCRAM would keep the password from the server"
        .since(V2_1).off();
    SASL_PLAIN_WITHOUT_TLS = "sasl-plain-without-tls", Transport, Warning, Should,
        "SASL PLAIN is used over an unencrypted connection"
        .since(V2_1).asks_for_more().reported_once();
    SASL_SCRAM_WITHOUT_TLS = "sasl-scram-without-tls", Transport, Information, Advice,
        "SCRAM is used over an unencrypted connection"
        .since(V2_1).asks_for_more().reported_once();
    SCHEME_SCOPES_NOT_ARRAY = "scheme-scopes-not-array", Validity, Error, Schema,
        "`scopes` of a scheme is not a list of strings"
        .since(V3_0);
    SCHEME_SCOPES_SINCE = "scheme-scopes-since", Validity, Warning, Schema,
        "`scopes` of a scheme is used before AsyncAPI 3.0.0 brought it"
        .until(V2_6);
    SECRET_IN_DOCUMENT = "secret-in-document", Secrets, Warning, Advice,
        "the document contains something that looks like a real credential";
    SECRET_IN_SERVER_VARIABLE = "secret-in-server-variable", Secrets, Warning, Advice,
        "a server variable for a credential has a value";
    SECTION_NOT_OBJECT = "section-not-object", Validity, Error, Schema,
        "a list or a text stands in place of `servers`, `channels`, `operations` or `components`";
    SECURITY_AND_NOT_PORTABLE = "security-and-not-portable", References, Hint, Advice,
        "several schemes in one requirement cannot be expressed in 3.x"
        .until(V2_6);
    SECURITY_DUPLICATE_ALTERNATIVE = "security-duplicate-alternative", References, Warning, Advice,
        "the same alternative is listed twice"
        .tagged(&[Unnecessary]);
    SECURITY_DUPLICATE_KEY = "security-duplicate-key", Validity, Error, Must,
        "a name is declared twice in a security part";
    SECURITY_DUPLICATE_SCOPE = "security-duplicate-scope", References, Warning, Advice,
        "a scope is listed twice"
        .since(V3_0).tagged(&[Unnecessary]).in_bulk();
    SECURITY_ENCRYPTION_ONLY = "security-encryption-only", Transport, Hint, Advice,
        "an alternative encrypts payloads but authenticates nobody";
    SECURITY_ENTRY_NOT_OBJECT = "security-entry-not-object", Validity, Error, Schema,
        "an entry of `security` is not a mapping"
        .in_bulk();
    SECURITY_FIELD_MISSPELT = "security-field-misspelt", Validity, Error, Schema,
        "a key means `security` or `$ref`, and is not read";
    SECURITY_INLINE_COULD_BE_REF = "security-inline-could-be-ref", References, Hint, Advice,
        "an inline scheme repeats a component"
        .since(V3_0);
    SECURITY_NOT_ARRAY = "security-not-array", Validity, Error, Schema,
        "`security` is not a list";
    SECURITY_NOT_SUPPORTED_HERE = "security-not-supported-here", Validity, Error, Schema,
        "`security` is not a field of this object";
    SECURITY_REF_CYCLE = "security-ref-cycle", References, Error, Prose,
        "references form a circle";
    SECURITY_REF_EXTERNAL = "security-ref-external", References, Hint, Advice,
        "a `$ref` to a place outside the workspace was not checked"
        .off();
    SECURITY_REF_INSECURE = "security-ref-insecure", References, Warning, Advice,
        "`$ref` to a scheme over plain `http`";
    SECURITY_REF_INVALID_URI = "security-ref-invalid-uri", Validity, Error, Schema,
        "`$ref` is not a valid URI reference";
    SECURITY_REF_OUTSIDE_COMPONENTS = "security-ref-outside-components", References, Information, Advice,
        "`$ref` leads to a scheme outside `components.securitySchemes`"
        .since(V3_0);
    SECURITY_REF_SCOPES_IGNORED = "security-ref-scopes-ignored", Validity, Warning, Prose,
        "`scopes` beside `$ref` has no effect"
        .since(V3_0).tagged(&[Unnecessary]);
    SECURITY_REF_UNRESOLVED = "security-ref-unresolved", References, Error, Prose,
        "`$ref` points to nothing";
    SECURITY_REF_WRONG_TARGET = "security-ref-wrong-target", References, Error, Prose,
        "`$ref` points to something that is not a security scheme";
    SECURITY_REF_YAML_COMMENT = "security-ref-yaml-comment", Validity, Error, Schema,
        "the value of `$ref` became a YAML comment"
        .in_bulk();
    SECURITY_REQUIREMENT_EMPTY = "security-requirement-empty", References, Warning, Advice,
        "the empty requirement `{}` reads as \"no security needed\""
        .until(V2_6).asks_for_more();
    SECURITY_REQUIREMENT_UNDEFINED = "security-requirement-undefined", References, Error, Prose,
        "a security requirement names a scheme that is not declared"
        .until(V2_6).asks_for_name();
    SECURITY_REQUIREMENT_VALUE_NOT_ARRAY = "security-requirement-value-not-array", Validity, Error, Schema,
        "the value of a security requirement is not a list of distinct strings"
        .until(V2_6).in_bulk();
    SECURITY_SCHEME_DESCRIPTION_MISSING = "security-scheme-description-missing", References, Hint, Advice,
        "a security scheme has no description"
        .off().asks_for_more();
    SECURITY_SCHEME_DUPLICATE = "security-scheme-duplicate", References, Hint, Advice,
        "two security schemes have the same definition";
    SECURITY_SCHEME_FIELD_NOT_APPLICABLE = "security-scheme-field-not-applicable", Validity, Error, Schema,
        "a field belongs to another scheme type";
    SECURITY_SCHEME_FIELD_WRONG_TYPE = "security-scheme-field-wrong-type", Validity, Error, Schema,
        "the value of a field has the wrong type";
    SECURITY_SCHEME_MISSING_FIELD = "security-scheme-missing-field", Validity, Error, Schema,
        "a field that this scheme type requires is missing"
        .asks_for_more();
    SECURITY_SCHEME_NOT_OBJECT = "security-scheme-not-object", Validity, Error, Schema,
        "a security scheme is not a mapping";
    SECURITY_SCHEME_REF_SIBLINGS = "security-scheme-ref-siblings", Validity, Warning, Prose,
        "fields beside `$ref` have no effect"
        .tagged(&[Unnecessary]);
    SECURITY_SCHEME_TYPE_MISSING = "security-scheme-type-missing", Validity, Error, Schema,
        "a security scheme has no `type`"
        .asks_for_more();
    SECURITY_SCHEME_TYPE_SINCE = "security-scheme-type-since", Validity, Error, Schema,
        "a SASL type is used before AsyncAPI 2.1.0 brought it"
        .until(V2_0);
    SECURITY_SCHEME_TYPE_UNKNOWN = "security-scheme-type-unknown", Validity, Error, Schema,
        "the `type` of a security scheme is not defined";
    SECURITY_SCHEME_UNKNOWN_FIELD = "security-scheme-unknown-field", Validity, Error, Schema,
        "a security scheme has a field that no scheme type has";
    SECURITY_SCHEME_UNUSED = "security-scheme-unused", References, Hint, Advice,
        "a security scheme is used nowhere"
        .tagged(&[Unnecessary]);
    SECURITY_SCHEMES_EXTENSION_KEY = "security-schemes-extension-key", Validity, Error, Schema,
        "an `x-` key in `securitySchemes` counts as a scheme";
    SECURITY_SCHEMES_KEY_INVALID = "security-schemes-key-invalid", Validity, Error, Prose,
        "the name of a scheme has characters that component names may not have";
    SECURITY_SCHEMES_MISPLACED = "security-schemes-misplaced", Validity, Error, Schema,
        "security schemes are outside `components.securitySchemes`";
    SECURITY_SCOPE_NOT_IN_EVERY_FLOW = "security-scope-not-in-every-flow", References, Information, Advice,
        "a required scope is declared only in some flows of the scheme";
    SECURITY_SCOPE_UNDEFINED = "security-scope-undefined", References, Warning, Advice,
        "a required scope is declared in no flow of the scheme"
        .asks_for_name();
    SECURITY_SCOPES_ON_NON_OAUTH = "security-scopes-on-non-oauth", References, Error, Prose,
        "scopes are listed for a scheme type that has none"
        .until(V2_6).in_bulk();
    SECURITY_TYPE_NOT_FOR_PROTOCOL = "security-type-not-for-protocol", Transport, Information, Advice,
        "the type of a scheme does not fit the protocol of the server"
        .reported_once();
    SECURITY_V2_SHAPE_IN_V3 = "security-v2-shape-in-v3", Validity, Error, Schema,
        "a 2.x security requirement in a 3.x document"
        .since(V3_0).in_bulk();
    SECURITY_V3_SHAPE_IN_V2 = "security-v3-shape-in-v2", Validity, Error, Schema,
        "a 3.x security entry in a 2.x document"
        .until(V2_6).in_bulk();
    SERVER_ADDRESS_CREDENTIAL_UNDECLARED = "server-address-credential-undeclared", Coverage, Information, Advice,
        "the address of a server asks for a key or token that no scheme describes"
        .asks_for_more();
    SERVER_HOST_NOT_A_HOST = "server-host-not-a-host", Validity, Warning, Prose,
        "`host` of a server is not a host"
        .since(V3_0);
    SERVER_PLAINTEXT_PROTOCOL = "server-plaintext-protocol", Transport, Hint, Advice,
        "the protocol of a server is not encrypted"
        .off();
    SERVER_PROTOCOL_URL_MISMATCH = "server-protocol-url-mismatch", Transport, Warning, Advice,
        "`url` and `protocol` of a server disagree about TLS"
        .until(V2_6);
    SERVER_SECURITY_EMPTY = "server-security-empty", References, Hint, Advice,
        "`security: []` on a server says nothing"
        .off().tagged(&[Unnecessary]).asks_for_more();
    SERVER_WITHOUT_SECURITY = "server-without-security", Coverage, Information, Advice,
        "a server has no `security`"
        .asks_for_more();
    SUPPRESSION_UNKNOWN_RULE = "suppression-unknown-rule", Suppression, Warning, Advice,
        "a suppression names no rule that exists";
    SUPPRESSION_UNUSED = "suppression-unused", Suppression, Information, Advice,
        "a suppression silences nothing"
        .tagged(&[Unnecessary]);
    SYNTAX_ERROR = "syntax-error", Syntax, Error, Must,
        "the text does not follow the grammar of YAML or JSON";
    TRAIT_SECURITY_CONFLICT = "trait-security-conflict", References, Warning, Prose,
        "an operation and its trait both set `security`"
        .since(V2_4);
    URL_EXAMPLE_HOST = "url-example-host", Urls, Information, Advice,
        "a URL still has a host meant for documentation";
    URL_FRAGMENT = "url-fragment", Urls, Error, Must,
        "a URL has a fragment";
    URL_INVALID = "url-invalid", Urls, Error, Schema,
        "a URL does not follow the grammar of RFC 3986";
    URL_LOOPBACK_HOST = "url-loopback-host", Urls, Hint, Advice,
        "a URL points to each reader's own computer";
    URL_MISSING_HOST = "url-missing-host", Urls, Error, Must,
        "a URL has no host"
        .asks_for_more();
    URL_NON_ASCII = "url-non-ascii", Urls, Error, Schema,
        "a URL has characters outside ASCII";
    URL_NOT_ABSOLUTE = "url-not-absolute", Urls, Error, Schema,
        "a URL is not absolute";
    URL_NOT_HTTPS = "url-not-https", Urls, Warning, Must,
        "an endpoint does not use https";
    URL_PLACEHOLDER = "url-placeholder", Urls, Error, Schema,
        "a URL has a placeholder that nobody fills in";
    URL_PORT_INVALID = "url-port-invalid", Urls, Warning, Advice,
        "the port of a URL is out of range";
    URL_PRIVATE_ADDRESS = "url-private-address", Urls, Hint, Advice,
        "a URL points to a private or link-local address";
    URL_SCHEME_NOT_HTTP = "url-scheme-not-http", Urls, Error, Must,
        "a URL does not start with `https://`";
    URL_SECRET_IN_QUERY = "url-secret-in-query", Urls, Warning, Must,
        "the query of an endpoint URL has a secret in it";
    URL_SUSPICIOUS_HOST = "url-suspicious-host", Urls, Warning, Advice,
        "the host of a URL is not a valid host name";
    URL_USERINFO = "url-userinfo", Urls, Warning, Must,
        "a URL has a user name or password in it";
    URL_WHITESPACE = "url-whitespace", Urls, Error, Schema,
        "a URL has white space in it"
        .in_bulk();
    USER_PASSWORD_WITHOUT_TLS = "user-password-without-tls", Transport, Warning, Advice,
        "a user name and password are sent over an unencrypted connection"
        .asks_for_more().reported_once();
    X509_WITHOUT_TLS = "x509-without-tls", Transport, Warning, Advice,
        "a client certificate is required on a server without TLS"
        .asks_for_more().reported_once();
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::spec::Version;

    /// `rule` needs the order for its binary search.
    #[test]
    fn the_table_is_sorted_without_repeats() {
        for pair in RULES.windows(2) {
            assert!(pair[0].id < pair[1].id, "{} {}", pair[0].id, pair[1].id);
        }
        for declared in RULES {
            assert_eq!(rule(declared.id), Some(*declared));
        }
        assert_eq!(rule("no-such-rule"), None);
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
            URL_FRAGMENT.docs_url().unwrap(),
            "https://asyncapi-security-lsp.github.io/asyncapi-security-lsp/rules/url-fragment.html"
        );
    }
}
