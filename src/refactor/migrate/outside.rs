//! References to other files, which stay as they are. That is right for what both versions write
//! alike; the rest would have to be migrated with the document.

use std::collections::HashSet;

use super::work::Work;
use crate::model::facts::Scheme;
use crate::model::needs::normal::takes_scopes;
use crate::model::references::external::{External, externals};
use crate::model::references::target::is_external;
use crate::model::surroundings::{ForeignUnit, Target};
use crate::model::walk::UnitKind;
use crate::refactor::change::Refusal;
use crate::rules::messages::quoted;
use crate::spec::Version;
use crate::syntax::node::Node;
use crate::text::range::TextRange;

/// Refuses references to what has to change with the document, or was not read.
pub(super) fn check(work: &mut Work<'_>) {
    let model = &work.analysis.model;
    let is_v3 = model.version.is_some_and(Version::is_v3);
    let mut known = HashSet::new();
    for map in &model.map_references {
        known.insert(map.target.range);
        work.attempt("", |_| with_it(map.target.range, &map.target.text));
    }
    for external in externals(model).filter(|external| !external.is_map) {
        known.insert(external.range);
        work.attempt("", |_| {
            let text = external.text;
            match model.surroundings.targets.get(text) {
                None => Refusal::at(
                    external.range,
                    format!(
                        "It refers to {}, which was not read and may have to be migrated with it.",
                        quoted(text)
                    ),
                ),
                Some(target) if stays(&external, target, is_v3) => Ok(()),
                Some(_) => with_it(external.range, text),
            }
        });
    }
    let document = &work.analysis.document;
    for (range, text) in others(document.tree().root()) {
        if !known.contains(&range) {
            work.attempt("", |_| with_it(range, &text));
        }
    }
}

fn with_it(range: TextRange, text: &str) -> Result<(), Refusal> {
    let shown = quoted(text);
    let reason = format!("It refers to {shown}, which would have to be migrated with it.");
    Refusal::at(range, reason)
}

/// What both versions write alike.
const ALIKE: [&str; 10] = [
    "payload",
    "headers",
    "schema",
    "schemas",
    "examples",
    "bindings",
    "correlationId",
    "correlationIds",
    "externalDocs",
    "variables",
];

/// Maps whose keys are names.
const NAMED: [&str; 7] = [
    "channels",
    "messages",
    "messageTraits",
    "operations",
    "operationTraits",
    "parameters",
    "servers",
];

/// The references to other files below a node, where what is meant is written in another way: to
/// messages, parameters, traits.
fn others(root: Node<'_>) -> Vec<(TextRange, String)> {
    let mut found = Vec::new();
    let mut open = vec![(root, false)];
    while let Some((node, has_names)) = open.pop() {
        for entry in node.entries() {
            let key = entry.key.value();
            let text = entry.value.as_str().filter(|_| key == "$ref");
            if let Some(text) = text.filter(|text| is_external(text)) {
                found.push((entry.value.range(), text.to_owned()));
            }
            let is_alike = ALIKE.contains(&key) || key.ends_with("Bindings");
            if has_names || !is_alike && !key.starts_with("x-") {
                open.push((entry.value, !has_names && NAMED.contains(&key)));
            }
        }
        open.extend(node.items().map(|item| (item, false)));
    }
    found
}

fn stays(external: &External<'_>, target: &Target, is_v3: bool) -> bool {
    match target {
        Target::Scheme(foreign) => external.place == UnitKind::Scheme && is_alike(&foreign.scheme),
        Target::Object(foreign) => !is_v3 && is_plain_trait(foreign),
        _ => false,
    }
}

/// Whether both versions write a scheme alike: its scopes stand elsewhere in the other one.
pub(super) fn is_alike(scheme: &Scheme) -> bool {
    scheme.scheme_type.is_some() && !takes_scopes(scheme)
}

/// Whether a trait of 2.x says nothing that 3.0 says elsewhere.
fn is_plain_trait(foreign: &ForeignUnit) -> bool {
    foreign.kind == UnitKind::OperationTrait
        && (foreign.facts.sites().iter())
            .all(|site| site.security.is_none() && site.operation_id.is_none())
}
