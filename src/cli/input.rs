//! Reads files, up to a limit.

use std::fs::OpenOptions;
use std::io::{self, Read};
use std::path::Path;

use crate::syntax::format::Language;
use crate::syntax::tree::MAX_BYTES;
use crate::workspace::loader;

/// How much of a file is enough to recognize an AsyncAPI document.
const START: usize = 64 << 10;

/// The content of a file.
pub enum FileContent {
    /// Its text. Of a file over the limit, just enough to exceed it.
    Text(String),
    /// The file is not UTF-8.
    NotUtf8 {
        /// The first byte that is not UTF-8.
        offset: usize,
        /// The beginning, with U+FFFD in place of invalid bytes.
        start: String,
    },
}

/// Reads a file, or a pipe that is named.
///
/// # Errors
/// The file does not exist, cannot be read, or is a device or the like.
pub fn read_file(path: &Path, is_named: bool) -> io::Result<FileContent> {
    let file = match is_named {
        true => loader::open_named(path)?,
        false => loader::open(path, OpenOptions::new().read(true))?,
    };
    let len = usize::try_from(file.metadata()?.len()).unwrap_or(usize::MAX);
    read_of_length(file, len)
}

/// Whether a path leads to a pipe.
pub fn is_pipe(path: &Path) -> bool {
    let metadata = std::fs::metadata(path);
    metadata.is_ok_and(|metadata| loader::is_pipe(metadata.file_type()))
}

/// Reads to the end, but not much past the limit of a document.
///
/// # Errors
/// The reader's.
pub fn read(reader: impl Read) -> io::Result<FileContent> {
    read_of_length(reader, 0)
}

/// The same of what probably has so many bytes.
fn read_of_length(reader: impl Read, len: usize) -> io::Result<FileContent> {
    let mut bytes = Vec::with_capacity(len.min(MAX_BYTES) + 1);
    reader.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > MAX_BYTES {
        // Replacing invalid bytes never shortens the text.
        let text = String::from_utf8_lossy(&bytes).into_owned();
        return Ok(FileContent::Text(text));
    }
    Ok(match String::from_utf8(bytes) {
        Ok(text) => FileContent::Text(text),
        Err(error) => FileContent::NotUtf8 {
            offset: error.utf8_error().valid_up_to(),
            start: start_of(error.as_bytes()),
        },
    })
}

fn start_of(bytes: &[u8]) -> String {
    String::from_utf8_lossy(&bytes[..bytes.len().min(START)]).into_owned()
}

/// The language of a text: by the extension of the name, else by the first character.
pub fn language_of(path: Option<&Path>, text: &str) -> Language {
    path.and_then(language_of_name).unwrap_or_else(|| {
        let text = text.trim_start_matches('\u{feff}').trim_start();
        if text.starts_with('{') {
            Language::Jsonc
        } else {
            Language::Yaml
        }
    })
}

/// The language of a document by the extension of its name.
pub fn language_of_name(path: &Path) -> Option<Language> {
    let extension = path.extension()?.to_str()?.to_ascii_lowercase();
    match extension.as_str() {
        "json" => Some(Language::Json),
        "jsonc" => Some(Language::Jsonc),
        "yaml" | "yml" => Some(Language::Yaml),
        _ => None,
    }
}

/// A path as it is shown: with `/` as separator, and without a leading `./`.
pub fn shown(path: &Path) -> String {
    let path = match path.strip_prefix("./") {
        Ok(rest) if !rest.as_os_str().is_empty() => rest.to_string_lossy(),
        _ => path.to_string_lossy(),
    };
    if std::path::MAIN_SEPARATOR == '/' {
        path.into_owned()
    } else {
        path.replace(std::path::MAIN_SEPARATOR, "/")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn the_name_says_what_a_text_is_written_in_else_its_first_character() {
        for (path, text, language) in [
            (Some("a.json"), "a: b", Language::Json),
            (Some("a.JSONC"), "a: b", Language::Jsonc),
            (Some("a.YML"), "{}", Language::Yaml),
            (Some("a.txt"), "\u{feff}\n {", Language::Jsonc),
            (None, "a: {", Language::Yaml),
        ] {
            assert_eq!(language_of(path.map(Path::new), text), language, "{path:?}");
        }
    }

    #[test]
    fn no_more_is_read_than_a_document_may_have() {
        let long = read(io::repeat(b'a')).unwrap();
        assert!(matches!(long, FileContent::Text(text) if text.len() == MAX_BYTES + 1));
        let wrong = read(io::repeat(b'\xff')).unwrap();
        assert!(matches!(wrong, FileContent::Text(text) if text.len() > MAX_BYTES));
        let full = read(io::repeat(b'a').take(MAX_BYTES as u64)).unwrap();
        assert!(matches!(full, FileContent::Text(text) if text.len() == MAX_BYTES));
    }

    #[test]
    fn the_first_byte_that_is_no_utf8_is_named() {
        let content = read(&b"a\xc3\xa4\xff"[..]).unwrap();
        assert!(matches!(content, FileContent::NotUtf8 { offset: 3, .. }));
    }
}
