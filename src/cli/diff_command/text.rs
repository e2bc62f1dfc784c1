//! `--format text`: the verdict, then each change with its places.

use std::collections::HashMap;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::outcome::{Located, NotSeen, Outcome, Shown};
use crate::cli::output::{Output, one_line};
use crate::diff::kind::Severity;

/// How many cells of a change are named.
const MAX_CELLS: usize = 5;

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
    let none = outcome.count(Severity::None);
    let accepted = outcome
        .changes
        .iter()
        .filter(|one| one.accepted.is_some())
        .count();
    let mut last = Vec::new();
    if none > 0 && !show_none {
        last.push(format!(
            "{none} written differently with the same meaning (`--show-none` shows them)"
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

/// The cells of a change, those on one server together.
pub fn cells(one: &Shown) -> String {
    let cells = &one.change.cells;
    let first = &cells[..cells.len().min(MAX_CELLS)];
    let server = &*cells[0].server;
    let is_one_server = cells.iter().all(|cell| cell.server == server);
    let names: Vec<String> = match is_one_server {
        true => first.iter().map(|cell| cell.operation.clone()).collect(),
        false => first
            .iter()
            .map(|cell| format!("{} @ {}", cell.operation, cell.server))
            .collect(),
    };
    let more = match cells.len() - first.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let what = match (is_one_server, server) {
        (true, "-") => "operations".to_owned(),
        (true, server) => format!("operations @ {server}"),
        (false, _) => "operations on servers".to_owned(),
    };
    format!("{} {what}: {}{more}", cells.len(), names.join(", "))
}

fn place(located: &Located) -> String {
    let start = located.range.start;
    one_line(&format!("{}:{}:{}", located.path, start.line, start.column)).into_owned()
}

/// What was not seen, in words: each once, with some of its places.
pub fn not_seen(outcome: &Outcome) -> Vec<String> {
    let mut of_each: Vec<Vec<&NotSeen>> = Vec::new();
    let mut known = HashMap::new();
    for one in &outcome.unseen {
        let key = (&*one.unseen.target, one.unseen.why);
        let at = *known.entry(key).or_insert(of_each.len());
        match of_each.get_mut(at) {
            Some(all) => all.push(one),
            None => of_each.push(vec![one]),
        }
    }
    let lines = of_each.into_iter().map(|all| {
        let (target, why) = (&*all[0].unseen.target, all[0].unseen.why);
        let (old, new): (Vec<&NotSeen>, Vec<&NotSeen>) = all.iter().partition(|one| one.is_old);
        let target = match target {
            "" => "a part".to_owned(),
            target => crate::rules::messages::quoted(target),
        };
        let why = match why {
            "remote" => "is on the network, and nothing is fetched",
            "missing" => "does not exist",
            "cycle" => "leads back to itself",
            "wrong" => "is not what is needed there",
            _ => "is not read",
        };
        let sides = [places_of("old", &old), places_of("new", &new)];
        let sides: Vec<String> = sides.into_iter().flatten().collect();
        format!("{target} {why} ({})", sides.join("; "))
    });
    lines.collect()
}

/// The first place on a side, and how many more there are.
fn places_of(side: &str, all: &[&NotSeen]) -> Option<String> {
    let first = all.first()?;
    let more = match all.len() - 1 {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    Some(match &first.place {
        Some(located) => format!("{side} {}{more}", place(located)),
        None => format!("{side}{more}"),
    })
}
