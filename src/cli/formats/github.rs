//! `--format github`: findings as workflow commands of GitHub Actions, which show them in pull
//! requests (docs.github.com, "Workflow commands for GitHub Actions").

use std::io::{self, Write};

use super::format::Format;
use crate::cli::checked::Checked;
use crate::cli::output::Output;
use crate::cli::tally::Tally;
use crate::rules::rule::Severity;
use crate::text::extent::Extent;

/// Prints one command for each finding.
pub struct GithubReport {
    /// Whether nothing else is printed.
    pub is_quiet: bool,
}

impl Format for GithubReport {
    fn document(&mut self, checked: &Checked, output: &mut Output) -> io::Result<()> {
        for diagnostic in &checked.diagnostics {
            let finding = &diagnostic.finding;
            let command = match diagnostic.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Information | Severity::Hint => "notice",
            };
            let range = Extent::new(&checked.text, finding.range);
            writeln!(
                output,
                "::{command} file={},{},title={}::{}",
                escaped(&checked.path, true),
                span(range),
                escaped(finding.rule.id, true),
                escaped(&finding.message, false)
            )?;
        }
        Ok(())
    }

    fn finish(&mut self, tally: &Tally, output: &mut Output) -> io::Result<()> {
        match tally.line().filter(|_| !self.is_quiet) {
            Some(line) => writeln!(output, "{line}"),
            None => Ok(()),
        }
    }
}

/// The range of an annotation. Columns are only allowed if it is on one line.
pub fn span(range: Extent) -> String {
    let (start, end) = (range.start, range.end);
    if start.line != end.line {
        return format!("line={},endLine={}", start.line, end.line);
    }
    // `endColumn` is the last column of the annotation, not the one after it.
    let last = end.column.max(start.column + 1) - 1;
    format!(
        "line={line},endLine={line},col={},endColumn={last}",
        start.column,
        line = start.line
    )
}

/// Escapes a value of a command, whose separators would end it (actions/toolkit, `command.ts`).
pub fn escaped(text: &str, is_property: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '%' => out.push_str("%25"),
            '\r' => out.push_str("%0D"),
            '\n' => out.push_str("%0A"),
            ':' if is_property => out.push_str("%3A"),
            ',' if is_property => out.push_str("%2C"),
            _ => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_do_not_end_a_value() {
        assert_eq!(escaped("a,b:c%\n", true), "a%2Cb%3Ac%25%0A");
        assert_eq!(escaped("a,b:c%\r", false), "a,b:c%25%0D");
    }
}
