//! A document under way to the other version, and what all steps need.

use crate::analysis::Analysis;
use crate::edits::draft::Draft;
use crate::model::walk::push_token;
use crate::refactor::change::Refusal;
use crate::rules::messages::quoted;
use crate::spec::is_component_key;

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
}

impl Work<'_> {
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
            return Refusal::because(format!(
                "{shown} is no object, or written with an alias or merge key."
            ));
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
