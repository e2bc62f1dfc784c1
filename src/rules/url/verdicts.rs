//! What is wrong with a text as the URL of an endpoint (docs/specification.md G): the grammar of RFC 3986, then
//! what RFC 9110 section 4.2 demands of `http` and `https`, then what the host, the port and the
//! query show without a network.
//!
//! Browsers read URLs by the WHATWG standard, which accepts more; it is not used here.

use std::net::IpAddr;
use std::ops::Range;

use fluent_uri::Uri;

use super::around::url_inside;
use super::placeholder::placeholders;
use super::{Parts, address_of, is_local, is_loopback, scheme_of, secret_parameter};
use crate::rules::registry;
use crate::rules::rule::{Rule, Severity};

/// A problem of a URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The rule.
    pub rule: &'static Rule,
    /// The severity where it differs from the rule's own.
    pub severity: Option<Severity>,
    /// The part of the text that is wrong, in bytes; the whole text if no part is.
    pub part: Range<usize>,
    /// What is wrong and what to do. It never repeats a possible secret.
    pub message: String,
}

impl Verdict {
    fn new(rule: &'static Rule, part: Range<usize>, message: &str) -> Self {
        Self {
            rule,
            severity: None,
            part,
            message: message.to_owned(),
        }
    }
}

/// All problems of a URL. A text that is no URL of an endpoint has exactly one.
pub fn verdicts(url: &str) -> Vec<Verdict> {
    let found = |rule, message: &str| vec![Verdict::new(rule, 0..url.len(), message)];
    if url.trim().is_empty() {
        let message = "the URL is empty; write it in full, with `https://` and a host";
        return found(registry::URL_NOT_ABSOLUTE, message);
    }
    if url.starts_with('<') && url_inside(url).is_some_and(|inside| inside.is_all) {
        return found(registry::URL_PLACEHOLDER, ONLY_URL);
    }
    // First of all: a blank or sign in a placeholder goes when it is filled in.
    if let Some(part) = placeholders(url).next() {
        let message = "nothing replaces this placeholder; write the real URL";
        let mut verdict = Verdict::new(registry::URL_PLACEHOLDER, part, message);
        verdict.severity = Uri::parse(url).is_ok().then_some(Severity::Warning);
        return vec![verdict];
    }
    if let Some(blank) = blank_in(url) {
        return vec![whitespace(url, blank)];
    }
    if !url.is_ascii() {
        let message = "a URL has ASCII characters only; write the host in Punycode (`xn--`), \
                       and percent-encode the rest";
        return found(registry::URL_NON_ASCII, message);
    }
    let Some(scheme) = scheme_of(url) else {
        return if is_relative(url) {
            found(registry::URL_NOT_ABSOLUTE, &not_absolute(url))
        } else {
            found(registry::URL_INVALID, invalid(url))
        };
    };
    let Ok(uri) = Uri::parse(url) else {
        return found(registry::URL_INVALID, invalid(url));
    };
    if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
        return found(registry::URL_SCHEME_NOT_HTTP, &scheme_not_http(scheme, url));
    }
    match uri.authority() {
        Some(authority) if !authority.host().is_empty() => {
            let parts = Parts::of(url, scheme, authority.as_str(), authority.host());
            let query = uri.query().map(fluent_uri::pct_enc::EStr::as_str);
            check_host(&parts, query, uri.has_fragment())
        }
        _ => found(registry::URL_MISSING_HOST, missing_host(url, scheme)),
    }
}

/// The problems of a well-formed URL of an endpoint.
fn check_host(parts: &Parts<'_>, query: Option<&str>, has_fragment: bool) -> Vec<Verdict> {
    let url = parts.url;
    let mut out = Vec::new();
    let mut say = |rule, part, message: &str| out.push(Verdict::new(rule, part, message));
    if has_fragment {
        let at = url.find('#').unwrap_or(0);
        let message =
            "the URL of an endpoint must not have a fragment; remove `#` and what follows";
        say(registry::URL_FRAGMENT, at..url.len(), message);
    }
    if let Some(userinfo) = &parts.userinfo {
        let message = "a document must not carry credentials; remove everything up to `@`";
        say(registry::URL_USERINFO, userinfo.clone(), message);
    }
    let host = url[parts.host.clone()].to_ascii_lowercase();
    let host = host.trim_end_matches('.');
    let address = address_of(host);
    if is_loopback(host) {
        let message = "this points to each reader's own computer; write the public host";
        say(registry::URL_LOOPBACK_HOST, parts.host.clone(), message);
    } else if address.is_some_and(is_private) {
        let message = "this address is private and others cannot reach it; write the public host";
        say(registry::URL_PRIVATE_ADDRESS, parts.host.clone(), message);
    }
    if parts.is_plain && !is_local(host) {
        let message = "credentials and tokens are sent here unencrypted; use `https`";
        say(registry::URL_NOT_HTTPS, 0..url.len(), message);
    }
    let port = &url[parts.port.clone()];
    if !port.is_empty() && !port.parse::<u16>().is_ok_and(|port| port > 0) {
        let message = "a port must be a number from 1 to 65535";
        say(registry::URL_PORT_INVALID, parts.port.clone(), message);
    }
    let original = &url[parts.host.clone()];
    if address.is_none() && is_suspicious(original) {
        let message = "this is not a valid host name; correct it";
        say(registry::URL_SUSPICIOUS_HOST, parts.host.clone(), message);
    }
    let is_name = || is_reserved(host) || is_left_behind(host);
    if address.map_or_else(is_name, is_example_address) {
        let message = "this host is reserved for examples; write the real one";
        say(registry::URL_EXAMPLE_HOST, parts.host.clone(), message);
    }
    if let Some((part, name)) = query.and_then(|query| secret_in(url, query)) {
        let message = format!("`{name}` does not belong in a URL; remove the parameter");
        say(registry::URL_SECRET_IN_QUERY, part, &message);
    }
    out
}

fn invalid(url: &str) -> &'static str {
    match url_inside(url) {
        Some(_) => ONLY_URL,
        None => {
            "this is not a valid URL (RFC 3986); \
             percent-encode what is not allowed in one, and write `/` for `\\`"
        }
    }
}

const ONLY_URL: &str = "only the URL belongs here; remove the text around it";

/// The verdict on a URL with this blank first.
fn whitespace(url: &str, blank: Range<usize>) -> Verdict {
    const RULE: &Rule = registry::URL_WHITESPACE;
    if let Some(inside) = url_inside(url) {
        let end = inside.start + inside.url.len();
        let part = match inside.start {
            0 => end..url.len(),
            start => 0..start,
        };
        return Verdict::new(RULE, part, ONLY_URL);
    }
    let path = url.find("://").map(|at| at + "://".len());
    let path = path.and_then(|start| Some(start + url[start..].find(['/', '?', '#'])?));
    let is_in_path = path.is_some_and(|path| path < blank.start) && blank.end < url.len();
    let message = match is_in_path {
        true => "a URL cannot contain spaces; remove this, or write `%20`",
        false => "a URL cannot contain spaces; remove this",
    };
    Verdict::new(RULE, blank, message)
}

/// The first run of blanks and control characters.
fn blank_in(url: &str) -> Option<Range<usize>> {
    let is_blank = |byte: u8| byte <= b' ' || byte == 0x7f;
    let start = url.bytes().position(is_blank)?;
    let len = url[start..]
        .bytes()
        .take_while(|byte| is_blank(*byte))
        .count();
    Some(start..start + len)
}

/// Whether a text without a scheme is a relative reference: no colon in its first segment
/// (RFC 3986 section 4.2).
fn is_relative(url: &str) -> bool {
    url.find([':', '/', '?', '#'])
        .is_none_or(|at| url.as_bytes()[at] != b':')
}

fn not_absolute(url: &str) -> String {
    let hint = if url.starts_with("//") {
        "write `https:` before it"
    } else if url.starts_with(['/', '?', '#', '.']) {
        "write it in full, with `https://` and the host"
    } else if !url.contains(['.', '/', ':']) {
        // No host of a provider, so that `https://` alone would make a wrong URL of it.
        "write the full URL, such as `https://...`"
    } else {
        "write `https://` before it"
    };
    format!("this URL must be absolute; {hint}")
}

/// Schemes that messages may repeat; another one may be the name of a user or a host.
const OTHER_SCHEMES: [&str; 9] = [
    "mailto",
    "urn",
    "javascript",
    "file",
    "ws",
    "wss",
    "ftp",
    "data",
    "tel",
];

/// Misspellings of `http` and `https`.
const MISSPELLED: [&str; 9] = [
    "htps", "htttps", "hhttps", "httpss", "htp", "htttp", "hhttp", "httsp", "ttps",
];

fn scheme_not_http(scheme: &str, url: &str) -> String {
    let folded = scheme.to_ascii_lowercase();
    let after = url[scheme.len() + 1..].bytes().next();
    if MISSPELLED.contains(&folded.as_str()) {
        format!("`{folded}` is not a scheme of URLs; did you mean `https`?")
    } else if OTHER_SCHEMES.contains(&folded.as_str()) {
        format!("endpoints are called by HTTP, not by `{folded}`; write an `https` URL")
    } else if after.is_some_and(|byte| byte.is_ascii_digit()) {
        "the text before the colon is read as a scheme, not as a host; \
         write `https://` before it"
            .to_owned()
    } else {
        "this is not an `https` URL, and endpoints are called by HTTP; write one".to_owned()
    }
}

fn missing_host(url: &str, scheme: &str) -> &'static str {
    let rest = &url[scheme.len() + 1..];
    let host = rest.trim_start_matches('/');
    if rest.len() - host.len() < 2 && !host.is_empty() {
        "two slashes and a host must follow the scheme; write `https://` and the host"
    } else {
        "this URL has no host; write one after `https://`"
    }
}

/// Private and link-local addresses (RFC 6890).
fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_private() || address.is_link_local(),
        IpAddr::V6(address) => address.is_unique_local() || address.is_unicast_link_local(),
    }
}

/// Addresses for documentation (RFC 5737, RFC 3849).
fn is_example_address(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_documentation(),
        IpAddr::V6(address) => address.segments().starts_with(&[0x2001, 0x0db8]),
    }
}

/// Invalid host names: an empty label, a hyphen at the end of one, digits alone (RFC 1123 section
/// 2.1).
fn is_suspicious(host: &str) -> bool {
    if host.starts_with('[') {
        return false;
    }
    let name = host.trim_end_matches('.');
    name.split('.')
        .any(|label| label.is_empty() || label.starts_with('-') || label.ends_with('-'))
        || name
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// Whether a host is reserved for documentation and tests (RFC 2606).
pub fn is_reserved(host: &str) -> bool {
    const DOMAINS: [&str; 6] = [
        "example.com",
        "example.net",
        "example.org",
        "example",
        "test",
        "invalid",
    ];
    let host = host.to_ascii_lowercase();
    DOMAINS.iter().any(|domain| {
        host.strip_suffix(domain)
            .is_some_and(|before| before.is_empty() || before.ends_with('.'))
    })
}

/// Whether a host has a word of a template that nobody replaced.
pub fn is_left_behind(host: &str) -> bool {
    const WORDS: [&str; 12] = [
        "your-domain",
        "yourdomain",
        "your-tenant",
        "yourtenant",
        "your-company",
        "yourcompany",
        "your-host",
        "yourhost",
        "todo",
        "changeme",
        "tenant-name",
        "tenantname",
    ];
    // A word ends at a dot, a hyphen or an end of the host.
    let has_word = |word: &str| {
        host.match_indices(word).any(|(at, _)| {
            let before = host[..at].bytes().next_back();
            let after = host[at + word.len()..].bytes().next();
            [before, after]
                .iter()
                .all(|byte| byte.is_none_or(|byte| matches!(byte, b'.' | b'-')))
        })
    };
    WORDS.iter().any(|word| has_word(word))
}

/// The first query parameter that is a secret, with its name.
fn secret_in(url: &str, query: &str) -> Option<(Range<usize>, &'static str)> {
    let mut start = url.find('?')? + 1;
    for pair in query.split('&') {
        if let Some((name, _)) = pair.split_once('=')
            && let Some(known) = secret_parameter(name)
        {
            return Some((start..start + pair.len(), known));
        }
        start += pair.len() + 1;
    }
    None
}
