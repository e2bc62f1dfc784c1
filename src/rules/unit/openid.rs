//! Requirements of OpenID Connect (docs/specification.md E.4 and E.9).

use crate::edits::template::Template;
use crate::rules::context::UnitContext;
use crate::rules::finding::Finding;
use crate::rules::fix::FixContext;
use crate::rules::fix::FixKind::ChangesMeaning;
use crate::rules::messages::{nearest, quoted};
use crate::rules::registry;
use crate::rules::rule::Severity;
use crate::rules::unit::subject::{Subject, value_of};
use crate::rules::url::endpoint;
use crate::spec::is_scope_token;
use crate::text::range::TextRange;

/// The path of a provider's configuration (OpenID Connect Discovery 1.0, section 4).
const DISCOVERY: &str = "/.well-known/openid-configuration";

/// The path of the metadata of an OAuth server (RFC 8414, section 3).
const METADATA: &str = "/.well-known/oauth-authorization-server";

/// The title of a fix of the URL.
const DISCOVERY_TITLE: &str = "Write the URL of the discovery document";

/// Advice about a scheme of type `openIdConnect`.
pub(super) fn check_scheme<'t>(
    context: &UnitContext<'t>,
    scheme: &Subject<'t>,
    out: &mut Vec<Finding>,
) {
    discovery_url(context, scheme, out);
    let scopes = (scheme.get("scopes")).filter(|_| context.version.is_v3());
    let Some((entry, list)) = scopes.and_then(|entry| Some((entry, value_of(context, entry)?)))
    else {
        return;
    };
    let mut names = Vec::new();
    for item in list.items() {
        match context.tree.resolve(item).and_then(|item| item.as_str()) {
            Some(name) => names.push((name, item.range())),
            None => return,
        }
    }
    let found = openid_missing(entry.key.range(), names.into_iter());
    out.extend(found);
}

/// A finding at the list of required scopes, or at the misspelt one, if they lack `openid`. A list
/// with something that is no scope has a finding of its own.
pub(in crate::rules) fn openid_missing<'s>(
    list: TextRange,
    scopes: impl Iterator<Item = (&'s str, TextRange)> + Clone,
) -> Option<Finding> {
    let rule = registry::OIDC_SCOPES_MISSING_OPENID;
    let mut rest = scopes.clone().peekable();
    rest.peek()?;
    if rest.any(|(name, _)| name == "openid" || !is_scope_token(name)) {
        return None;
    }
    let misspelt = scopes
        .clone()
        .find(|(name, _)| nearest(name, ["openid"]).is_some());
    let Some((name, place)) = misspelt else {
        let message = "without the scope `openid` this is plain OAuth; add it if a user signs in";
        return Some(Finding::new(rule, list, message));
    };
    let shown = quoted(name);
    let message = format!("{shown} is not the scope of OpenID Connect; did you mean `openid`?");
    let finding = Finding::new(rule, place, message).at(Severity::Information);
    Some(finding.meant(Some("openid")))
}

fn discovery_url<'t>(context: &UnitContext<'t>, scheme: &Subject<'t>, out: &mut Vec<Finding>) {
    let name = "openIdConnectUrl";
    let Some((entry, text)) = scheme.get(name).zip(scheme.text(context, name)) else {
        return;
    };
    // A text that is no URL has a finding of its own.
    let Some(url) = endpoint(text) else {
        return;
    };
    let is_at = |well_known: &str| {
        let path = url.path.trim_end_matches('/');
        // At the end (OpenID Connect), or before the path of the issuer (RFC 8414, section 5).
        path.ends_with(well_known)
            || (path.strip_prefix(well_known)).is_some_and(|rest| rest.starts_with('/'))
    };
    if is_at(DISCOVERY) {
        return;
    }
    out.push(if is_at(METADATA) {
        Finding::new(
            registry::OIDC_URL_OAUTH_METADATA,
            entry.value.range(),
            format!("this is the metadata of an OAuth server; write its `{DISCOVERY}`, or `type: oauth2` if it has none"),
        )
    } else {
        Finding::new(
            registry::OIDC_URL_NOT_DISCOVERY,
            entry.value.range(),
            format!(
                "this is not the URL of a discovery document; \
                 write the URL of the issuer, followed by `{DISCOVERY}`"
            ),
        )
    });
}

pub(in crate::rules) fn fix_not_discovery(fix: &mut FixContext<'_>) {
    for (at, url) in discovery_urls(fix.path.node().value()).iter().enumerate() {
        match at {
            0 => fix.offer_clean_text(DISCOVERY_TITLE, url),
            _ => fix.offer_clean_text(&format!("Write {}", quoted(url)), url),
        }
    }
}

/// Last segments of paths that lead to an endpoint or a document, not to the issuer; letters and
/// digits alone, for they are often misspelt.
const ENDS: [&str; 11] = [
    "authorize",
    "certs",
    "jwks",
    "jwksjson",
    "jwksuri",
    "keys",
    "oauthauthorizationserver",
    "openidconfiguration",
    "openidconfigurationjson",
    "token",
    "userinfo",
];

/// The URLs of the discovery document that may have been meant, the likeliest first.
fn discovery_urls(url: &str) -> Vec<String> {
    let Some(endpoint) = endpoint(url).filter(|_| !url.contains('#')) else {
        return Vec::new();
    };
    let (before, query) = url.split_at(url.find('?').unwrap_or(url.len()));
    let origin = &before[..before.len() - endpoint.path.len()];
    let segments: Vec<&str> = (endpoint.path.split('/'))
        .filter(|segment| !segment.is_empty())
        .collect();
    let issuer = issuer(&segments);
    let mut issuers = vec![issuer.clone()];
    // `openid` may be a part of the issuer, or the name of the document.
    if issuer.last() == Some(&"openid") {
        issuers.push(issuer[..issuer.len() - 1].to_vec());
    }
    let written = issuers.iter().map(|issuer| {
        let path: String = issuer.iter().map(|segment| format!("/{segment}")).collect();
        format!("{origin}{path}{DISCOVERY}{query}")
    });
    written.collect()
}

/// The path of the issuer, from that of one of its endpoints or a half of its discovery document.
fn issuer<'p>(path: &[&'p str]) -> Vec<&'p str> {
    let folded = |segment: &str| -> String {
        let signs = segment.chars().filter(char::is_ascii_alphanumeric);
        signs.map(|sign| sign.to_ascii_lowercase()).collect()
    };
    if let Some(at) = path
        .iter()
        .position(|segment| folded(segment) == "wellknown")
    {
        // After the name of the document there may be the path of the issuer (RFC 8414, section 5).
        let after = path[at + 1..]
            .iter()
            .skip_while(|segment| folded(segment) == "wellknown");
        return path[..at].iter().chain(after.skip(1)).copied().collect();
    }
    let mut kept = path.to_vec();
    while kept
        .last()
        .is_some_and(|last| ENDS.contains(&&*folded(last)))
    {
        kept.pop();
    }
    match kept.as_slice() {
        // Keycloak and its kin.
        [issuer @ .., "protocol", "openid-connect"]
        | [issuer @ .., "protocol", "openid-connect", "auth" | "logout"] => issuer.to_vec(),
        // Microsoft Entra ID.
        [tenant @ .., "oauth2" | "discovery", "v2.0"] => {
            let mut issuer = tenant.to_vec();
            issuer.push("v2.0");
            issuer
        }
        _ => kept,
    }
}

pub(in crate::rules) fn fix_oauth_metadata(fix: &mut FixContext<'_>) {
    let url = fix.path.node().value().replacen(METADATA, DISCOVERY, 1);
    fix.offer_clean_text(DISCOVERY_TITLE, &url);
}

pub(in crate::rules) fn fix_openid_missing(fix: &mut FixContext<'_>) {
    if let Some(meant) = fix.meant() {
        fix.offer_text(meant, ChangesMeaning);
        return;
    }
    let Some(list) = fix.path.value() else {
        return;
    };
    fix.offer("Ask for `openid` as well", ChangesMeaning, |edits| {
        edits.prepend(list.node(), &Template::text("openid"))
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_of_the_path_and_endpoints_lead_to_the_discovery_document() {
        for (wrong, right) in [
            ("https://a.io", "https://a.io"),
            ("https://a.io/", "https://a.io"),
            (
                "https://a.io:80/realms/shop/",
                "https://a.io:80/realms/shop",
            ),
            ("https://a.io/.well-known", "https://a.io"),
            ("https://a.io/.well-known/", "https://a.io"),
            ("https://a.io/.well-known/openid", "https://a.io"),
            ("https://a.io/.well-known/jwks.json", "https://a.io"),
            ("https://a.io/.well-known/openid-config", "https://a.io"),
            (
                "https://a.io/x/.well-known/openid-configuration.json",
                "https://a.io/x",
            ),
            (
                "https://a.io/.Well-Known/OpenID-Configuration",
                "https://a.io",
            ),
            (
                "https://a.io/well-known/openid-configuration",
                "https://a.io",
            ),
            (
                "https://a.io/.well-known/.well-known/openid",
                "https://a.io",
            ),
            ("https://a.io/.well-known/openid/shop", "https://a.io/shop"),
            (
                "https://a.io/shop/openid-configuration",
                "https://a.io/shop",
            ),
            ("https://a.io/shop/jwks.json", "https://a.io/shop"),
            ("https://a.io/oauth/authorize/", "https://a.io/oauth"),
            (
                "https://a.io/realms/shop/protocol/openid-connect/token",
                "https://a.io/realms/shop",
            ),
            (
                "https://a.io/realms/shop/protocol/openid-connect/auth",
                "https://a.io/realms/shop",
            ),
            (
                "https://a.io/t/oauth2/v2.0/authorize",
                "https://a.io/t/v2.0",
            ),
            ("https://a.io/t/discovery/v2.0/keys", "https://a.io/t/v2.0"),
        ] {
            let right = format!("{right}{DISCOVERY}");
            assert_eq!(discovery_urls(wrong), [right], "{wrong}");
        }
        let with_query = discovery_urls("https://a.io/t?p=b2c");
        assert_eq!(with_query, [format!("https://a.io/t{DISCOVERY}?p=b2c")]);
        let two = ["/openid", ""].map(|path| format!("https://a.io{path}{DISCOVERY}"));
        assert_eq!(discovery_urls("https://a.io/openid"), two);
        assert_eq!(discovery_urls("https://a.io/#/login"), [""; 0]);
    }
}
