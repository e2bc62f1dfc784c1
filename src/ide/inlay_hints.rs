//! Beside the key of a server or operation: what a client needs there.

use super::effective::of_site;
use super::markdown::{code, plain_text};
use super::needs::{OnServers, of_list, of_operation};
use crate::analysis::Analysis;
use crate::model::UnitRef;
use crate::model::facts::{Site, SiteKind};
use crate::model::needs::Needs;
use crate::model::needs::reader::NeedsReader;
use crate::rules::notation::in_notation;
use crate::text::Text;
use crate::text::range::TextRange;

/// The longest label, in characters; the rest is in the tooltip.
const MAX_LABEL: usize = 72;

/// A hint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InlayHint {
    /// Where it is shown, an offset in bytes.
    pub position: usize,
    /// A short text.
    pub label: String,
    /// The whole of it, in Markdown.
    pub tooltip: String,
}

/// The hints in a range, in the order of the text. There is none where a list is not known or cannot
/// be read: a wrong one would be worse.
pub fn inlay_hints(analysis: &Analysis, range: TextRange) -> Vec<InlayHint> {
    let (tree, model) = (analysis.document.tree(), &analysis.model);
    let text = analysis.document.text();
    let Some(reader) = NeedsReader::new(tree, model) else {
        return Vec::new();
    };
    let mut hints = Vec::new();
    for unit in model.units() {
        for site in unit.unit.sites() {
            let position = after_key(text, unit.at(site).abs(site.owner.range));
            if !range.touches(position) {
                continue;
            }
            let tooltip = || of_site(&reader, unit, site);
            if let Some((label, tooltip)) = label(&reader, unit, site).zip(tooltip()) {
                hints.push(InlayHint {
                    position,
                    label: short(&plain_text(&label)),
                    tooltip: in_notation(&tooltip, tree.format()).into_owned(),
                });
            }
        }
    }
    hints.sort_by_key(|hint| hint.position);
    // Units with aliases share sites.
    hints.dedup();
    hints
}

fn label<'m>(reader: &NeedsReader<'m, '_>, unit: UnitRef<'m>, site: &'m Site) -> Option<String> {
    match site.kind {
        SiteKind::Server => {
            let needs = reader.of(unit, site).filter(|needs| !needs.is_torn)?;
            Some(format!("needs {}", of_list(&needs)))
        }
        SiteKind::Operation => {
            let operation = reader.of_operation(unit, site);
            let mut servers = operation.servers.iter();
            let is_torn = |needs: &Option<Needs<'_>>| needs.as_ref().is_some_and(|one| one.is_torn);
            let is_clear = operation.is_known()
                && !is_torn(&operation.own)
                && !servers.any(|server| is_torn(&server.needs));
            let groups = of_operation(&operation).filter(|_| is_clear)?;
            Some(on_servers(&groups))
        }
        // It is an operation that a client uses.
        SiteKind::OperationTrait => None,
    }
}

fn on_servers(groups: &[OnServers]) -> String {
    if let [only] = groups {
        return format!("needs {}", only.words);
    }
    let parts = groups.iter().map(|group| {
        let names: Vec<String> = group.servers.iter().map(|name| code(name)).collect();
        format!("{} on {}", group.words, names.join(", "))
    });
    let label = format!("needs {}", Vec::from_iter(parts).join("; "));
    match plain_text(&label).chars().count() {
        // Cut off, it would seem to hold on every server.
        length if length > MAX_LABEL => "needs differ by server".to_owned(),
        _ => label,
    }
}

/// Behind the colon, if it is on the line of the key.
fn after_key(text: &Text, key: TextRange) -> usize {
    let mut at = key.end();
    while matches!(text.byte(at), Some(b' ' | b'\t')) {
        at += 1;
    }
    match text.byte(at) {
        Some(b':') => at + 1,
        _ => key.end(),
    }
}

/// The words that fit.
fn short(label: &str) -> String {
    let Some((end, _)) = label.char_indices().nth(MAX_LABEL) else {
        return label.to_owned();
    };
    let words = label[..end]
        .rsplit_once(' ')
        .map_or(&label[..end], |(words, _)| words);
    format!("{} ...", words.trim_end_matches([' ', ',', ';']))
}
