//! What can be seen of an endpoint without a network: its host, its port, what it gives away.

use crate::rules::registry;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ops::Range;

use super::{Verdict, parameters};

/// The parts of a URL of an endpoint, with their places.
pub(super) struct Parts<'u> {
    url: &'u str,
    is_plain: bool,
    /// With its `@`.
    userinfo: Option<Range<usize>>,
    host: Range<usize>,
    port: Range<usize>,
}

impl<'u> Parts<'u> {
    /// Takes a URL apart that has a scheme, `//` and an authority.
    pub(super) fn of(url: &'u str, scheme: &str, authority: &str, host: &str) -> Self {
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
    pub(super) fn host(&self) -> &'u str {
        &self.url[self.host.clone()]
    }

    /// The port as written; empty without one.
    pub(super) fn port(&self) -> &'u str {
        &self.url[self.port.clone()]
    }
}

/// Whether a host is the machine of whoever reads it.
pub(in crate::rules) fn is_loopback(host: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let address = address_of(&host);
    host == "localhost"
        || host.ends_with(".localhost")
        || address.is_some_and(|address| address.is_loopback() || address.is_unspecified())
}

/// What is wrong with a URL that has the form of an endpoint's.
pub(super) fn check(parts: &Parts<'_>, query: Option<&str>, has_fragment: bool) -> Vec<Verdict> {
    let url = parts.url;
    let mut out = Vec::new();
    let mut say = |rule, part, message: &str| out.push(Verdict::new(rule, part, message));
    if has_fragment {
        let at = url.find('#').unwrap_or(0);
        let message = "the URL of an endpoint has no fragment; remove `#` and what follows";
        say(registry::URL_FRAGMENT, at..url.len(), message);
    }
    if let Some(userinfo) = &parts.userinfo {
        let message = "a document must not carry credentials; remove everything up to `@`";
        say(registry::URL_USERINFO, userinfo.clone(), message);
    }
    let host = url[parts.host.clone()].to_ascii_lowercase();
    let host = host.trim_end_matches('.');
    let address = address_of(host);
    let is_loopback = is_loopback(host);
    if is_loopback {
        let message = "this is the machine of whoever reads it; write the public host";
        say(registry::URL_LOOPBACK_HOST, parts.host.clone(), message);
    } else if address.is_some_and(is_private) {
        let message = "this address is private, others cannot reach it; write the public host";
        say(registry::URL_PRIVATE_ADDRESS, parts.host.clone(), message);
    }
    if parts.is_plain && !is_loopback {
        let message = "credentials and tokens travel here unencrypted; use `https`";
        say(registry::URL_NOT_HTTPS, 0..url.len(), message);
    }
    let port = &url[parts.port.clone()];
    if !port.is_empty() && !port.parse::<u16>().is_ok_and(|port| port > 0) {
        let message = "a port is a number from 1 to 65535";
        say(registry::URL_PORT_INVALID, parts.port.clone(), message);
    }
    let original = &url[parts.host.clone()];
    if address.is_none() && is_suspicious(original) {
        let message = "no host can have this name; correct it";
        say(registry::URL_SUSPICIOUS_HOST, parts.host.clone(), message);
    }
    if address.map_or_else(|| is_example_name(host), is_example_address) {
        let message = "this host is for documentation only; write the real one";
        say(registry::URL_EXAMPLE_HOST, parts.host.clone(), message);
    }
    if let Some((part, name)) = query.and_then(|query| secret_in(url, query)) {
        let message = format!("`{name}` does not belong into a URL; remove the parameter");
        say(registry::URL_SECRET_IN_QUERY, part, &message);
    }
    out
}

fn address_of(host: &str) -> Option<IpAddr> {
    if let Some(inner) = host.strip_prefix('[') {
        let address: Ipv6Addr = inner.strip_suffix(']')?.parse().ok()?;
        return Some(IpAddr::V6(address));
    }
    host.parse::<Ipv4Addr>().ok().map(IpAddr::V4)
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

/// Names that no host has: an empty label, a hyphen at the end of one, figures alone
/// (RFC 1123 section 2.1).
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

/// Domains for documentation (RFC 2606) and hosts that a template left behind.
fn is_example_name(host: &str) -> bool {
    const DOMAINS: [&str; 6] = [
        "example.com",
        "example.net",
        "example.org",
        "example",
        "test",
        "invalid",
    ];
    const LEFT_BEHIND: [&str; 12] = [
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
    let ends_in = |domain: &str| {
        host.strip_suffix(domain)
            .is_some_and(|before| before.is_empty() || before.ends_with('.'))
    };
    // A word of the host: between dots and hyphens, or its ends.
    let has_word = |word: &str| {
        host.match_indices(word).any(|(at, _)| {
            let before = host[..at].bytes().next_back();
            let after = host[at + word.len()..].bytes().next();
            [before, after]
                .iter()
                .all(|byte| byte.is_none_or(|byte| matches!(byte, b'.' | b'-')))
        })
    };
    DOMAINS.iter().any(|domain| ends_in(domain)) || LEFT_BEHIND.iter().any(|word| has_word(word))
}

/// The first parameter of the query that carries a secret, with its name.
fn secret_in(url: &str, query: &str) -> Option<(Range<usize>, &'static str)> {
    let mut start = url.find('?')? + 1;
    for pair in query.split('&') {
        if let Some((name, _)) = pair.split_once('=')
            && let Some(known) = parameters::secret(name)
        {
            return Some((start..start + pair.len(), known));
        }
        start += pair.len() + 1;
    }
    None
}
