//! Extensions that say that a connection is encrypted. Exports of Kafka's settings write
//! `x-configs: {security.protocol: sasl_ssl}`, and people write `x-tls: true`.

use crate::spec::spec;
use crate::syntax::node::{Node, ScalarType};
use crate::syntax::tree::Tree;

/// How deep extensions are searched, and how many fields of them.
const MAX_DEPTH: usize = 4;
const MAX_FIELDS: usize = 200;

/// Words for encryption, as a part of a name or value; a version may follow (`TLSv1.2`).
const TLS: [&str; 4] = ["tls", "ssl", "mtls", "starttls"];

/// Names of settings whose value may be such a word.
const ABOUT: [&str; 4] = ["protocol", "encryption", "transport", "security"];

/// Words of names that turn the meaning round.
const NOT: [&str; 5] = ["no", "not", "disable", "disabled", "skip"];

/// Values that say no.
const NO: [&str; 3] = ["off", "none", "false"];

/// Whether the extensions of an object, or its bindings, say that TLS is used.
pub(super) fn is_stated(tree: &Tree, object: Node<'_>) -> bool {
    let mut open: Vec<(String, Node<'_>, usize)> = Vec::new();
    for entry in tree.fields(object) {
        let name = entry.key.value();
        if name == "bindings" || name.starts_with("x-") {
            open.push((name.to_owned(), entry.value, 0));
        }
    }
    for _ in 0..MAX_FIELDS {
        let Some((name, value, depth)) = open.pop() else {
            return false;
        };
        let Some(value) = tree.resolve(value) else {
            continue;
        };
        if says_tls(&name, value) {
            return true;
        }
        if depth < MAX_DEPTH {
            let fields = value.entries();
            open.extend(fields.map(|entry| (entry.key.value().to_owned(), entry.value, depth + 1)));
            open.extend(value.items().map(|item| (name.clone(), item, depth + 1)));
        }
    }
    false
}

/// Whether a field says that TLS is used.
fn says_tls(name: &str, value: Node<'_>) -> bool {
    let words = words(name);
    let has = |known: &[&str]| words.iter().any(|word| known.contains(&&**word));
    if has(&NOT) {
        return false;
    }
    if value.is_mapping() {
        return has(&TLS) && value.get("enabled").is_none_or(|entry| is_yes(entry.value));
    }
    if !value.is_scalar() {
        return false;
    }
    has(&TLS) && is_yes(value) || has(&ABOUT) && is_tls(value.value())
}

/// Whether a value is none of those that say no.
fn is_yes(value: Node<'_>) -> bool {
    let words = words(value.value());
    value.scalar_type() != Some(ScalarType::Null) && !words.is_empty() && !is_denied(&words)
}

/// Whether a word turns the meaning round: `no tls`, `disabled`.
fn is_denied(words: &[String]) -> bool {
    let mut known = NOT.iter().chain(&NO);
    known.any(|no| words.iter().any(|word| word == no))
}

/// Whether a value is a protocol over TLS, or the name of TLS itself.
fn is_tls(text: &str) -> bool {
    let is_protocol = spec()
        .protocol(text)
        .is_some_and(|protocol| protocol.tls == Some(true));
    let words = words(text);
    let is_short = words.len() <= 3 && !is_denied(&words);
    is_protocol
        || is_short
            && (words.iter()).any(|word| {
                let name = word.trim_end_matches(|sign: char| sign == 'v' || sign.is_ascii_digit());
                TLS.contains(&name)
            })
}

/// The words of a name in lower case: `securityProtocol`, `sasl_ssl`, `security.protocol`.
fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut is_lower = false;
    for sign in text.chars() {
        let starts = sign.is_uppercase() && is_lower || !sign.is_alphanumeric();
        if starts {
            words.push(String::new());
        }
        is_lower = sign.is_lowercase();
        if sign.is_alphanumeric()
            && let Some(last) = words.last_mut()
        {
            last.extend(sign.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::format::Format;

    fn stated(text: &str) -> bool {
        let tree = Tree::parse(text, Format::Yaml);
        is_stated(&tree, tree.root())
    }

    #[test]
    fn extensions_say_that_tls_is_used() {
        for text in [
            "x-configs: {security.protocol: sasl_ssl, sasl.mechanisms: PLAIN}",
            "x-security.protocol: SASL_SSL",
            "x-kafka: {client: {securityProtocol: SSL}}",
            "x-security-protocol: TLS",
            "x-ssl.endpoint.identification.algorithm: https",
            "x-tls: true",
            "x-useTls: yes",
            "x-tls: {minimum: 1.2}",
            "x-tls-version: TLSv1.3",
            "x-encryption: TLSv1.2",
            "x-transport: [mtls]",
            "x-protocol: kafka-secure",
            "bindings: {kafka: {security.protocol: SASL_SSL}}",
        ] {
            assert!(stated(text), "{text}");
        }
    }

    #[test]
    fn other_extensions_say_nothing() {
        for text in [
            "security.protocol: sasl_ssl",
            "x-configs: {security.protocol: sasl_plaintext}",
            "x-security.protocol: PLAINTEXT",
            "x-tls: false",
            "x-tls:",
            "x-tls: {enabled: false}",
            "x-disable-tls: true",
            "x-classless: true",
            "x-security: this broker has no TLS listener yet",
            "x-owner: tls team",
            "bindings: {kafka: {schemaRegistryUrl: 'https://a.io'}}",
        ] {
            assert!(!stated(text), "{text}");
        }
    }
}
