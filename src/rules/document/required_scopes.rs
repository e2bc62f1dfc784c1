//! Required scopes against declared scopes (docs/specification.md E.2).

pub(in crate::rules) mod fixes;

use std::collections::{HashMap, HashSet};

use crate::model::InUnit;
use crate::model::facts::{DeclaredScope, Flow, RequiredScheme, Scheme, Spanned};
use crate::model::references::known::{KnownScheme, Spot};
use crate::model::uses::Usage;
use crate::rules::document_context::{DocumentContext, List, Meaning};
use crate::rules::finding::Finding;
use crate::rules::messages::{listed, quoted};
use crate::rules::registry;
use crate::rules::spellings::Spellings;
use crate::rules::unit::oauth2::invalid_scope;
use crate::rules::unit::openid::openid_missing;
use crate::rules::unit::scheme::types::is_doubtful;
use crate::spec::{is_scope_token, spec};
use crate::text::range::TextRange;

/// Checks all scopes of a document.
pub(super) fn check(context: &DocumentContext<'_, '_>, out: &mut Vec<Finding>) {
    let mut declared = HashMap::new();
    for list in &context.lists {
        check_list(&mut declared, list, out);
    }
    for scheme in context.model.schemes() {
        if let Some(list) = &scheme.fact.details().scopes {
            duplicates(scheme, &list.scopes, out);
            let known = KnownScheme::Here(scheme);
            needed(&mut declared, known, scheme.base, &list.scopes, out);
        }
        case_clash(scheme, out);
        if let Some(usage) = &context.usage {
            unused(usage, scheme, out);
        }
    }
}

fn check_list<'m>(declared: &mut AllDeclared<'m>, list: &List<'m>, out: &mut Vec<Finding>) {
    for meaning in &list.entries {
        match meaning {
            Meaning::Names(names) => {
                for (name, resolution) in names {
                    let scheme = (resolution.as_ref()).and_then(|found| found.scheme());
                    if let Some(scheme) = scheme {
                        named(declared, list.site.with(*name), scheme, out);
                    }
                }
            }
            Meaning::Reference(reference, resolution) => {
                let Some(scheme) = resolution.scheme() else {
                    continue;
                };
                // Scopes beside a `$ref` have no effect; that has a finding of its own.
                let has_scopes =
                    (reference.siblings.iter()).any(|sibling| sibling.text == "scopes");
                if !has_scopes {
                    out.extend(not_selected(
                        scheme.fact(),
                        list.site.abs(reference.key),
                        IN_SCHEME,
                    ));
                }
            }
            Meaning::Inline(scheme) => {
                out.extend(not_selected(
                    scheme,
                    list.site.abs(scheme.anchor()),
                    IN_SCHEME,
                ));
            }
            Meaning::Nothing => {}
        }
    }
}

/// What the flows of each scheme declare, by the place of the scheme.
type AllDeclared<'m> = HashMap<Spot<'m>, Declared<'m>>;

/// What the flows of a scheme declare.
struct Declared<'m> {
    /// Each scope with the number of flows that declare it.
    flows: HashMap<&'m str, usize>,
    spellings: Option<Spellings<'m>>,
}

impl<'m> Declared<'m> {
    fn new(scheme: &'m Scheme) -> Self {
        let mut flows = HashMap::new();
        for flow in scheme.flows() {
            let names: HashSet<&str> = flow.scopes.iter().map(|scope| &*scope.name.text).collect();
            for name in names {
                *flows.entry(name).or_insert(0) += 1;
            }
        }
        Self {
            flows,
            spellings: None,
        }
    }

    fn nearest(&mut self, scheme: &'m Scheme, scope: &str) -> Option<&'m str> {
        let spellings = self.spellings.get_or_insert_with(|| {
            let names = scheme.declared_scopes();
            Spellings::new(names.map(|scope| &*scope.name.text))
        });
        spellings.nearest(scope)
    }
}

fn is_type(scheme: &Scheme, name: &str) -> bool {
    scheme
        .scheme_type
        .as_ref()
        .is_some_and(|kind| kind.value.text == name)
}

fn label(scheme: &Scheme) -> String {
    (scheme.name()).map_or_else(|| "this scheme".to_owned(), |name| quoted(&name.text))
}

/// A name in a 2.x requirement with its list of scopes.
fn named<'m>(
    declared: &mut AllDeclared<'m>,
    required: InUnit<'m, RequiredScheme>,
    scheme: KnownScheme<'m>,
    out: &mut Vec<Finding>,
) {
    let scopes = &required.fact.scopes;
    let fact = scheme.fact();
    let Some(kind) = &fact.scheme_type else {
        return;
    };
    let kind_name = &*kind.value.text;
    if is_doubtful(fact) {
        return;
    }
    if matches!(kind_name, "oauth2" | "openIdConnect") {
        if kind_name == "openIdConnect" && !required.fact.has_others {
            let place = required.abs(required.fact.name.range);
            let names = scopes.iter();
            let names = names.map(|scope| (&*scope.text, required.abs(scope.range)));
            out.extend(openid_missing(place, names).map(|found| {
                let message = format!(
                    "{} is of type `openIdConnect`",
                    quoted(&required.fact.name.text)
                );
                found.with_spot(scheme.spot(kind.value.range), message)
            }));
        }
        if required.fact.is_empty {
            let place = required.abs(required.fact.name.range);
            out.extend(not_selected(fact, place, "this list"));
        }
        needed(declared, scheme, required.base, scopes, out);
    } else if spec().is_scheme_type(kind_name) && !scopes.is_empty() {
        out.push(
            Finding::new(
                registry::SECURITY_SCOPES_ON_NON_OAUTH,
                required.abs(required.fact.name.range),
                format!("a scheme of type `{kind_name}` has no scopes; leave the list empty"),
            )
            .with_spot(
                scheme.spot(kind.value.range),
                format!(
                    "{} is of type `{kind_name}`",
                    quoted(&required.fact.name.text)
                ),
            ),
        );
    }
}

/// Checks scopes that are required of a scheme. `base` is that of the unit of the required scopes.
fn needed<'m>(
    declared: &mut AllDeclared<'m>,
    scheme: KnownScheme<'m>,
    base: usize,
    scopes: &'m [Spanned],
    out: &mut Vec<Finding>,
) {
    let fact = scheme.fact();
    // A flow that is no object, or without a map of scopes, has a finding of its own, and its scopes
    // are unknown.
    let is_known = is_type(fact, "oauth2")
        && fact.details().flows_key.is_some()
        && !fact.details().has_unread_flows
        && fact.flows().iter().all(|flow| flow.scopes_key.is_some());
    if !is_known {
        let has_scopes = is_type(fact, "oauth2") || is_type(fact, "openIdConnect");
        let invalid = scopes.iter().filter(|scope| !is_scope_token(&scope.text));
        for scope in invalid.filter(|_| has_scopes) {
            out.push(invalid_scope(&scope.text, scope.range.shifted(base)));
        }
        return;
    }
    if scopes.is_empty() {
        return;
    }
    let place = scheme.place();
    let declared = (declared.entry(place)).or_insert_with(|| Declared::new(fact));
    let mut seen = HashSet::new();
    for scope in scopes {
        let text = &*scope.text;
        if scopes.len() > 1 && !seen.insert(text) {
            continue;
        }
        let range = scope.range.shifted(base);
        match declared.flows.get(text) {
            None if !is_scope_token(text) => out.push(invalid_scope(text, range)),
            None => {
                let near = declared.nearest(fact, text);
                out.push(undefined(scheme, text, range, near));
                // One cause, one finding, where no scope is declared at all.
                if declared.flows.is_empty() {
                    return;
                }
            }
            Some(count) if *count < fact.flows().len() => out.extend(partly(scheme, text, range)),
            Some(_) => {}
        }
    }
}

fn undefined(
    scheme: KnownScheme<'_>,
    scope: &str,
    range: TextRange,
    near: Option<&str>,
) -> Finding {
    let fact = scheme.fact();
    let of = label(fact);
    let advice = near.map_or_else(
        || "correct the name, or declare it in the flows that grant it".to_owned(),
        |near| format!("did you mean {}?", quoted(near)),
    );
    let finding = Finding::new(
        registry::SECURITY_SCOPE_UNDEFINED,
        range,
        format!(
            "no flow of {of} declares the scope {}; {advice}",
            quoted(scope)
        ),
    )
    .meant(near);
    let meant = near.and_then(|near| place_of(fact, near));
    match (meant, fact.flows().first().and_then(|flow| flow.scopes_key)) {
        (Some(place), _) => finding.with_spot(scheme.spot(place), "this scope is declared"),
        (None, Some(place)) => finding.with_spot(
            scheme.spot(place),
            format!("scopes of {of} are declared here"),
        ),
        (None, None) => finding,
    }
}

fn place_of(scheme: &Scheme, name: &str) -> Option<TextRange> {
    let mut scopes = scheme.declared_scopes();
    (scopes.find(|scope| scope.name.text == name)).map(|scope| scope.name.range)
}

/// `None` if only flows lack the scope that are none.
fn partly(scheme: KnownScheme<'_>, scope: &str, range: TextRange) -> Option<Finding> {
    let lacks = |flow: &&Flow| !flow.scopes.iter().any(|other| other.name.text == scope);
    let is_known = |flow: &&Flow| spec().flow(&flow.name.text).is_some();
    let flows = scheme.fact().flows().iter();
    let lacking: Vec<&Flow> = flows.filter(lacks).filter(is_known).collect();
    if lacking.is_empty() {
        return None;
    }
    let names = lacking.iter().map(|flow| &*flow.name.text);
    let is_one = lacking.len() == 1;
    let mut finding = Finding::new(
        registry::SECURITY_SCOPE_NOT_IN_EVERY_FLOW,
        range,
        format!(
            "{} of {} {} not declare the scope {}, so clients of {} cannot ask for it; declare it \
             if the server grants it there, or declare a scheme for each flow",
            listed(names, "and"),
            label(scheme.fact()),
            if is_one { "does" } else { "do" },
            quoted(scope),
            if is_one { "that flow" } else { "those flows" },
        ),
    );
    for flow in lacking {
        finding = finding.with_spot(scheme.spot(flow.name.range), "not declared in this flow");
    }
    Some(finding)
}

fn duplicates(scheme: InUnit<'_, Scheme>, scopes: &[Spanned], out: &mut Vec<Finding>) {
    let mut first: HashMap<&str, TextRange> = HashMap::new();
    for scope in scopes {
        match first.get(&*scope.text) {
            Some(range) => out.push(
                Finding::new(
                    registry::SECURITY_DUPLICATE_SCOPE,
                    scheme.abs(scope.range),
                    format!(
                        "the scope {} is listed twice; remove one",
                        quoted(&scope.text)
                    ),
                )
                .with(scheme.abs(*range), "first listed here"),
            ),
            None => {
                first.insert(&scope.text, scope.range);
            }
        }
    }
}

fn case_clash(scheme: InUnit<'_, Scheme>, out: &mut Vec<Finding>) {
    let mut spellings: HashMap<String, &DeclaredScope> = HashMap::new();
    let mut reported = HashSet::new();
    for scope in scheme.fact.declared_scopes() {
        let text = &*scope.name.text;
        let first = *spellings.entry(text.to_lowercase()).or_insert(scope);
        if first.name.text != text && reported.insert(text) {
            out.push(
                Finding::new(
                    registry::OAUTH2_SCOPE_CASE_CLASH,
                    scheme.abs(scope.name.range),
                    format!(
                        "{} and {} differ only in letter case and are two scopes; keep one spelling",
                        quoted(text), quoted(&first.name.text)
                    ),
                )
                .with(scheme.abs(first.name.range), "the other spelling"),
            );
        }
    }
}

/// Where a 3.x scheme says which scopes it requires.
const IN_SCHEME: &str = "`scopes` of the scheme";

/// An entry that requires none of the scopes that its scheme declares; they are listed in `place`.
fn not_selected(scheme: &Scheme, range: TextRange, place: &str) -> Option<Finding> {
    if !is_type(scheme, "oauth2") || scheme.details().scopes.is_some() {
        return None;
    }
    let declared = scheme.declared_scopes().next()?;
    Some(Finding::new(
        registry::OAUTH2_SCOPES_NOT_SELECTED,
        range,
        format!(
            "no scope is required here, although {} declares {}; list the needed ones in {place}",
            label(scheme),
            quoted(&declared.name.text)
        ),
    ))
}

fn unused(usage: &Usage<'_>, scheme: InUnit<'_, Scheme>, out: &mut Vec<Finding>) {
    let fact = scheme.fact;
    if !is_type(fact, "oauth2") || fact.reference.is_some() {
        return;
    }
    let mut seen = HashSet::new();
    for scope in fact.declared_scopes() {
        let text = &*scope.name.text;
        // An invalid name has a finding of its own.
        if is_scope_token(text) && !usage.scopes.contains(text) && seen.insert(text) {
            out.push(Finding::new(
                registry::OAUTH2_SCOPE_UNUSED,
                scheme.abs(scope.name.range),
                format!(
                    "the scope {} is not required anywhere; remove it if nobody needs it",
                    quoted(text)
                ),
            ));
        }
    }
}
