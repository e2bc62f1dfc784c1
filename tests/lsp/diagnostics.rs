//! The content of diagnostics, published and pulled.

use serde_json::{Value, json};

use crate::driver::{Session, edit};

const URI: &str = "file:///w/api.yaml";
const WRONG: &str = "asyncapi: 3.0.0\na: b: c\n";

fn pulling() -> Value {
    json!({
        "textDocument": {"diagnostic": {}, "publishDiagnostics": {}},
        "workspace": {"diagnostics": {"refreshSupport": true}},
    })
}

fn pull(session: &mut Session, uri: &str, previous: Option<&Value>) -> Value {
    let mut params = json!({"textDocument": {"uri": uri}});
    if let Some(previous) = previous {
        params["previousResultId"] = previous.clone();
    }
    session.ask("textDocument/diagnostic", params)
}

#[test]
fn a_diagnostic_has_all_that_the_client_can_show() {
    let mut session = Session::with(json!({
        "textDocument": {"publishDiagnostics": {
            "codeDescriptionSupport": true,
            "relatedInformation": true,
            "tagSupport": {"valueSet": [1, 2]},
        }},
    }));
    session.open(URI, "yaml", 1, WRONG);
    let diagnostics = session.published(URI, 1);
    let [diagnostic] = &diagnostics[..] else {
        panic!("{diagnostics:?}");
    };
    assert_eq!(diagnostic["range"]["start"]["line"], 1);
    assert_eq!(diagnostic["severity"], 1);
    assert_eq!(diagnostic["code"], "syntax-error");
    assert_eq!(diagnostic["source"], "asyncapi-security");
    let href = diagnostic["codeDescription"]["href"].as_str().unwrap();
    assert!(
        href.starts_with("https://") && href.ends_with("/syntax-error.html"),
        "{href}"
    );
    assert!(!diagnostic["message"].as_str().unwrap().is_empty());
    assert!(diagnostic.get("data").is_none());
}

#[test]
fn of_too_many_the_most_severe_are_shown() {
    let scheme = |at: usize, of: &str| format!("    s{at}:\n      type: {of}\n");
    let plain: String = (0..1_500).map(|at| scheme(at, "plain")).collect();
    let wrong: String = (2_000..2_003).map(|at| scheme(at, "plan")).collect();
    let text = format!("asyncapi: 3.0.0\ncomponents:\n  securitySchemes:\n{plain}{wrong}");
    let mut session = Session::with(json!({}));
    session.open(URI, "yaml", 1, &text);
    let diagnostics = session.published(URI, 1);
    assert_eq!(diagnostics.len(), 1_000);
    let errors = diagnostics.iter().filter(|one| one["severity"] == 1);
    assert_eq!(errors.count(), 3);
    let last = diagnostics.last().unwrap();
    assert_eq!(last["code"], "limit-reached");
    let message = last["message"].as_str().unwrap();
    assert!(
        message.contains(" more findings of this document are not shown"),
        "{message}"
    );
    assert_eq!(
        last["severity"], 4,
        "as the worst of those that are not shown"
    );
}

#[test]
fn a_client_that_announces_little_gets_little() {
    let mut session = Session::with(json!({}));
    session.open(URI, "yaml", 1, WRONG);
    let diagnostics = session.published(URI, 1);
    for field in ["codeDescription", "relatedInformation", "tags", "data"] {
        assert!(diagnostics[0].get(field).is_none(), "{field}");
    }
}

#[test]
fn too_many_findings_are_counted() {
    let mut session = Session::with(json!({}));
    let text = format!("asyncapi: 3.0.0\n{}", "a: b: c\n".repeat(1_500));
    session.open(URI, "yaml", 1, &text);
    let diagnostics = session.published(URI, 1);
    assert_eq!(diagnostics.len(), 1_000);
    let last = diagnostics[999]["message"].as_str().unwrap();
    let hidden: usize = last.split(' ').next().unwrap().parse().unwrap();
    assert!(hidden >= 501, "{last}");
    assert!(last.contains("not shown"), "{last}");
}

#[test]
fn diagnostics_are_pushed_or_pulled_but_never_both() {
    let refreshes = json!({"diagnostics": {"refreshSupport": true}});
    for (capabilities, pulls) in [
        (json!({}), false),
        (json!({"textDocument": {"diagnostic": {}}}), false),
        (json!({"workspace": refreshes}), false),
        (
            json!({"textDocument": {"diagnostic": {}}, "workspace": {"diagnostics": {}}}),
            false,
        ),
        (pulling(), true),
    ] {
        let mut session = Session::start();
        let result = session.initialize(capabilities.clone());
        let provider = &result["capabilities"]["diagnosticProvider"];
        assert_eq!(provider.is_object(), pulls, "{capabilities}");
        session.open(URI, "yaml", 1, WRONG);
        // It may be asked to pull again.
        let pushes = |messages: Vec<Value>| -> Vec<Value> {
            let method = "textDocument/publishDiagnostics";
            let pushes = messages.into_iter().filter(|one| one["method"] == method);
            pushes.collect()
        };
        let pushed = pushes(session.until_now());
        assert_eq!(pushed.is_empty(), pulls, "{capabilities}: {pushed:?}");
        let params = json!({"textDocument": {"uri": URI}});
        let pulled = session.answer("textDocument/diagnostic", params);
        assert_eq!(
            pulled.get("error").is_none(),
            pulls,
            "{capabilities}: {pulled}"
        );
        session.close(URI);
        let cleared = pushes(session.until_now());
        assert_eq!(cleared.is_empty(), pulls, "{capabilities}: {cleared:?}");
    }
}

#[test]
fn what_is_pulled_again_is_sent_again_only_if_something_changed() {
    let mut session = Session::with(pulling());
    session.open(URI, "yaml", 1, WRONG);
    let first = pull(&mut session, URI, None);
    assert_eq!(first["kind"], "full");
    assert_eq!(first["items"][0]["code"], "syntax-error");
    let second = pull(&mut session, URI, Some(&first["resultId"]));
    assert_eq!(
        second,
        json!({"kind": "unchanged", "resultId": first["resultId"]})
    );
    session.change(URI, 2, json!([edit((1, 0), (2, 0), "")]));
    let third = pull(&mut session, URI, Some(&first["resultId"]));
    assert_eq!(third["kind"], "full");
    assert_eq!(third["items"], json!([]));
    assert_ne!(third["resultId"], first["resultId"]);
    // The state of another document differs, even at the same version.
    session.close(URI);
    session.open(URI, "yaml", 1, WRONG);
    let again = pull(&mut session, URI, Some(&first["resultId"]));
    assert_eq!(again["kind"], "full");
}

#[test]
fn nothing_is_found_in_what_is_not_asyncapi_or_not_open() {
    let mut session = Session::with(pulling());
    assert_eq!(pull(&mut session, URI, None)["items"], json!([]));
    session.open(URI, "yaml", 1, "a: b: c\n");
    assert_eq!(pull(&mut session, URI, None)["items"], json!([]));
}

const FRAGMENT: &str = "file:///w/parts/schemes.yaml";
const SCHEMES: &str = "one:\n  type: http\n  scheme: basic\ntwo:\n  type: http\n  scheme: basic\n";

/// Whether completion in the fragment offers a scheme type that came with 2.1.0.
fn offers_scram(session: &mut Session) -> bool {
    let place = json!({"textDocument": {"uri": FRAGMENT}, "position": {"line": 1, "character": 8}});
    let list = session.ask("textDocument/completion", place);
    let labels: Vec<_> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| &item["label"])
        .collect();
    assert!(labels.contains(&&json!("http")), "{labels:?}");
    labels.contains(&&json!("scramSha256"))
}

fn referring(version: &str) -> String {
    format!(
        "asyncapi: {version}\ncomponents:\n  securitySchemes:\n    one:\n      $ref: 'parts/schemes.yaml#/one'\n"
    )
}

#[test]
fn a_fragment_follows_the_version_of_the_document_that_refers_to_it() {
    let mut session = Session::with(json!({}));
    session.open(FRAGMENT, "yaml", 1, SCHEMES);
    session.published(FRAGMENT, 1);
    assert!(offers_scram(&mut session));
    session.open(URI, "yaml", 1, &referring("2.0.0"));
    // It is analysed and published again.
    session.published(FRAGMENT, 1);
    assert!(!offers_scram(&mut session));
    session.change(URI, 2, json!([{"text": referring("2.6.0")}]));
    session.published(FRAGMENT, 1);
    assert!(offers_scram(&mut session));
    session.change(URI, 3, json!([{"text": referring("2.0.0")}]));
    session.published(FRAGMENT, 1);
    session.close(URI);
    session.published(FRAGMENT, 1);
    assert!(offers_scram(&mut session));
    // In the other order: the fragment is opened last.
    session.close(FRAGMENT);
    session.open(URI, "yaml", 1, &referring("2.0.0"));
    session.open(FRAGMENT, "yaml", 1, SCHEMES);
    assert!(!offers_scram(&mut session));
}

#[test]
fn a_client_that_pulls_is_told_to_ask_again() {
    let mut session = Session::with(pulling());
    session.open(FRAGMENT, "yaml", 1, SCHEMES);
    let first = pull(&mut session, FRAGMENT, None);
    session.open(URI, "yaml", 1, &referring("2.0.0"));
    let question = session.wait(|message| message["method"] == "workspace/diagnostic/refresh");
    let reply = json!({"jsonrpc": "2.0", "id": question["id"], "result": null});
    session.write_body(&reply.to_string());
    let second = pull(&mut session, FRAGMENT, Some(&first["resultId"]));
    assert_eq!(second["kind"], "full");
    session.assert_alive();
}
