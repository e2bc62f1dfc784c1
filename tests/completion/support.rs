//! Helpers for tests of completion: a document has `$0` at the cursor.

use asyncapi_security_lsp::analysis::{Analysis, Options};
use asyncapi_security_lsp::ide::completion::complete;
use asyncapi_security_lsp::ide::completion::item::{CompletionItem, CompletionOptions};
use asyncapi_security_lsp::syntax::document::Document;
use asyncapi_security_lsp::syntax::format::Format;

pub const SNIPPETS: CompletionOptions = CompletionOptions {
    snippets: true,
    is_asked: true,
};
pub const PLAIN: CompletionOptions = CompletionOptions {
    snippets: false,
    is_asked: true,
};

pub fn format_of(text: &str) -> Format {
    if text.trim_start().starts_with('{') {
        Format::Json
    } else {
        Format::Yaml
    }
}

pub fn analysis(text: &str) -> Analysis {
    Analysis::new(
        Document::new(text, format_of(text)),
        Options::default(),
        None,
    )
}

/// The text of a marked document without the mark, and the offset of the mark.
pub fn cursor(marked: &str) -> (String, usize) {
    let at = marked.find("$0").expect("a cursor");
    (marked.replacen("$0", "", 1), at)
}

pub fn items(marked: &str, options: CompletionOptions) -> Vec<CompletionItem> {
    let (text, at) = cursor(marked);
    complete(&analysis(&text), at, options)
}

pub fn labels(marked: &str) -> Vec<String> {
    items(marked, SNIPPETS)
        .into_iter()
        .map(|item| item.label)
        .collect()
}

/// The text after an item is accepted, as an editor does it: tab stops keep their texts, and the
/// further lines of a snippet get the indentation of the cursor's line.
pub fn applied(text: &str, item: &CompletionItem) -> String {
    let range = item.edit.range;
    let mut new_text = item.edit.new_text.clone();
    if item.is_snippet {
        let start = text[..range.start()].rfind('\n').map_or(0, |at| at + 1);
        let line = &text[start..range.start()];
        let indent = &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
        new_text = expand(&new_text).replace('\n', &format!("\n{indent}"));
    }
    let mut out = format!(
        "{}{new_text}{}",
        &text[..range.start()],
        &text[range.end()..]
    );
    if let Some(also) = &item.also {
        assert!(also.range.end() <= range.start(), "{item:?}");
        out.replace_range(also.range.start()..also.range.end(), &also.new_text);
    }
    out
}

pub fn expand(snippet: &str) -> String {
    let mut out = String::new();
    let mut signs = snippet.chars().peekable();
    let mut in_stop = false;
    while let Some(sign) = signs.next() {
        match sign {
            '\\' => out.extend(signs.next()),
            '$' if signs.peek() == Some(&'{') => {
                in_stop = true;
                while signs.next() != Some(':') {}
            }
            '$' => {
                assert!(signs.peek().is_some_and(char::is_ascii_digit), "{snippet}");
                while signs.peek().is_some_and(char::is_ascii_digit) {
                    signs.next();
                }
            }
            '}' if in_stop => in_stop = false,
            sign => out.push(sign),
        }
    }
    out
}

/// Accepts the item of that label with and without snippets and compares the text.
#[track_caller]
pub fn check(marked: &str, label: &str, expected: &str) {
    for options in [SNIPPETS, PLAIN] {
        let (text, _) = cursor(marked);
        let found = items(marked, options);
        let Some(item) = found.iter().find(|item| item.label == label) else {
            panic!("no `{label}` among {:?}\n{marked}", labels(marked));
        };
        assert_eq!(applied(&text, item), expected, "{marked}\n{item:?}");
    }
}

#[track_caller]
pub fn has(marked: &str, wanted: &[&str], unwanted: &[&str]) {
    let found = labels(marked);
    for label in wanted {
        assert!(
            found.iter().any(|found| found == label),
            "no `{label}` in {found:?}\n{marked}"
        );
    }
    for label in unwanted {
        assert!(
            !found.iter().any(|found| found == label),
            "`{label}` in {found:?}\n{marked}"
        );
    }
}

pub const V2: &str = "asyncapi: 2.6.0
components:
  securitySchemes:
    petstore:
      type: oauth2
      flows:
        implicit:
          authorizationUrl: https://a.example/o
          scopes:
            read:pets: read your pets
            write:pets: change your pets
    key:
      type: httpApiKey
      name: X-Key
      in: header
";

pub const V3: &str = "asyncapi: 3.0.0
components:
  securitySchemes:
    petstore:
      type: oauth2
      flows:
        clientCredentials:
          tokenUrl: https://a.example/o
          availableScopes:
            read:pets: read your pets
            write:pets: change your pets
    key:
      type: httpApiKey
      name: X-Key
      in: header
";

pub fn v2(rest: &str) -> String {
    format!("{V2}{rest}")
}

pub fn v3(rest: &str) -> String {
    format!("{V3}{rest}")
}

pub const JSON: &str = r##"{
  "asyncapi": "3.0.0",
  "servers": {
    "a": {
      "security": [
        @
      ]
    }
  },
  "components": {
    "securitySchemes": {
      "key": { "type": "httpApiKey", "name": "X-Key", "in": "header" },
      "petstore": {
        "type": "oauth2",
        "flows": {
          "implicit": {
            "authorizationUrl": "https://a.example/o",
            "availableScopes": { "read:pets": "read" }
          }
        }
      },
      "new": {
        #
      }
    }
  }
}
"##;

pub fn json(entry: &str, scheme: &str) -> String {
    JSON.replace('@', entry)
        .replace("        #", &format!("        {scheme}"))
}
