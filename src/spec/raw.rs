//! The structure of the embedded file.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, SeqAccess, Visitor};

use super::Version;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct File {
    #[serde(rename = "title")]
    _title: String,
    pub(super) versions: Vec<RawVersion>,
    pub(super) scheme_types: Vec<String>,
    pub(super) fields: BTreeMap<String, RawField>,
    pub(super) objects: BTreeMap<String, RawObject>,
    pub(super) http_schemes: Vec<RawValue>,
    pub(super) unregistered_http_schemes: Vec<RawValue>,
    pub(super) bearer_formats: Vec<RawValue>,
    pub(super) type_aliases: Vec<RawTypeAlias>,
    pub(super) flow_aliases: Vec<RawFlowAlias>,
    pub(super) unsupported_flows: Vec<String>,
    pub(super) protocols: Vec<RawProtocol>,
    pub(super) tls_ports: Vec<u16>,
    pub(super) families: Vec<RawFamily>,
    pub(super) kafka: Vec<RawKafka>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawVersion {
    pub(super) version: Version,
    pub(super) docs: String,
    #[serde(rename = "released")]
    _released: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct RawObject {
    pub(super) title: String,
    pub(super) description: Markdown,
    pub(super) anchor: String,
    pub(super) since: Option<Version>,
    pub(super) until: Option<Version>,
    #[serde(default)]
    pub(super) additional_properties: bool,
    #[serde(default)]
    pub(super) extensions: bool,
    #[serde(default)]
    pub(super) forbidden: Vec<String>,
    pub(super) map_of: Option<String>,
    #[serde(default)]
    pub(super) one_of: Vec<String>,
    #[serde(default)]
    pub(super) unique_items: bool,
    #[serde(default)]
    pub(super) properties: BTreeMap<String, RawField>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct RawField {
    #[serde(rename = "use")]
    pub(super) shared: Option<String>,
    pub(super) name: Option<String>,
    pub(super) title: Option<String>,
    pub(super) description: Option<Markdown>,
    pub(super) anchor: Option<String>,
    pub(super) required: Option<bool>,
    pub(super) since: Option<Version>,
    pub(super) until: Option<Version>,
    #[serde(rename = "type")]
    pub(super) json_type: Option<String>,
    pub(super) format: Option<String>,
    pub(super) items: Option<String>,
    pub(super) object: Option<String>,
    pub(super) map_of: Option<String>,
    #[serde(rename = "const")]
    pub(super) constant: Option<String>,
    #[serde(rename = "enum", default)]
    pub(super) values: Vec<RawValue>,
    pub(super) enum_of: Option<String>,
    pub(super) suggest: Option<String>,
    pub(super) only_with: Option<BTreeMap<String, String>>,
    #[serde(default)]
    pub(super) deprecated: bool,
    pub(super) order: Option<u16>,
    pub(super) example: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawValue {
    pub(super) value: String,
    pub(super) title: String,
    pub(super) description: Markdown,
    pub(super) anchor: Option<String>,
    pub(super) since: Option<Version>,
    #[serde(default)]
    pub(super) deprecated: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawTypeAlias {
    pub(super) wrong: Vec<String>,
    #[serde(rename = "type")]
    pub(super) scheme_type: String,
    #[serde(default)]
    pub(super) fields: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawFlowAlias {
    pub(super) wrong: Vec<String>,
    pub(super) flow: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct RawProtocol {
    pub(super) name: String,
    pub(super) tls: Option<bool>,
    pub(super) secure_variant: Option<String>,
    pub(super) family: String,
    #[serde(default)]
    pub(super) odd: Vec<String>,
    pub(super) port: Option<u16>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawFamily {
    pub(super) name: String,
    pub(super) natural: Vec<String>,
    pub(super) odd: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawKafka {
    pub(super) protocol: String,
    #[serde(rename = "type")]
    pub(super) scheme_type: String,
    pub(super) mechanism: Option<String>,
    pub(super) security: String,
}

/// Markdown: one string, or a list of its lines.
pub(super) struct Markdown(pub(super) String);

impl<'de> Deserialize<'de> for Markdown {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        source.deserialize_any(MarkdownVisitor).map(Markdown)
    }
}

struct MarkdownVisitor;

impl<'de> Visitor<'de> for MarkdownVisitor {
    type Value = String;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a text or a list of lines")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<String, E> {
        Ok(text.to_owned())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut lines: A) -> Result<String, A::Error> {
        let mut text = String::new();
        let mut first = true;
        while let Some(line) = lines.next_element::<String>()? {
            if !first {
                text.push('\n');
            }
            first = false;
            text.push_str(&line);
        }
        Ok(text)
    }
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        let text = String::deserialize(source)?;
        let known = Version::ALL
            .into_iter()
            .find(|version| version.as_str() == text);
        known.ok_or_else(|| Error::custom(format_args!("no version `{text}`")))
    }
}
