//! Documents that are written in a few letters: lists as `scram, oa(r), x+y, {}`.

use std::collections::BTreeMap;

/// A document of the specification of `diff`: one server, one channel, operations.
#[derive(Clone)]
pub struct Base {
    pub version: &'static str,
    /// By name: protocol, host, list.
    pub servers: Vec<(String, String, String, Option<String>)>,
    /// By name: address, direction, list, list of a trait.
    pub operations: Vec<(String, &'static str, Option<String>, Option<String>)>,
    pub schemes: BTreeMap<&'static str, String>,
    /// The servers of the first channel, by name.
    pub channel_servers: Option<String>,
    /// 2.x: the id of the first operation, if it is not its name.
    pub operation_id: Option<String>,
    /// A scheme that is no component.
    pub inline_only: Option<&'static str>,
}

const SCHEMES: [(&str, &str); 9] = [
    ("scram", "type: scramSha512"),
    ("plain", "type: plain"),
    ("cert", "type: X509"),
    ("krb", "type: gssapi"),
    ("user", "type: userPassword"),
    ("admin", "type: userPassword"),
    ("enc", "type: symmetricEncryption"),
    ("key", "type: httpApiKey, in: header, name: X-Key"),
    (
        "oa",
        "type: oauth2, flows: {clientCredentials: {tokenUrl: 'https://id.example.com/token', SCOPES: {r: read, w: write}}}",
    ),
];

/// The base of 3.0.0.
pub fn a() -> Base {
    base("3.0.0")
}

/// The base of 2.6.0.
pub fn b() -> Base {
    base("2.6.0")
}

fn base(version: &'static str) -> Base {
    Base {
        version,
        servers: vec![(
            "p".into(),
            "kafka-secure".into(),
            "h.example.com".into(),
            None,
        )],
        operations: vec![("o".into(), "send", None, None)],
        schemes: SCHEMES
            .iter()
            .map(|(name, text)| (*name, (*text).to_owned()))
            .collect(),
        channel_servers: None,
        operation_id: None,
        inline_only: None,
    }
}

impl Base {
    /// Sets the list of the first server.
    pub fn s(mut self, list: &str) -> Self {
        self.servers[0].3 = Some(list.to_owned());
        self
    }

    /// Sets the list of the first operation.
    pub fn o(mut self, list: &str) -> Self {
        self.operations[0].2 = Some(list.to_owned());
        self
    }

    /// Sets the list of a trait of the first operation.
    pub fn of_trait(mut self, list: &str) -> Self {
        self.operations[0].3 = Some(list.to_owned());
        self
    }

    pub fn scheme(mut self, name: &'static str, text: &str) -> Self {
        self.schemes.insert(name, text.to_owned());
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.schemes.remove(name);
        self
    }

    pub fn version(mut self, version: &'static str) -> Self {
        self.version = version;
        self
    }

    pub fn protocol(mut self, protocol: &str) -> Self {
        self.servers[0].1 = protocol.to_owned();
        self
    }

    pub fn host(mut self, host: &str) -> Self {
        self.servers[0].2 = host.to_owned();
        self
    }

    pub fn server(mut self, name: &str, protocol: &str, list: Option<&str>) -> Self {
        let host = format!("{name}.example.com");
        let list = list.map(str::to_owned);
        self.servers
            .push((name.into(), protocol.into(), host, list));
        self
    }

    pub fn operation(mut self, name: &str, list: Option<&str>) -> Self {
        self.operations
            .push((name.into(), "send", list.map(str::to_owned), None));
        self
    }

    fn is_v3(&self) -> bool {
        self.version.starts_with('3')
    }

    fn scheme_text(&self, name: &str) -> String {
        let scopes = if self.is_v3() {
            "availableScopes"
        } else {
            "scopes"
        };
        self.schemes
            .get(name)
            .map_or_else(String::new, |text| text.replace("SCOPES", scopes))
    }

    fn list(&self, list: &str) -> String {
        let entries = list.split(", ").filter(|entry| !entry.is_empty());
        let entries: Vec<String> = entries.map(|entry| self.entry(entry)).collect();
        format!("[{}]", entries.join(", "))
    }

    fn entry(&self, entry: &str) -> String {
        if entry == "{}" {
            return "{}".to_owned();
        }
        let parts = entry.split('+').map(|part| {
            let (name, scopes) = part.split_once('(').unwrap_or((part, ""));
            (name, scopes.trim_end_matches(')').replace(' ', ", "))
        });
        if !self.is_v3() {
            let parts: Vec<String> = parts
                .map(|(name, scopes)| format!("{name}: [{scopes}]"))
                .collect();
            return format!("{{{}}}", parts.join(", "));
        }
        let parts: Vec<(&str, String)> = parts.collect();
        let (name, scopes) = &parts[0];
        match scopes.is_empty() {
            true if name.contains("://") => format!("{{$ref: '{name}'}}"),
            true => format!("{{$ref: '#/components/securitySchemes/{name}'}}"),
            false => format!("{{{}, scopes: [{scopes}]}}", self.scheme_text(name)),
        }
    }

    fn security(&self, list: Option<&String>) -> String {
        list.map_or_else(String::new, |list| {
            format!(", security: {}", self.list(list))
        })
    }

    /// The document as YAML.
    pub fn yaml(&self) -> String {
        let mut out = format!(
            "asyncapi: {}\ninfo: {{title: t, version: '1'}}\nservers:\n",
            self.version
        );
        let address = if self.is_v3() { "host" } else { "url" };
        for (name, protocol, host, list) in &self.servers {
            let security = self.security(list.as_ref());
            out += &format!("  {name}: {{{address}: {host}, protocol: {protocol}{security}}}\n");
        }
        let body = |list: &Option<String>, of_trait: &Option<String>| {
            let traits = of_trait.as_ref().map_or_else(String::new, |list| {
                format!(", traits: [{{security: {}}}]", self.list(list))
            });
            format!("{}{traits}", self.security(list.as_ref()))
        };
        out += "channels:\n";
        if self.is_v3() {
            for (at, (name, ..)) in self.operations.iter().enumerate() {
                let servers = self.channel_servers.as_ref().filter(|_| at == 0);
                let servers = servers.map_or_else(String::new, |servers| {
                    let servers = servers.split(' ');
                    let servers: Vec<String> = servers
                        .map(|name| format!("{{$ref: '#/servers/{name}'}}"))
                        .collect();
                    format!(", servers: [{}]", servers.join(", "))
                });
                out += &format!(
                    "  c{name}: {{address: c/{name}{servers}}}
"
                );
            }
            out += "operations:\n";
            for (name, action, list, of_trait) in &self.operations {
                let body = body(list, of_trait);
                out += &format!(
                    "  {name}: {{action: {action}, channel: {{$ref: '#/channels/c{name}'}}{body}}}\n"
                );
            }
        } else {
            for (name, action, list, of_trait) in &self.operations {
                let body = body(list, of_trait);
                let id = self.operation_id.as_deref().unwrap_or(name);
                let key = if *action == "send" {
                    "subscribe"
                } else {
                    "publish"
                };
                out += &format!("  c/{name}: {{{key}: {{operationId: {id}{body}}}}}\n");
            }
        }
        out += "components:\n  securitySchemes:\n";
        for name in self
            .schemes
            .keys()
            .filter(|name| self.inline_only != Some(**name))
        {
            out += &format!("    {name}: {{{}}}\n", self.scheme_text(name));
        }
        out
    }
}
