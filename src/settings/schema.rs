//! A JSON Schema of the settings file, for editors that complete and check TOML by it. It is derived
//! from [`Settings`]; here is what the derive cannot know. The doc comments of the types are the
//! descriptions that users read.

use std::borrow::Cow;

use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};

use super::{Level, Preset, Selector, Settings};
use crate::rules::registry::RULES;
use crate::rules::rule::{Group, Rule};

/// The schema, in draft 7, which every editor supports.
pub fn schema() -> Value {
    let settings = SchemaSettings::draft07().with_transform(RecursiveTransform(tidy));
    let generator = settings.into_generator();
    generator.into_root_schema_for::<Settings>().to_value()
}

/// Removes the line breaks of doc comments from descriptions, and `null` as a default, which TOML
/// does not have.
fn tidy(schema: &mut Schema) {
    if let Some(Value::String(description)) = schema.get_mut("description") {
        *description = description.replace('\n', " ");
    }
    if schema.get("default") == Some(&Value::Null) {
        schema.remove("default");
    }
}

/// A list, or its only item without the brackets.
#[derive(JsonSchema)]
#[schemars(untagged, inline)]
#[allow(dead_code, reason = "only its schema is used")]
pub(super) enum OneOrMore<T> {
    One(T),
    More(Vec<T>),
}

/// A glob, relative to this file; without `/` it is a name in any folder.
#[derive(JsonSchema)]
#[schemars(inline)]
#[allow(dead_code, reason = "only its schema is used")]
pub(super) struct Glob(String);

/// What is known of a protocol.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, inline)]
#[allow(dead_code, reason = "only its schema is used")]
pub(super) struct ProtocolEntry {
    /// Whether the protocol is protected by TLS; left out where that cannot be told.
    #[schemars(default, with = "bool")]
    encrypted: Option<bool>,
}

/// A table of rules and groups with their levels.
pub(super) struct Rules;

impl JsonSchema for Rules {
    fn schema_name() -> Cow<'static, str> {
        "rules".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let level = generator.subschema_for::<Level>();
        let entry = |(name, description): (&str, String)| {
            let value = json!({"description": description, "allOf": [level]});
            (name.to_owned(), value)
        };
        let properties: Map<String, Value> = names().map(entry).collect();
        json_schema!({
            "type": "object",
            "additionalProperties": false,
            "properties": properties,
        })
    }
}

impl JsonSchema for Preset {
    fn schema_name() -> Cow<'static, str> {
        "profile".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "enum": Self::ALL.map(Self::as_str),
            "default": Self::default().as_str(),
        })
    }
}

impl JsonSchema for Level {
    fn schema_name() -> Cow<'static, str> {
        "level".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"enum": Self::ALL.map(Self::as_str)})
    }
}

impl JsonSchema for Selector {
    fn schema_name() -> Cow<'static, str> {
        "rule".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let names: Vec<&str> = names().map(|(name, _)| name).collect();
        json_schema!({"enum": names})
    }
}

/// The names of groups and rules, groups first, each with a description.
pub fn names() -> impl Iterator<Item = (&'static str, String)> {
    let groups = Group::ALL.into_iter().map(|group| {
        let description = format!("All rules of the group `{}`.", group.as_str());
        (group.as_str(), description)
    });
    let rules = RULES.iter().map(|rule| (rule.id, described(rule)));
    groups.chain(rules)
}

fn described(rule: &Rule) -> String {
    let on = if rule.default_on { "" } else { ", off" };
    format!("{} ({}{on})", rule.title, rule.severity.as_str())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::collections::BTreeSet;

    use expect_test::expect;

    use super::*;
    use crate::settings::read::{IGNORE_KEYS, KEYS, OVERRIDE_KEYS, PROTOCOL_KEYS};

    #[test]
    fn the_schema_knows_what_the_reader_knows() {
        let schema = schema();
        let known = |pointer: &str, keys: &[&str]| {
            let table = schema.pointer(pointer).unwrap();
            let found = table["properties"].as_object().unwrap().keys();
            let found: BTreeSet<&str> = found.map(String::as_str).collect();
            assert_eq!(found, keys.iter().copied().collect(), "{pointer}");
            assert_eq!(table["additionalProperties"], false, "{pointer}");
        };
        known("", &KEYS);
        known("/properties/overrides/items", &OVERRIDE_KEYS);
        known("/properties/protocols/additionalProperties", &PROTOCOL_KEYS);
        known("/properties/ignore/items", &IGNORE_KEYS);
        let rules = schema["definitions"]["rules"]["properties"]
            .as_object()
            .unwrap();
        assert_eq!(rules.len(), RULES.len() + Group::ALL.len());
    }

    /// `UPDATE_EXPECT=1 cargo test --lib settings::schema` updates it.
    #[test]
    fn what_editors_get() {
        let mut schema = schema();
        let names = schema.pointer_mut("/definitions/rule/enum").unwrap();
        names.as_array_mut().unwrap().truncate(1);
        let kinds = schema.pointer_mut("/definitions/diff/properties").unwrap();
        (kinds.as_object_mut().unwrap())
            .retain(|name, _| ["accept", "tls-dropped"].contains(&&**name));
        let rules = schema.pointer_mut("/definitions/rules/properties").unwrap();
        (rules.as_object_mut().unwrap())
            .retain(|name, _| ["urls", "url-fragment"].contains(&&**name));
        expect![[r##"
            {
              "$schema": "http://json-schema.org/draft-07/schema#",
              "additionalProperties": false,
              "definitions": {
                "diff": {
                  "additionalProperties": false,
                  "properties": {
                    "accept": {
                      "description": "Changes that are meant.",
                      "items": {
                        "additionalProperties": false,
                        "properties": {
                          "fingerprint": {
                            "description": "Which; `diff` shows it.",
                            "pattern": "^[0-9a-f]{12}$",
                            "type": "string"
                          },
                          "reason": {
                            "description": "For those who read it later.",
                            "type": "string"
                          }
                        },
                        "required": [
                          "fingerprint",
                          "reason"
                        ],
                        "type": "object"
                      },
                      "type": "array"
                    },
                    "tls-dropped": {
                      "description": "a server without TLS",
                      "enum": [
                        "danger",
                        "breaking",
                        "notice",
                        "none",
                        "off"
                      ]
                    }
                  },
                  "type": "object"
                },
                "level": {
                  "enum": [
                    "off",
                    "on",
                    "error",
                    "warning",
                    "information",
                    "hint"
                  ]
                },
                "profile": {
                  "default": "recommended",
                  "enum": [
                    "recommended",
                    "strict",
                    "validity"
                  ]
                },
                "rule": {
                  "enum": [
                    "syntax"
                  ]
                },
                "rules": {
                  "additionalProperties": false,
                  "properties": {
                    "url-fragment": {
                      "allOf": [
                        {
                          "$ref": "#/definitions/level"
                        }
                      ],
                      "description": "a URL has a fragment (error)"
                    },
                    "urls": {
                      "allOf": [
                        {
                          "$ref": "#/definitions/level"
                        }
                      ],
                      "description": "All rules of the group `urls`."
                    }
                  },
                  "type": "object"
                }
              },
              "description": "Settings of asyncapi-security-lsp",
              "properties": {
                "baseline": {
                  "description": "A file with findings that are known, from the folder of this file on: they are left out, and editors fade them. `check --write-baseline` writes it.",
                  "type": "string"
                },
                "diff": {
                  "allOf": [
                    {
                      "$ref": "#/definitions/diff"
                    }
                  ],
                  "description": "What is to become of changes that `diff` finds, by their kind: `danger`, `breaking`, `notice`, `none`, or `off`."
                },
                "ignore": {
                  "description": "Findings that are not wanted.",
                  "items": {
                    "additionalProperties": false,
                    "description": "Findings that are not wanted.",
                    "properties": {
                      "files": {
                        "anyOf": [
                          {
                            "description": "A glob, relative to this file; without `/` it is a name in any folder.",
                            "type": "string"
                          },
                          {
                            "items": {
                              "description": "A glob, relative to this file; without `/` it is a name in any folder.",
                              "type": "string"
                            },
                            "type": "array"
                          }
                        ],
                        "description": "In which files; in all of them where this is left out."
                      },
                      "pointer": {
                        "description": "A JSON Pointer to the part of the document; all of it where this is left out.",
                        "pattern": "^(/.*)?$",
                        "type": "string"
                      },
                      "reason": {
                        "description": "For those who read it later.",
                        "type": "string"
                      },
                      "rule": {
                        "anyOf": [
                          {
                            "$ref": "#/definitions/rule"
                          },
                          {
                            "items": {
                              "$ref": "#/definitions/rule"
                            },
                            "type": "array"
                          }
                        ],
                        "description": "Of which rules."
                      }
                    },
                    "required": [
                      "rule"
                    ],
                    "type": "object"
                  },
                  "type": "array"
                },
                "overrides": {
                  "description": "What else holds for some files; later ones win.",
                  "items": {
                    "additionalProperties": false,
                    "description": "What else holds for some files.",
                    "properties": {
                      "files": {
                        "anyOf": [
                          {
                            "description": "A glob, relative to this file; without `/` it is a name in any folder.",
                            "type": "string"
                          },
                          {
                            "items": {
                              "description": "A glob, relative to this file; without `/` it is a name in any folder.",
                              "type": "string"
                            },
                            "type": "array"
                          }
                        ],
                        "description": "Which files."
                      },
                      "profile": {
                        "allOf": [
                          {
                            "$ref": "#/definitions/profile"
                          }
                        ],
                        "description": "Which rules run where nothing else is said."
                      },
                      "rules": {
                        "allOf": [
                          {
                            "$ref": "#/definitions/rules"
                          }
                        ],
                        "description": "What is to become of the findings of a rule, or of all rules of a group."
                      }
                    },
                    "required": [
                      "files"
                    ],
                    "type": "object"
                  },
                  "type": "array"
                },
                "own-hosts": {
                  "default": [],
                  "description": "Hosts that are yours, as `host` or `*.domain`: that they are plain, private or look like an example is known and meant.",
                  "items": {
                    "pattern": "^[^\\s/:@?#]+$",
                    "type": "string"
                  },
                  "type": "array"
                },
                "profile": {
                  "allOf": [
                    {
                      "$ref": "#/definitions/profile"
                    }
                  ],
                  "description": "Which rules run where nothing else is said."
                },
                "protocols": {
                  "additionalProperties": {
                    "additionalProperties": false,
                    "description": "What is known of a protocol.",
                    "properties": {
                      "encrypted": {
                        "description": "Whether the protocol is protected by TLS; left out where that cannot be told.",
                        "type": "boolean"
                      }
                    },
                    "type": "object"
                  },
                  "default": {},
                  "description": "Further values of `protocol`, or better knowledge of a known one.",
                  "type": "object"
                },
                "rules": {
                  "allOf": [
                    {
                      "$ref": "#/definitions/rules"
                    }
                  ],
                  "description": "What is to become of the findings of a rule, or of all rules of a group."
                }
              },
              "title": "asyncapi-security.toml",
              "type": "object"
            }"##]].assert_eq(&serde_json::to_string_pretty(&schema).unwrap());
    }

    /// A group and a rule of the same name could not be told apart.
    #[test]
    fn no_rule_is_called_like_a_group() {
        for group in Group::ALL {
            assert_eq!(crate::rules::registry::rule(group.as_str()), None);
        }
    }
}
