//! The leaf of a text: places of nodes, values, duplicate keys, the limit of depth.

use asyncapi_security_lsp::syntax::leaf::{Frame, MAX_DEPTH, NodeKind, SyntaxErrorKind};
use asyncapi_security_lsp::syntax::yaml::read;

#[test]
fn a_missing_value_stands_where_it_would_be_typed() {
    for (text, at) in [
        ("a:", 2),
        ("a: ", 3),
        ("a:   # c", 3),
        ("a:\n", 2),
        ("a: &x", 5),
        ("a: &x # c", 6),
        ("a: !t \n", 6),
    ] {
        let leaf = read(text, Frame::Entries, 0);
        let node = leaf.nodes()[2];
        assert_eq!((node.kind, node.start), (NodeKind::Missing, at), "{text:?}");
        assert_eq!(leaf.errors(), [], "{text:?}");
    }
    for (text, at) in [("-", 1), ("- ", 2), ("-   # c", 2)] {
        let leaf = read(text, Frame::Items, 0);
        let node = leaf.nodes()[1];
        assert_eq!((node.kind, node.start), (NodeKind::Missing, at), "{text:?}");
    }
}

#[test]
fn anchor_and_tag_belong_to_their_node() {
    let text = "a: &x !!str b\nc: !t &y\n  d: *x\n";
    let leaf = read(text, Frame::Entries, 0);
    let props = leaf.props_of(2).unwrap();
    let part =
        |range: Option<(u32, u32)>| range.map(|(from, to)| &text[from as usize..to as usize]);
    assert_eq!(part(props.anchor), Some("&x"));
    assert_eq!(part(props.tag), Some("!!str"));
    let props = leaf.props_of(4).unwrap();
    assert_eq!(leaf.nodes()[4].kind, NodeKind::BlockMapping);
    assert_eq!(
        (part(props.anchor), part(props.tag)),
        (Some("&y"), Some("!t"))
    );
    assert_eq!(leaf.value(6), "x");
    assert_eq!(leaf.nodes()[6].kind, NodeKind::Alias);
}

#[test]
fn the_later_of_two_equal_keys_is_reported() {
    let text = "a: 1\nb: {c: 1, 'c': 2}\n\"a\": 3\n<<: *x\n<<: *y\n1: a\n'1': b\n";
    let leaf = read(text, Frame::Entries, 0);
    let found = leaf
        .errors()
        .iter()
        .map(|error| (error.kind, error.range.start()))
        .collect::<Vec<_>>();
    assert_eq!(
        found,
        [
            (SyntaxErrorKind::DuplicateKey, 15),
            (SyntaxErrorKind::DuplicateKey, 23),
            (SyntaxErrorKind::RepeatedMerge, 37)
        ]
    );
}

#[test]
fn nothing_deeper_than_the_limit_is_looked_at() {
    let text = "a:\n  b:\n    c: d\n";
    for (depth, errors, nodes) in [
        (MAX_DEPTH - 3, 0, 7),
        (MAX_DEPTH - 2, 1, 5),
        (MAX_DEPTH, 1, 1),
    ] {
        let leaf = read(text, Frame::Entries, depth);
        assert_eq!(leaf.nodes().len(), nodes, "{depth}");
        let faults = leaf.errors().iter().map(|error| error.kind);
        assert_eq!(
            faults.collect::<Vec<_>>(),
            vec![SyntaxErrorKind::Limit; errors],
            "{depth}"
        );
    }
    for (open, close) in [
        ("[", "]"),
        ("{a: ", "}"),
        ("[{\"a\": ", "}]"),
        ("[\n ", "\n ]"),
        ("- ", ""),
        ("? ", ""),
    ] {
        for levels in [600, 5_000] {
            let nested = format!("{}x{}", open.repeat(levels), close.repeat(levels));
            for text in [
                format!("{nested}\n"),
                format!("k:\n  {nested}\nz: 1\n"),
                format!("- {nested}\n- z\n"),
            ] {
                let leaf = read(&text, Frame::Document, 0);
                let faults: Vec<_> = leaf.errors().iter().map(|error| error.kind).collect();
                assert_eq!(
                    faults,
                    [SyntaxErrorKind::Limit],
                    "{open:?} {:?}",
                    leaf.errors()
                );
            }
        }
    }
    let ladder = |step: &str| -> String {
        (0..600)
            .map(|depth| format!("{}{step}\n", " ".repeat(depth)))
            .collect()
    };
    for text in [ladder("a:"), ladder("-"), format!("{}z: 1\n", ladder("a:"))] {
        let leaf = read(&text, Frame::Document, 0);
        let faults: Vec<_> = leaf.errors().iter().map(|error| error.kind).collect();
        assert_eq!(faults, [SyntaxErrorKind::Limit], "{:?}", leaf.errors());
    }
    for open in ["[", "{a: "] {
        let leaf = read(&open.repeat(100_000), Frame::Document, 0);
        assert!(
            leaf.errors()
                .iter()
                .any(|error| error.kind == SyntaxErrorKind::Limit)
        );
        assert!(leaf.nodes().len() < 2 * MAX_DEPTH + 10);
    }
}

#[test]
fn values_are_decoded_where_the_strict_parser_gives_up() {
    // The last line is broken; what comes before it keeps its value.
    for (text, value) in [
        ("a: 'it''s'\n", "it's"),
        (
            "a: \"x\\ty\\u00e9\\ud834\\udd1e\\x41\"\n",
            "x\ty\u{e9}\u{1d11e}A",
        ),
        ("a: one\n  two\n\n  three\n", "one two\nthree"),
        (
            "a: \"one\n  two \\\n  three\n\n  four\"\n",
            "one two three\nfour",
        ),
        ("a: 'one\n\n\n  two'\n", "one\n\ntwo"),
        ("a: |\n  x\n   y\n\n", "x\n y\n"),
        ("a: |+\n  x\n\n", "x\n\n"),
        ("a: >-\n  x\n  y\n\n  z\n", "x y\nz"),
        ("a: >\n  x\n   y\n  z\n", "x\n y\nz\n"),
        ("a: |2-\n   x\n", " x"),
    ] {
        let whole = read(text, Frame::Entries, 0);
        assert_eq!(whole.errors(), [], "{text:?}");
        assert_eq!(whole.value(2), value, "{text:?}");
        let broken = format!("{text}b: @\n");
        let leaf = read(&broken, Frame::Entries, 0);
        assert_eq!(leaf.value(2), value, "{broken:?}");
        assert_eq!(leaf.errors().len(), 1, "{broken:?}");
        assert_eq!(leaf.nodes()[2], whole.nodes()[2], "{broken:?}");
    }
}
