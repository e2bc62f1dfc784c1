//! What of the disk may be looked at: the repository of a file and the open folders, by real path.

use std::path::{Component, Path, PathBuf};

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::loader;
use super::source_file::SourceFile;

/// How many bytes of a file that says what to ignore are read.
const MAX_BYTES: usize = 1 << 20;

/// How many entries of a folder are looked at for a name in other letter case.
const MAX_ENTRIES: usize = 10_000;

/// The root of the repository that a file is in: the nearest folder with `.git`.
pub fn repository(file: &Path) -> Option<PathBuf> {
    let mut folders = file.ancestors().skip(1);
    folders
        .find(|folder| loader::is_repository(folder))
        .map(Path::to_owned)
}

/// What is searched for an open folder: its repository, but the folder itself outside of one, or if
/// git ignores it.
pub fn root(folder: &Path) -> PathBuf {
    let file = folder.join("file");
    let repository = repository(&file).filter(|repository| !is_ignored(repository, &file));
    repository.unwrap_or_else(|| folder.to_owned())
}

/// Whether a file is below one of the folders.
pub fn is_below<'f>(file: &Path, folders: impl IntoIterator<Item = &'f PathBuf>) -> bool {
    folders.into_iter().any(|folder| file.starts_with(folder))
}

/// Whether nobody can expect that an absent file is there: it is made by a tool, so that git
/// ignores it, or its submodule may not be checked out.
pub fn may_be_absent(repository: &Path, file: &Path) -> bool {
    is_in_submodule(repository, file) || is_ignored(repository, file)
}

/// Why a file is read, but not changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// It is a document of OpenAPI, whose names are not known here.
    OpenApi,
    /// Git ignores it: a tool makes it.
    Ignored,
    /// It belongs to another repository.
    Submodule,
    /// It is neither in the repository nor in an open folder.
    Outside,
}

/// Why a file is not changed because of a change in another one.
pub fn kept(asked: &SourceFile, file: &SourceFile, folders: &[PathBuf]) -> Option<Kept> {
    if file.is_openapi {
        return Some(Kept::OpenApi);
    }
    if asked.path == file.path {
        return None;
    }
    let is_open = is_below(&file.path, folders);
    let root = match &asked.repository {
        Some(root) if file.path.starts_with(root) => root,
        _ if !is_open => return Some(Kept::Outside),
        _ => match &file.repository {
            Some(root) => root,
            None => return None,
        },
    };
    let is_elsewhere = file.repository.as_ref() != Some(root);
    if is_elsewhere || is_in_submodule(root, &file.path) {
        return Some(Kept::Submodule);
    }
    is_ignored(root, &file.path).then_some(Kept::Ignored)
}

/// Whether a file is in a submodule (git-scm.com, "gitmodules").
fn is_in_submodule(repository: &Path, file: &Path) -> bool {
    let text = loader::read(&repository.join(".gitmodules"), MAX_BYTES);
    let Ok(Some(text)) = text else {
        return false;
    };
    let paths = text.lines().filter_map(|line| {
        let (key, value) = line.split_once('=')?;
        (key.trim() == "path").then(|| value.trim().trim_matches('"'))
    });
    let mut paths = paths.filter(|path| !path.is_empty());
    paths.any(|path| file.starts_with(repository.join(path)))
}

/// Whether git ignores a file of a repository.
pub fn is_ignored(repository: &Path, file: &Path) -> bool {
    let Ok(below) = file.strip_prefix(repository) else {
        return false;
    };
    let mut folder = repository.to_owned();
    let mut is_ignored = false;
    for part in below.components() {
        // A deeper file decides before the ones above it.
        match ignore_file(&folder).matched_path_or_any_parents(file, false) {
            ignore::Match::None => {}
            found => is_ignored = found.is_ignore(),
        }
        folder.push(part);
    }
    is_ignored
}

/// What the files of a folder say that git ignores below it.
fn ignore_file(folder: &Path) -> Gitignore {
    let mut builder = GitignoreBuilder::new(folder);
    for name in [".git/info/exclude", ".gitignore"] {
        if let Ok(Some(text)) = loader::read(&folder.join(name), MAX_BYTES) {
            for line in text.lines() {
                // What git cannot read it passes over.
                _ = builder.add_line(None, line);
            }
        }
    }
    builder.build().unwrap_or_else(|_| Gitignore::empty())
}

/// The file that was probably meant by a path at which there is none: in other letter case, with
/// the extension that is missing, or from another folder below the same bound.
pub fn meant(file: &Path, folders: &[PathBuf]) -> Option<PathBuf> {
    let bounds = folders.iter().filter(|folder| file.starts_with(folder));
    let bound = bounds.min_by_key(|folder| folder.components().count())?;
    let found = in_any_case(bound, file.strip_prefix(bound).ok()?)
        .or_else(|| with_extension(file))
        .or_else(|| from_another_folder(bound, file))?;
    // A link may lead out.
    loader::real(&found)?.starts_with(bound).then_some(found)
}

fn in_any_case(bound: &Path, below: &Path) -> Option<PathBuf> {
    let mut path = bound.to_owned();
    for part in below.components() {
        let Component::Normal(name) = part else {
            return None;
        };
        let name = name.to_str()?;
        let names: Vec<String> = loader::names(&path, MAX_ENTRIES);
        let lower = name.to_lowercase();
        let same = names.iter().find(|known| *known == name);
        let near = || names.iter().find(|known| known.to_lowercase() == lower);
        path.push(same.or_else(near)?);
    }
    path.is_file().then_some(path)
}

fn with_extension(file: &Path) -> Option<PathBuf> {
    let name = file.file_name()?.to_str()?;
    let mut files = ["yaml", "yml", "json"].iter();
    files.find_map(|word| {
        let file = file.with_file_name(format!("{name}.{word}"));
        file.is_file().then_some(file)
    })
}

/// The same path, but from a folder further up.
fn from_another_folder(bound: &Path, file: &Path) -> Option<PathBuf> {
    let below = file.strip_prefix(bound).ok()?;
    let depth = below.components().count();
    // The longest tail is the path as it is written, as far as that can be known.
    (1..depth).rev().find_map(|length| {
        let tail: PathBuf = below.components().skip(depth - length).collect();
        let folders = file.ancestors().skip(length + 1);
        let mut folders = folders.take_while(|folder| folder.starts_with(bound));
        folders.find_map(|folder| {
            let path = folder.join(&tail);
            path.is_file().then_some(path)
        })
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn what_was_meant_is_a_file_that_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let root = loader::real(folder.path()).unwrap();
        std::fs::create_dir_all(root.join("Sub/deep")).unwrap();
        for file in ["Sub/A.yaml", "b.json", "Sub/deep/c.yml"] {
            std::fs::write(root.join(file), "").unwrap();
        }
        for (path, expected) in [
            ("sub/a.yaml", Some("Sub/A.yaml")),
            ("b", Some("b.json")),
            ("Sub/b.json", Some("b.json")),
            ("Sub/Sub/deep/c.yml", Some("Sub/deep/c.yml")),
            ("Sub/d.yaml", None),
        ] {
            let meant = meant(&root.join(path), std::slice::from_ref(&root));
            let expected = expected.map(|path| root.join(path));
            assert_eq!(meant, expected, "{path}");
        }
    }

    #[test]
    fn generated_files_and_submodules_may_be_absent() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        std::fs::create_dir_all(root.join("sub")).unwrap();
        let modules = "[submodule \"x\"]\n\tpath = parts/x\n\turl = y\n";
        std::fs::write(root.join(".gitmodules"), modules).unwrap();
        std::fs::write(root.join(".gitignore"), "made/\n*.gen.yaml\n").unwrap();
        std::fs::write(root.join("sub/.gitignore"), "!kept.gen.yaml\n").unwrap();
        for (path, expected) in [
            ("parts/x/a.yaml", true),
            ("parts/xy/a.yaml", false),
            ("made/a.yaml", true),
            ("sub/a.gen.yaml", true),
            ("sub/kept.gen.yaml", false),
            ("sub/a.yaml", false),
        ] {
            assert_eq!(may_be_absent(root, &root.join(path)), expected, "{path}");
        }
    }
}
