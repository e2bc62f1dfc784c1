//! Rules about what no `security` list covers.

use super::{Basis, Group, Rule, Severity};
use crate::spec::Version;

/// An operation can be reached without any security.
pub const OPERATION_WITHOUT_SECURITY: Rule = Rule::new(
    "operation-without-security",
    "an operation can be reached without any security",
    include_str!("../pages/operation-without-security.md"),
    Group::Coverage,
    Severity::Hint,
    Basis::Advice,
)
.since(Version::V2_4)
.off();

/// A server has no `security`.
pub const SERVER_WITHOUT_SECURITY: Rule = Rule::new(
    "server-without-security",
    "a server has no `security`",
    include_str!("../pages/server-without-security.md"),
    Group::Coverage,
    Severity::Information,
    Basis::Advice,
);
