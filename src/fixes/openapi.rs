//! The shape of OpenAPI 2: settings of a flow beside `type: oauth2`.

use super::FixKind::{ChangesMeaning, Safe};
use super::case::Case;
use super::schemes::entries_at;
use crate::edits::template;
use crate::edits::template::{Template, TemplateKey};
use crate::rules::words::listed;
use crate::spec::spec;
use crate::syntax::node::Entry;

/// The settings of OpenAPI 2 beside `type: oauth2` become a flow.
pub fn offer(case: &mut Case<'_>) {
    if case.rule() != "openapi-oauth2-shape" {
        return;
    }
    let Some(mapping) = case.mapping() else {
        return;
    };
    let has = |name: &str| mapping.get(name);
    let settings = entries_at(case, mapping);
    if has("flows").is_some() {
        let title = format!(
            "Remove {}",
            listed(settings.iter().map(|entry| entry.key.value()), "and")
        );
        case.offer(title, ChangesMeaning, |draft| {
            settings.iter().try_for_each(|entry| draft.remove(*entry))
        });
        return;
    }
    let version = case.version;
    let written = has("flow").map(|entry| entry.value.value());
    let named = written.and_then(|name| {
        let own = spec().flows().iter().find(|flow| flow.name == name);
        own.map(|flow| flow.name.as_str())
            .or_else(|| spec().flow_alias(name))
    });
    let flow = match (named, has("authorizationUrl"), has("tokenUrl")) {
        (Some(flow), _, _) => flow,
        (None, Some(_), Some(_)) => "authorizationCode",
        (None, Some(_), None) => "implicit",
        (None, None, _) => "clientCredentials",
    };
    let Some(object) = spec().object(&format!("flow.{flow}")) else {
        return;
    };
    let scopes = version.scopes_key();
    let document = &case.analysis.document;
    let mut members = Vec::new();
    let mut moved: Vec<Entry<'_>> = has("flow").into_iter().collect();
    for field in object.fields_in(version) {
        let found = if field.name == scopes {
            has("scopes").or(has(scopes))
        } else {
            has(&field.name)
        };
        match found {
            Some(entry) => {
                let Some(copy) = template::moved(document, Some(entry.key), entry.value) else {
                    return;
                };
                members.push((TemplateKey::of(&field.name), copy));
                moved.push(entry);
            }
            None if field.name == scopes => {
                members.push((TemplateKey::of(scopes), Template::Map(Vec::new())))
            }
            None => {}
        }
    }
    let is_map = |entry: Entry<'_>| entry.value.is_mapping();
    let is_moved = |entry: &Entry<'_>| {
        let place = entry.key.range();
        moved.iter().any(|other| other.key.range() == place)
    };
    if !has("scopes").or(has(scopes)).is_none_or(is_map) || !settings.iter().all(is_moved) {
        return;
    }
    let kind = if named.is_some() {
        Safe
    } else {
        ChangesMeaning
    };
    let body = Template::Map(vec![(TemplateKey::of(flow), Template::Map(members))]);
    let first = moved.iter().map(|entry| entry.key.range().start).min();
    let title = format!("Write the flow `{flow}` below `flows`");
    case.offer(title, kind, |draft| {
        let last = mapping
            .entries()
            .take_while(|entry| Some(entry.key.range().start) != first)
            .last();
        let before = last.map_or("type", |entry| entry.key.value());
        draft.insert(mapping, "flows", &body, &[before, "flows"])?;
        moved.iter().try_for_each(|entry| draft.remove(*entry))
    });
}
