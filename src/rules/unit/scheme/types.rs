//! The `type` of a scheme: which field table applies, or what is wrong with it.

use super::sasl;
use crate::edits::path::NodePath;
use crate::edits::template::{self, Template, member};
use crate::model::facts::Scheme;
use crate::rules::context::UnitContext;
use crate::rules::finding::{Data, Finding};
use crate::rules::fix::FixContext;
use crate::rules::fix::FixKind::{self, ChangesMeaning, Placeholder, Safe};
use crate::rules::messages::{begun, listed, nearest, not_a_field, quoted};
use crate::rules::registry;
use crate::rules::unit::subject::{Subject, value_of, wrong_type};
use crate::spec::{Field, Object, ValueSpec, is_extension, spec};
use crate::syntax::node::{Entry, Node};

/// The field table of the scheme's type; if there is none, adds a finding about `type`.
pub(super) fn object_of(
    context: &UnitContext<'_>,
    scheme: &Subject<'_>,
    out: &mut Vec<Finding>,
) -> Option<&'static Object> {
    let Some(entry) = scheme.get("type") else {
        out.push(type_missing(context, scheme));
        return None;
    };
    let value = value_of(context, entry)?;
    let Some(name) = value.as_str() else {
        let rule = registry::SECURITY_SCHEME_FIELD_WRONG_TYPE;
        out.push(wrong_type(rule, entry, value, "a scheme type"));
        return None;
    };
    let place = entry.value.range();
    let Some(known) = scheme_type(name) else {
        let (message, meant) = type_unknown(context, scheme, name);
        let rule = registry::SECURITY_SCHEME_TYPE_UNKNOWN;
        out.push(Finding::new(rule, place, message).meant(meant));
        return None;
    };
    if context.version < known.since {
        let since = known.since.as_str();
        let message = format!(
            "type `{name}` exists only since AsyncAPI {since}; raise `asyncapi`, or use another type"
        );
        let rule = registry::SECURITY_SCHEME_TYPE_SINCE;
        out.push(Finding::new(rule, place, message));
        return None;
    }
    spec().object(name)
}

/// The scheme that a single word means: `basic` is `type: http` and `scheme: basic`.
pub(super) fn shorthand(word: &str) -> Option<String> {
    let fields = meant_by(word)?;
    let fields: Vec<String> = (fields.iter())
        .map(|(name, value)| format!("`{name}: {value}`"))
        .collect();
    Some(fields.join(" and "))
}

/// The fields of the scheme that a single word means.
pub(super) fn meant_by(word: &str) -> Option<Vec<(&'static str, &'static str)>> {
    if let Some(known) = scheme_type(word) {
        return Some(vec![("type", &known.value)]);
    }
    let alias = spec().type_alias(word)?;
    let fields = alias.fields.iter();
    let fields = fields.map(|(name, value)| (name.as_str(), value.as_str()));
    Some(
        std::iter::once(("type", alias.scheme_type.as_str()))
            .chain(fields)
            .collect(),
    )
}

/// Whether the text is a valid `in` for that scheme type.
pub(super) fn in_values(scheme_type: &str, text: Option<&str>) -> bool {
    in_choices(scheme_type).any(|known| Some(known) == text)
}

/// The valid values of `in` for that scheme type.
pub(super) fn in_choices(scheme_type: &str) -> impl Iterator<Item = &'static str> + use<> {
    let fields = spec().object(scheme_type).into_iter();
    let fields = fields.flat_map(|object| &object.fields);
    let values = fields
        .filter(|field| field.name == "in")
        .flat_map(|field| &field.values);
    values.map(|known| known.value.as_str())
}

/// The scheme types that have a field of that name, in any version.
pub(super) fn types_with(name: &str) -> Vec<&'static str> {
    let types = spec().scheme_types().iter().map(|known| &*known.value);
    let has_field = |kind: &&str| {
        let object = spec().object(kind);
        object.is_some_and(|object| object.fields.iter().any(|field| field.name == name))
    };
    types.filter(has_field).collect()
}

/// Whether a scheme has a field, or a value of `in`, of another type: its `type` may be the mistake.
pub(in crate::rules) fn is_doubtful(scheme: &Scheme) -> bool {
    let Some(kind) = (scheme.scheme_type.as_ref()).map(|kind| &*kind.value.text) else {
        return false;
    };
    let has_flows = scheme.details().flows_key.is_some();
    let (true, Some(object)) = (scheme_type(kind).is_some(), spec().object(kind)) else {
        return false;
    };
    if kind == "oauth2" && has_flows {
        return false;
    }
    let fields = [
        ("flows", has_flows),
        (
            "openIdConnectUrl",
            scheme.details().open_id_connect_url.is_some(),
        ),
        ("in", scheme.details().location.is_some()),
        ("name", scheme.details().parameter.is_some()),
        ("scheme", scheme.details().http_scheme.is_some()),
        ("bearerFormat", scheme.details().bearer_format.is_some()),
    ];
    let is_own = |name: &str| object.fields.iter().any(|field| field.name == name);
    let place = (scheme.details().location.as_ref()).map(|place| &*place.value.text);
    fields
        .iter()
        .any(|(name, is_there)| *is_there && !is_own(name))
        || ["apiKey", "httpApiKey"]
            .iter()
            .any(|other| *other != kind && in_values(other, place))
}

fn scheme_type(name: &str) -> Option<&'static ValueSpec> {
    let mut types = spec().scheme_types().iter();
    types.find(|known| known.value == name)
}

fn type_missing(context: &UnitContext<'_>, scheme: &Subject<'_>) -> Finding {
    let near = scheme.fields.iter().find(|entry| {
        !spec().is_scheme_field(entry.key.value()) && nearest(entry.key.value(), ["type"]).is_some()
    });
    let message = if let Some(near) = near {
        let stray = not_a_field(near.key.value(), "a security scheme");
        format!("{stray}; did you mean `type`?")
    } else if let Some(guess) = guessed_type(context, scheme) {
        format!("`type` is missing; the other fields are those of `type: {guess}`")
    } else {
        "`type` is missing; add it, for example `type: http`".to_owned()
    };
    let place = near.map_or(scheme.anchor, |near| near.key.range());
    let rule = registry::SECURITY_SCHEME_TYPE_MISSING;
    Finding::new(rule, place, message).with_data(Data::MissingFields(vec!["type"]))
}

/// The only type that has all fields of the scheme.
fn guessed_type(context: &UnitContext<'_>, scheme: &Subject<'_>) -> Option<&'static str> {
    let is_telling = |name: &str| name != "description" && !is_extension(name);
    let mut telling = scheme.fields.clone();
    telling.retain(|entry| is_telling(entry.key.value()));
    let fits = |object: &Object| {
        telling.iter().all(|entry| {
            let field = object.field(entry.key.value(), context.version);
            field.is_some_and(|field| takes(context, field, *entry))
        })
    };
    let mut fitting = spec().scheme_types().iter().filter(|known| {
        let object = spec().object(&known.value);
        !telling.is_empty() && object.is_some_and(fits)
    });
    let guess = fitting.next()?;
    fitting.next().is_none().then_some(guess.value.as_str())
}

fn takes(context: &UnitContext<'_>, field: &Field, entry: Entry<'_>) -> bool {
    let is_choice = |text: &str| field.values.iter().any(|known| known.value == text);
    let value = context.tree.resolve(entry.value);
    field.values.is_empty() || field.open || value.is_none_or(|value| is_choice(value.value()))
}

/// The message about an unknown type, and the type of its SASL mechanism.
fn type_unknown(
    context: &UnitContext<'_>,
    scheme: &Subject<'_>,
    name: &str,
) -> (String, Option<&'static str>) {
    let shown = quoted(name);
    if sasl::speaks_of_sasl(name) {
        let texts = scheme
            .fields
            .iter()
            .filter(|entry| entry.key.value() != "type");
        let texts = texts.flat_map(|entry| texts_of(context, *entry));
        let meant = sasl::meant(name, texts);
        let advice = match meant {
            Some("oauth2") => "write `oauth2`, with the flow that gives the token".to_owned(),
            Some(meant) => format!("write `{meant}`"),
            None => format!(
                "write the one of its mechanism: {}",
                listed(sasl::TYPES, "or")
            ),
        };
        return (format!("{shown} is not a scheme type; {advice}"), meant);
    }
    (type_in_other_words(context, scheme, name), None)
}

/// The text of a field, or the texts in its list.
pub(super) fn texts_of<'t>(context: &UnitContext<'t>, entry: Entry<'t>) -> Vec<&'t str> {
    let Some(value) = context.tree.resolve(entry.value) else {
        return Vec::new();
    };
    let items = value.items().filter_map(|item| context.tree.resolve(item));
    (items.chain([value])).filter_map(Node::as_str).collect()
}

fn type_in_other_words(context: &UnitContext<'_>, scheme: &Subject<'_>, name: &str) -> String {
    let shown = quoted(name);
    if ["tls", "ssl"]
        .iter()
        .any(|transport| name.eq_ignore_ascii_case(transport))
    {
        return format!(
            "{shown} is not a scheme type: `protocol` says whether TLS is used (`kafka-secure`, \
             `wss`); write `X509` only if clients present a certificate"
        );
    }
    if let Some(alias) = spec().type_alias(name) {
        let mut right = alias.scheme_type.as_str();
        if right == "apiKey" && in_values("httpApiKey", scheme.text(context, "in")) {
            right = "httpApiKey";
        }
        let fields: String = alias
            .fields
            .iter()
            .map(|(name, value)| format!(" and `{name}: {value}`"))
            .collect();
        return format!("{shown} is not a scheme type; write `{right}`{fields}");
    }
    if name.trim().is_empty() {
        return "`type` is empty; write a scheme type, such as `http`".to_owned();
    }
    let available = spec().scheme_types_in(context.version);
    let begun = begun(name, available.clone());
    if !begun.is_empty() {
        let begun = listed(begun, "or");
        return format!("{shown} is not a scheme type; did you mean {begun}?");
    }
    match nearest(name, available.clone()) {
        Some(right) => format!("{shown} is not a scheme type; did you mean `{right}`?"),
        None => format!(
            "{shown} is not a scheme type; write {}",
            listed(available, "or")
        ),
    }
}

/// Offers to rename a misspelled `type`, to add the type that fits the fields, or each type.
pub(in crate::rules) fn fix_type_missing(fix: &mut FixContext<'_>) {
    if let Some(meant) = fix.meant() {
        fix.offer_rename(meant, Safe);
        return;
    }
    let Some((_, scheme)) = fix.scheme() else {
        return;
    };
    let node = scheme.node();
    let is_near = |entry: &Entry<'_>| {
        let name = entry.key.value();
        !spec().is_scheme_field(name) && nearest(name, ["type"]).is_some()
    };
    if let Some(entry) = node.entries().find(is_near) {
        let title = format!("Rename {} to `type`", quoted(entry.key.value()));
        fix.offer(title, Safe, |edits| edits.rename(entry.key, "type"));
        return;
    }
    if let Some(guess) = telling_type(fix, node) {
        offer_type(fix, &scheme, guess, Some(Safe));
        return;
    }
    for name in spec().scheme_types_in(fix.version) {
        offer_type(fix, &scheme, name, None);
    }
}

/// The type that fits the fields.
fn telling_type(fix: &FixContext<'_>, node: Node<'_>) -> Option<&'static str> {
    let text = |name| {
        let entry = fix.tree().field(node, name)?;
        Some(entry.value.value())
    };
    if node.get("flows").is_some() {
        return Some("oauth2");
    }
    if node.get("openIdConnectUrl").is_some() {
        return Some("openIdConnect");
    }
    match (text("in"), text("scheme")) {
        (Some("user" | "password"), None) => Some("apiKey"),
        (Some("header" | "query" | "cookie"), None) => Some("httpApiKey"),
        (None, Some(_)) => Some("http"),
        _ => None,
    }
}

/// Offers a type, with placeholders for its required fields.
fn offer_type(fix: &mut FixContext<'_>, scheme: &NodePath<'_>, name: &str, kind: Option<FixKind>) {
    let Some(object) = spec().object(name) else {
        return;
    };
    let mut members = vec![member("type", Template::text(name))];
    members.extend(template::lacking(object, fix.version, scheme.node()));
    let (more, usual) = match members[..] {
        [_] => ("", ChangesMeaning),
        _ => (" with placeholders for what it requires", Placeholder),
    };
    let title = format!("Add `type: {name}`{more}");
    let order = template::order(object, fix.version);
    fix.offer_clean(title, kind.unwrap_or(usual), |edits| {
        edits.add(scheme, members, &order)
    });
}

pub(in crate::rules) fn fix_type_unknown(fix: &mut FixContext<'_>) {
    let node = fix.path.node();
    let wrong = node.value();
    let Some(mapping) = fix.mapping() else {
        return;
    };
    if sasl::speaks_of_sasl(wrong) {
        mechanism(fix, node, mapping);
        return;
    }
    let place = fix.sibling("in").map(|entry| entry.value.value());
    if let Some(alias) = spec().type_alias(wrong) {
        let is_http = matches!(place, Some("header" | "query" | "cookie"));
        let right = match alias.scheme_type.as_str() {
            "apiKey" if is_http => "httpApiKey",
            right => right,
        };
        let fields: Vec<_> = (alias.fields.iter())
            .filter(|(name, _)| mapping.get(name).is_none())
            .collect();
        let more: String = fields
            .iter()
            .map(|(name, value)| format!(" and `{name}: {value}`"))
            .collect();
        fix.offer(format!("Write `type: {right}`{more}"), Safe, |edits| {
            edits.set_text(node, right)?;
            for (name, value) in fields.iter().rev() {
                edits.insert(
                    mapping,
                    name,
                    &Template::Text(value.clone()),
                    &["type", name],
                )?;
            }
            Some(())
        });
        return;
    }
    let available = spec().scheme_types_in(fix.version);
    let begun = begun(wrong, available.clone());
    match nearest(wrong, available) {
        Some(right) if begun.len() < 2 => fix.offer_text(right, Safe),
        // Half typed, so that only the author knows.
        _ => (begun.iter()).for_each(|right| fix.offer_text(right, ChangesMeaning)),
    }
}

/// Offers the type of the SASL mechanism, in place of a field that names it, or each such type.
fn mechanism(fix: &mut FixContext<'_>, node: Node<'_>, mapping: Node<'_>) {
    let Some(meant) = fix.meant() else {
        for name in sasl::TYPES {
            fix.offer_text(name, ChangesMeaning);
        }
        return;
    };
    let is_said = |entry: &Entry<'_>| {
        let name = entry.key.value();
        !matches!(name, "type" | "description")
            && !is_extension(name)
            && sasl::is_name_of(entry.value.value(), meant)
    };
    let said: Vec<Entry<'_>> = mapping.entries().filter(is_said).collect();
    fix.offer(format!("Write `type: {meant}`"), Safe, |edits| {
        edits.set_text(node, meant)?;
        edits.remove_all(&said)
    });
}

pub(in crate::rules) fn fix_type_since(fix: &mut FixContext<'_>) {
    if let Some(known) = scheme_type(fix.path.node().value()) {
        fix.offer_newer_version(known.since);
    }
}
