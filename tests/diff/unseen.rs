//! What is not seen is neither nothing nor a change.

use crate::documents::{Base, a, b};
use crate::{diff, loud};

fn server_of(base: &Base, server: &str) -> String {
    let yaml = base.yaml();
    let start = yaml.find("servers:\n").unwrap() + "servers:\n".len();
    let end = yaml.find("channels:").unwrap();
    format!("{}{server}{}", &yaml[..start], &yaml[end..])
}

#[track_caller]
fn says(old: &str, new: &str, expected: &[&str]) {
    let found = diff(old, new);
    assert_eq!(loud(&found), expected, "{old}\n{new}");
    assert!(!found.is_whole(), "{old}\n{new}");
}

/// A server that other files have is no server of another protocol and without a host.
#[test]
fn a_server_behind_a_reference() {
    for base in [a(), b()] {
        let far = server_of(&base, "  p: {$ref: 'servers.yaml#/p'}\n");
        // Where nothing was demanded nobody new can get in.
        says(&base.yaml(), &far, &[]);
        says(&far, &base.yaml(), &["notice requirement-became-known o@p"]);
        let asking = base.clone().s("scram");
        says(
            &asking.yaml(),
            &far,
            &["danger requirement-became-unknown o@p"],
        );
        says(
            &far,
            &asking.yaml(),
            &["notice requirement-became-known o@p"],
        );
        says(&far, &far, &["notice reference-unseen servers.yaml#/p"]);
    }
}

/// In documents of the time before 2.0 `servers` is a list.
#[test]
fn servers_that_are_no_map() {
    for base in [a().s("scram"), b().s("scram")] {
        let list = server_of(
            &base,
            "  - {url: h.example.com, protocol: kafka, security: [{scram: []}]}\n",
        );
        says(&list, &list, &[]);
        says(
            &list,
            &base.yaml(),
            &[
                "notice requirement-became-known o@p",
                "notice server-added p",
            ],
        );
        let text = server_of(&base, "  all\n");
        says(
            &base.yaml(),
            &text,
            &[
                "danger requirement-became-unknown o@p",
                "notice server-removed p",
            ],
        );
    }
}

/// The servers of a channel are behind a reference that is not followed.
#[test]
fn servers_of_a_channel() {
    let on = |servers: &str| {
        let yaml = a().s("scram").yaml();
        yaml.replace(
            "{address: c/o}",
            &format!("{{address: c/o, servers: [{servers}]}}"),
        )
    };
    let (here, far) = (on("{$ref: '#/servers/p'}"), on("{$ref: 'other.yaml#/p'}"));
    says(&here, &far, &["danger requirement-became-unknown o@p"]);
    says(&far, &here, &["notice requirement-became-known o@p"]);
    // One of two is seen; what became of the other one cannot be told.
    let both = on("{$ref: '#/servers/p'}, {$ref: 'other.yaml#/p'}");
    says(&both, &here, &[]);
    says(&here, &both, &[]);
}

/// A scheme that is not read demands something nevertheless.
#[test]
fn a_scheme_in_place_of_nothing() {
    let far = a().s("https://x.example/y.yaml#/z");
    says(&a().yaml(), &far.yaml(), &["breaking security-added o@p"]);
    says(&far.yaml(), &a().yaml(), &["danger security-removed o@p"]);
    // A name that leads nowhere demands what nobody knows.
    let dangling = a().s("nobody").yaml();
    says(&a().yaml(), &dangling, &[]);
    let found = diff(&dangling, &a().yaml());
    assert_eq!(
        found.changes[0].message,
        "`o` on `p`: what is demanded can be read now: nothing, so anyone gets in"
    );
}

/// A component without a type is no scheme; the inline one with its old definition is another one.
#[test]
fn a_component_that_lost_its_type() {
    let list = "[{type: openIdConnect, openIdConnectUrl: 'https://URL', scopes: [s]}]";
    let with = |url: &str, component: &str| {
        let yaml = a().scheme("i", component).o("INLINE").yaml();
        let list = list.replace("URL", url);
        yaml.replace("[{$ref: '#/components/securitySchemes/INLINE'}]", &list)
    };
    let old = with(
        "a.example",
        "type: openIdConnect, openIdConnectUrl: 'https://a.example'",
    );
    let new = with("b.example", "openIdConnectUrl: 'https://b.example'");
    let found = diff(&old, &new);
    assert_eq!(loud(&found), ["breaking issuer-changed i"], "{new}");
}
