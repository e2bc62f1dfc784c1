//! The address of a server: `url` in 2.x, `host` in 3.x, with variables in it.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use crate::model::facts::{Server, ServerVariable};
use crate::rules::url::is_local;
use crate::rules::url::placeholder::blanked;
use crate::spec::spec;

/// How many combinations of values are tried.
const MAX_EXPANSIONS: usize = 64;

/// A parsed address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address<'a> {
    /// The text before `://`.
    pub(super) scheme: Option<&'a str>,
    /// User name and password, without the `@`.
    pub(super) userinfo: Option<Range<usize>>,
    /// Hosts with their ports; the brokers of a cluster are separated by commas.
    pub(super) hosts: Vec<(&'a str, Option<&'a str>)>,
}

/// Parses an address. Every text is an address, so this cannot fail.
pub(super) fn parse(text: &str) -> Address<'_> {
    let shape = blanked(text);
    let scheme = shape.find("://");
    let start = scheme.map_or(0, |at| at + "://".len());
    let end = start + authority_len(&shape[start..]);
    let userinfo = shape[start..end].rfind('@').map(|at| start..start + at);
    let mut at = userinfo.as_ref().map_or(start, |userinfo| userinfo.end + 1);
    let mut hosts = Vec::new();
    for host in shape[at..end].split(',') {
        hosts.push(host_and_port(&text[at..at + host.len()], host));
        at += host.len() + 1;
    }
    Address {
        scheme: scheme.map(|at| &text[..at]),
        userinfo,
        hosts,
    }
}

/// The authority ends at the path; a variable that is not closed may contain any character.
fn authority_len(shape: &str) -> usize {
    let mut depth = 0_usize;
    for (at, byte) in shape.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            b'/' | b'?' | b'#' if depth == 0 => return at,
            _ => {}
        }
    }
    shape.len()
}

/// `shape` is the text with its placeholders blanked.
fn host_and_port<'a>(text: &'a str, shape: &str) -> (&'a str, Option<&'a str>) {
    let after_brackets = shape.find(']').map_or(0, |at| at + 1);
    match shape[after_brackets..].rfind(':') {
        Some(at) => {
            let at = after_brackets + at;
            (text[..at].trim(), Some(text[at + 1..].trim()))
        }
        None => (text.trim(), None),
    }
}

/// The addresses that a server can have: variables with their defaults, and each value of each
/// variable in turn.
pub(super) fn expansions(text: &str, variables: &[ServerVariable]) -> Vec<String> {
    let by_name: HashMap<&str, usize> = (variables.iter().enumerate().rev())
        .map(|(at, variable)| (&*variable.name.text, at))
        .collect();
    let parts = parts(text, &by_name);
    let used: BTreeSet<usize> = parts.iter().filter_map(|(_, variable)| *variable).collect();
    let filled = |chosen: Option<(usize, &str)>| -> String {
        let part = |(text, variable): &(&str, Option<usize>)| {
            let Some(at) = *variable else {
                return (*text).to_owned();
            };
            let (usual, first) = (&variables[at].default, variables[at].values.first());
            let value = match chosen {
                Some((of, value)) if of == at => Some(value),
                _ => usual.as_ref().or(first).map(|usual| &*usual.text),
            };
            value.unwrap_or(text).to_owned()
        };
        parts.iter().map(part).collect()
    };
    let mut all = vec![filled(None)];
    for at in used {
        for value in &variables[at].values {
            if all.len() >= MAX_EXPANSIONS {
                return all;
            }
            let next = filled(Some((at, &value.text)));
            if !all.contains(&next) {
                all.push(next);
            }
        }
    }
    all
}

/// The parts of an address in their order, those in braces with the variable that they name.
fn parts<'t>(text: &'t str, variables: &HashMap<&str, usize>) -> Vec<(&'t str, Option<usize>)> {
    let mut parts = Vec::new();
    let mut done = 0;
    for name in names_in_braces(text) {
        let Some(variable) = variables.get(&text[name.clone()]) else {
            continue;
        };
        let (start, end) = (name.start - 1, name.end + 1);
        parts.push((&text[done..start], None));
        parts.push((&text[start..end], Some(*variable)));
        done = end;
    }
    parts.push((&text[done..], None));
    parts
}

/// What stands in braces without other braces in it: the names of variables.
pub(super) fn names_in_braces(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut open = None;
    text.match_indices(['{', '}'])
        .filter_map(move |(at, brace)| {
            if brace == "{" {
                open = Some(at + 1);
                return None;
            }
            Some(open.take()?..at)
        })
}

/// What the address of a server shows about its transport.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct AddressSigns {
    /// It is, or may be, a host that only those near by can reach.
    pub(super) is_local: bool,
    /// One of its ports uses TLS by convention.
    pub(super) has_tls_port: bool,
    /// There are ports, and all of them use TLS by convention: the first of them.
    pub(super) only_tls_port: Option<u16>,
    /// Whether the scheme of the URL is encrypted, if known.
    pub(super) scheme_tls: Option<bool>,
}

pub(super) fn signs(server: &Server, variables: &[ServerVariable]) -> AddressSigns {
    let Some(address) = &server.address else {
        return AddressSigns::default();
    };
    let mut signs = AddressSigns::default();
    let mut ports = Vec::new();
    let mut schemes = Vec::new();
    for text in expansions(&address.value.text, variables) {
        let address = parse(&text);
        schemes.push(address.scheme.and_then(scheme_tls));
        for (host, port) in address.hosts {
            signs.is_local |= is_local(host);
            ports.push(tls_port(port));
        }
    }
    // A variable with such a port tells something even if the address does not use it.
    let mut values = variables
        .iter()
        .flat_map(|one| one.default.iter().chain(&one.values));
    signs.has_tls_port = ports.iter().any(Option::is_some)
        || values.any(|value| tls_port(Some(value.text.trim())).is_some());
    let all: Option<Vec<u16>> = ports.into_iter().collect();
    signs.only_tls_port = all.and_then(|all| all.first().copied());
    let first = schemes.first().copied().flatten();
    signs.scheme_tls = first.filter(|_| schemes.iter().all(|scheme| *scheme == first));
    signs
}

/// A port that uses TLS by convention.
fn tls_port(port: Option<&str>) -> Option<u16> {
    let port = port?.parse().ok()?;
    spec().is_tls_port(port).then_some(port)
}

/// Whether the scheme of a URL implies TLS. `tcp` does not tell: TLS may run on top of it.
fn scheme_tls(scheme: &str) -> Option<bool> {
    let scheme = scheme.to_ascii_lowercase();
    if scheme.ends_with("+ssl") || scheme.ends_with("+tls") {
        return Some(true);
    }
    (spec().protocol(&scheme))
        .filter(|protocol| protocol.name != "tcp")
        .and_then(|protocol| protocol.tls)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::facts::{Member, Spanned};
    use crate::text::range::TextRange;

    fn spanned(text: &str) -> Spanned {
        Spanned {
            text: text.into(),
            range: TextRange::new(0, 0),
        }
    }

    fn variable(name: &str, default: Option<&str>, values: &[&str]) -> ServerVariable {
        ServerVariable {
            name: spanned(name),
            default: default.map(spanned),
            values: values.iter().map(|value| spanned(value)).collect(),
            enum_key: None,
            reference: None,
        }
    }

    fn signs_of(address: &str, variables: &[ServerVariable]) -> AddressSigns {
        let server = Server {
            address: Some(Member {
                key: TextRange::new(0, 0),
                value: spanned(address),
            }),
            ..Server::default()
        };
        signs(&server, variables)
    }

    #[test]
    fn addresses_of_both_versions_are_taken_apart() {
        for (text, scheme, userinfo, hosts) in [
            ("b.example.com", None, None, vec![("b.example.com", None)]),
            (
                "mqtt://b:1883/p:1@x",
                Some("mqtt"),
                None,
                vec![("b", Some("1883"))],
            ),
            (
                "u:p@b:{port}",
                None,
                Some("u:p"),
                vec![("b", Some("{port}"))],
            ),
            (
                "amqp://{u}:{p}@[::1]:5672",
                Some("amqp"),
                Some("{u}:{p}"),
                vec![("[::1]", Some("5672"))],
            ),
            (
                "a:1, b:2",
                None,
                None,
                vec![("a", Some("1")), ("b", Some("2"))],
            ),
            ("{url}", None, None, vec![("{url}", None)]),
            ("@HOST@", None, None, vec![("@HOST@", None)]),
            (
                "@@HOST@@:@PORT@",
                None,
                None,
                vec![("@@HOST@@", Some("@PORT@"))],
            ),
            ("u@@HOST@", None, Some("u"), vec![("@HOST@", None)]),
            (
                "{{ .user }}:@PASS@@${HOST:-a/b}:#PORT#/x",
                None,
                Some("{{ .user }}:@PASS@"),
                vec![("${HOST:-a/b}", Some("#PORT#"))],
            ),
            ("", None, None, vec![("", None)]),
        ] {
            let address = parse(text);
            assert_eq!(address.scheme, scheme, "{text}");
            assert_eq!(
                address.userinfo.map(|range| &text[range]),
                userinfo,
                "{text}"
            );
            assert_eq!(address.hosts, hosts, "{text}");
        }
    }

    #[test]
    fn each_value_of_a_variable_is_filled_in() {
        let port = variable("port", Some("1883"), &["1883", "8883"]);
        let host = variable("host", None, &["a", "b"]);
        let all = expansions("{host}:{port}/{other}", &[port, host]);
        assert_eq!(all, ["a:1883/{other}", "a:8883/{other}", "b:1883/{other}"]);
        let many: Vec<String> = (0..200).map(|at| at.to_string()).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert_eq!(expansions("{n}", &[variable("n", None, &many)]).len(), 64);
        // A value is no address with variables again.
        let inner = [
            variable("a", Some("{b}"), &[]),
            variable("b", Some("c"), &[]),
        ];
        assert_eq!(expansions("{x{a}}-{b}{c}{", &inner), ["{x{b}}-c{c}{"]);
    }

    #[test]
    fn ports_and_schemes_tell_of_tls() {
        let port = || variable("port", Some("1883"), &["1883", "8883"]);
        assert!(!signs_of("b:1883", &[]).has_tls_port);
        assert_eq!(signs_of("b:8883", &[]).only_tls_port, Some(8883));
        let both = signs_of("b:{port}", &[port()]);
        assert!(both.has_tls_port && both.only_tls_port.is_none());
        assert_eq!(signs_of("b", &[]).only_tls_port, None);
        let unused = signs_of("b", &[port()]);
        assert!(unused.has_tls_port && unused.only_tls_port.is_none());
        assert_eq!(signs_of("mqtts://b", &[]).scheme_tls, Some(true));
        assert_eq!(signs_of("pulsar+ssl://b", &[]).scheme_tls, Some(true));
        assert_eq!(signs_of("tcp://b", &[]).scheme_tls, None);
        assert_eq!(signs_of("ws://b", &[]).scheme_tls, Some(false));
        let scheme = variable("s", Some("ws"), &["ws", "wss"]);
        assert_eq!(signs_of("{s}://b", &[scheme]).scheme_tls, None);
    }

    #[test]
    fn the_readers_own_machine_is_known_by_name_address_and_variable() {
        for own in [
            "localhost:9092",
            "127.0.0.1",
            "mqtt://[::1]:1883",
            "x.localhost",
            "LOCALHOST",
            "kafka:9092",
            "mqtt://rabbitmq",
            "schema-registry:8081/x",
            "kafka_1:9092,kafka_2:9092",
            "Broker",
        ] {
            assert!(signs_of(own, &[]).is_local, "{own}");
        }
        for other in [
            "localhost.example.com",
            "10.0.0.1",
            "[fd00::1]",
            "2130706433",
            "b.",
            "b.internal",
            "{host}",
            "{host}:9092",
            "$HOST",
            "@HOST@",
            "<host>",
            "%HOST%",
            "mqtt://",
            "",
        ] {
            assert!(!signs_of(other, &[]).is_local, "{other}");
        }
        let host = variable("host", Some("b.example.com"), &["kafka", "b.example.com"]);
        assert!(signs_of("{host}:1883", &[host]).is_local);
    }
}
