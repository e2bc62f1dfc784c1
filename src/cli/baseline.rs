//! `check --write-baseline`: collects what is found, and writes it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::input;
use super::output::{Output, print_note};
use super::tally::counted;
use crate::settings::baseline::Known;
use crate::text::printable::one_line;
use crate::workspace::settings_file::BaselineFile;

/// What is to be written, by the path of the baseline.
#[derive(Default)]
pub struct NewBaselines {
    files: BTreeMap<PathBuf, NewBaseline>,
    /// What was refused.
    refused: BTreeSet<PathBuf>,
}

struct NewBaseline {
    file: BaselineFile,
    /// What is known now that was not known before.
    findings: usize,
    documents: usize,
}

impl NewBaselines {
    /// Notes what is found in a document at a real path.
    ///
    /// # Errors
    /// What stands where the baseline is to be written is none, so it is not replaced.
    pub fn add(&mut self, baseline: PathBuf, document: &Path, known: Known) -> Result<(), String> {
        if self.refused.contains(&baseline) {
            return Ok(());
        }
        let file = match self.files.entry(baseline) {
            std::collections::btree_map::Entry::Occupied(entry) => entry.into_mut(),
            std::collections::btree_map::Entry::Vacant(entry) => {
                let file = old(entry.key()).map_err(|error| {
                    self.refused.insert(entry.key().clone());
                    let path = input::shown(entry.key());
                    format!("{}: not replaced: {error}", one_line(&path))
                })?;
                entry.insert(file)
            }
        };
        let name = file.file.name_of(document);
        if !known.is_empty() {
            file.findings += known.len();
            file.documents += 1;
        }
        let files = &mut file.file.baseline.files;
        match known.is_empty() {
            true => files.remove(&name),
            false => files.insert(name, Arc::new(known)),
        };
        Ok(())
    }

    /// Writes all of them.
    ///
    /// # Errors
    /// One cannot be written.
    pub fn write(self, is_named: impl Fn(&Path) -> bool) -> Result<(), String> {
        for (path, new) in self.files {
            let shown = input::shown(&path);
            let shown = one_line(&shown);
            let written = Output::file(&path).and_then(|mut output| {
                output.write_all(new.file.baseline.text().as_bytes())?;
                output.finish()
            });
            written.map_err(|error| format!("{shown}: {error}"))?;
            let findings = counted(new.findings, "finding");
            let documents = counted(new.documents, "document");
            let mut line = format!("{findings} in {documents} written to {shown}");
            if !is_named(&path) {
                line += &format!(
                    "; write `baseline = \"{shown}\"` into asyncapi-security.toml, or give `--baseline {shown}`"
                );
            }
            print_note(&line);
        }
        Ok(())
    }
}

/// What the baseline knew, without files that are gone.
fn old(path: &Path) -> Result<NewBaseline, String> {
    let mut file = BaselineFile::load(path)?.unwrap_or_else(|| BaselineFile::new(absolute(path)));
    let gone = gone(&file);
    file.baseline.files.retain(|name, _| !gone.contains(name));
    Ok(NewBaseline {
        file,
        findings: 0,
        documents: 0,
    })
}

/// The files that a baseline knows and that are gone.
pub fn gone(file: &BaselineFile) -> Vec<String> {
    let folder = file.path.parent().unwrap_or(&file.path);
    let names = file.baseline.files.keys();
    let names = names.filter(|name| !folder.join(name).is_file());
    names.cloned().collect()
}

fn absolute(path: &Path) -> PathBuf {
    super::targets::real_path(path).unwrap_or_else(|| path.to_owned())
}
