//! Links: files that `$ref`s lead to, endpoints, and the page of the specification.

use fluent_uri::{Uri, UriRef};

use crate::analysis::Analysis;
use crate::model::InUnit;
use crate::model::facts::Scheme;
use crate::rules::url::placeholder::placeholders;
use crate::syntax::written;
use crate::text::range::TextRange;

/// A link in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The text that is the link, without quotes.
    pub range: TextRange,
    /// The URI that it opens.
    pub target: String,
    /// What opens, in a few words.
    pub title: &'static str,
}

/// The links of the document with that URI, in the order of the text. A text with a placeholder in
/// it leads nowhere yet.
pub fn links(analysis: &Analysis, uri: &str) -> Vec<Link> {
    let mut links = Vec::new();
    let base = Uri::parse(uri).ok();
    for reference in &analysis.mentions().references {
        let target = base.as_ref().and_then(|base| file(base, reference.path()));
        if let Some(target) = target {
            let path = TextRange::new(0, reference.path().len());
            links.extend(link(
                analysis,
                reference.scalar,
                path,
                target,
                "Open the file",
            ));
        }
    }
    for scheme in analysis.model.schemes() {
        endpoints(analysis, scheme, &mut links);
    }
    links.extend(specification(analysis));
    links.sort_by_key(|link| (link.range.start(), link.range.end()));
    links.dedup_by_key(|link| link.range);
    links
}

/// A link at a part of the decoded text of a scalar.
fn link(
    analysis: &Analysis,
    scalar: TextRange,
    part: TextRange,
    target: String,
    title: &'static str,
) -> Option<Link> {
    let document = &analysis.document;
    let steps = document.tree().path_at(scalar.start());
    let node = steps.iter().rev().map(|step| step.node);
    let node = { node }.find(|node| node.range() == scalar)?;
    let is_code = |range| document.templated().is_some_and(|code| code.touches(range));
    let range =
        written::part(node, &(part.start()..part.end())).filter(|range| !is_code(*range))?;
    Some(Link {
        range,
        target,
        title,
    })
}

/// The URI of the file that a path in a `$ref` leads to.
fn file(base: &Uri<&str>, path: &str) -> Option<String> {
    if path.is_empty() || placeholders(path).next().is_some() {
        return None;
    }
    let path = UriRef::parse(path).ok()?;
    if path.scheme().is_some() {
        return web(path.as_str());
    }
    // What is not in a file system has no files beside it.
    if base.scheme().as_str() != "file" {
        return None;
    }
    Some(path.resolve_against(base).ok()?.normalize().into_string())
}

/// A URL that a browser opens.
fn web(url: &str) -> Option<String> {
    if url.trim() != url || placeholders(url).next().is_some() {
        return None;
    }
    let parsed = Uri::parse(url).ok()?;
    let scheme = parsed.scheme().as_str().to_ascii_lowercase();
    let has_host = (parsed.authority()).is_some_and(|authority| !authority.host().is_empty());
    (has_host && matches!(&*scheme, "http" | "https")).then(|| url.to_owned())
}

fn endpoints(analysis: &Analysis, scheme: InUnit<'_, Scheme>, links: &mut Vec<Link>) {
    for member in scheme.fact.urls() {
        let url = &member.value;
        let Some(target) = web(&url.text) else {
            continue;
        };
        let part = TextRange::new(0, url.text.len());
        let scalar = scheme.abs(url.range);
        links.extend(link(analysis, scalar, part, target, "Open the endpoint"));
    }
}

/// The version leads to the specification.
fn specification(analysis: &Analysis) -> Option<Link> {
    let field = analysis.model.version_field.as_ref()?;
    let version = analysis.model.version?;
    let is_exact = field.text == version.as_str();
    let target = version.docs("securitySchemeObject");
    let part = TextRange::new(0, field.text.len());
    link(
        analysis,
        field.range,
        part,
        target,
        "Open the specification",
    )
    .filter(|_| is_exact)
}
