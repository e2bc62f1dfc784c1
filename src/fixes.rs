//! What to write instead: remedies of findings, as edits of the text.
//!
//! Fixes are made when somebody asks for them, by the finding's rule and place; findings stay
//! small. Each is tried before it is offered: one after which the finding is still there, or the
//! text cannot be read any more, is none.

mod advice;
mod case;
mod entries;
mod flows;
mod lists;
mod openapi;
mod places;
mod references;
mod schemes;
mod scopes;
mod transport;
mod urls;
mod uses;
mod values;

use case::Case;

use crate::analysis::Analysis;
use crate::rules::finding::Finding;
use crate::text::TextEdit;

/// Whether a fix changes what the document means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FixKind {
    /// The document says afterwards what its author clearly meant.
    Safe,
    /// The document says something else afterwards; the title says so.
    ChangesMeaning,
    /// Something has still to be filled in; the title says what.
    Placeholder,
}

/// A remedy of a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as a menu shows it; says so where the meaning changes.
    pub title: String,
    /// Whether it changes what the document means.
    pub kind: FixKind,
    /// The edits, all in places of the text as it is: in order, apart from each other.
    pub edits: Vec<TextEdit>,
    /// Whether it is the one most probably wanted.
    pub is_preferred: bool,
}

/// How many fixes run at once at most.
const MAX_IN_BULK: usize = 1_000;

/// The remedies of a finding of this analysis, the best first.
pub fn fixes(analysis: &Analysis, finding: &Finding) -> Vec<Fix> {
    let Some(mut case) = Case::new(analysis, finding) else {
        return Vec::new();
    };
    schemes::offer(&mut case);
    values::offer(&mut case);
    openapi::offer(&mut case);
    flows::offer(&mut case);
    lists::offer(&mut case);
    entries::offer(&mut case);
    references::offer(&mut case);
    scopes::offer(&mut case);
    places::offer(&mut case);
    urls::offer(&mut case);
    advice::offer(&mut case);
    transport::offer(&mut case);
    case.finish()
}

/// All edits that can be made without being looked at: those of the safe fixes of the rules
/// that allow it, one after the other, until nothing is left to do. Places are those of the text as
/// it is; the second value is how many findings they remedy.
pub fn fix_all(analysis: &Analysis) -> (Vec<TextEdit>, usize) {
    let mut draft = crate::edits::builder::EditBuilder::new(&analysis.document);
    let mut current = analysis.clone();
    let mut count = 0;
    // Findings whose fix was looked for in vain, so that the next one gets its turn.
    let mut passed = 0;
    while count < MAX_IN_BULK {
        let open: Vec<&Finding> = (current.findings.iter())
            .filter(|finding| finding.rule.is_fixed_in_bulk)
            .collect();
        let Some(finding) = open.get(passed) else {
            break;
        };
        let fix = fixes(&current, finding)
            .into_iter()
            .find(|fix| fix.kind == FixKind::Safe);
        let Some(fix) = fix else {
            passed += 1;
            continue;
        };
        draft.apply(&fix.edits);
        current = current.edited(&backwards(&fix.edits));
        count += 1;
    }
    (draft.finish(), count)
}

/// Edits in the order in which they are applied one after the other: from the end, so that none
/// moves the place of another.
pub fn backwards(edits: &[TextEdit]) -> Vec<TextEdit> {
    edits.iter().rev().cloned().collect()
}
