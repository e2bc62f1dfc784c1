//! Edits as a client applies them.

use asyncapi_security_lsp::fixes::backwards;
use asyncapi_security_lsp::text::TextEdit;

/// The text after edits whose ranges all refer to the text before.
pub fn applied(text: &str, edits: &[TextEdit]) -> String {
    let mut out = text.to_owned();
    for edit in backwards(edits) {
        out.replace_range(edit.range.start()..edit.range.end(), &edit.new_text);
    }
    out
}
