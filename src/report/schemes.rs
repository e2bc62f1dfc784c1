//! The schemes of a report. Two names for one scheme are one; an inline scheme is the component that
//! is the same on the wire, if there is one such component alone.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::files::Files;
use super::{FilePlace, ReportScheme};
use crate::analysis::Analysis;
use crate::model::facts::{self, Home, Member};
use crate::model::needs::NeededScheme;
use crate::model::references::Resolver;
use crate::model::references::known::KnownScheme;
use crate::rules::document::exposure::sends_secret;
use crate::rules::secret::mask_name;
use crate::text::range::TextRange;

/// What makes a scheme the same.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    /// Where it stands.
    At(Option<Arc<str>>, TextRange),
    /// What an inline scheme is on the wire.
    Inline(String),
    /// The last reference on the way to it, or the name.
    Unseen(String),
}

/// Gives each scheme its index.
pub(super) struct Schemes<'a> {
    files: &'a Files<'a>,
    all: Vec<ReportScheme>,
    by_key: HashMap<Key, usize>,
    labels: HashSet<String>,
    /// How many labels were made of a name that was taken.
    numbers: HashMap<String, usize>,
    /// The components that are so on the wire.
    by_wire: BTreeMap<String, Vec<usize>>,
}

impl<'a> Schemes<'a> {
    /// The components of a document.
    pub(super) fn of(analysis: &Analysis, files: &'a Files<'a>) -> Self {
        let mut schemes = Self {
            files,
            all: Vec::new(),
            by_key: HashMap::new(),
            labels: HashSet::new(),
            numbers: HashMap::new(),
            by_wire: BTreeMap::new(),
        };
        let resolver = Resolver::new(analysis.document.tree(), &analysis.model);
        for (name, declared) in analysis.model.components() {
            let found = resolver.named(name);
            let scheme = found.as_ref().and_then(|found| found.scheme());
            let at = match scheme {
                Some(scheme) => schemes.seen(scheme, name),
                None => {
                    let reference = declared.fact.reference.as_ref();
                    let target = reference.and_then(|reference| reference.target.as_ref());
                    let text = target.map_or(name, |target| &target.text);
                    let place = declared.fact.name();
                    let place = place.map(|name| files.here(declared.abs(name.range)));
                    schemes.unseen(text, name, place)
                }
            };
            let name = mask_name(name).into_owned();
            schemes.all[at].names.push(name);
        }
        schemes
    }

    /// The index of a scheme that a list asks for.
    pub(super) fn index(&mut self, needed: &NeededScheme<'_>) -> usize {
        match &needed.scheme {
            Ok(scheme) => {
                let name = scheme.fact().name().map(|name| &*name.text);
                let name = needed.name.as_deref().or(name);
                self.seen(*scheme, name.unwrap_or_default())
            }
            Err(unseen) => {
                let name = needed.name.as_deref().unwrap_or(&unseen.text);
                self.unseen(&unseen.text, name, None)
            }
        }
    }

    /// A scheme by its index.
    pub(super) fn get(&self, at: usize) -> &ReportScheme {
        &self.all[at]
    }

    pub(super) fn finish(self) -> Vec<ReportScheme> {
        self.all
    }

    fn seen(&mut self, scheme: KnownScheme<'_>, name: &str) -> usize {
        let fact = scheme.fact();
        let key = match fact.home {
            Home::Entry(..) => Key::Inline(wire(fact)),
            Home::Component | Home::Fragment => {
                let place = scheme.place();
                Key::At(place.file.cloned(), place.range)
            }
        };
        if let Some(known) = self.by_key.get(&key) {
            return *known;
        }
        if let Key::Inline(wire) = &key
            && let Some([only]) = self.by_wire.get(wire).map(Vec::as_slice)
        {
            return *only;
        }
        let kind = fact.scheme_type.as_ref().map(|kind| &*kind.value.text);
        let label = match key {
            Key::Inline(_) => format!("inline {}", kind.unwrap_or("scheme")),
            _ => name.to_owned(),
        };
        let anchor = scheme.anchor();
        let added = ReportScheme {
            label: self.free(&label),
            names: Vec::new(),
            kind: kind.map(str::to_owned),
            place: match anchor.file {
                None => Some(self.files.here(anchor.range)),
                Some(uri) => self.files.there(uri, anchor.range),
            },
            is_seen: true,
            only_encrypts: matches!(kind, Some("symmetricEncryption" | "asymmetricEncryption")),
            sends_secret: sends_secret(fact),
            states_tls: fact.states_tls,
            detail: detail(fact),
            scopes: declared_scopes(fact),
            uses: 0,
            is_unused: false,
        };
        if fact.home == Home::Component {
            let same = self.by_wire.entry(wire(fact)).or_default();
            same.push(self.all.len());
        }
        self.add(key, added)
    }

    fn unseen(&mut self, text: &str, name: &str, place: Option<FilePlace>) -> usize {
        let key = Key::Unseen(text.to_owned());
        if let Some(known) = self.by_key.get(&key) {
            return *known;
        }
        let added = ReportScheme {
            label: self.free(name),
            names: Vec::new(),
            kind: None,
            place,
            is_seen: false,
            only_encrypts: false,
            sends_secret: false,
            states_tls: false,
            detail: None,
            scopes: Vec::new(),
            uses: 0,
            is_unused: false,
        };
        self.add(key, added)
    }

    fn add(&mut self, key: Key, scheme: ReportScheme) -> usize {
        let at = self.all.len();
        self.by_key.insert(key, at);
        self.all.push(scheme);
        at
    }

    /// A label that no other scheme has.
    fn free(&mut self, wanted: &str) -> String {
        let wanted = match wanted {
            "" => Cow::Borrowed("scheme"),
            _ => mask_name(wanted),
        };
        let mut label = wanted.to_string();
        while !self.labels.insert(label.clone()) {
            let number = self.numbers.entry(wanted.to_string()).or_insert(1);
            *number += 1;
            label = format!("{wanted} ({number})");
        }
        label
    }
}

fn text(member: &Option<Member>) -> Option<&str> {
    member.as_ref().map(|member| &*member.value.text)
}

fn detail(scheme: &facts::Scheme) -> Option<String> {
    let name = text(&scheme.details().http_scheme).or(text(&scheme.details().location))?;
    Some(name.to_ascii_lowercase())
}

fn declared_scopes(scheme: &facts::Scheme) -> Vec<String> {
    let mut known = HashSet::new();
    let scopes = scheme.declared_scopes();
    let names = scopes.map(|scope| mask_name(&scope.name.text));
    let first = names.filter(|name| known.insert(name.clone()));
    first.map(Cow::into_owned).collect()
}

/// What a client has to know of a scheme, without descriptions and declared scopes.
fn wire(scheme: &facts::Scheme) -> String {
    let mut parts = vec![
        text(&scheme.scheme_type).unwrap_or_default().to_owned(),
        text(&scheme.details().location)
            .unwrap_or_default()
            .to_owned(),
        text(&scheme.details().parameter)
            .unwrap_or_default()
            .to_lowercase(),
        text(&scheme.details().http_scheme)
            .unwrap_or_default()
            .to_lowercase(),
        text(&scheme.details().open_id_connect_url)
            .unwrap_or_default()
            .to_owned(),
    ];
    let mut flows: Vec<String> = (scheme.flows().iter())
        .map(|flow| {
            let url = |member| text(member).unwrap_or_default();
            let (login, token) = (url(&flow.authorization_url), url(&flow.token_url));
            format!("{} {login} {token}", flow.name.text)
        })
        .collect();
    flows.sort_unstable();
    parts.extend(flows);
    parts.join("\n")
}
