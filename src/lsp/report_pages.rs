//! Where the pages about a document are: virtual documents, as the pages of rules are.

use tower_lsp::ls_types::Uri;
use tower_lsp::ls_types::request::Request;

use super::rule_pages::SCHEME;
use crate::model::references::target::percent_decoded;

/// Tells the client to ask for the text of a virtual document again (LSP 3.18).
#[derive(Debug)]
pub enum Refresh {}

impl Request for Refresh {
    type Params = serde_json::Value;
    type Result = ();
    const METHOD: &'static str = "workspace/textDocumentContent/refresh";
}

/// A page about a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// Its security report.
    Report,
    /// What changed in it since it was committed.
    Changes,
}

impl Page {
    /// The folder of its URIs, and what follows the name of the document.
    fn parts(self) -> [&'static str; 2] {
        match self {
            Self::Report => ["report", "security"],
            Self::Changes => ["changes", "since%20HEAD"],
        }
    }
}

/// The URI of a page about a document. Its path ends with a name for the title of a window.
pub fn uri(page: Page, document: &Uri) -> Option<Uri> {
    let [folder, title] = page.parts();
    let document = document.as_str();
    let name = percent_decoded(document.rsplit('/').next().unwrap_or_default());
    let (name, document) = (encoded(&name), encoded(document));
    let uri = format!("{SCHEME}:/{folder}/{name}%20{title}.md?{document}");
    uri.parse().ok()
}

/// The page at a URI, and its document. Clients may have written it in another way.
pub fn document(uri: &str) -> Option<(Page, Uri)> {
    let rest = uri.strip_prefix(SCHEME)?.strip_prefix(':')?;
    let (path, document) = rest.split_once('?')?;
    let (folder, _) = path.trim_start_matches('/').split_once('/')?;
    let mut pages = [Page::Report, Page::Changes].into_iter();
    let page = pages.find(|page| page.parts()[0] == folder)?;
    Some((page, percent_decoded(document).parse().ok()?))
}

/// All but unreserved characters (RFC 3986, section 2.3).
fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            true => out.push(byte as char),
            false => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn the_way_to_a_report_leads_back() {
        for text in [
            "file:///w/a%20b%3F.yaml",
            "untitled:Untitled-1",
            "file:///w/%C3%A4.yaml",
        ] {
            let of: Uri = text.parse().unwrap();
            for page in [Page::Report, Page::Changes] {
                let uri = uri(page, &of).unwrap();
                assert_eq!(document(uri.as_str()), Some((page, of.clone())));
            }
        }
        let of = "file:///w/a.yaml".parse().unwrap();
        for (page, start) in [
            (
                Page::Report,
                "asyncapi-security:/report/a.yaml%20security.md?",
            ),
            (
                Page::Changes,
                "asyncapi-security:/changes/a.yaml%20since%20HEAD.md?",
            ),
        ] {
            assert!(uri(page, &of).unwrap().as_str().starts_with(start));
        }
        assert_eq!(
            document("asyncapi-security:/rules/a.md?file:///a.yaml"),
            None
        );
    }
}
