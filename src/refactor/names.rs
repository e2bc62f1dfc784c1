//! Declared schemes by name, and names for new ones.

use std::collections::HashMap;

use super::place::unquoted;
use crate::analysis::Analysis;
use crate::edits::path::NodePath;
use crate::edits::template::{Template, member};
use crate::model::facts::{Member, Scheme};
use crate::model::references::target::{component_in, schemes_pointer};
use crate::model::uses::{Naming, in_unit};
use crate::model::walk::push_token;
use crate::rules::fix::holes::Hole;
use crate::rules::fix::names::pointer_to;
use crate::syntax::document::Document;
use crate::text::range::TextRange;

/// The declared scheme that says the same.
pub fn declared_twin<'a>(analysis: &'a Analysis, scheme: &Scheme) -> Option<&'a str> {
    let mut declared = analysis.model.components();
    let twin = declared.find(|(_, other)| other.fact.fingerprint == scheme.fingerprint);
    twin.map(|(name, _)| name)
}

/// A name for a scheme that has none.
pub fn name_for(scheme: &Scheme) -> String {
    let text = |member: &Option<Member>| {
        let value = member.as_ref().map(|member| &*member.value.text);
        value.unwrap_or_default().to_owned()
    };
    let kind = text(&scheme.scheme_type);
    let is_word = |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric());
    let http = text(&scheme.details().http_scheme).to_ascii_lowercase();
    match &*kind {
        "oauth2" => "oauth".to_owned(),
        "openIdConnect" => "openId".to_owned(),
        "X509" => "x509".to_owned(),
        "httpApiKey" => "apiKey".to_owned(),
        "http" if is_word(&http) => http,
        kind if is_word(kind) => kind.to_owned(),
        _ => "scheme".to_owned(),
    }
}

/// The name of a scheme that requires scopes: `oauth` with `orders:write` is `oauthOrdersWrite`.
pub fn with_scopes(name: &str, scopes: &[&str]) -> String {
    let mut out = name.to_owned();
    let is_break = |sign: char| !sign.is_ascii_alphanumeric();
    for scope in scopes {
        // The last part of a scope that is a URL says what it is.
        let scope = scope.rsplit('/').next().unwrap_or(scope);
        for word in scope.split(is_break).filter(|word| !word.is_empty()) {
            out.push_str(&word[..1].to_ascii_uppercase());
            out.push_str(&word[1..]);
        }
    }
    const LONGEST: usize = 40;
    match out.len() > LONGEST {
        true => format!("{name}Scoped"),
        false => out,
    }
}

/// A copy of a scheme that requires these scopes.
pub fn scoped(scheme: Template, scopes: Template) -> Option<Template> {
    let Template::Map(mut members) = scheme else {
        return None;
    };
    members.retain(|(key, _)| key.text() != Some("scopes"));
    members.push(member("scopes", scopes));
    Some(Template::Map(members))
}

/// The name of the declared scheme that a reference means.
pub fn component(analysis: &Analysis, text: &str) -> Option<String> {
    let map = schemes_pointer(analysis.document.tree(), &analysis.model);
    let (name, is_whole) = component_in(map, text)?;
    is_whole.then(|| name.into_owned())
}

/// The pointer of a declared scheme.
pub fn declaration(analysis: &Analysis, name: &str) -> String {
    let map = schemes_pointer(analysis.document.tree(), &analysis.model);
    let mut pointer = map.to_owned();
    push_token(&mut pointer, name);
    pointer
}

/// How often the document names each declared scheme, or something in it.
pub fn uses(analysis: &Analysis) -> HashMap<String, usize> {
    let map = schemes_pointer(analysis.document.tree(), &analysis.model);
    let mut uses: HashMap<String, usize> = HashMap::new();
    for naming in analysis.model.units().flat_map(|unit| in_unit(unit.unit)) {
        let (name, text) = match naming {
            Naming::Name(required) => (Some(&*required.name.text), None),
            Naming::Reference(target) => (None, Some(&*target.text)),
            // It is a name or a reference.
            Naming::Word(word) => (Some(&*word.text), Some(&*word.text)),
        };
        let referred = text.and_then(|text| component_in(map, text));
        let referred = referred.map(|(name, _)| name.into_owned());
        for name in name.map(str::to_owned).into_iter().chain(referred) {
            *uses.entry(name).or_default() += 1;
        }
    }
    uses
}

/// Where a new name stands: its declaration, and the ends of the references to it.
pub fn name_holes(document: &Document, name: &str) -> Vec<Hole> {
    let declared = format!("/components/securitySchemes/{name}");
    let path = NodePath::at_pointer(document.tree(), &declared);
    let key = path.and_then(|path| Some(unquoted(path.entry()?.key)));
    let pointer = pointer_to(name);
    let text = document.text();
    let found = text.occurrences(TextRange::new(0, text.len()), &pointer);
    let ends = found.into_iter().map(|at| at + pointer.len());
    // A longer name may begin with this one.
    let is_end = |end: &usize| text.byte(*end).is_none_or(|next| !is_name(next));
    let references = ends
        .filter(is_end)
        .map(|end| TextRange::new(end - name.len(), end));
    let mut holes: Vec<Hole> = (references.chain(key))
        .map(|range| Hole {
            range,
            guess: name.to_owned(),
        })
        .collect();
    holes.sort_by_key(|hole| hole.range.start());
    holes
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"._-~%/".contains(&byte)
}
