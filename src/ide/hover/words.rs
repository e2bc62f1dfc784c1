//! What the table of the specification says, as Markdown.

use crate::ide::markdown::{table, user, with_link};
use crate::spec::{Field, ValueSpec, Version, spec};

/// More values than this are not listed.
const MAX_VALUES: usize = 16;

/// An object with its description.
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

/// A field of an object; also of another version, and then it says so.
pub fn field(object: &str, key: &str, version: Version) -> Option<String> {
    let object = spec().object(object)?;
    if let Some(field) = object.field(key, version) {
        return Some(describe(field, version));
    }
    let other = object.fields.iter().find(|field| field.name == key)?;
    let when = match other.until {
        Some(until) if until < version => format!("until {}", until.as_str()),
        _ => format!("since {}", other.since.as_str()),
    };
    let text = describe(other, version);
    Some(format!("Only {when} of AsyncAPI.\n\n{text}"))
}

fn describe(field: &Field, version: Version) -> String {
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
