//! The formats of `diff`, on standard output and in files.

use std::io::{self, Write};

use super::{json, text};
use crate::cli::args::{DiffFormat, DiffOptions, DiffOutputFile};
use crate::cli::formats::github;
use crate::cli::input;
use crate::cli::output::Output;
use crate::diff::kind::Severity;
use crate::history::markdown::{MarkdownOptions, markdown};
use crate::history::outcome::Outcome;
use crate::history::words::place;
use crate::rules::secret::mask_name;
use crate::text::printable::one_line;

/// By this line a bot finds its comment.
const MARK: &str = "<!-- asyncapi-security-diff -->";

/// How standard input is shown.
pub(super) const STDIN: &str = "<stdin>";

/// Writes the outcome in all formats that are asked for. The inner error is a file that cannot be
/// written.
///
/// # Errors
/// The output cannot be written.
pub fn write(
    options: &DiffOptions,
    outcome: &Outcome,
    output: &mut Output,
) -> io::Result<Result<(), String>> {
    for DiffOutputFile { format, path } in &options.output {
        let written = Output::file(path).and_then(|mut file| {
            one(
                format.unwrap_or(options.format),
                options,
                outcome,
                &mut file,
            )?;
            file.finish()
        });
        if let Err(error) = written {
            return Ok(Err(format!("{}: {error}", input::shown(path))));
        }
    }
    let is_moved = options.output.iter().any(|file| file.format.is_none());
    if !is_moved {
        one(options.format, options, outcome, output)?;
    }
    Ok(Ok(()))
}

fn one(
    format: DiffFormat,
    options: &DiffOptions,
    outcome: &Outcome,
    output: &mut Output,
) -> io::Result<()> {
    match format {
        DiffFormat::Text => text::write(outcome, options.show_none, output),
        DiffFormat::Markdown => comment(options, outcome, output),
        DiffFormat::Json => json::write(outcome, output),
        DiffFormat::Github => annotations(outcome, output),
        DiffFormat::Short => short(options, outcome, output),
    }
}

/// A comment for a pull request.
fn comment(options: &DiffOptions, outcome: &Outcome, output: &mut Output) -> io::Result<()> {
    let how = MarkdownOptions {
        show_none: options.show_none,
        link_base: options.link_base.as_deref(),
    };
    writeln!(output, "{MARK}")?;
    output.write_all(markdown(outcome, how).as_bytes())
}

fn short(options: &DiffOptions, outcome: &Outcome, output: &mut Output) -> io::Result<()> {
    // A path says which side it is of, unless both sides may have it.
    let are_alike = options.base.is_some()
        || [&outcome.old, &outcome.new]
            .iter()
            .any(|side| side.1.is_some())
        || (outcome.pairs.iter()).any(|pair| {
            let mut paths = [&pair.old, &pair.new].into_iter().flatten();
            pair.old == pair.new || paths.any(|path| path == STDIN)
        });
    for one in outcome.shown(options.show_none) {
        let (side, located) = match (&one.new, &one.near, &one.old) {
            (Some(new), _, _) => ("new", Some(new)),
            (None, Some(near), _) => ("new", Some(near)),
            (None, None, old) => ("old", old.as_ref()),
        };
        let place = match (located.map(place), are_alike) {
            (None, _) => "-".to_owned(),
            (Some(place), true) => format!("{side}:{place}"),
            (Some(place), false) => place,
        };
        writeln!(
            output,
            "{} {} {} {place} {}",
            one.severity.as_str(),
            one.change.kind.id,
            one_line(&mask_name(&one.change.subject.short())),
            one_line(&one.change.message)
        )?;
    }
    Ok(())
}

/// Annotations of GitHub sit on lines of the new side.
fn annotations(outcome: &Outcome, output: &mut Output) -> io::Result<()> {
    for one in outcome.shown(false) {
        let command = match one.severity {
            Severity::Danger => "error",
            Severity::Breaking => "warning",
            Severity::Notice | Severity::None => "notice",
        };
        let title = github::escaped(one.change.kind.id, true);
        let message = github::escaped(&one.change.message, false);
        let at = one.place().map(|located| {
            let span = github::span(located.range);
            format!(
                " file={},{span},title={title}",
                github::escaped(&located.path, true)
            )
        });
        let at = at.unwrap_or_else(|| format!(" title={title}"));
        writeln!(output, "::{command}{at}::{message}")?;
    }
    writeln!(output, "{}", one_line(&outcome.verdict()))
}
