//! Servers: in 2.x with a `url`, in 3.x with `host`, `pathname` and `protocol`.

use super::work::{Work, below, need};
use crate::edits::template::Template;
use crate::refactor::change::Refusal;
use crate::rules::messages::quoted;
use crate::spec::spec;

/// Divides the URLs of a map of servers.
pub(super) fn to_v3(work: &mut Work<'_>, map: &str) {
    for name in work.draft.keys(map) {
        let server = below(map, &name);
        work.attempt(&server, |work| divide(work, &server, &name));
    }
}

fn divide(work: &mut Work<'_>, server: &str, name: &str) -> Result<(), Refusal> {
    if work.is_reference(server)? {
        return Ok(());
    }
    let shown = quoted(name);
    let pointer = below(server, "url");
    let Some(url) = work.draft.text(&pointer).map(str::to_owned) else {
        return work.refuse(server, format!("The server {shown} has no `url`."));
    };
    let protocol = work.draft.text(&below(server, "protocol"));
    let protocol = protocol.unwrap_or_default().to_owned();
    let (host, pathname) = match divided(&url, &protocol) {
        Ok(parts) => parts,
        Err(why) => {
            let reason = format!("The `url` of the server {shown} {why}.");
            return work.refuse(&pointer, reason);
        }
    };
    need(work.draft.rename(&pointer, "host"))?;
    let pointer = below(server, "host");
    if host != url {
        need(work.draft.set_text(&pointer, host))?;
    }
    if !pathname.is_empty() {
        let pathname = Template::text(pathname);
        let order = ["host", "pathname"];
        need(work.draft.insert(server, "pathname", &pathname, &order))?;
    }
    Ok(())
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

/// Joins the parts of the addresses of a map of servers.
pub(super) fn to_v2(work: &mut Work<'_>, map: &str) {
    for name in work.draft.keys(map) {
        let server = below(map, &name);
        work.attempt(&server, |work| join(work, &server, &name));
    }
}

fn join(work: &mut Work<'_>, server: &str, name: &str) -> Result<(), Refusal> {
    if work.is_reference(server)? {
        return Ok(());
    }
    let text = |field: &str| work.draft.text(&below(server, field)).map(str::to_owned);
    let shown = quoted(name);
    let (Some(host), Some(protocol)) = (text("host"), text("protocol")) else {
        let reason = format!("The server {shown} lacks `host` or `protocol`.");
        return work.refuse(server, reason);
    };
    let pointer = below(server, "host");
    if host.contains("://") {
        let reason = format!("The `host` of the server {shown} is a URL: leave the host alone.");
        return work.refuse(&pointer, reason);
    }
    let pathname = text("pathname");
    let slash = match &pathname {
        Some(path) if !path.starts_with('/') => "/",
        _ => "",
    };
    let url = format!(
        "{protocol}://{host}{slash}{}",
        pathname.as_deref().unwrap_or_default()
    );
    if pathname.is_some() {
        need(work.draft.remove(&below(server, "pathname")))?;
    }
    need(work.draft.set_text(&pointer, &url))?;
    need(work.draft.rename(&pointer, "url"))?;
    work.extend(server, &["title", "summary", "externalDocs"])
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
