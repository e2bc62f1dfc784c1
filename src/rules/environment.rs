//! What the owners of a document know and nobody can see in it.

use std::collections::BTreeMap;

use crate::spec::spec;

/// Settings that change what is true, not what is shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Environment {
    /// Hosts that are ours, as `host` or `*.domain`: that they are plain, private, on this
    /// machine or look like documentation is known and meant.
    pub own_hosts: Vec<String>,
    /// Further values of `protocol`, or better knowledge of a known one: whether it is
    /// encrypted, `None` if that cannot be told.
    pub protocols: BTreeMap<String, Option<bool>>,
}

impl Environment {
    /// Whether a host is ours; letter case does not count.
    pub fn owns(&self, host: &str) -> bool {
        self.own_hosts.iter().any(|own| {
            let Some(domain) = own.strip_prefix("*.") else {
                return own.eq_ignore_ascii_case(host);
            };
            let Some(at) = host.len().checked_sub(domain.len()) else {
                return false;
            };
            host.is_char_boundary(at)
                && host[at..].eq_ignore_ascii_case(domain)
                && host[..at].ends_with('.')
        })
    }

    /// Whether a protocol is protected by TLS; `None` if the name does not tell.
    pub fn tls(&self, protocol: &str) -> Option<bool> {
        let own = (self.protocols.iter()).find(|(name, _)| name.eq_ignore_ascii_case(protocol));
        match own {
            Some((_, tls)) => *tls,
            None => spec().protocol(protocol)?.tls,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_ours_by_name_and_by_domain() {
        let environment = Environment {
            own_hosts: vec!["Broker.local".to_owned(), "*.corp.example".to_owned()],
            ..Environment::default()
        };
        for own in ["broker.local", "a.corp.example", "A.B.CORP.example"] {
            assert!(environment.owns(own), "{own}");
        }
        for other in ["corp.example", "acorp.example", "x.broker.local", "", "é"] {
            assert!(!environment.owns(other), "{other}");
        }
    }

    #[test]
    fn our_knowledge_of_protocols_counts_before_the_table() {
        let mut environment = Environment::default();
        assert_eq!(environment.tls("kafka"), Some(false));
        assert_eq!(environment.tls("MQTTS"), Some(true));
        assert_eq!(environment.tls("nats"), None);
        assert_eq!(environment.tls("acme"), None);
        environment.protocols.insert("acme".to_owned(), Some(false));
        environment.protocols.insert("kafka".to_owned(), None);
        assert_eq!(environment.tls("ACME"), Some(false));
        assert_eq!(environment.tls("kafka"), None);
    }
}
