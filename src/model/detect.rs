//! Detects what kind of document a tree is, and its version of the specification.

use super::{DocumentKind, Fragment, VersionField};
use crate::spec::version::is_released;
use crate::spec::{Version, spec};
use crate::syntax::node::{Node, ScalarType};
use crate::syntax::tree::Tree;

/// Types that other kinds of files use too (`type: plain`, `type: http` ...), so that they are no
/// proof by themselves.
const COMMON_WORDS: [&str; 3] = ["http", "plain", "apiKey"];

/// Fields that are rare outside of security schemes.
const TYPICAL_FIELDS: [&str; 3] = ["flows", "openIdConnectUrl", "bearerFormat"];

/// Keys at the root of AsyncAPI documents whose values are mappings; `topics` is from 1.x. Settings
/// of tools have a key `asyncapi`, too.
const OWN_KEYS: [&str; 6] = [
    "info",
    "servers",
    "channels",
    "operations",
    "components",
    "topics",
];

/// Keys at the root of other kinds of files.
const FOREIGN_KEYS: [&str; 8] = [
    "openapi",
    "swagger",
    "paths",
    "webhooks",
    "$schema",
    "apiVersion",
    "services",
    "jobs",
];

/// Keys of OpenAPI's `components` that AsyncAPI does not have.
const FOREIGN_COMPONENTS: [&str; 7] = [
    "responses",
    "requestBodies",
    "headers",
    "examples",
    "links",
    "callbacks",
    "pathItems",
];

/// The kind of a document, by the root of its first document.
pub fn kind(tree: &Tree) -> DocumentKind {
    let root = tree.root();
    if !root.is_mapping() {
        return DocumentKind::Other;
    }
    if is_asyncapi(tree, root) {
        return DocumentKind::AsyncApi;
    }
    if FOREIGN_KEYS.iter().any(|key| root.get(key).is_some()) {
        return DocumentKind::Other;
    }
    fragment(tree, root).map_or(DocumentKind::Other, DocumentKind::Fragment)
}

/// Whether what others refer to in a file that is not detected may be AsyncAPI's.
pub fn may_have_parts(tree: &Tree) -> bool {
    let is_foreign = |key: &&str| tree.root().get(key).is_some();
    tree.root().is_mapping() && !["openapi", "swagger"].iter().any(is_foreign)
}

/// Whether `asyncapi` is a version, or may become one: half typed or wrong, beside other keys of
/// AsyncAPI or as the only key.
fn is_asyncapi(tree: &Tree, root: Node<'_>) -> bool {
    let Some(entry) = root.get("asyncapi") else {
        return false;
    };
    let value = tree.resolve(entry.value).unwrap_or(entry.value);
    let text = value.value().trim();
    match value.scalar_type() {
        // The rest of the document may be indented below the version by mistake.
        None => has_own_key(tree, root) && has_own_key(tree, value),
        Some(ScalarType::Bool) => false,
        Some(_) if is_released(text) => true,
        Some(kind) if kind == ScalarType::Null || is_begun(text) => {
            has_own_key(tree, root) || root.entries().nth(1).is_none()
        }
        Some(_) => has_own_key(tree, root) && !is_path_or_range(text),
    }
}

/// Whether a mapping has a key of the root of AsyncAPI documents.
fn has_own_key(tree: &Tree, node: Node<'_>) -> bool {
    node.entries().any(|entry| {
        let value = tree.resolve(entry.value);
        let is_map = value.is_none_or(|value| value.is_mapping() || value.is_missing());
        OWN_KEYS.contains(&entry.key.value()) && is_map
    })
}

/// Whether a text is the beginning of a version, or a version that is not known.
fn is_begun(text: &str) -> bool {
    let is_number = |byte: u8| byte.is_ascii_digit() || byte == b'.';
    text.bytes().all(is_number) || Version::read(text).is_some()
}

/// Whether a text is the path of a file, or a range of versions of a package.
fn is_path_or_range(text: &str) -> bool {
    let ends = [".yaml", ".yml", ".json"];
    text.starts_with(['^', '~', '>', '<', '='])
        || text.contains(['/', '\\'])
        || ends.iter().any(|end| text.ends_with(end))
}

fn fragment(tree: &Tree, root: Node<'_>) -> Option<Fragment> {
    if is_components(tree, root) {
        return Some(Fragment::Components);
    }
    if let Some(components) = tree.field(root, "components")
        && is_components(tree, components.value)
    {
        return Some(Fragment::Components);
    }
    if looks_like_scheme(tree, root) {
        return Some(Fragment::Scheme);
    }
    if looks_like_flow(tree, root) {
        return Some(Fragment::Flow);
    }
    if looks_like_flows(tree, root) {
        return Some(Fragment::Flows);
    }
    looks_like_schemes(tree, root).then_some(Fragment::Schemes)
}

fn is_components(tree: &Tree, node: Node<'_>) -> bool {
    let has_schemes = tree
        .field(node, "securitySchemes")
        .is_some_and(|entry| entry.value.is_mapping() || entry.value.is_missing());
    has_schemes
        && !has_any(tree, node, &FOREIGN_COMPONENTS)
        && !tree
            .field(node, "securitySchemes")
            .is_some_and(|entry| has_foreign_scheme(tree, entry.value))
}

/// Whether a map contains a scheme that only OpenAPI or RAML allow.
fn has_foreign_scheme(tree: &Tree, map: Node<'_>) -> bool {
    map.entries().any(|entry| {
        let text = |name: &str| {
            let field = tree.field(entry.value, name)?;
            field.value.as_str()
        };
        match text("type") {
            Some("mutualTLS") => true,
            Some("apiKey") => matches!(text("in"), Some("header" | "query" | "cookie")),
            Some(kind) => kind.contains(' '),
            None => false,
        }
    })
}

fn has_any(tree: &Tree, node: Node<'_>, names: &[&str]) -> bool {
    names.iter().any(|name| tree.field(node, name).is_some())
}

fn has_string(tree: &Tree, node: Node<'_>, name: &str) -> bool {
    tree.field(node, name)
        .is_some_and(|entry| entry.value.as_str().is_some())
}

/// Whether a mapping is a security scheme and hardly anything else.
fn looks_like_scheme(tree: &Tree, node: Node<'_>) -> bool {
    let Some(kind) = tree
        .field(node, "type")
        .and_then(|entry| entry.value.as_str())
    else {
        return false;
    };
    let telling = (tree.field(node, "flows"))
        .is_some_and(|flows| looks_like_flows(tree, flows.value))
        || TYPICAL_FIELDS[1..]
            .iter()
            .any(|field| has_string(tree, node, field));
    if !spec().is_scheme_type(kind) {
        return telling && !is_schema_type(kind);
    }
    if !only_scheme_fields(node) {
        return telling;
    }
    if !COMMON_WORDS.contains(&kind) || telling {
        return true;
    }
    match kind {
        "http" => has_string(tree, node, "scheme"),
        // With `in: header` it is OpenAPI's `apiKey`.
        "apiKey" => (tree.field(node, "in"))
            .is_some_and(|entry| matches!(entry.value.value(), "user" | "password")),
        _ => false,
    }
}

/// Whether every key is a field of a scheme, an extension or half typed.
fn only_scheme_fields(node: Node<'_>) -> bool {
    only(node, |key| spec().is_scheme_field(key))
}

fn only(node: Node<'_>, is_field: impl Fn(&str) -> bool) -> bool {
    node.entries().all(|entry| {
        let key = entry.key.value();
        is_field(key) || key.starts_with("x-") || key == "<<" || entry.key.lacks_colon()
    })
}

/// Whether a word is a type of JSON Schema.
pub fn is_schema_type(word: &str) -> bool {
    matches!(
        word,
        "object" | "array" | "string" | "number" | "integer" | "boolean" | "null"
    )
}

/// Whether a mapping is an OAuth flow. Settings of OAuth clients have the same URLs, but also other
/// fields, and a list of scopes.
fn looks_like_flow(tree: &Tree, node: Node<'_>) -> bool {
    let has_url = has_string(tree, node, "authorizationUrl") || has_string(tree, node, "tokenUrl");
    let has_scopes = tree.field(node, "availableScopes").is_some()
        || (tree.field(node, "scopes")).is_some_and(|entry| entry.value.is_mapping());
    has_url && has_scopes && only(node, |key| spec().is_flow_field(key))
}

/// Whether a mapping contains OAuth flows and nothing else.
fn looks_like_flows(tree: &Tree, node: Node<'_>) -> bool {
    let mut flows = 0;
    for entry in node.entries() {
        let key = entry.key.value();
        if key.starts_with("x-") || entry.key.lacks_colon() {
            continue;
        }
        if spec().flow(key).is_none() {
            return false;
        }
        let Some(value) = tree.resolve(entry.value) else {
            return false;
        };
        flows += usize::from(has_any(
            tree,
            value,
            &["authorizationUrl", "tokenUrl", "availableScopes"],
        ));
    }
    flows > 0
}

/// Whether a mapping contains security schemes and nothing else.
fn looks_like_schemes(tree: &Tree, node: Node<'_>) -> bool {
    let mut sure = 0;
    for entry in node.entries() {
        let Some(value) = tree.resolve(entry.value) else {
            return false;
        };
        let known = (tree.field(value, "type"))
            .and_then(|entry| entry.value.as_str())
            .is_some_and(|kind| spec().is_scheme_type(kind));
        let reference = has_string(tree, value, "$ref");
        // A half-typed scheme does not change what the map is.
        let open = value.is_missing()
            || entry.key.lacks_colon()
            || value.is_mapping()
                && only_scheme_fields(value)
                && tree.field(value, "type").is_none();
        if !known && !reference && !open {
            return false;
        }
        sure += usize::from(known && looks_like_scheme(tree, value));
    }
    sure > 0 && !has_foreign_scheme(tree, node)
}

/// The `asyncapi` field of a document.
pub fn version_field(tree: &Tree) -> Option<VersionField> {
    let entry = tree.root().get("asyncapi")?;
    let value = tree.resolve(entry.value).unwrap_or(entry.value);
    Some(VersionField {
        text: value.value().to_owned(),
        // A missing value has an empty range, so use the key.
        range: if value.is_missing() {
            entry.key.range()
        } else {
            value.range()
        },
        is_given: matches!(
            value.scalar_type(),
            Some(ScalarType::String | ScalarType::Number)
        ),
    })
}
