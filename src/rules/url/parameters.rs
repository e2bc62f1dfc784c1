//! Parameters of a query that carry secrets.

/// Nothing else than a secret is called like that.
const SECRET: [&str; 10] = [
    "client_secret",
    "access_token",
    "refresh_token",
    "id_token",
    "password",
    "api_key",
    "apikey",
    "secret",
    "code",
    "token",
];

/// Harmless values may be called like that, too: what they carry is not shown, and nothing is
/// said about them.
const MAYBE_SECRET: [&str; 6] = ["api-key", "auth", "key", "passwd", "pwd", "sig"];

/// The length of the longest name in bytes.
pub const LONGEST: usize = "client_secret".len();

/// The name of a parameter that carries a secret for sure. Case does not count.
pub fn secret(name: &str) -> Option<&'static str> {
    let mut known = SECRET.into_iter();
    known.find(|known| known.eq_ignore_ascii_case(name))
}

/// Whether a parameter of that name may carry a secret. Case does not count.
pub fn may_be_secret(name: &str) -> bool {
    let is_meant = |known: &&str| known.eq_ignore_ascii_case(name);
    secret(name).is_some() || MAYBE_SECRET.iter().any(is_meant)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_and_none_twice() {
        let mut all: Vec<&str> = SECRET.into_iter().chain(MAYBE_SECRET).collect();
        assert_eq!(all.iter().map(|name| name.len()).max(), Some(LONGEST));
        assert!(all.iter().all(|name| may_be_secret(name)));
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), SECRET.len() + MAYBE_SECRET.len());
        assert_eq!(secret("Client_Secret"), Some("client_secret"));
        assert!(may_be_secret("SIG") && secret("sig").is_none());
        assert!(!may_be_secret("client_id"));
    }
}
