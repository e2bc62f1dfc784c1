//! The `type` of a scheme: which table holds, or what is wrong with it.

use crate::rules::context::UnitContext;
use crate::rules::finding::{Data, Finding};
use crate::rules::registry;
use crate::rules::subject::{Subject, value_of, wrong_type};
use crate::rules::words::{listed, nearest, quoted};
use crate::spec::{Field, Object, ValueSpec, is_extension, spec};
use crate::syntax::node::Entry;

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
    if scheme_type(word).is_some() {
        return Some(format!("`type: {word}`"));
    }
    let alias = spec().type_alias(word)?;
    let fields: String = alias
        .fields
        .iter()
        .map(|(name, value)| format!(", {name}: {value}"))
        .collect();
    Some(format!("`{{type: {}{fields}}}`", alias.scheme_type))
}

/// Whether the text is a value that `in` takes for that scheme type.
pub(super) fn in_values(scheme_type: &str, text: Option<&str>) -> bool {
    spec().object(scheme_type).is_some_and(|object| {
        object
            .fields
            .iter()
            .filter(|field| field.name == "in")
            .flat_map(|field| &field.values)
            .any(|known| Some(known.value.as_str()) == text)
    })
}

/// Whether a scheme type of any version has a field of that name.
pub(super) fn is_known_anywhere(name: &str) -> bool {
    !types_with(name).is_empty()
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
        !is_known_anywhere(entry.key.value()) && nearest(entry.key.value(), ["type"]).is_some()
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
    let available = spec()
        .scheme_types()
        .iter()
        .filter(|known| known.since <= context.version)
        .map(|known| known.value.as_str());
    match nearest(name, available.clone()) {
        Some(right) => format!("{shown} is no scheme type; did you mean `{right}`?"),
        None => format!(
            "{shown} is no scheme type; write {}",
            listed(available, "or")
        ),
    }
}
