//! Reads settings from TOML and JSON. Problems are collected, and the rest is read nevertheless.

pub(crate) mod diff;

use std::collections::BTreeMap;

use toml::de::DeValue;

use super::files::Files;
use super::value::{self, TomlKey, TomlValue, range};
use super::{BaselinePath, Ignore, Level, Override, Preset, RuleEntry, Selector, Settings};
use crate::rules::messages::{listed, nearest, quoted};
use crate::rules::registry::{self, RULES};
use crate::rules::rule::Group;
use crate::text::range::TextRange;

/// Settings files longer than this are not read.
pub const MAX_BYTES: usize = 1 << 20;

/// A problem in settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Its range in the file; empty for what the client sends.
    pub range: TextRange,
    /// The path of keys to it, for messages without a range.
    pub path: String,
    /// What is wrong and what to do, in lower case and without a full stop.
    pub message: String,
    /// Whether the grammar of TOML is broken.
    pub is_grammar: bool,
}

/// The keys of the settings and of the tables in them.
pub(crate) const KEYS: [&str; 8] = [
    "profile",
    "rules",
    "overrides",
    "own-hosts",
    "protocols",
    "ignore",
    "diff",
    "baseline",
];
pub(crate) const OVERRIDE_KEYS: [&str; 3] = ["files", "profile", "rules"];
pub(crate) const PROTOCOL_KEYS: [&str; 1] = ["encrypted"];
pub(crate) const IGNORE_KEYS: [&str; 4] = ["rule", "files", "pointer", "reason"];

/// Keys that only the configuration of a client has.
const DISPLAY_KEYS: [&str; 3] = ["inlay-hints", "code-lens", "semantic-tokens"];

/// Keys that clients use in this section for themselves.
const CLIENT_KEYS: [&str; 6] = ["enable", "server", "trace", "logLevel", "path", "args"];

/// Reads a settings file. Problems are in the order of the text.
pub fn file(text: &str) -> (Settings, Vec<Problem>) {
    let (value, errors) = value::of_toml(text);
    let mut reader = SettingsReader::new(false);
    let settings = reader.settings(&value);
    let grammar = errors.iter().map(|error| Problem {
        range: error.range,
        path: String::new(),
        message: error.message.clone(),
        is_grammar: true,
    });
    // Problems next to broken grammar are consequences of it.
    let touches_error = |range: TextRange| {
        let mut errors = errors.iter();
        errors.any(|error| error.range.start() <= range.end() && range.start() <= error.range.end())
    };
    let problems = reader.problems.into_iter();
    let problems = problems.filter(|problem| !touches_error(problem.range));
    let mut problems: Vec<Problem> = problems.chain(grammar).collect();
    problems.sort_by_key(|problem| problem.range);
    (settings, problems)
}

/// Reads what the client sends: initialisation options or the section of its configuration.
pub fn client(value: &serde_json::Value) -> (Settings, Vec<Problem>) {
    let mut reader = SettingsReader::new(true);
    let settings = reader.settings(&value::of_json(value));
    (settings, reader.problems)
}

struct SettingsReader {
    problems: Vec<Problem>,
    /// The path of keys to the current value.
    path: Vec<String>,
    /// Whether keys are in camel case, as in JSON.
    is_json: bool,
}

impl SettingsReader {
    fn new(is_json: bool) -> Self {
        Self {
            problems: Vec::new(),
            path: Vec::new(),
            is_json,
        }
    }

    fn settings(&mut self, value: &TomlValue<'_>) -> Settings {
        let mut settings = Settings::default();
        let known = match self.is_json {
            // A baseline stands beside the documents, as the settings file does, and no editor
            // compares versions.
            true => [&KEYS[..KEYS.len() - 2], &DISPLAY_KEYS].concat(),
            false => KEYS.to_vec(),
        };
        self.table(value, &known, |reader, key, value| match key {
            "profile" => settings.preset = reader.preset(value),
            "rules" => settings.rules = reader.rules(value),
            "overrides" => {
                settings.overrides =
                    reader.list(value, |reader, item| Some(reader.override_of(item)));
            }
            "own-hosts" => settings.own_hosts = reader.list(value, Self::host),
            "protocols" => settings.protocols = reader.protocols(value),
            "diff" => settings.diff = reader.diff(value),
            "baseline" => {
                settings.baseline = reader.text(value).map(|path| BaselinePath {
                    path: path.to_owned(),
                    range: range(value),
                });
            }
            "inlay-hints" => settings.display.inlay_hints = reader.boolean(value),
            "code-lens" => settings.display.code_lens = reader.boolean(value),
            "semantic-tokens" => settings.display.semantic_tokens = reader.boolean(value),
            _ => settings.ignores = reader.list(value, Self::ignore),
        });
        settings
    }

    fn preset(&mut self, value: &TomlValue<'_>) -> Option<Preset> {
        let name = self.text(value)?;
        let preset = Preset::named(name);
        if preset.is_none() {
            let names = Preset::ALL.map(Preset::as_str);
            self.problem(range(value), unknown("profile", name, &names));
        }
        preset
    }

    fn rules(&mut self, value: &TomlValue<'_>) -> Vec<RuleEntry> {
        let mut entries = Vec::new();
        self.each(value, |reader, key, value| {
            let selector = reader.selector(key.get_ref(), range(key));
            let level = reader.level(value);
            if let (Some(selector), Some(level)) = (selector, level) {
                entries.push(RuleEntry { selector, level });
            }
        });
        entries
    }

    fn selector(&mut self, name: &str, range: TextRange) -> Option<Selector> {
        if let Some(rule) = registry::rule(name) {
            return Some(Selector::Rule(rule.id));
        }
        let group = Group::ALL.into_iter().find(|group| group.as_str() == name);
        if group.is_none() {
            self.problem(range, unknown_rule(name));
        }
        group.map(Selector::Group)
    }

    fn level(&mut self, value: &TomlValue<'_>) -> Option<Level> {
        let name = self.text(value)?;
        let level = Level::named(name);
        if level.is_none() {
            let names = Level::ALL.map(Level::as_str);
            self.problem(range(value), unknown("level", name, &names));
        }
        level
    }

    fn override_of(&mut self, value: &TomlValue<'_>) -> Override {
        let mut found = Override::default();
        let mut has_files = false;
        self.table(value, &OVERRIDE_KEYS, |reader, key, value| match key {
            "files" => {
                has_files = true;
                found.files = reader.files(value);
            }
            "profile" => found.preset = reader.preset(value),
            _ => found.rules = reader.rules(value),
        });
        if !has_files && matches!(value.get_ref(), DeValue::Table(_)) {
            self.problem(
                range(value),
                "an override needs `files`: write `files = [\"...\"]` with globs".to_owned(),
            );
        }
        found
    }

    fn files(&mut self, value: &TomlValue<'_>) -> Files {
        let mut patterns = Vec::new();
        self.one_or_more(value, |reader, item| {
            if let Some(text) = reader.text(item) {
                patterns.push((text.to_owned(), range(item)));
            }
        });
        let (files, refused) = Files::new(patterns.iter().map(|(text, _)| text.as_str()));
        for (at, reason) in refused {
            if let Some((text, range)) = patterns.get(at) {
                self.problem(*range, format!("{} is not a glob: {reason}", quoted(text)));
            }
        }
        files
    }

    fn host(&mut self, value: &TomlValue<'_>) -> Option<String> {
        let host = self.text(value)?;
        let is_host = !host.is_empty()
            && !host.contains(|sign: char| sign.is_whitespace() || "/:@?#".contains(sign));
        if !is_host {
            self.problem(
                range(value),
                format!(
                    "{} is not a host: write the name alone, as in `api.example.com`",
                    quoted(host)
                ),
            );
            return None;
        }
        Some(host.to_lowercase())
    }

    fn protocols(&mut self, value: &TomlValue<'_>) -> BTreeMap<String, Option<bool>> {
        let mut protocols = BTreeMap::new();
        self.each(value, |reader, key, value| {
            let mut encrypted = None;
            reader.table(value, &PROTOCOL_KEYS, |reader, _, value| {
                encrypted = reader.boolean(value);
            });
            protocols.insert(key.get_ref().to_lowercase(), encrypted);
        });
        protocols
    }

    fn ignore(&mut self, value: &TomlValue<'_>) -> Option<Ignore> {
        let mut rules = None;
        let mut files = None;
        let mut pointer = None;
        let mut reason = None;
        let mut is_valid = true;
        self.table(value, &IGNORE_KEYS, |reader, key, value| match key {
            "rule" => rules = Some(reader.selectors(value)),
            "files" => files = Some(reader.files(value)),
            "pointer" => {
                pointer = reader.pointer(value);
                is_valid &= pointer.is_some();
            }
            _ => {
                reason = reader.text(value).map(str::to_owned);
                is_valid &= reason.is_some();
            }
        });
        if rules.is_none() && matches!(value.get_ref(), DeValue::Table(_)) {
            self.problem(
                range(value),
                "an ignore names its rule: write `rule = \"...\"`".to_owned(),
            );
        }
        let rules = rules.filter(|rules| !rules.is_empty())?;
        // Without one of its limits it would hide more than intended.
        is_valid.then_some(Ignore {
            rules,
            files,
            pointer,
            reason,
            range: range(value),
        })
    }

    fn selectors(&mut self, value: &TomlValue<'_>) -> Vec<Selector> {
        let mut selectors = Vec::new();
        self.one_or_more(value, |reader, item| {
            let name = reader.text(item).map(str::to_owned);
            selectors.extend(name.and_then(|name| reader.selector(&name, range(item))));
        });
        selectors
    }

    fn pointer(&mut self, value: &TomlValue<'_>) -> Option<String> {
        let pointer = self.text(value)?;
        if !pointer.is_empty() && !pointer.starts_with('/') {
            self.problem(
                range(value),
                format!(
                    "{} is not a JSON Pointer: it starts with `/`, as in `/components/securitySchemes/login`",
                    quoted(pointer)
                ),
            );
            return None;
        }
        Some(pointer.to_owned())
    }

    /// Reads the known keys of a table; `read` gets their names in TOML.
    fn table(
        &mut self,
        value: &TomlValue<'_>,
        known: &[&'static str],
        mut read: impl FnMut(&mut Self, &'static str, &TomlValue<'_>),
    ) {
        let is_json = self.is_json;
        let is_root = self.path.is_empty();
        let spelled = |key: &str| {
            if is_json { camel(key) } else { key.to_owned() }
        };
        self.each(value, |reader, key, value| {
            if let Some(found) = known.iter().find(|known| spelled(known) == *key.get_ref()) {
                return read(reader, found, value);
            }
            if is_json && is_root && CLIENT_KEYS.contains(&key.get_ref().as_ref()) {
                return;
            }
            let names: Vec<String> = known.iter().map(|known| spelled(known)).collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            reader.problem(range(key), unknown("key", key.get_ref(), &names));
        });
    }

    /// Reads the entries of a table in the order of the text.
    fn each(
        &mut self,
        value: &TomlValue<'_>,
        mut read: impl FnMut(&mut Self, &TomlKey<'_>, &TomlValue<'_>),
    ) {
        let DeValue::Table(table) = value.get_ref() else {
            return self.wrong_type(value, "a table");
        };
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(key, _)| range(key));
        for (key, value) in entries {
            self.path.push(key.get_ref().to_string());
            read(self, key, value);
            self.path.pop();
        }
    }

    fn list<T>(
        &mut self,
        value: &TomlValue<'_>,
        mut read: impl FnMut(&mut Self, &TomlValue<'_>) -> Option<T>,
    ) -> Vec<T> {
        let DeValue::Array(items) = value.get_ref() else {
            self.wrong_type(value, "a list");
            return Vec::new();
        };
        let mut found = Vec::new();
        for (at, item) in items.iter().enumerate() {
            self.path.push(format!("[{at}]"));
            found.extend(read(self, item));
            self.path.pop();
        }
        found
    }

    /// A list, or its only item without the brackets.
    fn one_or_more(
        &mut self,
        value: &TomlValue<'_>,
        mut read: impl FnMut(&mut Self, &TomlValue<'_>),
    ) {
        match value.get_ref() {
            DeValue::String(_) => read(self, value),
            _ => {
                self.list(value, |reader, item| {
                    read(reader, item);
                    None::<()>
                });
            }
        }
    }

    fn text<'v>(&mut self, value: &'v TomlValue<'_>) -> Option<&'v str> {
        let DeValue::String(text) = value.get_ref() else {
            self.wrong_type(value, "a string");
            return None;
        };
        Some(text)
    }

    fn boolean(&mut self, value: &TomlValue<'_>) -> Option<bool> {
        let DeValue::Boolean(is_true) = value.get_ref() else {
            self.wrong_type(value, "`true` or `false`");
            return None;
        };
        Some(*is_true)
    }

    fn wrong_type(&mut self, value: &TomlValue<'_>, wanted: &str) {
        let message = format!("write {wanted} here, not {}", value::kind(value));
        self.problem(range(value), message);
    }

    fn problem(&mut self, range: TextRange, message: String) {
        self.problems.push(Problem {
            range,
            path: self.path.join(".").replace(".[", "["),
            message,
            is_grammar: false,
        });
    }
}

/// The message for an unknown name.
fn unknown(what: &str, name: &str, known: &[&str]) -> String {
    let name_shown = quoted(name);
    match nearest(name, known.iter().copied()) {
        Some(meant) => format!("there is no {what} {name_shown}; did you mean `{meant}`?"),
        None => format!(
            "there is no {what} {name_shown} here; write {}",
            listed(known.iter().copied(), "or")
        ),
    }
}

/// The message for an unknown rule or group.
fn unknown_rule(name: &str) -> String {
    let groups = Group::ALL.iter().map(|group| group.as_str());
    let ids = RULES.iter().map(|rule| rule.id);
    let shown = quoted(name);
    match nearest(name, groups.chain(ids)) {
        Some(meant) => format!("there is no rule or group {shown}; did you mean `{meant}`?"),
        None => {
            format!("there is no rule or group {shown}; see `asyncapi-security-lsp rules`")
        }
    }
}

/// A key of TOML in camel case, as in JSON.
fn camel(name: &str) -> String {
    let mut parts = name.split('-');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let mut signs = part.chars();
        out.extend(signs.next().map(|first| first.to_ascii_uppercase()));
        out.push_str(signs.as_str());
    }
    out
}
