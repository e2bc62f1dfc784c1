//! Which schemes are stronger than which, as far as a standard says so. What is not here is not
//! ranked: issuers, hosts, key lengths and gateways are not in the document.

use super::side::Definition;

/// What is known of the servers on which schemes are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wire {
    /// All of them are encrypted.
    Encrypted,
    /// All of them are plain.
    Plain,
    /// Neither.
    Mixed,
}

/// Whether a scheme is stronger than another one on such servers.
pub fn is_stronger(strong: &Definition, weak: &Definition, wire: Wire) -> bool {
    if weak.is_encryption() {
        // It encrypts payloads and names nobody.
        return !strong.is_encryption();
    }
    match (&*weak.kind, &*strong.kind) {
        // RFC 4616 section 5: the server reads the password; RFC 5802 section 9: it does not.
        ("plain", "scramSha256" | "scramSha512") => true,
        ("http", "http") => match (&*weak.http_scheme, &*strong.http_scheme) {
            // RFC 7616 section 5; under TLS the gain is not clear.
            ("basic", "digest") => wire == Wire::Plain,
            // RFC 9449: the token is bound to its sender.
            ("bearer", "dpop") => true,
            _ => false,
        },
        // RFC 9110 section 17.9: URLs are kept in logs and histories.
        ("httpApiKey", "httpApiKey") => {
            weak.location == "query" && matches!(&*strong.location, "header" | "cookie")
        }
        // RFC 9700 section 2.5, by analogy: a key pair in place of a shared secret.
        ("plain" | "apiKey" | "httpApiKey", "X509") => wire == Wire::Encrypted,
        ("http", "X509") => weak.http_scheme == "basic" && wire == Wire::Encrypted,
        _ => false,
    }
}

/// Whether an OAuth flow is stronger than another one (RFC 9700 sections 2.1.2 and 2.4).
pub fn is_stronger_flow(strong: &str, weak: &str) -> bool {
    match weak {
        "password" => strong != "password",
        "implicit" => strong == "authorizationCode",
        _ => false,
    }
}

/// Whether RFC 9700 advises against an OAuth flow.
pub fn is_discouraged_flow(flow: &str) -> bool {
    matches!(flow, "password" | "implicit")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scheme(kind: &str, detail: &str) -> Definition {
        Definition {
            kind: kind.to_owned(),
            location: detail.to_owned(),
            http_scheme: detail.to_owned(),
            ..Definition::default()
        }
    }

    #[test]
    fn only_what_a_standard_ranks_is_ranked() {
        let ranked = [
            (("plain", ""), ("scramSha256", ""), Wire::Mixed),
            (("http", "basic"), ("http", "digest"), Wire::Plain),
            (("http", "bearer"), ("http", "dpop"), Wire::Mixed),
            (
                ("httpApiKey", "query"),
                ("httpApiKey", "cookie"),
                Wire::Mixed,
            ),
            (("apiKey", "user"), ("X509", ""), Wire::Encrypted),
            (("symmetricEncryption", ""), ("plain", ""), Wire::Mixed),
        ];
        for ((weak, detail), (strong, other), wire) in ranked {
            let (weak, strong) = (scheme(weak, detail), scheme(strong, other));
            assert!(is_stronger(&strong, &weak, wire), "{weak:?}");
            assert!(!is_stronger(&weak, &strong, wire), "{weak:?}");
        }
        let unranked = [
            (("scramSha256", ""), ("scramSha512", ""), Wire::Mixed),
            (("http", "basic"), ("http", "digest"), Wire::Encrypted),
            (("plain", ""), ("X509", ""), Wire::Plain),
            (("oauth2", ""), ("openIdConnect", ""), Wire::Mixed),
            (("userPassword", ""), ("scramSha256", ""), Wire::Mixed),
            (
                ("httpApiKey", "header"),
                ("httpApiKey", "cookie"),
                Wire::Mixed,
            ),
            (
                ("symmetricEncryption", ""),
                ("asymmetricEncryption", ""),
                Wire::Mixed,
            ),
        ];
        for ((one, detail), (other, further), wire) in unranked {
            let (one, other) = (scheme(one, detail), scheme(other, further));
            assert!(!is_stronger(&other, &one, wire), "{one:?}");
            assert!(!is_stronger(&one, &other, wire), "{one:?}");
        }
    }
}
