//! Rules about the URLs of flows and of OpenID Connect.

use super::{Basis, Group, Rule, Severity};

/// A URL still has a host meant for documentation.
pub const URL_EXAMPLE_HOST: Rule = Rule::new(
    "url-example-host",
    "a URL still has a host meant for documentation",
    include_str!("../pages/url-example-host.md"),
    Group::Urls,
    Severity::Hint,
    Basis::Advice,
)
.off();

/// A URL has a fragment.
pub const URL_FRAGMENT: Rule = Rule::new(
    "url-fragment",
    "a URL has a fragment",
    include_str!("../pages/url-fragment.md"),
    Group::Urls,
    Severity::Error,
    Basis::Must,
);

/// A URL does not follow the grammar of RFC 3986.
pub const URL_INVALID: Rule = Rule::new(
    "url-invalid",
    "a URL does not follow the grammar of RFC 3986",
    include_str!("../pages/url-invalid.md"),
    Group::Urls,
    Severity::Error,
    Basis::Schema,
);

/// A URL points to the reader's own machine.
pub const URL_LOOPBACK_HOST: Rule = Rule::new(
    "url-loopback-host",
    "a URL points to the reader's own machine",
    include_str!("../pages/url-loopback-host.md"),
    Group::Urls,
    Severity::Information,
    Basis::Advice,
);

/// A URL has no host.
pub const URL_MISSING_HOST: Rule = Rule::new(
    "url-missing-host",
    "a URL has no host",
    include_str!("../pages/url-missing-host.md"),
    Group::Urls,
    Severity::Error,
    Basis::Must,
);

/// A URL has characters outside ASCII.
pub const URL_NON_ASCII: Rule = Rule::new(
    "url-non-ascii",
    "a URL has characters outside ASCII",
    include_str!("../pages/url-non-ascii.md"),
    Group::Urls,
    Severity::Error,
    Basis::Schema,
);

/// A URL is not absolute.
pub const URL_NOT_ABSOLUTE: Rule = Rule::new(
    "url-not-absolute",
    "a URL is not absolute",
    include_str!("../pages/url-not-absolute.md"),
    Group::Urls,
    Severity::Error,
    Basis::Schema,
);

/// An endpoint is not reached by https.
pub const URL_NOT_HTTPS: Rule = Rule::new(
    "url-not-https",
    "an endpoint is not reached by https",
    include_str!("../pages/url-not-https.md"),
    Group::Urls,
    Severity::Warning,
    Basis::Must,
);

/// A URL has a placeholder that nobody fills in.
pub const URL_PLACEHOLDER: Rule = Rule::new(
    "url-placeholder",
    "a URL has a placeholder that nobody fills in",
    include_str!("../pages/url-placeholder.md"),
    Group::Urls,
    Severity::Error,
    Basis::Schema,
);

/// The port of a URL is out of range.
pub const URL_PORT_INVALID: Rule = Rule::new(
    "url-port-invalid",
    "the port of a URL is out of range",
    include_str!("../pages/url-port-invalid.md"),
    Group::Urls,
    Severity::Warning,
    Basis::Advice,
);

/// A URL points to a private or link-local address.
pub const URL_PRIVATE_ADDRESS: Rule = Rule::new(
    "url-private-address",
    "a URL points to a private or link-local address",
    include_str!("../pages/url-private-address.md"),
    Group::Urls,
    Severity::Hint,
    Basis::Advice,
);

/// A URL is not one of HTTP.
pub const URL_SCHEME_NOT_HTTP: Rule = Rule::new(
    "url-scheme-not-http",
    "a URL is not one of HTTP",
    include_str!("../pages/url-scheme-not-http.md"),
    Group::Urls,
    Severity::Error,
    Basis::Must,
);

/// The query of an endpoint URL has a secret in it.
pub const URL_SECRET_IN_QUERY: Rule = Rule::new(
    "url-secret-in-query",
    "the query of an endpoint URL has a secret in it",
    include_str!("../pages/url-secret-in-query.md"),
    Group::Urls,
    Severity::Warning,
    Basis::Must,
);

/// The host of a URL cannot exist in DNS.
pub const URL_SUSPICIOUS_HOST: Rule = Rule::new(
    "url-suspicious-host",
    "the host of a URL cannot exist in DNS",
    include_str!("../pages/url-suspicious-host.md"),
    Group::Urls,
    Severity::Warning,
    Basis::Advice,
);

/// A URL has a user name or password in it.
pub const URL_USERINFO: Rule = Rule::new(
    "url-userinfo",
    "a URL has a user name or password in it",
    include_str!("../pages/url-userinfo.md"),
    Group::Urls,
    Severity::Warning,
    Basis::Must,
);

/// A URL has white space in it.
pub const URL_WHITESPACE: Rule = Rule::new(
    "url-whitespace",
    "a URL has white space in it",
    include_str!("../pages/url-whitespace.md"),
    Group::Urls,
    Severity::Error,
    Basis::Schema,
);
