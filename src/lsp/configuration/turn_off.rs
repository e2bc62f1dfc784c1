//! Changes of the settings file that holds for a document.

use std::path::Path;

use tower_lsp::ls_types::Uri;

use super::{Configuration, path};
use crate::rules::rule::Rule;
use crate::settings::edit;
use crate::settings::{FILE_NAME, Settings};
use crate::text::{Text, TextEdit};
use crate::workspace::settings_file::SettingsFile;

/// A change of a settings file.
#[derive(Debug, Clone)]
pub struct SettingsChange {
    /// The file as the client names it.
    pub uri: Uri,
    /// Its version, as the client counts, if it is open.
    pub version: Option<i32>,
    /// What it says now.
    pub text: Text,
    /// Whether it has to be made first.
    pub is_new: bool,
    /// What becomes of the text.
    pub edit: TextEdit,
}

impl Configuration {
    /// What turns a rule off for a document; `None` where no settings file below the workspace's
    /// folders can: one that cannot be read, or over which something else wins.
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
            // Not every client tells of changes on the disk, and an edit needs the text as it is.
            None => SettingsFile::load(&file).ok()??.text,
        };
        let words = text.to_string();
        let edit = edit::turn_off(&words, rule.id)?;
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

    /// Whether a rule ran if the settings file said this.
    fn is_on(&self, document: &Path, file: &Path, settings: &Settings, rule: &Rule) -> bool {
        let effective = self.effective_with(document, Some((file, settings)));
        effective.rule_set.is_on(rule)
    }
}
