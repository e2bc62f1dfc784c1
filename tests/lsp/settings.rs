//! Settings files and the client's configuration, and how they change diagnostics.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::driver::{Session, edit};

/// The rule of the document's only finding.
pub const RULE: &str = "server-without-security";
/// A document with one finding.
pub const DOCUMENT: &str = "\
asyncapi: 3.1.0
servers:
  broker:
    host: broker.example.org
    protocol: secure-mqtt
  other: {host: other.example.org, protocol: secure-mqtt, security: [{type: X509}]}
";

/// A workspace of its own for a test.
pub fn workspace(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("lsp")
        .join(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).unwrap();
    }
    for (name, text) in files {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}

/// The URI of a file in a workspace.
pub fn uri(folder: &Path, name: &str) -> String {
    format!("file://{}/{name}", folder.display())
}

/// A session in a workspace.
pub fn session(folder: &Path, capabilities: Value, options: Value) -> Session {
    let mut session = Session::start();
    session.ask(
        "initialize",
        json!({
            "processId": null,
            "rootUri": format!("file://{}", folder.display()),
            "capabilities": capabilities,
            "initializationOptions": options,
        }),
    );
    session.notify("initialized", json!({}));
    session
}

/// The next diagnostics of a document: rules and severities.
fn found(session: &mut Session, uri: &str) -> Vec<(String, i64)> {
    let publication = session.wait(|message| {
        message["method"] == "textDocument/publishDiagnostics" && message["params"]["uri"] == uri
    });
    rules(&publication["params"]["diagnostics"])
}

fn rules(diagnostics: &Value) -> Vec<(String, i64)> {
    (diagnostics.as_array().unwrap().iter())
        .map(|found| {
            let code = found["code"].as_str().unwrap().to_owned();
            (code, found["severity"].as_i64().unwrap())
        })
        .collect()
}

fn one(rule: &str, severity: i64) -> Vec<(String, i64)> {
    vec![(rule.to_owned(), severity)]
}

fn watched(session: &mut Session, uri: &str) {
    let changes = json!([{"uri": uri, "type": 2}]);
    session.notify(
        "workspace/didChangeWatchedFiles",
        json!({"changes": changes}),
    );
}

#[test]
fn the_settings_file_above_a_document_holds_and_is_followed() {
    let folder = workspace(
        "file",
        &[
            ("a/api.yaml", DOCUMENT),
            (
                "asyncapi-security.toml",
                "[rules]\nserver-without-security = \"error\"\n",
            ),
        ],
    );
    let document = uri(&folder, "a/api.yaml");
    let mut session = session(&folder, json!({}), Value::Null);
    session.open(&document, "yaml", 1, DOCUMENT);
    assert_eq!(found(&mut session, &document), one(RULE, 1));
    let file = folder.join("asyncapi-security.toml");
    std::fs::write(&file, "[rules]\nserver-without-security = \"off\"\n").unwrap();
    watched(&mut session, &uri(&folder, "asyncapi-security.toml"));
    assert_eq!(found(&mut session, &document), []);
    // A client that does not watch files at least reports saving.
    std::fs::write(&file, "[rules]\nserver-without-security = \"hint\"\n").unwrap();
    session.notify(
        "textDocument/didSave",
        json!({"textDocument": {"uri": document}}),
    );
    assert_eq!(found(&mut session, &document), one(RULE, 4));
    // Only the nearest file applies.
    std::fs::write(folder.join("a/asyncapi-security.toml"), "").unwrap();
    watched(&mut session, &uri(&folder, "a/asyncapi-security.toml"));
    let usual = found(&mut session, &document);
    assert_eq!(usual.len(), 1);
    assert_ne!(usual, one(RULE, 4));
}

#[test]
fn what_is_wrong_in_a_settings_file_is_shown_there() {
    let wrong = "[rules]\nserver-without-securty = \"off\"\n";
    let folder = workspace(
        "wrong",
        &[("api.yaml", DOCUMENT), ("asyncapi-security.toml", wrong)],
    );
    let (document, file) = (
        uri(&folder, "api.yaml"),
        uri(&folder, "asyncapi-security.toml"),
    );
    let mut session = session(&folder, json!({}), Value::Null);
    session.open(&document, "yaml", 1, DOCUMENT);
    let publication = session.wait(|message| message["params"]["uri"] == file);
    let [problem] = &publication["params"]["diagnostics"].as_array().unwrap()[..] else {
        panic!("{publication}");
    };
    assert_eq!(
        problem["range"],
        json!({"start": {"line": 1, "character": 0}, "end": {"line": 1, "character": 22}})
    );
    assert_eq!(
        (&problem["code"], &problem["severity"]),
        (&json!("settings"), &json!(2))
    );
    let message = problem["message"].as_str().unwrap();
    assert!(
        message.contains("did you mean `server-without-security`"),
        "{message}"
    );
    // While the file is open, its text in the editor applies, even unsaved.
    session.open(&file, "toml", 7, wrong);
    assert_eq!(session.published(&file, 7).len(), 1);
    session.change(&file, 8, json!([edit((1, 20), (1, 20), "i")]));
    assert_eq!(session.published(&file, 8).len(), 0);
    assert_eq!(found(&mut session, &document), []);
    // Once closed, the file on disk applies again.
    session.close(&file);
    assert_eq!(found(&mut session, &file), one("settings", 2));
    assert_eq!(found(&mut session, &document).len(), 1);
    // Diagnostics of a file without problems are cleared.
    std::fs::remove_file(folder.join("asyncapi-security.toml")).unwrap();
    watched(&mut session, &file);
    assert_eq!(found(&mut session, &file), []);
}

#[test]
fn a_settings_file_outside_of_the_workspace_is_not_read() {
    let folder = workspace(
        "outside",
        &[
            ("w/api.yaml", DOCUMENT),
            (
                "asyncapi-security.toml",
                "[rules]\nservers = 1\nreferences = \"off\"\n",
            ),
        ],
    );
    let inner = folder.join("w");
    let document = uri(&inner, "api.yaml");
    let mut session = session(&inner, json!({}), Value::Null);
    session.open(&document, "yaml", 1, DOCUMENT);
    session.open(&uri(&inner, "../x.yaml"), "yaml", 1, DOCUMENT);
    let publications = session.until_now();
    assert_eq!(publications.len(), 2);
    for publication in publications {
        let params = &publication["params"];
        assert_eq!(rules(&params["diagnostics"]).len(), 1, "{params}");
    }
}

#[test]
fn the_client_wins_over_the_file() {
    let folder = workspace(
        "client",
        &[
            ("api.yaml", DOCUMENT),
            (
                "asyncapi-security.toml",
                "[rules]\nserver-without-security = \"error\"\n",
            ),
        ],
    );
    let document = uri(&folder, "api.yaml");
    let options = json!({"rules": {RULE: "hint"}});
    let mut session = session(&folder, json!({}), options);
    session.open(&document, "yaml", 1, DOCUMENT);
    assert_eq!(found(&mut session, &document), one(RULE, 4));
    let configure = |session: &mut Session, settings: Value| {
        session.notify(
            "workspace/didChangeConfiguration",
            json!({"settings": settings}),
        );
    };
    configure(
        &mut session,
        json!({"asyncapiSecurity": {"rules": {RULE: "warning"}}}),
    );
    assert_eq!(found(&mut session, &document), one(RULE, 2));
    configure(
        &mut session,
        json!({"asyncapiSecurity": {"overrides": [{"files": ["api.yaml"], "rules": {RULE: "off"}}]}}),
    );
    assert_eq!(found(&mut session, &document), []);
    // Problems are written to the client's log, and the rest applies.
    configure(
        &mut session,
        json!({"asyncapiSecurity": {"profil": "strict", "rules": {RULE: "error"}}}),
    );
    let told = session.wait(|message| message["method"] == "window/logMessage");
    let words = told["params"]["message"].as_str().unwrap();
    assert!(
        words.contains("`asyncapiSecurity.profil`") && words.contains("did you mean `profile`"),
        "{words}"
    );
    session.notify(
        "textDocument/didSave",
        json!({"textDocument": {"uri": document}}),
    );
    session.assert_alive();
}

#[test]
fn a_client_that_answers_is_asked_and_registers_what_it_is_asked_for() {
    let folder = workspace("asked", &[("api.yaml", DOCUMENT)]);
    let document = uri(&folder, "api.yaml");
    let capabilities = json!({"workspace": {
        "configuration": true,
        "didChangeConfiguration": {"dynamicRegistration": true},
        "didChangeWatchedFiles": {"dynamicRegistration": true},
    }});
    let mut session = session(&folder, capabilities, Value::Null);
    let answer = |session: &mut Session, level: &str| {
        let question = session.wait(|message| message["method"] == "workspace/configuration");
        assert_eq!(
            question["params"]["items"],
            json!([{"section": "asyncapiSecurity"}])
        );
        let result = json!([{"rules": {RULE: level}}]);
        let reply = json!({"jsonrpc": "2.0", "id": question["id"], "result": result});
        session.write_body(&reply.to_string());
    };
    let question = session.wait(|message| message["method"] == "client/registerCapability");
    let wanted = question["params"]["registrations"].as_array().unwrap();
    let methods: Vec<_> = wanted.iter().map(|wanted| &wanted["method"]).collect();
    assert_eq!(
        methods,
        [
            "workspace/didChangeConfiguration",
            "workspace/didChangeWatchedFiles"
        ]
    );
    let watchers = &wanted[1]["registerOptions"]["watchers"];
    assert_eq!(
        watchers,
        &json!([
            {"globPattern": "**/asyncapi-security.toml"},
            {"globPattern": "**/*.{yaml,yml,json,jsonc}"},
            {"globPattern": "**/*", "kind": 5},
        ])
    );
    let reply = json!({"jsonrpc": "2.0", "id": question["id"], "result": null});
    session.write_body(&reply.to_string());
    answer(&mut session, "hint");
    session.open(&document, "yaml", 1, DOCUMENT);
    assert_eq!(found(&mut session, &document), one(RULE, 4));
    session.notify(
        "workspace/didChangeConfiguration",
        json!({"settings": null}),
    );
    answer(&mut session, "error");
    // No message of the client follows, and it is published nevertheless.
    assert_eq!(found(&mut session, &document), one(RULE, 1));
}

#[test]
fn a_client_that_pulls_is_told_of_other_settings() {
    let folder = workspace("pulls", &[("api.yaml", DOCUMENT)]);
    let (document, file) = (
        uri(&folder, "api.yaml"),
        uri(&folder, "asyncapi-security.toml"),
    );
    let capabilities = json!({
        "textDocument": {"diagnostic": {}},
        "workspace": {"diagnostics": {"refreshSupport": true}},
    });
    let mut session = session(&folder, capabilities, Value::Null);
    let pull = |session: &mut Session, uri: &str| {
        let params = json!({"textDocument": {"uri": uri}});
        rules(&session.ask("textDocument/diagnostic", params)["items"])
    };
    session.open(&document, "yaml", 1, DOCUMENT);
    assert_eq!(pull(&mut session, &document).len(), 1);
    let text = "profil = \"strict\"\n[rules]\nserver-without-security = \"off\"\n";
    session.open(&file, "toml", 1, text);
    session.wait(|message| message["method"] == "workspace/diagnostic/refresh");
    assert_eq!(pull(&mut session, &document), []);
    assert_eq!(pull(&mut session, &file), one("settings", 2));
}

#[test]
fn hover_on_a_name_in_a_suppression_explains_the_rule() {
    let text = "asyncapi: 3.1.0 # asyncapi-security: ignore[url-not-https]\n";
    let mut session = Session::with(json!({
        "textDocument": {"hover": {"contentFormat": ["markdown"]}},
    }));
    session.open("file:///w/a.yaml", "yaml", 1, text);
    let place = json!({
        "textDocument": {"uri": "file:///w/a.yaml"},
        "position": {"line": 0, "character": 46},
    });
    let hover = session.ask("textDocument/hover", place);
    let words = hover["contents"]["value"].as_str().unwrap();
    assert!(words.starts_with("### `url-not-https`"), "{words}");
    assert_eq!(hover["range"]["start"]["character"], 44);
    assert_eq!(hover["range"]["end"]["character"], 57);
}

#[test]
fn what_the_baseline_knows_is_faded() {
    const BASELINE: &str = r#"{"version": 1, "files": {"a.yaml": {"server-without-security": [
        {"pointer": "/servers/broker", "message": "an older version said it otherwise"}]}}}"#;
    let settings = "baseline = 'known.json'\n";
    let files = [
        ("asyncapi-security.toml", settings),
        ("known.json", BASELINE),
        ("a.yaml", DOCUMENT),
    ];
    let folder = workspace("baseline", &files);
    let capabilities = json!({"textDocument": {
        "publishDiagnostics": {"tagSupport": {"valueSet": [1, 2]}},
        "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}},
    }});
    let mut session = session(&folder, capabilities, Value::Null);
    let uri = uri(&folder, "a.yaml");
    session.open(&uri, "yaml", 1, DOCUMENT);
    let found = session.published(&uri, 1);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0]["severity"], 4);
    assert_eq!(found[0]["tags"], json!([1]));
    let message = found[0]["message"].as_str().unwrap();
    assert!(message.starts_with("(in the baseline) "), "{message}");
    // It can be fixed and silenced nevertheless.
    let params = json!({
        "textDocument": {"uri": uri},
        "range": found[0]["range"],
        "context": {"diagnostics": []},
    });
    let actions = session.ask("textDocument/codeAction", params);
    let titles = actions
        .as_array()
        .unwrap()
        .iter()
        .map(|action| action["title"].as_str().unwrap());
    let titles: Vec<&str> = titles.collect();
    assert!(
        titles.contains(&"Ignore `server-without-security` here"),
        "{titles:?}"
    );

    // Written anew, it counts at once.
    std::fs::write(folder.join("known.json"), "{\"version\": 1, \"files\": {}}").unwrap();
    let change = json!({"uri": crate::settings::uri(&folder, "known.json"), "type": 2});
    session.notify(
        "workspace/didChangeWatchedFiles",
        json!({"changes": [change]}),
    );
    let found = session.published(&uri, 1);
    assert_ne!(found[0]["severity"], 4, "{found:?}");
}
