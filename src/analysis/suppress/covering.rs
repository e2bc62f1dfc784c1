//! Finds the suppressions of a place among many.

use std::collections::HashMap;

use super::name::{Name, RuleName, Scope};
use crate::rules::rule::Rule;
use crate::text::range::TextRange;

/// Names by the rule that they silence and by where.
pub(super) struct Covering<'n> {
    names: &'n [Name],
    by_rule: HashMap<&'static str, Vec<Part>>,
}

/// A part of the document in which a name silences its rule. The parts of a rule are a balanced tree
/// in a list: in the middle of each range of them stands the root of that range.
struct Part {
    range: TextRange,
    /// The furthest end in the range of which this is the root.
    furthest: usize,
    /// The index of the name.
    name: usize,
}

impl<'n> Covering<'n> {
    pub(super) fn new(names: &'n [Name]) -> Self {
        let mut by_rule: HashMap<&'static str, Vec<Part>> = HashMap::new();
        for (index, name) in names.iter().enumerate() {
            let RuleName::Known(rule) = name.rule else {
                continue;
            };
            let ranges = match &name.scope {
                Scope::Document => &[TextRange::new(0, usize::MAX)][..],
                Scope::Line(line) => std::slice::from_ref(line),
                Scope::Parts(parts) => parts,
                Scope::Nowhere => &[],
            };
            let parts = ranges.iter().map(|range| Part {
                range: *range,
                furthest: 0,
                name: index,
            });
            by_rule.entry(rule.id).or_default().extend(parts);
        }
        for parts in by_rule.values_mut() {
            parts.sort_by_key(|part| part.range.start());
            set_furthest(parts);
        }
        Self { names, by_rule }
    }

    /// The indices of the names that silence a rule at a place.
    pub(super) fn of(&self, rule: &Rule, range: TextRange) -> Vec<usize> {
        let mut found = Vec::new();
        if let Some(parts) = self.by_rule.get(rule.id) {
            self.search(parts, range, &mut found);
        }
        found
    }

    fn search(&self, parts: &[Part], range: TextRange, found: &mut Vec<usize>) {
        let middle = parts.len() / 2;
        let Some(root) = parts.get(middle) else {
            return;
        };
        if root.furthest < range.start() {
            return;
        }
        self.search(&parts[..middle], range, found);
        if root.range.start() <= range.start() {
            found.extend(Some(root.name).filter(|name| self.names[*name].scope.covers(range)));
            self.search(&parts[middle + 1..], range, found);
        }
    }
}

/// Returns the furthest end of all.
fn set_furthest(parts: &mut [Part]) -> usize {
    if parts.is_empty() {
        return 0;
    }
    let (before, rest) = parts.split_at_mut(parts.len() / 2);
    let Some((root, after)) = rest.split_first_mut() else {
        return 0;
    };
    let inside = set_furthest(before).max(set_furthest(after));
    root.furthest = root.range.end().max(inside);
    root.furthest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::registry::{LIMIT_REACHED, RULES};

    /// Compares with a look at every name.
    #[test]
    fn all_names_that_cover_a_place_are_found_and_no_others() {
        let mut seed = 7_usize;
        let mut dice = |below: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (seed >> 33) % below
        };
        for _ in 0..200 {
            let names: Vec<Name> = (0..dice(40))
                .map(|_| {
                    let start = dice(100);
                    let range = TextRange::new(start, start + dice(30));
                    let scope = match dice(5) {
                        0 => Scope::Document,
                        1 => Scope::Nowhere,
                        2 => Scope::Line(range),
                        _ => Scope::Parts(vec![range, TextRange::new(start / 2, start / 2 + 3)]),
                    };
                    let rule = RuleName::Known(RULES[dice(2)]);
                    Name { range, rule, scope }
                })
                .collect();
            let covering = Covering::new(&names);
            for _ in 0..50 {
                let start = dice(110);
                let range = TextRange::new(start, start + dice(10));
                let rule = RULES[dice(2)];
                let mut found = covering.of(rule, range);
                found.sort_unstable();
                found.dedup();
                let is_meant =
                    |name: &Name| name.rule == RuleName::Known(rule) && name.scope.covers(range);
                let expected: Vec<usize> = (0..names.len())
                    .filter(|name| is_meant(&names[*name]))
                    .collect();
                assert_eq!(found, expected, "{names:?} {range:?}");
            }
        }
        assert!(
            Covering::new(&[])
                .of(LIMIT_REACHED, TextRange::new(0, 1))
                .is_empty()
        );
    }
}
