//! Which findings of a document are shown where it has too many.

use crate::rules::finding::Finding;
use crate::rules::registry;
use crate::rules::rule::Severity;
use crate::text::range::TextRange;

/// At most so many findings, in the order of the text, and the others with the most severe first. The
/// most severe are shown; of equal ones those that stand first, whatever came when.
pub fn most_severe(findings: &[Finding], most: usize) -> (Vec<&Finding>, Vec<&Finding>) {
    if findings.len() <= most {
        return (findings.iter().collect(), Vec::new());
    }
    let mut shown: Vec<usize> = (0..findings.len()).collect();
    shown.sort_by_key(|at| findings[*at].shown_severity());
    let hidden = shown.split_off(most);
    shown.sort_unstable();
    let of = |places: Vec<usize>| places.into_iter().map(|at| &findings[at]).collect();
    (of(shown), of(hidden))
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
        let (shown, hidden) = most_severe(&findings, 2);
        assert_eq!(
            (places(shown), places(hidden)),
            (vec![1, 3], vec![4, 0, 2, 5])
        );
        let (shown, hidden) = most_severe(&findings, 6);
        assert_eq!((places(shown).len(), places(hidden).len()), (6, 0));
    }
}
