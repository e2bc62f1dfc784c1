//! The data in `tests/data`: the rules as they were specified, documents with known verdicts and
//! URLs with what is said of them.

use serde_json::Value;

fn rows(text: &str, key: &str) -> Vec<Value> {
    let mut file: Value = serde_json::from_str(text).unwrap();
    let rows = file[key].take();
    serde_json::from_value(rows).unwrap()
}

pub fn rules() -> Vec<Value> {
    rows(include_str!("../data/rules.json"), "rules")
}

pub fn urls() -> Vec<Value> {
    rows(include_str!("../data/urls.json"), "cases")
}

/// A document with what the official schema says of it and what we are to find.
pub struct Case {
    pub name: String,
    pub version: String,
    pub is_valid: bool,
    /// `None`: not decided.
    pub rules: Option<Vec<String>>,
    pub document: Value,
}

/// The conformance cases, one for each version of each.
pub fn conformance() -> Vec<Case> {
    let mut cases = Vec::new();
    for row in rows(include_str!("../data/conformance.json"), "cases") {
        let versions: Vec<String> = serde_json::from_value(row["versions"].clone()).unwrap();
        for version in versions {
            let mut document = row["document"].clone();
            document["asyncapi"] = Value::from(version.as_str());
            cases.push(Case {
                name: row["name"].as_str().unwrap().to_owned(),
                version,
                is_valid: row["officialValid"].as_bool().unwrap(),
                rules: serde_json::from_value(row["expectRules"].clone()).unwrap(),
                document,
            });
        }
    }
    assert_eq!(cases.len(), 738);
    cases
}
