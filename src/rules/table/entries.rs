//! Rules about the shape and the place of `security` lists, and of `$ref` in them.

use super::{Basis, Group, Rule, Severity, Tag};
use crate::spec::Version;

/// `security` of an operation is used before AsyncAPI 2.4.0 brought it.
pub const OPERATION_SECURITY_SINCE: Rule = Rule::new(
    "operation-security-since",
    "`security` of an operation is used before AsyncAPI 2.4.0 brought it",
    include_str!("../pages/operation-security-since.md"),
    Group::Validity,
    Severity::Error,
    Basis::Schema,
)
.until(Version::V2_3);

/// An entry of `security` is not a mapping.
pub const SECURITY_ENTRY_NOT_OBJECT: Rule = Rule::new(
    "security-entry-not-object",
    "an entry of `security` is not a mapping",
    include_str!("../pages/security-entry-not-object.md"),
    Group::Validity,
    Severity::Error,
    Basis::Schema,
);

/// `security` is not a list.
pub const SECURITY_NOT_ARRAY: Rule = Rule::new(
    "security-not-array",
    "`security` is not a list",
    include_str!("../pages/security-not-array.md"),
    Group::Validity,
    Severity::Error,
    Basis::Schema,
);

/// `security` stands where it is not a field.
pub const SECURITY_NOT_SUPPORTED_HERE: Rule = Rule::new(
    "security-not-supported-here",
    "`security` stands where it is not a field",
    include_str!("../pages/security-not-supported-here.md"),
    Group::Validity,
    Severity::Error,
    Basis::Schema,
);

/// `$ref` is not a valid URI reference.
pub const SECURITY_REF_INVALID_URI: Rule = Rule::new(
    "security-ref-invalid-uri",
    "`$ref` is not a valid URI reference",
    include_str!("../pages/security-ref-invalid-uri.md"),
    Group::Validity,
    Severity::Error,
    Basis::Schema,
);

/// `scopes` beside `$ref` has no effect.
pub const SECURITY_REF_SCOPES_IGNORED: Rule = Rule::new(
    "security-ref-scopes-ignored",
    "`scopes` beside `$ref` has no effect",
    include_str!("../pages/security-ref-scopes-ignored.md"),
    Group::Validity,
    Severity::Warning,
    Basis::Prose,
)
.since(Version::V3_0)
.tagged(&[Tag::Unnecessary]);

/// The value of `$ref` became a YAML comment.
pub const SECURITY_REF_YAML_COMMENT: Rule = Rule::new(
    "security-ref-yaml-comment",
    "the value of `$ref` became a YAML comment",
    include_str!("../pages/security-ref-yaml-comment.md"),
    Group::Validity,
    Severity::Error,
    Basis::Schema,
);

/// The value of a security requirement is not a list of distinct strings.
pub const SECURITY_REQUIREMENT_VALUE_NOT_ARRAY: Rule = Rule::new(
    "security-requirement-value-not-array",
    "the value of a security requirement is not a list of distinct strings",
    include_str!("../pages/security-requirement-value-not-array.md"),
    Group::Validity,
    Severity::Error,
    Basis::Schema,
)
.until(Version::V2_6);

/// A 2.x security requirement stands in a 3.x document.
pub const SECURITY_V2_SHAPE_IN_V3: Rule = Rule::new(
    "security-v2-shape-in-v3",
    "a 2.x security requirement stands in a 3.x document",
    include_str!("../pages/security-v2-shape-in-v3.md"),
    Group::Validity,
    Severity::Error,
    Basis::Schema,
)
.since(Version::V3_0);

/// A 3.x security entry stands in a 2.x document.
pub const SECURITY_V3_SHAPE_IN_V2: Rule = Rule::new(
    "security-v3-shape-in-v2",
    "a 3.x security entry stands in a 2.x document",
    include_str!("../pages/security-v3-shape-in-v2.md"),
    Group::Validity,
    Severity::Error,
    Basis::Schema,
)
.until(Version::V2_6);
