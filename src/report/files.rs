//! Where in which file something stands.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use super::FilePlace;
use crate::model::pointers::Pointers;
use crate::syntax::document::Document;
use crate::syntax::tree::pointer_key;
use crate::text::Encoding;
use crate::text::range::TextRange;

/// Another file by its URI: its path as shown, and its document.
pub type Others<'a> = dyn Fn(&str) -> Option<(String, Document)> + 'a;

/// A file, if it is another one, and a pointer in it.
type Asked = (Option<Arc<str>>, String);

/// The document of a report, and the other files that it may name.
pub(super) struct Files<'a> {
    path: &'a str,
    document: &'a Document,
    others: &'a Others<'a>,
    pointers: RefCell<Pointers<'a>>,
    /// What was asked for: a list of a server is one for each operation on it.
    found: RefCell<HashMap<Asked, Option<FilePlace>>>,
}

impl<'a> Files<'a> {
    pub(super) fn new(path: &'a str, document: &'a Document, others: &'a Others<'a>) -> Self {
        Self {
            path,
            document,
            others,
            pointers: RefCell::new(Pointers::new(document.tree())),
            found: RefCell::default(),
        }
    }

    /// A place in the document.
    pub(super) fn here(&self, range: TextRange) -> FilePlace {
        let pointer = self.pointers.borrow_mut().of(range);
        place(self.path, self.document, pointer, range)
    }

    /// A place in another file.
    pub(super) fn there(&self, uri: &str, range: TextRange) -> Option<FilePlace> {
        let (path, document) = (self.others)(uri)?;
        let pointer = Pointers::new(document.tree()).of(range);
        Some(place(&path, &document, pointer, range))
    }

    /// What a pointer leads to, by its key.
    pub(super) fn at(&self, file: Option<&Arc<str>>, pointer: &str) -> Option<FilePlace> {
        let key = (file.cloned(), pointer.to_owned());
        let mut found = self.found.borrow_mut();
        let place = found.entry(key).or_insert_with(|| self.find(file, pointer));
        place.clone()
    }

    fn find(&self, file: Option<&Arc<str>>, pointer: &str) -> Option<FilePlace> {
        let Some(uri) = file else {
            let range = range_of(self.document, pointer)?;
            return Some(place(self.path, self.document, pointer.to_owned(), range));
        };
        let (path, document) = (self.others)(uri)?;
        let range = range_of(&document, pointer)?;
        Some(place(&path, &document, pointer.to_owned(), range))
    }
}

fn place(path: &str, document: &Document, pointer: String, range: TextRange) -> FilePlace {
    let position = document.text().position(range.start(), Encoding::Utf32);
    FilePlace {
        path: path.to_owned(),
        pointer,
        line: position.line as usize + 1,
        column: position.character as usize + 1,
    }
}

fn range_of(document: &Document, pointer: &str) -> Option<TextRange> {
    let tree = document.tree();
    let key = || {
        let (parent, name) = pointer.rsplit_once('/')?;
        let parent = tree.pointer(parent).filter(|node| node.is_mapping())?;
        Some(tree.field(parent, &pointer_key(name))?.key.range())
    };
    key().or_else(|| Some(tree.pointer(pointer)?.range()))
}
