//! What operations and servers need, as everything that speaks of it reads it.

use std::collections::HashMap;
use std::sync::Arc;

use asyncapi_security_lsp::analysis::{Analysis, Options};
use asyncapi_security_lsp::ide::inlay_hints::inlay_hints;
use asyncapi_security_lsp::model::effective::{
    On, has_security, list_in_effect, place_of_operations, servers_of, traits_of,
};
use asyncapi_security_lsp::model::facts::SiteKind;
use asyncapi_security_lsp::model::needs::reader::NeedsReader;
use asyncapi_security_lsp::model::needs::seen::{Placed, Unseen};
use asyncapi_security_lsp::model::needs::{Needs, NeedsOfOperation, NeedsOfServer};
use asyncapi_security_lsp::model::references::Resolver;
use asyncapi_security_lsp::syntax::document::Document;
use asyncapi_security_lsp::syntax::format::Format;
use asyncapi_security_lsp::text::range::TextRange;
use asyncapi_security_lsp::workspace::graph::Graph;
use asyncapi_security_lsp::workspace::graph::surroundings::surroundings;
use asyncapi_security_lsp::workspace::source_file::SourceFile;
use asyncapi_security_lsp::workspace::view::View;
use expect_test::{Expect, expect};

use crate::analyse;
use crate::corpus::documents;

/// The first document, beside the other ones. Each begins with a line `--- NAME`.
pub fn analyse_first(files: &str) -> Analysis {
    let folder = std::env::temp_dir();
    let mut view = View {
        open: HashMap::new(),
        folders: vec![folder.clone()],
        ..View::default()
    };
    let mut first = None;
    for file in files.split("--- ").skip(1) {
        let (name, text) = file.split_once('\n').unwrap();
        let format = match name.ends_with(".json") {
            true => Format::Json,
            false => Format::Yaml,
        };
        let path = folder.join(name);
        let file = SourceFile::new(path.clone(), None, Document::new(text, format));
        let file = Arc::new(file);
        first.get_or_insert(Arc::clone(&file));
        view.open.insert(path, file);
    }
    let first = first.unwrap();
    let options = Options {
        surroundings: Arc::new(surroundings(&view, &Graph::new(&view), &first, true)),
        ..Options::default()
    };
    Analysis::new(first.document.clone(), options, None)
}

fn check(files: &str, expected: Expect) {
    let analysis = analyse_first(files);
    let reader = NeedsReader::new(analysis.document.tree(), &analysis.model).unwrap();
    let operations = reader.operations();
    let mut out = String::new();
    for operation in &operations.all {
        out.push_str(&of_operation(operation));
        for server in &operation.servers {
            out.push_str(&of_server(server));
        }
    }
    for unseen in &operations.unseen {
        out.push_str(&format!("unseen {}\n", shown(unseen)));
    }
    expected.assert_eq(&out);
}

fn of_operation(operation: &NeedsOfOperation<'_>) -> String {
    let key = &operation.key;
    let direction = key
        .direction
        .map_or("?".to_owned(), |one| format!("{one:?}"));
    let address = key.address.as_deref().unwrap_or("?");
    let id = key.id.as_deref().unwrap_or("-");
    let mut out = format!(
        "{id} {direction} {address}: {}",
        of_list(operation.own.as_ref())
    );
    if operation.is_list_open {
        out.push_str(", or another list");
    }
    for unseen in operation
        .unseen_lists
        .iter()
        .chain(&operation.unseen_servers)
    {
        out.push_str(&format!("; unseen {}", shown(unseen)));
    }
    out + "\n"
}

fn of_server(server: &NeedsOfServer<'_>) -> String {
    let unseen = server
        .placed
        .as_ref()
        .err()
        .map(|unseen| format!("unseen {}", shown(unseen)));
    let needs = unseen.unwrap_or_else(|| of_list(server.needs.as_ref()));
    format!("  on {}: {needs}\n", server.name)
}

fn shown(unseen: &Unseen<'_>) -> String {
    format!("{:?} ({:?})", unseen.text, unseen.why)
}

/// A list with its alternatives and where it stands.
fn of_list(needs: Option<&Needs<'_>>) -> String {
    let Some(needs) = needs else {
        return "no list".to_owned();
    };
    let alternatives = needs.alternatives.iter().map(|one| {
        let schemes = one.schemes.iter().map(|needed| {
            let kind = needed.fact().and_then(|fact| fact.scheme_type.as_ref());
            let what = match (&needed.scheme, kind) {
                (Err(unseen), _) => format!("?{}", shown(unseen)),
                (_, Some(kind)) => kind.value.text.to_string(),
                (_, None) => "no type".to_owned(),
            };
            let name = needed.name.as_deref().unwrap_or("(inline)");
            format!("{name}={what}{:?}", needed.scopes)
        });
        format!("{{{}}}", Vec::from_iter(schemes).join(" and "))
    });
    let file = needs
        .origin
        .file
        .map_or("", |uri| uri.rsplit('/').next().unwrap());
    let torn = if needs.is_torn { " torn" } else { "" };
    format!(
        "[{}]{torn} of {file}#{}",
        Vec::from_iter(alternatives).join(" or "),
        needs.origin.pointer
    )
}

/// The end of documents of 2.x.
const SCHEMES_2: &str = "components:
  securitySchemes:
    login: {type: scramSha512}
    cert: {type: X509}
    alias: {$ref: '#/components/securitySchemes/oauth'}
    far: {$ref: 'https://example.com/s.yaml#/far'}
    oauth: {type: oauth2, flows: {clientCredentials: {tokenUrl: 'https://id.example.com/t', scopes: {r: R}}}}
";

/// The same of 3.x.
const SCHEMES_3: &str = "components:
  securitySchemes:
    login: {type: scramSha512}
    alias: {$ref: '#/components/securitySchemes/oauth'}
    oauth: {type: oauth2, scopes: [r], flows: {clientCredentials: {tokenUrl: 'https://id.example.com/t', availableScopes: {r: R}}}}
";

#[test]
fn lists_of_2x() {
    let files = format!(
        "--- a.yaml
asyncapi: 2.6.0
servers:
  none: {{url: x}}
  both: {{url: x, security: [{{login: [], alias: [r]}}, {{}}]}}
channels:
  plain: {{publish: {{operationId: say}}}}
  'a/{{b}}': {{servers: [none], subscribe: {{security: [{{far: [s]}}, {{gone: []}}]}}}}
  empty: {{servers: [none, lost], publish: {{security: []}}}}
  broken: {{servers: [none], publish: {{security: {{login: []}}}}, subscribe: {{security: [{{oauth: [{{}}]}}, {{$ref: '#/components/securitySchemes/login'}}]}}}}
{SCHEMES_2}"
    );
    check(
        &files,
        expect![[r#"
        say Receives plain: no list
          on none: no list
          on both: [{login=scramSha512[] and alias=oauth2["r"]} or {}] of #/servers/both
        - Sends a/{b}: [{far=?"https://example.com/s.yaml#/far" (Unread)["s"]} or {gone=?"gone" (Missing)[]}] of #/channels/a~1{b}/subscribe
          on none: no list
        - Receives empty: [] of #/channels/empty/publish; unseen "lost" (Missing)
          on none: no list
        - Receives broken: [{login=scramSha512[]}] torn of #/channels/broken/publish
          on none: no list
        - Sends broken: [] torn of #/channels/broken/subscribe
          on none: no list
    "#]],
    );
    // Before 2.4 operations have no list.
    let old = files.replace("2.6.0", "2.3.0");
    check(
        &old,
        expect![[r#"
        say Receives plain: no list
          on none: no list
          on both: [{login=scramSha512[] and alias=oauth2["r"]} or {}] of #/servers/both
        - Sends a/{b}: no list
          on none: no list
        - Receives empty: no list; unseen "lost" (Missing)
          on none: no list
        - Receives broken: no list
          on none: no list
        - Sends broken: no list
          on none: no list
    "#]],
    );
}

#[test]
fn lists_of_3x() {
    let files = format!(
        "--- a.yaml
asyncapi: 3.0.0
servers:
  none: {{host: x, protocol: kafka}}
  both: {{host: x, protocol: kafka, security: [{{$ref: '#/components/securitySchemes/alias'}}, {{type: plain}}]}}
  behind: {{$ref: '#/components/servers/shared'}}
channels:
  plain: {{address: a}}
  one: {{address: null, servers: [{{$ref: '#/servers/none'}}]}}
  shared: {{servers: [{{$ref: '#/components/servers/shared'}}, {{$ref: '#/components/servers/extra'}}, {{$ref: '#/servers/lost'}}]}}
operations:
  say: {{action: send, channel: {{$ref: '#/channels/plain'}}}}
  hear: {{action: receive, channel: {{$ref: '#/channels/one'}}, security: [{{$ref: '#/components/securitySchemes/login', scopes: [no]}}, {{$ref: '#/components/securitySchemes/gone'}}]}}
  old: {{action: send, channel: {{$ref: '#/channels/shared'}}, security: [{{login: []}}]}}
  lost: {{channel: {{$ref: '#/channels/gone'}}}}
{SCHEMES_3}  servers:
    shared: {{host: y, protocol: mqtt, security: [{{$ref: '#/components/securitySchemes/login'}}]}}
    extra: {{host: z, protocol: mqtt}}
"
    );
    check(
        &files,
        expect![[r##"
        say Sends a: no list
          on none: no list
          on both: [{alias=oauth2["r"]} or {(inline)=plain[]}] of #/servers/both
          on behind: [{login=scramSha512[]}] of #/components/servers/shared
        hear Receives ?: [{login=scramSha512[]} or {gone=?"gone" (Missing)[]}] of #/operations/hear
          on none: no list
        old Sends ?: [] torn of #/operations/old; unseen "#/servers/lost" (Missing)
          on behind: [{login=scramSha512[]}] of #/components/servers/shared
          on extra: no list
        lost ? ?: no list; unseen "#/channels/gone" (Missing)
          on none: no list
          on both: [{alias=oauth2["r"]} or {(inline)=plain[]}] of #/servers/both
          on behind: [{login=scramSha512[]}] of #/components/servers/shared
    "##]],
    );
}

/// In 2.x a trait wins over the operation, in 3.x the operation over its traits; the last trait with
/// a list wins over the others.
#[test]
fn traits() {
    let operation = "{traits: [{security: [{login: []}]}, {$ref: '#/components/operationTraits/t'}, {description: none}], security: [{oauth: [r]}]}";
    let files = format!(
        "--- a.yaml
asyncapi: 2.6.0
channels:
  c:
    publish: {operation}
    subscribe: {{traits: [{{$ref: 'https://example.com/t.yaml'}}], security: [{{oauth: [r]}}]}}
{SCHEMES_2}  operationTraits:
    t: {{security: [{{cert: []}}]}}
"
    );
    check(
        &files,
        expect![[r#"
        - Receives c: [{cert=X509[]}] of #/components/operationTraits/t
        - Sends c: [{oauth=oauth2["r"]}] of #/channels/c/subscribe, or another list; unseen "https://example.com/t.yaml" (Unread)
    "#]],
    );
    let login = "{$ref: '#/components/securitySchemes/login'}";
    let files = format!(
        "--- a.yaml
asyncapi: 3.0.0
channels: {{c: {{address: c}}}}
operations:
  own: {{action: send, channel: {{$ref: '#/channels/c'}}, traits: [{{security: [{login}]}}, {{$ref: 'https://example.com/t.yaml'}}], security: [{{type: plain}}]}}
  last: {{action: send, channel: {{$ref: '#/channels/c'}}, traits: [{{security: [{{type: plain}}]}}, {{$ref: '#/components/operationTraits/t'}}, {{}}]}}
  open: {{action: send, channel: {{$ref: '#/channels/c'}}, traits: [{{$ref: 'https://example.com/t.yaml'}}]}}
{SCHEMES_3}  operationTraits:
    t: {{security: [{login}]}}
"
    );
    check(
        &files,
        expect![[r#"
        own Sends c: [{(inline)=plain[]}] of #/operations/own; unseen "https://example.com/t.yaml" (Unread)
        last Sends c: [{login=scramSha512[]}] of #/components/operationTraits/t
        open Sends c: no list, or another list; unseen "https://example.com/t.yaml" (Unread)
    "#]],
    );
}

/// Servers, channels, operations, traits and schemes of other files, and what they refer to in theirs
/// and back here.
#[test]
fn other_files() {
    check(
        "--- a.yaml
asyncapi: 3.0.0
servers:
  one: {$ref: 'servers.json#/one'}
  two: {$ref: 'servers.json#/two'}
channels:
  far: {$ref: './parts.yaml#/channel'}
operations:
  near: {action: send, channel: {$ref: '#/channels/far'}, traits: [{$ref: './parts.yaml#/trait'}]}
  far: {$ref: './parts.yaml#/operation'}
  gone: {$ref: './parts.yaml#/gone'}
  unread: {$ref: 'https://example.com/o.yaml'}
components: {servers: {x: {host: z, protocol: kafka}}}
--- servers.json
{\"one\": {\"host\": \"x\", \"protocol\": \"kafka\", \"security\": [{\"$ref\": \"parts.yaml#/scheme\"}]},
 \"two\": {\"host\": \"y\", \"protocol\": \"kafka\"},
 \"three\": {\"host\": \"z\", \"protocol\": \"kafka\", \"security\": []}}
--- parts.yaml
channel: {address: far, servers: [{$ref: './a.yaml#/servers/two'}, {$ref: './a.yaml#/components/servers/x'}, {$ref: 'servers.json#/three'}]}
scheme: {type: scramSha512}
oauth: {type: oauth2, scopes: [r]}
trait: {security: [{$ref: '#/oauth'}, {type: plain}, {$ref: '#/lost'}]}
operation: {action: receive, channel: {$ref: '#/channel'}, traits: [{$ref: '#/trait'}]}
",
        expect![[r##"
            near Sends far: [{oauth=oauth2["r"]} or {(inline)=plain[]} or {#/lost=?"#/lost" (Missing)[]}] of parts.yaml#/trait
              on two: no list
              on x: no list
              on three: [] of servers.json#/three
            far Receives far: [{oauth=oauth2["r"]} or {(inline)=plain[]} or {#/lost=?"#/lost" (Missing)[]}] of parts.yaml#/trait
              on two: no list
              on x: no list
              on three: [] of servers.json#/three
            unseen "./parts.yaml#/gone" (Missing)
            unseen "https://example.com/o.yaml" (Unread)
        "##]],
    );
    check(
        &format!(
            "--- a.yaml
asyncapi: 2.6.0
servers:
  one: {{$ref: 'parts.yaml#/server'}}
  two: {{url: y}}
channels:
  far: {{$ref: 'parts.yaml#/channel'}}
  near: {{publish: {{$ref: 'parts.yaml#/operation'}}}}
{SCHEMES_2}--- parts.yaml
server: {{url: x, security: [{{login: []}}]}}
channel: {{servers: [two], subscribe: {{traits: [{{$ref: '#/trait'}}]}}}}
operation: {{operationId: o, security: [{{oauth: [r]}}]}}
trait: {{security: [{{cert: [], lost: []}}]}}
"
        ),
        expect![[r#"
            - Sends far: [{cert=X509[] and lost=?"lost" (Missing)[]}] of parts.yaml#/trait
              on two: no list
            - Receives near: [{oauth=oauth2["r"]}] of parts.yaml#/operation
              on one: [{login=scramSha512[]}] of parts.yaml#/server
              on two: no list
        "#]],
    );
}

/// Maps of other files, whose entries may be references themselves.
#[test]
fn maps_of_other_files() {
    check(
        "--- a.yaml
asyncapi: 3.0.0
servers: {$ref: 'servers.yaml'}
channels: {$ref: 'channels.yaml'}
operations: {$ref: 'operations.yaml'}
--- servers.yaml
one: {host: x, protocol: kafka, security: [{type: plain}]}
two: {$ref: './gone.yaml'}
--- channels.yaml
c: {address: c, servers: [{$ref: 'servers.yaml#/one'}]}
d: {address: d}
--- operations.yaml
o: {action: send, channel: {$ref: 'channels.yaml#/c'}, security: []}
p: {action: receive, channel: {$ref: 'channels.yaml#/d'}}
",
        expect![[r#"
            o Sends c: [] of operations.yaml#/o
              on one: [{(inline)=plain[]}] of servers.yaml#/one
            p Receives d: no list; unseen "/servers/two" (Unread)
              on one: [{(inline)=plain[]}] of servers.yaml#/one
              on two: unseen "/servers/two" (Unread)
        "#]],
    );
}

/// What a map that was not read holds may be anything.
#[test]
fn what_is_not_read_is_not_nothing() {
    check(
        "--- a.yaml
asyncapi: 3.0.0
servers: {$ref: 'https://example.com/servers.yaml'}
channels: {c: {address: c}}
operations:
  o: {action: send, channel: {$ref: '#/channels/c'}}
",
        expect![[r#"
            o Sends c: no list; unseen "https://example.com/servers.yaml" (Unread)
        "#]],
    );
    check(
        "--- a.yaml
asyncapi: 2.6.0
channels: {$ref: 'gone.yaml'}
",
        expect![[r#"
            unseen "gone.yaml" (Unread)
        "#]],
    );
}

/// Files that refer to each other in a circle, which no version allows, end.
#[test]
fn circles_end() {
    check(
        "--- a.yaml
asyncapi: 2.6.0
channels:
  c: {$ref: 'c.yaml'}
  d: {$ref: 'd.yaml'}
--- c.yaml
publish: {$ref: 'o.yaml'}
--- o.yaml
channel: {$ref: 'c.yaml'}
security: [{x: []}]
--- d.yaml
{$ref: 'd.yaml'}
",
        expect![[r#"
            - Receives c: [{x=?"x" (Missing)[]}] of o.yaml#
            unseen "d.yaml" (Cycle)
        "#]],
    );
}

/// What an editor shows reads the same, in other files too.
#[test]
fn hints_and_hovers_read_other_files() {
    let files = "--- a.yaml
asyncapi: 3.0.0
servers:
  one: {$ref: 'b.yaml#/one'}
  two: {host: y, protocol: kafka}
channels:
  c: {$ref: 'b.yaml#/channel'}
operations:
  near: {action: send, channel: {$ref: '#/channels/c'}, security: [{type: plain}]}
  far: {$ref: 'b.yaml#/operation'}
--- b.yaml
one: {host: x, protocol: kafka-secure, security: [{type: scramSha512}]}
channel: {address: c, servers: [{$ref: '#/one'}]}
operation: {action: send, channel: {$ref: '#/channel'}, traits: [{$ref: '#/trait'}]}
trait: {security: [{type: X509}]}
";
    let analysis = analyse_first(files);
    let text = analysis.document.text().to_string();
    let labels = || -> Vec<(String, String)> {
        let hints = inlay_hints(&analysis, TextRange::new(0, text.len())).into_iter();
        let label = |at: usize| text[..at].rsplit(['\n', ' ']).next().unwrap().to_owned();
        hints
            .map(|hint| (label(hint.position), hint.label))
            .collect()
    };
    expect![[r#"
        [
            (
                "one:",
                "needs SASL SCRAM-SHA-512",
            ),
            (
                "near:",
                "needs SASL SCRAM-SHA-512 and SASL PLAIN",
            ),
            (
                "far:",
                "needs SASL SCRAM-SHA-512 and client certificate",
            ),
        ]
    "#]]
    .assert_debug_eq(&labels());
    let hints = inlay_hints(&analysis, TextRange::new(0, text.len()));
    expect![[r#"
        **A client needs:** SASL SCRAM-SHA-512

        **Kafka client:** `security.protocol=SASL_SSL`, `sasl.mechanism=SCRAM-SHA-512`, `sasl.jaas.config` with `ScramLoginModule`, user name and password"#]].assert_eq(&hints[0].tooltip);
    // A map that was not read leaves nothing to be said of operations.
    let unread = analyse_first(
        "--- a.yaml
asyncapi: 3.0.0
servers: {$ref: 'https://example.com/servers.yaml'}
channels: {c: {address: c}}
operations:
  o: {action: send, channel: {$ref: '#/channels/c'}, security: [{type: plain}]}
",
    );
    assert_eq!(
        inlay_hints(&unread, TextRange::new(0, unread.document.text().len())),
        []
    );
}

/// The rules, which look at one document alone, find the same lists on the same servers.
#[test]
fn rules_see_the_same() {
    let mut count = 0;
    for text in documents("rules_see_the_same") {
        let analysis = analyse(&text);
        let (tree, model) = (analysis.document.tree(), &analysis.model);
        let Some((reader, version)) = NeedsReader::new(tree, model).zip(model.version) else {
            continue;
        };
        let resolver = Resolver::new(tree, model);
        for root in model.units_of(place_of_operations(version), false) {
            let Some(unit) = resolver.unit(root).end() else {
                continue;
            };
            let sites = unit.unit.sites().iter();
            for site in sites.filter(|site| site.kind == SiteKind::Operation) {
                count += 1;
                let needs = reader.of_operation(unit, site);
                let traits = traits_of(&resolver, unit, site).with_security;
                let list = list_in_effect(version, unit, site, &traits);
                let list = list.filter(|_| has_security(version, SiteKind::Operation));
                let own = needs.own.as_ref().map(|own| own.origin.pointer);
                if site.reference.is_none() {
                    assert_eq!(own, list.map(|(_, site)| &*site.pointer), "{text}");
                }
                match servers_of(&resolver, version, unit) {
                    On::Unknown => assert!(!needs.unseen_servers.is_empty(), "{text}"),
                    On::All => assert_eq!(needs.servers.len(), reader.servers().len(), "{text}"),
                    On::These(these) => {
                        let found = needs
                            .servers
                            .iter()
                            .filter_map(|one| one.placed.as_ref().ok());
                        let is_it =
                            |one: &Placed<'_>| these.iter().any(|unit| one.is(Placed::Here(*unit)));
                        assert!(found.clone().all(is_it), "{text}");
                        assert_eq!(needs.unseen_servers, [], "{text}");
                    }
                }
            }
        }
    }
    println!("{count} operations");
}
