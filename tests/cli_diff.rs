//! The command `diff`: sides, formats, exit codes.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/command_line.rs"]
mod command_line;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use command_line::{program, run, write};
use expect_test::expect;
use serde_json::Value;

const OLD: &str = "\
asyncapi: 3.0.0
info: {title: a, version: '1'}
servers:
  production:
    host: h.example.com
    protocol: kafka-secure
    security:
      - $ref: '#/components/securitySchemes/scram'
channels:
  payments: {address: payments}
operations:
  refund: {action: send, channel: {$ref: '#/channels/payments'}}
  capture: {action: receive, channel: {$ref: '#/channels/payments'}}
components:
  securitySchemes:
    scram: {type: scramSha512}
    plain: {type: plain}
";

fn folder(name: &str) -> PathBuf {
    let folder = command_line::folder("cli_diff", name);
    // The bound of what is looked at.
    std::fs::create_dir_all(folder.join(".git")).unwrap();
    write(&folder, "old.yaml", OLD.as_bytes());
    write(&folder, "new.yaml", weaker().as_bytes());
    folder
}

fn weaker() -> String {
    OLD.replace("securitySchemes/scram'", "securitySchemes/plain'")
}

fn open() -> String {
    OLD.replace(
        "    security:\n      - $ref: '#/components/securitySchemes/scram'\n",
        "",
    )
}

#[test]
fn text_says_who_is_meant_and_where() {
    let folder = folder("text");
    let (code, out, err) = run(&folder, &["diff", "old.yaml", "new.yaml"]);
    assert_eq!((code, &*err), (1, ""));
    expect![[r#"
        1 danger in old.yaml -> new.yaml; 0 of 2 operations on servers unchanged

        danger[alternative-replaced-weaker] (breaking too) `refund` on `production` and 1 more: `plain` instead of `scram` is weaker: the server sees the password
          old old.yaml:7:5   new new.yaml:7:5
          2 operations @ `production`: `refund`, `capture`   why: the `security` of the server
          fingerprint 5cf48ef18c1a
    "#]].assert_eq(&out);
    write(&folder, "open.yaml", open().as_bytes());
    let (_, out, _) = run(&folder, &["diff", "old.yaml", "open.yaml"]);
    expect![[r#"
        1 danger in old.yaml -> open.yaml; 0 of 2 operations on servers unchanged

        danger[security-removed] `refund` on `production` and 1 more: anyone gets in now; before, clients needed `scram`
          old old.yaml:7:5   new: not there, see open.yaml:4:3
          2 operations @ `production`: `refund`, `capture`   why: the `security` of the server
          fingerprint 8643ee404a8e
    "#]].assert_eq(&out);
}

#[test]
fn markdown_github_and_short() {
    let folder = folder("formats");
    let formats = ["markdown", "github", "short"];
    let outs = formats.map(|format| {
        run(
            &folder,
            &["diff", "old.yaml", "new.yaml", "--format", format],
        )
        .1
    });
    expect![[r#"
        <!-- asyncapi-security-diff -->
        **1 danger in old.yaml -&gt; new.yaml; 0 of 2 operations on servers unchanged**

        | | What | Where |
        |---|---|---|
        | ⛔ danger, breaking | `refund` on `production` and 1 more: `plain` instead of `scram` is weaker: the server sees the password<br>2 operations &#64; `production`: `refund`, `capture`<br><sub>alternative-replaced-weaker; 5cf48ef18c1a</sub> | `new.yaml:7` |

        ::error file=new.yaml,line=7,endLine=7,col=5,endColumn=12,title=alternative-replaced-weaker::`refund` on `production` and 1 more: `plain` instead of `scram` is weaker: the server sees the password
        1 danger in old.yaml -> new.yaml; 0 of 2 operations on servers unchanged

        danger alternative-replaced-weaker refund@production new.yaml:7:5 `refund` on `production` and 1 more: `plain` instead of `scram` is weaker: the server sees the password
    "#]].assert_eq(&outs.join("\n"));
    let link = [
        "diff",
        "old.yaml",
        "new.yaml",
        "--format",
        "markdown",
        "--link-base",
        "https://h/blob/x/",
    ];
    let (_, out, _) = run(&folder, &link);
    assert!(
        out.contains("| [`new.yaml:7`](https://h/blob/x/new.yaml#L7) |"),
        "{out}"
    );
    let files = [
        "diff",
        "old.yaml",
        "new.yaml",
        "--output",
        "json=a.json",
        "--output",
        "short=a.txt",
    ];
    let (_, out, _) = run(&folder, &files);
    assert!(out.starts_with("1 danger in"), "{out}");
    let short = std::fs::read_to_string(folder.join("a.txt")).unwrap();
    assert_eq!(short, outs[2]);
}

#[test]
fn json_is_as_its_schema_says() {
    let folder = folder("json");
    let (_, out, _) = run(
        &folder,
        &["diff", "old.yaml", "new.yaml", "--format", "json"],
    );
    let out: Value = serde_json::from_str(&out).unwrap();
    let change = &out["changes"][0];
    assert_eq!(change["kind"], "alternative-replaced-weaker");
    assert_eq!(
        change["effects"],
        serde_json::json!(["wider", "stops-clients"])
    );
    assert_eq!(change["cells"]["count"], 2);
    assert_eq!(change["new"]["range"]["start"]["line"], 7);
    assert_eq!(out["summary"]["complete"], true);
    assert_eq!(out["pairs"][0]["cells"]["compared"], 2);
    let (_, schema, _) = run(&folder, &["schema", "changes"]);
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let known = schema["$defs"]["Change"]["properties"].as_object().unwrap();
    assert!(
        change
            .as_object()
            .unwrap()
            .keys()
            .all(|key| known.contains_key(key))
    );
    assert_eq!(known.len(), change.as_object().unwrap().len());
}

#[test]
fn exit_codes() {
    let folder = folder("codes");
    let krb = OLD.replace("scramSha512", "gssapi").replace("scram", "krb");
    write(&folder, "krb.yaml", krb.as_bytes());
    write(&folder, "json.json", br#"{"asyncapi": "3.0.0"}"#);
    let code = |arguments: &[&str]| run(&folder, &[&["diff"], arguments].concat()).0;
    assert_eq!(code(&["old.yaml", "old.yaml"]), 0);
    assert_eq!(code(&["old.yaml", "new.yaml"]), 1);
    assert_eq!(code(&["old.yaml", "new.yaml", "--fail-on", "never"]), 0);
    assert_eq!(code(&["new.yaml", "old.yaml"]), 0);
    assert_eq!(code(&["new.yaml", "old.yaml", "--fail-on", "breaking"]), 1);
    assert_eq!(code(&["old.yaml", "krb.yaml"]), 0);
    assert_eq!(code(&["old.yaml", "krb.yaml", "--strict"]), 1);
    assert_eq!(code(&["old.yaml", "."]), 2);
    assert_eq!(code(&["old.yaml"]), 2);
    assert_eq!(code(&["old.yaml", "nothing.yaml"]), 2);
    assert_eq!(code(&["-", "-"]), 2);
    let (_, out, _) = run(&folder, &["diff", "old.yaml", "old.yaml"]);
    assert!(
        out.starts_with("No change in the meaning of security: old.yaml -> old.yaml;"),
        "{out}"
    );
}

#[test]
fn what_is_broken_is_not_called_changed() {
    let folder = folder("broken");
    let cut = &OLD[..OLD.find("kafka-secure").unwrap()].replace("host: h", "host: \"h");
    write(&folder, "cut.yaml", cut.as_bytes());
    write(&folder, "other.yaml", b"a: 1\n");
    write(&folder, "latin.yaml", b"asyncapi: 3.0.0\n\xff");
    write(
        &folder,
        "helm.yaml",
        OLD.replace("h.example.com", "{{ .Values.host }}")
            .as_bytes(),
    );
    let info = OLD.replace("version: '1'}", "version: '1'}\nx-bad: [1, 2\nx-more: 1");
    write(&folder, "info.yaml", info.as_bytes());
    for (name, expected) in [
        ("cut.yaml", "so it is not compared"),
        ("other.yaml", "this is no AsyncAPI document"),
        ("latin.yaml", "not UTF-8 at byte 16"),
        ("helm.yaml", "it has code of a template engine"),
        ("info.yaml", "syntax error"),
    ] {
        let (code, out, err) = run(&folder, &["diff", name, "old.yaml"]);
        assert_eq!(code, 2, "{name} {out}");
        assert!(err.contains(expected), "{name} {err}");
        assert!(
            !out.contains("security-added") && !out.contains("No change in the meaning"),
            "{name} {out}"
        );
    }
    let far = OLD.replace(
        "#/components/securitySchemes/scram'",
        "https://x.example/y.yaml#/z'",
    );
    write(&folder, "far.yaml", far.as_bytes());
    let secret = far.replace(
        "x.example/y.yaml",
        "bob:hunter2@x.example/y.yaml?token=s3cr3t",
    );
    write(&folder, "secret.yaml", secret.as_bytes());
    for format in ["text", "short", "json", "markdown", "github"] {
        let (_, out, _) = run(
            &folder,
            &["diff", "secret.yaml", "secret.yaml", "--format", format],
        );
        assert!(!out.contains("hunter2") && !out.contains("s3cr3t"), "{out}");
    }
    let (code, out, _) = run(&folder, &["diff", "far.yaml", "far.yaml"]);
    assert_eq!(code, 0);
    assert!(
        out.starts_with("No change found in what could be compared"),
        "{out}"
    );
    assert!(
        out.contains("not compared: `https://x.example/y.yaml#/z` is on the network"),
        "{out}"
    );
}

#[test]
fn folders_are_paired_by_path_id_and_content() {
    let folder = folder("folders");
    let document = |id: &str, address: &str| {
        let text = OLD.replace("info:", &format!("id: '{id}'\ninfo:"));
        text.replace("address: payments", &format!("address: {address}"))
    };
    for (path, text) in [
        ("a/same.yaml", OLD.to_owned()),
        ("b/same.yaml", weaker()),
        ("a/one.yaml", document("urn:one", "one")),
        ("b/sub/uno.yaml", document("urn:one", "one2")),
        ("a/two.yaml", document("urn:two", "two")),
        ("b/due.yaml", document("urn:due", "two")),
        ("a/gone.yaml", document("urn:gone", "gone")),
        (
            "b/new.yaml",
            document("urn:new", "new").replace(
                "    security:\n      - $ref: '#/components/securitySchemes/scram'\n",
                "",
            ),
        ),
        ("b/notes.yaml", "a: 1\n".to_owned()),
    ] {
        write(&folder, path, text.as_bytes());
    }
    let (code, out, err) = run(
        &folder,
        &["diff", "a", "b", "--format", "short", "--show-none"],
    );
    assert_eq!((code, &*err), (1, ""));
    let lines: Vec<&str> = out
        .lines()
        .filter(|line| line.contains("document-") || line.contains("weaker"))
        .collect();
    expect![[r#"
        danger alternative-replaced-weaker refund@production b/same.yaml:7:5 `refund` on `production` and 1 more: `plain` instead of `scram` is weaker: the server sees the password
        notice document-removed - a/gone.yaml:1:1 `gone.yaml`: this document is gone; operations: 2, open to anyone: 0, on servers without encryption: 0
        notice document-added - b/new.yaml:1:1 `new.yaml`: this document is new; operations: 2, open to anyone: 2, on servers without encryption: 0
        none document-renamed - b/sub/uno.yaml:1:1 `sub/uno.yaml`: this document was called `one.yaml`
        none document-renamed - b/due.yaml:1:1 `due.yaml`: this document was called `two.yaml`"#]].assert_eq(&lines.join("\n"));
    let (_, out, _) = run(&folder, &["diff", "a", "b", "--format", "json"]);
    let out: Value = serde_json::from_str(&out).unwrap();
    let how: Vec<&str> = out["pairs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|pair| pair["how"].as_str().unwrap())
        .collect();
    assert_eq!(how, ["path", "id", "content", "path", "path"]);
}

/// A document that came or went alone.
#[test]
fn a_document_on_one_side_is_named_and_has_a_fingerprint_of_its_own() {
    let folder = folder("one_sided");
    let encrypted = OLD.replace("type: scramSha512", "type: symmetricEncryption");
    for name in ["b/one.yaml", "b/two.yaml"] {
        let text = OLD.replace("address: payments", &format!("address: {name}"));
        write(&folder, name, text.as_bytes());
    }
    write(&folder, "b/open.yaml", encrypted.as_bytes());
    write(&folder, "a/gone.yaml", b"asyncapi: 3.0.0\n");
    let (_, out, _) = run(&folder, &["diff", "a", "b", "--format", "json"]);
    let out: Value = serde_json::from_str(&out).unwrap();
    let changes = out["changes"].as_array().unwrap().iter();
    let (prints, messages): (Vec<&str>, Vec<&str>) = changes
        .map(|one| {
            let text = |field: &str| one[field].as_str().unwrap();
            (text("fingerprint"), text("message"))
        })
        .unzip();
    assert_eq!(prints.len(), 4);
    let different: std::collections::BTreeSet<&&str> = prints.iter().collect();
    assert_eq!(different.len(), 4, "{prints:?}");
    // Who only encrypts has not said who they are, here as in `report`.
    let open = "`open.yaml`: this document is new; operations: 2, open to anyone: 2";
    assert!(
        messages.iter().any(|one| one.starts_with(open)),
        "{messages:?}"
    );
    // What is no document is not one that came or went.
    write(&folder, "other.yaml", b"a: 1\n");
    for sides in [["other.yaml", "old.yaml"], ["old.yaml", "other.yaml"]] {
        let (code, out, err) = run(&folder, &["diff", sides[0], sides[1], "--format", "short"]);
        assert_eq!((code, &*out), (2, ""), "{err}");
        assert_eq!(err.matches("this is no AsyncAPI document").count(), 1);
    }
}

#[test]
fn settings_change_severities_and_accept_with_a_reason() {
    let folder = folder("settings");
    let with = |settings: &str| {
        write(&folder, "asyncapi-security.toml", settings.as_bytes());
        run(
            &folder,
            &["diff", "old.yaml", "new.yaml", "--format", "short"],
        )
    };
    let (code, out, _) = with("[diff]\nalternative-replaced-weaker = \"notice\"\n");
    assert_eq!(code, 0);
    assert!(
        out.starts_with("notice alternative-replaced-weaker"),
        "{out}"
    );
    let (code, out, _) = with("[diff]\nalternative-replaced-weaker = \"off\"\n");
    assert_eq!((code, &*out), (0, ""));
    // What is not told of is not called unchanged.
    for severity in ["off", "none"] {
        with(&format!(
            "[diff]\nalternative-replaced-weaker = \"{severity}\"\n"
        ));
        let (code, out, _) = run(&folder, &["diff", "old.yaml", "new.yaml"]);
        assert_eq!(code, 0);
        let said = "Only changes that the settings accept or play down: old.yaml -> new.yaml; \
                    0 of 2 operations on servers unchanged\n\n\
                    1 played down or switched off by the settings\n";
        assert_eq!(out, said);
    }
    let (_, out, _) = run(
        &folder,
        &[
            "diff",
            "old.yaml",
            "new.yaml",
            "--format",
            "json",
            "--no-config",
        ],
    );
    let out: Value = serde_json::from_str(&out).unwrap();
    let fingerprint = out["changes"][0]["fingerprint"].as_str().unwrap();
    let (code, out, err) = with(&format!(
        "[[diff.accept]]\nfingerprint = \"{fingerprint}\"\nreason = \"meant\"\n"
    ));
    assert_eq!((code, &*out, &*err), (0, "", ""));
    let (code, _, err) =
        with("[[diff.accept]]\nfingerprint = \"0123456789ab\"\nreason = \"meant\"\n");
    assert_eq!(code, 1);
    assert!(
        err.contains("`0123456789ab`, which is no change here"),
        "{err}"
    );
    let (code, _, err) = with(&format!(
        "[diff]\n\n[[diff.accept]]\nfingerprint = \"{fingerprint}\"\n"
    ));
    assert_eq!(code, 1);
    let said = "note: asyncapi-security.toml: line 3: an accepted change needs";
    assert!(err.starts_with(said), "{err}");
    let (code, _, err) = with("[diff\n");
    assert_eq!(code, 2);
    assert!(
        err.starts_with("error: asyncapi-security.toml: line 1: "),
        "{err}"
    );
}

#[test]
fn what_is_too_long_is_not_passed_over() {
    let folder = folder("long");
    let long = [OLD, &"#\n".repeat(33 << 20)].concat();
    write(&folder, "a/long.yaml", long.as_bytes());
    write(&folder, "a/old.yaml", OLD.as_bytes());
    write(&folder, "b/old.yaml", OLD.as_bytes());
    let (code, out, err) = run(&folder, &["diff", "b", "a"]);
    assert_eq!(code, 2, "{out}");
    assert!(out.starts_with("No change found in what could"), "{out}");
    assert!(err.contains("a/long.yaml: it is too long"), "{err}");
    std::fs::remove_file(folder.join("a/long.yaml")).unwrap();
}

/// Runs git as somebody.
fn git(folder: &Path, arguments: &[&str]) -> bool {
    let mut command = Command::new("git");
    let known = [
        "-c",
        "user.name=a",
        "-c",
        "user.email=a@example.com",
        "-c",
        "commit.gpgsign=false",
    ];
    command.args(known).args(arguments).current_dir(folder);
    command
        .stdin(Stdio::null())
        .output()
        .is_ok_and(|output| output.status.success())
}

#[test]
fn revisions_are_read_with_what_they_refer_to() {
    let folder = command_line::folder("cli_diff", "revisions");
    if !git(&folder, &["init", "-q", "-b", "main", "."]) {
        println!("skipped: there is no git that can init with a branch");
        return;
    }
    let document = OLD.replace(
        "#/components/securitySchemes/scram'",
        "./schemes.yaml#/login'",
    );
    write(&folder, "apis/a.yaml", document.as_bytes());
    write(
        &folder,
        "apis/schemes.yaml",
        b"login: {type: scramSha512}\n",
    );
    assert!(git(&folder, &["add", "-A"]) && git(&folder, &["commit", "-qm", "one"]));
    assert!(git(&folder, &["checkout", "-qb", "side"]));
    write(&folder, "apis/schemes.yaml", b"login: {type: plain}\n");
    let one = [
        "diff",
        "main:apis/a.yaml",
        "apis/a.yaml",
        "--format",
        "short",
    ];
    let (code, out, err) = run(&folder, &one);
    assert_eq!((code, &*err), (1, ""));
    assert!(out.starts_with("danger scheme-type-weaker "), "{out}");
    let lines = |arguments: &[&str], place: &Path| {
        run(place, &[arguments, &["--format", "short"]].concat()).1
    };
    assert_eq!(lines(&["diff", "--base", "main"], &folder), out);
    assert_eq!(lines(&["diff", "main:", "."], &folder), out);
    let from_there = out.replace("new:apis/schemes.yaml:1:1", "new:schemes.yaml:1:1");
    assert_ne!(from_there, out);
    assert_eq!(
        lines(&["diff", "main:./a.yaml", "a.yaml"], &folder.join("apis")),
        from_there
    );
    assert_eq!(
        lines(&["diff", "--base", "main", "a.yaml"], &folder.join("apis")),
        from_there
    );
    assert_eq!(lines(&["diff", "main:apis", "side:apis"], &folder), "");
    // A new file.
    write(&folder, "apis/b.yaml", OLD.as_bytes());
    let new = lines(&["diff", "--base", "main", "apis/b.yaml"], &folder);
    assert!(new.starts_with("notice document-added"), "{new}");

    for (old, message) in [
        ("--output=x:a", "is no revision"),
        ("nothing:a", "git knows no revision `nothing`"),
        (
            "main:apis/nothing.yaml",
            "there is no such file in this revision",
        ),
    ] {
        let (code, _, err) = run(&folder, &["diff", "--", old, "apis/a.yaml"]);
        assert_eq!(code, 2);
        assert!(err.contains(message), "{err}");
    }
    assert!(!folder.join("x:a").exists());
    let lfs = b"version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 1\n# asyncapi";
    write(&folder, "apis/lfs.yaml", lfs);
    assert!(git(&folder, &["add", "-A"]) && git(&folder, &["commit", "-qm", "two"]));
    let (code, _, err) = run(&folder, &["diff", "side:apis/lfs.yaml", "apis/a.yaml"]);
    assert_eq!(code, 2);
    assert!(err.contains("a pointer of Git LFS"), "{err}");
}

/// With `--base` a file may be new or gone; one that cannot be read is neither.
#[test]
fn with_a_base_what_cannot_be_read_is_not_new() {
    let folder = command_line::folder("cli_diff", "base");
    if !git(&folder, &["init", "-q", "-b", "main", "."]) {
        println!("skipped: there is no git that can init with a branch");
        return;
    }
    let lfs = b"version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 1\n";
    write(&folder, "lfs.yaml", lfs);
    write(&folder, "latin.yaml", b"asyncapi: 3.0.0\n\xff");
    write(&folder, "gone.yaml", OLD.as_bytes());
    write(&folder, "a.yaml", OLD.as_bytes());
    assert!(git(&folder, &["add", "-A"]) && git(&folder, &["commit", "-qm", "one"]));
    for name in ["lfs.yaml", "latin.yaml", "new.yaml"] {
        write(&folder, name, open().as_bytes());
    }
    std::fs::remove_file(folder.join("gone.yaml")).unwrap();
    for (name, expected) in [
        ("lfs.yaml", "a pointer of Git LFS"),
        ("latin.yaml", "not UTF-8"),
    ] {
        for arguments in [
            vec!["diff", "--base", "main", name],
            vec!["diff", "--base", "main"],
        ] {
            let (code, out, err) = run(&folder, &arguments);
            assert_eq!(code, 2, "{arguments:?} {out}");
            assert!(err.contains(expected), "{err}");
            assert!(
                !out.contains(&format!("`{name}`: this document is new")),
                "{out}"
            );
        }
    }
    let lines = |name: &str| {
        run(
            &folder,
            &["diff", "--base", "main", name, "--format", "short"],
        )
    };
    let (code, out, _) = lines("new.yaml");
    let added = "notice document-added - new:new.yaml:1:1 `new.yaml`: this document is new";
    assert!(out.starts_with(added) && code == 0, "{out}");
    let (code, out, _) = lines("gone.yaml");
    let removed = "notice document-removed - old:gone.yaml:1:1 `gone.yaml`: this document is gone";
    assert!(out.starts_with(removed) && code == 0, "{out}");
    let (code, out, err) = lines("nothing.yaml");
    assert_eq!((code, &*out), (2, ""));
    assert!(err.contains("there is no such file"), "{err}");
}

/// Other files are read from the commit, wherever they are and however they are named.
#[test]
fn with_a_base_other_files_are_compared_and_stay_where_they_are() {
    let folder = command_line::folder("cli_diff", "base_files");
    if !git(&folder, &["init", "-q", "-b", "main", "."]) {
        println!("skipped: there is no git that can init with a branch");
        return;
    }
    let there = "shared.yaml#/login";
    let written = [
        ("plain.yaml", format!("'./{there}'")),
        ("comment.yaml", format!("# of all\n          ./{there}")),
    ];
    for (name, reference) in written {
        let reference = format!("$ref: {reference}");
        let text = OLD.replace("$ref: '#/components/securitySchemes/scram'", &reference);
        write(&folder, name, text.as_bytes());
    }
    let escaped = format!(
        r#"{{"asyncapi": "2.6.0", "info": {{"title": "a", "version": "1"}},
        "servers": {{"p": {{"url": "h", "protocol": "kafka-secure", "security": [{{"s": []}}]}}}},
        "channels": {{"c": {{"publish": {{}}}}}},
        "components": {{"securitySchemes": {{"s": {{"\u0024ref": "./{there}"}}}}}}}}"#
    );
    write(&folder, "escaped.json", escaped.as_bytes());
    write(&folder, "shared.yaml", b"login: {type: scramSha512}\n");
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt;
        let latin = folder.join(std::ffi::OsStr::from_bytes(b"caf\xe9.txt"));
        // Not every file system has such names.
        _ = std::fs::write(latin, "a");
    }
    assert!(git(&folder, &["add", "-A"]) && git(&folder, &["commit", "-qm", "one"]));
    let base = ["diff", "--base", "main", "--format", "short", "--show-none"];
    let (code, out, err) = run(&folder, &base);
    assert_eq!((code, &*out, &*err), (0, "", ""));
    write(&folder, "shared.yaml", b"login: {type: plain}\n");
    let (code, out, err) = run(&folder, &base);
    assert_eq!((code, &*err), (1, ""));
    assert_eq!(
        out.matches("danger scheme-type-weaker ").count(),
        3,
        "{out}"
    );
    let said = |revision: &str, folder: &Path| {
        let (code, _, err) = run(folder, &["diff", "--base", revision]);
        assert_eq!(code, 2);
        err
    };
    let err = said("origin/main", &folder);
    assert!(err.contains("run `git fetch origin main` first"), "{err}");
    let err = said("HEAD~9", &folder);
    assert!(
        err.ends_with("git knows no revision `HEAD~9` here\n"),
        "{err}"
    );
    let empty = command_line::folder("cli_diff", "nothing_committed");
    assert!(git(&empty, &["init", "-q", "."]));
    let err = said("HEAD", &empty);
    assert!(err.contains("nothing was committed here yet"), "{err}");
}

/// What changed between two revisions and can be read in neither is no reason to say that nothing
/// changed.
#[test]
fn what_neither_revision_can_read_is_told() {
    let folder = command_line::folder("cli_diff", "neither");
    if !git(&folder, &["init", "-q", "-b", "main", "."]) {
        println!("skipped: there is no git that can init with a branch");
        return;
    }
    let pointer =
        |id: u8| format!("version https://git-lfs.github.com/spec/v1\noid sha256:{id}\nsize 1\n");
    for name in ["same.json", "other.json"] {
        write(&folder, name, pointer(1).as_bytes());
    }
    write(&folder, "a.yaml", OLD.as_bytes());
    assert!(git(&folder, &["add", "-A"]) && git(&folder, &["commit", "-qm", "one"]));
    assert!(git(&folder, &["checkout", "-qb", "side"]));
    write(&folder, "other.json", pointer(2).as_bytes());
    assert!(git(&folder, &["commit", "-qam", "two"]));
    let (code, out, err) = run(&folder, &["diff", "main:", "side:"]);
    assert_eq!(code, 2, "{out}");
    assert!(
        out.starts_with("No change found in what could be compared"),
        "{out}"
    );
    assert!(err.contains("other.json: git has a pointer"), "{err}");
    assert!(!err.contains("same.json"), "{err}");
}

/// The exit code is that of two sides: a danger is 1 without `--fail-on`.
#[test]
fn with_a_base_a_danger_fails() {
    let folder = command_line::folder("cli_diff", "base_codes");
    if !git(&folder, &["init", "-q", "-b", "main", "."]) {
        println!("skipped: there is no git that can init with a branch");
        return;
    }
    for name in ["a/api.yaml", "b/api.yaml"] {
        write(&folder, name, OLD.as_bytes());
    }
    assert!(git(&folder, &["add", "-A"]) && git(&folder, &["commit", "-qm", "one"]));
    let code =
        |arguments: &[&str]| run(&folder, &[&["diff", "--base", "main"], arguments].concat());
    assert_eq!(code(&[]).0, 0);
    write(&folder, "a/api.yaml", weaker().as_bytes());
    let (_, out, _) = code(&["--format", "json"]);
    let out: Value = serde_json::from_str(&out).unwrap();
    let fingerprint = out["changes"][0]["fingerprint"].as_str().unwrap();
    assert_eq!(code(&[]).0, 1);
    assert_eq!(code(&["a"]).0, 1);
    assert_eq!(code(&["b"]).0, 0);
    assert_eq!(code(&["--fail-on", "never"]).0, 0);
    assert!(git(&folder, &["checkout", "-qb", "side"]) && git(&folder, &["commit", "-qam", "two"]));
    assert_eq!(code(&[]).0, 1);
    // What the settings of one path accept is nothing that those of another one know.
    let settings =
        format!("[[diff.accept]]\nfingerprint = \"{fingerprint}\"\nreason = \"planned\"\n");
    write(&folder, "a/asyncapi-security.toml", settings.as_bytes());
    let unused = settings.replace(fingerprint, "0123456789ab");
    write(&folder, "b/asyncapi-security.toml", unused.as_bytes());
    let (found, out, err) = code(&["a", "b"]);
    assert!(
        found == 0 && out.contains("1 accepted by the settings"),
        "{out}"
    );
    assert!(
        err.contains("accept `0123456789ab`, which is no change here"),
        "{err}"
    );
    assert!(!err.contains(fingerprint), "{err}");
    let (found, _, err) = code(&["b", "a"]);
    assert!(
        found == 0 && err.contains("0123456789ab") && !err.contains(fingerprint),
        "{err}"
    );
}

#[test]
fn one_side_may_be_standard_input() {
    use std::io::Write;
    let folder = folder("input");
    let mut child = program(&folder, &["diff", "-", "new.yaml", "--format", "short"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(OLD.as_bytes())
        .unwrap();
    let (code, out, _) = command_line::read(child.wait_with_output().unwrap());
    assert_eq!(code, 1);
    assert!(
        out.starts_with("danger alternative-replaced-weaker refund@production new:new.yaml:7:5"),
        "{out}"
    );
}
