//! An editor without a screen, as far as completion goes: it asks for lists by itself, filters them
//! by what is typed, and closes them when nothing is left.

use std::path::Path;

use asyncapi_security_lsp::analysis::{Analysis, Options};
use asyncapi_security_lsp::ide::completion::complete;
use asyncapi_security_lsp::ide::completion::item::{CompletionItem, CompletionOptions};
use asyncapi_security_lsp::syntax::document::Document;
use asyncapi_security_lsp::syntax::format::Language;
use asyncapi_security_lsp::text::TextEdit;
use asyncapi_security_lsp::text::range::TextRange;

/// After which signs a client asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Client {
    /// After each one, as if a colon and a bracket belonged to words.
    AsksAfterEachSign,
    /// After letters, digits and trigger characters; after others it filters what it has.
    AsksInWords,
}

/// The trigger characters of the server.
const TRIGGERS: &str = " \"'#/$";

/// What came of typing.
#[derive(Debug, Default)]
pub struct Tally {
    documents: usize,
    signs: usize,
    enters: usize,
    lists: usize,
    /// Lines whose Enter would have been taken by a list.
    taken: Vec<String>,
}

impl Tally {
    #[track_caller]
    pub fn assert_clean(&self, how: &str) {
        println!(
            "{how}: {} documents, {} signs typed, {} times Enter, {} lists opened, {} took Enter",
            self.documents,
            self.signs,
            self.enters,
            self.lists,
            self.taken.len()
        );
        assert!(self.lists > 0 && self.enters > 0);
        let shown = self.taken.len().min(40);
        assert!(
            self.taken.is_empty(),
            "{} lists took Enter:\n{}",
            self.taken.len(),
            self.taken[..shown].join("\n")
        );
    }
}

/// Types a whole document into an empty file.
pub fn type_whole(path: &Path, text: &str, client: Client, tally: &mut Tally) {
    tally.documents += 1;
    let mut editor = Editor::new(path, "", 0, client);
    editor.type_all(text, tally);
}

/// Types each `step`th line again, with the rest of the document around it.
pub fn type_within(path: &Path, text: &str, client: Client, step: usize, tally: &mut Tally) {
    tally.documents += 1;
    let mut start = 0;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        if number % step == 0 && line.ends_with('\n') {
            let without = format!("{}{}", &text[..start], &text[start + line.len()..]);
            let mut editor = Editor::new(path, &without, start, client);
            editor.type_all(line, tally);
        }
        start += line.len();
    }
}

struct Editor {
    path: String,
    analysis: Analysis,
    cursor: usize,
    client: Client,
    /// The items of the open list.
    list: Vec<CompletionItem>,
}

impl Editor {
    fn new(path: &Path, text: &str, cursor: usize, client: Client) -> Self {
        let path = path.display().to_string();
        let language = match path.rsplit('.').next() {
            Some("json") => Language::Json,
            Some("jsonc") => Language::Jsonc,
            _ => Language::Yaml,
        };
        let document = Document::new(text, language);
        Self {
            path,
            analysis: Analysis::new(document, Options::default(), None),
            cursor,
            client,
            list: Vec::new(),
        }
    }

    fn type_all(&mut self, text: &str, tally: &mut Tally) {
        for sign in text.chars() {
            if sign == '\n' {
                tally.enters += 1;
                if let [first, ..] = &self.list[..] {
                    tally.taken.push(self.taken_by(first));
                }
                self.list.clear();
            }
            self.insert(sign);
            tally.signs += 1;
            if sign == '\n' || sign == '\r' {
                continue;
            }
            let was_open = !self.list.is_empty();
            self.update(sign);
            tally.lists += usize::from(!was_open && !self.list.is_empty());
        }
    }

    fn insert(&mut self, sign: char) {
        let edit = TextEdit {
            range: TextRange::empty(self.cursor),
            new_text: sign.to_string(),
        };
        let document = self.analysis.document.edited(&[edit]);
        self.analysis = Analysis::new(document, Options::default(), Some(&self.analysis));
        self.cursor += sign.len_utf8();
    }

    fn update(&mut self, sign: char) {
        let asks = match self.client {
            Client::AsksAfterEachSign => sign != ' ',
            Client::AsksInWords => sign.is_alphanumeric() || sign == '_',
        };
        if asks || TRIGGERS.contains(sign) {
            let options = CompletionOptions {
                snippets: true,
                is_asked: false,
            };
            self.list = complete(&self.analysis, self.cursor, options);
        }
        let text = self.analysis.document.text();
        let cursor = self.cursor;
        self.list.retain(|item| {
            let start = item.edit.range.start().min(cursor);
            fits(&text.slice(TextRange::new(start, cursor)), &item.filter)
        });
    }

    fn taken_by(&self, item: &CompletionItem) -> String {
        let text = self.analysis.document.text();
        let line = text.line_of(self.cursor);
        let typed = text.slice(TextRange::new(text.line_start(line), self.cursor));
        let (path, client) = (&self.path, self.client);
        format!("{path}:{} {client:?} {typed:?} {:?}", line + 1, item.label)
    }
}

/// Whether the letters of `typed` appear in `filter` in this order: no editor is less strict.
fn fits(typed: &str, filter: &str) -> bool {
    let mut rest = filter.chars();
    typed.trim_start().chars().all(|sign| {
        let is_same = |other: char| other.eq_ignore_ascii_case(&sign);
        rest.any(is_same)
    })
}
