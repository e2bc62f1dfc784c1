//! Operations of which the same is demanded.

use std::collections::HashMap;

use crate::report::{Class, Pattern, ReportOperation};

/// Groups operations of which the same is demanded on the same servers.
pub(super) fn patterns(operations: &[ReportOperation]) -> Vec<Pattern> {
    let mut patterns: Vec<Pattern> = Vec::new();
    let mut known = HashMap::new();
    for (at, operation) in operations.iter().enumerate() {
        let cells = operation.cells.iter();
        let key = cells.map(|cell| {
            let ways = cell.ways.as_deref();
            (cell.server, cell.class, cell.has_secret, ways)
        });
        let key: Vec<_> = key.collect();
        let classes = operation.cells.iter().map(|cell| cell.class);
        let next = patterns.len();
        match *known.entry(key).or_insert(next) {
            known if known < next => patterns[known].operations.push(at),
            _ => patterns.push(Pattern {
                operations: vec![at],
                class: classes.min().unwrap_or(Class::Unknown),
            }),
        }
    }
    patterns.sort_by_key(|pattern| {
        let count = pattern.operations.len();
        (
            pattern.class,
            std::cmp::Reverse(count),
            pattern.operations[0],
        )
    });
    patterns
}
