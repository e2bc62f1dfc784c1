//! The endpoints of a flow at a known identity provider: whether they belong together.

use crate::edits::path::NodePath;
use crate::rules::context::UnitContext;
use crate::rules::finding::Finding;
use crate::rules::fix::FixContext;
use crate::rules::fix::FixKind::ChangesMeaning;
use crate::rules::messages::quoted;
use crate::rules::registry;
use crate::rules::unit::subject::Subject;
use crate::spec::providers::{Endpoint, Known, Provider, known};

/// The fields that are compared. The first pair that differs is reported, at its second field.
const FIELDS: [&str; 3] = ["authorizationUrl", "tokenUrl", "refreshUrl"];

/// Whether a URL is certainly that endpoint of a provider, and no other one.
pub(super) fn is_endpoint(url: &str, endpoint: Endpoint) -> bool {
    let mut certain = known(url).filter(|known| known.is_certain).peekable();
    certain.peek().is_some() && certain.all(|known| known.endpoint == endpoint)
}

/// Whether two URLs are endpoints of one set of a provider, with the same values.
pub(super) fn belong_together(authorization: &str, token: &str) -> bool {
    known(token).any(|token| {
        let other = token.other_url(Endpoint::Authorization);
        token.is_certain && other.is_some_and(|other| other.eq_ignore_ascii_case(authorization))
    })
}

/// Adds the finding for endpoints that do not belong together, and says whether there is one.
/// `takes` says which fields the flow may have.
pub(super) fn check<'t>(
    context: &UnitContext<'t>,
    flow: &Subject<'t>,
    takes: impl Fn(&str) -> bool,
    out: &mut Vec<Finding>,
) -> bool {
    let urls = FIELDS.map(|name| {
        let text = flow.text(context, name).filter(|_| takes(name))?;
        let endpoint = Endpoint::of_field(name)?;
        let known = known(text).filter(|known| known.is_certain && known.endpoint == endpoint);
        Some((
            name,
            flow.get(name)?.value.range(),
            known.collect::<Vec<_>>(),
        ))
    });
    let [authorization, token, refresh] = &urls;
    let pairs = [
        (authorization, token),
        (token, refresh),
        (authorization, refresh),
    ];
    let finding = pairs.into_iter().find_map(|(first, second)| {
        let ((name, place, ones), (_, other_place, others)) =
            first.as_ref().zip(second.as_ref())?;
        let (one, two) = difference(ones, others)?;
        let message = format!(
            "this is an endpoint of {two}, but `{name}` is one of {one}; both must belong together"
        );
        let rule = registry::OAUTH2_ENDPOINTS_MISMATCH;
        let finding = Finding::new(rule, *other_place, message);
        let what = Endpoint::of_field(name)?.name();
        Some(finding.with_part(*place, format!("the {what}")))
    });
    let is_found = finding.is_some();
    out.extend(finding);
    is_found
}

/// What two endpoints of one provider belong to, if that is certainly not the same.
fn difference(ones: &[Known], others: &[Known]) -> Option<(String, String)> {
    let pairs = || {
        ones.iter()
            .flat_map(|one| others.iter().map(move |other| (one, other)))
    };
    if let Some((one, other)) = pairs().find(|(one, other)| std::ptr::eq(one.set, other.set)) {
        let (name, value, of_one) = other.values.iter().find_map(|(name, value)| {
            let of_one = one.values.get(name)?;
            differ(one.provider, name, of_one, value).then_some((name, value, of_one))
        })?;
        let of = |value| format!("the {name} {}", quoted(value));
        return Some((of(of_one), of(value)));
    }
    let is_apart = |(one, other): &(&Known, &Known)| {
        std::ptr::eq(one.provider, other.provider) && one.provider.apart
    };
    let (one, other) = pairs().find(is_apart)?;
    Some((one.provider.title(one.set), other.provider.title(other.set)))
}

/// Whether two values of a hole certainly mean two things.
fn differ(provider: &Provider, name: &str, one: &str, other: &str) -> bool {
    // Clients and browsers may reach one server by two hosts.
    if name == "host" || one.eq_ignore_ascii_case(other) {
        return false;
    }
    if [one, other].iter().any(|value| is_placeholder(name, value)) {
        return false;
    }
    if !provider.aliased.iter().any(|aliased| aliased == name) {
        return true;
    }
    let is_reserved = |value: &str| {
        let mut reserved = provider.reserved.iter();
        reserved.any(|reserved| reserved.eq_ignore_ascii_case(value))
    };
    match (is_reserved(one), is_reserved(other)) {
        (false, false) => is_identifier(one) && is_identifier(other),
        (one, other) => one != other,
    }
}

/// Whether a value is to be filled in: `{tenant}`, `<tenant>`, `YOUR_TENANT`, `your-tenant`,
/// `tenant-id`.
fn is_placeholder(name: &str, value: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let folded: String = value
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|sign| sign.to_ascii_lowercase())
        .collect();
    let of_name = folded.strip_prefix(name);
    !value.bytes().all(is_plain)
        || !value
            .bytes()
            .any(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        || ["your", "example", "placeholder"]
            .iter()
            .any(|word| folded.contains(word))
        || of_name.is_some_and(|rest| ["", "id", "name"].contains(&rest))
        || folded.bytes().all(|byte| matches!(byte, b'0' | b'x'))
}

/// Whether a value is an identifier, of which everything has only one: a UUID, or that of an
/// authorization server of Okta.
fn is_identifier(value: &str) -> bool {
    let lengths = value.split('-').map(str::len);
    let is_hex = |byte: u8| byte == b'-' || byte.is_ascii_hexdigit();
    (lengths.eq([8, 4, 4, 4, 12]) && value.bytes().all(is_hex))
        || (value.starts_with("aus") && value.len() == 20)
}

/// Offers for each of the two the endpoint that belongs to the other one.
pub(in crate::rules) fn fix_mismatch(fix: &mut FixContext<'_>) {
    let other = fix.other_parts().and_then(|parts| parts.into_iter().next());
    let Some(other) = other else { return };
    let this = fix.path.clone();
    for (of, from) in [(&this, &other), (&other, &this)] {
        let Some((_, url)) = endpoint_for(of, from.node().value()) else {
            continue;
        };
        let (Some(field), Some(beside)) = (of.entry(), from.entry()) else {
            continue;
        };
        let (field, beside) = (field.key.value(), beside.key.value());
        let title = format!("Write the `{field}` that belongs to `{beside}`");
        let node = of.node();
        fix.offer_clean(title, ChangesMeaning, |edits| edits.set_text(node, &url));
    }
}

/// Offers the endpoint that belongs into the field where another one stands in it.
pub(in crate::rules) fn fix_wrong_endpoint(fix: &mut FixContext<'_>) {
    let node = fix.path.node();
    if let Some((known, url)) = endpoint_for(&fix.path, node.value()) {
        let title = format!("Write the right endpoint of {}", known.provider.name);
        fix.offer(title, ChangesMeaning, |edits| edits.set_text(node, &url));
    }
}

/// The endpoint for the field at a path, of the server that a URL certainly belongs to. A query may
/// name what the other endpoint needs too, so such a URL tells nothing.
fn endpoint_for(path: &NodePath<'_>, url: &str) -> Option<(Known, String)> {
    let endpoint = Endpoint::of_field(path.entry()?.key.value())?;
    if url.contains(['?', '#']) {
        return None;
    }
    let mut known = known(url).filter(|known| known.is_certain);
    known.find_map(|known| {
        let other = known.other_url(endpoint)?;
        Some((known, other))
    })
}
