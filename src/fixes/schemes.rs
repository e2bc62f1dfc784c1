//! Remedies for schemes as a whole: their type, their fields, the version they need.

use super::FixKind::{ChangesMeaning, Placeholder, Safe};
use super::case::Case;
use crate::edits::path::NodePath;
use crate::edits::template;
use crate::edits::template::{Template, TemplateKey};
use crate::rules::words::{listed, nearest, quoted};
use crate::spec::{Object, Version, spec};
use crate::syntax::node::{Entry, Node, ScalarType};
use crate::text::range::TextRange;

/// Offers what can be done.
pub fn offer(case: &mut Case<'_>) {
    match case.rule() {
        "asyncapi-version-patch" => version_patch(case),
        "security-scheme-not-object" => not_object(case),
        "security-scheme-type-missing" => type_missing(case),
        "security-scheme-type-unknown" => type_unknown(case),
        "security-scheme-type-since" => type_since(case),
        "operation-security-since" => raise_version(case, Version::V2_4),
        "security-scheme-missing-field" => missing_field(case),
        "security-scheme-unknown-field" | "oauth2-unknown-field" => unknown_field(case),
        "security-scheme-field-not-applicable" => not_applicable(case),
        "security-scheme-description-missing" => description_missing(case),
        _ => {}
    }
}

fn version_patch(case: &mut Case<'_>) {
    let version = case.version.as_str();
    case.offer_text(version, Safe);
}

fn not_object(case: &mut Case<'_>) {
    let node = case.spot.node();
    if case.spot.is_key() || !node.is_scalar() {
        return;
    }
    let Some(members) = meant_by(node.value()) else {
        return;
    };
    let Some(entry) = case.entry() else { return };
    let title = format!("Write `type: {}`", text_of(&members, "type"));
    case.offer(title, Safe, |draft| {
        draft.put(entry, &Template::Map(members))
    });
}

/// The scheme that a lone word stands for.
fn meant_by(word: &str) -> Option<Vec<(TemplateKey, Template)>> {
    let mut fields = vec![("type".to_owned(), word.to_owned())];
    if !spec()
        .scheme_types()
        .iter()
        .any(|known| known.value == word)
    {
        let alias = spec().type_alias(word)?;
        fields = vec![("type".to_owned(), alias.scheme_type.clone())];
        fields.extend(alias.fields.iter().cloned());
    }
    let members = fields.into_iter();
    Some(
        members
            .map(|(name, text)| (TemplateKey::Text(name), Template::Text(text)))
            .collect(),
    )
}

fn text_of<'m>(members: &'m [(TemplateKey, Template)], name: &str) -> &'m str {
    members
        .iter()
        .find_map(|member| match member {
            (TemplateKey::Text(found), Template::Text(text)) if found == name => {
                Some(text.as_str())
            }
            _ => None,
        })
        .unwrap_or_default()
}

fn type_missing(case: &mut Case<'_>) {
    let Some((_, scheme)) = case.scheme() else {
        return;
    };
    let node = scheme.node();
    let known: Vec<&str> = (spec().scheme_types().iter())
        .filter_map(|known| spec().object(&known.value))
        .flat_map(|object| &object.fields)
        .map(|field| field.name.as_str())
        .collect();
    let near = node.entries().find(|entry| {
        let name = entry.key.value();
        !known.contains(&name) && nearest(name, ["type"]).is_some()
    });
    if let Some(entry) = near {
        let title = format!("Rename {} to `type`", quoted(entry.key.value()));
        case.offer(title, Safe, |draft| draft.rename(entry.key, "type"));
        return;
    }
    if let Some(guess) = guessed(case, node) {
        add_type(case, &scheme, guess, Safe);
        return;
    }
    let version = case.version;
    for known in spec()
        .scheme_types()
        .iter()
        .filter(|known| known.since <= version)
    {
        add_type(case, &scheme, &known.value, ChangesMeaning);
    }
}

/// The type that fields tell.
fn guessed(case: &Case<'_>, node: Node<'_>) -> Option<&'static str> {
    let text = |name| {
        let entry = case.tree().field(node, name)?;
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

fn add_type(case: &mut Case<'_>, scheme: &NodePath<'_>, name: &str, kind: super::FixKind) {
    let Some(object) = spec().object(name) else {
        return;
    };
    let version = case.version;
    let mut members = vec![(TemplateKey::of("type"), Template::Text(name.to_owned()))];
    members.extend(lacking(object, version, scheme.node()));
    let (title, kind) = if members.len() == 1 {
        (format!("Add `type: {name}`"), kind)
    } else {
        let title = format!("Add `type: {name}` with placeholders for what it requires");
        (title, if kind == Safe { Safe } else { Placeholder })
    };
    case.offer_clean(title, kind, |draft| {
        draft.add(scheme, members, &order(object, version))
    });
}

/// The required members that a mapping lacks, each with something to start from.
fn lacking(object: &Object, version: Version, node: Node<'_>) -> Vec<(TemplateKey, Template)> {
    let mut members = template::required(object, version);
    members.retain(|(name, _)| match name {
        TemplateKey::Text(name) => node.get(name).is_none(),
        TemplateKey::Hole(_) => false,
    });
    let settled = members.into_iter();
    settled
        .map(|(name, body)| (name, template::settled(body)))
        .collect()
}

/// The order in which the fields of an object are written.
pub fn order(object: &Object, version: Version) -> Vec<&str> {
    object
        .fields_in(version)
        .map(|field| field.name.as_str())
        .collect()
}

fn type_unknown(case: &mut Case<'_>) {
    let node = case.spot.node();
    let wrong = node.value();
    let Some(mapping) = case.mapping() else {
        return;
    };
    let place = case.sibling("in").map(|entry| entry.value.value());
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
        case.offer(format!("Write `type: {right}`{more}"), Safe, |draft| {
            draft.set_text(node, right)?;
            for (name, value) in fields.iter().rev() {
                draft.insert(
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
    let version = case.version;
    let available = (spec().scheme_types().iter())
        .filter(|known| known.since <= version)
        .map(|known| known.value.as_str());
    if let Some(right) = nearest(wrong, available) {
        case.offer_text(right, Safe);
    }
}

fn type_since(case: &mut Case<'_>) {
    let name = case.spot.node().value();
    let since = (spec().scheme_types().iter())
        .find(|known| known.value == name)
        .map(|known| known.since);
    if let Some(since) = since {
        raise_version(case, since);
    }
}

/// Offers a version that has what is used.
fn raise_version(case: &mut Case<'_>, since: Version) {
    let Some(entry) = case.tree().root().get("asyncapi") else {
        return;
    };
    let newest = Version::newest_of(u64::from(case.version.major()));
    for version in [Some(since), newest].into_iter().flatten() {
        let title = format!("Raise `asyncapi` to `{}`", version.as_str());
        case.offer(title, ChangesMeaning, |draft| {
            draft.set_text(entry.value, version.as_str())
        });
    }
}

fn missing_field(case: &mut Case<'_>) {
    let Some((fact, scheme)) = case.scheme() else {
        return;
    };
    let name = fact
        .fact
        .scheme_type
        .as_ref()
        .map(|kind| kind.value.text.as_str());
    let Some(object) = name.and_then(|name| spec().object(name)) else {
        return;
    };
    let node = scheme.node();
    let version = case.version;
    let members = lacking(object, version, node);
    let missing: Vec<&str> = (members.iter())
        .filter_map(|(name, _)| match name {
            TemplateKey::Text(name) => Some(name.as_str()),
            TemplateKey::Hole(_) => None,
        })
        .collect();
    let near = node.entries().find_map(|entry| {
        let name = entry.key.value();
        let is_known = object.fields.iter().any(|field| field.name == name);
        let near = nearest(name, missing.iter().copied())?;
        (!is_known && !object.closed).then_some((entry, near))
    });
    if let Some((entry, near)) = near {
        let title = format!("Rename {} to `{near}`", quoted(entry.key.value()));
        case.offer(title, Safe, |draft| draft.rename(entry.key, near));
    }
    let order = order(object, version);
    if let [only] = missing[..]
        && let Some(field) = object.field(only, version)
        && field.values.len() > 1
        && !field.open
    {
        for value in field.values.iter().filter(|value| value.since <= version) {
            let members = vec![(TemplateKey::of(only), Template::Text(value.value.clone()))];
            let title = format!("Add `{only}: {}`", value.value);
            case.offer_clean(title, ChangesMeaning, |draft| {
                draft.add(&scheme, members, &order)
            });
        }
        return;
    }
    let word = if missing.len() == 1 {
        "a placeholder"
    } else {
        "placeholders"
    };
    let title = format!("Add {} with {word}", listed(missing.iter().copied(), "and"));
    let members = members.clone();
    case.offer(title, Placeholder, |draft| {
        draft.add(&scheme, members, &order)
    });
}

fn unknown_field(case: &mut Case<'_>) {
    let (Some(mapping), Some(entry)) = (case.mapping(), case.entry()) else {
        return;
    };
    let kind = case
        .tree()
        .field(mapping, "type")
        .map(|entry| entry.value.value());
    if let Some(object) = kind.and_then(|kind| spec().object(kind)) {
        let absent = (object.fields_in(case.version))
            .map(|field| field.name.as_str())
            .filter(|name| mapping.get(name).is_none());
        if let Some(near) = nearest(entry.key.value(), absent) {
            case.offer_rename(near, Safe);
        }
    }
    as_extension(case);
    case.offer_removal(ChangesMeaning);
}

/// Offers to keep a field as an extension.
pub fn as_extension(case: &mut Case<'_>) {
    let Some(entry) = case.entry() else { return };
    let name: String = (entry.key.value().chars())
        .map(|sign| {
            if sign.is_ascii_alphanumeric() || "._-".contains(sign) {
                sign
            } else {
                '-'
            }
        })
        .collect();
    case.offer_rename(&format!("x-{name}"), ChangesMeaning);
}

/// The entries of a mapping at the finding's place and its related places.
pub fn entries_at<'a>(case: &Case<'a>, mapping: Node<'a>) -> Vec<Entry<'a>> {
    let finding = case.finding;
    let mut places: Vec<TextRange> = vec![finding.range];
    places.extend(finding.other_parts());
    mapping
        .entries()
        .filter(|entry| places.contains(&entry.key.range()))
        .collect()
}

fn not_applicable(case: &mut Case<'_>) {
    let (Some(mapping), Some(kind)) = (case.mapping(), case.sibling("type")) else {
        return;
    };
    let foreign = entries_at(case, mapping);
    let version = case.version;
    let names: Vec<&str> = foreign.iter().map(|entry| entry.key.value()).collect();
    for known in spec().scheme_types() {
        let Some(object) = spec().object(&known.value) else {
            continue;
        };
        let fits = mapping.entries().all(|entry| {
            let name = entry.key.value();
            name.starts_with("x-") || object.field(name, version).is_some()
        });
        let is_whole = object
            .required_in(version)
            .all(|field| mapping.get(&field.name).is_some());
        if fits && is_whole {
            let title = format!("Change `type` to `{}`", known.value);
            case.offer(title, ChangesMeaning, |draft| {
                draft.set_text(kind.value, &known.value)
            });
        }
    }
    let title = format!("Remove {}", listed(names, "and"));
    case.offer(title, ChangesMeaning, |draft| {
        foreign.iter().try_for_each(|entry| draft.remove(*entry))
    });
}

fn description_missing(case: &mut Case<'_>) {
    let Some((_, scheme)) = case.scheme() else {
        return;
    };
    let text = "TODO: say how to get credentials".to_owned();
    let members = vec![(TemplateKey::of("description"), Template::Text(text))];
    let title = "Add `description` with a placeholder";
    case.offer(title, Placeholder, |draft| {
        draft.add(&scheme, members, &["type", "description"])
    });
}

/// Whether a scalar is a number or a truth value that was meant as a text.
pub fn lacks_quotes(node: Node<'_>) -> bool {
    matches!(
        node.scalar_type(),
        Some(ScalarType::Number | ScalarType::Bool)
    )
}
