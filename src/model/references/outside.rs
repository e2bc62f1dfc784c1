//! What the names of a document mean in other files.

use std::collections::BTreeMap;

use crate::model::surroundings::{ForeignSchemes, Target};
use crate::model::walk::UnitKind;
use crate::model::{DocumentKind, Model};

use super::known::KnownScheme;

/// A name of a scheme, and the scheme if it is known.
pub type Named<'m> = (&'m str, Option<KnownScheme<'m>>);

/// The names of schemes of other files that mean the same here: those of a map behind
/// `securitySchemes: {$ref: ...}`, and in a file without `asyncapi` those of the documents that
/// reach it. A name that means several schemes has none.
pub fn names(model: &Model) -> BTreeMap<&str, Option<KnownScheme<'_>>> {
    let mut names: BTreeMap<&str, Option<KnownScheme<'_>>> = BTreeMap::new();
    for (name, scheme) in maps(model).flatten() {
        let scheme = scheme.as_deref().map(KnownScheme::There);
        let place = scheme.map(KnownScheme::place);
        match names.get_mut(&**name) {
            Some(known) if known.map(KnownScheme::place) != place => *known = None,
            Some(_) => {}
            None => {
                names.insert(name, scheme);
            }
        }
    }
    names
}

/// All names that mean a scheme here: first those of this document in the order of the text.
pub fn all_names(model: &Model) -> impl Iterator<Item = Named<'_>> {
    let own = model.components();
    let own = own.map(|(name, scheme)| (name, Some(KnownScheme::Here(scheme))));
    let others = names(model).into_iter();
    own.chain(others.filter(|(name, _)| model.component(name).is_none()))
}

/// The maps that have such names.
fn maps(model: &Model) -> impl Iterator<Item = &ForeignSchemes> {
    let is_fragment = matches!(model.kind, DocumentKind::Fragment(_));
    let documents = model.surroundings.documents.iter();
    let of_documents = documents.filter(move |_| is_fragment);
    maps_behind_references(model)
        .flatten()
        .chain(of_documents.map(|document| &document.schemes))
}

/// The maps behind `securitySchemes: {$ref: ...}`; `None` for one that is not known.
pub(super) fn maps_behind_references(
    model: &Model,
) -> impl Iterator<Item = Option<&ForeignSchemes>> {
    let references = model.map_references.iter();
    let of_schemes = references.filter(|map| map.place == Some(UnitKind::Scheme));
    of_schemes.map(
        |map| match model.surroundings.targets.get(&*map.target.text) {
            Some(Target::Schemes(schemes)) => Some(schemes),
            _ => None,
        },
    )
}

/// Whether all names of other files that mean something here are known, as far as references in
/// place of the map of schemes and the documents that reach this file are concerned.
pub fn are_names_known(model: &Model) -> bool {
    let are_documents_known = !matches!(model.kind, DocumentKind::Fragment(_)) || {
        let documents = &model.surroundings.documents;
        !documents.is_empty() && documents.iter().all(|one| one.are_schemes_known)
    };
    are_documents_known && maps_behind_references(model).all(|map| map.is_some())
}
