//! A document of the other major version, in which every operation demands what it demanded.
//!
//! 2.x says who may what with names and lists of scopes, of which several can be required together;
//! 3.x refers to schemes that have their scopes. With the version the rest has to move: operations
//! out of their channels or into them, messages out of operations or into them, the address of a
//! server and of a channel, the fields of parameters. What the other version has no word for is
//! kept as an extension (`x-title`) where it only describes, and is a reason to refuse where it
//! says how the application works.

mod channels;
mod messages;
mod operations;
mod parameters;
mod references;
mod security_v2;
mod security_v3;
mod servers;

use super::{Meaning, RefactorKind, Refactoring, Refusal, checked};
use crate::analysis::Analysis;
use crate::edits::draft::Draft;
use crate::model::DocumentKind;
use crate::model::references::externals;
use crate::model::walk::push_token;
use crate::rules::messages::quoted;
use crate::rules::rule::{Group, Severity};
use crate::spec::{Version, is_component_key};
use crate::text::TextEdit;

/// The keys of the root, in the order in which most documents have them.
const ROOT: [&str; 9] = [
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

/// Offers the whole document in the other major version, on its `asyncapi` field.
pub(super) fn offer(analysis: &Analysis, offset: usize, found: &mut Vec<Refactoring>) {
    let root = analysis.document.tree().root();
    let Some(entry) = root.get("asyncapi") else {
        return;
    };
    let field = entry.key.range().cover(entry.value.range());
    let Some(version) = target(analysis).filter(|_| field.touches(offset)) else {
        return;
    };
    found.push(Refactoring {
        title: format!("Migrate the document to AsyncAPI `{}`", version.as_str()),
        kind: RefactorKind::Rewrite,
        result: migrate(analysis).map(Into::into),
    });
}

/// The version that a document is migrated to: of 3.x the first, which all tools for 3.x read.
pub fn target(analysis: &Analysis) -> Option<Version> {
    let version = analysis.model.version?;
    let is_whole = analysis.model.kind == DocumentKind::AsyncApi;
    is_whole.then_some(match version.is_v3() {
        true => Version::V2_6,
        false => Version::V3_0,
    })
}

/// The edits that make a document one of the other major version. The effective security of each
/// operation stays the same.
pub fn migrate(analysis: &Analysis) -> Result<Vec<TextEdit>, Refusal> {
    let Some(version) = target(analysis) else {
        return Refusal::because("This is not a whole document of a known version.");
    };
    check_sources(analysis)?;
    let mut work = Work {
        analysis,
        draft: Draft::new(&analysis.document),
        moved: Vec::new(),
    };
    match version.is_v3() {
        true => to_v3(&mut work)?,
        false => to_v2(&mut work)?,
    }
    need(work.draft.set_text("/asyncapi", version.as_str()))?;
    references::rewrite(&mut work)?;
    let change = work.draft.finish().into();
    Ok(checked(analysis, change, Meaning::Kept)?.edits)
}

/// What is wrong or out of sight cannot be migrated.
fn check_sources(analysis: &Analysis) -> Result<(), Refusal> {
    let is_broken = analysis.findings.iter().any(|finding| {
        let severity = finding.severity.unwrap_or(finding.rule.severity);
        finding.rule.group == Group::Syntax && severity == Severity::Error
    });
    if is_broken {
        return Refusal::because("The text has syntax errors: mend them first.");
    }
    let maps = analysis.model.map_references.iter();
    let outside = maps.map(|reference| &*reference.text);
    match outside.chain(externals(&analysis.model)).next() {
        None => Ok(()),
        Some(text) => Refusal::because(format!(
            "It refers to {}, which would have to be migrated with it.",
            quoted(text)
        )),
    }
}

fn to_v3(work: &mut Work<'_>) -> Result<(), Refusal> {
    security_v2::migrate(work)?;
    for map in ["/servers", "/components/servers"] {
        servers::to_v3(work, map)?;
    }
    channels::to_v3(work)?;
    for name in work.draft.keys("/components/messages") {
        messages::to_v3(work, &below("/components/messages", &name))?;
    }
    for name in work.draft.keys("/components/messageTraits") {
        messages::trait_to_v3(work, &below("/components/messageTraits", &name))?;
    }
    for name in work.draft.keys("/components/operationTraits") {
        let pointer = below("/components/operationTraits", &name);
        work.extend(&pointer, &["operationId"])?;
    }
    parameters::to_v3(work, "/components/parameters")?;
    for field in ["tags", "externalDocs"] {
        work.shift("", field, "/info")?;
    }
    Ok(())
}

fn to_v2(work: &mut Work<'_>) -> Result<(), Refusal> {
    for map in [
        "channels",
        "operations",
        "replies",
        "replyAddresses",
        "tags",
        "externalDocs",
    ] {
        let pointer = format!("/components/{map}");
        if !work.draft.keys(&pointer).is_empty() {
            let reason = format!("2.6 has no `components.{map}` that could stand for these.");
            return Refusal::because(reason);
        }
        if work.draft.node(&pointer).is_some() {
            need(work.draft.remove(&pointer))?;
        }
    }
    security_v3::migrate(work)?;
    for map in ["/servers", "/components/servers"] {
        servers::to_v2(work, map)?;
    }
    operations::to_v2(work)?;
    for name in work.draft.keys("/components/messages") {
        messages::to_v2(work, &below("/components/messages", &name))?;
    }
    for name in work.draft.keys("/components/operationTraits") {
        let pointer = below("/components/operationTraits", &name);
        work.extend(&pointer, &["title"])?;
    }
    parameters::to_v2(work, "/components/parameters")?;
    for name in work.draft.keys("/components/schemas") {
        let pointer = below("/components/schemas", &name);
        if work.has(&pointer, "schemaFormat") && work.has(&pointer, "schema") {
            let reason = format!(
                "The schema {} names its format, which only a message of 2.6 can.",
                quoted(&name)
            );
            return Refusal::because(reason);
        }
    }
    for field in ["tags", "externalDocs"] {
        work.shift("/info", field, "")?;
    }
    Ok(())
}

/// A document under way to the other version.
struct Work<'a> {
    /// What it was.
    analysis: &'a Analysis,
    /// What it is by now.
    draft: Draft,
    /// Pointers of what was moved, each with the one where it ends.
    moved: Vec<(String, String)>,
}

impl Work<'_> {
    fn has(&self, pointer: &str, field: &str) -> bool {
        self.draft.node(&below(pointer, field)).is_some()
    }

    /// Whether a reference stands there. What is no object as it is written cannot be taken apart.
    fn is_reference(&self, pointer: &str) -> Result<bool, Refusal> {
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
    fn extend(&mut self, pointer: &str, fields: &[&str]) -> Result<(), Refusal> {
        for field in fields {
            if self.has(pointer, field) {
                let name = format!("x-{field}");
                need(self.draft.rename(&below(pointer, field), &name))?;
            }
        }
        Ok(())
    }

    /// Moves a field from one object to another one.
    fn shift(&mut self, from: &str, field: &str, to: &str) -> Result<(), Refusal> {
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
fn need<T>(done: Option<T>) -> Result<T, Refusal> {
    done.ok_or_else(Refusal::unwritable)
}

/// The pointer of a child.
fn below(pointer: &str, token: &str) -> String {
    let mut below = pointer.to_owned();
    push_token(&mut below, token);
    below
}

/// Names for keys: those that are none become one. A name that is taken gets a number.
fn keys_for(names: &[String]) -> Vec<String> {
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
fn key_of(text: &str) -> String {
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
fn free(taken: &[String], wanted: &str) -> String {
    let mut names =
        std::iter::once(wanted.to_owned()).chain((2..).map(|at| format!("{wanted}{at}")));
    let free = names.find(|name| !taken.contains(name));
    free.unwrap_or_else(|| wanted.to_owned())
}
