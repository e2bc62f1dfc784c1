//! Renames a symbol: its declaration and every place that names it. Refuses with the reason where
//! that would change more than a name, or leave a place behind.

mod clash;

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
use crate::text::TextEdit;
use crate::text::range::TextRange;
use crate::workspace::bounds::Kept;
use clash::check_clash;

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
        edits.sort_by_key(|edit| (edit.range.start(), edit.range.end()));
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
        let from = names.partition_point(|other| other.range.start() < name.range.start());
        let same = names.iter().skip(from);
        let same = same.take_while(|other| other.range.start() == name.range.start());
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
    document.text().line_of(name.range.start()) + 1
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
