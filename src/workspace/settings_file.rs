//! A settings file: its text, what it says and what is wrong in it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::loader::Stamp;
use super::{bounds, loader};
use crate::rules::finding::Finding;
use crate::rules::registry;
use crate::rules::rule::Severity;
use crate::settings::baseline::{Baseline, Known};
use crate::settings::read::{self, MAX_BYTES, Problem};
use crate::settings::{BaselinePath, FILE_NAME, Settings};
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
    /// The baseline that it names.
    pub baseline: Option<Arc<BaselineFile>>,
}

/// A baseline that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaselineFile {
    /// Where it stands.
    pub path: PathBuf,
    /// What is known.
    pub baseline: Baseline,
    /// Which version of the file it is.
    stamp: Option<Stamp>,
}

/// A longer baseline is not read.
const MAX_BASELINE: usize = 64 << 20;

impl BaselineFile {
    /// Reads a baseline; `None` if there is none.
    ///
    /// # Errors
    /// Why it cannot be read, in words.
    pub fn load(path: &Path) -> Result<Option<Self>, String> {
        // Before the text: what is written meanwhile is read again.
        let stamp = loader::stamp(path);
        let Some(text) = loader::read(path, MAX_BASELINE)? else {
            return Ok(None);
        };
        Ok(Some(Self {
            path: loader::real(path).unwrap_or_else(|| path.to_owned()),
            baseline: Baseline::read(&text)?,
            stamp,
        }))
    }

    /// A baseline that knows nothing, to be written at a real path.
    pub fn new(path: PathBuf) -> Self {
        Self {
            path,
            baseline: Baseline::default(),
            stamp: None,
        }
    }

    /// Whether the file at a path is still this one.
    fn is_at(&self, path: &Path) -> bool {
        self.stamp.is_some()
            && self.stamp == loader::stamp(path)
            && loader::real(path).is_some_and(|real| real == self.path)
    }

    /// What is known of a document at a real path.
    pub fn of(&self, document: &Path) -> Arc<Known> {
        self.baseline.of(&self.name_of(document))
    }

    /// The path of a document as the baseline has it.
    pub fn name_of(&self, document: &Path) -> String {
        relative(self.path.parent().unwrap_or(&self.path), document)
    }
}

impl SettingsFile {
    /// Reads a text.
    pub fn new(text: Text) -> Self {
        let (settings, problems) = read::file(&text.to_string());
        Self {
            text,
            settings,
            problems,
            baseline: None,
        }
    }

    /// The same with the baseline that it names, read from the folder of the settings file, whose
    /// path this is. It may be long, so the one that an earlier version of the settings had is taken
    /// if the file is still the same.
    #[must_use]
    pub fn with_baseline(mut self, path: &Path, earlier: Option<&Self>) -> Self {
        let Some(BaselinePath { path: name, range }) = self.settings.baseline.clone() else {
            return self;
        };
        let folder = path.parent().unwrap_or(path);
        let file = folder.join(&name);
        if !is_inside(folder, &file) {
            return self.without_baseline(range, "it is outside of the repository");
        }
        let earlier = earlier.and_then(|earlier| earlier.baseline.as_ref());
        if let Some(same) = earlier.filter(|earlier| earlier.is_at(&file)) {
            self.baseline = Some(Arc::clone(same));
            return self;
        }
        match BaselineFile::load(&file) {
            Ok(Some(baseline)) => {
                self.baseline = Some(Arc::new(baseline));
                self
            }
            Ok(None) => {
                let trouble = "there is no such file; `check --write-baseline` writes it";
                self.without_baseline(range, trouble)
            }
            Err(reason) => self.without_baseline(range, &reason),
        }
    }

    fn without_baseline(mut self, range: TextRange, trouble: &str) -> Self {
        self.problems.push(Problem {
            range,
            path: "baseline".to_owned(),
            message: format!("the baseline cannot be read: {trouble}"),
            // All old findings would be shown, and nothing would say why.
            is_grammar: true,
        });
        self.problems.sort_by_key(|problem| problem.range);
        self
    }

    /// Reads a file, of which an earlier version may be known; `None` if there is none.
    ///
    /// # Errors
    /// Why the file cannot be read, in words.
    pub fn load(path: &Path, earlier: Option<&Self>) -> Result<Option<Self>, String> {
        let text = loader::read(path, MAX_BYTES)?;
        Ok(text.map(|text| Self::new(Text::new(&text)).with_baseline(path, earlier)))
    }

    /// Reads a file that the user named, which may be a pipe; `None` if there is none.
    ///
    /// # Errors
    /// Why the file cannot be read, in words.
    pub fn load_named(path: &Path) -> Result<Option<Self>, String> {
        let text = loader::read_named(path, MAX_BYTES)?;
        Ok(text.map(|text| Self::new(Text::new(&text)).with_baseline(path, None)))
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
            baseline: None,
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

/// Whether what is at a path, if anything, is in the repository of a folder, or below the folder.
fn is_inside(folder: &Path, path: &Path) -> bool {
    let Some(folder) = loader::real(folder) else {
        return false;
    };
    let bound = bounds::repository(&folder.join(FILE_NAME)).unwrap_or(folder);
    loader::real(path).is_none_or(|real| real.starts_with(bound))
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
