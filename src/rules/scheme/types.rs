//! The `type` of a scheme: which table holds, or what is wrong with it.

use crate::edits::path::NodePath;
use crate::edits::template::{self, Template, member};
use crate::rules::context::UnitContext;
use crate::rules::finding::{Data, Finding};
use crate::rules::fix::FixContext;
use crate::rules::fix::FixKind::{self, ChangesMeaning, Placeholder, Safe};
use crate::rules::registry;
use crate::rules::subject::{Subject, value_of, wrong_type};
use crate::rules::words::{listed, nearest, quoted};
use crate::spec::{Field, Object, ValueSpec, is_extension, spec};
use crate::syntax::node::{Entry, Node};

/// The field table of the scheme's type; without one, what is wrong with `type` is found.
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
        out.push(wrong_type(
            registry::SECURITY_SCHEME_FIELD_WRONG_TYPE,
            entry,
            value,
            "a scheme type",
        ));
        return None;
    };
    let Some(known) = scheme_type(name) else {
        let message = type_unknown(context, scheme, name);
        out.push(Finding::new(
            registry::SECURITY_SCHEME_TYPE_UNKNOWN,
            entry.value.range(),
            message,
        ));
        return None;
    };
    if context.version < known.since {
        out.push(Finding::new(
            registry::SECURITY_SCHEME_TYPE_SINCE,
            entry.value.range(),
            format!(
                "type `{name}` exists since AsyncAPI {}; raise `asyncapi`, or use another type",
                known.since.as_str()
            ),
        ));
        return None;
    }
    spec().object(name)
}

/// The scheme that a lone word stands for: `basic` is `{type: http, scheme: basic}`.
pub(super) fn shorthand(word: &str) -> Option<String> {
    let fields = meant_by(word)?;
    let fields: Vec<String> = (fields.iter())
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    let fields = fields.join(", ");
    Some(if spec().is_scheme_type(word) {
        format!("`{fields}`")
    } else {
        format!("`{{{fields}}}`")
    })
}

/// The fields of the scheme that a lone word stands for.
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

/// Whether the text is a value that `in` takes for that scheme type.
pub(super) fn in_values(scheme_type: &str, text: Option<&str>) -> bool {
    in_choices(scheme_type).any(|known| Some(known) == text)
}

/// The values that `in` takes for that scheme type.
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
    spec()
        .scheme_types()
        .iter()
        .filter(|known| {
            spec()
                .object(&known.value)
                .is_some_and(|object| object.fields.iter().any(|field| field.name == name))
        })
        .map(|known| known.value.as_str())
        .collect()
}

fn scheme_type(name: &str) -> Option<&'static ValueSpec> {
    spec()
        .scheme_types()
        .iter()
        .find(|known| known.value == name)
}

fn type_missing(context: &UnitContext<'_>, scheme: &Subject<'_>) -> Finding {
    let near = scheme.fields.iter().find(|entry| {
        !spec().is_scheme_field(entry.key.value()) && nearest(entry.key.value(), ["type"]).is_some()
    });
    let message = if let Some(near) = near {
        format!(
            "`type` is missing; {} is not read as `type`",
            quoted(near.key.value())
        )
    } else if let Some(guess) = guessed_type(context, scheme) {
        format!("`type` is missing; the other fields are those of `type: {guess}`")
    } else {
        "`type` is missing; add it, for example `type: http`".to_owned()
    };
    Finding::new(
        registry::SECURITY_SCHEME_TYPE_MISSING,
        scheme.anchor,
        message,
    )
    .data(Data::MissingFields(vec!["type"]))
}

/// The only type that has all the fields that are written.
fn guessed_type(context: &UnitContext<'_>, scheme: &Subject<'_>) -> Option<&'static str> {
    let telling: Vec<_> = scheme
        .fields
        .iter()
        .filter(|entry| entry.key.value() != "description" && !is_extension(entry.key.value()))
        .collect();
    let mut fitting = spec().scheme_types().iter().filter(|known| {
        spec().object(&known.value).is_some_and(|object| {
            !telling.is_empty()
                && telling.iter().all(|entry| {
                    object
                        .field(entry.key.value(), context.version)
                        .is_some_and(|field| takes(context, field, **entry))
                })
        })
    });
    let guess = fitting.next()?;
    fitting.next().is_none().then_some(guess.value.as_str())
}

fn takes(context: &UnitContext<'_>, field: &Field, entry: Entry<'_>) -> bool {
    field.values.is_empty()
        || field.open
        || context.tree.resolve(entry.value).is_none_or(|value| {
            field
                .values
                .iter()
                .any(|known| known.value == value.value())
        })
}

fn type_unknown(context: &UnitContext<'_>, scheme: &Subject<'_>, name: &str) -> String {
    let shown = quoted(name);
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
        return format!("{shown} is no scheme type; write `{right}`{fields}");
    }
    let available = spec().scheme_types_in(context.version);
    match nearest(name, available.clone()) {
        Some(right) => format!("{shown} is no scheme type; did you mean `{right}`?"),
        None => format!(
            "{shown} is no scheme type; write {}",
            listed(available, "or")
        ),
    }
}

/// Offers to rename what was meant as `type`, the type that the fields tell, or each type.
pub(in crate::rules) fn fix_type_missing(fix: &mut FixContext<'_>) {
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

/// The type that fields tell.
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

/// Offers a type with something to start from for what it requires.
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
    if let Some(right) = nearest(wrong, spec().scheme_types_in(fix.version)) {
        fix.offer_text(right, Safe);
    }
}

pub(in crate::rules) fn fix_type_since(fix: &mut FixContext<'_>) {
    if let Some(known) = scheme_type(fix.path.node().value()) {
        fix.offer_newer_version(known.since);
    }
}
