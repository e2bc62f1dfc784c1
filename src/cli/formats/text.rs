//! `--format text`: findings with excerpts of the document.

use std::collections::HashSet;
use std::io::{self, Write};

use annotate_snippets::renderer::Renderer;
use annotate_snippets::{Group, Level, Message};

use super::format::Format;
use crate::cli::checked::{Checked, Diagnostic};
use crate::cli::excerpt::Excerpt;
use crate::cli::output::Output;
use crate::cli::tally::Tally;
use crate::rules::rule::Severity;

/// How many related ranges are shown.
const MAX_RELATED: usize = 8;

/// Prints findings, one document after the other.
pub struct TextReport {
    renderer: Renderer,
    /// Whether only findings are printed.
    is_quiet: bool,
    /// Whether ids of rules lead to their pages.
    has_links: bool,
    /// Rules whose page was already mentioned.
    explained: HashSet<&'static str>,
}

impl TextReport {
    /// A report with colours if the output has them.
    pub fn new(output: &Output, is_quiet: bool) -> Self {
        let renderer = if output.has_color() {
            Renderer::styled()
        } else {
            Renderer::plain()
        };
        Self {
            renderer,
            is_quiet,
            has_links: output.has_links(),
            explained: HashSet::new(),
        }
    }

    fn group<'a>(&mut self, checked: &'a Checked, diagnostic: &'a Diagnostic) -> Group<'a> {
        let finding = &diagnostic.finding;
        let level = match diagnostic.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
            Severity::Information => Level::INFO.with_name("information"),
            Severity::Hint => Level::HELP.with_name("hint"),
        };
        let mut title = level.primary_title(&*finding.message).id(finding.rule.id);
        if let Some(docs) = finding.rule.docs_url().filter(|_| self.has_links) {
            title = title.id_url(docs);
        }
        let mut group = title.elements(std::iter::empty::<Message<'_>>());
        let mut excerpts = vec![(checked, Excerpt::new(&checked.text, finding.range, None))];
        for related in finding.related().iter().take(MAX_RELATED) {
            let Some(file) = checked.file_of(related) else {
                continue;
            };
            let label = Some(&*related.message);
            let is_here = related.file.is_none();
            if !(is_here && excerpts[0].1.add(&file.text, related.range, label)) {
                excerpts.push((file, Excerpt::new(&file.text, related.range, label)));
            }
        }
        for (at, (file, excerpt)) in excerpts.into_iter().enumerate() {
            group = excerpt.add_to(group, file, at == 0);
        }
        let more = finding.related().len().saturating_sub(MAX_RELATED);
        if more > 0 {
            group = group.element(Level::NOTE.message(format!("and {more} more places")));
        }
        if !finding.rule.page.is_empty() && self.explained.insert(finding.rule.id) {
            let help = format!("asyncapi-security-lsp explain {}", finding.rule.id);
            group = group.element(Level::HELP.message(help));
        }
        group
    }
}

impl Format for TextReport {
    fn document(&mut self, checked: &Checked, output: &mut Output) -> io::Result<()> {
        for diagnostic in &checked.diagnostics {
            let group = self.group(checked, diagnostic);
            writeln!(output, "{}\n", self.renderer.render(&[group]))?;
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
