//! The pages of rules as virtual documents (LSP 3.18, `workspace/textDocumentContent`). The types of
//! the protocol that we use lack the request: what a client announces is read before they see it.

use serde::{Deserialize, Serialize};
use tower_lsp::ls_types::Uri;

use crate::rules::registry;
use crate::rules::rule::Rule;

/// The request for the text of a virtual document.
pub const REQUEST: &str = "workspace/textDocumentContent";

/// The scheme of the URIs.
pub const SCHEME: &str = "asyncapi-security";

/// Where [`crate::lsp::capabilities`] finds what the client announces.
pub const EXPERIMENTAL: &str = "asyncapiSecurityTextDocumentContent";

/// The parameters of [`REQUEST`].
#[derive(Debug, Deserialize)]
pub struct TextDocumentContentParams {
    /// The URI of the document.
    pub uri: String,
}

/// The result of [`REQUEST`].
#[derive(Debug, Serialize)]
pub struct TextDocumentContentResult {
    /// The text of the document.
    pub text: String,
}

/// The URI of the page of a rule, for clients that show virtual documents.
pub fn uri(rule: &Rule) -> Option<Uri> {
    format!("{SCHEME}:/rules/{}.md", rule.id).parse().ok()
}

/// The page at a URI. Links on a page lead to its neighbours, so their fragments may follow.
pub fn page(uri: &str) -> Option<&'static str> {
    let path = uri.strip_prefix(SCHEME)?.strip_prefix(':')?;
    let path = path.split(['#', '?']).next()?.trim_start_matches('/');
    let id = path.strip_prefix("rules/")?.strip_suffix(".md")?;
    registry::rule(id).map(|rule| rule.page)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn every_page_has_a_uri_and_nothing_else_has_a_page() {
        for rule in registry::RULES {
            assert_eq!(page(uri(rule).unwrap().as_str()), Some(rule.page));
        }
        for other in [
            "asyncapi-security:/rules/none.md",
            "file:///rules/url-fragment.md",
            "",
        ] {
            assert_eq!(page(other), None, "{other}");
        }
        assert!(page("asyncapi-security:///rules/url-fragment.md#example").is_some());
    }
}
