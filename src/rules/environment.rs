//! What users know about their hosts and protocols; a document does not show it.

use std::collections::{BTreeMap, BTreeSet};

use crate::spec::spec;

/// Settings that change what is true of a document, not what is shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Environment {
    /// The user's own hosts, as `host` or `*.domain` in lower case. It is intended that they are
    /// unencrypted, private, loopback or example hosts.
    pub own_hosts: BTreeSet<String>,
    /// Whether a value of `protocol` is encrypted, for unknown protocols or to override a known
    /// one; `None` if it may be either.
    pub protocols: BTreeMap<String, Option<bool>>,
}

impl Environment {
    /// Whether a host is one of the user's own. Case is ignored.
    pub fn owns(&self, host: &str) -> bool {
        if self.own_hosts.is_empty() {
            return false;
        }
        let host = host.to_ascii_lowercase();
        let mut domains = host.match_indices('.').map(|(dot, _)| &host[dot..]);
        self.own_hosts.contains(&host)
            || domains.any(|domain| self.own_hosts.contains(&format!("*{domain}")))
    }

    /// Whether a protocol uses TLS; `None` if unknown.
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
            own_hosts: ["broker.local", "*.corp.example"].map(str::to_owned).into(),
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
