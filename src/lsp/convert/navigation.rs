//! Converts places, symbols, links, folds and selections.

use tower_lsp::ls_types as lsp;

use super::{range, shown};
use crate::ide::navigation::folding::{Fold, FoldKind};
use crate::ide::navigation::links::Link;
use crate::ide::navigation::symbols::{Match, Outline, OutlineKind};
use crate::ide::navigation::{Definition, Highlight};
use crate::lsp::capabilities::Capabilities;
use crate::text::range::TextRange;
use crate::text::{Encoding, Text};

/// A place in a file.
pub fn location(
    text: &Text,
    uri: &lsp::Uri,
    place: TextRange,
    encoding: Encoding,
) -> lsp::Location {
    lsp::Location {
        uri: uri.clone(),
        range: range(text, place, encoding),
    }
}

/// A definition for a client that shows what was asked about. `origin` is the text that was asked
/// about, `text` that of the target.
pub fn location_link(
    origin: &Text,
    text: &Text,
    uri: &lsp::Uri,
    definition: &Definition,
    encoding: Encoding,
) -> lsp::LocationLink {
    let target = definition.target.cover(definition.name);
    lsp::LocationLink {
        origin_selection_range: Some(range(origin, definition.origin, encoding)),
        target_uri: uri.clone(),
        target_range: range(text, target, encoding),
        target_selection_range: range(text, definition.name, encoding),
    }
}

/// A name that is highlighted: a declaration writes it, a use reads it.
pub fn highlight(text: &Text, highlight: &Highlight, encoding: Encoding) -> lsp::DocumentHighlight {
    lsp::DocumentHighlight {
        range: range(text, highlight.range, encoding),
        kind: Some(if highlight.is_declaration {
            lsp::DocumentHighlightKind::WRITE
        } else {
            lsp::DocumentHighlightKind::READ
        }),
    }
}

/// The outline as a tree.
// The field has to be given, although it is deprecated.
#[allow(deprecated)]
pub fn nested(text: &Text, outline: &[Outline], encoding: Encoding) -> Vec<lsp::DocumentSymbol> {
    let symbols = outline.iter().map(|entry| lsp::DocumentSymbol {
        name: shown(&entry.name),
        detail: entry.detail.as_deref().map(shown),
        kind: symbol_kind(entry.kind),
        tags: None,
        deprecated: None,
        range: range(text, entry.range, encoding),
        selection_range: range(text, entry.key, encoding),
        children: (!entry.children.is_empty()).then(|| nested(text, &entry.children, encoding)),
    });
    symbols.collect()
}

/// The outline as a list, for clients that do not know trees.
#[allow(deprecated)]
pub fn flat(
    text: &Text,
    uri: &lsp::Uri,
    outline: &[Outline],
    container: Option<&str>,
    encoding: Encoding,
) -> Vec<lsp::SymbolInformation> {
    let mut symbols = Vec::new();
    for entry in outline {
        symbols.push(lsp::SymbolInformation {
            name: shown(&entry.name),
            kind: symbol_kind(entry.kind),
            tags: None,
            deprecated: None,
            location: location(text, uri, entry.range, encoding),
            container_name: container.map(shown),
        });
        let inside = flat(text, uri, &entry.children, Some(&entry.name), encoding);
        symbols.extend(inside);
    }
    symbols
}

/// A symbol that a search over all documents has found.
pub fn workspace_symbol(
    text: &Text,
    uri: &lsp::Uri,
    found: Match,
    encoding: Encoding,
) -> lsp::WorkspaceSymbol {
    lsp::WorkspaceSymbol {
        name: shown(&found.name),
        kind: symbol_kind(found.kind),
        tags: None,
        container_name: found.container.as_deref().map(shown),
        location: lsp::OneOf::Left(location(text, uri, found.key, encoding)),
        data: None,
    }
}

/// Kinds that every client knows (LSP 3.17, `SymbolKind`: from `File` to `Array`).
fn symbol_kind(kind: OutlineKind) -> lsp::SymbolKind {
    match kind {
        OutlineKind::Group => lsp::SymbolKind::NAMESPACE,
        OutlineKind::Scheme => lsp::SymbolKind::CLASS,
        OutlineKind::Flow => lsp::SymbolKind::METHOD,
        OutlineKind::Scope => lsp::SymbolKind::CONSTANT,
        OutlineKind::Server | OutlineKind::OperationTrait => lsp::SymbolKind::INTERFACE,
        OutlineKind::Channel => lsp::SymbolKind::MODULE,
        OutlineKind::Operation => lsp::SymbolKind::FUNCTION,
    }
}

/// A link; `None` if its target is no URI for the protocol.
pub fn document_link(text: &Text, link: Link, client: &Capabilities) -> Option<lsp::DocumentLink> {
    Some(lsp::DocumentLink {
        range: range(text, link.range, client.encoding),
        target: Some(link.target.parse().ok()?),
        tooltip: (client.navigation.link_titles).then(|| link.title.to_owned()),
        data: None,
    })
}

/// A fold, by whole lines.
pub fn fold(fold: Fold) -> lsp::FoldingRange {
    let line = |line: usize| u32::try_from(line).unwrap_or(u32::MAX);
    lsp::FoldingRange {
        start_line: line(fold.start),
        end_line: line(fold.end),
        kind: match fold.kind {
            FoldKind::Value => None,
            FoldKind::Comment => Some(lsp::FoldingRangeKind::Comment),
            FoldKind::Region => Some(lsp::FoldingRangeKind::Region),
        },
        ..lsp::FoldingRange::default()
    }
}

/// Ranges each of which is inside of the next one.
pub fn selection(text: &Text, ranges: &[TextRange], encoding: Encoding) -> lsp::SelectionRange {
    let outermost = |parent: Option<lsp::SelectionRange>, bytes: &TextRange| {
        let parent = parent.map(Box::new);
        let range = range(text, *bytes, encoding);
        Some(lsp::SelectionRange { range, parent })
    };
    (ranges.iter().rev())
        .fold(None, outermost)
        .unwrap_or_default()
}
