//! How problems in settings are worded.

use super::one_of;
use crate::rules::messages::{nearest, quoted};
use crate::rules::registry::RULES;
use crate::rules::rule::Group;

/// A name that is none of those that can stand there.
pub fn unknown(what: &str, name: &str, known: &[&str]) -> String {
    let name_shown = quoted(name);
    match nearest(name, known.iter().copied()) {
        Some(meant) => format!("there is no {what} {name_shown}, did you mean `{meant}`"),
        None => format!(
            "there is no {what} {name_shown} here, write {}",
            one_of(known)
        ),
    }
}

/// A name that is neither a rule's nor a group's.
pub fn unknown_rule(name: &str) -> String {
    let groups = Group::ALL.iter().map(|group| group.as_str());
    let ids = RULES.iter().map(|rule| rule.id);
    let shown = quoted(name);
    match nearest(name, groups.chain(ids)) {
        Some(meant) => format!("there is no rule or group {shown}, did you mean `{meant}`"),
        None => {
            format!("there is no rule or group {shown}, see `asyncapi-security-lsp rules`")
        }
    }
}

/// A name of TOML as JSON writes it.
pub fn camel(name: &str) -> String {
    let mut parts = name.split('-');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let mut signs = part.chars();
        out.extend(signs.next().map(|first| first.to_ascii_uppercase()));
        out.push_str(signs.as_str());
    }
    out
}
