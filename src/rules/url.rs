//! Whether a text is the URL of an endpoint (SPEC.md G): the grammar of RFC 3986, then what
//! RFC 9110 section 4.2 demands of `http` and `https`, then what can be seen without a network.
//!
//! The reader of browsers (the WHATWG standard) accepts other texts and is not asked.

pub(super) mod endpoint;
pub mod parameters;

use crate::rules::registry;
use std::ops::Range;

use fluent_uri::Uri;

use crate::rules::rule::{Rule, Severity};
use endpoint::Parts;

/// What is wrong with a URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The rule's id.
    pub rule: &'static Rule,
    /// The severity where it differs from the rule's own.
    pub severity: Option<Severity>,
    /// The part of the text that is meant, in bytes; all of it where no part is.
    pub part: Range<usize>,
    /// What is wrong and what to do. Never repeats what may be secret.
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

/// Everything that is wrong with a URL. A text that is no URL of an endpoint at all gives one
/// verdict.
pub fn verdicts(url: &str) -> Vec<Verdict> {
    let found = |rule, message: &str| vec![Verdict::new(rule, 0..url.len(), message)];
    if url.trim().is_empty() {
        let message = "the URL is empty; write it in full, with `https://` and a host";
        return found(registry::URL_NOT_ABSOLUTE, message);
    }
    if let Some(part) = blank_in(url) {
        let message = "a URL has no blanks; remove, or write `%20`";
        return vec![Verdict::new(registry::URL_WHITESPACE, part, message)];
    }
    if let Some(part) = placeholder_in(url) {
        let message = "this placeholder is not replaced by anyone; write the real URL";
        let mut verdict = Verdict::new(registry::URL_PLACEHOLDER, part, message);
        verdict.severity = Uri::parse(url).is_ok().then_some(Severity::Warning);
        return vec![verdict];
    }
    if !url.is_ascii() {
        let message = "a URL has ASCII signs only; write the host in punycode (`xn--`), \
                       the rest percent-encoded";
        return found(registry::URL_NON_ASCII, message);
    }
    let Some(scheme) = scheme_of(url) else {
        return if is_relative(url) {
            found(registry::URL_NOT_ABSOLUTE, &not_absolute(url))
        } else {
            found(registry::URL_INVALID, INVALID)
        };
    };
    let Ok(uri) = Uri::parse(url) else {
        return found(registry::URL_INVALID, INVALID);
    };
    if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
        return found(registry::URL_SCHEME_NOT_HTTP, &scheme_not_http(scheme, url));
    }
    match uri.authority() {
        Some(authority) if !authority.host().is_empty() => {
            let parts = Parts::of(url, scheme, authority.as_str(), authority.host());
            let query = uri.query().map(fluent_uri::pct_enc::EStr::as_str);
            endpoint::check(&parts, query, uri.has_fragment())
        }
        _ => found(registry::URL_MISSING_HOST, missing_host(url, scheme)),
    }
}

/// The URL of an endpoint taken apart: `http` or `https`, with a host, without placeholders.
#[derive(Debug, Clone, Copy)]
pub struct Endpoint<'u> {
    scheme: &'u str,
    /// The host as written; an IPv6 address in brackets.
    pub host: &'u str,
    port: &'u str,
    /// The path, percent-encoded as written.
    pub path: &'u str,
}

impl Endpoint<'_> {
    /// Whether scheme, host and port are the same (RFC 6454 section 4).
    pub fn has_origin_of(&self, other: &Self) -> bool {
        self.scheme.eq_ignore_ascii_case(other.scheme)
            && self.host.eq_ignore_ascii_case(other.host)
            && self.port() == other.port()
    }

    fn port(&self) -> &str {
        match self.port {
            "" if self.scheme.eq_ignore_ascii_case("https") => "443",
            "" => "80",
            port => port,
        }
    }

    /// The last segment of the path that is not empty, in lower case.
    pub fn last_segment(&self) -> String {
        let segments = self.path.rsplit('/');
        let mut segments = segments.filter(|segment| !segment.is_empty());
        segments.next().unwrap_or_default().to_ascii_lowercase()
    }
}

/// Takes a URL apart; `None` for everything that [`verdicts`] refuses as a URL of an endpoint.
pub fn endpoint(url: &str) -> Option<Endpoint<'_>> {
    if placeholder_in(url).is_some() {
        return None;
    }
    let scheme = scheme_of(url)?;
    let is_http = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    let uri = Uri::parse(url).ok().filter(|_| is_http)?;
    let authority = uri.authority()?;
    let parts = Parts::of(url, scheme, authority.as_str(), authority.host());
    let path_start = scheme.len() + "://".len() + authority.as_str().len();
    let path_end = path_start + uri.path().as_str().len();
    let endpoint = Endpoint {
        scheme,
        host: parts.host(),
        port: parts.port(),
        path: url.get(path_start..path_end)?,
    };
    (!endpoint.host.is_empty()).then_some(endpoint)
}

const INVALID: &str = "this is no URL (RFC 3986); \
     write other signs percent-encoded, and `/` in place of `\\`";

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

/// The first placeholder: `${a}`, `{{a}}`, `{a}`, `<a>`, `%A%`, `$A`.
fn placeholder_in(url: &str) -> Option<Range<usize>> {
    // Found once, so that a long row of openers does not search for closers that are not there.
    let [brace, braces] = ["}", "}}"].map(|closer| url.rfind(closer));
    (0..url.len())
        .filter(|at| url.is_char_boundary(*at))
        .find_map(|at| {
            let follows = |closer: Option<usize>| closer.is_some_and(|closer| closer >= at + 2);
            let len = placeholder_len(&url[at..], follows(brace), follows(braces))?;
            Some(at..at + len)
        })
}

/// The length of the placeholder that the text starts with, and whether `}` and `}}` follow
/// after the first two signs at all.
fn placeholder_len(text: &str, brace_follows: bool, braces_follow: bool) -> Option<usize> {
    let bytes = text.as_bytes();
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    match *bytes.first()? {
        b'$' if bytes.get(1) == Some(&b'{') => {
            let end = brace_follows.then(|| text.find('}'))??;
            Some(end + 1)
        }
        b'$' => {
            let is_name = |byte: &u8| byte.is_ascii_uppercase() || *byte == b'_';
            bytes.get(1).filter(|byte| is_name(byte))?;
            let name = bytes[1..]
                .iter()
                .take_while(|byte| is_name(byte) || byte.is_ascii_digit());
            Some(1 + name.count())
        }
        b'{' => {
            if bytes.get(1) == Some(&b'{')
                && braces_follow
                && let Some(end) = text[2..].find("}}")
            {
                return Some(2 + end + 2);
            }
            let end = 1 + text[1..].find(['{', '}'])?;
            (bytes[end] == b'}').then_some(end + 1)
        }
        b'<' => {
            let end = 1 + text[1..].find(['<', '>'])?;
            (bytes[end] == b'>' && end > 1).then_some(end + 1)
        }
        b'%' => {
            let is_encoded = bytes.len() > 2 && bytes[1..3].iter().all(u8::is_ascii_hexdigit);
            let starts = bytes
                .get(1)
                .is_some_and(|byte| is_word(byte) && !byte.is_ascii_digit());
            if is_encoded || !starts {
                return None;
            }
            let end = 1 + bytes[1..].iter().take_while(|byte| is_word(byte)).count();
            (bytes.get(end) == Some(&b'%')).then_some(end + 1)
        }
        _ => None,
    }
}

/// The scheme, without its colon.
fn scheme_of(url: &str) -> Option<&str> {
    let (scheme, _) = url.split_once(':')?;
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    is_scheme.then_some(scheme)
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
    } else {
        "write `https://` before it"
    };
    format!("this URL is relative, and nobody knows to what; {hint}")
}

/// Schemes that are named in messages; another one may be the name of a user or a host.
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

/// How `http` and `https` are misspelled.
const MISSPELLED: [&str; 9] = [
    "htps", "htttps", "hhttps", "httpss", "htp", "htttp", "hhttp", "httsp", "ttps",
];

fn scheme_not_http(scheme: &str, url: &str) -> String {
    let folded = scheme.to_ascii_lowercase();
    let after = url[scheme.len() + 1..].bytes().next();
    if MISSPELLED.contains(&folded.as_str()) {
        format!("`{folded}` is no scheme of an endpoint; did you mean `https`?")
    } else if OTHER_SCHEMES.contains(&folded.as_str()) {
        format!("`{folded}` is no scheme of an endpoint; write an `https` URL")
    } else if after.is_some_and(|byte| byte.is_ascii_digit()) {
        "what stands before the colon is read as a scheme, not as a host; \
         write `https://` before it"
            .to_owned()
    } else {
        "this is no `https` URL, and endpoints are reached by HTTP; write one".to_owned()
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

/// A text with all that a URI reference cannot have percent-encoded (RFC 3986, section 2).
pub(super) fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut has_fragment = false;
    for (at, byte) in text.bytes().enumerate() {
        let pair = text.as_bytes().get(at + 1..at + 3);
        let is_encoded =
            byte == b'%' && pair.is_some_and(|pair| pair.iter().all(u8::is_ascii_hexdigit));
        let is_mark = byte == b'#' && !has_fragment;
        has_fragment |= is_mark;
        let is_sign = byte.is_ascii_alphanumeric() || b"-._~:/?@!$&'()*+,;=".contains(&byte);
        if is_sign || is_encoded || is_mark {
            out.push(byte as char);
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
