//! Findings as workflow commands of GitHub Actions, which show them beside the lines of a pull
//! request (docs.github.com, "Workflow commands for GitHub Actions").

use std::io::{self, Write};

use super::output::Output;
use super::place::Extent;
use super::report::{Checked, Tally};
use crate::rules::rule::Severity;

/// Writes the findings of a document, one command each.
///
/// # Errors
/// The output cannot be written.
pub fn document(checked: &Checked, output: &mut Output) -> io::Result<()> {
    for diagnostic in &checked.diagnostics {
        let finding = &diagnostic.finding;
        let command = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Information | Severity::Hint => "notice",
        };
        let place = Extent::new(&checked.text, finding.range);
        writeln!(
            output,
            "::{command} file={},{},title={}::{}",
            escaped(&checked.path, true),
            span(place),
            escaped(finding.rule.id, true),
            escaped(&finding.message, false)
        )?;
    }
    Ok(())
}

/// Writes the last line.
///
/// # Errors
/// The output cannot be written.
pub fn finish(tally: &Tally, output: &mut Output) -> io::Result<()> {
    writeln!(output, "{}", tally.line())
}

/// Columns mean something on one line only.
fn span(place: Extent) -> String {
    let (start, end) = (place.start, place.end);
    if start.line != end.line {
        return format!("line={},endLine={}", start.line, end.line);
    }
    // The last column belongs to the annotation.
    let last = end.column.max(start.column + 1) - 1;
    format!(
        "line={line},endLine={line},col={},endColumn={last}",
        start.column,
        line = start.line
    )
}

/// A value in a command: its own separators would end it (actions/toolkit, `command.ts`).
fn escaped(text: &str, is_property: bool) -> String {
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
