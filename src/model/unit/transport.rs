//! Reads the facts of servers and channels about transport.

use ecow::EcoString;

use super::{Extractor, Version, tls};
use crate::model::facts::{Channel, Server, ServerVariable, Spanned};
use crate::model::walk::members;
use crate::syntax::node::{Entry, Node};
use crate::syntax::tree::Tree;

/// Reads the facts of a server, with absolute ranges.
pub fn server(tree: &Tree, version: Version, value: Node<'_>) -> Server {
    Extractor::new(tree, version, false).server(value)
}

/// Reads a server variable, with absolute ranges.
pub fn server_variable(tree: &Tree, version: Version, entry: &Entry<'_>) -> ServerVariable {
    Extractor::new(tree, version, true).variable(entry)
}

impl<'t> Extractor<'t> {
    pub(super) fn server(&self, value: Node<'t>) -> Server {
        let address = if self.version.is_v3() { "host" } else { "url" };
        let field = |name| {
            let entry = self.tree.field(value, name)?;
            self.member(&entry)
        };
        Server {
            protocol: field("protocol"),
            address: field(address),
            variables: (self.tree.field(value, "variables"))
                .map(|entry| members(self.tree, entry.value))
                .into_iter()
                .flatten()
                .map(|entry| self.variable(&entry))
                .collect(),
            may_be_encrypted: self.may_be_ciphered(value) || tls::is_stated(self.tree, value),
        }
    }

    fn variable(&self, entry: &Entry<'t>) -> ServerVariable {
        let text = |name| {
            let field = self.tree.field(entry.value, name)?;
            field.value.is_scalar().then(|| self.spanned(field.value))
        };
        let list = self.tree.field(entry.value, "enum");
        ServerVariable {
            name: self.spanned(entry.key),
            default: text("default"),
            enum_key: list.map(|list| self.rel(list.key.range())),
            values: list.map_or_else(Vec::new, |list| {
                let items = (list.value.items()).filter_map(|item| self.tree.resolve(item));
                items
                    .filter(|item| item.is_scalar())
                    .map(|item| self.spanned(item))
                    .collect()
            }),
            reference: text("$ref"),
        }
    }

    /// A cipher encrypts IBM MQ; a `$ref` may contain one.
    fn may_be_ciphered(&self, value: Node<'t>) -> bool {
        let field = |node, name| (self.tree.field(node, name)).map(|entry| entry.value);
        let Some(bindings) = field(value, "bindings") else {
            return false;
        };
        if field(bindings, "$ref").is_some() {
            return true;
        }
        field(bindings, "ibmmq").is_some_and(|binding| {
            field(binding, "cipherSpec").is_some() || field(binding, "$ref").is_some()
        })
    }

    pub(super) fn channel(&self, value: Node<'t>, pointer: String) -> Channel {
        let name = |item: Node<'t>| {
            let item = self.tree.resolve(item)?;
            if self.version.is_v3() {
                return self.reference_text(item);
            }
            item.as_str().map(|_| self.spanned(item))
        };
        let servers = (self.tree.field(value, "servers")).map(|entry| {
            let items = entry.value.items();
            let no_name = |item: Node<'t>| Spanned {
                text: EcoString::new(),
                range: self.rel(item.range()),
            };
            items
                .map(|item| name(item).unwrap_or_else(|| no_name(item)))
                .collect()
        });
        Channel {
            pointer: pointer.into(),
            servers,
            address: self.text(value, "address"),
        }
    }
}
