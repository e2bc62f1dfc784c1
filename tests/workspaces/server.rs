//! The same workspaces through the protocol.

use std::collections::HashMap;

use serde_json::{Value, json};

use crate::cases::{CASES, Case};
use crate::driver::Session;
use crate::editor::{Editor, uri};
use crate::folder::Folder;

/// Whether something is found as it is expected: `path:line rule`, and what was meant.
fn is_as_expected(found: &str, expected: &str) -> bool {
    let start = expected.find(':').unwrap();
    let mut words = expected[start..].splitn(3, ' ');
    let length = start + words.next().unwrap().len() + 1 + words.next().unwrap().len();
    found.starts_with(&format!("{}:", &expected[..length]))
        && words
            .next()
            .is_none_or(|meant| found.contains(&format!("`{meant}`")))
}

fn assert_found(found: &[String], expected: &[&str], name: &str) {
    let pairs = found.iter().zip(expected);
    let is_same = found.len() == expected.len()
        && pairs.clone().count() == expected.len()
        && pairs
            .into_iter()
            .all(|(found, expected)| is_as_expected(found, expected));
    assert!(
        is_same,
        "{name}\nfound: {found:#?}\nexpected: {expected:#?}"
    );
}

#[test]
fn an_editor_shows_what_is_wrong_in_every_file() {
    for case in CASES {
        let Case { files, folder, .. } = case;
        let mut editor = Editor::new(Folder::new(files), &[folder]);
        let found = editor.found();
        assert_found(&found, case.found, case.name);
    }
}

#[test]
fn it_makes_no_difference_what_is_open() {
    for case in CASES {
        let mut editor = Editor::new(Folder::new(case.files), &[case.folder]);
        for part in case.files.split("--- ").skip(1) {
            let (name, text) = part.split_once('\n').unwrap();
            if name.ends_with("ml") || name.ends_with(".json") {
                editor.open(name, text);
            }
        }
        let mut found = editor.found();
        // What git ignores is checked once it is open.
        found.retain(|found| !found.starts_with("dist/"));
        assert_found(&found, case.found, case.name);
    }
}

#[test]
fn an_ignored_file_is_checked_when_it_is_open() {
    let case = CASES
        .iter()
        .find(|case| case.name.starts_with("a bundle"))
        .unwrap();
    let mut editor = Editor::of(case.files);
    let text = std::fs::read_to_string(editor.folder.path.join("dist/asyncapi.yaml")).unwrap();
    editor.open("dist/asyncapi.yaml", &text);
    let found = editor.found_in("dist/asyncapi.yaml");
    let wrong = "dist/asyncapi.yaml:1 http-scheme-not-registered";
    assert!(
        found.iter().any(|found| found.starts_with(wrong)),
        "{found:?}"
    );
}

const SHARED: &str = "\
--- main.yaml
asyncapi: 3.0.0
servers: {live: {host: mq.fair.test, protocol: mqtts, security: [{$ref: 'shared.yaml#/guest'}]}}
--- shared.yaml
guest: {type: userPassword}
";

#[test]
fn unsaved_text_counts_before_the_disk() {
    let mut editor = Editor::of(SHARED);
    assert_found(&editor.found(), &[], "as on the disk");
    editor.open("shared.yaml", "visitor: {type: userPassword}\n");
    let expected = ["main.yaml:2 security-ref-unresolved"];
    assert_found(&editor.found(), &expected, "unsaved");
    editor.close("shared.yaml");
    assert_found(&editor.found(), &[], "closed without saving");
}

#[test]
fn a_file_may_disappear_and_come_back() {
    let mut editor = Editor::of(SHARED);
    let text = std::fs::read_to_string(editor.folder.path.join("main.yaml")).unwrap();
    editor.open("main.yaml", &text);
    assert_found(&editor.found(), &[], "at first");
    std::fs::remove_file(editor.folder.path.join("shared.yaml")).unwrap();
    editor.tell("shared.yaml", 3);
    let expected = ["main.yaml:2 security-ref-unresolved"];
    assert_found(&editor.found(), &expected, "deleted");
    assert_found(&editor.found_in("main.yaml"), &expected, "deleted");
    editor
        .folder
        .write("shared.yaml", "guest: {type: userPassword}\n");
    editor.tell("shared.yaml", 1);
    assert_found(&editor.found(), &[], "created again");
    editor
        .folder
        .write("shared.yaml", "guest: {type: http, scheme: baerer}\n");
    editor.tell("shared.yaml", 2);
    let found = editor.found();
    let wrong = |found: &String| found.starts_with("shared.yaml:1 http-scheme-not-registered");
    assert!(found.iter().any(wrong), "{found:?}");
}

#[test]
fn saving_looks_at_the_disk_for_who_watches_no_files() {
    let mut editor = Editor::of(SHARED);
    let text = std::fs::read_to_string(editor.folder.path.join("main.yaml")).unwrap();
    editor.open("main.yaml", &text);
    assert_found(&editor.found(), &[], "at first");
    let expected = ["main.yaml:2 security-ref-unresolved"];
    editor
        .folder
        .write("shared.yaml", "visitor: {type: X509}\n");
    editor.save("main.yaml");
    assert_found(&editor.found(), &expected, "changed");
    std::fs::remove_file(editor.folder.path.join("shared.yaml")).unwrap();
    editor.save("main.yaml");
    assert_found(&editor.found(), &expected, "deleted");
    editor
        .folder
        .write("shared.yaml", "guest: {type: userPassword}\n");
    editor.save("main.yaml");
    assert_found(&editor.found(), &[], "created again");
}

#[test]
fn a_name_in_another_file_is_coloured() {
    let mut editor = Editor::of(SHARED);
    let text = std::fs::read_to_string(editor.folder.path.join("main.yaml")).unwrap();
    editor.open("main.yaml", &text);
    assert_found(&editor.found(), &[], "all is read");
    let params = json!({"textDocument": {"uri": editor.uri("main.yaml")}});
    let tokens = editor
        .session
        .ask("textDocument/semanticTokens/full", params);
    let column = text.lines().nth(1).unwrap().find("guest").unwrap();
    assert_eq!(tokens["data"], json!([1, column, 5, 0, 0]));
}

#[test]
fn operations_of_a_channel_in_a_file_of_its_own_are_in_its_outline() {
    let mut editor = Editor::of(
        "\
--- main.yaml
asyncapi: 2.6.0
channels: {news: {$ref: 'news.yaml'}}
components: {securitySchemes: {reader: {type: X509}}}
--- news.yaml
subscribe: {security: [{reader: []}]}
",
    );
    editor.open("news.yaml", "subscribe: {security: [{reader: []}]}\n");
    assert_found(&editor.found(), &[], "all is read");
    let params = json!({"textDocument": {"uri": editor.uri("news.yaml")}});
    let symbols = (editor.session).ask("textDocument/documentSymbol", params);
    assert_eq!(symbols.as_array().unwrap().len(), 1);
    assert_eq!(symbols[0]["name"], "subscribe");
}

#[test]
fn yaml_and_json_refer_to_each_other() {
    let mut editor = Editor::of(
        "\
--- main.yaml
asyncapi: 3.0.0
servers: {live: {$ref: 'parts/servers.json#/live'}}
--- parts/servers.json
{\"live\": {\"host\": \"ws.fair.test\", \"protocol\": \"ws\",
  \"security\": [{\"$ref\": \"../schemes.yaml#/pass\"}]}}
--- schemes.yaml
pass: {type: http, scheme: bearer}
",
    );
    let expected = ["parts/servers.json:2 http-bearer-without-tls"];
    assert_found(&editor.found(), &expected, "YAML, JSON, YAML");
}

#[test]
fn what_did_not_change_is_not_reported_again() {
    let mut editor = Editor::of(SHARED);
    let first = editor
        .session
        .ask("workspace/diagnostic", json!({"previousResultIds": []}));
    let items = first["items"].as_array().unwrap().clone();
    let ids: Vec<Value> = (items.iter())
        .map(|item| json!({"uri": item["uri"], "value": item["resultId"]}))
        .collect();
    let params = json!({"previousResultIds": ids});
    let second = editor.session.ask("workspace/diagnostic", params.clone());
    for item in second["items"].as_array().unwrap() {
        assert_eq!(item["kind"], "unchanged", "{item}");
    }
    editor
        .folder
        .write("shared.yaml", "\nguest: {type: userPassword}\n");
    editor.tell("shared.yaml", 2);
    let third = editor.session.ask("workspace/diagnostic", params);
    let kinds: Vec<&Value> = (third["items"].as_array().unwrap().iter())
        .map(|item| &item["kind"])
        .collect();
    assert_eq!(
        kinds,
        ["full", "full"],
        "the other document knows where the scheme is"
    );
}

#[test]
fn results_come_in_parts_to_who_takes_them() {
    let mut editor = Editor::of(SHARED);
    let params = json!({"previousResultIds": [], "partialResultToken": "parts"});
    let id = editor.session.request("workspace/diagnostic", params);
    let part = editor
        .session
        .wait(|message| message["method"] == "$/progress");
    assert_eq!(part["params"]["token"], "parts");
    assert_eq!(
        part["params"]["value"]["items"].as_array().unwrap().len(),
        2
    );
    let answer = editor.session.wait(|message| message["id"] == id);
    assert_eq!(answer["result"]["items"], json!([]));
}

#[test]
fn several_folders_may_be_open_and_be_closed() {
    let folder = Folder::new(
        "\
--- one/main.yaml
asyncapi: 3.0.0
servers: {live: {host: ws.fair.test, protocol: wss, security: [{$ref: '../two/shared.yaml#/guest'}]}}
--- two/shared.yaml
guest: {type: http, scheme: baerer}
",
    );
    std::fs::remove_dir(folder.path.join(".git")).unwrap();
    let mut editor = Editor::new(folder, &["one", "two"]);
    let expected = ["two/shared.yaml:1 http-scheme-not-registered"];
    assert_found(&editor.found(), &expected, "both are open");
    let removed = json!([{"uri": editor.uri("two"), "name": "open"}]);
    let event = json!({"event": {"added": [], "removed": removed}});
    editor
        .session
        .notify("workspace/didChangeWorkspaceFolders", event);
    assert_found(&editor.found(), &[], "what is outside is not followed");
}

#[test]
fn a_publishing_server_tells_open_documents_of_others() {
    let folder = Folder::new(SHARED);
    let mut session = Session::start();
    let root = uri(&folder, "");
    let params = json!({"processId": null, "rootUri": root, "capabilities": {
        "textDocument": {"publishDiagnostics": {"relatedInformation": true}},
    }});
    session.ask("initialize", params);
    session.notify("initialized", json!({}));
    let main = uri(&folder, "main.yaml");
    let text = std::fs::read_to_string(folder.path.join("main.yaml")).unwrap();
    session.open(&main, "yaml", 1, &text);
    session.open(
        &uri(&folder, "shared.yaml"),
        "yaml",
        1,
        "visitor: {type: userPassword}\n",
    );
    session.wait(|message| {
        let diagnostics = &message["params"]["diagnostics"];
        message["params"]["uri"] == main && diagnostics[0]["code"] == "security-ref-unresolved"
    });
    session.close(&uri(&folder, "shared.yaml"));
    session.wait(|message| {
        message["params"]["uri"] == main && message["params"]["diagnostics"] == json!([])
    });
}

#[test]
fn a_change_is_only_told_to_documents_that_depend_on_it() {
    let folder = Folder::new(SHARED);
    let mut session = Session::start();
    let params = json!({"processId": null, "rootUri": uri(&folder, ""), "capabilities": {}});
    session.ask("initialize", params);
    session.notify("initialized", json!({}));
    let aside = uri(&folder, "aside.yaml");
    let (main, shared) = (uri(&folder, "main.yaml"), uri(&folder, "shared.yaml"));
    let text = std::fs::read_to_string(folder.path.join("main.yaml")).unwrap();
    session.open(&shared, "yaml", 1, "visitor: {type: userPassword}\n");
    session.open(&main, "yaml", 1, &text);
    session.open(
        &aside,
        "yaml",
        1,
        "asyncapi: 3.0.0\ncomponents: {securitySchemes: {a: {type: X509}}}\n",
    );
    // With the folder searched, all three have been told of it.
    session.wait(|message| {
        let diagnostics = &message["params"]["diagnostics"];
        message["params"]["uri"] == main && diagnostics[0]["code"] == "security-ref-unresolved"
    });
    session.change(
        &shared,
        2,
        json!([{"text": "guest: {type: userPassword}\n"}]),
    );
    session.published(&shared, 2);
    session.wait(|message| {
        let params = &message["params"];
        // Publications are in the order of their URIs.
        assert!(params["uri"] != aside, "{message}");
        params["uri"] == main && params["diagnostics"] == json!([])
    });
}

/// Each document refers to the next one, and what is told of them is told in several rounds.
#[test]
fn documents_that_are_opened_and_closed_at_once_know_each_other() {
    const COUNT: usize = 300;
    let folder = Folder::new("");
    let mut session = Session::start();
    let params = json!({"processId": null, "rootUri": uri(&folder, ""), "capabilities": {}});
    session.ask("initialize", params);
    session.notify("initialized", json!({}));
    let name = |at: usize| uri(&folder, &format!("f{at}.yaml"));
    let text = |at: usize| {
        let kind = if at.is_multiple_of(3) {
            "plane"
        } else {
            "plain"
        };
        let next = at + 1;
        format!(
            "asyncapi: 3.0.0\nservers: {{s: {{host: h, protocol: amqp, security: [{{$ref: 'p{at}.yaml#/s'}}]}}}}\n\
             components: {{securitySchemes: {{a: {{type: {kind}}}, b: {{$ref: 'f{next}.yaml#/components/securitySchemes/a'}}}}}}\n"
        )
    };
    for at in 0..COUNT {
        session.open(&name(at), "yaml", 1, &text(at));
        session.open(
            &uri(&folder, &format!("p{at}.yaml")),
            "yaml",
            1,
            "s: {type: plain}\n",
        );
    }
    // What was told of each document last, and whether it lacks what it refers to.
    let mut told: HashMap<String, (bool, bool)> = HashMap::new();
    let mut wait_until = |session: &mut Session, holds: &dyn Fn(usize, Option<bool>) -> bool| {
        while !(0..COUNT).all(|at| holds(at, told.get(&name(at)).map(|(lacks, _)| *lacks))) {
            let message = session.wait(|message| message["params"]["diagnostics"].is_array());
            let codes = message["params"]["diagnostics"].as_array().unwrap().iter();
            let codes: Vec<&str> = codes.map(|one| one["code"].as_str().unwrap()).collect();
            let has = |code| codes.contains(&code);
            let found = (
                has("security-ref-unresolved"),
                has("security-scheme-type-unknown"),
            );
            told.insert(message["params"]["uri"].as_str().unwrap().to_owned(), found);
        }
        told.clone()
    };
    let told = wait_until(&mut session, &|at, lacks| lacks == Some(at == COUNT - 1));
    for at in 0..COUNT {
        assert_eq!(told[&name(at)].1, at.is_multiple_of(3), "{at}");
    }
    for at in (COUNT / 2..COUNT).rev() {
        session.close(&name(at));
    }
    wait_until(&mut session, &|at, lacks| {
        at >= COUNT / 2 || lacks == Some(at == COUNT / 2 - 1)
    });
}
