//! The findings that were there when a project began to use this program. They are known by rule and
//! by JSON Pointer (RFC 6901), not by line, so that edits elsewhere do not wake them.

use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::text::printable::json;

/// Where a baseline is written if nothing else is said.
pub const FILE_NAME: &str = "asyncapi-security-baseline.json";

/// Raised when a field changes its meaning or is removed, not when one is added.
const VERSION: u32 = 1;

/// A baseline: by file, the known findings in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Baseline {
    /// By path, from the folder of the baseline on, with `/` as separator.
    pub files: BTreeMap<String, Arc<Known>>,
}

/// The known findings of one file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// By the id of the rule, sorted.
    pub rules: BTreeMap<String, Vec<KnownFinding>>,
}

/// A known finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KnownFinding {
    /// Where it is: a JSON Pointer (RFC 6901).
    pub pointer: String,
    /// What it says, for those who read it, and to tell it from others of its rule in one list.
    pub message: String,
}

/// Findings that are known: `check --write-baseline` writes them, `check` and editors leave them
/// out or fade them.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Known findings of asyncapi-security-lsp")]
struct Written {
    /// Raised when a field changes its meaning or is removed, not when one is added.
    version: u32,
    /// By path, from the folder of this file on, and by the id of the rule.
    files: BTreeMap<String, BTreeMap<String, Vec<KnownFinding>>>,
}

impl Baseline {
    /// Reads a baseline.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn read(text: &str) -> Result<Self, String> {
        let written: Written = serde_json::from_str(text.trim_start_matches('\u{feff}'))
            .map_err(|error| format!("it is no baseline: {error}"))?;
        if written.version != VERSION {
            let version = written.version;
            return Err(format!(
                "it is a baseline of version {version}; this program reads {VERSION}"
            ));
        }
        let files = written.files.into_iter();
        let files = files.map(|(path, rules)| (path, Arc::new(Known { rules })));
        Ok(Self {
            files: files.collect(),
        })
    }

    /// The text of the file.
    pub fn text(&self) -> String {
        let files = self.files.iter();
        let files = files.filter(|(_, known)| !known.rules.is_empty());
        let written = Written {
            version: VERSION,
            files: files
                .map(|(path, known)| (path.clone(), known.rules.clone()))
                .collect(),
        };
        let text = serde_json::to_string_pretty(&written).unwrap_or_default();
        json(&text).into_owned() + "\n"
    }

    /// What is known of the file at a path.
    pub fn of(&self, path: &str) -> Arc<Known> {
        self.files.get(path).cloned().unwrap_or_default()
    }
}

impl Known {
    /// Notes a finding.
    pub fn insert(&mut self, rule: &str, finding: KnownFinding) {
        let findings = self.rules.entry(rule.to_owned()).or_default();
        let at = findings.partition_point(|other| *other <= finding);
        findings.insert(at, finding);
    }

    /// How many findings these are.
    pub fn len(&self) -> usize {
        self.rules.values().map(Vec::len).sum()
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }
}

/// The schema of a baseline.
pub fn schema() -> schemars::Schema {
    schemars::schema_for!(Written)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use expect_test::expect;

    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let mut known = Known::default();
        for (rule, pointer) in [("b", "/x"), ("a", "/y"), ("a", "/x"), ("a", "/x")] {
            known.insert(
                rule,
                KnownFinding {
                    pointer: pointer.to_owned(),
                    message: format!("{rule} is wrong"),
                },
            );
        }
        assert_eq!(known.len(), 4);
        let mut baseline = Baseline::default();
        baseline
            .files
            .insert("a/b.yaml".to_owned(), Arc::new(known));
        let text = baseline.text();
        expect![[r#"
            {
              "version": 1,
              "files": {
                "a/b.yaml": {
                  "a": [
                    {
                      "pointer": "/x",
                      "message": "a is wrong"
                    },
                    {
                      "pointer": "/x",
                      "message": "a is wrong"
                    },
                    {
                      "pointer": "/y",
                      "message": "a is wrong"
                    }
                  ],
                  "b": [
                    {
                      "pointer": "/x",
                      "message": "b is wrong"
                    }
                  ]
                }
              }
            }
        "#]]
        .assert_eq(&text);
        assert_eq!(Baseline::read(&text), Ok(baseline));
    }

    #[test]
    fn what_is_none_is_said() {
        for (text, expected) in [
            ("", "it is no baseline: EOF"),
            (
                "{\"version\": 2, \"files\": {}}",
                "it is a baseline of version 2",
            ),
            (
                "{\"version\": 1}",
                "it is no baseline: missing field `files`",
            ),
        ] {
            let error = Baseline::read(text).unwrap_err();
            assert!(error.starts_with(expected), "{error}");
        }
    }
}
