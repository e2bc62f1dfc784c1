//! What the extension for VS Code says of the rules, the commands and the version of the server.
//! `UPDATE_EXPECT=1 cargo test --test vscode` writes the rules into its manifest anew.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeSet;
use std::fmt::Write as _;

use asyncapi_security_lsp::lsp::capabilities;
use asyncapi_security_lsp::rules::registry::RULES;
use asyncapi_security_lsp::rules::rule::Group;
use serde_json::{Value, json};

const MANIFEST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/editors/vscode/package.json");

/// Before and behind the properties of the setting.
const MARKS: [(&str, &str); 2] = [
    (
        "\"asyncapiSecurity.rules\": {\n          \"type\": \"object\",\n          \"properties\": {\n",
        "          },\n          \"additionalProperties\"",
    ),
    (
        "                \"description\": \"A rule, a group of rules, or a list of these.\",\n",
        "              },\n              \"files\"",
    ),
];

#[test]
fn the_settings_complete_the_ids_of_rules() {
    let before = std::fs::read_to_string(MANIFEST).unwrap();
    let mut after = before.clone();
    for ((start, end), generated) in MARKS.into_iter().zip([properties(), examples()]) {
        let (head, rest) = after.split_once(start).expect(start);
        let (_, tail) = rest.split_once(end).expect(end);
        after = format!("{head}{start}{generated}{end}{tail}");
    }
    if before != after && std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(MANIFEST, after).unwrap();
        return;
    }
    assert_eq!(before, after, "UPDATE_EXPECT=1 writes the rules anew");
}

/// One line for each rule and each group, with what it is.
fn properties() -> String {
    let levels = json!(["off", "on", "error", "warning", "information", "hint"]);
    let rules = RULES.iter().map(|rule| {
        let on = if rule.default_on { "" } else { ", off" };
        let severity = rule.severity.as_str();
        (rule.id, format!("{} ({severity}{on})", rule.title))
    });
    let groups = Group::ALL.map(|group| {
        let name = group.as_str();
        (name, format!("All rules of the group `{name}`"))
    });
    let mut lines = String::new();
    for (name, description) in groups.into_iter().chain(rules) {
        let value = json!({"type": "string", "enum": levels, "markdownDescription": description});
        let comma = if lines.is_empty() { "" } else { ",\n" };
        write!(lines, "{comma}            {}: {value}", json!(name)).unwrap();
    }
    lines + "\n"
}

fn examples() -> String {
    let ids = RULES.iter().map(|rule| rule.id);
    let names: Vec<&str> = Group::ALL
        .map(Group::as_str)
        .into_iter()
        .chain(ids)
        .collect();
    format!("                \"examples\": {}\n", json!(names))
}

#[test]
fn the_manifest_and_the_readme_say_what_there_is() {
    let manifest: Value =
        serde_json::from_str(&std::fs::read_to_string(MANIFEST).unwrap()).unwrap();
    assert_eq!(manifest["version"], env!("CARGO_PKG_VERSION"));
    let readme = MANIFEST.replace("package.json", "README.md");
    let readme = std::fs::read_to_string(readme).unwrap();
    let contributes = &manifest["contributes"];
    let mut commands = BTreeSet::new();
    for command in contributes["commands"].as_array().unwrap() {
        let title = command["title"].as_str().unwrap();
        assert!(readme.contains(&format!("| `{title}` |")), "{title}");
        commands.insert(command["command"].as_str().unwrap());
    }
    for command in [
        capabilities::REPORT,
        capabilities::CHANGES,
        capabilities::EXPLAIN,
        capabilities::FIX,
        capabilities::MIGRATE,
    ] {
        assert!(commands.contains(command), "{command}");
    }
    let settings = contributes["configuration"]["properties"].as_object();
    for setting in settings.unwrap().keys() {
        assert!(readme.contains(&format!("| `{setting}` |")), "{setting}");
    }
    for step in contributes["walkthroughs"][0]["steps"].as_array().unwrap() {
        let picture = step["media"]["image"].as_str().unwrap();
        let picture = MANIFEST.replace("package.json", picture);
        assert!(std::path::Path::new(&picture).exists(), "{picture}");
    }
}
