//! A document in rework: steps that wait and are read together do what they do one after the other.

#![allow(clippy::unwrap_used)]

use asyncapi_security_lsp::edits::draft::Draft;
use asyncapi_security_lsp::edits::template::{Template, member};
use asyncapi_security_lsp::syntax::document::Document;
use asyncapi_security_lsp::syntax::format::Language;
use asyncapi_security_lsp::syntax::node::Node;
use proptest::prelude::*;

/// The same content in each of these styles.
const DOCUMENTS: [(Language, &str); 5] = [
    (
        Language::Yaml,
        "# all\na:\n  b:\n    c: 1 # one\n    d: [x, y]\n  # about e\n  e:\n    c: {f: 1}\n    # last\n    d:\n      \
         - x: 1\n      # second\n      - y: 2\n  g: {}\nh:\n  b: &one\n    c: 2\n  e: *one\ni: text\n",
    ),
    (
        Language::Yaml,
        "a: {b: {c: 1, d: [x, y]}, e: {c: {f: 1}, d: [{x: 1}, {y: 2}]}, g: {}}\nh: {b: {c: 2}, e: {}}\ni: text",
    ),
    (
        Language::Yaml,
        "a:\r\n  b: {c: 1, d: [x, y]}\r\n  e:\r\n    c: {f: 1}\r\n    d:\r\n    - x: 1\r\n    - y: 2 # two\r\n\r\n  g:\r\nh:\r\n  b:\r\n    \
         c: |\r\n      lines\r\n  # end\r\ni: text",
    ),
    (
        Language::Jsonc,
        "{\n  \"a\": {\n    \"b\": {\n      \"c\": 1, // one\n      \"d\": [\"x\", \"y\"]\n    },\n    \"e\": {\n      \"c\": {\"f\": 1},\n      \
         \"d\": [\n        {\"x\": 1},\n        {\"y\": 2}\n      ]\n    },\n    \"g\": {}\n  },\n  \"h\": {\"b\": {\"c\": 2}},\n  \"i\": \"text\"\n}\n",
    ),
    (
        Language::Json,
        "{\"a\":{\"b\":{\"c\":1,\"d\":[\"x\",\"y\"]},\"e\":{\"c\":{\"f\":1},\"d\":[{\"x\":1},{\"y\":2}]},\"g\":{}},\"h\":{\"b\":{\"c\":2}},\"i\":\"text\"}",
    ),
];

const PLACES: [&str; 20] = [
    "",
    "/a",
    "/a/b",
    "/a/b/c",
    "/a/b/d",
    "/a/b/d/0",
    "/a/b/d/1",
    "/a/e",
    "/a/e/c",
    "/a/e/c/f",
    "/a/e/d",
    "/a/e/d/0",
    "/a/e/d/1",
    "/a/e/d/1/y",
    "/a/g",
    "/h",
    "/h/b",
    "/h/b/c",
    "/h/e",
    "/i",
];

const NAMES: [&str; 5] = ["b", "c", "n", "o", "p"];

#[derive(Debug, Clone)]
enum Step {
    Put(usize, usize),
    PutMovedItem(usize, usize),
    Insert(usize, usize, usize),
    Append(usize, usize),
    InsertBehind(usize, usize),
    InsertAt(usize, usize),
    Rename(usize),
    SetText(usize, usize),
    Remove(usize),
    Clear(usize),
    Move(usize, usize, usize),
    Copy(usize, usize, usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let place = || 0..PLACES.len();
    let name = || 0..NAMES.len();
    let value = || 0..5usize;
    let item = prop::sample::select(vec![5, 6, 11, 12]);
    let step = prop_oneof![
        (place(), value()).prop_map(|(at, value)| Step::Put(at, value)),
        (item, value()).prop_map(|(at, value)| Step::PutMovedItem(at, value)),
        (place(), name(), value()).prop_map(|(at, name, value)| Step::Insert(at, name, value)),
        (place(), value()).prop_map(|(at, value)| Step::Append(at, value)),
        (place(), name()).prop_map(|(at, name)| Step::InsertBehind(at, name)),
        (name(), value()).prop_map(|(name, value)| Step::InsertAt(name, value)),
        place().prop_map(Step::Rename),
        (place(), name()).prop_map(|(at, name)| Step::SetText(at, name)),
        place().prop_map(Step::Remove),
        place().prop_map(Step::Clear),
        (place(), place(), name()).prop_map(|(from, to, name)| Step::Move(from, to, name)),
        (place(), place(), name()).prop_map(|(from, to, name)| Step::Copy(from, to, name)),
    ];
    prop::collection::vec(step, 1..12)
}

fn value(at: usize) -> Template {
    match at {
        0 => Template::text("new"),
        1 => Template::Map(vec![member("c", Template::text("deep"))]),
        2 => Template::List(vec![Template::text("x"), Template::text("z")]),
        3 => Template::Map(Vec::new()),
        _ => Template::FlowList(vec!["q".to_owned()]),
    }
}

/// Takes a step; whether it was possible.
fn take(draft: &mut Draft, step: &Step, turn: usize) -> bool {
    match step {
        Step::Put(at, new) => draft.put(PLACES[*at], &value(*new)),
        Step::PutMovedItem(at, new) => draft.put_moved_item(PLACES[*at], &value(*new)),
        Step::Insert(at, name, new) => {
            draft.insert(PLACES[*at], NAMES[*name], &value(*new), &["c", "n"])
        }
        Step::Append(at, new) => {
            let members = vec![member("v", value(*new)), member("w", value(*new))];
            draft.append_members(PLACES[*at], members)
        }
        Step::InsertBehind(at, name) => {
            let new = |name: &str| member(name, value(0));
            let name = NAMES[*name].to_owned();
            let members = vec![
                (name.clone(), new("r")),
                ("e".to_owned(), new("s")),
                (name, new("t")),
            ];
            draft.insert_behind(PLACES[*at], members)
        }
        Step::InsertAt(name, new) => draft.insert_at(&["a", "k"], NAMES[*name], &value(*new)),
        Step::Rename(at) => draft.rename(PLACES[*at], &format!("r{turn}")),
        Step::SetText(at, name) => draft.set_text(PLACES[*at], NAMES[*name]),
        Step::Remove(at) => draft.remove(PLACES[*at]),
        Step::Clear(at) => draft.clear(PLACES[*at]),
        Step::Move(from, to, name) => {
            let value = draft.lifted_for(PLACES[*from], PLACES[*to]);
            let taken = value.filter(|_| draft.take(PLACES[*from]).is_some());
            taken.and_then(|value| draft.insert(PLACES[*to], NAMES[*name], &value, &[]))
        }
        Step::Copy(from, to, name) => {
            let copied = draft.copy(PLACES[*from]);
            copied.and_then(|value| draft.insert(PLACES[*to], NAMES[*name], &value, &[]))
        }
    }
    .is_some()
}

/// What a node says, without how it is written.
fn shown(node: Node<'_>) -> String {
    let entries = node
        .entries()
        .map(|entry| format!("{}: {}", shown(entry.key), shown(entry.value)));
    match node {
        node if node.is_mapping() => format!("{{{}}}", entries.collect::<Vec<_>>().join(", ")),
        node if node.is_sequence() => {
            format!(
                "[{}]",
                node.items().map(shown).collect::<Vec<_>>().join(", ")
            )
        }
        scalar => format!("{:?}", scalar.value()),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn steps_that_wait_do_the_same(steps in steps(), at in 0..DOCUMENTS.len()) {
        let (language, text) = DOCUMENTS[at];
        let document = Document::new(text, language);
        let (mut waiting, mut at_once) = (Draft::new(&document), Draft::new(&document));
        for (turn, step) in steps.iter().enumerate() {
            let is_done = take(&mut waiting, step, turn);
            prop_assert_eq!(is_done, take(&mut at_once, step, turn), "{:?}", step);
            // Somebody asks, so that nothing waits.
            let _ = at_once.document();
        }
        for place in PLACES {
            let seen = |draft: &Draft| draft.place(place).map(|place| shown(place.path.node()));
            prop_assert_eq!(seen(&waiting.clone()), seen(&at_once), "{}", place);
        }
        let data = |draft: &Draft| shown(draft.document().tree().root());
        prop_assert_eq!(data(&waiting), data(&at_once), "{}\n{}", waiting.document().text(), at_once.document().text());
        let mut edited = text.to_owned();
        for edit in waiting.clone().finish().iter().rev() {
            edited.replace_range(edit.range.start()..edit.range.end(), &edit.new_text);
        }
        prop_assert_eq!(edited, waiting.document().text().to_string());
    }
}
