//! Servers: in 2.x with a `url`, in 3.x with `host`, `pathname` and `protocol`.

use super::work::{Placed, Work, below, need};
use crate::edits::template::Template;
use crate::refactor::change::Refusal;
use crate::rules::messages::quoted;
use crate::spec::spec;

/// A server, and the parts of its address to write.
struct Server {
    pointer: String,
    /// The host or the whole URL, where it is another one than is written.
    address: Option<String>,
    /// The path, where it is to be written.
    pathname: Option<String>,
}

impl Placed for Server {
    fn pointer(&self) -> &str {
        &self.pointer
    }
}

/// Reads the servers of a map.
fn read(
    work: &mut Work<'_>,
    map: &str,
    read: impl Fn(&Work<'_>, &str, &str) -> Result<Server, Refusal>,
) -> Vec<Server> {
    let mut servers = Vec::new();
    for name in work.draft.keys(map) {
        let server = below(map, &name);
        let found = work.attempt(&server, |work| match work.is_reference(&server)? {
            true => Ok(None),
            false => read(work, &server, &name).map(Some),
        });
        servers.extend(found.flatten());
    }
    servers
}

/// Divides the URLs of a map of servers.
pub(super) fn to_v3(work: &mut Work<'_>, map: &str) {
    let mut servers = read(work, map, divide);
    work.each(&mut servers, |work, server| {
        need(work.draft.rename(&below(&server.pointer, "url"), "host"))
    });
    work.each(&mut servers, set_host);
    work.each(&mut servers, |work, server| match &server.pathname {
        None => Ok(()),
        Some(path) => {
            let path = Template::text(path);
            let order = ["host", "pathname"];
            need(
                work.draft
                    .insert(&server.pointer, "pathname", &path, &order),
            )
        }
    });
}

fn divide(work: &Work<'_>, server: &str, name: &str) -> Result<Server, Refusal> {
    let shown = quoted(name);
    let pointer = below(server, "url");
    let Some(url) = work.draft.text(&pointer) else {
        return work.refuse(server, format!("The server {shown} has no `url`."));
    };
    let protocol = work.draft.text(&below(server, "protocol"));
    match divided(url, protocol.unwrap_or_default()) {
        Ok((host, path)) => Ok(Server {
            pointer: server.to_owned(),
            address: Some(host.to_owned()).filter(|host| host != url),
            pathname: Some(path.to_owned()).filter(|path| !path.is_empty()),
        }),
        Err(why) => {
            let reason = format!("The `url` of the server {shown} {why}.");
            work.refuse(&pointer, reason)
        }
    }
}

/// The host and the path of a URL. Its scheme goes: 3.x has `protocol` alone.
fn divided<'u>(url: &'u str, protocol: &str) -> Result<(&'u str, &'u str), String> {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    if host.is_empty() {
        return Err("names no host".to_owned());
    }
    let tls = |name: &str| spec().protocol(name).and_then(|protocol| protocol.tls);
    let is_same = scheme.is_empty()
        || scheme.eq_ignore_ascii_case(protocol)
        || tls(scheme).is_some() && tls(scheme) == tls(protocol);
    if !is_same {
        return Err(format!(
            "says {} and `protocol` {}, of which 3.0 keeps `protocol` alone: let both say the same",
            quoted(scheme),
            quoted(protocol)
        ));
    }
    Ok((host, if path == "/" { "" } else { path }))
}

fn set_host(work: &mut Work<'_>, server: &mut Server) -> Result<(), Refusal> {
    let host = below(&server.pointer, "host");
    match &server.address {
        Some(address) => need(work.draft.set_text(&host, address)),
        None => Ok(()),
    }
}

/// Joins the parts of the addresses of a map of servers.
pub(super) fn to_v2(work: &mut Work<'_>, map: &str) {
    let mut servers = read(work, map, join);
    work.remove(&mut servers, &["pathname"]);
    work.each(&mut servers, set_host);
    work.each(&mut servers, |work, server| {
        need(work.draft.rename(&below(&server.pointer, "host"), "url"))
    });
    work.extend(&mut servers, &["title", "summary", "externalDocs"]);
}

fn join(work: &Work<'_>, server: &str, name: &str) -> Result<Server, Refusal> {
    let text = |field: &str| work.draft.text(&below(server, field));
    let shown = quoted(name);
    let (Some(host), Some(protocol)) = (text("host"), text("protocol")) else {
        let reason = format!("The server {shown} lacks `host` or `protocol`.");
        return work.refuse(server, reason);
    };
    if host.contains("://") {
        let reason = format!("The `host` of the server {shown} is a URL: leave the host alone.");
        return work.refuse(&below(server, "host"), reason);
    }
    let pathname = text("pathname");
    let slash = match pathname {
        Some(path) if !path.starts_with('/') => "/",
        _ => "",
    };
    let path = pathname.unwrap_or_default();
    Ok(Server {
        pointer: server.to_owned(),
        address: Some(format!("{protocol}://{host}{slash}{path}")),
        pathname: None,
    })
}

#[cfg(test)]
mod tests {
    use super::divided;

    #[test]
    fn a_url_is_divided_where_nothing_is_lost() {
        let fine = [
            ("h", "kafka", "h", ""),
            ("h:1/", "mqtt", "h:1", ""),
            (
                "wss://{h}.example.com/a/{b}?c",
                "WSS",
                "{h}.example.com",
                "/a/{b}?c",
            ),
            ("https://h/x", "wss", "h", "/x"),
        ];
        for (url, protocol, host, path) in fine {
            assert_eq!(divided(url, protocol), Ok((host, path)), "{url}");
        }
        for (url, protocol) in [("/a", "ws"), ("mqtts://h", "mqtt"), ("{p}://h", "mqtt")] {
            assert!(divided(url, protocol).is_err(), "{url}");
        }
    }
}
