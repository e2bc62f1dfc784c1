//! Rules about the shape of security schemes: version, type, fields.

use super::{Basis, Group, Rule, Severity, Tag};
use crate::spec::Version;

/// `in` of an `apiKey` scheme is not `user` or `password`.
pub const API_KEY_IN_INVALID: Rule = Rule::new(
    "api-key-in-invalid",
    "`in` of an `apiKey` scheme is not `user` or `password`",
    include_str!("../pages/api-key-in-invalid.md"),
    Group::Validity,
    Severity::Error,
    Basis::Schema,
);

/// Patch version other than `.0`, which the official schemas refuse.
pub const ASYNCAPI_VERSION_PATCH: Rule = Rule::new(
    "asyncapi-version-patch",
    "patch version other than `.0`, which the official schemas refuse",
    include_str!("../pages/asyncapi-version-patch.md"),
    Group::Validity,
    Severity::Information,
    Basis::Prose,
);

/// This AsyncAPI version is not known here.
pub const ASYNCAPI_VERSION_UNKNOWN: Rule = Rule::new(
    "asyncapi-version-unknown",
    "this AsyncAPI version is not known here",
    include_str!("../pages/asyncapi-version-unknown.md"),
    Group::Validity,
    Severity::Information,
    Basis::Prose,
);

/// `bearerFormat` stands without `scheme: bearer`.
pub const BEARER_FORMAT_WITHOUT_BEARER: Rule = Rule::new(
    "bearer-format-without-bearer",
    "`bearerFormat` stands without `scheme: bearer`",
    include_str!("../pages/bearer-format-without-bearer.md"),
    Group::Validity,
    Severity::Error,
    Basis::Schema,
);

/// `in` of an `httpApiKey` scheme is not `header`, `query` or `cookie`.
pub const HTTP_API_KEY_IN_INVALID: Rule = Rule::new(
    "http-api-key-in-invalid",
    "`in` of an `httpApiKey` scheme is not `header`, `query` or `cookie`",
    include_str!("../pages/http-api-key-in-invalid.md"),
    Group::Validity,
    Severity::Error,
    Basis::Schema,
);

/// The name of an HTTP API key cannot be sent as header or cookie.
pub const HTTP_API_KEY_NAME_INVALID: Rule = Rule::new(
    "http-api-key-name-invalid",
    "the name of an HTTP API key cannot be sent as header or cookie",
    include_str!("../pages/http-api-key-name-invalid.md"),
    Group::Validity,
    Severity::Warning,
    Basis::Must,
);

/// `bearer` is not written in lower case.
pub const HTTP_BEARER_CASE: Rule = Rule::new(
    "http-bearer-case",
    "`bearer` is not written in lower case",
    include_str!("../pages/http-bearer-case.md"),
    Group::Validity,
    Severity::Warning,
    Basis::Schema,
);

/// `scheme` is not the name of an HTTP authentication scheme.
pub const HTTP_SCHEME_INVALID_TOKEN: Rule = Rule::new(
    "http-scheme-invalid-token",
    "`scheme` is not the name of an HTTP authentication scheme",
    include_str!("../pages/http-scheme-invalid-token.md"),
    Group::Validity,
    Severity::Warning,
    Basis::Must,
);

/// `scopes` of a scheme is not a list of strings.
pub const SCHEME_SCOPES_NOT_ARRAY: Rule = Rule::new(
    "scheme-scopes-not-array",
    "`scopes` of a scheme is not a list of strings",
    include_str!("../pages/scheme-scopes-not-array.md"),
    Group::Validity,
    Severity::Error,
    Basis::Schema,
)
.since(Version::V3_0);

/// `scopes` of a scheme is used before AsyncAPI 3.0.0 brought it.
pub const SCHEME_SCOPES_SINCE: Rule = Rule::new(
    "scheme-scopes-since",
    "`scopes` of a scheme is used before AsyncAPI 3.0.0 brought it",
    include_str!("../pages/scheme-scopes-since.md"),
    Group::Validity,
    Severity::Warning,
    Basis::Schema,
)
.until(Version::V2_6);

/// A name is declared twice in a security part.
pub const SECURITY_DUPLICATE_KEY: Rule = Rule::new(
    "security-duplicate-key",
    "a name is declared twice in a security part",
    include_str!("../pages/security-duplicate-key.md"),
    Group::Validity,
    Severity::Error,
    Basis::Must,
);

/// A field belongs to another scheme type.
pub const SECURITY_SCHEME_FIELD_NOT_APPLICABLE: Rule = Rule::new(
    "security-scheme-field-not-applicable",
    "a field belongs to another scheme type",
    include_str!("../pages/security-scheme-field-not-applicable.md"),
    Group::Validity,
    Severity::Error,
    Basis::Schema,
);

/// The value of a field has the wrong type.
pub const SECURITY_SCHEME_FIELD_WRONG_TYPE: Rule = Rule::new(
    "security-scheme-field-wrong-type",
    "the value of a field has the wrong type",
    include_str!("../pages/security-scheme-field-wrong-type.md"),
    Group::Validity,
    Severity::Error,
    Basis::Schema,
);

/// A field that this scheme type requires is missing.
pub const SECURITY_SCHEME_MISSING_FIELD: Rule = Rule::new(
    "security-scheme-missing-field",
    "a field that this scheme type requires is missing",
    include_str!("../pages/security-scheme-missing-field.md"),
    Group::Validity,
    Severity::Error,
    Basis::Schema,
);

/// A security scheme is not a mapping.
pub const SECURITY_SCHEME_NOT_OBJECT: Rule = Rule::new(
    "security-scheme-not-object",
    "a security scheme is not a mapping",
    include_str!("../pages/security-scheme-not-object.md"),
    Group::Validity,
    Severity::Error,
    Basis::Schema,
);

/// Fields beside `$ref` have no effect.
pub const SECURITY_SCHEME_REF_SIBLINGS: Rule = Rule::new(
    "security-scheme-ref-siblings",
    "fields beside `$ref` have no effect",
    include_str!("../pages/security-scheme-ref-siblings.md"),
    Group::Validity,
    Severity::Warning,
    Basis::Prose,
)
.tagged(&[Tag::Unnecessary]);

/// A security scheme has no `type`.
pub const SECURITY_SCHEME_TYPE_MISSING: Rule = Rule::new(
    "security-scheme-type-missing",
    "a security scheme has no `type`",
    include_str!("../pages/security-scheme-type-missing.md"),
    Group::Validity,
    Severity::Error,
    Basis::Schema,
);

/// A SASL type is used before AsyncAPI 2.1.0 brought it.
pub const SECURITY_SCHEME_TYPE_SINCE: Rule = Rule::new(
    "security-scheme-type-since",
    "a SASL type is used before AsyncAPI 2.1.0 brought it",
    include_str!("../pages/security-scheme-type-since.md"),
    Group::Validity,
    Severity::Error,
    Basis::Schema,
)
.until(Version::V2_0);

/// The `type` of a security scheme is none of the defined ones.
pub const SECURITY_SCHEME_TYPE_UNKNOWN: Rule = Rule::new(
    "security-scheme-type-unknown",
    "the `type` of a security scheme is none of the defined ones",
    include_str!("../pages/security-scheme-type-unknown.md"),
    Group::Validity,
    Severity::Error,
    Basis::Schema,
);

/// A security scheme has a field that no scheme type knows.
pub const SECURITY_SCHEME_UNKNOWN_FIELD: Rule = Rule::new(
    "security-scheme-unknown-field",
    "a security scheme has a field that no scheme type knows",
    include_str!("../pages/security-scheme-unknown-field.md"),
    Group::Validity,
    Severity::Error,
    Basis::Schema,
);

/// An `x-` key in `securitySchemes` counts as a scheme.
pub const SECURITY_SCHEMES_EXTENSION_KEY: Rule = Rule::new(
    "security-schemes-extension-key",
    "an `x-` key in `securitySchemes` counts as a scheme",
    include_str!("../pages/security-schemes-extension-key.md"),
    Group::Validity,
    Severity::Error,
    Basis::Schema,
);

/// The name of a scheme has characters that component names may not have.
pub const SECURITY_SCHEMES_KEY_INVALID: Rule = Rule::new(
    "security-schemes-key-invalid",
    "the name of a scheme has characters that component names may not have",
    include_str!("../pages/security-schemes-key-invalid.md"),
    Group::Validity,
    Severity::Error,
    Basis::Prose,
);

/// Security schemes stand outside `components.securitySchemes`.
pub const SECURITY_SCHEMES_MISPLACED: Rule = Rule::new(
    "security-schemes-misplaced",
    "security schemes stand outside `components.securitySchemes`",
    include_str!("../pages/security-schemes-misplaced.md"),
    Group::Validity,
    Severity::Error,
    Basis::Schema,
);
