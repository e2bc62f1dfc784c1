//! The arguments of the command line. Their doc comments are the help that users read.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::output::Color;
use super::rules;
use crate::rules::registry;
use crate::rules::rule::Severity;
use crate::settings::{Level, Preset};

const EXAMPLES: &str = "\
Examples:
  asyncapi-security-lsp check asyncapi.yaml         check a document
  asyncapi-security-lsp check .                     check all AsyncAPI documents below a folder
  asyncapi-security-lsp check --format github .     annotate a pull request
  asyncapi-security-lsp check --level error .       fail on errors only
  asyncapi-security-lsp explain url-not-https       read the page of a rule

Exit codes:
  0  nothing is shown
  1  findings are shown
  2  something could not be run or read

Without a command the server is started, but on a terminal this help is shown.
";

const CHECK_EXAMPLES: &str = "\
Examples:
  asyncapi-security-lsp check api/orders.yaml api/users.json
  asyncapi-security-lsp check --level error --format json . > findings.json
  asyncapi-security-lsp check --enable security-scheme-description-missing .
  asyncapi-security-lsp check --stdin-filename orders.yaml - < orders.yaml
  asyncapi-security-lsp check --fix --diff . | git apply

Exit codes:
  0  nothing is shown (findings below `--level` are not shown)
  1  findings are shown, or with `--diff` something would change
  2  a file could not be read (the others are checked nevertheless), a folder holds no AsyncAPI
     document, or the command line is wrong

JSON, one object:
  version    1; raised when a field changes its meaning or goes
  tool       `name` and `version`
  files      what was looked at: `path`, `kind` (`asyncapi`, `fragment`, `other`, `empty`, `settings`) and
             `asyncapi` (the version whose rules hold, or null)
  findings   `rule`, `severity`, `message`, `path`, `range`, `related` (each with `message` and
             `range`) and `docs` (the address of the rule's page)
  problems   what could not be read: `path` and `message`
  summary    how many of each severity, how many `suppressed`, and `documents`
A range has `start` and `end`, each with `offset` (bytes from 0), `line` and `column` (from 1, in
Unicode characters); `end` is one past the last character.
";

/// Language server and linter for the security parts of AsyncAPI documents (2.0.0 to 3.1.0).
#[derive(Debug, Parser)]
#[command(version, after_help = EXAMPLES, max_term_width = 100)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Serve the Language Server Protocol on standard input and output.
    #[arg(long)]
    pub stdio: bool,
    /// The process that started the server; the server learns it from the protocol as well.
    #[arg(long = "clientProcessId", hide = true)]
    pub client_process_id: Option<u64>,
    /// When to use colours; NO_COLOR is respected.
    // Below the options of each command.
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        display_order = 100
    )]
    pub color: Color,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check documents and show what is found.
    Check(CheckOptions),
    /// Show the page of a rule.
    Explain(ExplainOptions),
    /// List all rules.
    Rules,
    /// Show the settings that hold for a document, as a settings file.
    Settings(SettingsCommand),
    /// Show a JSON Schema of the settings file, for editors that complete TOML by one.
    SettingsSchema,
    /// Serve the Language Server Protocol on standard input and output.
    Lsp(LspOptions),
}

/// The options of `check`.
#[derive(Debug, Args)]
#[command(after_help = CHECK_EXAMPLES)]
pub struct CheckOptions {
    /// Files and folders; `-` is standard input. In folders, files named *.yaml, *.yml, *.json
    /// and *.jsonc that are AsyncAPI documents are checked; hidden and git-ignored ones are not.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// How to show findings.
    #[arg(long, default_value = "text")]
    pub format: OutputFormat,
    /// The least severity that is shown; findings of rules named by `--enable` always are.
    #[arg(long, default_value = "information", value_parser = level, value_name = "error|warning|information|hint")]
    pub level: Severity,
    /// What holds on top of the settings file.
    #[command(flatten)]
    pub settings: SettingsOptions,
    /// Fix what is safe to fix and write the files; what is left is shown.
    #[arg(long)]
    pub fix: bool,
    /// With `--fix`: show what would change as a diff, and write nothing.
    #[arg(long, visible_alias = "dry-run", requires = "fix")]
    pub diff: bool,
    /// The name under which standard input is reported; it also says whether it is YAML or JSON.
    #[arg(long, value_name = "NAME")]
    pub stdin_filename: Option<PathBuf>,
}

/// Where settings come from.
#[derive(Debug, Default, Args)]
pub struct SettingsOptions {
    /// Run a rule that is off by default and show what it finds (may be repeated).
    #[arg(long, visible_alias = "rule", value_parser = rule, value_name = "RULE")]
    pub enable: Vec<String>,
    /// Which rules run where nothing else is said; wins over the settings file.
    #[arg(long = "profile", value_parser = preset, value_name = "recommended|strict|validity")]
    pub preset: Option<Preset>,
    /// The settings file, in place of the `asyncapi-security.toml` in the folder of each document
    /// or the nearest above it, up to the root of the repository. Its globs then start from here.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Read no settings file.
    #[arg(long, conflicts_with = "config")]
    pub no_config: bool,
}

/// The options of `settings`.
#[derive(Debug, Args)]
pub struct SettingsCommand {
    /// The document; without one, what holds for documents in this folder.
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// What holds on top of the settings file.
    #[command(flatten)]
    pub settings: SettingsOptions,
}

/// How findings are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OutputFormat {
    /// Excerpts of the documents.
    Text,
    /// One JSON object, described below.
    Json,
    /// Annotations of GitHub Actions.
    Github,
}

/// The options of `explain`.
#[derive(Debug, Args)]
pub struct ExplainOptions {
    /// The id of a rule, as shown in brackets beside a finding.
    #[arg(value_name = "RULE")]
    pub rule: String,
}

/// The options of `lsp`.
#[derive(Debug, Args)]
pub struct LspOptions {
    /// Nothing else is spoken; for editors that pass it.
    #[arg(long)]
    pub stdio: bool,
    /// The process that started the server; the server learns it from the protocol as well.
    #[arg(long = "clientProcessId", hide = true)]
    pub client_process_id: Option<u64>,
}

fn level(word: &str) -> Result<Severity, String> {
    match Level::named(word) {
        Some(Level::At(severity)) => Ok(severity),
        _ => Err("write `error`, `warning`, `information` or `hint`".to_owned()),
    }
}

fn preset(word: &str) -> Result<Preset, String> {
    Preset::named(word).ok_or_else(|| "write `recommended`, `strict` or `validity`".to_owned())
}

fn rule(id: &str) -> Result<String, String> {
    match registry::rule(id) {
        Some(rule) => Ok(rule.id.to_owned()),
        None => Err(rules::unknown(id)),
    }
}
