//! What takes long goes on beside the loop: others are answered meanwhile, and it can be cancelled.

use serde_json::{Value, json};

use crate::editor::{Editor, capabilities};
use crate::folder::Folder;

/// Enough documents to keep a server busy until it has read the next message.
const DOCUMENTS: usize = 300;

/// Documents with a finding each.
fn many() -> String {
    (0..DOCUMENTS)
        .map(|at| {
            format!(
                "--- d{at:03}.yaml\nasyncapi: 3.0.0\ncomponents: {{securitySchemes: {{a: {{type: htp}}}}}}\n"
            )
        })
        .collect()
}

/// An editor that has waited until all files are known.
fn settled() -> Editor {
    let mut editor = Editor::of(&many());
    editor.open("d000.yaml", "asyncapi: 3.0.0\n");
    let found = editor.found();
    let is_expected = |found: &String| found.contains(" security-");
    assert!(found.iter().any(is_expected), "{found:?}");
    editor
}

/// A message as it is written.
fn framed(message: &Value) -> String {
    let body = message.to_string();
    format!("Content-Length: {}\r\n\r\n{body}", body.len())
}

fn request(id: i64, method: &str, params: &Value) -> String {
    framed(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}))
}

#[test]
fn a_request_is_answered_before_a_whole_workspace_was_looked_through() {
    let mut editor = settled();
    let place = json!({
        "textDocument": {"uri": editor.uri("d000.yaml")},
        "position": {"line": 0, "character": 2},
    });
    for (method, params, path) in [
        (
            "workspace/diagnostic",
            json!({"previousResultIds": []}),
            "/result/items",
        ),
        ("workspace/symbol", json!({"query": "a"}), "/result"),
    ] {
        let both = request(901, method, &params) + &request(902, "textDocument/hover", &place);
        editor.session.write(both.as_bytes());
        let is_answer = |message: &Value| message["id"] == 901 || message["id"] == 902;
        let first = editor.session.wait(is_answer);
        assert_eq!(first["id"], 902, "hover does not wait: {first}");
        let second = editor.session.wait(is_answer);
        let items = second.pointer(path).unwrap().as_array().unwrap();
        // One document is open, and declares nothing.
        assert!(items.len() >= DOCUMENTS - 1, "{method}: {second}");
    }
}

#[test]
fn a_report_of_a_workspace_can_be_cancelled() {
    let mut editor = settled();
    let params =
        json!({"previousResultIds": [], "partialResultToken": "parts", "workDoneToken": "work"});
    let cancel = json!({"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": 901}});
    let both = request(901, "workspace/diagnostic", &params) + &framed(&cancel);
    editor.session.write(both.as_bytes());
    let answer = editor.session.wait(|message| message["id"] == 901);
    assert_eq!(answer["error"]["code"], -32800, "{answer}");
    // Nothing goes on afterwards, and a second one is answered in full.
    let fence = editor.session.request("test/fence", json!({}));
    let after = editor
        .session
        .wait(|message| message["id"] == fence || message["params"]["token"] == "parts");
    assert_eq!(after["id"], fence, "{after}");
    assert!(editor.found().len() >= DOCUMENTS - 1);
}

#[test]
fn a_report_of_a_workspace_tells_how_far_it_is() {
    let mut editor = settled();
    let params =
        json!({"previousResultIds": [], "partialResultToken": "parts", "workDoneToken": "work"});
    let id = editor.session.request("workspace/diagnostic", params);
    let (mut kinds, mut items) = (Vec::new(), 0);
    loop {
        let message = editor.session.next().unwrap();
        let params = &message["params"];
        if message["id"] == id {
            assert_eq!(message["result"]["items"], json!([]));
            break;
        } else if params["token"] == "parts" {
            items += params["value"]["items"].as_array().unwrap().len();
        } else if params["token"] == "work" {
            kinds.push(params["value"]["kind"].as_str().unwrap().to_owned());
        }
    }
    assert_eq!(items, DOCUMENTS);
    assert_eq!(kinds.first().unwrap(), "begin");
    assert_eq!(kinds.last().unwrap(), "end");
    let reports = kinds.iter().filter(|kind| *kind == "report").count();
    assert_eq!(reports, kinds.len() - 2);
    assert!(reports > DOCUMENTS / 40, "{kinds:?}");
}

#[test]
fn what_is_gone_is_reported_once_more_without_diagnostics() {
    let mut editor = Editor::of(&many());
    let first = (editor.session).ask("workspace/diagnostic", json!({"previousResultIds": []}));
    let ids: Vec<Value> = (first["items"].as_array().unwrap().iter())
        .map(|item| json!({"uri": item["uri"], "value": item["resultId"]}))
        .collect();
    std::fs::remove_file(editor.folder.path.join("d007.yaml")).unwrap();
    editor.tell("d007.yaml", 3);
    let second = (editor.session).ask("workspace/diagnostic", json!({"previousResultIds": ids}));
    let items = second["items"].as_array().unwrap();
    let changed: Vec<&Value> = items.iter().filter(|item| item["kind"] == "full").collect();
    let uri = editor.uri("d007.yaml");
    let expected = json!({"uri": uri, "version": null, "kind": "full", "items": []});
    assert_eq!(changed, [&expected]);
    assert_eq!(items.len(), DOCUMENTS);
}

/// More files than a search looks at without telling.
fn searched() -> Folder {
    let folder = Folder::new("");
    for at in 0..700 {
        folder.write(&format!("f{at}.yaml"), "asyncapi: 3.0.0\n");
    }
    folder
}

#[test]
fn a_long_search_is_shown_to_who_can_show_it() {
    let mut able = capabilities();
    able["window"] = json!({"workDoneProgress": true});
    for (capabilities, is_shown) in [(able, true), (capabilities(), false)] {
        let mut editor = Editor::with(searched(), &[""], capabilities);
        let id = (editor.session).request("workspace/diagnostic", json!({"previousResultIds": []}));
        let mut tokens = Vec::new();
        loop {
            let message = editor.session.next().unwrap();
            let params = &message["params"];
            match message["method"].as_str() {
                Some("window/workDoneProgress/create") => {
                    tokens.push(params["token"].clone());
                    let accepted = json!({"jsonrpc": "2.0", "id": message["id"], "result": null});
                    editor.session.write_body(&accepted.to_string());
                }
                Some("$/progress") => assert!(tokens.contains(&params["token"]), "{message}"),
                _ if message["id"] == id => break,
                _ => {}
            }
        }
        assert_eq!(tokens.len(), usize::from(is_shown), "{tokens:?}");
    }
}
