//! What clients announce and the types of the protocol that we use lack. It is read before they see
//! it, and put where they keep what they do not know.

use serde_json::{Value, json};

use super::{rule_pages, snippet_edits};

/// Keeps what the parameters of `initialize` say of LSP 3.18.
pub fn keep(params: &mut Value) {
    let snippets = "/capabilities/workspace/workspaceEdit/snippetEditSupport";
    if params.pointer(snippets) == Some(&Value::Bool(true)) {
        keep_as(params, snippet_edits::EXPERIMENTAL, Value::Bool(true));
    }
    let pages = params.pointer("/capabilities/workspace/textDocumentContent");
    if let Some(pages) = pages.filter(|value| value.is_object()).cloned() {
        keep_as(params, rule_pages::EXPERIMENTAL, pages);
    }
}

fn keep_as(params: &mut Value, name: &str, announced: Value) {
    let Some(Value::Object(capabilities)) = params.get_mut("capabilities") else {
        return;
    };
    let experimental = capabilities.entry("experimental").or_insert(Value::Null);
    if let Value::Object(experimental) = experimental {
        experimental.insert(name.to_owned(), announced);
    } else {
        *experimental = json!({name: announced});
    }
}
