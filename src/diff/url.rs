//! URLs of endpoints and addresses of servers, in the form in which they are compared
//! (RFC 3986 section 6.2.2).

/// The parts of a URL that are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts<'u> {
    /// The text before `://`.
    pub scheme: &'u str,
    /// Host and port.
    pub authority: &'u str,
    /// Path, query and fragment.
    pub rest: &'u str,
}

/// The parts of a URL; `None` without `://`.
pub fn parts(url: &str) -> Option<Parts<'_>> {
    let (scheme, after) = url.split_once("://")?;
    let end = after.find(['/', '?', '#']).unwrap_or(after.len());
    let (authority, rest) = after.split_at(end);
    Some(Parts {
        scheme,
        authority,
        rest,
    })
}

/// The URL with the case of scheme, host and percent-encodings, the default port and dot segments
/// taken out. A slash at the end counts, but for an empty path (RFC 3986 section 6.2.3).
pub fn normal(url: &str) -> String {
    let url = url.trim();
    let Some(parts) = parts(url) else {
        return url.to_owned();
    };
    let scheme = parts.scheme.to_ascii_lowercase();
    let authority = match parts.authority.rsplit_once('@') {
        Some((user, host)) => format!("{user}@{}", host.to_ascii_lowercase()),
        None => parts.authority.to_ascii_lowercase(),
    };
    let port = match &*scheme {
        "https" | "wss" => ":443",
        "http" | "ws" => ":80",
        _ => "\0",
    };
    let authority = authority.strip_suffix(port).unwrap_or(&authority);
    let end = parts.rest.find(['?', '#']).unwrap_or(parts.rest.len());
    let (path, query) = parts.rest.split_at(end);
    let path = without_dots(path);
    format!("{scheme}://{authority}{}{}", percent(&path), percent(query))
}

fn without_dots(path: &str) -> String {
    if path.is_empty() {
        return "/".to_owned();
    }
    let mut kept: Vec<&str> = Vec::new();
    let mut segments = path.split('/').skip(1).peekable();
    while let Some(segment) = segments.next() {
        let is_last = segments.peek().is_none();
        match segment {
            "." | ".." => {
                if segment == ".." {
                    kept.pop();
                }
                if is_last {
                    kept.push("");
                }
            }
            segment => kept.push(segment),
        }
    }
    format!("/{}", kept.join("/"))
}

/// Percent-encodings in upper case, and none of what needs none.
fn percent(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        let code = rest.get(at + 1..at + 3);
        let byte = code.and_then(|code| u8::from_str_radix(code, 16).ok());
        let (Some(code), Some(byte)) = (code, byte) else {
            out.push('%');
            rest = &rest[at + 1..];
            continue;
        };
        match byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            true => out.push(char::from(byte)),
            false => {
                out.push('%');
                out.push_str(&code.to_ascii_uppercase());
            }
        }
        rest = &rest[at + 3..];
    }
    out + rest
}

/// A URL as messages show it: without user, password and query, which may be secret.
pub fn shown(url: &str) -> String {
    let Some(found) = parts(url) else {
        return url.split(['?', '#']).next().unwrap_or_default().to_owned();
    };
    let host = found.authority.rsplit('@').next().unwrap_or_default();
    let path = found.rest.split(['?', '#']).next().unwrap_or_default();
    format!("{}://{host}{path}", found.scheme)
}

/// The address of a server without scheme, port and query: brokers in order, then the path.
pub fn address(text: &str) -> String {
    let text = text.trim();
    let after = text.split_once("://").map_or(text, |(_, after)| after);
    let end = after.find('/').unwrap_or(after.len());
    let (hosts, path) = after.split_at(end);
    // What stands there may be secret, and leads to the same server.
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let hosts = hosts.rsplit('@').next().unwrap_or_default();
    let host = |host: &str| without_port(host.trim()).to_ascii_lowercase();
    let hosts: Vec<String> = hosts.split(',').map(host).collect();
    hosts.join(",") + path.trim_end_matches('/')
}

/// Placeholders and addresses in brackets may contain a colon.
fn without_port(host: &str) -> &str {
    let mut depth = 0_u32;
    for (at, sign) in host.char_indices() {
        match sign {
            '{' | '[' => depth += 1,
            '}' | ']' => depth = depth.saturating_sub(1),
            ':' if depth == 0 => return &host[..at],
            _ => {}
        }
    }
    host
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_the_same_is_the_same() {
        for (one, other) in [
            (
                "https://ID.example.com:443/token",
                "https://id.example.com/token",
            ),
            ("HTTPS://id.example.com", "https://id.example.com/"),
            ("https://a/b/../c/./d", "https://a/c/d"),
            ("https://a/%7eb%2f", "https://a/~b%2F"),
        ] {
            assert_eq!(normal(one), normal(other), "{one}");
        }
        for (one, other) in [
            ("https://a/token", "https://a/token/"),
            ("https://a:8443/t", "https://a/t"),
            ("https://a/T", "https://a/t"),
            ("http://a/t", "https://a/t"),
        ] {
            assert_ne!(normal(one), normal(other), "{one}");
        }
        assert_eq!(normal("https://a/%e"), "https://a/%e");
        assert_eq!(normal("https://a/%é"), "https://a/%é");
    }

    #[test]
    fn addresses_have_no_scheme_and_no_port() {
        assert_eq!(address("mqtts://H.example.com:8883/a/"), "h.example.com/a");
        assert_eq!(address("a:9092,b:9092"), "a,b");
        assert_eq!(address("[::1]:80/x"), "[::1]/x");
        assert_eq!(address("{host}:{port}"), "{host}");
        assert_eq!(address("{host:x}"), "{host:x}");
        assert_eq!(address("wss://u:p@h/a?token=x"), "h/a");
    }

    #[test]
    fn no_secret_is_shown() {
        assert_eq!(shown("https://u:p@a/t?key=x#f"), "https://a/t");
        assert_eq!(shown("common.yaml#/x"), "common.yaml");
    }
}
