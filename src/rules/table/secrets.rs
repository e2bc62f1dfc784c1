//! Rules about secrets that stand in the document.

use super::{Basis, Group, Rule, Severity};

/// A server address has a user name or password in it.
pub const CREDENTIALS_IN_SERVER_ADDRESS: Rule = Rule::new(
    "credentials-in-server-address",
    "a server address has a user name or password in it",
    include_str!("../pages/credentials-in-server-address.md"),
    Group::Secrets,
    Severity::Warning,
    Basis::Must,
);

/// Something that looks like a real credential stands in the document.
pub const SECRET_IN_DOCUMENT: Rule = Rule::new(
    "secret-in-document",
    "something that looks like a real credential stands in the document",
    include_str!("../pages/secret-in-document.md"),
    Group::Secrets,
    Severity::Warning,
    Basis::Advice,
);

/// A server variable for a credential has a value.
pub const SECRET_IN_SERVER_VARIABLE: Rule = Rule::new(
    "secret-in-server-variable",
    "a server variable for a credential has a value",
    include_str!("../pages/secret-in-server-variable.md"),
    Group::Secrets,
    Severity::Warning,
    Basis::Advice,
);
