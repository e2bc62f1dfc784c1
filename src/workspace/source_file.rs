//! One file of the workspace, as far as other files may depend on it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::reference::{self, Lead};
use super::units::{self, Said};
use crate::analysis::{Analysis, model_of};
use crate::model::mentions::Mentions;
use crate::model::surroundings::{Part, Surroundings};
use crate::model::walk::push_token;
use crate::model::{DocumentKind, Model, detect};
use crate::spec::Version;
use crate::syntax::document::Document;
use crate::syntax::format::Language;
use crate::syntax::node::Node;

/// One version of a file; never changed.
#[derive(Debug)]
pub struct SourceFile {
    /// Its real path.
    pub path: PathBuf,
    /// Its URI.
    pub uri: Arc<str>,
    /// The root of the repository that it is in.
    pub repository: Option<PathBuf>,
    /// Text and tree.
    pub document: Document,
    /// What it is by itself.
    pub kind: DocumentKind,
    /// The version of its `asyncapi` field.
    pub version: Option<Version>,
    /// Whether it is a document of OpenAPI, which is not ours to judge.
    pub is_openapi: bool,
    /// Its references to other files, each once; of a document those that are about security.
    pub references: Arc<[FileReference]>,
    /// What it says by itself, once somebody has asked.
    said: OnceLock<Arc<Said>>,
    /// What its parts say, as far as somebody has asked.
    parts: Mutex<BTreeMap<(Part, Version), Arc<Said>>>,
    /// Its names, as they were last asked for.
    names: Mutex<Option<Arc<Names>>>,
}

/// The names of a file.
#[derive(Debug)]
pub struct Names {
    /// The names.
    pub mentions: Mentions,
    /// The facts in which they were found.
    pub model: Model,
    from: Use,
}

/// How other files use a file, as far as its names depend on it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Use {
    /// The parts that are used.
    pub parts: BTreeSet<Part>,
    /// The newest version of those that use it.
    pub version: Option<Version>,
    /// The JSON Pointers of the references to it.
    pub pointers: BTreeSet<String>,
}

/// A reference to another file, wherever it stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileReference {
    /// The file: absolute, links not followed.
    pub path: PathBuf,
    /// The JSON Pointer in that file.
    pub pointer: String,
    /// Whether it only gives a name to a scheme: it is an entry of `securitySchemes`.
    pub is_declaration: bool,
}

impl SourceFile {
    /// Reads a document that stands at a real path.
    pub fn new(path: PathBuf, repository: Option<PathBuf>, document: Document) -> Self {
        Self::with_said(path, repository, document, OnceLock::new())
    }

    /// The same for a document that was analysed.
    pub fn of_analysis(path: PathBuf, repository: Option<PathBuf>, analysis: &Analysis) -> Self {
        let said = OnceLock::new();
        if analysis.model.kind == DocumentKind::AsyncApi {
            said.get_or_init(|| Arc::new(units::of_model(&analysis.model)));
        }
        Self::with_said(path, repository, analysis.document.clone(), said)
    }

    fn with_said(
        path: PathBuf,
        repository: Option<PathBuf>,
        document: Document,
        said: OnceLock<Arc<Said>>,
    ) -> Self {
        let tree = document.tree();
        let kind = match tree.is_too_long() {
            true => DocumentKind::Other,
            false => detect::kind(tree),
        };
        let field = detect::version_field(tree).filter(|_| kind == DocumentKind::AsyncApi);
        let reading = field.and_then(|field| Version::read(&field.text));
        let root = tree.root();
        let mut file = Self {
            uri: Arc::from(reference::uri(&path)),
            repository,
            kind,
            version: reading.map(|reading| reading.version),
            is_openapi: root.get("openapi").is_some() || root.get("swagger").is_some(),
            references: Arc::default(),
            said,
            parts: Mutex::default(),
            names: Mutex::default(),
            document,
            path,
        };
        let mut references = match file.version {
            // Elsewhere in a document there are references to schemas, and many of them.
            Some(version) => unit_references(&file.path, &file.said(version)),
            None => references(&file.path, file.document.tree().root()),
        };
        let mut seen = BTreeSet::new();
        references.retain(|one| seen.insert(one.clone()));
        file.references = references.into();
        file
    }

    /// What it says by itself: a document as its own version, other files as this one.
    pub fn said(&self, version: Version) -> Arc<Said> {
        let version = self.version.unwrap_or(version);
        let said = || Arc::new(units::of_file(self.document.tree(), self.kind, version));
        if self.version.is_none() {
            return said();
        }
        Arc::clone(self.said.get_or_init(said))
    }

    /// What a part of it says as a version.
    pub fn said_of(&self, part: &Part, version: Version) -> Arc<Said> {
        let mut parts = self.parts.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (part.clone(), version);
        let said = parts.entry(key);
        Arc::clone(said.or_insert_with(|| Arc::new(units::of_part(self, part, version))))
    }

    /// Its names, if it is used like that.
    pub fn names(&self, from: Use) -> Arc<Names> {
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = names.as_ref().filter(|known| known.from == from) {
            return Arc::clone(known);
        }
        let mut surroundings = match from.version {
            Some(version) => Surroundings::used_as(version),
            None => Surroundings::default(),
        };
        surroundings.parts = from.parts.clone();
        let model = model_of(&self.document, Arc::new(surroundings));
        let tree = self.document.tree();
        let mentions = Mentions::pointed_at(tree, &model, &from.pointers);
        Arc::clone(names.insert(Arc::new(Names {
            mentions,
            model,
            from,
        })))
    }

    /// The node at a JSON Pointer, aliases followed.
    pub fn node(&self, pointer: &str) -> Option<Node<'_>> {
        self.document.tree().pointer(pointer)
    }

    /// All its references to other files, also those of a document that are not about security.
    pub fn all_references(&self) -> Vec<FileReference> {
        match self.version {
            Some(_) => references(&self.path, self.document.tree().root()),
            None => self.references.to_vec(),
        }
    }

    /// Whether parts of the text could not be read, so that what is missing may be there.
    pub fn is_broken(&self) -> bool {
        let tree = self.document.tree();
        tree.is_too_long()
            || self.document.templated().is_some()
            || self.document.conflicts().is_some()
            || !tree.errors().is_empty()
    }

    /// Whether it may matter to other files before any of them refers to it.
    pub fn matters(&self) -> bool {
        self.kind != DocumentKind::Other || !self.references.is_empty()
    }
}

/// The language of a file by its name; what is named otherwise is read as YAML.
pub fn language(path: &Path) -> Language {
    let extension = path.extension().and_then(|word| word.to_str());
    match extension.unwrap_or_default().to_ascii_lowercase().as_str() {
        "json" => Language::Json,
        "jsonc" | "json5" => Language::Jsonc,
        _ => Language::Yaml,
    }
}

fn unit_references(path: &Path, said: &Said) -> Vec<FileReference> {
    let references = said.references.iter();
    let found = references.filter_map(|one| file_reference(path, &one.text, one.is_declaration));
    found.collect()
}

fn references(path: &Path, root: Node<'_>) -> Vec<FileReference> {
    let mut found = Vec::new();
    let mut open = vec![(root, 0_u8)];
    // How far a node is below `securitySchemes`: 1 for the map, 2 for an entry of it.
    while let Some((node, depth)) = open.pop() {
        for entry in node.entries() {
            let key = entry.key.value();
            if key == "$ref" && entry.value.as_str().is_some() {
                found.extend(file_reference(path, entry.value.value(), depth == 2));
                continue;
            }
            let below = match (key, depth) {
                (_, 1) => 2,
                ("securitySchemes", _) => 1,
                _ => 0,
            };
            open.push((entry.value, below));
        }
        open.extend(node.items().map(|item| (item, 0)));
    }
    found
}

fn file_reference(base: &Path, text: &str, is_declaration: bool) -> Option<FileReference> {
    // Most references stay in their file.
    if text.starts_with('#') {
        return None;
    }
    let Lead::There {
        path,
        fragment: reference::Fragment::Pointer(pointer),
        ..
    } = reference::lead(base, text)
    else {
        return None;
    };
    Some(FileReference {
        path,
        pointer,
        is_declaration,
    })
}

/// The JSON Pointer of something in a map.
pub fn below(map: &str, name: &str) -> String {
    let mut pointer = map.to_owned();
    push_token(&mut pointer, name);
    pointer
}

/// A JSON Pointer divided into that of the parent and the last token.
pub fn split(pointer: &str) -> Option<(&str, &str)> {
    pointer.rsplit_once('/')
}
