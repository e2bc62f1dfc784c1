//! Writes the same document as YAML and as JSON.
//!
//! Each entry is on its own line, indented by two spaces per level, and the opening of an object or
//! a list ends its line; benchmarks rely on that to find places.

use asyncapi_security_lsp::syntax::format::Format;

/// Writes a document.
pub struct Writer {
    out: String,
    is_json: bool,
    /// For each open object or list: whether it has content.
    filled: Vec<bool>,
    /// Whether the next line has already begun with the dash of an item.
    after_dash: bool,
}

impl Writer {
    /// Starts the root object.
    pub fn new(format: Format) -> Self {
        let is_json = format == Format::Json;
        Self {
            out: if is_json { "{" } else { "" }.to_owned(),
            is_json,
            filled: vec![false],
            after_dash: false,
        }
    }

    /// A key and an object.
    pub fn object(&mut self, key: &str, fill: impl FnOnce(&mut Self)) {
        self.key(key);
        self.nested("{}", fill);
    }

    /// A key and a list.
    pub fn list(&mut self, key: &str, fill: impl FnOnce(&mut Self)) {
        self.key(key);
        self.nested("[]", fill);
    }

    /// A key and a string.
    pub fn text(&mut self, key: &str, value: &str) {
        self.key(key);
        self.scalar(value);
    }

    /// A key and a number.
    pub fn plain(&mut self, key: &str, value: usize) {
        self.key(key);
        let space = if self.is_json { "" } else { " " };
        self.out += &format!("{space}{value}");
    }

    /// Writes a string in a list.
    pub fn entry(&mut self, value: &str) {
        self.line();
        if !self.is_json {
            self.out.push('-');
        }
        self.scalar(value);
    }

    /// Writes a reference in a list.
    pub fn reference_item(&mut self, target: &str) {
        self.line();
        if !self.is_json {
            self.out += "- ";
            self.after_dash = true;
        }
        self.nested("{}", |w| w.text("$ref", target));
    }

    /// Ends the root object.
    pub fn finish(mut self) -> String {
        self.out += if self.is_json { "\n}\n" } else { "\n" };
        self.out
    }

    fn nested(&mut self, brackets: &str, fill: impl FnOnce(&mut Self)) {
        let (open, close) = brackets.split_at(1);
        if self.is_json {
            self.out += open;
        }
        self.filled.push(false);
        fill(self);
        let is_filled = self.filled.pop() == Some(true);
        if self.is_json {
            if is_filled {
                self.indent(self.filled.len());
            }
            self.out += close;
        } else if !is_filled {
            self.out.push(' ');
            self.out += brackets;
        }
    }

    fn key(&mut self, key: &str) {
        self.line();
        if self.is_json {
            self.out += &format!("\"{key}\": ");
        } else {
            self.out += key;
            self.out.push(':');
        }
    }

    fn scalar(&mut self, value: &str) {
        if self.is_json {
            self.out += &format!("\"{value}\"");
        } else if value.contains('#') {
            self.out += &format!(" '{value}'");
        } else {
            self.out.push(' ');
            self.out += value;
        }
    }

    fn line(&mut self) {
        let filled = self
            .filled
            .last_mut()
            .is_some_and(|filled| std::mem::replace(filled, true));
        if std::mem::take(&mut self.after_dash) {
            return;
        }
        if self.is_json {
            if filled {
                self.out.push(',');
            }
            self.indent(self.filled.len());
        } else if !self.out.is_empty() {
            self.indent(self.filled.len() - 1);
        }
    }

    fn indent(&mut self, level: usize) {
        self.out.push('\n');
        self.out.extend(std::iter::repeat_n("  ", level));
    }
}
