//! What the client was shown last of a document, so that the next time costs what has changed: a
//! finding that was there already keeps its words, and a place that only moved is not looked up
//! in the text.

mod item;
pub mod spot;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use tower_lsp::ls_types::Uri;

use super::convert;
use super::profile::Profile;
use crate::rules::finding::Finding;
use crate::text::{Text, TextEdit};
use item::{Item, value};
use spot::Shifts;

/// What there is to show of a document.
#[derive(Debug, Clone, Copy)]
pub struct Content<'a> {
    /// The document.
    pub uri: &'a Uri,
    /// Its version, as the client counts.
    pub version: i32,
    /// Its text.
    pub text: &'a Text,
    /// What is found in it.
    pub findings: &'a [Finding],
    /// A number for each finding: what had the same one in the version shown before is the same
    /// in all but its places.
    pub serials: &'a [u64],
    /// What the client can show; the same at all times.
    pub profile: &'a Profile,
}

/// The diagnostics of one document.
#[derive(Debug, Default)]
pub struct Shown {
    items: Vec<Item>,
    /// The edits since then.
    shifts: Shifts,
}

impl Shown {
    /// Applies an edit to the text; its range becomes what was really replaced.
    pub fn apply(&mut self, text: &mut Text, edit: &mut TextEdit, profile: &Profile) {
        if self.items.is_empty() {
            edit.range = text.apply(edit.range, &edit.new_text);
        } else {
            self.shifts.apply(text, edit, profile.encoding);
        }
    }

    /// Nothing that was shown is known any more.
    pub fn forget(&mut self) {
        self.items.clear();
        self.shifts.clear();
    }

    /// Writes the body of `textDocument/publishDiagnostics`, as `serde_json` does.
    pub fn publish(&mut self, content: &Content<'_>, out: &mut Vec<u8>) {
        // Taken out first: should anything panic, the next time starts from nothing.
        let Self { items, shifts } = std::mem::take(self);
        self.items = updated(items, &shifts, content);
        out.reserve(self.items.iter().map(Item::len).sum::<usize>() + 1_000);
        out.extend_from_slice(
            b"{\"jsonrpc\":\"2.0\",\"method\":\"textDocument/publishDiagnostics\",\"params\":{\"uri\":",
        );
        value(out, content.uri.as_str());
        out.extend_from_slice(b",\"diagnostics\":[");
        for (number, item) in self.items.iter().enumerate() {
            if number > 0 {
                out.push(b',');
            }
            item.write(out);
        }
        let limit = convert::limit(content.text, content.findings, content.profile.encoding);
        if let Some(limit) = limit {
            out.push(b',');
            value(out, &limit);
        }
        out.extend_from_slice(b"],\"version\":");
        value(out, &content.version);
        out.extend_from_slice(b"}}");
    }
}

/// An item for each finding that is shown. Most keystrokes leave all of them or change a few that
/// stand together, so that only what lies between equal ends is compared.
fn updated(mut items: Vec<Item>, shifts: &Shifts, content: &Content<'_>) -> Vec<Item> {
    let findings = convert::shown(content.findings);
    let serials = &content.serials[..findings.len().min(content.serials.len())];
    let is_same = |(item, serial): &(&Item, &u64)| item.serial == **serial;
    let before = items.iter().zip(serials).take_while(is_same).count();
    let (old, new) = (&items[before..], &serials[before..]);
    let backwards = old.iter().rev().zip(new.iter().rev());
    let after = backwards.take_while(is_same).count();
    let (old_end, new_end) = (items.len() - after, serials.len() - after);

    let follow = |items: &mut [Item], findings: &[Finding]| {
        for (item, finding) in items.iter_mut().zip(findings) {
            item.follow(finding, shifts, content);
        }
    };
    follow(&mut items[..before], &findings[..before]);
    follow(&mut items[old_end..], &findings[new_end..]);
    if old_end == before && new_end == before {
        return items;
    }
    let old = items.drain(before..old_end);
    let mut known: HashMap<u64, Item> = old.map(|item| (item.serial, item)).collect();
    let between = serials[before..new_end]
        .iter()
        .zip(&findings[before..new_end]);
    let new: Vec<Item> = between
        .map(|(serial, finding)| match known.remove(serial) {
            Some(mut item) => {
                item.follow(finding, shifts, content);
                item
            }
            None => Item::new(*serial, finding, content),
        })
        .collect();
    items.splice(before..before, new);
    items
}
