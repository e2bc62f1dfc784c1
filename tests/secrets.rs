//! No output shows a secret or a sign that steers a terminal or hides text: documents with both
//! everywhere, through every command in every format and through the protocol.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/command_line.rs"]
#[allow(dead_code)]
mod command_line;
#[path = "lsp/driver.rs"]
#[allow(dead_code)]
mod driver;

use std::path::Path;

use command_line::{folder, run, write};
use driver::Session;
use serde_json::{Value, json};

/// In every secret; nothing else has it. It looks like no key of any maker.
const MARK: &str = "Zq9hunter";

/// A scheme that nobody would write: each line has a mistake or a secret, so that excerpts are shown
/// of all of them. `%` stands for what is written in the documents.
const SCHEMES: &str = r##"
    plain:
      type: userPasswort
      password: %one
      clientSecret: %two words of it
      x-token: "%three \" four"
      api_key: >-
        %five
        %six
      secret:
        %seven
      passwd: '%ei''ght'
      "access token": [%nine, %ten]
      x-credentials: {password: %eleven, type: none, secret: "%twelve"}
      # password: %thirteen
      # curl https://me:%fourteen@auth.fair.test/?token=%fifteen
      description: Ask for https://me:%sixteen@auth.fair.test/a?client_secret=%seventeen#b or password=%eighteen
      x-jaas: PlainLoginModule required username="a" password="%nineteen";
      x-schema:
        properties:
          password: {type: string, default: %twenty, const: %twentyone, examples: [%two2], enum: ["%two3"]}
      x-property: {name: trustStorePassword, value: %two4}
    flows:
      type: oauth2
      description: a
      clientSecret: %two5 and more words
      password: {default: %two5b}
      flows:
        authorizationCode:
          authorizationUrl: http://me:%two6@auth.fair.test/authorize?api_key=%two7
          tokenUrl: https://auth.fair.test/token?client_secret=%two8&x=1 2
          refreshUrl: ftp://%two9@auth.fair.test/refresh
          scopes: {read: r}
          availableScopes: {read: r}
    login:
      type: userPassword
      password: %two9b correct horse
      clientSecret: "%two9c, a"
      secret: >-
        %two9d
    open:
      type: openIdConnect
      openIdConnectUrl: https://auth.fair.test?access_token=%three1
    odd:
      type: http
      scheme: bearer %three2
      bearerFormat: 'Bearer %three2Ab'
      in: password=%three3
      name: password=%three4
    "a\eb\x7fc\u202ed\u2066e\u0085f\u2028g": {type: "x\e[31m\u202e\x7f", "na\eme\u202e\x7f": 1}
    ref: {$ref: "#/components/securitySchemes/\e\x7f\u202e"}
    away: {$ref: "no\e\x7f\u202e.yaml#/password=%three5"}
"##;

const V3: &str = "asyncapi: 3.0.0
servers:
  live:
    host: me:%a1@broker.fair.test:9092
    protocol: kafka
    pathname: /{apiToken}?token=%a2
    variables: {apiToken: {default: %a3, examples: [other]}, other\u{2066}: {default: a}}
    bindings: {kafka: {schemaRegistryUrl: 'http://me:%a5@registry.fair.test?api_key=%a6', password: %a7}}
    security:
      - $ref: '#/components/securitySchemes/plain'
      - $ref: '#/components/securitySchemes/nope?token=%a8'
      - {type: userPasword, password: %a9 correct horse, clientSecret: %ac for now}
      - \"plain\\e\\u202e\"
channels:
  c: {address: a, messages: {m: {headers: {properties: {apiKey: {const: %b1}}}, examples: [{headers: {apiKey: %b2}}]}}}
operations:
  \"o\\e\\x7f\\u202e\": {action: send, channel: {$ref: '#/channels/c'}, security: [{$ref: '#/components/securitySchemes/flows'}, {type: http, scheme: basicc, secret: %b3}]}
components:
  securitySchemes:";

const V2: &str = "asyncapi: 2.6.0
servers:
  live:
    url: amqp://me:%a1@{host}.fair.test?token=%a2
    protocol: amqp
    variables: {host: {default: a}, password: {default: %a3, enum: [other]}}
    security: [{plain: []}, {flows: [read, \"w\\e\\x7f\\u202e\"]}, {nope: []}, {plain: [read]}, {\"\\e\\u202e\\x7f\": []}]
channels:
  \"c\\e\\x7f\\u202e\":
    publish: {operationId: \"o\\e\\x7f\\u202e\", security: [{flows: []}], bindings: {amqp: {password: %a7}}}
components:
  securitySchemes:";

/// The documents, YAML and JSON, by name.
fn documents() -> Vec<(&'static str, String)> {
    let filled = |text: &str| text.replace('%', MARK);
    // Raw signs too, as in text that was pasted.
    let raw =
        "\n    raw\u{202e}x\u{2069}: {type: pl\u{7f}ain, password: %r1\u{7f}, x: \u{9b}31m}\n";
    let v3 = filled(&format!("{V3}{SCHEMES}"));
    let v2 = filled(&format!("{V2}{SCHEMES}"));
    let broken = filled(&format!("{V2}{SCHEMES}{raw}  x: [\n    password %s1\n"));
    let fragment =
        filled("type: userPasswort\npassword: %f1\nclientSecret: %f2 words\nna\u{202e}me: 1\n");
    let json = filled(
        r##"{"asyncapi": "3.0.0", "servers": {"s": {"host": "h", "protocol": "kafka", "password": "%j1",
 "security": [{"type": "userPasswort", "password": "%j2", "clientSecret": "%j3 a", "x-token" "%j4",
 "na\u001bme\u202e": 1, "api_key": 7, "n\u007f": null, "a": "https://a?token=%j5"}]}}}
"##,
    );
    vec![
        ("v3.yaml", v3),
        ("v2.yaml", v2),
        ("broken.yaml", broken),
        ("fragment.yaml", fragment),
        ("doc.json", json),
    ]
}

/// Signs that steer a terminal, hide text or turn its direction around.
fn is_hostile(sign: char) -> bool {
    (sign.is_control() && !matches!(sign, '\n' | '\t'))
        || matches!(sign, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
}

/// What is wrong with a text that is shown.
fn faults(text: &str) -> Option<String> {
    let at = text.find(is_hostile).or_else(|| text.find(MARK))?;
    let start = text[..at]
        .char_indices()
        .rev()
        .nth(60)
        .map_or(0, |(at, _)| at);
    let rest: String = text[start..].chars().take(120).collect();
    Some(format!("{rest:?}"))
}

/// The same of every text in JSON, but for those below some keys.
fn faults_in(value: &Value, allowed: &[&str], out: &mut Vec<String>) {
    match value {
        Value::String(text) => out.extend(faults(text)),
        Value::Array(items) => items.iter().for_each(|item| faults_in(item, allowed, out)),
        Value::Object(fields) => {
            for (key, value) in fields {
                out.extend(faults(key).map(|fault| format!("key {fault}")));
                if !allowed.contains(&&**key) {
                    faults_in(value, allowed, out);
                }
            }
        }
        _ => {}
    }
}

/// What is wrong with sentences of a report in JSON.
fn sentences(value: &Value, out: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| sentences(item, out)),
        Value::Object(fields) => {
            for (key, value) in fields {
                match &**key {
                    "message" | "text" | "markdown" | "description" | "verdict" | "title" => {
                        faults_in(value, &[], out);
                    }
                    _ => sentences(value, out),
                }
            }
        }
        _ => {}
    }
}

fn folder_with_all(name: &str) -> std::path::PathBuf {
    let folder = folder("secrets", name);
    for (name, text) in documents() {
        write(&folder, name, text.as_bytes());
    }
    std::fs::create_dir(folder.join(".git")).unwrap();
    folder
}

/// What a command writes, with what is wrong with it.
fn told(folder: &Path, arguments: &[&str], all: &mut Vec<String>) {
    let (_, out, error) = run(folder, arguments);
    assert!(!out.is_empty() || !error.is_empty(), "{arguments:?}");
    let what = arguments.join(" ");
    for text in [&out, &error] {
        let mut found: Vec<String> = text.lines().filter_map(faults).collect();
        // What was escaped comes back where people read sentences; names and pointers must be as they
        // are.
        if let Ok(json) = serde_json::from_str::<Value>(text) {
            sentences(&json, &mut found);
        }
        all.extend(found.into_iter().map(|fault| format!("{what}: {fault}")));
    }
}

#[track_caller]
fn assert_none(found: &[String]) {
    let first: Vec<&String> = found.iter().take(60).collect();
    assert!(found.is_empty(), "{}: {first:#?}", found.len());
}

#[test]
fn no_command_shows_them() {
    let folder = folder_with_all("commands");
    let mut found = Vec::new();
    for format in [
        "text",
        "concise",
        "json",
        "sarif",
        "github",
        "gitlab",
        "junit",
        "statistics",
    ] {
        let arguments = ["check", "--level", "hint", "--format", format, "."];
        told(&folder, &arguments, &mut found);
        let strict = [
            "check",
            "--profile",
            "strict",
            "--level",
            "hint",
            "--format",
            format,
            ".",
        ];
        told(&folder, &strict, &mut found);
    }
    for format in ["text", "markdown", "json", "html"] {
        told(
            &folder,
            &["report", "--format", format, "v3.yaml", "v2.yaml"],
            &mut found,
        );
    }
    for format in ["text", "markdown", "json", "github", "short"] {
        told(
            &folder,
            &["diff", "--format", format, "v2.yaml", "v3.yaml"],
            &mut found,
        );
        told(
            &folder,
            &["diff", "--format", format, "v3.yaml", "v2.yaml"],
            &mut found,
        );
    }
    // Names that a file, a folder or a setting has.
    let hostile = "n\u{1b}[31m\u{7f}\u{202e}\n.yaml";
    told(&folder, &["check", hostile], &mut found);
    told(
        &folder,
        &["check", "--config", hostile, "v2.yaml"],
        &mut found,
    );
    told(&folder, &["report", hostile], &mut found);
    told(&folder, &["diff", hostile, "v2.yaml"], &mut found);
    let settings = "\"pro\\u202efile\\u007f\" = 1\nprofile = \"\\u001b\"\n\u{202e} = [\n";
    write(&folder, "odd/asyncapi-security.toml", settings.as_bytes());
    write(&folder, "odd/a.yaml", b"asyncapi: 3.0.0\n");
    told(&folder, &["check", "odd"], &mut found);
    told(&folder, &["settings", "odd/a.yaml"], &mut found);
    told(&folder, &["migrate", "--to", "3", "v2.yaml"], &mut found);
    told(&folder, &["migrate", "--to", "2", "v3.yaml"], &mut found);
    let arguments = ["check", "--baseline", "known.json", "--write-baseline", "."];
    told(&folder, &arguments, &mut found);
    let baseline = std::fs::read_to_string(folder.join("known.json")).unwrap();
    found.extend(baseline.lines().filter_map(faults));
    assert_none(&found);
}

/// What a client shows, but for the text of edits: every request at many places, what is published,
/// and what is written to its log.
#[test]
fn no_editor_shows_them() {
    let folder = folder_with_all("editor");
    let mut session = Session::start();
    let root = format!("file://{}", folder.display());
    let capabilities = json!({
        "textDocument": {
            "completion": {"completionItem": {"documentationFormat": ["markdown"]}},
            "hover": {"contentFormat": ["markdown"]},
            "codeAction": {
                "codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}},
                "disabledSupport": true,
            },
            "documentSymbol": {"hierarchicalDocumentSymbolSupport": true},
            "publishDiagnostics": {"relatedInformation": true},
        },
        "window": {"workDoneProgress": true},
    });
    let params = json!({"processId": null, "rootUri": root, "trace": "verbose",
        "initializationOptions": {"prof\u{202e}ile": "a\u{7f}b", "rules": {"x\u{1b}": "off"}},
        "capabilities": capabilities});
    let mut found = Vec::new();
    let shown = |what: &str, value: &Value, found: &mut Vec<String>| {
        let mut faults = Vec::new();
        faults_in(value, UNSEEN, &mut faults);
        found.extend(faults.into_iter().map(|fault| format!("{what}: {fault}")));
    };
    shown("initialize", &session.ask("initialize", params), &mut found);
    session.notify("initialized", json!({}));
    session.notify("te\u{202e}st/\u{7f}", json!({}));
    for (name, text) in documents() {
        let uri = format!("{root}/{name}");
        let language = if name.ends_with("json") {
            "json"
        } else {
            "yaml"
        };
        session.open(&uri, language, 1, &text);
        for message in session.until_now() {
            shown(name, &message, &mut found);
        }
        ask_all(&mut session, &uri, &text, &mut |what, answer| {
            shown(&format!("{name} {what}"), answer, &mut found);
        });
    }
    let settings = format!("{root}/asyncapi-security.toml");
    session.open(
        &settings,
        "toml",
        1,
        "\"pro\\u202efile\" = \"a\\u007fb\"\nprofile = \"\\u001b\"\n",
    );
    for message in session.until_now() {
        shown("settings", &message, &mut found);
    }
    let found_in_all = session.ask("workspace/symbol", json!({"query": ""}));
    shown("workspace/symbol", &found_in_all, &mut found);
    for command in ["report", "status", "migrate"] {
        let command = format!("asyncapi-security.{command}");
        let params = json!({"command": command, "arguments": [format!("{root}/v3.yaml")]});
        let answer = session.answer("workspace/executeCommand", params);
        shown(&command, &answer, &mut found);
    }
    for message in session.until_now() {
        shown("in the end", &message, &mut found);
    }
    session.ask("shutdown", Value::Null);
    session.notify("exit", Value::Null);
    session.exit_code();
    found.extend(session.rest_of_log().iter().filter_map(|line| faults(line)));
    assert_none(&found);
}

/// What programs read and nobody sees: what an edit writes, and what comes back with the next request.
const UNSEEN: &[&str] = &[
    "additionalTextEdits",
    "arguments",
    "changes",
    "data",
    "documentChanges",
    "filterText",
    "insertText",
    "newText",
    "placeholder",
    "sortText",
    "target",
    "targetUri",
    "textEdit",
    "uri",
];

fn ask_all(session: &mut Session, uri: &str, text: &str, shown: &mut dyn FnMut(&str, &Value)) {
    let document = json!({"uri": uri});
    let whole = json!({"start": {"line": 0, "character": 0}, "end": {"line": 900, "character": 0}});
    let of = json!({"textDocument": document, "range": whole, "context": {"diagnostics": []}});
    for method in [
        "documentSymbol",
        "inlayHint",
        "codeLens",
        "documentLink",
        "codeAction",
    ] {
        let method = format!("textDocument/{method}");
        let answer = session.ask(&method, of.clone());
        shown(&method, &answer);
        let resolved = match &*method {
            "textDocument/codeLens" => "codeLens/resolve",
            "textDocument/documentLink" => "documentLink/resolve",
            _ => continue,
        };
        for item in answer.as_array().into_iter().flatten() {
            let answer = session.answer(resolved, item.clone());
            shown(resolved, &answer);
        }
    }
    for (line, text) in text.lines().enumerate() {
        let length = text.encode_utf16().count();
        for character in (0..=length).step_by(13).chain([length]) {
            let place = json!({"line": line, "character": character});
            let range = json!({"start": place, "end": place});
            let at = json!({
                "textDocument": document,
                "position": place,
                "range": range,
                "context": {"diagnostics": [], "triggerKind": 1},
            });
            for method in ["hover", "completion", "codeAction", "prepareRename"] {
                let method = format!("textDocument/{method}");
                let answer = session.answer(&method, at.clone());
                shown(&method, &answer);
                let items = answer["result"]["items"].as_array();
                let first = items.and_then(|items| items.first());
                if let (Some(item), true) = (first, method.ends_with("completion")) {
                    let answer = session.answer("completionItem/resolve", item.clone());
                    shown("completionItem/resolve", &answer);
                }
            }
        }
    }
}
