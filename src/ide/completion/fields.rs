//! Keys of objects and values of fields from the table of the specification, and the `asyncapi`
//! field that a new document starts with.

use super::cursor::{Cursor, Slot};
use super::item::{Candidate, CompletionContext, Insert, ItemKind};
use crate::analysis::Analysis;
use crate::edits::render::Style;
use crate::edits::template::{self, Template, TemplateKey};
use crate::ide::markdown::{link, with_link};
use crate::ide::protocol;
use crate::model::DocumentKind;
use crate::spec::{Field, FieldKind, Object, ValueSpec, Version, spec};
use crate::syntax::document::Document;
use crate::syntax::format::Format;
use crate::text::range::TextRange;

const ASYNCAPI: &str = "asyncapi";

/// Root keys that only AsyncAPI documents and similar ones have.
const TELLING_KEYS: [&str; 5] = ["channels", "components", "info", "operations", "servers"];

/// Keys that say that the document is of another kind.
const FOREIGN_KEYS: [&str; 4] = ["openapi", "swagger", "$schema", "apiVersion"];

/// The fields that an object does not have yet.
pub fn of(context: &CompletionContext<'_>, object: &str) -> Vec<Candidate> {
    let Some(object) = spec().object(object) else {
        return Vec::new();
    };
    let cursor = context.cursor;
    let mut candidates: Vec<Candidate> = object
        .fields_in(context.version)
        .filter(|field| !cursor.has(&field.name))
        .filter(|field| {
            field
                .only_with
                .as_ref()
                .is_none_or(|(other, value)| cursor.value_of(other) == Some(value))
        })
        .map(|field| key(field, context))
        .collect();
    let first = candidates
        .iter()
        .filter(|candidate| candidate.rank.0 == 1)
        .min_by_key(|candidate| candidate.rank)
        .map(|candidate| candidate.label.clone());
    for candidate in &mut candidates {
        candidate.preselect = Some(&candidate.label) == first.as_ref();
    }
    candidates
}

/// `$ref` as a key.
pub fn reference(context: &CompletionContext<'_>) -> Option<Candidate> {
    let field = spec().object("reference")?.field("$ref", context.version)?;
    let mut candidate = key(field, context);
    candidate.rank = (6, 0);
    candidate.preselect = false;
    // It stands in place of the fields that are required.
    candidate.detail = Some(field.title.clone());
    candidate.insert = Insert::Members(vec![(
        TemplateKey::of("$ref"),
        Template::Hole("#/components/securitySchemes/name".to_owned()),
    )]);
    Some(candidate)
}

fn key(field: &Field, context: &CompletionContext<'_>) -> Candidate {
    let body = match &*field.name {
        // Which flow is a choice of its own.
        "flows" => Template::Open,
        name => template::of_field(field, context.version, name != "type"),
    };
    let insert = Insert::Members(vec![(TemplateKey::of(&field.name), body)]);
    let mut candidate = Candidate::new(&field.name, ItemKind::Field, insert);
    candidate.detail = Some(if field.required {
        format!("required: {}", field.title)
    } else {
        field.title.clone()
    });
    candidate.documentation = Some(with_link(
        &field.description,
        context.version,
        &field.anchor,
    ));
    candidate.rank = (if field.required { 1 } else { 2 }, usize::from(field.rank));
    candidate.deprecated = field.deprecated;
    candidate
}

/// The values of a field of a scheme or of a flow.
pub fn values(context: &CompletionContext<'_>, key: &str) -> Vec<Candidate> {
    let cursor = context.cursor;
    if key == "type" {
        let types = spec().scheme_types().iter();
        return types
            .filter(|known| known.since <= context.version)
            .map(|known| value(known, spec().object(&known.value), context))
            .collect();
    }
    let objects: Vec<&str> = match cursor.value_of("type") {
        Some(scheme_type) => vec![scheme_type],
        None => vec!["apiKey", "httpApiKey", "http", "oauth2", "openIdConnect"],
    };
    let mut candidates: Vec<Candidate> = Vec::new();
    for object in objects {
        let field = spec()
            .object(object)
            .and_then(|object| object.field(key, context.version));
        let Some(field) = field else { continue };
        for known in field
            .values
            .iter()
            .filter(|known| known.since <= context.version)
        {
            candidates.push(value(known, None, context));
        }
        if matches!(field.kind, FieldKind::Object(_)) && context.is_free(key) {
            candidates.extend(object_value(field, context));
        }
    }
    candidates
}

/// The protocols of servers that are known, and those that the settings name.
pub fn protocols(context: &CompletionContext<'_>) -> Vec<Candidate> {
    let environment = &context.analysis.options.environment;
    let known = spec().protocols().iter().map(|known| known.name.as_str());
    let own = environment.protocols.keys().map(String::as_str);
    let own = own.filter(|name| spec().protocol(name).is_none());
    let candidate = |name: &str| {
        let insert = Insert::Value(Template::Text(name.to_owned()));
        let mut candidate = Candidate::new(name, ItemKind::Value, insert);
        candidate.detail = environment.tls(name).map(|tls| {
            let with = if tls { "with TLS" } else { "without TLS" };
            with.to_owned()
        });
        candidate.documentation = protocol::summary(name, environment, context.version);
        candidate
    };
    known.chain(own).map(candidate).collect()
}

/// The first member of a field that holds an object.
fn object_value(field: &Field, context: &CompletionContext<'_>) -> Vec<Candidate> {
    if field.name != "flows" || !matches!(context.cursor.slot, Slot::Value(_)) {
        return Vec::new();
    }
    spec()
        .flows()
        .iter()
        .filter_map(|flow| {
            let object = spec().object(&format!("flow.{}", flow.name))?;
            let members = Template::Map(template::required(object, context.version));
            let mut candidate = Candidate::new(
                &flow.name,
                ItemKind::Snippet,
                Insert::Members(vec![(TemplateKey::of(&flow.name), members)]),
            );
            candidate.detail = Some(object.title.clone());
            candidate.documentation = Some(with_link(
                &object.description,
                context.version,
                &object.anchor,
            ));
            candidate.rank = (5, usize::from(flow.rank));
            candidate.deprecated = flow.deprecated;
            Some(candidate.into_value())
        })
        .collect()
}

fn value(known: &ValueSpec, object: Option<&Object>, context: &CompletionContext<'_>) -> Candidate {
    let mut candidate = Candidate::new(
        &known.value,
        ItemKind::Value,
        Insert::Value(Template::Text(known.value.clone())),
    );
    candidate.detail = Some(known.title.clone());
    let (text, anchor) = match object {
        Some(object) => (&object.description, Some(&object.anchor)),
        None => (&known.description, known.anchor.as_ref()),
    };
    candidate.documentation = Some(match anchor {
        Some(anchor) => with_link(text, context.version, anchor),
        None => text.clone(),
    });
    candidate.rank = (5, usize::from(known.rank));
    candidate.deprecated = known.deprecated;
    candidate
}

/// The `asyncapi` key or its value, if it can be written at the cursor.
pub fn asyncapi(analysis: &Analysis, cursor: &Cursor<'_>) -> Vec<Candidate> {
    let is_asyncapi = analysis.model.kind == DocumentKind::AsyncApi;
    if !cursor.path.is_empty() {
        return Vec::new();
    }
    match &cursor.slot {
        Slot::Value(key) if is_asyncapi && key == ASYNCAPI => versions(cursor),
        Slot::Key { .. } if !is_asyncapi && takes_asyncapi(analysis, cursor) => {
            asyncapi_field(cursor)
        }
        Slot::Key { .. } | Slot::Value(_) | Slot::Item => Vec::new(),
    }
}

/// The cursor in an empty JSON document, which has no braces yet.
pub fn cursor_in_empty_json(document: &Document, offset: usize) -> Option<Cursor<'_>> {
    let text = document.text();
    let is_short = text.len() < 1024;
    let whole = TextRange::new(0, text.len());
    let is_json = document.tree().format() == Format::Json;
    let is_empty = is_json && is_short && text.slice(whole).trim().is_empty();
    is_empty.then(|| Cursor::alone(TextRange::empty(offset), Style::Json, text))
}

/// The `asyncapi` field as the start of a document.
pub fn asyncapi_field(cursor: &Cursor<'_>) -> Vec<Candidate> {
    let newest = Version::ALL.into_iter().next_back();
    let candidate = newest.map(|version| {
        let member = (TemplateKey::of(ASYNCAPI), version_text(version, cursor));
        let label = format!("{ASYNCAPI}: {}", version.as_str());
        let insert = Insert::Members(vec![member]);
        let mut candidate = Candidate::new(label, ItemKind::Snippet, insert);
        candidate.filter = Some(ASYNCAPI.to_owned());
        candidate.detail = Some("new AsyncAPI document".to_owned());
        candidate.documentation = Some(link(version, ""));
        candidate
    });
    candidate.into_iter().collect()
}

fn versions(cursor: &Cursor<'_>) -> Vec<Candidate> {
    let newest_first = Version::ALL.into_iter().rev().enumerate();
    newest_first
        .map(|(rank, version)| {
            let insert = Insert::Value(version_text(version, cursor));
            let mut candidate = Candidate::new(version.as_str(), ItemKind::Value, insert);
            candidate.documentation = Some(link(version, ""));
            candidate.rank = (5, rank);
            candidate.preselect = rank == 0;
            candidate
        })
        .collect()
}

/// A version needs no quotes in YAML: a text with two dots is no number.
fn version_text(version: Version, cursor: &Cursor<'_>) -> Template {
    let text = version.as_str().to_owned();
    if cursor.layout.style == Style::Json || cursor.quote.is_some() {
        Template::Text(text)
    } else {
        Template::Verbatim(text)
    }
}

/// Whether the document is new, or looks like AsyncAPI and the missing field is being typed.
fn takes_asyncapi(analysis: &Analysis, cursor: &Cursor<'_>) -> bool {
    let document = &analysis.document;
    let typed = document.text().slice(cursor.word);
    let typed = typed.trim().trim_matches(['"', '\'']);
    if !ASYNCAPI.starts_with(typed) || FOREIGN_KEYS.iter().any(|key| cursor.has(key)) {
        return false;
    }
    let root = document.tree().root();
    let is_new = cursor.siblings.is_empty()
        && (root.is_missing()
            || root.is_mapping()
            || (root.is_scalar()
                && cursor.word.start() <= root.range().start() + 1
                && root.range().end() <= cursor.word.end() + 1));
    is_new || (!typed.is_empty() && TELLING_KEYS.iter().any(|key| cursor.has(key)))
}
