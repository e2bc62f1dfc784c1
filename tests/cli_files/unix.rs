//! Links, pipes, devices, modes, full disks.

use std::ffi::OsStr;
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Stdio};

use super::command_line::{PROGRAM, program, read, run};
use super::{BEFORE, after, folder, names, text};

fn pipe(path: &Path) {
    let made = Command::new("mkfifo").arg(path).status().unwrap();
    assert!(made.success());
}

/// Runs the program by a shell, for what only a shell can do; the program is `$0`.
fn shell(folder: &Path, script: &str) -> (i32, String, String) {
    let mut command = Command::new("bash");
    command.args(["-c", script, PROGRAM]).current_dir(folder);
    read(command.stdin(Stdio::null()).output().unwrap())
}

/// As [`run`], for what might wait for ever.
fn run_at_once(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut command = program(folder, arguments);
    let child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let id = child.id().to_string();
    let (sender, output) = std::sync::mpsc::channel();
    std::thread::spawn(move || sender.send(child.wait_with_output().unwrap()));
    let Ok(output) = output.recv_timeout(std::time::Duration::from_secs(60)) else {
        Command::new("kill").args(["-9", &id]).status().unwrap();
        panic!("{arguments:?} waits for ever")
    };
    read(output)
}

#[test]
fn links_are_read_and_never_written_through() {
    let parent = folder("links", &["outside/o.yaml", "in/sub/z.yaml"]);
    let folder = parent.join("in");
    symlink("../outside/o.yaml", folder.join("out.yaml")).unwrap();
    symlink("sub/z.yaml", folder.join("a.yaml")).unwrap();
    symlink("../outside", folder.join("linked")).unwrap();
    symlink("../outside", folder.join("named.yaml")).unwrap();
    for arguments in [
        &["check", "--fix", "."][..],
        &["check", "--fix", "../in", "sub/z.yaml"],
    ] {
        std::fs::write(folder.join("sub/z.yaml"), BEFORE).unwrap();
        let (code, out, err) = run(&folder, arguments);
        assert_eq!(code, 1, "{err}");
        // A finding of the file outside, shown under the name of the link.
        assert!(out.contains("out.yaml:6:15"), "{out}");
        assert!(out.ends_with("\n1 warning in 2 documents\n"), "{out}");
        assert!(
            err.contains("out.yaml: not fixed: it is a symbolic link; "),
            "{err}"
        );
        assert!(
            err.contains("linked: and 1 more are symbolic links to folders"),
            "{err}"
        );
        assert!(!err.contains("a.yaml:"), "{err}");
        assert!(
            err.ends_with("fixed 1 finding in 1 file; 1 file not fixed\n"),
            "{err}"
        );
        assert_eq!(text(&parent, "outside/o.yaml"), BEFORE);
        assert_eq!(text(&folder, "sub/z.yaml"), after());
        assert!(folder.join("a.yaml").is_symlink() && folder.join("out.yaml").is_symlink());
    }
    // Also if the link is named; then it is an error.
    for arguments in [
        &["check", "--fix", "out.yaml"][..],
        &["check", "--fix", "--diff", "out.yaml"],
    ] {
        let (code, out, err) = run(&folder, arguments);
        assert_eq!(code, 2, "{err}");
        assert!(!out.contains("+++"), "{out}");
        assert!(
            err.starts_with("error: out.yaml: not fixed: it is a symbolic link; "),
            "{err}"
        );
    }
    // Without `--fix` there is nothing to say.
    let (code, _, err) = run(&folder, &["check", "out.yaml"]);
    assert_eq!((code, err.as_str()), (1, ""));
    // A folder may be named by a link.
    let (code, _, err) = run(&folder, &["check", "--fix", "linked"]);
    assert_eq!(
        (code, err.as_str()),
        (0, "note: fixed 1 finding in 1 file\n")
    );
    assert_eq!(text(&parent, "outside/o.yaml"), after());
}

/// A file that is there by itself is fixed, whatever link to it comes first.
#[test]
fn a_link_does_not_hide_its_file() {
    let folder = folder("link-first", &["x/z.yaml"]);
    symlink("x/z.yaml", folder.join("a.yaml")).unwrap();
    let (code, out, err) = run(&folder, &["check", "--fix", "a.yaml", "x/z.yaml"]);
    assert_eq!(
        (code, err.as_str()),
        (0, "note: fixed 1 finding in 1 file\n"),
        "{out}"
    );
    assert_eq!(text(&folder, "x/z.yaml"), after());
}

#[test]
fn other_names_of_a_file_keep_its_text() {
    let folder = folder("hard", &["x/a.yaml", "y/keep"]);
    let other = folder.join("y/other.yaml");
    std::fs::hard_link(folder.join("x/a.yaml"), other).unwrap();
    let (code, _, err) = run(&folder, &["check", "--fix", "x"]);
    assert_eq!(code, 0);
    assert!(
        err.starts_with("note: x/a.yaml: its other names (hard links) keep the old text\n"),
        "{err}"
    );
    assert_eq!(text(&folder, "x/a.yaml"), after());
    assert_eq!(text(&folder, "y/other.yaml"), BEFORE);
}

#[test]
fn mode_owner_and_attributes_are_kept() {
    let folder = folder("mode", &["a.yaml"]);
    let path = folder.join("a.yaml");
    // Access for user 1234 (acl(5), in the bytes of Linux), which belongs into the mode too.
    let acl: Vec<u8> = [
        (1_u16, 6_u16, u32::MAX),
        (2, 4, 1234),
        (4, 4, u32::MAX),
        (16, 4, u32::MAX),
        (32, 0, u32::MAX),
    ]
    .iter()
    .fold(
        2_u32.to_le_bytes().to_vec(),
        |mut bytes, (tag, access, id)| {
            bytes.extend([tag.to_le_bytes(), access.to_le_bytes()].concat());
            bytes.extend(id.to_le_bytes());
            bytes
        },
    );
    let attributes = [
        ("user.origin", b"mail".to_vec()),
        ("system.posix_acl_access", acl),
    ];
    for mode in [0o600, 0o664, 0o755] {
        std::fs::write(&path, BEFORE).unwrap();
        // Only root may.
        let _ = std::os::unix::fs::chown(&path, Some(1234), Some(5678));
        std::fs::set_permissions(&path, PermissionsExt::from_mode(mode)).unwrap();
        let known = attributes
            .iter()
            .filter(|(name, value)| xattr::set(&path, name, value).is_ok());
        let known: Vec<_> = known.collect();
        let before = std::fs::metadata(&path).unwrap();
        assert_eq!(run(&folder, &["check", "--fix", "a.yaml"]).0, 0);
        assert_eq!(text(&folder, "a.yaml"), after());
        let now = std::fs::metadata(&path).unwrap();
        assert_ne!(now.ino(), before.ino());
        assert_eq!(now.mode(), before.mode());
        assert_eq!((now.uid(), now.gid()), (before.uid(), before.gid()));
        for (name, value) in known {
            assert_eq!(
                xattr::get(&path, name).unwrap().as_ref(),
                Some(value),
                "{name}"
            );
            xattr::remove(&path, name).unwrap();
        }
    }
}

/// No byte can be written, as on a full disk.
#[test]
fn a_file_is_whole_when_nothing_can_be_written() {
    let folder = folder("full", &["a.yaml", "b.yaml"]);
    let script = "trap '' XFSZ; ulimit -f 0; exec \"$0\" check --fix .";
    let (code, out, err) = shell(&folder, script);
    assert_eq!(code, 2);
    assert!(out.ends_with("\n2 warnings in 2 documents\n"), "{out}");
    for name in ["a.yaml", "b.yaml"] {
        assert!(
            err.contains(&format!("error: {name}: not fixed: ")),
            "{err}"
        );
        assert_eq!(text(&folder, name), BEFORE);
    }
    assert!(
        err.ends_with("note: fixed 0 findings in 0 files; 2 files not fixed\n"),
        "{err}"
    );
    assert_eq!(names(&folder), ["a.yaml", "b.yaml"]);
}

#[test]
fn a_folder_that_cannot_be_written_is_an_error() {
    let folder = folder("closed", &["x/a.yaml"]);
    let set = |mode| {
        std::fs::set_permissions(folder.join("x"), PermissionsExt::from_mode(mode)).unwrap();
    };
    set(0o555);
    // Root writes everywhere.
    let may_write = File::create(folder.join("x/probe")).is_ok();
    let (code, _, err) = run(&folder, &["check", "--fix", "x"]);
    set(0o755);
    assert_eq!(code, if may_write { 0 } else { 2 }, "{err}");
    let expected = if may_write {
        after()
    } else {
        BEFORE.to_owned()
    };
    assert_eq!(text(&folder, "x/a.yaml"), expected);
}

#[test]
fn in_a_folder_only_files_are_opened_and_the_rest_is_said() {
    let folder = folder("special", &["a.yaml", "folder.yaml/b.yaml"]);
    pipe(&folder.join("pipe.yaml"));
    pipe(&folder.join("asyncapi-security.toml"));
    pipe(&folder.join("other.txt"));
    let _socket = std::os::unix::net::UnixListener::bind(folder.join("s.json"));
    symlink("/dev/zero", folder.join("zero.yml")).unwrap();
    symlink("pipe.yaml", folder.join("to-pipe.yaml")).unwrap();
    symlink("missing", folder.join("nowhere.yaml")).unwrap();
    symlink("loop.yaml", folder.join("loop.yaml")).unwrap();
    let (code, out, err) = run_at_once(&folder, &["check", "."]);
    assert_eq!(code, 1);
    assert!(
        out.ends_with("\n2 warnings in 2 documents; `--fix` fixes 2\n"),
        "{out}"
    );
    let mut said: Vec<&str> = err
        .lines()
        .filter(|line| line.starts_with("note: "))
        .collect();
    assert_eq!(said.len(), err.lines().count(), "{err}");
    // Where there is no room for a socket's path, there is none.
    said.retain(|line| *line != "note: s.json: is a socket, passed over");
    assert_eq!(said.len(), 5, "{err}");
    assert!(
        said[0].starts_with("note: loop.yaml: is a symbolic link that leads nowhere ("),
        "{err}"
    );
    assert!(
        said[1].starts_with("note: nowhere.yaml: is a symbolic link that leads nowhere ("),
        "{err}"
    );
    assert_eq!(said[2], "note: pipe.yaml: is a named pipe, passed over");
    assert_eq!(
        said[3],
        "note: to-pipe.yaml: is a symbolic link to a named pipe, passed over"
    );
    assert_eq!(
        said[4],
        "note: zero.yml: is a symbolic link to a device, passed over"
    );
    let (code, _, _) = run_at_once(&folder, &["check", "--fix", "."]);
    assert_eq!(code, 0);
    assert_eq!(text(&folder, "folder.yaml/b.yaml"), after());
}

/// The walker would read them, and wait for ever.
#[test]
fn files_that_say_what_is_ignored_are_opened_only_if_they_are_files() {
    for name in [".gitignore", ".ignore", ".git/info/exclude"] {
        let folder = folder("ignore", &["a.yaml", "sub/b.yaml", "sub/.git/info/keep"]);
        pipe(&folder.join("sub").join(name));
        let (code, out, err) = run_at_once(&folder, &["check", "."]);
        assert_eq!(code, 2);
        assert!(
            out.ends_with("\n1 warning in 1 document; `--fix` fixes 1\n"),
            "{out}"
        );
        let expected = format!("error: sub/{name}: is a named pipe, not a file: ");
        assert!(err.starts_with(&expected), "{err}");
        let (code, _, err) = run_at_once(&folder, &["check", "sub"]);
        assert_eq!(code, 2);
        assert!(
            err.contains(&format!("/{name}: is a named pipe, not a file: ")),
            "{err}"
        );
    }
}

#[test]
fn devices_are_not_opened_even_if_they_are_named() {
    let folder = folder("device", &["a.yaml"]);
    for device in ["/dev/zero", "/dev/tty", "/dev/null"] {
        let (code, _, err) = run_at_once(&folder, &["check", "--fix", device, "a.yaml"]);
        assert_eq!(code, 2);
        let expected = format!("error: {device}: it is a device, not a file\n");
        assert!(err.starts_with(&expected), "{err}");
        let (code, _, err) = run_at_once(&folder, &["check", "--config", device, "a.yaml"]);
        assert_eq!(code, 2);
        assert!(err.starts_with(&expected), "{err}");
    }
    assert_eq!(text(&folder, "a.yaml"), after());
}

#[test]
fn a_pipe_that_is_named_is_read_and_not_written() {
    let folder = folder("named-pipe", &["a.yaml"]);
    pipe(&folder.join("p.yaml"));
    for (arguments, expected) in [
        (&["check", "p.yaml"][..], 1),
        (&["check", "--fix", "--diff", "p.yaml"], 1),
        (&["check", "--fix", "p.yaml"], 2),
    ] {
        let path = folder.join("p.yaml");
        let writer = std::thread::spawn(move || {
            let mut pipe = OpenOptions::new().write(true).open(path).unwrap();
            pipe.write_all(BEFORE.as_bytes()).unwrap();
        });
        let (code, out, err) = run_at_once(&folder, arguments);
        writer.join().unwrap();
        assert_eq!(code, expected, "{err}");
        assert!(out.contains("Bearer"), "{out}");
        let says = "error: p.yaml: not fixed: only files can be fixed; use `--diff` as well\n";
        assert_eq!(err.contains(says), expected == 2, "{err}");
    }
}

#[test]
fn what_a_shell_passes_is_read() {
    let folder = folder("shell", &["a.yaml"]);
    for (script, expected) in [
        ("exec \"$0\" check <(cat a.yaml)", 1),
        ("exec \"$0\" check --fix <(cat a.yaml)", 2),
        ("cat a.yaml | \"$0\" check /dev/stdin", 1),
        ("exec \"$0\" check /dev/stdin < a.yaml", 1),
        // A link, which might lead anywhere.
        ("exec \"$0\" check --fix /dev/stdin < a.yaml", 2),
        (
            "exec \"$0\" check --config <(printf '[rules]\\nhttp-bearer-case = \"off\"') a.yaml",
            0,
        ),
    ] {
        let (code, out, err) = shell(&folder, script);
        assert_eq!(code, expected, "{script}: {err}");
        assert!(
            out.lines().any(|line| line.contains(" in 1 document")),
            "{script}: {out}{err}"
        );
        assert_eq!(text(&folder, "a.yaml"), BEFORE, "{script}");
    }
}

#[test]
fn names_are_shown_on_one_line() {
    let folder = folder("names", &["a\nerror: \u{1b}b.yaml"]);
    // Not every system allows such a name.
    let invalid = std::fs::write(folder.join(OsStr::from_bytes(b"\xff.yaml")), BEFORE).is_ok();
    let (code, out, _) = run(&folder, &["check", "."]);
    assert_eq!(code, 1);
    assert!(
        out.contains("--> a\u{fffd}error: \u{fffd}b.yaml:6:15\n"),
        "{out}"
    );
    assert_eq!(out.contains("--> \u{fffd}.yaml:6:15\n"), invalid, "{out}");
    let (code, out, _) = run(&folder, &["check", "--fix", "--diff", "."]);
    assert_eq!(code, 1);
    assert!(
        out.contains("+++ \"b/a\\012error: \\033b.yaml\"\n"),
        "{out}"
    );
    let (code, out, err) = run(&folder, &["check", "--fix", "."]);
    assert_eq!(code, 0, "{out}{err}");
    assert_eq!(names(&folder).len(), 1 + usize::from(invalid));
}
