//! What holds for completion at every offset of whole and of half-typed documents.

use crate::outside;
use crate::support::{
    PLAIN, SNIPPETS, analysis, applied, cursor, format_of, items, json, labels, v2, v3,
};
use asyncapi_security_lsp::ide::completion::complete;
use asyncapi_security_lsp::syntax::document::Document;
use asyncapi_security_lsp::syntax::leaf::SyntaxErrorKind;

/// Valid documents in every style.
fn documents() -> Vec<String> {
    let flow = "operations:\n  o:\n    security: [{$ref: '#/components/securitySchemes/key'}, {type: http,\n      scheme: basic}]\n";
    let block = "operations:\n  o:\n    security:\n      - $ref: '#/components/securitySchemes/key'\n      - type: http\n        scheme: basic\n    traits:\n    - security:\n      - $ref: \"#/components/securitySchemes/petstore\"\n";
    let requirements = "servers:\n  a:\n    url: x\n    security:\n      - petstore: [read:pets]\n      - key: []\n  b:\n    security:\n    - petstore:\n      - read:pets\n      key: []\n    # the end\n";
    vec![
        v2(requirements),
        v3(flow),
        v3(block),
        json(
            r##"{ "$ref": "#/components/securitySchemes/key" }"##,
            "\"type\": \"http\",\n        \"scheme\": \"basic\"",
        ),
        v3(block).replace('\n', "\r\n"),
    ]
}

fn offsets(text: &str) -> impl Iterator<Item = usize> + '_ {
    (0..=text.len()).filter(|at| text.is_char_boundary(*at))
}

/// Everything that is accepted leaves a text without syntax errors, and its range is on the
/// line of the cursor and touches it.
#[test]
fn what_is_accepted_can_be_read() {
    let mut tried = 0;
    for text in &documents() {
        let analysis = analysis(text);
        for at in offsets(text) {
            for options in [SNIPPETS, PLAIN] {
                for item in complete(&analysis, at, options) {
                    tried += 1;
                    let range = item.edit.range;
                    assert!(range.touches(at), "{at} {item:?}");
                    let replaced = &text[range.start()..range.end()];
                    assert!(!replaced.contains(['\n', '\r']), "{at} {item:?}");
                    let after = applied(text, &item);
                    let errors = Document::new(&after, format_of(text)).tree().errors();
                    assert_eq!(errors, [], "{at} {item:?}\n{after}");
                }
            }
        }
    }
    assert!(tried > 3000, "{tried}");
}

/// On a blank line at every indentation after every line: what is accepted can be read.
#[test]
fn what_is_accepted_on_a_blank_line_can_be_read() {
    let mut tried = 0;
    for text in documents().iter().filter(|text| !text.contains('\r')) {
        let lines: Vec<&str> = text.lines().collect();
        for after in 1..=lines.len() {
            for indent in 0..16 {
                let mut with: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
                with.insert(after, format!("{}$0", " ".repeat(indent)));
                let marked = with.join("\n") + "\n";
                for options in [SNIPPETS, PLAIN] {
                    for item in items(&marked, options) {
                        let text = applied(&cursor(&marked).0, &item);
                        let errors = Document::new(&text, format_of(&text)).tree().errors();
                        assert_eq!(errors, [], "{item:?}\n{text}");
                        tried += 1;
                    }
                }
            }
        }
    }
    assert!(tried > 500, "{tried}");
}

/// An inserted item changes nothing else: every other key keeps its value.
#[test]
fn what_is_put_in_between_takes_nothing_away() {
    let mut tried = 0;
    for text in &documents() {
        let analysis = analysis(text);
        let before = members(&analysis.document);
        for at in offsets(text) {
            for item in complete(&analysis, at, PLAIN) {
                if !item.edit.range.is_empty() {
                    continue;
                }
                tried += 1;
                let after = applied(text, &item);
                let mut left = members(&Document::new(&after, format_of(text)));
                for member in &before {
                    let found = left.iter().position(|other| other == member);
                    assert!(found.is_some(), "{member:?} {at} {item:?}\n{after}");
                    left.swap_remove(found.unwrap());
                }
            }
        }
    }
    assert!(tried > 300, "{tried}");
}

/// The keys of all mappings, each with its value if that is a scalar.
fn members(document: &Document) -> Vec<(String, String)> {
    let mut open = vec![document.tree().root()];
    let mut found = Vec::new();
    while let Some(node) = open.pop() {
        open.extend(node.items());
        for entry in node.entries() {
            let value = entry.value.value().to_owned();
            found.push((entry.key.value().to_owned(), value));
            open.push(entry.value);
        }
    }
    found
}

/// The rest of the line is missing, so brackets and quotes are open. What is accepted can be read
/// once the brackets are closed. Duplicate keys are allowed: while a line is half typed, nothing
/// says which keys below belong to the same object.
#[test]
fn what_is_accepted_on_half_a_line_can_be_read() {
    let mut tried = 0;
    for text in &documents() {
        for at in offsets(text) {
            let end = text[at..]
                .find(['\r', '\n'])
                .map_or(text.len(), |end| at + end);
            let Some(closing) = closing(&text[at..end]) else {
                continue;
            };
            let half = format!("{}{}", &text[..at], &text[end..]);
            let analysis = analysis(&half);
            for options in [SNIPPETS, PLAIN] {
                for item in complete(&analysis, at, options) {
                    tried += 1;
                    assert!(item.edit.range.end() <= at, "{at} {item:?}");
                    let mut item = item;
                    let has_comma = item.edit.new_text.ends_with(',') && closing == ",";
                    let closing = if has_comma { "" } else { &closing };
                    let brace = if item.is_snippet { "\\}" } else { "}" };
                    item.edit.new_text.push_str(&closing.replace('}', brace));
                    let after = applied(&half, &item);
                    let mut errors = Document::new(&after, format_of(text)).tree().errors();
                    errors.retain(|error| error.kind != SyntaxErrorKind::DuplicateKey);
                    assert_eq!(errors, [], "{at} {item:?}\n{after}");
                }
            }
        }
    }
    assert!(tried > 3000, "{tried}");
}

/// The brackets that a part of a line closes but does not open, and the comma at its end; `None` if
/// it opens one that a later line closes.
fn closing(part: &str) -> Option<String> {
    let mut open = 0;
    let mut out = String::new();
    for sign in part.chars() {
        match sign {
            '{' | '[' => open += 1,
            '}' | ']' if open == 0 => out.push(sign),
            '}' | ']' => open -= 1,
            _ => {}
        }
    }
    if part.ends_with(',') {
        out.push(',');
    }
    (open == 0).then_some(out)
}

/// Every prefix of a document, as if it was typed from top to bottom: no panic, and correct
/// ranges.
#[test]
fn prefixes() {
    for text in &documents() {
        for at in offsets(text) {
            let prefix = &text[..at];
            let analysis = analysis(prefix);
            for item in complete(&analysis, at, SNIPPETS) {
                assert!(item.edit.range.touches(at), "{prefix}\n{item:?}");
                assert!(item.edit.range.end() <= at);
            }
        }
    }
}

/// The same for real documents at a sample of offsets.
#[test]
fn documents_from_the_field() {
    let Some(folder) = outside::outside("documents_from_the_field", "corpus/docs") else {
        return;
    };
    let files = files(&folder).unwrap();
    let (mut documents, mut tried, mut bad) = (0, 0, Vec::new());
    for file in files.iter().step_by(9) {
        let Ok(text) = std::fs::read_to_string(file) else {
            continue;
        };
        let is_ours = text.len() < 40_000 && text.contains("security") && text.contains("asyncapi");
        if !is_ours {
            continue;
        }
        documents += 1;
        let analysis = analysis(&text);
        let is_valid = analysis.document.tree().errors().is_empty();
        for at in offsets(&text).step_by(13) {
            let items = complete(&analysis, at, SNIPPETS);
            for item in &items {
                assert!(item.edit.range.touches(at), "{file:?} {at} {item:?}");
            }
            // One item per offset is enough: the items differ in text, not in layout.
            let Some(item) = items.get(at % items.len().max(1)).filter(|_| is_valid) else {
                continue;
            };
            tried += 1;
            let after = applied(&text, item);
            if let [first, ..] = &Document::new(&after, format_of(&after)).tree().errors()[..] {
                bad.push(format!("{file:?} {at} {:?} {first:?}", item.edit));
            }
        }
    }
    println!(
        "{documents} documents, {tried} items accepted, {} broke the text",
        bad.len()
    );
    assert!(tried > 500, "{tried}");
    assert!(
        bad.is_empty(),
        "{} of {tried}: {:#?}",
        bad.len(),
        &bad[..bad.len().min(8)]
    );
}

fn files(folder: &std::path::Path) -> Option<Vec<std::path::PathBuf>> {
    let mut files = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    std::fs::read_dir(folder).ok()?;
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).ok()?.flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path
                .extension()
                .is_some_and(|end| end == "yaml" || end == "yml" || end == "json")
            {
                files.push(path);
            }
        }
    }
    files.sort();
    Some(files)
}

const WORDS: [&str; 13] = [
    "type",
    "flows",
    "tokenUrl",
    "authorizationUrl",
    "availableScopes",
    "scopes",
    "in",
    "name",
    "scheme",
    "clientCredentials",
    "implicit",
    "security",
    "securitySchemes",
];

/// Every key is offered while it is typed, character by character, without the rest of its line
/// and with the lines below unchanged.
#[test]
fn half_typed_lines_offer_what_stands_there() {
    let mut tried = 0;
    let mut missed = Vec::new();
    for text in documents() {
        let text = text.replace("\r\n", "\n");
        let in_json = text.starts_with('{');
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let end = start + line.trim_end().len();
            let content = line.trim_start_matches([' ', '-', '"']);
            let word_start = start + line.len() - content.len();
            let word = content.split([':', '"']).next().unwrap_or("").trim();
            let first_line = start;
            start += line.len();
            if !WORDS.contains(&word) || line[..line.len() - content.len()].contains("- ") {
                continue;
            }
            // With and without the lines of the value.
            for rest in [below(&text, first_line, end, in_json), &text[end..]] {
                for typed in 1..=word.len() {
                    let marked = format!("{}{}$0{rest}", &text[..word_start], &word[..typed]);
                    tried += 1;
                    if !labels(&marked).iter().any(|label| label == word) {
                        missed.push(marked);
                    }
                }
            }
        }
    }
    assert!(tried > 150, "{tried}");
    assert!(
        missed.is_empty(),
        "{} of {tried}\n{}",
        missed.len(),
        missed[0]
    );
}

/// The text after a line and its deeper lines.
fn below(text: &str, line_start: usize, line_end: usize, in_json: bool) -> &str {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let own = indent(&text[line_start..line_end]);
    let mut at = line_end;
    let mut lines = text[line_end..].split_inclusive('\n');
    at += lines.next().map_or(0, str::len);
    for line in lines {
        let item = line.trim_start().starts_with("- ") && indent(line) == own;
        if !item && (line.trim().is_empty() || indent(line) <= own) {
            if in_json && indent(line) == own && line.trim_start().starts_with(['}', ']']) {
                at += line.len();
            }
            break;
        }
        at += line.len();
    }
    &text[(at - 1).max(line_end)..]
}
