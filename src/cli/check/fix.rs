//! `--fix` and `--diff`.

use std::io;
use std::path::Path;

use super::Run;
use super::work::{Fixable, Source};
use crate::cli::patch;
use crate::cli::replace::replace;
use crate::model::DocumentKind;

impl Run<'_> {
    /// Writes the safe fixes to the file; returns whether it has.
    pub(super) fn fix(&mut self, source: &Source, fixable: &Fixable) -> bool {
        if self.is_kept(source) {
            return false;
        }
        let Some(path) = source.path.as_deref().filter(|_| !source.is_stream) else {
            self.not_fixed(
                &source.shown,
                "not fixed: only files can be fixed; use `--diff` as well",
            );
            return false;
        };
        match replace(path, &fixable.text_before(), &fixable.text_after()) {
            Ok(has_other_names) => {
                if has_other_names {
                    self.note(
                        &source.shown,
                        "its other names (hard links) keep the old text",
                    );
                }
                self.count(fixable.count);
                if let Some(real) = &source.real {
                    self.open(real, &fixable.after.document);
                }
                true
            }
            Err(error) => {
                self.not_fixed(&source.shown, &format!("not fixed: {error}"));
                false
            }
        }
    }

    /// Shows what would be fixed; returns whether it is an AsyncAPI document.
    pub(super) fn diff(&mut self, source: &Source, fixable: &Fixable) -> io::Result<bool> {
        if !self.is_kept(source) {
            let (before, after) = (fixable.text_before(), fixable.text_after());
            patch::write(&source.shown, &before, &after, self.output)?;
            self.count(fixable.count);
        }
        Ok(fixable.before.model.kind != DocumentKind::Other)
    }

    /// Whether this is a symbolic link, and says that it is not fixed: the file that it leads to
    /// may belong to somebody else. That is an error if the link was named.
    pub(super) fn is_kept(&mut self, source: &Source) -> bool {
        if source.is_stream || !source.path.as_deref().is_some_and(Path::is_symlink) {
            return false;
        }
        let message = "not fixed: it is a symbolic link; name the file that it leads to";
        if source.folder.is_none() {
            self.not_fixed(&source.shown, message);
        } else {
            self.fixed.failed += 1;
            self.note(&source.shown, message);
        }
        true
    }

    pub(super) fn not_fixed(&mut self, shown: &str, message: &str) {
        self.fixed.failed += 1;
        self.problem(shown, message);
    }

    pub(super) fn count(&mut self, findings: usize) {
        self.fixed.findings += findings;
        self.fixed.files += 1;
    }
}
