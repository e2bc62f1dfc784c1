//! Words for what came out of a comparison.

use std::collections::HashMap;

use super::outcome::{Located, NotSeen, Outcome, Shown};
use crate::rules::messages::quoted;
use crate::text::printable::one_line;

/// How many cells of a change are named.
const MAX_CELLS: usize = 5;

/// The cells of a change, those on one server together.
pub fn cells(one: &Shown) -> String {
    let cells = &one.change.cells;
    let first = &cells[..cells.len().min(MAX_CELLS)];
    let server = &*cells[0].server;
    let is_one_server = cells.iter().all(|cell| cell.server == server);
    let names: Vec<String> = match is_one_server {
        true => first.iter().map(|cell| quoted(&cell.operation)).collect(),
        false => first
            .iter()
            .map(|cell| format!("{} @ {}", quoted(&cell.operation), quoted(&cell.server)))
            .collect(),
    };
    let more = match cells.len() - first.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let what = match (is_one_server, server) {
        (true, "-") => "operations".to_owned(),
        (true, server) => format!("operations @ {}", quoted(server)),
        (false, _) => "operations on servers".to_owned(),
    };
    format!("{} {what}: {}{more}", cells.len(), names.join(", "))
}

/// A place as a terminal links it.
pub fn place(located: &Located) -> String {
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
            target => quoted(target),
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
