//! Which files the references lead to that are not read yet, and on from these: for who can wait for
//! a file, so that a long chain of them takes no graph of all for each.

use std::collections::{BTreeSet, HashSet};
use std::path::PathBuf;
use std::sync::Arc;

use super::{Led, MAX_PARTS, Reading, led};
use crate::model::DocumentKind;
use crate::spec::Version;
use crate::workspace::source_file::SourceFile;
use crate::workspace::units::UnitReference;
use crate::workspace::view::View;

/// References that are followed.
#[derive(Debug, Default)]
pub struct Ahead {
    open: Vec<Reference>,
    /// Those that lead to what is not read.
    waiting: Vec<Reference>,
    seen: HashSet<Reading>,
}

/// A reference of a file that is read as a major version.
#[derive(Debug)]
struct Reference {
    file: Arc<SourceFile>,
    is_v3: bool,
    reference: UnitReference,
    from: From,
}

/// Where a reference is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum From {
    Document,
    /// A file without a version, which is perhaps reached by nobody: it is read what it refers to.
    Fragment,
    /// A part that is reached.
    Part,
}

impl Ahead {
    /// Starts with all files that are known.
    pub fn of(view: &View) -> Self {
        let mut ahead = Self::default();
        for file in view.files() {
            ahead.add(file);
        }
        ahead
    }

    /// Adds what a file refers to by itself.
    pub fn add(&mut self, file: &Arc<SourceFile>) {
        match (file.kind, file.version) {
            (DocumentKind::AsyncApi, Some(version)) => {
                let said = file.said(version);
                self.push(file, version.is_v3(), &said.references, From::Document);
            }
            (DocumentKind::Fragment(_), _) if !file.references.is_empty() => {
                let said = file.said(Version::V3_1);
                self.push(file, true, &said.references, From::Fragment);
            }
            _ => {}
        }
    }

    fn push(
        &mut self,
        file: &Arc<SourceFile>,
        is_v3: bool,
        references: &[UnitReference],
        from: From,
    ) {
        self.open
            .extend(references.iter().map(|reference| Reference {
                file: Arc::clone(file),
                is_v3,
                reference: reference.clone(),
                from,
            }));
    }

    /// The files that have to be read to come further.
    pub fn wanted(&mut self, view: &View) -> BTreeSet<PathBuf> {
        let mut wanted = BTreeSet::new();
        while let Some(one) = self.open.pop() {
            let is_root = one.from == From::Document;
            match led(view, &one.file, one.is_v3, &one.reference, is_root) {
                Led::Wanted(path) => {
                    wanted.insert(path);
                    self.waiting.push(one);
                }
                Led::To(reading) if one.from != From::Fragment && self.seen.len() < MAX_PARTS => {
                    if let Some(file) = view.file(&reading.file)
                        && self.seen.insert(reading.clone())
                    {
                        let said = file.said_of(&reading.part, reading.version());
                        self.push(file, reading.is_v3, &said.references, From::Part);
                    }
                }
                _ => {}
            }
        }
        self.open = std::mem::take(&mut self.waiting);
        wanted
    }
}
