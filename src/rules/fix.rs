//! Fixes that rules propose.
//!
//! The fix of a rule is a function that receives a [`FixContext`] and offers remedies, best first.
//! It need not check whether a remedy helps: the layer `fixes` tries each of them.

pub mod comments;
pub mod declare;
pub mod holes;
pub mod names;

use std::borrow::Cow;

use crate::edits::builder::EditBuilder;
use crate::edits::path::NodePath;
use crate::edits::template::{self, Template};
use crate::model::facts::Scheme;
use crate::model::references::Resolver;
use crate::model::references::target::{component_in, is_external, local_pointer, schemes_pointer};
use crate::model::walk::UnitKind;
use crate::model::{DocumentKind, Fragment, InUnit, MapReference, Model};
use crate::rules::finding::{Data, Finding};
use crate::rules::messages::quoted;
use crate::spec::Version;
use crate::syntax::document::Document;
use crate::syntax::node::{Entry, Node, ScalarType};
use crate::syntax::tree::Tree;
use crate::text::TextEdit;
use crate::text::range::TextRange;
use holes::{Hole, holes};

/// How many names or hosts are offered at most.
pub(super) const MAX_OFFERED: usize = 5;

/// The description of a new scope, to be replaced by the author.
pub(super) const SCOPE_PLACEHOLDER: &str = "TODO: say what it allows";

/// The function that offers the remedies of a rule's findings.
pub type OfferFixes = fn(&mut FixContext<'_>);

/// Whether a fix changes what the document means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FixKind {
    /// The document then says what its author clearly meant.
    Safe,
    /// The document then means something else.
    ChangesMeaning,
    /// The author must still fill something in; the title says what.
    Placeholder,
}

impl FixKind {
    /// Safe if the author's meaning is certain.
    pub(super) fn safe_if(is_certain: bool) -> Self {
        if is_certain {
            Self::Safe
        } else {
            Self::ChangesMeaning
        }
    }
}

/// A remedy that has not been tried yet.
#[derive(Debug, Clone)]
pub struct Remedy {
    /// The title in a menu.
    pub title: String,
    /// Whether it changes what the document means.
    pub kind: FixKind,
    /// Whether to drop it if it causes another finding.
    pub must_be_clean: bool,
    /// The edits, in ranges of the unchanged text: sorted, without overlap.
    pub edits: Vec<TextEdit>,
    /// What the author is to replace.
    pub holes: Vec<Hole>,
}

/// A finding to fix, with its document.
pub struct FixContext<'a> {
    /// The document.
    pub document: &'a Document,
    /// Its model.
    pub model: &'a Model,
    /// The finding.
    pub finding: &'a Finding,
    /// The path to the node at the range of the finding.
    pub path: NodePath<'a>,
    /// The AsyncAPI version that applies.
    pub version: Version,
    /// Whether an author is there to fill in what a fix leaves open. To find these places a document
    /// is read again, which takes too long where all findings are fixed at once.
    pub has_author: bool,
    /// The remedies offered so far.
    pub remedies: Vec<Remedy>,
}

impl<'a> FixContext<'a> {
    /// The context of a finding; `None` if there is no node at its range.
    pub fn new(document: &'a Document, model: &'a Model, finding: &'a Finding) -> Option<Self> {
        Some(Self {
            document,
            model,
            finding,
            path: NodePath::of_range(document.tree(), finding.range)?,
            version: model.version.unwrap_or(Version::V3_1),
            has_author: true,
            remedies: Vec::new(),
        })
    }

    /// The tree.
    pub fn tree(&self) -> &'a Tree {
        self.document.tree()
    }

    /// The entry whose key or value is at the finding.
    pub fn entry(&self) -> Option<Entry<'a>> {
        self.path.entry()
    }

    /// The mapping that has this entry.
    pub fn mapping(&self) -> Option<Node<'a>> {
        let parent = self.path.parent()?.node();
        parent.is_mapping().then_some(parent)
    }

    /// The field of that name in this mapping.
    pub fn sibling(&self, name: &str) -> Option<Entry<'a>> {
        self.mapping()?.get(name)
    }

    /// Whether the finding is at an item of a list.
    pub fn is_item(&self) -> bool {
        (self.path.parent()).is_some_and(|parent| parent.node().is_sequence())
    }

    /// The item of a list that has the key at the finding.
    pub fn item_of_key(&self) -> Option<NodePath<'a>> {
        let mapping = self.path.parent()?;
        let list = mapping.parent()?;
        list.node().is_sequence().then_some(mapping)
    }

    /// The entries of a mapping that the finding is about.
    pub fn faulty_entries(&self, mapping: Node<'a>) -> Vec<Entry<'a>> {
        let is_faulty = |entry: &Entry<'a>| {
            let place = entry.key.range();
            place == self.finding.range || self.finding.other_parts().any(|part| part == place)
        };
        mapping.entries().filter(is_faulty).collect()
    }

    /// The scheme whose key, or one of whose keys, is at the finding, with its mapping.
    pub fn scheme(&self) -> Option<(InUnit<'a, Scheme>, NodePath<'a>)> {
        let place = self.finding.range;
        let has_key = |scheme: &InUnit<'a, Scheme>| {
            let path = self.path_at(scheme.abs(scheme.fact.range));
            path.is_some_and(|path| {
                path.node()
                    .entries()
                    .any(|entry| entry.key.range() == place)
            })
        };
        let is_it = |scheme: &InUnit<'a, Scheme>| {
            scheme.abs(scheme.fact.anchor()) == place
                || scheme.abs(scheme.fact.range).contains(place) && has_key(scheme)
        };
        let scheme = self.model.schemes().find(is_it)?;
        let path = self.path_at(scheme.abs(scheme.fact.range))?;
        path.node().is_mapping().then_some((scheme, path))
    }

    /// The pointer in the `$ref` of a mapping, if it targets this document.
    pub fn pointer_of(&self, mapping: Node<'a>) -> Option<String> {
        let reference = self.tree().field(mapping, "$ref")?;
        local_pointer(reference.value.value()).map(Cow::into_owned)
    }

    /// The target of the `$ref` of a mapping in this document.
    pub fn target_of(&self, mapping: Node<'a>) -> Option<Node<'a>> {
        self.tree().pointer(&self.pointer_of(mapping)?)
    }

    /// Whether a reference targets something in this document, or another document.
    pub fn leads_somewhere(&self, reference: &str) -> bool {
        match local_pointer(reference) {
            Some(pointer) => self.tree().pointer(&pointer).is_some(),
            None => is_external(reference),
        }
    }

    /// The name of the component that a reference targets, and whether it targets the component
    /// itself, not a node inside.
    pub fn component(&self, reference: &str) -> Option<(String, bool)> {
        let map = schemes_pointer(self.tree(), self.model);
        let (name, is_whole) = component_in(map, reference)?;
        Some((name.into_owned(), is_whole))
    }

    /// The name of the component that the text of a reference targets.
    pub fn component_name(&self, reference: &str) -> Option<String> {
        let (name, is_whole) = self.component(reference)?;
        is_whole.then_some(name)
    }

    /// The scheme that a name in a 2.x requirement refers to.
    pub fn scheme_named(&self, name: &str) -> Option<InUnit<'a, Scheme>> {
        Resolver::new(self.tree(), self.model)
            .named(name)?
            .scheme()?
            .here()
    }

    /// Whether schemes can be declared in this document: not in a part of one, nor beside a `$ref` in
    /// place of them.
    pub fn can_declare(&self) -> bool {
        let is_hidden = |map: &MapReference| matches!(map.place, None | Some(UnitKind::Scheme));
        matches!(
            self.model.kind,
            DocumentKind::AsyncApi | DocumentKind::Fragment(Fragment::Components)
        ) && !self.model.map_references.iter().any(is_hidden)
    }

    /// The path to the node at a range.
    pub fn path_at(&self, place: TextRange) -> Option<NodePath<'a>> {
        NodePath::of_range(self.tree(), place)
    }

    /// The value of an entry as written, to be moved elsewhere.
    pub fn moved(&self, entry: Entry<'a>) -> Option<Template> {
        template::moved(self.document, Some(entry.key), entry.value)
    }

    /// The nodes at the related ranges that are part of the problem; `None` if one has no node.
    pub fn other_parts(&self) -> Option<Vec<NodePath<'a>>> {
        let parts = self.finding.other_parts();
        parts.map(|place| self.path_at(place)).collect()
    }

    /// The entry whose key is at a range.
    pub fn entry_at(&self, key: TextRange) -> Option<Entry<'a>> {
        NodePath::of_key(self.tree(), key.start())?.entry()
    }

    /// The texts of a list of strings.
    pub fn texts_of(&self, list: Node<'a>) -> Option<Vec<String>> {
        let text = |item| Some(self.tree().resolve(item)?.as_str()?.to_owned());
        list.items().map(text).collect()
    }

    /// The name or value that was probably meant.
    pub fn meant(&self) -> Option<&'a str> {
        match self.finding.data() {
            Data::Meant(meant) => Some(meant),
            _ => None,
        }
    }

    /// Offers a remedy, if it can be made.
    pub fn offer(
        &mut self,
        title: impl Into<String>,
        kind: FixKind,
        make: impl FnOnce(&mut EditBuilder) -> Option<()>,
    ) {
        self.propose(title.into(), kind, false, make);
    }

    /// Offers a remedy that is dropped if it causes another finding.
    pub fn offer_clean(
        &mut self,
        title: impl Into<String>,
        kind: FixKind,
        make: impl FnOnce(&mut EditBuilder) -> Option<()>,
    ) {
        self.propose(title.into(), kind, true, make);
    }

    fn propose(
        &mut self,
        title: String,
        kind: FixKind,
        must_be_clean: bool,
        make: impl FnOnce(&mut EditBuilder) -> Option<()>,
    ) {
        let mut builder = EditBuilder::new(self.document);
        if make(&mut builder).is_none() {
            return;
        }
        let holes = match self.has_author {
            true => holes(&builder),
            false => Vec::new(),
        };
        let edits = builder.finish();
        // Nobody looks at what is fixed in bulk, so it keeps what the author wrote.
        let is_unseen = kind == FixKind::Safe && self.finding.rule.is_fixed_in_bulk;
        self.remedies.push(Remedy {
            title,
            kind: match is_unseen && comments::are_lost(self.document, &edits) {
                true => FixKind::ChangesMeaning,
                false => kind,
            },
            must_be_clean,
            holes,
            edits,
        });
    }

    /// Offers to remove the entry at the finding.
    pub fn offer_removal(&mut self, kind: FixKind) {
        let Some(entry) = self.entry() else { return };
        let title = format!("Remove {}", quoted(entry.key.value()));
        self.offer(title, kind, |edits| edits.remove(entry));
    }

    /// Offers to remove the item at the finding.
    pub fn offer_item_removal(&mut self, kind: FixKind) {
        if self.is_item() {
            let node = self.path.node();
            let title = format!("Remove {}", quoted(node.value()));
            self.offer(title, kind, |edits| edits.remove_item(node));
        }
    }

    /// Offers to rename the key at the finding.
    pub fn offer_rename(&mut self, name: &str, kind: FixKind) {
        let Some(entry) = self.entry() else { return };
        if self.sibling(name).is_some() {
            return;
        }
        let title = format!("Rename {} to {}", quoted(entry.key.value()), quoted(name));
        self.offer(title, kind, |edits| edits.rename(entry.key, name));
    }

    /// Offers to keep the field as an extension (`x-`).
    pub fn offer_extension(&mut self, kind: FixKind) {
        let Some(entry) = self.entry() else { return };
        let is_fine = |sign: char| sign.is_ascii_alphanumeric() || "._-".contains(sign);
        let name = entry.key.value().replace(|sign| !is_fine(sign), "-");
        self.offer_rename(&format!("x-{name}"), kind);
    }

    /// Offers another text for the scalar at the finding.
    pub fn offer_text(&mut self, text: &str, kind: FixKind) {
        self.offer_text_as(format!("Write {}", quoted(text)), text, kind);
    }

    /// Offers another text for the scalar, with a title.
    pub fn offer_text_as(&mut self, title: impl Into<String>, text: &str, kind: FixKind) {
        let node = self.path.node();
        self.offer(title, kind, |edits| {
            if kind == FixKind::Placeholder {
                edits.hole(text);
            }
            edits.set_text(node, text)
        });
    }

    /// Offers another text for the scalar, if it causes no other finding.
    pub fn offer_clean_text(&mut self, title: &str, text: &str) {
        let node = self.path.node();
        if !self.path.is_key() {
            self.offer_clean(title, FixKind::ChangesMeaning, |edits| {
                edits.set_text(node, text)
            });
        }
    }

    /// Offers another text for the exact range of the finding, a part of a scalar.
    pub fn offer_cut(&mut self, title: impl Into<String>, new_text: &str) {
        let edit = TextEdit {
            range: self.finding.range,
            new_text: new_text.to_owned(),
        };
        self.offer_edit(title, FixKind::ChangesMeaning, edit);
    }

    /// Offers an edit of the text.
    pub fn offer_edit(&mut self, title: impl Into<String>, kind: FixKind, edit: TextEdit) {
        self.offer(title, kind, |edits| {
            edits.apply(std::slice::from_ref(&edit));
            Some(())
        });
    }

    /// Offers to quote the number or boolean at the finding.
    pub fn offer_quotes(&mut self) {
        let node = self.path.node();
        let lacks_quotes = matches!(
            node.scalar_type(),
            Some(ScalarType::Number | ScalarType::Bool)
        );
        if lacks_quotes && !self.path.is_key() {
            let title = format!("Put {} in quotes", quoted(node.value()));
            self.offer_text_as(title, node.value(), FixKind::Safe);
        }
    }

    /// Offers a list of the words in the value, or an empty list for no value.
    pub fn offer_list_of_words(&mut self, kind: FixKind) {
        let Some(entry) = self.entry() else { return };
        let value = entry.value;
        let words = match value.scalar_type() {
            Some(ScalarType::Null) => Vec::new(),
            Some(ScalarType::String) => words_in(value.value()),
            Some(_) => vec![value.value().to_owned()],
            None => return,
        };
        self.offer("Write a list", kind, |edits| {
            edits.put(entry, &Template::FlowList(words))
        });
    }

    /// Offers newer versions, which have the field that is used.
    pub fn offer_newer_version(&mut self, since: Version) {
        let Some(entry) = self.tree().root().get("asyncapi") else {
            return;
        };
        let newest = Version::newest_of(u64::from(self.version.major()));
        for version in [Some(since), newest].into_iter().flatten() {
            let title = format!("Raise `asyncapi` to `{}`", version.as_str());
            self.offer(title, FixKind::ChangesMeaning, |edits| {
                edits.set_text(entry.value, version.as_str())
            });
        }
    }
}

/// The words of a text, separated by blanks or commas.
pub fn words_in(text: &str) -> Vec<String> {
    let words = text.split(|sign: char| sign.is_whitespace() || sign == ',');
    let words = words.filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}
