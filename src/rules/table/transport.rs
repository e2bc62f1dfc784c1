//! Rules about what protects credentials on their way, and which scheme suits which protocol.

use super::{Basis, Group, Rule, Severity};
use crate::spec::Version;

/// An Anypoint MQ server does not ask for OAuth 2 client credentials.
pub const ANYPOINTMQ_OAUTH2_REQUIRED: Rule = Rule::new(
    "anypointmq-oauth2-required",
    "an Anypoint MQ server does not ask for OAuth 2 client credentials",
    include_str!("../pages/anypointmq-oauth2-required.md"),
    Group::Transport,
    Severity::Warning,
    Basis::Must,
);

/// An API key in the place of user or password goes over an unencrypted server.
pub const API_KEY_WITHOUT_TLS: Rule = Rule::new(
    "api-key-without-tls",
    "an API key in the place of user or password goes over an unencrypted server",
    include_str!("../pages/api-key-without-tls.md"),
    Group::Transport,
    Severity::Warning,
    Basis::Advice,
);

/// GSSAPI is used on a server without TLS.
pub const GSSAPI_WITHOUT_TLS: Rule = Rule::new(
    "gssapi-without-tls",
    "GSSAPI is used on a server without TLS",
    include_str!("../pages/gssapi-without-tls.md"),
    Group::Transport,
    Severity::Hint,
    Basis::Advice,
)
.since(Version::V2_1)
.off();

/// An access token goes over an unencrypted server.
pub const OAUTH2_WITHOUT_TLS: Rule = Rule::new(
    "oauth2-without-tls",
    "an access token goes over an unencrypted server",
    include_str!("../pages/oauth2-without-tls.md"),
    Group::Transport,
    Severity::Warning,
    Basis::Must,
);

/// SASL PLAIN is used where SCRAM would keep the password from the server.
pub const SASL_PLAIN_PREFER_SCRAM: Rule = Rule::new(
    "sasl-plain-prefer-scram",
    "SASL PLAIN is used where SCRAM would keep the password from the server",
    include_str!("../pages/sasl-plain-prefer-scram.md"),
    Group::Transport,
    Severity::Hint,
    Basis::Advice,
)
.since(Version::V2_1)
.off();

/// SASL PLAIN goes over an unencrypted server.
pub const SASL_PLAIN_WITHOUT_TLS: Rule = Rule::new(
    "sasl-plain-without-tls",
    "SASL PLAIN goes over an unencrypted server",
    include_str!("../pages/sasl-plain-without-tls.md"),
    Group::Transport,
    Severity::Warning,
    Basis::Should,
)
.since(Version::V2_1);

/// SCRAM goes over an unencrypted server.
pub const SASL_SCRAM_WITHOUT_TLS: Rule = Rule::new(
    "sasl-scram-without-tls",
    "SCRAM goes over an unencrypted server",
    include_str!("../pages/sasl-scram-without-tls.md"),
    Group::Transport,
    Severity::Information,
    Basis::Advice,
)
.since(Version::V2_1);

/// An alternative encrypts payloads and authenticates nobody.
pub const SECURITY_ENCRYPTION_ONLY: Rule = Rule::new(
    "security-encryption-only",
    "an alternative encrypts payloads and authenticates nobody",
    include_str!("../pages/security-encryption-only.md"),
    Group::Transport,
    Severity::Hint,
    Basis::Advice,
);

/// The type of a scheme does not fit the protocol of the server.
pub const SECURITY_TYPE_NOT_FOR_PROTOCOL: Rule = Rule::new(
    "security-type-not-for-protocol",
    "the type of a scheme does not fit the protocol of the server",
    include_str!("../pages/security-type-not-for-protocol.md"),
    Group::Transport,
    Severity::Information,
    Basis::Advice,
);

/// The protocol of a server is not encrypted.
pub const SERVER_PLAINTEXT_PROTOCOL: Rule = Rule::new(
    "server-plaintext-protocol",
    "the protocol of a server is not encrypted",
    include_str!("../pages/server-plaintext-protocol.md"),
    Group::Transport,
    Severity::Hint,
    Basis::Advice,
)
.off();

/// `url` and `protocol` of a server disagree about TLS.
pub const SERVER_PROTOCOL_URL_MISMATCH: Rule = Rule::new(
    "server-protocol-url-mismatch",
    "`url` and `protocol` of a server disagree about TLS",
    include_str!("../pages/server-protocol-url-mismatch.md"),
    Group::Transport,
    Severity::Warning,
    Basis::Advice,
)
.until(Version::V2_6);

/// A user name and password go over an unencrypted server.
pub const USER_PASSWORD_WITHOUT_TLS: Rule = Rule::new(
    "user-password-without-tls",
    "a user name and password go over an unencrypted server",
    include_str!("../pages/user-password-without-tls.md"),
    Group::Transport,
    Severity::Warning,
    Basis::Advice,
);

/// A client certificate is asked for on a server without TLS.
pub const X509_WITHOUT_TLS: Rule = Rule::new(
    "x509-without-tls",
    "a client certificate is asked for on a server without TLS",
    include_str!("../pages/x509-without-tls.md"),
    Group::Transport,
    Severity::Warning,
    Basis::Advice,
);
