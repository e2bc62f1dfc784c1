//! The fields of a scheme, against the table of its type.

pub(in crate::rules) mod fixes;

use super::sasl;
use super::types::{in_values, texts_of, types_with};
use crate::rules::context::UnitContext;
use crate::rules::finding::{Data, Finding};
use crate::rules::messages::{listed, nearest, not_a_field, quoted};
use crate::rules::registry;
use crate::rules::rule::{Rule, Severity};
use crate::rules::secret::is_secret_name;
use crate::rules::unit::subject::{
    Subject, expect_string, kind_of, not_a_collection, value_of, value_place,
};
use crate::rules::unit::{flows, urls};
use crate::spec::{Field, FieldKind, Object, is_extension, spec};
use crate::syntax::node::{Entry, ScalarType};
use crate::text::range::TextRange;

/// Checks every field against the table of the type, and finds missing fields.
pub(super) fn check_fields<'t>(
    context: &UnitContext<'t>,
    scheme: &Subject<'t>,
    object: &'static Object,
    consumed: &[&str],
    out: &mut Vec<Finding>,
) {
    let missing: Vec<&'static Field> = object
        .required_in(context.version)
        .filter(|field| !scheme.has(&field.name))
        .filter(|field| field.name != "flows" || consumed.is_empty())
        .collect();
    if let Some(finding) = other_than_oauth2(context, scheme, object, &missing) {
        out.push(finding);
        return;
    }
    let mut meant: Vec<&str> = Vec::new();
    let mut foreign: Vec<Entry<'t>> = Vec::new();
    for entry in &scheme.fields {
        let name = entry.key.value();
        if name == "type" || entry.key.lacks_colon() || consumed.contains(&name) {
            continue;
        }
        if let Some(field) = object.field(name, context.version) {
            check_value(context, object, field, *entry, out);
        } else if is_extension(name) {
        } else if let Some(field) = object.fields.iter().find(|field| field.name == name) {
            out.push(other_version(object, field, entry.key.range()));
        } else if object.closed && spec().is_scheme_field(name) {
            foreign.push(*entry);
        } else {
            let absent = object
                .fields_in(context.version)
                .filter(|field| !scheme.has(&field.name))
                .map(|field| field.name.as_str());
            let near = nearest_field(name, absent);
            if let Some(near) = near {
                // In an open object the schemas accept an unknown field, but report the one it
                // means as missing: so do we.
                if !object.closed && missing.iter().any(|field| field.name == near) {
                    continue;
                }
                meant.push(near);
            }
            let contradiction = contradiction(context, object, *entry);
            out.push(contradiction.unwrap_or_else(|| unknown_field(object, *entry, near)));
        }
    }
    if let Some(finding) = not_applicable(context, scheme, object, &foreign) {
        out.push(finding);
    }
    let missing: Vec<&str> = missing
        .iter()
        .map(|field| field.name.as_str())
        .filter(|name| !meant.contains(name))
        .collect();
    if !missing.is_empty() && !is_of_another_type(context, scheme, &foreign) {
        out.push(missing_fields(scheme, object, &missing));
    }
}

/// One cause, one finding: a scheme of type `oauth2` without `flows` that has the fields of another
/// type.
fn other_than_oauth2(
    context: &UnitContext<'_>,
    scheme: &Subject<'_>,
    object: &Object,
    missing: &[&'static Field],
) -> Option<Finding> {
    let [flows] = missing else { return None };
    let other = other_type(context, scheme, object)?;
    let message = format!(
        "`{}` is missing, and the other fields are those of type `{other}`; write \
         `type: {other}`, or add `{}`",
        flows.name, flows.name
    );
    let rule = registry::SECURITY_SCHEME_MISSING_FIELD;
    let finding = Finding::new(rule, scheme.anchor, message);
    Some(finding.with_data(Data::MissingFields(vec![flows.name.as_str()])))
}

/// The other type that has all fields, among them some that this open type does not have.
fn other_type(
    context: &UnitContext<'_>,
    scheme: &Subject<'_>,
    object: &Object,
) -> Option<&'static str> {
    if object.closed {
        return None;
    }
    let mut names = scheme.fields.iter().map(|entry| entry.key.value());
    let foreign = names.find(|name| {
        spec().is_scheme_field(name) && !object.fields.iter().any(|field| field.name == *name)
    })?;
    let mut others = types_with(foreign).into_iter().filter(|other| {
        let required = spec().object(other).into_iter();
        let mut required = required.flat_map(|object| object.required_in(context.version));
        takes_all(context, scheme, other) && required.all(|field| scheme.has(&field.name))
    });
    others.next()
}

/// The field that was probably meant; `in` is too short to be found by its spelling.
fn nearest_field<'n>(name: &str, absent: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let absent: Vec<&str> = absent.collect();
    let is_in =
        matches!(&*name.to_ascii_lowercase(), "in" | "ni" | "i" | "n") && absent.contains(&"in");
    nearest(name, absent).or(is_in.then_some("in"))
}

fn missing_fields(scheme: &Subject<'_>, object: &Object, missing: &[&'static str]) -> Finding {
    let (verb, it) = if missing.len() == 1 {
        ("is", "it")
    } else {
        ("are", "them")
    };
    let (names, kind) = (listed(missing.iter().copied(), "and"), &object.name);
    let mut message = format!("{names} {verb} missing; type `{kind}` requires {it}");
    let mut place = scheme.anchor;
    let is_near = |entry: &&Entry<'_>| {
        let name = entry.key.value();
        !entry.key.lacks_colon()
            && !is_extension(name)
            && !object.fields.iter().any(|field| field.name == name)
            && nearest(name, missing.iter().copied()).is_some()
    };
    if let Some(near) = (scheme.fields.iter()).find(|entry| !object.closed && is_near(entry)) {
        let name = near.key.value();
        if let [only] = missing {
            let stray = not_a_field(name, &format!("type `{kind}`"));
            message = format!("{stray}; did you mean `{only}`?");
            place = near.key.range();
        } else {
            message.push_str(&format!(" ({} is not read)", quoted(name)));
        }
    }
    let rule = registry::SECURITY_SCHEME_MISSING_FIELD;
    Finding::new(rule, place, message).with_data(Data::MissingFields(missing.to_vec()))
}

/// A field that names another SASL mechanism than `type` does: either may be wrong.
fn contradiction(context: &UnitContext<'_>, object: &Object, entry: Entry<'_>) -> Option<Finding> {
    let kind = &object.name;
    let texts = texts_of(context, entry);
    let other = sasl::other_mechanism(kind, &texts)?;
    let shown = quoted(entry.key.value());
    let message = format!(
        "{shown} says `{other}`, but `type` is `{kind}`: which is meant? write `type: {other}` \
         without {shown}, or remove {shown}"
    );
    let rule = registry::SECURITY_SCHEME_UNKNOWN_FIELD;
    Some(Finding::new(rule, entry.key.range(), message))
}

/// Fields that schemes have in OpenAPI 3.2.
const OPENAPI_3_2: [&str; 2] = ["deprecated", "oauth2MetadataUrl"];

fn unknown_field(object: &Object, entry: Entry<'_>, near: Option<&str>) -> Finding {
    let name = entry.key.value();
    let shown = quoted(name);
    if OPENAPI_3_2.contains(&name) {
        let message = format!(
            "{shown} is a field of OpenAPI 3.2, which AsyncAPI does not have; \
             say it in `description`, or write `x-{name}`"
        );
        let place = entry.key.range();
        return if object.closed {
            Finding::new(registry::SECURITY_SCHEME_UNKNOWN_FIELD, place, message)
        } else {
            Finding::new(registry::OAUTH2_UNKNOWN_FIELD, place, message).at(Severity::Information)
        };
    }
    let hint = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None if spec().is_flow_field(name) && object.name != "oauth2" => {
            "it belongs in a flow of an `oauth2` scheme".to_owned()
        }
        None if is_secret_name(name) => {
            "remove it: what a client is given does not belong in the document".to_owned()
        }
        None => "remove it, or start its name with `x-`".to_owned(),
    };
    let (rule, effect) = if object.closed {
        (registry::SECURITY_SCHEME_UNKNOWN_FIELD, "")
    } else {
        (registry::OAUTH2_UNKNOWN_FIELD, " and has no effect")
    };
    let stray = not_a_field(name, &format!("type `{}`", object.name));
    let message = format!("{stray}{effect}; {hint}");
    Finding::new(rule, entry.key.range(), message).meant(near)
}

/// One cause, one finding: a scheme that mixes two types gives one, at the first foreign field.
fn not_applicable(
    context: &UnitContext<'_>,
    scheme: &Subject<'_>,
    object: &Object,
    foreign: &[Entry<'_>],
) -> Option<Finding> {
    // For `apiKey` with an `in` of `httpApiKey`, only `in` is reported; see `bad_choice`.
    if object.name == "apiKey" && in_values("httpApiKey", scheme.text(context, "in")) {
        return None;
    }
    let first = foreign.first()?;
    let mut others = types_with(first.key.value());
    others.retain(|other| {
        let mut foreign = foreign.iter();
        foreign.all(|entry| types_with(entry.key.value()).contains(other))
    });
    if others.is_empty() {
        others = types_with(first.key.value());
    }
    let (verb, it) = if foreign.len() == 1 {
        ("belongs", "it")
    } else {
        ("belong", "them")
    };
    let names = listed(foreign.iter().map(|entry| entry.key.value()), "and");
    let kind = &object.name;
    let advice = match others[..] {
        [other] if takes_all(context, scheme, other) => {
            format!("write `type: {other}`, or remove {it}")
        }
        _ => format!("remove {it}, or change `type`"),
    };
    let others = listed(others, "or");
    let message = format!("{names} {verb} to type {others}, not to `{kind}`; {advice}");
    let rule = registry::SECURITY_SCHEME_FIELD_NOT_APPLICABLE;
    let mut finding = Finding::new(rule, first.key.range(), message);
    for entry in foreign.iter().skip(1) {
        finding = finding.with_part(entry.key.range(), "this does not belong here either");
    }
    Some(finding)
}

/// Whether the foreign fields make it a scheme of another type: one that has all of the fields, or
/// a complete one. Then `type` is wrong, and missing fields of this type are no second cause.
fn is_of_another_type(
    context: &UnitContext<'_>,
    scheme: &Subject<'_>,
    foreign: &[Entry<'_>],
) -> bool {
    let Some(first) = foreign.first() else {
        return false;
    };
    types_with(first.key.value()).into_iter().any(|other| {
        let Some(object) = spec().object(other) else {
            return false;
        };
        let mut required = object.required_in(context.version);
        let is_known =
            |entry: &Entry<'_>| object.field(entry.key.value(), context.version).is_some();
        takes_all(context, scheme, other)
            || required.all(|field| scheme.has(&field.name)) && foreign.iter().all(is_known)
    })
}

/// Whether a type has all fields of the scheme.
fn takes_all(context: &UnitContext<'_>, scheme: &Subject<'_>, scheme_type: &str) -> bool {
    let object = spec().object(scheme_type);
    object.is_some_and(|object| {
        let mut names = (scheme.fields.iter()).map(|entry| entry.key.value());
        names.all(|name| is_extension(name) || object.field(name, context.version).is_some())
    })
}

/// A field that the type has in another version: `scopes`.
fn other_version(object: &Object, field: &Field, place: TextRange) -> Finding {
    let message = format!(
        "schemes have `{}` only since AsyncAPI {}; \
         write scopes in the `security` entries that use the scheme",
        field.name,
        field.since.as_str()
    );
    Finding {
        // The schemas reject it, except for `oauth2`, which is open.
        severity: object.closed.then_some(Severity::Error),
        ..Finding::new(registry::SCHEME_SCOPES_SINCE, place, message)
    }
}

/// Checks the value of a known field.
fn check_value<'t>(
    context: &UnitContext<'t>,
    object: &Object,
    field: &Field,
    entry: Entry<'t>,
    out: &mut Vec<Finding>,
) {
    match &field.kind {
        FieldKind::String => {
            let Some(text) = expect_string(context, entry, out) else {
                return;
            };
            let is_known = field.values.iter().any(|known| known.value == text);
            if !field.values.is_empty() && !field.open && !is_known {
                out.push(bad_choice(object, field, entry, text));
            }
        }
        FieldKind::Uri => urls::check(context, entry, out),
        FieldKind::Object(_) => {
            flows::check_flows(context, Some(entry.key), entry.value, out);
        }
        FieldKind::StringList => check_scopes(context, entry, out),
        _ => {}
    }
}

/// An invalid value of `in`.
fn bad_choice(object: &Object, field: &Field, entry: Entry<'_>, text: &str) -> Finding {
    let values = listed(field.values.iter().map(|known| known.value.as_str()), "or");
    let (rule, other, hint) = if object.name == "apiKey" {
        let hint = "; for HTTP use `type: httpApiKey`";
        (registry::API_KEY_IN_INVALID, "httpApiKey", hint)
    } else {
        let hint = "; for user name and password of a connection use `type: apiKey`";
        (registry::HTTP_API_KEY_IN_INVALID, "apiKey", hint)
    };
    let is_of_other = in_values(other, Some(text));
    let hint = if is_of_other { hint } else { "" };
    let (kind, shown) = (&object.name, quoted(text));
    let message = format!("`in` of type `{kind}` must be {values}, not {shown}{hint}");
    Finding::new(rule, entry.value.range(), message)
}

/// Checks the scopes that a 3.x scheme requires.
fn check_scopes<'t>(context: &UnitContext<'t>, entry: Entry<'t>, out: &mut Vec<Finding>) {
    const RULE: &Rule = registry::SCHEME_SCOPES_NOT_ARRAY;
    let Some(value) = value_of(context, entry) else {
        return;
    };
    if !value.is_sequence() {
        out.push(not_a_collection(RULE, entry, value, "a list of scopes"));
        return;
    }
    for item in value.items() {
        let Some(scope) = context.tree.resolve(item) else {
            continue;
        };
        if scope.as_str().is_some() {
            continue;
        }
        let place = if item.is_missing() {
            value_place(entry, value)
        } else {
            item.range()
        };
        let quote = match scope.scalar_type() {
            Some(ScalarType::Number | ScalarType::Bool) => "; put it in quotes",
            _ => "",
        };
        let message = format!("a scope must be a string, not {}{quote}", kind_of(scope));
        out.push(Finding::new(RULE, place, message));
    }
}
