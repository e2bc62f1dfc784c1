//! A scheme on one card.

use super::markdown::{code, link, table, user};
use crate::model::facts::{Flow, Scheme};
use crate::spec::{Version, spec};

/// More flows, endpoints or scopes than this are counted, not listed.
const MAX_ROWS: usize = 24;

/// The card of a scheme: type, description, fields, flows with endpoints and scopes.
pub fn card(scheme: &Scheme, name: Option<&str>, version: Version) -> String {
    let mut out = String::new();
    let known = scheme
        .scheme_type
        .as_ref()
        .and_then(|member| spec().object(&member.value.text));
    let title = known.map_or("Security scheme", |object| object.title.as_str());
    match name {
        Some(name) => out.push_str(&format!("**{}**: {title}", user(name))),
        None => out.push_str(&format!("**{title}**")),
    }
    if let Some(description) = &scheme.description
        && !description.value.text.trim().is_empty()
    {
        out.push_str(&format!("\n\n> {}", user(&description.value.text)));
    }
    let rows = rows(scheme);
    if !rows.is_empty() {
        out.push_str("\n\n");
        out.push_str(&table(["field", "value"], &rows));
    }
    for flow in scheme.flows.iter().take(MAX_ROWS) {
        out.push_str("\n\n");
        out.push_str(&self::flow(flow));
    }
    let anchor = known.map_or("securitySchemeObject", |object| object.anchor.as_str());
    out.push_str(&format!("\n\n{}", link(version, anchor)));
    out
}

fn rows(scheme: &Scheme) -> Vec<(String, String)> {
    let mut rows = Vec::new();
    let members = [
        ("type", &scheme.scheme_type),
        ("scheme", &scheme.http_scheme),
        ("bearerFormat", &scheme.bearer_format),
        ("name", &scheme.parameter),
        ("in", &scheme.location),
        ("openIdConnectUrl", &scheme.open_id_connect_url),
    ];
    for (name, member) in members {
        if let Some(member) = member {
            rows.push((name.to_owned(), code(&member.value.text)));
        }
    }
    if let Some(target) = scheme
        .reference
        .as_ref()
        .and_then(|found| found.target.as_ref())
    {
        rows.push(("$ref".to_owned(), code(&target.text)));
    }
    if let Some(list) = &scheme.scopes {
        let scopes: Vec<String> = list
            .scopes
            .iter()
            .take(MAX_ROWS)
            .map(|scope| code(&scope.text))
            .collect();
        rows.push((
            "needed scopes".to_owned(),
            if scopes.is_empty() {
                "none".to_owned()
            } else {
                scopes.join(", ")
            },
        ));
    }
    rows
}

/// A flow with its endpoints and scopes.
pub fn flow(flow: &Flow) -> String {
    let title = spec()
        .object(&format!("flow.{}", flow.name.text))
        .map(|object| object.title.as_str());
    let mut out = match title {
        Some(title) => format!("{title} ({})", code(&flow.name.text)),
        None if flow.name.text.is_empty() => "Flow".to_owned(),
        None => format!("Flow {}", code(&flow.name.text)),
    };
    let mut rows = Vec::new();
    let members = [
        ("authorizationUrl", &flow.authorization_url),
        ("tokenUrl", &flow.token_url),
        ("refreshUrl", &flow.refresh_url),
    ];
    for (name, member) in members {
        if let Some(member) = member {
            rows.push((name.to_owned(), code(&member.value.text)));
        }
    }
    for scope in flow.scopes.iter().take(MAX_ROWS) {
        let described = scope.description.as_ref();
        rows.push((
            format!("scope {}", code(&scope.name.text)),
            described.map_or(String::new(), |spot| user(&spot.text)),
        ));
    }
    if flow.scopes.len() > MAX_ROWS {
        rows.push((
            format!("and {} more scopes", flow.scopes.len() - MAX_ROWS),
            String::new(),
        ));
    }
    if !rows.is_empty() {
        out.push_str("\n\n");
        out.push_str(&table(["field", "value"], &rows));
    }
    out
}
