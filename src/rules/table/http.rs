//! Rules about HTTP authentication and API keys in HTTP requests.

use super::{Basis, Group, Rule, Severity};

/// The `Authorization` header is described as an API key.
pub const HTTP_API_KEY_AUTHORIZATION_HEADER: Rule = Rule::new(
    "http-api-key-authorization-header",
    "the `Authorization` header is described as an API key",
    include_str!("../pages/http-api-key-authorization-header.md"),
    Group::Http,
    Severity::Information,
    Basis::Advice,
);

/// An API key is sent in a cookie.
pub const HTTP_API_KEY_IN_COOKIE: Rule = Rule::new(
    "http-api-key-in-cookie",
    "an API key is sent in a cookie",
    include_str!("../pages/http-api-key-in-cookie.md"),
    Group::Http,
    Severity::Hint,
    Basis::Advice,
)
.off();

/// An API key is sent in the query of a URL.
pub const HTTP_API_KEY_IN_QUERY: Rule = Rule::new(
    "http-api-key-in-query",
    "an API key is sent in the query of a URL",
    include_str!("../pages/http-api-key-in-query.md"),
    Group::Http,
    Severity::Warning,
    Basis::Advice,
);

/// An access token is sent in the query of a URL.
pub const HTTP_API_KEY_QUERY_ACCESS_TOKEN: Rule = Rule::new(
    "http-api-key-query-access-token",
    "an access token is sent in the query of a URL",
    include_str!("../pages/http-api-key-query-access-token.md"),
    Group::Http,
    Severity::Warning,
    Basis::Must,
);

/// An API key goes over an unencrypted server.
pub const HTTP_API_KEY_WITHOUT_TLS: Rule = Rule::new(
    "http-api-key-without-tls",
    "an API key goes over an unencrypted server",
    include_str!("../pages/http-api-key-without-tls.md"),
    Group::Http,
    Severity::Warning,
    Basis::Advice,
);

/// Basic authentication goes over an unencrypted server.
pub const HTTP_BASIC_WITHOUT_TLS: Rule = Rule::new(
    "http-basic-without-tls",
    "basic authentication goes over an unencrypted server",
    include_str!("../pages/http-basic-without-tls.md"),
    Group::Http,
    Severity::Warning,
    Basis::Should,
);

/// A bearer token goes over an unencrypted server.
pub const HTTP_BEARER_WITHOUT_TLS: Rule = Rule::new(
    "http-bearer-without-tls",
    "a bearer token goes over an unencrypted server",
    include_str!("../pages/http-bearer-without-tls.md"),
    Group::Http,
    Severity::Warning,
    Basis::Must,
);

/// An HTTP authentication scheme is discouraged.
pub const HTTP_SCHEME_DISCOURAGED: Rule = Rule::new(
    "http-scheme-discouraged",
    "an HTTP authentication scheme is discouraged",
    include_str!("../pages/http-scheme-discouraged.md"),
    Group::Http,
    Severity::Hint,
    Basis::Advice,
)
.off();

/// An HTTP authentication scheme is not registered.
pub const HTTP_SCHEME_NOT_REGISTERED: Rule = Rule::new(
    "http-scheme-not-registered",
    "an HTTP authentication scheme is not registered",
    include_str!("../pages/http-scheme-not-registered.md"),
    Group::Http,
    Severity::Information,
    Basis::Should,
);

/// `scheme: oauth` means OAuth 1.0.
pub const HTTP_SCHEME_OAUTH1: Rule = Rule::new(
    "http-scheme-oauth1",
    "`scheme: oauth` means OAuth 1.0",
    include_str!("../pages/http-scheme-oauth1.md"),
    Group::Http,
    Severity::Warning,
    Basis::Advice,
);
