//! A report as plain text, for a terminal.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::line::Line;
use super::questions::answers;
use super::words::{self, counted, demand, overview};
use super::{FilePlace, Report};
use crate::text::printable::one_line;

/// The report as plain text.
pub fn text(report: &Report) -> String {
    let mut out = format!("{}\n{}\n", heading(report), overview(report));
    for answer in answers(report) {
        let _ = write!(out, "\n{} {}\n", answer.question, answer.short);
        for line in &answer.lines {
            let place = line.place.as_ref().map(at);
            let _ = writeln!(out, "  {}{}", shown(line), place.unwrap_or_default());
        }
    }
    out.push_str(&patterns(report));
    out.push_str(&schemes(report));
    out
}

/// The line of a document in the overview of many.
pub fn row(report: &Report) -> String {
    format!("{}: {}", heading(report), overview(report))
}

/// The path. GitHub runs what a line of a log begins with if that is `::`.
fn heading(report: &Report) -> Cow<'_, str> {
    let path = one_line(&report.path);
    match path.starts_with("::") {
        true => format!("./{path}").into(),
        false => path,
    }
}

fn patterns(report: &Report) -> String {
    let mut out = String::new();
    if report.patterns.is_empty() {
        return out;
    }
    let kinds = counted(report.patterns.len(), "kind");
    let _ = write!(out, "\nOperations, {kinds} of them\n");
    let names = report.servers.iter().map(|server| one_line(&server.name));
    let width = names.map(|name| name.chars().count()).max().unwrap_or(0);
    for pattern in &report.patterns {
        let operations = words::operations(report, &pattern.operations);
        let count = counted(pattern.operations.len(), "operation");
        let _ = writeln!(out, "  {count}: {}", shown(&operations));
        for cell in pattern.cells(report) {
            let class = cell.class;
            let name = one_line(&report.servers[cell.server].name);
            let demand = shown(&demand(report, cell));
            let (sign, word) = (class.sign(), class.word());
            let _ = writeln!(out, "    {sign} {word:9}  {name:width$}  {demand}");
        }
    }
    out
}

fn schemes(report: &Report) -> String {
    let mut out = String::new();
    if report.schemes.is_empty() {
        return out;
    }
    out.push_str("\nSchemes\n");
    for scheme in &report.schemes {
        let kind = scheme.kind.as_deref().unwrap_or("not seen");
        let uses = match (scheme.uses, scheme.is_unused) {
            (0, true) => "not used".to_owned(),
            (0, false) => "used, but by no operation".to_owned(),
            (uses, _) => format!("needed by {}", counted(uses, "pair")),
        };
        let place = scheme.place.as_ref().map(at).unwrap_or_default();
        let (label, kind) = (name(&scheme.label), one_line(kind));
        let _ = writeln!(out, "  {label}  {kind}, {uses}{place}");
    }
    out
}

fn shown(line: &Line) -> String {
    line.write(name)
}

fn name(text: &str) -> String {
    format!("`{}`", one_line(text))
}

fn at(place: &FilePlace) -> String {
    let path = one_line(&place.path);
    format!("  ({path}:{}:{})", place.line, place.column)
}
