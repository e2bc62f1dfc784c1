//! Duplicate, unused and empty parts (docs/specification.md E.2). Their fixes are below.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use crate::edits::template::{Template, member};
use crate::model::facts::{EntryForm, Home, Scheme, SecurityEntry, SiteKind};
use crate::model::references::Resolution;
use crate::model::references::known::{KnownScheme, Spot};
use crate::model::references::target::ReferenceTarget;
use crate::model::walk::UnitKind;
use crate::model::{InUnit, UnitRef};
use crate::rules::document_context::{DocumentContext, List, Meaning};
use crate::rules::finding::{Data, Finding};
use crate::rules::fix::FixKind::{ChangesMeaning, Placeholder, Safe};
use crate::rules::fix::names::{declared, entry_for, redirect, reference_to, uses};
use crate::rules::fix::{FixContext, MAX_OFFERED};
use crate::rules::messages::quoted;
use crate::rules::registry;
use crate::rules::rule::{Rule, Severity};
use crate::text::range::TextRange;

/// Checks lists and schemes against each other.
pub(super) fn check(context: &DocumentContext<'_, '_>, out: &mut Vec<Finding>) {
    for list in &context.lists {
        check_list(context, list, out);
    }
    duplicate_schemes(context, out);
    unused(context, out);
    if (context.is_on)(registry::SECURITY_SCHEME_DESCRIPTION_MISSING) {
        for scheme in context.model.schemes() {
            undescribed(scheme, out);
        }
    }
}

fn check_list<'m>(context: &DocumentContext<'m, '_>, list: &List<'m>, out: &mut Vec<Finding>) {
    duplicate_alternatives(context, list, out);
    for (meaning, entry) in list.entries.iter().zip(&list.list.entries) {
        let Meaning::Names(names) = meaning else {
            continue;
        };
        match &**names {
            [] => out.push(empty_requirement(list, entry)),
            [(first, _), (second, _), ..] if first.name.text != second.name.text => {
                let (first, second) = (&first.name, &second.name);
                out.push(
                    Finding::new(
                        registry::SECURITY_AND_NOT_PORTABLE,
                        list.site.abs(first.range),
                        format!(
                            "{} and {} in one entry are usually read as both required, which AsyncAPI 3 \
                             cannot express; write two entries only if either one is enough",
                            quoted(&first.text), quoted(&second.text)
                        ),
                    )
                    .with(list.site.abs(second.range), "together with this one"),
                );
            }
            _ => {}
        }
    }
    if list.site.fact.kind == SiteKind::Server && list.list.entries.is_empty() {
        out.push(Finding::new(
            registry::SERVER_SECURITY_EMPTY,
            list.site.abs(list.list.key),
            "an empty `security` list says nothing; remove it or add an entry",
        ));
    }
}

/// The content of an entry, to compare entries.
#[derive(Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EntryKey<'m> {
    /// Schemes and scopes, both sorted.
    Names(Vec<(SchemeKey<'m>, Vec<&'m str>)>),
    /// The target of a reference.
    Reference(SchemeKey<'m>),
    /// The content of an inline scheme.
    Inline(u64),
}

/// What a name or reference leads to.
#[derive(Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SchemeKey<'m> {
    /// The scheme at this place of another file: two ways to one place are one scheme.
    Place(Spot<'m>),
    /// The name or the text of the reference: in this document two names are two, on purpose.
    Text(Cow<'m, str>),
}

/// The content of an entry, if it has a meaning in this version.
pub(super) fn entry_key<'m>(
    context: &DocumentContext<'m, '_>,
    schemes: &'m [Scheme],
    form: &'m EntryForm,
) -> Option<EntryKey<'m>> {
    let is_v3 = context.version.is_v3();
    match form {
        EntryForm::Requirement(names) if !is_v3 && !names.is_empty() => {
            let mut key: Vec<(SchemeKey<'m>, Vec<&str>)> = (names.iter())
                .map(|name| {
                    let mut scopes: Vec<&str> =
                        name.scopes.iter().map(|scope| &*scope.text).collect();
                    scopes.sort_unstable();
                    let found = context.resolver.named(&name.name.text);
                    let text = || Cow::Borrowed(&*name.name.text);
                    (scheme_key(found.as_deref(), text), scopes)
                })
                .collect();
            key.sort();
            Some(EntryKey::Names(key))
        }
        EntryForm::Reference(reference) if is_v3 => {
            let text = &reference.target.as_ref()?.text;
            let found = context.resolver.resolve(reference);
            let text = || match ReferenceTarget::of(text) {
                ReferenceTarget::Local(pointer) => Cow::Owned(format!("#{pointer}")),
                _ => Cow::Borrowed(&**text),
            };
            Some(EntryKey::Reference(scheme_key(Some(&found), text)))
        }
        EntryForm::Inline(scheme) if is_v3 => {
            let scheme = schemes.get(*scheme)?;
            scheme.scheme_type.as_ref()?;
            Some(EntryKey::Inline(scheme.fingerprint))
        }
        _ => None,
    }
}

fn scheme_key<'m>(
    found: Option<&Resolution<'m>>,
    text: impl FnOnce() -> Cow<'m, str>,
) -> SchemeKey<'m> {
    match found.and_then(Resolution::scheme) {
        Some(scheme @ KnownScheme::There(_)) => SchemeKey::Place(scheme.place()),
        Some(KnownScheme::Here(_)) | None => SchemeKey::Text(text()),
    }
}

fn duplicate_alternatives<'m>(
    context: &DocumentContext<'m, '_>,
    list: &List<'m>,
    out: &mut Vec<Finding>,
) {
    if list.entries.len() < 2 {
        return;
    }
    let mut first: HashMap<EntryKey<'_>, TextRange> = HashMap::new();
    for (meaning, entry) in list.entries.iter().zip(&list.list.entries) {
        let Some(key) = entry_key(context, list.schemes, &entry.form) else {
            continue;
        };
        let anchor = list.site.abs(meaning.anchor().unwrap_or(entry.range));
        let Some(earlier) = first.get(&key) else {
            first.insert(key, anchor);
            continue;
        };
        out.push(
            Finding::new(
                registry::SECURITY_DUPLICATE_ALTERNATIVE,
                anchor,
                "this alternative is listed twice; remove it",
            )
            .with(*earlier, "first listed here"),
        );
    }
}

fn empty_requirement(list: &List<'_>, entry: &SecurityEntry) -> Finding {
    let effect = if list.list.entries.len() > 1 {
        "reads as \"no security needed\", so that the others are optional"
    } else {
        "reads as \"no security needed\""
    };
    Finding::new(
        registry::SECURITY_REQUIREMENT_EMPTY,
        list.site.abs(entry.range),
        format!("an empty requirement {effect}; remove it, or say so in the description"),
    )
}

/// Whether a scheme is complete: no reference, and not half typed.
fn is_plain(scheme: &Scheme) -> bool {
    scheme.reference.is_none() && scheme.scheme_type.is_some()
}

fn duplicate_schemes(context: &DocumentContext<'_, '_>, out: &mut Vec<Finding>) {
    let mut first: HashMap<u64, (&str, InUnit<'_, Scheme>)> = HashMap::new();
    let mut told: HashMap<u64, usize> = HashMap::new();
    for (name, scheme) in context.model.components() {
        if !is_plain(scheme.fact) {
            continue;
        }
        let known = first.entry(scheme.fact.fingerprint);
        let (earlier_name, earlier) = *known.or_insert((name, scheme));
        // An alias is one definition in two places, on purpose.
        if earlier_name != name && place(earlier) != place(scheme) {
            let finding = duplicate(name, scheme, earlier_name);
            // Hundred thousands may be like one.
            let same = *told.entry(scheme.fact.fingerprint).or_insert(out.len());
            let finding = match out.get(same) {
                Some(same) => finding.like(same),
                None => finding
                    .meant(Some(earlier_name))
                    .with(earlier.abs(earlier.fact.anchor()), "the same definition"),
            };
            out.push(finding);
        }
    }
    if !context.version.is_v3() {
        return;
    }
    for scheme in context.model.schemes() {
        if !matches!(scheme.fact.home, Home::Entry(..)) || !is_plain(scheme.fact) {
            continue;
        }
        if let Some((name, component)) = first.get(&scheme.fact.fingerprint)
            && place(*component) != place(scheme)
        {
            out.push(could_be_reference(scheme, name, *component));
        }
    }
}

fn duplicate(name: &str, scheme: InUnit<'_, Scheme>, earlier_name: &str) -> Finding {
    Finding::new(
        registry::SECURITY_SCHEME_DUPLICATE,
        scheme.abs(scheme.fact.anchor()),
        format!(
            "{} is defined exactly like {}; replace one by a `$ref`, or remove it",
            quoted(name),
            quoted(earlier_name)
        ),
    )
}

fn could_be_reference(
    scheme: InUnit<'_, Scheme>,
    name: &str,
    component: InUnit<'_, Scheme>,
) -> Finding {
    let finding = Finding::new(
        registry::SECURITY_INLINE_COULD_BE_REF,
        scheme.abs(scheme.fact.anchor()),
        format!(
            "this scheme is the same as {}; refer to it with a `$ref`",
            quoted(name)
        ),
    );
    let finding = Finding {
        is_of_inline_scheme: true,
        ..finding
    };
    (finding.meant(Some(name))).with(
        component.abs(component.fact.anchor()),
        "the same definition",
    )
}

fn place(scheme: InUnit<'_, Scheme>) -> TextRange {
    scheme.abs(scheme.fact.range)
}

/// Rules about a broken name of a scheme, which relate to the scheme that was probably meant.
const BROKEN_NAMES: [&Rule; 7] = [
    registry::SECURITY_REF_INVALID_URI,
    registry::SECURITY_REF_UNRESOLVED,
    registry::SECURITY_REF_WRONG_TARGET,
    registry::SECURITY_REQUIREMENT_UNDEFINED,
    registry::SECURITY_SCHEME_TYPE_MISSING,
    registry::SECURITY_V2_SHAPE_IN_V3,
    registry::SECURITY_V3_SHAPE_IN_V2,
];

/// The schemes that no list requires or may have meant, as far as `found` knows.
pub(super) fn unused_schemes<'m>(
    context: &DocumentContext<'m, '_>,
    found: &[Finding],
) -> Vec<(&'m str, InUnit<'m, Scheme>)> {
    let Some(usage) = &context.usage else {
        return Vec::new();
    };
    // What a key with another name lists or leads to is not known.
    if (found.iter()).any(|finding| finding.rule == registry::SECURITY_FIELD_MISSPELT) {
        return Vec::new();
    }
    let broken = (found.iter()).filter(|finding| BROKEN_NAMES.contains(&finding.rule));
    let meant: HashSet<TextRange> = broken.flat_map(Finding::related_here).collect();
    // A misplaced extension or keyword has a finding of its own.
    let is_unused = |(name, scheme): &(&str, InUnit<'m, Scheme>)| {
        !name.starts_with('$')
            && !name.starts_with("x-")
            && !is_begun(scheme.fact)
            && !usage.schemes.contains(*name)
            && !meant.contains(&scheme.abs(scheme.fact.anchor()))
    };
    context.model.components().filter(is_unused).collect()
}

fn unused(context: &DocumentContext<'_, '_>, out: &mut Vec<Finding>) {
    for (name, scheme) in unused_schemes(context, out) {
        out.push(Finding::new(
            registry::SECURITY_SCHEME_UNUSED,
            scheme.abs(scheme.fact.anchor()),
            format!(
                "the security scheme {} is never used; refer to it from a `security` list, or remove it",
                quoted(name)
            ),
        ));
    }
}

/// Whether the scheme has no type yet, which has a finding of its own.
fn is_begun(scheme: &Scheme) -> bool {
    let scheme_type = scheme.scheme_type.as_ref();
    scheme.reference.is_none() && scheme_type.is_none_or(|member| member.value.text.is_empty())
}

/// Rules about schemes that are weak in any use.
const WEAK: [&Rule; 4] = [
    registry::HTTP_API_KEY_IN_QUERY,
    registry::HTTP_API_KEY_QUERY_ACCESS_TOKEN,
    registry::OAUTH2_IMPLICIT_FLOW,
    registry::OAUTH2_PASSWORD_FLOW,
];

/// Lowers findings about weak schemes that nothing uses to hints. `findings` are those of the
/// scheme's unit.
pub(super) fn soften_unused(
    context: &DocumentContext<'_, '_>,
    unit_ref: UnitRef<'_>,
    findings: &mut [Finding],
) {
    let Some(usage) = context
        .usage
        .as_ref()
        .filter(|_| unit_ref.place == UnitKind::Scheme)
    else {
        return;
    };
    let mut weak = findings
        .iter_mut()
        .filter(|finding| WEAK.contains(&finding.rule))
        .peekable();
    if weak.peek().is_none() {
        return;
    }
    let Some(scheme) = unit_ref
        .unit
        .schemes()
        .first()
        .map(|fact| unit_ref.at(fact))
    else {
        return;
    };
    let Some(name) = &scheme.fact.name() else {
        return;
    };
    let last = context.model.component(&name.text);
    let counts = last.is_some_and(|last| std::ptr::eq(last.fact, scheme.fact));
    if !counts || usage.schemes.contains(&*name.text) {
        return;
    }
    for finding in weak.filter(|finding| place(scheme).contains(finding.range)) {
        finding.severity = Some(Severity::Hint);
    }
}

fn undescribed(scheme: InUnit<'_, Scheme>, out: &mut Vec<Finding>) {
    let fact = scheme.fact;
    if is_plain(fact) && fact.details().description.is_none() {
        out.push(
            Finding::new(
                registry::SECURITY_SCHEME_DESCRIPTION_MISSING,
                scheme.abs(fact.anchor()),
                "this security scheme has no `description`; say how to get credentials",
            )
            .with_data(Data::MissingFields(vec!["description"])),
        );
    }
}

pub(in crate::rules) fn fix_duplicate_alternative(fix: &mut FixContext<'_>) {
    let Some(item) = fix.item_of_key() else {
        return;
    };
    let title = "Remove the repeated alternative";
    fix.offer(title, Safe, |edits| edits.remove_item(item.node()));
}

pub(in crate::rules) fn fix_empty_requirement(fix: &mut FixContext<'_>) {
    let Some(list) = fix.path.parent().filter(|_| fix.is_item()) else {
        return;
    };
    let node = fix.path.node();
    let is_only = list.node().items().nth(1).is_none();
    let title = "Remove the empty requirement";
    fix.offer(title, ChangesMeaning, |edits| {
        match list.entry().filter(|_| is_only) {
            Some(entry) => edits.remove(entry),
            None => edits.remove_item(node),
        }
    });
}

/// Offers to remove the list, or to require one of the declared schemes.
pub(in crate::rules) fn fix_empty_list_of_server(fix: &mut FixContext<'_>) {
    let Some(entry) = fix.entry() else { return };
    let title = "Remove the empty `security`";
    fix.offer_clean(title, Safe, |edits| edits.remove(entry));
    for name in declared(fix).take(MAX_OFFERED) {
        let Some(item) = entry_for(fix, name) else {
            continue;
        };
        let title = format!("Require {}", quoted(name));
        fix.offer_clean(title, ChangesMeaning, |edits| {
            edits.put(entry, &Template::list_of(item))
        });
    }
}

pub(in crate::rules) fn fix_unused(fix: &mut FixContext<'_>) {
    fix.offer_removal(ChangesMeaning);
}

pub(in crate::rules) fn fix_duplicate_scheme(fix: &mut FixContext<'_>) {
    let (Some(entry), Some(name)) = (fix.entry(), fix.meant()) else {
        return;
    };
    let title = format!("Write a `$ref` to {}", quoted(name));
    fix.offer(title, Safe, |edits| edits.put(entry, &reference_to(name)));
    let Some(uses) = uses(fix, entry.key.value()) else {
        return;
    };
    let title = format!("Remove it and refer to {} instead", quoted(name));
    fix.offer_clean(title, Safe, |edits| {
        redirect(edits, &uses, name)?;
        edits.remove(entry)
    });
}

pub(in crate::rules) fn fix_inline_could_be_ref(fix: &mut FixContext<'_>) {
    let (Some(item), Some(name)) = (fix.item_of_key(), fix.meant()) else {
        return;
    };
    let title = format!("Write a `$ref` to {}", quoted(name));
    fix.offer(title, Safe, |edits| {
        edits.put_item(item.node(), &reference_to(name))
    });
}

pub(in crate::rules) fn fix_description_missing(fix: &mut FixContext<'_>) {
    let Some((_, scheme)) = fix.scheme() else {
        return;
    };
    let text = Template::hole("TODO: say how to get credentials");
    let members = vec![member("description", text)];
    let title = "Add `description` with a placeholder";
    fix.offer(title, Placeholder, |edits| {
        edits.add(&scheme, members, &["type", "description"])
    });
}
