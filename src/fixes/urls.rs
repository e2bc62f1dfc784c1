//! Remedies for URLs of endpoints.

use super::FixKind::{ChangesMeaning, Safe};
use super::case::Case;
use crate::model::facts::Member;
use crate::syntax::leaf::NodeKind;

/// How many hosts are offered for a path.
const MAX_HOSTS: usize = 5;

/// Offers what can be done.
pub fn offer(case: &mut Case<'_>) {
    if case.spot.is_key() || !case.spot.node().is_scalar() {
        return;
    }
    let url = case.spot.node().value();
    match case.rule() {
        "url-not-absolute" => not_absolute(case, url),
        "url-invalid" => rewrite(
            case,
            "Percent-encode what a URL cannot have",
            Safe,
            &encoded(&url.replace('\\', "/")),
        ),
        "url-whitespace" => whitespace(case, url),
        "url-non-ascii" => non_ascii(case, url),
        "url-scheme-not-http" => other_scheme(case, url),
        "url-missing-host" => missing_host(case, url),
        "url-fragment" => {
            let kept = url.split('#').next().unwrap_or_default();
            rewrite(case, "Remove `#` and what follows", Safe, kept);
        }
        "url-userinfo" => userinfo(case, url),
        "url-not-https" => not_https(case, url),
        "url-secret-in-query" => secret_in_query(case, url),
        _ => {}
    }
}

fn rewrite(case: &mut Case<'_>, title: impl Into<String>, kind: super::FixKind, url: &str) {
    let node = case.spot.node();
    if !url.is_empty() && url != node.value() {
        case.offer(title, kind, |draft| draft.set_text(node, url));
    }
}

fn not_absolute(case: &mut Case<'_>, url: &str) {
    if url.starts_with("//") {
        rewrite(
            case,
            "Write `https:` before it",
            Safe,
            &format!("https:{url}"),
        );
        return;
    }
    let first = url.split(['/', '?', '#']).next().unwrap_or_default();
    if first.contains('.') && !first.starts_with('.') {
        rewrite(
            case,
            "Write `https://` before it",
            Safe,
            &format!("https://{url}"),
        );
        return;
    }
    if !url.starts_with('/') {
        return;
    }
    let origins = origins(case);
    let kind = if origins.len() == 1 {
        Safe
    } else {
        ChangesMeaning
    };
    for origin in origins.iter().take(MAX_HOSTS) {
        let title = format!("Write `{origin}` before it, as in the other URLs");
        rewrite(case, title, kind, &format!("{origin}{url}"));
    }
}

/// Scheme and host of the other endpoints of the document, in their order.
fn origins(case: &Case<'_>) -> Vec<String> {
    let mut origins: Vec<String> = Vec::new();
    for scheme in case.analysis.model.schemes() {
        let flows = scheme
            .fact
            .flows
            .iter()
            .flat_map(|flow| [&flow.authorization_url, &flow.token_url, &flow.refresh_url]);
        let urls = flows.chain([&scheme.fact.open_id_connect_url]);
        for origin in
            urls.filter_map(|member: &Option<Member>| origin(&member.as_ref()?.value.text))
        {
            if !origins.contains(&origin) {
                origins.push(origin);
            }
        }
    }
    origins
}

fn origin(url: &str) -> Option<String> {
    let host = url
        .strip_prefix("https://")?
        .split(['/', '?', '#'])
        .next()?;
    let is_plain = host
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b".-:".contains(&byte));
    (is_plain && host.contains('.')).then(|| format!("https://{host}"))
}

fn whitespace(case: &mut Case<'_>, url: &str) {
    let trimmed = url.trim();
    if trimmed
        .chars()
        .any(|sign| sign.is_whitespace() || sign.is_control())
    {
        if !trimmed.contains(['\n', '\r', '\t']) {
            rewrite(
                case,
                "Write blanks as `%20`",
                Safe,
                &trimmed.replace(' ', "%20"),
            );
        }
        return;
    }
    let title = match case.spot.node().kind() {
        NodeKind::Literal | NodeKind::Folded => "Write the URL on one line",
        _ => "Remove the blanks around it",
    };
    rewrite(case, title, Safe, trimmed);
}

fn non_ascii(case: &mut Case<'_>, url: &str) {
    // A host would have to be normalised first (RFC 5891), which is not done here.
    let host = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = host.split(['/', '?', '#']).next().unwrap_or_default();
    if host.is_ascii() {
        rewrite(
            case,
            "Percent-encode what is not ASCII",
            Safe,
            &encoded(url),
        );
    }
}

fn other_scheme(case: &mut Case<'_>, url: &str) {
    let Some((scheme, rest)) = url.split_once(':') else {
        return;
    };
    if rest.starts_with(|first: char| first.is_ascii_digit()) {
        rewrite(
            case,
            "Write `https://` before it",
            Safe,
            &format!("https://{url}"),
        );
    } else if rest.starts_with("//") {
        let kind = match scheme.to_ascii_lowercase().as_str() {
            "ws" | "wss" => ChangesMeaning,
            folded if is_misspelled(folded) => Safe,
            _ => return,
        };
        rewrite(case, "Write `https:`", kind, &format!("https:{rest}"));
    }
}

/// Whether a scheme is `https` or `http` with a slip.
fn is_misspelled(scheme: &str) -> bool {
    strsim::osa_distance(scheme, "https") <= 2 && scheme != "http" && scheme != "https"
}

fn missing_host(case: &mut Case<'_>, url: &str) {
    let Some((scheme, rest)) = url.split_once(':') else {
        return;
    };
    let host = rest.strip_prefix('/').unwrap_or(rest);
    if !host.starts_with('/') && !host.is_empty() {
        let title = format!("Write `{scheme}://` before the host");
        rewrite(case, title, Safe, &format!("{scheme}://{host}"));
    }
}

fn userinfo(case: &mut Case<'_>, url: &str) {
    let Some((scheme, rest)) = url.split_once("://") else {
        return;
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if let Some(at) = authority.rfind('@') {
        let kept = format!("{scheme}://{}", &rest[at + 1..]);
        rewrite(case, "Remove the credentials", ChangesMeaning, &kept);
    }
}

fn not_https(case: &mut Case<'_>, url: &str) {
    let Some(rest) = url.get(4..).filter(|rest| rest.starts_with("://")) else {
        return;
    };
    let end = rest[3..]
        .find(['/', '?', '#'])
        .map_or(rest.len(), |end| end + 3);
    let (authority, path) = rest.split_at(end);
    let (authority, title) = match authority.strip_suffix(":80") {
        Some(host) => (host, "Write `https`, without the port of `http`"),
        None if authority.rsplit(':').next().is_some_and(is_port) => {
            (authority, "Write `https` and keep the port")
        }
        None => (authority, "Write `https`"),
    };
    rewrite(
        case,
        title,
        ChangesMeaning,
        &format!("https{authority}{path}"),
    );
}

fn is_port(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn secret_in_query(case: &mut Case<'_>, url: &str) {
    let node = case.spot.node();
    let Some((before, query)) = url.split_once('?') else {
        return;
    };
    // The finding is exactly at the parameter, or at the whole value.
    let from = case.finding.range.start.saturating_sub(node.range().start);
    let text = case.analysis.document.text();
    let parameter = text.slice(case.finding.range);
    let pairs: Vec<&str> = query.split('&').collect();
    let at = pairs.iter().position(|pair| *pair == parameter);
    let Some(at) = at.filter(|_| from > 0) else {
        return;
    };
    let kept: Vec<&str> = pairs
        .iter()
        .enumerate()
        .filter(|(index, _)| *index != at)
        .map(|(_, pair)| *pair)
        .collect();
    let url = if kept.is_empty() {
        before.to_owned()
    } else {
        format!("{before}?{}", kept.join("&"))
    };
    rewrite(case, "Remove the parameter", ChangesMeaning, &url);
}

/// A text with all that a URI reference cannot have percent-encoded (RFC 3986, section 2).
pub fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut has_fragment = false;
    for (at, byte) in text.bytes().enumerate() {
        let is_encoded = byte == b'%'
            && text
                .as_bytes()
                .get(at + 1..at + 3)
                .is_some_and(|pair| pair.iter().all(u8::is_ascii_hexdigit));
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
