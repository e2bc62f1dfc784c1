//! The settings of the open documents, from settings files below the workspace's folders and from
//! the client's configuration.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;
use tower_lsp::ls_types::{TextDocumentContentChangeEvent, Uri};

use super::convert;
use super::documents::file_path as path;
use crate::rules::rule::Rule;
use crate::settings::diff::DiffSettings;
use crate::settings::effective::{Effective, Source, effective};
use crate::settings::read::Problem;
use crate::settings::{FILE_NAME, SECTION, Settings, edit, read};
use crate::text::Encoding;
use crate::text::{Text, TextEdit};
use crate::workspace::loader;
use crate::workspace::settings_file::{self, SettingsFile};

/// All settings that apply to open documents.
#[derive(Debug, Default)]
pub struct Configuration {
    /// The workspace's folders. Nothing above them is read.
    roots: Vec<PathBuf>,
    /// From the initialization options.
    options: Settings,
    /// From the client's configuration.
    client: Settings,
    /// Settings files that are open in the editor. Their text there wins over the disk.
    open: BTreeMap<PathBuf, OpenSettings>,
    /// Settings files of open documents.
    files: BTreeMap<PathBuf, SettingsFile>,
    /// Files whose problems have to be published again.
    changed: BTreeSet<PathBuf>,
    /// Files of which the client shows problems.
    shown: BTreeSet<PathBuf>,
}

/// What the editor shows beside findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Display {
    /// Inlay hints.
    pub inlay_hints: bool,
    /// Lenses.
    pub code_lens: bool,
    /// Semantic tokens.
    pub semantic_tokens: bool,
}

/// A settings file that is open in the editor.
#[derive(Debug)]
pub struct OpenSettings {
    /// Its URI as the client writes it.
    pub uri: Uri,
    /// The version as the client counts.
    pub version: i32,
    /// Its current content.
    pub file: SettingsFile,
}

/// An edit of a settings file.
#[derive(Debug, Clone)]
pub struct SettingsChange {
    /// The file's URI as the client writes it.
    pub uri: Uri,
    /// Its version as the client counts, if it is open.
    pub version: Option<i32>,
    /// Its text before the edit.
    pub text: Text,
    /// Whether the file has to be created first.
    pub is_new: bool,
    /// The edit.
    pub edit: TextEdit,
}

impl Configuration {
    /// Sets the workspace's folders.
    pub fn set_roots(&mut self, roots: impl IntoIterator<Item = Uri>) {
        self.roots = roots.into_iter().filter_map(|uri| path(&uri)).collect();
    }

    /// Adds and removes folders of the workspace.
    pub fn change_roots(&mut self, added: Vec<Uri>, removed: &[Uri]) {
        let removed: Vec<PathBuf> = removed.iter().filter_map(path).collect();
        self.roots.retain(|root| !removed.contains(root));
        self.roots.extend(added.iter().filter_map(path));
    }

    /// The workspace's folders.
    pub fn roots(&self) -> &[PathBuf] {
        &self.roots
    }

    /// Sets the initialization options; returns the problems in them.
    pub fn set_options(&mut self, value: &Value) -> Vec<Problem> {
        let (settings, problems) = read::client(value.get(SECTION).unwrap_or(value));
        self.options = settings;
        problems
    }

    /// Sets the client's configuration; returns the problems in it.
    pub fn set_client(&mut self, value: &Value) -> Vec<Problem> {
        let (settings, problems) = read::client(value);
        self.client = settings;
        problems
    }

    /// What the client wants to show: everything unless it says otherwise.
    pub fn display(&self) -> Display {
        let (client, options) = (self.client.display, self.options.display);
        let is_on = |client: Option<bool>, options| client.or(options).unwrap_or(true);
        Display {
            inlay_hints: is_on(client.inlay_hints, options.inlay_hints),
            code_lens: is_on(client.code_lens, options.code_lens),
            semantic_tokens: is_on(client.semantic_tokens, options.semantic_tokens),
        }
    }

    /// Opens a settings file; `false` if the file is none.
    pub fn open(&mut self, uri: &Uri, version: i32, text: &str) -> bool {
        let Some(path) = path(uri).filter(|path| settings_file::is_settings_file(path)) else {
            return false;
        };
        let file = OpenSettings {
            uri: uri.clone(),
            version,
            file: SettingsFile::new(Text::new(text)).with_baseline(&path, None),
        };
        self.changed.insert(path.clone());
        self.open.insert(path, file);
        true
    }

    /// Applies changes to an open settings file; `false` if there is none of this URI.
    pub fn change(
        &mut self,
        uri: &Uri,
        version: i32,
        changes: &[TextDocumentContentChangeEvent],
        encoding: Encoding,
    ) -> bool {
        let Some((path, open)) = self.open.iter_mut().find(|(_, open)| open.uri == *uri) else {
            return false;
        };
        let mut text = open.file.text.clone();
        for change in changes {
            match change.range {
                Some(range) => {
                    let range = convert::text_range(&text, range, encoding);
                    text.apply(range, &change.text);
                }
                None => text = Text::new(&change.text),
            }
        }
        open.version = version;
        open.file = SettingsFile::new(text).with_baseline(path, Some(&open.file));
        self.changed.insert(path.clone());
        true
    }

    /// Closes a settings file; `false` if there is none of this URI.
    pub fn close(&mut self, uri: &Uri) -> bool {
        let found = self.open.iter().find(|(_, open)| open.uri == *uri);
        let Some(path) = found.map(|(path, _)| path.clone()) else {
            return false;
        };
        self.open.remove(&path);
        self.changed.insert(path);
        true
    }

    /// An open settings file.
    pub fn get(&self, uri: &Uri) -> Option<&OpenSettings> {
        self.open.values().find(|open| open.uri == *uri)
    }

    /// Reads the settings files of the documents in these folders from disk, and the baselines that
    /// they name. Returns whether anything changed.
    pub fn reload<'p>(&mut self, folders: impl Iterator<Item = &'p Path>) -> bool {
        let mut has_changed = false;
        for (path, open) in &mut self.open {
            let text = open.file.text.clone();
            let file = SettingsFile::new(text).with_baseline(path, Some(&open.file));
            has_changed |= file.baseline != open.file.baseline;
            open.file = file;
        }
        let mut files = BTreeMap::new();
        for folder in folders {
            let Some(found) = self.find_in(folder) else {
                continue;
            };
            if self.open.contains_key(&found) || files.contains_key(&found) {
                continue;
            }
            match SettingsFile::load(&found, self.files.get(&found)) {
                Ok(Some(file)) => files.insert(found, file),
                Ok(None) => None,
                Err(reason) => files.insert(found, SettingsFile::unreadable(&reason)),
            };
        }
        for path in self.files.keys().chain(files.keys()) {
            let findings = |files: &BTreeMap<_, SettingsFile>| {
                let file = files.get(path);
                file.map(|file| file.findings()).unwrap_or_default()
            };
            if findings(&self.files) != findings(&files) {
                self.changed.insert(path.clone());
                has_changed = true;
            }
            has_changed |= match (self.files.get(path), files.get(path)) {
                (Some(old), Some(new)) => {
                    old.text.to_string() != new.text.to_string() || old.baseline != new.baseline
                }
                _ => true,
            };
        }
        self.files = files;
        has_changed
    }

    /// Reads the settings file of a document that was opened, if it was not read yet.
    pub fn read_for(&mut self, document: &Uri) {
        let Some(found) = path(document).and_then(|path| self.find(&path)) else {
            return;
        };
        if self.file(&found).is_some() {
            return;
        }
        let file = match SettingsFile::load(&found, None) {
            Ok(Some(file)) => file,
            Ok(None) => return,
            Err(reason) => SettingsFile::unreadable(&reason),
        };
        if !file.problems.is_empty() {
            self.changed.insert(found.clone());
        }
        self.files.insert(found, file);
    }

    /// Forgets the settings file of a document that was closed, if no document in these folders has
    /// it.
    pub fn forget_for<'p>(&mut self, closed: &Uri, mut others: impl Iterator<Item = &'p Path>) {
        let Some(found) = path(closed).and_then(|path| self.find(&path)) else {
            return;
        };
        if others.any(|folder| self.find_in(folder).as_ref() == Some(&found)) {
            return;
        }
        if let Some(file) = self.files.remove(&found)
            && !file.problems.is_empty()
        {
            self.changed.insert(found);
        }
    }

    /// The effective settings of a document.
    pub fn effective(&self, uri: &Uri) -> Effective {
        let Some(path) = path(uri) else {
            let source = |settings| Source {
                settings,
                path: None,
            };
            return effective(&[source(&self.options), source(&self.client)]);
        };
        let found = self.find(&path);
        let file = found.as_deref().and_then(|found| {
            let file = self.file(found)?;
            Some((found, &file.settings))
        });
        let mut effective = self.effective_with(&path, file);
        let file = found.as_deref().and_then(|found| self.file(found));
        if let Some(baseline) = file.and_then(|file| file.baseline.as_ref()) {
            let real = loader::real(&path).unwrap_or(path);
            effective.known = baseline.of(&real);
        }
        effective
    }

    /// What the settings file of a document says of changes.
    pub fn diff_settings(&self, uri: &Uri) -> DiffSettings {
        let found = path(uri).and_then(|path| self.find(&path));
        let file = found.as_deref().and_then(|found| self.file(found));
        file.map(|file| file.settings.diff.clone())
            .unwrap_or_default()
    }

    /// The effective settings of a document with this settings file.
    fn effective_with(&self, document: &Path, file: Option<(&Path, &Settings)>) -> Effective {
        let from_root = self
            .root(document)
            .map(|root| settings_file::relative(root, document));
        let from_root = from_root.as_deref();
        let [options, client] = [&self.options, &self.client].map(|settings| Source {
            settings,
            path: from_root,
        });
        let Some((file, settings)) = file else {
            return effective(&[options, client]);
        };
        let from_file = settings_file::relative(file.parent().unwrap_or(file), document);
        let of_file = Source {
            settings,
            path: Some(&from_file),
        };
        effective(&[of_file, options, client])
    }

    /// The edit that turns a rule off for a document. `None` where that cannot be done in a settings
    /// file below the workspace's folders: it cannot be read, or another source wins over it.
    pub fn turn_off(&self, document: &Uri, rule: &Rule) -> Option<SettingsChange> {
        let document = path(document)?;
        let root = self.root(&document)?;
        let found = self.find(&document);
        let is_new = found.is_none();
        let file = found.unwrap_or_else(|| root.join(FILE_NAME));
        let open = self.open.get(&file);
        let text = match open {
            Some(open) => open.file.text.clone(),
            None if is_new => Text::new(""),
            // Read again: not every client reports changes on disk, and an edit needs the current
            // text.
            None => SettingsFile::load(&file, self.files.get(&file)).ok()??.text,
        };
        let edit = edit::turn_off(&text.to_string(), rule.id)?;
        let mut after = text.clone();
        after.apply(edit.range, &edit.new_text);
        let settings = SettingsFile::new(after).settings;
        if self.is_on(&document, &file, &settings, rule) {
            return None;
        }
        let uri = match open {
            Some(open) => open.uri.clone(),
            None => Uri::from_file_path(&file)?,
        };
        Some(SettingsChange {
            uri,
            version: open.map(|open| open.version),
            text,
            is_new,
            edit,
        })
    }

    /// Whether a rule would run with these settings in the file.
    fn is_on(&self, document: &Path, file: &Path, settings: &Settings, rule: &Rule) -> bool {
        let effective = self.effective_with(document, Some((file, settings)));
        effective.rule_set.is_on(rule)
    }

    /// The next settings file whose problems have to be published: its URI, its version if it is
    /// open, and its current content.
    pub fn next_changed(&mut self) -> Option<(Uri, Option<i32>, SettingsFile)> {
        while let Some(path) = self.changed.pop_first() {
            let open = self.open.get(&path);
            let uri = match open {
                Some(open) => open.uri.clone(),
                None => match Uri::from_file_path(&path) {
                    Some(uri) => uri,
                    None => continue,
                },
            };
            let version = open.map(|open| open.version);
            let file =
                (self.file(&path).cloned()).unwrap_or_else(|| SettingsFile::new(Text::new("")));
            let was_shown = self.shown.remove(&path);
            if !file.problems.is_empty() {
                self.shown.insert(path);
            } else if !was_shown && version.is_none() {
                continue;
            }
            return Some((uri, version, file));
        }
        None
    }

    fn file(&self, path: &Path) -> Option<&SettingsFile> {
        match self.open.get(path) {
            Some(open) => Some(&open.file),
            None => self.files.get(path),
        }
    }

    /// The settings file of a document, on disk or in the editor.
    fn find(&self, document: &Path) -> Option<PathBuf> {
        self.find_in(document.parent()?)
    }

    /// The settings file of the documents in a folder.
    fn find_in(&self, folder: &Path) -> Option<PathBuf> {
        let root = self.root(folder)?;
        let on_disk = settings_file::find(folder, |folder| folder == root);
        let in_editor = folder
            .ancestors()
            .take_while(|folder| folder.starts_with(root))
            .map(|folder| folder.join(FILE_NAME))
            .find(|path| self.open.contains_key(path));
        // The deeper one is nearer to the document.
        [on_disk, in_editor]
            .into_iter()
            .flatten()
            .max_by_key(|path| path.components().count())
    }

    /// The innermost folder of the workspace that contains a file.
    fn root(&self, file: &Path) -> Option<&Path> {
        let roots = self.roots.iter().map(PathBuf::as_path);
        roots
            .filter(|root| file.starts_with(root))
            .max_by_key(|root| root.components().count())
    }
}
