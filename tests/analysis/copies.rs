//! Inline schemes that are repeated: one finding for what is wrong with the scheme, and one for each
//! place where the place matters.

use crate::fixture::analyse;
use asyncapi_security_lsp::analysis::Analysis;
use asyncapi_security_lsp::fixes::{backwards, fix_all, fixes};
use asyncapi_security_lsp::ide::actions::{Action, Effect, actions};

const KEY: &str = "{type: httpApiKey, in: header, name: Authorization}";
const RULE: &str = "http-api-key-authorization-header";

/// A document with servers that have these lists; the protocol stands before the list.
fn document(servers: &[(&str, &str)]) -> String {
    let mut text = "asyncapi: 3.0.0\nservers:\n".to_owned();
    for (at, (protocol, list)) in servers.iter().enumerate() {
        text.push_str(&format!(
            "  s{at}:\n    host: h{at}.shop.io\n    protocol: {protocol}\n    security:\n{list}\n"
        ));
    }
    text
}

fn item(scheme: &str) -> String {
    format!("      - {scheme}")
}

/// For each finding of a rule the lines of its places, from 1.
fn lines(analysis: &Analysis, rule: &str) -> Vec<Vec<usize>> {
    let text = analysis.document.text();
    let found = analysis.findings.iter().filter(|one| one.rule.id == rule);
    found
        .map(|one| {
            one.places()
                .map(|place| text.line_of(place.start()) + 1)
                .collect()
        })
        .collect()
}

fn of(schemes: &[&str]) -> Analysis {
    let lists: Vec<String> = schemes.iter().map(|scheme| item(scheme)).collect();
    let servers: Vec<_> = lists.iter().map(|list| ("wss", &**list)).collect();
    analyse(&document(&servers), &[])
}

#[test]
fn what_is_wrong_with_a_scheme_is_said_at_its_first_place() {
    let analysis = of(&[KEY, KEY, KEY]);
    assert_eq!(lines(&analysis, RULE), [vec![7, 12, 17]]);
    let [finding] = &analysis.findings[..] else {
        panic!("{:?}", analysis.findings);
    };
    assert!(
        finding
            .message
            .ends_with("; the same scheme stands at 2 more places")
    );
    let text = analysis.document.text().to_string();
    assert_eq!(finding.related().len(), 2);
    for related in finding.related() {
        assert_eq!(
            &text[related.range.start()..related.range.end()],
            "Authorization"
        );
        assert_eq!(&*related.message, "the same scheme stands here");
    }
    let two = of(&[KEY, KEY]);
    assert!(
        two.findings[0]
            .message
            .ends_with("stands at one more place")
    );
}

#[test]
fn order_style_and_indentation_make_no_other_scheme() {
    let list = "      - # of a client\n          name: Authorization\n          type: httpApiKey\n          in: 'header'";
    let analysis = analyse(&document(&[("wss", &item(KEY)), ("wss", list)]), &[]);
    assert_eq!(lines(&analysis, RULE), [vec![7, 13]]);
}

#[test]
fn another_scheme_has_a_finding_of_its_own() {
    let other = "{type: httpApiKey, in: header, name: Authorization, description: other}";
    let analysis = of(&[KEY, other, KEY, other]);
    assert_eq!(lines(&analysis, RULE), [vec![7, 17], vec![12, 22]]);
}

#[test]
fn two_findings_about_one_scheme_stay_two() {
    let scheme = "{type: oauth2, flows: {clientCredentials: {tokenUrl: a.io/t, refreshUrl: a.io/r, availableScopes: {}}}}";
    let analysis = of(&[scheme, scheme]);
    assert_eq!(
        lines(&analysis, "url-not-absolute"),
        [vec![7, 12], vec![7, 12]]
    );
    let texts = |at: usize| {
        let finding = &analysis.findings[at];
        let text = analysis.document.text();
        finding
            .places()
            .map(|place| text.slice(place).into_owned())
            .collect::<Vec<_>>()
    };
    let is_url = |at: &usize| analysis.findings[*at].rule.id == "url-not-absolute";
    let found: Vec<_> = (0..analysis.findings.len()).filter(is_url).collect();
    assert_eq!(texts(found[0]), ["a.io/t", "a.io/t"]);
    assert_eq!(texts(found[1]), ["a.io/r", "a.io/r"]);
}

#[test]
fn errors_are_said_once_too() {
    let analysis = of(&["{type: http}", "{type: http}"]);
    assert_eq!(
        lines(&analysis, "security-scheme-missing-field"),
        [vec![7, 12]]
    );
}

#[test]
fn what_depends_on_the_place_is_said_at_each_place() {
    let scheme = "{type: http, scheme: basic}";
    let list = item(scheme);
    let analysis = analyse(&document(&[("ws", &list), ("ws", &list)]), &[]);
    assert_eq!(lines(&analysis, "http-basic-without-tls").len(), 2);
    let analysis = analyse(&document(&[("kafka", &list), ("mqtt", &list)]), &[]);
    assert_eq!(lines(&analysis, "security-type-not-for-protocol").len(), 2);
    // On WebSockets a key in the query is information, elsewhere a warning.
    let key = item("{type: httpApiKey, in: query, name: key}");
    let lists = [("wss", &*key), ("https", &key), ("wss", &key)];
    let analysis = analyse(&document(&lists), &[]);
    let found: usize = lines(&analysis, "http-api-key-in-query")
        .iter()
        .map(Vec::len)
        .sum();
    assert_eq!(found, 3);
}

#[test]
fn a_secret_is_said_wherever_it_stands() {
    let token = ["ghp", "_", "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"].concat();
    let scheme = format!("{{type: http, scheme: bearer, description: {token}}}");
    assert_eq!(
        lines(&of(&[&scheme, &scheme]), "secret-in-document").len(),
        2
    );
}

#[test]
fn a_suppression_silences_its_own_place_alone() {
    let ignore = format!("      # asyncapi-security: ignore[{RULE}]\n{}", item(KEY));
    let list = item(KEY);
    let first = analyse(
        &document(&[("wss", &ignore), ("wss", &list), ("wss", &list)]),
        &[],
    );
    assert_eq!(lines(&first, RULE), [vec![13, 18]]);
    let second = analyse(
        &document(&[("wss", &list), ("wss", &ignore), ("wss", &list)]),
        &[],
    );
    assert_eq!(lines(&second, RULE), [vec![7, 18]]);
    let all = analyse(&document(&[("wss", &ignore), ("wss", &ignore)]), &[]);
    assert_eq!(
        (all.findings.len(), all.suppressed.len()),
        (0, 2),
        "{:?}",
        all.findings
    );
}

fn after(analysis: &Analysis, action: &Action) -> Analysis {
    let Effect::Edit { edits, .. } = &action.effect else {
        panic!("{action:?}");
    };
    analysis.edited(&backwards(edits))
}

#[test]
fn what_is_offered_is_done_at_every_place_and_says_so() {
    for json in [false, true] {
        let mut analysis = of(&[KEY, KEY, KEY]);
        if json {
            let server = |at: usize| {
                format!(
                    "\"s{at}\": {{\"host\": \"h{at}.shop.io\", \"protocol\": \"wss\", \"security\": [{{\"type\": \"httpApiKey\", \"in\": \"header\", \"name\": \"Authorization\"}}]}}"
                )
            };
            let servers: Vec<String> = (0..3).map(server).collect();
            let text = format!(
                "{{\"asyncapi\": \"3.0.0\", \"servers\": {{{}}}}}",
                servers.join(", ")
            );
            analysis = analyse(&text, &[]);
        }
        let finding = analysis.findings[0].clone();
        assert_eq!(finding.copies().len(), 2);
        // At a copy too, where nothing is shown.
        for place in finding.places() {
            let offered = actions(&analysis, place, |_| true);
            for title in ["Write `", "Ignore `"] {
                let mut offered = offered.iter().filter(|one| one.title.starts_with(title));
                let action = offered.next().unwrap();
                assert!(
                    action.title.contains(" at all 3 places"),
                    "{}",
                    action.title
                );
                let after = after(&analysis, action);
                assert!(after.findings.is_empty(), "{:?}", after.findings);
            }
        }
        assert_eq!(fixes(&analysis, &finding).len(), 2);
    }
}

#[test]
fn all_copies_are_fixed_in_bulk() {
    let analysis = of(&[
        "{type: http, scheme: BEARER}",
        "{type: http, scheme: BEARER}",
    ]);
    assert_eq!(lines(&analysis, "http-bearer-case"), [vec![7, 12]]);
    let (edits, count) = fix_all(&analysis);
    let after = analysis.edited(&backwards(&edits));
    assert_eq!(
        (count, after.findings.len()),
        (1, 0),
        "{:?}",
        after.findings
    );
    assert_eq!(
        after
            .document
            .text()
            .to_string()
            .matches("scheme: bearer")
            .count(),
        2
    );
}

#[test]
fn a_declared_scheme_leads_its_copies() {
    let list = item(KEY);
    let text = document(&[("wss", &*list), ("wss", &*list)])
        + &format!("components: {{securitySchemes: {{k: {KEY}}}}}\n");
    let analysis = analyse(&text, &[]);
    assert_eq!(lines(&analysis, RULE), [vec![13, 7, 12]]);
    assert_eq!(
        lines(&analysis, "security-inline-could-be-ref"),
        [vec![7, 12]]
    );
    // One that is silenced says nothing.
    let text = text.replace(
        "name: Authorization}}}",
        "name: Authorization, x-asyncapi-security-ignore: [http-api-key-authorization-header]}}}",
    );
    assert_eq!(lines(&analyse(&text, &[]), RULE), [vec![7, 12]]);
}

#[test]
fn schemes_on_one_server_have_one_repair() {
    let rule = "http-api-key-without-tls";
    let scheme = |name: &str| item(&format!("{{type: httpApiKey, in: header, name: {name}}}"));
    let list = format!("{}\n{}", scheme("A"), scheme("B"));
    let text = document(&[("ws", &*list), ("ws", &*scheme("A"))]);
    let analysis = analyse(&text, &[]);
    assert_eq!(lines(&analysis, rule), [vec![7, 8], vec![13]]);
    let found = analysis.findings.iter().find(|one| one.rule.id == rule);
    let finding = found.expect("a finding");
    assert!(
        finding
            .message
            .ends_with("; the same holds at one more place"),
        "{}",
        finding.message
    );
    let fixes = fixes(&analysis, finding);
    assert!(
        fixes[0]
            .title
            .starts_with("Change the protocol of the server to `wss`"),
    );
    assert!(!fixes[0].title.contains("places"));
    let after = analysis.edited(&backwards(&fixes[0].edits));
    assert_eq!(lines(&after, rule), [vec![13]]);
    // Each is silenced where it stands.
    let text = text.replacen(
        "      - {",
        &format!("      # asyncapi-security: ignore[{rule}] known\n      - {{"),
        1,
    );
    assert_eq!(lines(&analyse(&text, &[]), rule), [vec![9], vec![14]]);
}

#[test]
fn servers_without_security_are_said_once() {
    let rule = "server-without-security";
    let servers = "asyncapi: 3.0.0\nservers:\n  a: {host: a.shop.io, protocol: wss}\n  b: {host: b.shop.io, protocol: wss}\n  c: {host: c.shop.io, protocol: wss}\n";
    let text = format!("{servers}components: {{securitySchemes: {{k: {KEY}}}}}\n");
    let analysis = analyse(&text, &[]);
    assert_eq!(lines(&analysis, rule), [vec![3, 4, 5]]);
    let found = analysis.findings.iter().find(|one| one.rule.id == rule);
    let finding = found.expect("a finding");
    assert!(
        finding
            .message
            .ends_with("; the same holds for 2 more servers"),
        "{}",
        finding.message
    );
    let fixes = fixes(&analysis, finding);
    let after = analysis.edited(&backwards(&fixes[0].edits));
    assert!(lines(&after, rule).is_empty());
}
