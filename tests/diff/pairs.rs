//! Pairs of documents with all that has to be said of them.

use crate::documents::{Base, a, b};
use crate::{diff, lines, loud};

/// What has to be said; of severity `none` there may be more.
#[track_caller]
fn says(old: &Base, new: &Base, expected: &[&str]) {
    let found = diff(&old.yaml(), &new.yaml());
    let all = lines(&found);
    let (quiet, expected): (Vec<&str>, Vec<&str>) =
        expected.iter().partition(|line| line.starts_with("none"));
    assert_eq!(
        loud(&found),
        expected,
        "{all:#?}\n{}\n{}",
        old.yaml(),
        new.yaml()
    );
    for line in quiet {
        assert!(all.iter().any(|found| found == line), "{line}: {all:#?}");
    }
}

#[test]
fn demands_of_a_server() {
    let s = |list: &str| a().s(list);
    says(&s("scram"), &a(), &["danger security-removed o@p"]);
    says(&a(), &s("scram"), &["breaking security-added o@p"]);
    says(
        &b().s("scram"),
        &b().s("scram, {}"),
        &["danger anonymous-allowed o@p"],
    );
    says(
        &b().s("scram, {}"),
        &b().s("scram"),
        &["breaking anonymous-refused o@p"],
    );
    says(
        &s("scram"),
        &s("scram, krb"),
        &["danger alternative-added o@p"],
    );
    says(
        &s("scram, krb"),
        &s("scram"),
        &["breaking alternative-removed o@p"],
    );
    says(
        &s("plain"),
        &s("plain, scram"),
        &["notice alternative-added-not-weaker o@p"],
    );
    says(
        &s("scram"),
        &s("plain"),
        &["danger alternative-replaced-weaker o@p"],
    );
    says(
        &s("plain"),
        &s("scram"),
        &["breaking alternative-replaced-stronger o@p"],
    );
    says(
        &s("scram"),
        &s("krb"),
        &["breaking alternative-replaced-unranked o@p"],
    );
    says(
        &s("admin"),
        &s("user"),
        &["breaking alternative-replaced-same-kind o@p"],
    );
    says(
        &s("scram"),
        &s("enc"),
        &["danger authentication-lost-encryption-left o@p"],
    );
    says(
        &s("scram"),
        &s("nobody"),
        &["danger requirement-became-unknown o@p"],
    );
    says(
        &s("nobody"),
        &s("scram"),
        &["notice requirement-became-known o@p"],
    );
}

#[test]
fn several_schemes_together() {
    let s = |list: &str| b().s(list);
    says(
        &s("scram+cert"),
        &s("scram"),
        &["danger scheme-dropped-from-alternative o@p"],
    );
    says(
        &s("scram"),
        &s("scram+cert"),
        &["breaking scheme-added-to-alternative o@p"],
    );
    says(
        &s("scram, cert"),
        &s("scram+cert"),
        &["breaking or-became-and o@p"],
    );
    says(
        &s("scram+cert"),
        &s("scram, cert"),
        &["danger and-became-or o@p"],
    );
    let both = a().s("scram").o("oa(r)");
    says(
        &both,
        &a().o("oa(r)"),
        &["danger scheme-dropped-from-alternative o@p"],
    );
    let both = b().s("scram+cert").o("oa(r)");
    says(
        &both,
        &b().s("scram, cert").o("oa(r)"),
        &["danger and-became-or o@p"],
    );
    // Each way in lost the same.
    let both = b().s("scram, cert").o("oa(r w)");
    says(
        &both,
        &b().s("scram, cert").o("oa(r)"),
        &["danger scope-removed o@p"],
    );
    // `cert` alone is enough already.
    says(
        &s("cert, scram+key"),
        &s("cert"),
        &["breaking alternative-removed o@p"],
    );
}

#[test]
fn scopes() {
    for base in [a, b] {
        let o = |list: &str| base().o(list);
        says(&o("oa(r)"), &o("oa(r w)"), &["breaking scope-added o@p"]);
        says(&o("oa(r w)"), &o("oa(r)"), &["danger scope-removed o@p"]);
        says(&o("oa(r)"), &o("oa(w)"), &["danger scope-replaced o@p"]);
        says(
            &o("oa(r)"),
            &o("krb"),
            &["danger scopes-lost-by-replacement o@p"],
        );
    }
    says(
        &b().o("cert(r)"),
        &b().o("cert(w)"),
        &["notice scopes-without-meaning-changed o@p"],
    );
}

#[test]
fn definitions() {
    let weaker = a().s("scram").scheme("scram", "type: plain");
    says(
        &a().s("scram"),
        &weaker,
        &["danger scheme-type-weaker scram"],
    );
    let found = diff(&a().s("scram").yaml(), &weaker.yaml());
    assert_eq!(found.changes[0].cells.len(), 1);
    says(
        &weaker,
        &a().s("scram"),
        &["breaking scheme-type-stronger scram"],
    );

    let key = |place: &str, name: &str| {
        let text = format!("type: httpApiKey, in: {place}, name: {name}");
        a().s("key").scheme("key", &text)
    };
    says(
        &a().s("key"),
        &key("query", "X-Key"),
        &["danger key-moved-to-query key"],
    );
    says(
        &a().s("key"),
        &key("cookie", "X-Key"),
        &["breaking key-place-changed key"],
    );
    says(
        &key("query", "X-Key"),
        &a().s("key"),
        &["breaking key-place-changed key"],
    );
    says(
        &a().s("key"),
        &key("header", "X-Other"),
        &["breaking key-name-changed key"],
    );
    says(&a().s("key"), &key("header", "x-key"), &[]);

    let http = |scheme: &str| {
        a().s("h")
            .scheme("h", &format!("type: http, scheme: {scheme}"))
    };
    says(
        &http("dpop"),
        &http("bearer"),
        &["danger http-scheme-weaker h"],
    );
    says(
        &http("bearer"),
        &http("dpop"),
        &["breaking scheme-type-stronger h"],
    );
    says(
        &http("basic"),
        &http("bearer"),
        &["breaking http-scheme-changed h"],
    );
    says(&http("bearer"), &http("Bearer"), &[]);
    let jwt = http("bearer").scheme("h", "type: http, scheme: bearer, bearerFormat: JWT");
    says(&http("bearer"), &jwt, &["notice bearer-format-changed h"]);

    let other = a().s("cert").scheme("cert", "type: userPassword");
    says(
        &a().s("cert"),
        &other,
        &["breaking scheme-type-unranked cert"],
    );
    let other = b().o("oa").scheme("oa", "type: gssapi");
    says(
        &b().o("oa(r)"),
        &other,
        &["danger scopes-lost-by-replacement oa"],
    );
    let documented = a().s("cert").scheme("cert", "type: X509, description: new");
    says(
        &a().s("cert"),
        &documented,
        &["none documentation-changed cert"],
    );
    let unused = a().s("cert").scheme("krb", "type: plain");
    says(&a().s("cert"), &unused, &["none unused-scheme-changed krb"]);
}

fn oauth(flows: &str) -> Base {
    b().o("oa(r)")
        .scheme("oa", &format!("type: oauth2, flows: {{{flows}}}"))
}

fn flow(name: &str, url: &str) -> String {
    let url = match name {
        "implicit" => format!("authorizationUrl: '{url}'"),
        "authorizationCode" => format!("authorizationUrl: '{url}', tokenUrl: '{url}'"),
        _ => format!("tokenUrl: '{url}'"),
    };
    format!("{name}: {{{url}, scopes: {{r: read, w: write}}}}")
}

#[test]
fn endpoints_and_flows() {
    const URL: &str = "https://id.example.com/token";
    let to = |url: &str| oauth(&flow("clientCredentials", url));
    says(
        &to(URL),
        &to("https://id2.example.com/token"),
        &["breaking endpoint-origin-changed oa"],
    );
    says(&to(URL), &to("https://ID.example.com:443/token"), &[]);
    says(
        &to(URL),
        &to("https://id.example.com/v2/token"),
        &["breaking endpoint-path-changed oa"],
    );
    says(
        &to(URL),
        &to("http://id.example.com/token"),
        &["danger endpoint-tls-dropped oa"],
    );
    says(
        &to("http://id.example.com/token"),
        &to(URL),
        &["breaking endpoint-tls-added oa"],
    );
    let with = |name: &str| {
        oauth(&format!(
            "{}, {}",
            flow("clientCredentials", URL),
            flow(name, URL)
        ))
    };
    says(
        &to(URL),
        &with("password"),
        &["danger flow-added-discouraged oa"],
    );
    says(
        &to(URL),
        &with("authorizationCode"),
        &["notice flow-added oa"],
    );
    says(&with("implicit"), &to(URL), &["breaking flow-removed oa"]);
    let only = |name: &str| oauth(&flow(name, URL));
    says(
        &only("authorizationCode"),
        &only("implicit"),
        &["danger flow-replaced-weaker oa"],
    );
    says(
        &only("implicit"),
        &only("authorizationCode"),
        &["breaking flow-replaced-stronger oa"],
    );
    let both = ["notice flow-added oa", "breaking flow-removed oa"];
    says(
        &only("clientCredentials"),
        &only("authorizationCode"),
        &[both[1], both[0]],
    );
    let refresh = oauth(&format!(
        "clientCredentials: {{tokenUrl: '{URL}', refreshUrl: '{URL}/r', scopes: {{r: read, w: write}}}}"
    ));
    says(&to(URL), &refresh, &["notice refresh-url-changed oa"]);
    let fewer = oauth(&format!(
        "clientCredentials: {{tokenUrl: '{URL}', scopes: {{w: write}}}}"
    ));
    says(&to(URL), &fewer, &["notice scope-undeclared oa"]);
    says(&fewer, &to(URL), &["none scope-declared oa"]);
    let oidc = |url: &str| {
        b().o("i").scheme(
            "i",
            &format!("type: openIdConnect, openIdConnectUrl: '{url}'"),
        )
    };
    says(
        &oidc("https://a.example/x"),
        &oidc("https://b.example/x"),
        &["breaking issuer-changed i"],
    );
    says(
        &oidc("https://a.example/x"),
        &oidc("http://a.example/x"),
        &["danger endpoint-tls-dropped i"],
    );
}

#[test]
fn servers() {
    let p = |protocol: &str| a().s("scram").protocol(protocol);
    says(&p("kafka-secure"), &p("kafka"), &["danger tls-dropped p"]);
    says(&p("kafka"), &p("kafka-secure"), &["breaking tls-added p"]);
    says(&p("mqtt"), &p("amqp"), &["breaking protocol-changed p"]);
    says(&p("kafka-secure"), &p("nats"), &["notice tls-unknown p"]);
    says(
        &a().s("scram"),
        &a().s("scram").host("other.example.com"),
        &["notice server-host-changed p"],
    );
    says(
        &a().s("scram"),
        &a().s("scram").host("H.example.com:9093"),
        &[],
    );
    let mut renamed = a().s("scram");
    renamed.servers[0].0 = "prod".into();
    says(&a().s("scram"), &renamed, &["none server-renamed prod"]);

    let with = |protocol: &str, list: Option<&str>| a().s("scram").server("q", protocol, list);
    says(
        &a().s("scram"),
        &with("kafka", Some("scram")),
        &["danger server-added-weaker q"],
    );
    says(
        &a().s("scram"),
        &with("kafka-secure", None),
        &["danger server-added-weaker q"],
    );
    says(
        &a().s("scram"),
        &with("kafka-secure", Some("plain")),
        &["danger server-added-weaker q"],
    );
    says(
        &a().s("scram"),
        &with("kafka-secure", Some("scram")),
        &["notice server-added q"],
    );
    says(
        &a().s("scram"),
        &with("kafka-secure", Some("krb")),
        &["notice server-added q"],
    );
    let mut local = with("kafka", Some("scram"));
    local.servers[1].2 = "localhost:9092".into();
    says(&a().s("scram"), &local, &["notice server-added q"]);
    let two = with("kafka", Some("scram"));
    let mut plain = two.clone();
    plain.servers.remove(0);
    says(&two, &plain, &["danger server-removed-weaker-left p"]);
    says(&two, &a().s("scram"), &["notice server-removed q"]);
}

#[test]
fn operations() {
    let o = || a().o("scram");
    says(
        &o(),
        &o().operation("o2", None),
        &["danger operation-added-public o2@p"],
    );
    says(
        &o(),
        &o().operation("o2", Some("krb")),
        &["notice operation-added o2"],
    );
    says(
        &a(),
        &a().operation("o2", None),
        &["notice operation-added o2"],
    );
    says(
        &o().operation("o2", None),
        &o(),
        &["notice operation-removed o2"],
    );
    let mut turned = o();
    turned.operations[0].1 = "receive";
    says(&o(), &turned, &["notice operation-direction-changed o"]);

    let many = |list: &str| {
        let base = a().s(list);
        (0..299).fold(base, |base, at| base.operation(&format!("o{at}"), None))
    };
    let found = diff(&many("scram").yaml(), &many("plain").yaml());
    assert_eq!(loud(&found), ["danger alternative-replaced-weaker o@p"]);
    assert_eq!(found.changes[0].cells.len(), 300);
}

#[test]
fn an_inline_scheme_is_not_the_component_that_became_like_it() {
    // `oa` is demanded inline alone, as it was; the component became the same.
    let old = a().o("oa(r)");
    let yaml = old.yaml();
    let lines = yaml.lines().map(|line| match line.starts_with("    oa: ") {
        true => "    oa: {type: plain}",
        false => line,
    });
    let other = lines.collect::<Vec<&str>>().join("\n");
    let found = diff(&other, &old.yaml());
    assert_eq!(loud(&found), [""; 0], "{other}");
}

#[test]
fn each_list_has_its_own_changes() {
    let two = |server: &str, scopes: &str| {
        let list = format!("oa({scopes})");
        a().s(server).o(&list).operation("o2", Some(&list))
    };
    let expected = [
        "danger alternative-replaced-weaker o@p",
        "danger scope-removed o@p",
    ];
    says(&two("scram", "r w"), &two("plain", "r"), &expected);
}

#[test]
fn traits() {
    let weaker = ["danger alternative-replaced-weaker o@p"];
    says(&b().o("scram"), &b().o("scram").of_trait("plain"), &weaker);
    let found = diff(
        &b().o("scram").yaml(),
        &b().o("scram").of_trait("plain").yaml(),
    );
    assert_eq!(found.changes[0].because, ["trait"]);
    says(&a().o("scram"), &a().o("scram").of_trait("plain"), &[]);
}

#[test]
fn the_same_in_other_words() {
    says(
        &a().s("scram"),
        &a().o("scram"),
        &["none requirement-moved o@p"],
    );
    says(&a().s("scram"), &a().s("scram").o(""), &[]);
    says(&b().s("scram, scram+cert"), &b().s("scram"), &[]);
    says(
        &b().s("oa(w)").o("oa(r)"),
        &b().s("oa(r w)"),
        &["none requirement-moved o@p"],
    );
    says(
        &b().o("oa(r), oa(w)"),
        &b().o("oa(w), oa(r)"),
        &["none requirement-rewritten o@p"],
    );
    let text = b().o("oa(r), oa(w)").yaml();
    assert_eq!(lines(&diff(&text, &text)), [""; 0]);
    let renamed = a()
        .s("scram2")
        .without("scram")
        .scheme("scram2", "type: scramSha512");
    says(&a().s("scram"), &renamed, &["none scheme-renamed scram2"]);
    // From one version to the other.
    says(
        &b().s("scram, krb").o("oa(r)"),
        &a().s("krb, scram").o("oa(r)"),
        &[],
    );
    says(&b().s("scram"), &a().s("scram"), &[]);
}

#[test]
fn what_looks_the_same_and_differs() {
    let because = |old: &Base, new: &Base, expected: &str, reason: &str| {
        says(old, new, &[expected]);
        let found = diff(&old.yaml(), &new.yaml());
        let because = &found.changes[0].because;
        assert!(because.contains(&reason), "{because:?}");
    };
    let (old, new) = (
        b().o("scram").version("2.3.0"),
        b().o("scram").version("2.4.0"),
    );
    because(&old, &new, "breaking security-added o@p", "version");
    let (old, new) = (
        b().o("scram").of_trait("plain"),
        a().o("scram").of_trait("plain"),
    );
    because(
        &old,
        &new,
        "breaking alternative-replaced-stronger o@p",
        "trait-order",
    );
    let (old, new) = (b().s("scram+cert"), a().s("scram, cert"));
    because(&old, &new, "danger and-became-or o@p", "migration");
    let siblings = a().yaml().replace(
        "channel: {$ref: '#/channels/co'}",
        "channel: {$ref: '#/channels/co'}, security: [{$ref: '#/components/securitySchemes/oa', scopes: [w]}]",
    );
    let found = diff(&b().o("oa(w)").yaml(), &siblings);
    assert_eq!(loud(&found), ["danger scope-removed o@p"]);
    assert!(found.changes[0].because.contains(&"ref-siblings"));
}

/// 3.x needs a scheme for each choice of scopes.
#[test]
fn a_copy_for_other_scopes_is_the_same_scheme() {
    let mut copied = a().s("oa").o("oaR");
    let oauth = copied.schemes["oa"].clone();
    let scoped = |scopes: &str| format!("{oauth}, scopes: [{scopes}]");
    copied.schemes.insert("oa", scoped("r, w"));
    copied.schemes.insert("oaR", scoped("r"));
    let plain = b().s("oa(r w)").o("oa(r)");
    says(&plain, &copied, &[]);
    says(&copied, &plain, &[]);
    // Not with other scopes, and not for what has no scopes.
    says(
        &b().s("oa(r w)").o("oa(r)"),
        &copied.clone().s("oaR"),
        &["danger scope-removed o@p"],
    );
    let mut other = a().s("someone");
    other.schemes.insert("someone", "type: userPassword".into());
    says(
        &a().s("user"),
        &other,
        &["breaking alternative-replaced-same-kind o@p"],
    );
}

#[test]
fn an_address_behind_a_reference() {
    let of_server = |version: &str, address: &str| {
        format!(
            "asyncapi: {version}\ninfo: {{title: a, version: '1'}}\nservers:\n  p: {{$ref: '#/components/servers/p'}}\nchannels: {{}}\ncomponents:\n  servers:\n    p: {{protocol: ws, {address}}}\n"
        )
    };
    let old = of_server("2.6.0", "url: 'ws://h.example.com/ws'");
    let new = of_server("3.0.0", "host: h.example.com, pathname: /ws");
    assert_eq!(loud(&diff(&old, &new)), [""; 0]);
    let other = of_server("3.0.0", "host: h.example.com, pathname: /other");
    assert_eq!(loud(&diff(&old, &other)), ["notice server-host-changed p"]);
}

/// One id for both directions is wrong, and no reason to compare one with the other.
#[test]
fn operations_of_one_id() {
    let start = "info: {title: a, version: '1'}\nchannels:\n  c: {address: c";
    let old = "asyncapi: 2.6.0\ninfo: {title: a, version: '1'}\nchannels:\n  c:\n    subscribe: {operationId: o}\n    publish: {operationId: o}\n";
    let new = format!(
        "asyncapi: 3.0.0\n{start}}}\noperations:\n  o: {{action: receive, channel: {{$ref: '#/channels/c'}}}}\n  o2: {{action: send, channel: {{$ref: '#/channels/c'}}}}\n"
    );
    assert_eq!(loud(&diff(old, &new)), [""; 0]);
}

/// A scheme of a list may be declared, even beside one that says the same.
#[test]
fn a_scheme_that_is_declared_now_is_the_same() {
    let mut declared = a().s("someone");
    declared
        .schemes
        .insert("someone", "type: userPassword".into());
    let reference = "{$ref: '#/components/securitySchemes/someone'}";
    let inline = a().s("someone").yaml();
    let inline = inline.replace(reference, "{type: userPassword}");
    assert_eq!(loud(&diff(&inline, &declared.yaml())), [""; 0]);
    assert_eq!(loud(&diff(&declared.yaml(), &inline)), [""; 0]);
    // Declared for somebody else.
    let admin = declared.s("admin").yaml();
    assert_eq!(loud(&diff(&inline, &admin)), [""; 0]);
}

#[test]
fn what_is_not_read_is_not_called_equal() {
    let far = a().s("https://x.example/y.yaml#/z");
    says(
        &far,
        &far,
        &["notice reference-unseen https://x.example/y.yaml#/z"],
    );
    let found = diff(&far.yaml(), &far.yaml());
    assert!(!found.is_whole());
    let other = a().s("https://x.example/y.yaml#/other");
    says(&far, &other, &["notice reference-target-changed o@p"]);
    says(
        &a().s("scram"),
        &far,
        &["danger requirement-became-unknown o@p"],
    );
    assert!(diff(&a().s("scram").yaml(), &a().s("scram").yaml()).is_whole());
}

/// An inline scheme is the one of several equal components that the other side demands there.
#[test]
fn an_inline_scheme_that_equals_several_components() {
    let inline = |base: &Base| {
        let place = "{$ref: '#/components/securitySchemes/INLINE'}";
        base.yaml().replace(place, "{type: userPassword}")
    };
    // `admin` comes first.
    for name in ["admin", "user"] {
        for base in [a().s("INLINE"), a().s("scram, INLINE"), a().o("INLINE")] {
            let written = base.yaml().replace("INLINE", name);
            for (old, new) in [(inline(&base), written.clone()), (written, inline(&base))] {
                let found = diff(&old, &new);
                assert_eq!(loud(&found), [""; 0], "{old}\n{new}");
            }
            let found = diff(&inline(&base), &inline(&base));
            assert_eq!(lines(&found), [""; 0]);
        }
    }
}

/// An inline scheme that changed where it stands is that scheme, changed.
#[test]
fn an_inline_scheme_that_changed_in_place() {
    let with = |schemes: &[&str]| {
        let list = format!("[{}]", schemes.join(", "));
        let place = "[{$ref: '#/components/securitySchemes/INLINE'}]";
        a().o("INLINE").yaml().replace(place, &list)
    };
    let key = |name: &str| format!("{{type: httpApiKey, in: header, name: {name}}}");
    let login = |host: &str| {
        format!(
            "{{type: oauth2, flows: {{clientCredentials: {{tokenUrl: 'https://{host}/t', \
             availableScopes: {{r: read}}}}}}, scopes: [r]}}"
        )
    };
    for (old, new, expected) in [
        (
            vec![key("X-Old")],
            vec![key("X-New")],
            "breaking key-name-changed httpApiKey",
        ),
        (
            vec![key("X-Old"), login("a.example")],
            vec![key("X-Old"), login("b.example")],
            "breaking endpoint-origin-changed oauth2",
        ),
        // Which of two became the new one cannot be told.
        (
            vec![key("X-Old"), key("X-Other")],
            vec![key("X-New"), key("X-Newer")],
            "",
        ),
    ] {
        let texts = |all: &[String]| with(&all.iter().map(|one| &**one).collect::<Vec<_>>());
        let found = diff(&texts(&old), &texts(&new));
        match expected {
            "" => assert!(!loud(&found).is_empty() && !loud(&found)[0].contains("key-name")),
            expected => assert_eq!(loud(&found), [expected]),
        }
    }
}

#[test]
fn what_stays_where_an_encrypted_server_is_gone() {
    let two = a().s("scram").server("q", "kafka", Some("scram"));
    let without_first = |mut base: Base| {
        base.servers.remove(0);
        base
    };
    let weaker = ["danger server-removed-weaker-left p"];
    says(&two, &without_first(two.clone()), &weaker);
    // A new server on the own machine opens nothing, and one without encryption is no better.
    for (host, protocol) in [("localhost:1", "ws"), ("h", "kafka")] {
        let mut new = without_first(two.clone()).server("n", protocol, Some("scram"));
        new.servers[1].2 = host.to_owned();
        let expected = [
            "danger server-removed-weaker-left p",
            "notice server-added n",
        ];
        says(&two, &new, &expected);
    }
    let better = without_first(two.clone()).server("n", "kafka-secure", Some("scram"));
    says(
        &two,
        &better,
        &["notice server-added n", "notice server-removed p"],
    );
}

/// Who accepted a change of one operation has not accepted that of another one.
#[test]
fn operations_that_were_changed_alike_are_one_change() {
    let base = |lists: [Option<&str>; 3]| {
        let base = a().operation("o2", lists[1]).operation("o3", lists[2]);
        lists[0].map_or(base.clone(), |list| base.o(list))
    };
    let old = base([Some("scram"); 3]);
    let change = |new: &Base| {
        let found = diff(&old.yaml(), &new.yaml());
        assert_eq!(loud(&found), ["danger security-removed o@p"]);
        let change = found.changes.into_iter().next().unwrap();
        (change.cells.len(), change.fingerprint())
    };
    let one = change(&base([None, Some("scram"), Some("scram")]));
    let two = change(&base([None, None, Some("scram")]));
    let other_two = change(&base([None, Some("scram"), None]));
    assert_eq!([one.0, two.0, other_two.0], [1, 2, 2]);
    assert!(one.1 != two.1 && two.1 != other_two.1 && one.1 != other_two.1);
    // What a list of a server does to many is accepted at once.
    let server = |base: Base| base.s("scram");
    let found = diff(
        &server(a().operation("o2", None)).yaml(),
        &a().operation("o2", None).yaml(),
    );
    let single = diff(&server(a()).yaml(), &a().yaml());
    assert_eq!(
        found.changes[0].fingerprint(),
        single.changes[0].fingerprint()
    );
}

/// A host that was accepted is not any host.
#[test]
fn fingerprints_know_what_it_became() {
    let of = |new: Base, old: Base| diff(&old.yaml(), &new.yaml()).changes[0].fingerprint();
    let host = |host: &str| a().s("scram").host(host);
    assert_ne!(
        of(host("b.example"), host("a.example")),
        of(host("c.example"), host("a.example"))
    );
    let login = |host: &str| {
        b().o("oa(r)").scheme(
            "oa",
            &format!("type: oauth2, flows: {{clientCredentials: {{tokenUrl: 'https://{host}/t', scopes: {{r: r}}}}}}"),
        )
    };
    assert_ne!(of(login("b"), login("a")), of(login("c"), login("a")));
}

#[test]
fn a_server_that_is_not_encrypted_after_all() {
    let ports = |all: &str| {
        let host = format!("'h.example.com:{{port}}', variables: {{port: {{enum: [{all}]}}}}");
        a().s("scram").protocol("mqtt").host(&host)
    };
    let (unknown, plain) = (ports("'1883', '8883'"), ports("'1883'"));
    says(&unknown, &plain, &["notice tls-absence-known p"]);
    says(&plain, &unknown, &[]);
    let found = diff(&unknown.yaml(), &plain.yaml());
    assert!(
        found.changes[0].kind.review,
        "what `--strict` calls a danger"
    );
}

/// The reason is that of the scheme which is there now.
#[test]
fn what_is_weaker_says_why() {
    let schemes = |base: Base| {
        let base = base.scheme("query", "type: httpApiKey, in: query, name: k");
        let base = base.scheme("dpop", "type: http, scheme: dpop");
        base.scheme("bearer", "type: http, scheme: bearer")
    };
    for (old, new, why) in [
        (
            "key",
            "query",
            "the key stands in URLs, and so in logs and histories",
        ),
        ("cert", "key", "the key itself is sent"),
        ("dpop", "bearer", "a stolen token can be used by others"),
        ("scram", "plain", "the server sees the password"),
    ] {
        let found = diff(&schemes(a()).s(old).yaml(), &schemes(a()).s(new).yaml());
        let said = format!("`o` on `p`: `{new}` instead of `{old}` is weaker: {why}");
        assert!(
            found.changes.iter().any(|change| change.message == said),
            "{old} {new}: {:?}",
            found.changes
        );
    }
}
