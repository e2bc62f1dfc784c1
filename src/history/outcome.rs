//! What came out of a comparison, with places as people count them.

use super::files::{Files, Loaded, Problem};
use crate::diff::change::{Change, Counts};
use crate::diff::kind::{self, Severity};
use crate::diff::side::{At, Place, Unseen};
use crate::syntax::document::Document;
use crate::text::extent::Extent;

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located {
    /// The file, as shown.
    pub path: String,
    /// The range.
    pub range: Extent,
}

/// A change as it is shown.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The change.
    pub change: Change,
    /// Its severity after settings and `--strict`.
    pub severity: Severity,
    /// Where it was.
    pub old: Option<Located>,
    /// Where it is.
    pub new: Option<Located>,
    /// What is left of it, or above it.
    pub near: Option<Located>,
    /// What identifies it.
    pub fingerprint: String,
    /// Why it is accepted, if it is.
    pub accepted: Option<String>,
}

/// What was not seen.
#[derive(Debug, Clone)]
pub struct NotSeen {
    /// Whether on the old side.
    pub is_old: bool,
    /// What.
    pub unseen: Unseen,
    /// Where it counts.
    pub place: Option<Located>,
}

/// A document on both sides, or on one.
#[derive(Debug, Clone)]
pub struct Compared {
    /// Its path on the old side.
    pub old: Option<String>,
    /// Its path on the new side.
    pub new: Option<String>,
    /// By what they were paired.
    pub how: &'static str,
    /// Their versions.
    pub versions: [Option<String>; 2],
    /// What was compared.
    pub cells: Counts,
}

/// Everything that came out.
#[derive(Debug, Default)]
pub struct Outcome {
    /// What the user named as the old side, with its commit.
    pub old: (String, Option<String>),
    /// The same of the new side.
    pub new: (String, Option<String>),
    /// What could not be read.
    pub problems: Vec<Problem>,
    /// The documents.
    pub pairs: Vec<Compared>,
    /// The changes, the worst first.
    pub changes: Vec<Shown>,
    /// How many changes the settings switch off.
    pub off: usize,
    /// What was not seen.
    pub unseen: Vec<NotSeen>,
}

impl Shown {
    /// Whether it means something, and the settings call it nothing.
    pub fn is_played_down(&self) -> bool {
        self.severity == Severity::None && self.change.kind.severity != Severity::None
    }

    /// Where it is on the new side, or would be.
    pub fn place(&self) -> Option<&Located> {
        self.new.as_ref().or(self.near.as_ref())
    }
}

impl Outcome {
    /// The changes that are shown one by one.
    pub fn shown(&self, show_none: bool) -> impl Iterator<Item = &Shown> {
        let changes = self.changes.iter().filter(|one| one.accepted.is_none());
        changes.filter(move |one| show_none || one.severity != Severity::None)
    }

    /// How many changes of a severity there are that nobody has accepted.
    pub fn count(&self, severity: Severity) -> usize {
        let changes = self.changes.iter();
        changes
            .filter(|one| one.severity == severity && one.accepted.is_none())
            .count()
    }

    /// All cells.
    pub fn cells(&self) -> Counts {
        self.pairs
            .iter()
            .fold(Counts::default(), |sum, pair| Counts {
                old: sum.old + pair.cells.old,
                new: sum.new + pair.cells.new,
                compared: sum.compared + pair.cells.compared,
                equal: sum.equal + pair.cells.equal,
                unknown: sum.unknown + pair.cells.unknown,
            })
    }

    /// Whether everything was seen, so that nothing is left to be said.
    pub fn is_whole(&self) -> bool {
        self.problems.is_empty() && self.unseen.is_empty() && self.cells().unknown == 0
    }

    /// The first line of each format.
    pub fn verdict(&self) -> String {
        let names = [
            (Severity::Danger, "danger", "dangers"),
            (Severity::Breaking, "breaking change", "breaking changes"),
            (Severity::Notice, "notice", "notices"),
        ];
        let counts =
            names
                .into_iter()
                .filter_map(|(severity, one, many)| match self.count(severity) {
                    0 => None,
                    1 => Some(format!("1 {one}")),
                    count => Some(format!("{count} {many}")),
                });
        let counts: Vec<String> = counts.collect();
        let cells = self.cells();
        let equal = cells.equal;
        let unchanged = match cells.compared {
            0 if cells.unknown > 0 => "nothing could be compared".to_owned(),
            0 => "no operation to compare".to_owned(),
            many => format!("{equal} of {many} operations on servers unchanged"),
        };
        let sides = format!("{} -> {}", named(&self.old), named(&self.new));
        if !self.has_something_to_say() {
            let any = |is_it: fn(&Shown) -> bool| self.changes.iter().any(is_it);
            let sentence = if self.off > 0 || any(Shown::is_played_down) {
                "Only changes that the settings accept or play down"
            } else if any(|one| one.accepted.is_some()) {
                "Only accepted changes"
            } else if self.is_whole() && !self.pairs.is_empty() {
                "No change in the meaning of security"
            } else {
                "No change found in what could be compared"
            };
            return format!("{sentence}: {sides}; {unchanged}");
        }
        format!("{} in {sides}; {unchanged}", counts.join(", "))
    }

    /// Whether anything changed that is not accepted. What was not seen is told apart.
    fn has_something_to_say(&self) -> bool {
        let mut changes = self.changes.iter();
        changes.any(|one| {
            one.severity != Severity::None
                && one.accepted.is_none()
                && one.change.kind != kind::REFERENCE_UNSEEN
        })
    }
}

fn named((spec, commit): &(String, Option<String>)) -> String {
    match commit {
        Some(commit) => format!("{spec} ({})", commit.get(..7).unwrap_or(commit)),
        None => spec.clone(),
    }
}

/// Finds a place in the files of a side.
pub fn locate(place: &Place, loaded: &Loaded, files: &Files) -> Option<Located> {
    match &place.file {
        None => Some(Located {
            path: loaded.shown.clone(),
            range: range(&loaded.document, &place.at),
        }),
        Some(uri) => {
            let (path, document) = files.other(uri)?;
            Some(Located {
                path,
                range: range(&document, &place.at),
            })
        }
    }
}

/// A range in a document; of a pointer to nothing that of what is above it.
fn range(document: &Document, at: &At) -> Extent {
    let range = match at {
        At::Range(range) => *range,
        At::Pointer(pointer) => {
            let mut pointer = &**pointer;
            loop {
                let parent = pointer.rsplit_once('/');
                if let Some(found) = node(document, pointer) {
                    break found;
                }
                let Some((above, _)) = parent else {
                    break document.tree().root().range();
                };
                pointer = above;
            }
        }
    };
    Extent::new(document.text(), range)
}

/// The key of what is at a pointer; of an item of a list the item.
fn node(document: &Document, pointer: &str) -> Option<crate::text::range::TextRange> {
    let tree = document.tree();
    let (above, last) = pointer.rsplit_once('/')?;
    let parent = tree.pointer(above)?;
    let name = crate::syntax::tree::pointer_key(last);
    match tree.field(parent, &name) {
        Some(entry) => Some(entry.key.range()),
        None => Some(tree.pointer(pointer)?.range()),
    }
}
