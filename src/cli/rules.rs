//! `rules`: all rules.

use std::io::{self, Write};

use anstyle::Style;
use schemars::{JsonSchema, Schema, schema_for};
use serde::Serialize;

use super::args::RulesFormat;
use super::output::{NOTHING_SHOWN, Output, severity_style};
use crate::rules::registry::RULES;
use crate::rules::rule::{Group, Rule};
use crate::spec::Version;

/// Raised when a field changes its meaning or is removed, not when one is added.
const VERSION: u32 = 1;

/// What `asyncapi-security-lsp rules --format json` prints.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "Rules of asyncapi-security-lsp")]
struct AllRules {
    /// Raised when a field changes its meaning or is removed, not when one is added.
    version: u32,
    /// All rules, by id.
    rules: Vec<OneRule>,
}

/// A rule.
#[derive(Serialize, JsonSchema)]
struct OneRule {
    /// Its stable name.
    id: &'static str,
    /// The problem in one line of Markdown.
    title: &'static str,
    /// Its topic.
    group: &'static str,
    /// The severity of its findings unless settings say otherwise.
    #[schemars(extend("enum" = ["error", "warning", "information", "hint"]))]
    severity: &'static str,
    /// Whether it runs unless settings say otherwise.
    default_on: bool,
    /// What it is based on.
    #[schemars(extend("enum" = ["schema", "prose", "must", "should", "advice"]))]
    basis: &'static str,
    /// The first version of AsyncAPI it applies to.
    since: &'static str,
    /// The last version it applies to, if there is a last one.
    until: Option<&'static str>,
    /// Whether `check --fix` fixes some of its findings.
    fixable: bool,
    /// Its page, in Markdown.
    page: &'static str,
    /// The address of its page.
    docs: Option<String>,
}

/// Prints all rules and returns the exit code.
///
/// # Errors
/// The output cannot be written.
pub fn run(format: RulesFormat, output: &mut Output) -> io::Result<u8> {
    match format {
        RulesFormat::Text => table(output)?,
        RulesFormat::Json => {
            let rules = RULES.iter().map(|rule| OneRule {
                id: rule.id,
                title: rule.title,
                group: rule.group.as_str(),
                severity: rule.severity.as_str(),
                default_on: rule.default_on,
                basis: rule.basis.as_str(),
                since: rule.since.as_str(),
                until: rule.until.map(|version| version.as_str()),
                fixable: rule.is_fixed_in_bulk,
                page: rule.page,
                docs: rule.docs_url(),
            });
            let all = AllRules {
                version: VERSION,
                rules: rules.collect(),
            };
            output.json(&all)?;
        }
    }
    Ok(NOTHING_SHOWN)
}

/// The schema of the JSON output.
pub fn schema() -> Schema {
    schema_for!(AllRules)
}

fn table(output: &mut Output) -> io::Result<()> {
    let width = RULES.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    for group in Group::ALL {
        let title = output.styled(Style::new().bold(), group.as_str());
        writeln!(output, "{title}")?;
        for rule in RULES.iter().filter(|rule| rule.group == group) {
            let severity = format!("{:<11}", rule.severity.as_str());
            writeln!(
                output,
                "  {:width$}  {}  {}  {:<14}  {}",
                rule.id,
                output.styled(severity_style(rule.severity), &severity),
                if rule.default_on { "on " } else { "off" },
                versions(rule),
                rule.title
            )?;
        }
        writeln!(output)?;
    }
    let off = RULES.iter().filter(|rule| !rule.default_on).count();
    writeln!(
        output,
        "{} rules, {off} of them off unless `check --enable RULE` runs them",
        RULES.len()
    )
}

fn versions(rule: &Rule) -> String {
    match (rule.since, rule.until) {
        (Version::V2_0, None) => "all".to_owned(),
        (since, None) => format!("from {}", since.as_str()),
        (since, Some(until)) if since == until => since.as_str().to_owned(),
        (since, Some(until)) => format!("{} to {}", since.as_str(), until.as_str()),
    }
}
