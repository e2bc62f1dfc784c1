//! URLs of endpoints: their parts, percent-encoding, and secrets in their query.

pub mod around;
pub mod placeholder;
pub mod verdicts;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ops::Range;

use fluent_uri::Uri;

use placeholder::placeholders;

/// The host in the examples of `spec`, which completion and fixes write.
pub const OF_TEMPLATES: &str = "auth.example.com";

/// The parsed URL of an endpoint: `http` or `https`, with a host, without placeholders.
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

    /// Host and port as written; no port if it is that of plain `http`.
    pub fn authority(&self) -> String {
        match self.port {
            "" => self.host.to_owned(),
            _ if self.scheme.eq_ignore_ascii_case("http") => self.host.to_owned(),
            port => format!("{}:{port}", self.host),
        }
    }

    /// The last segment of the path that is not empty, in lower case.
    pub fn last_segment(&self) -> String {
        let segments = self.path.rsplit('/');
        let mut segments = segments.filter(|segment| !segment.is_empty());
        segments.next().unwrap_or_default().to_ascii_lowercase()
    }
}

/// Parses a URL; `None` if it is no URL of an endpoint.
pub fn endpoint(url: &str) -> Option<Endpoint<'_>> {
    if placeholders(url).next().is_some() {
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

/// The parts of a URL of an endpoint, with their ranges.
struct Parts<'u> {
    url: &'u str,
    is_plain: bool,
    /// With its `@`.
    userinfo: Option<Range<usize>>,
    host: Range<usize>,
    port: Range<usize>,
}

impl<'u> Parts<'u> {
    /// Splits a URL that has a scheme, `//` and an authority.
    fn of(url: &'u str, scheme: &str, authority: &str, host: &str) -> Self {
        let start = scheme.len() + "://".len();
        let end = start + authority.len();
        let userinfo = authority.find('@').map(|at| start..start + at + 1);
        let host_start = userinfo.as_ref().map_or(start, |userinfo| userinfo.end);
        let host = host_start..host_start + host.len();
        let port = (host.end + 1).min(end)..end;
        Self {
            url,
            is_plain: scheme.eq_ignore_ascii_case("http"),
            userinfo,
            host,
            port,
        }
    }

    /// The host as written.
    fn host(&self) -> &'u str {
        &self.url[self.host.clone()]
    }

    /// The port as written; empty if there is none.
    fn port(&self) -> &'u str {
        &self.url[self.port.clone()]
    }
}

/// Whether a host is the reader's own machine.
pub(super) fn is_loopback(host: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let address = address_of(&host);
    host == "localhost"
        || host.ends_with(".localhost")
        || address.is_some_and(|address| address.is_loopback() || address.is_unspecified())
}

/// Whether a host is found only from near by: the reader's own machine, or a name without a dot,
/// which no public DNS has (`kafka` in a network of containers). Who is there already sees the
/// traffic.
pub(super) fn is_local(host: &str) -> bool {
    let is_name = host.bytes().any(|byte| byte.is_ascii_alphabetic())
        && (host.bytes()).all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    is_name || is_loopback(host)
}

fn address_of(host: &str) -> Option<IpAddr> {
    if let Some(inner) = host.strip_prefix('[') {
        let address: Ipv6Addr = inner.strip_suffix(']')?.parse().ok()?;
        return Some(IpAddr::V6(address));
    }
    host.parse::<Ipv4Addr>().ok().map(IpAddr::V4)
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

/// Percent-encodes what a URI reference cannot contain (RFC 3986, section 2).
pub fn encoded(text: &str) -> String {
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

/// Names that are only used for secrets.
const SECRET: [&str; 10] = [
    "client_secret",
    "access_token",
    "refresh_token",
    "id_token",
    "password",
    "api_key",
    "apikey",
    "secret",
    "code",
    "token",
];

/// Names that harmless values have as well: values are masked, but not reported.
const MAYBE_SECRET: [&str; 6] = ["api-key", "auth", "key", "passwd", "pwd", "sig"];

/// The length of the longest of these names, in bytes.
pub const LONGEST_SECRET_PARAMETER: usize = "client_secret".len();

/// The name of a query parameter that is certainly a secret. Case is ignored.
pub fn secret_parameter(name: &str) -> Option<&'static str> {
    let mut known = SECRET.into_iter();
    known.find(|known| known.eq_ignore_ascii_case(name))
}

/// Whether a query parameter of that name may be a secret. Case is ignored.
pub fn may_be_secret_parameter(name: &str) -> bool {
    let is_meant = |known: &&str| known.eq_ignore_ascii_case(name);
    secret_parameter(name).is_some() || MAYBE_SECRET.iter().any(is_meant)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_and_none_twice() {
        let mut all: Vec<&str> = SECRET.into_iter().chain(MAYBE_SECRET).collect();
        assert_eq!(
            all.iter().map(|name| name.len()).max(),
            Some(LONGEST_SECRET_PARAMETER)
        );
        assert!(all.iter().all(|name| may_be_secret_parameter(name)));
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), SECRET.len() + MAYBE_SECRET.len());
        assert_eq!(secret_parameter("Client_Secret"), Some("client_secret"));
        assert!(may_be_secret_parameter("SIG") && secret_parameter("sig").is_none());
        assert!(!may_be_secret_parameter("client_id"));
    }
}
