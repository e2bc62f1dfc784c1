//! Which language a document is written in.

use tower_lsp::ls_types::Uri;

use crate::syntax::format::Language;

/// The language of a document; `None` if it is neither YAML nor JSON. The client's language id
/// decides first (also compound ones such as `yaml.asyncapi`), then the file's extension, then, if
/// the id is `asyncapi`, plain text or empty, the first character of the text.
pub(super) fn language(id: &str, uri: &Uri, text: &str) -> Option<Language> {
    let id = id.to_ascii_lowercase();
    let path = uri.path().as_str();
    let name = path.rsplit('/').next().unwrap_or(path);
    let extension = name.rsplit_once('.').map(|(_, word)| word);
    let by_name = extension.and_then(|word| named(&word.to_ascii_lowercase()));
    match id.split(['.', '-', '_']).find_map(named) {
        // Many editors do not distinguish JSONC from JSON.
        Some(Language::Json) if by_name == Some(Language::Jsonc) => return by_name,
        None => {}
        by_client => return by_client,
    }
    if by_name.is_some() || !matches!(&*id, "" | "asyncapi" | "plaintext" | "text") {
        return by_name;
    }
    let text = text.trim_start_matches('\u{feff}').trim_start();
    match text.chars().next() {
        Some('{' | '[') => Some(Language::Jsonc),
        _ => Some(Language::Yaml),
    }
}

fn named(word: &str) -> Option<Language> {
    match word {
        "yaml" | "yml" => Some(Language::Yaml),
        "json" => Some(Language::Json),
        "jsonc" | "json5" => Some(Language::Jsonc),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_document_is_recognised_by_language_then_name_then_text() {
        for (id, uri, text, expected) in [
            ("yaml", "file:///a.txt", "{", Some(Language::Yaml)),
            ("yaml", "file:///a.json", "", Some(Language::Yaml)),
            ("jsonc", "file:///a.yaml", "", Some(Language::Jsonc)),
            ("jsonc", "file:///a.json", "", Some(Language::Jsonc)),
            ("json", "file:///a.jsonc", "", Some(Language::Jsonc)),
            ("json", "file:///a.yaml", "", Some(Language::Json)),
            ("asyncapi", "file:///a.json5", "", Some(Language::Jsonc)),
            ("YAML.asyncapi", "untitled:1", "", Some(Language::Yaml)),
            ("json.asyncapi", "untitled:1", "", Some(Language::Json)),
            ("asyncapi-json", "untitled:1", "", Some(Language::Json)),
            ("asyncapi", "file:///a.yaml", "{", Some(Language::Yaml)),
            ("asyncapi", "file:///a.JSON", "", Some(Language::Json)),
            ("asyncapi", "untitled:1", "\n {", Some(Language::Jsonc)),
            (
                "asyncapi",
                "untitled:1",
                "asyncapi: 3.0.0",
                Some(Language::Yaml),
            ),
            ("", "file:///a", "[", Some(Language::Jsonc)),
            ("helm", "file:///a.yml", "", Some(Language::Yaml)),
            ("rust", "file:///a.rs", "", None),
            ("markdown", "file:///yaml/readme", "", None),
        ] {
            let uri: Uri = uri.parse().unwrap();
            assert_eq!(super::language(id, &uri, text), expected, "{id} {uri:?}");
        }
    }
}
