//! What a refactoring returns, and what holds for all of them.

use std::collections::HashMap;

use super::meaning::{differing, meaning};
use super::place::mark;
use crate::analysis::Analysis;
use crate::fixes::{backwards, has_more, is_error};
use crate::rules::finding::Finding;
use crate::rules::fix::comments;
use crate::rules::fix::holes::Hole;
use crate::rules::messages::quoted;
use crate::rules::rule::Rule;
use crate::text::TextEdit;
use crate::text::range::TextRange;

/// What a refactoring is (LSP 3.17, `CodeActionKind`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefactorKind {
    /// What stands in place is declared elsewhere.
    Extract,
    /// What is declared elsewhere stands in place.
    Inline,
    /// A declaration goes to another file.
    Move,
    /// The same is said in another way, or something else in its place.
    Rewrite,
}

/// Why a refactoring is not possible: one reason at least.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal(pub Vec<Reason>);

/// One reason why a refactoring is not possible.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// A sentence with a full stop, for the author.
    pub text: String,
    /// What of the document is the reason, where that is a part of it.
    pub range: Option<TextRange>,
}

impl Refusal {
    /// A refusal for a reason.
    pub fn because<T>(reason: impl Into<String>) -> Result<T, Self> {
        Err(Self::new(reason, None))
    }

    /// A refusal for a reason, with what of the document that is.
    pub fn at<T>(range: TextRange, reason: impl Into<String>) -> Result<T, Self> {
        Err(Self::new(reason, Some(range)))
    }

    fn new(reason: impl Into<String>, range: Option<TextRange>) -> Self {
        let text = reason.into();
        Self(vec![Reason { text, range }])
    }

    /// The edits cannot be written in this text: an anchor, an alias or a bracket is in the way.
    pub fn unwritable() -> Self {
        Self::new(
            "An anchor, an alias or the style of the text is in the way.",
            None,
        )
    }

    /// The reasons as one text, of many the first ones.
    pub fn text(&self) -> String {
        const SHOWN: usize = 3;
        let reasons = self.0.iter().take(SHOWN);
        let mut text: Vec<&str> = reasons.map(|reason| &*reason.text).collect();
        let more = match self.0.len().saturating_sub(SHOWN) {
            0 => String::new(),
            1 => "There is 1 more reason.".to_owned(),
            more => format!("There are {more} more reasons."),
        };
        text.extend(Some(&*more).filter(|more| !more.is_empty()));
        text.join(" ")
    }
}

/// A file to be created beside the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFile {
    /// Its name.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// What a refactoring changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Change {
    /// The edits of the current text: sorted, not overlapping.
    pub edits: Vec<TextEdit>,
    /// What the author may replace.
    pub holes: Vec<Hole>,
    /// The file that takes what goes out of the document.
    pub new_file: Option<NewFile>,
}

impl From<Vec<TextEdit>> for Change {
    fn from(edits: Vec<TextEdit>) -> Self {
        Self {
            edits,
            ..Self::default()
        }
    }
}

/// Whether a change keeps what every operation demands of its clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It does.
    Keeps,
    /// It may not.
    Changes,
}

/// A change after a look at what it does to the document.
pub fn checked(analysis: &Analysis, change: Change, effect: Effect) -> Result<Change, Refusal> {
    if change.new_file.is_none() {
        let lost = comments::lost(&analysis.document, &change.edits);
        let reason = |range| Reason {
            text: "A comment would be lost: move it first.".to_owned(),
            range: Some(range),
        };
        refuse_for(lost.into_iter().map(reason).collect())?;
    }
    let after = analysis.edited(&backwards(&change.edits));
    if has_more(analysis, &after, is_error) {
        refuse_for(error_reasons(analysis, &after, &change.edits))?;
    }
    if effect == Effect::Keeps && meaning(analysis) != meaning(&after) {
        refuse_for(changed_operations(analysis, &after, &change.edits))?;
        return Refusal::because("It would change what some operation demands.");
    }
    Ok(change)
}

fn refuse_for(reasons: Vec<Reason>) -> Result<(), Refusal> {
    match reasons.is_empty() {
        true => Ok(()),
        false => Err(Refusal(reasons)),
    }
}

/// The errors that a change adds, where the document before has what they are about. Those that say
/// what none said before are enough.
fn error_reasons(before: &Analysis, after: &Analysis, edits: &[TextEdit]) -> Vec<Reason> {
    let mut errors = new_errors(before, after, edits);
    let is_known = |error: &Finding| all_errors(before).any(|old| old.message == error.message);
    if errors.iter().any(|error| !is_known(error)) {
        errors.retain(|error| !is_known(error));
    }
    let reasons = errors.into_iter().map(|error| Reason {
        text: format!(
            "The document would then have an error: {} ({}).",
            error.message, error.rule.id
        ),
        range: Some(range_before(edits, error.range)),
    });
    reasons.collect()
}

/// The errors of the rules that have more of them after a change. What a change copies takes its
/// errors along: such a copy says the same, of the same text, and is not new.
fn new_errors<'a>(before: &Analysis, after: &'a Analysis, edits: &[TextEdit]) -> Vec<&'a Finding> {
    let mut gone: HashMap<_, usize> = HashMap::new();
    for error in all_errors(before) {
        *gone.entry(said(before, error)).or_default() += 1;
    }
    let may_be_copy = |error: &Finding| is_written(edits, error.range);
    // What was not written is the old one itself, and comes first.
    let mut errors: Vec<&Finding> = all_errors(after).collect();
    errors.sort_by_key(|error| (may_be_copy(error), error.range.start()));
    errors.retain(|error| match gone.get_mut(&said(after, error)) {
        Some(0) => !may_be_copy(error),
        Some(left) => {
            *left -= 1;
            false
        }
        None => true,
    });
    // An error that is gone may be said in other words now.
    let more = |rule: &Rule| {
        let gone = gone.iter().filter(|(said, _)| said.0 == rule.id);
        let added = errors.iter().filter(|error| error.rule == rule);
        added.count() > gone.map(|(_, count)| count).sum()
    };
    let mut new = errors.clone();
    new.retain(|error| more(error.rule));
    new.sort_by_key(|error| error.range.start());
    new
}

/// All errors, also those that others imply.
fn all_errors(analysis: &Analysis) -> impl Iterator<Item = &Finding> {
    let findings = analysis.findings.iter().chain(&analysis.implied);
    findings.filter(|finding| is_error(finding))
}

/// What a finding says, and of which text.
fn said(analysis: &Analysis, finding: &Finding) -> (&'static str, String, String) {
    let text = analysis.document.text().slice(finding.range);
    (
        finding.rule.id,
        finding.message.to_string(),
        text.into_owned(),
    )
}

/// Whether a range of the document after the edits was written by one of them.
fn is_written(edits: &[TextEdit], range: TextRange) -> bool {
    let (mut after, mut old) = (0, 0);
    edits.iter().any(|edit| {
        let start = after + edit.range.start() - old;
        (after, old) = (start + edit.new_text.len(), edit.range.end());
        TextRange::new(start, after).contains(range)
    })
}

fn changed_operations(before: &Analysis, after: &Analysis, edits: &[TextEdit]) -> Vec<Reason> {
    let reason = |pointer: String, range: TextRange| Reason {
        text: format!("It would change what {} demands.", quoted(&pointer)),
        range: Some(range),
    };
    let changed = differing(before, after).into_iter().map(|pointer| {
        let range = mark(before, &pointer);
        reason(pointer, range)
    });
    let changed: Vec<Reason> = changed.collect();
    if !changed.is_empty() {
        return changed;
    }
    let added = differing(after, before).into_iter().map(|pointer| {
        let range = range_before(edits, mark(after, &pointer));
        reason(pointer, range)
    });
    added.collect()
}

/// A range of the document after the edits, in the one before them. In place of what the edits write
/// it is what they replace.
fn range_before(edits: &[TextEdit], range: TextRange) -> TextRange {
    let before = |offset: usize| {
        // How far the text is shifted up to here.
        let (mut after, mut old) = (0, 0);
        for edit in edits {
            let kept = edit.range.start() - old;
            if offset < after + kept {
                break;
            }
            after += kept;
            old = edit.range.end();
            if offset < after + edit.new_text.len() {
                return edit.range.start();
            }
            after += edit.new_text.len();
        }
        old + offset - after
    };
    let start = before(range.start());
    TextRange::new(start, before(range.end()).max(start))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::Options;
    use crate::syntax::document::Document;
    use crate::syntax::format::Format;

    #[test]
    fn an_error_that_another_place_has_already_is_said() {
        let text = "\
asyncapi: 2.6.0
info: {title: a, version: '1'}
channels:
  c:
    subscribe: {operationId: a, security: [{nope: []}]}
    x-publish: {operationId: b, security: [{nope: []}]}
";
        let analysis = Analysis::new(Document::new(text, Format::Yaml), Options::default(), None);
        let start = text.find("x-publish").unwrap_or_default();
        let edit = TextEdit {
            range: TextRange::new(start, start + 2),
            new_text: String::new(),
        };
        let refused = checked(&analysis, vec![edit].into(), Effect::Changes).err();
        let refusal = refused.unwrap_or_else(Refusal::unwritable);
        let reason = &refusal.0[0];
        assert_eq!(
            reason.text,
            "The document would then have an error: there is no security scheme `nope`; \
             declare it under `components.securitySchemes` (security-requirement-undefined)."
        );
        let second = text.rfind("nope").unwrap_or_default();
        let range = reason.range.map(|range| (range.start(), range.end()));
        assert_eq!(range, Some((second, second + 4)));
    }

    #[test]
    fn a_range_is_found_in_the_text_before() {
        let edit = |start, end, new_text: &str| TextEdit {
            range: TextRange::new(start, end),
            new_text: new_text.to_owned(),
        };
        // `abcdefgh` becomes `aXYZdefWgh`.
        let edits = [edit(1, 3, "XYZ"), edit(6, 6, "W")];
        for (start, end, expected) in [
            (0, 1, (0, 1)),
            (2, 3, (1, 1)),
            (4, 6, (3, 5)),
            (8, 9, (6, 7)),
        ] {
            let found = range_before(&edits, TextRange::new(start, end));
            assert_eq!((found.start(), found.end()), expected, "{start}..{end}");
        }
    }

    #[test]
    fn of_many_reasons_the_first_ones_are_said() {
        let refusal = |count: usize| {
            let reason = Refusal::unwritable().0.remove(0);
            let text = |at: usize| format!("{at}.");
            Refusal(
                (1..=count)
                    .map(|at| Reason {
                        text: text(at),
                        ..reason.clone()
                    })
                    .collect(),
            )
        };
        assert_eq!(refusal(3).text(), "1. 2. 3.");
        assert_eq!(refusal(4).text(), "1. 2. 3. There is 1 more reason.");
        assert_eq!(refusal(9).text(), "1. 2. 3. There are 6 more reasons.");
    }
}
