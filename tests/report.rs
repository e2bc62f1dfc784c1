//! `report`: who may do what, in each format.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "report/colors.rs"]
mod colors;
#[path = "support/command_line.rs"]
mod command_line;

use std::path::PathBuf;

use command_line::run;
use expect_test::{Expect, expect, expect_file};
use serde_json::Value;

/// Everything that a reviewer asks about: a public operation, a plain server, scopes, a scheme that
/// nobody uses, servers that differ, a weaker way in.
const V3: &str = "\
asyncapi: 3.0.0
info: {title: shop, version: '1'}
servers:
  production:
    host: broker.shop.org
    protocol: kafka-secure
    security: [{$ref: '#/components/securitySchemes/scram'}]
  test:
    host: test.shop.org
    protocol: kafka
    security:
      - {$ref: '#/components/securitySchemes/scram'}
      - {$ref: '#/components/securitySchemes/plain'}
  open:
    host: open.shop.org
    protocol: mqtts
channels:
  orders: {address: orders}
  news: {address: news, servers: [{$ref: '#/servers/open'}]}
operations:
  onOrder:
    action: receive
    channel: {$ref: '#/channels/orders'}
    security: [{$ref: '#/components/securitySchemes/reader'}]
  announce:
    action: send
    channel: {$ref: '#/channels/news'}
  complain:
    action: receive
    channel: {$ref: '#/channels/news'}
  stop:
    action: send
    channel: {$ref: '#/channels/orders'}
    security: [{$ref: '#/components/securitySchemes/nowhere'}]
components:
  securitySchemes:
    scram: {type: scramSha512}
    plain: {type: plain}
    spare: {type: X509}
    reader:
      type: oauth2
      scopes: [orders:read]
      flows:
        clientCredentials:
          tokenUrl: https://id.shop.org/token
          availableScopes: {orders:read: Read, orders:write: Write}
";

const V2: &str = "\
asyncapi: 2.6.0
info: {title: shop, version: '1'}
servers:
  production: {url: 'amqps://broker.shop.org', protocol: amqps, security: [{login: []}, {}]}
channels:
  orders:
    publish: {operationId: order, security: [{tokens: [write], login: []}]}
    subscribe: {}
  secrets:
    subscribe: {security: [{cipher: []}]}
components:
  securitySchemes:
    login: {type: userPassword}
    cipher: {type: symmetricEncryption}
    tokens: {type: oauth2, flows: {implicit: {authorizationUrl: 'https://id.shop.org', scopes: {}}}}
";

const MAIN: &str = "\
asyncapi: 3.0.0
info: {title: shop, version: '1'}
servers:
  production: {$ref: 'common/servers.yaml#/production'}
channels:
  orders: {address: orders}
operations:
  onOrder:
    action: receive
    channel: {$ref: '#/channels/orders'}
    security:
      - {$ref: 'common/schemes.yaml#/reader'}
      - {$ref: 'https://auth.shop.org/schemes.yaml#/far'}
";

const SERVERS: &str = "\
production:
  host: broker.shop.org
  protocol: kafka
  security: [{$ref: 'schemes.yaml#/login'}]
";

const SCHEMES: &str = "\
login: {type: plain}
reader: {type: X509}
";

fn folder(name: &str) -> PathBuf {
    let folder = command_line::folder("report", name);
    for (path, text) in [
        ("v3.yaml", V3),
        ("v2.yaml", V2),
        ("main.yaml", MAIN),
        ("common/servers.yaml", SERVERS),
        ("common/schemes.yaml", SCHEMES),
    ] {
        command_line::write(&folder, path, text.as_bytes());
    }
    folder
}

fn shown(name: &str, arguments: &[&str]) -> String {
    let folder = folder(name);
    let (code, out, err) = run(&folder, &[&["report"], arguments].concat());
    assert_eq!((code, &*err), (0, ""));
    out.replace(env!("CARGO_PKG_VERSION"), "VERSION")
}

fn text(name: &str, path: &str, expected: &Expect) {
    expected.assert_eq(&shown(name, &[path]));
}

#[test]
fn a_document_of_3_as_text() {
    text(
        "text_3",
        "v3.yaml",
        &expect![[r#"
            v3.yaml
            AsyncAPI 3.0.0: 4 operations on 3 servers, 8 pairs: 2 public, 2 readable, 1 unknown, 3 protected

            What is public? 2 pairs of operation and server.
              `announce`, `complain` on `open`: no credentials are needed  (v3.yaml:25:3)

            What can others read on the wire? The connection to 1 server.
              `test` speaks `kafka`, not encrypted: what clients send for `plain`, `reader` can be read and used by others; 2 operations  (v3.yaml:8:3)

            What could not be seen? 1 thing.
              `nowhere` is not there; 1 operation  (v3.yaml:34:16)

            Who needs which scope? 1 scope needed; 1 declared and not needed.
              `orders:read` of `reader`: `onOrder` on every server  (v3.yaml:21:3)
              `orders:write` of `reader`: declared, and no operation needs it  (v3.yaml:40:5)

            Which schemes does nobody use? 1 scheme.
              `spare`, `X509`  (v3.yaml:39:5)

            What differs between servers? What 2 operations demand.
              `onOrder`: `scram` and `reader` with `orders:read` on `production` (protected); (`scram` and `reader` with `orders:read`), or (`plain` and `reader` with `orders:read`) on `test` (readable); `reader` with `orders:read` on `open` (protected)  (v3.yaml:21:3)
              `stop`: `scram` and `nowhere` on `production` (protected); (`scram` and `nowhere`), or (`plain` and `nowhere`) on `test` (readable); `nowhere` on `open` (unknown)  (v3.yaml:31:3)

            Where is a weaker way in beside a stronger one? In 1 case.
              `onOrder`, `stop` on `test`: `plain` is enough in place of `scram`; with SASL PLAIN the server sees the password  (v3.yaml:21:3)

            Operations, 3 kinds of them
              2 operations: `announce`, `complain`
                ○ public     open        nothing
              1 operation: `onOrder`
                ● protected  production  `scram` and `reader` with `orders:read`
                ~ readable   test        (`scram` and `reader` with `orders:read`), or (`plain` and `reader` with `orders:read`)
                ● protected  open        `reader` with `orders:read`
              1 operation: `stop`
                ● protected  production  `scram` and `nowhere`
                ~ readable   test        (`scram` and `nowhere`), or (`plain` and `nowhere`)
                ? unknown    open        `nowhere`

            Schemes
              `scram`  scramSha512, needed by 4 pairs  (v3.yaml:37:5)
              `plain`  plain, needed by 2 pairs  (v3.yaml:38:5)
              `spare`  X509, not used  (v3.yaml:39:5)
              `reader`  oauth2, needed by 3 pairs  (v3.yaml:40:5)
              `nowhere`  not seen, needed by 3 pairs
        "#]],
    );
}

#[test]
fn a_document_of_2_as_text() {
    text(
        "text_2",
        "v2.yaml",
        &expect![[r#"
        v2.yaml
        AsyncAPI 2.6.0: 3 operations on 1 server, 3 pairs: 2 public, 0 readable, 0 unknown, 1 protected

        What is public? 2 pairs of operation and server.
          `send orders` on `production`: no credentials are needed  (v2.yaml:8:5)
          `send secrets` on `production`: messages are encrypted, but nobody has to say who they are  (v2.yaml:10:5)

        What can others read on the wire? No connection, as far as protocols and addresses say.

        What could not be seen? Everything was seen.

        Who needs which scope? 1 scope needed.
          `write` of `tokens`: `order` on `production` (not declared)  (v2.yaml:7:5)

        Which schemes does nobody use? None.

        What differs between servers? Nothing.

        Where is a weaker way in beside a stronger one? Nowhere that a standard ranks.

        Operations, 3 kinds of them
          1 operation: `send orders`
            ○ public     production  nothing
          1 operation: `send secrets`
            ○ public     production  `cipher`
          1 operation: `order`
            ● protected  production  `login` and `tokens` with `write`

        Schemes
          `login`  userPassword, needed by 1 pair  (v2.yaml:13:5)
          `cipher`  symmetricEncryption, needed by 1 pair  (v2.yaml:14:5)
          `tokens`  oauth2, needed by 1 pair  (v2.yaml:15:5)
    "#]],
    );
}

/// Servers ask for what no operation needs: a name that is declared, and one that is not.
#[test]
fn a_name_that_refers_to_nothing_is_not_an_unused_scheme() {
    let text = "\
asyncapi: 2.6.0
info: {title: a, version: '1'}
servers:
  a:
    url: broker.shop.org
    protocol: kafka-secure
    security: [{acount: []}, {login: []}]
channels: {}
components:
  securitySchemes:
    account: {type: plain}
    login: {type: scramSha256}
";
    let folder = folder("nothing");
    command_line::write(&folder, "a.yaml", text.as_bytes());
    let (_, out, _) = run(&folder, &["report", "a.yaml"]);
    let of = |begin: &str| {
        let lines = out.lines().skip_while(|line| !line.starts_with(begin));
        let lines: Vec<&str> = lines.take_while(|line| !line.is_empty()).collect();
        lines.join("\n")
    };
    expect![[r#"
        What could not be seen? 1 thing.
          `acount` is not there  (a.yaml:7:17)"#]]
    .assert_eq(&of("What could not be seen?"));
    expect![[r#"
        Which schemes does nobody use? 1 scheme.
          `account`, `plain`  (a.yaml:11:5)"#]]
    .assert_eq(&of("Which schemes"));
    expect![[r#"
        Schemes
          `account`  plain, not used  (a.yaml:11:5)
          `login`  scramSha256, used, but by no operation  (a.yaml:12:5)
          `acount`  not seen, used, but by no operation"#]]
    .assert_eq(&of("Schemes"));
    let (_, out, _) = run(&folder, &["report", "--format", "json", "a.yaml"]);
    let out: Value = serde_json::from_str(&out).unwrap();
    let answers = &out["documents"][0]["answers"];
    assert_eq!(answers["unused"], serde_json::json!(["account"]));
    for format in ["markdown", "html"] {
        let (_, out, _) = run(&folder, &["report", "--format", format, "a.yaml"]);
        assert!(out.contains("Which schemes does nobody use?") && out.contains("1 scheme."));
        assert!(
            out.contains("acount") && out.contains(" is not there"),
            "{out}"
        );
    }
}

#[test]
fn other_files_as_text() {
    text(
        "text_files",
        "main.yaml",
        &expect![[r#"
            main.yaml
            AsyncAPI 3.0.0: 1 operation on 1 server, 1 pair: 0 public, 1 readable, 0 unknown, 0 protected

            What is public? Nothing.

            What can others read on the wire? The connection to 1 server.
              `production` speaks `kafka`, not encrypted: what clients send for `login` can be read and used by others; 1 operation  (main.yaml:4:3)

            What could not be seen? 1 thing.
              `https://auth.shop.org/schemes.yaml#/far` was not read; 1 operation  (main.yaml:13:9)

            Who needs which scope? There are no scopes.

            Which schemes does nobody use? None.

            What differs between servers? Nothing.

            Where is a weaker way in beside a stronger one? Nowhere that a standard ranks.

            Operations, 1 kind of them
              1 operation: `onOrder`
                ~ readable   production  (`login` and `common/schemes.yaml#/reader`), or (`login` and `https://auth.shop.org/schemes.yaml#/far`)

            Schemes
              `login`  plain, needed by 1 pair  (common/schemes.yaml:1:1)
              `common/schemes.yaml#/reader`  X509, needed by 1 pair  (common/schemes.yaml:2:1)
              `https://auth.shop.org/schemes.yaml#/far`  not seen, needed by 1 pair
        "#]],
    );
}

#[test]
fn many_documents_begin_with_an_overview() {
    let out = shown("many", &["."]);
    let overview: Vec<&str> = out.lines().take(5).collect();
    expect![[r#"
        main.yaml: AsyncAPI 3.0.0: 1 operation on 1 server, 1 pair: 0 public, 1 readable, 0 unknown, 0 protected
        v2.yaml: AsyncAPI 2.6.0: 3 operations on 1 server, 3 pairs: 2 public, 0 readable, 0 unknown, 1 protected
        v3.yaml: AsyncAPI 3.0.0: 4 operations on 3 servers, 8 pairs: 2 public, 2 readable, 1 unknown, 3 protected

        main.yaml"#]].assert_eq(&overview.join("\n"));
}

#[test]
fn markdown_is_for_pull_requests() {
    let path = |name: &str| shown("markdown", &["--format", "markdown", name]);
    expect_file!["report/v3.md"].assert_eq(&path("v3.yaml"));
    expect_file!["report/v2.md"].assert_eq(&path("v2.yaml"));
    expect_file!["report/main.md"].assert_eq(&path("main.yaml"));
}

#[test]
fn json_is_for_programs_and_follows_its_schema() {
    let path = |name: &str| shown("json", &["--format", "json", name]);
    expect_file!["report/v3.json"].assert_eq(&path("v3.yaml"));
    expect_file!["report/v2.json"].assert_eq(&path("v2.yaml"));
    expect_file!["report/main.json"].assert_eq(&path("main.yaml"));
    let (code, schema, _) = run(&folder("schema"), &["schema", "report"]);
    let schema: Value = serde_json::from_str(&schema).unwrap();
    assert_eq!(code, 0);
    for name in ["v3.yaml", "v2.yaml", "main.yaml"] {
        let report: Value = serde_json::from_str(&path(name)).unwrap();
        follows(&report, &schema, &schema);
    }
}

/// Whether a value has the fields that a schema requires, and no other ones.
fn follows(value: &Value, schema: &Value, root: &Value) {
    if let Some(name) = schema["$ref"].as_str() {
        let found = root.pointer(name.trim_start_matches('#')).unwrap();
        return follows(value, found, root);
    }
    let object = |one: &&Value| one["$ref"].is_string();
    if let Some(one) = schema["anyOf"]
        .as_array()
        .and_then(|any| any.iter().find(object))
    {
        if !value.is_null() {
            follows(value, one, root);
        }
        return;
    }
    match value {
        Value::Object(fields) => {
            let known = schema["properties"].as_object().unwrap();
            for name in schema["required"].as_array().into_iter().flatten() {
                assert!(fields.contains_key(name.as_str().unwrap()), "{name}");
            }
            for (name, value) in fields {
                follows(value, known.get(name).expect(name), root);
            }
        }
        Value::Array(items) => items
            .iter()
            .for_each(|item| follows(item, &schema["items"], root)),
        value => {
            let words = schema["enum"].as_array();
            assert!(words.is_none_or(|words| words.contains(value)), "{value}");
        }
    }
}

fn html(name: &str, path: &str) -> String {
    shown(name, &["--format", "html", path])
}

/// A page without its style and script.
fn body(page: &str) -> String {
    let (_, rest) = page.split_once("</style>").unwrap();
    rest.split_once("<script>").unwrap().0.to_owned()
}

#[test]
fn the_page_is_complete_in_itself() {
    for name in ["v3.yaml", "v2.yaml", "main.yaml"] {
        let page = html("page", name);
        assert_eq!(
            page,
            html("page_again", name),
            "equal input gives equal bytes"
        );
        for way_out in [
            "src=",
            "url(http",
            "@import",
            "<link",
            "fetch(",
            "href=\"http",
        ] {
            assert!(!page.contains(way_out), "{way_out}");
        }
        assert!(page.contains("default-src 'none'"));
        assert_eq!(page.matches("<h1>").count(), 1);
        let body = body(&page);
        assert!(!body.contains(" style="), "the policy forbids it");
        for table in body.split("<table").skip(1) {
            assert!(table.contains("<caption>") && table.contains("scope=\"col\""));
        }
    }
    expect_file!["report/v3.html"].assert_eq(&body(&html("page", "v3.yaml")));
}

const HOSTILE: &str = "\
asyncapi: 2.6.0
info: {title: a, version: '1'}
servers:
  \"</code><script>alert(1)</script>\": {url: 'https://bob:hunter2@a.example/?token=abc', protocol: \"\\\"><img src=x>\"}
channels:
  \"|`@here`| <b>\\u202e#1\":
    subscribe: {operationId: \"' onclick='x\\n\\e[31m\", security: [{\"<i>\": [\"&amp;\"]}]}
";

#[test]
fn names_cannot_act() {
    let folder = command_line::folder("report", "hostile");
    command_line::write(&folder, "<a>&.yaml", HOSTILE.as_bytes());
    let shown = |format: &str| run(&folder, &["report", "--format", format, "<a>&.yaml"]).1;
    let body = body(&shown("html"));
    for bad in [
        "<script>", "<img", "<b>", "<i>", "'x", "\u{202e}", "hunter2", "abc",
    ] {
        assert!(!body.contains(bad), "{bad}");
    }
    assert!(body.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert!(body.contains("&lt;i&gt;") && body.contains("&amp;amp;"));
    let markdown = shown("markdown");
    for line in markdown.lines().filter(|line| line.starts_with('|')) {
        let bars = line.matches('|').count();
        assert_eq!(bars, 5, "{line}");
    }
    for (name, text) in [("markdown", &markdown), ("text", &shown("text"))] {
        for bad in ["\u{1b}", "\u{202e}", "hunter2", "abc"] {
            assert!(!text.contains(bad), "{name}: {bad}");
        }
        for line in text.lines() {
            assert_eq!(line.matches('`').count() % 2, 0, "{name}: {line}");
        }
    }
}

/// GitHub runs what stands in a log as `::command::` at the beginning of a line.
#[test]
fn a_path_is_no_command() {
    let folder = command_line::folder("report", "command");
    let name = "::error::a.yaml";
    // Not every file system has such names.
    if std::fs::write(folder.join(name), V2).is_err() {
        println!("skipped: there are no files with colons");
        return;
    }
    command_line::write(&folder, "b.yaml", V2.as_bytes());
    let (_, out, _) = run(&folder, &["report", name, "b.yaml"]);
    assert!(out.contains(name) && !out.lines().any(|line| line.trim_start().starts_with("::")));
}

#[test]
fn the_exit_code_says_what_is_asked() {
    let folder = folder("code");
    command_line::write(&folder, "broken.yaml", b"asyncapi: 3.0.0\nservers: {a: [\n");
    let twice = V2.replace("channels:", "channels: {}\nchannels:");
    command_line::write(&folder, "twice.yaml", twice.as_bytes());
    command_line::write(&folder, "comment.json", b"{\"asyncapi\": \"3.0.0\"} // a\n");
    let code = |arguments: &[&str]| run(&folder, &[&["report"], arguments].concat()).0;
    for (expected, arguments) in [
        (0, vec!["v3.yaml"]),
        (1, vec!["v3.yaml", "--fail-on", "public"]),
        (1, vec!["v3.yaml", "--fail-on", "readable,unknown"]),
        (0, vec!["v2.yaml", "--fail-on", "readable"]),
        (2, vec!["none.yaml"]),
        (2, vec!["common/schemes.yaml"]),
        (2, vec!["broken.yaml", "--fail-on", "public"]),
        (2, vec!["twice.yaml"]),
        (0, vec!["comment.json"]),
        (2, vec!["v3.yaml", "broken.yaml"]),
    ] {
        assert_eq!(code(&arguments), expected, "{arguments:?}");
    }
    let (code, out, err) = run(
        &folder,
        &[
            "report", "--output", "a.md", "--format", "markdown", "v2.yaml",
        ],
    );
    assert_eq!((code, &*out, &*err), (0, "", ""));
    assert!(
        std::fs::read_to_string(folder.join("a.md"))
            .unwrap()
            .starts_with("# Security of")
    );
}

#[test]
fn standard_input_may_go_by_a_name() {
    let folder = folder("stdin");
    let mut command =
        command_line::program(&folder, &["report", "--stdin-filename", "v2.yaml", "-"]);
    let text = V2.replace("login: []}, {}", "login: []}");
    let mut child = (command.stdin(std::process::Stdio::piped()))
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    use std::io::Write;
    child
        .stdin
        .take()
        .unwrap()
        .write_all(text.as_bytes())
        .unwrap();
    let (code, out, _) = command_line::read(child.wait_with_output().unwrap());
    assert_eq!(code, 0);
    assert!(
        out.starts_with("v2.yaml\n") && out.contains(" 0 public"),
        "{out}"
    );
}
