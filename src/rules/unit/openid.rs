//! Requirements of OpenID Connect (docs/specification.md E.4 and E.9).

use crate::edits::template::Template;
use crate::rules::context::UnitContext;
use crate::rules::finding::Finding;
use crate::rules::fix::FixContext;
use crate::rules::fix::FixKind::ChangesMeaning;
use crate::rules::registry;
use crate::rules::unit::subject::{Subject, value_of};
use crate::rules::url::endpoint;
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
            Some(name) => names.push(name),
            None => return,
        }
    }
    if !names.is_empty() && !names.contains(&"openid") {
        out.push(openid_missing(entry.key.range()));
    }
}

/// A finding for required scopes without `openid`.
pub(in crate::rules) fn openid_missing(place: TextRange) -> Finding {
    Finding::new(
        registry::OIDC_SCOPES_MISSING_OPENID,
        place,
        "without the scope `openid` this is no request of OpenID Connect; add it",
    )
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
            format!("this is the metadata of an OAuth server; OpenID Connect has `{DISCOVERY}`"),
        )
    } else {
        Finding::new(
            registry::OIDC_URL_NOT_DISCOVERY,
            entry.value.range(),
            format!(
                "this is not the URL of a discovery document; \
                 write that of the issuer with `{DISCOVERY}` after it"
            ),
        )
    });
}

pub(in crate::rules) fn fix_not_discovery(fix: &mut FixContext<'_>) {
    let url = fix.path.node().value();
    if url.contains(['?', '#']) {
        return;
    }
    let mut issuer = url.trim_end_matches('/');
    for end in ["/authorize", "/token"] {
        issuer = issuer.strip_suffix(end).unwrap_or(issuer);
    }
    fix.offer_clean_text(DISCOVERY_TITLE, &format!("{issuer}{DISCOVERY}"));
}

pub(in crate::rules) fn fix_oauth_metadata(fix: &mut FixContext<'_>) {
    let url = fix.path.node().value().replacen(METADATA, DISCOVERY, 1);
    fix.offer_clean_text(DISCOVERY_TITLE, &url);
}

pub(in crate::rules) fn fix_openid_missing(fix: &mut FixContext<'_>) {
    let Some(list) = fix.path.value() else {
        return;
    };
    fix.offer("Ask for `openid` first", ChangesMeaning, |edits| {
        edits.prepend(list.node(), &Template::text("openid"))
    });
}
