//! After any order of events everything is as if it had been so from the start.

use std::collections::BTreeMap;

use asyncapi_security_lsp::syntax::document::Document;
use asyncapi_security_lsp::workspace::Workspace;
use asyncapi_security_lsp::workspace::bounds;
use asyncapi_security_lsp::workspace::source_file::{SourceFile, language};
use proptest::prelude::*;

use crate::folder::Folder;

const NAMES: [&str; 4] = ["a.yaml", "b.yaml", "c.json", "sub/d.yaml"];

/// Texts with references in all directions.
const TEXTS: [&str; 8] = [
    "asyncapi: 3.0.0\nservers: {s: {host: h, protocol: wss, security: [{$ref: 'b.yaml#/x'}, {$ref: c.json}]}}\n",
    "asyncapi: 2.6.0\nchannels: {c: {$ref: sub/d.yaml}}\ncomponents: {securitySchemes: {x: {$ref: 'b.yaml#/x'}}}\n",
    "asyncapi: 2.0.0\nservers: {s: {url: h, protocol: wss, security: [x: [r]]}}\ncomponents: {securitySchemes: {$ref: b.yaml}}\n",
    "x: {$ref: 'c.json#/x'}\ny: {type: http, scheme: basic}\n",
    "{\"x\": {\"$ref\": \"b.yaml#/y\"}}\n",
    "{\"x\": {\"$ref\": \"b.yaml#/x\"}}\n",
    "subscribe: {security: [{x: [r]}]}\n",
    "{\"type\": \"oauth2\", \"flows\": {}}\n",
];

#[derive(Debug, Clone)]
enum Event {
    Write(usize, usize),
    Delete(usize),
    Open(usize, usize),
    Close(usize),
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let file = 0..NAMES.len();
    let text = 0..TEXTS.len();
    prop::collection::vec(
        prop_oneof![
            3 => (file.clone(), text.clone()).prop_map(|(file, text)| Event::Write(file, text)),
            1 => file.clone().prop_map(Event::Delete),
            2 => (file.clone(), text).prop_map(|(file, text)| Event::Open(file, text)),
            1 => file.prop_map(Event::Close),
        ],
        1..12,
    )
}

fn new(folder: &Folder) -> Workspace {
    let mut workspace = Workspace::default();
    workspace.set_folders(vec![folder.path.clone()]);
    workspace
}

fn open(workspace: &mut Workspace, folder: &Folder, name: &str, text: &str) {
    let path = folder.path.join(name);
    let document = Document::new(text, language(&path));
    let repository = bounds::repository(&path);
    workspace.open(SourceFile::new(path, repository, document));
}

fn apply(workspace: &mut Workspace, folder: &Folder, event: &Event) {
    match event {
        Event::Write(file, text) => {
            folder.write(NAMES[*file], TEXTS[*text]);
            workspace.changed([folder.path.join(NAMES[*file])]);
        }
        Event::Delete(file) => {
            let path = folder.path.join(NAMES[*file]);
            if std::fs::remove_file(&path).is_ok() {
                workspace.changed([path]);
            }
        }
        Event::Open(file, text) => open(workspace, folder, NAMES[*file], TEXTS[*text]),
        Event::Close(file) => workspace.close(&folder.path.join(NAMES[*file])),
    }
}

/// `PROPTEST_CASES=2000` asks for more rounds than an ordinary run has.
fn config() -> ProptestConfig {
    let asked = ProptestConfig::default();
    match std::env::var_os("PROPTEST_CASES") {
        Some(_) => asked,
        None => ProptestConfig { cases: 64, ..asked },
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_order_of_events_does_not_matter(events in events()) {
        let folder = Folder::new("");
        let mut workspace = new(&folder);
        workspace.work(true);
        let mut texts = BTreeMap::new();
        for event in &events {
            apply(&mut workspace, &folder, event);
            workspace.work(true);
            match event {
                Event::Open(file, text) => _ = texts.insert(*file, *text),
                Event::Close(file) => _ = texts.remove(file),
                Event::Write(..) | Event::Delete(_) => {}
            }
        }
        let mut fresh = new(&folder);
        for (file, text) in texts {
            open(&mut fresh, &folder, NAMES[file], TEXTS[text]);
        }
        fresh.work(true);
        for name in NAMES {
            let path = folder.path.join(name);
            let (one, other) = (workspace.surroundings(&path), fresh.surroundings(&path));
            prop_assert_eq!(one, other, "{}", name);
        }
    }
}

#[test]
fn long_rings_cost_no_more_than_their_length() {
    let folder = Folder::new("");
    let count = 400;
    for at in 0..count {
        let next = (at + 1) % count;
        folder.write(
            &format!("f{at}.yaml"),
            &format!("a: {{$ref: 'f{next}.yaml#/a'}}\nb: {{$ref: 'f{next}.yaml#/b'}}\n"),
        );
    }
    for at in 0..20 {
        folder.write(
            &format!("root{at}.yaml"),
            "asyncapi: 3.0.0\nservers: {s: {host: h, protocol: wss, security: [{$ref: 'f0.yaml#/a'}]}}\n",
        );
    }
    let mut workspace = new(&folder);
    workspace.work(true);
    let last = workspace.surroundings(&folder.path.join(format!("f{}.yaml", count - 1)));
    assert_eq!(last.documents.len(), 20);
    assert_eq!(last.parts.len(), 1);
}
