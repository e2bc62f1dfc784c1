//! Checks and fixes of URL fields.

use std::collections::HashSet;

use crate::rules::context::UnitContext;
use crate::rules::finding::Finding;
use crate::rules::fix::FixKind::{self, ChangesMeaning, Placeholder, Safe};
use crate::rules::fix::{FixContext, MAX_OFFERED};
use crate::rules::registry;
use crate::rules::rule::Rule;
use crate::rules::unit::subject::{expect_string, value_of};
use crate::rules::url::around::{joined, url_inside, without_blanks_at_scheme};
use crate::rules::url::verdicts::verdicts;
use crate::rules::url::{OF_TEMPLATES, encoded, endpoint};
use crate::syntax::leaf::NodeKind;
use crate::syntax::node::{Entry, Node};
use crate::text::range::TextRange;

/// Rules that do not apply to the user's own hosts.
const OF_OTHERS: [&Rule; 4] = [
    registry::URL_EXAMPLE_HOST,
    registry::URL_LOOPBACK_HOST,
    registry::URL_NOT_HTTPS,
    registry::URL_PRIVATE_ADDRESS,
];

/// Checks a URL field.
pub(super) fn check<'t>(context: &UnitContext<'t>, entry: Entry<'t>, out: &mut Vec<Finding>) {
    let Some(node) = value_of(context, entry) else {
        return;
    };
    if expect_string(context, entry, out).is_some() {
        judge(context, entry, node, |_| true, out);
    }
}

/// Checks a field that is the URL of something else than an endpoint, by some of the rules.
pub(super) fn check_only<'t>(
    context: &UnitContext<'t>,
    entry: Entry<'t>,
    rules: &[&Rule],
    out: &mut Vec<Finding>,
) {
    let Some(node) = value_of(context, entry).filter(|node| node.as_str().is_some()) else {
        return;
    };
    judge(context, entry, node, |rule| rules.contains(&rule), out);
}

fn judge<'t>(
    context: &UnitContext<'t>,
    entry: Entry<'t>,
    node: Node<'t>,
    is_wanted: impl Fn(&Rule) -> bool,
    out: &mut Vec<Finding>,
) {
    let is_own = endpoint(node.value()).is_some_and(|url| context.environment.owns(url.host));
    for verdict in verdicts(node.value()) {
        if is_own && OF_OTHERS.contains(&verdict.rule) || !is_wanted(verdict.rule) {
            continue;
        }
        let place = if entry.value.kind() == NodeKind::Alias {
            entry.value.range()
        } else {
            part_of(node, &verdict.part)
        };
        let message = match verdict.rule {
            rule if rule == registry::URL_WHITESPACE && is_folded(node) => FOLDED.to_owned(),
            rule if rule == registry::URL_NOT_HTTPS && entry.key.value() == "openIdConnectUrl" => {
                FORGED.to_owned()
            }
            _ => verdict.message,
        };
        let mut finding = Finding::new(verdict.rule, place, message);
        finding.severity = verdict.severity;
        out.push(finding);
    }
}

/// Nothing secret is sent there (RFC 8414 section 6.2).
const FORGED: &str = "over `http`, anyone on the network path can change what this URL returns \
                      and send clients to other endpoints; use `https`";

const FOLDED: &str = "a line break in a URL is read as a space; write the URL on one line";

/// Whether a text goes on in a further line: an unquoted one is otherwise as long as its source.
fn is_folded(node: Node<'_>) -> bool {
    match node.kind() {
        NodeKind::Plain => node.range().len() > node.value().len(),
        NodeKind::Folded | NodeKind::Literal => node.value().trim().contains([' ', '\n']),
        _ => false,
    }
}

/// The range of a part of the decoded text; that of the whole value if the source is not simply
/// that text.
pub(in crate::rules) fn part_of(node: Node<'_>, part: &std::ops::Range<usize>) -> TextRange {
    let whole = node.range();
    let text = node.value();
    let quotes = match node.kind() {
        NodeKind::Plain => 0,
        NodeKind::Single | NodeKind::Double if !node.is_unclosed() => 1,
        _ => return whole,
    };
    // Decoding never makes ASCII longer, so a text of the same length is the same text.
    if !text.is_ascii() || whole.len() != text.len() + 2 * quotes || part.is_empty() {
        return whole;
    }
    if *part == (0..text.len()) {
        return whole;
    }
    let start = whole.start() + quotes;
    TextRange::new(start + part.start, start + part.end)
}

/// The range of a part of the decoded text in any style: also in a text of several lines, and
/// between quotes. That of the whole value if the part is not found as it is decoded.
pub(super) fn part_as_written(node: Node<'_>, part: &std::ops::Range<usize>) -> TextRange {
    let whole = node.range();
    let range = part_of(node, part);
    if range != whole {
        return range;
    }
    let (text, source) = (node.value(), node.source());
    let mut lines = text[part.clone()]
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty());
    let Some(first) = lines.next() else {
        return whole;
    };
    let before = text[..part.start].matches(first).count();
    let Some((start, _)) = source.match_indices(first).nth(before) else {
        return whole;
    };
    let mut end = start + first.len();
    if let Some(last) = lines.next_back() {
        match source[end..].find(last) {
            Some(at) => end += at + last.len(),
            None => return whole,
        }
    }
    TextRange::new(whole.start() + start, whole.start() + end)
}

/// The decoded URL at the finding.
fn url_at<'a>(fix: &FixContext<'a>) -> &'a str {
    match fix.path.node() {
        node if node.is_scalar() && !fix.path.is_key() => node.value(),
        _ => "",
    }
}

/// Offers another URL.
fn rewrite(fix: &mut FixContext<'_>, title: &str, kind: FixKind, url: &str) {
    let old = url_at(fix);
    if !old.is_empty() && !url.is_empty() && url != old {
        fix.offer_text_as(title, url, kind);
    }
}

/// The text before path, query and fragment.
fn before_path(rest: &str) -> &str {
    rest.split(['/', '?', '#']).next().unwrap_or_default()
}

pub(in crate::rules) fn fix_not_absolute(fix: &mut FixContext<'_>) {
    let url = url_at(fix);
    let first = before_path(url);
    if url.starts_with("//") {
        let title = "Write `https:` before it";
        rewrite(fix, title, Safe, &format!("https:{url}"));
    } else if first.contains('.') && !first.starts_with('.') {
        rewrite(fix, HTTPS_BEFORE, Safe, &format!("https://{url}"));
    } else if url.starts_with('/') {
        let origins = origins(fix);
        if origins.is_empty() {
            let host = format!("https://{OF_TEMPLATES}");
            let title = format!("Write `{host}` before it, a placeholder");
            rewrite(fix, &title, Placeholder, &format!("{host}{url}"));
        }
        let is_clear = origins.len() == 1;
        let kind = if is_clear { Safe } else { ChangesMeaning };
        for origin in origins.iter().take(MAX_OFFERED) {
            let title = format!("Write `{origin}` before it, as in the other URLs");
            rewrite(fix, &title, kind, &format!("{origin}{url}"));
        }
    }
}

const HTTPS_BEFORE: &str = "Write `https://` before it";

/// The origins of all endpoints of the document, in their order.
fn origins(fix: &FixContext<'_>) -> Vec<String> {
    let mut origins: Vec<String> = Vec::new();
    let mut known = HashSet::new();
    for scheme in fix.model.schemes() {
        let urls = scheme.fact.urls();
        for origin in urls.filter_map(|member| origin(&member.value.text)) {
            if known.insert(origin.clone()) {
                origins.push(origin);
            }
        }
    }
    origins
}

fn origin(url: &str) -> Option<String> {
    let host = before_path(url.strip_prefix("https://")?);
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-:".contains(&byte);
    (host.bytes().all(is_plain) && host.contains('.')).then(|| format!("https://{host}"))
}

pub(in crate::rules) fn fix_invalid(fix: &mut FixContext<'_>) {
    if offer_alone(fix) {
        return;
    }
    let url = url_at(fix).replace('\\', "/");
    let after_scheme = url.find("://").map_or(0, |at| at + "://".len());
    let head = &url[..after_scheme + before_path(&url[after_scheme..]).len()];
    // What a host cannot have is a mistake, not a sign to be encoded.
    if encoded(head) == head {
        rewrite(
            fix,
            "Percent-encode what is not allowed in a URL",
            Safe,
            &encoded(&url),
        );
    }
}

pub(in crate::rules) fn fix_placeholder(fix: &mut FixContext<'_>) {
    // What fills a placeholder in is not known, but brackets around a whole URL are none.
    offer_alone(fix);
}

/// Offers the URL without the text around it, if there is such a text.
fn offer_alone(fix: &mut FixContext<'_>) -> bool {
    let Some(inside) = url_inside(url_at(fix)) else {
        return false;
    };
    let kind = if inside.is_all { Safe } else { ChangesMeaning };
    rewrite(fix, "Keep the URL alone", kind, inside.url);
    true
}

pub(in crate::rules) fn fix_whitespace(fix: &mut FixContext<'_>) {
    let url = url_at(fix);
    let trimmed = url.trim();
    let is_blank = |sign: char| sign.is_whitespace() || sign.is_control();
    let kind = fix.path.node().kind();
    if !trimmed.contains(is_blank) {
        let title = match kind {
            NodeKind::Literal | NodeKind::Folded => ONE_LINE,
            _ => "Remove the spaces around it",
        };
        rewrite(fix, title, Safe, trimmed);
        return;
    }
    if let Some((url, is_certain)) = unfolded(fix) {
        let kind = if is_certain { Safe } else { ChangesMeaning };
        rewrite(fix, ONE_LINE, kind, &url);
        return;
    }
    if offer_alone(fix) {
        return;
    }
    if let Some(url) = without_blanks_at_scheme(trimmed) {
        rewrite(fix, "Remove the spaces", Safe, &url);
        return;
    }
    let Some((scheme, rest)) = trimmed.split_once("://") else {
        return;
    };
    let is_in_path = !scheme.contains(is_blank) && !before_path(rest).contains(is_blank);
    let is_around = trimmed.contains(" /") || trimmed.contains("/ ");
    if is_in_path && !is_around && !trimmed.contains(['\n', '\r', '\t']) {
        // It may as well be a note, or a slip.
        let url = trimmed.replace(' ', "%20");
        rewrite(fix, "Write spaces as `%20`", ChangesMeaning, &url);
    }
}

const ONE_LINE: &str = "Write the URL on one line";

/// The URL of a scalar that stands on several lines, if it has no blanks but their breaks.
fn unfolded(fix: &FixContext<'_>) -> Option<(String, bool)> {
    let node = fix.path.node();
    let source = fix.document.text().slice(node.range());
    let (skipped, source) = match node.kind() {
        NodeKind::Literal | NodeKind::Folded => (1, &*source),
        NodeKind::Single => (0, source.trim_matches('\'')),
        NodeKind::Double => (0, source.trim_matches('"')),
        _ => (0, &*source),
    };
    let (url, is_certain) = joined(source.split(['\n', '\r']).skip(skipped))?;
    // Not where an escape or a doubled quote stands for something else.
    let is_same = url
        .chars()
        .eq(node.value().chars().filter(|sign| !sign.is_whitespace()));
    is_same.then_some((url, is_certain))
}

pub(in crate::rules) fn fix_non_ascii(fix: &mut FixContext<'_>) {
    // A host would need normalisation first (RFC 5891).
    let url = url_at(fix);
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    if before_path(rest).is_ascii() {
        rewrite(fix, "Percent-encode what is not ASCII", Safe, &encoded(url));
    }
}

pub(in crate::rules) fn fix_other_scheme(fix: &mut FixContext<'_>) {
    let url = url_at(fix);
    let Some((scheme, rest)) = url.split_once(':') else {
        return;
    };
    if rest.starts_with(|first: char| first.is_ascii_digit()) {
        rewrite(fix, HTTPS_BEFORE, Safe, &format!("https://{url}"));
    } else if rest.starts_with("//") {
        let kind = match scheme.to_ascii_lowercase().as_str() {
            "ws" | "wss" => ChangesMeaning,
            folded if is_misspelled(folded) => Safe,
            _ => return,
        };
        rewrite(fix, "Write `https:`", kind, &format!("https:{rest}"));
    }
}

/// Whether a scheme is a misspelled `https` or `http`.
fn is_misspelled(scheme: &str) -> bool {
    strsim::osa_distance(scheme, "https") <= 2 && scheme != "http" && scheme != "https"
}

pub(in crate::rules) fn fix_missing_host(fix: &mut FixContext<'_>) {
    let Some((scheme, rest)) = url_at(fix).split_once(':') else {
        return;
    };
    let host = rest.strip_prefix('/').unwrap_or(rest);
    if !host.starts_with('/') && !host.is_empty() {
        let title = format!("Write `{scheme}://` before the host");
        rewrite(fix, &title, Safe, &format!("{scheme}://{host}"));
    }
}

pub(in crate::rules) fn fix_fragment(fix: &mut FixContext<'_>) {
    let kept = url_at(fix).split('#').next().unwrap_or_default();
    rewrite(fix, "Remove `#` and what follows", Safe, kept);
}

pub(in crate::rules) fn fix_userinfo(fix: &mut FixContext<'_>) {
    let Some((scheme, rest)) = url_at(fix).split_once("://") else {
        return;
    };
    if let Some(at) = before_path(rest).rfind('@') {
        let kept = format!("{scheme}://{}", &rest[at + 1..]);
        rewrite(fix, "Remove the credentials", ChangesMeaning, &kept);
    }
}

pub(in crate::rules) fn fix_not_https(fix: &mut FixContext<'_>) {
    let rest = url_at(fix).get("http".len()..);
    let Some(rest) = rest.and_then(|rest| rest.strip_prefix("://")) else {
        return;
    };
    let authority = before_path(rest);
    let path = &rest[authority.len()..];
    let (authority, title) = match authority.strip_suffix(":80") {
        Some(host) => (host, "Write `https`, without the port of `http`"),
        None if authority.rsplit(':').next().is_some_and(is_port) => {
            (authority, "Write `https` and keep the port")
        }
        None => (authority, "Write `https`"),
    };
    let url = format!("https://{authority}{path}");
    rewrite(fix, title, ChangesMeaning, &url);
}

fn is_port(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

pub(in crate::rules) fn fix_secret_in_query(fix: &mut FixContext<'_>) {
    let Some((before, query)) = url_at(fix).split_once('?') else {
        return;
    };
    // The range of the finding is the parameter or the whole value.
    let parameter = fix.document.text().slice(fix.finding.range);
    let mut pairs: Vec<&str> = query.split('&').collect();
    let Some(at) = pairs.iter().position(|pair| *pair == parameter) else {
        return;
    };
    pairs.remove(at);
    let mark = if pairs.is_empty() { "" } else { "?" };
    let url = format!("{before}{mark}{}", pairs.join("&"));
    rewrite(fix, "Remove the parameter", ChangesMeaning, &url);
}
