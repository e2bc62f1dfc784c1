//! Typographic quotes, which word processors and web pages put in place of plain ones. YAML and
//! JSON take them for letters of the text.

use std::collections::HashSet;

use crate::edits::render;
use crate::model::Model;
use crate::rules::blanks::objects_of;
use crate::rules::finding::{Data, Finding};
use crate::rules::fix::FixContext;
use crate::rules::fix::FixKind::Safe;
use crate::rules::registry;
use crate::rules::rule::{Group, Rule, Severity};
use crate::syntax::document::Document;
use crate::syntax::format::Format;
use crate::syntax::leaf::NodeKind;
use crate::syntax::tree::Tree;
use crate::text::TextEdit;
use crate::text::range::TextRange;

/// Those that stand for `"`.
const DOUBLE: [char; 8] = [
    '\u{201c}', '\u{201d}', '\u{201e}', '\u{201f}', '\u{ab}', '\u{bb}', '\u{2033}', '\u{ff02}',
];

/// Those that stand for `'`.
const SINGLE: [char; 8] = [
    '\u{2018}', '\u{2019}', '\u{201a}', '\u{201b}', '\u{2039}', '\u{203a}', '\u{2032}', '\u{ff07}',
];

/// Rules that are about the name of the key they are found at. Others found there are about what
/// the key holds.
const OF_KEYS: [&Rule; 8] = [
    registry::OAUTH2_FLOW_UNKNOWN,
    registry::OAUTH2_FLOW_UNKNOWN_FIELD,
    registry::OAUTH2_SCOPE_NAME_INVALID,
    registry::OAUTH2_UNKNOWN_FIELD,
    registry::SECURITY_REQUIREMENT_UNDEFINED,
    registry::SECURITY_SCHEME_FIELD_NOT_APPLICABLE,
    registry::SECURITY_SCHEME_UNKNOWN_FIELD,
    registry::SECURITY_SCHEMES_KEY_INVALID,
];

/// A text between quotes of which at least one is typographic.
struct Quoted<'t> {
    inner: &'t str,
    /// The typographic one.
    sign: char,
    /// The plain one that is meant.
    plain: char,
}

fn plain_of(sign: char) -> Option<char> {
    if DOUBLE.contains(&sign) {
        return Some('"');
    }
    SINGLE.contains(&sign).then_some('\'')
}

fn quoted(text: &str) -> Option<Quoted<'_>> {
    let mut signs = text.chars();
    let (first, last) = (signs.next()?, signs.next_back()?);
    let inner = signs.as_str();
    let (sign, plain) = match (plain_of(first), plain_of(last)) {
        (Some(plain), _) if plain_of(last) == Some(plain) || last == plain => (first, plain),
        (None, Some(plain)) if first == plain => (last, plain),
        _ => return None,
    };
    let is_clean = !inner.is_empty() && !inner.contains(|sign| plain_of(sign).is_some());
    is_clean.then_some(Quoted { inner, sign, plain })
}

fn message(sign: char, plain: char) -> String {
    let number = u32::from(sign);
    format!(
        "`{sign}` (U+{number:04X}) is a typographic quote, which is read as a letter; \
         write plain quotes (`{plain}`)"
    )
}

/// Says in findings that typographic quotes caused what the quotes are, and finds those in values
/// that any text may be; one finding for each text.
pub fn explain(document: &Document, model: &Model, findings: &mut Vec<Finding>) {
    let tree = document.tree();
    let mut told = HashSet::new();
    findings.retain_mut(|finding| {
        let Some((range, quoted)) = cause(document, finding) else {
            return true;
        };
        finding.range = range;
        finding.message = message(quoted.sign, plain_in(tree, quoted.plain)).into();
        told.insert(range)
    });
    let known: HashSet<TextRange> = findings.iter().map(|finding| finding.range).collect();
    let unread = values(model).filter(|(range, _)| !known.contains(range));
    let unread = unread.filter_map(|(range, text)| Some((range, quoted(text)?)));
    findings.extend(unread.map(|(range, quoted)| {
        let message = message(quoted.sign, plain_in(tree, quoted.plain));
        Finding::new(registry::SYNTAX_ERROR, range, message).at(Severity::Warning)
    }));
}

/// The values that clients and programs read as they are, whatever they say: most are right for no
/// rule, so a wrong one may have no finding of its own.
fn values(model: &Model) -> impl Iterator<Item = (TextRange, &str)> {
    let of_servers = model.units().flat_map(|unit| {
        let server = unit.unit.rest().server.iter();
        server.flat_map(move |server| {
            let members = [&server.protocol, &server.address].into_iter().flatten();
            let variables = server.variables.iter();
            let texts = variables.flat_map(|one| one.default.iter().chain(&one.values));
            let texts = members.map(|member| &member.value).chain(texts);
            texts.map(move |text| (unit.at(text).abs(text.range), &*text.text))
        })
    });
    let of_schemes = model.schemes().flat_map(|scheme| {
        let fact = scheme.fact;
        let own = [
            &fact.scheme_type,
            &fact.details().location,
            &fact.details().parameter,
            &fact.details().http_scheme,
            &fact.details().bearer_format,
        ];
        let members = own.into_iter().flatten().chain(fact.urls());
        let texts = members.map(|member| &member.value);
        texts.map(move |text| (scheme.abs(text.range), &*text.text))
    });
    of_servers.chain(of_schemes)
}

/// JSON has one kind of quotes.
fn plain_in(tree: &Tree, plain: char) -> char {
    match tree.format() {
        Format::Yaml => plain,
        Format::Json => '"',
    }
}

/// The text in the quotes that are meant, and which these are.
fn in_plain_quotes(tree: &Tree, quoted: &Quoted<'_>) -> (String, char) {
    let plain = plain_in(tree, quoted.plain);
    let inner = render::inside(quoted.inner, plain);
    (format!("{plain}{inner}{plain}"), plain)
}

/// The text in typographic quotes that caused a finding.
fn cause<'t>(document: &'t Document, finding: &Finding) -> Option<(TextRange, Quoted<'t>)> {
    let tree = document.tree();
    let missing: &[&str] = match finding.data() {
        Data::MissingFields(names) => names,
        _ if finding.rule == registry::SECURITY_SCHEME_TYPE_MISSING => &["type"],
        _ => return cause_there(document, finding),
    };
    let objects = objects_of(&tree.path_at(finding.range.start()), finding);
    let key = |name: &&str| {
        let mut entries = objects.iter().flat_map(|object| object.entries());
        entries.find_map(|entry| {
            let quoted = quoted(entry.key.value()).filter(|quoted| quoted.inner == *name)?;
            Some((entry.key.range(), quoted))
        })
    };
    let mut keys = missing.iter().map(key).collect::<Option<Vec<_>>>()?;
    (!keys.is_empty()).then(|| keys.swap_remove(0))
}

fn cause_there<'t>(document: &'t Document, finding: &Finding) -> Option<(TextRange, Quoted<'t>)> {
    // Nearly all findings are elsewhere.
    let text = document.text();
    let start = finding.range.start();
    let first = text.slice(TextRange::new(start, text.floor(text.len().min(start + 4))));
    if !first
        .trim_start_matches(['"', '\''])
        .starts_with(|sign| plain_of(sign).is_some())
    {
        return None;
    }
    let is_of_value = matches!(
        finding.rule.group,
        Group::Validity | Group::References | Group::Urls | Group::Http
    );
    let is_of_key = OF_KEYS.contains(&finding.rule);
    if !is_of_key && !is_of_value {
        return None;
    }
    let path = document.tree().path_at(start);
    path.into_iter().find_map(|step| {
        let key = step.entry.map(|entry| entry.key).filter(|_| is_of_key);
        let value = step.entry.map(|entry| entry.value).filter(|_| is_of_value);
        let nodes = [key, value, Some(step.node).filter(|_| is_of_value)];
        let mut nodes = nodes.into_iter().flatten().filter(|node| node.is_scalar());
        let node = nodes.find(|node| node.range().contains(finding.range))?;
        Some((node.range(), quoted(node.value())?))
    })
}

/// At the end of a longer line nobody looks for the quote that closes: each error of it would cost
/// as much as all of them.
const MAX_LINE: usize = 64 << 10;

/// The message for a syntax error that typographic quotes caused.
pub fn syntax_message(document: &Document, range: TextRange) -> Option<String> {
    let (_, sign, plain) = at_fault(document, range)?;
    Some(message(sign, plain))
}

/// The edit that mends such an error, the typographic sign, and the plain one.
fn at_fault(document: &Document, range: TextRange) -> Option<(TextEdit, char, char)> {
    let text = document.text();
    let word = text.slice(range);
    let edit = |range, new_text| TextEdit { range, new_text };
    if let Some(quoted) = quoted(&word) {
        let (new_text, plain) = in_plain_quotes(document.tree(), &quoted);
        return Some((edit(range, new_text), quoted.sign, plain));
    }
    // A plain quote that a typographic one should close.
    let plain = word
        .chars()
        .next()
        .filter(|sign| matches!(sign, '"' | '\''))?;
    let line = text.line_range(text.line_of(range.start()));
    let rest = TextRange::new(range.start() + 1, line.end());
    if rest.len() > MAX_LINE {
        return None;
    }
    let rest = text.slice(rest);
    let rest = rest.trim_end_matches([' ', ',', '}', ']']);
    let sign = rest.chars().next_back()?;
    if plain_of(sign) != Some(plain) || rest.contains(plain) {
        return None;
    }
    let end = range.start() + 1 + rest.len();
    let last = TextRange::new(end - sign.len_utf8(), end);
    Some((edit(last, plain.to_string()), sign, plain))
}

/// Offers plain quotes where typographic ones caused the finding. Returns whether they did.
pub fn offer(fix: &mut FixContext<'_>) -> bool {
    const TITLE: &str = "Write plain quotes";
    let node = fix.path.node();
    // A value may have plain quotes around the typographic ones.
    if fix.finding.rule.group == Group::Syntax
        && let Some((edit, ..)) = at_fault(fix.document, fix.finding.range)
    {
        fix.offer_edit(TITLE, Safe, edit);
        return true;
    }
    let Some(quoted) = quoted(node.value()).filter(|_| node.range() == fix.finding.range) else {
        return false;
    };
    if fix.path.is_key() && fix.sibling(quoted.inner).is_some() {
        return true;
    }
    if node.kind() == NodeKind::Plain {
        let (new_text, _) = in_plain_quotes(fix.tree(), &quoted);
        let range = node.range();
        fix.offer_edit(TITLE, Safe, TextEdit { range, new_text });
    } else {
        let path = fix.path.clone();
        fix.offer("Remove the typographic quotes", Safe, |edits| {
            edits.set_scalar(&path, quoted.inner)
        });
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_freed_of_pairs_of_quotes() {
        for (text, inner, plain) in [
            ("\u{201c}a b\u{201d}", "a b", '"'),
            ("\u{201e}a\u{201c}", "a", '"'),
            ("\u{ab}a\u{bb}", "a", '"'),
            ("\u{2018}a\u{2019}", "a", '\''),
            ("\"a\u{201d}", "a", '"'),
            ("\u{201c}a\"", "a", '"'),
        ] {
            let found = quoted(text).map(|quoted| (quoted.inner, quoted.plain));
            assert_eq!(found, Some((inner, plain)), "{text}");
        }
        for text in [
            "",
            "a",
            "\"a\"",
            "\u{201c}",
            "\u{201c}\u{201d}",
            "\u{201c}a",
            "it\u{2019}s",
            "\u{201c}a\u{201d} or \u{201c}b\u{201d}",
            "\u{201c}a\u{2019}",
        ] {
            assert!(quoted(text).is_none(), "{text}");
        }
    }
}
