//! All findings of a document with where each comes from, so that an edit replaces those of what
//! it concerns and moves the others along with the text.

use super::faults::Disturbances;
use super::suppress::Verdict;
use crate::model::units::UnitId;
use crate::rules::finding::Finding;
use crate::rules::rule::Severity;
use crate::text::Text;
use crate::text::range::TextRange;
use crate::text::shift::Shift;

/// Whose a finding is: that of a unit, or one of the document's own.
pub type Owner = UnitId;

/// The owner of syntax errors.
pub const SYNTAX: Owner = Owner::MAX;

/// The owner of findings about suppressions.
pub const SUPPRESSIONS: Owner = Owner::MAX - 1;

/// The owner of what is said about the document as a whole.
pub const DOCUMENT: Owner = Owner::MAX - 2;

/// Where a finding comes from.
#[derive(Debug, Clone, Copy)]
struct Origin {
    owner: Owner,
    serial: u64,
    /// The range as it was found, if that is empty and another one is shown.
    bare: Option<TextRange>,
    /// The severity as it was found, if another finding of the same has made it the rule's own.
    softer: Option<Severity>,
}

/// A finding with its origin.
type Kept = (Finding, Origin);

/// Findings, and beside them their origins: outside of the pool only the findings matter.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    /// The findings.
    pub findings: Vec<Finding>,
    origins: Vec<Origin>,
}

/// Findings with their origins.
#[derive(Debug, Clone, Default)]
pub struct Pool {
    /// What is shown, in the order of the text.
    pub shown: Rows,
    /// What is not shown, for the document or its settings say so.
    pub suppressed: Rows,
    /// What a syntax error explains, or another finding says too.
    hidden: Vec<Kept>,
    /// What is new.
    incoming: Vec<Kept>,
    serials: u64,
}

/// So few new findings are put into their places one by one.
const FEW: usize = 16;

impl Pool {
    /// Numbers that stay with a shown finding as long as nothing but its place changes.
    pub fn serials(&self) -> impl Iterator<Item = u64> {
        self.shown.origins.iter().map(|origin| origin.serial)
    }

    /// Adds a finding.
    pub fn push(&mut self, owner: Owner, finding: Finding) {
        let kept = self.kept(owner, finding);
        self.incoming.push(kept);
    }

    fn kept(&mut self, owner: Owner, finding: Finding) -> Kept {
        self.serials += 1;
        let origin = Origin {
            owner,
            serial: self.serials,
            bare: finding.range.is_empty().then_some(finding.range),
            softer: None,
        };
        (finding, origin)
    }

    /// Takes away what some owners have found.
    pub fn purge(&mut self, is_gone: impl Fn(Owner) -> bool) {
        let is_meant = |_: &Finding, origin: &Origin| is_gone(origin.owner);
        self.shown.take(is_meant);
        self.suppressed.take(is_meant);
        self.hidden.retain(|(_, origin)| !is_gone(origin.owner));
        self.incoming.retain(|(_, origin)| !is_gone(origin.owner));
    }

    /// Gives the owners of findings, each as often as it has some.
    pub fn owners(&self) -> impl Iterator<Item = Owner> {
        let hidden = self.hidden.iter().chain(&self.incoming);
        (self.shown.origins.iter().chain(&self.suppressed.origins))
            .chain(hidden.map(|(_, origin)| origin))
            .map(|origin| origin.owner)
    }

    /// Moves everything along with an edit of the text.
    pub fn shift(&mut self, by: Shift) {
        let hidden = self.hidden.iter_mut().chain(&mut self.incoming);
        let hidden = hidden.map(|(finding, origin)| (finding, origin));
        for (finding, origin) in
            (self.shown.iter_mut().chain(self.suppressed.iter_mut())).chain(hidden)
        {
            moved(finding, origin, by);
        }
    }

    /// Brings what is shown up to date with what came, what went and which syntax errors there are.
    pub fn settle(&mut self, text: &Text, disturbances: &Disturbances) {
        self.soften();
        let mut incoming = std::mem::take(&mut self.incoming);
        incoming.append(&mut self.hidden);
        incoming.extend(self.suppressed.take(|_, _| true));
        // What stands in for an empty range depends on the text around it.
        incoming.extend(self.shown.take(|_, origin| origin.bare.is_some()));
        if !disturbances.is_empty() {
            self.take_out_explained(disturbances, &mut incoming);
        }
        for (finding, origin) in &mut incoming {
            if let Some(bare) = origin.bare {
                finding.range = visible(text, bare);
            }
        }
        self.insert(incoming);
        self.hide_doubles();
    }

    /// Does what was decided about the findings that are shown.
    pub fn suppress(&mut self, verdict: Verdict) {
        let Verdict {
            is_suppressed,
            shown,
            suppressed,
        } = verdict;
        if is_suppressed.contains(&true) {
            let mut marks = is_suppressed.iter();
            let taken = self.shown.take(|_, _| marks.next() == Some(&true));
            self.suppressed.extend(taken);
        }
        for finding in suppressed {
            let kept = self.kept(SUPPRESSIONS, finding);
            self.suppressed.extend([kept]);
        }
        let shown = shown.into_iter();
        let incoming = shown
            .map(|finding| self.kept(SUPPRESSIONS, finding))
            .collect();
        self.insert(incoming);
        self.hide_doubles();
    }

    fn take_out_explained(&mut self, disturbances: &Disturbances, incoming: &mut Vec<Kept>) {
        let is_explained = |finding: &Finding, origin: &Origin| {
            let found = origin.bare.unwrap_or(finding.range);
            origin.owner != SYNTAX && disturbances.explain(finding, found)
        };
        self.hidden.extend(self.shown.take(is_explained));
        let explained = incoming.extract_if(.., |(finding, origin)| is_explained(finding, origin));
        self.hidden.extend(explained);
    }

    fn insert(&mut self, mut incoming: Vec<Kept>) {
        let shown = &mut self.shown;
        if incoming.len() <= FEW && !shown.findings.is_empty() {
            for (finding, origin) in incoming {
                let at = (shown.findings).partition_point(|other| !is_after(other, &finding));
                shown.findings.insert(at, finding);
                shown.origins.insert(at, origin);
            }
            return;
        }
        let mut all = shown.take(|_, _| true);
        all.append(&mut incoming);
        all.sort_by(|(one, _), (other, _)| order(one, other));
        shown.extend(all);
    }

    /// Whether a finding is certain because of another one is found out anew each time.
    fn soften(&mut self) {
        for (finding, origin) in self.shown.iter_mut().chain(self.suppressed.iter_mut()) {
            if origin.softer.is_some() {
                finding.severity = origin.softer.take();
                self.serials += 1;
                origin.serial = self.serials;
            }
        }
    }

    /// Of equal findings one is enough: the first, as certain as one of them is.
    fn hide_doubles(&mut self) {
        let mut first = 0;
        let Rows { findings, origins } = &mut self.shown;
        let mut doubles = vec![false; findings.len()];
        for (at, is_double) in doubles.iter_mut().enumerate().skip(1) {
            let (before, after) = findings.split_at_mut(at);
            let (earlier, later) = (&mut before[first], &after[0]);
            if !is_same(earlier, later) {
                first = at;
                continue;
            }
            *is_double = true;
            if later.severity.is_none() && earlier.severity.is_some() {
                self.serials += 1;
                let origin = &mut origins[first];
                origin.softer = earlier.severity.take();
                origin.serial = self.serials;
            }
        }
        if !doubles.contains(&true) {
            return;
        }
        let mut doubles = doubles.into_iter();
        self.hidden
            .extend(self.shown.take(|_, _| doubles.next() == Some(true)));
    }
}

impl Rows {
    fn iter_mut(&mut self) -> impl Iterator<Item = (&mut Finding, &mut Origin)> {
        self.findings.iter_mut().zip(&mut self.origins)
    }

    fn extend(&mut self, kept: impl IntoIterator<Item = Kept>) {
        for (finding, origin) in kept {
            self.findings.push(finding);
            self.origins.push(origin);
        }
    }

    /// Takes out what is meant; each is asked about once, in order.
    fn take(&mut self, mut is_meant: impl FnMut(&Finding, &Origin) -> bool) -> Vec<Kept> {
        let rows = self.findings.iter().zip(&self.origins);
        let marks: Vec<bool> = rows
            .map(|(finding, origin)| is_meant(finding, origin))
            .collect();
        if !marks.contains(&true) {
            return Vec::new();
        }
        let mut of_findings = marks.iter();
        let mut of_origins = marks.iter();
        let findings = (self.findings).extract_if(.., |_| of_findings.next() == Some(&true));
        let origins = (self.origins).extract_if(.., |_| of_origins.next() == Some(&true));
        findings.zip(origins).collect()
    }
}

fn moved(finding: &mut Finding, origin: &mut Origin, by: Shift) {
    finding.range = by.of(finding.range);
    if let Some(bare) = &mut origin.bare {
        *bare = by.of(*bare);
    }
    for related in &mut finding.related {
        related.range = by.of(related.range);
    }
}

/// By place, then by rule and words.
fn order(one: &Finding, other: &Finding) -> std::cmp::Ordering {
    let key = |finding: &Finding| (finding.range.start, finding.range.end, finding.rule);
    key(one)
        .cmp(&key(other))
        .then_with(|| one.message.cmp(&other.message))
        .then_with(|| {
            let places = |finding: &Finding| -> Vec<TextRange> {
                let related = finding.related.iter();
                related.map(|related| related.range).collect()
            };
            places(one).cmp(&places(other))
        })
}

fn is_after(one: &Finding, other: &Finding) -> bool {
    order(one, other) == std::cmp::Ordering::Greater
}

fn is_same(one: &Finding, other: &Finding) -> bool {
    one.range == other.range
        && one.rule == other.rule
        && (one.message == other.message || one.rule.is_said_once)
}

/// A range that can be underlined: an empty one takes the character after it, or at the end of
/// the text the one before.
fn visible(text: &Text, range: TextRange) -> TextRange {
    if !range.is_empty() {
        return range;
    }
    let after = (range.start + 1..=range.start + 4)
        .find(|end| *end <= text.len() && text.floor(*end) == *end);
    match after {
        Some(end) => TextRange::new(range.start, end),
        None => TextRange::new(text.floor(range.start.saturating_sub(1)), range.start),
    }
}
