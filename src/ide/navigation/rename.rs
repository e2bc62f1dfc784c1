//! Renames a symbol: its declaration and every place that names it. Refuses with the reason where
//! that would change more than a name, or leave a place behind.

use std::collections::{BTreeMap, BTreeSet};

use super::{Asked, File, Files, Found};
use crate::edits::part::set_part;
use crate::edits::path::NodePath;
use crate::model::mentions::{Meaning, Mention, Symbol, SymbolKind};
use crate::model::references::target::{percent_decoded, token_of};
use crate::rules::messages::quoted;
use crate::spec::{is_component_key, is_extension, is_scope_token};
use crate::syntax::document::Document;
use crate::syntax::leaf::NodeKind;
use crate::syntax::node::Node;
use crate::syntax::tree::Tree;
use crate::text::TextEdit;
use crate::text::range::TextRange;
use crate::workspace::bounds::Kept;

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
    let Some((asked, found, mention)) = renamed(files, offset)? else {
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
    let Some((_, found, mention)) = renamed(files, offset)? else {
        return Ok(None);
    };
    if mention.name == new {
        return Ok(None);
    }
    let symbol = check_symbol(files, found)?;
    check_places(files, found)?;
    check_name(symbol, new)?;
    for found in files.joined.all(found) {
        check_clash(files, found, new)?;
    }
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

/// What is renamed and where it is named, if that is a name at all.
type Renamed<'a> = (Asked<'a>, Found, &'a Mention);

fn renamed<'a>(files: &Files<'a>, offset: usize) -> Result<Option<Renamed<'a>>, String> {
    let Some((asked, mention)) = files
        .asked(offset)
        .and_then(|asked| Some((asked, asked.mention?)))
    else {
        return Ok(None);
    };
    if mention.range.is_empty() {
        return Ok(None);
    }
    let Some(found) = files.found(0, asked.meaning) else {
        return match files.is_lost(0, asked.meaning) {
            true => Err(format!(
                "{} stands in a file that is not read here, or is not there: it cannot be renamed \
                 in both",
                quoted(&mention.name)
            )),
            false => Ok(None),
        };
    };
    if let Some(file) = files.get(found.file) {
        check_kept(file, mention)?;
    }
    let is_place = files.kind(found) == Some(SymbolKind::Place) && !mention.name.is_empty();
    Ok((!is_place).then_some((asked, found, mention)))
}

/// Whether a file may be changed.
fn check_kept(file: &File<'_>, name: &Mention) -> Result<(), String> {
    let Some(kept) = file.kept else {
        return Ok(());
    };
    let why = match kept {
        Kept::OpenApi => "a document of OpenAPI, whose other places would be left behind",
        Kept::Ignored => "which git ignores: the tool that makes it would undo the change",
        Kept::Submodule => "which belongs to another repository: rename it there first",
        Kept::Outside => "which is outside of the repository and of the open folders",
    };
    Err(format!(
        "{} also stands in {}, {why}",
        quoted(&name.name),
        quoted(&file_name(file))
    ))
}

/// The name of a file as it is shown.
fn file_name(file: &File<'_>) -> String {
    let name = file.uri.rsplit('/').next().unwrap_or(file.uri);
    percent_decoded(name).into_owned()
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
    check_conflicts(files, &symbol.name)?;
    let is_declared = !files.declared_in(found).is_empty();
    if !is_declared && !(files.joined.all(found).into_iter()).all(|one| is_provided(files, one)) {
        return Err(format!(
            "{name} is not declared in this document, so not all of its places are known"
        ));
    }
    Ok(symbol)
}

/// Only one side of a merge conflict is read, so that names on the other one would be left behind.
fn check_conflicts(files: &Files<'_>, name: &str) -> Result<(), String> {
    let has_conflict = |file: &File<'_>| {
        let text = file.document.text();
        let has_name = || {
            !text
                .occurrences(TextRange::new(0, text.len()), name)
                .is_empty()
        };
        file.document.conflicts().is_some() && has_name()
    };
    let Some(at) = files.files.iter().position(has_conflict) else {
        return Ok(());
    };
    let shown = match at {
        0 => "the document".to_owned(),
        _ => quoted(&file_name(&files.files[at])),
    };
    Err(format!(
        "{shown} has merge conflicts: resolve them, then rename"
    ))
}

/// Scopes of OpenID Connect are declared by the provider, those of a scheme that exists may be
/// renamed all the same.
fn is_provided(files: &Files<'_>, found: Found) -> bool {
    let Some(mentions) = files.get(found.file).map(|file| file.mentions) else {
        return false;
    };
    let Some(scope) = mentions.symbols.get(found.symbol) else {
        return false;
    };
    let is_known = |(symbol, scheme): (usize, &Symbol)| {
        let one = Found {
            file: found.file,
            symbol,
        };
        let leads_out = matches!(scheme.leads_to, Some(Meaning::Outside { .. }));
        !files.declared_in(one).is_empty() && (!leads_out || files.end(one) != one)
    };
    let mut schemes = (mentions.symbols.iter().enumerate())
        .filter(|(_, symbol)| symbol.kind == SymbolKind::Scheme && symbol.family == scope.family);
    scope.kind == SymbolKind::Scope && schemes.all(is_known)
}

/// Whether all places of the symbol can be written anew, and mean nothing else.
fn check_places(files: &Files<'_>, found: Found) -> Result<(), String> {
    let all = files.joined.all(found);
    for (at, name) in files.names_of(&BTreeSet::from([found])) {
        let Some(file) = files.get(at) else {
            continue;
        };
        check_kept(file, name)?;
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
        let is_it = |other: &&Mention| {
            let meant = files.found(at, other.meaning);
            meant.is_some_and(|meant| all.contains(&meant))
        };
        let mut others = same.filter(|other| !is_it(other));
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
fn check_clash(files: &Files<'_>, found: Found, new: &str) -> Result<(), String> {
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
        let Some(map) = NodePath::of_key(tree, name.scalar.start).and_then(|path| path.parent())
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
