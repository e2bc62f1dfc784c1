//! Finds the settings of each document; `settings` and `settings-schema` print them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, Value, value};

use super::args::{SettingsCommand, SettingsOptions};
use super::checked::Checked;
use super::input;
use super::output::{COULD_NOT_RUN, FINDINGS_SHOWN, NOTHING_SHOWN, Output, print_error};
use super::targets::real_path;
use crate::rules::finding::Finding;
use crate::rules::registry::{RULES, SUPPRESSION_UNUSED};
use crate::settings::diff::DiffSettings;
use crate::settings::effective::{Effective, Source, effective};
use crate::settings::rule_set::RuleSet;
use crate::settings::{Level, Settings};
use crate::text::printable::one_line;
use crate::workspace::loader;
use crate::workspace::settings_file::{self, BaselineFile, SettingsFile};

/// Finds the settings of documents. Each settings file is read once.
pub struct Finder {
    here: PathBuf,
    choice: Choice,
    /// Settings from the command line.
    command: Settings,
    /// Ids of rules that run whatever the settings say.
    enable: Vec<String>,
    files: BTreeMap<PathBuf, SettingsFile>,
    /// Settings files whose problems were not reported yet.
    unreported: BTreeSet<PathBuf>,
    failure: Option<Failure>,
    /// Paths that were tried.
    known: BTreeSet<PathBuf>,
    /// The baseline that was named.
    baseline: Option<Arc<BaselineFile>>,
    /// The nearest settings file of each folder.
    nearest: HashMap<PathBuf, Option<PathBuf>>,
}

/// The settings of a document.
pub struct Found {
    /// What holds.
    pub effective: Effective,
    /// The settings file.
    pub file: Option<PathBuf>,
}

/// Which settings file is used.
enum Choice {
    Nearest,
    Named(PathBuf),
    Nothing,
}

/// A settings file that could not be read.
pub struct Failure {
    /// Its path, as shown.
    pub path: String,
    /// The reason.
    pub message: String,
}

impl Finder {
    /// A finder for the options of the command line.
    pub fn new(options: &SettingsOptions) -> Self {
        let here = std::env::current_dir().unwrap_or_default();
        let mut finder = Self {
            here: std::fs::canonicalize(&here).unwrap_or(here),
            choice: match (&options.config, options.no_config) {
                (Some(path), _) => Choice::Named(path.clone()),
                (None, true) => Choice::Nothing,
                (None, false) => Choice::Nearest,
            },
            command: Settings {
                preset: options.preset,
                ..Settings::default()
            },
            enable: options.enable.clone(),
            files: BTreeMap::new(),
            unreported: BTreeSet::new(),
            failure: None,
            known: BTreeSet::new(),
            baseline: None,
            nearest: HashMap::new(),
        };
        if let Choice::Named(path) = &finder.choice {
            let path = path.clone();
            finder.load(&path);
            if finder.failure.is_none() && !finder.files.contains_key(&path) {
                finder.failure = Some(Failure {
                    path: input::shown(&path),
                    message: "there is no such file".to_owned(),
                });
            }
        }
        finder
    }

    /// The settings of a document at an absolute path; without one, those of documents in the
    /// current folder.
    pub fn of(&mut self, document: Option<&Path>) -> Found {
        let folder = document
            .and_then(Path::parent)
            .unwrap_or(&self.here)
            .to_owned();
        let (file, base) = match &self.choice {
            Choice::Nothing => (None, self.here.clone()),
            Choice::Named(path) => (Some(path.clone()), self.here.clone()),
            Choice::Nearest => {
                let found = self.nearest(folder);
                let base = found.as_deref().and_then(Path::parent);
                let base = base.unwrap_or(&self.here).to_owned();
                (found, base)
            }
        };
        if let Some(file) = &file {
            self.load(file);
        }
        let settings = file.as_ref().and_then(|file| self.files.get(file));
        let relative = document.map(|path| settings_file::relative(&base, path));
        let source = |settings| Source {
            settings,
            path: relative.as_deref(),
        };
        let mut sources: Vec<Source<'_>> = Vec::new();
        sources.extend(settings.map(|file| source(&file.settings)));
        sources.push(source(&self.command));
        let mut effective = effective(&sources);
        let enable = self.enable.iter().map(String::as_str);
        effective.rule_set = effective.rule_set.switched_on(enable);
        let of_settings = settings.and_then(|file| file.baseline.as_ref());
        let baseline = self.baseline.as_ref().or(of_settings);
        if let (Some(baseline), Some(document)) = (baseline, document) {
            effective.known = baseline.of(document);
        }
        Found { effective, file }
    }

    fn nearest(&mut self, folder: PathBuf) -> Option<PathBuf> {
        if let Some(known) = self.nearest.get(&folder) {
            return known.clone();
        }
        let found = settings_file::find(&folder, loader::is_repository);
        self.nearest.insert(folder, found.clone());
        found
    }

    /// What a settings file says of changes, if it was read.
    pub fn diff_settings(&self, path: &Path) -> Option<DiffSettings> {
        let file = self.files.get(path)?;
        Some(file.settings.diff.clone())
    }

    /// Takes a baseline in place of those that settings name.
    ///
    /// # Errors
    /// Why it cannot be read, in words.
    pub fn set_baseline(&mut self, path: &Path) -> Result<(), String> {
        let shown = input::shown(path);
        self.baseline = match BaselineFile::load(path) {
            Ok(Some(baseline)) => Some(Arc::new(baseline)),
            Ok(None) => {
                let advice = "there is no such file; `--write-baseline` writes it";
                return Err(format!("{shown}: {advice}"));
            }
            Err(error) => return Err(format!("{shown}: {error}")),
        };
        Ok(())
    }

    /// The baselines that were read.
    pub fn baselines(&self) -> Vec<Arc<BaselineFile>> {
        if let Some(named) = &self.baseline {
            return vec![Arc::clone(named)];
        }
        let files = self.files.values().filter_map(|file| file.baseline.clone());
        files.collect()
    }

    /// The folder for whose documents a settings file holds.
    pub fn base_of<'s>(&'s self, file: &'s Path) -> Option<&'s Path> {
        match self.choice {
            Choice::Named(_) => Some(&self.here),
            Choice::Nearest => file.parent(),
            Choice::Nothing => None,
        }
    }

    /// What is found about the ignores of a settings file of which only these silence something;
    /// `None` if that are all.
    pub fn unused_ignores(&self, path: &Path, used: &BTreeSet<usize>) -> Option<Checked> {
        let file = self.files.get(path)?;
        let rule_set = RuleSet::default().with_entries(&file.settings.rules);
        if !rule_set.is_on(SUPPRESSION_UNUSED) {
            return None;
        }
        let ignores = file.settings.ignores.iter().enumerate();
        let unused = ignores.filter(|(index, _)| !used.contains(index));
        let findings = unused.map(|(_, ignore)| {
            let message = "this ignore silences nothing in any document; remove it";
            let finding = Finding::new(SUPPRESSION_UNUSED, ignore.range, message);
            let severity = rule_set.severity(&finding);
            Finding {
                severity,
                ..finding
            }
        });
        let findings: Vec<Finding> = findings.collect();
        let checked = || Checked::of_settings(self.shown(path), file, findings.clone());
        (!findings.is_empty()).then(checked)
    }

    /// The paths of all baselines that settings files name.
    pub fn named_baselines(&self) -> Vec<PathBuf> {
        let files = self.files.keys();
        files.filter_map(|file| self.baseline_of(file)).collect()
    }

    /// The path of the baseline that a settings file names.
    pub fn baseline_of(&self, file: &Path) -> Option<PathBuf> {
        let named = self.files.get(file)?.settings.baseline.as_ref()?;
        let path = file.parent()?.join(&named.path);
        Some(
            path.strip_prefix(&self.here)
                .map(Path::to_owned)
                .unwrap_or(path),
        )
    }

    /// The settings file that was named.
    pub fn named(&self) -> Option<&Path> {
        match &self.choice {
            Choice::Named(path) => Some(path),
            Choice::Nearest | Choice::Nothing => None,
        }
    }

    /// A settings file and its path as shown, if it has problems that were not reported yet.
    pub fn take_unreported(&mut self, path: &Path) -> Option<(String, SettingsFile)> {
        if !self.unreported.remove(path) {
            return None;
        }
        let file = self.files.get(path)?;
        (!file.problems.is_empty()).then(|| (self.shown(path), file.clone()))
    }

    /// Why the last settings file could not be read; returned once.
    pub fn take_failure(&mut self) -> Option<Failure> {
        self.failure.take()
    }

    fn load(&mut self, path: &Path) {
        if !self.known.insert(path.to_owned()) {
            return;
        }
        let file = match self.choice {
            Choice::Named(_) => SettingsFile::load_named(path),
            _ => SettingsFile::load(path, None),
        };
        match file {
            Ok(Some(file)) => {
                self.unreported.insert(path.to_owned());
                self.files.insert(path.to_owned(), file);
            }
            Ok(None) => {}
            Err(message) => {
                self.failure = Some(Failure {
                    path: self.shown(path),
                    message,
                });
            }
        }
    }

    /// A path as it is shown.
    pub fn shown(&self, path: &Path) -> String {
        input::shown(path.strip_prefix(&self.here).unwrap_or(path))
    }
}

/// Prints the settings of a document as a settings file and returns the exit code.
///
/// # Errors
/// The output cannot be written.
pub fn run(options: &SettingsCommand, output: &mut Output) -> io::Result<u8> {
    let mut finder = Finder::new(&options.settings);
    let place = options.file.as_deref().and_then(place);
    let Found { effective, file } = finder.of(place.as_deref());
    let whose = match &options.file {
        Some(path) => format!("`{}`", one_line(&input::shown(path))),
        None => "documents in this folder".to_owned(),
    };
    let origin = match &file {
        Some(path) => format!("from `{}`", one_line(&finder.shown(path))),
        None => "without a settings file".to_owned(),
    };
    let mut code = NOTHING_SHOWN;
    if let Some(failure) = finder.take_failure() {
        print_error(&format!("{}: {}", one_line(&failure.path), failure.message));
        code = COULD_NOT_RUN;
    }
    if let Some((path, file)) = file.and_then(|file| finder.take_unreported(&file)) {
        for problem in &file.problems {
            let line = file.text.line_of(problem.range.start()) + 1;
            print_error(&format!("{}:{line}: {}", one_line(&path), problem.message));
            code = code.max(if problem.is_grammar {
                COULD_NOT_RUN
            } else {
                FINDINGS_SHOWN
            });
        }
    }
    writeln!(output, "# what holds for {whose}, {origin}")?;
    writeln!(
        output,
        "# beside \"on\": the severity, unless the page of the rule (`explain RULE`) names a case with another one"
    )?;
    write!(output, "{}", as_toml(&effective))?;
    Ok(code)
}

/// Where a document stands, or would stand.
pub fn place(path: &Path) -> Option<PathBuf> {
    real_path(path).or_else(|| std::path::absolute(path).ok())
}

/// Settings as a settings file.
pub fn as_toml(effective: &Effective) -> String {
    let rule_set = &effective.rule_set;
    let mut document = DocumentMut::new();
    document["profile"] = value(rule_set.preset().as_str());
    document["own-hosts"] = value(Array::from_iter(&effective.environment.own_hosts));
    let mut rules = Table::new();
    for rule in RULES {
        let level = rule_set.level(rule);
        let mut shown = Value::from(level.as_str());
        if level == Level::On {
            // A comment, not the level: a check may raise its severity, which a level would override.
            let comment = format!(" # {}", rule.severity.as_str());
            shown.decor_mut().set_suffix(comment);
        }
        rules[rule.id] = value(shown);
    }
    document["rules"] = Item::Table(rules);
    let mut protocols = Table::new();
    for (name, encrypted) in &effective.environment.protocols {
        let known = encrypted.map(|encrypted| ("encrypted", encrypted));
        protocols[name.as_str()] = value(InlineTable::from_iter(known));
    }
    if !protocols.is_empty() {
        document["protocols"] = Item::Table(protocols);
    }
    let ignores = rule_set.silences().iter().map(|silence| {
        let rules = silence.rules.iter().map(|selector| selector.as_str());
        let mut ignore = Table::new();
        ignore["rule"] = value(Array::from_iter(rules));
        if !silence.pointer.is_empty() {
            ignore["pointer"] = value(&silence.pointer);
        }
        ignore
    });
    let ignores = ArrayOfTables::from_iter(ignores);
    if !ignores.is_empty() {
        document["ignore"] = Item::ArrayOfTables(ignores);
    }
    document.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::read;

    #[test]
    fn what_is_shown_is_a_settings_file_that_means_the_same() {
        let (settings, problems) = read::file(
            "profile = \"strict\"\nown-hosts = [\"a.example\"]\n\
             [rules]\nurls = \"hint\"\nurl-fragment = \"off\"\n\
             [protocols]\n\"a \\\"b\" = { encrypted = true }\nc = {}\n\
             [[ignore]]\nrule = [\"url-userinfo\", \"urls\"]\npointer = \"/a~1b\\\\\"\n",
        );
        assert_eq!(problems, []);
        let of = |settings: &Settings| {
            effective(&[Source {
                settings,
                path: None,
            }])
        };
        let one = of(&settings);
        let (again, problems) = read::file(&as_toml(&one));
        assert_eq!(problems, []);
        let other = of(&again);
        assert_eq!(one, other);
    }
}
