//! A document, positions in it, and what is typed into it.

use asyncapi_security_lsp::syntax::format::Format;
use serde_json::{Value, json};

use crate::Fallible;
use crate::generate;
use crate::options::Size;

/// A document as it is opened.
pub struct Document {
    /// Format and size, as shown.
    pub name: String,
    /// The language.
    pub format: Format,
    /// The text.
    pub text: String,
}

/// A position: line and character from 0. The documents are ASCII, so it is the same in every
/// encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The line.
    pub line: usize,
    /// The character in it.
    pub character: usize,
}

impl Place {
    /// The start of a document.
    pub const START: Self = Self {
        line: 0,
        character: 0,
    };

    /// The position in the protocol's JSON.
    pub fn json(self) -> Value {
        json!({"line": self.line, "character": self.character})
    }

    /// The position after `text` was typed here.
    pub fn after(self, text: &str) -> Self {
        match text.rfind('\n') {
            Some(last) => Self {
                line: self.line + text.matches('\n').count(),
                character: text.len() - last - 1,
            },
            None => Self {
                line: self.line,
                character: self.character + text.len(),
            },
        }
    }
}

impl Document {
    /// A generated document.
    pub fn new(format: Format, size: &Size) -> Self {
        let format_name = if format == Format::Json {
            "json"
        } else {
            "yaml"
        };
        Self {
            name: format!("{format_name} {}", size.name),
            format,
            text: generate::document(format, size.bytes, size.faults),
        }
    }

    /// The language id of the protocol.
    pub fn language(&self) -> &'static str {
        match self.format {
            Format::Yaml => "yaml",
            Format::Json => "json",
        }
    }

    /// The position of a byte offset.
    pub fn place(&self, offset: usize) -> Place {
        Place::START.after(&self.text[..offset])
    }

    /// The position of a key (in JSON after its quote) by its path from the root. The step `*` is a key in
    /// the middle of its object.
    pub fn key(&self, path: &[&str]) -> Option<usize> {
        // The first line has no line break before it, but its key is never needed.
        let (mut start, mut end) = (0, self.text.len());
        for (level, step) in path.iter().enumerate() {
            let indent = self.indent(level);
            let (opening, closing) = match self.format {
                Format::Yaml => (format!("\n{indent}"), ":"),
                Format::Json => (format!("\n{indent}\""), "\":"),
            };
            let next = |from: usize| {
                let found = self.text[from..end].match_indices(&opening);
                let mut starts = found.map(|(at, _)| from + at + opening.len());
                starts.find(|at| !self.text[*at..].starts_with([' ', '-']))
            };
            start = if *step == "*" {
                next(start + (end - start) / 2).or_else(|| next(start))?
            } else {
                let key = format!("{opening}{step}{closing}");
                start + self.text[start..end].find(&key)? + opening.len()
            };
            end = next(start).unwrap_or(end);
        }
        Some(start)
    }

    /// The start of a key's value, after a quote.
    pub fn value(&self, path: &[&str]) -> Option<usize> {
        let key = self.key(path)?;
        let colon = key + self.text[key..].find(": ")? + 2;
        let quotes = self.text[colon..].starts_with(['"', '\'']);
        Some(colon + usize::from(quotes))
    }

    /// Where the first child of an object or a list is inserted: at the end of its key's line.
    pub fn inside(&self, path: &[&str]) -> Option<usize> {
        let key = self.key(path)?;
        Some(key + self.text[key..].find('\n')?)
    }

    /// The indentation of a key with `level` keys above it.
    pub fn indent(&self, level: usize) -> String {
        let json = usize::from(self.format == Format::Json);
        "  ".repeat(level + json)
    }

    /// The byte offset of a position.
    pub fn offset(&self, place: Place) -> usize {
        let mut lines = self.text.split_inclusive('\n');
        let before: usize = lines.by_ref().take(place.line).map(str::len).sum();
        before + place.character
    }

    /// Where a new scheme is typed: as the first one.
    pub fn scheme_place(&self) -> Fallible<Place> {
        let offset = self.inside(&["components", "securitySchemes"]);
        Ok(self.place(offset.ok_or("there are no schemes")?))
    }

    /// Where an entry is typed: in the `security` list of the operation in the middle.
    pub fn entry_place(&self) -> Fallible<Place> {
        let offset = self.inside(&["operations", "*", "security"]);
        Ok(self.place(offset.ok_or("there are no operations")?))
    }

    /// The keys that type a new `oauth2` scheme. Enter inserts indentation as editors do; after the last
    /// key the document is valid again.
    pub fn scheme_keys(&self) -> Vec<String> {
        let lines: &[(usize, &str)] = match self.format {
            Format::Yaml => &[
                (2, "typed:"),
                (3, "type: oauth2"),
                (3, "flows:"),
                (4, "clientCredentials:"),
                (5, "tokenUrl: https://sso.example.com/token"),
                (5, "availableScopes:"),
                (6, "'lamps:read': read the lamps"),
            ],
            Format::Json => &[
                (2, "\"typed\": {"),
                (3, "\"type\": \"oauth2\","),
                (3, "\"flows\": {"),
                (4, "\"clientCredentials\": {"),
                (5, "\"tokenUrl\": \"https://sso.example.com/token\","),
                (5, "\"availableScopes\": {"),
                (6, "\"lamps:read\": \"read the lamps\""),
                (5, "}"),
                (4, "}"),
                (3, "}"),
                (2, "},"),
            ],
        };
        self.keys(lines)
    }

    /// The keys that type entries of a `security` list.
    pub fn entry_keys(&self) -> Vec<String> {
        let entry = match self.format {
            Format::Yaml => "- $ref: '#/components/securitySchemes/bearer'",
            Format::Json => "{ \"$ref\": \"#/components/securitySchemes/bearer\" },",
        };
        self.keys(&[(3, entry); 3])
    }

    fn keys(&self, lines: &[(usize, &str)]) -> Vec<String> {
        let mut keys = Vec::new();
        for (level, line) in lines {
            keys.push(format!("\n{}", self.indent(*level)));
            keys.extend(line.chars().map(String::from));
        }
        keys
    }
}
