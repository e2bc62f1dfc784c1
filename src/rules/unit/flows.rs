//! OAuth flows and their maps of scopes.

pub(in crate::rules) mod fixes;

use crate::rules::context::UnitContext;
use crate::rules::finding::{Data, Finding};
use crate::rules::messages::{listed, nearest, not_a_field, quoted};
use crate::rules::registry;
use crate::rules::rule::Rule;
use crate::rules::unit::subject::{Subject, expect_string, not_a_collection, value_of, wrong_type};
use crate::rules::unit::{oauth2, ref_object, urls};
use crate::spec::{Field, FieldKind, Object, Version, is_extension, spec};
use crate::syntax::node::{Entry, Node};

const WRONG_TYPE: &Rule = registry::SECURITY_SCHEME_FIELD_WRONG_TYPE;

/// Names of the URLs of a flow in other formats, too different to be found as misspellings.
const OTHER_NAMES: [(&str, &str); 5] = [
    ("authUrl", "authorizationUrl"),
    ("authorizeUrl", "authorizationUrl"),
    ("authorizationEndpoint", "authorizationUrl"),
    ("accessTokenUrl", "tokenUrl"),
    ("tokenEndpoint", "tokenUrl"),
];

/// Checks the map of flows.
pub(super) fn check_flows<'t>(
    context: &UnitContext<'t>,
    key: Option<Node<'t>>,
    value: Node<'t>,
    out: &mut Vec<Finding>,
) {
    let Some(node) = mapping(context, key, value, "an object of flows", out) else {
        return;
    };
    let flows = Subject::new(context, key, node);
    if refuses_reference(context, &flows, "`flows`", out) {
        return;
    }
    if (flows.fields.iter()).all(|entry| is_extension(entry.key.value())) {
        let message = format!("`flows` declares no flow; add {}", listed(names(), "or"));
        let rule = registry::OAUTH2_FLOWS_EMPTY;
        out.push(Finding::new(rule, flows.anchor, message));
    }
    let mut rest = flows.fields.as_slice();
    while let [entry, others @ ..] = rest {
        if let Some((count, finding)) = fields_outside(rest) {
            out.push(finding);
            rest = &rest[count..];
            continue;
        }
        rest = others;
        let name = entry.key.value();
        if entry.key.lacks_colon() {
            continue;
        }
        if spec().flow(name).is_some() {
            check_flow(context, Some(name), Some(entry.key), entry.value, out);
        } else if is_extension(name) {
            let shown = quoted(name);
            let message = format!(
                "the official schema rejects {shown} in `flows`; move it up, beside `flows`"
            );
            let rule = registry::OAUTH2_FLOWS_EXTENSION;
            out.push(Finding::new(rule, entry.key.range(), message));
        } else {
            out.push(unknown_flow(*entry));
        }
    }
}

fn names() -> impl Iterator<Item = &'static str> {
    spec().flows().iter().map(|flow| flow.name.as_str())
}

fn unknown_flow(entry: Entry<'_>) -> Finding {
    let name = entry.key.value();
    let hint = if let Some(right) = spec().flow_alias(name) {
        format!("write `{right}`")
    } else if spec().is_unsupported_flow(name) {
        "no version of AsyncAPI can describe it; explain it in `description`".to_owned()
    } else if let Some(right) = nearest(name, names()) {
        format!("did you mean `{right}`?")
    } else {
        format!("write {}", listed(names(), "or"))
    };
    let message = format!("{} is not a flow of AsyncAPI; {hint}", quoted(name));
    Finding::new(registry::OAUTH2_FLOW_UNKNOWN, entry.key.range(), message)
}

/// Checks one flow. Without a name (in a fragment) it may be any of them.
pub(super) fn check_flow<'t>(
    context: &UnitContext<'t>,
    name: Option<&str>,
    key: Option<Node<'t>>,
    value: Node<'t>,
    out: &mut Vec<Finding>,
) {
    let Some(node) = mapping(context, key, value, "an object", out) else {
        return;
    };
    let flow = Subject::new(context, key, node);
    if refuses_reference(context, &flow, "a flow", out) {
        return;
    }
    let object = name.and_then(|name| spec().flow_object(name));
    let objects: Vec<&'static Object> = match object {
        Some(object) => vec![object],
        None => names()
            .filter_map(|name| spec().flow_object(name))
            .collect(),
    };
    let mut meant: Vec<&str> = Vec::new();
    for entry in &flow.fields {
        let name = entry.key.value();
        if entry.key.lacks_colon() {
            continue;
        }
        let mut fields = (objects.iter()).filter_map(|object| object.field(name, context.version));
        if let Some(field) = fields.next() {
            check_value(context, field, *entry, out);
        } else if is_extension(name) {
        } else if let Some(object) = object.filter(|object| object.forbids(name)) {
            out.push(forbidden(object, *entry));
        } else if is_scopes_key(name) {
            meant.push(context.version.scopes_key());
            other_scopes_key(context, &flow, *entry, out);
        } else {
            let near = meant_field(context, &flow, &objects, name);
            meant.extend(near);
            out.push(unknown_field(*entry, near));
        }
    }
    oauth2::check_flow(context, name, &flow, out);
    let Some(object) = object else {
        return;
    };
    let missing: Vec<&'static str> = object
        .required_in(context.version)
        .map(|field| field.name.as_str())
        .filter(|name| !flow.has(name) && !meant.contains(name))
        .collect();
    if !missing.is_empty() {
        out.push(missing_fields(&flow, name.unwrap_or_default(), &missing));
    }
}

fn missing_fields(flow: &Subject<'_>, name: &str, missing: &[&'static str]) -> Finding {
    let (verb, it) = if missing.len() == 1 {
        ("is", "it")
    } else {
        ("are", "them")
    };
    let fields = listed(missing.iter().copied(), "and");
    let message = format!("{fields} {verb} missing; the flow `{name}` requires {it}");
    Finding::new(registry::OAUTH2_FLOW_MISSING_FIELD, flow.anchor, message)
        .with_data(Data::MissingFields(missing.to_vec()))
}

/// Whether the name is that of the map of scopes in any version.
fn is_scopes_key(name: &str) -> bool {
    let mut versions = Version::ALL.iter();
    versions.any(|version| version.scopes_key() == name)
}

fn other_scopes_key<'t>(
    context: &UnitContext<'t>,
    flow: &Subject<'t>,
    entry: Entry<'t>,
    out: &mut Vec<Finding>,
) {
    const RULE: &Rule = registry::OAUTH2_SCOPES_KEY_WRONG_VERSION;
    let right = context.version.scopes_key();
    let place = entry.key.range();
    let has_both = flow.has(right);
    if context.is_fragment() && !has_both {
        // In another version, as which the file is checked too, this is the map of scopes.
        check_scopes(context, entry, out);
    }
    let what = match has_both {
        true => format!("merge {} into it", quoted(entry.key.value())),
        false => "rename this".to_owned(),
    };
    let version = context.version.as_str();
    let message = format!("in AsyncAPI {version} the map of scopes is called `{right}`; {what}");
    out.push(Finding::new(RULE, place, message));
}

/// The missing field that an unknown name probably means.
fn meant_field<'o>(
    context: &UnitContext<'_>,
    flow: &Subject<'_>,
    objects: &[&'o Object],
    name: &str,
) -> Option<&'o str> {
    let absent: Vec<&'o str> = (objects.iter())
        .flat_map(|object| object.fields_in(context.version))
        .map(|field| field.name.as_str())
        .filter(|field| !flow.has(field))
        .collect();
    if let Some(near) = nearest(name, absent.iter().copied()) {
        return Some(near);
    }
    let others = OTHER_NAMES.iter().map(|(other, _)| *other);
    let right = if let Some(other) = nearest(name, others) {
        OTHER_NAMES
            .iter()
            .find_map(|(name, right)| (*name == other).then_some(*right))?
    } else {
        // `scope` may mean the key of either version.
        let keys = Version::ALL.iter().map(|version| version.scopes_key());
        nearest(name, keys)?;
        context.version.scopes_key()
    };
    absent.into_iter().find(|field| *field == right)
}

fn unknown_field(entry: Entry<'_>, near: Option<&str>) -> Finding {
    let hint = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => "remove it, or start its name with `x-`".to_owned(),
    };
    let message = format!("{}; {hint}", not_a_field(entry.key.value(), "a flow"));
    let rule = registry::OAUTH2_FLOW_UNKNOWN_FIELD;
    Finding::new(rule, entry.key.range(), message).meant(near)
}

fn forbidden(object: &Object, entry: Entry<'_>) -> Finding {
    let flow = object.name.strip_prefix("flow.").unwrap_or(&object.name);
    let name = entry.key.value();
    let message = format!(
        "the flow `{flow}` does not use `{name}`; remove it, or use `authorizationCode`, which has both URLs"
    );
    let rule = registry::OAUTH2_FLOW_FORBIDDEN_FIELD;
    Finding::new(rule, entry.key.range(), message)
}

fn check_value<'t>(
    context: &UnitContext<'t>,
    field: &Field,
    entry: Entry<'t>,
    out: &mut Vec<Finding>,
) {
    match field.kind {
        FieldKind::Uri => urls::check(context, entry, out),
        FieldKind::StringMap => check_scopes(context, entry, out),
        FieldKind::String => {
            expect_string(context, entry, out);
        }
        _ => {}
    }
}

/// Checks the map from scopes to descriptions.
fn check_scopes<'t>(context: &UnitContext<'t>, entry: Entry<'t>, out: &mut Vec<Finding>) {
    let Some(value) = value_of(context, entry) else {
        return;
    };
    if !value.is_mapping() {
        out.push(not_a_collection(
            registry::OAUTH2_SCOPES_NOT_A_MAP,
            entry,
            value,
            "an object with a description for every scope (`{}` without scopes)",
        ));
        return;
    }
    // Resolving merge keys compares all names with each other, which is slow for many scopes.
    let scopes = if value.get("<<").is_some() {
        context.tree.fields(value)
    } else {
        value.entries().collect()
    };
    for scope in scopes {
        let Some(description) = value_of(context, scope) else {
            continue;
        };
        if description.as_str().is_none() {
            out.push(wrong_type(
                registry::OAUTH2_SCOPE_DESCRIPTION_NOT_STRING,
                scope,
                description,
                "a string",
            ));
        }
    }
}

/// The value as a mapping; any other value gives a finding.
fn mapping<'t>(
    context: &UnitContext<'t>,
    key: Option<Node<'t>>,
    value: Node<'t>,
    wants: &str,
    out: &mut Vec<Finding>,
) -> Option<Node<'t>> {
    if key.is_some_and(Node::lacks_colon) {
        return None;
    }
    let node = context.tree.resolve(value)?;
    if node.is_mapping() {
        return Some(node);
    }
    if let Some(key) = key {
        let entry = Entry { key, value };
        out.push(not_a_collection(WRONG_TYPE, entry, node, wants));
    }
    None
}

/// Whether the mapping is a reference, which only a whole scheme may be. Adds the finding.
fn refuses_reference<'t>(
    context: &UnitContext<'t>,
    subject: &Subject<'t>,
    what: &str,
    out: &mut Vec<Finding>,
) -> bool {
    let reference = subject.get("$ref");
    let Some(reference) = reference.or_else(|| ref_object::misspelt(context, subject)) else {
        return false;
    };
    if !reference.key.lacks_colon() {
        let message = format!(
            "{what} cannot be a reference; write it out here, or refer to the whole scheme"
        );
        let rule = registry::OAUTH2_REF_NOT_ALLOWED;
        out.push(Finding::new(rule, reference.key.range(), message));
    }
    true
}

/// The number of entries at the start that are fields of one flow, not indented below its name,
/// with the one finding for all of them.
fn fields_outside(entries: &[Entry<'_>]) -> Option<(usize, Finding)> {
    let first = entries.first()?;
    let is_flow = spec().flow(first.key.value()).is_some();
    let names = usize::from(is_flow && first.value.is_missing() && !first.key.lacks_colon());
    let fields = (entries.iter().skip(names))
        .take_while(|entry| spec().is_flow_field(entry.key.value()) && !entry.key.lacks_colon())
        .count();
    let field = entries.get(names).filter(|_| fields > 0)?.key;
    let what = match fields {
        1 => "this".to_owned(),
        2 => "this and the field below it".to_owned(),
        many => format!("this and the {} fields below it", many - 1),
    };
    let message = if names > 0 {
        let flow = quoted(first.key.value());
        format!("indent {what} more than {flow}, whose fields they are")
    } else {
        nameless(field)
    };
    let message = if fields == 1 {
        message.replace("they are", "it is")
    } else {
        message
    };
    let finding = Finding::new(registry::OAUTH2_FLOW_UNKNOWN, field.range(), message);
    Some((names + fields, finding))
}

fn nameless(field: Node<'_>) -> String {
    format!(
        "the name of the flow is missing above {}; write it on a line of its own, and indent the fields below it",
        quoted(field.value())
    )
}
