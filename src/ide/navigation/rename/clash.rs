//! Whether a new name is taken.

use super::{file_name, line};
use crate::edits::path::NodePath;
use crate::ide::navigation::{File, Files, Found};
use crate::model::mentions::{Mention, Symbol, SymbolKind};
use crate::rules::messages::quoted;
use crate::syntax::node::Node;
use crate::syntax::tree::Tree;

/// Whether the new name is taken, or already stands where it would get another meaning.
pub(super) fn check_clash(files: &Files<'_>, found: Found, new: &str) -> Result<(), String> {
    let Some(file) = files.get(found.file) else {
        return Ok(());
    };
    let Some(symbol) = file.mentions.symbols.get(found.symbol) else {
        return Ok(());
    };
    let is_beside = |other: &Symbol| {
        other.kind == symbol.kind
            && other.name == new
            && other.map == symbol.map
            && (symbol.kind != SymbolKind::Scope || other.family == symbol.family)
    };
    let mut symbols = file.mentions.symbols.iter().enumerate();
    if let Some((at, _)) = symbols.find(|(_, other)| is_beside(other)) {
        return Err(taken(files, found.file, at, new));
    }
    // A name in a file without a version would mean this scheme from now on.
    let is_user = |user: &File<'_>| user.documents.iter().any(|uri| uri == file.uri);
    let users = files.files.iter().enumerate();
    for (at, user) in users.filter(|(_, user)| symbol.kind == SymbolKind::Scheme && is_user(user)) {
        let mut symbols = user.mentions.symbols.iter().enumerate();
        let same = symbols.find(|(symbol, other)| {
            let is_it = other.kind == SymbolKind::Scheme && other.name == new;
            is_it && !user.mentions.declares(*symbol)
        });
        if let Some((symbol, _)) = same {
            return Err(taken(files, at, symbol, new));
        }
    }
    let tree = file.document.tree();
    let declarations = file.mentions.of_symbol(found.symbol);
    for name in declarations.filter(|name| name.is_declaration) {
        let Some(map) = NodePath::of_key(tree, name.scalar.start()).and_then(|path| path.parent())
        else {
            continue;
        };
        let mut merged = map
            .node()
            .entries()
            .filter(|entry| entry.key.value() == "<<");
        if merged.any(|entry| gives(tree, entry.value, &symbol.name)) {
            return Err(format!(
                "{} also comes into the same object by `<<`, and would stand for that then",
                quoted(&symbol.name)
            ));
        }
        if tree.field(map.node(), new).is_some() {
            return Err(format!(
                "{} is taken: it stands in the same object as {}",
                quoted(new),
                place(files, found.file, name)
            ));
        }
    }
    Ok(())
}

/// Whether a value of a merge key has a field.
fn gives(tree: &Tree, value: Node<'_>, name: &str) -> bool {
    let is_given = |node| tree.field(node, name).is_some();
    match value.is_sequence() {
        true => value.items().any(is_given),
        false => is_given(value),
    }
}

fn taken(files: &Files<'_>, file: usize, symbol: usize, new: &str) -> String {
    let there = files.get(file).map(|file| file.mentions);
    let names = || there.into_iter().flat_map(|there| there.of_symbol(symbol));
    let declared = names().find(|name| name.is_declaration);
    match declared.or_else(|| names().next()) {
        Some(name) => format!(
            "{} is taken: it stands in {}",
            quoted(new),
            place(files, file, name)
        ),
        None => format!("{} is taken", quoted(new)),
    }
}

/// The line of a name, with its file if that is another one.
fn place(files: &Files<'_>, at: usize, name: &Mention) -> String {
    let Some(file) = files.get(at) else {
        return String::new();
    };
    let line = line(file.document, name);
    match at {
        0 => format!("line {line}"),
        _ => format!("line {line} of {}", quoted(&file_name(file))),
    }
}
