//! Texts that are no YAML or JSON yet: templates of Go and Helm, Jinja, ERB and envsubst.
//!
//! A template is read with its code blanked, so that the rest keeps its form and all offsets. Code
//! in a quoted text or comment makes no template: such a document is well formed.

use super::format::Format;
use super::leaf::{NodeKind, SyntaxErrorKind};
use super::tree::Tree;
use crate::text::range::TextRange;

/// What is known of a text that is a template.
#[derive(Debug, Clone)]
pub struct Templated {
    /// The tree of the text without its code.
    pub tree: Tree,
    /// The engine that it is written for.
    pub engine: &'static str,
    /// The first code that makes it a template.
    pub place: TextRange,
    /// Whether that code has a line of its own.
    pub is_line: bool,
    /// All code, in order.
    pub code: Vec<TextRange>,
}

/// How far the end of code is searched, in bytes: many openers must not each search the whole text.
const MAX_LEN: usize = 2 << 10;

impl Templated {
    /// The template that a text is, if its code is why it cannot be read.
    pub(super) fn of(text: &str, tree: &Tree) -> Option<Self> {
        let has_errors = tree.has_errors();
        let may_be = memchr::memmem::find(text.as_bytes(), b"{{").is_some();
        if tree.is_too_long() || (!has_errors && !may_be) {
            return None;
        }
        let code = code(text);
        if code.is_empty() {
            return None;
        }
        let errors = if has_errors { faults(tree) } else { Vec::new() };
        let lines = lines_at(text, errors.iter().copied());
        let is_at_fault = |code: &TextRange| {
            let after = lines.partition_point(|line| line.end() < code.start());
            lines
                .get(after)
                .is_some_and(|line| line.start() < code.end())
                || is_value(tree, *code)
        };
        let place = *code.iter().find(|code| is_at_fault(code))?;
        let (blanked, own_lines) = blanked(text, &code, tree.format());
        let blanked = tree.of_other_text(&blanked);
        if has_errors && faults(&blanked).len() >= errors.len() {
            return None;
        }
        let first_line = text[place.start()..place.end()].find(['\n', '\r']);
        let first_end = first_line.map_or(place.end(), |len| place.start() + len);
        let place = TextRange::new(place.start(), first_end);
        Some(Self {
            tree: blanked,
            engine: engine(text, &code),
            place,
            is_line: own_lines.iter().any(|line| line.contains(place)),
            code,
        })
    }

    /// Whether a range has code in it.
    pub fn touches(&self, range: TextRange) -> bool {
        let after = self
            .code
            .partition_point(|code| code.end() <= range.start());
        self.code
            .get(after)
            .is_some_and(|code| code.start() < range.end())
    }
}

/// The starts of what the grammar does not allow, in order.
fn faults(tree: &Tree) -> Vec<usize> {
    let errors = tree.errors().into_iter();
    let grammar = errors.filter(|error| error.kind == SyntaxErrorKind::Grammar);
    let mut starts: Vec<usize> = grammar.map(|error| error.range.start()).collect();
    starts.sort_unstable();
    starts
}

/// The lines of offsets in order, without their breaks; each line once.
fn lines_at(text: &str, offsets: impl Iterator<Item = usize>) -> Vec<TextRange> {
    let bytes = text.as_bytes();
    let mut lines: Vec<TextRange> = Vec::new();
    for at in offsets {
        if lines.last().is_some_and(|line| at <= line.end()) {
            continue;
        }
        let start = bytes[..at].iter().rposition(|byte| is_break(*byte));
        let len = bytes[at..].iter().position(|byte| is_break(*byte));
        let start = start.map_or(0, |before| before + 1);
        lines.push(TextRange::new(
            start,
            len.map_or(text.len(), |len| at + len),
        ));
    }
    lines
}

fn is_break(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

/// The code of a text, in order, without overlap.
fn code(text: &str) -> Vec<TextRange> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(next) = memchr::memchr2(b'{', b'<', &text.as_bytes()[at..]) {
        let start = at + next;
        match code_at(text, start) {
            Some(code) => {
                at = code.end();
                found.push(code);
            }
            None => at = start + 1,
        }
    }
    found
}

/// The code whose brace or angle is at an offset.
fn code_at(text: &str, at: usize) -> Option<TextRange> {
    let bytes = text.as_bytes();
    let is_dollar = at > 0 && bytes[at - 1] == b'$';
    let start = at - usize::from(is_dollar);
    let (open, close, is_long) = match (bytes[at], *bytes.get(at + 1)?) {
        (b'{', b'{') => ("{{", "}}", false),
        (b'{', b'%') => ("{%", "%}", true),
        (b'{', b'#') => ("{#", "#}", true),
        (b'<', b'%') => ("<%", "%>", true),
        (b'{', _) if is_dollar => ("{", "}", false),
        _ => return None,
    };
    let from = at + open.len();
    let is_comment = text[from..]
        .trim_start_matches(['-', ' '])
        .starts_with("/*");
    let mut end = text.len().min(from + MAX_LEN);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let inner = &text[from..end];
    let len = inner.find(close)?;
    if !is_long && !is_comment && inner[..len].bytes().any(is_break) {
        return None;
    }
    let is_code = match open {
        "{" => is_variable(&inner[..len]),
        "{{" => is_expression(&inner[..len]),
        _ => true,
    };
    is_code.then(|| TextRange::new(start, from + len + close.len()))
}

/// The inside of `${…}`: a name, perhaps with a default (`NAME:-x`).
fn is_variable(inner: &str) -> bool {
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.');
    let name = inner.trim().bytes().take_while(is_name).count();
    let after = &inner.trim()[name..];
    name > 0 && (after.is_empty() || after.starts_with([':', '-', '?', '+', '=']))
}

/// The inside of `{{…}}`: anything but the members of an object or a text.
fn is_expression(inner: &str) -> bool {
    let inner = inner.trim_matches(['-', '~', ' ', '\t']);
    let mut quote = None;
    let mut is_text_alone = true;
    for (at, byte) in inner.bytes().enumerate() {
        match (quote, byte) {
            (Some(open), _) if open == byte => quote = None,
            (Some(_), _) => continue,
            (None, b'"' | b'\'' | b'`') => quote = Some(byte),
            (None, b':') if !inner[at + 1..].starts_with('=') => return false,
            (None, _) => is_text_alone = false,
        }
    }
    !is_text_alone && !inner.starts_with(['{', '['])
}

/// YAML: whether code is read as an object whose only key is an object (`{{ a }}`), which nobody
/// means.
fn is_value(tree: &Tree, code: TextRange) -> bool {
    let path = tree.path_at(code.start()).into_iter();
    tree.format() == Format::Yaml
        && path.map(|step| step.node).any(|node| {
            let is_whole = node.kind() == NodeKind::FlowMapping && node.range() == code;
            let mut entries = node.entries();
            is_whole
                && entries
                    .next()
                    .is_some_and(|entry| entry.key.kind() == NodeKind::FlowMapping)
        })
}

/// The text without its code, and the lines that have nothing else: these become
/// blank. Elsewhere a word stands in its place.
fn blanked(text: &str, code: &[TextRange], format: Format) -> (String, Vec<TextRange>) {
    const CODE: u8 = 0;
    let mut bytes = text.as_bytes().to_vec();
    let mut starts = Vec::new();
    for code in code {
        starts.push(code.start());
        for (at, byte) in bytes[code.start()..code.end()].iter_mut().enumerate() {
            if is_break(*byte) {
                starts.push(code.start() + at + 1);
            } else {
                *byte = CODE;
            }
        }
    }
    let lines = lines_at(text, starts.into_iter());
    let mut own_lines = Vec::new();
    for line in lines {
        let line_bytes = &mut bytes[line.start()..line.end()];
        let rest = line_bytes
            .iter()
            .find(|byte| !matches!(**byte, CODE | b' ' | b'\t'));
        if rest.is_none() || (rest == Some(&b'#') && format == Format::Yaml) {
            own_lines.push(line);
            let blanks = line_bytes.iter_mut().filter(|byte| **byte == CODE);
            blanks.for_each(|byte| *byte = b' ');
        } else {
            fill_words(line_bytes, CODE, format == Format::Json);
        }
    }
    (String::from_utf8(bytes).unwrap_or_default(), own_lines)
}

/// Writes a word in place of each run of code in a line; in JSON outside of texts with quotes.
fn fill_words(line: &mut [u8], code: u8, has_quotes: bool) {
    let mut is_in_text = false;
    let mut at = 0;
    while at < line.len() {
        if line[at] != code {
            is_in_text ^= line[at] == b'"';
            at += if line[at] == b'\\' { 2 } else { 1 };
            continue;
        }
        let len = line[at..].iter().take_while(|byte| **byte == code).count();
        line[at..at + len].fill(b'x');
        if has_quotes && !is_in_text {
            line[at] = b'"';
            line[at + len - 1] = b'"';
        }
        at += len;
    }
}

fn engine(text: &str, code: &[TextRange]) -> &'static str {
    let has = |open: &str| {
        code.iter()
            .any(|code| text[code.start()..].starts_with(open))
    };
    if has("{%") || has("{#") {
        "Jinja"
    } else if has("<%") {
        "ERB"
    } else if has("{{") || has("${{") {
        "Go or Helm"
    } else {
        "envsubst"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(text: &str, format: Format) -> Option<(String, &'static str)> {
        let template = Templated::of(text, &Tree::parse(text, format))?;
        let place = text[template.place.start()..template.place.end()].to_owned();
        Some((place, template.engine))
    }

    #[test]
    fn code_that_breaks_the_text_makes_a_template() {
        for (text, place, engine) in [
            (
                "a: '{{ t }}'\nb:\n{{- if x }}\n  c: 1\n{{- end }}\n",
                "{{- if x }}",
                "Go or Helm",
            ),
            ("a: {{ .b }}-c\n", "{{ .b }}", "Go or Helm"),
            ("a: {{ .b }}\n", "{{ .b }}", "Go or Helm"),
            (
                "a: [{{ .b | quote }}, c]\n",
                "{{ .b | quote }}",
                "Go or Helm",
            ),
            ("{{- /* why\n so */ -}}\na: b\n", "{{- /* why", "Go or Helm"),
            (
                "{% if a %}\nb: {{ c }}\n{% endif %}\n",
                "{% if a %}",
                "Jinja",
            ),
            ("<% if a %>\nb: <%= c %>\n<% end %>\n", "<% if a %>", "ERB"),
            ("a: {b: ${C}, d: e}\n", "${C}", "envsubst"),
        ] {
            let found = template(text, Format::Yaml);
            assert_eq!(found, Some((place.to_owned(), engine)), "{text}");
        }
        for (text, place) in [
            ("{\"a\": {{ .b }}, \"c\": \"{{ .d }}\"}", "{{ .b }}"),
            ("{\n{{- if .a }}\n\"b\": 1\n{{- end }}\n}", "{{- if .a }}"),
            ("{\"a\": ${B}}", "${B}"),
        ] {
            let found = template(text, Format::Json).map(|(place, _)| place);
            assert_eq!(found.as_deref(), Some(place), "{text}");
        }
    }

    #[test]
    fn other_faults_and_well_formed_texts_make_none() {
        for text in [
            "",
            "a: '{{ b }}'\nc: ${D}\ne: <%= f %>\n# {{ g }}\n",
            "a: '{{ b }}\nc: d\n",
            "a: {b: {c: d}}\n",
            "a: {{b: c}: d}\n",
            "a: '{{ b }}'\nc: [d\n",
            "a: |\n  {{ b }}\n  {% c %}\nd: e: f\n",
            "a: {{}}\n",
            "a: {{\n",
        ] {
            assert_eq!(template(text, Format::Yaml), None, "{text}");
        }
        for text in [
            "{{}}",
            "{{\"a\": 1}}",
            "{\"a\": \"{{ b }}\", \"c\" 1}",
            "{\"a\": \"{{ b }}}",
        ] {
            assert_eq!(template(text, Format::Json), None, "{text}");
        }
    }

    #[test]
    fn offsets_stay_where_code_is_blanked() {
        let text = "\u{e9}: {{ f \"\u{e9}\" }} # b\r\n{{ if a }} # c\r\nd: \"{{ e }}\"\n";
        let (blanked, lines) = blanked(text, &code(text), Format::Yaml);
        assert_eq!(
            blanked,
            "\u{e9}: xxxxxxxxxxxx # b\r\n           # c\r\nd: \"xxxxxxx\"\n"
        );
        assert_eq!(lines, [TextRange::new(22, 36)]);
        let text = "{\"a\": {{ b }}, \"c\": \"\\\"{{ d }}\"}";
        let (blanked, _) = super::blanked(text, &code(text), Format::Json);
        assert_eq!(blanked, "{\"a\": \"xxxxx\", \"c\": \"\\\"xxxxxxx\"}");
    }
}
