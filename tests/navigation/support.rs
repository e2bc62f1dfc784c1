//! Documents with a cursor, and answers as text.

use std::collections::BTreeMap;

use asyncapi_security_lsp::analysis::{Analysis, Options};
use asyncapi_security_lsp::ide::navigation::rename::{self, FileEdits};
use asyncapi_security_lsp::ide::navigation::{File, Files, definitions, highlights, references};
use asyncapi_security_lsp::syntax::document::Document;
use asyncapi_security_lsp::syntax::format::Format;
use asyncapi_security_lsp::text::range::TextRange;

static NO_TARGETS: BTreeMap<String, String> = BTreeMap::new();

pub fn format_of(text: &str) -> Format {
    match text.trim_start().starts_with('{') {
        true => Format::Json,
        false => Format::Yaml,
    }
}

pub fn analyse(text: &str, format: Format) -> Analysis {
    Analysis::new(Document::new(text, format), Options::default(), None)
}

pub fn files(analysis: &Analysis) -> Files<'_> {
    let file = File {
        uri: "file:///w/api.yaml",
        document: &analysis.document,
        mentions: analysis.mentions(),
        targets: &NO_TARGETS,
        documents: &[],
        kept: None,
    };
    Files::new(file, [])
}

/// The document without the cursor `$0`, and where that was.
pub fn marked(text: &str) -> (String, usize) {
    let (before, after) = text.split_once("$0").expect("a cursor");
    (format!("{before}{after}"), before.len())
}

/// A range as its line, counted from 1, and its text.
pub fn shown(text: &str, range: TextRange) -> String {
    let line = text[..range.start()].matches('\n').count() + 1;
    format!("{line}:{}", &text[range.start()..range.end()])
}

fn asked(document: &str) -> (String, usize, Analysis) {
    let (text, offset) = marked(document);
    let analysis = analyse(&text, format_of(&text));
    (text, offset, analysis)
}

/// What the cursor is on, and where that is declared: `origin -> name`.
pub fn definition(document: &str) -> String {
    let (text, offset, analysis) = asked(document);
    let found = definitions(&files(&analysis), offset);
    let Some(first) = found.first() else {
        return String::new();
    };
    let names: Vec<String> = found.iter().map(|one| shown(&text, one.name)).collect();
    for one in &found {
        assert!(one.target.contains(one.name), "{one:?}");
    }
    let origin = &text[first.origin.start()..first.origin.end()];
    format!("{origin} -> {}", names.join(" "))
}

/// All names that mean the same; declarations in brackets.
pub fn uses(document: &str) -> String {
    let (text, offset, analysis) = asked(document);
    let files = files(&analysis);
    let without = references(&files, offset, false);
    let all = references(&files, offset, true);
    let names = all.iter().map(|place| match without.contains(place) {
        true => shown(&text, place.range),
        false => format!("[{}]", shown(&text, place.range)),
    });
    names.collect::<Vec<_>>().join(" ")
}

/// The names that are highlighted; declarations in brackets.
pub fn highlighted(document: &str) -> String {
    let (text, offset, analysis) = asked(document);
    let names = highlights(&files(&analysis), offset).into_iter();
    let names = names.map(|one| match one.is_declaration {
        false => shown(&text, one.range),
        true => format!("[{}]", shown(&text, one.range)),
    });
    names.collect::<Vec<_>>().join(" ")
}

/// The document after edits of its only file.
pub fn applied(text: &str, edits: &FileEdits) -> String {
    let mut text = text.to_owned();
    for (file, edits) in edits {
        assert_eq!(*file, 0);
        for edit in edits.iter().rev() {
            text.replace_range(edit.range.start()..edit.range.end(), &edit.new_text);
        }
    }
    text
}

/// The lines that a rename changes, or why it is refused.
pub fn renamed(document: &str, new: &str) -> String {
    let (text, offset, analysis) = asked(document);
    match rename::rename(&files(&analysis), offset, new) {
        Err(reason) => format!("refused: {reason}"),
        Ok(None) => "nothing".to_owned(),
        Ok(Some(edits)) => {
            let after = applied(&text, &edits);
            let pairs = text.lines().zip(after.lines()).enumerate();
            let changed = pairs.filter(|(_, (old, new))| old != new);
            let lines = changed.map(|(at, (_, new))| format!("{}: {}", at + 1, new.trim()));
            lines.collect::<Vec<_>>().join("\n")
        }
    }
}
