//! Rules about OpenID Connect.

use super::{Basis, Group, Rule, Severity};

/// Scopes of OpenID Connect lack `openid`.
pub const OIDC_SCOPES_MISSING_OPENID: Rule = Rule::new(
    "oidc-scopes-missing-openid",
    "scopes of OpenID Connect lack `openid`",
    include_str!("../pages/oidc-scopes-missing-openid.md"),
    Group::OpenId,
    Severity::Information,
    Basis::Must,
);

/// `openIdConnectUrl` is not that of a discovery document.
pub const OIDC_URL_NOT_DISCOVERY: Rule = Rule::new(
    "oidc-url-not-discovery",
    "`openIdConnectUrl` is not that of a discovery document",
    include_str!("../pages/oidc-url-not-discovery.md"),
    Group::OpenId,
    Severity::Warning,
    Basis::Must,
);

/// `openIdConnectUrl` leads to the metadata of OAuth, not of OpenID Connect.
pub const OIDC_URL_OAUTH_METADATA: Rule = Rule::new(
    "oidc-url-oauth-metadata",
    "`openIdConnectUrl` leads to the metadata of OAuth, not of OpenID Connect",
    include_str!("../pages/oidc-url-oauth-metadata.md"),
    Group::OpenId,
    Severity::Information,
    Basis::Advice,
);
