//! Small random documents with many dependencies between their units.

use proptest::prelude::*;

/// A unit: the index of its map, its key, its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub map: usize,
    pub key: &'static str,
    pub value: &'static str,
}

/// A document as its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts {
    pub is_v3: bool,
    pub version: &'static str,
    pub elsewhere: &'static str,
    pub units: Vec<Part>,
}

/// A map of units with its possible keys and values.
struct Map {
    path: &'static str,
    keys: &'static [&'static str],
    values: &'static [&'static str],
}

const SCHEMES: &[&str] = &[
    "{type: X509}",
    "{type: plain}",
    "{type: plain, description: over tls}",
    "{description: over tls, type: plain}",
    "{type: symmetricEncryption}",
    "{type: asymmetricEncryption, description: d}",
    "{type: userPassword}",
    "{type: http, scheme: basic}",
    "{type: httpApiKey, in: query, name: key}",
    "{type: nonsense}",
    "{}",
    "{$ref: '#/components/securitySchemes/k'}",
    "{$ref: '#/components/securitySchemes/l'}",
    "{$ref: '#/components/securitySchemes/m'}",
    "{$ref: '#/components/securitySchemes/none'}",
    "{$ref: '#/x-elsewhere/s'}",
    "{$ref: 'other.yaml#/k'}",
];

const PLAIN: &[&str] = &[
    "{type: plain}",
    "{type: plain, description: over tls}",
    "{type: symmetricEncryption}",
    "{type: httpApiKey, in: query, name: access_token}",
];

const OAUTH_2: &[&str] = &[
    "{type: oauth2, flows: {password: {tokenUrl: 'https://a.io/t', scopes: {read: R, write: W}}}}",
    "{type: oauth2, flows: {password: {tokenUrl: 'https://a.io/t', scopes: {read: R}}, implicit: {authorizationUrl: 'https://a.io/a', scopes: {red: R}}}}",
    "{description: words, type: oauth2, flows: {password: {tokenUrl: 'https://a.io/t', scopes: {read: R, write: W}}}}",
    "{type: openIdConnect, openIdConnectUrl: 'https://a.io/.well-known/openid-configuration'}",
];

const OAUTH_3: &[&str] = &[
    "{type: oauth2, flows: {password: {tokenUrl: 'https://a.io/t', availableScopes: {read: R, write: W}}}}",
    "{type: oauth2, flows: {password: {tokenUrl: 'https://a.io/t', availableScopes: {read: R, write: W}}}, scopes: [read]}",
    "{type: oauth2, flows: {password: {tokenUrl: 'https://a.io/t', availableScopes: {read: R}}, implicit: {authorizationUrl: 'https://a.io/a', availableScopes: {red: R}}}, scopes: [read, wrote]}",
    "{$ref: '#/servers/a/security/0'}",
    "{$ref: '#/operations/o/security/0'}",
];

const SERVERS_2: &[&str] = &[
    "{url: h, protocol: kafka}",
    "{url: h, protocol: kafka-secure}",
    "{description: longer, url: h, protocol: kafka}",
    "{url: localhost, protocol: mqtt}",
    "{url: h, protocol: mqtt, security: []}",
    "{url: h, protocol: kafka, security: [{k: []}]}",
    "{url: h, protocol: kafka, security: [{l: []}]}",
    "{url: h, protocol: kafka, security: [{l: []}, {m: [read]}]}",
    "{url: h, protocol: kafka-secure, security: [{k: [], m: []}]}",
    "{url: h, protocol: amqp, security: [{logix: []}]}",
    "{url: h, protocol: anypointmq, security: [{m: []}]}",
    "{url: '{v}', protocol: kafka, variables: {v: {$ref: '#/components/serverVariables/v'}}}",
    "{$ref: '#/components/servers/a'}",
    "{$ref: '#/components/servers/b'}",
    "{$ref: '#/servers/b'}",
    "{$ref: '#/servers/none'}",
    "{<<: *common, url: h}",
];

const SERVERS_3: &[&str] = &[
    "{host: h, protocol: kafka}",
    "{host: h, protocol: kafka-secure}",
    "{description: longer, host: h, protocol: kafka}",
    "{host: localhost, protocol: mqtt}",
    "{host: h, protocol: mqtt, security: []}",
    "{host: h, protocol: kafka, security: [{$ref: '#/components/securitySchemes/k'}]}",
    "{host: h, protocol: kafka, security: [{$ref: '#/components/securitySchemes/l'}, {type: plain}]}",
    "{host: h, protocol: kafka, security: [{$ref: '#/components/securitySchemes/l'}]}",
    "{host: h, protocol: kafka-secure, security: [{type: symmetricEncryption}]}",
    "{host: h, protocol: amqp, security: [{$ref: '#/components/securitySchemes/logix'}]}",
    "{host: h, protocol: anypointmq, security: [{$ref: '#/components/securitySchemes/m'}]}",
    "{host: '{v}', protocol: kafka, variables: {v: {$ref: '#/components/serverVariables/v'}}}",
    "{$ref: '#/components/servers/a'}",
    "{$ref: '#/components/servers/b'}",
    "{$ref: '#/servers/b'}",
    "{$ref: '#/servers/none'}",
    "{<<: *common, host: h}",
];

const CHANNELS_2: &[&str] = &[
    "{publish: {}}",
    "{publish: {security: [{k: []}]}}",
    "{publish: {security: [{m: [read]}]}, subscribe: {security: [{l: []}, {}]}}",
    "{servers: [a], publish: {security: [{k: []}]}}",
    "{servers: [a, b], publish: {}, subscribe: {security: [{k: []}]}}",
    "{servers: [none], publish: {security: [{logix: []}]}}",
    "{publish: {security: []}}",
    "{publish: {security: [], traits: [{$ref: '#/components/operationTraits/t'}]}}",
    "{publish: {traits: [{$ref: '#/components/operationTraits/t'}]}}",
    "{servers: [b], publish: {security: [{k: []}], traits: [{$ref: '#/components/operationTraits/u'}, {security: [{l: []}]}]}}",
    "{subscribe: {traits: [{security: [{k: []}]}]}}",
    "{subscribe: {traits: [{security: []}, {$ref: '#/channels/c/subscribe/traits/0'}]}}",
    "{publish: {traits: [{$ref: '#/channels/c/subscribe/traits/0'}]}}",
    "{publish: {traits: [{$ref: 'other.yaml#/t'}]}}",
    "{$ref: '#/components/channels/c'}",
    "{$ref: '#/components/channels/d'}",
    "{$ref: '#/channels/d'}",
    "{security: [{l: []}], publish: {}}",
    "{subscribe: {<<: *common, operationId: i}}",
];

const CHANNELS_3: &[&str] = &[
    "{address: c}",
    "{servers: []}",
    "{servers: [{$ref: '#/servers/a'}]}",
    "{servers: [{$ref: '#/servers/b'}, {$ref: '#/servers/a'}]}",
    "{servers: [{$ref: '#/components/servers/a'}]}",
    "{servers: [{$ref: '#/components/servers/b'}]}",
    "{servers: [{$ref: '#/servers/none'}]}",
    "{$ref: '#/components/channels/c'}",
    "{$ref: '#/components/channels/d'}",
    "{$ref: '#/channels/d'}",
    "{security: [{$ref: '#/components/securitySchemes/l'}]}",
];

const OPERATIONS_3: &[&str] = &[
    "{channel: {$ref: '#/channels/c'}}",
    "{channel: {$ref: '#/channels/c'}, security: [{$ref: '#/components/securitySchemes/k'}]}",
    "{channel: {$ref: '#/channels/d'}, security: [{$ref: '#/components/securitySchemes/l'}, {type: plain}]}",
    "{channel: {$ref: '#/channels/d'}, security: [{$ref: '#/components/securitySchemes/m'}]}",
    "{channel: {$ref: '#/channels/none'}, security: [{$ref: '#/components/securitySchemes/logix'}]}",
    "{channel: {$ref: '#/channels/c'}, security: []}",
    "{channel: {$ref: '#/channels/c'}, security: [{$ref: '#/servers/a/security/0'}]}",
    "{channel: {$ref: '#/channels/c'}, security: [], traits: [{$ref: '#/components/operationTraits/t'}]}",
    "{channel: {$ref: '#/channels/c'}, traits: [{$ref: '#/components/operationTraits/t'}]}",
    "{channel: {$ref: '#/channels/d'}, traits: [{$ref: '#/components/operationTraits/t'}]}",
    "{channel: {$ref: '#/channels/d'}, security: [{$ref: '#/components/securitySchemes/k'}], traits: [{$ref: '#/components/operationTraits/u'}, {security: [{type: X509}]}]}",
    "{channel: {$ref: '#/channels/c'}, traits: [{security: [{$ref: '#/components/securitySchemes/k'}]}]}",
    "{channel: {$ref: '#/channels/d'}, traits: [{$ref: '#/operations/o/traits/0'}]}",
    "{traits: [{security: []}, {$ref: '#/components/operations/o/traits/0'}]}",
    "{channel: {$ref: '#/channels/d'}, traits: [{$ref: 'other.yaml#/t'}]}",
    "{$ref: '#/components/operations/o'}",
    "{$ref: '#/components/operations/p'}",
    "{$ref: '#/operations/p'}",
    "{<<: *common, channel: {$ref: '#/channels/c'}}",
];

const TRAITS_2: &[&str] = &[
    "{}",
    "{security: [{k: []}]}",
    "{security: [{l: []}, {m: [read]}]}",
    "{security: []}",
    "{security: [{logix: []}]}",
    "{$ref: '#/components/operationTraits/u'}",
    "{$ref: '#/components/operationTraits/t'}",
];

const TRAITS_3: &[&str] = &[
    "{}",
    "{security: [{$ref: '#/components/securitySchemes/k'}]}",
    "{security: [{$ref: '#/components/securitySchemes/l'}, {type: symmetricEncryption}]}",
    "{security: []}",
    "{security: [{$ref: '#/components/securitySchemes/logix'}]}",
    "{$ref: '#/components/operationTraits/u'}",
    "{$ref: '#/components/operationTraits/t'}",
];

/// Content outside of all units.
const ELSEWHERE: &[&str] = &[
    "x-elsewhere: {s: {type: plain}}",
    "x-elsewhere: {s: {type: nonsense}}",
    "x-elsewhere: {s: {$ref: '#/components/securitySchemes/k'}}",
    "x-elsewhere: {t: {}}",
    "security: [{k: []}]",
];

/// `logix`, which documents use, is near to two of these.
const NAMES: &[&str] = &["k", "l", "m", "login", "logit", "x-n"];
const TWO: &[&str] = &["a", "b"];
const CHANNELS: &[&str] = &["c", "d"];
const OPERATIONS: &[&str] = &["o", "p", "q"];
const TRAITS: &[&str] = &["t", "u", "v"];
const VARIABLES: &[&str] = &["{default: localhost}", "{default: far.example}", "{}"];

const fn map(
    path: &'static str,
    keys: &'static [&'static str],
    values: &'static [&'static str],
) -> Map {
    Map { path, keys, values }
}

const MAPS_2: &[Map] = &[
    map("servers", TWO, SERVERS_2),
    map("channels", CHANNELS, CHANNELS_2),
    map("components/securitySchemes", NAMES, SCHEMES),
    map("components/securitySchemes", NAMES, OAUTH_2),
    map("components/servers", TWO, SERVERS_2),
    map("components/channels", CHANNELS, CHANNELS_2),
    map("components/operationTraits", TRAITS, TRAITS_2),
    map("components/serverVariables", &["v"], VARIABLES),
    map("channels", CHANNELS, CHANNELS_2),
    map("components/securitySchemes", &["k", "l", "m"], SCHEMES),
    map("components/securitySchemes", &["k", "l", "m"], PLAIN),
    map("servers", TWO, SERVERS_2),
    map("channels", CHANNELS, CHANNELS_2),
];

const MAPS_3: &[Map] = &[
    map("servers", TWO, SERVERS_3),
    map("channels", CHANNELS, CHANNELS_3),
    map("operations", OPERATIONS, OPERATIONS_3),
    map("components/securitySchemes", NAMES, SCHEMES),
    map("components/securitySchemes", NAMES, OAUTH_3),
    map("components/servers", TWO, SERVERS_3),
    map("components/channels", CHANNELS, CHANNELS_3),
    map("components/operations", OPERATIONS, OPERATIONS_3),
    map("components/operationTraits", TRAITS, TRAITS_3),
    map("components/serverVariables", &["v"], VARIABLES),
    map("operations", OPERATIONS, OPERATIONS_3),
    map("components/securitySchemes", &["k", "l", "m"], SCHEMES),
    map("components/securitySchemes", &["k", "l", "m"], PLAIN),
    map("servers", TWO, SERVERS_3),
    map("operations", OPERATIONS, OPERATIONS_3),
];

/// A number that selects from a list of any length.
type Pick = usize;

impl Parts {
    fn maps(&self) -> &'static [Map] {
        if self.is_v3 { MAPS_3 } else { MAPS_2 }
    }

    fn part(&self, (map, key, value): (Pick, Pick, Pick)) -> Part {
        let maps = self.maps();
        let map = map % maps.len();
        let pick = |from: &'static [&'static str], at: Pick| from[at % from.len()];
        Part {
            map,
            key: pick(maps[map].keys, key),
            value: pick(maps[map].values, value),
        }
    }

    /// The text: maps in their order, units in the order of insertion.
    pub fn text(&self) -> String {
        let mut text = format!("asyncapi: {}\n{}\n", self.version, self.elsewhere);
        text.push_str(if self.is_v3 {
            "x-common: &common {protocol: kafka, security: [{$ref: '#/components/securitySchemes/k'}]}\n"
        } else {
            "x-common: &common {protocol: kafka, security: [{k: []}]}\n"
        });
        let mut paths: Vec<&str> = Vec::new();
        for map in self.maps() {
            if !paths.contains(&map.path) {
                paths.push(map.path);
            }
        }
        let mut is_open = false;
        for path in paths {
            let of_map = |part: &&Part| self.maps()[part.map].path == path;
            let mut units = self.units.iter().filter(of_map).peekable();
            if units.peek().is_none() {
                continue;
            }
            let mut indent = "  ";
            match path.strip_prefix("components/") {
                Some(name) => {
                    if !is_open {
                        text.push_str("components:\n");
                        is_open = true;
                    }
                    text.push_str(&format!("  {name}:\n"));
                    indent = "    ";
                }
                None => text.push_str(&format!("{path}:\n")),
            }
            for unit in units {
                text.push_str(&format!("{indent}{}: {}\n", unit.key, unit.value));
            }
        }
        text
    }

    /// Changes one thing.
    #[must_use]
    pub fn edited(&self, (what, at, one, other): (Pick, Pick, Pick, Pick)) -> Self {
        let mut next = self.clone();
        let part = self.part((at, one, other));
        if what % 12 == 0 {
            next.elsewhere = ELSEWHERE[one % ELSEWHERE.len()];
            return next;
        }
        if self.units.is_empty() {
            next.units.push(part);
            return next;
        }
        let at = at % self.units.len();
        let map = &self.maps()[self.units[at].map];
        match what % 12 {
            1 => next.units.insert(at, part),
            2 => {
                next.units.remove(at);
            }
            3 => {
                let unit = next.units.remove(at);
                next.units.insert(one % (next.units.len() + 1), unit);
            }
            4 | 5 => next.units[at].key = map.keys[one % map.keys.len()],
            _ => next.units[at].value = map.values[one % map.values.len()],
        }
        next
    }
}

/// Documents of some units.
pub fn documents() -> impl Strategy<Value = Parts> {
    let unit = (any::<Pick>(), any::<Pick>(), any::<Pick>());
    (any::<bool>(), 0usize..8, prop::collection::vec(unit, 2..24)).prop_map(
        |(is_v3, version, units)| {
            let mut parts = Parts {
                is_v3,
                version: match (is_v3, version) {
                    (true, _) => "3.0.0",
                    (false, 0) => "2.3.0",
                    (false, _) => "2.6.0",
                },
                elsewhere: ELSEWHERE[version % ELSEWHERE.len()],
                units: Vec::new(),
            };
            parts.units = units.into_iter().map(|unit| parts.part(unit)).collect();
            parts
        },
    )
}

/// Edits of one thing each.
pub fn edits() -> impl Strategy<Value = Vec<(Pick, Pick, Pick, Pick)>> {
    let pick = any::<Pick>;
    prop::collection::vec((pick(), pick(), pick(), pick()), 1..8)
}
