//! The arguments of the command line. Their doc comments are the help that users read.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::output::Color;
use super::unknown_rule::unknown;
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
  asyncapi-security-lsp check --output sarif=findings.sarif --output junit=findings.xml .
  asyncapi-security-lsp check --level hint --fail-on error .
  asyncapi-security-lsp check --enable security-scheme-description-missing .
  asyncapi-security-lsp check --stdin-filename orders.yaml - < orders.yaml
  asyncapi-security-lsp check --diff . | git apply
  asyncapi-security-lsp check --write-baseline .    begin with a baseline, then fix what is new

Exit codes:
  0  nothing is shown (findings below `--level` are not shown), or nothing that `--fail-on` names
  1  findings are shown, or with `--diff` something would change
  2  a file could not be read (the others are checked nevertheless), a folder holds no AsyncAPI
     document, or the command line is wrong
";

const REPORT_EXAMPLES: &str = "\
Examples:
  asyncapi-security-lsp report api/orders.yaml
  asyncapi-security-lsp report --format html --output security.html .
  asyncapi-security-lsp report --format markdown . >> \"$GITHUB_STEP_SUMMARY\"
  asyncapi-security-lsp report --fail-on public,readable .

Exit codes:
  0  reported, and nothing that `--fail-on` names
  1  there is something that `--fail-on` names
  2  a file could not be read, or parts of it (the rest is reported nevertheless)

A report says what documents say. They do not say how long keys and tokens are good for, or what
brokers and gateways allow besides.
";

const MIGRATE_EXAMPLES: &str = "\
Examples:
  asyncapi-security-lsp migrate --to 3 api/orders.yaml
  asyncapi-security-lsp migrate --to 3 --diff .
  asyncapi-security-lsp migrate --to 2 --output orders-2.yaml orders.yaml
  asyncapi-security-lsp migrate --to 3 - < orders.yaml

Exit codes:
  0  all documents are of that version now, or with `--diff` could be
  1  a document was refused; standard error says which and why
  2  a file could not be read or written
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
    /// Show who may do what: what is public, readable on the wire, and who needs which scope.
    Report(ReportOptions),
    /// Bring documents to the other major version; every operation demands what it demanded.
    Migrate(MigrateOptions),
    /// Say what a change does to who gets in.
    Diff(DiffOptions),
    /// Show the page of a rule.
    Explain(ExplainOptions),
    /// List all rules.
    Rules(RulesOptions),
    /// Show the settings that hold for a document, as a settings file.
    Settings(SettingsCommand),
    /// Show the JSON Schema of a file that this program reads or writes.
    Schema(SchemaOptions),
    /// Show what a shell needs to complete the commands.
    Completions(CompletionsOptions),
    /// Write the manual pages.
    Man(ManOptions),
    /// Serve the Language Server Protocol on standard input and output.
    Lsp(LspOptions),
}

/// The options of `check`.
#[derive(Debug, Args)]
#[command(after_help = CHECK_EXAMPLES)]
pub struct CheckOptions {
    /// Files and folders; `-` is standard input. In folders, files named *.yaml, *.yml, *.json
    /// and *.jsonc that are AsyncAPI documents are checked; hidden and git-ignored ones are not.
    /// Without any, the current folder.
    #[arg(value_name = "PATH")]
    pub files: Vec<PathBuf>,
    /// How to show findings.
    #[arg(long, default_value = "text", help_heading = SHOWING)]
    pub format: OutputFormat,
    /// A file for what would be printed; with `FORMAT=` before its name, a file in that format
    /// besides (may be repeated).
    #[arg(long, value_parser = output_file, value_name = "[FORMAT=]FILE", help_heading = SHOWING)]
    pub output: Vec<OutputFile>,
    /// The least severity that is shown; findings of rules named by `--enable` always are.
    #[arg(long, default_value = "information", value_parser = level,
        value_name = "error|warning|information|hint", help_heading = SHOWING)]
    pub level: Severity,
    /// The least severity for which the exit code is 1; without it, all that is shown.
    #[arg(long, value_name = "error|warning|information|hint|never", hide_possible_values = true,
        help_heading = SHOWING)]
    pub fail_on: Option<FailOn>,
    /// Print findings and errors, and nothing else.
    #[arg(long, short, help_heading = SHOWING)]
    pub quiet: bool,
    /// Show how often each rule was found, in place of the findings.
    #[arg(long, help_heading = SHOWING)]
    pub statistics: bool,
    /// Show which files are checked, and check nothing.
    #[arg(long, conflicts_with_all = ["fix", "diff", "statistics", "output", "format"],
        help_heading = SHOWING)]
    pub list_files: bool,
    /// Leave out what this file knows, in place of the `baseline` that the settings name.
    #[arg(long, value_name = "FILE", help_heading = BASELINE)]
    pub baseline: Option<PathBuf>,
    /// Write all that is found to the baseline, whatever its severity, and show nothing. What it knew
    /// of files that are not checked now stays.
    #[arg(long, conflicts_with_all = ["fix", "diff", "statistics", "output", "list_files"],
        help_heading = BASELINE)]
    pub write_baseline: bool,
    /// What holds on top of the settings file.
    #[command(flatten)]
    pub settings: SettingsOptions,
    /// Fix what is safe to fix and write the files; what is left is shown.
    #[arg(long, help_heading = FIXING)]
    pub fix: bool,
    /// With `--fix` or `--diff`: also what changes the meaning, or leaves something to be filled in,
    /// for the findings that are shown.
    #[arg(long, help_heading = FIXING)]
    pub unsafe_fixes: bool,
    /// Show what `--fix` would change as a diff, and write nothing.
    #[arg(long, visible_alias = "dry-run", help_heading = FIXING)]
    pub diff: bool,
    /// The name under which standard input is reported; it also says whether it is YAML or JSON.
    #[arg(long, value_name = "NAME")]
    pub stdin_filename: Option<PathBuf>,
}

const SHOWING: &str = "What is shown";
const FIXING: &str = "Fixes";
const BASELINE: &str = "What is known";

const DIFF_EXAMPLES: &str = "\
Examples:
  asyncapi-security-lsp diff old.yaml new.yaml
  asyncapi-security-lsp diff main:api.yaml api.yaml
  asyncapi-security-lsp diff v1.0:apis apis                  all documents of two folders
  asyncapi-security-lsp diff --base origin/main              what this branch changes
  asyncapi-security-lsp diff --base origin/main --format github --output markdown=comment.md
  git show HEAD:api.yaml | asyncapi-security-lsp diff - api.yaml

Exit codes:
  0  nothing that `--fail-on` names (a danger unless said otherwise, with `--base` too)
  1  something that it names
  2  a side or a part of it could not be read (the rest is compared), or the command line is wrong

Key lengths, lifetimes of tokens, rights that brokers give and gateways are not in a document, so they
are not compared.
";

/// The options of `diff`.
#[derive(Debug, Args)]
#[command(after_help = DIFF_EXAMPLES)]
pub struct DiffOptions {
    /// The old and the new side: files, folders, `REVISION:PATH`, or for one of them `-`, which is
    /// standard input. With `--base` the paths that are compared; without any, this folder.
    #[arg(value_name = "OLD NEW")]
    pub paths: Vec<PathBuf>,
    /// Compare with the commit at which this revision and HEAD part.
    #[arg(long, value_name = "REVISION")]
    pub base: Option<String>,
    /// How to show changes.
    #[arg(long, default_value = "text", help_heading = SHOWING)]
    pub format: DiffFormat,
    /// A file for what would be printed; with `FORMAT=` before its name, a file in that format
    /// besides (may be repeated).
    #[arg(long, value_parser = diff_output_file, value_name = "[FORMAT=]FILE", help_heading = SHOWING)]
    pub output: Vec<DiffOutputFile>,
    /// The least severity for which the exit code is 1.
    #[arg(long, default_value = "danger", value_name = "danger|breaking|notice|none|never",
        hide_possible_values = true, help_heading = SHOWING)]
    pub fail_on: DiffFailOn,
    /// Call what cannot be ranked or seen a danger.
    #[arg(long, help_heading = SHOWING)]
    pub strict: bool,
    /// Show what is written differently and means the same, too.
    #[arg(long, help_heading = SHOWING)]
    pub show_none: bool,
    /// An address before the paths of files, for links in Markdown.
    #[arg(long, value_name = "URL", help_heading = SHOWING)]
    pub link_base: Option<String>,
    /// The settings file, in place of the `asyncapi-security.toml` nearest to the new side.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Read no settings file.
    #[arg(long, conflicts_with = "config")]
    pub no_config: bool,
}

/// How changes are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DiffFormat {
    /// The verdict, then each change with its places.
    Text,
    /// A comment for a pull request.
    Markdown,
    /// One JSON object; `schema changes` prints its schema.
    Json,
    /// Annotations of GitHub Actions, on lines of the new side.
    Github,
    /// One line for each change.
    Short,
}

/// What makes the exit code 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DiffFailOn {
    /// Somebody new may get in.
    Danger,
    /// Clients stop, and the above.
    Breaking,
    /// What is worth a look, and the above.
    Notice,
    /// Anything that is written differently.
    None,
    /// Nothing that is found.
    Never,
}

/// A file that `diff` writes.
#[derive(Debug, Clone)]
pub struct DiffOutputFile {
    /// Its format, if it is not that of `--format`.
    pub format: Option<DiffFormat>,
    /// Its path.
    pub path: PathBuf,
}

/// A file that is written.
#[derive(Debug, Clone)]
pub struct OutputFile {
    /// Its format, if it is not that of `--format`.
    pub format: Option<OutputFormat>,
    /// Its path.
    pub path: PathBuf,
}

/// What makes the exit code 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Errors.
    Error,
    /// Warnings and errors.
    Warning,
    /// Informations and what is more severe.
    Information,
    /// Any finding.
    Hint,
    /// Nothing that is found.
    Never,
}

impl FailOn {
    /// The least severity; `None` if there is none.
    pub fn severity(self) -> Option<Severity> {
        match self {
            Self::Error => Some(Severity::Error),
            Self::Warning => Some(Severity::Warning),
            Self::Information => Some(Severity::Information),
            Self::Hint => Some(Severity::Hint),
            Self::Never => None,
        }
    }
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

/// Which settings file counts.
#[derive(Debug, Default, Args)]
pub struct ConfigOptions {
    /// The settings file, in place of the `asyncapi-security.toml` in the folder of each document
    /// or the nearest above it, up to the root of the repository.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Read no settings file.
    #[arg(long, conflicts_with = "config")]
    pub no_config: bool,
}

/// The options of `report`.
#[derive(Debug, Args)]
#[command(after_help = REPORT_EXAMPLES)]
pub struct ReportOptions {
    /// Files and folders; `-` is standard input.
    #[arg(default_value = ".", value_name = "PATH")]
    pub files: Vec<PathBuf>,
    /// How to show it.
    #[arg(long, default_value = "text")]
    pub format: ReportFormat,
    /// A file for what would be printed.
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// What makes the exit code 1, separated by commas.
    #[arg(long, value_delimiter = ',', value_name = "CLASS")]
    pub fail_on: Vec<ReportFailOn>,
    /// Which settings file counts.
    #[command(flatten)]
    pub config: ConfigOptions,
    /// The name under which standard input is reported; it also says whether it is YAML or JSON.
    #[arg(long, value_name = "NAME")]
    pub stdin_filename: Option<PathBuf>,
}

/// How a report is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// For a terminal.
    Text,
    /// For a pull request.
    Markdown,
    /// One JSON object; `schema report` prints its schema.
    Json,
    /// One page for a browser, complete in itself.
    Html,
}

/// What makes the exit code of a report 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReportFailOn {
    /// A pair of operation and server where nobody has to say who they are.
    Public,
    /// A pair whose connection others can read.
    Readable,
    /// A pair of which that cannot be told.
    Unknown,
}

/// The options of `migrate`.
#[derive(Debug, Args)]
#[command(after_help = MIGRATE_EXAMPLES)]
pub struct MigrateOptions {
    /// Files and folders; `-` is standard input, and the result goes to standard output.
    #[arg(required = true, value_name = "PATH")]
    pub files: Vec<PathBuf>,
    /// The major version: 3 is written as 3.0.0, 2 as 2.6.0. Documents of it stay as they are.
    #[arg(long, value_name = "2|3", value_parser = ["2", "3"])]
    pub to: String,
    /// Show what would change as a diff, and write nothing.
    #[arg(long, visible_alias = "dry-run", conflicts_with = "output")]
    pub diff: bool,
    /// A file for the result, in place of the document itself; for one document.
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Print refusals and errors, and nothing else.
    #[arg(long, short)]
    pub quiet: bool,
    /// Which settings file counts.
    #[command(flatten)]
    pub config: ConfigOptions,
    /// The name that standard input goes by; it also says whether it is YAML or JSON.
    #[arg(long, value_name = "NAME")]
    pub stdin_filename: Option<PathBuf>,
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
    /// One line for each finding.
    Concise,
    /// One JSON object; `schema findings` prints its schema.
    Json,
    /// SARIF 2.1.0, as code scanning of GitHub and others read it.
    Sarif,
    /// Annotations of GitHub Actions.
    Github,
    /// A Code Quality report of GitLab.
    Gitlab,
    /// JUnit XML, as CI servers read it.
    Junit,
}

/// The options of `rules`.
#[derive(Debug, Args)]
pub struct RulesOptions {
    /// How to show them.
    #[arg(long, default_value = "text")]
    pub format: RulesFormat,
}

/// How rules are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RulesFormat {
    /// A table.
    Text,
    /// One JSON object; `schema rules` prints its schema.
    Json,
}

/// The options of `schema`.
#[derive(Debug, Args)]
pub struct SchemaOptions {
    /// Of which file.
    #[arg(value_name = "WHAT")]
    pub what: SchemaOf,
}

/// What has a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SchemaOf {
    /// The settings file, for editors that complete TOML by a schema.
    Settings,
    /// The output of `check --format json`.
    Findings,
    /// The output of `report --format json`.
    Report,
    /// The output of `rules --format json`.
    Rules,
    /// What `check --write-baseline` writes.
    Baseline,
    /// The output of `diff --format json`.
    Changes,
}

/// The options of `completions`.
#[derive(Debug, Args)]
pub struct CompletionsOptions {
    /// The shell.
    pub shell: clap_complete::Shell,
}

/// The options of `man`.
#[derive(Debug, Args)]
pub struct ManOptions {
    /// The folder to write them to; without one, the page of the program itself is printed.
    #[arg(value_name = "FOLDER")]
    pub folder: Option<PathBuf>,
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
    /// Serve nobody: show what the server would run with in this folder, or with this file.
    #[arg(long, value_name = "PATH", num_args = 0..=1, default_missing_value = ".")]
    pub check: Option<PathBuf>,
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

fn output_file(word: &str) -> Result<OutputFile, String> {
    let (format, path) = file_and_format(word)?;
    Ok(OutputFile { format, path })
}

fn diff_output_file(word: &str) -> Result<DiffOutputFile, String> {
    let (format, path) = file_and_format(word)?;
    Ok(DiffOutputFile { format, path })
}

fn file_and_format<F: ValueEnum>(word: &str) -> Result<(Option<F>, PathBuf), String> {
    let named = word.split_once('=').and_then(|(format, path)| {
        let format = F::from_str(format, true).ok()?;
        Some((Some(format), path))
    });
    let mistyped = word.split_once('=').filter(|(format, _)| {
        named.is_none() && format.chars().all(|letter| letter.is_ascii_alphabetic())
    });
    if let Some((format, _)) = mistyped {
        let names: Vec<String> = F::value_variants()
            .iter()
            .filter_map(|format| Some(format.to_possible_value()?.get_name().to_owned()))
            .collect();
        let names = names.join(", ");
        return Err(format!(
            "`{format}` is no format; there are {names} (a file of that name is `./{word}`)"
        ));
    }
    let (format, path) = named.unwrap_or((None, word));
    match path {
        "" => Err("write the name of a file".to_owned()),
        "-" => Err("standard output is written without `--output`".to_owned()),
        path => Ok((format, PathBuf::from(path))),
    }
}

fn rule(id: &str) -> Result<String, String> {
    match registry::rule(id) {
        Some(rule) => Ok(rule.id.to_owned()),
        None => Err(unknown(id)),
    }
}
