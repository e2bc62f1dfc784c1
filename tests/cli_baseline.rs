//! What is known, and what is silenced in vain.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/command_line.rs"]
mod command_line;

use std::path::{Path, PathBuf};

use command_line::{run, write};
use expect_test::expect;

const OLD: &str = "\
asyncapi: 3.0.0
info: {title: a, version: '1'}
servers:
  a:
    host: broker.shop.org
    protocol: https
    security:
      - type: http
        scheme: Bearer
      - type: httpApiKey
        in: header
";

fn folder(name: &str) -> PathBuf {
    let folder = command_line::folder("cli_baseline", name);
    write(&folder, "api/a.yaml", OLD.as_bytes());
    write(
        &folder,
        "b.yaml",
        OLD.replace("Bearer", "bearer").as_bytes(),
    );
    folder
}

fn lines(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let all = ["check", "--format", "concise"];
    run(folder, &[&all[..], arguments].concat())
}

#[test]
fn what_is_known_is_left_out_and_what_is_gone_is_said() {
    let folder = folder("known");
    let (code, out, err) = run(&folder, &["check", "--write-baseline"]);
    assert_eq!((code, out.as_str()), (0, ""), "{err}");
    expect![[r#"
        note: 3 findings in 2 documents written to asyncapi-security-baseline.json; write `baseline = "asyncapi-security-baseline.json"` into asyncapi-security.toml, or give `--baseline asyncapi-security-baseline.json`
    "#]].assert_eq(&err);
    let text = std::fs::read_to_string(folder.join("asyncapi-security-baseline.json")).unwrap();
    expect![[r#"
        {
          "version": 1,
          "files": {
            "api/a.yaml": {
              "http-bearer-case": [
                {
                  "pointer": "/servers/a/security/0/scheme",
                  "message": "write `bearer` in lower case: other tools do not recognise other spellings"
                }
              ],
              "security-scheme-missing-field": [
                {
                  "pointer": "/servers/a/security/1/type",
                  "message": "`name` is missing; type `httpApiKey` requires it"
                }
              ]
            },
            "b.yaml": {
              "security-scheme-missing-field": [
                {
                  "pointer": "/servers/a/security/1/type",
                  "message": "`name` is missing; type `httpApiKey` requires it"
                }
              ]
            }
          }
        }
    "#]]
    .assert_eq(&text);

    // It is not looked for by itself.
    assert_eq!(lines(&folder, &[]).0, 1);
    let with = ["--baseline", "asyncapi-security-baseline.json"];
    let (code, out, err) = lines(&folder, &with);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    assert_eq!(out, "nothing found in 2 documents; 3 in the baseline\n");

    // Something is inserted before, something new comes, something is mended.
    let text = OLD
        .replace(
            "    security:\n",
            "    security:\n      - {type: userPassword}\n",
        )
        .replace("info:", "# a comment\ninfo:")
        .replace("Bearer", "bearer")
        .replace(
            "  a:\n",
            "  b: {host: c.shop.org, protocol: https, security: [{typ: plain}]}\n  a:\n",
        );
    write(&folder, "api/a.yaml", text.as_bytes());
    let (code, out, err) = lines(&folder, &with);
    assert_eq!(code, 1);
    expect![[r#"
        api/a.yaml:5:54: error: `typ` is not a field of a security scheme; did you mean `type`? [security-scheme-type-missing]
        api/a.yaml:10:16: information: the type `userPassword` is for the login of a broker, which `https` does not have; use `http` with `scheme: basic` for user name and password in a header [security-type-not-for-protocol]
        1 error, 1 info in 2 documents; 2 in the baseline
    "#]].assert_eq(&out);
    expect![[r#"
        note: 1 finding of the baseline is gone; `check --write-baseline` forgets what is gone
    "#]]
    .assert_eq(&err);

    // Only what is checked is written anew.
    std::fs::remove_file(folder.join("b.yaml")).unwrap();
    write(&folder, "c.yaml", OLD.as_bytes());
    let (code, _, err) = run(
        &folder,
        &["check", "--write-baseline", "--baseline", with[1], "c.yaml"],
    );
    assert_eq!(code, 0);
    expect![[r#"
        note: 2 findings in 1 document written to asyncapi-security-baseline.json
    "#]]
    .assert_eq(&err);
    let text = std::fs::read_to_string(folder.join(with[1])).unwrap();
    assert!(
        text.contains("api/a.yaml") && text.contains("\"c.yaml\""),
        "{text}"
    );
    assert!(!text.contains("b.yaml"), "the file is gone: {text}");
}

#[test]
fn settings_name_a_baseline() {
    let folder = folder("settings");
    write(
        &folder,
        "asyncapi-security.toml",
        b"baseline = 'old/known.json'\n",
    );
    let (code, out, _) = lines(&folder, &[]);
    assert_eq!(code, 2, "what is known is not to be had");
    let first = out.lines().next().unwrap();
    assert!(first.contains("there is no such file"), "{first}");
    std::fs::create_dir(folder.join("old")).unwrap();
    let (code, out, err) = run(&folder, &["check", "--write-baseline", "."]);
    assert_eq!((code, out.as_str()), (0, ""));
    assert_eq!(
        err,
        "note: 3 findings in 2 documents written to old/known.json\n"
    );
    // The same from another folder, and by another name.
    let (code, out, _) = lines(&folder.join("api"), &["a.yaml"]);
    assert_eq!(code, 0, "{out}");
    assert_eq!(lines(&folder, &["--level", "hint"]).0, 0);
}

#[test]
fn what_is_no_baseline_is_not_replaced() {
    let folder = folder("no_baseline");
    write(&folder, "notes.json", b"{\"a\": 1}");
    let (code, _, err) = run(
        &folder,
        &["check", "--write-baseline", "--baseline", "notes.json"],
    );
    assert_eq!(code, 2);
    assert!(
        err.contains("notes.json: not replaced: it is no baseline"),
        "{err}"
    );
    assert_eq!(
        std::fs::read(folder.join("notes.json")).unwrap(),
        b"{\"a\": 1}"
    );
    for (file, word) in [
        ("notes.json", "it is no baseline"),
        ("none.json", "no such file"),
    ] {
        let (code, out, err) = run(&folder, &["check", "--baseline", file]);
        assert_eq!((code, out.as_str()), (2, ""));
        assert!(err.contains(word), "{err}");
    }
}

#[test]
fn a_baseline_outside_of_the_repository_is_not_read() {
    let folder = folder("outside");
    write(&folder, "inner/.git/HEAD", b"");
    write(&folder, "inner/a.yaml", OLD.as_bytes());
    write(
        &folder,
        "inner/asyncapi-security.toml",
        b"baseline = '../known.json'\n",
    );
    write(&folder, "known.json", b"{\"version\": 1, \"files\": {}}");
    let (_, out, _) = lines(&folder, &["inner"]);
    assert!(out.contains("outside of the repository"), "{out}");
}

#[test]
fn ignores_that_silence_nothing_are_said() {
    let folder = folder("ignores");
    let settings = "[[ignore]]\nrule = 'http-bearer-case'\nfiles = 'api/*'\n\n[[ignore]]\nrule = 'url-not-https'\nreason = 'x'\n";
    write(&folder, "asyncapi-security.toml", settings.as_bytes());
    let (_, out, _) = lines(&folder, &["."]);
    let said: Vec<&str> = out.lines().filter(|line| line.contains(".toml")).collect();
    expect![[r#"
        [
            "asyncapi-security.toml:5:1: information: this ignore silences nothing in any document; remove it [suppression-unused]",
        ]
    "#]].assert_debug_eq(&said);
    // Other documents may need it.
    for part in ["api", "b.yaml"] {
        let (_, out, _) = lines(&folder, &[part]);
        assert!(!out.contains(".toml"), "{out}");
    }
}
