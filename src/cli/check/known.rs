//! What a baseline knows, and ignores of the settings that silence nothing.

use std::io;
use std::path::{Path, PathBuf};

use super::Run;
use super::work::Job;
use crate::cli::baseline;
use crate::cli::checked::Checked;
use crate::cli::output::print_error;
use crate::settings::baseline::FILE_NAME;
use crate::workspace::loader;

impl Run<'_> {
    /// Notes what is found for the baseline.
    pub(super) fn keep(&mut self, checked: &mut Checked, job: &Job) {
        let Some(real) = job.source.real.as_deref().filter(|_| checked.is_document()) else {
            return;
        };
        let all = std::mem::take(&mut checked.all);
        let of_settings = || self.settings.baseline_of(job.settings_file.as_deref()?);
        let named = self.options.baseline.clone().or_else(of_settings);
        let path = named.unwrap_or_else(|| PathBuf::from(FILE_NAME));
        if let Err(message) = self.new_baselines.add(path, real, all) {
            self.failed = true;
            self.progress.suspend(|| print_error(&message));
        }
    }

    /// Shows the ignores of settings files that silence nothing, where all documents were checked for
    /// which they hold.
    pub(super) fn unused_ignores(&mut self) -> io::Result<()> {
        if self.failed || self.options.write_baseline || self.options.diff {
            return Ok(());
        }
        let folders = self.arguments.iter().filter(|path| path.is_dir());
        let folders: Vec<PathBuf> = folders.filter_map(|path| loader::real(path)).collect();
        for (path, used) in std::mem::take(&mut self.ignores) {
            let Some(base) = self.settings.base_of(&path) else {
                continue;
            };
            let unused = match folders.iter().any(|folder| base.starts_with(folder)) {
                true => self.settings.unused_ignores(&path, &used),
                false => None,
            };
            if let Some(mut unused) = unused {
                self.show(&mut unused)?;
            }
        }
        Ok(())
    }

    /// Counts what the baselines know of files that are gone.
    pub(super) fn add_gone(&mut self) {
        for baseline in self.settings.baselines() {
            let names = baseline::gone(&baseline).into_iter();
            let known = names.map(|name| baseline.baseline.of(&name).len());
            self.tally.gone += known.sum::<usize>();
        }
    }

    pub(super) fn write_baselines(self) -> io::Result<()> {
        let named = self.options.baseline.as_deref();
        let of_settings = self.settings.named_baselines();
        let is_named =
            |path: &Path| named == Some(path) || of_settings.iter().any(|one| one == path);
        self.new_baselines.write(is_named).map_err(io::Error::other)
    }
}
