//! Which parts of which files are reached from which documents, and as what.
//!
//! A document with a version reaches what it refers to, over any number of files without one. Each
//! part of a file is read once for each major version, whoever refers to it, so that rings end and
//! long ones cost no more than their length.

pub mod ahead;
pub mod connected;
pub mod meant;
mod objects;
pub mod offered;
pub mod surroundings;
pub mod target;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::source_file::SourceFile;
use super::units::{self, Said, UnitReference};
use super::view::{Found, View};
use crate::model::DocumentKind;
use crate::model::surroundings::Part;
use crate::model::walk::UnitKind;
use crate::spec::Version;
use target::is_scheme;

/// More parts than any workspace of people has; the rest is not looked at.
const MAX_PARTS: usize = 200_000;

/// What refers to what.
#[derive(Debug, Default)]
pub struct Graph {
    /// By path: the parts of a file that other files use.
    parts: HashMap<PathBuf, BTreeSet<Part>>,
    /// By path: the documents with a version that reach the file.
    roots: HashMap<PathBuf, BTreeSet<PathBuf>>,
    /// By path of the document: names and scopes that are required in the files that it reaches.
    required: HashMap<PathBuf, Required>,
    /// By path of the file: the references to it, with the file in which they stand.
    users: HashMap<PathBuf, Vec<User>>,
    /// Files that have to be read.
    pub wanted: BTreeSet<PathBuf>,
}

/// A reference to a file.
#[derive(Debug, Clone)]
struct User {
    file: PathBuf,
    pointer: String,
    is_declaration: bool,
}

/// What is required in the files that a document reaches.
#[derive(Debug, Default)]
struct Required {
    names: BTreeSet<String>,
    scopes: BTreeSet<String>,
    /// Whether a part of one leads on to what was not read.
    is_partly_unread: bool,
}

/// A part of a file, read as a major version.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Reading {
    file: PathBuf,
    part: Part,
    is_v3: bool,
}

impl Reading {
    fn version(&self) -> Version {
        match self.is_v3 {
            true => Version::V3_1,
            false => Version::V2_6,
        }
    }
}

/// What follows from one reading.
#[derive(Default)]
struct Step {
    next: Next,
    said: Arc<Said>,
}

/// Where references lead on to.
#[derive(Default)]
struct Next {
    readings: Vec<Reading>,
    /// Whether one of them leads to what was not read.
    is_partly_unread: bool,
}

impl Graph {
    /// The graph of all files that are known.
    pub fn new(view: &View) -> Self {
        let mut graph = Self::default();
        for (file, one) in view.references() {
            let path = view.real(&one.path).to_owned();
            graph.users.entry(path).or_default().push(User {
                file: file.to_owned(),
                pointer: one.pointer.clone(),
                is_declaration: one.is_declaration,
            });
        }
        let mut walk = Walk {
            view,
            steps: BTreeMap::new(),
            graph,
        };
        for file in view.files() {
            match file.kind {
                DocumentKind::AsyncApi => walk.root(file),
                DocumentKind::Fragment(_) if !walk.graph.is_alone(file) => {
                    // Reached by nobody it may still refer to others.
                    let said = file.said(Version::V3_1);
                    walk.next(file, true, &said.references, false);
                }
                _ => {}
            }
        }
        walk.graph
    }

    /// The documents with a version that reach a file.
    pub fn roots_of(&self, path: &Path) -> impl Iterator<Item = &PathBuf> {
        self.roots.get(path).into_iter().flatten()
    }

    /// Whether a file has nothing to do with others.
    pub fn is_alone(&self, file: &SourceFile) -> bool {
        file.references.is_empty() && !self.is_used(&file.path)
    }

    /// Whether another file refers to the one at a path.
    pub fn is_used(&self, path: &Path) -> bool {
        self.users.contains_key(path)
    }
}

struct Walk<'v> {
    view: &'v View,
    steps: BTreeMap<Reading, Arc<Step>>,
    graph: Graph,
}

impl Walk<'_> {
    /// Everything that a document reaches.
    fn root(&mut self, file: &Arc<SourceFile>) {
        let Some(version) = file.version.filter(|_| !self.graph.is_alone(file)) else {
            return;
        };
        let said = file.said(version);
        let mut open = (self.next(file, version.is_v3(), &said.references, true)).readings;
        let mut seen: BTreeSet<Reading> = BTreeSet::new();
        let mut required = Required::default();
        while let Some(reading) = open.pop() {
            if seen.len() >= MAX_PARTS || !seen.insert(reading.clone()) {
                continue;
            }
            let step = self.step(&reading);
            required.names.extend(step.said.names.iter().cloned());
            required.scopes.extend(step.said.scopes.iter().cloned());
            required.is_partly_unread |= step.next.is_partly_unread;
            open.extend(step.next.readings.iter().cloned());
        }
        for reading in seen {
            let roots = self.graph.roots.entry(reading.file.clone()).or_default();
            roots.insert(file.path.clone());
            let parts = self.graph.parts.entry(reading.file).or_default();
            parts.insert(reading.part);
        }
        self.graph.required.insert(file.path.clone(), required);
    }

    fn step(&mut self, reading: &Reading) -> Arc<Step> {
        if let Some(known) = self.steps.get(reading) {
            return Arc::clone(known);
        }
        let mut step = Step::default();
        if let Some(file) = self.view.file(&reading.file).cloned() {
            step.said = file.said_of(&reading.part, reading.version());
            step.next = self.next(&file, reading.is_v3, &step.said.references, false);
        }
        let step = Arc::new(step);
        self.steps.insert(reading.clone(), Arc::clone(&step));
        step
    }

    /// The parts of files without a version that references in a file lead to.
    fn next(
        &mut self,
        file: &Arc<SourceFile>,
        is_v3: bool,
        references: &[UnitReference],
        is_root: bool,
    ) -> Next {
        let mut next = Next::default();
        for reference in references {
            match led(self.view, file, is_v3, reference, is_root) {
                Led::To(reading) => next.readings.push(reading),
                Led::Wanted(path) => {
                    self.graph.wanted.insert(path);
                    next.is_partly_unread = true;
                }
                Led::Unread => next.is_partly_unread = true,
                Led::Nowhere => {}
            }
        }
        next
    }
}

/// Where a reference leads on to.
enum Led {
    To(Reading),
    /// To a file that has to be read first.
    Wanted(PathBuf),
    /// To what is not looked at.
    Unread,
    /// To nothing that is checked as what it is taken for.
    Nowhere,
}

/// Where a reference in a file that is read as a major version leads. One of a document into itself
/// leads to nothing new.
fn led(
    view: &View,
    file: &Arc<SourceFile>,
    is_v3: bool,
    reference: &UnitReference,
    is_root: bool,
) -> Led {
    if is_root && reference.text.starts_with('#') {
        return Led::Nowhere;
    }
    match view.find(file, &reference.text) {
        Found::Place(target, pointer) if is_part(&target, &pointer, reference) => {
            Led::To(Reading {
                file: target.path.clone(),
                part: Part {
                    pointer,
                    place: reference.place,
                    is_map: reference.is_map,
                },
                is_v3,
            })
        }
        Found::Wanted(path) => Led::Wanted(path),
        Found::Unread => Led::Unread,
        _ => Led::Nowhere,
    }
}

/// Whether what a reference leads to is checked as what it is taken for.
fn is_part(file: &SourceFile, pointer: &str, reference: &UnitReference) -> bool {
    // A document has a version of its own, and other kinds of documents have other rules.
    if units::is_root(file) || file.is_openapi {
        return false;
    }
    reference.is_map || reference.place != UnitKind::Scheme || is_scheme(file, pointer)
}
