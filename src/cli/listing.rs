//! `rules`: the table of all rules.

use std::io::{self, Write};

use anstyle::Style;

use super::output::{NOTHING_SHOWN, Output};
use super::text::severity_style;
use crate::rules::registry::RULES;
use crate::rules::rule::{Group, Rule};
use crate::spec::Version;

/// Prints the table and returns the exit code.
///
/// # Errors
/// The output cannot be written.
pub fn run(output: &mut Output) -> io::Result<u8> {
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
    )?;
    Ok(NOTHING_SHOWN)
}

fn versions(rule: &Rule) -> String {
    match (rule.since, rule.until) {
        (Version::V2_0, None) => "all".to_owned(),
        (since, None) => format!("from {}", since.as_str()),
        (since, Some(until)) if since == until => since.as_str().to_owned(),
        (since, Some(until)) => format!("{} to {}", since.as_str(), until.as_str()),
    }
}
