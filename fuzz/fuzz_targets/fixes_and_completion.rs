//! The laws of fixes, completion and hover on any document.
//!
//! The first two bytes say how it is read ([`head`]), the rest is its text. Half of the mutations
//! are those of libFuzzer; the other half are the mistakes of `tests/laws/mutant.rs`, and lines of
//! our own documents.

#![no_main]

#[path = "../../tests/completion/ask.rs"]
#[allow(dead_code)]
mod ask;
#[path = "../../tests/support/data.rs"]
#[allow(dead_code)]
mod data;
#[path = "../../tests/laws/documents.rs"]
#[allow(dead_code)]
mod documents;
#[path = "../../tests/laws/law.rs"]
mod law;
#[path = "../../tests/laws/mutant.rs"]
#[allow(dead_code)]
mod mutant;
#[path = "../../tests/support/outside.rs"]
#[allow(dead_code)]
mod outside;
#[path = "../../tests/pages/page.rs"]
#[allow(dead_code)]
mod page;

use std::sync::{Arc, OnceLock};

use asyncapi_security_lsp::analysis::{Analysis, Options};
use asyncapi_security_lsp::model::surroundings::Surroundings;
use asyncapi_security_lsp::rules::registry::RULES;
use asyncapi_security_lsp::settings::rule_set::RuleSet;
use asyncapi_security_lsp::spec::Version;
use asyncapi_security_lsp::syntax::document::Document;
use asyncapi_security_lsp::syntax::format::Format;
use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};

use ask::Tally;
use documents::Source;
use law::Tried;
use mutant::{Random, mutant};

/// Every offset of shorter texts is tried.
const SHORT: usize = 200;

/// How many offsets of longer ones.
const OFFSETS: usize = 20;

fuzz_target!(|data: &[u8]| {
    let Some((format, options, text)) = input(data) else {
        return;
    };
    let analysis = Analysis::new(Document::new(text, format), options, None);
    let broken = law::all(&analysis, &mut Tried::new());
    assert!(broken.is_empty(), "{broken:?}\n{text}");

    // The first offset depends on the text, so that all are tried in the long run.
    let step = if text.len() <= SHORT {
        1
    } else {
        text.len() / OFFSETS
    };
    let sum: usize = text.bytes().map(usize::from).sum();
    let offsets = (sum % step..=text.len()).step_by(step);
    Tally::default().ask(text, format.into(), offsets);
});

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

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    let mut random = Random::new(u64::from(seed));
    if random.below(2) == 0 {
        return fuzzer_mutate(data, size, max_size);
    }
    let Some(text) = mutated(&data[..size], &mut random) else {
        return fuzzer_mutate(data, size, max_size);
    };
    let end = (2 + text.len()).min(max_size);
    data[2..end].copy_from_slice(&text.as_bytes()[..end - 2]);
    end
});

/// The text with mistakes, some with lines of one of our documents.
fn mutated(data: &[u8], random: &mut Random) -> Option<String> {
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
    Some(
        mutant(
            &[this.clone(), this.clone(), this.clone(), other.clone()],
            random,
        )
        .text,
    )
}
