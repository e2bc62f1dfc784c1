//! Settings and suppression on the command line.
//! `UPDATE_EXPECT=1 cargo test --test cli_settings` updates the longer expectations.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/command_line.rs"]
#[allow(dead_code)]
mod command_line;

use std::path::{Path, PathBuf};

use command_line::run;
use expect_test::expect;

const DOCUMENT: &str = "\
asyncapi: 3.1.0
servers:
  broker:
    host: broker.example.org
    protocol: secure-mqtt
  other: {host: other.example.org, protocol: secure-mqtt, security: [{type: X509}]}
";

/// A folder of its own for a test, with files in it; it is the root of a repository.
fn folder(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let folder = command_line::folder("cli-settings", name);
    std::fs::create_dir(folder.join(".git")).unwrap();
    for (name, text) in files {
        command_line::write(&folder, name, text.as_bytes());
    }
    folder
}

/// The rules that `check` finds, with their severities and paths.
fn found(folder: &Path, arguments: &[&str]) -> Vec<String> {
    let arguments = [&["check", "--format", "json", "--level", "hint"], arguments].concat();
    let (_, out, err) = run(folder, &arguments);
    let report: serde_json::Value = serde_json::from_str(&out).expect(&err);
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    (report["findings"].as_array().unwrap().iter())
        .map(|found| {
            let (rule, severity) = (text(&found["rule"]), text(&found["severity"]));
            format!("{} {rule} {severity}", text(&found["path"]))
        })
        .collect()
}

#[test]
fn the_nearest_settings_file_up_to_the_repository_holds() {
    let rule = |level: &str| format!("[rules]\nserver-without-security = \"{level}\"\n");
    let folder = folder(
        "nearest",
        &[
            ("asyncapi-security.toml", &rule("hint")),
            ("a/b/api.yaml", DOCUMENT),
            ("c/api.yaml", DOCUMENT),
            ("c/asyncapi-security.toml", &rule("error")),
            ("d/.git/config", ""),
            ("d/api.yaml", DOCUMENT),
        ],
    );
    let expected = [
        "a/b/api.yaml server-without-security hint",
        "c/api.yaml server-without-security error",
        "d/api.yaml server-without-security information",
    ];
    assert_eq!(found(&folder, &["."]), expected);
    assert_eq!(
        found(&folder.join("a/b"), &["api.yaml"]),
        ["api.yaml server-without-security hint"]
    );
    assert_eq!(
        found(&folder, &["--no-config", "c"]),
        ["c/api.yaml server-without-security information"]
    );
    assert_eq!(
        found(&folder, &["--config", "c/asyncapi-security.toml", "a"]),
        ["a/b/api.yaml server-without-security error"]
    );
}

#[test]
fn overrides_go_by_glob_and_the_command_line_wins() {
    let settings = "\
[[overrides]]
files = [\"legacy/**\"]
rules = { server-without-security = \"error\", asyncapi-version-patch = \"off\" }

[[overrides]]
files = [\"silent.yaml\"]
rules = { coverage = \"off\" }
";
    let folder = folder(
        "overrides",
        &[
            ("asyncapi-security.toml", settings),
            ("legacy/x/api.yaml", DOCUMENT),
            ("legacy/silent.yaml", DOCUMENT),
            ("new/api.yaml", DOCUMENT),
        ],
    );
    let expected = [
        "legacy/x/api.yaml server-without-security error",
        "new/api.yaml server-without-security information",
    ];
    assert_eq!(found(&folder, &["."]), expected);
    // A rule that is enabled by name is run, whatever the file says.
    assert_eq!(
        found(
            &folder,
            &["--enable", "server-without-security", "legacy/silent.yaml"]
        ),
        ["legacy/silent.yaml server-without-security information"]
    );
    assert_eq!(
        found(
            &folder,
            &["--enable", "server-without-security", "legacy/x"]
        ),
        ["legacy/x/api.yaml server-without-security error"]
    );
    // The profile is weaker than the rules in the file.
    assert_eq!(
        found(&folder, &["--profile", "validity", "."]),
        ["legacy/x/api.yaml server-without-security error"]
    );
    let (code, _, err) = run(&folder, &["check", "--profile", "lax", "."]);
    assert!(
        code == 2 && err.contains("`recommended`, `strict` or `validity`"),
        "{err}"
    );
}

#[test]
fn what_is_suppressed_is_counted() {
    let settings = "\
[[ignore]]
rule = \"server-without-security\"
files = \"b.yaml\"
pointer = \"/servers/broker\"
reason = \"the gateway asks\"
";
    let commented = DOCUMENT.replace(
        "broker:",
        "broker: # asyncapi-security: ignore[server-without-security]",
    );
    let folder = folder(
        "suppressed",
        &[
            ("asyncapi-security.toml", settings),
            ("a.yaml", &commented),
            ("b.yaml", DOCUMENT),
        ],
    );
    let (code, out, err) = run(&folder, &["check", "."]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert_eq!(out, "nothing found in 2 documents; 2 suppressed\n");
    let (_, out, _) = run(&folder, &["check", "--format", "json", "."]);
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(report["summary"]["suppressed"], 2);
}

#[test]
fn what_is_wrong_in_the_settings_is_shown_once_and_the_rest_counts() {
    let settings = "[rules]\nserver-security-emty = \"off\"\ncoverage = \"off\"\n";
    let folder = folder(
        "wrong",
        &[
            ("asyncapi-security.toml", settings),
            ("a.yaml", DOCUMENT),
            ("b.yaml", DOCUMENT),
        ],
    );
    let (code, out, err) = run(&folder, &["check", "."]);
    assert_eq!((code, err.as_str()), (1, ""));
    expect![[r#"
        warning[settings]: there is no rule or group `server-security-emty`; did you mean `server-security-empty`?
         --> asyncapi-security.toml:2:1
          |
        2 | server-security-emty = "off"
          | ^^^^^^^^^^^^^^^^^^^^

        1 warning in 2 documents
    "#]]
    .assert_eq(&out);
}

#[test]
fn settings_that_cannot_be_used_are_exit_code_2() {
    let folder = folder(
        "unusable",
        &[
            ("asyncapi-security.toml", "profile = [\nrules = 1\n"),
            ("a.yaml", DOCUMENT),
        ],
    );
    let (code, out, _) = run(&folder, &["check", "a.yaml"]);
    assert_eq!(code, 2);
    assert!(out.contains("error[settings]"), "{out}");
    assert!(out.contains("asyncapi-security.toml:"), "{out}");
    let (code, _, err) = run(&folder, &["check", "--config", "none.toml", "a.yaml"]);
    assert_eq!(
        (code, err.as_str()),
        (2, "error: none.toml: there is no such file\n")
    );
    std::fs::write(folder.join("asyncapi-security.toml"), b"\xff").unwrap();
    let (code, _, err) = run(&folder, &["check", "a.yaml"]);
    assert_eq!(code, 2);
    assert_eq!(err, "error: asyncapi-security.toml: not UTF-8 at byte 0\n");
    // Problems of settings that apply to no document are not reported.
    let (code, _, _) = run(
        &folder,
        &["check", "--no-config", "--level", "error", "a.yaml"],
    );
    assert_eq!(code, 0);
}

#[test]
fn effective_settings_are_shown_as_a_settings_file() {
    let settings = "profile = \"strict\"\n[rules]\nurls = \"error\"\nurl-fragment = \"off\"\n";
    let folder = folder(
        "effective",
        &[("asyncapi-security.toml", settings), ("a.yaml", DOCUMENT)],
    );
    let (code, out, err) = run(&folder, &["settings", "a.yaml"]);
    assert_eq!((code, err.as_str()), (0, ""));
    for line in [
        "# what holds for `a.yaml`, from `asyncapi-security.toml`",
        "# beside \"on\": the severity, unless the page of the rule (`explain RULE`) names a case with another one",
        "profile = \"strict\"",
        "url-fragment = \"off\"",
        "url-userinfo = \"error\"",
        "server-without-security = \"on\" # information",
    ] {
        assert!(out.lines().any(|found| found == line), "{line}\n{out}");
    }
    let (_, out, _) = run(
        &folder,
        &["settings", "--no-config", "--profile", "validity"],
    );
    assert!(
        out.starts_with("# what holds for documents in this folder, without a settings file\n")
    );
    assert!(out.contains("profile = \"validity\""));
}

#[test]
fn the_schema_of_the_settings_file_is_printed() {
    let folder = folder("schema", &[]);
    let (code, out, err) = run(&folder, &["schema", "settings"]);
    assert_eq!((code, err.as_str()), (0, ""));
    let schema: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(schema["type"], "object");
    let rules = &schema["definitions"]["rules"]["properties"];
    assert!(rules["url-not-https"].is_object() && rules["urls"].is_object());
}

#[test]
fn own_hosts_and_protocols_change_what_is_true() {
    let document = "\
asyncapi: 3.1.0
servers:
  broker:
    host: broker.example.org
    protocol: acme
    security:
      - type: plain
components:
  securitySchemes:
    login:
      type: openIdConnect
      openIdConnectUrl: https://localhost/.well-known/openid-configuration
";
    let settings = "own-hosts = [\"localhost\"]\n[protocols]\nacme = { encrypted = false }\n";
    let folder = folder(
        "environment",
        &[("a.yaml", document), ("asyncapi-security.toml", settings)],
    );
    let rules = |arguments: &[&str]| found(&folder, arguments).join("\n");
    let (with, without) = (rules(&["."]), rules(&["--no-config", "."]));
    for (rule, is_with, is_without) in [
        ("url-loopback-host", false, true),
        ("sasl-plain-without-tls", true, false),
    ] {
        assert_eq!(with.contains(rule), is_with, "{rule}\n{with}");
        assert_eq!(without.contains(rule), is_without, "{rule}\n{without}");
    }
}
