//! Snippets in edits of the workspace (LSP 3.18, `SnippetTextEdit`), which the types of the protocol
//! that we use lack: what a client announces is read before they see it, and an edit that is a
//! snippet passes through them as an edit with an annotation of ours.

use serde_json::{Value, json};
use tower_lsp::jsonrpc::Response;

/// Where [`crate::lsp::capabilities`] finds that the client takes snippets: the types keep what is
/// experimental.
pub const EXPERIMENTAL: &str = "asyncapiSecuritySnippetEdits";

/// The annotation of an edit whose new text is a snippet.
pub const ANNOTATION: &str = "asyncapi-security.snippet";

/// Writes the snippets in the response to a request for code actions as the protocol has them.
pub fn in_response(response: Response) -> Response {
    let (id, result) = response.into_parts();
    let result = result.map(|mut actions| {
        for action in actions.as_array_mut().into_iter().flatten() {
            let changes = action.pointer_mut("/edit/documentChanges");
            let changes = changes.and_then(Value::as_array_mut);
            for change in changes.into_iter().flatten() {
                let edits = change.get_mut("edits").and_then(Value::as_array_mut);
                edits.into_iter().flatten().for_each(write);
            }
        }
        actions
    });
    Response::from_parts(id, result)
}

fn write(edit: &mut Value) {
    if edit["annotationId"] == ANNOTATION {
        let value = edit["newText"].take();
        *edit = json!({
            "range": edit["range"].take(),
            "snippet": {"kind": "snippet", "value": value},
        });
    }
}
