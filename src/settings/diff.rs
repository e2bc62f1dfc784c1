//! What settings say of the changes that `diff` finds.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};

use crate::diff::kind::{KINDS, Severity};
use crate::text::range::TextRange;

/// What settings say of changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DiffSettings {
    /// The severities of kinds, by their ids; `None` for kinds that are not shown.
    pub levels: Vec<(&'static str, Option<Severity>)>,
    /// Changes that are meant.
    pub accept: Vec<Accept>,
}

/// A change that is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accept {
    /// Which; `diff` shows it.
    pub fingerprint: String,
    /// Why, for those who read it later.
    pub reason: String,
    /// Where it is written.
    pub range: TextRange,
}

/// The word for a kind that is not shown.
pub const OFF: &str = "off";

/// The severities that settings name, and [`OFF`].
pub fn words() -> [&'static str; 5] {
    let [danger, breaking, notice, none] = Severity::ALL.map(Severity::as_str);
    [danger, breaking, notice, none, OFF]
}

impl JsonSchema for DiffSettings {
    fn schema_name() -> Cow<'static, str> {
        "diff".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let mut properties: Map<String, Value> = KINDS
            .iter()
            .map(|kind| {
                let value = json!({"description": kind.title, "enum": words()});
                (kind.id.to_owned(), value)
            })
            .collect();
        let accept = json!({
            "description": "Changes that are meant.",
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": false,
                "required": ["fingerprint", "reason"],
                "properties": {
                    "fingerprint": {
                        "description": "Which; `diff` shows it.",
                        "type": "string",
                        "pattern": "^[0-9a-f]{12}$",
                    },
                    "reason": {
                        "description": "For those who read it later.",
                        "type": "string",
                    },
                },
            },
        });
        properties.insert("accept".to_owned(), accept);
        json_schema!({
            "type": "object",
            "additionalProperties": false,
            "properties": properties,
        })
    }
}
