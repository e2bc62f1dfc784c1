//! A folder with files, as a repository.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// A repository that is gone at the end.
pub struct Folder {
    _kept: TempDir,
    /// Its real path.
    pub path: PathBuf,
}

impl Folder {
    /// Writes the files of a text: `--- path` starts one.
    pub fn new(files: &str) -> Self {
        let kept = tempfile::tempdir().unwrap();
        let path = kept.path().canonicalize().unwrap();
        std::fs::create_dir(path.join(".git")).unwrap();
        let folder = Self { _kept: kept, path };
        for part in files.split("--- ").skip(1) {
            let (name, text) = part.split_once('\n').unwrap();
            folder.write(name, text);
        }
        folder
    }

    /// Writes a file.
    pub fn write(&self, name: &str, text: &str) {
        let path = self.path.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// The path of a file from here.
    pub fn relative(&self, path: &str) -> String {
        let path = Path::new(path).strip_prefix(&self.path);
        path.map_or_else(|_| "outside".to_owned(), |path| path.display().to_string())
    }
}
