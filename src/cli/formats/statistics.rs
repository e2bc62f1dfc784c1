//! `--statistics`: how often each rule was found, in place of the findings.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use anstyle::Style;
use serde::Serialize;

use super::format::Format;
use crate::cli::checked::Checked;
use crate::cli::output::{Output, severity_style};
use crate::cli::tally::Tally;
use crate::rules::registry;
use crate::rules::rule::Severity;

/// Counts findings by rule and severity.
pub struct Statistics {
    /// Whether the counts are printed as JSON.
    pub is_json: bool,
    /// Whether only the counts are printed.
    pub is_quiet: bool,
    counts: BTreeMap<(Severity, &'static str), Count>,
}

#[derive(Default)]
struct Count {
    findings: usize,
    fixable: usize,
    files: usize,
}

#[derive(Serialize)]
struct Row {
    rule: &'static str,
    severity: &'static str,
    #[serde(skip)]
    style: Style,
    findings: usize,
    fixable: usize,
    files: usize,
}

impl Statistics {
    /// Nothing counted yet.
    pub fn new(is_json: bool, is_quiet: bool) -> Self {
        Self {
            is_json,
            is_quiet,
            counts: BTreeMap::new(),
        }
    }

    /// The most frequent first; of equal ones the most severe.
    fn rows(&self) -> Vec<Row> {
        let rows = self.counts.iter().map(|((severity, rule), count)| Row {
            rule,
            severity: severity.as_str(),
            style: severity_style(*severity),
            findings: count.findings,
            fixable: count.fixable,
            files: count.files,
        });
        let mut rows: Vec<Row> = rows.collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.findings));
        rows
    }

    fn table(&self, output: &mut Output) -> io::Result<()> {
        let rows = self.rows();
        let width = rows.iter().map(|row| row.rule.len()).max().unwrap_or(0);
        for row in rows {
            let severity = output.styled(row.style, &format!("{:<11}", row.severity));
            let title = registry::rule(row.rule).map_or("", |rule| rule.title);
            let fixable = match row.fixable {
                0 => "   ",
                _ => "[*]",
            };
            let (findings, rule) = (row.findings, row.rule);
            writeln!(
                output,
                "{findings:>6}  {severity}  {fixable} {rule:width$}  {title}"
            )?;
        }
        Ok(())
    }
}

impl Format for Statistics {
    fn document(&mut self, checked: &Checked, _: &mut Output) -> io::Result<()> {
        let mut here = BTreeSet::new();
        for (key, hidden) in &checked.hidden {
            let count = self.counts.entry(*key).or_default();
            count.findings += hidden;
            count.files += usize::from(here.insert(*key));
        }
        // All are counted, so that the one that counts those that are not shown is none of them.
        let last = checked.diagnostics.len() - usize::from(!checked.hidden.is_empty());
        for diagnostic in &checked.diagnostics[..last] {
            let key = (diagnostic.severity, diagnostic.finding.rule.id);
            let count = self.counts.entry(key).or_default();
            count.findings += 1;
            count.fixable += usize::from(diagnostic.is_fixable);
            count.files += usize::from(here.insert(key));
        }
        Ok(())
    }

    fn finish(&mut self, tally: &Tally, output: &mut Output) -> io::Result<()> {
        if self.is_json {
            return output.json(&self.rows());
        }
        self.table(output)?;
        if !self.is_quiet {
            if tally.fixable > 0 {
                writeln!(output, "[*] `--fix` fixes at least one of them")?;
            }
            tally.write(output)?;
        }
        Ok(())
    }
}
