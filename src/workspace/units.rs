//! What a file, or a part of it, says that leads to other places: its references by what stands
//! there, and the names and scopes that it requires.

use std::collections::BTreeSet;

use super::source_file::{SourceFile, split};
use crate::model::facts::{EntryForm, Home, Scheme, Spanned, Unit};
use crate::model::surroundings::Part;
use crate::model::uses::{Naming, in_unit};
use crate::model::walk::{self, FoundUnit, Section, UnitKind};
use crate::model::{DocumentKind, Model, unit};
use crate::spec::Version;
use crate::syntax::node::Entry;
use crate::syntax::tree::{Tree, pointer_key};

/// What is said in a file or in a part of it.
#[derive(Debug, Default)]
pub struct Said {
    /// The references, each once, in the order of the text.
    pub references: Vec<UnitReference>,
    /// The names of schemes that 2.x requirements use.
    pub names: BTreeSet<String>,
    /// The scopes that are required.
    pub scopes: BTreeSet<String>,
}

/// A reference and what is due where it stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnitReference {
    /// Its text.
    pub text: String,
    /// What has to be there, or what the values of the map have to be.
    pub place: UnitKind,
    /// Whether a map of these has to be there.
    pub is_map: bool,
    /// Whether it only gives a name to a scheme: it is an entry of `securitySchemes`.
    pub is_declaration: bool,
}

/// What a document says, by its facts.
pub fn of_model(model: &Model) -> Said {
    let mut said = Said::default();
    let Some(version) = model.version else {
        return said;
    };
    for map in &model.map_references {
        if let Some(place) = map.place {
            said.add(&map.target.text, place, true);
        }
    }
    for found in model.units() {
        said.unit(found.place, version, found.unit);
    }
    said.each_once()
}

/// What a file says by itself.
pub fn of_file(tree: &Tree, kind: DocumentKind, version: Version) -> Said {
    let (sections, _) = walk::sections(tree, kind, version);
    of_sections(tree, version, sections)
}

/// What a part of a file says.
pub fn of_part(file: &SourceFile, part: &Part, version: Version) -> Said {
    let tree = file.document.tree();
    let mut sections = Vec::new();
    walk::add_parts(tree, &BTreeSet::from([part.clone()]), &mut sections);
    of_sections(tree, version, sections)
}

fn of_sections(tree: &Tree, version: Version, sections: Vec<Section<'_>>) -> Said {
    let mut said = Said::default();
    for section in sections {
        if !section.kind.is_map {
            said.add_all(tree, version, section.single(tree));
            continue;
        }
        for entry in section.entries(tree) {
            if walk::is_reference(&entry) {
                said.add(entry.value.value(), section.kind.place, true);
            } else {
                let units = walk::entry(tree, version, &section.kind, entry);
                said.add_all(tree, version, units);
            }
        }
    }
    said.each_once()
}

/// The entry of a mapping at a JSON Pointer.
pub fn entry_at<'f>(file: &'f SourceFile, pointer: &str) -> Option<Entry<'f>> {
    let (map, token) = split(pointer)?;
    let tree = file.document.tree();
    tree.field(file.node(map)?, &pointer_key(token))
}

/// The facts of the scheme at a JSON Pointer; their ranges are absolute.
pub fn scheme(file: &SourceFile, pointer: &str, version: Version) -> Option<Scheme> {
    let key = entry_at(file, pointer).map(|entry| entry.key);
    let tree = file.document.tree();
    Some(unit::scheme(tree, version, key, file.node(pointer)?))
}

/// The facts of a server, channel, operation or trait at a JSON Pointer, with ranges relative to it,
/// and what it says.
pub fn unit(
    file: &SourceFile,
    pointer: &str,
    place: UnitKind,
    version: Version,
) -> Option<(Unit, Said)> {
    let part = Part {
        pointer: pointer.to_owned(),
        place,
        is_map: false,
    };
    let tree = file.document.tree();
    let mut sections = Vec::new();
    walk::add_parts(tree, &BTreeSet::from([part]), &mut sections);
    let found = sections.first()?.single(tree)?;
    let unit = unit::extract(tree, version, &found, found.start());
    let mut said = Said::default();
    said.unit(place, version, &unit);
    Some((unit, said))
}

impl Said {
    /// Without the references that are there already: a large document says the same many times.
    fn each_once(mut self) -> Self {
        let mut seen = BTreeSet::new();
        self.references.retain(|one| seen.insert(one.clone()));
        self
    }

    fn add_all<'t>(
        &mut self,
        tree: &'t Tree,
        version: Version,
        units: impl IntoIterator<Item = FoundUnit<'t>>,
    ) {
        for found in units {
            let unit = unit::extract(tree, version, &found, 0);
            self.unit(found.place, version, &unit);
        }
    }

    fn add(&mut self, text: &str, place: UnitKind, is_map: bool) {
        self.references.push(UnitReference {
            text: text.to_owned(),
            place,
            is_map,
            is_declaration: false,
        });
    }

    fn unit(&mut self, place: UnitKind, version: Version, unit: &Unit) {
        if let Some(reference) = &unit.rest().reference {
            self.spanned(reference.target.as_ref(), place);
        }
        for scheme in unit.schemes() {
            if let Some(reference) = &scheme.reference
                && let Some(text) = &reference.target
            {
                self.references.push(UnitReference {
                    text: text.text.to_string(),
                    place: UnitKind::Scheme,
                    is_map: false,
                    is_declaration: scheme.home == Home::Component,
                });
            }
            self.spanned(scheme.details().flows_reference.as_ref(), UnitKind::Flows);
            for flow in scheme.flows() {
                self.spanned(flow.reference.as_ref(), UnitKind::Flow);
            }
            let scopes = scheme.required_scopes();
            self.scopes
                .extend(scopes.map(|scope| scope.text.to_string()));
        }
        for site in unit.sites() {
            let own = site.reference.as_ref();
            self.spanned(own.and_then(|own| own.target.as_ref()), UnitKind::Operation);
            for reference in &site.trait_references {
                self.spanned(reference.target.as_ref(), UnitKind::OperationTrait);
            }
            let entries = site.security.iter().flat_map(|list| &list.entries);
            for entry in entries {
                if let EntryForm::Reference(reference) = &entry.form {
                    self.spanned(reference.target.as_ref(), UnitKind::Scheme);
                }
            }
        }
        self.spanned(unit.rest().operation_channel.as_ref(), UnitKind::Channel);
        if version.is_v3() {
            let servers = unit
                .rest()
                .channel
                .iter()
                .filter_map(|channel| channel.servers.as_ref());
            for server in servers.flatten().filter(|text| !text.text.is_empty()) {
                self.spanned(Some(server), UnitKind::Server);
            }
        }
        for naming in in_unit(unit) {
            if let Naming::Name(required) = naming {
                self.names.insert(required.name.text.to_string());
                let scopes = required.scopes.iter().map(|scope| scope.text.to_string());
                self.scopes.extend(scopes);
            }
        }
    }

    fn spanned(&mut self, text: Option<&Spanned>, place: UnitKind) {
        if let Some(text) = text {
            self.add(&text.text, place, false);
        }
    }
}

/// Whether a file has a version of its own.
pub fn is_root(file: &SourceFile) -> bool {
    file.kind == DocumentKind::AsyncApi
}
