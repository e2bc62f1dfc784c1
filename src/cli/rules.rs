//! `rules`: the table of all rules, and suggestions for unknown ids.

use std::io::{self, Write};

use anstyle::Style;

use super::output::{NOTHING_SHOWN, Output};
use super::text::severity_style;
use crate::rules::registry::RULES;
use crate::rules::rule::{Group, Rule};
use crate::spec::Version;

/// How many similar rules are suggested.
const SUGGESTIONS: usize = 3;

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

/// The message for an id that no rule has, with similar ids.
pub fn unknown(id: &str) -> String {
    let mut message = format!("there is no rule `{id}`");
    let nearest: Vec<String> = nearest(id).iter().map(|id| format!("`{id}`")).collect();
    if nearest.is_empty() {
        message.push_str("; see `asyncapi-security-lsp rules`");
    } else {
        message.push_str(&format!("; did you mean {}?", nearest.join(" or ")));
    }
    message
}

fn nearest(id: &str) -> Vec<&'static str> {
    let id = id.trim().to_ascii_lowercase().replace('_', "-");
    let mut scored: Vec<(f64, &'static str)> = RULES
        .iter()
        .map(|rule| {
            let is_part = id.len() >= 3 && rule.id.contains(&id);
            let bonus = if is_part { 1.0 } else { 0.0 };
            (strsim::jaro_winkler(&id, rule.id) + bonus, rule.id)
        })
        .filter(|(score, _)| *score > 0.8)
        .collect();
    scored.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(other.1)));
    scored
        .into_iter()
        .take(SUGGESTIONS)
        .map(|(_, id)| id)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_rule_is_recognised() {
        assert_eq!(nearest("url-not-http")[0], "url-not-https");
        assert_eq!(nearest("URL_NOT_HTTPS")[0], "url-not-https");
        assert_eq!(nearest("userinfo")[0], "url-userinfo");
        assert!(nearest("qqqqqqq").is_empty());
        assert!(unknown("qqqqqqq").ends_with("rules`"));
    }
}
