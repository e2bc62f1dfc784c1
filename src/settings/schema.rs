//! A JSON Schema of the settings file, for editors that complete and check TOML by one.

use serde_json::{Map, Value, json};

use super::{FILE_NAME, Level, Profile};
use crate::rules::registry::RULES;
use crate::rules::rule::{Group, Rule};

/// The schema (draft 7, which every editor knows). It is made from the table of rules, so it
/// knows the rules of this very program.
pub fn schema() -> Value {
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": FILE_NAME,
        "description": "Settings of asyncapi-security-lsp",
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "profile": {"$ref": "#/definitions/profile"},
            "rules": {"$ref": "#/definitions/rules"},
            "overrides": {
                "description": "What else holds for some files; later ones win.",
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["files"],
                    "additionalProperties": false,
                    "properties": {
                        "files": {"$ref": "#/definitions/files"},
                        "profile": {"$ref": "#/definitions/profile"},
                        "rules": {"$ref": "#/definitions/rules"},
                    },
                },
            },
            "own-hosts": {
                "description": "Hosts that are yours, as `host` or `*.domain`: that they are plain, private or look like an example is known and meant.",
                "type": "array",
                "items": {"type": "string", "pattern": r"^[^\s/:@?#]+$"},
            },
            "protocols": {
                "description": "Further values of `protocol`, or better knowledge of a known one.",
                "type": "object",
                "additionalProperties": {
                    "type": "object",
                    "additionalProperties": false,
                    "properties": {
                        "encrypted": {
                            "description": "Whether the protocol is protected by TLS; left out where that cannot be told.",
                            "type": "boolean",
                        },
                    },
                },
            },
            "ignore": {
                "description": "Findings that are not wanted.",
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["rule"],
                    "additionalProperties": false,
                    "properties": {
                        "rule": one_or_more(json!({"$ref": "#/definitions/rule"})),
                        "files": {"$ref": "#/definitions/files"},
                        "pointer": {
                            "description": "A JSON Pointer to the part of the document; all of it where this is left out.",
                            "type": "string",
                            "pattern": "^(/.*)?$",
                        },
                        "reason": {"description": "For those who read it later.", "type": "string"},
                    },
                },
            },
        },
        "definitions": {
            "profile": {
                "description": "Which rules run where nothing else is said.",
                "enum": Profile::ALL.map(Profile::as_str),
                "default": Profile::default().as_str(),
            },
            "level": {
                "enum": Level::ALL.map(Level::as_str),
            },
            "rule": {
                "enum": names().map(|(name, _)| name).collect::<Vec<_>>(),
            },
            "rules": {
                "description": "What is to become of the findings of a rule, or of all rules of a group.",
                "type": "object",
                "additionalProperties": false,
                "properties": rules(),
            },
            "files": one_or_more(json!({
                "description": "A glob, relative to this file; without `/` it is a name in any folder.",
                "type": "string",
            })),
        },
    })
}

fn one_or_more(item: Value) -> Value {
    json!({"anyOf": [item.clone(), {"type": "array", "items": item}]})
}

/// Everything that has a level, groups first, with what it is.
fn names() -> impl Iterator<Item = (&'static str, String)> {
    let groups = Group::ALL.into_iter().map(|group| {
        let words = format!("All rules of the group `{}`.", group.as_str());
        (group.as_str(), words)
    });
    let rules = RULES.iter().map(|rule| (rule.id, described(rule)));
    groups.chain(rules)
}

fn described(rule: &Rule) -> String {
    let on = if rule.default_on { "" } else { ", off" };
    format!("{} ({}{on})", rule.title, rule.severity.as_str())
}

fn rules() -> Map<String, Value> {
    let entry = |(name, words): (&str, String)| {
        let value = json!({"description": words, "allOf": [{"$ref": "#/definitions/level"}]});
        (name.to_owned(), value)
    };
    names().map(entry).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::collections::BTreeSet;

    use super::*;
    use crate::settings::read::KEYS;

    #[test]
    fn the_schema_knows_what_the_reader_knows() {
        let schema = schema();
        let keys: BTreeSet<&str> = (schema["properties"].as_object().unwrap().keys())
            .map(String::as_str)
            .collect();
        assert_eq!(keys, BTreeSet::from(KEYS));
        let rules = schema["definitions"]["rules"]["properties"]
            .as_object()
            .unwrap();
        assert_eq!(rules.len(), RULES.len() + Group::ALL.len());
    }

    /// A group and a rule of the same name could not be told apart.
    #[test]
    fn no_rule_is_called_like_a_group() {
        for group in Group::ALL {
            assert_eq!(crate::rules::registry::rule(group.as_str()), None);
        }
    }
}
