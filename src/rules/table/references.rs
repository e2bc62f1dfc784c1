//! Rules about what names, references and scopes mean together.

use super::{Basis, Group, Rule, Severity, Tag};
use crate::spec::Version;

/// Two scopes differ in letter case only.
pub const OAUTH2_SCOPE_CASE_CLASH: Rule = Rule::new(
    "oauth2-scope-case-clash",
    "two scopes differ in letter case only",
    include_str!("../pages/oauth2-scope-case-clash.md"),
    Group::References,
    Severity::Warning,
    Basis::Advice,
);

/// A declared scope is required nowhere.
pub const OAUTH2_SCOPE_UNUSED: Rule = Rule::new(
    "oauth2-scope-unused",
    "a declared scope is required nowhere",
    include_str!("../pages/oauth2-scope-unused.md"),
    Group::References,
    Severity::Hint,
    Basis::Advice,
)
.off()
.tagged(&[Tag::Unnecessary]);

/// An entry requires no scope although the scheme declares some.
pub const OAUTH2_SCOPES_NOT_SELECTED: Rule = Rule::new(
    "oauth2-scopes-not-selected",
    "an entry requires no scope although the scheme declares some",
    include_str!("../pages/oauth2-scopes-not-selected.md"),
    Group::References,
    Severity::Hint,
    Basis::Advice,
)
.since(Version::V3_0);

/// `security: []` on an operation does not switch server security off.
pub const OPERATION_SECURITY_EMPTY: Rule = Rule::new(
    "operation-security-empty",
    "`security: []` on an operation does not switch server security off",
    include_str!("../pages/operation-security-empty.md"),
    Group::References,
    Severity::Information,
    Basis::Prose,
)
.since(Version::V2_4)
.tagged(&[Tag::Unnecessary]);

/// Several schemes in one requirement cannot be said in 3.x.
pub const SECURITY_AND_NOT_PORTABLE: Rule = Rule::new(
    "security-and-not-portable",
    "several schemes in one requirement cannot be said in 3.x",
    include_str!("../pages/security-and-not-portable.md"),
    Group::References,
    Severity::Information,
    Basis::Advice,
)
.until(Version::V2_6);

/// The same alternative is listed twice.
pub const SECURITY_DUPLICATE_ALTERNATIVE: Rule = Rule::new(
    "security-duplicate-alternative",
    "the same alternative is listed twice",
    include_str!("../pages/security-duplicate-alternative.md"),
    Group::References,
    Severity::Warning,
    Basis::Advice,
)
.tagged(&[Tag::Unnecessary]);

/// A scope is listed twice.
pub const SECURITY_DUPLICATE_SCOPE: Rule = Rule::new(
    "security-duplicate-scope",
    "a scope is listed twice",
    include_str!("../pages/security-duplicate-scope.md"),
    Group::References,
    Severity::Warning,
    Basis::Advice,
)
.since(Version::V3_0)
.tagged(&[Tag::Unnecessary]);

/// An inline scheme repeats a component.
pub const SECURITY_INLINE_COULD_BE_REF: Rule = Rule::new(
    "security-inline-could-be-ref",
    "an inline scheme repeats a component",
    include_str!("../pages/security-inline-could-be-ref.md"),
    Group::References,
    Severity::Hint,
    Basis::Advice,
)
.since(Version::V3_0);

/// References lead in a circle.
pub const SECURITY_REF_CYCLE: Rule = Rule::new(
    "security-ref-cycle",
    "references lead in a circle",
    include_str!("../pages/security-ref-cycle.md"),
    Group::References,
    Severity::Error,
    Basis::Prose,
);

/// A `$ref` to another place was not checked.
pub const SECURITY_REF_EXTERNAL: Rule = Rule::new(
    "security-ref-external",
    "a `$ref` to another place was not checked",
    include_str!("../pages/security-ref-external.md"),
    Group::References,
    Severity::Hint,
    Basis::Advice,
)
.off();

/// `$ref` leads to a scheme outside `components.securitySchemes`.
pub const SECURITY_REF_OUTSIDE_COMPONENTS: Rule = Rule::new(
    "security-ref-outside-components",
    "`$ref` leads to a scheme outside `components.securitySchemes`",
    include_str!("../pages/security-ref-outside-components.md"),
    Group::References,
    Severity::Information,
    Basis::Advice,
)
.since(Version::V3_0);

/// `$ref` points to nothing.
pub const SECURITY_REF_UNRESOLVED: Rule = Rule::new(
    "security-ref-unresolved",
    "`$ref` points to nothing",
    include_str!("../pages/security-ref-unresolved.md"),
    Group::References,
    Severity::Error,
    Basis::Prose,
);

/// `$ref` points to something that is not a security scheme.
pub const SECURITY_REF_WRONG_TARGET: Rule = Rule::new(
    "security-ref-wrong-target",
    "`$ref` points to something that is not a security scheme",
    include_str!("../pages/security-ref-wrong-target.md"),
    Group::References,
    Severity::Error,
    Basis::Prose,
);

/// The empty requirement `{}` makes security optional.
pub const SECURITY_REQUIREMENT_EMPTY: Rule = Rule::new(
    "security-requirement-empty",
    "the empty requirement `{}` makes security optional",
    include_str!("../pages/security-requirement-empty.md"),
    Group::References,
    Severity::Warning,
    Basis::Advice,
)
.until(Version::V2_6);

/// A security requirement names a scheme that is not declared.
pub const SECURITY_REQUIREMENT_UNDEFINED: Rule = Rule::new(
    "security-requirement-undefined",
    "a security requirement names a scheme that is not declared",
    include_str!("../pages/security-requirement-undefined.md"),
    Group::References,
    Severity::Error,
    Basis::Prose,
)
.until(Version::V2_6);

/// A security scheme has no description.
pub const SECURITY_SCHEME_DESCRIPTION_MISSING: Rule = Rule::new(
    "security-scheme-description-missing",
    "a security scheme has no description",
    include_str!("../pages/security-scheme-description-missing.md"),
    Group::References,
    Severity::Hint,
    Basis::Advice,
)
.off();

/// Two security schemes have the same definition.
pub const SECURITY_SCHEME_DUPLICATE: Rule = Rule::new(
    "security-scheme-duplicate",
    "two security schemes have the same definition",
    include_str!("../pages/security-scheme-duplicate.md"),
    Group::References,
    Severity::Hint,
    Basis::Advice,
);

/// A security scheme is used nowhere.
pub const SECURITY_SCHEME_UNUSED: Rule = Rule::new(
    "security-scheme-unused",
    "a security scheme is used nowhere",
    include_str!("../pages/security-scheme-unused.md"),
    Group::References,
    Severity::Hint,
    Basis::Advice,
)
.tagged(&[Tag::Unnecessary]);

/// A required scope is declared in some flows of the scheme only.
pub const SECURITY_SCOPE_NOT_IN_EVERY_FLOW: Rule = Rule::new(
    "security-scope-not-in-every-flow",
    "a required scope is declared in some flows of the scheme only",
    include_str!("../pages/security-scope-not-in-every-flow.md"),
    Group::References,
    Severity::Information,
    Basis::Advice,
);

/// A required scope is declared in no flow of the scheme.
pub const SECURITY_SCOPE_UNDEFINED: Rule = Rule::new(
    "security-scope-undefined",
    "a required scope is declared in no flow of the scheme",
    include_str!("../pages/security-scope-undefined.md"),
    Group::References,
    Severity::Warning,
    Basis::Advice,
);

/// Scopes are listed for a scheme type that has none.
pub const SECURITY_SCOPES_ON_NON_OAUTH: Rule = Rule::new(
    "security-scopes-on-non-oauth",
    "scopes are listed for a scheme type that has none",
    include_str!("../pages/security-scopes-on-non-oauth.md"),
    Group::References,
    Severity::Error,
    Basis::Prose,
)
.until(Version::V2_6);

/// `security: []` on a server says nothing.
pub const SERVER_SECURITY_EMPTY: Rule = Rule::new(
    "server-security-empty",
    "`security: []` on a server says nothing",
    include_str!("../pages/server-security-empty.md"),
    Group::References,
    Severity::Information,
    Basis::Advice,
)
.tagged(&[Tag::Unnecessary]);

/// An operation and its trait both set `security`.
pub const TRAIT_SECURITY_CONFLICT: Rule = Rule::new(
    "trait-security-conflict",
    "an operation and its trait both set `security`",
    include_str!("../pages/trait-security-conflict.md"),
    Group::References,
    Severity::Warning,
    Basis::Prose,
)
.since(Version::V2_4);
