//! Facts by place and by name.

use crate::analysis::Analysis;
use crate::model::facts::{Scheme, Site};
use crate::model::references::target::{component_in, schemes_pointer};
use crate::model::{InUnit, Model, UnitRef};

/// The innermost unit that the offset touches.
pub fn unit_at(model: &Model, offset: usize) -> Option<UnitRef<'_>> {
    model.units_around(offset).next()
}

/// The innermost scheme around the offset, its name included.
pub fn scheme_at(model: &Model, offset: usize) -> Option<InUnit<'_, Scheme>> {
    let placed = unit_at(model, offset)?;
    placed
        .unit
        .schemes
        .iter()
        .map(|fact| placed.at(fact))
        .filter(|at| at.abs(at.fact.range).touches(offset))
        .min_by_key(|at| at.fact.range.len())
}

/// The site whose `security` key stands at the offset.
pub fn site_at(model: &Model, offset: usize) -> Option<(UnitRef<'_>, InUnit<'_, Site>)> {
    let placed = unit_at(model, offset)?;
    let fact = placed.unit.sites.iter().find(|site| {
        site.security
            .as_ref()
            .is_some_and(|list| list.key.shifted(placed.base).touches(offset))
    })?;
    Some((placed, placed.at(fact)))
}

/// The name of the component scheme that a `$ref` leads to.
pub fn component_name(analysis: &Analysis, target: &str) -> Option<String> {
    let schemes = schemes_pointer(analysis.document.tree(), &analysis.model);
    let (name, is_whole) = component_in(schemes, target)?;
    is_whole.then(|| name.into_owned())
}
