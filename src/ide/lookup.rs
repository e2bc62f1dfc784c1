//! Facts by place and by name.

use crate::model::facts::{EntryForm, Scheme, SecurityEntry, Site};
use crate::model::{At, Model, PlacedUnit};

/// The innermost unit that the offset touches.
pub fn unit_at(model: &Model, offset: usize) -> Option<&PlacedUnit> {
    // The root is the first, wherever the others stand, and holds them all.
    let after = (model.units).partition_point(|unit| unit.range.start <= offset);
    let mut around = model.units[..after].iter().rev();
    around.find(|unit| unit.range.touches(offset))
}

/// The innermost scheme around the offset, its name included.
pub fn scheme_at(model: &Model, offset: usize) -> Option<At<'_, Scheme>> {
    let placed = unit_at(model, offset)?;
    placed
        .unit
        .schemes
        .iter()
        .map(|fact| At {
            base: placed.base,
            fact,
        })
        .filter(|at| at.abs(at.fact.range).touches(offset))
        .min_by_key(|at| at.fact.range.len())
}

/// The site whose `security` key stands at the offset.
pub fn site_at(model: &Model, offset: usize) -> Option<(&PlacedUnit, At<'_, Site>)> {
    let placed = unit_at(model, offset)?;
    let fact = placed.unit.sites.iter().find(|site| {
        site.security
            .as_ref()
            .is_some_and(|list| list.key.shifted(placed.base).touches(offset))
    })?;
    let at = At {
        base: placed.base,
        fact,
    };
    Some((placed, at))
}

/// The name of the component scheme that a `$ref` leads to (RFC 6901, section 6).
pub fn component_name(target: &str) -> Option<String> {
    let name = target.strip_prefix("#/components/securitySchemes/")?;
    if name.contains('/') {
        return None;
    }
    Some(percent_decoded(name)?.replace("~1", "/").replace("~0", "~"))
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
        let value = digit(bytes.next())? * 16 + digit(bytes.next())?;
        out.push(u8::try_from(value).ok()?);
    }
    String::from_utf8(out).ok()
}

/// Places that use something.
#[derive(Debug, Default)]
pub struct Uses {
    /// How many there are.
    pub count: usize,
    /// The pointers of the first few.
    pub first: Vec<String>,
}

/// More places than this are only counted.
const MAX_PLACES: usize = 5;

/// The sites that use the component scheme.
pub fn uses(model: &Model, name: &str) -> Uses {
    places(model, |entry| match &entry.form {
        EntryForm::Requirement(schemes) => schemes.iter().any(|found| found.name.text == name),
        EntryForm::Reference(reference) => reference
            .target
            .as_ref()
            .is_some_and(|target| component_name(&target.text).as_deref() == Some(name)),
        _ => false,
    })
}

/// 2.x: the sites that need the scope of the component scheme.
pub fn uses_of_scope(model: &Model, scheme: &str, scope: &str) -> Uses {
    places(model, |entry| match &entry.form {
        EntryForm::Requirement(schemes) => schemes.iter().any(|found| {
            found.name.text == scheme && found.scopes.iter().any(|spot| spot.text == scope)
        }),
        _ => false,
    })
}

fn places(model: &Model, uses: impl Fn(&SecurityEntry) -> bool) -> Uses {
    let mut found = Uses::default();
    for site in model.sites() {
        let list = site.fact.security.as_ref();
        if list.is_some_and(|list| list.entries.iter().any(&uses)) {
            found.count += 1;
            if found.first.len() < MAX_PLACES {
                found.first.push(site.fact.pointer.clone());
            }
        }
    }
    found
}
