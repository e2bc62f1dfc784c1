//! The pattern of a URL: text with holes, `https://{host}/realms/{realm}/token`.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The values of the holes of a pattern.
pub type Values = BTreeMap<String, String>;

/// The values of holes that take no others.
pub type Closed = BTreeMap<String, Vec<String>>;

/// The hole for a whole host, with whatever precedes the rest of the path.
const HOST: &str = "host";

/// The path of the configuration for OpenID Connect (Discovery 1.0, section 4), which says nothing
/// about the provider.
const COMMON: &str = "/.well-known/openid-configuration";

/// A part of a URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// A text.
    Text(String),
    /// A name for what the author fills in.
    Hole(String),
}

/// The pattern of an `https` URL.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct Pattern {
    /// What follows the scheme.
    parts: Vec<Part>,
}

impl TryFrom<String> for Pattern {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let fault = || format!("`{text}` is not a pattern of a URL");
        let mut rest = text.strip_prefix("https://").ok_or_else(fault)?;
        let mut parts = Vec::new();
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').ok_or_else(fault)?;
            if !before.is_empty() {
                parts.push(Part::Text(before.to_owned()));
            }
            parts.push(Part::Hole(name.to_owned()));
            rest = after;
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        Ok(Self { parts })
    }
}

impl Pattern {
    /// Whether any host fits.
    pub fn has_any_host(&self) -> bool {
        matches!(self.parts.first(), Some(Part::Hole(name)) if name == HOST)
    }

    /// Whether every provider may have this URL.
    pub fn is_common(&self) -> bool {
        matches!(&self.parts[..], [Part::Hole(name), Part::Text(rest)] if name == HOST && rest == COMMON)
    }

    /// The text of a part; the last one without a slash at its end.
    fn text_at(&self, at: usize) -> &str {
        match self.parts.get(at) {
            Some(Part::Text(text)) if at + 1 == self.parts.len() => text.trim_end_matches('/'),
            Some(Part::Text(text)) => text,
            _ => "",
        }
    }

    /// The URL with these values. Closed holes without a value get the usual one, other holes stay.
    pub fn filled(&self, scheme: &str, values: &Values, closed: &Closed) -> Vec<Part> {
        let mut text = scheme.to_owned();
        let mut out = Vec::new();
        for part in &self.parts {
            let usual = |name| closed.get(name).and_then(|values| values.first());
            match part {
                Part::Text(part) => text.push_str(part),
                Part::Hole(name) => match values.get(name).or_else(|| usual(name)) {
                    Some(value) => text.push_str(value),
                    None => {
                        out.extend((!text.is_empty()).then(|| Part::Text(text.clone())));
                        text.clear();
                        out.push(Part::Hole(name.clone()));
                    }
                },
            }
        }
        out.extend((!text.is_empty()).then_some(Part::Text(text)));
        out
    }
}

/// The text of a URL, with the names of open holes in braces.
pub fn text(parts: &[Part]) -> String {
    let text = |part: &Part| match part {
        Part::Text(text) => text.clone(),
        Part::Hole(name) => format!("{{{name}}}"),
    };
    parts.iter().map(text).collect()
}

/// The scheme with `://`, and what follows, of an `http` or `https` URL.
pub fn scheme_and_rest(url: &str) -> Option<(&str, &str)> {
    let at = url.find("://")? + "://".len();
    let (scheme, rest) = url.split_at(at);
    let mut known = ["http://", "https://"].into_iter();
    known
        .any(|known| known.eq_ignore_ascii_case(scheme))
        .then_some((scheme, rest))
}

/// The values with which the pattern is the URL, of which only what follows the scheme is given.
/// Case and a slash at the end are ignored.
pub fn fits(pattern: &Pattern, url: &str, closed: &Closed) -> Option<Values> {
    let mut values = Values::new();
    let mut rest = url.trim_end_matches('/');
    let mut in_path = false;
    // The end rules out nearly every pattern at once.
    let last = pattern.text_at(pattern.parts.len().saturating_sub(1));
    let end = rest.len().checked_sub(last.len())?;
    if !rest.get(end..)?.eq_ignore_ascii_case(last) {
        return None;
    }
    for (at, part) in pattern.parts.iter().enumerate() {
        match part {
            Part::Text(_) => {
                let text = pattern.text_at(at);
                rest = without(rest, text)?;
                in_path |= text.contains('/');
            }
            Part::Hole(name) => {
                let next = pattern.text_at(at + 1);
                let (value, after) = match closed.get(name) {
                    Some(known) => one_of(known, rest, next)?,
                    None if next.is_empty() => (rest, ""),
                    None => rest.split_at(find(rest, next)?),
                };
                let before = values.insert(name.clone(), value.to_owned());
                let is_same = before.is_none_or(|before| before.eq_ignore_ascii_case(value));
                let is_fine = closed.contains_key(name) || is_value(name, value, in_path);
                if !is_same || !is_fine {
                    return None;
                }
                rest = after;
            }
        }
    }
    rest.is_empty().then_some(values)
}

/// The values with which the pattern goes on from the beginning of a URL, of which only what follows
/// the scheme is given; `None` unless a hole is filled in and more follows. Any URL may begin with
/// any host, so that tells nothing.
pub fn begins(pattern: &Pattern, start: &str, closed: &Closed) -> Option<Values> {
    let mut values = Values::new();
    let mut rest = start;
    let mut in_path = false;
    for (at, part) in pattern.parts.iter().enumerate() {
        match part {
            Part::Text(text) if rest.len() < text.len() => {
                // A few letters of a host may become anything.
                let is_telling = rest.len() > if in_path { 0 } else { 2 };
                let goes_on = is_telling && without(text, rest).is_some();
                return (goes_on && !values.is_empty()).then_some(values);
            }
            Part::Text(text) => {
                rest = without(rest, text)?;
                in_path |= text.contains('/');
            }
            Part::Hole(name) => {
                let next = pattern.text_at(at + 1).chars().next()?;
                let (value, after) = match closed.get(name) {
                    Some(known) => one_of(known, rest, "")?,
                    None => rest.split_at(rest.find(next)?),
                };
                let is_fine = closed.contains_key(name) || is_value(name, value, in_path);
                if name == HOST || !is_fine {
                    return None;
                }
                values.insert(name.clone(), value.to_owned());
                rest = after;
            }
        }
    }
    None
}

/// The known value at the start of a text that the next text follows.
fn one_of<'t>(known: &[String], text: &'t str, next: &str) -> Option<(&'t str, &'t str)> {
    let mut known = known.iter();
    known.find_map(|value| {
        let after = without(text, value)?;
        without(after, next)?;
        Some(text.split_at(value.len()))
    })
}

/// Whether a text may stand in a hole.
fn is_value(name: &str, value: &str, in_path: bool) -> bool {
    let foreign: &[char] = if name == HOST {
        &['@']
    } else if in_path {
        &['/']
    } else {
        &['/', '.', ':', '@']
    };
    !value.is_empty() && !value.starts_with('/') && !value.contains(foreign)
}

fn without<'t>(text: &'t str, start: &str) -> Option<&'t str> {
    let head = text.get(..start.len())?;
    head.eq_ignore_ascii_case(start)
        .then(|| &text[start.len()..])
}

fn find(text: &str, part: &str) -> Option<usize> {
    let mut windows = text.as_bytes().windows(part.len());
    windows.position(|window| window.eq_ignore_ascii_case(part.as_bytes()))
}
