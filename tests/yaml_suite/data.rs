//! The content of a document, as our reader and two established parsers see it.

use std::collections::HashMap;

use asyncapi_security_lsp::syntax::leaf::{Leaf, NodeKind};

/// The content of a document, without styles of collections, tags and places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Data {
    Null,
    Plain(String),
    Quoted(String),
    /// By the number of the anchor, in order of definition.
    Alias(usize),
    List(Vec<Data>),
    /// Keys and values alternate.
    Map(Vec<Data>),
}

fn plain(value: &str) -> Data {
    match value {
        "" | "~" => Data::Null,
        _ => Data::Plain(value.to_owned()),
    }
}

/// The data of a leaf.
pub fn of_leaf(leaf: &Leaf) -> Data {
    let mut anchors = HashMap::new();
    let mut count = 0;
    let mut at = 0;
    let data = of_node(leaf, &mut at, &mut anchors, &mut count);
    assert_eq!(at as usize, leaf.nodes().len(), "sizes cover all nodes");
    data
}

fn of_node(
    leaf: &Leaf,
    at: &mut u32,
    anchors: &mut HashMap<String, usize>,
    count: &mut usize,
) -> Data {
    let index = *at;
    let node = leaf.nodes()[index as usize];
    *at += 1;
    if let Some((from, to)) = leaf.props_of(index).and_then(|props| props.anchor) {
        *count += 1;
        anchors.insert(
            leaf.text()[from as usize + 1..to as usize].to_owned(),
            *count,
        );
    }
    let value = leaf.value(index);
    let mut children = Vec::new();
    while *at < index + node.size {
        children.push(of_node(leaf, at, anchors, count));
    }
    match node.kind {
        NodeKind::Missing => Data::Null,
        NodeKind::Plain => plain(value),
        NodeKind::Alias => Data::Alias(anchors.get(value).copied().unwrap_or(0)),
        kind if kind.is_scalar() => Data::Quoted(value.to_owned()),
        kind if kind.is_mapping() => Data::Map(children),
        _ => Data::List(children),
    }
}

/// Builds data from events.
#[derive(Default)]
struct Stack {
    open: Vec<(bool, Vec<Data>)>,
    documents: Vec<Data>,
}

impl Stack {
    fn add(&mut self, data: Data) {
        match self.open.last_mut() {
            Some((_, items)) => items.push(data),
            None => self.documents.push(data),
        }
    }

    fn end(&mut self) {
        let (map, items) = self.open.pop().unwrap();
        self.add(if map {
            Data::Map(items)
        } else {
            Data::List(items)
        });
    }
}

/// What the first reference parser reads, for every document of a stream.
pub fn saphyr(text: &str) -> Option<Vec<Data>> {
    use saphyr_parser::{Event, Parser, ScalarStyle};
    let mut stack = Stack::default();
    for event in Parser::new_from_str(text) {
        match event.ok()?.0 {
            Event::Alias(id) => stack.add(Data::Alias(id)),
            Event::Scalar(value, ScalarStyle::Plain, ..) => stack.add(plain(&value)),
            Event::Scalar(value, ..) => stack.add(Data::Quoted(value.into_owned())),
            Event::SequenceStart(..) => stack.open.push((false, Vec::new())),
            Event::MappingStart(..) => stack.open.push((true, Vec::new())),
            Event::SequenceEnd | Event::MappingEnd => stack.end(),
            _ => {}
        }
    }
    Some(stack.documents)
}

/// What the second reference parser reads.
pub fn granit(text: &str) -> Option<Vec<Data>> {
    use granit_parser::{Event, Parser, ScalarStyle, options};
    let mut stack = Stack::default();
    let options = options! { strict_indentation: true };
    for event in Parser::new_from_str_with_options(text, options) {
        match event.ok()?.0 {
            Event::Alias(id) => stack.add(Data::Alias(id)),
            Event::Scalar(value, ScalarStyle::Plain, ..) => stack.add(plain(&value)),
            Event::Scalar(value, ..) => stack.add(Data::Quoted(value.into_owned())),
            Event::SequenceStart(..) => stack.open.push((false, Vec::new())),
            Event::MappingStart(..) => stack.open.push((true, Vec::new())),
            Event::SequenceEnd | Event::MappingEnd => stack.end(),
            _ => {}
        }
    }
    Some(stack.documents)
}
