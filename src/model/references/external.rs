//! References to other files, with what they stand for.

use super::target::is_external;
use crate::model::facts::{EntryForm, Reference, Spanned, Unit};
use crate::model::walk::UnitKind;
use crate::model::{Model, UnitRef};
use crate::text::range::TextRange;

/// A reference to another file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct External<'m> {
    /// The text, as it is written.
    pub text: &'m str,
    /// What belongs there, or what the entries of the map are.
    pub place: UnitKind,
    /// Whether a map of names to these belongs there.
    pub is_map: bool,
    /// The range of the text, including quotes.
    pub range: TextRange,
    /// Whether nothing but a security scheme, or a map of them, may be there.
    pub is_scheme_due: bool,
}

/// The references to other files: in units, and in place of whole maps. That of `components` as a
/// whole is not followed.
pub fn externals(model: &Model) -> impl Iterator<Item = External<'_>> {
    let maps = (model.map_references.iter())
        .filter_map(|map| Some(external(&map.target, 0, map.place?, true)));
    let has_names = model.version.is_some_and(|version| !version.is_v3());
    let units = (model.units()).flat_map(move |unit_ref| in_unit(unit_ref, has_names));
    maps.chain(units)
        .filter(|external| is_external(external.text))
}

fn external(text: &Spanned, base: usize, place: UnitKind, is_map: bool) -> External<'_> {
    External {
        text: &text.text,
        place,
        is_map,
        range: text.range.shifted(base),
        is_scheme_due: place == UnitKind::Scheme,
    }
}

/// `has_names` says that channels name their servers, as in 2.x.
fn in_unit(unit_ref: UnitRef<'_>, has_names: bool) -> impl Iterator<Item = External<'_>> {
    let wholes = unit_ref.unit.rest().reference.as_deref().and_then(target);
    let wholes = wholes.map(|text| (text, unit_ref.place)).into_iter();
    (wholes
        .chain(in_schemes(unit_ref.unit))
        .chain(in_sites(unit_ref.unit)))
    .chain(of_channels(unit_ref.unit).filter(move |_| !has_names))
    .map(move |(text, place)| external(text, unit_ref.base, place, false))
}

fn target(reference: &Reference) -> Option<&Spanned> {
    reference.target.as_ref()
}

fn in_schemes(unit: &Unit) -> impl Iterator<Item = (&Spanned, UnitKind)> {
    unit.schemes().iter().flat_map(|scheme| {
        let own = scheme.reference.as_deref().and_then(target);
        let flows = scheme.details().flows_reference.as_ref();
        let each = scheme
            .flows()
            .iter()
            .filter_map(|flow| flow.reference.as_ref());
        (own.map(|text| (text, UnitKind::Scheme)).into_iter())
            .chain(flows.map(|text| (text, UnitKind::Flows)))
            .chain(each.map(|text| (text, UnitKind::Flow)))
    })
}

fn in_sites(unit: &Unit) -> impl Iterator<Item = (&Spanned, UnitKind)> {
    unit.sites().iter().flat_map(|site| {
        let own = site.reference.as_deref().and_then(target);
        let traits = site.trait_references.iter().filter_map(target);
        let entries = site.security.iter().flat_map(|list| &list.entries);
        let entries = entries.filter_map(|entry| match &entry.form {
            EntryForm::Reference(reference) => target(reference),
            _ => None,
        });
        (own.map(|text| (text, UnitKind::Operation)).into_iter())
            .chain(traits.map(|text| (text, UnitKind::OperationTrait)))
            .chain(entries.map(|text| (text, UnitKind::Scheme)))
    })
}

/// 3.x: the channel of an operation, and the servers of a channel.
fn of_channels(unit: &Unit) -> impl Iterator<Item = (&Spanned, UnitKind)> {
    let channel = unit.rest().operation_channel.as_ref();
    let servers = unit
        .rest()
        .channel
        .iter()
        .flat_map(|channel| &channel.servers);
    (channel.map(|text| (text, UnitKind::Channel)).into_iter())
        .chain(servers.flatten().map(|text| (text, UnitKind::Server)))
}
