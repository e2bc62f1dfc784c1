#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::*;

fn object(name: &str) -> &'static Object {
    spec()
        .object(name)
        .unwrap_or_else(|| panic!("no object `{name}`"))
}

fn names<'a>(fields: impl Iterator<Item = &'a Field>) -> Vec<&'a str> {
    fields.map(|field| field.name.as_str()).collect()
}

fn meant(wrong: &str) -> Option<&'static str> {
    spec()
        .type_alias(wrong)
        .map(|alias| alias.scheme_type.as_str())
}

#[test]
fn the_embedded_file_is_well_formed() {
    let spec = load::read(load::EMBEDDED).expect("the embedded file");
    assert!(spec.objects().len() > 20);
    for object in spec.objects() {
        let name = &object.name;
        assert_texts(name, &object.title, &object.description, &object.anchor);
        assert!(
            object.until.is_none_or(|until| object.since <= until),
            "{name}: since > until"
        );
        for target in &object.one_of {
            assert!(spec.object(target).is_some(), "{name} is one of `{target}`");
        }
        if let Some(target) = object.map_of.as_deref() {
            let plain = matches!(target, "string" | "stringList");
            assert!(
                plain || spec.object(target).is_some(),
                "{name} is a map of `{target}`"
            );
        }
        for field in &object.fields {
            let at = format!("{name}.{}", field.name);
            assert_texts(&at, &field.title, &field.description, &field.anchor);
            assert!(
                field.until.is_none_or(|until| field.since <= until),
                "{at}: since > until"
            );
            assert!(field.rank != u16::MAX, "{at} has no order");
            if let FieldKind::Object(target) | FieldKind::List(target) | FieldKind::Map(target) =
                &field.kind
            {
                assert!(spec.object(target).is_some(), "{at} holds `{target}`");
            }
            if let Some((other, _)) = &field.only_with {
                assert!(
                    object.fields.iter().any(|field| field.name == *other),
                    "{at} needs `{other}`"
                );
            }
            assert_values(&at, &field.values);
        }
        for version in Version::ALL {
            let mut seen = names(object.fields_in(version));
            seen.sort_unstable();
            let all = seen.len();
            seen.dedup();
            assert_eq!(
                all,
                seen.len(),
                "{name} has a field twice in {}",
                version.as_str()
            );
        }
    }
    for values in [
        spec.scheme_types(),
        spec.http_schemes(),
        spec.unregistered_http_schemes(),
        spec.bearer_formats(),
    ] {
        assert!(!values.is_empty());
        assert_values("list", values);
    }
}

fn assert_texts(at: &str, title: &str, description: &str, anchor: &str) {
    assert!(!title.is_empty(), "{at} has no title");
    assert!(description.len() > 20, "{at} has no description");
    let name = |sign: char| sign.is_ascii_alphanumeric() || sign == '-';
    assert!(
        !anchor.is_empty() && anchor.chars().all(name),
        "{at} has no anchor"
    );
}

fn assert_values(at: &str, values: &[ValueSpec]) {
    for (rank, value) in values.iter().enumerate() {
        let at = format!("{at}={}", value.value);
        assert_texts(
            &at,
            &value.title,
            &value.description,
            value.anchor.as_deref().unwrap_or("none"),
        );
        assert!(at.ends_with(&value.value) && !value.value.is_empty());
        // A list of one value may be a cut of the list of types, with its rank there.
        assert!(
            values.len() == 1 || usize::from(value.rank) == rank,
            "{at} is out of order"
        );
    }
}

#[test]
fn every_scheme_type_is_an_object_that_knows_its_name() {
    for value in spec().scheme_types() {
        let object = object(&value.value);
        assert_eq!(object.since, value.since);
        let field = object.field("type", Version::V3_1).unwrap();
        assert!(field.required);
        assert_eq!(
            field.values.iter().map(|v| &v.value).collect::<Vec<_>>(),
            [&value.value]
        );
        assert!(object.field("description", Version::V2_0).is_some());
        assert!(object.extensions);
        // SPEC: of the scheme types only `oauth2` is open.
        assert_eq!(object.closed, value.value != "oauth2", "{}", value.value);
        let listed = self::object("securityScheme").one_of.contains(&value.value);
        assert!(listed, "{} is no securityScheme", value.value);
    }
    assert_eq!(spec().scheme_types().len(), 13);
}

#[test]
fn flows_take_what_rfc_6749_gives_them() {
    let cases = [
        ("implicit", vec!["authorizationUrl"], Some("tokenUrl")),
        ("password", vec!["tokenUrl"], Some("authorizationUrl")),
        (
            "clientCredentials",
            vec!["tokenUrl"],
            Some("authorizationUrl"),
        ),
        (
            "authorizationCode",
            vec!["authorizationUrl", "tokenUrl"],
            None,
        ),
    ];
    assert_eq!(spec().flows().len(), cases.len());
    for (flow, urls, forbidden) in cases {
        let flow = object(&format!("flow.{flow}"));
        for version in Version::ALL {
            let required = [urls.clone(), vec![version.scopes_key()]].concat();
            assert_eq!(names(flow.required_in(version)), required);
            let all = [required, vec!["refreshUrl"]].concat();
            assert_eq!(names(flow.fields_in(version)), all);
        }
        for url in ["authorizationUrl", "tokenUrl", "refreshUrl"] {
            assert_eq!(flow.forbids(url), Some(url) == forbidden);
        }
    }
}

#[test]
fn fields_come_and_go_with_versions() {
    let oauth2 = object("oauth2");
    assert!(oauth2.field("scopes", Version::V2_6).is_none());
    assert_eq!(
        oauth2.field("scopes", Version::V3_0).unwrap().kind,
        FieldKind::StringList
    );
    for carrier in ["operation", "operationTrait"] {
        assert!(object(carrier).field("security", Version::V2_3).is_none());
        let kind = |version| {
            object(carrier)
                .field("security", version)
                .unwrap()
                .kind
                .clone()
        };
        assert_eq!(
            kind(Version::V2_4),
            FieldKind::List("securityRequirement".to_owned())
        );
        assert_eq!(
            kind(Version::V3_0),
            FieldKind::List("securityEntry".to_owned())
        );
    }
    assert!(object("server").field("security", Version::V2_0).is_some());
    assert_eq!(object("plain").since, Version::V2_1);
}

#[test]
fn bearer_format_needs_bearer() {
    let field = object("http").field("bearerFormat", Version::V2_0).unwrap();
    assert_eq!(
        field.only_with,
        Some(("scheme".to_owned(), "bearer".to_owned()))
    );
    assert!(field.open && field.values.iter().any(|value| value.value == "JWT"));
}

#[test]
fn aliases_lead_to_right_names_and_right_names_are_none() {
    for alias in &spec().type_aliases {
        assert!(object("securityScheme").one_of.contains(&alias.scheme_type));
        for (field, _) in &alias.fields {
            let target = object(&alias.scheme_type);
            assert!(
                target.field(field, Version::V2_0).is_some(),
                "{}: {field}",
                alias.wrong
            );
        }
    }
    for (wrong, right) in &spec().flow_aliases {
        assert!(
            spec().flows().iter().any(|flow| flow.name == *right),
            "{wrong}"
        );
    }
    assert_eq!(meant("SCRAM-SHA-256"), Some("scramSha256"));
    assert_eq!(meant("apiKey,"), Some("apiKey"));
    assert_eq!(meant("x509"), Some("X509"));
    assert_eq!(meant("OAuth2"), Some("oauth2"));
    assert_eq!(meant("oauth2"), None);
    assert_eq!(meant("nonsense"), None);
    let jwt = spec().type_alias("jwt").unwrap();
    assert!(
        jwt.fields
            .contains(&("bearerFormat".to_owned(), "JWT".to_owned()))
    );
    assert_eq!(
        spec().flow_alias("authorization_code"),
        Some("authorizationCode")
    );
    assert_eq!(spec().flow_alias("password"), None);
    assert_eq!(spec().flow_alias("device_code"), None);
    assert!(spec().is_unsupported_flow("device_code"));
    for value in spec().scheme_types() {
        let shouted = value.value.to_ascii_uppercase();
        let wrong = shouted != value.value;
        assert_eq!(
            meant(&shouted),
            wrong.then_some(value.value.as_str()),
            "{shouted}"
        );
    }
}

#[test]
fn tables_name_what_exists() {
    let types = &object("securityScheme").one_of;
    for family in &spec().families {
        assert!(
            spec()
                .protocols()
                .iter()
                .any(|protocol| protocol.family == family.name)
        );
        assert!(
            family
                .natural
                .iter()
                .chain(&family.odd)
                .all(|name| types.contains(name))
        );
        assert!(!family.natural.iter().any(|name| family.odd.contains(name)));
    }
    for protocol in spec().protocols() {
        if let Some(secure) = &protocol.secure_variant {
            assert_eq!(protocol.tls, Some(false), "{}", protocol.name);
            assert_eq!(
                spec().protocol(secure).and_then(|secure| secure.tls),
                Some(true),
                "{secure}"
            );
        }
    }
    for row in &spec().kafka {
        assert!(types.contains(&row.scheme_type) && spec().protocol(&row.protocol).is_some());
    }
    assert!(spec().is_tls_port(8883) && !spec().is_tls_port(1883));
    assert_eq!(
        spec()
            .kafka_settings("kafka-secure", "plain")
            .unwrap()
            .security,
        "SASL_SSL"
    );
}

#[test]
fn versions_are_what_their_numbers_say() {
    for (at, version) in Version::ALL.into_iter().enumerate() {
        let (major, minor) = (u64::from(version.major()), u64::from(version.minor()));
        assert_eq!(version.as_str(), format!("{major}.{minor}.0"));
        assert_eq!(Version::from_parts(major, minor), Some(version));
        assert!(Version::ALL[at..].iter().all(|later| version <= *later));
        let docs = format!(
            "https://www.asyncapi.com/docs/reference/specification/v{}",
            version.as_str()
        );
        assert_eq!(version.docs("schema"), format!("{docs}#schema"));
        assert_eq!(version.docs(""), docs);
    }
    assert_eq!(Version::from_parts(2, 7), None);
    assert_eq!(Version::newest_of(2), Some(Version::V2_6));
    assert_eq!(Version::newest_of(3), Some(Version::V3_1));
    assert_eq!(Version::newest_of(4), None);
}

#[test]
fn words_are_told_from_others() {
    let spec = spec();
    for field in [
        "type",
        "description",
        "name",
        "in",
        "scheme",
        "bearerFormat",
        "flows",
        "openIdConnectUrl",
        "scopes",
    ] {
        assert!(spec.is_scheme_field(field), "{field}");
    }
    assert!(!spec.is_scheme_field("$ref") && !spec.is_scheme_field("tokenUrl"));
    for field in [
        "authorizationUrl",
        "tokenUrl",
        "refreshUrl",
        "scopes",
        "availableScopes",
    ] {
        assert!(spec.is_flow_field(field), "{field}");
    }
    assert!(!spec.is_flow_field("flows") && !spec.is_flow_field("type"));
    assert!(spec.is_scheme_type("X509") && !spec.is_scheme_type("object"));
    assert!(spec.flow("implicit").is_some() && spec.flow("device").is_none());
}

#[test]
fn names_and_tokens() {
    assert!(is_extension("x-my.own_1") && !is_extension("x-") && !is_extension("x-a b"));
    assert!(
        is_component_key("a.B-c_1") && !is_component_key("") && !is_component_key("sch\u{e9}ma")
    );
    assert!(is_scope_token("https://a.example/x:read") && !is_scope_token("a b"));
    assert!(!is_scope_token("a\"") && !is_scope_token("a\\") && !is_scope_token(""));
    assert!(is_http_token("X-API-Key") && !is_http_token("a:b") && !is_http_token(""));
}
