//! Which symbols of several files are the same: a name of AsyncAPI 2.x means the scheme of that name
//! in the documents that reach its file, or in the file that their map of schemes is in. Schemes
//! that lead to one another have the same scopes.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{Files, Found, MAX_HOPS};
use crate::model::mentions::SymbolKind;
use crate::model::references::target::split;

/// Which symbols are the same.
#[derive(Debug, Clone, Default)]
pub(super) struct Joined {
    /// For each symbol that is the same as another one the first of them.
    first: BTreeMap<Found, Found>,
    /// All that are the same, by the first of them.
    all: BTreeMap<Found, Vec<Found>>,
}

/// Groups that grow together.
struct Groups<T> {
    parents: BTreeMap<T, T>,
}

impl<T: Copy + Ord> Groups<T> {
    fn first(&self, one: T) -> T {
        let mut at = one;
        while let Some(parent) = self.parents.get(&at) {
            at = *parent;
        }
        at
    }

    fn join(&mut self, one: T, other: T) {
        let (one, other) = (self.first(one), self.first(other));
        if one != other {
            self.parents.insert(one.max(other), one.min(other));
        }
    }
}

impl Joined {
    pub fn of(files: &Files<'_>) -> Self {
        let mut symbols = Groups {
            parents: BTreeMap::new(),
        };
        let mut families = Groups {
            parents: BTreeMap::new(),
        };
        let family = |found: Found| {
            let symbol = files.get(found.file)?.mentions.symbols.get(found.symbol)?;
            Some((found.file, symbol.family?))
        };
        for (at, file) in files.files.iter().enumerate() {
            for (symbol, known) in file.mentions.symbols.iter().enumerate() {
                let found = Found { file: at, symbol };
                if known.kind != SymbolKind::Scheme {
                    continue;
                }
                let mut same = Vec::new();
                if !known.name.is_empty() && !file.mentions.declares(symbol) {
                    same = meant_elsewhere(files, at, &known.name);
                    for other in &same {
                        symbols.join(found, *other);
                    }
                }
                for other in same.into_iter().chain([found]) {
                    if let (Some(own), Some(end)) = (family(found), family(files.end(other))) {
                        families.join(own, end);
                    }
                }
            }
        }
        if !families.parents.is_empty() {
            join_scopes(files, &families, &mut symbols);
        }
        Self::of_groups(&symbols)
    }

    fn of_groups(symbols: &Groups<Found>) -> Self {
        let mut joined = Self::default();
        let parents = symbols.parents.iter();
        let members: BTreeSet<Found> = parents.flat_map(|(one, other)| [*one, *other]).collect();
        for member in members {
            let first = symbols.first(member);
            joined.first.insert(member, first);
            joined.all.entry(first).or_default().push(member);
        }
        joined
    }

    /// All symbols that are the same as one, with that one.
    pub fn all(&self, found: Found) -> Vec<Found> {
        let first = self.first.get(&found);
        let all = first.and_then(|first| self.all.get(first));
        all.cloned().unwrap_or_else(|| vec![found])
    }
}

/// Scopes of the same name are the same if their schemes are.
fn join_scopes(files: &Files<'_>, families: &Groups<(usize, usize)>, symbols: &mut Groups<Found>) {
    let mut known: HashMap<((usize, usize), &str), Found> = HashMap::new();
    for (at, file) in files.files.iter().enumerate() {
        for (symbol, scope) in file.mentions.symbols.iter().enumerate() {
            let (SymbolKind::Scope, Some(family)) = (scope.kind, scope.family) else {
                continue;
            };
            let found = Found { file: at, symbol };
            let key = (families.first((at, family)), scope.name.as_str());
            let first = *known.entry(key).or_insert(found);
            symbols.join(first, found);
        }
    }
}

/// The schemes of other files that a name means which its own file does not declare.
fn meant_elsewhere(files: &Files<'_>, file: usize, name: &str) -> Vec<Found> {
    if let Some(found) = in_map_of(files, file, name) {
        return vec![found];
    }
    let documents = files.get(file).map(|file| file.documents);
    let documents = documents.unwrap_or_default().iter();
    let documents = documents.filter_map(|uri| files.by_uri.get(uri.as_str()));
    let found = documents.filter_map(|document| {
        let mentions = files.get(*document)?.mentions;
        let mut symbols = mentions.symbols.iter().enumerate();
        let own = symbols.find_map(|(symbol, known)| {
            let is_it = known.kind == SymbolKind::Scheme && known.name == name;
            (is_it && mentions.declares(symbol)).then_some(Found {
                file: *document,
                symbol,
            })
        });
        own.or_else(|| in_map_of(files, *document, name))
    });
    found.collect()
}

/// The scheme of that name, if the map of schemes of a file is in other ones.
fn in_map_of(files: &Files<'_>, file: usize, name: &str) -> Option<Found> {
    let mut at = file;
    for _ in 0..MAX_HOPS {
        let from = files.get(at)?;
        let reference = from
            .mentions
            .references
            .get(from.mentions.schemes_reference?)?;
        let uri = from.targets.get(&reference.text)?;
        let mut keys = reference.keys();
        keys.push(name.to_owned());
        if let Some(found) = files.symbol_at(uri, &keys) {
            return Some(found);
        }
        // The map may only lead on where it is a whole file.
        split(&reference.text).1.is_none().then_some(())?;
        at = *files.by_uri.get(uri.as_str())?;
    }
    None
}
