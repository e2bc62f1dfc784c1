//! Sequences of edits: what is known of an edited document is what is known of its text.
//!
//! An input is two bytes of head, a text, and edits, each behind a byte that no text has: its place
//! (two bytes), how much it deletes (one) and what it writes.

use std::sync::OnceLock;

use asyncapi_security_lsp::analysis::{Analysis, Options};
use asyncapi_security_lsp::syntax::document::Document;
use asyncapi_security_lsp::syntax::format::{Format, Language};
use asyncapi_security_lsp::text::range::TextRange;
use asyncapi_security_lsp::text::{Text, TextEdit};

use crate::documents::{self, Source};
use crate::mutant::Random;
use crate::outline::difference;

/// Stands before each edit; UTF-8 does not have it.
pub const MARK: u8 = 0xff;

/// Longer inputs take longer and test nothing new.
const MAX_EDITS: usize = 12;

/// How many bytes an edit deletes at most; a larger number means lines.
const MAX_DELETED: u8 = 199;

pub fn run(data: &[u8]) {
    let Some((head, rest)) = data.split_at_checked(2) else {
        return;
    };
    let mut parts = rest.split(|byte| *byte == MARK);
    let Some(text) = parts.next().and_then(|text| std::str::from_utf8(text).ok()) else {
        return;
    };
    let (language, split_above) = (language(head[0]), split_above(head[1]));
    let at_once = 1 + usize::from(head[0] >> 6);
    let steps: Vec<Step<'_>> = parts.filter_map(Step::read).take(MAX_EDITS).collect();
    let document = Document::with_chunks(text, language, split_above);
    let mut analysis = Analysis::new(document, Options::default(), None);
    let mut plain = text.to_owned();
    for steps in steps.chunks(at_once) {
        let before = plain.clone();
        let edits = edits(steps, analysis.document.text().clone(), &mut plain);
        let document = analysis.document.edited(&edits);
        let told = || format!("{edits:?} on {before:?}");
        assert_eq!(document.text().to_string(), plain, "{}", told());
        let found = difference(&document, language, split_above);
        assert!(found.is_none(), "{found:?} after {}", told());
        analysis = Analysis::new(document, Options::default(), Some(&analysis));
        let fresh = Document::with_chunks(&plain, language, split_above);
        let fresh = Analysis::new(fresh, Options::default(), None);
        assert_eq!(analysis.findings, fresh.findings, "after {}", told());
        assert_eq!(analysis.suppressed, fresh.suppressed, "after {}", told());
        assert_eq!(analysis.implied, fresh.implied, "after {}", told());
        for finding in &analysis.findings {
            let (start, end) = (finding.range.start(), finding.range.end());
            let is_in = plain.get(start..end).is_some() && (start < end || plain.is_empty());
            assert!(is_in, "{finding:?} after {}", told());
        }
    }
}

fn language(head: u8) -> Language {
    match head % 3 {
        0 => Language::Yaml,
        1 => Language::Json,
        _ => Language::Jsonc,
    }
}

fn split_above(head: u8) -> usize {
    [10, 24, 40, 64, 120, 400, 1024, 4096][usize::from(head % 8)]
}

pub struct Step<'d> {
    place: u16,
    deleted: u8,
    new: &'d str,
}

impl<'d> Step<'d> {
    pub fn read(bytes: &'d [u8]) -> Option<Self> {
        let (head, new) = bytes.split_at_checked(3)?;
        Some(Self {
            place: u16::from_be_bytes([head[0], head[1]]),
            deleted: head[2],
            new: std::str::from_utf8(new).ok()?,
        })
    }

    /// The edit that this means in a text.
    pub fn edit(&self, text: &Text) -> TextEdit {
        let place = (text.len() + 1) * usize::from(self.place) / (usize::from(u16::MAX) + 1);
        let start = text.floor(place);
        let range = match self.deleted.checked_sub(MAX_DELETED + 1) {
            None => TextRange::new(start, text.floor(start + usize::from(self.deleted))),
            Some(lines) => {
                let line = text.line_of(start);
                let end = text.line_start(line + usize::from(lines));
                TextRange::new(text.line_start(line), end)
            }
        };
        let new_text = self.new.to_owned();
        TextEdit { range, new_text }
    }
}

fn edits(steps: &[Step<'_>], mut text: Text, plain: &mut String) -> Vec<TextEdit> {
    let one = |step: &Step<'_>| {
        let edit = step.edit(&text);
        plain.replace_range(edit.range.start()..edit.range.end(), &edit.new_text);
        text.apply(edit.range, &edit.new_text);
        edit
    };
    steps.iter().map(one).collect()
}

/// What is typed or pasted: half typed, whole lines, and signs that open something.
const TYPED: &[&str] = &[
    "",
    "x",
    "\n",
    "\r",
    "\r\n",
    " ",
    "  ",
    "\t",
    ":",
    ": ",
    ",",
    "\"",
    "'",
    "{",
    "}",
    "[",
    "]",
    "#",
    "- ",
    "|",
    ">",
    "&a ",
    "*a",
    "? ",
    "---\n",
    "...\n",
    "{{ b }}",
    "{{- if a }}\n",
    "é",
    "𝄞",
    "\u{feff}",
    "/*",
    "*/",
    "//",
    "\\",
    "<<<<<<< a\n",
    "=======\n",
    ">>>>>>> b\n",
    "<<: *a\n",
    "  security:\n",
    "\"type\": \"X509\",\n",
    "    type: oauth2\n",
    "$ref: '#/components'\n",
];

/// The same with one more edit, one less, or another text in one.
pub fn mutated(data: &[u8], random: &mut Random) -> Option<Vec<u8>> {
    static OURS: OnceLock<Vec<Source>> = OnceLock::new();
    let (head, rest) = data.split_at_checked(2)?;
    let mut parts: Vec<Vec<u8>> = (rest.split(|byte| *byte == MARK))
        .map(<[u8]>::to_vec)
        .collect();
    let count = parts.len();
    match random.below(4) {
        0 if count > 1 => drop(parts.remove(1 + random.below(count - 1))),
        1 if count > 1 => {
            let at = 1 + random.below(count - 1);
            parts[at] = typed(random);
        }
        2 => {
            let ours = OURS.get_or_init(documents::ours);
            let lines: Vec<&str> = ours[random.below(ours.len())]
                .text
                .split_inclusive('\n')
                .collect();
            let from = random.below(lines.len());
            let to = (from + 1 + random.below(4)).min(lines.len());
            let pasted = lines[from..to].concat();
            let at = 1 + random.below(count);
            parts.insert(at, step_of(random, &pasted));
        }
        _ => {
            let at = 1 + random.below(count);
            parts.insert(at, typed(random));
        }
    }
    let mut all = head.to_vec();
    all.extend(parts.join(&MARK));
    Some(all)
}

fn typed(random: &mut Random) -> Vec<u8> {
    let new = TYPED[random.below(TYPED.len())];
    step_of(random, new)
}

pub fn step_of(random: &mut Random, new: &str) -> Vec<u8> {
    // No byte of the head is the mark.
    let byte = |random: &mut Random, below| random.below(below) as u8;
    let deleted = match random.below(4) {
        0 => byte(random, 200),
        1 => byte(random, 8),
        2 => MAX_DELETED + 1 + byte(random, 6),
        _ => 0,
    };
    let mut step = vec![byte(random, 255), byte(random, 255), deleted];
    step.extend(new.as_bytes());
    step
}

pub fn seeds() -> Vec<Vec<u8>> {
    let mut random = Random::new(16);
    let seed = |(at, source): (usize, Source)| {
        let language = match source.format {
            Format::Yaml => 0,
            Format::Json => 1 + (at % 2) as u8,
        };
        let mut seed = vec![language, (at % 8) as u8];
        seed.extend(source.text.as_bytes());
        for _ in 0..3 {
            seed = mutated(&seed, &mut random).unwrap_or(seed);
        }
        seed
    };
    documents::ours()
        .into_iter()
        .enumerate()
        .map(seed)
        .collect()
}
