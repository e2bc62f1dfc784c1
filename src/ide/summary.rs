//! Summaries in Markdown: of a scheme of the document, of what the table of the specification
//! knows, and of a rule.

use super::markdown::{code, link, table, user, with_link};
use crate::model::facts::{Flow, Scheme};
use crate::rules::rule::Rule;
use crate::spec::{Field, ValueSpec, Version, spec};

/// More flows or scopes than this are not listed.
const MAX_ROWS: usize = 24;

/// More values of a field than this are not listed.
const MAX_VALUES: usize = 16;

/// The scheme summary: type, description, fields, flows with endpoints and scopes.
pub fn scheme(scheme: &Scheme, name: Option<&str>, version: Version) -> String {
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
    if let Some(description) = &scheme.details().description
        && !description.value.text.trim().is_empty()
    {
        out.push_str(&format!("\n\n> {}", user(&description.value.text)));
    }
    let rows = scheme_rows(scheme);
    if !rows.is_empty() {
        out.push_str("\n\n");
        out.push_str(&table(["field", "value"], &rows));
    }
    for flow in scheme.flows().iter().take(MAX_ROWS) {
        out.push_str("\n\n");
        out.push_str(&self::flow(flow));
    }
    let anchor = known.map_or("securitySchemeObject", |object| object.anchor.as_str());
    out.push_str(&format!("\n\n{}", link(version, anchor)));
    out
}

fn scheme_rows(scheme: &Scheme) -> Vec<(String, String)> {
    let mut rows = Vec::new();
    let members = [
        ("type", &scheme.scheme_type),
        ("scheme", &scheme.details().http_scheme),
        ("bearerFormat", &scheme.details().bearer_format),
        ("name", &scheme.details().parameter),
        ("in", &scheme.details().location),
        ("openIdConnectUrl", &scheme.details().open_id_connect_url),
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
    if let Some(list) = &scheme.details().scopes {
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
fn flow(flow: &Flow) -> String {
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
            described.map_or(String::new(), |text| user(&text.text)),
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

/// An object of the specification.
pub fn object(name: &str, version: Version) -> Option<String> {
    let object = spec().object(name)?;
    let text = format!("**{}**\n\n{}", object.title, object.description);
    Some(with_link(&text, version, &object.anchor))
}

/// A scheme type as the value of `type`.
pub fn scheme_type(value: &str, version: Version) -> Option<String> {
    let known = spec()
        .scheme_types()
        .iter()
        .find(|known| known.value == value)?;
    let text = object(value, version)?;
    if known.since > version {
        let since = known.since.as_str();
        return Some(format!("Only since AsyncAPI {since}.\n\n{text}"));
    }
    Some(text)
}

/// A field of an object. One that only another version has is shown too, with a note.
pub fn field(object: &str, key: &str, version: Version) -> Option<String> {
    let object = spec().object(object)?;
    if let Some(field) = object.field(key, version) {
        return Some(described(field, version));
    }
    let other = object.fields.iter().find(|field| field.name == key)?;
    let when = match other.until {
        Some(until) if until < version => format!("until AsyncAPI {}", until.as_str()),
        _ => format!("since AsyncAPI {}", other.since.as_str()),
    };
    let text = described(other, version);
    Some(format!("Only {when}.\n\n{text}"))
}

fn described(field: &Field, version: Version) -> String {
    let required = if field.required { " (required)" } else { "" };
    let name = user(&field.name);
    let mut text = format!(
        "**{name}**: {}{required}\n\n{}",
        field.title,
        field.description.trim_end()
    );
    let rows: Vec<(String, String)> = field
        .values
        .iter()
        .filter(|known| known.since <= version)
        .take(MAX_VALUES)
        .map(|known| (format!("`{}`", known.value), known.title.clone()))
        .collect();
    if !rows.is_empty() {
        text.push_str("\n\n");
        text.push_str(&table(["value", "meaning"], &rows));
    }
    with_link(&text, version, &field.anchor)
}

/// A value of a field of a scheme.
pub fn value(object: &str, key: &str, text: &str, version: Version) -> Option<String> {
    let field = spec().object(object)?.field(key, version)?;
    // Names of HTTP authentication schemes are compared without case (RFC 9110, 11.1).
    let any_case = key == "scheme";
    let same = |known: &&ValueSpec| {
        known.value == text || (any_case && known.value.eq_ignore_ascii_case(text))
    };
    let unregistered = spec().unregistered_http_schemes();
    let known = field.values.iter().find(same).or_else(|| {
        let others: &[ValueSpec] = if any_case { unregistered } else { &[] };
        others.iter().find(same)
    })?;
    let text = format!(
        "**{}**: {}\n\n{}",
        user(&known.value),
        known.title,
        known.description
    );
    let anchor = known.anchor.as_deref().unwrap_or(&field.anchor);
    Some(with_link(&text, version, anchor))
}

/// What a rule is, by its page.
pub fn rule(rule: &Rule) -> String {
    let off = if rule.default_on {
        ""
    } else {
        ", off by default"
    };
    // The page starts with its heading; its summary is the first paragraph.
    let paragraph = rule.page.split("\n\n").nth(1).unwrap_or(rule.title);
    format!(
        "### `{}`\n\n{} ({}{off})\n\n{}",
        rule.id,
        paragraph.trim(),
        rule.severity.as_str(),
        first_paragraph(rule.page)
    )
}

/// What a rule is, with a link to its page.
pub fn linked_rule(rule: &Rule) -> String {
    let url = rule.docs_url().unwrap_or_default();
    format!("{}\n\n[Read the whole page]({url})", self::rule(rule))
}

/// What the rule finds. Without links: they are relative, so they do not work in an editor.
fn first_paragraph(page: &str) -> String {
    let (_, rest) = page
        .split_once("\n## What it finds\n\n")
        .unwrap_or_default();
    let paragraph = rest.split("\n\n").next().unwrap_or_default();
    let mut out = String::new();
    let mut rest = paragraph;
    while let Some((before, after)) = rest.split_once('[') {
        out.push_str(before);
        rest = match after.split_once("](") {
            Some((label, target)) => {
                out.push_str(label);
                target.split_once(')').map_or("", |(_, then)| then)
            }
            None => {
                out.push('[');
                after
            }
        };
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use crate::rules::registry::RULES;

    #[test]
    fn every_rule_has_a_summary() {
        for rule in RULES {
            let summary = super::rule(rule);
            let paragraphs: Vec<&str> = summary.split("\n\n").collect();
            assert_eq!(paragraphs.len(), 3, "{}: {summary}", rule.id);
            assert!(
                paragraphs.iter().all(|text| !text.is_empty()),
                "{}",
                rule.id
            );
            assert!(!paragraphs[2].contains("]("), "{}: {summary}", rule.id);
        }
    }
}
