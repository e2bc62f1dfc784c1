//! Remedies for values of fields.

use super::FixKind::{ChangesMeaning, Placeholder, Safe};
use super::case::Case;
use super::schemes::lacks_quotes;
use crate::edits::template::Template;
use crate::rules::words::{nearest, quoted};
use crate::spec::spec;

/// Offers what can be done.
pub fn offer(case: &mut Case<'_>) {
    match case.rule() {
        "security-scheme-field-wrong-type" => wrong_type(case),
        "api-key-in-invalid" => api_key_in(case),
        "http-api-key-in-invalid" => http_api_key_in(case),
        "http-api-key-name-invalid" => key_name(case),
        "http-scheme-invalid-token" => scheme_token(case),
        "http-bearer-case" => case.offer_text("bearer", Safe),
        "bearer-format-without-bearer" => bearer_format(case),
        "oauth2-scope-description-not-string" => {
            quote(case);
            empty_text(case);
        }
        _ => {}
    }
}

/// Offers to put a number or truth value in quotes.
pub fn quote(case: &mut Case<'_>) {
    let node = case.spot.node();
    if case.spot.is_key() || !lacks_quotes(node) {
        return;
    }
    let text = node.value().to_owned();
    case.offer(format!("Put {} in quotes", quoted(&text)), Safe, |draft| {
        draft.set_text(node, &text)
    });
}

fn empty_text(case: &mut Case<'_>) {
    let Some(entry) = case.entry() else { return };
    let is_null =
        entry.value.is_missing() || matches!(entry.value.value(), "null" | "~" | "Null" | "NULL");
    let kind = if is_null { Safe } else { ChangesMeaning };
    case.offer("Write an empty description", kind, |draft| {
        draft.put(entry, &Template::Text(String::new()))
    });
}

fn wrong_type(case: &mut Case<'_>) {
    quote(case);
    let Some(entry) = case.entry() else { return };
    let is_empty =
        entry.value.is_missing() || entry.value.value() == "null" || entry.value.value() == "~";
    if is_empty {
        let title = format!("Remove {}", quoted(entry.key.value()));
        case.offer_clean(title, ChangesMeaning, |draft| draft.remove(entry));
    }
}

fn api_key_in(case: &mut Case<'_>) {
    let place = case.spot.node().value();
    let (Some(mapping), Some(kind)) = (case.mapping(), case.sibling("type")) else {
        return;
    };
    if values_of("httpApiKey").contains(&place) {
        let lacks_name = mapping.get("name").is_none();
        let (title, fix) = if lacks_name {
            (
                "Change `type` to `httpApiKey` and add `name` with a placeholder",
                Placeholder,
            )
        } else {
            ("Change `type` to `httpApiKey`", Safe)
        };
        case.offer(title, fix, |draft| {
            draft.set_text(kind.value, "httpApiKey")?;
            if lacks_name {
                let name = Template::Text("X-API-Key".to_owned());
                draft.insert(mapping, "name", &name, &["type", "name"])?;
            }
            Some(())
        });
        return;
    }
    nearest_place(case, "apiKey");
}

fn http_api_key_in(case: &mut Case<'_>) {
    let place = case.spot.node().value();
    let (Some(mapping), Some(kind)) = (case.mapping(), case.sibling("type")) else {
        return;
    };
    if values_of("apiKey").contains(&place) {
        let name = mapping.get("name");
        let title = match name {
            Some(_) => "Change `type` to `apiKey` and remove `name`",
            None => "Change `type` to `apiKey`",
        };
        case.offer(title, ChangesMeaning, |draft| {
            draft.set_text(kind.value, "apiKey")?;
            name.map_or(Some(()), |name| draft.remove(name))
        });
        return;
    }
    nearest_place(case, "httpApiKey");
}

fn nearest_place(case: &mut Case<'_>, scheme_type: &str) {
    let node = case.spot.node();
    let values = values_of(scheme_type);
    match nearest(case.spot.node().value(), values.iter().copied()) {
        Some(near) => case.offer_text(near, Safe),
        None => {
            for value in values {
                case.offer_clean(format!("Write `{value}`"), ChangesMeaning, |draft| {
                    draft.set_text(node, value)
                });
            }
        }
    }
}

fn values_of(scheme_type: &str) -> Vec<&'static str> {
    let fields = spec().object(scheme_type).map(|object| &object.fields);
    let places = fields
        .into_iter()
        .flatten()
        .filter(|field| field.name == "in");
    places
        .flat_map(|field| &field.values)
        .map(|value| value.value.as_str())
        .collect()
}

fn key_name(case: &mut Case<'_>) {
    let text = case.spot.node().value();
    if text.is_empty() {
        let node = case.spot.node();
        case.offer("Write `X-API-Key` as a placeholder", Placeholder, |draft| {
            draft.set_text(node, "X-API-Key")
        });
        return;
    }
    let name: String = (text.trim().trim_end_matches(':').trim().chars())
        .map(|sign| {
            if crate::spec::is_http_token(&sign.to_string()) {
                sign
            } else {
                '-'
            }
        })
        .collect();
    if !name.is_empty() {
        case.offer_text(&name, ChangesMeaning);
    }
}

fn scheme_token(case: &mut Case<'_>) {
    let text = case.spot.node().value();
    let node = case.spot.node();
    let word = text
        .split_ascii_whitespace()
        .next()
        .unwrap_or_default()
        .trim_end_matches([':', ',']);
    let folded = word.to_ascii_lowercase();
    let known = matches!(folded.as_str(), "basic" | "bearer" | "digest");
    if known {
        case.offer(format!("Write `{folded}` alone"), ChangesMeaning, |draft| {
            draft.set_text(node, &folded)
        });
    } else if text.is_empty() {
        for name in ["bearer", "basic"] {
            case.offer_text(name, ChangesMeaning);
        }
    } else if crate::spec::is_http_token(word) && word.len() <= 20 {
        // Not repeated in the title: what was pasted may be a secret.
        case.offer("Keep the first word alone", ChangesMeaning, |draft| {
            draft.set_text(node, word)
        });
    }
}

fn bearer_format(case: &mut Case<'_>) {
    if let Some(scheme) = case.sibling("scheme") {
        case.offer("Write `scheme: bearer`", ChangesMeaning, |draft| {
            draft.set_text(scheme.value, "bearer")
        });
    }
    case.offer_removal(ChangesMeaning);
}
