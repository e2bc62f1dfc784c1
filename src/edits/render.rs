//! Writes templates as block YAML, flow YAML or JSON, with or without tab stops.

use super::habits::Habits;
use super::template::{NewMember, Template, TemplateKey};

/// How something is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// YAML with indentation.
    Block,
    /// YAML with braces and brackets.
    Flow,
    /// JSON.
    Json,
}

/// The layout of the text at a cursor.
#[derive(Debug, Clone)]
pub struct Layout {
    /// The style.
    pub style: Style,
    /// The indentation of the keys of the object at the cursor.
    pub indent: String,
    /// One level of indentation.
    pub unit: String,
    /// The indentation of the cursor's line.
    pub base: String,
    /// Flow and JSON: whether objects are written on one line.
    pub inline: bool,
    /// Flow and JSON: whether there are no blanks after colons and commas.
    pub tight: bool,
    /// The line break.
    pub line_break: &'static str,
    /// How the author writes what may be written in several ways.
    pub habits: Habits,
}

/// Writes members of the object at the cursor.
pub fn members(members: &[NewMember], layout: &Layout, snippets: bool) -> String {
    let mut writer = Writer::new(layout, snippets);
    writer.members(members, &layout.indent.clone());
    writer.out
}

/// Writes a value after `key: `, or an item of a list.
pub fn value(template: &Template, layout: &Layout, snippets: bool, after_key: bool) -> String {
    let mut writer = Writer::new(layout, snippets);
    let indent = layout.indent.clone();
    match template {
        template if layout.style == Style::Block && !after_key => {
            writer.item(template, &indent, &indent);
        }
        template => writer.value(template, &indent, ""),
    }
    writer.out
}

/// A text as a scalar, quoted if necessary.
pub fn scalar(text: &str, style: Style) -> String {
    quoted(text, style, None, &Habits::default())
}

/// A text as a key, with the quotes of its neighbours.
pub fn key(text: &str, layout: &Layout) -> String {
    let habits = &layout.habits;
    quoted(text, layout.style, habits.key_quotes, habits)
}

/// A text as a value, with the quotes of its neighbours.
pub fn text(text: &str, layout: &Layout) -> String {
    let habits = &layout.habits;
    quoted(text, layout.style, habits.value_quotes(text), habits)
}

/// A text with the quotes of its neighbours.
fn quoted(text: &str, style: Style, usual: Option<char>, habits: &Habits) -> String {
    let mark = match style {
        Style::Json => '"',
        _ if is_plain(text, style == Style::Flow) && usual.is_none() => return text.to_owned(),
        _ => usual.unwrap_or(habits.quotes),
    };
    if mark == '"' || text.chars().any(char::is_control) {
        json_string(text)
    } else {
        format!("'{}'", text.replace('\'', "''"))
    }
}

/// A text escaped for existing quotes.
pub fn inside(text: &str, mark: char) -> String {
    if mark == '\'' {
        return text.replace('\'', "''");
    }
    let quoted = json_string(text);
    quoted[1..quoted.len() - 1].to_owned()
}

/// Text escaped for a snippet (LSP 3.17, Snippet Syntax).
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for sign in text.chars() {
        if matches!(sign, '$' | '}' | '\\') {
            out.push('\\');
        }
        out.push(sign);
    }
    out
}

struct Writer<'l> {
    layout: &'l Layout,
    snippets: bool,
    stop: u32,
    out: String,
}

impl<'l> Writer<'l> {
    fn new(layout: &'l Layout, snippets: bool) -> Self {
        Self {
            layout,
            snippets,
            stop: 0,
            out: String::new(),
        }
    }

    fn members(&mut self, members: &[NewMember], indent: &str) {
        for (at, (name, template)) in members.iter().enumerate() {
            if at > 0 {
                if self.layout.style != Style::Block {
                    self.out.push(',');
                }
                self.separate(indent);
            }
            match name {
                TemplateKey::Text(name) => self.text(&key(name, self.layout)),
                TemplateKey::Hole(text) => self.hole(text),
            }
            self.out.push(':');
            self.value(template, indent, if self.layout.tight { "" } else { " " });
        }
    }

    /// A line break, or a blank if objects are written on one line.
    fn separate(&mut self, indent: &str) {
        if self.layout.style != Style::Block && self.layout.inline {
            if !self.layout.tight {
                self.out.push(' ');
            }
        } else {
            self.line(indent);
        }
    }

    /// Editors indent the further lines of a snippet like the line of the cursor (the
    /// protocol's `adjustIndentation`), so a snippet omits that part.
    fn line(&mut self, indent: &str) {
        if self.snippets {
            self.out.push('\n');
            self.out
                .push_str(indent.strip_prefix(&*self.layout.base).unwrap_or(indent));
        } else {
            self.out.push_str(self.layout.line_break);
            self.out.push_str(indent);
        }
    }

    fn value(&mut self, template: &Template, indent: &str, before: &str) {
        let deeper = format!("{indent}{}", self.layout.unit);
        let block = self.layout.style == Style::Block;
        match template {
            Template::Hole(text) => {
                self.out.push_str(before);
                self.hole(text);
            }
            Template::Text(value) => {
                self.out.push_str(before);
                self.text(&text(value, self.layout));
            }
            Template::Piece {
                head,
                lines,
                is_block,
            } => {
                if !before.is_empty() {
                    self.text(head);
                }
                self.piece(lines, *is_block, indent, before);
            }
            Template::Verbatim(text) => {
                self.out.push_str(before);
                self.text(text);
            }
            Template::OpenList => {
                self.out.push_str(before);
                self.out.push('[');
                self.tab_stop();
                self.out.push(']');
            }
            Template::FlowList(items) => {
                let items = items.iter().cloned().map(Template::Text).collect();
                self.on_line(&Template::List(items), before);
            }
            Template::OnLine(body) => self.on_line(body, before),
            Template::Open if block => {
                self.line(&deeper);
                self.tab_stop();
            }
            Template::Map(members) if block && !members.is_empty() => {
                self.line(&deeper);
                self.members(members, &deeper);
            }
            Template::List(items) if block && !items.is_empty() => {
                let dashes = match self.layout.habits.dash_indent {
                    Some(columns) => &format!("{indent}{}", " ".repeat(columns)),
                    None => &deeper,
                };
                for item in items {
                    self.line(dashes);
                    self.out.push_str("- ");
                    self.item(item, &format!("{dashes}  "), dashes);
                }
            }
            template => {
                self.out.push_str(before);
                self.collection(template, indent, &deeper);
            }
        }
    }

    /// What stands behind a dash: a mapping begins on the same line, and its keys stand at `keys`.
    fn item(&mut self, item: &Template, keys: &str, indent: &str) {
        match item {
            Template::Map(members) if !members.is_empty() => self.members(members, keys),
            Template::Piece {
                head,
                lines,
                is_block: true,
            } => {
                let head = Some(head.trim()).filter(|head| !head.is_empty());
                let lines = head.into_iter().chain(lines.iter().map(String::as_str));
                for (at, line) in lines.enumerate() {
                    if at > 0 {
                        self.line(if line.is_empty() { "" } else { keys });
                    }
                    self.text(line);
                }
            }
            item => self.value(item, indent, ""),
        }
    }

    fn on_line(&mut self, body: &Template, before: &str) {
        let mut layout = self.layout.clone();
        layout.inline = true;
        if layout.style == Style::Block {
            layout.style = Style::Flow;
        }
        let mut writer = Writer::new(&layout, self.snippets);
        writer.stop = self.stop;
        writer.value(body, "", before);
        self.stop = writer.stop;
        self.out.push_str(&writer.out);
    }

    fn piece(&mut self, lines: &[String], is_block: bool, indent: &str, before: &str) {
        let indent = if is_block {
            format!("{indent}{}", self.layout.unit)
        } else {
            indent.to_owned()
        };
        for (at, line) in lines.iter().enumerate() {
            match at {
                0 if !is_block => self.out.push_str(before),
                _ => self.line(if line.is_empty() { "" } else { &indent }),
            }
            self.text(line);
        }
    }

    fn collection(&mut self, template: &Template, indent: &str, deeper: &str) {
        let (open, close) = match template {
            Template::List(_) => ('[', ']'),
            _ => ('{', '}'),
        };
        self.out.push(open);
        let is_empty = match template {
            Template::Map(members) => members.is_empty(),
            Template::List(items) => items.is_empty(),
            _ => false,
        };
        if !is_empty {
            self.pad(template, deeper);
            match template {
                Template::Map(members) => self.members(members, deeper),
                Template::List(items) => {
                    for (at, item) in items.iter().enumerate() {
                        if at > 0 {
                            self.out.push(',');
                            self.separate(deeper);
                        }
                        self.value(item, deeper, "");
                    }
                }
                _ => self.tab_stop(),
            }
            self.pad(template, indent);
        }
        self.out.push(close);
    }

    /// What stands inside of an opening or closing brace or bracket.
    fn pad(&mut self, template: &Template, indent: &str) {
        let is_padded = matches!(template, Template::Map(_)) && self.layout.habits.pads_braces;
        if is_padded || !self.layout.inline {
            self.separate(indent);
        }
    }

    fn text(&mut self, text: &str) {
        if self.snippets {
            self.out.push_str(&escaped(text));
        } else {
            self.out.push_str(text);
        }
    }

    fn tab_stop(&mut self) {
        if self.snippets {
            self.stop += 1;
            self.out.push_str(&format!("${}", self.stop));
        }
    }

    /// A tab stop with a text; the quotes are not part of it, so they stay when the user types.
    fn hole(&mut self, hole: &str) {
        let whole = text(hole, self.layout);
        if !self.snippets {
            self.out
                .push_str(if hole.is_empty() && self.layout.style == Style::Block {
                    ""
                } else {
                    &whole
                });
            return;
        }
        self.stop += 1;
        let stop = self.stop;
        let quote = match whole.chars().next() {
            Some(mark @ ('"' | '\'')) if whole.len() > 1 => mark.to_string(),
            _ => String::new(),
        };
        let quote = if hole.is_empty() && self.layout.style != Style::Json {
            String::new()
        } else {
            quote
        };
        let inner = whole
            .strip_prefix(&*quote)
            .and_then(|rest| rest.strip_suffix(&*quote))
            .unwrap_or(&whole);
        if hole.is_empty() {
            self.out.push_str(&format!("{quote}${stop}{quote}"));
        } else {
            let inner = escaped(inner);
            self.out
                .push_str(&format!("{quote}${{{stop}:{inner}}}{quote}"));
        }
    }
}

fn json_string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for sign in text.chars() {
        match sign {
            '"' | '\\' => {
                out.push('\\');
                out.push(sign);
            }
            '\n' => out.push_str("\\n"),
            sign if sign.is_control() => out.push_str(&format!("\\u{:04x}", sign as u32)),
            sign => out.push(sign),
        }
    }
    out.push('"');
    out
}

/// Whether a text needs no quotes to be read as this text (YAML 1.2.2, 7.3.3 and the core
/// schema).
pub fn is_plain(text: &str, flow: bool) -> bool {
    let Some(first) = text.chars().next() else {
        return false;
    };
    let reserved = matches!(
        text.to_ascii_lowercase().as_str(),
        "~" | "null" | "true" | "false" | "yes" | "no" | "on" | "off" | "---" | "..."
    );
    let number = first.is_ascii_digit() || matches!(first, '.' | '+' | '-' | '=');
    !(reserved
        || number
        || "?:,[]{}#&*!|>'\"%@`".contains(first)
        || text.contains(": ")
        || text.contains(" #")
        || text.ends_with(':')
        || text.ends_with(' ')
        || first == ' '
        || text.chars().any(char::is_control)
        || (flow && text.contains([',', '[', ']', '{', '}'])))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(style: Style, inline: bool) -> Layout {
        Layout {
            style,
            indent: "  ".to_owned(),
            unit: "  ".to_owned(),
            base: String::new(),
            inline,
            tight: false,
            line_break: "\n",
            habits: Habits::default(),
        }
    }

    #[test]
    fn one_object_in_every_style() {
        let template = vec![
            (
                TemplateKey::of("flows"),
                Template::Map(vec![(
                    TemplateKey::Hole("a b".to_owned()),
                    Template::Map(Vec::new()),
                )]),
            ),
            (TemplateKey::of("$ref"), Template::Text("#/a".to_owned())),
        ];
        let write = |style, inline, snippets| members(&template, &layout(style, inline), snippets);
        assert_eq!(
            write(Style::Block, false, false),
            "flows:\n    a b: {}\n  $ref: '#/a'"
        );
        assert_eq!(
            write(Style::Block, false, true),
            "flows:\n    ${1:a b}: {}\n  \\$ref: '#/a'"
        );
        assert_eq!(
            write(Style::Flow, true, false),
            "flows: { a b: {} }, $ref: '#/a'"
        );
        assert_eq!(
            write(Style::Json, false, true),
            "\"flows\": {\n    \"${1:a b}\": {}\n  },\n  \"\\$ref\": \"#/a\""
        );
    }

    #[test]
    fn scalars_are_quoted_where_they_must_be() {
        for (text, block, flow) in [
            ("read:orders", "read:orders", "read:orders"),
            ("a, b", "a, b", "'a, b'"),
            ("it's: ", "'it''s: '", "'it''s: '"),
            ("true", "'true'", "'true'"),
            ("3", "'3'", "'3'"),
            ("", "''", "''"),
        ] {
            assert_eq!(scalar(text, Style::Block), block);
            assert_eq!(scalar(text, Style::Flow), flow);
        }
        assert_eq!(scalar("a\"\\", Style::Json), r#""a\"\\""#);
        assert_eq!(inside("it's", '\''), "it''s");
    }
}
