//! Texts for authors in the notation of their document. All are written for YAML, which most
//! documents are; those about JSON become what JSON writes.

use std::borrow::Cow;

use crate::syntax::format::Format;

/// Fields that are shown with a plain value. A text of the author's own may look like a member, so
/// no other key is taken for one.
const FIELDS: [&str; 7] = [
    "asyncapi",
    "bearerFormat",
    "flows",
    "in",
    "protocol",
    "scheme",
    "type",
];

/// How a sentence begins that holds in YAML alone. It reaches to the end of its line.
const IN_YAML: &str = "In YAML ";

/// A message, title or Markdown for a document of this format.
pub fn in_notation(text: &str, format: Format) -> Cow<'_, str> {
    if format == Format::Yaml || !(text.contains(": ") || text.contains(IN_YAML)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for line in text.split_inclusive('\n') {
        // What stands in a quotation or a table, the author wrote.
        let is_ours = !line.starts_with(['>', '|']);
        let Some((before, rest)) = line.split_once(IN_YAML).filter(|_| is_ours) else {
            out.push_str(line);
            continue;
        };
        if !before.trim_matches([' ', '-']).is_empty() {
            out.push_str(before.trim_end());
            out.push_str(if rest.ends_with('\n') { "\n" } else { "" });
        }
    }
    let parts = out.split('`').enumerate();
    let parts = parts.map(|(at, part)| match at % 2 {
        1 => json_member(part).map_or(Cow::Borrowed(part), Cow::Owned),
        _ => Cow::Borrowed(part),
    });
    Cow::Owned(parts.collect::<Vec<_>>().join("`"))
}

/// A member of an object as JSON writes it; `None` if the code is no member.
fn json_member(code: &str) -> Option<String> {
    let (key, value) = code.split_once(": ")?;
    if key.contains(['"', '\\', '{']) {
        return None;
    }
    let quoted = value
        .strip_prefix('\'')
        .and_then(|rest| rest.strip_suffix('\''));
    let is_word = |sign: char| sign.is_alphanumeric() || "-_.".contains(sign);
    let value = match quoted {
        Some(text) => format!("\"{text}\""),
        None if matches!(value, "[]" | "{}") => value.to_owned(),
        None if FIELDS.contains(&key) && value.chars().all(is_word) => format!("\"{value}\""),
        None => return None,
    };
    Some(format!("\"{key}\": {value}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> Cow<'_, str> {
        in_notation(text, Format::Json)
    }

    #[test]
    fn members_are_written_as_in_json() {
        let text = "write `type: http`, `name: []` or `$ref: '#/a'`";
        assert_eq!(in_notation(text, Format::Yaml), text);
        assert_eq!(
            json(text),
            "write `\"type\": \"http\"`, `\"name\": []` or `\"$ref\": \"#/a\"`"
        );
    }

    #[test]
    fn other_words_stay() {
        for text in [
            "`Authorization: Bearer`",
            "type: http",
            "`read: pets`",
            "`https: //a`",
        ] {
            assert_eq!(json(text), text);
        }
    }

    #[test]
    fn what_holds_in_yaml_alone_is_left_out() {
        assert_eq!(
            json("One.\n- In YAML quote it.\n- Two. In YAML quote: it."),
            "One.\n- Two."
        );
        assert_eq!(json("> In YAML: it"), "> In YAML: it");
    }
}
