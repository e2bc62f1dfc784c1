//! Inlay hints, lenses, semantic tokens, and the pages of rules in the editor.

use serde_json::{Value, json};

use crate::driver::Session;

const URI: &str = "file:///w/api.yaml";

const TEXT: &str = "asyncapi: 2.6.0
servers:
  'é𝄞': {url: x, security: [login: ['é𝄞', b]]}
components:
  securitySchemes:
    login:
      type: openIdConnect
      openIdConnectUrl: /x
";

fn opened(capabilities: Value) -> Session {
    let mut session = Session::with(capabilities);
    session.open(URI, "yaml", 1, TEXT);
    session
}

fn document() -> Value {
    json!({"textDocument": {"uri": URI}})
}

fn lines(from: u32, to: u32) -> Value {
    let position = |line| json!({"line": line, "character": 0});
    json!({"textDocument": {"uri": URI}, "range": {"start": position(from), "end": position(to)}})
}

fn hints(session: &mut Session, from: u32, to: u32) -> Value {
    session.ask("textDocument/inlayHint", lines(from, to))
}

#[test]
fn a_hint_stands_behind_the_key() {
    let mut session = Session::start();
    let result = session.initialize(json!({}));
    assert_eq!(result["capabilities"]["inlayHintProvider"], true);
    session.open(URI, "yaml", 1, TEXT);
    let all = hints(&mut session, 0, 9);
    let hint = &all[0];
    assert_eq!(hint["position"], json!({"line": 2, "character": 8}));
    assert_eq!(hint["label"], "needs OpenID Connect é𝄞, b");
    assert_eq!(hint["paddingLeft"], true);
    assert_eq!(hint["tooltip"]["kind"], "plaintext");
    assert_eq!(all.as_array().map(Vec::len), Some(1));
    assert_eq!(hints(&mut session, 3, 9), json!([]));
    let mut utf8 = opened(json!({"general": {"positionEncodings": ["utf-8"]}}));
    let hint = &hints(&mut utf8, 0, 9)[0];
    assert_eq!(hint["position"], json!({"line": 2, "character": 11}));
}

#[test]
fn tokens_count_in_the_encoding_of_the_client() {
    for (encodings, data) in [
        (
            json!(["utf-16"]),
            json!([2, 29, 5, 0, 0, 0, 9, 3, 2, 0, 0, 6, 1, 2, 0, 3, 4, 5, 0, 1]),
        ),
        (
            json!(["utf-8"]),
            json!([2, 32, 5, 0, 0, 0, 9, 6, 2, 0, 0, 9, 1, 2, 0, 3, 4, 5, 0, 1]),
        ),
    ] {
        let mut session = opened(json!({"general": {"positionEncodings": encodings}}));
        let tokens = session.ask("textDocument/semanticTokens/full", document());
        assert_eq!(tokens["data"], data);
        let below = session.ask("textDocument/semanticTokens/range", lines(3, 9));
        assert_eq!(below["data"], json!([5, 4, 5, 0, 1]));
    }
    let mut session = Session::start();
    let result = session.initialize(json!({}));
    let provider = &result["capabilities"]["semanticTokensProvider"];
    let types = json!(["class", "enum", "enumMember"]);
    assert_eq!(provider["legend"]["tokenTypes"], types);
    assert_eq!(provider["legend"]["tokenModifiers"], json!(["declaration"]));
    // Another server may know more of a file that is not ours.
    session.open(URI, "yaml", 1, "kind: Pod\n");
    let tokens = session.ask("textDocument/semanticTokens/full", document());
    assert_eq!(tokens, Value::Null);
}

#[test]
fn a_lens_has_its_command_when_it_is_resolved() {
    let known = json!({"experimental": {"commands": {"commands": [
        "asyncapi-security.showReferences",
    ]}}});
    let mut session = opened(known);
    let lenses = session.ask("textDocument/codeLens", document());
    let lens = lenses[0].clone();
    assert_eq!(lenses.as_array().map(Vec::len), Some(1));
    assert!(lens.get("command").is_none());
    let resolved = session.ask("codeLens/resolve", lens.clone());
    let command = &resolved["command"];
    assert_eq!(command["title"], "used once");
    assert_eq!(command["command"], "asyncapi-security.showReferences");
    let range = json!({"start": {"line": 2, "character": 29}, "end": {"line": 2, "character": 34}});
    assert_eq!(
        command["arguments"],
        json!([URI, {"line": 5, "character": 4}, [{"uri": URI, "range": range}]])
    );
    session.change(URI, 2, json!([{"text": "asyncapi: 2.6.0\n"}]));
    let answer = session.answer("codeLens/resolve", lens);
    assert_eq!(answer["error"]["code"], -32801, "{answer}");
}

/// A client without a command for it leaves the lens to the server.
#[test]
fn the_server_goes_to_the_first_use_for_a_client_that_cannot_list_them() {
    for (shows, method) in [(true, "window/showDocument"), (false, "window/showMessage")] {
        let mut session = Session::start();
        let client = json!({"window": {"showDocument": {"support": shows}}});
        let result = session.initialize(client);
        let commands = &result["capabilities"]["executeCommandProvider"]["commands"];
        let show = "asyncapi-security.showReferences";
        assert!(commands.as_array().unwrap().contains(&json!(show)));
        session.open(URI, "yaml", 1, TEXT);
        let lens = session.ask("textDocument/codeLens", document())[0].clone();
        let command = session.ask("codeLens/resolve", lens)["command"].clone();
        let params = json!({"command": show, "arguments": command["arguments"]});
        session.request("workspace/executeCommand", params);
        let asked = session.wait(|message| message["method"] == method);
        let params = &asked["params"];
        if shows {
            assert_eq!(params["uri"], URI);
            assert_eq!(params["selection"]["start"]["line"], 2);
            session.write_body(
                &json!({"jsonrpc": "2.0", "id": asked["id"], "result": {"success": true}})
                    .to_string(),
            );
        } else {
            assert_eq!(params["message"], "It is used on line 3.");
        }
    }
}

#[test]
fn each_can_be_switched_off_and_on_again() {
    let refreshes = json!({"workspace": {
        "inlayHint": {"refreshSupport": true},
        "codeLens": {"refreshSupport": true},
        "semanticTokens": {"refreshSupport": true},
    }});
    let mut session = Session::start();
    session.ask(
        "initialize",
        json!({
            "processId": null,
            "rootUri": null,
            "capabilities": refreshes,
            "initializationOptions": {"inlayHints": false, "codeLens": false, "semanticTokens": false},
        }),
    );
    session.notify("initialized", json!({}));
    session.open(URI, "yaml", 1, TEXT);
    let requests = [
        (
            "textDocument/inlayHint",
            lines(0, 9),
            "workspace/inlayHint/refresh",
        ),
        (
            "textDocument/codeLens",
            document(),
            "workspace/codeLens/refresh",
        ),
        (
            "textDocument/semanticTokens/full",
            document(),
            "workspace/semanticTokens/refresh",
        ),
        ("textDocument/semanticTokens/range", lines(0, 9), ""),
    ];
    for (method, params, _) in &requests {
        assert_eq!(session.ask(method, params.clone()), Value::Null, "{method}");
    }
    let settings =
        json!({"asyncapiSecurity": {"inlayHints": true, "codeLens": true, "semanticTokens": true}});
    session.notify(
        "workspace/didChangeConfiguration",
        json!({"settings": settings}),
    );
    for (_, _, refresh) in &requests[..3] {
        let asked = session.wait(|message| message["method"] == *refresh);
        session
            .write_body(&json!({"jsonrpc": "2.0", "id": asked["id"], "result": null}).to_string());
    }
    for (method, params, _) in requests {
        assert_ne!(session.ask(method, params), Value::Null, "{method}");
    }
}

const PAGE: &str = "asyncapi-security:/rules/url-not-absolute.md";

#[test]
fn a_client_that_shows_virtual_documents_gets_the_pages_of_rules() {
    let client = json!({
        "workspace": {"textDocumentContent": {"dynamicRegistration": true}},
        "window": {"showDocument": {"support": true}},
        "textDocument": {"publishDiagnostics": {"codeDescriptionSupport": true}},
    });
    let mut session = Session::with(client);
    let registered = session.wait(|message| message["method"] == "client/registerCapability");
    let registration = &registered["params"]["registrations"][0];
    assert_eq!(registration["method"], "workspace/textDocumentContent");
    let schemes = json!({"schemes": ["asyncapi-security"]});
    assert_eq!(registration["registerOptions"], schemes);
    session.open(URI, "yaml", 1, TEXT);
    let diagnostics = session.published(URI, 1);
    let is_url = |one: &&Value| one["code"] == "url-not-absolute";
    let diagnostic = diagnostics.iter().find(is_url).unwrap();
    assert_eq!(diagnostic["codeDescription"]["href"], PAGE);
    let page = session.ask("workspace/textDocumentContent", json!({"uri": PAGE}));
    let text = page["text"].as_str().unwrap();
    assert!(text.starts_with("# `url-not-absolute`\n"), "{text}");
    let none = json!({"uri": "asyncapi-security:/rules/none.md"});
    let answer = session.answer("workspace/textDocumentContent", none);
    assert_eq!(answer["error"]["code"], -32602, "{answer}");
    let command = json!({
        "command": "asyncapi-security.openRule",
        "arguments": ["url-not-absolute"],
    });
    session.request("workspace/executeCommand", command);
    let shown = session.wait(|message| message["method"] == "window/showDocument");
    assert_eq!(shown["params"], json!({"uri": PAGE, "takeFocus": true}));
}

/// Elsewhere the hover of the finding has the explanation.
#[test]
fn a_client_that_cannot_show_pages_gets_them_in_hovers() {
    let place = json!({
        "textDocument": {"uri": URI},
        "position": {"line": 7, "character": 25},
    });
    let text = |session: &mut Session| {
        let hover = session.ask("textDocument/hover", place.clone());
        hover["contents"]["value"].as_str().unwrap().to_owned()
    };
    let explained = "explain url-not-absolute has the whole page.";
    let shown = text(&mut opened(json!({})));
    assert!(shown.contains(explained), "{shown}");
    let pages = json!({"workspace": {"textDocumentContent": {}}});
    let shown = text(&mut opened(pages));
    assert!(!shown.contains(explained), "{shown}");
}

#[test]
fn places_are_links_in_markdown_only() {
    let place = json!({
        "textDocument": {"uri": URI},
        "position": {"line": 5, "character": 5},
    });
    for formats in [json!(["markdown"]), json!(["plaintext"])] {
        let is_markdown = formats[0] == "markdown";
        let mut session = opened(json!({"textDocument": {"hover": {"contentFormat": formats}}}));
        let hover = session.ask("textDocument/hover", place.clone());
        let text = hover["contents"]["value"].as_str().unwrap();
        let has_link = text.contains("(<file:///w/api.yaml#L3,30>)");
        assert_eq!(has_link, is_markdown, "{text}");
        assert_eq!(text.contains("file:"), is_markdown, "{text}");
    }
}

/// A document with a server and an operation.
fn shop(security: &str) -> String {
    format!(
        "asyncapi: 2.6.0\nservers: {{a: {{url: a.shop.org, protocol: mqtts}}}}\nchannels:\n  \
         orders: {{publish: {{operationId: order, security: {security}}}}}\ncomponents:\n  \
         securitySchemes: {{login: {{type: userPassword}}}}\n"
    )
}

#[test]
fn the_security_report_stands_beside_the_document_and_follows_it() {
    let client = json!({
        "workspace": {"textDocumentContent": {"dynamicRegistration": true}},
        "window": {"showDocument": {"support": true}},
    });
    let mut session = Session::with(client);
    session.open(URI, "yaml", 1, &shop("[]"));
    let command =
        |arguments: Value| json!({"command": "asyncapi-security.report", "arguments": arguments});
    let answer = session.ask("workspace/executeCommand", command(json!([URI])));
    let text = answer["text"].as_str().unwrap();
    assert!(text.starts_with("# Security of `api.yaml`\n"), "{text}");
    assert!(
        text.contains("`order` on `a`: no credentials are needed (`api.yaml:4`)"),
        "{text}"
    );
    let shown = session.wait(|message| message["method"] == "window/showDocument");
    let page = &shown["params"]["uri"];
    assert_eq!(*page, answer["uri"]);
    let path = "asyncapi-security:/report/api.yaml%20security.md?file%3A%2F%2F%2Fw%2Fapi.yaml";
    assert_eq!(*page, path);

    let content = session.ask("workspace/textDocumentContent", json!({"uri": page}));
    assert_eq!(content["text"], text);
    // A change that the report does not tell of, then one that it does.
    session.change(URI, 2, json!([{"text": shop("[] ")}]));
    let told = session.until_now();
    session.change(URI, 3, json!([{"text": shop("[{login: []}]")}]));
    let method = "workspace/textDocumentContent/refresh";
    let refresh = session.wait(|message| message["method"] == method);
    assert_eq!(refresh["params"], json!({"uri": page}));
    assert!(
        told.iter()
            .all(|message| message["method"] != refresh["method"])
    );
    let content = session.ask("workspace/textDocumentContent", json!({"uri": page}));
    let text = content["text"].as_str().unwrap();
    assert!(text.contains("**What is public?** Nothing."), "{text}");

    let quiet = session.ask("workspace/executeCommand", command(json!([URI, false])));
    assert_eq!(quiet["text"], text);
    let answer = session.answer("workspace/executeCommand", command(json!([1])));
    assert_eq!(answer["error"]["code"], -32602, "{answer}");
}
