//! Which findings of a document are shown where it has too many.

use std::collections::BTreeMap;

use crate::rules::finding::Finding;
use crate::rules::registry;
use crate::rules::rule::Severity;
use crate::text::range::TextRange;

/// The findings of a document that are shown, and what is said of the others.
pub struct MostSevere<'f> {
    /// In the order of the text.
    pub shown: Vec<&'f Finding>,
    /// How many more there are by severity and rule.
    pub hidden: BTreeMap<(Severity, &'static str), usize>,
    /// The first of the most severe of them.
    worst: Option<&'f Finding>,
}

impl MostSevere<'_> {
    /// Says how many are not shown, at the place of the most severe of them.
    pub fn not_shown(&self) -> Option<Finding> {
        let worst = self.worst?;
        let count = self.hidden.values().sum();
        Some(not_shown(count, worst.shown_severity(), worst.range))
    }
}

/// At most so many findings: the most severe, of equal ones those that stand first.
pub fn most_severe(findings: &[Finding], most: usize) -> MostSevere<'_> {
    let mut counts: BTreeMap<Severity, usize> = BTreeMap::new();
    for finding in findings {
        *counts.entry(finding.shown_severity()).or_default() += 1;
    }
    let mut left = most;
    for count in counts.values_mut() {
        *count = left.min(*count);
        left -= *count;
    }
    let mut result = MostSevere {
        shown: Vec::with_capacity(most.min(findings.len())),
        hidden: BTreeMap::new(),
        worst: None,
    };
    for finding in findings {
        let severity = finding.shown_severity();
        match counts.get_mut(&severity) {
            Some(left @ 1..) => {
                *left -= 1;
                result.shown.push(finding);
            }
            _ => {
                let hidden = result.hidden.entry((severity, finding.rule.id));
                *hidden.or_default() += 1;
                if (result.worst).is_none_or(|worst| severity < worst.shown_severity()) {
                    result.worst = Some(finding);
                }
            }
        }
    }
    result
}

/// Says how many are not shown; `worst` is the severity of the most severe of them, so that no exit
/// code hides it.
pub fn not_shown(count: usize, worst: Severity, place: TextRange) -> Finding {
    let (what, verb) = match count {
        1 => ("finding", "is"),
        _ => ("findings", "are"),
    };
    let message = format!(
        "{count} more {what} of this document {verb} not shown, none more severe than those that are; \
         correct some of these first, or switch off rules that you do not need"
    );
    Finding::new(registry::LIMIT_REACHED, place, message).at(worst)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(at: usize, severity: Severity) -> Finding {
        let place = TextRange::new(at, at + 1);
        Finding::new(registry::DUPLICATE_KEY, place, "").at(severity)
    }

    #[test]
    fn the_most_severe_are_shown_in_the_order_of_the_text() {
        use Severity::{Error, Hint, Warning};
        let severities = [Hint, Warning, Hint, Error, Warning, Hint];
        let findings: Vec<Finding> = (severities.into_iter().enumerate())
            .map(|(at, severity)| finding(at, severity))
            .collect();
        let places = |found: Vec<&Finding>| -> Vec<usize> {
            found.into_iter().map(|one| one.range.start()).collect()
        };
        let few = most_severe(&findings, 2);
        let rule = registry::DUPLICATE_KEY.id;
        let hidden = BTreeMap::from([((Warning, rule), 1), ((Hint, rule), 3)]);
        assert_eq!(few.hidden, hidden);
        let told = few
            .not_shown()
            .map(|told| (told.range.start(), told.shown_severity()));
        assert_eq!(told, Some((4, Warning)));
        assert_eq!(places(few.shown), [1, 3]);
        let all = most_severe(&findings, 6);
        assert!(all.hidden.is_empty() && all.not_shown().is_none());
        assert_eq!(places(all.shown), [0, 1, 2, 3, 4, 5]);
    }
}
