//! Logins in a text: lines for JAAS, and URLs with a password.

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
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(slashes) = text[at..].find("://") {
        at += slashes + "://".len();
        let is_end = |sign: char| sign.is_whitespace() || "/?#\"'<>`".contains(sign);
        let authority = &text[at..at + text[at..].find(is_end).unwrap_or(text.len() - at)];
        let Some(userinfo) = authority.rfind('@').map(|end| &authority[..end]) else {
            continue;
        };
        let password = userinfo.find(':').map_or(0, |colon| colon + 1);
        let value = &userinfo[password..];
        if is_credential("password", value) {
            found.push(Secret {
                range: at + password..at + userinfo.len(),
                kind: PASSWORD_OF_URL,
            });
        }
    }
    found
}

/// The kind of a password in a URL.
pub const PASSWORD_OF_URL: &str = "a password in a URL";
