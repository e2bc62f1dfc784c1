//! `host` of a server (3.x): a host with an optional port, or several with commas between them.

use std::ops::Range;

use crate::edits::template::Template;
use crate::model::facts::Server;
use crate::rules::context::UnitContext;
use crate::rules::finding::Finding;
use crate::rules::fix::FixContext;
use crate::rules::fix::FixKind::Safe;
use crate::rules::messages::quoted;
use crate::rules::registry;
use crate::rules::unit::urls::part_of;
use crate::rules::url::placeholder::blanked;

/// What a host must not have: a range of its text.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Fault {
    /// A scheme with `://`, or `//` alone.
    Scheme(Range<usize>),
    /// Path, query or fragment, up to the end.
    Rest(usize),
}

pub(super) fn check(context: &UnitContext<'_>, server: &Server) -> Option<Finding> {
    let text = &*server.address.as_ref()?.value.text;
    let fault = fault(text)?;
    let entry = context.tree.field(context.value, "host")?;
    let (range, message) = match fault {
        Fault::Scheme(range) => {
            let protocol = (server.protocol.as_ref()).map(|protocol| &*protocol.value.text);
            let message = scheme_message(text, &range, protocol);
            (range, message)
        }
        Fault::Rest(at) => (at..text.len(), rest_message(&text[at..]).to_owned()),
    };
    let rule = registry::SERVER_HOST_NOT_A_HOST;
    Some(Finding::new(rule, part_of(entry.value, &range), message))
}

fn scheme_message(text: &str, range: &Range<usize>, protocol: Option<&str>) -> String {
    let name = scheme_name(&text[range.clone()]);
    let is_scheme = |sign: char| sign.is_ascii_alphanumeric() || "+-.{}$".contains(sign);
    if name.is_empty() {
        return "a host does not start with `//`; remove it".to_owned();
    }
    // What stands before `://` may be a password.
    let shown = match name.chars().all(is_scheme) {
        true => quoted(&text[range.clone()]),
        false => "it".to_owned(),
    };
    let advice = match protocol {
        Some(protocol) if protocol.eq_ignore_ascii_case(name) => "which `protocol` says already",
        Some(_) => "since `protocol` says how to connect",
        None => "and say it with `protocol`",
    };
    let path = match fault(&text[range.end..]) {
        Some(Fault::Rest(_)) => "; what follows the host belongs to `pathname`",
        _ => "",
    };
    format!("a host has no scheme; remove {shown}, {advice}{path}")
}

fn rest_message(rest: &str) -> &'static str {
    match rest.as_bytes() {
        [b'?', ..] => "a host has no query; remove it, or describe it in the bindings of channels",
        [b'#', ..] => "a host has no fragment; remove it",
        b"/" => "a host has no path; remove `/`",
        _ if next_mark(&blanked(rest), 1).is_some_and(|at| rest.as_bytes()[at] != b'/') => {
            "a host has no path; move it to `pathname`, without `?` or `#` and what follows"
        }
        _ => "a host has no path; move it to `pathname`",
    }
}

/// The scheme in a text that ends with `://`; empty for `//`.
fn scheme_name(text: &str) -> &str {
    text.trim_end_matches('/').trim_end_matches(':')
}

/// The first thing that does not belong to a host.
fn fault(text: &str) -> Option<Fault> {
    let shape = blanked(text);
    let at = next_mark(&shape, 0)?;
    let before = &shape[..at];
    let start = before.rfind(',').map_or(0, |comma| comma + 1);
    let host = before[start..].trim_start();
    let start = at - host.len();
    if shape[at..].starts_with("//") && (host.is_empty() || host.ends_with(':')) {
        return Some(Fault::Scheme(start..at + "//".len()));
    }
    // A password with a slash in it is not a path: it stands before `@`.
    let port = host.rsplit_once(':').map_or("", |(_, port)| port);
    let is_password = port.contains(|sign: char| sign.is_ascii_alphabetic()) && !port.contains('{');
    if is_password && shape[at..].contains('@') {
        return None;
    }
    Some(Fault::Rest(at))
}

/// The first `/`, `?` or `#` from a place on that is not inside of brackets: an IPv6 address, or a
/// variable or template that is not closed. Placeholders are blanked.
fn next_mark(shape: &str, from: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, byte) in shape.bytes().enumerate().skip(from) {
        match byte {
            b'{' | b'[' | b'<' | b'(' => depth += 1,
            b'}' | b']' | b'>' | b')' => depth = depth.saturating_sub(1),
            b'/' | b'?' | b'#' if depth == 0 => return Some(at),
            _ => {}
        }
    }
    None
}

/// Offers to remove a scheme that `protocol` repeats, and to move a path to `pathname`.
pub(in crate::rules) fn fix(fix: &mut FixContext<'_>) {
    let (Some(entry), Some(server)) = (fix.entry(), fix.mapping()) else {
        return;
    };
    let host = entry.value;
    // Where an anchor shares the host or the server, others would change, too.
    let is_shared = host.props().is_some() || server.props().is_some();
    if entry.key.value() != "host" || !host.is_scalar() || is_shared {
        return;
    }
    let tree = fix.tree();
    let protocol = tree.field(server, "protocol");
    let protocol = protocol.map_or("", |entry| entry.value.value());
    let Some((kept, scheme)) = without_schemes(host.value(), protocol) else {
        return;
    };
    let end = match fault(&kept) {
        Some(Fault::Rest(at)) => at,
        _ => kept.len(),
    };
    let (kept, path) = kept.split_at(end);
    let is_plain = path.starts_with('/') && !path.contains(['?', '#', ',', '@']);
    let has_pathname = tree.field(server, "pathname").is_some();
    let is_moved = path.len() > 1;
    if kept.is_empty() || (!path.is_empty() && !is_plain) || (is_moved && has_pathname) {
        return;
    }
    let title = match (scheme, is_moved) {
        (Some(scheme), false) => format!("Remove {}", quoted(&scheme)),
        (Some(scheme), true) => {
            let scheme = quoted(&scheme);
            format!("Remove {scheme} and move the path to `pathname`")
        }
        (None, true) => "Move the path to `pathname`".to_owned(),
        (None, false) => "Remove `/`".to_owned(),
    };
    fix.offer(title, Safe, |edits| {
        edits.set_text(host, kept)?;
        if is_moved {
            let order = ["host", "pathname"];
            edits.insert(server, "pathname", &Template::text(path), &order)?;
        }
        Some(())
    });
}

/// The text without schemes, and the first of them; `None` if one differs from the protocol.
fn without_schemes(text: &str, protocol: &str) -> Option<(String, Option<String>)> {
    let mut kept = text.to_owned();
    let mut first = None;
    while let Some(Fault::Scheme(range)) = fault(&kept) {
        let scheme = kept[range.clone()].to_owned();
        if !scheme_name(&scheme).eq_ignore_ascii_case(protocol) {
            return None;
        }
        kept.replace_range(range, "");
        first.get_or_insert(scheme);
    }
    Some((kept, first))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<&str> {
        Some(match fault(text)? {
            Fault::Scheme(range) => &text[range],
            Fault::Rest(at) => &text[at..],
        })
    }

    #[test]
    fn hosts_ports_variables_templates_and_lists_are_hosts() {
        for host in [
            "",
            "example.com",
            "example.com:8080",
            "{region}.example.com:{port}",
            "{a/b}.example.com",
            "{unclosed/b",
            "[2001:db8::1]:9092",
            "[fe80::1%25en0/x]",
            "a:9092,b:9092, c",
            "${HOST}",
            "${HOST:-https://a/b}:${PORT:?no port}",
            "$(HOST)",
            "@HOST@",
            "%HOST%",
            "<host/name>",
            "{{ host | default('a/b') }}",
            "#{HOST}.example.com",
            "#{HOST}#:#PORT#",
            "user:pass@example.com",
            "user:pa/ss@example.com",
            "user:pa?ss#@example.com",
        ] {
            assert_eq!(found(host), None, "{host}");
        }
    }

    #[test]
    fn the_first_fault_is_found() {
        for (host, part) in [
            ("https://api.example.com", "https://"),
            ("https://api.example.com/v1?a=b", "https://"),
            ("mqtt://broker:1883", "mqtt://"),
            ("{protocol}://broker", "{protocol}://"),
            ("//example.com/ws", "//"),
            ("a:9092, kafka://b:9092", "kafka://"),
            ("example.com/ws", "/ws"),
            ("example.com:80/", "/"),
            ("example.com//ws", "//ws"),
            ("{host}:{port}/{path}", "/{path}"),
            ("[::1]:80/ws", "/ws"),
            ("@HOST@/ws", "/ws"),
            ("example.com/go?to=https://a", "/go?to=https://a"),
            ("example.com/@scope", "/@scope"),
            ("example.com?a=b", "?a=b"),
            ("{host}#a", "#a"),
            ("#{HOST}#/ws", "/ws"),
            ("user:pass@example.com/ws", "/ws"),
        ] {
            assert_eq!(found(host), Some(part), "{host}");
        }
    }

    #[test]
    fn schemes_of_every_broker_are_removed_if_the_protocol_repeats_them() {
        let without = |text| without_schemes(text, "kafka").map(|(kept, _)| kept);
        let both = "kafka://a:9092,KAFKA://b:9092";
        assert_eq!(without(both).as_deref(), Some("a:9092,b:9092"));
        assert_eq!(without("kafka://a,ssl://b"), None);
        assert_eq!(without("a/b").as_deref(), Some("a/b"));
    }
}
