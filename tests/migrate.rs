//! `migrate`: documents in the other major version, from the command line.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/command_line.rs"]
mod command_line;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use command_line::run;
use expect_test::expect;

const V2: &str = "\
asyncapi: 2.6.0 # the version
info: {title: a, version: '1'}
servers:
  a: {url: broker.shop.org, protocol: kafka-secure, security: [{login: []}]}
channels: {}
components:
  securitySchemes:
    login: {type: scramSha256}
";

const V3: &str = "\
asyncapi: 3.0.0 # the version
info: {title: a, version: '1'}
servers:
  a: {host: broker.shop.org, protocol: kafka-secure, security: [{$ref: '#/components/securitySchemes/login'}]}
channels: {}
components:
  securitySchemes:
    login: {type: scramSha256}
";

/// 3.0 has no word for schemes that are needed together.
const REFUSED: &str = "\
asyncapi: 2.6.0
info: {title: a, version: '1'}
servers:
  a: {url: broker.shop.org, protocol: kafka-secure, security: [{login: [], cert: []}]}
channels: {}
components:
  securitySchemes:
    login: {type: scramSha256}
    cert: {type: X509}
";

fn folder(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let folder = command_line::folder("migrate", name);
    for (path, text) in files {
        command_line::write(&folder, path, text.as_bytes());
    }
    folder
}

fn text(folder: &Path, name: &str) -> String {
    std::fs::read_to_string(folder.join(name)).unwrap()
}

#[test]
fn files_are_written_in_place_and_back() {
    let folder = folder("in_place", &[("a.yaml", V2), ("b.yaml", V3)]);
    let (code, out, err) = run(&folder, &["migrate", "--to", "3", "."]);
    assert_eq!((code, &*out), (0, ""));
    assert_eq!(err, "note: migrated 1 document; 1 of 3.x already\n");
    assert_eq!(text(&folder, "b.yaml"), V3);
    assert_eq!(text(&folder, "a.yaml"), V3);
    let (code, _, err) = run(&folder, &["migrate", "--to=2", "a.yaml", "--quiet"]);
    assert_eq!((code, &*err), (0, ""));
    let back = V2.replace("broker.shop.org", "kafka-secure://broker.shop.org");
    assert_eq!(text(&folder, "a.yaml"), back);
}

#[test]
fn a_refusal_says_why_and_where_and_leaves_the_file() {
    let files = [("a.yaml", V2), ("refused.yaml", REFUSED)];
    let folder = folder("refused", &files);
    let (code, out, err) = run(&folder, &["migrate", "--to", "3", "."]);
    assert_eq!((code, &*out), (1, ""));
    expect![[r#"
        error: not migrated: `/servers/a` requires several schemes together, which 3.0 cannot say: there every entry is another choice.
         --> refused.yaml:4:64
          |
        4 |   a: {url: broker.shop.org, protocol: kafka-secure, security: [{login: [], cert: []}]}
          |                                                                ^^^^^^^^^^^^^^^^^^^^^

        note: migrated 1 document; 1 refused
    "#]]
    .assert_eq(&err);
    assert_eq!(text(&folder, "refused.yaml"), REFUSED);
    assert!(text(&folder, "a.yaml").starts_with("asyncapi: 3.0.0"));
}

/// A scheme is copied for its scopes, and its errors with it.
#[test]
fn an_error_that_is_copied_is_no_reason_to_refuse() {
    let text = "\
asyncapi: 2.6.0
info: {title: a, version: '1'}
servers:
  a: {url: broker.shop.org, protocol: kafka-secure, security: [{oauth: []}]}
channels:
  orders:
    publish: {operationId: order, security: [{oauth: [write]}]}
components:
  securitySchemes:
    oauth:
      type: oauth2
      flows: {clientCredentials: {tokenUrl: /token, scopes: {write: change}}}
";
    let folder = folder("copied", &[("a.yaml", text)]);
    let relative = |arguments: &[&str]| {
        let (_, out, _) = run(&folder, &[&["check", "a.yaml"], arguments].concat());
        out.matches("url-not-absolute").count()
    };
    let json = ["--level", "error", "--format", "concise"];
    assert_eq!(relative(&json), 1);
    let (code, _, err) = run(&folder, &["migrate", "--to", "3", "a.yaml"]);
    assert_eq!((code, &*err), (0, "note: migrated 1 document\n"));
    assert!(relative(&json) > 1);
}

#[test]
fn a_diff_writes_nothing() {
    let folder = folder("diff", &[("a.yaml", V2)]);
    let (code, out, err) = run(&folder, &["migrate", "--to", "3", "--diff", "."]);
    assert_eq!(code, 0);
    assert_eq!(err, "note: would migrate 1 document\n");
    expect![[r#"
        --- a/a.yaml
        +++ b/a.yaml
        @@ -1,7 +1,7 @@
        -asyncapi: 2.6.0 # the version
        +asyncapi: 3.0.0 # the version
         info: {title: a, version: '1'}
         servers:
        -  a: {url: broker.shop.org, protocol: kafka-secure, security: [{login: []}]}
        +  a: {host: broker.shop.org, protocol: kafka-secure, security: [{$ref: '#/components/securitySchemes/login'}]}
         channels: {}
         components:
           securitySchemes:
    "#]].assert_eq(&out);
    assert_eq!(text(&folder, "a.yaml"), V2);
}

#[test]
fn the_result_may_go_elsewhere() {
    let folder = folder("elsewhere", &[("a.yaml", V2), ("b.yaml", V3)]);
    let (code, ..) = run(
        &folder,
        &["migrate", "--to", "3", "a.yaml", "--output", "c.yaml"],
    );
    assert_eq!(code, 0);
    assert_eq!(
        (text(&folder, "a.yaml"), text(&folder, "c.yaml")),
        (V2.into(), V3.into())
    );
    // Already of that version: as it is.
    run(
        &folder,
        &["migrate", "--to", "3", "b.yaml", "--output", "d.yaml"],
    );
    assert_eq!(text(&folder, "d.yaml"), V3);
    let (code, _, err) = run(
        &folder,
        &["migrate", "--to", "3", ".", "--output", "e.yaml"],
    );
    assert_eq!(
        (code, &*err),
        (2, "error: `--output` is for one document: name a file\n")
    );
    assert!(!folder.join("e.yaml").exists());
}

#[test]
fn standard_input_becomes_standard_output() {
    let folder = folder("stdin", &[]);
    let migrated = |text: &str| {
        let mut command = command_line::program(&folder, &["migrate", "--to", "3", "-q", "-"]);
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(text.as_bytes())
            .unwrap();
        command_line::read(child.wait_with_output().unwrap())
    };
    assert_eq!(migrated(V2), (0, V3.to_owned(), String::new()));
    let (code, out, err) = migrated(REFUSED);
    assert_eq!((code, &*out), (1, ""));
    assert!(err.contains("--> <stdin>:4:"), "{err}");
}

#[test]
fn what_other_files_refer_to_stays() {
    let user = "\
asyncapi: 2.6.0
info: {title: b, version: '1'}
channels: {}
components:
  securitySchemes:
    login: {$ref: 'a.yaml#/components/securitySchemes/login'}
";
    let tokens = "{type: oauth2, flows: {password: {tokenUrl: 'https://a.org', scopes: {}}}}";
    let with_tokens = V2.replace("{type: scramSha256}", tokens);
    for (name, text_of, expected) in [("alike", V2, 0), ("tokens", &with_tokens, 1)] {
        let folder = folder(
            name,
            &[(".git/HEAD", ""), ("a.yaml", text_of), ("b.yaml", user)],
        );
        let (code, _, err) = run(&folder, &["migrate", "--to", "3", "a.yaml"]);
        assert_eq!(code, expected, "{err}");
        let line = "error: not migrated: `b.yaml` refers to `/components/securitySchemes/login`";
        assert_eq!(err.contains(line), code == 1, "{err}");
        assert_eq!(err.contains("--> a.yaml:8:5"), code == 1, "{err}");
        assert_eq!(text(&folder, "a.yaml") == text_of, code == 1);
    }
}

/// Each where it is, in the order of the text, also those of which another one is the cause for
/// programs, but not for authors.
#[test]
fn all_reasons_are_said() {
    let text = "\
asyncapi: 2.6.0
info: {title: a, version: '1'}
servers:
  a:
    url: mqtts://broker.shop.org
    protocol: mqtt
    security: [{login: [read]}, {}]
  b: {protocol: kafka, security: [{none: []}]}
channels:
  orders:
    publish:
      message: {$ref: 'messages.yaml#/order'}
    subscribe:
      traits: [{security: [{login: []}]}]
      security: [{login: []}]
      message: {oneOf: [{oneOf: []}]}
components:
  securitySchemes:
    login: {type: scramSha256}
";
    let folder = folder(
        "reasons",
        &[("a.yaml", text), ("messages.yaml", "order: {}\n")],
    );
    let (code, _, err) = run(&folder, &["migrate", "--to", "3", "a.yaml"]);
    assert_eq!(code, 1);
    expect![[r#"
        error: not migrated: The `url` of the server `a` says `mqtts` and `protocol` `mqtt`, of which 3.0 keeps `protocol` alone: let both say the same.
         --> a.yaml:5:10
          |
        5 |     url: mqtts://broker.shop.org
          |          ^^^^^^^^^^^^^^^^^^^^^^^

        error: not migrated: The scheme `login` has no scopes, and an entry lists some: remove them first.
         --> a.yaml:7:17
          |
        7 |     security: [{login: [read]}, {}]
          |                 ^^^^^

        error: not migrated: `/servers/a` has an entry `{}` for clients without credentials, which 3.0 cannot say.
         --> a.yaml:7:33
          |
        7 |     security: [{login: [read]}, {}]
          |                                 ^^

        error: not migrated: The server `b` has no `url`.
         --> a.yaml:8:3
          |
        8 |   b: {protocol: kafka, security: [{none: []}]}
          |   ^

        error: not migrated: The scheme `none` is not declared.
         --> a.yaml:8:36
          |
        8 |   b: {protocol: kafka, security: [{none: []}]}
          |                                    ^^^^

        error: not migrated: It refers to `messages.yaml#/order`, which would have to be migrated with it.
          --> a.yaml:12:23
           |
        12 |       message: {$ref: 'messages.yaml#/order'}
           |                       ^^^^^^^^^^^^^^^^^^^^^^

        error: not migrated: `/channels/orders/subscribe` and a trait of it have `security`: in 2.x that of the trait counts, in 3.x its own. Remove one first.
          --> a.yaml:15:7
           |
        15 |       security: [{login: []}]
           |       ^^^^^^^^

        error: not migrated: 3.0 has no message that is one of several, as `/channels/orders/subscribe/message/oneOf/0` is.
          --> a.yaml:16:26
           |
        16 |       message: {oneOf: [{oneOf: []}]}
           |                          ^^^^^

        note: migrated 0 documents; 1 refused
    "#]].assert_eq(&err);
    let (_, _, again) = run(
        &folder,
        &["--color", "always", "migrate", "--to", "3", "a.yaml"],
    );
    assert!(again.contains("\u{1b}["), "{again}");

    let text = "\
asyncapi: 3.0.0
info: {title: a, version: '1'}
servers:
  a: {host: 'mqtt://broker.shop.org', protocol: mqtt}
channels:
  one: {address: a}
  two: {address: a}
  three: {address: null}
operations:
  o: {action: send, channel: {$ref: '#/channels/one'}, security: [{login: []}]}
  p: {action: send, channel: {$ref: '#/channels/one'}}
  q: {action: receive, channel: {$ref: '#/channels/one'}, reply: {}}
components:
  channels: {a: {}}
  schemas: {s: {schemaFormat: avro, schema: {}}}
";
    let folder = folder_of_v3(text);
    let (code, _, err) = run(&folder, &["migrate", "--to", "2", "a.yaml"]);
    assert_eq!(code, 1);
    expect![[r#"
        error: not migrated: The `host` of the server `a` is a URL: leave the host alone.
         --> a.yaml:4:13
          |
        4 |   a: {host: 'mqtt://broker.shop.org', protocol: mqtt}
          |             ^^^^^^^^^^^^^^^^^^^^^^^^

        error: not migrated: Two channels have the address `a`, which is the key of a channel in 2.6.
         --> a.yaml:7:18
          |
        7 |   two: {address: a}
          |                  ^

        error: not migrated: The channel `/channels/three` has no `address`, which is its key in 2.6.
         --> a.yaml:8:20
          |
        8 |   three: {address: null}
          |                    ^^^^

        error: not migrated: An entry of the `security` of `/operations/o` is no scheme.
          --> a.yaml:10:67
           |
        10 |   o: {action: send, channel: {$ref: '#/channels/one'}, security: [{login: []}]}
           |                                                                   ^^^^^^^^^^^

        error: not migrated: `o` and `p` do the same on one channel, which has one `subscribe` in 2.6.
          --> a.yaml:11:3
           |
        11 |   p: {action: send, channel: {$ref: '#/channels/one'}}
           |   ^

        error: not migrated: The operation `q` has a `reply`, which 2.6 cannot say.
          --> a.yaml:12:59
           |
        12 |   q: {action: receive, channel: {$ref: '#/channels/one'}, reply: {}}
           |                                                           ^^^^^

        error: not migrated: The schema `s` names its format, which only a message of 2.6 can.
          --> a.yaml:15:31
           |
        15 |   schemas: {s: {schemaFormat: avro, schema: {}}}
           |                               ^^^^

        note: migrated 0 documents; 1 refused
    "#]].assert_eq(&err);
}

fn folder_of_v3(text: &str) -> PathBuf {
    folder("reasons_v3", &[("a.yaml", text)])
}

/// What keeps its meaning may stand in other files, what is written in another way may not.
#[test]
fn documents_of_several_files() {
    let start = "\
asyncapi: 2.6.0
info: {title: a, version: '1'}
channels:
  orders:
    publish:
";
    let message = "      message: {payload: {$ref: 'parts.yaml#/schema'}}\n";
    let with = |more: &str| format!("{start}{more}");
    let user = with("      message: {$ref: 'a.yaml#/components/messages/m'}\n");
    let used = with(message) + "components:\n  messages: {m: {messageId: n}}\n  schemas: {s: {}}\n";
    let schemas = with("      message: {payload: {$ref: 'a.yaml#/components/schemas/s'}}\n");
    let cases = [
        ("a schema", with(message), "", ""),
        (
            "a channel",
            start.replace("    publish:\n", "    $ref: 'parts.yaml#/channel'\n"),
            "",
            "parts.yaml#/channel",
        ),
        (
            "a message",
            with("      message: {$ref: 'parts.yaml#/message'}\n"),
            "",
            "parts.yaml#/message",
        ),
        (
            "a trait of messages",
            with("      message: {traits: [{$ref: 'parts.yaml#/message'}]}\n"),
            "",
            "parts.yaml#/message",
        ),
        (
            "a parameter",
            with(message) + "    parameters: {id: {$ref: 'parts.yaml#/parameter'}}\n",
            "",
            "parts.yaml#/parameter",
        ),
        (
            "a message that others use",
            used.clone(),
            &user,
            "`b.yaml` refers to `/components/messages/m`",
        ),
        ("a schema that others use", used, &schemas, ""),
        (
            "a channel that is called so",
            start.replace("orders", "payload") + "      message: {$ref: 'parts.yaml#/message'}\n",
            "",
            "parts.yaml#/message",
        ),
    ];
    let parts = "schema: {type: string}\nmessage: {}\nchannel: {}\nparameter: {}\n";
    for (name, text, other, reason) in cases {
        let mut files = vec![("parts.yaml", parts), ("a.yaml", &text)];
        files.extend(Some(("b.yaml", other)).filter(|_| !other.is_empty()));
        let folder = folder(&format!("several {name}"), &files);
        let (code, _, err) = run(&folder, &["migrate", "--to", "3", "a.yaml", "b.yaml"]);
        let is_refused = err.contains("a.yaml:") && err.contains("not migrated");
        assert_eq!(is_refused, !reason.is_empty(), "{name}: {code} {err}");
        assert!(err.contains(reason), "{name}: {err}");
        let is_written = self::text(&folder, "a.yaml") != text;
        assert_eq!(is_written, !is_refused, "{name}");
    }
}

#[cfg(unix)]
#[test]
fn a_symbolic_link_is_not_written_through() {
    let folder = folder("link", &[("real/a.yaml", V2)]);
    std::os::unix::fs::symlink("real/a.yaml", folder.join("link.yaml")).unwrap();
    let (code, _, err) = run(&folder, &["migrate", "--to", "3", "link.yaml"]);
    assert_eq!(code, 2);
    assert!(
        err.contains("it is a symbolic link; name the file that it leads to"),
        "{err}"
    );
    assert_eq!(text(&folder, "real/a.yaml"), V2);
}

#[test]
fn what_cannot_be_read_is_said() {
    let folder = folder(
        "unreadable",
        &[("part.yaml", "type: X509\n"), ("other.yaml", "a: b\n")],
    );
    for name in ["none.yaml", "part.yaml", "other.yaml", "."] {
        let (code, _, err) = run(&folder, &["migrate", "--to", "3", name]);
        assert_eq!(code, 2, "{name}: {err}");
        assert!(err.starts_with("error: "), "{err}");
    }
}
