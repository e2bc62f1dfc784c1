//! Where a document has values beside the names of secrets.

use super::value::is_secret_name;
use crate::syntax::node::Node;
use crate::syntax::tree::Tree;
use crate::text::range::TextRange;

/// The list whose entries are names of schemes with their scopes.
const REQUIREMENTS: &str = "security";

/// The maps whose keys are names of scopes, and whose values say what these allow.
const SCOPES: [&str; 2] = ["scopes", "availableScopes"];

/// What the value of an entry is the value of, by the name of what is around it: its key, or the
/// property that a schema describes.
pub fn name_inside<'t>(outer: &'t str, around: Node<'t>, key: &'t str) -> &'t str {
    match key {
        // In a schema, a value stands below the property that it is of.
        "const" | "default" => outer,
        _ if is_of_examples(key) => outer,
        // A property of a connection, as in the binding of JMS.
        "value" => (around.get("name")).map_or(key, |name| name.value.value()),
        _ => key,
    }
}

/// Whether a key stands before examples.
pub fn is_of_examples(key: &str) -> bool {
    matches!(key, "enum" | "example" | "examples")
}

/// The texts and numbers that have the name of a secret, in the order of the document. The name
/// alone decides: what is written there may be what opens the door, however it looks.
pub fn values(tree: &Tree) -> Vec<TextRange> {
    // What is left of each collection around a value: a document may have a million of them.
    let mut open: Vec<Box<dyn Iterator<Item = (&str, Node<'_>)>>> =
        vec![Box::new(tree.documents().map(|root| ("", root)))];
    let mut found = Vec::new();
    while let Some(values) = open.last_mut() {
        let Some((name, node)) = values.next() else {
            open.pop();
            continue;
        };
        if node.is_mapping() && !SCOPES.contains(&name) {
            open.push(Box::new(node.entries().map(move |entry| {
                // In a list of requirements, a key before a list is the name of a scheme.
                match name == REQUIREMENTS && entry.value.is_sequence() {
                    true => ("", entry.value),
                    false => (name_inside(name, node, entry.key.value()), entry.value),
                }
            })));
        } else if node.is_sequence() {
            open.push(Box::new(node.items().map(move |item| (name, item))));
        } else if is_secret_name(name) && is_written(node) {
            found.push(node.range());
        }
    }
    found
}

/// Whether a value is there; not `true`, and not the name of a variable.
fn is_written(node: Node<'_>) -> bool {
    let value = node.value().trim();
    let is_word = matches!(value, "" | "true" | "false" | "null" | "~");
    node.is_scalar() && !is_word && !value.starts_with(['$', '<', '{', '%'])
}

#[cfg(test)]
mod tests {
    use super::values;
    use crate::syntax::document::Document;
    use crate::syntax::format::Format;

    fn shown(text: &str) -> Vec<&str> {
        let document = Document::new(text, Format::Yaml);
        let ranges = values(document.tree()).into_iter();
        ranges
            .map(|range| &text[range.start()..range.end()])
            .collect()
    }

    #[test]
    fn the_name_decides() {
        for (text, expected) in [
            ("password: correct horse battery", "correct horse battery"),
            ("clientSecret:\n  'a''b'\n", "'a''b'"),
            ("x: {api_key: 5, a: b}", "5"),
            ("tokens: [a1]", "a1"),
            ("secret: |\n  a\n  b\nc: d\n", "|\n  a\n  b"),
            ("password: {type: string, default: a}", "a"),
            ("properties: {token: {description: d, examples: [a]}}", "a"),
            ("{name: keystorePassword, value: a}", "a"),
            ("security: [{type: plain, x-password: a}]", "a"),
        ] {
            assert_eq!(shown(text), [expected], "{text}");
        }
    }

    #[test]
    fn what_is_no_secret_is_shown() {
        for text in [
            "tokenUrl: https://a.example/token",
            "security: [{token: [read]}]",
            "scopes: {secret: Read secrets}",
            "availableScopes: {'user:password': Change it}",
            "password: {type: string, description: That of your account}",
            "required: [password]",
            "token: true",
            "secret:",
            "password: $PASSWORD",
            "password: '{password}'",
            "secret: <redacted>",
            "secretName: broker-login",
            "type: userPassword",
            "securitySchemes: {password: {type: userPassword}}",
        ] {
            assert_eq!(shown(text), Vec::<&str>::new(), "{text}");
        }
    }
}
