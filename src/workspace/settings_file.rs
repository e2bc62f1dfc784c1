//! A settings file: its text, what it says and what is wrong in it.

use std::path::{Path, PathBuf};

use super::loader;
use crate::rules::finding::Finding;
use crate::rules::registry;
use crate::rules::rule::Severity;
use crate::settings::read::{self, MAX_BYTES, Problem};
use crate::settings::{FILE_NAME, Settings};
use crate::text::Text;
use crate::text::range::TextRange;

/// A settings file that was read.
#[derive(Debug, Clone)]
pub struct SettingsFile {
    /// The text of the file.
    pub text: Text,
    /// What it says.
    pub settings: Settings,
    /// What is wrong in it.
    pub problems: Vec<Problem>,
}

impl SettingsFile {
    /// Reads a text.
    pub fn new(text: Text) -> Self {
        let (settings, problems) = read::file(&text.to_string());
        Self {
            text,
            settings,
            problems,
        }
    }

    /// Reads a file; `None` if there is none.
    ///
    /// # Errors
    /// Why the file cannot be read, in words.
    pub fn load(path: &Path) -> Result<Option<Self>, String> {
        let text = loader::read(path, MAX_BYTES)?;
        Ok(text.map(|text| Self::new(Text::new(&text))))
    }

    /// Reads a file that the user named, which may be a pipe; `None` if there is none.
    ///
    /// # Errors
    /// Why the file cannot be read, in words.
    pub fn load_named(path: &Path) -> Result<Option<Self>, String> {
        let text = loader::read_named(path, MAX_BYTES)?;
        Ok(text.map(|text| Self::new(Text::new(&text))))
    }

    /// A file that cannot be read, and why.
    pub fn unreadable(reason: &str) -> Self {
        let problem = Problem {
            range: TextRange::empty(0),
            path: String::new(),
            message: format!("the settings cannot be read: {reason}"),
            is_grammar: true,
        };
        Self {
            text: Text::new(""),
            settings: Settings::default(),
            problems: vec![problem],
        }
    }

    /// The problems as findings. Broken TOML is an error. Everything else is a warning, because
    /// the rest of the file still counts.
    pub fn findings(&self) -> Vec<Finding> {
        let finding = |problem: &Problem| {
            let severity = if problem.is_grammar {
                Severity::Error
            } else {
                Severity::Warning
            };
            Finding::new(registry::SETTINGS, problem.range, problem.message.clone()).at(severity)
        };
        self.problems.iter().map(finding).collect()
    }
}

/// Whether a file has the name of a settings file.
pub fn is_settings_file(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == FILE_NAME)
}

/// The settings file for documents in a folder.
pub fn find(folder: &Path, is_last: impl Fn(&Path) -> bool) -> Option<PathBuf> {
    loader::find_upward(folder, FILE_NAME, is_last)
}

/// A document's path relative to `base`, with `/` as separator, as globs see it. A document that
/// is not below `base` keeps its whole path.
pub fn relative(base: &Path, document: &Path) -> String {
    let path = document.strip_prefix(base).unwrap_or(document);
    let parts = path
        .components()
        .filter_map(|part| match part {
            std::path::Component::RootDir | std::path::Component::CurDir => None,
            part => Some(part.as_os_str().to_string_lossy()),
        })
        .collect::<Vec<_>>();
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_seen_from_where_the_settings_stand() {
        for (base, document, expected) in [
            ("/w", "/w/a/b.yaml", "a/b.yaml"),
            ("/w/x", "/w/a/b.yaml", "w/a/b.yaml"),
            ("", "./a/b.yaml", "a/b.yaml"),
        ] {
            assert_eq!(relative(Path::new(base), Path::new(document)), expected);
        }
        assert!(is_settings_file(Path::new("/w/asyncapi-security.toml")));
        assert!(!is_settings_file(Path::new("/w/x.toml")));
    }
}
