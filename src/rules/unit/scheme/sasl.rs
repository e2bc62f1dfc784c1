//! A scheme type that names SASL or one of its mechanisms in other words. SASL is a frame for
//! mechanisms (RFC 4422), and each has a scheme type of its own, so the mechanism decides.

use std::collections::BTreeSet;

use crate::rules::messages::fold;
use crate::spec::spec;

/// The scheme types of SASL mechanisms, the strongest first.
pub(super) const TYPES: [&str; 4] = ["scramSha512", "scramSha256", "gssapi", "plain"];

/// Names of mechanisms inside of a text, folded, with their types.
const IN_TEXT: [(&str, &str); 4] = [
    ("scramsha512", "scramSha512"),
    ("scramsha256", "scramSha256"),
    ("gssapi", "gssapi"),
    ("oauthbearer", "oauth2"),
];

/// Mechanisms whose names are words that say nothing inside of a text.
const ALONE: [(&str, &str); 3] = [
    ("plain", "plain"),
    ("kerberos", "gssapi"),
    ("external", "X509"),
];

/// Whether a wrong `type` speaks of SASL.
pub(super) fn speaks_of_sasl(kind: &str) -> bool {
    let folded = fold(kind);
    let alias = spec().type_alias(kind);
    ["sasl", "scram"].iter().any(|word| folded.contains(word))
        || alias.is_some_and(|alias| TYPES.contains(&&*alias.scheme_type))
}

/// The scheme type of the only mechanism that a wrong `type` and the texts beside it name.
pub(super) fn meant<'a>(
    kind: &'a str,
    others: impl Iterator<Item = &'a str>,
) -> Option<&'static str> {
    let mut found: BTreeSet<&'static str> = BTreeSet::new();
    for text in others.chain([kind]) {
        let text = fold(text);
        found.extend(in_text(&text).chain(alone(&text)));
    }
    let meant = found.pop_first()?;
    found.is_empty().then_some(meant)
}

/// Whether a text is the name of the mechanism of that type, and nothing else.
pub(super) fn is_name_of(text: &str, scheme_type: &str) -> bool {
    let text = fold(text);
    let mut names = IN_TEXT
        .iter()
        .filter(|(name, _)| *name == text)
        .map(|(_, kind)| *kind);
    names.any(|kind| kind == scheme_type) || alone(&text) == Some(scheme_type)
}

/// The only type that texts name in place of a type of SASL, if they do not name that one too.
pub(super) fn other_mechanism(scheme_type: &str, texts: &[&str]) -> Option<&'static str> {
    if !TYPES.contains(&scheme_type) {
        return None;
    }
    let mut named = TYPES
        .iter()
        .filter(|kind| texts.iter().any(|text| is_name_of(text, kind)));
    let other = named.next().filter(|other| **other != scheme_type)?;
    named.next().is_none().then_some(*other)
}

fn in_text(folded: &str) -> impl Iterator<Item = &'static str> {
    let found = IN_TEXT.iter().filter(|(name, _)| folded.contains(name));
    found.map(|(_, kind)| *kind)
}

fn alone(folded: &str) -> Option<&'static str> {
    let word = folded.strip_prefix("sasl").unwrap_or(folded);
    ALONE
        .iter()
        .find_map(|(name, kind)| (*name == word).then_some(*kind))
}

#[cfg(test)]
mod tests {
    use super::{is_name_of, meant, other_mechanism, speaks_of_sasl};

    #[test]
    fn the_mechanism_decides() {
        for (kind, other, right) in [
            ("SASL", "SCRAM-SHA-512", Some("scramSha512")),
            ("sasl", "SCRAM-SHA-256", Some("scramSha256")),
            (
                "SASL_SSL",
                "use SCRAM-SHA-512 with your key",
                Some("scramSha512"),
            ),
            ("scram", "scramSha512", Some("scramSha512")),
            ("SASL", "PLAIN", Some("plain")),
            ("SASL", "GSSAPI", Some("gssapi")),
            ("SASL", "Kerberos", Some("gssapi")),
            ("SASL", "OAUTHBEARER", Some("oauth2")),
            ("SASL", "EXTERNAL", Some("X509")),
            ("SASL/PLAIN", "", Some("plain")),
            ("SCRAM_SHA_512", "", Some("scramSha512")),
            // Not a mechanism but a way of transport.
            ("SASL_PLAINTEXT", "", None),
            ("SASL", "in plain words", None),
            ("SASL", "AWS_MSK_IAM", None),
            ("PLAIN", "SCRAM-SHA-512", None),
            ("SASL", "SCRAM-SHA-256 or SCRAM-SHA-512", None),
            ("scram", "", None),
        ] {
            assert!(speaks_of_sasl(kind), "{kind}");
            assert_eq!(meant(kind, [other].into_iter()), right, "{kind} {other}");
        }
        assert!(!speaks_of_sasl("basic"));
        assert!(is_name_of("SCRAM-SHA-512", "scramSha512"));
        assert_eq!(
            other_mechanism("plain", &["SCRAM-SHA-512"]),
            Some("scramSha512")
        );
        assert_eq!(other_mechanism("plain", &["PLAIN", "SCRAM-SHA-512"]), None);
        assert_eq!(other_mechanism("http", &["PLAIN"]), None);
        assert!(!is_name_of("SCRAM-SHA-512 only", "scramSha512"));
    }
}
