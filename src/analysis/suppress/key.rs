//! The key `x-asyncapi-security-ignore`, which JSON can have as well.

use super::{KEY, MARK, Name, Said, Scope, said};
use crate::syntax::document::Document;
use crate::syntax::node::{Entry, Node};
use crate::text::range::TextRange;

/// Reads the key that the mark at `at` belongs to, if it is ours.
pub fn read(document: &Document, at: usize, names: &mut Vec<Name>) {
    let around = TextRange::new(at.saturating_sub(2), at + MARK.len() + "-ignore".len());
    if document.text().slice(around) != KEY {
        return;
    }
    let steps = document.tree().path_at(at);
    let held = steps.iter().position(|step| {
        step.entry
            .is_some_and(|entry| entry.key.value() == KEY && entry.key.range().contains(around))
    });
    let Some(depth) = held else {
        return;
    };
    let Some(entry) = steps[depth].entry else {
        return;
    };
    let scope = if depth == 0 {
        Scope::Document
    } else {
        let object = steps[depth].node;
        let owner = steps[depth - 1].entry;
        let key = owner.filter(|owner| owner.value.identity() == object.identity());
        let mut parts = vec![object.range()];
        parts.extend(key.map(|owner| owner.key.range()));
        Scope::Parts(parts)
    };
    let before = names.len();
    let mut reader = Reader {
        document,
        scope: &scope,
        names,
    };
    reader.value(entry.value);
    if names.len() == before {
        names.push(Name {
            range: inside(document, entry.key),
            said: Said::Nothing("name the rules that are to be silent: `[\"rule\", \"rule\"]`"),
            scope,
        });
    }
}

struct Reader<'r> {
    document: &'r Document,
    scope: &'r Scope,
    names: &'r mut Vec<Name>,
}

impl Reader<'_> {
    /// A name, `rule` and `reason`, or a list of these.
    fn value(&mut self, value: Node<'_>) {
        if !value.is_sequence() {
            return self.item(value);
        }
        for item in value.items() {
            self.item(item);
        }
    }

    fn item(&mut self, item: Node<'_>) {
        if !item.is_mapping() {
            return self.name(item);
        }
        match item.get("rule") {
            Some(Entry { value, .. }) if value.is_sequence() => {
                value.items().for_each(|name| self.name(name));
            }
            Some(Entry { value, .. }) => self.name(value),
            None => self.push(item, Said::Nothing("name the rule: `\"rule\": \"...\"`")),
        }
    }

    fn name(&mut self, node: Node<'_>) {
        match node.as_str() {
            Some("") => self.push(node, Said::Nothing("name the rule that is to be silent")),
            Some(text) => self.push(node, said(text)),
            None if node.is_missing() => {}
            None => self.push(node, Said::Nothing("write the name of a rule here")),
        }
    }

    fn push(&mut self, node: Node<'_>, said: Said) {
        self.names.push(Name {
            range: inside(self.document, node),
            said,
            scope: self.scope.clone(),
        });
    }
}

/// What stands between the quotes of a scalar.
fn inside(document: &Document, node: Node<'_>) -> TextRange {
    let range = node.range();
    let quote = document.text().byte(range.start);
    let is_quoted = range.len() > 2
        && matches!(quote, Some(b'"' | b'\''))
        && document.text().byte(range.end - 1) == quote;
    if is_quoted {
        TextRange::new(range.start + 1, range.end - 1)
    } else {
        range
    }
}
