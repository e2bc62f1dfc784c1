//! A scope: what it allows, where it is declared, where it is needed.

use super::{Focus, scheme};
use crate::ide::lookup::scheme_at;
use crate::ide::markdown::{code, user, with_link};
use crate::ide::place::{Part, last_key};
use crate::model::facts::{Home, Scheme};
use crate::model::uses::{Used, Uses};
use crate::syntax::node::Node;

/// More scopes than this are not listed.
const MAX_LISTED: usize = 12;

/// On a scope in the map of a flow.
pub fn declared(focus: &Focus<'_>, name: &str) -> Option<String> {
    let scheme = scheme_at(&focus.analysis.model, focus.node.range().start)?;
    Some(text(focus, scheme.fact, name))
}

/// On a scope in a list of needed ones.
pub fn needed(focus: &Focus<'_>, name: &str) -> Option<String> {
    let model = &focus.analysis.model;
    if focus.part == Part::RequirementScopes {
        let scheme_name = last_key(&focus.path)?;
        let Some(scheme) = model.component(scheme_name) else {
            return Some(format!(
                "**{}**: the scheme {} is not declared in this document.",
                user(name),
                code(scheme_name)
            ));
        };
        return Some(text(focus, scheme.fact, name));
    }
    let scheme = scheme_at(model, focus.node.range().start)?;
    Some(text(focus, scheme.fact, name))
}

fn text(focus: &Focus<'_>, scheme: &Scheme, name: &str) -> String {
    let mut flows = Vec::new();
    let mut description = None;
    for flow in &scheme.flows {
        for scope in flow.scopes.iter().filter(|scope| scope.name.text == name) {
            flows.push(if flow.name.text.is_empty() {
                "this flow".to_owned()
            } else {
                code(&flow.name.text)
            });
            let found = scope.description.as_ref().map(|spot| spot.text.as_str());
            description = description.or(found);
        }
    }
    let mut out = format!("**{}**: scope", user(name));
    if let Some(scheme_name) = &scheme.name {
        out.push_str(&format!(" of {}", code(&scheme_name.text)));
    }
    if let Some(description) = description.filter(|text| !text.trim().is_empty()) {
        out.push_str(&format!("\n\n> {}", user(description)));
    }
    out.push_str("\n\n");
    let is_oidc = scheme
        .scheme_type
        .as_ref()
        .is_some_and(|member| member.value.text == "openIdConnect");
    out.push_str(&match &flows[..] {
        [] if is_oidc => "The OpenID Connect provider declares its scopes itself.".to_owned(),
        [] => "**Declared in no flow** of the scheme.".to_owned(),
        flows => format!("**Declared in:** {}", flows.join(", ")),
    });
    if let (Home::Component, Some(scheme_name)) = (scheme.home, &scheme.name) {
        let analysis = focus.analysis;
        let places = if focus.version.is_v3() {
            let asks = |list: &crate::model::facts::ScopeList| {
                list.scopes.iter().any(|scope| scope.text == name)
            };
            match &scheme.scopes {
                Some(list) if asks(list) => analysis.uses(Used::Scheme(&scheme_name.text)),
                _ => Uses::default(),
            }
        } else {
            analysis.uses(Used::Scope(&scheme_name.text, name))
        };
        out.push_str("\n\n");
        out.push_str(&scheme::used(&places).replacen("Used", "Needed", 1));
    }
    with_link(&out, focus.version, "oauthFlowScopes")
}

/// The texts of a list.
pub fn texts(list: Node<'_>) -> Vec<String> {
    list.items()
        .take(MAX_LISTED)
        .filter_map(|item| item.as_str().map(str::to_owned))
        .collect()
}

/// Scopes in a row.
pub fn list(scopes: &[String]) -> String {
    let shown: Vec<String> = scopes
        .iter()
        .take(MAX_LISTED)
        .map(|scope| code(scope))
        .collect();
    let more = if scopes.len() > MAX_LISTED {
        ", ..."
    } else {
        ""
    };
    format!("{}{more}", shown.join(", "))
}
