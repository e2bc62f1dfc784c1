//! Reads what settings say of changes.

use super::{SettingsReader, unknown};
use crate::diff::kind::{self, KINDS, Severity};
use crate::settings::diff::{Accept, DiffSettings, OFF, words};
use crate::settings::value::{TomlValue, range};

/// The keys of an accepted change.
pub(crate) const ACCEPT_KEYS: [&str; 2] = ["fingerprint", "reason"];

impl SettingsReader {
    pub(super) fn diff(&mut self, value: &TomlValue<'_>) -> DiffSettings {
        let mut settings = DiffSettings::default();
        self.each(value, |reader, key, value| {
            let name = key.get_ref();
            if name == "accept" {
                settings.accept = reader.list(value, Self::accept);
                return;
            }
            let Some(kind) = kind::named(name) else {
                let names: Vec<&str> = KINDS.iter().map(|kind| kind.id).collect();
                return reader.problem(range(key), unknown("kind of change", name, &names));
            };
            if let Some(level) = reader.diff_level(value) {
                settings.levels.push((kind.id, level));
            }
        });
        settings
    }

    /// The severity of a kind; the inner `None` for one that is not shown.
    fn diff_level(&mut self, value: &TomlValue<'_>) -> Option<Option<Severity>> {
        let word = self.text(value)?;
        if word == OFF {
            return Some(None);
        }
        let found = Severity::ALL
            .into_iter()
            .find(|severity| severity.as_str() == word);
        if found.is_none() {
            self.problem(range(value), unknown("severity", word, &words()));
        }
        found.map(Some)
    }

    fn accept(&mut self, value: &TomlValue<'_>) -> Option<Accept> {
        let (mut fingerprint, mut reason) = (None, None);
        self.table(value, &ACCEPT_KEYS, |reader, key, value| {
            let text = reader.text(value).map(str::to_owned);
            match key {
                "fingerprint" => fingerprint = text,
                _ => reason = text,
            }
        });
        let reason = reason.filter(|reason| !reason.trim().is_empty());
        let (Some(fingerprint), Some(reason)) = (fingerprint, reason) else {
            let message = "an accepted change needs `fingerprint = \"...\"` and `reason = \"...\"`";
            self.problem(range(value), message.to_owned());
            return None;
        };
        Some(Accept {
            fingerprint,
            reason,
            range: range(value),
        })
    }
}
