//! Renames a symbol: its declaration and every place that names it. Refuses with the reason where
//! that would change more than a name, or leave a place behind.

use std::collections::{BTreeMap, BTreeSet};

use super::{Asked, Files, Found};
use crate::edits::part::set_part;
use crate::edits::path::NodePath;
use crate::model::mentions::{Meaning, Mention, Mentions, Symbol, SymbolKind};
use crate::model::references::target::token_of;
use crate::rules::messages::quoted;
use crate::spec::{is_component_key, is_extension, is_scope_token};
use crate::syntax::document::Document;
use crate::syntax::leaf::NodeKind;
use crate::syntax::node::Node;
use crate::text::TextEdit;
use crate::text::range::TextRange;

/// A name that can be renamed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renamable {
    /// The name at the cursor.
    pub range: TextRange,
    /// The name, decoded.
    pub name: String,
}

/// The edits of each file, by its index. Those of a file are sorted and do not overlap.
pub type FileEdits = BTreeMap<usize, Vec<TextEdit>>;

/// What a rename at an offset would change. `None` if there is no name; the reason if the name must
/// stay.
pub fn prepare(files: &Files<'_>, offset: usize) -> Result<Option<Renamable>, String> {
    let Some((asked, found, mention)) = renamed(files, offset) else {
        return Ok(None);
    };
    check_symbol(files, found)?;
    check_places(files, found)?;
    Ok(Some(Renamable {
        range: asked.origin,
        name: mention.name.clone(),
    }))
}

/// The edits that give what is named at an offset another name.
pub fn rename(files: &Files<'_>, offset: usize, new: &str) -> Result<Option<FileEdits>, String> {
    let Some((_, found, mention)) = renamed(files, offset) else {
        return Ok(None);
    };
    if mention.name == new {
        return Ok(None);
    }
    let symbol = check_symbol(files, found)?;
    check_places(files, found)?;
    check_name(symbol, new)?;
    check_clash(files, found, symbol, new)?;
    let mut edits = FileEdits::new();
    for (file, name) in files.names_of(&BTreeSet::from([found])) {
        let Some(document) = files.get(file).map(|file| file.document) else {
            continue;
        };
        let Some(edit) = edit(document, name, new) else {
            return Err(not_simple(document, name));
        };
        edits.entry(file).or_default().push(edit);
    }
    for edits in edits.values_mut() {
        edits.sort_by_key(|edit| (edit.range.start, edit.range.end));
        edits.dedup();
    }
    Ok(Some(edits))
}

fn renamed<'a>(files: &Files<'a>, offset: usize) -> Option<(Asked<'a>, Found, &'a Mention)> {
    let asked = files.asked(offset)?;
    let mention = asked.mention?;
    let found = files.found(0, asked.meaning)?;
    let kind = files.kind(found)?;
    let has_name = !mention.range.is_empty() && kind != SymbolKind::Place;
    has_name.then_some((asked, found, mention))
}

fn edit(document: &Document, name: &Mention, new: &str) -> Option<TextEdit> {
    let path = NodePath::of_range(document.tree(), name.scalar)?;
    let part = name.part.as_ref()?;
    let old = path.node().value().get(part.clone())?;
    let text = match name.is_token {
        true => token_of(new, old),
        false => new.to_owned(),
    };
    set_part(document, &path, part, &text)
}

/// Whether the symbol may have another name at all.
fn check_symbol<'a>(files: &Files<'a>, found: Found) -> Result<&'a Symbol, String> {
    let unknown = || "this name is not known any more: try again".to_owned();
    let file = files.get(found.file).ok_or_else(unknown)?;
    let mentions = file.mentions;
    let symbol = mentions.symbols.get(found.symbol).ok_or_else(unknown)?;
    let name = quoted(&symbol.name);
    if symbol.name.is_empty() {
        return Err(
            "a file has no name that could be changed here: rename the file itself".to_owned(),
        );
    }
    if symbol.kind == SymbolKind::Flow {
        return Err(format!(
            "{name} cannot be renamed: AsyncAPI says how the flows are called"
        ));
    }
    if symbol.kind == SymbolKind::Channel && symbol.map == "/channels" && !mentions.is_v3 {
        return Err(format!(
            "{name} cannot be renamed: up to AsyncAPI 2.6 the key of a channel is its address"
        ));
    }
    if file.document.conflicts().is_some() {
        return Err("the document has merge conflicts: resolve them, then rename".to_owned());
    }
    let mut names = mentions.of_symbol(found.symbol);
    if !names.any(|name| name.is_declaration) && !is_declared_elsewhere(mentions, symbol) {
        return Err(format!(
            "{name} is not declared in this document, so not all of its places are known"
        ));
    }
    Ok(symbol)
}

/// Scopes of OpenID Connect are declared by the provider, those of a scheme that exists may be
/// renamed all the same.
fn is_declared_elsewhere(mentions: &Mentions, scope: &Symbol) -> bool {
    let is_outside = |symbol: &Symbol| matches!(symbol.leads_to, Some(Meaning::Outside { .. }));
    let is_declared = |at: usize| mentions.of_symbol(at).any(|name| name.is_declaration);
    let mut schemes = (mentions.symbols.iter().enumerate())
        .filter(|(_, symbol)| symbol.kind == SymbolKind::Scheme && symbol.family == scope.family);
    scope.kind == SymbolKind::Scope
        && schemes.all(|(at, scheme)| is_declared(at) && !is_outside(scheme))
}

/// Whether all places of the symbol can be written anew, and mean nothing else.
fn check_places(files: &Files<'_>, found: Found) -> Result<(), String> {
    for (at, name) in files.names_of(&BTreeSet::from([found])) {
        let Some(file) = files.get(at) else {
            continue;
        };
        let document = file.document;
        let node = NodePath::of_range(document.tree(), name.scalar).map(|path| path.node());
        let Some(node) = node.filter(|node| name.part.is_some() && !node.is_unclosed()) else {
            return Err(not_simple(document, name));
        };
        let code = document.templated();
        if code.is_some_and(|code| code.touches(name.scalar)) {
            return Err(not_simple(document, name));
        }
        // Names are in the order of the text.
        let names = &file.mentions.names;
        let from = names.partition_point(|other| other.range.start < name.range.start);
        let same = names.iter().skip(from);
        let same = same.take_while(|other| other.range.start == name.range.start);
        let mut others = same.filter(|other| files.found(at, other.meaning) != Some(found));
        let has_other = others.any(|other| other.range == name.range);
        if has_other || has_alias(document, node) {
            return Err(format!(
                "{} in line {} is also used by an alias of YAML, where it may mean something else: \
                 write it out there first",
                quoted(&name.name),
                line(document, name),
            ));
        }
    }
    Ok(())
}

fn not_simple(document: &Document, name: &Mention) -> String {
    format!(
        "{} in line {} is not a complete, simple text: correct that first",
        quoted(&name.name),
        line(document, name),
    )
}

fn line(document: &Document, name: &Mention) -> usize {
    document.text().line_of(name.range.start) + 1
}

/// Whether an alias stands for a scalar.
fn has_alias(document: &Document, scalar: Node<'_>) -> bool {
    let tree = document.tree();
    let Some(anchor) = scalar.anchor() else {
        return false;
    };
    let mut open = vec![tree.root()];
    while let Some(node) = open.pop() {
        let is_alias = node.kind() == NodeKind::Alias && node.value() == anchor;
        let target = tree.resolve(node).filter(|_| is_alias);
        if target.is_some_and(|target| target.range() == scalar.range()) {
            return true;
        }
        for entry in node.entries() {
            open.extend([entry.key, entry.value]);
        }
        open.extend(node.items());
    }
    false
}

/// Whether a symbol of that kind may have that name.
fn check_name(symbol: &Symbol, new: &str) -> Result<(), String> {
    let shown = quoted(new);
    let in_components = symbol.map.ends_with("/securitySchemes")
        || symbol.map.starts_with("/components/")
        || symbol.kind == SymbolKind::Scheme;
    if symbol.kind == SymbolKind::Scope {
        if !is_scope_token(new) {
            return Err(format!(
                "{shown} cannot be a scope: a scope is one word of ASCII characters without quotes \
                 and backslashes"
            ));
        }
    } else if in_components || symbol.kind == SymbolKind::Server {
        if !is_component_key(new) {
            return Err(format!(
                "{shown} cannot be a name here: use letters, digits, `.`, `-` and `_`"
            ));
        }
        if is_extension(new) {
            return Err(format!(
                "{shown} cannot be a name here: what begins with `x-` is an extension"
            ));
        }
    } else if new.is_empty()
        || new
            .chars()
            .any(|sign| sign.is_control() || sign.is_whitespace())
    {
        return Err(format!(
            "{shown} cannot be a name here: a name has no blanks and is not empty"
        ));
    }
    if matches!(new, "$ref" | "<<") {
        return Err(format!(
            "{shown} cannot be a name: it has a meaning of its own"
        ));
    }
    Ok(())
}

/// Whether the new name is taken, or already stands where it would get another meaning.
fn check_clash(files: &Files<'_>, found: Found, symbol: &Symbol, new: &str) -> Result<(), String> {
    let Some(file) = files.get(found.file) else {
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
        let first = file.mentions.of_symbol(at).next();
        let line = first.map_or(1, |name| line(file.document, name));
        return Err(format!(
            "{} is taken: it stands in line {line}",
            quoted(new)
        ));
    }
    let tree = file.document.tree();
    let declarations = file.mentions.of_symbol(found.symbol);
    for name in declarations.filter(|name| name.is_declaration) {
        let map = NodePath::of_key(tree, name.scalar.start).and_then(|path| path.parent());
        if map.is_some_and(|map| tree.field(map.node(), new).is_some()) {
            let line = line(file.document, name);
            return Err(format!(
                "{} is taken: it stands in the same object as line {line}",
                quoted(new)
            ));
        }
    }
    Ok(())
}
