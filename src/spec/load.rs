//! Reads the embedded file into the table.
//!
//! The file states each thing once: a field that several objects share is defined under `fields`
//! and referred to with `use`; the text of a scheme type serves its object and the value of `type`;
//! the text of a flow serves its object and its key in `flows`.

use std::collections::BTreeMap;

use serde::de::Error;

use super::raw::{
    File, RawFamily, RawField, RawFlowAlias, RawKafka, RawObject, RawProtocol, RawTypeAlias,
    RawValue,
};
use super::{
    Family, Field, FieldKind, KafkaSettings, Object, Protocol, Spec, TypeAlias, ValueSpec, Version,
};

/// The text of the file.
pub const EMBEDDED: &str = include_str!("asyncapi-security.json");

/// Reads a table from the text of the file. The error says what is wrong and where.
pub fn read(text: &str) -> Result<Spec, serde_json::Error> {
    let file: File = serde_json::from_str(text)?;
    let lists = Lists {
        scheme_types: scheme_types(&file)?,
        http_schemes: ranked(file.http_schemes),
        bearer_formats: ranked(file.bearer_formats),
    };
    let mut objects = Vec::with_capacity(file.objects.len());
    for (name, raw) in &file.objects {
        objects.push(object(name, raw, &file.objects, &file.fields, &lists)?);
    }
    Ok(Spec {
        objects,
        scheme_types: lists.scheme_types,
        http_schemes: lists.http_schemes,
        unregistered_http_schemes: ranked(file.unregistered_http_schemes),
        bearer_formats: lists.bearer_formats,
        type_aliases: file
            .type_aliases
            .into_iter()
            .flat_map(type_aliases)
            .collect(),
        flow_aliases: file
            .flow_aliases
            .into_iter()
            .flat_map(flow_aliases)
            .collect(),
        unsupported_flows: file.unsupported_flows,
        protocols: file.protocols.into_iter().map(protocol).collect(),
        tls_ports: file.tls_ports,
        families: file.families.into_iter().map(family).collect(),
        kafka: file.kafka.into_iter().map(kafka).collect(),
        docs: file
            .versions
            .into_iter()
            .map(|row| (row.version, row.docs))
            .collect(),
    })
}

/// Lists of values that fields refer to by name.
struct Lists {
    scheme_types: Vec<ValueSpec>,
    http_schemes: Vec<ValueSpec>,
    bearer_formats: Vec<ValueSpec>,
}

impl Lists {
    fn get(&self, name: &str) -> Result<&[ValueSpec], serde_json::Error> {
        match name {
            "schemeTypes" => Ok(&self.scheme_types),
            "httpSchemes" => Ok(&self.http_schemes),
            "bearerFormats" => Ok(&self.bearer_formats),
            _ => Err(Error::custom(format_args!("no list `{name}`"))),
        }
    }
}

fn scheme_types(file: &File) -> Result<Vec<ValueSpec>, serde_json::Error> {
    let mut values = Vec::with_capacity(file.scheme_types.len());
    for (rank, name) in (0u16..).zip(&file.scheme_types) {
        let raw = find(&file.objects, name, "object")?;
        values.push(ValueSpec {
            value: name.clone(),
            title: raw.title.clone(),
            description: raw.description.0.clone(),
            since: raw.since.unwrap_or(Version::V2_0),
            deprecated: false,
            anchor: Some(raw.anchor.clone()),
            rank,
        });
    }
    Ok(values)
}

fn ranked(raw: Vec<RawValue>) -> Vec<ValueSpec> {
    (0u16..)
        .zip(&raw)
        .map(|(rank, raw)| value(raw, rank))
        .collect()
}

fn value(raw: &RawValue, rank: u16) -> ValueSpec {
    ValueSpec {
        value: raw.value.clone(),
        title: raw.title.clone(),
        description: raw.description.0.clone(),
        since: raw.since.unwrap_or(Version::V2_0),
        deprecated: raw.deprecated,
        anchor: raw.anchor.clone(),
        rank,
    }
}

fn object(
    name: &str,
    raw: &RawObject,
    objects: &BTreeMap<String, RawObject>,
    shared: &BTreeMap<String, RawField>,
    lists: &Lists,
) -> Result<Object, serde_json::Error> {
    let mut fields = Vec::with_capacity(raw.properties.len());
    for (key, own) in &raw.properties {
        fields.push(field(key, own, objects, shared, lists)?);
    }
    fields.sort_by_key(|field| field.rank);
    Ok(Object {
        name: name.to_owned(),
        title: raw.title.clone(),
        description: raw.description.0.clone(),
        anchor: raw.anchor.clone(),
        since: raw.since.unwrap_or(Version::V2_0),
        until: raw.until,
        closed: !raw.additional_properties && raw.map_of.is_none(),
        extensions: raw.extensions,
        fields,
        map_of: raw.map_of.clone(),
        one_of: raw.one_of.clone(),
        unique_items: raw.unique_items,
        forbidden: raw.forbidden.clone(),
    })
}

fn field(
    key: &str,
    own: &RawField,
    objects: &BTreeMap<String, RawObject>,
    shared: &BTreeMap<String, RawField>,
    lists: &Lists,
) -> Result<Field, serde_json::Error> {
    // The field's own settings win over the shared field's, and those over the object's that is its
    // value.
    let base = match &own.shared {
        Some(name) => find(shared, name, "field")?,
        None => own,
    };
    let target = own.object.as_ref().and_then(|name| objects.get(name));
    let text = |own: Option<&String>, base: Option<&String>, target: Option<&String>| {
        own.or(base).or(target).cloned().unwrap_or_default()
    };
    let (values, open) = values(own, base, lists)?;
    Ok(Field {
        name: text(own.name.as_ref(), base.name.as_ref(), Some(&key.to_owned())),
        title: text(
            own.title.as_ref(),
            base.title.as_ref(),
            target.map(|object| &object.title),
        ),
        description: text(
            own.description.as_ref().map(|text| &text.0),
            base.description.as_ref().map(|text| &text.0),
            target.map(|object| &object.description.0),
        ),
        anchor: text(
            own.anchor.as_ref(),
            base.anchor.as_ref(),
            target.map(|object| &object.anchor),
        ),
        required: own.required.or(base.required).unwrap_or(false),
        since: own.since.or(base.since).unwrap_or(Version::V2_0),
        until: own.until.or(base.until),
        kind: kind(base)?,
        values,
        open,
        deprecated: own.deprecated || base.deprecated,
        only_with: own
            .only_with
            .iter()
            .flatten()
            .next()
            .map(|(name, value)| (name.clone(), value.clone())),
        rank: own.order.or(base.order).unwrap_or(u16::MAX),
        example: own.example.clone().or_else(|| base.example.clone()),
    })
}

/// The values of a field, and whether other values are valid too.
fn values(
    own: &RawField,
    base: &RawField,
    lists: &Lists,
) -> Result<(Vec<ValueSpec>, bool), serde_json::Error> {
    if let Some(name) = &own.constant {
        let only = lists
            .scheme_types
            .iter()
            .filter(|value| value.value == *name);
        return Ok((only.cloned().collect(), false));
    }
    if let Some(list) = &own.enum_of {
        return Ok((lists.get(list)?.to_vec(), false));
    }
    if let Some(list) = &own.suggest {
        return Ok((lists.get(list)?.to_vec(), true));
    }
    let listed = if own.values.is_empty() {
        &base.values
    } else {
        &own.values
    };
    Ok((
        (0u16..)
            .zip(listed)
            .map(|(rank, raw)| value(raw, rank))
            .collect(),
        false,
    ))
}

fn kind(raw: &RawField) -> Result<FieldKind, serde_json::Error> {
    let json_type = raw.json_type.as_deref().unwrap_or("");
    match (
        json_type,
        raw.format.as_deref(),
        raw.object.as_deref(),
        raw.map_of.as_deref(),
    ) {
        ("string", None, None, None) => Ok(FieldKind::String),
        ("string", Some("uri"), None, None) => Ok(FieldKind::Uri),
        ("string", Some("uri-reference"), None, None) => Ok(FieldKind::UriReference),
        ("object", None, Some(object), None) => Ok(FieldKind::Object(object.to_owned())),
        ("object", None, None, Some("string")) => Ok(FieldKind::StringMap),
        ("object", None, None, Some(object)) => Ok(FieldKind::Map(object.to_owned())),
        ("array", None, Some(object), None) => Ok(FieldKind::List(object.to_owned())),
        ("array", None, None, None) if raw.items.as_deref() == Some("string") => {
            Ok(FieldKind::StringList)
        }
        _ => Err(Error::custom(format_args!(
            "a field of no known kind (`type` is `{json_type}`)"
        ))),
    }
}

fn find<'a, T>(
    map: &'a BTreeMap<String, T>,
    name: &str,
    what: &str,
) -> Result<&'a T, serde_json::Error> {
    map.get(name)
        .ok_or_else(|| Error::custom(format_args!("no {what} `{name}`")))
}

fn type_aliases(raw: RawTypeAlias) -> impl Iterator<Item = TypeAlias> {
    let RawTypeAlias {
        wrong,
        scheme_type,
        fields,
    } = raw;
    wrong.into_iter().map(move |wrong| TypeAlias {
        wrong,
        scheme_type: scheme_type.clone(),
        fields: fields
            .iter()
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect(),
    })
}

fn flow_aliases(raw: RawFlowAlias) -> impl Iterator<Item = (String, String)> {
    let RawFlowAlias { wrong, flow } = raw;
    wrong.into_iter().map(move |wrong| (wrong, flow.clone()))
}

fn protocol(raw: RawProtocol) -> Protocol {
    let RawProtocol {
        name,
        tls,
        secure_variant,
        family,
        odd,
        port,
    } = raw;
    Protocol {
        name,
        tls,
        secure_variant,
        family,
        odd,
        port,
    }
}

fn family(raw: RawFamily) -> Family {
    let RawFamily { name, natural, odd } = raw;
    Family { name, natural, odd }
}

fn kafka(raw: RawKafka) -> KafkaSettings {
    let RawKafka {
        protocol,
        scheme_type,
        mechanism,
        security,
    } = raw;
    KafkaSettings {
        protocol,
        scheme_type,
        mechanism,
        security,
    }
}
