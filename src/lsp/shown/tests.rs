#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use serde::Serialize;
use tower_lsp::ls_types::{PublishDiagnosticsParams, Uri};

use super::spot::Spot;
use super::*;
use crate::lsp::profile::DiagnosticProfile;
use crate::rules::registry;
use crate::rules::rule::{Rule, Severity};
use crate::text::position::Encoding;
use crate::text::range::TextRange;

/// What a proptest gives to a test that wants to choose by itself.
struct Dice(Vec<u32>, usize);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.1 += 1;
        let length = self.0.len();
        let number = self.0[self.1 % length] as usize + self.1 / length * 7;
        number % end.max(1)
    }

    /// Pieces that are edited in the middle: characters of each length, all line ends and halves
    /// of them.
    fn text(&mut self, pieces: usize) -> String {
        const PIECES: [&str; 12] = [
            "a",
            "bc",
            "\n",
            "\r\n",
            "\r",
            "\u{e9}",
            "\u{20ac}",
            "\u{1d11e}",
            "\u{2028}",
            "\"",
            "\r",
            "\n",
        ];
        (0..pieces)
            .map(|_| PIECES[self.below(PIECES.len())])
            .collect()
    }

    fn range(&mut self, text: &Text, longest: usize) -> TextRange {
        let start = text.floor(self.below(text.len() + 1));
        let length = self.below(longest + 1);
        TextRange::new(start, text.floor(start + length))
    }
}

/// A finding as an analysis may make it, with rules that have and have not tags.
fn finding(dice: &mut Dice, text: &Text) -> Finding {
    const RULES: [&Rule; 4] = [
        registry::SECURITY_SCHEME_UNUSED,
        registry::URL_FRAGMENT,
        registry::SETTINGS,
        registry::HTTP_SCHEME_DISCOURAGED,
    ];
    let rule = RULES[dice.below(RULES.len())];
    let mut finding = Finding::new(rule, dice.range(text, 9), dice.text(5));
    if dice.below(3) == 0 {
        finding = finding.at(Severity::Hint);
    }
    for _ in 0..dice.below(4).saturating_sub(1) {
        finding = finding.with(dice.range(text, 9), dice.text(3));
    }
    finding
}

/// Where the end of a finding is after an edit: most follow it, some do what they like.
fn moved(dice: &mut Dice, range: TextRange, edit: &TextEdit, text: &Text) -> TextRange {
    if dice.below(12) == 0 {
        return dice.range(text, 9);
    }
    let offset = |at: usize| {
        if at < edit.range.end {
            text.floor(at)
        } else {
            at - edit.range.len() + edit.new_text.len()
        }
    };
    TextRange::new(offset(range.start), offset(range.end))
}

#[derive(Serialize)]
struct Notification {
    jsonrpc: &'static str,
    method: &'static str,
    params: PublishDiagnosticsParams,
}

/// The same without anything taken over.
fn plainly(content: &Content<'_>) -> String {
    let diagnostics =
        convert::diagnostics(content.text, content.uri, content.findings, content.profile);
    let notification = Notification {
        jsonrpc: "2.0",
        method: "textDocument/publishDiagnostics",
        params: PublishDiagnosticsParams {
            uri: content.uri.clone(),
            diagnostics,
            version: Some(content.version),
        },
    };
    serde_json::to_string(&notification).unwrap()
}

fn profile(dice: &mut Dice) -> Profile {
    const ENCODINGS: [Encoding; 3] = [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32];
    let mut profile = Profile {
        encoding: ENCODINGS[dice.below(3)],
        ..Profile::default()
    };
    profile.diagnostic = DiagnosticProfile {
        link: dice.below(2) == 0,
        related: dice.below(4) > 0,
        unnecessary: dice.below(2) == 0,
        deprecated: dice.below(2) == 0,
    };
    profile
}

/// A document that is edited and published, again and again.
fn follow(dice: &mut Dice) {
    let uri: Uri = "file:///a%20b.yaml".parse().unwrap();
    let profile = profile(dice);
    let pieces = dice.below(60);
    let mut text = Text::new(&dice.text(pieces));
    let count = dice.below(12);
    let mut findings: Vec<(u64, Finding)> = (0..count)
        .map(|serial| (serial as u64, finding(dice, &text)))
        .collect();
    let mut next_serial = findings.len() as u64;
    let mut shown = Shown::default();
    for version in 0..6 {
        let (serials, list): (Vec<u64>, Vec<Finding>) = findings.iter().cloned().unzip();
        let content = Content {
            uri: &uri,
            version,
            text: &text,
            findings: &list,
            serials: &serials,
            profile: &profile,
        };
        let mut out = b"before".to_vec();
        shown.publish(&content, &mut out);
        let written = String::from_utf8(out).unwrap();
        assert_eq!(written.strip_prefix("before").unwrap(), plainly(&content));
        // Of a burst of edits now and then more than are followed.
        let edits = if dice.below(40) == 0 {
            70
        } else {
            dice.below(4)
        };
        for _ in 0..edits {
            let inserted = dice.below(4);
            let mut edit = TextEdit {
                range: dice.range(&text, 6),
                new_text: dice.text(inserted),
            };
            shown.apply(&mut text, &mut edit, &profile);
            for (_, finding) in &mut findings {
                finding.range = moved(dice, finding.range, &edit, &text);
                for related in &mut finding.related {
                    related.range = moved(dice, related.range, &edit, &text);
                }
            }
        }
        for _ in 0..dice.below(3) {
            let at = dice.below(findings.len() + 1);
            match dice.below(3) {
                0 if at < findings.len() => drop(findings.remove(at)),
                1 if at < findings.len() => {
                    let other = dice.below(findings.len());
                    findings.swap(at, other);
                }
                _ => {
                    findings.insert(at, (next_serial, finding(dice, &text)));
                    next_serial += 1;
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_taken_over_is_what_would_be_made_anew(numbers in prop::collection::vec(any::<u32>(), 40..400)) {
        follow(&mut Dice(numbers, 0));
    }
}

#[test]
fn no_more_are_shown_than_a_client_bears() {
    let uri: Uri = "file:///a.yaml".parse().unwrap();
    let mut text = Text::new(&"a: b\n".repeat(1_200));
    let mut findings: Vec<Finding> = (0..1_200)
        .map(|line| {
            Finding::new(
                registry::URL_FRAGMENT,
                TextRange::new(line * 5, line * 5 + 1),
                "words",
            )
        })
        .collect();
    let profile = Profile::default();
    let mut shown = Shown::default();
    for version in 0..3 {
        let serials: Vec<u64> = (0..findings.len() as u64).collect();
        let content = Content {
            uri: &uri,
            version,
            text: &text,
            findings: &findings,
            serials: &serials,
            profile: &profile,
        };
        let mut out = Vec::new();
        shown.publish(&content, &mut out);
        assert_eq!(String::from_utf8(out).unwrap(), plainly(&content));
        let mut edit = TextEdit {
            range: TextRange::empty(1),
            new_text: "\n".to_owned(),
        };
        shown.apply(&mut text, &mut edit, &profile);
        findings.truncate(1_001 - version as usize);
        for finding in &mut findings[1..] {
            finding.range = finding.range.shifted(1);
        }
    }
}

/// Another text is asked, so that whoever asks it is found out.
#[test]
fn only_what_was_replaced_is_looked_up() {
    let mut text = Text::new("one\ntwo: \u{20ac} x\nthree\n");
    let encoding = Encoding::Utf16;
    let spot = |text: &Text, offset| Spot::new(text, offset, encoding);
    let offsets = [0, 3, 4, 9, 12, 14, 15, 20];
    let before = offsets.map(|offset| spot(&text, offset));
    let mut shifts = Shifts::default();
    let mut edit = TextEdit {
        range: TextRange::new(4, 12),
        new_text: "2\n\n".to_owned(),
    };
    shifts.apply(&mut text, &mut edit, encoding);
    let other = Text::new("");
    for old in before {
        let offset = if old.offset < 12 {
            old.offset
        } else {
            old.offset - 5
        };
        let known = spot(&text, offset);
        let followed = shifts.follow(old, &other, offset, encoding);
        let is_replaced = (4..12).contains(&old.offset);
        assert_eq!(followed == known, !is_replaced, "{old:?}");
    }
}
