//! Bytes to the readers: the tree of any text is sound.

use asyncapi_security_lsp::syntax::format::Format;
use asyncapi_security_lsp::syntax::{json, yaml};

use crate::{documents, sound};

pub fn yaml(data: &[u8]) {
    if let Some((frame, depth, text)) = sound::input(data) {
        sound::check(text, frame, &yaml::read(text, frame, depth));
    }
}

pub fn json(data: &[u8]) {
    if let Some((frame, depth, text)) = sound::input(data) {
        sound::check(text, frame, &json::read(text, frame, depth));
    }
}

pub fn yaml_seeds() -> Vec<Vec<u8>> {
    seeds(Format::Yaml)
}

pub fn json_seeds() -> Vec<Vec<u8>> {
    seeds(Format::Json)
}

fn seeds(format: Format) -> Vec<Vec<u8>> {
    let ours = documents::ours().into_iter();
    let ours = ours.filter(|source| source.format == format).enumerate();
    // As a document, as entries and as items; some near the limit of depth.
    let seed = |(at, source): (usize, documents::Source)| {
        let head = [(at % 3) as u8, if at % 5 == 0 { 255 } else { 0 }];
        [&head[..], source.text.as_bytes()].concat()
    };
    ours.map(seed).collect()
}
