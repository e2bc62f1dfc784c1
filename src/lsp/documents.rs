//! The open documents.

use std::collections::{HashMap, VecDeque};

use tower_lsp::ls_types::{TextDocumentContentChangeEvent, TextDocumentItem, Uri};

use super::convert;
use super::profile::Profile;
use super::repair::NO_VERSION;
use super::shown::{Content, Shown};
use crate::analysis::{Analysis, Options};
use crate::model::DocumentKind;
use crate::settings::effective::Effective;
use crate::syntax::document::{Document, Language};
use crate::text::{Text, TextEdit};
use crate::workspace::Workspace;

/// An open document at its newest version.
#[derive(Debug)]
pub struct Open {
    /// The version as the client counts.
    pub version: i32,
    /// Whether the client shows diagnostics of it (were it none at all).
    pub is_shown: bool,
    /// A number that no other state of any document has.
    pub state: u64,
    /// Whether a change is lost, so that the text is not the client's.
    is_stale: bool,
    text: Text,
    /// The text as it came, until it is analysed or edited.
    source: Option<String>,
    language: Language,
    options: Options,
    /// Changes of the text that the analysis does not know yet.
    edits: Vec<TextEdit>,
    analysis: Option<Analysis>,
    /// What the client was shown last.
    shown: Shown,
}

/// How many units are read and checked before the next message is looked at: some milliseconds.
const SLICE: usize = 1_000;

impl Open {
    /// All that is known of the newest version. Changes of a burst are analysed together, here,
    /// when somebody wants to know.
    pub fn analysis(&mut self) -> &Analysis {
        self.follow(usize::MAX)
    }

    /// What can be known of the newest version in a moment: all as a rule. Where an edit has made
    /// something else of thousands of units, some of them are missing.
    pub fn glance(&mut self) -> &Analysis {
        self.follow(SLICE)
    }

    fn follow(&mut self, budget: usize) -> &Analysis {
        let edits = std::mem::take(&mut self.edits);
        // Taken out first: should the analysis panic, the next one starts from the text.
        let old = self.analysis.take();
        let is_followed = old.as_ref().is_some_and(|old| old.options == self.options);
        let mut analysis = match old {
            Some(mut old) if is_followed => {
                if !edits.is_empty() {
                    old.edit(&edits, budget);
                }
                old
            }
            Some(old) => Analysis::begun(old.document.edited(&edits), self.options.clone()),
            None => {
                let source = self.source.take();
                let source = source.unwrap_or_else(|| self.text.to_string());
                let document = Document::from_text(self.text.clone(), &source, self.language);
                Analysis::begun(document, self.options.clone())
            }
        };
        if !is_followed {
            // Its serials do not go on from those before.
            self.shown.forget();
        }
        analysis.go_on(budget);
        self.analysis.insert(analysis)
    }

    /// Writes the body of `textDocument/publishDiagnostics`: the findings, and none of a document
    /// that is not ours. Returns how many there are.
    pub fn publish(&mut self, uri: &Uri, profile: &Profile, out: &mut Vec<u8>) -> usize {
        self.analysis();
        let Some(analysis) = &self.analysis else {
            return 0;
        };
        let content = Content {
            uri,
            version: self.version,
            text: analysis.document.text(),
            findings: &analysis.findings,
            serials: analysis.serials(),
            profile,
        };
        self.shown.publish(&content, out);
        analysis.findings.len()
    }

    /// Lets the next analysis start from the text.
    fn forget(&mut self) {
        self.edits.clear();
        self.source = None;
        self.analysis = None;
        self.shown.forget();
    }

    fn apply(&mut self, change: TextDocumentContentChangeEvent, profile: &Profile) {
        let Some(range) = change.range else {
            self.text = Text::new(&change.text);
            self.is_stale = false;
            self.forget();
            self.source = Some(change.text);
            return;
        };
        if self.is_stale {
            return;
        }
        let mut edit = TextEdit {
            range: convert::text_range(&self.text, range, profile.encoding),
            new_text: change.text,
        };
        self.source = None;
        self.shown.apply(&mut self.text, &mut edit, profile);
        self.edits.push(edit);
    }
}

/// All open documents that may be AsyncAPI, and what is to be done for them.
#[derive(Debug, Default)]
pub struct Documents {
    open: HashMap<Uri, Open>,
    workspace: Workspace,
    /// Documents that changed since they were last published, the oldest change first.
    changed: VecDeque<Uri>,
    /// The document that is being published, and how many times this was begun.
    at_work: Option<(Uri, u8)>,
    states: u64,
}

impl Documents {
    /// Opens a document; `false` if it is in a language that is not ours.
    pub fn open(&mut self, item: TextDocumentItem) -> bool {
        let Some(language) = language(&item.language_id, &item.uri, &item.text) else {
            return false;
        };
        if self.open.len() == 1 {
            self.tell_of_the_only_one();
        }
        let old = self.open.get(&item.uri);
        let was_shown = old.is_some_and(|old| old.is_shown);
        let version = counted(item.version, old);
        self.states += 1;
        let fragment_version = self.workspace.fragment_version(item.uri.as_str());
        let open = Open {
            version,
            is_shown: was_shown,
            state: self.states,
            is_stale: false,
            text: Text::new(&item.text),
            source: Some(item.text),
            language,
            options: Options {
                fragment_version,
                ..Options::default()
            },
            edits: Vec::new(),
            analysis: None,
            shown: Shown::default(),
        };
        self.open.insert(item.uri.clone(), open);
        self.mark(&item.uri);
        true
    }

    /// Applies changes in their order; `false` if the document is not open.
    pub fn change(
        &mut self,
        uri: &Uri,
        version: i32,
        changes: Vec<TextDocumentContentChangeEvent>,
        profile: &Profile,
    ) -> bool {
        let Some(open) = self.open.get_mut(uri) else {
            return false;
        };
        self.states += 1;
        open.version = counted(version, Some(open));
        open.state = self.states;
        for change in changes {
            open.apply(change, profile);
        }
        // Of a text that is not the client's there is nothing to say.
        if !open.is_stale {
            self.mark(uri);
        }
        true
    }

    /// A change of a document is lost; `false` if the document is not open. Edits of it are passed
    /// over from now on, for they would meet another text, until the whole of it arrives.
    pub fn lose(&mut self, uri: &Uri) -> bool {
        let Some(open) = self.open.get_mut(uri) else {
            return false;
        };
        open.is_stale = true;
        true
    }

    /// Closes a document and returns it, if it was open.
    pub fn close(&mut self, uri: &Uri) -> Option<Open> {
        let open = self.open.remove(uri)?;
        self.changed.retain(|changed| changed != uri);
        if self.workspace.remove(uri.as_str()) {
            self.follow_references();
        }
        Some(open)
    }

    /// The open documents.
    pub fn uris(&self) -> impl Iterator<Item = &Uri> {
        self.open.keys()
    }

    /// Takes over what the user has decided about each document. Returns whether what was known
    /// of one of them has changed by that.
    pub fn decide(&mut self, effective: impl Fn(&Uri) -> Effective) -> bool {
        let mut followed = Vec::new();
        let mut was_known = false;
        for (uri, open) in &mut self.open {
            let Effective { rule_set, policy } = effective(uri);
            if open.options.rule_set == rule_set && open.options.policy == policy {
                continue;
            }
            open.options.rule_set = rule_set;
            open.options.policy = policy;
            self.states += 1;
            open.state = self.states;
            was_known |= open.analysis.is_some();
            followed.push(uri.clone());
        }
        followed.sort();
        for uri in &followed {
            self.mark(uri);
        }
        was_known
    }

    /// An open document.
    pub fn get_mut(&mut self, uri: &Uri) -> Option<&mut Open> {
        self.open.get_mut(uri)
    }

    /// The next document to be published; [`Self::is_published`] ends it. Where a panic came
    /// between, it is the same one again, once, and from its text.
    pub fn next_changed(&mut self) -> Option<Uri> {
        let (uri, times) = match self.at_work.take() {
            Some((uri, 1)) => {
                if let Some(open) = self.open.get_mut(&uri) {
                    open.forget();
                }
                (uri, 2)
            }
            _ => (self.changed.pop_front()?, 1),
        };
        self.at_work = Some((uri.clone(), times));
        Some(uri)
    }

    /// Works for a moment on the document that is the next one; whether all is known of it. If not
    /// it is the next one again.
    pub fn go_on(&mut self, uri: &Uri) -> bool {
        let Some(open) = self.open.get_mut(uri) else {
            return true;
        };
        if open.glance().is_complete() {
            return true;
        }
        self.at_work = None;
        self.changed.push_front(uri.clone());
        false
    }

    /// The document that was the next one is published.
    pub fn is_published(&mut self) {
        self.at_work = None;
    }

    /// Tells the other documents what this one says. Returns whether one of them depends on it
    /// and has changed by that.
    pub fn settle(&mut self, uri: &Uri) -> bool {
        if self.open.len() < 2 {
            return false;
        }
        let Some(open) = self.open.get_mut(uri) else {
            return false;
        };
        let analysis = open.analysis();
        self.workspace.set(uri.as_str(), analysis) && self.follow_references()
    }

    /// A document that is alone needs no index; as soon as it is not, it does.
    fn tell_of_the_only_one(&mut self) {
        for (uri, open) in &mut self.open {
            self.workspace.set(uri.as_str(), open.analysis());
        }
    }

    /// Gives each fragment the version of the documents that refer to it.
    fn follow_references(&mut self) -> bool {
        let mut followed = Vec::new();
        for (uri, open) in &mut self.open {
            let version = self.workspace.fragment_version(uri.as_str());
            if version == open.options.fragment_version {
                continue;
            }
            open.options.fragment_version = version;
            let is_fragment = open
                .analysis
                .as_ref()
                .is_some_and(|analysis| matches!(analysis.model.kind, DocumentKind::Fragment(_)));
            if is_fragment {
                self.states += 1;
                open.state = self.states;
                followed.push(uri.clone());
            }
        }
        // A map has no order, but what the client sees shall have one.
        followed.sort();
        for uri in &followed {
            self.mark(uri);
        }
        !followed.is_empty()
    }

    fn mark(&mut self, uri: &Uri) {
        if !self.changed.contains(uri) {
            self.changed.push_back(uri.clone());
        }
    }
}

/// The version as the client counts, or the next one if it does not.
fn counted(version: i32, old: Option<&Open>) -> i32 {
    match old {
        _ if version != NO_VERSION => version,
        Some(old) => old.version.saturating_add(1),
        None => 0,
    }
}

/// In what a document is written; `None` for languages that are not ours. The client's word
/// counts most (compound names as `yaml.asyncapi` too), then the file's name; a document that is
/// called AsyncAPI or nothing at all is looked at itself.
fn language(id: &str, uri: &Uri, text: &str) -> Option<Language> {
    let id = id.to_ascii_lowercase();
    let path = uri.path().as_str();
    let name = path.rsplit('/').next().unwrap_or(path);
    let extension = name.rsplit_once('.').map(|(_, word)| word);
    let by_name = extension.and_then(|word| named(&word.to_ascii_lowercase()));
    match id.split(['.', '-', '_']).find_map(named) {
        // Many editors know but one JSON.
        Some(Language::Json) if by_name == Some(Language::Jsonc) => return by_name,
        None => {}
        by_client => return by_client,
    }
    if by_name.is_some() || !matches!(&*id, "" | "asyncapi" | "plaintext" | "text") {
        return by_name;
    }
    let text = text.trim_start_matches('\u{feff}').trim_start();
    match text.chars().next() {
        Some('{' | '[') => Some(Language::Jsonc),
        _ => Some(Language::Yaml),
    }
}

fn named(word: &str) -> Option<Language> {
    match word {
        "yaml" | "yml" => Some(Language::Yaml),
        "json" => Some(Language::Json),
        "jsonc" | "json5" => Some(Language::Jsonc),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_document_is_recognised_by_language_then_name_then_text() {
        for (id, uri, text, expected) in [
            ("yaml", "file:///a.txt", "{", Some(Language::Yaml)),
            ("yaml", "file:///a.json", "", Some(Language::Yaml)),
            ("jsonc", "file:///a.yaml", "", Some(Language::Jsonc)),
            ("jsonc", "file:///a.json", "", Some(Language::Jsonc)),
            ("json", "file:///a.jsonc", "", Some(Language::Jsonc)),
            ("json", "file:///a.yaml", "", Some(Language::Json)),
            ("asyncapi", "file:///a.json5", "", Some(Language::Jsonc)),
            ("YAML.asyncapi", "untitled:1", "", Some(Language::Yaml)),
            ("json.asyncapi", "untitled:1", "", Some(Language::Json)),
            ("asyncapi-json", "untitled:1", "", Some(Language::Json)),
            ("asyncapi", "file:///a.yaml", "{", Some(Language::Yaml)),
            ("asyncapi", "file:///a.JSON", "", Some(Language::Json)),
            ("asyncapi", "untitled:1", "\n {", Some(Language::Jsonc)),
            (
                "asyncapi",
                "untitled:1",
                "asyncapi: 3.0.0",
                Some(Language::Yaml),
            ),
            ("", "file:///a", "[", Some(Language::Jsonc)),
            ("helm", "file:///a.yml", "", Some(Language::Yaml)),
            ("rust", "file:///a.rs", "", None),
            ("markdown", "file:///yaml/readme", "", None),
        ] {
            let uri: Uri = uri.parse().unwrap();
            assert_eq!(super::language(id, &uri, text), expected, "{id} {uri:?}");
        }
    }

    #[test]
    fn what_a_panic_kept_from_being_published_is_tried_once_more() {
        let mut documents = Documents::default();
        for name in ["a", "b"] {
            documents.open(TextDocumentItem {
                uri: format!("file:///{name}").parse().unwrap(),
                language_id: "yaml".to_owned(),
                version: 1,
                text: "asyncapi: 3.0.0\n".to_owned(),
            });
        }
        let mut next = || {
            let uri = documents.next_changed()?;
            let open = documents.get_mut(&uri).unwrap();
            let is_known = open.analysis.is_some();
            open.analysis();
            Some((uri.as_str().to_owned(), is_known))
        };
        let expected = |name: &str, is_known| Some((format!("file:///{name}"), is_known));
        // The first one has been analysed when the second one came.
        assert_eq!(next(), expected("a", true));
        assert_eq!(next(), expected("a", false));
        assert_eq!(next(), expected("b", false));
        documents.is_published();
        assert_eq!(documents.next_changed(), None);
    }
}
