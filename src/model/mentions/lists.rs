//! Names in lists: of schemes and scopes in `security`, of servers in channels.

use super::collect::{Collector, Name};
use super::{Meaning, SymbolKind};
use crate::model::UnitRef;
use crate::model::facts::{EntryForm, RequiredScheme, SecurityList};
use crate::syntax::node::Node;

impl<'a> Collector<'a> {
    /// All `security` lists, misplaced ones too: the schemes that they name count as used.
    pub fn lists(&mut self) {
        for unit in self.model.units() {
            let lists = (unit.unit.sites().iter()).filter_map(|site| site.security.as_ref());
            for list in lists.chain(unit.unit.rest().misplaced.as_deref()) {
                self.list(unit, list);
            }
        }
    }

    fn list(&mut self, unit: UnitRef<'a>, list: &SecurityList) {
        for entry in &list.entries {
            match &entry.form {
                EntryForm::Requirement(names) => {
                    for required in names {
                        self.required(unit, required);
                    }
                }
                // A string may be meant as a name or as a reference.
                EntryForm::Other(Some(word)) => {
                    let Some(node) = self.scalar(unit.at(word).abs(word.range)) else {
                        continue;
                    };
                    if self.model.component(&word.text).is_some() {
                        let symbol = self.named(SymbolKind::Scheme, self.schemes, &word.text);
                        self.push(Name::whole(node), Meaning::Symbol(symbol), false, None);
                    } else if word.text.contains('#') {
                        self.words.push(node);
                    }
                }
                // References are found by their key, inline schemes with the others.
                EntryForm::Other(None) | EntryForm::Reference(_) | EntryForm::Inline(_) => {}
            }
        }
    }

    fn required(&mut self, unit: UnitRef<'a>, required: &RequiredScheme) {
        let (family, value) = self.families.required(&required.name.text);
        if let Some(key) = self.scalar(required.name.range.shifted(unit.base)) {
            let symbol = self.named(SymbolKind::Scheme, self.schemes, key.value());
            self.found.symbols[symbol].family.get_or_insert(family);
            self.push(Name::whole(key), Meaning::Symbol(symbol), false, None);
        }
        for scope in &required.scopes {
            self.required_scope(scope.range.shifted(unit.base), family, value);
        }
    }

    /// 2.x: the names of servers in a channel.
    pub fn servers_of(&mut self, channel: Node<'a>) {
        let version = self.model.version;
        if version.is_none_or(|version| version.is_v3()) {
            return;
        }
        let Some(servers) = self.tree.field(channel, "servers") else {
            return;
        };
        for item in servers.value.items() {
            let node = self.resolved(item);
            if node.as_str().is_some() {
                let symbol = self.named(SymbolKind::Server, "/servers", node.value());
                self.push(Name::whole(node), Meaning::Symbol(symbol), false, None);
            }
        }
    }
}
