//! The reference that was probably meant by one that leads to nothing.

use std::path::Path;

use crate::model::walk::members;
use crate::rules::messages::nearest;
use crate::syntax::tree::pointer_key;
use crate::workspace::reference::{self, Fragment};
use crate::workspace::source_file::{SourceFile, below, split};

/// Where schemes are declared.
const MAPS: [&str; 3] = ["", "/components/securitySchemes", "/securitySchemes"];

/// The reference to a file that was meant, with the fragment as it should be.
pub fn file(base: &Path, file: &Path, fragment: &Fragment) -> Option<String> {
    let fragment = match fragment {
        Fragment::Pointer(pointer) => pointer.clone(),
        Fragment::Name(name) => below("", name),
    };
    reference::between(base, file, &encoded(&fragment))
}

/// The reference to a place that was meant in a file that exists.
pub fn place(base: &SourceFile, file: &SourceFile, fragment: &Fragment) -> Option<String> {
    let pointer = match fragment {
        Fragment::Name(name) => {
            let mut pointers = MAPS.iter().map(|map| below(map, name));
            pointers.find(|pointer| file.node(pointer).is_some())?
        }
        Fragment::Pointer(pointer) => near(file, pointer)?,
    };
    if base.path == file.path {
        return Some(format!("#{}", encoded(&pointer)));
    }
    reference::between(&base.path, &file.path, &encoded(&pointer))
}

/// The place whose name is nearest: beside the one that is missing, or where schemes are declared.
fn near(file: &SourceFile, pointer: &str) -> Option<String> {
    let (map, token) = split(pointer)?;
    let name = pointer_key(token);
    let beside = nearest_in(file, map, &name);
    beside.or_else(|| {
        let mut maps = MAPS.iter();
        maps.find_map(|map| {
            let same = below(map, &name);
            file.node(&same).map(|_| same)
        })
    })
}

fn nearest_in(file: &SourceFile, map: &str, name: &str) -> Option<String> {
    let entries = members(file.document.tree(), file.node(map)?);
    let names = entries.iter().map(|entry| entry.key.value());
    Some(below(map, nearest(name, names)?))
}

/// A JSON Pointer as the fragment of a URI.
fn encoded(pointer: &str) -> String {
    reference::encoded_fragment(pointer)
}
