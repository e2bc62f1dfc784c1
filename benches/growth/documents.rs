//! Documents that can be of any length.

use asyncapi_security_lsp::syntax::format::Format;

use crate::costly;

/// A kind of document.
pub struct Growing {
    pub name: &'static str,
    /// How many parts the shorter one has.
    pub length: usize,
    /// The document with so many parts.
    pub text: fn(usize) -> String,
    pub format: Format,
    /// What its hover is asked for.
    pub at: &'static str,
}

pub fn all() -> Vec<Growing> {
    let yaml = |name, length, text| Growing {
        name,
        length,
        text,
        format: Format::Yaml,
        at: "asyncapi",
    };
    let json = |name, length, text| Growing {
        format: Format::Json,
        ..yaml(name, length, text)
    };
    let mut all: Vec<Growing> = costly::documents()
        .into_iter()
        .map(|one| Growing {
            at: one.at,
            ..yaml(one.name, one.length / 2, one.text)
        })
        .collect();
    all.extend([
        yaml("schemes", 1_000, |n| schemes(n, |at| format!("      type: http\n      scheme: bearer\n      description: d{at}\n"))),
        yaml("equal schemes", 1_000, |n| schemes(n, |_| "      type: plain\n".to_owned())),
        yaml("wrong schemes", 500, |n| schemes(n, |_| "      type: plan\n".to_owned())),
        yaml("schemes to fix", 250, |n| schemes(n, |_| "      type: http\n      scheme: BEARER\n".to_owned())),
        yaml("flows of one scheme", 500, |n| {
            let flows = lines(n, |at| format!("        f{at}: {{tokenUrl: 'https://a.test/t', availableScopes: {{a: A}}}}\n"));
            format!("{HEAD}    o:\n      type: oauth2\n      flows:\n{flows}")
        }),
        yaml("scopes", 1_000, |n| {
            let scopes = lines(n, |at| format!("            s{at}: S\n"));
            let used = lines(n, |at| format!("        - s{at}\n"));
            format!("{HEAD}    o:\n      type: oauth2\n      flows:\n        clientCredentials:\n          tokenUrl: https://a.test/t\n          availableScopes:\n{scopes}      scopes:\n{used}")
        }),
        yaml("scopes that are not declared", 500, |n| {
            let scopes = lines(n, |at| format!("            s{at}: S\n"));
            let used = lines(n, |at| format!("        - t{at}\n"));
            format!("{HEAD}    o:\n      type: oauth2\n      flows:\n        clientCredentials:\n          tokenUrl: https://a.test/t\n          availableScopes:\n{scopes}      scopes:\n{used}")
        }),
        yaml("scopes that differ by case", 500, |n| {
            let scopes = lines(n, |at| format!("            s{at}: S\n            S{at}: S\n"));
            format!("{HEAD}    o:\n      type: oauth2\n      flows:\n        clientCredentials:\n          tokenUrl: https://a.test/t\n          availableScopes:\n{scopes}")
        }),
        yaml("requirements of one server", 1_000, |n| {
            let list = lines(n, |at| format!("      - $ref: '#/components/securitySchemes/s{at}'\n"));
            format!("asyncapi: 3.0.0\nservers:\n  s:\n    host: h\n    protocol: wss\n    security:\n{list}components:\n  securitySchemes:\n{}", named(n))
        }),
        yaml("equal requirements", 1_000, |n| {
            let list = lines(n, |_| "      - $ref: '#/components/securitySchemes/s0'\n".to_owned());
            format!("asyncapi: 3.0.0\nservers:\n  s:\n    host: h\n    protocol: wss\n    security:\n{list}components:\n  securitySchemes:\n{}", named(1))
        }),
        yaml("requirements that lead nowhere", 500, |n| {
            let list = lines(n, |at| format!("      - $ref: '#/components/securitySchemes/t{at}'\n"));
            format!("asyncapi: 3.0.0\nservers:\n  s:\n    host: h\n    protocol: wss\n    security:\n{list}components:\n  securitySchemes:\n{}", named(n))
        }),
        yaml("names that are not declared (2.x)", 500, |n| {
            let list = lines(n, |at| format!("      - scheme{at}: []\n"));
            format!("asyncapi: 2.6.0\nservers:\n  s:\n    url: h\n    protocol: wss\n    security:\n{list}components:\n  securitySchemes:\n{}", lines(n, |at| format!("    schema{at}: {{type: plain}}\n")))
        }),
        yaml("one requirement of many (2.x)", 1_000, |n| {
            let names = lines(n, |at| format!("        s{at}: []\n"));
            format!("asyncapi: 2.6.0\nservers:\n  s:\n    url: h\n    protocol: wss\n    security:\n      - x: []\n{names}components:\n  securitySchemes:\n{}", named(n))
        }),
        yaml("operations", 500, |n| whole(n, 1)),
        yaml("servers", 500, |n| whole(1, n)),
        yaml("operations and servers (2.x)", 500, |n| {
            let channels = lines(n, |at| format!("  c{at}:\n    publish:\n      operationId: o{at}\n      security:\n        - s0: []\n"));
            format!("asyncapi: 2.6.0\nservers:\n  s:\n    url: h\n    protocol: wss\n    security:\n      - s0: []\nchannels:\n{channels}components:\n  securitySchemes:\n{}", named(1))
        }),
        yaml("traits of one operation", 500, |n| {
            let used = lines(n, |at| format!("      - $ref: '#/components/operationTraits/t{at}'\n"));
            let traits = lines(n, |at| format!("    t{at}:\n      security:\n        - $ref: '#/components/securitySchemes/s{at}'\n"));
            format!("asyncapi: 3.0.0\noperations:\n  o:\n    action: send\n    channel: {{$ref: '#/channels/c'}}\n    traits:\n{used}channels:\n  c: {{address: a}}\ncomponents:\n  operationTraits:\n{traits}  securitySchemes:\n{}", named(n))
        }),
        yaml("traits of many operations", 300, |n| {
            let operations = lines(n, |at| format!("  o{at}:\n    action: send\n    channel: {{$ref: '#/channels/c'}}\n    traits:\n      - $ref: '#/components/operationTraits/t'\n"));
            format!("asyncapi: 3.0.0\noperations:\n{operations}channels:\n  c: {{address: a}}\ncomponents:\n  operationTraits:\n    t:\n      security:\n        - $ref: '#/components/securitySchemes/s0'\n  securitySchemes:\n{}", named(1))
        }),
        yaml("variables of a server", 500, |n| {
            let holes = (0..n).map(|at| format!("{{v{at}}}")).collect::<String>();
            let variables = lines(n, |at| format!("      v{at}: {{default: d, enum: [d, e]}}\n"));
            format!("asyncapi: 3.0.0\nservers:\n  s:\n    host: a{holes}\n    protocol: wss\n    variables:\n{variables}")
        }),
        yaml("values of a variable", 1_000, |n| {
            let values = lines(n, |at| format!("          - host{at}.test\n"));
            format!("asyncapi: 3.0.0\nservers:\n  s:\n    host: '{{v}}'\n    protocol: wss\n    variables:\n      v:\n        enum:\n{values}")
        }),
        yaml("tags on one line", 20_000, |n| format!("asyncapi: 3.0.0\nx-t: {}v\n", "!a ".repeat(n))),
        yaml("tags of a document", 1_000, |n| format!("asyncapi: 3.0.0\ninfo:\n  tags:\n{}", lines(n, |at| format!("    - name: t{at}\n")))),
        yaml("anchors", 1_000, |n| format!("asyncapi: 3.0.0\nx-a:\n{}", lines(n, |at| format!("  - &a{at} v\n")))),
        yaml("anchors and aliases", 1_000, |n| {
            format!("asyncapi: 3.0.0\nx-a:\n{}x-b:\n{}", lines(n, |at| format!("  - &a{at} v\n")), lines(n, |at| format!("  - *a{at}\n")))
        }),
        yaml("anchors of schemes", 500, |n| {
            let templates = lines(n, |at| format!("  t{at}: &t{at}\n    type: plain\n"));
            let list = lines(n, |at| format!("    s{at}: *t{at}\n"));
            format!("asyncapi: 3.0.0\nx-t:\n{templates}components:\n  securitySchemes:\n{list}")
        }),
        yaml("aliases of one list", 500, |n| {
            let operations = lines(n, |at| format!("  o{at}:\n    action: send\n    channel: {{$ref: '#/channels/c'}}\n    security: *l\n"));
            let list = lines(n, |at| format!("    - $ref: '#/components/securitySchemes/s{at}'\n"));
            format!("asyncapi: 3.0.0\nx-l: &l\n{}operations:\n{operations}channels:\n  c: {{address: a}}\ncomponents:\n  securitySchemes:\n{}", &list[..list.len().min(48 * 8)], named(8))
        }),
        yaml("a chain of aliases", 500, |n| {
            let chain = lines(n, |at| format!("  - &a{} [*a{at}]\n", at + 1));
            format!("asyncapi: 3.0.0\nx-a:\n  - &a0 v\n{chain}")
        }),
        yaml("merge keys", 500, |n| {
            let list = lines(n, |at| format!("    s{at}:\n      <<: *t\n      description: d{at}\n"));
            format!("asyncapi: 3.0.0\nx-t: &t\n  type: plain\ncomponents:\n  securitySchemes:\n{list}")
        }),
        yaml("a chain of merge keys", 250, |n| {
            let chain = lines(n, |at| format!("  t{}: &t{}\n    <<: *t{at}\n    k{at}: v\n", at + 1, at + 1));
            format!("asyncapi: 3.0.0\nx-t:\n  t0: &t0 {{type: plain}}\n{chain}components:\n  securitySchemes:\n    s:\n      <<: *t{n}\n")
        }),
        yaml("merges of one map", 250, |n| {
            let maps = lines(n, |at| format!("  - &m{at} {{k{at}: v}}\n"));
            let all = (0..n).map(|at| format!("*m{at}")).collect::<Vec<_>>().join(", ");
            format!("asyncapi: 3.0.0\nx-m:\n{maps}components:\n  securitySchemes:\n    s:\n      <<: [{all}]\n      type: plain\n")
        }),
        yaml("nesting by indentation", 120, |n| format!("asyncapi: 3.0.0\nx-n:\n{}", lines(n, |at| format!("{}k:\n", "  ".repeat(at + 1))))),
        yaml("nesting in brackets", 10_000, |n| format!("asyncapi: 3.0.0\nx-n: {}{}\n", "[".repeat(n), "]".repeat(n))),
        yaml("brackets that are not closed", 10_000, |n| format!("asyncapi: 3.0.0\nx-n: {}\n", "[".repeat(n))),
        yaml("items of items", 10_000, |n| format!("asyncapi: 3.0.0\nx-n:\n  {}v\n", "- ".repeat(n))),
        yaml("question marks", 10_000, |n| format!("asyncapi: 3.0.0\nx-n:\n  {}v\n", "? ".repeat(n))),
        yaml("a long line", 200_000, |n| format!("asyncapi: 3.0.0\nx-n: {}\n", "word ".repeat(n))),
        yaml("a long line in brackets", 20_000, |n| format!("asyncapi: 3.0.0\nx-n: [{}]\n", "word, ".repeat(n))),
        yaml("a quote that is not closed", 20_000, |n| format!("asyncapi: 3.0.0\nx-n: \"{}", "word\n  ".repeat(n))),
        yaml("quotes that are not closed", 1_000, |n| format!("asyncapi: 3.0.0\n{}", lines(n, |at| format!("x-{at}: \"v\n")))),
        yaml("escapes", 20_000, |n| format!("asyncapi: 3.0.0\nx-n: \"{}\"\n", "\\u00e9".repeat(n))),
        yaml("wrong escapes", 20_000, |n| format!("asyncapi: 3.0.0\nx-n: \"{}\"\n", "\\q".repeat(n))),
        yaml("duplicate keys", 1_000, |n| format!("asyncapi: 3.0.0\nx-n:\n{}", lines(n, |_| "  k: v\n".to_owned()))),
        yaml("duplicate keys of many names", 1_000, |n| format!("asyncapi: 3.0.0\nx-n:\n{}", lines(n, |at| format!("  k{at}: v\n  k{at}: v\n")))),
        yaml("keys of one map in braces", 5_000, |n| format!("asyncapi: 3.0.0\nx-n: {{{}}}\n", (0..n).map(|at| format!("k{at}: v, ")).collect::<String>())),
        yaml("comments", 5_000, |n| format!("asyncapi: 3.0.0\n{}x-n: v\n", "# comment\n".repeat(n))),
        yaml("comments among schemes", 500, |n| schemes(n, |_| "      # what\n      type: plain # why\n".to_owned())),
        yaml("blank lines", 20_000, |n| format!("asyncapi: 3.0.0\n{}x-n: v\n", "\n".repeat(n))),
        yaml("blank lines in a block", 20_000, |n| format!("asyncapi: 3.0.0\nx-n: |\n  a\n{}  b\n", "\n".repeat(n))),
        yaml("document markers", 2_000, |n| format!("asyncapi: 3.0.0\n{}", "---\n".repeat(n))),
        yaml("documents", 1_000, |n| format!("asyncapi: 3.0.0\n{}", "---\nasyncapi: 3.0.0\n".repeat(n))),
        yaml("directives", 2_000, |n| format!("{}---\nasyncapi: 3.0.0\n", "%FOO bar\n".repeat(n))),
        yaml("a block scalar", 20_000, |n| format!("asyncapi: 3.0.0\nx-n: |\n{}", "  a line of text\n".repeat(n))),
        yaml("block scalars", 1_000, |n| format!("asyncapi: 3.0.0\nx-n:\n{}", lines(n, |at| format!("  k{at}: >\n    a line\n\n    of text\n")))),
        yaml("plain text on many lines", 20_000, |n| format!("asyncapi: 3.0.0\nx-n: a\n{}", "  word of text\n".repeat(n))),
        yaml("suppressions", 500, |n| schemes(n, |_| "      type: plan # asyncapi-security: ignore[security-scheme-type-unknown]\n".to_owned())),
        yaml("suppressions of nothing", 500, |n| schemes(n, |_| "      type: plain # asyncapi-security: ignore[url-invalid]\n".to_owned())),
        yaml("rules of one suppression", 500, |n| {
            let rules = (0..n).map(|at| format!("rule-{at}")).collect::<Vec<_>>().join(", ");
            format!("asyncapi: 3.0.0 # asyncapi-security: ignore[{rules}]\n")
        }),
        yaml("keys that suppress", 500, |n| schemes(n, |_| "      type: plan\n      x-asyncapi-security-ignore: [security-scheme-type-unknown]\n".to_owned())),
        yaml("a chain of references", 500, |n| schemes(n, move |at| format!("      $ref: '#/components/securitySchemes/s{}'\n", at + 1))),
        yaml("a ring of references", 500, |n| {
            let list = lines(n, |at| format!("    s{at}:\n      $ref: '#/components/securitySchemes/s{}'\n", (at + 1) % n));
            format!("{HEAD}{list}")
        }),
        yaml("references to one scheme", 1_000, |n| schemes(n, |_| "      $ref: '#/components/securitySchemes/s0'\n".to_owned())),
        yaml("references to other files", 500, |n| schemes(n, |at| format!("      $ref: 'f{at}.yaml#/a'\n"))),
        yaml("urls", 500, |n| schemes(n, |at| format!("      type: openIdConnect\n      openIdConnectUrl: http://localhost:{at}/x y\n"))),
        yaml("secrets", 500, |n| schemes(n, |at| format!("      type: plain\n      description: 'password: hunter2-{at} ghp_0123456789012345678901234567890123{at:02}'\n"))),
        yaml("a long text with secrets", 500, |n| format!("{HEAD}    s:\n      type: plain\n      description: '{}'\n", lines(n, |at| format!("client_secret=Zx81kq9vLm{at} ")))),
        yaml("extensions of the root", 1_000, |n| format!("asyncapi: 3.0.0\n{}", lines(n, |at| format!("x-{at}: v\n")))),
        yaml("unknown keys of a scheme", 500, |n| format!("{HEAD}    s:\n      type: plain\n{}", lines(n, |at| format!("      key{at}: v\n")))),
        yaml("schemas", 500, |n| format!("asyncapi: 3.0.0\ncomponents:\n  schemas:\n{}", lines(n, |at| format!("    s{at}:\n      type: object\n      properties:\n        id: {{type: string}}\n")))),
        yaml("messages of one channel", 500, |n| format!("asyncapi: 3.0.0\nchannels:\n  c:\n    messages:\n{}", lines(n, |at| format!("      m{at}:\n        security: []\n        payload: {{type: string}}\n")))),
        yaml("bindings", 500, |n| format!("asyncapi: 3.0.0\ncomponents:\n  serverBindings:\n{}", lines(n, |at| format!("    b{at}:\n      ibmmq:\n        cipherSpec: NULL_MD5\n")))),
        yaml("templates", 1_000, |n| schemes(n, |at| format!("      type: plain\n      description: {{{{ .Values.d{at} }}}}\n"))),
        yaml("template blocks", 1_000, |n| schemes(n, |at| format!("      type: plain\n{{{{- if .Values.d{at} }}}}\n      description: d\n{{{{- end }}}}\n"))),
        yaml("conflict marks", 500, |n| format!("{HEAD}{}", lines(n, |at| format!("<<<<<<< a\n    s{at}: {{type: plain}}\n=======\n    t{at}: {{type: plain}}\n>>>>>>> b\n")))),
        yaml("typographic quotes", 500, |n| schemes(n, |_| "      type: \u{201c}plain\u{201d}\n".to_owned())),
        yaml("invisible blanks", 500, |n| schemes(n, |_| "      type:\u{a0}plain\n".to_owned())),
        yaml("tabs", 500, |n| schemes(n, |_| "\ttype: plain\n".to_owned())),
        yaml("text that is no YAML", 5_000, |n| format!("asyncapi: 3.0.0\n{}", "}:{ ] \" ' @ `\n".repeat(n))),
        yaml("lines without a colon", 2_000, |n| format!("asyncapi: 3.0.0\n{}", lines(n, |at| format!("word{at}\n")))),
        json("JSON on lines", 500, |n| json_schemes(n, "\n")),
        json("JSON on one line", 500, |n| json_schemes(n, "")),
        json("JSON: duplicate keys", 1_000, |n| json_map(n, |_| "\"k\": 1".to_owned())),
        json("JSON: duplicate keys of many names", 1_000, |n| json_map(n, |at| format!("\"k{at}\": 1, \"k{at}\": 2"))),
        json("JSON: nesting", 10_000, |n| format!("{{\"asyncapi\": \"3.0.0\", \"x-n\": {}{}}}", "[".repeat(n), "]".repeat(n))),
        json("JSON: brackets that are not closed", 10_000, |n| format!("{{\"asyncapi\": \"3.0.0\", \"x-n\": {}", "[".repeat(n))),
        json("JSON: objects that are not closed", 2_000, |n| format!("{{\"asyncapi\": \"3.0.0\", \"x-n\": {}", "{\"a\": ".repeat(n))),
        json("JSON: closing brackets", 10_000, |n| format!("{{\"asyncapi\": \"3.0.0\"}}{}", "]".repeat(n))),
        json("JSON: quotes that are not closed", 1_000, |n| format!("{{\"asyncapi\": \"3.0.0\",\n{}}}", lines(n, |at| format!("\"k{at}\": \"v,\n")))),
        json("JSON: quotes on one line", 5_000, |n| format!("{{\"asyncapi\": \"3.0.0\", \"x-n\": \"{}}}", "a\"b ".repeat(n))),
        json("JSON: missing commas", 1_000, |n| format!("{{\"asyncapi\": \"3.0.0\", \"x-n\": {{{}}}}}", lines(n, |at| format!("\"k{at}\": 1\n")))),
        json("JSON: words", 1_000, |n| json_map(n, |at| format!("\"k{at}\": word{at}"))),
        json("JSON: comments", 2_000, |n| format!("{{\"asyncapi\": \"3.0.0\",\n{}\"x-n\": 1}}", "// comment\n".repeat(n))),
        json("JSON: escapes", 20_000, |n| format!("{{\"asyncapi\": \"3.0.0\", \"x-n\": \"{}\"}}", "\\u00e9".repeat(n))),
        json("JSON: a long list", 20_000, |n| format!("{{\"asyncapi\": \"3.0.0\", \"x-n\": [{}1]}}", "1, ".repeat(n))),
        json("JSON: commas", 10_000, |n| format!("{{\"asyncapi\": \"3.0.0\", \"x-n\": [{}1]}}", ",".repeat(n))),
    ]);
    all
}

const HEAD: &str = "asyncapi: 3.0.0\ncomponents:\n  securitySchemes:\n";

pub fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).map(line).collect()
}

fn schemes(count: usize, body: impl Fn(usize) -> String) -> String {
    let schemes = lines(count, |at| format!("    s{at}:\n{}", body(at)));
    format!("{HEAD}{schemes}")
}

fn named(count: usize) -> String {
    lines(count, |at| {
        format!("    s{at}: {{type: plain, description: d{at}}}\n")
    })
}

fn json_map(count: usize, member: impl Fn(usize) -> String) -> String {
    let members = (0..count).map(member).collect::<Vec<_>>().join(", ");
    format!("{{\"asyncapi\": \"3.0.0\", \"x-n\": {{{members}}}}}")
}

fn json_schemes(count: usize, end: &str) -> String {
    let members = (0..count).map(|at| {
        format!("\"s{at}\": {{{end}\"type\": \"http\",{end}\"scheme\": \"bearer\"{end}}}")
    });
    let members = members.collect::<Vec<_>>().join(&format!(",{end}"));
    format!(
        "{{{end}\"asyncapi\": \"3.0.0\",{end}\"components\": {{\"securitySchemes\": {{{end}{members}{end}}}}}}}"
    )
}

/// A document of 3.x with so many operations, each on so many servers.
pub fn whole(operations: usize, servers: usize) -> String {
    let servers = lines(servers, |at| {
        format!(
            "  s{at}:\n    host: h{at}.test\n    protocol: wss\n    security:\n      - $ref: '#/components/securitySchemes/s0'\n"
        )
    });
    let channels = lines(operations, |at| format!("  c{at}:\n    address: a{at}\n"));
    let operations = lines(operations, |at| {
        format!(
            "  o{at}:\n    action: send\n    channel:\n      $ref: '#/channels/c{at}'\n    security:\n      - $ref: '#/components/securitySchemes/s0'\n"
        )
    });
    format!(
        "asyncapi: 3.0.0\nservers:\n{servers}channels:\n{channels}operations:\n{operations}components:\n  securitySchemes:\n{}",
        named(1)
    )
}
