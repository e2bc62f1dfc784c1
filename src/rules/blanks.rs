//! Blanks that are missing, and invisible characters in their place: `type:http` and `type: http`
//! with a no-break space are other things than they look like.

use std::collections::HashSet;

use crate::rules::finding::{Data, Finding};
use crate::rules::fix::FixContext;
use crate::rules::fix::FixKind::Safe;
use crate::rules::messages::quoted;
use crate::rules::registry;
use crate::rules::rule::{Group, Rule};
use crate::syntax::document::Document;
use crate::syntax::format::Format;
use crate::syntax::invisible;
use crate::syntax::leaf::{NodeKind, SyntaxErrorKind};
use crate::syntax::node::{Entry, Node};
use crate::syntax::tree::Step;
use crate::text::TextEdit;
use crate::text::range::TextRange;

const COLON: &str = "put a space after the `:`; without it key and value are read as one text";

/// Rules that are about the object a text stands in place of.
const OF_OBJECTS: [&Rule; 2] = [
    registry::SECURITY_ENTRY_NOT_OBJECT,
    registry::SECURITY_SCHEME_NOT_OBJECT,
];

/// Rules that are about an entry that names a scheme.
const OF_LISTS: [&Rule; 2] = [
    registry::SECURITY_ENTRY_NOT_OBJECT,
    registry::SECURITY_NOT_ARRAY,
];

/// Says in findings that a missing blank or an invisible character caused them; one finding for
/// each of these.
pub fn explain(document: &Document, findings: &mut Vec<Finding>) {
    let mut told = HashSet::new();
    findings.retain_mut(|finding| {
        let Some((range, message)) = cause(document, finding) else {
            return true;
        };
        finding.range = range;
        finding.message = message.into();
        // What is written there has only the wrong form.
        if *finding.data() == Data::Begun {
            finding.set_data(Data::None);
        }
        told.insert(range)
    });
    let lists: HashSet<String> = (findings.iter())
        .filter(|finding| told.contains(&finding.range) && OF_LISTS.contains(&finding.rule))
        .map(|finding| name_at(document, finding.range))
        .collect();
    // The scheme that the entry means is used.
    findings.retain(|finding| {
        finding.rule != registry::SECURITY_SCHEME_UNUSED
            || lists.is_empty()
            || !lists.contains(&*document.text().slice(finding.range))
    });
}

fn is_name(sign: char) -> bool {
    sign.is_ascii_alphanumeric() || "_-.$".contains(sign)
}

/// The name that ends at a colon, or starts after a dash.
fn name_at(document: &Document, mark: TextRange) -> String {
    let text = document.text();
    let before = text.before(mark.start());
    let after = text.behind(mark.end());
    match &*text.slice(mark) {
        ":" => before
            .rsplit(|sign| !is_name(sign))
            .next()
            .unwrap_or_default()
            .to_owned(),
        _ => after
            .split(|sign| !is_name(sign))
            .next()
            .unwrap_or_default()
            .to_owned(),
    }
}

fn cause(document: &Document, finding: &Finding) -> Option<(TextRange, String)> {
    let tree = document.tree();
    let steps = tree.path_at(finding.range.start());
    if let Data::Meant(meant) = finding.data()
        && finding.rule == registry::SECURITY_REQUIREMENT_UNDEFINED
    {
        return of_declared(document, meant);
    }
    if finding.rule == registry::SECURITY_NOT_ARRAY {
        return of_dash(&steps, finding);
    }
    let missing: &[&str] = match finding.data() {
        Data::MissingFields(names) => names,
        _ if finding.rule == registry::SECURITY_SCHEME_TYPE_MISSING => &["type"],
        _ => {
            let is_of_value = matches!(finding.rule.group, Group::Validity | Group::References)
                || finding.rule == registry::URL_NON_ASCII;
            let nodes = steps.iter().rev().flat_map(|step| {
                let key = step.entry.map(|entry| entry.key);
                [key, Some(step.node)].into_iter().flatten()
            });
            let mut nodes = nodes.filter(|node| node.is_scalar() && is_of_value);
            // A key is met as a node as well.
            let node = nodes.find(|node| node.range() == finding.range)?;
            let entry = steps
                .iter()
                .find_map(|step| step.entry.filter(|entry| entry.key.range() == node.range()));
            return of_sign(document, node).or_else(|| match entry {
                Some(entry) => of_key(document, entry),
                None => of_colon(document, node).filter(|_| OF_OBJECTS.contains(&finding.rule)),
            });
        }
    };
    let objects = objects_of(&steps, finding);
    let mut entries = objects.iter().flat_map(|object| object.entries());
    entries.find_map(|entry| {
        let key = entry.key.value();
        let of_name = |name: &str| missing.contains(&name);
        let clean: String = key
            .chars()
            .filter(|sign| !invisible::is_invisible(*sign))
            .collect();
        if clean.len() < key.len() && of_name(clean.trim()) {
            return of_sign(document, entry.key);
        }
        let (name, _) = key.split_once(':')?;
        of_key(document, entry).filter(|_| of_name(name))
    })
}

/// No object that lacks a field has more.
const MAX_FIELDS: usize = 100;

/// The objects that a finding about missing fields may be about: the value of the key that it is
/// at, or the object with that key. A long map of objects is none.
pub(super) fn objects_of<'t>(steps: &[Step<'t>], finding: &Finding) -> Vec<Node<'t>> {
    let objects = steps.iter().rev().find_map(|step| match step.entry {
        Some(entry) if entry.key.range() == finding.range => {
            let is_object = step.node.entries().nth(MAX_FIELDS).is_none();
            let around = is_object.then_some(step.node);
            Some([entry.value].into_iter().chain(around).collect())
        }
        _ if step.node.is_mapping() && step.node.range() == finding.range => Some(vec![step.node]),
        _ => None,
    });
    objects.unwrap_or_default()
}

/// The invisible character in the text of a node.
fn of_sign(document: &Document, node: Node<'_>) -> Option<(TextRange, String)> {
    let sign = node
        .value()
        .chars()
        .find(|sign| invisible::is_invisible(*sign))?;
    let text = document.text().slice(node.range());
    let at = node.range().start() + text.find(sign)?;
    let range = TextRange::new(at, at + sign.len_utf8());
    let instead = instead_of(document, range, sign);
    Some((range, invisible::message_with(sign, instead)))
}

/// What to write in place of an invisible character in a text: inside of a name nothing.
fn instead_of(document: &Document, range: TextRange, sign: char) -> &'static str {
    let text = document.text();
    let before = text.before(range.start());
    let after = text.behind(range.end());
    let before = before.trim_end_matches(invisible::is_invisible);
    let after = after.trim_start_matches(invisible::is_invisible);
    let quotes = ['"', '\''];
    let is_name_end = |sign: char| is_name(sign) && sign != '-';
    let is_inside = before.ends_with(is_name_end)
        && after.starts_with(|next| is_name(next) || next == ':')
        || before.ends_with(is_name_end) && after.starts_with(quotes)
        || before.ends_with(quotes) && after.starts_with(is_name);
    if is_inside {
        return "";
    }
    invisible::instead_of(sign)
}

/// The invisible character in the declared name of a scheme that was meant.
fn of_declared(document: &Document, meant: &str) -> Option<(TextRange, String)> {
    let schemes = document.tree().pointer("/components/securitySchemes")?;
    of_sign(document, schemes.get(meant)?.key)
}

/// The dash of `-name: []`, which is read as part of a key.
fn of_dash(steps: &[Step<'_>], finding: &Finding) -> Option<(TextRange, String)> {
    let entry = steps.iter().rev().find_map(|step| {
        step.entry.filter(|entry| {
            entry.key.range() == finding.range || entry.value.range() == finding.range
        })
    })?;
    let first = entry.value.entries().next()?.key;
    let is_dash = first.kind() == NodeKind::Plain
        && first
            .value()
            .strip_prefix('-')
            .is_some_and(|name| !name.starts_with('-'));
    let at = first.range().start();
    is_dash.then(|| {
        let message = "put a space after the `-`; without it this is not an item of a list";
        (TextRange::new(at, at + 1), message.to_owned())
    })
}

/// The colon in the key of `{type:http}`.
fn of_key(document: &Document, entry: Entry<'_>) -> Option<(TextRange, String)> {
    // `{a:b: }` has its colon, and is a name with another one.
    let has_colon = || {
        let rest = document.text().behind(entry.key.range().end());
        rest.trim_start().starts_with(':')
    };
    let colon = of_colon(document, entry.key)?;
    (entry.value.is_missing() && !has_colon()).then_some(colon)
}

/// The colon in a text that a blank would make an entry.
fn of_colon(document: &Document, node: Node<'_>) -> Option<(TextRange, String)> {
    let is_yaml = document.tree().format() == Format::Yaml;
    if node.kind() != NodeKind::Plain || !is_yaml {
        return None;
    }
    let (name, rest) = node.value().split_once(':')?;
    if name.is_empty() || !name.chars().all(is_name) || rest.is_empty() || rest.starts_with("//") {
        return None;
    }
    let at = node.range().start() + name.len();
    Some((TextRange::new(at, at + 1), COLON.to_owned()))
}

/// Offers the blank that is missing, or what is meant by an invisible character. Returns whether
/// one of these caused the finding.
pub fn offer(fix: &mut FixContext<'_>) -> bool {
    let text = fix.document.text();
    let range = fix.finding.range;
    let word = text.slice(range);
    if let Some(sign) = word
        .chars()
        .next()
        .filter(|sign| invisible::is_invisible(*sign))
    {
        let instead = match fix.finding.rule.group {
            Group::Syntax => invisible::instead_of(sign),
            _ => instead_of(fix.document, range, sign),
        };
        let title = match instead {
            " " => "Write ordinary spaces",
            _ => "Remove the invisible characters",
        };
        let edits = places(fix, sign).into_iter().map(|range| TextEdit {
            range,
            new_text: instead.to_owned(),
        });
        let edits: Vec<TextEdit> = edits.collect();
        fix.offer(title, Safe, |builder| {
            builder.apply(&edits);
            Some(())
        });
        return true;
    }
    let is_yaml = fix.tree().format() == Format::Yaml;
    if is_yaml && fix.finding.rule.group == Group::Syntax && word.starts_with(['|', '>']) {
        let rest = text.behind(range.end());
        let blanks = rest.len() - rest.trim_start().len();
        let edit = TextEdit {
            range: TextRange::new(range.start(), range.end() + blanks),
            new_text: String::new(),
        };
        fix.offer_edit(format!("Remove {}", quoted(&word)), Safe, edit);
        return true;
    }
    if !is_yaml || !matches!(&*word, ":" | "-") {
        return false;
    }
    let after = text.behind(range.end());
    let has_blank = after.is_empty() || after.starts_with([' ', '\t', '\n', '\r']);
    let before = text.before(range.start());
    let is_alias = before
        .split([' ', '\t', ',', '{'])
        .next_back()
        .is_some_and(|name| name.starts_with('*'));
    let (at, title) = match (&*word, has_blank) {
        (":", true) if is_alias => (range.start(), "Put a space before the `:`"),
        (_, true) => return false,
        (_, false) => (range.end(), "Put a space after it"),
    };
    let edit = TextEdit {
        range: TextRange::empty(at),
        new_text: " ".to_owned(),
    };
    fix.offer_edit(title, Safe, edit);
    true
}

/// All places where an invisible character stands in place of a blank, and the finding's own, in
/// order.
fn places(fix: &FixContext<'_>, sign: char) -> Vec<TextRange> {
    let text = fix.document.text();
    let mut places = vec![fix.finding.range];
    let rest = text.behind(fix.finding.range.start());
    let run = rest.char_indices().take_while(|(_, found)| *found == sign);
    places.extend(run.map(|(at, found)| {
        let start = fix.finding.range.start() + at;
        TextRange::new(start, start + found.len_utf8())
    }));
    if fix.finding.rule.group == Group::Syntax {
        for error in fix.tree().errors() {
            if error.kind != SyntaxErrorKind::Invisible {
                continue;
            }
            let rest = text.behind(error.range.start());
            let run = rest.char_indices().take_while(|(_, found)| {
                invisible::is_invisible(*found) || matches!(found, ' ' | '\t')
            });
            places.extend(run.filter(|(_, found)| *found == sign).map(|(at, found)| {
                let start = error.range.start() + at;
                TextRange::new(start, start + found.len_utf8())
            }));
        }
    }
    places.sort_unstable();
    places.dedup();
    places
}
