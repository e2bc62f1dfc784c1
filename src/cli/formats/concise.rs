//! `--format concise`: one line for each finding, as compilers write them.

use std::io::{self, Write};

use super::format::Format;
use crate::cli::checked::Checked;
use crate::cli::output::{Output, severity_style};
use crate::cli::tally::Tally;
use crate::text::extent::Extent;
use crate::text::printable::one_line;

/// Prints `path:line:column: severity: message [rule]`.
pub struct ConciseReport {
    /// Whether only findings are printed.
    pub is_quiet: bool,
}

impl Format for ConciseReport {
    fn document(&mut self, checked: &Checked, output: &mut Output) -> io::Result<()> {
        let path = one_line(&checked.path);
        for diagnostic in &checked.diagnostics {
            let finding = &diagnostic.finding;
            let start = Extent::new(&checked.text, finding.range).start;
            let severity = diagnostic.severity;
            let word = output.styled(severity_style(severity), severity.as_str());
            let rule = output.linked(finding.rule.id, finding.rule.docs_url().as_deref());
            let message = one_line(&finding.message);
            let (line, column) = (start.line, start.column);
            writeln!(output, "{path}:{line}:{column}: {word}: {message} [{rule}]")?;
        }
        Ok(())
    }

    fn finish(&mut self, tally: &Tally, output: &mut Output) -> io::Result<()> {
        match self.is_quiet {
            true => Ok(()),
            false => tally.write(output),
        }
    }
}
