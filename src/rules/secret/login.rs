//! Logins in a text: lines for JAAS, and URLs with a password.

use std::ops::Range;

use super::shape::{PASSWORD_OR_KEY, Secret};
use super::value::{is_credential, is_placeholder, is_secret_name};

/// The passwords in a line for JAAS (`sasl.jaas.config` of Kafka): options `name="value"` behind
/// the name of a login module.
pub(super) fn of_jaas(text: &str) -> Vec<Secret> {
    let mut found = Vec::new();
    let Some(mut at) = text.find("LoginModule") else {
        return found;
    };
    while let Some(equals) = text[at..].find('=').map(|equals| at + equals) {
        let name = text[..equals].trim_end();
        let is_part = |sign: char| sign.is_alphanumeric() || "._-".contains(sign);
        let name = &name[name.trim_end_matches(is_part).len()..];
        let rest = &text[equals + 1..];
        // In a JSON string inside of another one, quotes are escaped.
        let start = equals + 1 + (rest.len() - rest.trim_start_matches([' ', '\\']).len());
        let (start, end) = match text[start..].chars().next() {
            Some(quote @ ('"' | '\'')) => (start + 1, text[start + 1..].find([quote, '\n'])),
            _ => (start, text[start..].find([' ', ';', '\n', '"', '\''])),
        };
        let end = end.map_or(text.len(), |end| start + end);
        let value = text[start..end].trim_end_matches('\\');
        if is_secret_name(name) && is_literal(value) {
            found.push(Secret {
                range: start..start + value.len(),
                kind: PASSWORD_OR_KEY,
            });
        }
        at = end.max(equals + 1);
    }
    found
}

/// Whether the value of an option of JAAS is no placeholder. The line is what a client reads, so
/// the value need not look like a password.
fn is_literal(value: &str) -> bool {
    let has_digit = value.bytes().any(|byte| byte.is_ascii_digit());
    is_credential("password", value)
        || value.len() >= 6
            && has_digit
            && !is_placeholder(value)
            && !["secret", "password", "test", "demo"]
                .iter()
                .any(|word| value.to_ascii_lowercase().contains(word))
}

/// The passwords in URLs: `amqp://user:password@host` (RFC 3986 section 3.2.1).
pub(super) fn of_urls(text: &str) -> Vec<Secret> {
    let passwords = userinfo(text).into_iter().map(|login| {
        let colon = text[login.clone()].find(':');
        colon.map_or(login.start, |colon| login.start + colon + 1)..login.end
    });
    let real = passwords.filter(|range| is_credential("password", &text[range.clone()]));
    let secret = |range| Secret {
        range,
        kind: PASSWORD_OF_URL,
    };
    real.map(secret).collect()
}

/// Where URLs have a user name, with or without a password.
pub(super) fn userinfo(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(slashes) = text[at..].find("://") {
        at += slashes + "://".len();
        let authority = &text[at..at + text[at..].find(ends_userinfo).unwrap_or(text.len() - at)];
        found.extend(authority.rfind('@').map(|end| at..at + end));
    }
    found
}

/// Whether a character ends the part of a URL that may have a user and a password.
pub fn ends_userinfo(sign: char) -> bool {
    sign.is_whitespace() || "/?#\"'<>`".contains(sign)
}

/// The kind of a password in a URL.
pub const PASSWORD_OF_URL: &str = "a password in a URL";
