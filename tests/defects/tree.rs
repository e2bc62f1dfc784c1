//! A document as values, written as YAML or JSON with the place of each key and value.

use asyncapi_security_lsp::syntax::format::Format;
use asyncapi_security_lsp::syntax::node::{Node, ScalarType};
use asyncapi_security_lsp::syntax::tree::Tree;
use asyncapi_security_lsp::text::range::TextRange;

/// The keys and indexes from the root to a value.
pub type Path = Vec<String>;

#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Text(String),
    /// A number, a boolean or null, as it is written.
    Word(&'static str),
    Map(Vec<(String, Value)>),
    List(Vec<Value>),
}

impl Value {
    pub fn parse(yaml: &str) -> Self {
        let tree = Tree::parse(yaml, Format::Yaml);
        assert!(tree.errors().is_empty(), "{:?}", tree.errors());
        Self::of(tree.root())
    }

    fn of(node: Node<'_>) -> Self {
        if node.is_mapping() {
            let entries = node.entries();
            let entries = entries.map(|one| (one.key.value().to_owned(), Self::of(one.value)));
            return Self::Map(entries.collect());
        }
        if node.is_sequence() {
            return Self::List(node.items().map(Self::of).collect());
        }
        assert_eq!(node.scalar_type(), Some(ScalarType::String));
        Self::Text(node.value().to_owned())
    }

    pub fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }

    pub fn is_container(&self) -> bool {
        matches!(self, Self::Map(_) | Self::List(_))
    }

    pub fn get(&self, path: &[String]) -> Option<&Self> {
        let Some((first, rest)) = path.split_first() else {
            return Some(self);
        };
        match self {
            Self::Map(entries) => entries.iter().find(|(key, _)| key == first)?.1.get(rest),
            Self::List(items) => items.get(first.parse::<usize>().ok()?)?.get(rest),
            _ => None,
        }
    }

    pub fn get_mut(&mut self, path: &[String]) -> Option<&mut Self> {
        let Some((first, rest)) = path.split_first() else {
            return Some(self);
        };
        match self {
            Self::Map(entries) => {
                let (_, value) = entries.iter_mut().find(|(key, _)| key == first)?;
                value.get_mut(rest)
            }
            Self::List(items) => items.get_mut(first.parse::<usize>().ok()?)?.get_mut(rest),
            _ => None,
        }
    }

    /// The paths of all values below, the root first.
    pub fn paths(&self) -> Vec<Path> {
        let mut paths = vec![Path::new()];
        let below: Vec<(String, &Self)> = match self {
            Self::Map(entries) => (entries.iter())
                .map(|(key, value)| (key.clone(), value))
                .collect(),
            Self::List(items) => (items.iter().enumerate())
                .map(|(at, value)| (at.to_string(), value))
                .collect(),
            _ => Vec::new(),
        };
        for (key, value) in below {
            for mut path in value.paths() {
                path.insert(0, key.clone());
                paths.push(path);
            }
        }
        paths
    }

    /// Removes an entry or item.
    pub fn remove(&mut self, path: &[String]) -> Self {
        let (last, parent) = path.split_last().unwrap();
        match self.get_mut(parent).unwrap() {
            Self::Map(entries) => {
                let at = entries.iter().position(|(key, _)| key == last).unwrap();
                entries.remove(at).1
            }
            Self::List(items) => items.remove(last.parse().unwrap()),
            scalar => panic!("{scalar:?}"),
        }
    }

    pub fn rename(&mut self, path: &[String], name: &str) {
        let (last, parent) = path.split_last().unwrap();
        let Some(Self::Map(entries)) = self.get_mut(parent) else {
            panic!("{path:?} has no key");
        };
        let entry = entries.iter_mut().find(|(key, _)| key == last).unwrap();
        entry.0 = name.to_owned();
    }
}

/// A document as text.
pub struct Written {
    pub text: String,
    /// The ranges of the key, if there is one, and of the value.
    pub places: Vec<(Path, Option<TextRange>, TextRange)>,
    format: Format,
}

impl Written {
    pub fn new(value: &Value, format: Format) -> Self {
        let mut written = Self {
            text: String::new(),
            places: Vec::new(),
            format,
        };
        written.value(value, &mut Path::new(), None, 0);
        written.text.push('\n');
        written
    }

    fn value(&mut self, value: &Value, path: &mut Path, key: Option<TextRange>, depth: usize) {
        let mut start = self.text.len();
        match value {
            Value::Text(text) => self.scalar(text),
            Value::Word(word) => self.text.push_str(word),
            Value::Map(entries) if entries.is_empty() => self.text.push_str("{}"),
            Value::List(items) if items.is_empty() => self.text.push_str("[]"),
            Value::Map(entries) => self.map(entries, path, depth),
            Value::List(items) => self.list(items, path, depth),
        }
        // A list as an item begins below its dash.
        start += self.text[start..].len() - self.text[start..].trim_start().len();
        let range = TextRange::new(start, self.text.len());
        self.places.push((path.clone(), key, range));
    }

    fn map(&mut self, entries: &[(String, Value)], path: &mut Path, depth: usize) {
        let is_json = self.format == Format::Json;
        self.open("{");
        for (at, (key, value)) in entries.iter().enumerate() {
            // In YAML the first entry of an item stands beside its dash.
            let is_beside = !is_json && at == 0 && (self.text.ends_with("- ") || depth == 0);
            self.separate(at, depth, is_beside);
            let start = self.text.len();
            self.scalar(key);
            let range = TextRange::new(start, self.text.len());
            self.text.push(':');
            if is_json || !value.is_container() || is_empty(value) {
                self.text.push(' ');
            }
            path.push(key.clone());
            self.value(value, path, Some(range), depth + 1);
            path.pop();
        }
        self.close("}", depth);
    }

    fn list(&mut self, items: &[Value], path: &mut Path, depth: usize) {
        self.open("[");
        for (at, item) in items.iter().enumerate() {
            self.separate(at, depth, false);
            if self.format == Format::Yaml {
                self.text.push_str("- ");
            }
            path.push(at.to_string());
            self.value(item, path, None, depth + 1);
            path.pop();
        }
        self.close("]", depth);
    }

    fn scalar(&mut self, text: &str) {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/.:$- ".contains(&byte);
        let is_word = text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '$')
            && text.bytes().all(is_plain)
            && !text.ends_with([':', ' ']);
        if self.format == Format::Yaml && is_word {
            self.text.push_str(text);
        } else {
            self.text.push_str(&format!("{text:?}"));
        }
    }

    fn open(&mut self, bracket: &str) {
        if self.format == Format::Json {
            self.text.push_str(bracket);
        }
    }

    fn separate(&mut self, at: usize, depth: usize, is_beside: bool) {
        if self.format == Format::Json && at > 0 {
            self.text.push(',');
        }
        if !is_beside {
            self.line(depth + usize::from(self.format == Format::Json));
        }
    }

    fn close(&mut self, bracket: &str, depth: usize) {
        if self.format == Format::Json {
            self.line(depth);
            self.text.push_str(bracket);
        }
    }

    fn line(&mut self, depth: usize) {
        self.text.push('\n');
        self.text.push_str(&"  ".repeat(depth));
    }

    /// Whether a range shows the value at a path: it is its key or in it, in the scalar, or at the
    /// start of an item that is a collection.
    pub fn shows(&self, path: &Path, range: TextRange) -> bool {
        let mut same = self.places.iter().filter(|(other, ..)| other == path);
        same.any(|(_, key, value)| match key {
            Some(key) => key.contains(range) || self.is_scalar(*value) && value.contains(range),
            None => value.contains(range) && self.is_before(value.start(), range.start()),
        })
    }

    /// Whether nothing but a bracket stands between two offsets.
    fn is_before(&self, start: usize, end: usize) -> bool {
        let between = &self.text[start..end];
        between
            .trim_matches(|sign: char| sign.is_whitespace() || "{[-".contains(sign))
            .is_empty()
    }

    fn is_scalar(&self, value: TextRange) -> bool {
        let text = &self.text[value.start()..value.end()];
        !text.contains('\n')
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Map(entries) => entries.is_empty(),
        Value::List(items) => items.is_empty(),
        _ => false,
    }
}
