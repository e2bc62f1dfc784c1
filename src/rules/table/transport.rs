//! Rules about what protects credentials on their way, and which scheme suits which protocol.

use super::{Basis, Group, Rule, Severity};
use crate::spec::Version;

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
