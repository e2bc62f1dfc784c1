//! Identity providers and the URLs of their endpoints, from one embedded file,
//! `spec/identity-providers.json`, in which each provider has the address of its own
//! documentation. It only answers which endpoint a URL is, and what the others are.

pub mod pattern;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

use pattern::{Part, Pattern, Values, fits, scheme_and_rest};

/// The text of the file.
pub const EMBEDDED: &str = include_str!("identity-providers.json");

/// All providers, the most used first.
pub fn providers() -> &'static [Provider] {
    static PROVIDERS: OnceLock<Vec<Provider>> = OnceLock::new();
    // The file is part of the program, and a test checks that it can be read.
    PROVIDERS.get_or_init(|| read(EMBEDDED).unwrap_or_default())
}

/// Reads the table from the text of the file. The error says what is wrong and where.
pub fn read(text: &str) -> Result<Vec<Provider>, serde_json::Error> {
    let file: File = serde_json::from_str(text)?;
    Ok(file.providers)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "title")]
    _title: String,
    providers: Vec<Provider>,
}

/// An identity provider: a service, or a product that many run.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provider {
    /// Its name.
    pub name: String,
    /// Other names that people look for.
    #[serde(default)]
    pub also: Vec<String>,
    /// Pages of its own documentation that name the endpoints.
    pub source: Vec<String>,
    /// The values of holes that take no others, the usual one first.
    #[serde(default)]
    pub closed: BTreeMap<String, Vec<String>>,
    /// Holes whose values are names: two of them may mean the same thing.
    #[serde(default)]
    pub aliased: Vec<String>,
    /// Values of aliased holes that stand for many or no tenants.
    #[serde(default)]
    pub reserved: Vec<String>,
    /// Whether endpoints of two of its sets never work together.
    #[serde(default)]
    pub apart: bool,
    /// Its sets of endpoints, those to prefer first.
    pub sets: Vec<EndpointSet>,
}

/// Endpoints that belong together.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndpointSet {
    /// What tells it from the other sets of the provider.
    pub name: Option<String>,
    /// Whether it is only recognised, not proposed.
    #[serde(default)]
    pub hidden: bool,
    /// Whether other servers have the same paths, so that a URL does not tell the provider.
    #[serde(default)]
    pub generic: bool,
    /// Where browsers are sent.
    pub authorization: Pattern,
    /// Where clients get and refresh tokens.
    pub token: Pattern,
    /// The configuration for OpenID Connect.
    pub discovery: Option<Pattern>,
}

/// What an endpoint is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Endpoint {
    /// Where browsers are sent.
    Authorization,
    /// Where clients get and refresh tokens.
    Token,
    /// The configuration for OpenID Connect.
    Discovery,
}

impl Endpoint {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Authorization, Self::Token, Self::Discovery];

    /// The endpoint whose URL a field of a scheme or a flow has.
    pub fn of_field(field: &str) -> Option<Self> {
        match field {
            "authorizationUrl" => Some(Self::Authorization),
            "tokenUrl" | "refreshUrl" => Some(Self::Token),
            "openIdConnectUrl" => Some(Self::Discovery),
            _ => None,
        }
    }

    /// Its name in prose.
    pub fn name(self) -> &'static str {
        match self {
            Self::Authorization => "authorization endpoint",
            Self::Token => "token endpoint",
            Self::Discovery => "OpenID Connect configuration",
        }
    }
}

impl EndpointSet {
    /// The pattern of one endpoint.
    pub fn pattern(&self, endpoint: Endpoint) -> Option<&Pattern> {
        match endpoint {
            Endpoint::Authorization => Some(&self.authorization),
            Endpoint::Token => Some(&self.token),
            Endpoint::Discovery => self.discovery.as_ref(),
        }
    }
}

impl Provider {
    /// The name of a set with that of the provider.
    pub fn title(&self, set: &EndpointSet) -> String {
        match &set.name {
            Some(name) => format!("{} {name}", self.name),
            None => self.name.clone(),
        }
    }
}

/// A URL that is an endpoint of a provider.
#[derive(Debug, Clone)]
pub struct Known {
    /// The provider.
    pub provider: &'static Provider,
    /// The set that has the endpoint.
    pub set: &'static EndpointSet,
    /// Which endpoint it is.
    pub endpoint: Endpoint,
    /// What stands in the holes.
    pub values: Values,
    /// Whether the URL alone shows the provider.
    pub is_certain: bool,
    is_plain: bool,
}

impl Known {
    /// Another endpoint of the same set, with the same values; holes that the URL does not tell
    /// stay open.
    pub fn other(&self, endpoint: Endpoint) -> Option<Vec<Part>> {
        let pattern = self.set.pattern(endpoint)?;
        let is_plain = self.is_plain && pattern.has_any_host();
        let scheme = if is_plain { "http://" } else { "https://" };
        Some(pattern.filled(scheme, &self.values, &self.provider.closed))
    }

    /// The URL of another endpoint of the same set, if this one tells all of it.
    pub fn other_url(&self, endpoint: Endpoint) -> Option<String> {
        match &self.other(endpoint)?[..] {
            [Part::Text(url)] => Some(url.clone()),
            _ => None,
        }
    }
}

/// Every endpoint that a URL may be, in the order of the table. Query and fragment do not count.
pub fn known(url: &str) -> impl Iterator<Item = Known> {
    let (scheme, rest) = scheme_and_rest(url).unwrap_or_default();
    let end = rest.find(['?', '#']).unwrap_or(rest.len());
    let rest = rest[..end].to_owned();
    let is_plain = scheme.eq_ignore_ascii_case("http://");
    all_sets().flat_map(move |(provider, set)| {
        let known = Endpoint::ALL.into_iter().filter_map(|endpoint| {
            let pattern = set.pattern(endpoint)?;
            let values = fits(pattern, &rest, &provider.closed)?;
            Some(Known {
                provider,
                set,
                endpoint,
                values,
                is_certain: !set.generic && !pattern.is_common(),
                is_plain,
            })
        });
        known.collect::<Vec<_>>()
    })
}

/// The token endpoint beside an authorization endpoint of a known provider, or the other way round.
pub fn other_endpoint(url: &str) -> Option<String> {
    let mut known = known(url).filter(|known| known.is_certain);
    known.find_map(|known| match known.endpoint {
        Endpoint::Authorization => known.other_url(Endpoint::Token),
        Endpoint::Token => known.other_url(Endpoint::Authorization),
        Endpoint::Discovery => None,
    })
}

/// Every set with its provider.
pub fn all_sets() -> impl Iterator<Item = (&'static Provider, &'static EndpointSet)> {
    let sets = |provider: &'static Provider| provider.sets.iter().map(move |set| (provider, set));
    providers().iter().flat_map(sets)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use std::collections::BTreeSet;

    use super::pattern::text;
    use super::*;

    /// Values for the holes of a pattern, different for each.
    fn values(provider: &Provider, pattern: &Pattern) -> Values {
        let parts = pattern.filled("", &Values::new(), &BTreeMap::new());
        let holes = parts.into_iter().filter_map(|part| match part {
            Part::Hole(name) => Some(name),
            Part::Text(_) => None,
        });
        let value = |name: String| {
            let last = provider.closed.get(&name).and_then(|values| values.last());
            let value = last.cloned().unwrap_or_else(|| format!("my-{name}"));
            (name, value)
        };
        holes.map(value).collect()
    }

    #[test]
    fn the_embedded_file_is_well_formed() {
        let providers = read(EMBEDDED).expect("the embedded file");
        let mut names = BTreeSet::new();
        let mut urls = BTreeSet::new();
        for provider in &providers {
            let name = &provider.name;
            assert!(!provider.source.is_empty(), "{name} has no source");
            for source in &provider.source {
                assert!(source.starts_with("https://"), "{name}: {source}");
            }
            let mut holes = BTreeSet::new();
            for set in &provider.sets {
                let title = provider.title(set);
                assert!(names.insert(title.clone()), "{title} twice");
                let patterns = Endpoint::ALL.map(|endpoint| set.pattern(endpoint));
                for pattern in patterns.into_iter().flatten() {
                    let parts = pattern.filled("https://", &Values::new(), &BTreeMap::new());
                    let url = text(&parts);
                    let is_new = set.generic || pattern.is_common() || urls.insert(url.clone());
                    assert!(is_new, "{title}: {url} twice");
                    holes.extend(values(provider, pattern).into_keys());
                }
            }
            let named = provider.closed.keys().chain(&provider.aliased);
            for hole in named {
                assert!(holes.contains(hole), "{name} has no `{hole}`");
            }
            let is_apart = |set: &EndpointSet| !provider.apart || set.name.is_some();
            assert!(
                provider.sets.iter().all(is_apart),
                "{name}: a set has no name"
            );
        }
        assert!(providers.len() > 20 && urls.len() > 50);
    }

    /// Each endpoint, filled, is recognised, and tells the other endpoints of its set as far as
    /// they have the same holes.
    #[test]
    fn endpoints_are_recognised_and_tell_the_others() {
        for (provider, set) in all_sets() {
            for endpoint in Endpoint::ALL {
                let Some(pattern) = set.pattern(endpoint) else {
                    continue;
                };
                let own = values(provider, pattern);
                let url = text(&pattern.filled("https://", &own, &provider.closed));
                assert!(!url.contains('{'), "{url}");
                for url in [
                    url.clone(),
                    format!("{url}/"),
                    format!("{url}?a=b"),
                    url.to_uppercase(),
                ] {
                    let found: Vec<Known> = known(&url).collect();
                    let is_own = |known: &&Known| std::ptr::eq(known.set, set);
                    let known = found.iter().find(is_own).unwrap_or_else(|| panic!("{url}"));
                    assert_eq!(known.endpoint, endpoint, "{url}");
                    let certain = found.iter().filter(|known| known.is_certain);
                    for certain in certain {
                        assert!(
                            std::ptr::eq(certain.provider, provider),
                            "{url}: {certain:?}"
                        );
                        assert_eq!(certain.endpoint, endpoint, "{url}");
                    }
                }
                let known = known(&url)
                    .find(|known| std::ptr::eq(known.set, set))
                    .unwrap();
                for other in Endpoint::ALL {
                    let Some(pattern) = set.pattern(other) else {
                        assert!(known.other(other).is_none());
                        continue;
                    };
                    let mut all = values(provider, pattern);
                    all.retain(|name, _| own.contains_key(name));
                    let expected = pattern.filled("https://", &all, &provider.closed);
                    assert_eq!(known.other(other), Some(expected), "{url}");
                }
            }
        }
    }

    #[test]
    fn what_a_url_is_depends_on_all_of_it() {
        let names = |url: &str| -> Vec<String> {
            let certain = known(url).filter(|known| known.is_certain);
            let title = |known: Known| known.provider.title(known.set);
            certain.map(title).collect()
        };
        for url in [
            "https://login.microsoftonline.com/a/b/oauth2/v2.0/token",
            "https://login.microsoftonline.com/oauth2/v2.0/token",
            "https://login.microsoftonline.com.evil.io/a/oauth2/v2.0/token",
            "https://evil.io/login.microsoftonline.com/a/oauth2/v2.0/token",
            "https://a.b.c.auth0.com/oauth/token",
            "https://auth0.com/oauth/token",
            "https://login.acme.io/oauth/token",
            "https://acme.io/oauth2/token",
            "https://auth.pingone.org/a/as/token",
            "https://acme.io/.well-known/openid-configuration",
            "https://user@acme.okta.com/oauth2/v1/token",
            "ftp://github.com/login/oauth/authorize",
            "github.com/login/oauth/authorize",
            "https://",
            "",
        ] {
            assert_eq!(names(url), [""; 0], "{url}");
        }
        assert_eq!(
            names("https://a.okta.com/oauth2/v1/token"),
            ["Okta org authorization server"]
        );
        assert_eq!(names("https://auth.pingone.com.au/a/as/token"), ["PingOne"]);
        assert_eq!(
            names("http://localhost:8080/idp/realms/a/protocol/openid-connect/token"),
            ["Keycloak"]
        );
        assert_eq!(
            names("https://{tenant}.auth0.com/authorize"),
            ["Auth0 without region"]
        );
        let http = known("http://localhost/adfs/oauth2/authorize/")
            .next()
            .unwrap();
        assert_eq!(
            http.other_url(Endpoint::Token).as_deref(),
            Some("http://localhost/adfs/oauth2/token")
        );
    }
}
