//! Advice of the OAuth standards, beyond the form of a flow (docs/specification.md E.4 and E.9).

pub(in crate::rules) mod fixes;

use crate::rules::context::UnitContext;
use crate::rules::finding::{Data, Finding};
use crate::rules::messages::quoted;
use crate::rules::registry;
use crate::rules::rule::Rule;
use crate::rules::unit::providers;
use crate::rules::unit::subject::{Subject, value_of};
use crate::rules::url::{Endpoint, endpoint};
use crate::spec::providers::Endpoint as Role;
use crate::spec::{Version, is_scope_token, spec};
use crate::syntax::node::Entry;
use crate::text::range::TextRange;

/// The token endpoints of Anypoint MQ are called `authorize`, and its clients choose no scopes
/// (README of its bindings).
const ANYPOINT: &str = ".anypoint.mulesoft.com";

/// Names of scopes that allow everything.
const BROAD: [&str; 6] = ["*", "all", "full", "root", "admin", "superuser"];

/// Words in a description that show the use of PKCE (RFC 7636).
const PKCE_WORDS: [&str; 6] = [
    "pkce",
    "proof key",
    "code challenge",
    "code_challenge",
    "code verifier",
    "code_verifier",
];

/// Advice about one flow. The name of a flow is unknown in a fragment.
pub(super) fn check_flow<'t>(
    context: &UnitContext<'t>,
    name: Option<&str>,
    flow: &Subject<'t>,
    out: &mut Vec<Finding>,
) {
    match name {
        Some("implicit") => out.push(Finding::new(
            registry::OAUTH2_IMPLICIT_FLOW,
            flow.anchor,
            "the implicit flow is deprecated, since it puts tokens into URLs; \
             use `authorizationCode` with PKCE",
        )),
        Some("password") => out.push(Finding::new(
            registry::OAUTH2_PASSWORD_FLOW,
            flow.anchor,
            "the password flow must not be used, since the client sees the password; \
             use `authorizationCode`, or `clientCredentials` if no user is involved",
        )),
        _ => {}
    }
    refresh_url(name, flow, out);
    endpoints(context, name, flow, out);
    scopes(context, flow, out);
}

fn refresh_url(name: Option<&str>, flow: &Subject<'_>, out: &mut Vec<Finding>) {
    let whole = |name| flow.get(name).filter(|entry| !entry.key.lacks_colon());
    match (name, whole("refreshUrl")) {
        (Some("implicit"), Some(entry)) => out.push(Finding::new(
            registry::OAUTH2_REFRESH_URL_ON_IMPLICIT,
            entry.key.range(),
            "an implicit flow never gets a refresh token; remove `refreshUrl`",
        )),
        (Some("clientCredentials"), Some(entry)) => out.push(Finding::new(
            registry::OAUTH2_REFRESH_URL_ON_CLIENT_CREDENTIALS,
            entry.key.range(),
            "a client with its own credentials needs no refresh token: it asks for a new access \
             token; remove `refreshUrl`",
        )),
        (Some("authorizationCode" | "password"), None) if whole("tokenUrl").is_some() => {
            out.push(
                Finding::new(
                    registry::OAUTH2_REFRESH_URL_MISSING,
                    flow.anchor,
                    "without `refreshUrl`, clients refresh at `tokenUrl`; add it if there are refresh tokens",
                )
                .with_data(Data::MissingFields(vec!["refreshUrl"])),
            );
        }
        _ => {}
    }
}

/// The URL in a field, if it is one of an endpoint.
struct Url<'t> {
    place: TextRange,
    text: &'t str,
    endpoint: Endpoint<'t>,
}

impl Url<'_> {
    fn is_anypoint(&self) -> bool {
        (self.endpoint.host.to_ascii_lowercase()).ends_with(ANYPOINT)
    }
}

fn url<'t>(context: &UnitContext<'t>, flow: &Subject<'t>, name: &str) -> Option<Url<'t>> {
    let text = flow.text(context, name)?;
    Some(Url {
        place: flow.get(name)?.value.range(),
        text,
        endpoint: endpoint(text)?,
    })
}

fn endpoints<'t>(
    context: &UnitContext<'t>,
    name: Option<&str>,
    flow: &Subject<'t>,
    out: &mut Vec<Finding>,
) {
    // A forbidden URL has a finding of its own.
    let takes = |field: &str| {
        let object = name.and_then(|name| spec().flow_object(name));
        object.is_none_or(|object| object.field(field, context.version).is_some())
    };
    if providers::check(context, flow, takes, out) {
        return;
    }
    let url = |field| url(context, flow, field).filter(|_| takes(field));
    let (authorization, token) = (url("authorizationUrl"), url("tokenUrl"));
    if let (Some(authorization), Some(token)) = (&authorization, &token) {
        if authorization.text.trim_end_matches('/') == token.text.trim_end_matches('/') {
            let message = "`tokenUrl` and `authorizationUrl` are two endpoints, but they have the same \
                           URL; correct one of them";
            let rule = registry::OAUTH2_SAME_ENDPOINT_URLS;
            let finding = Finding::new(rule, token.place, message);
            out.push(finding.with_part(authorization.place, "the same URL"));
            return;
        }
        let is_known = || providers::belong_together(authorization.text, token.text);
        if !authorization.endpoint.has_origin_of(&token.endpoint) && !is_known() {
            let message = "the endpoints of this flow are on different hosts; \
                           make sure that one server issued both";
            let rule = registry::OAUTH2_ENDPOINTS_DIFFERENT_ORIGIN;
            let finding = Finding::new(rule, token.place, message);
            out.push(finding.with(authorization.place, "the other endpoint"));
        }
    }
    let authorization = authorization.filter(|url| {
        let is_known = providers::is_endpoint(url.text, Role::Token);
        url.endpoint.last_segment() == "token" || is_known
    });
    let token = token.filter(|url| {
        let segment = url.endpoint.last_segment();
        let is_named = matches!(&*segment, "authorize" | "auth" | "dialog") && !url.is_anypoint();
        is_named || providers::is_endpoint(url.text, Role::Authorization)
    });
    const RULE: &Rule = registry::OAUTH2_ENDPOINT_LOOKS_SWAPPED;
    match (authorization, token) {
        (Some(authorization), Some(token)) => out.push(
            Finding::new(
                RULE,
                authorization.place,
                "`authorizationUrl` and `tokenUrl` look swapped; exchange them",
            )
            .with_part(token.place, "the other one"),
        ),
        (Some(authorization), None) => out.push(Finding::new(
            RULE,
            authorization.place,
            "this looks like a token endpoint; write the URL to which browsers are sent",
        )),
        (None, Some(token)) => out.push(Finding::new(
            RULE,
            token.place,
            "this looks like an authorization endpoint; write the URL where clients get tokens",
        )),
        (None, None) => {}
    }
}

/// The map of scopes. In a fragment its key may be that of either major version.
fn scopes_entry<'t>(context: &UnitContext<'t>, flow: &Subject<'t>) -> Option<Entry<'t>> {
    let own = flow.get(context.version.scopes_key());
    let other = || {
        let keys = Version::ALL.map(Version::scopes_key);
        keys.iter().find_map(|key| flow.get(key))
    };
    own.or_else(|| other().filter(|_| context.is_fragment()))
}

fn scopes<'t>(context: &UnitContext<'t>, flow: &Subject<'t>, out: &mut Vec<Finding>) {
    let Some(entry) = scopes_entry(context, flow) else {
        return;
    };
    let Some(map) = value_of(context, entry).filter(|map| map.is_mapping()) else {
        return;
    };
    let scopes = if map.get("<<").is_some() {
        context.tree.fields(map)
    } else {
        map.entries().collect()
    };
    let is_anypoint = || {
        let token = url(context, flow, "tokenUrl");
        token.is_some_and(|url| url.is_anypoint())
    };
    if scopes.is_empty() && !is_anypoint() {
        out.push(Finding::new(
            registry::OAUTH2_SCOPES_EMPTY,
            entry.key.range(),
            "this flow declares no scopes, so clients get the authorization server's default \
             scopes, which this document does not name; declare them",
        ));
    }
    for scope in scopes {
        if !scope.key.lacks_colon() && scope.key.is_scalar() {
            check_scope(context, scope, out);
        }
    }
}

fn check_scope<'t>(context: &UnitContext<'t>, scope: Entry<'t>, out: &mut Vec<Finding>) {
    let name = scope.key.value();
    if !is_scope_token(name) {
        out.push(invalid_scope(name, scope.key.range()));
    }
    if BROAD.iter().any(|broad| broad.eq_ignore_ascii_case(name)) {
        let shown = quoted(name);
        let message = format!(
            "{shown} seems to allow everything; split it, so that a client can ask for less"
        );
        let rule = registry::OAUTH2_SCOPE_TOO_BROAD;
        out.push(Finding::new(rule, scope.key.range(), message));
    }
    let description = value_of(context, scope).and_then(|value| value.as_str());
    if description.is_some_and(|text| text.trim().is_empty()) {
        let message = format!("say what the scope {} allows", quoted(name));
        let rule = registry::OAUTH2_SCOPE_DESCRIPTION_EMPTY;
        out.push(Finding::new(rule, scope.key.range(), message));
    }
}

/// A declared or required name that is no scope token.
pub(in crate::rules) fn invalid_scope(name: &str, place: TextRange) -> Finding {
    let why = if name.is_empty() {
        "a scope name must not be empty; write one".to_owned()
    } else if name.contains(char::is_whitespace) {
        format!(
            "{} is read as several scopes, since spaces separate them; \
             list each one, or write `-` or `_`",
            quoted(name)
        )
    } else {
        format!(
            "{} is not a valid scope name; use visible ASCII characters without `\"` and `\\`",
            quoted(name)
        )
    };
    Finding::new(registry::OAUTH2_SCOPE_NAME_INVALID, place, why)
}

/// Advice about a scheme of type `oauth2` as a whole.
pub(super) fn check_scheme<'t>(
    context: &UnitContext<'t>,
    scheme: &Subject<'t>,
    out: &mut Vec<Finding>,
) {
    let flow = scheme.get("flows").and_then(|flows| {
        let flows = value_of(context, flows)?;
        context.tree.field(flows, "authorizationCode")
    });
    let Some(flow) = flow.filter(|flow| !flow.key.lacks_colon()) else {
        return;
    };
    let description = scheme.text(context, "description").unwrap_or_default();
    let description = description.to_lowercase();
    let says_key = |entry: &Entry<'_>| entry.key.value().to_lowercase().contains("pkce");
    let inner = value_of(context, flow).map(|flow| context.tree.fields(flow));
    let is_documented = PKCE_WORDS.iter().any(|word| description.contains(word))
        || scheme.fields.iter().any(says_key)
        || inner.is_some_and(|fields| fields.iter().any(says_key));
    if !is_documented {
        out.push(Finding::new(
            registry::OAUTH2_PKCE_UNDOCUMENTED,
            flow.key.range(),
            "say in `description` of the scheme that clients use PKCE (S256); \
             there is no field for it",
        ));
    }
}
