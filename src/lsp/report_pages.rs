//! Where the security report of a document is: a virtual document, as the pages of rules are.

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

/// The URI of the report of a document. Its path ends with a name for the title of a window.
pub fn uri(document: &Uri) -> Option<Uri> {
    let document = document.as_str();
    let name = percent_decoded(document.rsplit('/').next().unwrap_or_default());
    let (name, document) = (encoded(&name), encoded(document));
    let uri = format!("{SCHEME}:/report/{name}%20security.md?{document}");
    uri.parse().ok()
}

/// The document whose report is at a URI. Clients may have written it in another way.
pub fn document(uri: &str) -> Option<Uri> {
    let rest = uri.strip_prefix(SCHEME)?.strip_prefix(':')?;
    let (path, document) = rest.split_once('?')?;
    let is_report = path.trim_start_matches('/').starts_with("report/");
    let document = percent_decoded(document);
    document.parse().ok().filter(|_| is_report)
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
            let report = uri(&of).unwrap();
            assert_eq!(document(report.as_str()).unwrap().as_str(), text);
        }
        let report = uri(&"file:///w/a.yaml".parse().unwrap()).unwrap();
        assert!(
            report
                .as_str()
                .starts_with("asyncapi-security:/report/a.yaml%20security.md?")
        );
        assert_eq!(
            document("asyncapi-security:/rules/a.md?file:///a.yaml"),
            None
        );
    }
}
