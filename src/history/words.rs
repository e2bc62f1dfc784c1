//! Words for what came out of a comparison.

use super::outcome::{Located, NotSeen, Shown};
use crate::text::printable::one_line;

/// How many cells of a change are named.
const MAX_CELLS: usize = 5;

/// The cells of a change, those on one server together.
pub fn cells(one: &Shown) -> String {
    let cells = &one.change.cells;
    let first = &cells[..cells.len().min(MAX_CELLS)];
    let is_one_server = cells.iter().all(|cell| cell.server == cells[0].server);
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
    let server = match is_one_server && cells[0].server != "-" {
        true => format!(" @ {}", cells[0].server),
        false => String::new(),
    };
    format!("{} pairs: {}{more}{server}", cells.len(), names.join(", "))
}

/// A place as a terminal links it.
pub fn place(located: &Located) -> String {
    let start = located.range.start;
    one_line(&format!("{}:{}:{}", located.path, start.line, start.column)).into_owned()
}

/// What was not seen, in words.
pub fn not_seen(one: &NotSeen) -> String {
    let target = match &*one.unseen.target {
        "" => "a part".to_owned(),
        target => crate::rules::messages::quoted(target),
    };
    let why = match one.unseen.why {
        "remote" => "is on the network, and nothing is fetched",
        "missing" => "does not exist",
        "cycle" => "leads back to itself",
        "wrong" => "leads to something else",
        _ => "is not read",
    };
    let side = if one.is_old { "old" } else { "new" };
    match &one.place {
        Some(located) => format!("{target} {why} ({side} {})", place(located)),
        None => format!("{target} {why} ({side})"),
    }
}
