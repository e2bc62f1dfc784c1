//! The schemes in other files that a file may refer to.

use std::path::Path;
use std::sync::Arc;

use super::Graph;
use super::target::is_scheme;
use crate::model::facts::Scheme;
use crate::model::walk::{UnitKind, members};
use crate::model::{DocumentKind, Fragment};
use crate::spec::{Version, is_extension};
use crate::workspace::bounds::is_below;
use crate::workspace::reference::{between, encoded_fragment};
use crate::workspace::source_file::{SourceFile, below};
use crate::workspace::units;
use crate::workspace::view::View;

/// More are not looked through by anybody.
const MAX_SCHEMES: usize = 200;

/// A scheme in another file.
#[derive(Debug, Clone)]
pub struct SchemeElsewhere {
    /// The reference to it, as it is written in the file that asks.
    pub text: String,
    /// Its name, if it is not a whole file.
    pub name: Option<String>,
    /// Its facts; the ranges are those of its own file.
    pub scheme: Scheme,
}

/// The schemes in all files that a file may refer to, the nearest files first. Keys that only refer
/// to a scheme are left out, and so are documents of the other major version: their schemes have
/// fields that do not count here.
pub fn schemes(view: &View, graph: &Graph, base: &Path) -> Vec<SchemeElsewhere> {
    let Some(base) = view.file(base) else {
        return Vec::new();
    };
    let bounds = || base.repository.iter().chain(&view.folders);
    let mut files: Vec<(String, &Arc<SourceFile>)> = (view.files().chain(view.schemes()))
        .filter(|file| file.path != base.path && !file.is_openapi)
        .filter(|file| is_below(&file.path, bounds()))
        .filter(|file| match (file.version, base.version) {
            (Some(there), Some(here)) => there.is_v3() == here.is_v3(),
            _ => true,
        })
        .filter_map(|file| Some((between(&base.path, &file.path, "")?, file)))
        .collect();
    files.sort_by_cached_key(|(text, _)| {
        let ups = text.matches("../").count();
        (ups, text.matches('/').count(), text.clone())
    });
    let mut found = Vec::new();
    for (_, file) in files {
        let version = file.version.or(base.version).unwrap_or(Version::V3_1);
        for pointer in pointers(graph, file) {
            let text = between(&base.path, &file.path, &encoded_fragment(&pointer));
            let scheme = units::scheme(file, &pointer, version);
            let Some((text, scheme)) = text.zip(scheme) else {
                continue;
            };
            let name = scheme.name().map(|name| name.text.to_string());
            found.push(SchemeElsewhere { text, name, scheme });
            if found.len() == MAX_SCHEMES {
                return found;
            }
        }
    }
    found
}

/// The JSON Pointers of the schemes in a file.
fn pointers(graph: &Graph, file: &SourceFile) -> Vec<String> {
    let map = |map: &str| -> Vec<String> {
        let entries = file
            .node(map)
            .map(|node| members(file.document.tree(), node));
        let entries = entries.into_iter().flatten();
        let named =
            entries.filter(|entry| entry.key.is_scalar() && !is_extension(entry.key.value()));
        named.map(|entry| below(map, entry.key.value())).collect()
    };
    let mut pointers = match file.kind {
        DocumentKind::AsyncApi => map("/components/securitySchemes"),
        DocumentKind::Fragment(Fragment::Components) => {
            let maps = ["/components/securitySchemes", "/securitySchemes"];
            maps.into_iter().flat_map(map).collect()
        }
        DocumentKind::Fragment(Fragment::Schemes) => map(""),
        DocumentKind::Fragment(Fragment::Scheme) => vec![String::new()],
        _ => {
            let parts = graph.parts.get(&file.path).into_iter().flatten();
            let parts = parts.filter(|part| part.place == UnitKind::Scheme);
            let pointers = parts.flat_map(|part| match part.is_map {
                true => map(&part.pointer),
                false => vec![part.pointer.clone()],
            });
            pointers.collect()
        }
    };
    pointers.retain(|pointer| {
        let node = file.node(pointer);
        let is_plain = node.is_some_and(|node| node.is_mapping() && node.get("$ref").is_none());
        is_plain && is_scheme(file, pointer)
    });
    pointers
}
