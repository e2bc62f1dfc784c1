//! The cursor in JSON. The tree says which object is around it, the lexemes of the lines around say
//! what is being typed.

use std::borrow::Cow;

use super::cursor::{After, Cursor, Sibling, Slot, WINDOW, beginning, items, line_at, siblings};
use super::flow::{before, comma_above};
use super::lex::{Lexeme, LexemeKind, lexemes};
use crate::edits::habits::Habits;
use crate::edits::render::{Layout, Style};
use crate::ide::role::{Segment, path_of};
use crate::syntax::document::Document;
use crate::syntax::node::Node;
use crate::text::Text;
use crate::text::range::TextRange;

/// How many lines without a lexeme are skipped on the way to the next one.
const MAX_SKIPPED: usize = 200;

/// The cursor at `offset` in JSON.
pub fn cursor(document: &Document, offset: usize) -> Option<Cursor<'_>> {
    let text = document.text();
    let number = text.line_of(offset);
    let (line_start, head) = line_at(text, number)?;
    let (start, source) = stretch(document, offset)?;
    let line = as_meant(lexemes(&source, start, false), &source, start, offset);
    let column = offset - start;
    let in_indent = !line.is_empty() && offset - line_start < blank_prefix(&head).len();
    if in_indent || in_comment(&source, start, &line, column) {
        return None;
    }
    let word = line
        .iter()
        .copied()
        .find(|lexeme| lexeme.is_typed_at(offset));
    let from = word.map_or(offset, |word| word.range.start());
    let to = word.map_or(offset, |word| word.range.end());
    let previous = line
        .iter()
        .rev()
        .find(|lexeme| lexeme.range.end() <= from)
        .copied();
    let previous = match previous {
        Some(lexeme) => lexeme,
        None if start > line_start => return None,
        None => lexeme_above(document, number)?,
    };
    let next = line
        .iter()
        .find(|lexeme| lexeme.range.start() >= to)
        .copied();
    let next = match next {
        Some(lexeme) => Some(lexeme),
        None => lexeme_below(text, number),
    };
    let here = Here {
        document,
        number,
        start,
        source: &source,
        indent: blank_prefix(&head),
        offset,
    };
    let (container, path) = here.container(previous)?;
    let starts_value = |lexeme: Lexeme| lexeme.is_scalar() || lexeme.is(b'{') || lexeme.is(b'[');
    let colon = next.is_some_and(|next| next.is(b':'));
    let this_word = word.map_or(TextRange::empty(offset), |word| {
        word.typed_range(&source, start, offset)
    });
    let (slot, own) = if container.is_sequence() {
        (Slot::Item, this_word)
    } else if previous.is(b':') {
        // The key has a value already, and a second one before it would be an error.
        let has_value =
            |next: Lexeme| starts_value(next) && next.range.start() < start + source.len();
        if word.is_none() && next.is_some_and(has_value) {
            return None;
        }
        let (key, range) = here.key_before(previous, container)?;
        (Slot::Value(key), range)
    } else if word.is_none() && colon {
        // Between a key and its colon.
        return None;
    } else {
        (Slot::Key { colon }, this_word)
    };
    let comma = match slot {
        Slot::Key { colon: true } => After::Nothing,
        _ if next.is_some_and(|next| starts_value(next) && is_in(next, container)) => After::Comma,
        _ => After::Nothing,
    };
    let mut siblings = siblings(document.tree(), container, own);
    if let (Slot::Key { .. }, Some(following)) = (&slot, key_after(&line, to, &source, start))
        && !siblings.iter().any(|known| known.key == following.key)
    {
        siblings.push(following);
    }
    Some(Cursor {
        path,
        word: this_word,
        quote: None,
        siblings,
        items: items(container, this_word),
        container: Some(container),
        anchor: previous.range.start(),
        has_value: false,
        layout: here.layout(container),
        comma_at: comma_above(previous, start),
        before: before(Some(previous), start, from, text.byte(from.wrapping_sub(1))),
        after: comma,
        slot,
    })
}

/// Whether what follows is a member too. The tree ends an unclosed container by indentation.
fn is_in(next: Lexeme, container: Node<'_>) -> bool {
    !container.is_unclosed() || next.range.start() < container.range().end()
}

/// The line around the offset. Of a long line a stretch that can be read by itself.
fn stretch(document: &Document, offset: usize) -> Option<(usize, Cow<'_, str>)> {
    let text = document.text();
    let line = text.line_range(text.line_of(offset));
    let start = if offset - line.start() <= WINDOW {
        line.start()
    } else {
        beginning(document.tree(), offset)?.at
    };
    let range = TextRange::new(start.max(line.start()), line.end().min(offset + WINDOW));
    Some((range.start(), text.slice(range)))
}

/// The member that follows on the line: the tree does not see it after an unclosed quote.
fn key_after(line: &[Lexeme], from: usize, source: &str, start: usize) -> Option<Sibling> {
    let at = line
        .iter()
        .position(|lexeme| lexeme.range.start() >= from)?;
    let key = line.get(at).filter(|key| key.is_scalar())?;
    line.get(at + 1).filter(|colon| colon.is(b':'))?;
    let value = line.get(at + 2).filter(|value| value.is_scalar());
    Some(Sibling {
        key: key.text(source, start).to_owned(),
        value: value.map(|value| value.text(source, start).to_owned()),
    })
}

/// The lexemes as the user means them: in `"sch "type": 1` with the cursor after `sch` the second
/// quote does not close the first word.
fn as_meant(line: Vec<Lexeme>, source: &str, start: usize, offset: usize) -> Vec<Lexeme> {
    let Some(at) = line.iter().position(|lexeme| lexeme.is_typed_at(offset)) else {
        return line;
    };
    let (before, [word, ..]) = line.split_at(at) else {
        return line;
    };
    let closed = matches!(word.kind, LexemeKind::Quoted { closed: true, .. });
    let open = Lexeme {
        kind: LexemeKind::Quoted {
            mark: b'"',
            closed: false,
        },
        range: TextRange::new(word.range.start(), word.range.end().saturating_sub(1)),
    };
    let follows = (line.get(at + 1)).is_some_and(|next| {
        next.kind == LexemeKind::Word && next.range.start() == word.range.end()
    });
    if !closed || !follows || offset > open.range.end() {
        return line;
    }
    let letters = open.typed_range(source, start, offset);
    let rest = source.get(letters.end() - start..open.range.end() - start);
    if letters.end() > open.range.end() || rest.is_none_or(|rest| !rest.trim().is_empty()) {
        return line;
    }
    let mut out = before.to_vec();
    out.push(Lexeme {
        range: letters,
        ..open
    });
    let quote = open.range.end();
    out.extend(lexemes(
        source.get(quote - start..).unwrap_or(""),
        quote,
        false,
    ));
    out
}

struct Here<'t, 's> {
    document: &'t Document,
    number: usize,
    start: usize,
    source: &'s str,
    indent: &'s str,
    offset: usize,
}

impl<'t> Here<'t, '_> {
    /// The object or list around the cursor, by the lexeme before it.
    fn container(&self, previous: Lexeme) -> Option<(Node<'t>, Vec<Segment>)> {
        let at = previous.range.start();
        let steps = self.document.tree().path_at(at);
        let opens = previous.is(b'{') || previous.is(b'[');
        let holds = |node: Node<'_>| {
            let range = node.range();
            let after_start = if opens {
                range.start() <= at
            } else {
                range.start() < at
            };
            let closes = previous.is(b'}') || previous.is(b']');
            let before_end = if closes {
                previous.range.end() < range.end()
            } else {
                at < range.end()
            };
            let last = self.document.text().len();
            after_start
                && (before_end || (node.is_unclosed() && at <= range.end()) || range.end() >= last)
        };
        let index = steps.iter().rposition(|step| {
            (step.node.is_mapping() || step.node.is_sequence()) && holds(step.node)
        })?;
        let path = path_of(steps.get(..=index)?);
        let node = steps.get(index)?.node;
        (!opens || node.range().start() == at).then_some((node, path))
    }

    /// The key before the colon and its range.
    fn key_before(&self, colon: Lexeme, container: Node<'t>) -> Option<(String, TextRange)> {
        let at = colon.range.start();
        let in_tree = container
            .entries_near(at)
            .take_while(|entry| entry.key.range().start() < at)
            .last()
            .filter(|entry| entry.key.range().end() <= at)
            .map(|entry| (entry.key.value().to_owned(), entry.key.range()));
        in_tree.or_else(|| {
            let before = self.source.get(..at.checked_sub(self.start)?)?;
            let key = lexemes(before, self.start, false).last().copied()?;
            Some((key.text(before, self.start).to_owned(), key.range))
        })
    }

    fn layout(&self, container: Node<'t>) -> Layout {
        let text = self.document.text();
        let own = self.indent;
        let base = own
            .get(..self.offset - text.line_start(self.number))
            .unwrap_or(own)
            .to_owned();
        let open_line = text.line_of(container.range().start());
        let inline = open_line == self.number;
        let outer = line_at(text, open_line)
            .map_or_else(String::new, |(_, line)| blank_prefix(&line).to_owned());
        let unit = match base.strip_prefix(&*outer) {
            Some(unit) if !inline && !unit.is_empty() && unit.len() <= 8 => unit.to_owned(),
            _ => "  ".to_owned(),
        };
        Layout {
            style: Style::Json,
            indent: base.clone(),
            unit,
            base,
            inline,
            tight: false,
            line_break: text.line_break(self.number),
            habits: Habits::default(),
        }
    }
}

fn blank_prefix(line: &str) -> &str {
    let content = line.trim_start_matches([' ', '\t']);
    line.strip_suffix(content).unwrap_or(line)
}

fn lexeme_above(document: &Document, number: usize) -> Option<Lexeme> {
    (number.saturating_sub(MAX_SKIPPED)..number)
        .rev()
        .find_map(|above| {
            let (start, source) = stretch(document, document.text().line_range(above).end())?;
            lexemes(&source, start, false).last().copied()
        })
}

fn lexeme_below(text: &Text, number: usize) -> Option<Lexeme> {
    (number + 1..(number + MAX_SKIPPED).min(text.line_count())).find_map(|below| {
        let (start, source) = line_at(text, below)?;
        lexemes(&source, start, false).first().copied()
    })
}

/// Whether the column is in a `//` comment of this line.
fn in_comment(line: &str, start: usize, lexemes: &[Lexeme], column: usize) -> bool {
    line.match_indices("//").any(|(place, _)| {
        let in_quotes = lexemes.iter().any(|lexeme| {
            matches!(lexeme.kind, LexemeKind::Quoted { .. })
                && lexeme.range.start() < start + place
                && start + place < lexeme.range.end()
        });
        column > place + 1 && !in_quotes
    })
}
