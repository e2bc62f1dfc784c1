//! Rules about what OAuth advises beyond the shape of its flows.

use super::{Basis, Group, Rule, Severity, Tag};

/// A URL looks like that of the other endpoint.
pub const OAUTH2_ENDPOINT_LOOKS_SWAPPED: Rule = Rule::new(
    "oauth2-endpoint-looks-swapped",
    "a URL looks like that of the other endpoint",
    include_str!("../pages/oauth2-endpoint-looks-swapped.md"),
    Group::OAuth2,
    Severity::Information,
    Basis::Advice,
);

/// The endpoints of one flow are on different hosts.
pub const OAUTH2_ENDPOINTS_DIFFERENT_ORIGIN: Rule = Rule::new(
    "oauth2-endpoints-different-origin",
    "the endpoints of one flow are on different hosts",
    include_str!("../pages/oauth2-endpoints-different-origin.md"),
    Group::OAuth2,
    Severity::Hint,
    Basis::Advice,
)
.off();

/// A scheme offers the implicit flow, which is deprecated.
pub const OAUTH2_IMPLICIT_FLOW: Rule = Rule::new(
    "oauth2-implicit-flow",
    "a scheme offers the implicit flow, which is deprecated",
    include_str!("../pages/oauth2-implicit-flow.md"),
    Group::OAuth2,
    Severity::Warning,
    Basis::Should,
)
.tagged(&[Tag::Deprecated]);

/// A scheme offers the password flow, which must not be used.
pub const OAUTH2_PASSWORD_FLOW: Rule = Rule::new(
    "oauth2-password-flow",
    "a scheme offers the password flow, which must not be used",
    include_str!("../pages/oauth2-password-flow.md"),
    Group::OAuth2,
    Severity::Warning,
    Basis::Must,
)
.tagged(&[Tag::Deprecated]);

/// An authorization code flow does not say whether PKCE is required.
pub const OAUTH2_PKCE_UNDOCUMENTED: Rule = Rule::new(
    "oauth2-pkce-undocumented",
    "an authorization code flow does not say whether PKCE is required",
    include_str!("../pages/oauth2-pkce-undocumented.md"),
    Group::OAuth2,
    Severity::Hint,
    Basis::Advice,
)
.off();

/// A flow does not say where tokens are refreshed.
pub const OAUTH2_REFRESH_URL_MISSING: Rule = Rule::new(
    "oauth2-refresh-url-missing",
    "a flow does not say where tokens are refreshed",
    include_str!("../pages/oauth2-refresh-url-missing.md"),
    Group::OAuth2,
    Severity::Hint,
    Basis::Advice,
)
.off();

/// A client credentials flow has a `refreshUrl` that it does not need.
pub const OAUTH2_REFRESH_URL_ON_CLIENT_CREDENTIALS: Rule = Rule::new(
    "oauth2-refresh-url-on-client-credentials",
    "a client credentials flow has a `refreshUrl` that it does not need",
    include_str!("../pages/oauth2-refresh-url-on-client-credentials.md"),
    Group::OAuth2,
    Severity::Information,
    Basis::Should,
);

/// An implicit flow has a `refreshUrl`, but never gets a refresh token.
pub const OAUTH2_REFRESH_URL_ON_IMPLICIT: Rule = Rule::new(
    "oauth2-refresh-url-on-implicit",
    "an implicit flow has a `refreshUrl`, but never gets a refresh token",
    include_str!("../pages/oauth2-refresh-url-on-implicit.md"),
    Group::OAuth2,
    Severity::Warning,
    Basis::Must,
);

/// `authorizationUrl` and `tokenUrl` are the same.
pub const OAUTH2_SAME_ENDPOINT_URLS: Rule = Rule::new(
    "oauth2-same-endpoint-urls",
    "`authorizationUrl` and `tokenUrl` are the same",
    include_str!("../pages/oauth2-same-endpoint-urls.md"),
    Group::OAuth2,
    Severity::Warning,
    Basis::Advice,
);

/// A scope has an empty description.
pub const OAUTH2_SCOPE_DESCRIPTION_EMPTY: Rule = Rule::new(
    "oauth2-scope-description-empty",
    "a scope has an empty description",
    include_str!("../pages/oauth2-scope-description-empty.md"),
    Group::OAuth2,
    Severity::Hint,
    Basis::Advice,
)
.off();

/// The name of a scope has characters that OAuth does not allow.
pub const OAUTH2_SCOPE_NAME_INVALID: Rule = Rule::new(
    "oauth2-scope-name-invalid",
    "the name of a scope has characters that OAuth does not allow",
    include_str!("../pages/oauth2-scope-name-invalid.md"),
    Group::OAuth2,
    Severity::Error,
    Basis::Must,
);

/// A scope allows everything at once.
pub const OAUTH2_SCOPE_TOO_BROAD: Rule = Rule::new(
    "oauth2-scope-too-broad",
    "a scope allows everything at once",
    include_str!("../pages/oauth2-scope-too-broad.md"),
    Group::OAuth2,
    Severity::Hint,
    Basis::Advice,
)
.off();

/// A flow declares no scopes.
pub const OAUTH2_SCOPES_EMPTY: Rule = Rule::new(
    "oauth2-scopes-empty",
    "a flow declares no scopes",
    include_str!("../pages/oauth2-scopes-empty.md"),
    Group::OAuth2,
    Severity::Information,
    Basis::Advice,
);
