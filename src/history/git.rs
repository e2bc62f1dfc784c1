//! Reads files of a revision by git, as lists of arguments and never by a shell. Nothing is written
//! or fetched.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use crate::syntax::tree::MAX_BYTES;

/// The files of a revision.
pub struct Revision {
    /// The full name of the commit.
    pub commit: String,
    /// The root of the repository.
    pub root: PathBuf,
    /// What it has: the objects of regular files by path, and `None` for anything else.
    files: BTreeMap<String, Option<String>>,
    blobs: Blobs,
}

/// A program that hands out objects by name (git-cat-file, `--batch`).
struct Blobs {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Drop for Blobs {
    fn drop(&mut self) {
        // It ends when there is nothing more to ask.
        self.input = None;
        _ = self.child.wait();
    }
}

/// The commit at which two revisions part: that of the user and the one that is checked out.
///
/// # Errors
/// Why there is none, in words.
pub fn merge_base(folder: &Path, revision: &str) -> Result<String, String> {
    let commit = commit(folder, revision)?;
    let head = self::commit(folder, "HEAD")?;
    let found =
        git(folder, &["merge-base", &commit, &head]).map_err(|_| match is_shallow(folder) {
            true => format!(
                "`{revision}` and HEAD have no commit in common here, since this clone is shallow: \
                 run `git fetch --unshallow`"
            ),
            false => format!("`{revision}` and HEAD have no commit in common"),
        })?;
    Ok(found.trim().to_owned())
}

fn is_shallow(folder: &Path) -> bool {
    let answer = git(folder, &["rev-parse", "--is-shallow-repository"]);
    answer.is_ok_and(|answer| answer.trim() == "true")
}

/// The path of a folder from the root of its repository on, with `/` at its end unless empty.
///
/// # Errors
/// Why git cannot say.
pub fn prefix(folder: &Path) -> Result<String, String> {
    let prefix = git(folder, &["rev-parse", "--show-prefix"])?;
    Ok(prefix.trim_end_matches(['\r', '\n']).to_owned())
}

fn commit(folder: &Path, revision: &str) -> Result<String, String> {
    if revision.starts_with('-') || revision.is_empty() {
        return Err(format!("`{revision}` is no revision"));
    }
    let asked = format!("{revision}^{{commit}}");
    let found = git(
        folder,
        &[
            "rev-parse",
            "--verify",
            "--quiet",
            "--end-of-options",
            &asked,
        ],
    );
    let found = found.map_err(|error| match error.is_empty() {
        true => unknown(folder, revision),
        false => error,
    })?;
    // Old versions repeat the option.
    let name = found.lines().last().unwrap_or_default().trim();
    Ok(name.to_owned())
}

/// What is said of a revision that git does not know, and what helps.
fn unknown(folder: &Path, revision: &str) -> String {
    if revision == "HEAD" {
        return "nothing was committed here yet".to_owned();
    }
    let known = format!("git knows no revision `{revision}` here");
    if revision.contains(['~', '^']) {
        return match is_shallow(folder) {
            true => format!("{known}, since this clone is shallow: run `git fetch --unshallow`"),
            false => known,
        };
    }
    let branch = revision.strip_prefix("origin/").unwrap_or(revision);
    format!("{known}; where a pipeline fetches little, run `git fetch origin {branch}` first")
}

impl Revision {
    /// Looks at a revision of the repository around a folder.
    ///
    /// # Errors
    /// Why it cannot be read, in words.
    pub fn open(folder: &Path, name: &str) -> Result<Self, String> {
        let commit = commit(folder, name)?;
        let root = git(folder, &["rev-parse", "--show-toplevel"])?;
        let root = PathBuf::from(root.trim_end_matches(['\r', '\n']));
        let list = git(folder, &["ls-tree", "-r", "-z", "--full-tree", &commit])?;
        let files = list.split('\0').filter_map(|line| {
            let (about, path) = line.split_once('\t')?;
            let mut about = about.split(' ');
            let (mode, _, object) = (about.next()?, about.next()?, about.next()?);
            let is_file = mode.starts_with("100");
            Some((path.to_owned(), is_file.then(|| object.to_owned())))
        });
        Ok(Self {
            files: files.collect(),
            blobs: Blobs::start(folder)?,
            commit,
            root,
        })
    }

    /// The paths below a folder; `""` for all.
    pub fn below(&self, folder: &str) -> Vec<String> {
        let paths = self.files.range(folder.to_owned()..);
        let paths = paths.take_while(|(path, _)| path.starts_with(folder));
        paths.map(|(path, _)| path.clone()).collect()
    }

    /// Whether there is something at a path.
    pub fn has(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    /// The name of the content of a regular file: the same for the same bytes.
    pub fn object(&self, path: &str) -> Option<&str> {
        self.files.get(path)?.as_deref()
    }

    /// The bytes of a file; `None` if there is none.
    ///
    /// # Errors
    /// Why it cannot be read, in words.
    pub fn read(&mut self, path: &str) -> Result<Option<Vec<u8>>, String> {
        let Some(object) = self.files.get(path) else {
            return Ok(None);
        };
        let Some(object) = object.clone() else {
            return Err("it is a symbolic link or a submodule, which is not followed".to_owned());
        };
        let bytes = self.blobs.read(&object)?;
        if bytes.starts_with(b"version https://git-lfs.github.com/spec/") {
            let why =
                "git has a pointer of Git LFS in its place: run `git lfs pull`, and compare files";
            return Err(why.to_owned());
        }
        Ok(Some(bytes))
    }
}

impl Blobs {
    fn start(folder: &Path) -> Result<Self, String> {
        let mut command = command(folder);
        command
            .args(["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut child = command.stderr(Stdio::null()).spawn().map_err(not_started)?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err("git cannot be asked".to_owned());
        };
        Ok(Self {
            child,
            input: Some(input),
            output: BufReader::new(output),
        })
    }

    fn read(&mut self, object: &str) -> Result<Vec<u8>, String> {
        let failed = |error: std::io::Error| format!("git does not answer: {error}");
        let Some(input) = &mut self.input else {
            return Err("git has ended".to_owned());
        };
        writeln!(input, "{object}")
            .and_then(|()| input.flush())
            .map_err(failed)?;
        let mut head = String::new();
        self.output.read_line(&mut head).map_err(failed)?;
        let length = head
            .trim_end()
            .rsplit(' ')
            .next()
            .and_then(|word| word.parse::<usize>().ok());
        let Some(length) = length else {
            return Err("git does not have its content here; nothing is fetched".to_owned());
        };
        let limit = u64::try_from(length).unwrap_or(u64::MAX).saturating_add(1);
        let mut rest = self.output.by_ref().take(limit);
        if length > MAX_BYTES {
            std::io::copy(&mut rest, &mut std::io::sink()).map_err(failed)?;
            return Err(format!("it has more than {MAX_BYTES} bytes"));
        }
        let mut bytes = Vec::with_capacity(length + 1);
        rest.read_to_end(&mut bytes).map_err(failed)?;
        // A line break follows the content.
        bytes.truncate(length);
        Ok(bytes)
    }
}

fn git(folder: &Path, arguments: &[&str]) -> Result<String, String> {
    let output = command(folder)
        .args(arguments)
        .stdin(Stdio::null())
        .output();
    let output = output.map_err(|error| match folder.is_dir() {
        true => not_started(error),
        false => format!("there is no folder {}", folder.display()),
    })?;
    if !output.status.success() {
        let error = String::from_utf8_lossy(&output.stderr);
        return Err(error.trim().trim_start_matches("fatal: ").to_owned());
    }
    // Paths that are not UTF-8 are no reason to see nothing of the others.
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn command(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command
        .current_dir(folder)
        // Of a partial clone nothing is fetched, which could run what its configuration says (git,
        // "git"). Versions before 2.45 know only the second one: no protocol is allowed.
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_ALLOW_PROTOCOL", "")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("LC_ALL", "C");
    command
}

fn not_started(error: std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => {
            "git is not installed; files can be compared without it".to_owned()
        }
        _ => format!("git cannot be started: {error}"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    #[test]
    fn without_a_folder_git_is_not_to_blame() {
        let folder = std::env::temp_dir().join("asyncapi-security-lsp/nothing/here");
        let error = super::prefix(&folder).unwrap_err();
        assert!(error.starts_with("there is no folder "), "{error}");
    }
}
