//! `--format text`: the verdict, then each change with its places.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use crate::cli::output::Output;
use crate::diff::kind::Severity;
use crate::history::outcome::{Outcome, Shown};
use crate::history::words::{cells, not_seen, place};
use crate::text::printable::one_line;

/// Writes the outcome.
///
/// # Errors
/// The output cannot be written.
pub fn write(outcome: &Outcome, show_none: bool, output: &mut Output) -> io::Result<()> {
    let verdict = output.styled(Style::new().bold(), &one_line(&outcome.verdict()));
    writeln!(output, "{verdict}")?;
    for one in outcome.shown(show_none) {
        writeln!(output)?;
        change(one, output)?;
    }
    if !outcome.unseen.is_empty() {
        writeln!(output)?;
    }
    for line in not_seen(outcome) {
        writeln!(output, "not compared: {}", one_line(&line))?;
    }
    let count = |is_it: fn(&Shown) -> bool| outcome.changes.iter().filter(|one| is_it(one)).count();
    let accepted = count(|one| one.accepted.is_some());
    let played_down = count(|one| one.is_played_down() && one.accepted.is_none());
    let none = outcome.count(Severity::None) - played_down;
    let mut last = Vec::new();
    if none > 0 && !show_none {
        last.push(format!(
            "{none} written differently with the same meaning (`--show-none` shows them)"
        ));
    }
    if played_down + outcome.off > 0 {
        let many = played_down + outcome.off;
        last.push(format!(
            "{many} played down or switched off by the settings"
        ));
    }
    if accepted > 0 {
        last.push(format!("{accepted} accepted by the settings"));
    }
    if !last.is_empty() {
        writeln!(output, "\n{}", last.join("; "))?;
    }
    Ok(())
}

fn change(one: &Shown, output: &mut Output) -> io::Result<()> {
    let color = match one.severity {
        Severity::Danger => AnsiColor::BrightRed,
        Severity::Breaking => AnsiColor::Yellow,
        Severity::Notice => AnsiColor::BrightBlue,
        Severity::None => AnsiColor::BrightCyan,
    };
    let also = match one.severity == Severity::Danger && one.change.kind.stops_clients() {
        true => " (breaking too)",
        false => "",
    };
    let head = format!("{}[{}]", one.severity.as_str(), one.change.kind.id);
    let head = output.styled(Style::new().fg_color(Some(color.into())).bold(), &head);
    writeln!(output, "{head}{also} {}", one_line(&one.change.message))?;
    let old = match (&one.old, &one.new) {
        (Some(old), _) => format!("old {}", place(old)),
        (None, Some(_)) => "old: not there".to_owned(),
        (None, None) => String::new(),
    };
    let new = match (&one.new, &one.near, &one.old) {
        (Some(new), _, _) => format!("new {}", place(new)),
        (None, Some(near), Some(_)) => format!("new: not there, see {}", place(near)),
        (None, Some(near), None) => format!("new {}", place(near)),
        (None, None, _) => "new: not there".to_owned(),
    };
    let places = [old, new].into_iter().filter(|place| !place.is_empty());
    writeln!(output, "  {}", places.collect::<Vec<String>>().join("   "))?;
    let mut rest = Vec::new();
    if one.change.cells.len() > 1 {
        rest.push(cells(one));
    }
    if !one.change.because.is_empty() {
        let why = one.change.because.iter().map(|reason| in_words(reason));
        rest.push(format!("why: {}", why.collect::<Vec<&str>>().join("; ")));
    }
    if one.change.kind.review {
        rest.push("to be judged by you: this cannot be ranked, or not be seen".to_owned());
    }
    if !rest.is_empty() {
        writeln!(output, "  {}", one_line(&rest.join("   ")))?;
    }
    writeln!(output, "  fingerprint {}", one.fingerprint)
}

/// Where a change comes from, for those who do not know the words of JSON.
fn in_words(reason: &'static str) -> &'static str {
    match reason {
        "server-list" => "the `security` of the server",
        "operation-list" => "the `security` of the operation",
        "trait" => "the `security` of a trait",
        "trait-order" => "in 2.x a trait counts before the operation, in 3.x after it",
        "scheme-definition" => "the definition of the scheme",
        "reference-target" => "what a reference leads to",
        "ref-siblings" => "in 3.x what stands beside a `$ref` does not count",
        "channel-servers" => "the `servers` of the channel",
        "protocol" => "the protocol of the server",
        "version" => "what counts in that version of AsyncAPI",
        "migration" => "in 3.x each entry of a list is a way in by itself",
        other => other,
    }
}
