//! The files that have to do with one another, over any number of files between them, with their
//! names.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Graph;
use crate::model::references::target::split;
use crate::workspace::source_file::{Names, SourceFile, Use};
use crate::workspace::store::Entry;
use crate::workspace::view::View;

/// A file that has to do with another one.
#[derive(Debug, Clone)]
pub struct Connected {
    /// The file.
    pub file: Arc<SourceFile>,
    /// Its names.
    pub names: Arc<Names>,
    /// The URIs of the files that its references lead to, by their text.
    pub targets: BTreeMap<String, String>,
    /// The URIs of the documents with a version that reach it, if it has none of its own.
    pub documents: Vec<String>,
}

/// What a search for connected files has found.
#[derive(Debug, Default)]
pub struct Found {
    /// The files, the one that was asked about first, the others by path.
    pub files: Vec<Connected>,
    /// Files of which only the references are known.
    pub glimpsed: Vec<PathBuf>,
}

/// The file at a path, and all that refer to it or that it refers to, and so on.
pub fn connected(view: &View, graph: &Graph, asked: &Path) -> Found {
    let mut seen = BTreeSet::from([asked.to_owned()]);
    let mut open = vec![asked.to_owned()];
    let mut files = BTreeMap::new();
    let mut glimpsed = Vec::new();
    while let Some(path) = open.pop() {
        let users = graph.users.get(&path).into_iter().flatten();
        let mut next: Vec<&Path> = users.map(|user| user.file.as_path()).collect();
        let file = view.file(&path);
        let references = match (file, view.entries.get(&path)) {
            (Some(file), _) => &*file.references,
            (None, Some(Entry::Glimpse(references))) => {
                glimpsed.push(path.clone());
                &**references
            }
            _ => continue,
        };
        next.extend(references.iter().map(|one| view.real(&one.path)));
        for next in next {
            if seen.insert(next.to_owned()) {
                open.push(next.to_owned());
            }
        }
        if let Some(file) = file {
            files.insert((path != asked, path), Arc::clone(file));
        }
    }
    let files = files.into_values();
    Found {
        files: files.map(|file| with_names(view, graph, file)).collect(),
        glimpsed,
    }
}

/// How other files use a file.
pub fn use_of(view: &View, graph: &Graph, file: &SourceFile) -> Use {
    let roots = graph
        .roots_of(&file.path)
        .filter_map(|path| view.file(path));
    let users = graph.users.get(&file.path).into_iter().flatten();
    Use {
        parts: graph.parts.get(&file.path).cloned().unwrap_or_default(),
        version: roots.filter_map(|root| root.version).max(),
        pointers: users.map(|user| user.pointer.clone()).collect(),
    }
}

fn with_names(view: &View, graph: &Graph, file: Arc<SourceFile>) -> Connected {
    let roots = graph.roots.get(&file.path).into_iter().flatten();
    let roots = roots.filter_map(|path| view.file(path));
    let roots: Vec<&Arc<SourceFile>> = match file.version {
        Some(_) => Vec::new(),
        None => roots.collect(),
    };
    let names = file.names(use_of(view, graph, &file));
    let mut by_path: HashMap<&str, Option<String>> = HashMap::new();
    let mut targets = BTreeMap::new();
    for reference in &names.mentions.references {
        // What follows the `#` may be no JSON Pointer.
        let (path, pointer) = split(&reference.text);
        let has_pointer = pointer.is_none_or(|text| text.is_empty() || text.starts_with('/'));
        if path.is_empty() || !has_pointer {
            continue;
        }
        let found = by_path.entry(path).or_insert_with(|| {
            let target = view.file_of(&file, path)?;
            Some(target.uri.to_string())
        });
        if let Some(uri) = found {
            targets.insert(reference.text.clone(), uri.clone());
        }
    }
    let documents = roots.iter().map(|root| root.uri.to_string()).collect();
    Connected {
        file,
        names,
        targets,
        documents,
    }
}
