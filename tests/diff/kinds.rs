//! Every kind of change with an example; its message is on the page for users.

use std::fmt::Write as _;

use asyncapi_security_lsp::diff::kind::{KINDS, Kind};

use crate::command_line::{folder, run, write};
use crate::diff;
use crate::documents::{Base, a, b};

/// The line of the program for a kind of which only folders can tell.
fn of_files(id: &str) -> Option<String> {
    let (old, new) = match id {
        "document-renamed" => ("old/a.yaml", "new/api.yaml"),
        "document-added" => ("old/note.txt", "new/a.yaml"),
        "document-removed" => ("old/a.yaml", "new/note.txt"),
        _ => return None,
    };
    let place = folder("diff", id);
    for name in [old, new] {
        write(&place, name, a().s("scram").yaml().as_bytes());
    }
    let options = ["diff", "old", "new", "--show-none", "--format", "short"];
    let (_, out, err) = run(&place, &options);
    let mut lines = out.lines().filter_map(|line| line.split_once(id));
    let (_, line) = lines.next().expect(&err);
    // After the subject and the place.
    line.trim_start().splitn(3, ' ').nth(2).map(str::to_owned)
}

fn oauth(text: &str) -> Base {
    b().o("oa(r)")
        .scheme("oa", &format!("type: oauth2, flows: {{{text}}}"))
}

fn token(url: &str) -> Base {
    oauth(&format!(
        "clientCredentials: {{tokenUrl: '{url}', scopes: {{r: read, w: write}}}}"
    ))
}

fn only(flow: &str) -> Base {
    let url = match flow {
        "implicit" => "authorizationUrl: 'https://id.example.com/a'",
        "authorizationCode" => {
            "authorizationUrl: 'https://id.example.com/a', tokenUrl: 'https://id.example.com/t'"
        }
        _ => "tokenUrl: 'https://id.example.com/token'",
    };
    oauth(&format!("{flow}: {{{url}, scopes: {{r: read, w: write}}}}"))
}

fn both(flow: &str) -> Base {
    let second = match flow {
        "password" => {
            "password: {tokenUrl: 'https://id.example.com/token', scopes: {r: read, w: write}}"
        }
        _ => {
            "authorizationCode: {authorizationUrl: 'https://id.example.com/a', tokenUrl: 'https://id.example.com/t', scopes: {r: read, w: write}}"
        }
    };
    oauth(&format!(
        "clientCredentials: {{tokenUrl: 'https://id.example.com/token', scopes: {{r: read, w: write}}}}, {second}"
    ))
}

fn http(scheme: &str) -> Base {
    a().s("h")
        .scheme("h", &format!("type: http, scheme: {scheme}"))
}

fn key(place: &str, name: &str) -> Base {
    a().s("key").scheme(
        "key",
        &format!("type: httpApiKey, in: {place}, name: {name}"),
    )
}

fn issuer(host: &str) -> Base {
    b().o("i").scheme(
        "i",
        &format!("type: openIdConnect, openIdConnectUrl: 'https://{host}/x'"),
    )
}

fn of_demands(id: &str) -> Option<(Base, Base)> {
    let (s, o) = (|list: &str| a().s(list), |list: &str| a().o(list));
    let (t, both_sides) = (|list: &str| b().s(list), |list: &str| b().o(list));
    Some(match id {
        "security-removed" => (s("scram"), a()),
        "anonymous-allowed" => (t("scram"), t("scram, {}")),
        "alternative-added" => (s("scram"), s("scram, krb")),
        "alternative-replaced-weaker" => (s("scram"), s("plain")),
        "scheme-dropped-from-alternative" => (t("scram+cert"), t("scram")),
        "and-became-or" => (t("scram+cert"), t("scram, cert")),
        "scope-removed" => (o("oa(r w)"), o("oa(r)")),
        "scope-replaced" => (o("oa(r)"), o("oa(w)")),
        "scopes-lost-by-replacement" => (o("oa(r)"), o("krb")),
        "authentication-lost-encryption-left" => (s("scram"), s("enc")),
        "requirement-became-unknown" => (s("scram"), s("nobody")),
        "security-added" => (a(), s("scram")),
        "anonymous-refused" => (t("scram, {}"), t("scram")),
        "alternative-removed" => (s("scram, krb"), s("scram")),
        "alternative-replaced-stronger" => (s("plain"), s("scram")),
        "alternative-replaced-unranked" => (s("scram"), s("krb")),
        "alternative-replaced-same-kind" => (s("admin"), s("user")),
        "scheme-added-to-alternative" => (t("scram"), t("scram+cert")),
        "or-became-and" => (t("scram, cert"), t("scram+cert")),
        "scope-added" => (o("oa(r)"), o("oa(r w)")),
        "alternative-added-not-weaker" => (s("plain"), s("plain, scram")),
        "requirement-became-known" => (s("nobody"), s("scram")),
        "scopes-without-meaning-changed" => (both_sides("cert(r)"), both_sides("cert(w)")),
        "requirement-moved" => (s("scram"), o("scram")),
        "requirement-rewritten" => (t("scram, krb"), t("krb, scram")),
        "reference-unseen" => (
            s("https://x.example/y.yaml#/z"),
            s("https://x.example/y.yaml#/z"),
        ),
        "reference-target-changed" => (
            s("https://x.example/y.yaml#/z"),
            s("https://x.example/v2.yaml#/z"),
        ),
        _ => return None,
    })
}

fn of_schemes(id: &str) -> Option<(Base, Base)> {
    const URL: &str = "https://id.example.com/token";
    Some(match id {
        "scheme-type-weaker" => (
            a().s("scram"),
            a().s("scram").scheme("scram", "type: plain"),
        ),
        "http-scheme-weaker" => (http("dpop"), http("bearer")),
        "key-moved-to-query" => (key("header", "X-Key"), key("query", "X-Key")),
        "endpoint-tls-dropped" => (token(URL), token("http://id.example.com/token")),
        "flow-added-discouraged" => (token(URL), both("password")),
        "flow-replaced-weaker" => (only("authorizationCode"), only("implicit")),
        "scheme-type-stronger" => (
            a().s("scram").scheme("scram", "type: plain"),
            a().s("scram"),
        ),
        "scheme-type-unranked" => (
            a().s("cert"),
            a().s("cert").scheme("cert", "type: userPassword"),
        ),
        "http-scheme-changed" => (http("basic"), http("bearer")),
        "key-place-changed" => (key("header", "X-Key"), key("cookie", "X-Key")),
        "key-name-changed" => (key("header", "X-Key"), key("header", "X-Api-Key")),
        "flow-removed" => (both("password"), token(URL)),
        "flow-replaced-stronger" => (only("implicit"), only("authorizationCode")),
        "endpoint-origin-changed" => (token(URL), token("https://id.example.org/token")),
        "endpoint-path-changed" => (token(URL), token("https://id.example.com/v2/token")),
        "endpoint-tls-added" => (token("http://id.example.com/token"), token(URL)),
        "issuer-changed" => (issuer("a.example"), issuer("b.example")),
        "flow-added" => (token(URL), both("authorizationCode")),
        "scope-declared" => (
            oauth(&format!(
                "clientCredentials: {{tokenUrl: '{URL}', scopes: {{r: read}}}}"
            )),
            token(URL),
        ),
        "scope-undeclared" => (
            token(URL),
            oauth(&format!(
                "clientCredentials: {{tokenUrl: '{URL}', scopes: {{w: write}}}}"
            )),
        ),
        "refresh-url-changed" => (
            token(URL),
            oauth(&format!(
                "clientCredentials: {{tokenUrl: '{URL}', refreshUrl: '{URL}/r', scopes: {{r: read, w: write}}}}"
            )),
        ),
        "bearer-format-changed" => (
            http("bearer, bearerFormat: JWT"),
            http("bearer, bearerFormat: opaque"),
        ),
        "scheme-renamed" => (
            a().s("scram"),
            a().s("login")
                .without("scram")
                .scheme("login", "type: scramSha512"),
        ),
        // The component is gone, and its definition stands in the list.
        "scheme-moved" => {
            let mut inline = a().o("oa(r)");
            inline.inline_only = Some("oa");
            (a().o("oa(r)"), inline)
        }
        "unused-scheme-changed" => (a().s("cert"), a().s("cert").scheme("krb", "type: plain")),
        "documentation-changed" => (
            a().s("cert"),
            a().s("cert")
                .scheme("cert", "type: X509, description: Ask the team"),
        ),
        _ => return None,
    })
}

fn of_servers(id: &str) -> Option<(Base, Base)> {
    let p = |protocol: &str| a().s("scram").protocol(protocol);
    let q = |protocol: &str, list: &str| a().s("scram").server("q", protocol, Some(list));
    let o = || a().o("scram");
    let on = |servers: &str| {
        // Only one channel names its servers.
        let mut base = q("kafka-secure", "scram");
        base.channel_servers = Some(servers.to_owned());
        base
    };
    Some(match id {
        "tls-dropped" => (p("kafka-secure"), p("kafka")),
        "server-added-weaker" => (a().s("scram"), q("kafka", "scram")),
        "server-removed-weaker-left" => {
            let two = q("kafka", "scram");
            let mut plain = two.clone();
            plain.servers.remove(0);
            (two, plain)
        }
        "operation-on-weaker-server" => {
            let (mut one, mut all) = (on("p"), on("p q"));
            for base in [&mut one, &mut all] {
                base.servers[1].1 = "kafka".to_owned();
            }
            (one, all)
        }
        "operation-added-public" => (o(), o().operation("o2", None)),
        "tls-added" => (p("mqtt"), p("secure-mqtt")),
        "protocol-changed" => (p("mqtt"), p("amqp")),
        "tls-unknown" => (p("kafka-secure"), p("nats")),
        "tls-absence-known" => {
            let base = |port: &str| {
                a().s("scram").protocol("mqtt").host(&format!(
                    "'h.example.com:{{port}}', variables: {{port: {{{port}}}}}"
                ))
            };
            (base("enum: ['1883', '8883']"), base("enum: ['1883']"))
        }
        "server-host-changed" => (a().s("scram"), a().s("scram").host("h.example.org")),
        "server-variable-opened" => {
            let base = |variable: &str| {
                a().s("scram").host(&format!(
                    "'{{h}}.example.com', variables: {{h: {{{variable}}}}}"
                ))
            };
            (base("enum: [a, b]"), base("default: a"))
        }
        "server-added" => (a().s("scram"), q("kafka-secure", "scram")),
        "server-removed" => (q("kafka-secure", "scram"), a().s("scram")),
        "operation-added" => (o(), o().operation("o2", Some("krb"))),
        "operation-removed" => (o().operation("o2", None), o()),
        "operation-on-more-servers" => (on("p"), on("p q")),
        "operation-on-fewer-servers" => (on("p q"), on("p")),
        "operation-direction-changed" => {
            let mut turned = o();
            turned.operations[0].1 = "receive";
            (o(), turned)
        }
        "server-renamed" => {
            let mut renamed = a().s("scram");
            renamed.servers[0].0 = "prod".to_owned();
            (a().s("scram"), renamed)
        }
        "operation-renamed" => {
            let mut renamed = b().o("scram");
            renamed.operation_id = Some("pay".to_owned());
            (b().o("scram"), renamed)
        }
        _ => return None,
    })
}

fn example(kind: &Kind) -> Option<(Base, Base)> {
    of_demands(kind.id)
        .or_else(|| of_schemes(kind.id))
        .or_else(|| of_servers(kind.id))
}

fn message(kind: &Kind) -> String {
    let (old, new) = example(kind).expect(kind.id);
    let found = diff(&old.yaml(), &new.yaml());
    let mut changes = found.changes.iter();
    let change = changes.find(|change| change.kind == *kind);
    let change = change.unwrap_or_else(|| {
        panic!(
            "{}: {:#?}\n{}\n{}",
            kind.id,
            found.changes,
            old.yaml(),
            new.yaml()
        )
    });
    change.message.clone()
}

fn row(kind: &Kind) -> String {
    let also = if kind.stops { ", breaking" } else { "" };
    let review = if kind.review { "; to be judged" } else { "" };
    let example = of_files(kind.id).unwrap_or_else(|| message(kind));
    let example = example.replace('|', "\\|");
    format!(
        "| `{}` | {}{also}{review} | {} | {example} |\n",
        kind.id,
        kind.severity.as_str(),
        kind.title
    )
}

/// `UPDATE_EXPECT=1 cargo test --test diff` writes the table.
#[test]
fn the_page_has_every_kind_with_its_message() {
    const START: &str = "| Kind | Severity | What changed | For instance |\n|---|---|---|---|\n";
    let path = format!("{}/docs/diff.md", env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = page.split_once(START).unwrap();
    let end = rest.find("\n\n").map_or(0, |at| at + 1);
    let table = KINDS.iter().fold(String::new(), |mut table, kind| {
        let _ = write!(table, "{}", row(kind));
        table
    });
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, format!("{before}{START}{table}{}", &rest[end..])).unwrap();
        return;
    }
    assert_eq!(&rest[..end], table, "run it with UPDATE_EXPECT=1");
}

#[test]
fn ids_are_there_once() {
    let mut ids: Vec<&str> = KINDS.iter().map(|kind| kind.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), KINDS.len());
}
