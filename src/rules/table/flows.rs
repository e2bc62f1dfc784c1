//! Rules about `oauth2` schemes: flows, their fields, their scopes.

use super::{Basis, Group, Rule, Severity, Tag};

/// A URL does not belong to this OAuth flow.
pub const OAUTH2_FLOW_FORBIDDEN_FIELD: Rule = Rule::new(
    "oauth2-flow-forbidden-field",
    "a URL does not belong to this OAuth flow",
    include_str!("../pages/oauth2-flow-forbidden-field.md"),
    Group::Validity,
    Severity::Error,
    Basis::Schema,
);

/// A field that this OAuth flow requires is missing.
pub const OAUTH2_FLOW_MISSING_FIELD: Rule = Rule::new(
    "oauth2-flow-missing-field",
    "a field that this OAuth flow requires is missing",
    include_str!("../pages/oauth2-flow-missing-field.md"),
    Group::Validity,
    Severity::Error,
    Basis::Schema,
);

/// The name of an OAuth flow is none of the four defined ones.
pub const OAUTH2_FLOW_UNKNOWN: Rule = Rule::new(
    "oauth2-flow-unknown",
    "the name of an OAuth flow is none of the four defined ones",
    include_str!("../pages/oauth2-flow-unknown.md"),
    Group::Validity,
    Severity::Error,
    Basis::Schema,
);

/// An OAuth flow has a field that is not defined.
pub const OAUTH2_FLOW_UNKNOWN_FIELD: Rule = Rule::new(
    "oauth2-flow-unknown-field",
    "an OAuth flow has a field that is not defined",
    include_str!("../pages/oauth2-flow-unknown-field.md"),
    Group::Validity,
    Severity::Error,
    Basis::Schema,
);

/// `flows` declares no flow.
pub const OAUTH2_FLOWS_EMPTY: Rule = Rule::new(
    "oauth2-flows-empty",
    "`flows` declares no flow",
    include_str!("../pages/oauth2-flows-empty.md"),
    Group::Validity,
    Severity::Warning,
    Basis::Advice,
);

/// An `x-` key in `flows`, which the official schemas refuse.
pub const OAUTH2_FLOWS_EXTENSION: Rule = Rule::new(
    "oauth2-flows-extension",
    "an `x-` key in `flows`, which the official schemas refuse",
    include_str!("../pages/oauth2-flows-extension.md"),
    Group::Validity,
    Severity::Information,
    Basis::Schema,
);

/// `$ref` stands inside `flows`.
pub const OAUTH2_REF_NOT_ALLOWED: Rule = Rule::new(
    "oauth2-ref-not-allowed",
    "`$ref` stands inside `flows`",
    include_str!("../pages/oauth2-ref-not-allowed.md"),
    Group::Validity,
    Severity::Error,
    Basis::Schema,
);

/// The description of a scope is not a string.
pub const OAUTH2_SCOPE_DESCRIPTION_NOT_STRING: Rule = Rule::new(
    "oauth2-scope-description-not-string",
    "the description of a scope is not a string",
    include_str!("../pages/oauth2-scope-description-not-string.md"),
    Group::Validity,
    Severity::Error,
    Basis::Schema,
);

/// The scopes of a flow stand under the key of the other major version.
pub const OAUTH2_SCOPES_KEY_WRONG_VERSION: Rule = Rule::new(
    "oauth2-scopes-key-wrong-version",
    "the scopes of a flow stand under the key of the other major version",
    include_str!("../pages/oauth2-scopes-key-wrong-version.md"),
    Group::Validity,
    Severity::Error,
    Basis::Schema,
);

/// The scopes of a flow are not a mapping from name to description.
pub const OAUTH2_SCOPES_NOT_A_MAP: Rule = Rule::new(
    "oauth2-scopes-not-a-map",
    "the scopes of a flow are not a mapping from name to description",
    include_str!("../pages/oauth2-scopes-not-a-map.md"),
    Group::Validity,
    Severity::Error,
    Basis::Schema,
);

/// An `oauth2` scheme has a field that nobody reads.
pub const OAUTH2_UNKNOWN_FIELD: Rule = Rule::new(
    "oauth2-unknown-field",
    "an `oauth2` scheme has a field that nobody reads",
    include_str!("../pages/oauth2-unknown-field.md"),
    Group::Validity,
    Severity::Warning,
    Basis::Prose,
)
.tagged(&[Tag::Unnecessary]);

/// Flow settings stand at the scheme, as in OpenAPI 2, not under `flows`.
pub const OPENAPI_OAUTH2_SHAPE: Rule = Rule::new(
    "openapi-oauth2-shape",
    "flow settings stand at the scheme, as in OpenAPI 2, not under `flows`",
    include_str!("../pages/openapi-oauth2-shape.md"),
    Group::Validity,
    Severity::Error,
    Basis::Schema,
);
