//! A document under way to the other version, and what all steps need.

use super::moves::Moves;
use super::names::Names;
use crate::analysis::Analysis;
use crate::edits::draft::{Draft, pointer_of};
use crate::edits::template::{NewMember, Template};
use crate::model::walk::push_token;
use crate::refactor::change::{Reason, Refusal};
use crate::refactor::place::mark;
use crate::rules::messages::quoted;
use crate::spec::is_component_key;
use crate::text::range::TextRange;

/// The keys of the root, in the order in which most documents have them.
pub(super) const ROOT: [&str; 9] = [
    "asyncapi",
    "id",
    "info",
    "defaultContentType",
    "tags",
    "externalDocs",
    "servers",
    "channels",
    "operations",
];

/// Something of the document, with its JSON Pointer.
pub(super) trait Placed {
    /// Where it is by now.
    fn pointer(&self) -> &str;
}

impl Placed for String {
    fn pointer(&self) -> &str {
        self
    }
}

/// A document under way to the other version.
pub(super) struct Work<'a> {
    /// What it was.
    pub(super) analysis: &'a Analysis,
    /// Whether only what is written as in the other version is rewritten: it was pasted into a
    /// document that is of the version that is wanted.
    pub(super) is_pasted: bool,
    /// What it is by now.
    pub(super) draft: Draft,
    /// What was moved.
    pub(super) moved: Moves,
    /// Why it is not possible, as far as that is known.
    refused: Vec<Reason>,
}

impl<'a> Work<'a> {
    /// Starts with the document as it is.
    pub(super) fn new(analysis: &'a Analysis, is_pasted: bool) -> Self {
        Self {
            analysis,
            is_pasted,
            draft: Draft::new(&analysis.document),
            moved: Moves::default(),
            refused: Vec::new(),
        }
    }

    /// Refuses for what stands at a pointer.
    pub(super) fn refuse<T>(&self, pointer: &str, reason: impl Into<String>) -> Result<T, Refusal> {
        Refusal::at(self.mark(pointer), reason)
    }

    /// Does something with what stands at a pointer. When it is refused the rest is still tried, so
    /// that all reasons are said at once.
    pub(super) fn attempt<T>(
        &mut self,
        pointer: &str,
        step: impl FnOnce(&mut Self) -> Result<T, Refusal>,
    ) -> Option<T> {
        let refusal = match step(self) {
            Ok(done) => return Some(done),
            Err(refusal) => refusal,
        };
        let range = self.mark(pointer);
        let reasons = refusal.0.into_iter().map(|reason| Reason {
            range: reason.range.or(Some(range)),
            ..reason
        });
        self.refused.extend(reasons);
        None
    }

    /// Does one step with each of many, and leaves out those with which it is refused. Steps that do
    /// the same in many places are read together ([`Draft`]), so all come before the next step.
    pub(super) fn each<T: Placed>(
        &mut self,
        all: &mut Vec<T>,
        mut step: impl FnMut(&mut Self, &mut T) -> Result<(), Refusal>,
    ) {
        all.retain_mut(|one| {
            let pointer = one.pointer().to_owned();
            self.attempt(&pointer, |work| step(work, one)).is_some()
        });
    }

    /// The pointers of the members of the map at a pointer.
    pub(super) fn members(&self, map: &str) -> Vec<String> {
        let keys = self.draft.keys(map);
        keys.iter().map(|key| below(map, key)).collect()
    }

    /// The pointers of the members of a map in each of many objects.
    pub(super) fn members_in<T: Placed>(&self, objects: &[T], field: &str) -> Vec<String> {
        let maps = objects.iter().map(|one| below(one.pointer(), field));
        maps.flat_map(|map| self.members(&map)).collect()
    }

    /// The pointers of the items of a list in each of many objects.
    pub(super) fn items_in<T: Placed>(&self, objects: &[T], field: &str) -> Vec<String> {
        let lists = objects.iter().map(|one| below(one.pointer(), field));
        lists.flat_map(|list| self.draft.items(&list)).collect()
    }

    /// Renames a field of all flows of schemes.
    pub(super) fn rename_in_flows(&mut self, schemes: &[String], field: &str, name: &str) {
        let mut flows = self.members_in(schemes, "flows");
        self.each(&mut flows, |work, flow| match work.has(flow, field) {
            true => need(work.draft.rename(&below(flow, field), name)),
            false => Ok(()),
        });
    }

    /// Does steps that others stand on; whether nothing of them was refused.
    pub(super) fn is_done(&mut self, steps: impl FnOnce(&mut Self)) -> bool {
        let before = self.refused.len();
        steps(self);
        self.refused.len() == before
    }

    /// Refuses what was refused so far.
    pub(super) fn settled(&mut self) -> Result<(), Refusal> {
        if self.refused.is_empty() {
            return Ok(());
        }
        let mut refused = std::mem::take(&mut self.refused);
        refused.sort_by_key(|reason| reason.range.map(|range| range.start()));
        // What is said of a reference by itself is enough.
        refused.dedup_by_key(|reason| reason.range);
        Err(Refusal(refused))
    }

    /// What the author sees of what stands at a pointer now.
    fn mark(&self, pointer: &str) -> TextRange {
        mark(self.analysis, &self.moved.origin(pointer))
    }

    /// Whether an object has a field.
    pub(super) fn has(&self, pointer: &str, field: &str) -> bool {
        self.draft.node(&below(pointer, field)).is_some()
    }

    /// Whether a reference stands there. What is no object as it is written cannot be taken apart.
    pub(super) fn is_reference(&self, pointer: &str) -> Result<bool, Refusal> {
        let node = self.draft.node(pointer);
        let is_plain = node.is_some_and(|node| node.is_mapping() && node.get("<<").is_none());
        if !is_plain {
            let shown = quoted(pointer);
            let reason = format!("{shown} is no object, or written with an alias or merge key.");
            return self.refuse(pointer, reason);
        }
        Ok(self.has(pointer, "$ref"))
    }

    /// Keeps fields that the other version does not know as extensions.
    pub(super) fn extend<T: Placed>(&mut self, objects: &mut Vec<T>, fields: &[&str]) {
        for field in fields {
            let name = format!("x-{field}");
            self.each(objects, |work, object| {
                match work.has(object.pointer(), field) {
                    true => need(work.draft.rename(&below(object.pointer(), field), &name)),
                    false => Ok(()),
                }
            });
        }
    }

    /// Removes fields of objects.
    pub(super) fn remove<T: Placed>(&mut self, objects: &mut Vec<T>, fields: &[&str]) {
        for field in fields {
            self.each(objects, |work, object| {
                match work.has(object.pointer(), field) {
                    true => need(work.draft.remove(&below(object.pointer(), field))),
                    false => Ok(()),
                }
            });
        }
    }

    /// Adds members at the end of a map, which is made if it is not there.
    pub(super) fn append(
        &mut self,
        map: &[&str],
        members: Vec<NewMember>,
        order: &[&str],
    ) -> Result<(), Refusal> {
        let pointer = pointer_of(map);
        if members.is_empty() {
            return Ok(());
        }
        need(match (self.draft.node(&pointer), map) {
            (None, [holder @ .., name]) => {
                let all = Template::Map(members);
                let holder_at = pointer
                    .strip_suffix(name)
                    .and_then(|at| at.strip_suffix('/'));
                match holder_at.filter(|at| self.draft.node(at).is_some()) {
                    Some(at) => self.draft.insert(at, name, &all, order),
                    None => self.draft.insert_at(holder, name, &all),
                }
            }
            _ => self.draft.append_members(&pointer, members),
        })
    }

    /// Moves a field from one object to another one.
    pub(super) fn shift(&mut self, from: &str, field: &str, to: &str) -> Result<(), Refusal> {
        let pointer = below(from, field);
        if self.draft.node(&pointer).is_some() {
            let value = need(self.draft.take(&pointer))?;
            need(self.draft.insert(to, field, &value, &ROOT))?;
            self.moved.add(pointer, below(to, field));
        }
        Ok(())
    }
}

/// What a step returns, for steps that the text makes impossible.
pub(super) fn need<T>(done: Option<T>) -> Result<T, Refusal> {
    done.ok_or_else(Refusal::unwritable)
}

/// The pointer of a child.
pub(super) fn below(pointer: &str, token: &str) -> String {
    let mut below = pointer.to_owned();
    push_token(&mut below, token);
    below
}

/// Names for keys: those that are none become one. A name that is taken gets a number.
pub(super) fn keys_for(names: &[String]) -> Vec<String> {
    let is_key = |name: &&String| is_component_key(name);
    let mut taken = Names::new(names.iter().filter(is_key).cloned());
    let key = |name: &String| match is_component_key(name) {
        true => name.clone(),
        false => taken.free(&key_of(name)),
    };
    names.iter().map(key).collect()
}

/// A text as a key of components: `a/b/{c}` is `a-b-c`.
pub(super) fn key_of(text: &str) -> String {
    let is_fine = |sign: char| sign.is_ascii_alphanumeric() || "._-".contains(sign);
    let words = text
        .split(|sign| !is_fine(sign))
        .filter(|word| !word.is_empty());
    let key = words.collect::<Vec<_>>().join("-");
    match key.is_empty() {
        true => "unnamed".to_owned(),
        false => key,
    }
}
