//! URLs of endpoints: those that belong to a URL of the document, those of the document, and those
//! of known identity providers.
//!
//! What is typed is replaced as a whole, so only URLs that go on from it are offered. It may also be
//! the beginning of a provider's name.

use std::collections::HashSet;

use super::item::{Candidate, CompletionContext, Insert, ItemKind};
use super::schemes;
use crate::edits::template::Template;
use crate::rules::secret::mask;
use crate::spec::providers::pattern::{self, Part, begins, scheme_and_rest};
use crate::spec::providers::{Endpoint, EndpointSet, Provider, all_sets, known};
use crate::spec::spec;

/// The fields of a flow whose URLs tell those of the others.
const FIELDS: [&str; 3] = ["authorizationUrl", "tokenUrl", "refreshUrl"];

/// The URLs that a field may have, the likeliest first.
pub fn candidates(context: &CompletionContext<'_>, field: &str) -> Vec<Candidate> {
    let Some(endpoint) = Endpoint::of_field(field) else {
        return Vec::new();
    };
    let word = context.analysis.document.text().slice(context.cursor.word);
    let typed = Typed {
        text: word.trim_matches(['"', '\'']),
        is_example: is_example(field, word.trim_matches(['"', '\''])),
    };
    let mut list = List {
        typed,
        seen: HashSet::new(),
        candidates: Vec::new(),
    };
    let siblings = FIELDS.into_iter().filter(|other| *other != field);
    let beside: Vec<&str> = siblings
        .filter_map(|other| context.cursor.value_of(other))
        .filter(|url| mask(url) == *url)
        .collect();
    let document = schemes::endpoints(context);
    if field == "refreshUrl" {
        list.add_all(context.cursor.value_of("tokenUrl"));
    }
    for url in &beside {
        list.add_related(url, endpoint, true);
    }
    let same = document.iter().filter(|(other, _)| *other == field);
    list.add_all(same.map(|(_, url)| url.as_str()));
    for (_, url) in &document {
        list.add_related(url, endpoint, false);
    }
    for (provider, set) in all_sets().filter(|(_, set)| !set.hidden) {
        list.add_provider(provider, set, endpoint);
    }
    list.candidates
}

/// Whether a value is the one that templates give the field: it is there to be replaced.
fn is_example(field: &str, value: &str) -> bool {
    let objects = ["flow.authorizationCode", "openIdConnect"].into_iter();
    let mut fields = objects
        .filter_map(|object| spec().object(object))
        .flat_map(|object| &object.fields);
    fields.any(|known| known.name == field && known.example.as_deref() == Some(value))
}

/// What stands in place of the URL.
struct Typed<'a> {
    text: &'a str,
    /// Whether it is there to be replaced.
    is_example: bool,
}

impl Typed<'_> {
    /// What the client is to compare with the typed text, if a text goes on from it. Editors
    /// compare it with care for case, so it begins as the author began.
    fn go_on(&self, text: &str) -> Option<String> {
        let typed = self.text;
        if self.is_example {
            return (text != typed).then(|| format!("{typed} {text}"));
        }
        let (head, rest) = text.split_at_checked(typed.len())?;
        let goes_on = head.eq_ignore_ascii_case(typed) && !rest.is_empty();
        goes_on.then(|| format!("{typed}{rest}"))
    }

    /// The same for the beginning of any word of a name; `rest` follows the name.
    fn go_on_in(&self, name: &str, rest: &str) -> Option<String> {
        if self.is_example || self.text.is_empty() || self.text.contains([':', '/', '.']) {
            return None;
        }
        let spaces = name.match_indices(' ').map(|(at, _)| at + 1);
        let mut words = [0].into_iter().chain(spaces);
        words.find_map(|start| self.go_on(&format!("{}{rest}", name.get(start..)?)))
    }
}

struct List<'a> {
    typed: Typed<'a>,
    seen: HashSet<String>,
    candidates: Vec<Candidate>,
}

impl List<'_> {
    /// Adds URLs of the document.
    fn add_all<'u>(&mut self, urls: impl IntoIterator<Item = &'u str>) {
        for url in urls {
            let parts = vec![Part::Text(url.to_owned())];
            self.add(parts, "used in this document".to_owned(), None);
        }
    }

    /// Adds the endpoints that belong to a URL; only if `is_beside` those of servers that it does
    /// not tell for certain.
    fn add_related(&mut self, url: &str, endpoint: Endpoint, is_beside: bool) {
        if url.contains(['?', '#']) {
            return;
        }
        let all: Vec<_> = known(url).collect();
        let is_known = all.iter().any(|known| known.is_certain);
        for known in all.iter().filter(|known| known.is_certain == is_known) {
            let Some(parts) = known.other(endpoint).filter(|_| is_known || is_beside) else {
                continue;
            };
            let name = endpoint.name();
            let detail = match is_known {
                true => format!("{name} of {}", known.provider.title(known.set)),
                false => format!("{name} of the same host"),
            };
            self.add(parts, detail, is_known.then(|| source(known.provider)));
        }
    }

    /// Adds an endpoint of a provider.
    fn add_provider(&mut self, provider: &Provider, set: &EndpointSet, endpoint: Endpoint) {
        let Some(pattern) = set.pattern(endpoint) else {
            return;
        };
        let (_, start) = scheme_and_rest(self.typed.text).unwrap_or_default();
        let values = begins(pattern, start, &provider.closed);
        let parts = pattern.filled("https://", &values.unwrap_or_default(), &provider.closed);
        let url = pattern::text(&parts);
        let label = format!("{}: {url}", provider.title(set));
        let filter = self.typed.go_on(&url).or_else(|| {
            let title = provider.title(set);
            let names = provider.also.iter().chain([&title]);
            let rest = format!(": {url}");
            names
                .into_iter()
                .find_map(|name| self.typed.go_on_in(name, &rest))
        });
        let Some(filter) = filter.filter(|_| !self.seen.contains(&url)) else {
            return;
        };
        let detail = endpoint.name().to_owned();
        self.push(label, parts, filter, detail, Some(source(provider)));
    }

    fn add(&mut self, parts: Vec<Part>, detail: String, documentation: Option<String>) {
        let url = pattern::text(&parts);
        let Some(filter) = self.typed.go_on(&url) else {
            return;
        };
        if self.seen.insert(url.clone()) {
            self.push(url, parts, filter, detail, documentation);
        }
    }

    fn push(
        &mut self,
        label: String,
        parts: Vec<Part>,
        filter: String,
        detail: String,
        documentation: Option<String>,
    ) {
        let (kind, insert) = match &parts[..] {
            [Part::Text(url)] => {
                let url = Template::Text(url.clone());
                (ItemKind::Value, Insert::Value(url))
            }
            _ => (ItemKind::Snippet, Insert::Url(parts)),
        };
        let mut candidate = Candidate::new(label, kind, insert);
        candidate.detail = Some(detail);
        candidate.documentation = documentation;
        candidate.filter = Some(filter);
        candidate.rank = (5, self.candidates.len());
        self.candidates.push(candidate);
    }
}

/// Where the provider documents its endpoints.
fn source(provider: &Provider) -> String {
    let page = provider.source.first().map_or("", String::as_str);
    format!("[Documentation of {}]({page})", provider.name)
}
