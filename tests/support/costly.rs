//! Documents whose analysis could cost the square of their length. Tests and benchmarks share them.

/// A kind of document of any length.
pub struct Costly {
    pub name: &'static str,
    /// How many parts the shorter one has.
    pub length: usize,
    /// The document with so many parts.
    pub text: fn(usize) -> String,
    /// What its hover is asked for.
    pub at: &'static str,
}

pub fn documents() -> Vec<Costly> {
    let kind = |name, length, text| Costly {
        name,
        length,
        text,
        at: "asyncapi",
    };
    vec![
        kind("findings among errors", 1_000, errors),
        kind("errors in many documents", 1_000, |count| {
            format!("asyncapi: 3.0.0\n{}", "---\nx: ]\n".repeat(count))
        }),
        kind("placeholders of one brace", 10_000, |count| url("{", count)),
        kind("placeholders of a shell", 50_000, |count| url("${", count)),
        kind("placeholders in angles", 10_000, |count| url("<", count)),
        kind("placeholders of percent", 10_000, |count| url("%A", count)),
        kind("references to items", 1_000, items),
        kind("references to items of items", 1_000, items_of_items),
        kind("references to fields", 1_000, fields),
        kind("findings behind an alias", 1_000, one_alias),
        kind("findings behind many aliases", 1_000, many_aliases),
        Costly {
            at: "s:\n      type",
            ..kind("texts of a hover", 5_000, description)
        },
    ]
}

fn repeated(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).map(line).collect()
}

fn errors(count: usize) -> String {
    let schemes = repeated(count, |number| {
        format!("    s{number}:\n      type: plan\n      x: ]\n")
    });
    format!("asyncapi: 3.0.0\ncomponents:\n  securitySchemes:\n{schemes}")
}

/// A URL with what could begin a placeholder, none of which ends.
fn url(opener: &str, count: usize) -> String {
    format!(
        "asyncapi: 3.0.0\ncomponents:\n  securitySchemes:\n    s:\n      type: openIdConnect\n      openIdConnectUrl: \"https://x/{}\"\n",
        opener.repeat(count)
    )
}

fn items(count: usize) -> String {
    let references = repeated(count, |number| {
        format!("    s{number}:\n      $ref: '#/x-list/{number}'\n")
    });
    let items = "  - type: plain\n".repeat(count);
    format!("asyncapi: 3.0.0\nx-list:\n{items}components:\n  securitySchemes:\n{references}")
}

fn items_of_items(count: usize) -> String {
    let references = repeated(count, |number| {
        format!("    s{number}:\n      $ref: '#/x-list/{number}/0/y'\n")
    });
    let items = "[[1]],".repeat(count);
    format!("asyncapi: 3.0.0\nx-list: [{items}]\ncomponents:\n  securitySchemes:\n{references}")
}

fn fields(count: usize) -> String {
    let references = repeated(count, |number| {
        format!("    s{number}:\n      $ref: '#/x-map/k{number}'\n")
    });
    let fields = repeated(count, |number| format!("k{number}: {{type: plain}},"));
    format!("asyncapi: 3.0.0\nx-map: {{{fields}}}\ncomponents:\n  securitySchemes:\n{references}")
}

fn one_alias(count: usize) -> String {
    let wrong = "  - 5\n".repeat(count);
    let filler = "0,".repeat(count);
    format!(
        "asyncapi: 3.0.0\nx-list: &list\n{wrong}servers:\n  s:\n    host: h\n    protocol: mqtt\n    security: *list\n    x-more: [{filler}]\n"
    )
}

fn many_aliases(count: usize) -> String {
    let anchors = repeated(count, |number| format!("  - &a{number}\n    - 5\n"));
    let aliases = repeated(count, |number| format!("      - *a{number}\n"));
    format!(
        "asyncapi: 3.0.0\nx-all:\n{anchors}servers:\n  s:\n    host: h\n    protocol: mqtt\n    security:\n{aliases}"
    )
}

fn description(count: usize) -> String {
    format!(
        "asyncapi: 3.0.0\ncomponents:\n  securitySchemes:\n    s:\n      type: plain\n      description: \"{}=\"\n",
        "&".repeat(count)
    )
}
