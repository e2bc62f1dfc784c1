//! The shape of OpenAPI 2: settings of a flow beside `type: oauth2`.

use crate::edits::template::{Template, member};
use crate::rules::context::UnitContext;
use crate::rules::finding::Finding;
use crate::rules::fix::FixContext;
use crate::rules::fix::FixKind::{ChangesMeaning, Safe};
use crate::rules::messages::listed;
use crate::rules::registry;
use crate::rules::rule::Severity;
use crate::rules::unit::subject::{Subject, value_of};
use crate::spec::{Object, spec};
use crate::syntax::node::Entry;

/// What OpenAPI and older drafts write beside `type: oauth2` in place of `flows`.
const FLOW_SETTINGS: [&str; 6] = [
    "flow",
    "authorizationUrl",
    "tokenUrl",
    "refreshUrl",
    "deviceAuthorizationUrl",
    "oauth2MetadataUrl",
];

/// Finds flow settings beside `type` (the shape of OpenAPI 2); returns the fields that this
/// explains.
pub(super) fn check_shape<'t>(
    context: &UnitContext<'t>,
    scheme: &Subject<'t>,
    object: &Object,
    out: &mut Vec<Finding>,
) -> Vec<&'t str> {
    if object.name != "oauth2" {
        return Vec::new();
    }
    let settings: Vec<Entry<'t>> = scheme
        .fields
        .iter()
        .filter(|entry| {
            FLOW_SETTINGS.contains(&entry.key.value())
                && value_of(context, **entry).is_some_and(|value| !value.is_mapping())
        })
        .copied()
        .collect();
    let Some(first) = settings.first() else {
        return Vec::new();
    };
    let names = listed(settings.iter().map(|entry| entry.key.value()), "and");
    let verb = if settings.len() == 1 { "is" } else { "are" };
    let mut finding = Finding::new(
        registry::OPENAPI_OAUTH2_SHAPE,
        first.key.range(),
        format!("{names} {verb} not read here; write the flow below `flows`, under its name"),
    );
    for setting in settings.iter().skip(1) {
        finding = finding.with_part(setting.key.range(), "this belongs into the flow, too");
    }
    if scheme.has("flows") {
        // The schemas let any field pass beside `flows`.
        finding = finding.at(Severity::Warning);
    }
    out.push(finding);
    let mut consumed: Vec<&str> = settings.iter().map(|entry| entry.key.value()).collect();
    if !scheme.has("flows") {
        consumed.extend(["scopes", "deprecated"]);
    }
    consumed
}

/// The settings become a flow below `flows`.
pub(in crate::rules) fn fix_shape(fix: &mut FixContext<'_>) {
    let Some(mapping) = fix.mapping() else {
        return;
    };
    let has = |name: &str| mapping.get(name);
    let settings = fix.faulty_entries(mapping);
    if has("flows").is_some() {
        let names = listed(settings.iter().map(|entry| entry.key.value()), "and");
        let title = format!("Remove {names}");
        fix.offer(title, ChangesMeaning, |edits| edits.remove_all(&settings));
        return;
    }
    let version = fix.version;
    let written = has("flow").map(|entry| entry.value.value());
    let named = written.and_then(|name| {
        let own = spec().flow(name).map(|flow| flow.name.as_str());
        own.or_else(|| spec().flow_alias(name))
    });
    let flow = match (named, has("authorizationUrl"), has("tokenUrl")) {
        (Some(flow), _, _) => flow,
        (None, Some(_), Some(_)) => "authorizationCode",
        (None, Some(_), None) => "implicit",
        (None, None, _) => "clientCredentials",
    };
    let Some(object) = spec().flow_object(flow) else {
        return;
    };
    let scopes = version.scopes_key();
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
                let Some(value) = fix.moved(entry) else {
                    return;
                };
                members.push(member(&field.name, value));
                moved.push(entry);
            }
            None if field.name == scopes => {
                members.push(member(scopes, Template::Map(Vec::new())));
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
    let kind = named.map_or(ChangesMeaning, |_| Safe);
    let flows = Template::Map(vec![member(flow, Template::Map(members))]);
    let first = moved.iter().map(|entry| entry.key.range().start).min();
    let title = format!("Write the flow `{flow}` below `flows`");
    fix.offer(title, kind, |edits| {
        let last = mapping
            .entries()
            .take_while(|entry| Some(entry.key.range().start) != first)
            .last();
        let before = last.map_or("type", |entry| entry.key.value());
        edits.insert(mapping, "flows", &flows, &[before, "flows"])?;
        edits.remove_all(&moved)
    });
}
