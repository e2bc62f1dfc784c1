//! The `$ref`s of a document, and the names in their JSON Pointers.

use super::collect::{Collector, Name};
use super::{Meaning, Reference, SymbolKind};
use crate::model::facts::Home;
use crate::model::references::target::{Token, is_external, tokens};
use crate::model::walk::push_token;
use crate::syntax::node::Node;
use crate::syntax::written;

impl<'a> Collector<'a> {
    /// All `$ref`s, wherever they stand: also those of messages lead to channels and servers.
    pub fn references(&mut self) {
        let mut texts = std::mem::take(&mut self.words);
        for value in std::mem::take(&mut self.texts.references) {
            let value = self.resolved(value);
            texts.extend(value.as_str().map(|_| value));
        }
        // An alias may stand for the text of several.
        texts.sort_by_key(|text| text.range().start());
        texts.dedup_by_key(|text| text.range().start());
        for text in texts {
            self.reference(text);
        }
        self.schemes_that_refer();
        let map = self.tree.pointer(self.schemes);
        let map = map.and_then(|map| self.tree.field(map, "$ref"));
        self.found.schemes_reference =
            map.and_then(|entry| self.known(entry.value.range().start()));
    }

    /// The reference whose text starts there.
    fn known(&self, start: usize) -> Option<usize> {
        let known = &self.found.references;
        let found = known.binary_search_by_key(&start, |known| known.scalar.start());
        found.ok()
    }

    /// A text that refers to something.
    fn reference(&mut self, node: Node<'a>) {
        let index = self.found.references.len();
        let text = node.value().to_owned();
        let target = if is_external(&text) {
            self.outside(node, index, &text)
        } else {
            self.inside(node, &text)
        };
        let range = written::part(node, &(0..text.len()));
        self.found.references.push(Reference {
            range: range.unwrap_or_else(|| written::inner(node)),
            scalar: node.range(),
            text,
            target,
        });
    }

    fn outside(&mut self, node: Node<'a>, reference: usize, text: &str) -> Option<Meaning> {
        let tokens = tokens(text);
        let count = tokens.len();
        for (at, token) in tokens.iter().enumerate() {
            let tokens = at + 1;
            let meaning = Meaning::Outside { reference, tokens };
            self.push(Name::token(node, token), meaning, false, None);
        }
        let meaning = Meaning::Outside {
            reference,
            tokens: count,
        };
        if count == 0 {
            self.push(Name::nothing(node, 0..text.len()), meaning, false, None);
        }
        Some(meaning)
    }

    fn inside(&mut self, node: Node<'a>, text: &str) -> Option<Meaning> {
        let tokens = tokens(text);
        if tokens.is_empty() && !matches!(text, "" | "#") {
            // Not a JSON Pointer.
            return None;
        }
        let mut place = self.resolved(self.tree.root());
        for (at, token) in tokens.iter().enumerate() {
            let is_last = at + 1 == tokens.len();
            let next = self.children.entry(self.tree, place, &token.name);
            let Some((key, value)) = next else {
                return self.unknown_scheme(node, &tokens);
            };
            let key = key.map(|key| self.resolved(key));
            let symbol = key.and_then(|key| self.symbol_of_key(key, is_last));
            if let Some(symbol) = symbol {
                self.push(
                    Name::token(node, token),
                    Meaning::Symbol(symbol),
                    false,
                    None,
                );
                if is_last {
                    return Some(Meaning::Symbol(symbol));
                }
            }
            place = value;
        }
        // An item of a list, the root, or a key that is no text.
        let start = place.range().start();
        let meaning = Meaning::Symbol(self.nameless(start, SymbolKind::Place));
        let part = match tokens.last() {
            Some(token) => token.range.clone(),
            None => 0..text.len(),
        };
        self.push(Name::nothing(node, part), meaning, false, None);
        Some(meaning)
    }

    /// The name of a scheme that is not there.
    fn unknown_scheme(&mut self, node: Node<'a>, tokens: &[Token]) -> Option<Meaning> {
        let count = self.schemes.matches('/').count();
        let mut map = String::new();
        for token in tokens.iter().take(count) {
            push_token(&mut map, &token.name);
        }
        let token = tokens.get(count).filter(|_| map == self.schemes)?;
        let symbol = self.named(SymbolKind::Scheme, self.schemes, &token.name);
        self.push(
            Name::token(node, token),
            Meaning::Symbol(symbol),
            false,
            None,
        );
        (tokens.len() == count + 1).then_some(Meaning::Symbol(symbol))
    }

    /// What the schemes lead to that are references.
    fn schemes_that_refer(&mut self) {
        for scheme in self.model.schemes() {
            let (Some(name), Some(reference)) = (scheme.fact.name(), &scheme.fact.reference) else {
                continue;
            };
            let Some(text) = &reference.target else {
                continue;
            };
            if scheme.fact.home != Home::Component {
                continue;
            }
            let symbol = self.named(SymbolKind::Scheme, self.schemes, &name.text);
            let scalar = scheme.abs(text.range);
            let found = self.known(scalar.start());
            self.found.symbols[symbol].leads_to =
                found.and_then(|at| self.found.references[at].target);
        }
    }
}
