//! Keys of objects and values of fields, from the table of the specification.

use super::ItemKind;
use super::cursor::Slot;
use super::items::{Insert, Offer};
use super::offers::{Around, as_value, is_free};
use crate::edits::template;
use crate::edits::template::{Template, TemplateKey};
use crate::ide::markdown::with_link;
use crate::spec::{Field, FieldKind, Object, ValueSpec, spec};

/// The fields of an object that are not there yet.
pub fn of(around: &Around<'_>, object: &str) -> Vec<Offer> {
    let Some(object) = spec().object(object) else {
        return Vec::new();
    };
    let cursor = around.cursor;
    let mut offers: Vec<Offer> = object
        .fields_in(around.version)
        .filter(|field| !cursor.has(&field.name))
        .filter(|field| {
            field
                .only_with
                .as_ref()
                .is_none_or(|(other, value)| cursor.value_of(other) == Some(value))
        })
        .map(|field| key(field, around))
        .collect();
    let first = offers
        .iter()
        .filter(|offer| offer.rank.0 == 1)
        .min_by_key(|offer| offer.rank)
        .map(|offer| offer.label.clone());
    for offer in &mut offers {
        offer.preselect = Some(&offer.label) == first.as_ref();
    }
    offers
}

/// `$ref` as a key.
pub fn reference(around: &Around<'_>) -> Option<Offer> {
    let field = spec().object("reference")?.field("$ref", around.version)?;
    let mut offer = key(field, around);
    offer.rank = (6, 0);
    offer.preselect = false;
    offer.insert = Insert::Members(vec![(
        TemplateKey::of("$ref"),
        Template::Hole("#/components/securitySchemes/name".to_owned()),
    )]);
    Some(offer)
}

fn key(field: &Field, around: &Around<'_>) -> Offer {
    let body = template::of_field(field, around.version, field.name != "type");
    let insert = Insert::Members(vec![(TemplateKey::of(&field.name), body)]);
    let mut offer = Offer::new(&field.name, ItemKind::Field, insert);
    offer.detail = Some(if field.required {
        format!("required: {}", field.title)
    } else {
        field.title.clone()
    });
    offer.documentation = Some(with_link(&field.description, around.version, &field.anchor));
    offer.rank = (if field.required { 1 } else { 2 }, usize::from(field.rank));
    offer.deprecated = field.deprecated;
    offer
}

/// The values of a field of a scheme or of a flow.
pub fn values(around: &Around<'_>, key: &str) -> Vec<Offer> {
    let cursor = around.cursor;
    if key == "type" {
        let types = spec().scheme_types().iter();
        return types
            .filter(|known| known.since <= around.version)
            .map(|known| value(known, spec().object(&known.value), around))
            .collect();
    }
    let objects: Vec<&str> = match cursor.value_of("type") {
        Some(scheme_type) => vec![scheme_type],
        None => vec!["apiKey", "httpApiKey", "http", "oauth2", "openIdConnect"],
    };
    let mut offers: Vec<Offer> = Vec::new();
    for object in objects {
        let field = spec()
            .object(object)
            .and_then(|object| object.field(key, around.version));
        let Some(field) = field else { continue };
        for known in field
            .values
            .iter()
            .filter(|known| known.since <= around.version)
        {
            offers.push(value(known, None, around));
        }
        if matches!(field.kind, FieldKind::Object(_)) && is_free(around, key) {
            offers.extend(object_value(field, around));
        }
    }
    offers
}

/// What a field that holds an object can start with.
fn object_value(field: &Field, around: &Around<'_>) -> Vec<Offer> {
    if field.name != "flows" || !matches!(around.cursor.slot, Slot::Value(_)) {
        return Vec::new();
    }
    spec()
        .flows()
        .iter()
        .filter_map(|flow| {
            let object = spec().object(&format!("flow.{}", flow.name))?;
            let members = Template::Map(template::required(object, around.version));
            let mut offer = Offer::new(
                &flow.name,
                ItemKind::Snippet,
                Insert::Members(vec![(TemplateKey::of(&flow.name), members)]),
            );
            offer.detail = Some(object.title.clone());
            offer.documentation = Some(with_link(
                &object.description,
                around.version,
                &object.anchor,
            ));
            offer.rank = (5, usize::from(flow.rank));
            offer.deprecated = flow.deprecated;
            Some(as_value(offer))
        })
        .collect()
}

fn value(known: &ValueSpec, object: Option<&Object>, around: &Around<'_>) -> Offer {
    let mut offer = Offer::new(
        &known.value,
        ItemKind::Value,
        Insert::Value(Template::Text(known.value.clone())),
    );
    offer.detail = Some(known.title.clone());
    let (text, anchor) = match object {
        Some(object) => (&object.description, Some(&object.anchor)),
        None => (&known.description, known.anchor.as_ref()),
    };
    offer.documentation = Some(match anchor {
        Some(anchor) => with_link(text, around.version, anchor),
        None => text.clone(),
    });
    offer.rank = (5, usize::from(known.rank));
    offer.deprecated = known.deprecated;
    offer
}
