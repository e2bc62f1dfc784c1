//! The texts that a fix leaves to the author, with what is most likely meant.

use crate::edits::builder::EditBuilder;
use crate::edits::path::NodePath;
use crate::rules::url::endpoint;
use crate::spec::providers;
use crate::syntax::node::Node;
use crate::text::range::TextRange;

/// A text that the author is to replace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hole {
    /// Its range in the document after the edits.
    pub range: TextRange,
    /// What an editor may write and select there: likely, but only the author knows. Where nobody
    /// would see that it is a guess, the text at the range stays.
    pub guess: String,
}

/// The URLs of a flow.
const URLS: [&str; 3] = ["authorizationUrl", "tokenUrl", "refreshUrl"];

/// Common ends of endpoint URLs, each with that of the other endpoint.
const PAIRS: [(&str, &str); 3] = [
    ("/authorize", "/token"),
    ("/auth", "/token"),
    ("/token", "/authorize"),
];

/// The holes that the steps of a fix left, in the order of the text.
pub fn holes(edits: &EditBuilder) -> Vec<Hole> {
    let ranges = edits.holes();
    if ranges.is_empty() {
        // To read a long document again takes longer than all the rest of a fix.
        return Vec::new();
    }
    let tree = edits.document().tree();
    let hole = |range| {
        let path = NodePath::of_range(tree, range)?;
        let text = path.node().value();
        let guess = endpoint_near(&path, text).unwrap_or_else(|| text.to_owned());
        Some(Hole { range, guess })
    };
    ranges.into_iter().filter_map(hole).collect()
}

/// The path, or URL, of the other endpoint of a server.
pub fn other_endpoint(path: &str) -> Option<String> {
    let mut pairs = PAIRS.iter();
    pairs.find_map(|(one, other)| Some(format!("{}{other}", path.strip_suffix(one)?)))
}

/// The URL at the path with the host of its siblings: of those of the same flow, or else of the
/// other flows.
fn endpoint_near(path: &NodePath<'_>, text: &str) -> Option<String> {
    let name = path.entry()?.key.value();
    let place = URLS.iter().position(|url| *url == name)?;
    let flow = path.parent()?;
    let flows = flow.parent()?;
    let others = flows.node().entries().map(|entry| entry.value);
    let known = |flow: Node<'_>| {
        let urls = URLS.iter().filter(|url| **url != name);
        let mut urls =
            urls.filter_map(|url| Some((*url, flow.get(url)?.value.as_str()?.to_owned())));
        urls.find(|(_, url)| endpoint(url).is_some_and(|url| url.host.contains('.')))
    };
    let (sibling, url) = std::iter::once(flow.node()).chain(others).find_map(known)?;
    let near = endpoint(&url)?;
    let is_other = (place == 0) != (sibling == URLS[0]);
    if is_other && let Some(url) = providers::other_endpoint(&url) {
        return Some(url);
    }
    let path = match other_endpoint(near.path) {
        Some(path) if is_other => path,
        _ if !is_other => near.path.to_owned(),
        _ => endpoint(text)?.path.to_owned(),
    };
    Some(format!("https://{}{path}", near.authority()))
}
