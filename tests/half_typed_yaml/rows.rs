//! The texts, their facts, and the rows of edits.

pub type Facts = [(&'static str, &'static str); 10];

pub const BLOCK: &str = "\
asyncapi: 3.0.0
info:
  title: Lamps
  version: 1.0.0
components:
  securitySchemes:
    login:
      type: oauth2
      description: Sign in first
      flows:
        authorizationCode:
          tokenUrl: https://login.example/token
          EDIT
          availableScopes:
            read: Read lamps
            write: Switch lamps
    key:
      type: apiKey
      in: user
operations:
  switch:
    action: send
";

pub const BLOCK_FACTS: Facts = [
    ("asyncapi", "3.0.0"),
    ("info/version", "1.0.0"),
    ("components/securitySchemes/login/type", "oauth2"),
    (
        "components/securitySchemes/login/flows/authorizationCode/tokenUrl",
        "https://login.example/token",
    ),
    (
        "components/securitySchemes/login/flows/authorizationCode/availableScopes/read",
        "Read lamps",
    ),
    (
        "components/securitySchemes/login/flows/authorizationCode/availableScopes/write",
        "Switch lamps",
    ),
    ("components/securitySchemes/key/type", "apiKey"),
    ("components/securitySchemes/key/in", "user"),
    (
        "components/securitySchemes/login/description",
        "Sign in first",
    ),
    ("operations/switch/action", "send"),
];

/// The rows of the measured table: what replaces the whole line `EDIT`, and whether an error must
/// be reported.
pub const TABLE: [(&str, bool); 34] = [
    (
        "          authorizationUrl: https://login.example/go",
        false,
    ),
    ("          authorizationUrl", true),
    ("          aut", true),
    ("          authorizationUrl: \"https://login.exa", true),
    ("          authorizationUrl: 'https://login.exa", true),
    ("         authorizationUrl: https://login.example", true),
    ("           authorizationUrl: https://login.example", true),
    ("\tauthorizationUrl: https://login.example", true),
    ("        \tauthorizationUrl: https://login.example", true),
    ("          authorizationUrl:https://login.example", true),
    ("          authorizationUrl: [a", true),
    ("          authorizationUrl: {a: b", true),
    ("          authorizationUrl: @x", true),
    ("          authorizationUrl: `x", true),
    ("          authorizationUrl: a: b", true),
    ("          -", true),
    ("          authorizationUrl: -", true),
    ("          authorizationUrl: *nobody", false),
    ("          <<: *base", false),
    ("          authorizationUrl: &", true),
    ("          authorizationUrl: *", true),
    ("          \"authorizationUrl", true),
    ("      aut", true),
    ("aut", true),
    ("          authorizationUrl: }", true),
    ("          authorizationUrl: \"https\" x", true),
    ("          authorizationUrl: \"a\\qb\"", true),
    ("          authorizationUrl: |", false),
    ("          authorizationUrl: \"", true),
    ("          authorizationUrl: !", false),
    ("          authorizationUrl: %a", true),
    ("          authorizationUrl: ,", true),
    ("          'authorizationUrl: https://login.example", true),
    ("          authorizationUrl: [", true),
];

pub const MIXED: &str = "\
asyncapi: 2.6.0
info: {title: Lamps, version: 1.0.0}
servers:
  main:
    url: mqtt://lamps.example
    protocol: mqtt # the usual one
    security:
      - login: [read, write]
      - key: []
channels:
  lamps:
    publish:
      security:
      - login: []
      description: |
        Text with: colons
        and \"quotes
components:
  securitySchemes:
    login:
      type: oauth2
      flows: {implicit: {authorizationUrl: \"https://a.example\", scopes: {read: Read, write: 'Write'}}}
    key:
      type: apiKey
      in: user
";

pub const MIXED_FACTS: Facts = [
    ("asyncapi", "2.6.0"),
    ("info/version", "1.0.0"),
    ("servers/main/protocol", "mqtt"),
    ("servers/main/security/0/login/1", "write"),
    ("servers/main/security/1/key", "[]"),
    ("channels/lamps/publish/security/0/login", "[]"),
    ("components/securitySchemes/login/type", "oauth2"),
    (
        "components/securitySchemes/login/flows/implicit/authorizationUrl",
        "https://a.example",
    ),
    (
        "components/securitySchemes/login/flows/implicit/scopes/write",
        "Write",
    ),
    ("components/securitySchemes/key/in", "user"),
];

/// What is replaced, by what, whether an error must be reported, and facts that are removed on
/// purpose.
pub type Row = (&'static str, &'static str, bool, &'static [&'static str]);

/// Edits of the text in blocks.
pub const MORE_BLOCK: [Row; 24] = [
    ("          EDIT\n", "", false, &[]),
    ("          EDIT", "          authorizationUrl:", false, &[]),
    (
        "          EDIT",
        "          authorizationUrl: # not yet",
        false,
        &[],
    ),
    (
        "          EDIT",
        "          # authorizationUrl \"x",
        false,
        &[],
    ),
    (
        "          EDIT",
        "          authorizationUrl: \"a\\",
        true,
        &[],
    ),
    (
        "          EDIT",
        "          authorizationUrl: 'it's'",
        true,
        &[],
    ),
    (
        "          EDIT",
        "          authorizationUrl: !!",
        true,
        &[],
    ),
    (
        "          EDIT",
        "          authorizationUrl: https://x\n          authorizationUrl: y",
        true,
        &[],
    ),
    (
        "          EDIT",
        "          refreshUrl: a\n      aut\n          x: y",
        true,
        &[],
    ),
    ("          EDIT", "        refreshUrl: https://x", true, &[]),
    ("          EDIT", "refreshUrl: https://x", true, &[]),
    (
        "          EDIT",
        "            refreshUrl: https://x",
        true,
        &[],
    ),
    ("          EDIT", "          : x", false, &[]),
    ("          EDIT", "          ?", false, &[]),
    ("          EDIT", "          }", true, &[]),
    ("          EDIT", "          [", true, &[]),
    ("          EDIT", "          \"", true, &[]),
    (
        "          EDIT\n          availableScopes:",
        "          availableScopes",
        true,
        &[],
    ),
    (
        "          EDIT\n          availableScopes:",
        "          availableScopes: {",
        true,
        &[],
    ),
    (
        "          EDIT\n          availableScopes:",
        "          availableScopes: x",
        true,
        &[],
    ),
    (
        "          EDIT\n          availableScopes:",
        "          availableScopes: \"",
        true,
        &[],
    ),
    ("      flows:\n", "      flows\n", true, &[]),
    (
        "        authorizationCode:\n",
        "        authorizationCode: \n        tok: x\n",
        true,
        &[],
    ),
    (
        "    key:\n      type: apiKey",
        "    key:\n      typ\n      type: apiKey",
        true,
        &[],
    ),
];

/// Edits of the text with lists and flow style.
pub const MORE_MIXED: [Row; 34] = [
    ("[read, write]", "[read, write", true, &[]),
    ("[read, write]", "[read write]", false, &["login/1"]),
    ("[read, write]", "[read, write, ", true, &[]),
    ("[read, write]", "[read, write, \"wr", true, &[]),
    ("[read, write]", "[\"read, write]", true, &[]),
    ("[read, write]", "['read, write]", true, &[]),
    ("[read, write]", "[read, write]]", true, &[]),
    ("[read, write]", "[read,, write]", true, &[]),
    ("[read, write]", "[read, write}", true, &[]),
    ("[read, write]", "[@read, write]", true, &[]),
    (
        "[read, write]",
        "[\n          read\n          write",
        true,
        &["login/1"],
    ),
    ("      - key: []", "      - key: []\n      - ", false, &[]),
    ("      - key: []", "      - key: []\n      - ke", false, &[]),
    (
        "      - key: []",
        "      - key: []\n      - key:",
        false,
        &[],
    ),
    ("      - key: []", "      - key: []\n      -key", true, &[]),
    ("      - key: []", "      - key: []\n      ke", true, &[]),
    (
        "      - key: []",
        "      - key: []\n     - oth: []",
        true,
        &[],
    ),
    (
        "      - login: [read",
        "      lo\n      - login: [read",
        true,
        &[],
    ),
    (
        "      - login: []",
        "      - login: []\n      - \"ke",
        true,
        &[],
    ),
    (
        "      - login: []",
        "      - login: []\n      ke",
        true,
        &[],
    ),
    (
        "      - login: []\n",
        "      - l\n      - login: []\n",
        false,
        &["security/0/login"],
    ),
    (
        "      - login: []\n",
        "      -\n      - login: []\n",
        false,
        &["security/0/login"],
    ),
    (
        "      security:\n      - login",
        "      security: x\n      - login",
        true,
        &[],
    ),
    (
        "      security:\n      - login",
        "      security\n      - login",
        true,
        &[],
    ),
    ("read: Read, write", "read: \"Read, write", true, &[]),
    ("read: Read, write", "read: Read write", true, &[]),
    ("read: Read, write", "read: Read, wr, write", false, &[]),
    ("read: Read, write", "read: , write", false, &[]),
    ("'Write'}}}", "'Write'}}", true, &[]),
    ("'Write'}}}", "'Write'", true, &[]),
    ("'Write'}}}", "'Write'}}}}", true, &[]),
    (
        "\"https://a.example\", ",
        "\"https://a.example\" ",
        true,
        &[],
    ),
    (
        "{title: Lamps, version",
        "{title: Lamps, description, version",
        false,
        &[],
    ),
    (
        "{title: Lamps, version: 1.0.0}",
        "{title: Lamps, version: 1.0.0",
        true,
        &[],
    ),
];

/// More edits of the text with lists: pasted and deleted parts.
pub const PASTED: [Row; 14] = [
    (
        "    url: mqtt",
        "  security:\n    url: mqtt",
        false,
        &["main/protocol", "security/0/login/1", "security/1"],
    ),
    (
        "    url: mqtt",
        "    security:\n    url: mqtt",
        true,
        &["security/0", "security/1"],
    ),
    (
        "components:\n",
        "",
        false,
        &["login/type", "authorizationUrl", "scopes/write", "key/in"],
    ),
    ("    publish:\n", "", false, &["publish"]),
    ("      description: |\n", "      description:\n", true, &[]),
    ("      description: |\n", "", true, &[]),
    (
        "protocol: mqtt #",
        "protocol: \"mqtt #",
        true,
        &["main/protocol"],
    ),
    (
        "protocol: mqtt #",
        "protocol: mqtt, #",
        false,
        &["main/protocol"],
    ),
    ("info: {", "info: \"{", true, &["info"]),
    ("info: {", "info {", true, &[]),
    ("    key:\n      type", "    key: {\n      type", true, &[]),
    ("    key:\n      type", "    key: &\n      type", true, &[]),
    ("    key:\n      type", "    key: *x\n      type", true, &[]),
    (
        "      in: user\n",
        "      in: user\n      name: \"",
        true,
        &[],
    ),
];
