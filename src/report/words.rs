//! What is said of a report in every format: how many of what, and what is needed where.

use std::fmt::Write as _;

use super::line::Line;
use super::{Class, Report, ReportCell, ReportServer, ServerKind, Way};
use crate::rules::document::exposure::Connection;

/// More ways than this are counted, not listed.
const MAX_WAYS: usize = 8;

/// How many pairs of operation and server there are of each class.
pub fn counts(report: &Report) -> [usize; 4] {
    let cells = report.operations.iter().flat_map(|one| &one.cells);
    let mut counts = [0; 4];
    cells.for_each(|cell| counts[cell.class as usize] += 1);
    counts
}

/// The document in one sentence: how many of what.
pub fn overview(report: &Report) -> String {
    let servers = report.servers.iter();
    let servers = servers.filter(|server| server.kind == ServerKind::Named);
    let pairs: usize = counts(report).iter().sum();
    let mut out = format!(
        "AsyncAPI {}: {} on {}, {}",
        report.version.as_str(),
        counted(report.operations.len(), "operation"),
        counted(servers.count(), "server"),
        counted(pairs, "pair"),
    );
    for (at, (class, count)) in Class::ALL.into_iter().zip(counts(report)).enumerate() {
        let sign = if at == 0 { ": " } else { ", " };
        let _ = write!(out, "{sign}{count} {}", class.word());
    }
    out
}

/// A count with its noun.
pub fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// What is needed in a cell.
pub fn demand(report: &Report, cell: &ReportCell) -> Line {
    match &cell.ways {
        Some(ways) => demand_of(report, ways),
        None => Line::default().words("not known"),
    }
}

fn demand_of(report: &Report, ways: &[Way]) -> Line {
    let mut line = Line::default();
    for (at, way) in ways.iter().take(MAX_WAYS).enumerate() {
        if at > 0 {
            line = line.words(", or ");
        }
        let is_long = ways.len() > 1 && way.len() > 1;
        line = match is_long {
            true => line.words("(").line(way_of(report, way)).words(")"),
            false => line.line(way_of(report, way)),
        };
    }
    match ways.len().saturating_sub(MAX_WAYS) {
        0 => line,
        more => line.words(format!(", or {more} more ways")),
    }
}

fn way_of(report: &Report, way: &Way) -> Line {
    if way.is_empty() {
        return Line::default().words("nothing");
    }
    let mut line = Line::default();
    for (at, need) in way.iter().enumerate() {
        if at > 0 {
            line = line.words(" and ");
        }
        line = line.name(&report.schemes[need.scheme].label);
        if !need.scopes.is_empty() {
            let scopes = need.scopes.iter().map(String::as_str);
            line = line.words(" with ").names(scopes);
        }
    }
    line
}

/// Operations by their labels.
pub fn operations(report: &Report, operations: &[usize]) -> Line {
    let labels = operations.iter().map(|at| &*report.operations[*at].label);
    Line::default().names(labels)
}

/// What is known of a connection, in a word.
pub fn connection(server: &ReportServer) -> &'static str {
    match server.connection {
        Connection::Encrypted => "encrypted",
        Connection::Local => "local",
        Connection::Unknown => "unknown",
        Connection::Plain => "plain",
    }
}
