//! What a client needs, in words. The words are Markdown; `markdown::plain_text` has them without
//! its marks.

use std::borrow::Cow;
use std::rc::Rc;

use super::markdown::code;
use crate::model::facts::{Member, Scheme};
use crate::model::needs::{Alternative, NeededScheme, Needs, NeedsOfOperation, NeedsOfServer};

/// More scopes than this are not listed.
const MAX_SCOPES: usize = 12;

/// More alternatives than this are counted, not listed.
const MAX_ALTERNATIVES: usize = 8;

/// What a list asks for, as in "SASL SCRAM-SHA-512, or OAuth `orders:read` and a client
/// certificate".
pub fn of_list(needs: &Needs<'_>) -> String {
    joined(needs, &of_scheme).text
}

/// The same with the names of the schemes, for those who look at the list.
pub fn of_list_by_name(needs: &Needs<'_>) -> String {
    joined(needs, &by_name).text
}

/// What an operation asks for: one sentence for each group of servers that ask for the same. `None`
/// if neither it nor a server has a list.
pub fn of_operation(operation: &NeedsOfOperation<'_>) -> Option<Vec<OnServers>> {
    let own = operation.own.as_ref();
    let mut groups: Vec<OnServers> = Vec::new();
    for server in &operation.servers {
        let words = together(server.needs.as_ref(), own);
        match groups.iter_mut().find(|group| group.words == words) {
            Some(group) => group.servers.push(server.name.to_string()),
            None => groups.push(OnServers {
                servers: vec![server.name.to_string()],
                words,
            }),
        }
    }
    if groups.is_empty() {
        groups.push(OnServers {
            servers: Vec::new(),
            words: together(None, own),
        });
    }
    let has_list = |server: &Rc<NeedsOfServer<'_>>| server.needs.is_some();
    (own.is_some() || operation.servers.iter().any(has_list)).then_some(groups)
}

/// What an operation asks for on some of its servers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnServers {
    /// Their names; none for an operation of a document without servers.
    pub servers: Vec<String>,
    /// What a client needs there.
    pub words: String,
}

/// What a server and an operation on it ask for together.
fn together(server: Option<&Needs<'_>>, own: Option<&Needs<'_>>) -> String {
    let asking = [server, own]
        .into_iter()
        .flatten()
        .filter(|needs| needs.asks());
    let asking: Vec<Joined> = asking.map(|needs| joined(needs, &of_scheme)).collect();
    match &asking[..] {
        [] => "nothing".to_owned(),
        [only] => only.text.clone(),
        all => {
            let parts = all.iter().map(|one| match one.has_alternatives {
                true => Cow::Owned(format!("({})", one.text)),
                false => Cow::Borrowed(&*one.text),
            });
            Vec::from_iter(parts).join(" and ")
        }
    }
}

struct Joined {
    text: String,
    has_alternatives: bool,
}

fn joined(needs: &Needs<'_>, scheme: &dyn Fn(&NeededScheme<'_>) -> String) -> Joined {
    let mut ways: Vec<String> = (needs.alternatives.iter().take(MAX_ALTERNATIVES))
        .map(|one| match &one.schemes[..] {
            [] => "an empty requirement".to_owned(),
            together => Vec::from_iter(together.iter().map(scheme)).join(" and "),
        })
        .collect();
    let hidden = needs.alternatives.len().saturating_sub(ways.len());
    // Without their names, two may be the same to a client.
    let mut seen = Vec::new();
    ways.retain(|way| {
        let is_new = !seen.contains(way);
        seen.push(way.clone());
        is_new
    });
    if hidden > 0 {
        ways.push(format!("{hidden} more alternatives"));
    }
    if needs.is_torn {
        ways.push("something that cannot be read".to_owned());
    }
    // A comma where "or" alone could be taken for a part of one alternative.
    let is_long = |one: &Alternative<'_>| {
        let mut schemes = one.schemes.iter();
        one.schemes.len() > 1 || schemes.any(|scheme| scheme.scopes.len() > 1)
    };
    let is_long = needs.alternatives.iter().any(is_long);
    Joined {
        has_alternatives: ways.len() > 1,
        text: match ways.is_empty() {
            true => "nothing".to_owned(),
            false => ways.join(if is_long { ", or " } else { " or " }),
        },
    }
}

/// A scheme by what it is, as in "OAuth `orders:read`".
fn of_scheme(needed: &NeededScheme<'_>) -> String {
    let kind = needed.fact().and_then(kind).map(Cow::into_owned);
    let name = || (needed.name.as_deref()).map_or("a scheme".to_owned(), named);
    let kind = kind.unwrap_or_else(name);
    match &*scope_list(&needed.scopes) {
        "" => kind,
        scopes => format!("{kind} {scopes}"),
    }
}

/// A scheme of which only the name is known.
fn named(name: &str) -> String {
    format!("scheme {}", code(name))
}

/// A scheme by its name and what it is, as in "`petstore` (OAuth `read:pets`)".
fn by_name(needed: &NeededScheme<'_>) -> String {
    let words = of_scheme(needed);
    match &needed.name {
        Some(name) if needed.fact().and_then(kind).is_some() => format!("{} ({words})", code(name)),
        _ => words,
    }
}

/// What a client brings for a scheme of that type; `None` for an unknown one.
fn kind(scheme: &Scheme) -> Option<Cow<'static, str>> {
    let text = |member: &Option<Member>| member.as_ref().map(|member| member.value.text.clone());
    Some(Cow::Borrowed(match &*text(&scheme.scheme_type)? {
        "userPassword" => "user name and password",
        "apiKey" => match text(&scheme.details().location).as_deref() {
            Some("user") => "API key as user name",
            Some("password") => "API key as password",
            _ => "API key",
        },
        "httpApiKey" => {
            let place = match text(&scheme.details().location).as_deref() {
                Some("header") => "header",
                Some("query") => "query parameter",
                Some("cookie") => "cookie",
                _ => return Some(Cow::Borrowed("API key")),
            };
            let name = text(&scheme.details().parameter);
            let name = name.map_or(String::new(), |name| format!(" {}", code(&name)));
            return Some(Cow::Owned(format!("API key in {place}{name}")));
        }
        "http" => match text(&scheme.details().http_scheme) {
            Some(name) if name.eq_ignore_ascii_case("basic") => "HTTP basic authentication",
            Some(name) if name.eq_ignore_ascii_case("bearer") => "HTTP bearer token",
            Some(name) => return Some(Cow::Owned(format!("HTTP {}", code(&name)))),
            None => "HTTP authentication",
        },
        "X509" => "client certificate",
        "symmetricEncryption" => "symmetric encryption",
        "asymmetricEncryption" => "asymmetric encryption",
        "oauth2" => "OAuth",
        "openIdConnect" => "OpenID Connect",
        "plain" => "SASL PLAIN",
        "scramSha256" => "SASL SCRAM-SHA-256",
        "scramSha512" => "SASL SCRAM-SHA-512",
        "gssapi" => "SASL GSSAPI",
        _ => return None,
    }))
}

/// Scopes on one line.
pub fn scope_list(scopes: &[impl AsRef<str>]) -> String {
    let shown = scopes.iter().take(MAX_SCOPES);
    let shown: Vec<String> = shown.map(|scope| code(scope.as_ref())).collect();
    let more = if scopes.len() > MAX_SCOPES {
        ", ..."
    } else {
        ""
    };
    format!("{}{more}", shown.join(", "))
}
