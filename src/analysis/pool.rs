//! All findings of a document with where each comes from, so that an edit replaces those of what
//! it concerns and moves the others along with the text.

use super::faults::Disturbances;
use super::suppress::Verdict;
use crate::model::units::UnitId;
use crate::rules::finding::Finding;
use crate::rules::table::Severity;
use crate::rules::transport::is_said_once;
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

#[derive(Debug, Clone)]
struct Kept {
    finding: Finding,
    origin: Origin,
}

/// Findings with their origins.
#[derive(Debug, Clone, Default)]
pub struct Pool {
    /// What is shown, in the order of the text.
    pub findings: Vec<Finding>,
    /// What is not shown, for the document or its settings say so.
    pub suppressed: Vec<Finding>,
    origins: Vec<Origin>,
    suppressed_origins: Vec<Origin>,
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
        self.origins.iter().map(|origin| origin.serial)
    }

    /// Adds a finding.
    pub fn push(&mut self, owner: Owner, finding: Finding) {
        self.serials += 1;
        let origin = Origin {
            owner,
            serial: self.serials,
            bare: finding.range.is_empty().then_some(finding.range),
            softer: None,
        };
        self.incoming.push(Kept { finding, origin });
    }

    /// Takes away what some owners have found.
    pub fn purge(&mut self, is_gone: impl Fn(Owner) -> bool) {
        let is_kept = |origin: &Origin| !is_gone(origin.owner);
        retain(&mut self.findings, &mut self.origins, is_kept);
        retain(&mut self.suppressed, &mut self.suppressed_origins, is_kept);
        self.hidden.retain(|kept| is_kept(&kept.origin));
        self.incoming.retain(|kept| is_kept(&kept.origin));
    }

    /// Gives the owners of findings, each as often as it has some.
    pub fn owners(&self) -> impl Iterator<Item = Owner> {
        let hidden = self.hidden.iter().chain(&self.incoming);
        (self.origins.iter().chain(&self.suppressed_origins))
            .chain(hidden.map(|kept| &kept.origin))
            .map(|origin| origin.owner)
    }

    /// Moves everything along with an edit of the text.
    pub fn shift(&mut self, by: Shift) {
        let findings = self.findings.iter_mut().zip(&mut self.origins);
        let suppressed = (self.suppressed.iter_mut()).zip(&mut self.suppressed_origins);
        for (finding, origin) in findings.chain(suppressed) {
            moved(finding, origin, by);
        }
        for kept in self.hidden.iter_mut().chain(&mut self.incoming) {
            moved(&mut kept.finding, &mut kept.origin, by);
        }
    }

    /// Brings what is shown up to date with what came, what went and which syntax errors there are.
    pub fn settle(&mut self, text: &Text, disturbances: &Disturbances) {
        self.soften();
        let mut incoming = std::mem::take(&mut self.incoming);
        incoming.append(&mut self.hidden);
        let findings = std::mem::take(&mut self.suppressed).into_iter();
        let origins = std::mem::take(&mut self.suppressed_origins).into_iter();
        incoming.extend((findings.zip(origins)).map(|(finding, origin)| Kept { finding, origin }));
        self.take_out_bare(&mut incoming);
        if !disturbances.is_empty() {
            self.take_out_explained(disturbances, &mut incoming);
        }
        for kept in &mut incoming {
            if let Some(bare) = kept.origin.bare {
                kept.finding.range = visible(text, bare);
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
            let is_meant = |_: &Finding, _: &Origin| marks.next() == Some(&true);
            for (finding, origin) in extract(&mut self.findings, &mut self.origins, is_meant) {
                self.suppressed.push(finding);
                self.suppressed_origins.push(origin);
            }
        }
        for finding in suppressed {
            self.push(SUPPRESSIONS, finding);
        }
        for Kept { finding, origin } in std::mem::take(&mut self.incoming) {
            self.suppressed.push(finding);
            self.suppressed_origins.push(origin);
        }
        for finding in shown {
            self.push(SUPPRESSIONS, finding);
        }
        let incoming = std::mem::take(&mut self.incoming);
        self.insert(incoming);
        self.hide_doubles();
    }

    /// What stands in for an empty range depends on the text around it.
    fn take_out_bare(&mut self, incoming: &mut Vec<Kept>) {
        if self.origins.iter().all(|origin| origin.bare.is_none()) {
            return;
        }
        let is_bare = |_: &Finding, origin: &Origin| origin.bare.is_some();
        incoming.extend(
            extract(&mut self.findings, &mut self.origins, is_bare)
                .into_iter()
                .map(|(finding, origin)| Kept { finding, origin }),
        );
    }

    fn take_out_explained(&mut self, disturbances: &Disturbances, incoming: &mut Vec<Kept>) {
        let is_explained = |finding: &Finding, origin: &Origin| {
            let found = origin.bare.unwrap_or(finding.range);
            origin.owner != SYNTAX && disturbances.explain(finding, found)
        };
        let shown = extract(&mut self.findings, &mut self.origins, is_explained);
        let shown = shown.into_iter();
        self.hidden
            .extend(shown.map(|(finding, origin)| Kept { finding, origin }));
        let (explained, rest) = std::mem::take(incoming)
            .into_iter()
            .partition(|kept| is_explained(&kept.finding, &kept.origin));
        *incoming = rest;
        self.hidden.append(&mut { explained });
    }

    fn insert(&mut self, mut incoming: Vec<Kept>) {
        if incoming.len() <= FEW && !self.findings.is_empty() {
            for Kept { finding, origin } in incoming {
                let at = (self.findings).partition_point(|other| !is_after(other, &finding));
                self.findings.insert(at, finding);
                self.origins.insert(at, origin);
            }
            return;
        }
        let findings = std::mem::take(&mut self.findings).into_iter();
        let origins = std::mem::take(&mut self.origins);
        let mut all: Vec<Kept> = (findings.zip(origins))
            .map(|(finding, origin)| Kept { finding, origin })
            .collect();
        all.append(&mut incoming);
        all.sort_by(|one, other| order(&one.finding, &other.finding));
        (self.findings, self.origins) = (all.into_iter())
            .map(|kept| (kept.finding, kept.origin))
            .unzip();
    }

    /// Whether a finding is certain because of another one is found out anew each time.
    fn soften(&mut self) {
        let shown = self.findings.iter_mut().zip(&mut self.origins);
        let suppressed = (self.suppressed.iter_mut()).zip(&mut self.suppressed_origins);
        for (finding, origin) in shown.chain(suppressed) {
            if origin.softer.is_some() {
                finding.severity = origin.softer.take();
                self.serials += 1;
                origin.serial = self.serials;
            }
        }
        for Kept { finding, origin } in &mut self.hidden {
            if origin.softer.is_some() {
                finding.severity = origin.softer.take();
            }
        }
    }

    /// Of equal findings one is enough: the first, as certain as one of them is.
    fn hide_doubles(&mut self) {
        let mut first = 0;
        let mut doubles = vec![false; self.findings.len()];
        for (at, is_double) in doubles.iter_mut().enumerate().skip(1) {
            let (before, after) = self.findings.split_at_mut(at);
            let (earlier, later) = (&mut before[first], &after[0]);
            if !is_same(earlier, later) {
                first = at;
                continue;
            }
            *is_double = true;
            if later.severity.is_none() && earlier.severity.is_some() {
                self.serials += 1;
                let origin = &mut self.origins[first];
                origin.softer = earlier.severity.take();
                origin.serial = self.serials;
            }
        }
        if !doubles.contains(&true) {
            return;
        }
        let mut doubles = doubles.into_iter();
        let is_double = |_: &Finding, _: &Origin| doubles.next() == Some(true);
        let doubles = extract(&mut self.findings, &mut self.origins, is_double).into_iter();
        self.hidden
            .extend(doubles.map(|(finding, origin)| Kept { finding, origin }));
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

fn retain(
    findings: &mut Vec<Finding>,
    origins: &mut Vec<Origin>,
    is_kept: impl Fn(&Origin) -> bool,
) {
    if origins.iter().all(&is_kept) {
        return;
    }
    let mut marks = origins.iter();
    findings.retain(|_| marks.next().is_some_and(&is_kept));
    origins.retain(is_kept);
}

/// Takes out what is meant.
fn extract(
    findings: &mut Vec<Finding>,
    origins: &mut Vec<Origin>,
    mut is_meant: impl FnMut(&Finding, &Origin) -> bool,
) -> Vec<(Finding, Origin)> {
    let marks: Vec<bool> = (findings.iter().zip(&*origins))
        .map(|(finding, origin)| is_meant(finding, origin))
        .collect();
    if !marks.contains(&true) {
        return Vec::new();
    }
    let mut of_findings = marks.iter();
    let mut of_origins = marks.iter();
    let taken = findings.extract_if(.., |_| of_findings.next() == Some(&true));
    let taken: Vec<Finding> = taken.collect();
    let taken = taken
        .into_iter()
        .zip(origins.extract_if(.., |_| of_origins.next() == Some(&true)));
    taken.collect()
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
        && (one.message == other.message || is_said_once(one.rule))
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
