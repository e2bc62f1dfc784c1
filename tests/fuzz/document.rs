//! The laws of fixes, completion and hover on any document, and that everything else that is asked
//! of it lies in it and can be applied.
//!
//! The first two bytes say how it is read ([`input`]), the rest is its text.

use std::sync::{Arc, OnceLock};

use asyncapi_security_lsp::analysis::{Analysis, Options};
use asyncapi_security_lsp::model::surroundings::Surroundings;
use asyncapi_security_lsp::rules::registry::RULES;
use asyncapi_security_lsp::settings::rule_set::RuleSet;
use asyncapi_security_lsp::spec::Version;
use asyncapi_security_lsp::syntax::document::Document;
use asyncapi_security_lsp::syntax::format::Format;

use crate::ask::Tally;
use crate::documents::{self, Source};
use crate::law::{self, Tried};
use crate::mutant::{Random, mutant};
use crate::requests;

/// Every offset of shorter texts is tried.
const SHORT: usize = 200;

/// How many offsets of longer ones.
const OFFSETS: usize = 20;

pub fn run(data: &[u8]) {
    let Some((format, options, text)) = input(data) else {
        return;
    };
    let analysis = Analysis::new(Document::new(text, format), options, None);
    let broken = law::all(&analysis, &mut Tried::new());
    assert!(broken.is_empty(), "{broken:?}\n{text}");
    Tally::default().ask(text, format.into(), offsets(text));
    requests::ask(text, &analysis, offsets(text));
}

/// The first offset depends on the text, so that all are tried in the long run.
fn offsets(text: &str) -> impl Iterator<Item = usize> + use<> {
    let step = if text.len() <= SHORT {
        1
    } else {
        text.len() / OFFSETS
    };
    let sum: usize = text.bytes().map(usize::from).sum();
    (sum % step..=text.len()).step_by(step)
}

/// The format, and whether all rules run; the version of a fragment; the text.
fn input(data: &[u8]) -> Option<(Format, Options, &str)> {
    let (head, text) = data.split_at_checked(2)?;
    let mut options = Options::default();
    if head[0] & 2 != 0 {
        let rules = RULES.iter().map(|rule| rule.id);
        options.rule_set = RuleSet::default().switched_on(rules);
    }
    let versions = Version::ALL.len();
    if let Some(version) = Version::ALL.get(usize::from(head[1]) % (versions + 1)) {
        options.surroundings = Arc::new(Surroundings::used_as(*version));
    }
    Some((format(head[0]), options, std::str::from_utf8(text).ok()?))
}

fn format(head: u8) -> Format {
    if head & 1 == 0 {
        Format::Yaml
    } else {
        Format::Json
    }
}

/// The text with mistakes, some with lines of one of our documents.
pub fn mutated(data: &[u8], random: &mut Random) -> Option<Vec<u8>> {
    static OURS: OnceLock<Vec<Source>> = OnceLock::new();
    let (format, _, text) = input(data)?;
    let ours = OURS.get_or_init(documents::ours);
    let this = Source {
        name: String::new(),
        text: text.to_owned(),
        format,
    };
    let other = &ours[random.below(ours.len())];
    let other = if other.format == format { other } else { &this };
    let sources = [this.clone(), this.clone(), this.clone(), other.clone()];
    Some([&data[..2], mutant(&sources, random).text.as_bytes()].concat())
}

/// The fixtures, the examples on the pages of rules and the conformance cases. Every second one has
/// all rules; the versions of fragments come in turn.
pub fn seeds() -> Vec<Vec<u8>> {
    let all = documents::ours()
        .into_iter()
        .chain(documents::conformance());
    let seed = |(at, source): (usize, Source)| {
        let is_json = u8::from(source.format == Format::Json);
        let head = [is_json + 2 * (at % 2) as u8, (at % 256) as u8];
        [&head[..], source.text.as_bytes()].concat()
    };
    all.enumerate().map(seed).collect()
}
