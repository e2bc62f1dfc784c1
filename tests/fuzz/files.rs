//! Several documents that refer to each other: after any order of open, edit, close, write and
//! delete the server knows what a fresh one knows.
//!
//! An input is events, with a byte between them that no text has: the first byte says what happens
//! to which file, then comes a text, or an edit as in [`crate::edits`].

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, channel};

use asyncapi_security_lsp::lsp::documents::Documents;
use asyncapi_security_lsp::text::{Encoding, Text};
use asyncapi_security_lsp::workspace::work::Done;
use tower_lsp::ls_types::{Position, Range, TextDocumentContentChangeEvent, TextDocumentItem, Uri};

use crate::edits::{MARK, Step, step_of};
use crate::mutant::Random;

const NAMES: [&str; 4] = ["a.yaml", "b.yaml", "c.json", "sub/d.yaml"];

/// Longer inputs take longer and test nothing new.
const MAX_EVENTS: usize = 24;

/// The disk is there once.
static FOLDER: Mutex<()> = Mutex::new(());

enum Event<'d> {
    Open(&'d str),
    Edit(Step<'d>),
    Close,
    Write(&'d str),
    Delete,
}

fn event(piece: &[u8]) -> Option<(usize, Event<'_>)> {
    let (head, rest) = piece.split_first()?;
    let text = || std::str::from_utf8(rest).ok();
    let event = match head / 4 % 8 {
        0 | 1 => Event::Open(text()?),
        2..=4 => Event::Edit(Step::read(rest)?),
        5 => Event::Close,
        6 => Event::Write(text()?),
        _ => Event::Delete,
    };
    Some((usize::from(head % 4), event))
}

pub fn run(data: &[u8]) {
    let one_at_a_time = FOLDER.lock();
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().canonicalize().expect("a folder");
    for folder in [".git", "sub"] {
        std::fs::create_dir(root.join(folder)).expect("a folder");
    }
    let mut server = Server::new(&root);
    server.settle();
    let mut texts: BTreeMap<usize, Text> = BTreeMap::new();
    let pieces = data.split(|byte| *byte == MARK);
    for (at, event) in pieces.filter_map(event).take(MAX_EVENTS) {
        let path = root.join(NAMES[at]);
        match event {
            Event::Open(text) => {
                texts.insert(at, Text::new(text));
                server.open(&path, text);
            }
            Event::Edit(step) => {
                let Some(text) = texts.get_mut(&at) else {
                    continue;
                };
                server.change(&path, text, &step);
            }
            Event::Close => {
                texts.remove(&at);
                server.documents.close(&uri(&path));
            }
            Event::Write(text) => {
                std::fs::write(&path, text).expect("a file");
                server.documents.changed_on_disk([path]);
            }
            Event::Delete => {
                if std::fs::remove_file(&path).is_ok() {
                    server.documents.changed_on_disk([path]);
                }
            }
        }
        server.settle();
    }
    let mut fresh = Server::new(&root);
    for (at, text) in &texts {
        fresh.open(&root.join(NAMES[*at]), &text.to_string());
    }
    fresh.settle();
    for (at, name) in NAMES.iter().enumerate() {
        let path = root.join(name);
        let (one, other) = (&mut server.documents, &mut fresh.documents);
        // What was read once stays so; of what is not read nobody asks.
        if other.file(&path).is_some() {
            assert_eq!(one.surroundings(&path), other.surroundings(&path), "{name}");
        }
        let Some(text) = texts.get(&at) else {
            continue;
        };
        let analysis = |documents: &mut Documents| {
            let open = documents.get_mut(&uri(&path)).expect("it is open");
            open.analysis()
        };
        let (one, other) = (analysis(one), analysis(other));
        assert_eq!(one.document.text().to_string(), text.to_string(), "{name}");
        assert_eq!(one.findings, other.findings, "{name}\n{text:?}");
    }
    drop(one_at_a_time);
}

struct Server {
    documents: Documents,
    done: Receiver<Done>,
    version: i32,
}

impl Server {
    fn new(root: &Path) -> Self {
        let (sender, done) = channel();
        let mut documents = Documents::default();
        documents.start_worker(move |done| _ = sender.send(done));
        documents.set_folders(&[root.to_owned()]);
        Self {
            documents,
            done,
            version: 0,
        }
    }

    /// Waits until nothing is left to be read.
    fn settle(&mut self) {
        self.documents.share_all();
        self.documents.spread(None);
        while !self.documents.is_settled() {
            let done = self.done.recv().expect("the worker goes on");
            self.documents.read(&[done]);
        }
    }

    fn open(&mut self, path: &Path, text: &str) {
        self.version += 1;
        let is_json = path.extension().is_some_and(|ending| ending == "json");
        let is_ours = self.documents.open(TextDocumentItem {
            uri: uri(path),
            language_id: if is_json { "json" } else { "yaml" }.to_owned(),
            version: self.version,
            text: text.to_owned(),
        });
        assert!(is_ours);
    }

    fn change(&mut self, path: &Path, text: &mut Text, step: &Step<'_>) {
        self.version += 1;
        let edit = step.edit(text);
        let position = |offset| {
            let position = text.position(offset, Encoding::Utf16);
            Position::new(position.line, position.character)
        };
        let range = Range::new(position(edit.range.start()), position(edit.range.end()));
        let change = TextDocumentContentChangeEvent {
            range: Some(range),
            range_length: None,
            text: edit.new_text.clone(),
        };
        let encoding = Encoding::Utf16;
        assert!(
            self.documents
                .change(&uri(path), self.version, vec![change], encoding)
        );
        text.apply(edit.range, &edit.new_text);
    }
}

fn uri(path: &Path) -> Uri {
    Uri::from_file_path(path).expect("an absolute path")
}

/// Texts with references in all directions.
const TEXTS: [&str; 9] = [
    "asyncapi: 3.0.0\nservers: {s: {host: h, protocol: wss, security: [{$ref: 'b.yaml#/x'}, {$ref: c.json}]}}\n",
    "asyncapi: 2.6.0\nchannels: {c: {$ref: sub/d.yaml}}\ncomponents: {securitySchemes: {x: {$ref: 'b.yaml#/x'}}}\n",
    "asyncapi: 2.0.0\nservers: {s: {url: h, protocol: wss, security: [x: [r]]}}\ncomponents: {securitySchemes: {$ref: b.yaml}}\n",
    "x: {$ref: 'c.json#/x'}\ny: {type: http, scheme: basic}\n",
    "{\"x\": {\"$ref\": \"b.yaml#/y\"}}\n",
    "{\"x\": {\"$ref\": \"b.yaml#/x\"}}\n",
    "subscribe: {security: [{x: [r]}]}\n",
    "{\"type\": \"oauth2\", \"flows\": {}}\n",
    "x:\n  $ref: '../a.yaml#/components/securitySchemes/x'\ny:\n  $ref: 'd.yaml#/y'\n",
];

/// The same with one more event, one less, or in another order.
pub fn mutated(data: &[u8], random: &mut Random) -> Option<Vec<u8>> {
    let mut pieces: Vec<Vec<u8>> = (data.split(|byte| *byte == MARK))
        .map(<[u8]>::to_vec)
        .collect();
    let at = random.below(pieces.len());
    match random.below(6) {
        0 if pieces.len() > 1 => drop(pieces.remove(at)),
        1 => {
            let to = random.below(pieces.len());
            pieces.swap(at, to);
        }
        2 => {
            let piece = pieces[at].clone();
            pieces.push(piece);
        }
        _ => {
            let piece = any_event(random);
            pieces.insert(at + random.below(2), piece);
        }
    }
    Some(pieces.join(&MARK))
}

fn any_event(random: &mut Random) -> Vec<u8> {
    let file = random.below(NAMES.len()) as u8;
    let what = random.below(8) as u8;
    let mut piece = vec![4 * what + file];
    match what {
        0 | 1 | 6 => piece.extend(TEXTS[random.below(TEXTS.len())].bytes()),
        2..=4 => {
            const TYPED: [&str; 8] = ["x", "b.yaml", "2.6.0", "3.0.0", "#/y", "\n", "", "a: 1\n"];
            let new = TYPED[random.below(TYPED.len())];
            piece.extend(step_of(random, new));
        }
        _ => {}
    }
    piece
}

pub fn seeds() -> Vec<Vec<u8>> {
    let mut random = Random::new(16);
    let mut seed = || {
        let count = 3 + random.below(12);
        let pieces: Vec<Vec<u8>> = (0..count).map(|_| any_event(&mut random)).collect();
        pieces.join(&MARK)
    };
    (0..200).map(|_| seed()).collect()
}
