//! A report as Markdown, for pull requests and for an editor beside the document.

use std::fmt::Write as _;

use super::line::Line;
use super::questions::answers;
use super::words::{self, connection, demand, overview};
use super::{FilePlace, Report, ServerKind};
use crate::text::printable::breaks_line;

/// More rows than this are folded.
const MAX_OPEN: usize = 40;

/// The report as Markdown; its headings start at a level.
pub fn markdown(report: &Report, level: usize) -> String {
    let marks = "#".repeat(level);
    let mut out = format!("{marks} Security of {}\n\n", name(&report.path));
    let _ = writeln!(out, "{}\n", overview(report));
    for answer in answers(report) {
        let _ = writeln!(out, "- **{}** {}", answer.question, answer.short);
        for line in &answer.lines {
            let place = line.place.as_ref().map(at);
            let _ = writeln!(out, "  - {}{}", shown(line), place.unwrap_or_default());
        }
    }
    servers(report, &marks, &mut out);
    patterns(report, &marks, &mut out);
    operations(report, &mut out);
    out
}

/// The row of a document in the overview of many.
pub fn row(report: &Report) -> String {
    format!("- {}: {}", name(&report.path), overview(report))
}

fn servers(report: &Report, marks: &str, out: &mut String) {
    let named = |kind| kind == ServerKind::Named;
    let servers = report.servers.iter().filter(|server| named(server.kind));
    let rows: Vec<String> = servers
        .map(|server| {
            let or_none = |text: &Option<String>| text.as_deref().map_or(String::new(), name);
            format!(
                "| {} | {} | {} | {} |",
                name(&server.name),
                or_none(&server.protocol),
                or_none(&server.address),
                connection(server)
            )
        })
        .collect();
    if !rows.is_empty() {
        let _ = writeln!(out, "\n{marks}# Servers\n");
        let _ = writeln!(out, "| server | protocol | address | connection |");
        let _ = writeln!(out, "|---|---|---|---|\n{}", rows.join("\n"));
    }
}

/// One row for each server group of each pattern.
fn patterns(report: &Report, marks: &str, out: &mut String) {
    if report.patterns.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n{marks}# What is demanded\n");
    let _ = writeln!(out, "| operations | on | a client needs | class |");
    let _ = writeln!(out, "|---|---|---|---|");
    for pattern in &report.patterns {
        let count = pattern.operations.len();
        let operations = shown(&words::operations(report, &pattern.operations));
        let mut first = match count {
            1 => operations,
            count => format!("{count}: {operations}"),
        };
        for (servers, cell) in pattern.groups(report) {
            let names = servers.iter().map(|at| name(&report.servers[*at].name));
            let names = names.collect::<Vec<_>>().join(", ");
            let demand = shown(&demand(report, cell));
            let (sign, word) = (cell.class.sign(), cell.class.word());
            let first = std::mem::take(&mut first);
            let _ = writeln!(out, "| {first} | {names} | {demand} | {sign} {word} |");
        }
    }
}

/// Every operation with its place.
fn operations(report: &Report, out: &mut String) {
    let count = report.operations.len();
    if count == 0 {
        return;
    }
    let is_folded = count > MAX_OPEN;
    let title = format!("All operations ({count})");
    let _ = match is_folded {
        true => writeln!(out, "\n<details><summary>{title}</summary>\n"),
        false => writeln!(out, "\n{title}:\n"),
    };
    for operation in &report.operations {
        let class = operation.cells.iter().map(|cell| cell.class).min();
        let class = class.map_or("", |class| class.word());
        let place = operation.place.as_ref().map(at).unwrap_or_default();
        let _ = writeln!(out, "- {}: {class}{place}", name(&operation.label));
    }
    if is_folded {
        out.push_str("\n</details>\n");
    }
}

fn shown(line: &Line) -> String {
    line.write(name)
}

fn at(place: &FilePlace) -> String {
    format!(" ({})", name(&format!("{}:{}", place.path, place.line)))
}

/// A text of the document as code, which cannot act: GitHub reads `@`, `#` and `<` in code as they
/// are, and a bar ends a cell of a table even there.
fn name(text: &str) -> String {
    let text: String = (text.chars())
        .map(|sign| match sign {
            '`' => '\'',
            // A look-alike: a backslash before the bar would be shown outside of tables.
            '|' => '\u{2758}',
            sign if breaks_line(sign) => ' ',
            sign => sign,
        })
        .collect();
    match text.trim().is_empty() {
        true => "(empty)".to_owned(),
        false => format!("`{text}`"),
    }
}
