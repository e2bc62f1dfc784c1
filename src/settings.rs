//! Settings: which rules run, how severe they are, and what is ignored.
//!
//! They come from the file `asyncapi-security.toml`, the client's configuration (the same keys in
//! JSON, in camel case) and the command line. [`read`] turns a file or a configuration into
//! [`Settings`] and reports problems with their ranges. [`effective`](effective::effective) combines
//! several, the weakest first, into those of one document.

pub mod baseline;
pub mod diff;
pub mod edit;
pub mod effective;
pub mod files;
pub mod read;
pub mod rule_set;
pub mod schema;
pub mod value;

use std::collections::BTreeMap;

use schemars::JsonSchema;

use diff::DiffSettings;

use crate::rules::rule::{Basis, Group, Rule, Severity};
use crate::text::range::TextRange;
use files::Files;
use schema::{Glob, OneOrMore, ProtocolEntry, Rules};

/// The name of the settings file.
pub const FILE_NAME: &str = "asyncapi-security.toml";

/// The section of the client's configuration.
pub const SECTION: &str = "asyncapiSecurity";

/// Settings from one source. The doc comments of the fields are the descriptions in the schema.
#[derive(Debug, Clone, Default, PartialEq, Eq, JsonSchema)]
#[schemars(rename_all = "kebab-case", deny_unknown_fields)]
#[schemars(title = FILE_NAME, description = "Settings of asyncapi-security-lsp")]
pub struct Settings {
    /// Which rules run where nothing else is said.
    #[schemars(default, rename = "profile", with = "Preset")]
    pub preset: Option<Preset>,
    /// What is to become of the findings of a rule, or of all rules of a group.
    #[schemars(default, with = "Rules")]
    pub rules: Vec<RuleEntry>,
    /// What else holds for some files; later ones win.
    #[schemars(default)]
    pub overrides: Vec<Override>,
    /// Hosts that are yours, as `host` or `*.domain`: that they are plain, private or look like an
    /// example is known and meant.
    // In lower case.
    #[schemars(default, inner(regex(pattern = r"^[^\s/:@?#]+$")))]
    pub own_hosts: Vec<String>,
    /// Further values of `protocol`, or better knowledge of a known one.
    // Names in lower case, with whether they are encrypted, if known.
    #[schemars(default, with = "BTreeMap<String, ProtocolEntry>")]
    pub protocols: BTreeMap<String, Option<bool>>,
    /// Findings that are not wanted.
    #[schemars(default, rename = "ignore")]
    pub ignores: Vec<Ignore>,
    /// What is to become of changes that `diff` finds, by their kind: `danger`, `breaking`, `notice`,
    /// `none`, or `off`.
    #[schemars(default, with = "DiffSettings")]
    pub diff: DiffSettings,
    /// A file with findings that are known, from the folder of this file on: they are left out, and
    /// editors fade them. `check --write-baseline` writes it.
    // Only settings files have it.
    #[schemars(default, with = "String")]
    pub baseline: Option<BaselinePath>,
    // What an editor shows beside findings; only its own configuration says that.
    #[schemars(skip)]
    #[allow(
        missing_docs,
        reason = "a doc comment would be read by users of the file"
    )]
    pub display: DisplaySettings,
}

/// Where a baseline is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaselinePath {
    /// Its path, from the folder of the settings file on.
    pub path: String,
    /// Where that is written.
    pub range: TextRange,
}

/// What an editor shows beside findings, where it is said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DisplaySettings {
    /// Inlay hints.
    pub inlay_hints: Option<bool>,
    /// Lenses.
    pub code_lens: Option<bool>,
    /// Semantic tokens.
    pub semantic_tokens: Option<bool>,
}

/// Which rules run unless other settings say otherwise; users write it as `profile`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Preset {
    /// Every rule that is on by default.
    #[default]
    Recommended,
    /// Every rule.
    Strict,
    /// What a specification or standard demands, and what the checks say about themselves.
    Validity,
}

impl Preset {
    /// All presets, the default first.
    pub const ALL: [Self; 3] = [Self::Recommended, Self::Strict, Self::Validity];

    /// Its name in settings.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Recommended => "recommended",
            Self::Strict => "strict",
            Self::Validity => "validity",
        }
    }

    /// The preset of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|preset| preset.as_str() == name)
    }

    /// Whether a rule runs with this preset.
    pub fn runs(self, rule: &Rule) -> bool {
        match self {
            Self::Recommended => rule.default_on,
            Self::Strict => true,
            Self::Validity => rule.default_on && is_demanded(rule),
        }
    }
}

/// Whether a specification demands what a rule checks. Findings about what could not be read are
/// included, because a silent check would look like a pass; so are those about suppressions.
fn is_demanded(rule: &Rule) -> bool {
    if matches!(rule.group, Group::Syntax | Group::Suppression) {
        return true;
    }
    matches!(
        rule.group,
        Group::Validity | Group::References | Group::Urls
    ) && matches!(rule.basis, Basis::Schema | Basis::Prose | Basis::Must)
}

/// What is to become of a rule's findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Level {
    /// They are not shown.
    Off,
    /// They are shown with their own severity.
    On,
    /// They are shown with this severity.
    At(Severity),
}

impl Level {
    /// All levels, as settings list them.
    pub const ALL: [Self; 6] = [
        Self::Off,
        Self::On,
        Self::At(Severity::Error),
        Self::At(Severity::Warning),
        Self::At(Severity::Information),
        Self::At(Severity::Hint),
    ];

    /// Its name in settings.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::On => "on",
            Self::At(severity) => severity.as_str(),
        }
    }

    /// The level of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.as_str() == name)
    }
}

/// A rule or all rules of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Selector {
    /// The rule with this id.
    Rule(&'static str),
    /// The rules of this group.
    Group(Group),
}

impl Selector {
    /// Its name in settings.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rule(id) => id,
            Self::Group(group) => group.as_str(),
        }
    }

    /// Whether it selects a rule.
    pub fn selects(self, rule: &Rule) -> bool {
        match self {
            Self::Rule(id) => rule.id == id,
            Self::Group(group) => rule.group == group,
        }
    }
}

/// An entry of `[rules]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleEntry {
    /// The rules.
    pub selector: Selector,
    /// Their level.
    pub level: Level,
}

/// What else holds for some files.
#[derive(Debug, Clone, Default, PartialEq, Eq, JsonSchema)]
#[schemars(deny_unknown_fields, inline)]
pub struct Override {
    /// Which files.
    #[schemars(with = "OneOrMore<Glob>")]
    pub files: Files,
    /// Which rules run where nothing else is said.
    #[schemars(default, rename = "profile", with = "Preset")]
    pub preset: Option<Preset>,
    /// What is to become of the findings of a rule, or of all rules of a group.
    #[schemars(default, with = "Rules")]
    pub rules: Vec<RuleEntry>,
}

/// Findings that are not wanted.
#[derive(Debug, Clone, PartialEq, Eq, JsonSchema)]
#[schemars(deny_unknown_fields, inline)]
pub struct Ignore {
    /// Of which rules.
    #[schemars(rename = "rule", with = "OneOrMore<Selector>")]
    pub rules: Vec<Selector>,
    /// In which files; in all of them where this is left out.
    #[schemars(default, with = "OneOrMore<Glob>")]
    pub files: Option<Files>,
    /// A JSON Pointer to the part of the document; all of it where this is left out.
    #[schemars(default, with = "String", regex(pattern = "^(/.*)?$"))]
    pub pointer: Option<String>,
    /// For those who read it later.
    #[schemars(default, with = "String")]
    pub reason: Option<String>,
    // Where it is written.
    #[schemars(skip)]
    #[allow(
        missing_docs,
        reason = "a doc comment would be read by users of the file"
    )]
    pub range: TextRange,
}
