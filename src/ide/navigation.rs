//! Where names are declared and used: definition, references, highlights.
//!
//! A key and the key that it refers to are two names: definition on a key stays there, on a JSON
//! Pointer it goes on. But they are one scheme, so references are those of both.

pub mod folding;
mod joined;
pub mod links;
pub mod rename;
pub mod selection;
pub mod symbols;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::edits::layout::entry_range;
use crate::edits::path::NodePath;
use crate::model::mentions::{Meaning, Mention, Mentions, SymbolKind, landing};
use crate::syntax::document::Document;
use crate::syntax::leaf::NodeKind;
use crate::syntax::tree::Tree;
use crate::text::range::TextRange;
use crate::workspace::bounds::Kept;
use joined::Joined;

/// How many references are followed in a row.
const MAX_HOPS: usize = 64;

/// A file with its names.
#[derive(Debug, Clone, Copy)]
pub struct File<'a> {
    /// Its URI.
    pub uri: &'a str,
    /// Text and tree.
    pub document: &'a Document,
    /// Its names and references.
    pub mentions: &'a Mentions,
    /// The URIs of the files that its references lead to, by their text.
    pub targets: &'a BTreeMap<String, String>,
    /// The URIs of the documents whose schemes its names mean, if it has no version of its own.
    pub documents: &'a [String],
    /// Why nothing is changed in it.
    pub kept: Option<Kept>,
}

/// The file that is asked about, and those that it has to do with.
#[derive(Debug, Clone)]
pub struct Files<'a> {
    /// The file that is asked about comes first.
    files: Vec<File<'a>>,
    /// The indices of the files by their URI.
    by_uri: HashMap<&'a str, usize>,
    /// Which symbols of several files are the same.
    joined: Joined,
}

/// A symbol of one of several files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// The index of the file.
    pub file: usize,
    /// The index of the symbol.
    pub symbol: usize,
}

/// A place in one of several files.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The index of the file.
    pub file: usize,
    /// The range in it.
    pub range: TextRange,
}

/// Where a name is declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// The name or reference that was asked about.
    pub origin: TextRange,
    /// The index of the file.
    pub file: usize,
    /// The key with its value.
    pub target: TextRange,
    /// The name.
    pub name: TextRange,
}

/// A name of the document that is asked about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Highlight {
    /// The name.
    pub range: TextRange,
    /// Whether it declares the symbol.
    pub is_declaration: bool,
}

/// What is asked about.
#[derive(Debug, Clone, Copy)]
struct Asked<'a> {
    origin: TextRange,
    meaning: Meaning,
    /// The name, unless it is the whole text of a reference.
    mention: Option<&'a Mention>,
}

impl<'a> Files<'a> {
    /// The file that is asked about, and others.
    pub fn new(asked: File<'a>, others: impl IntoIterator<Item = File<'a>>) -> Self {
        let mut files = vec![asked];
        files.extend(others);
        let by_uri = files.iter().enumerate();
        let by_uri = by_uri.map(|(at, file)| (file.uri, at)).collect();
        let mut files = Self {
            files,
            by_uri,
            joined: Joined::default(),
        };
        files.joined = Joined::of(&files);
        files
    }

    /// The file of a result.
    pub fn get(&self, file: usize) -> Option<&File<'a>> {
        self.files.get(file)
    }

    fn asked(&self, offset: usize) -> Option<Asked<'a>> {
        let file = self.files.first()?;
        let mentions = file.mentions;
        let of_name = |mention: &'a Mention, origin| Asked {
            origin,
            meaning: mention.meaning,
            mention: Some(mention),
        };
        if let Some(mention) = mentions.at(offset) {
            return Some(of_name(mention, mention.range));
        }
        if let Some((alias, name)) = behind_alias(file.document.tree(), offset) {
            let mut names = mentions.names.iter();
            let mention = names.find(|mention| mention.scalar == name && !mention.is_token)?;
            return Some(of_name(mention, alias));
        }
        let reference = mentions.reference_at(offset)?;
        Some(Asked {
            origin: reference.range,
            meaning: reference.target?,
            mention: None,
        })
    }

    /// The symbol to which a name of a file leads.
    fn found(&self, file: usize, meaning: Meaning) -> Option<Found> {
        let (reference, tokens) = match meaning {
            Meaning::Symbol(symbol) => return Some(Found { file, symbol }),
            Meaning::Outside { reference, tokens } => (reference, tokens),
        };
        let from = self.get(file)?;
        let reference = from.mentions.references.get(reference)?;
        let uri = from.targets.get(&reference.text)?;
        let keys = reference.keys();
        self.symbol_at(uri, keys.get(..tokens)?)
    }

    fn symbol_at(&self, uri: &str, keys: &[String]) -> Option<Found> {
        let file = *self.by_uri.get(uri)?;
        let to = self.get(file)?;
        let there = landing(to.document.tree(), keys)?;
        let symbol = to.mentions.symbol_at(there)?;
        Some(Found { file, symbol })
    }

    /// Whether a reference leads to nothing that is known.
    fn is_lost(&self, file: usize, meaning: Meaning) -> bool {
        let Meaning::Outside { reference, tokens } = meaning else {
            return false;
        };
        let reference = (self.get(file)).and_then(|file| {
            let reference = file.mentions.references.get(reference)?;
            Some((reference, file.targets.get(&reference.text)))
        });
        let Some((reference, target)) = reference else {
            return false;
        };
        let keys = reference.keys();
        let target = target.and_then(|uri| self.get(*self.by_uri.get(uri.as_str())?));
        let there = target.and_then(|file| landing(file.document.tree(), &keys));
        tokens == keys.len() && there.is_none()
    }

    /// The scheme that a name leads to in the end; another symbol is its own end.
    fn end(&self, from: Found) -> Found {
        let mut at = from;
        for _ in 0..MAX_HOPS {
            let symbol = (self.get(at.file)).and_then(|file| file.mentions.symbols.get(at.symbol));
            let next = symbol
                .and_then(|symbol| symbol.leads_to)
                .and_then(|meaning| self.found(at.file, meaning));
            match next {
                Some(next) => at = next,
                None => return at,
            }
        }
        // A ring has no end.
        from
    }

    fn kind(&self, found: Found) -> Option<SymbolKind> {
        let symbol = self.get(found.file)?.mentions.symbols.get(found.symbol)?;
        Some(symbol.kind)
    }

    /// All names of symbols, in all files.
    fn names_of(&self, wanted: &BTreeSet<Found>) -> Vec<(usize, &'a Mention)> {
        let wanted: BTreeSet<Found> = wanted
            .iter()
            .flat_map(|one| self.joined.all(*one))
            .collect();
        let mut names = Vec::new();
        for (at, file) in self.files.iter().enumerate() {
            let mut known = HashMap::new();
            for mention in &file.mentions.names {
                let is_wanted = *known.entry(mention.meaning).or_insert_with(|| {
                    let found = self.found(at, mention.meaning);
                    found.is_some_and(|found| wanted.contains(&found))
                });
                if is_wanted {
                    names.push((at, mention));
                }
            }
        }
        names
    }

    /// Where a symbol is declared: in its own file, else in those in which it means the same.
    fn declared_in(&self, found: Found) -> Vec<Found> {
        let declares = |one: &Found| {
            let file = self.get(one.file);
            file.is_some_and(|file| file.mentions.declares(one.symbol))
        };
        if declares(&found) {
            return vec![found];
        }
        let mut all = self.joined.all(found);
        all.retain(declares);
        all
    }
}

/// Where what is named at an offset is declared. A scope may be declared by several flows.
pub fn definitions(files: &Files<'_>, offset: usize) -> Vec<Definition> {
    let Some(asked) = files.asked(offset) else {
        return Vec::new();
    };
    let Some(found) = files.found(0, asked.meaning) else {
        return Vec::new();
    };
    let scheme = asked.mention.and_then(|mention| mention.scheme);
    let mut definitions = Vec::new();
    for found in files.declared_in(found) {
        definitions.extend(definitions_of(files, found, asked.origin, scheme));
    }
    definitions
}

fn definitions_of(
    files: &Files<'_>,
    found: Found,
    origin: TextRange,
    scheme: Option<TextRange>,
) -> Vec<Definition> {
    let Some(file) = files.get(found.file) else {
        return Vec::new();
    };
    let names = file.mentions.of_symbol(found.symbol);
    let mut names: Vec<&Mention> = names.filter(|name| name.is_declaration).collect();
    if files.kind(found) != Some(SymbolKind::Scope) {
        // Parsers keep the last of equal keys.
        names.drain(..names.len().saturating_sub(1));
    }
    if found.file == 0 && names.iter().any(|name| name.scheme == scheme) {
        names.retain(|name| name.scheme == scheme);
    }
    (names.into_iter())
        .map(|name| Definition {
            origin,
            file: found.file,
            target: declared(file.document.tree(), name),
            name: name.range,
        })
        .collect()
}

/// All places that name what is named at an offset.
pub fn references(files: &Files<'_>, offset: usize, with_declarations: bool) -> Vec<Place> {
    let asked = files.asked(offset);
    let Some(found) = asked.and_then(|asked| files.found(0, asked.meaning)) else {
        return Vec::new();
    };
    let names = files.names_of(&all_names(files, found)).into_iter();
    let names = names.filter(|(_, name)| with_declarations || !name.is_declaration);
    let mut places: Vec<Place> = names
        .map(|(file, name)| Place {
            file,
            range: name.range,
        })
        .collect();
    places.sort();
    places.dedup();
    places
}

/// A symbol with all that lead to it.
fn all_names(files: &Files<'_>, found: Found) -> BTreeSet<Found> {
    let end = files.end(found);
    let mut wanted = BTreeSet::from([found, end]);
    for (at, file) in files.files.iter().enumerate() {
        for (symbol, known) in file.mentions.symbols.iter().enumerate() {
            let found = Found { file: at, symbol };
            if known.leads_to.is_some() && files.end(found) == end {
                wanted.insert(found);
            }
        }
    }
    wanted
}

/// Where other files use what the document declares at an offset. A reference that only gives it
/// another name is no use.
pub fn uses_elsewhere(files: &Files<'_>, offset: usize) -> Vec<Place> {
    let asked = files.asked(offset);
    let Some(found) = asked.and_then(|asked| files.found(0, asked.meaning)) else {
        return Vec::new();
    };
    let gives_name = |file: usize, name: &Mention| {
        let symbols = files.get(file).map(|file| &file.mentions.symbols);
        let is_reference = matches!(name.meaning, Meaning::Outside { .. });
        let mut symbols = symbols.into_iter().flatten();
        is_reference && symbols.any(|symbol| symbol.leads_to == Some(name.meaning))
    };
    let names = files.names_of(&all_names(files, found)).into_iter();
    let names =
        names.filter(|(file, name)| *file != 0 && !name.is_declaration && !gives_name(*file, name));
    let places = names.map(|(file, name)| Place {
        file,
        range: name.range,
    });
    let places: BTreeSet<Place> = places.collect();
    places.into_iter().collect()
}

/// The names in the document that mean the same as the one at an offset.
pub fn highlights(files: &Files<'_>, offset: usize) -> Vec<Highlight> {
    let asked = files.asked(offset);
    let Some(found) = asked.and_then(|asked| files.found(0, asked.meaning)) else {
        return Vec::new();
    };
    let names = files.names_of(&BTreeSet::from([found])).into_iter();
    let mut highlights: Vec<Highlight> = names
        .filter(|(file, name)| *file == 0 && !name.range.is_empty())
        .map(|(_, name)| Highlight {
            range: name.range,
            is_declaration: name.is_declaration,
        })
        .collect();
    highlights.sort();
    highlights.dedup_by_key(|highlight| highlight.range);
    highlights
}

/// The alias that an offset touches, and the scalar that it stands for.
fn behind_alias(tree: &Tree, offset: usize) -> Option<(TextRange, TextRange)> {
    let steps = tree.path_at(offset);
    let alias = steps.last()?.node;
    let name = tree.resolve(alias)?;
    let is_name = alias.kind() == NodeKind::Alias && name.is_scalar();
    is_name.then(|| (alias.range(), name.range()))
}

/// The key that declares a name, with its value.
fn declared(tree: &Tree, name: &Mention) -> TextRange {
    if name.range.is_empty() {
        let path = NodePath::of_range(tree, name.range);
        return path.map_or(name.range, |path| path.node().range());
    }
    entry_at(tree, name.scalar)
}

/// The entry of a key; the key itself if it is no key.
fn entry_at(tree: &Tree, key: TextRange) -> TextRange {
    let path = NodePath::of_key(tree, key.start());
    let entry = path.and_then(|path| path.entry());
    let entry = entry.filter(|entry| entry.key.range() == key);
    entry.map_or(key, entry_range)
}
