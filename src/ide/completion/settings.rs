//! Completion in the settings file: its keys, ids of rules and groups, and levels.
//!
//! The text before the cursor is read here, because what is half typed is no TOML.

use super::item::{CompletionItem, CompletionOptions, ItemKind};
use crate::diff::kind::KINDS;
use crate::settings::diff;
use crate::settings::read::diff::ACCEPT_KEYS;
use crate::settings::read::{IGNORE_KEYS, KEYS, OVERRIDE_KEYS, PROTOCOL_KEYS};
use crate::settings::schema;
use crate::settings::{Level, Preset};
use crate::text::range::TextRange;
use crate::text::{Text, TextEdit};

/// Longer files are not looked at.
const MAX_BYTES: usize = 256 << 10;

/// The items at `offset` (bytes) of a settings file.
pub fn complete(text: &Text, offset: usize, options: CompletionOptions) -> Vec<CompletionItem> {
    if offset > text.len().min(MAX_BYTES) {
        return Vec::new();
    }
    let before = text.slice(TextRange::new(0, offset));
    let Some(place) = Place::read(&before) else {
        return Vec::new();
    };
    let line = text.line_range(text.line_of(offset));
    let after = text.slice(TextRange::new(offset, line.end()));
    let rest = after.len() - after.trim_start_matches(is_bare).len();
    let word = TextRange::new(place.word, offset + rest);
    let written = text.slice(word);
    let typed = before.get(place.word..).unwrap_or("");
    if !options.is_asked && place.is_key && typed.is_empty() {
        return Vec::new();
    }
    let behind = after.get(rest..).unwrap_or("");
    let (prefix, suffix) = match (place.is_key, place.quote) {
        (true, _) if behind.trim_start().starts_with('=') => (String::new(), String::new()),
        (true, _) => (String::new(), " = ".to_owned()),
        (false, None) => ("\"".to_owned(), "\"".to_owned()),
        (false, Some(quote)) if behind.starts_with(quote) => (String::new(), String::new()),
        (false, Some(quote)) => (String::new(), quote.to_string()),
    };
    let words = place.words();
    // What is written in full is not offered by itself: Enter ends the line.
    let is_whole = |(word, _): &(&str, String)| *word == typed || *word == written;
    if !options.is_asked && words.iter().any(is_whole) {
        return Vec::new();
    }
    let item = |(at, (word_text, detail)): (usize, (&'static str, String))| CompletionItem {
        label: word_text.to_owned(),
        detail: (!detail.is_empty()).then_some(detail),
        kind: if place.is_key {
            ItemKind::Field
        } else {
            ItemKind::Value
        },
        documentation: None,
        edit: TextEdit {
            range: word,
            new_text: format!("{prefix}{word_text}{suffix}"),
        },
        also: None,
        is_snippet: false,
        filter: word_text.to_owned(),
        sort: format!("{at:05}"),
        deprecated: false,
        preselect: false,
        opens_list: place.is_key && !suffix.is_empty(),
    };
    words.into_iter().enumerate().map(item).collect()
}

/// Where the cursor is.
#[derive(Debug, PartialEq, Eq)]
struct Place {
    /// The tables around, and for a value its key.
    path: Vec<String>,
    is_key: bool,
    /// The quote around the word.
    quote: Option<char>,
    /// Where the word starts.
    word: usize,
}

impl Place {
    /// `None` in a comment or in the head of a table.
    fn read(before: &str) -> Option<Self> {
        let mut reader = Reader::default();
        let mut signs = before.char_indices().peekable();
        while let Some((at, sign)) = signs.next() {
            match sign {
                '#' => {
                    while signs.next_if(|(_, sign)| *sign != '\n').is_some() {}
                    signs.peek()?;
                }
                '"' | '\'' => {
                    let start = at + 1;
                    let mut end = start;
                    while let Some((at, sign)) =
                        signs.next_if(|(_, next)| *next != sign && *next != '\n')
                    {
                        end = at + sign.len_utf8();
                    }
                    if signs.peek().is_none() {
                        return Some(reader.place(start, Some(sign)));
                    }
                    signs.next_if(|(_, next)| *next == sign);
                    reader.word(before.get(start..end).unwrap_or(""));
                }
                '[' if reader.takes_head() => {
                    let line = before.get(at..)?;
                    let head = line.get(..line.find('\n')?)?;
                    reader.head(head);
                    while signs.next_if(|(_, sign)| *sign != '\n').is_some() {}
                }
                sign if is_bare(sign) => {
                    let mut end = at + sign.len_utf8();
                    while let Some((at, sign)) = signs.next_if(|(_, sign)| is_bare(*sign)) {
                        end = at + sign.len_utf8();
                    }
                    if signs.peek().is_none() {
                        return Some(reader.place(at, None));
                    }
                    reader.word(before.get(at..end).unwrap_or(""));
                }
                sign => reader.mark(sign),
            }
        }
        Some(reader.place(before.len(), None))
    }

    /// What can be written, each with its explanation.
    fn words(&self) -> Vec<(&'static str, String)> {
        let path: Vec<&str> = self.path.iter().map(String::as_str).collect();
        let plain =
            |words: &[&'static str]| words.iter().map(|word| (*word, String::new())).collect();
        match (self.is_key, &path[..]) {
            (true, []) => plain(&KEYS),
            (true, ["overrides"]) => plain(&OVERRIDE_KEYS),
            (true, ["ignore"]) => plain(&IGNORE_KEYS),
            (true, ["diff"]) => kinds(),
            (false, ["diff", kind]) if *kind != "accept" => plain(&diff::words()),
            (true, ["diff", "accept"]) => plain(&ACCEPT_KEYS),
            (true, ["protocols", _]) => plain(&PROTOCOL_KEYS),
            (true, ["rules"] | ["overrides", "rules"]) | (false, ["ignore", "rule"]) => {
                schema::names().collect()
            }
            (false, ["rules", _] | ["overrides", "rules", _]) => {
                plain(&Level::ALL.map(Level::as_str))
            }
            (false, ["profile"] | ["overrides", "profile"]) => {
                plain(&Preset::ALL.map(Preset::as_str))
            }
            _ => Vec::new(),
        }
    }
}

/// The kinds of changes, and the list of those that are meant.
fn kinds() -> Vec<(&'static str, String)> {
    let kinds = KINDS.iter().map(|kind| (kind.id, kind.title.to_owned()));
    kinds.chain([("accept", String::new())]).collect()
}

/// What is open before the cursor.
#[derive(Debug, Default)]
struct Reader {
    table: Vec<String>,
    /// The inline tables and lists that are open, each with its path; lists have no keys.
    open: Vec<(Vec<String>, bool)>,
    key: Vec<String>,
    in_value: bool,
}

impl Reader {
    fn takes_head(&self) -> bool {
        self.open.is_empty() && !self.in_value && self.key.is_empty()
    }

    fn head(&mut self, head: &str) {
        let name = head.trim_start_matches('[').split(']').next().unwrap_or("");
        let parts = name
            .split('.')
            .map(|part| part.trim().trim_matches(['"', '\'']));
        self.table = parts.map(str::to_owned).collect();
    }

    fn word(&mut self, word: &str) {
        if !self.in_value {
            self.key.push(word.to_owned());
        }
    }

    fn mark(&mut self, mark: char) {
        match mark {
            '=' => self.in_value = true,
            '{' | '[' => {
                let path = self.path();
                self.open.push((path, mark == '{'));
                self.begin();
            }
            '}' | ']' => {
                self.open.pop();
                self.in_value = true;
            }
            ',' => self.begin(),
            '\n' if self.open.is_empty() => self.begin(),
            _ => {}
        }
    }

    /// Begins a key, or in a list a value.
    fn begin(&mut self) {
        self.key.clear();
        self.in_value = self.open.last().is_some_and(|(_, has_keys)| !has_keys);
    }

    fn path(&self) -> Vec<String> {
        let around = self.open.last().map_or(&self.table, |(path, _)| path);
        around.iter().chain(&self.key).cloned().collect()
    }

    fn place(&self, word: usize, quote: Option<char>) -> Place {
        Place {
            path: self.path(),
            is_key: !self.in_value,
            quote,
            word,
        }
    }
}

/// Whether a sign can be part of a key without quotes.
fn is_bare(sign: char) -> bool {
    sign.is_alphanumeric() || sign == '-' || sign == '_'
}

#[cfg(test)]
mod tests {
    #![allow(clippy::string_slice)]

    use super::*;

    /// The text after the item is accepted, and all labels; the cursor is at `|`.
    fn accepted(marked: &str, label: &str) -> (Option<String>, Vec<String>) {
        let at = marked.find('|').unwrap_or(0);
        let source = marked.replacen('|', "", 1);
        let text = Text::new(&source);
        let options = CompletionOptions {
            snippets: false,
            is_asked: true,
        };
        let found = complete(&text, at, options);
        let labels = found.iter().map(|item| item.label.clone()).collect();
        let item = found.into_iter().find(|item| item.label == label);
        let after = item.map(|item| {
            let mut text = text.clone();
            text.apply(item.edit.range, &item.edit.new_text);
            text.to_string()
        });
        (after, labels)
    }

    #[test]
    fn ids_levels_and_keys() {
        for (marked, label, after) in [
            ("|", "own-hosts", "own-hosts = "),
            ("pro|", "profile", "profile = "),
            ("profile = |", "strict", "profile = \"strict\""),
            ("profile = \"s|\"", "strict", "profile = \"strict\""),
            ("profile = 's|", "strict", "profile = 'strict'"),
            (
                "[rules]\nurl-f|",
                "url-fragment",
                "[rules]\nurl-fragment = ",
            ),
            (
                "[rules]\nurl-f| = \"off\"",
                "url-fragment",
                "[rules]\nurl-fragment = \"off\"",
            ),
            (
                "[rules]\n# a\nx = \"off\" # b\n|",
                "urls",
                "[rules]\n# a\nx = \"off\" # b\nurls = ",
            ),
            (
                "[rules]\nurls = \"o|\"\n",
                "off",
                "[rules]\nurls = \"off\"\n",
            ),
            ("rules = { urls = \"|", "hint", "rules = { urls = \"hint\""),
            (
                "rules = { urls = \"on\", ur| }",
                "url-fragment",
                "rules = { urls = \"on\", url-fragment =  }",
            ),
            ("[[ignore]]\nru|", "rule", "[[ignore]]\nrule = "),
            (
                "[[ignore]]\nrule = \"|\"",
                "urls",
                "[[ignore]]\nrule = \"urls\"",
            ),
            (
                "[[ignore]]\nrule = [\n  \"urls\",\n  \"url-f|\"\n]",
                "url-fragment",
                "[[ignore]]\nrule = [\n  \"urls\",\n  \"url-fragment\"\n]",
            ),
            (
                "[[overrides]]\nrules = { url-fragment = \"|\" }",
                "error",
                "[[overrides]]\nrules = { url-fragment = \"error\" }",
            ),
            ("[overrides.rules]\n|", "urls", "[overrides.rules]\nurls = "),
            (
                "[protocols.acme]\nenc|",
                "encrypted",
                "[protocols.acme]\nencrypted = ",
            ),
        ] {
            let (found, labels) = accepted(marked, label);
            assert_eq!(found.as_deref(), Some(after), "{marked} {labels:?}");
        }
    }

    #[test]
    fn nothing_where_nothing_is_known() {
        for marked in [
            "own-hosts = [\"|\"]",
            "# |",
            "[|",
            "[[ignore]]\nreason = \"|\"",
            "[rules]\nurls = \"off\" # |",
            "[other]\n|",
        ] {
            assert_eq!(accepted(marked, "").1, Vec::<String>::new(), "{marked}");
        }
    }

    #[test]
    fn what_is_written_in_full_is_not_offered_by_itself() {
        let options = CompletionOptions {
            snippets: false,
            is_asked: false,
        };
        for (text, is_offered) in [
            ("[rules]\nurl-frag", true),
            ("[rules]\nurl-fragment", false),
            ("[rules]\nurl-fragment = \"of", true),
            ("[rules]\nurl-fragment = \"off", false),
            ("[rules]\n", false),
        ] {
            let found = complete(&Text::new(text), text.len(), options);
            assert_eq!(!found.is_empty(), is_offered, "{text}");
        }
        // Any text, any offset.
        let text = "[[x]\n\"é'= {[}]],\n'[a.\"b\"] # c\r\n= \"\n[";
        for at in (0..=text.len()).filter(|at| text.is_char_boundary(*at)) {
            for end in (at..=text.len()).filter(|end| text.is_char_boundary(*end)) {
                complete(&Text::new(&text[at..end]), end - at, options);
            }
        }
    }
}
