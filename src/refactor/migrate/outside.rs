//! References to other files, which stay as they are. That is right for what both versions write
//! alike; the rest would have to be migrated with the document.

use crate::analysis::Analysis;
use crate::model::facts::Scheme;
use crate::model::needs::normal::takes_scopes;
use crate::model::references::external::{External, externals};
use crate::model::surroundings::{ForeignUnit, Target};
use crate::model::walk::UnitKind;
use crate::refactor::change::Refusal;
use crate::rules::messages::quoted;
use crate::spec::Version;

/// Refuses a document that refers to what has to change with it, or was not read.
pub(super) fn check(analysis: &Analysis) -> Result<(), Refusal> {
    let model = &analysis.model;
    if let Some(map) = model.map_references.first() {
        return with_it(&map.target.text);
    }
    let is_v3 = model.version.is_some_and(Version::is_v3);
    for external in externals(model) {
        let text = external.text;
        match model.surroundings.targets.get(text) {
            None => {
                let shown = quoted(text);
                return Refusal::because(format!(
                    "It refers to {shown}, which was not read and may have to be migrated with it."
                ));
            }
            Some(target) if stays(&external, target, is_v3) => {}
            Some(_) => return with_it(text),
        }
    }
    Ok(())
}

fn with_it(text: &str) -> Result<(), Refusal> {
    let shown = quoted(text);
    Refusal::because(format!(
        "It refers to {shown}, which would have to be migrated with it."
    ))
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
        && (foreign.facts.sites.iter())
            .all(|site| site.security.is_none() && site.operation_id.is_none())
}
