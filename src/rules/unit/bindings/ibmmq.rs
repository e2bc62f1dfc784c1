//! Ciphers of IBM MQ.

use crate::rules::context::UnitContext;
use crate::rules::finding::Finding;
use crate::rules::fix::FixContext;
use crate::rules::fix::FixKind::ChangesMeaning;
use crate::rules::messages::quoted;
use crate::rules::registry;
use crate::rules::unit::subject::value_of;
use crate::syntax::node::Node;

/// Checks `cipherSpec` of a server binding.
pub(super) fn check<'t>(context: &UnitContext<'t>, binding: Node<'t>) -> Option<Finding> {
    let entry = binding.get("cipherSpec")?;
    let name = value_of(context, entry)?.as_str()?;
    let message = format!("{} {}; write `{STRONG}`", quoted(name), weakness(name)?);
    let rule = registry::IBMMQ_CIPHER_WEAK;
    Some(Finding::new(rule, entry.value.range(), message))
}

/// The name that takes the best cipher of TLS 1.2 or later that both sides have (IBM MQ, "Enabling
/// CipherSpecs").
const STRONG: &str = "ANY_TLS12_OR_HIGHER";

/// CipherSpecs that only their protocol makes weak (IBM MQ, "Deprecated CipherSpecs").
const OF_OLD_PROTOCOLS: [(&str, &str); 3] = [
    ("AES_SHA_US", "SSL 3.0"),
    ("TLS_RSA_WITH_AES_128_CBC_SHA", "TLS 1.0"),
    ("TLS_RSA_WITH_AES_256_CBC_SHA", "TLS 1.0"),
];

/// What is wrong with a CipherSpec (RFC 9325 sections 3.1.1 and 4.1).
fn weakness(name: &str) -> Option<String> {
    let name = name.trim().to_ascii_uppercase();
    let words: Vec<&str> = name.split('_').collect();
    let has = |start: &str| words.iter().any(|word| word.starts_with(start));
    if words.contains(&"NULL") {
        return Some("does not encrypt".to_owned());
    }
    let old = OF_OLD_PROTOCOLS.iter().find(|(old, _)| *old == name);
    if let Some((_, protocol)) = old {
        return Some(format!("is of {protocol}, which is broken"));
    }
    let algorithms = [
        ("RC4", "RC4"),
        ("RC2", "RC2"),
        ("DES", "DES"),
        ("3DES", "DES"),
        ("MD5", "MD5"),
    ];
    let broken = algorithms.into_iter().find(|(start, _)| has(start));
    broken.map(|(_, algorithm)| format!("uses {algorithm}, which is broken"))
}

/// Offers the name for what both sides have of TLS 1.2 or later.
pub(in crate::rules) fn fix_cipher(fix: &mut FixContext<'_>) {
    fix.offer_text(STRONG, ChangesMeaning);
}

#[cfg(test)]
mod tests {
    use super::weakness;

    #[test]
    fn deprecated_ciphers_are_known_by_their_names() {
        for (name, says) in [
            ("NULL_MD5", "encrypt"),
            ("ECDHE_RSA_NULL_SHA256", "encrypt"),
            ("TLS_RSA_WITH_NULL_SHA", "encrypt"),
            ("RC4_MD5_US", "RC4"),
            ("RC2_MD5_EXPORT", "RC2"),
            ("TRIPLE_DES_SHA_US", "DES"),
            ("FIPS_WITH_3DES_EDE_CBC_SHA", "DES"),
            ("TLS_RSA_WITH_DES_CBC_SHA", "DES"),
            ("ECDHE_ECDSA_RC4_128_SHA256", "RC4"),
            ("AES_SHA_US", "SSL 3.0"),
            ("TLS_RSA_WITH_AES_128_CBC_SHA", "TLS 1.0"),
        ] {
            let found = weakness(name);
            assert!(
                found.as_ref().is_some_and(|found| found.contains(says)),
                "{name}: {found:?}"
            );
        }
        for name in [
            "ANY",
            "ANY_TLS12",
            "ANY_TLS12_OR_HIGHER",
            "TLS_AES_256_GCM_SHA384",
            "ECDHE_RSA_AES_256_GCM_SHA384",
            "TLS_RSA_WITH_AES_128_CBC_SHA256",
            "",
        ] {
            assert_eq!(weakness(name), None, "{name}");
        }
    }
}
