//! Looks through a folder for the files that may matter. Files that git ignores and hidden ones are
//! left out, and a look at the bytes comes before a text is read: most files have nothing to do with
//! AsyncAPI.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use ignore::{DirEntry, WalkBuilder, WalkState};
use memchr::memmem;

use super::loader;
use super::store::{self, Entry, Store, source_file};
use crate::model::{DocumentKind, Fragment};
use crate::spec::spec;

/// Larger files are only read if another file refers to them.
const MAX_BYTES: usize = 16 << 20;

/// More files than this are not looked at, so that a repository around a whole home folder does not
/// keep the machine busy. What nobody uses is then not said.
pub const MAX_FILES: usize = 100_000;

/// How many files are looked at at once; more do not help a disk.
const MAX_THREADS: usize = 8;

/// Without one of these words a file neither declares nor uses anything.
const WORDS: [&str; 3] = ["$ref", "asyncapi", "securitySchemes"];

/// No scheme of its own file is longer.
const MAX_SCHEME_BYTES: usize = 64 << 10;

/// Extensions of the files that are looked at.
pub const EXTENSIONS: [&str; 4] = ["yaml", "yml", "json", "jsonc"];

/// Looks through a folder, or what is below another one in it; `on_file` is told how many files were
/// looked at so far. Returns whether all of them were.
pub fn search(
    folder: &Path,
    below: &Path,
    store: &Store,
    is_cancelled: &AtomicBool,
    on_file: &(dyn Fn(usize) + Sync),
) -> bool {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let seen = AtomicUsize::new(0);
    let within = below.to_owned();
    let walker = WalkBuilder::new(folder)
        // Nothing outside of the folder is opened.
        .parents(false)
        .git_global(false)
        .require_git(false)
        .threads(threads.min(MAX_THREADS))
        .filter_entry(move |entry| {
            // The folders above say what is ignored below.
            let is_within = entry.path().starts_with(&within) || within.starts_with(entry.path());
            is_within && !loader::has_strange_ignore_file(entry.path())
        })
        .build_parallel();
    walker.run(|| {
        Box::new(|entry| {
            if is_cancelled.load(Ordering::Relaxed) {
                return WalkState::Quit;
            }
            let Some(entry) = entry.ok().filter(is_candidate) else {
                return WalkState::Continue;
            };
            let count = seen.fetch_add(1, Ordering::Relaxed) + 1;
            if count > MAX_FILES {
                return WalkState::Quit;
            }
            store.found(entry.path(), look);
            on_file(count);
            WalkState::Continue
        })
    });
    !is_cancelled.load(Ordering::Relaxed) && seen.into_inner() <= MAX_FILES
}

/// Reads files, several at once.
pub fn read_all(files: &[(PathBuf, Wanted)], store: &Store) {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let next = AtomicUsize::new(0);
    let read = || {
        while let Some((path, wanted)) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
            store.found(path, |path| match wanted {
                Wanted::InAnyCase => Some(store::load(path, &[])),
                Wanted::IfItRefers => text(path)
                    .filter(|text| refers(text))
                    .and_then(|text| look_at(path, &text)),
            });
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..threads.min(MAX_THREADS).min(files.len()) {
            scope.spawn(read);
        }
        read();
    });
}

/// When to keep what is in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// Always: somebody named it.
    InAnyCase,
    /// If it refers to another file: it was found.
    IfItRefers,
}

fn is_candidate(entry: &DirEntry) -> bool {
    entry.file_type().is_some_and(|kind| kind.is_file()) && has_known_name(entry.path())
}

/// Whether a file has the name of a document.
pub fn has_known_name(path: &Path) -> bool {
    let extension = path.extension().and_then(|word| word.to_str());
    extension.is_some_and(|word| {
        EXTENSIONS
            .iter()
            .any(|known| word.eq_ignore_ascii_case(known))
    })
}

/// What there is to know of a file that nobody may refer to; `None` if it does not matter.
pub fn look(path: &Path) -> Option<Entry> {
    look_at(path, &text(path)?)
}

fn text(path: &Path) -> Option<String> {
    loader::read(path, MAX_BYTES).ok()?
}

/// Whether a text has a reference that may lead to another file.
pub fn refers(text: &str) -> bool {
    // With these the key can be written in another way.
    let mut escapes = ["\\u", "\\x", "\\U"].iter();
    if escapes.any(|escape| memmem::find(text.as_bytes(), escape.as_bytes()).is_some()) {
        return true;
    }
    let mut found = memmem::find_iter(text.as_bytes(), "$ref");
    found.any(|at| {
        let after = &text[at + "$ref".len()..];
        let value = after.trim_start_matches(['"', '\'', ' ', ':']);
        // Without a quote before it, `#` begins a comment.
        let before = after.strip_suffix(value).unwrap_or_default();
        !(value.starts_with('#') && before.ends_with(['"', '\'']))
    })
}

fn look_at(path: &Path, text: &str) -> Option<Entry> {
    let has_word = |word: &&str| memmem::find(text.as_bytes(), word.as_bytes()).is_some();
    if !WORDS.iter().any(has_word) {
        let file = may_be_scheme(text).then(|| source_file(path, text))?;
        let is_scheme = file.kind == DocumentKind::Fragment(Fragment::Scheme);
        return is_scheme.then(|| Entry::Scheme(Arc::new(file)));
    }
    let file = source_file(path, text);
    if file.kind == DocumentKind::Other {
        let references = Arc::clone(&file.references);
        return (!references.is_empty()).then_some(Entry::Glimpse(references));
    }
    Some(Entry::File(Arc::new(file)))
}

/// Whether a text says `type` of a scheme anywhere; to find that out is cheaper than to read it.
fn may_be_scheme(text: &str) -> bool {
    let is_end = |sign: char| !sign.is_alphanumeric();
    let is_type = |at: usize| {
        let rest = text.get(at + 4..).unwrap_or_default();
        let value = rest.trim_start_matches(['"', '\'', ' ']).strip_prefix(':');
        let value = value.map(|value| value.trim_start_matches(['"', '\'', ' ', '\t']));
        let word = value.and_then(|value| value.split(is_end).next());
        word.is_some_and(|word| spec().is_scheme_type(word))
    };
    text.len() <= MAX_SCHEME_BYTES && memmem::find_iter(text.as_bytes(), "type").any(is_type)
}

#[cfg(test)]
mod tests {
    use super::refers;

    #[test]
    fn a_reference_to_another_file_is_found_however_it_is_written() {
        for text in [
            "$ref: a.yaml#/x",
            r#"{"$ref": "a.yaml#/x"}"#,
            "$ref: # the shared one\n  a.yaml#/x",
            r#"{"\u0024ref": "a.yaml#/x"}"#,
            r#""\x24ref": "a.yaml#/x""#,
        ] {
            assert!(refers(text), "{text}");
        }
        for text in [
            "a: b",
            "$ref: '#/x'",
            r##"{"$ref":"#/x"}"##,
            r##"{"$ref" : "#/x"}"##,
        ] {
            assert!(!refers(text), "{text}");
        }
    }
}
