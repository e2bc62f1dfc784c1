//! Documents of any size for the benchmarks, as YAML and as JSON: every type of security scheme,
//! three servers, and as many channels, operations, messages and schemas as the size needs. They
//! are valid 3.0.0. The same arguments give the same bytes, all of them ASCII, so that offsets are
//! equal in bytes and in characters of the protocol.

#[path = "writer.rs"]
mod writer;

use std::ops::Range;

use asyncapi_security_lsp::syntax::format::Format;
use writer::Writer;

/// A document of about `size` bytes. `faults` of the security entries refer to a missing scheme,
/// which is an error each. There are no other findings, except for two hints in a document so small
/// that a server has no operation.
pub fn document(format: Format, size: usize, faults: usize) -> String {
    const SAMPLE: usize = 50;
    let length = |units, faults| write(format, units, faults).len();
    let fixed = length(0, 0);
    let sampled = length(SAMPLE, 0);
    let a_unit = (sampled - fixed) / SAMPLE;
    let a_fault = (length(SAMPLE, SAMPLE) - sampled) / SAMPLE;
    let units = size.saturating_sub(fixed + faults * a_fault) / a_unit;
    write(format, units.max(1), faults)
}

const AREAS: [&str; 6] = ["harbour", "market", "station", "park", "bridge", "campus"];
const THINGS: [&str; 8] = [
    "lamp", "signal", "meter", "gate", "sensor", "pump", "charger", "camera",
];
const EVENTS: [&str; 6] = [
    "measured", "switched", "failed", "repaired", "moved", "replaced",
];
const FIELDS: [&str; 10] = [
    "lumens", "sentAt", "voltage", "owner", "firmware", "reason", "isOn", "tags", "street",
    "retries",
];
const WORDS: [&str; 16] = [
    "what", "a", "device", "of", "the", "city", "reports", "when", "its", "state", "changes",
    "and", "nobody", "has", "asked", "yet",
];
const SCOPES: [&str; 3] = ["devices:read", "devices:write", "reports:read"];
const SERVERS: [(&str, &str, &str, &[&str]); 3] = [
    (
        "cluster",
        "kafka.example.com:9093",
        "kafka-secure",
        &[
            "scram256",
            "scram512",
            "saslPlain",
            "kerberos",
            "clientCertificate",
        ],
    ),
    (
        "devices",
        "mqtt.example.com:8883",
        "secure-mqtt",
        &["userPassword", "deviceKey", "payloadKey", "payloadKeyPair"],
    ),
    (
        "gateway",
        "stream.example.com",
        "wss",
        &["login", "company", "bearer", "basic", "headerKey"],
    ),
];
/// One `oauth2` scheme per this many channels: a large organisation has many clients.
const CHANNELS_A_CLIENT: usize = 25;

fn write(format: Format, units: usize, faults: usize) -> String {
    let mut w = Writer::new(format);
    w.text("asyncapi", "3.0.0");
    w.object("info", |w| {
        w.text("title", "City devices");
        w.text("version", "1.4.0");
        w.text("description", "What the devices of a city report");
    });
    w.text("defaultContentType", "application/json");
    w.object("servers", |w| SERVERS.iter().for_each(|one| server(w, one)));
    w.object("channels", |w| (0..units).for_each(|unit| channel(w, unit)));
    w.object("operations", |w| {
        for unit in 0..units {
            let before = faults * unit / units;
            operation(w, unit, units, before..faults * (unit + 1) / units);
        }
    });
    w.object("components", |w| {
        w.object("messages", |w| (0..units).for_each(|unit| message(w, unit)));
        w.object("securitySchemes", |w| {
            schemes(w);
            (0..units / CHANNELS_A_CLIENT).for_each(|number| client(w, number));
        });
        w.object("schemas", |w| (0..units).for_each(|unit| schema(w, unit)));
    });
    w.finish()
}

fn server(w: &mut Writer, &(name, host, protocol, schemes): &(&str, &str, &str, &[&str])) {
    w.object(name, |w| {
        w.text("host", host);
        w.text("protocol", protocol);
        w.list("security", |w| {
            for scheme in schemes {
                w.reference_item(&format!("#/components/securitySchemes/{scheme}"));
            }
        });
    });
}

fn channel(w: &mut Writer, unit: usize) {
    let name = name(unit);
    w.object(&name, |w| {
        let area = AREAS[pick(unit, 1, AREAS.len())];
        w.text("address", &format!("city.{area}.v{}.{unit}", 1 + unit % 3));
        w.text("description", &sentence(unit, 2, 12));
        w.list("servers", |w| {
            w.reference_item(&format!("#/servers/{}", SERVERS[unit % 3].0));
        });
        w.object("messages", |w| {
            w.object(&name, |w| {
                w.text("$ref", &format!("#/components/messages/{name}"));
            });
        });
    });
}

fn operation(w: &mut Writer, unit: usize, units: usize, faults: Range<usize>) {
    let name = name(unit);
    let number = unit / CHANNELS_A_CLIENT;
    let is_of_client = unit % 3 == 2 && number < units / CHANNELS_A_CLIENT;
    let scheme = match unit % 3 {
        _ if is_of_client => format!("client{number}"),
        1 => "company".to_owned(),
        _ => "login".to_owned(),
    };
    w.object(&format!("on-{name}"), |w| {
        w.text("action", ["receive", "send"][unit % 2]);
        w.object("channel", |w| w.text("$ref", &format!("#/channels/{name}")));
        w.text("summary", &sentence(unit, 3, 6));
        w.text("description", &sentence(unit, 4, 14));
        w.list("security", |w| {
            w.reference_item(&format!("#/components/securitySchemes/{scheme}"));
            for fault in faults {
                w.reference_item(&format!("#/components/securitySchemes/lost{fault}"));
            }
        });
        w.list("messages", |w| {
            w.reference_item(&format!("#/channels/{name}/messages/{name}"));
        });
    });
}

fn message(w: &mut Writer, unit: usize) {
    let name = name(unit);
    w.object(&name, |w| {
        w.text("name", &name);
        w.text("title", &sentence(unit, 5, 3));
        w.text("summary", &sentence(unit, 6, 8));
        w.text("contentType", "application/json");
        w.object("payload", |w| {
            w.text("$ref", &format!("#/components/schemas/{name}"));
        });
    });
}

fn schema(w: &mut Writer, unit: usize) {
    let first = pick(unit, 7, FIELDS.len());
    let fields = 3 + pick(unit, 8, 6);
    let field = |at: usize| FIELDS[(first + at) % FIELDS.len()];
    w.object(&name(unit), |w| {
        w.text("type", "object");
        w.list("required", |w| {
            w.entry(field(0));
            w.entry(field(1));
        });
        w.object("properties", |w| {
            for at in 0..fields {
                w.object(field(at), |w| property(w, unit * 16 + at, field(at)));
            }
        });
    });
}

fn property(w: &mut Writer, number: usize, field: &str) {
    match field {
        "sentAt" => {
            w.text("type", "string");
            w.text("format", "date-time");
        }
        "isOn" => w.text("type", "boolean"),
        "lumens" | "voltage" | "retries" => {
            w.text("type", "integer");
            w.plain("minimum", 0);
            w.plain("maximum", 10 + pick(number, 9, 9_000));
        }
        "tags" => {
            w.text("type", "array");
            w.object("items", |w| w.text("type", "string"));
        }
        _ => {
            w.text("type", "string");
            w.plain("maxLength", 16 + pick(number, 10, 240));
        }
    }
    w.text("description", &sentence(number, 11, 4 + number % 8));
}

fn schemes(w: &mut Writer) {
    let typed = |w: &mut Writer, name: &str, fields: &[(&str, &str)]| {
        w.object(name, |w| {
            fields.iter().for_each(|(key, value)| w.text(key, value))
        });
    };
    typed(w, "userPassword", &[("type", "userPassword")]);
    typed(w, "deviceKey", &[("type", "apiKey"), ("in", "user")]);
    typed(w, "clientCertificate", &[("type", "X509")]);
    typed(w, "payloadKey", &[("type", "symmetricEncryption")]);
    typed(w, "payloadKeyPair", &[("type", "asymmetricEncryption")]);
    let header = [
        ("type", "httpApiKey"),
        ("name", "X-Api-Key"),
        ("in", "header"),
    ];
    typed(w, "headerKey", &header);
    typed(w, "basic", &[("type", "http"), ("scheme", "basic")]);
    let bearer = [
        ("type", "http"),
        ("scheme", "bearer"),
        ("bearerFormat", "JWT"),
    ];
    typed(w, "bearer", &bearer);
    w.object("login", |w| {
        w.text("type", "oauth2");
        w.object("flows", |w| {
            flow(
                w,
                "authorizationCode",
                "auth",
                &["authorizationUrl", "tokenUrl", "refreshUrl"],
            );
            flow(w, "clientCredentials", "auth", &["tokenUrl"]);
        });
        w.list("scopes", |w| w.entry(SCOPES[0]));
    });
    w.object("company", |w| {
        w.text("type", "openIdConnect");
        let url = "https://id.example.com/.well-known/openid-configuration";
        w.text("openIdConnectUrl", url);
    });
    typed(w, "saslPlain", &[("type", "plain")]);
    typed(w, "scram256", &[("type", "scramSha256")]);
    typed(w, "scram512", &[("type", "scramSha512")]);
    typed(w, "kerberos", &[("type", "gssapi")]);
}

fn client(w: &mut Writer, number: usize) {
    w.object(&format!("client{number}"), |w| {
        w.text("type", "oauth2");
        w.text("description", &sentence(number, 12, 8));
        w.object("flows", |w| {
            flow(
                w,
                "clientCredentials",
                &format!("client{number}"),
                &["tokenUrl"],
            );
        });
        w.list("scopes", |w| w.entry(SCOPES[1]));
    });
}

fn flow(w: &mut Writer, name: &str, host: &str, urls: &[&str]) {
    w.object(name, |w| {
        for url in urls {
            let path = url.trim_end_matches("Url");
            w.text(url, &format!("https://{host}.example.com/{path}"));
        }
        w.object("availableScopes", |w| {
            for (at, scope) in SCOPES.iter().enumerate() {
                w.text(scope, &sentence(at, 13, 4));
            }
        });
    });
}

fn name(unit: usize) -> String {
    let thing = THINGS[pick(unit, 14, THINGS.len())];
    let event = EVENTS[pick(unit, 15, EVENTS.len())];
    format!("{thing}-{event}-{unit}")
}

fn sentence(number: usize, salt: usize, words: usize) -> String {
    let words = (0..words).map(|at| WORDS[pick(number * 31 + at, salt, WORDS.len())]);
    words.collect::<Vec<_>>().join(" ")
}

/// A number below `end` that looks random but is always the same for the same arguments.
fn pick(number: usize, salt: usize, end: usize) -> usize {
    let mut mixed = (number as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ ((salt as u64) << 40);
    mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    (mixed >> 33) as usize % end
}
