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
        error: refused.yaml:1:11: not migrated: `/servers/a` requires several schemes together, which 3.0 cannot say: there every entry is another choice.
        note: migrated 1 document; 1 refused
    "#]].assert_eq(&err);
    assert_eq!(text(&folder, "refused.yaml"), REFUSED);
    assert!(text(&folder, "a.yaml").starts_with("asyncapi: 3.0.0"));
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
    assert!(err.starts_with("error: <stdin>:"), "{err}");
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
        assert_eq!(
            err.contains("Other files refer to `/components/"),
            code == 1
        );
        assert_eq!(text(&folder, "a.yaml") == text_of, code == 1);
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
