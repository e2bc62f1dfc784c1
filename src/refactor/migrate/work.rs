//! A document under way to the other version, and what all steps need.

use crate::analysis::Analysis;
use crate::edits::draft::Draft;
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

/// A document under way to the other version.
pub(super) struct Work<'a> {
    /// What it was.
    pub(super) analysis: &'a Analysis,
    /// Whether only what is written as in the other version is rewritten: it was pasted into a
    /// document that is of the version that is wanted.
    pub(super) is_pasted: bool,
    /// What it is by now.
    pub(super) draft: Draft,
    /// Pointers of what was moved, each with the one where it ends.
    pub(super) moved: Vec<(String, String)>,
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
            moved: Vec::new(),
            refused: Vec::new(),
        }
    }

    /// Refuses for what stands at a pointer.
    pub(super) fn refuse<T>(&self, pointer: &str, reason: impl Into<String>) -> Result<T, Refusal> {
        Refusal::at(self.mark(pointer), reason)
    }

    /// Does a step with what stands at a pointer. When it is refused the others are still tried, so
    /// that all reasons are said at once.
    pub(super) fn attempt(
        &mut self,
        pointer: &str,
        step: impl FnOnce(&mut Self) -> Result<(), Refusal>,
    ) {
        if let Err(refusal) = step(self) {
            let range = self.mark(pointer);
            let reasons = refusal.0.into_iter().map(|reason| Reason {
                range: reason.range.or(Some(range)),
                ..reason
            });
            self.refused.extend(reasons);
        }
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
        refused.sort_by_key(|reason| reason.range.map(|range| range.start));
        // What is said of a reference by itself is enough.
        refused.dedup_by_key(|reason| reason.range);
        Err(Refusal(refused))
    }

    /// What the author sees of what stands at a pointer now.
    fn mark(&self, pointer: &str) -> TextRange {
        let mut pointer = pointer.to_owned();
        for (old, new) in self.moved.iter().rev() {
            let rest = pointer.strip_prefix(&**new);
            if let Some(rest) = rest.filter(|rest| rest.is_empty() || rest.starts_with('/')) {
                pointer = format!("{old}{rest}");
            }
        }
        mark(self.analysis, &pointer)
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
    pub(super) fn extend(&mut self, pointer: &str, fields: &[&str]) -> Result<(), Refusal> {
        for field in fields {
            if self.has(pointer, field) {
                let name = format!("x-{field}");
                need(self.draft.rename(&below(pointer, field), &name))?;
            }
        }
        Ok(())
    }

    /// Moves a field from one object to another one.
    pub(super) fn shift(&mut self, from: &str, field: &str, to: &str) -> Result<(), Refusal> {
        let pointer = below(from, field);
        if self.draft.node(&pointer).is_some() {
            let value = need(self.draft.take(&pointer))?;
            need(self.draft.insert(to, field, &value, &ROOT))?;
            self.moved.push((pointer, below(to, field)));
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
    let mut taken: Vec<String> = names
        .iter()
        .filter(|name| is_component_key(name))
        .cloned()
        .collect();
    let key = |name: &String| {
        if is_component_key(name) {
            return name.clone();
        }
        let key = free(&taken, &key_of(name));
        taken.push(key.clone());
        key
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

/// A name that is not taken.
pub(super) fn free(taken: &[String], wanted: &str) -> String {
    let mut names =
        std::iter::once(wanted.to_owned()).chain((2..).map(|at| format!("{wanted}{at}")));
    let free = names.find(|name| !taken.contains(name));
    free.unwrap_or_else(|| wanted.to_owned())
}
