//! Security schemes: `type` first, then the field table of that type (docs/specification.md D, "Suggested
//! checking order"), and the form of OpenAPI 2.

pub(in crate::rules) mod fields;
mod sasl;
pub(in crate::rules) mod types;

use crate::edits::template::{Template, member};
use crate::model::{DocumentKind, Fragment};
use crate::rules::context::UnitContext;
use crate::rules::finding::Finding;
use crate::rules::fix::FixContext;
use crate::rules::fix::FixKind::{self, ChangesMeaning, Safe};
use crate::rules::fix::names::{fresh_name, redirect, uses};
use crate::rules::messages::{listed, quoted};
use crate::rules::registry;
use crate::rules::rule::Severity;
use crate::rules::unit::ref_object::{self, Holder};
use crate::rules::unit::subject::{Subject, begun, kind_of, value_of};
use crate::rules::unit::{http, oauth2, openid};
use crate::spec::{Object, is_component_key, is_extension, spec};
use crate::syntax::node::{Entry, Node};

/// Checks a scheme of a map: its name, if names are restricted there, and the scheme.
pub(super) fn check_component(context: &UnitContext<'_>, out: &mut Vec<Finding>) {
    let is_component = context.pointer.starts_with("/components/securitySchemes/")
        || (context.kind == DocumentKind::Fragment(Fragment::Components)
            && context.pointer.starts_with("/securitySchemes/"));
    if let Some(key) = context.key.filter(|key| is_component && !key.lacks_colon()) {
        let name = key.value();
        if is_extension(name) && !looks_like_scheme(context, context.value) {
            // The map has no extension fields, so the schemas read this as a scheme.
            let rule = registry::SECURITY_SCHEMES_EXTENSION_KEY;
            let shown = quoted(name);
            let message = format!(
                "{shown} is read as a security scheme here; move it to `components` \
                 or into a scheme"
            );
            out.push(Finding::new(rule, key.range(), message));
            return;
        }
        if !is_component_key(name) {
            let rule = registry::SECURITY_SCHEMES_KEY_INVALID;
            let shown = quoted(name);
            let message = format!(
                "{shown} is not a valid component name; use only letters, digits, `.`, `-` and `_`"
            );
            out.push(Finding::new(rule, key.range(), message));
            // `$id` and the like are no schemes with a bad name.
            if name.starts_with('$') && context.value.is_scalar() {
                return;
            }
        }
    }
    if is_component && let Some(field) = stray_field(context) {
        // The line with the scheme's name is missing, so its fields are where names belong.
        let message = match field {
            "type" => {
                "the name of the scheme is missing above this; write it on a line of its own, \
                 and indent the fields below it"
                    .to_owned()
            }
            _ => format!("`{field}` is a field of a scheme; move it into the scheme it belongs to"),
        };
        let place = context.key.unwrap_or(context.value).range();
        out.push(Finding::new(
            registry::SECURITY_SCHEME_NOT_OBJECT,
            place,
            message,
        ));
        return;
    }
    check_scheme(context, context.key, context.value, out);
}

/// The name of the entry, if it is a field of a scheme and not the name of one.
fn stray_field<'t>(context: &UnitContext<'t>) -> Option<&'t str> {
    let name = context.key?.value();
    let mut objects = (spec().scheme_types().iter()).filter_map(|one| spec().object(&one.value));
    let is_field = objects.any(|object| object.field(name, context.version).is_some());
    let is_flows = name == "flows" && context.tree.field(context.value, "type").is_none();
    (is_field && (!context.value.is_mapping() || is_flows) && !context.value.is_missing())
        .then_some(name)
}

fn looks_like_scheme(context: &UnitContext<'_>, value: Node<'_>) -> bool {
    ["type", "$ref"]
        .iter()
        .any(|name| context.tree.field(value, name).is_some())
}

/// Checks a scheme or a reference to one, in a map or in an entry.
pub(super) fn check_scheme<'t>(
    context: &UnitContext<'t>,
    key: Option<Node<'t>>,
    value: Node<'t>,
    out: &mut Vec<Finding>,
) {
    if key.is_some_and(Node::lacks_colon) {
        return;
    }
    let Some(node) = context.tree.resolve(value) else {
        return;
    };
    if !node.is_mapping() {
        out.push(not_object(key, value, node));
        return;
    }
    let scheme = Subject::new(context, key, node);
    if let Some(reference) = scheme.get("$ref") {
        ref_object::check(context, &scheme, reference, Holder::Scheme, out);
        return;
    }
    if let Some(reference) = ref_object::misspelt(context, &scheme)
        && !scheme.has("type")
    {
        let shown = quoted(reference.key.value());
        let message = format!("{shown} is not read; write `$ref`, or a scheme with a `type`");
        let rule = registry::SECURITY_SCHEME_TYPE_MISSING;
        out.push(Finding::new(rule, reference.key.range(), message).meant(Some("$ref")));
        return;
    }
    let Some(object) = types::object_of(context, &scheme, out) else {
        return;
    };
    let consumed = check_openapi_shape(context, &scheme, object, out);
    fields::check_fields(context, &scheme, object, &consumed, out);
    match object.name.as_str() {
        "http" => http::check_scheme_name(context, &scheme, object, out),
        "httpApiKey" => {
            http::check_key_name(context, &scheme, out);
            http::check_key_place(context, &scheme, out);
        }
        "oauth2" => oauth2::check_scheme(context, &scheme, out),
        "openIdConnect" => openid::check_scheme(context, &scheme, out),
        "plain" => prefer_scram(context, &scheme, out),
        _ => {}
    }
}

fn prefer_scram<'t>(context: &UnitContext<'t>, scheme: &Subject<'t>, out: &mut Vec<Finding>) {
    if let Some(entry) = scheme.get("type")
        && scheme.text(context, "type").is_some()
    {
        out.push(Finding::new(
            registry::SASL_PLAIN_PREFER_SCRAM,
            entry.value.range(),
            "PLAIN shows the password to the server; prefer `scramSha256` or `scramSha512`",
        ));
    }
}

fn not_object(key: Option<Node<'_>>, value: Node<'_>, node: Node<'_>) -> Finding {
    let name = key.map_or_else(|| "the scheme".to_owned(), |key| quoted(key.value()));
    let hint = node.as_str().and_then(types::shorthand);
    let message = match hint {
        _ if value.is_missing() => {
            format!("{name} has no value yet; write a security scheme with a `type`")
        }
        Some(hint) => format!("{name} must be an object; write {hint}"),
        None => format!(
            "{name} must be an object with a `type`, not {}",
            kind_of(node)
        ),
    };
    let place = match key {
        Some(key) if value.is_missing() || node.is_sequence() => key.range(),
        _ => value.range(),
    };
    let rule = registry::SECURITY_SCHEME_NOT_OBJECT;
    begun(value, Finding::new(rule, place, message))
}

/// Offers a name without invalid characters.
pub(in crate::rules) fn fix_key_invalid(fix: &mut FixContext<'_>) {
    let Some(entry) = fix.entry() else { return };
    if entry.value.is_scalar() {
        fix.offer_removal(ChangesMeaning);
        return;
    }
    let mut name = String::new();
    for sign in entry.key.value().trim().chars() {
        if sign.is_ascii_alphanumeric() || "._-".contains(sign) {
            name.push(sign);
        } else if !name.ends_with('-') {
            name.push('-');
        }
    }
    let name = fresh_name(fix.model, name.trim_matches('-'));
    if name.is_empty() {
        return;
    }
    let Some(uses) = uses(fix, entry.key.value()) else {
        return;
    };
    let title = format!("Rename it to {}, with all references", quoted(&name));
    fix.offer(title, Safe, |edits| {
        redirect(edits, &uses, &name)?;
        edits.rename(entry.key, &name)
    });
}

pub(in crate::rules) fn fix_extension_key(fix: &mut FixContext<'_>) {
    let (Some(entry), Some(map)) = (fix.entry(), fix.path.parent()) else {
        return;
    };
    let Some(components) = map.parent().filter(|_| map.entry().is_some()) else {
        return;
    };
    let Some(value) = fix.moved(entry) else {
        return;
    };
    let name = entry.key.value();
    let title = format!("Move {} to `components`", quoted(name));
    fix.offer(title, Safe, |edits| {
        edits.remove(entry)?;
        edits.insert(components.node(), name, &value, &[])
    });
}

pub(in crate::rules) fn fix_not_object(fix: &mut FixContext<'_>) {
    let node = fix.path.node();
    if fix.path.is_key() || !node.is_scalar() {
        return;
    }
    let (Some(entry), Some(fields)) = (fix.entry(), types::meant_by(node.value())) else {
        return;
    };
    let kind = fields.first().map_or("", |(_, kind)| kind);
    let title = format!("Write `type: {kind}`");
    let field = |(name, text): &(&str, &str)| member(name, Template::text(*text));
    let members = fields.iter().map(field).collect();
    fix.offer(title, Safe, |edits| {
        edits.put(entry, &Template::Map(members))
    });
}

pub(in crate::rules) fn fix_prefer_scram(fix: &mut FixContext<'_>) {
    fix.offer_text("scramSha256", ChangesMeaning);
    fix.offer_text("scramSha512", ChangesMeaning);
}

/// Fields that OpenAPI 2 and older drafts have beside `type: oauth2`, in place of `flows`.
const FLOW_SETTINGS: [&str; 5] = [
    "flow",
    "authorizationUrl",
    "tokenUrl",
    "refreshUrl",
    "deviceAuthorizationUrl",
];

/// Finds flow settings beside `type` (the form of OpenAPI 2). Returns the fields that need no other
/// finding.
fn check_openapi_shape<'t>(
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
        finding = finding.with_part(setting.key.range(), "this belongs in the flow too");
    }
    if scheme.has("flows") {
        // The schemas accept any field beside `flows`.
        finding = finding.at(Severity::Warning);
    }
    out.push(finding);
    let mut consumed: Vec<&str> = settings.iter().map(|entry| entry.key.value()).collect();
    if !scheme.has("flows") {
        consumed.extend(["scopes", "deprecated"]);
    }
    consumed
}

/// Offers to move the settings into a flow below `flows`.
pub(in crate::rules) fn fix_openapi_shape(fix: &mut FixContext<'_>) {
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
    let mut required = object.required_in(version).map(|field| &*field.name);
    let is_whole = required.all(|name| name == scopes || has(name).is_some());
    let kind = FixKind::safe_if(named.is_some() && is_whole);
    let flows = Template::Map(vec![member(flow, Template::Map(members))]);
    let first = moved.iter().map(|entry| entry.key.range().start()).min();
    let title = format!("Write the flow `{flow}` below `flows`");
    fix.offer(title, kind, |edits| {
        let last = mapping
            .entries()
            .take_while(|entry| Some(entry.key.range().start()) != first)
            .last();
        let before = last.map_or("type", |entry| entry.key.value());
        edits.insert(mapping, "flows", &flows, &[before, "flows"])?;
        edits.remove_all(&moved)
    });
}
