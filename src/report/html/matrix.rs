//! The picture of a report: a row for each pattern, a square for each server, a dot for each scheme
//! (as in an UpSet plot: Lex and others, "UpSet: Visualization of Intersecting Sets", 2014).

use std::fmt::Write as _;

use super::{cut, escaped};
use crate::report::{Class, Pattern, Report, ReportCell};

/// More columns than this are joined where they are equal.
const MAX_COLUMNS: usize = 12;

const LABEL: usize = 200;
const BAR: usize = 90;
const ROW: usize = 28;
const SQUARE: usize = 20;
const SERVER: usize = 34;
const SCHEME: usize = 30;
const GAP: usize = 24;

/// Columns of equal content.
struct Column {
    label: String,
    /// One of the servers or schemes.
    first: usize,
}

/// What the rows of a picture share.
pub(super) struct Matrix<'r> {
    report: &'r Report,
    servers: Vec<Column>,
    schemes: Vec<Column>,
    /// The most operations of a pattern.
    most: usize,
    /// How much room the heads of columns need.
    head: usize,
    /// Begins the ids of the rows of the table.
    id: &'r str,
}

impl<'r> Matrix<'r> {
    pub(super) fn of(report: &'r Report, id: &'r str) -> Self {
        let is_used = |at: &usize| report.schemes[*at].uses > 0;
        let servers = (0..report.servers.len()).map(|at| {
            let cells = report.patterns.iter().map(|pattern| {
                let cell = cell_on(pattern.cells(report), at)?;
                Some(format!("{:?} {}", cell.class, cell.has_secret))
            });
            (&*report.servers[at].name, at, cells.collect::<Vec<_>>())
        });
        let schemes = (0..report.schemes.len()).filter(is_used).map(|at| {
            let marks = report.patterns.iter();
            let marks = marks.map(|pattern| {
                let mark = mark_of(pattern.cells(report), at);
                mark.map(|mark| format!("{mark:?}"))
            });
            (&*report.schemes[at].label, at, marks.collect::<Vec<_>>())
        });
        let (servers, schemes) = (columns(servers.collect()), columns(schemes.collect()));
        let all = servers.iter().chain(&schemes);
        let longest = all.map(|column| column.label.chars().count()).max();
        let most = report.patterns.iter().map(|one| one.operations.len()).max();
        Self {
            report,
            head: 24 + longest.unwrap_or(0) * 5,
            servers,
            schemes,
            most: most.unwrap_or(1),
            id,
        }
    }

    /// The picture of some patterns, each with its number.
    pub(super) fn picture(
        &self,
        patterns: &[(usize, &Pattern)],
        title: &str,
        about: &str,
    ) -> String {
        let (width, height) = (self.width(), self.head + patterns.len() * ROW + 8);
        let (title, about) = (escaped(title), escaped(about));
        let mut out = format!(
            "<svg role=\"img\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">\
             <title>{title}</title><desc>{about}</desc>"
        );
        self.heads(&mut out);
        for (at, (number, pattern)) in patterns.iter().enumerate() {
            self.row(*number, pattern, self.head + at * ROW, &mut out);
        }
        out.push_str("</svg>");
        out
    }

    fn width(&self) -> usize {
        // The head of the last column leans to the right.
        self.scheme_x(self.schemes.len()) + self.head
    }

    fn server_x(&self, at: usize) -> usize {
        LABEL + BAR + 40 + at * SERVER
    }

    fn scheme_x(&self, at: usize) -> usize {
        self.server_x(self.servers.len()) + GAP + at * SCHEME
    }

    fn heads(&self, out: &mut String) {
        let y = self.head - 8;
        let servers = self.servers.iter().enumerate();
        let servers = servers.map(|(at, column)| (self.server_x(at) + SQUARE / 2, column));
        let schemes = self.schemes.iter().enumerate();
        let schemes = schemes.map(|(at, column)| (self.scheme_x(at) + SCHEME / 2, column));
        let _ = write!(
            out,
            "<text class=\"head\" x=\"0\" y=\"{y}\">operations</text>"
        );
        for (x, column) in servers.chain(schemes) {
            let label = escaped(&column.label);
            let _ = write!(
                out,
                "<text class=\"head\" transform=\"translate({x} {y}) rotate(-45)\">{label}</text>"
            );
        }
    }

    fn row(&self, number: usize, pattern: &Pattern, y: usize, out: &mut String) {
        let report = self.report;
        let count = pattern.operations.len();
        let first = &report.operations[pattern.operations[0]].label;
        let label = match count {
            1 => cut(first, 28),
            _ => format!("{} +{}", cut(first, 22), count - 1),
        };
        let bar = (count * BAR).div_ceil(self.most).max(3);
        let (text, middle) = (y + 18, y + ROW / 2);
        let _ = write!(
            out,
            "<g aria-hidden=\"true\" data-kind=\"{}k{number}\">",
            self.id
        );
        if number.is_multiple_of(2) {
            let _ = write!(
                out,
                "<rect class=\"band\" x=\"0\" y=\"{y}\" width=\"{}\" height=\"{ROW}\"/>",
                self.scheme_x(self.schemes.len())
            );
        }
        let _ = write!(
            out,
            "<text x=\"4\" y=\"{text}\">{}</text>\
             <rect class=\"bar\" x=\"{LABEL}\" y=\"{}\" width=\"{bar}\" height=\"12\"/>\
             <text x=\"{}\" y=\"{text}\">{count}</text>",
            escaped(&label),
            y + 8,
            LABEL + bar + 5,
        );
        let cells = pattern.cells(report);
        for (at, column) in self.servers.iter().enumerate() {
            let x = self.server_x(at);
            match cell_on(cells, column.first) {
                Some(cell) => out.push_str(&square(cell.class, cell.has_secret, x, y + 4)),
                None => {
                    let x = x + SQUARE / 2;
                    let _ = write!(
                        out,
                        "<circle class=\"none\" cx=\"{x}\" cy=\"{middle}\" r=\"2\"/>"
                    );
                }
            }
        }
        self.dots(cells, middle, out);
        out.push_str("</g>");
    }

    fn dots(&self, cells: &[ReportCell], y: usize, out: &mut String) {
        let x = |at: usize| self.scheme_x(at) + SCHEME / 2;
        let marks: Vec<Option<Mark>> = (self.schemes.iter())
            .map(|column| mark_of(cells, column.first))
            .collect();
        for at in (0..marks.len()).filter(|at| marks[*at].is_none()) {
            let x = x(at);
            let _ = write!(
                out,
                "<circle class=\"none\" cx=\"{x}\" cy=\"{y}\" r=\"2\"/>"
            );
        }
        // What is needed together is joined.
        let together = |at: &usize| marks[*at].is_some_and(|mark| mark.is_together);
        let joined: Vec<usize> = (0..marks.len()).filter(together).collect();
        if let [first, .., last] = &joined[..] {
            let (from, to) = (x(*first), x(*last));
            let _ = write!(
                out,
                "<line class=\"join\" x1=\"{from}\" y1=\"{y}\" x2=\"{to}\" y2=\"{y}\"/>"
            );
        }
        for (at, mark) in marks.iter().enumerate() {
            let (x, Some(mark)) = (x(at), mark) else {
                continue;
            };
            let _ = match mark.is_always {
                true => write!(out, "<circle class=\"dot\" cx=\"{x}\" cy=\"{y}\" r=\"6\"/>"),
                false => write!(
                    out,
                    "<circle class=\"halo\" cx=\"{x}\" cy=\"{y}\" r=\"6\"/>\
                     <circle class=\"half\" cx=\"{x}\" cy=\"{y}\" r=\"6\"/>\
                     <path class=\"dot\" d=\"M{x} {} a6 6 0 0 0 0 12z\"/>",
                    y - 6
                ),
            };
            if mark.scopes > 0 {
                let (x, y) = (x + 10, y - 4);
                let _ = write!(
                    out,
                    "<text class=\"small\" x=\"{x}\" y=\"{y}\">{}</text>",
                    mark.scopes
                );
            }
        }
    }
}

/// A square of a class: its border, its fill and its sign say the same. A mark in the corner says
/// that a secret can be read.
pub(super) fn square(class: Class, has_secret: bool, x: usize, y: usize) -> String {
    let fill = match class {
        Class::Readable => " fill=\"url(#lines)\"",
        Class::Unknown => " fill=\"url(#dots)\"",
        Class::Public | Class::Protected => "",
    };
    let word = class.word();
    let (middle, center) = (x + SQUARE / 2, y + SQUARE / 2);
    let mut out = format!(
        "<rect class=\"{word}\" x=\"{x}\" y=\"{y}\" width=\"{SQUARE}\" height=\"{SQUARE}\"{fill}/>"
    );
    let circle = |class: &str, radius: usize| {
        format!("<circle class=\"{class}\" cx=\"{middle}\" cy=\"{center}\" r=\"{radius}\"/>")
    };
    out.push_str(&match class {
        Class::Public => circle("ring", 5),
        Class::Protected => circle("core", 5),
        Class::Readable | Class::Unknown => {
            let (halo, sign) = (circle("halo", 7), class.sign());
            let text = center + 5;
            format!("{halo}<text class=\"sign\" x=\"{middle}\" y=\"{text}\">{sign}</text>")
        }
    });
    if has_secret {
        let (x, y) = (x + SQUARE - 7, y - 2);
        let _ = write!(out, "<path class=\"secret\" d=\"M{x} {y}h9v9z\"/>");
    }
    out
}

fn cell_on(cells: &[ReportCell], server: usize) -> Option<&ReportCell> {
    cells.iter().find(|cell| cell.server == server)
}

/// How a scheme is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Mark {
    /// In every way of every server.
    is_always: bool,
    /// Together with another one.
    is_together: bool,
    /// How many scopes, at most.
    scopes: usize,
}

fn mark_of(cells: &[ReportCell], scheme: usize) -> Option<Mark> {
    let mut mark = None;
    let ways = || cells.iter().flat_map(|cell| cell.ways.iter().flatten());
    let are_known = cells.iter().all(|cell| cell.ways.is_some());
    for way in ways() {
        let Some(need) = way.iter().find(|need| need.scheme == scheme) else {
            continue;
        };
        let found = mark.get_or_insert(Mark {
            is_always: are_known,
            is_together: false,
            scopes: 0,
        });
        found.is_together |= way.len() > 1;
        found.scopes = found.scopes.max(need.scopes.len());
    }
    let is_in_all = ways().all(|way| way.iter().any(|need| need.scheme == scheme));
    let found = mark.as_mut()?;
    found.is_always &= is_in_all;
    mark
}

/// Columns of equal content as one, if there are many.
fn columns<K: PartialEq>(all: Vec<(&str, usize, K)>) -> Vec<Column> {
    let is_joined = all.len() > MAX_COLUMNS;
    let mut columns: Vec<(Vec<&str>, usize, K)> = Vec::new();
    for (label, at, key) in all {
        match columns.iter_mut().find(|(.., other)| *other == key) {
            Some((labels, ..)) if is_joined => labels.push(label),
            _ => columns.push((vec![label], at, key)),
        }
    }
    let columns = columns.into_iter().map(|(labels, first, _)| Column {
        label: match &labels[..] {
            [only] => cut(only, 18),
            [first, .., last] => format!("{} \u{2026} {}", cut(first, 10), cut(last, 10)),
            [] => String::new(),
        },
        first,
    });
    columns.collect()
}
