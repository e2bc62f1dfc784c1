//! Small workspaces that stand for what real repositories do, and what is found in them.

/// A workspace and what is to be found in it.
pub struct Case {
    /// What it shows.
    pub name: &'static str,
    /// The files: `--- path` starts one.
    pub files: &'static str,
    /// The open folder; empty for the repository.
    pub folder: &'static str,
    /// What is found: `path:line rule`, and what was probably meant, if that is said.
    pub found: &'static [&'static str],
}

/// All of them.
pub const CASES: &[Case] = &[
    Case {
        name: "documents that share nothing and repeat the same names",
        files: "\
--- tickets/asyncapi.yaml
asyncapi: 3.0.0
servers: {live: {host: ws.fair.test, protocol: wss, security: [{$ref: '#/components/securitySchemes/badge'}]}}
components: {securitySchemes: {badge: {type: http, scheme: bearer}}}
--- stalls/asyncapi.yaml
asyncapi: 2.6.0
servers: {live: {url: 'amqps://mq.fair.test', protocol: amqps, security: [badge: []]}}
components: {securitySchemes: {badge: {type: userPassword}}}
",
        folder: "",
        found: &[],
    },
    Case {
        name: "payloads from files of JSON Schema, security all in the root",
        files: "\
--- asyncapi/asyncapi.yaml
asyncapi: 2.6.0
servers: {live: {url: 'mqtts://mq.fair.test', protocol: mqtts, security: [guest: []]}}
channels:
  seats: {subscribe: {message: {payload: {$ref: '../schemas/seat.json'}}}}
  lights: {subscribe: {message: {payload: {$ref: '../schemas/lost.json'}}}}
components: {securitySchemes: {guest: {type: userPassword}}}
--- schemas/seat.json
{\"title\": \"seat\", \"properties\": {\"type\": {\"const\": \"oauth2\"}, \"flows\": {\"$ref\": \"gate.json\"}}}
--- schemas/gate.json
{\"type\": \"object\", \"properties\": {\"flows\": {\"type\": \"object\"}}}
",
        folder: "",
        found: &[],
    },
    Case {
        name: "references above the open folder, and out of the repository",
        files: "\
--- areas/north/asyncapi.yaml
asyncapi: 3.0.0
servers: {live: {host: mq.fair.test, protocol: kafka-secure, security: [
  {$ref: '../../common/access.yaml#/stream'},
  {$ref: '../../common/access.yaml#/straem'},
  {$ref: '../../../outside/access.yaml#/stream'}]}}
--- common/access.yaml
stream: {type: scramSha512}
older: {type: plain}
",
        folder: "areas/north",
        found: &[
            "areas/north/asyncapi.yaml:4 security-ref-unresolved ../../common/access.yaml#/stream",
        ],
    },
    Case {
        name: "a tree of channel and message files",
        files: "\
--- asyncapi.yaml
asyncapi: 2.6.0
servers: {live: {url: 'wss://ws.fair.test', protocol: wss, security: [visitor: []]}}
channels: {hall/doors: {$ref: ./channels/doors.yaml}}
components: {securitySchemes: {
  visitor: {type: http, scheme: bearer},
  keeper: {type: http, scheme: basic}}}
--- channels/doors.yaml
subscribe:
  message: {$ref: ../messages/door.yaml}
  security:
    - keeper: []
    - keepre: []
--- messages/door.yaml
payload: {properties: {id: {$ref: '../asyncapi.yaml#/components/schemas/Id'}}}
",
        folder: "",
        found: &["channels/doors.yaml:5 security-requirement-undefined keeper"],
    },
    Case {
        name: "files that refer into the workspace and are reached from nowhere",
        files: "\
--- asyncapi.yaml
asyncapi: 3.1.0
servers: {near: {host: mq.fair.test, protocol: amqps, security: [{$ref: '#/components/securitySchemes/visitor'}]}}
components: {securitySchemes: {
  visitor: {type: userPassword},
  owner: {type: X509}}}
--- components/securitySchemes.yaml
visitor: {type: userPassword}
--- operations.yaml
post:
  channel: {$ref: 'asyncapi.yaml#/channels/scores'}
  security: [{$ref: 'asyncapi.yaml#/components/securitySchemes/owner'}]
",
        folder: "",
        found: &[],
    },
    Case {
        name: "references over the network",
        files: "\
--- asyncapi.yaml
asyncapi: 2.6.0
servers:
  common: {$ref: 'https://rules.fair.test/base.yaml#/components/servers/live'}
  own: {url: 'kafka://mq.fair.test', protocol: kafka-secure, security: [badge: []]}
components: {securitySchemes: {
  badge: {$ref: 'https://rules.fair.test/base.yaml#/components/securitySchemes/badge'},
  paper: {type: X509}}}
",
        folder: "",
        found: &[],
    },
    Case {
        name: "OpenAPI beside AsyncAPI",
        files: "\
--- openapi.yaml
openapi: 3.1.0
paths: {/jobs: {get: {security: [code: []], responses: {}}}}
components: {schemas: {Job: {type: object}}, securitySchemes: {
  code: {type: apiKey, in: header, name: X-Code},
  pass: {type: http, scheme: bearer}}}
--- asyncapi.yaml
asyncapi: 3.0.0
channels: {jobs: {messages: {job: {payload: {$ref: './openapi.yaml#/components/schemas/Job'}}}}}
servers: {live: {host: ws.fair.test, protocol: wss, security: [
  {$ref: 'openapi.yaml#/components/securitySchemes/pass'},
  {$ref: 'openapi.yaml#/components/securitySchemes/paas'}]}}
",
        folder: "",
        found: &[
            "asyncapi.yaml:5 security-ref-unresolved openapi.yaml#/components/securitySchemes/pass",
        ],
    },
    Case {
        name: "whole documents that refer to each other",
        files: "\
--- entry.yaml
asyncapi: 3.0.0
components:
  securitySchemes: {badge: {type: http, scheme: bearer}}
  schemas: {Light: {$ref: 'light.yaml#/components/schemas/Light'}}
--- light.yaml
asyncapi: 3.1.0
servers: {near: {host: hub.fair.test, protocol: wss, security: [{$ref: 'entry.yaml#/components/securitySchemes/badge'}]}}
components: {schemas: {Light: {type: number}}}
",
        folder: "",
        found: &[],
    },
    Case {
        name: "a bundle beside its sources",
        files: "\
--- .gitignore
dist/
--- asyncapi/asyncapi.yaml
asyncapi: 3.0.0
servers: {live: {host: ws.fair.test, protocol: wss, security: [{$ref: 'access.yaml#/pass'}]}}
--- asyncapi/access.yaml
pass: {type: http, scheme: baerer}
--- asyncapi.yaml
asyncapi: 3.0.0
servers: {live: {host: ws.fair.test, protocol: wss, security: [{$ref: '#/components/securitySchemes/pass'}]}}
components: {securitySchemes: {pass: {type: http, scheme: baerer}}}
--- dist/asyncapi.yaml
{asyncapi: 3.0.0, components: {securitySchemes: {pass: {type: http, scheme: baerer}}}}
",
        folder: "",
        found: &[
            "asyncapi.yaml:3 http-scheme-not-registered bearer",
            "asyncapi/access.yaml:1 http-scheme-not-registered bearer",
        ],
    },
    Case {
        name: "files that are missing",
        files: "\
--- .gitignore
generated/
--- .gitmodules
[submodule \"treaties\"]
\tpath = treaties
\turl = https://git.fair.test/treaties
--- asyncapi.yaml
asyncapi: 3.0.0
servers:
  a: {host: mq.fair.test, protocol: mqtts, security: [{$ref: 'shared/entry.yaml#/guest'}]}
  b: {host: mq.fair.test, protocol: mqtts, security: [{$ref: 'Shared/Entry.yaml#/guest'}]}
  c: {host: mq.fair.test, protocol: mqtts, security: [{$ref: 'generated/entry.yaml#/guest'}]}
  d: {host: mq.fair.test, protocol: mqtts, security: [{$ref: 'treaties/entry.yaml#/guest'}]}
  e: {$ref: 'servers/lost.yaml'}
--- Shared/Entry.yaml
guest: {type: userPassword}
",
        folder: "",
        found: &["asyncapi.yaml:3 security-ref-unresolved Shared/Entry.yaml#/guest"],
    },
    Case {
        name: "a whole section in one file",
        files: "\
--- asyncapi.yaml
asyncapi: 2.6.0
servers: {live: {url: 'wss://ws.fair.test', protocol: wss, security: [pass: [], rights: ['read:scoers']]}}
components: {securitySchemes: {$ref: ./components/access.yaml}}
--- components/access.yaml
pass: {type: http, scheme: bearer}
rights: {type: oauth2, flows: {clientCredentials: {tokenUrl: 'https://id.fair.io/token', scopes: {'read:scores': Scores}}}}
",
        folder: "",
        found: &["asyncapi.yaml:2 security-scope-undefined read:scores"],
    },
    Case {
        name: "one scheme a file, reached by two ways",
        files: "\
--- asyncapi.yaml
asyncapi: 3.0.0
servers: {gate: {$ref: ./servers/gate.yaml}}
components: {securitySchemes: {
  pass: {$ref: ./schemes/pass.yaml},
  rest: {$ref: ./schemes/rest.yaml}}}
--- servers/gate.yaml
host: ws.fair.test
protocol: ws
security: [{$ref: ../schemes/pass.yaml}]
--- schemes/pass.yaml
{type: http, scheme: bearer}
--- schemes/rest.yaml
{type: http, scheme: basic}
",
        folder: "",
        found: &[
            "asyncapi.yaml:5 security-scheme-unused",
            "servers/gate.yaml:3 http-bearer-without-tls",
        ],
    },
    Case {
        name: "two major versions share a fragment",
        files: "\
--- old.yaml
asyncapi: 2.6.0
servers: {a: {url: 'wss://ws.fair.test', protocol: wss, security: [entry: [look]]}}
components: {securitySchemes: {entry: {$ref: 'entry.yaml'}}}
--- new.yaml
asyncapi: 3.0.0
servers: {a: {host: ws.fair.test, protocol: wss, security: [{$ref: 'entry.yaml'}]}}
--- entry.yaml
type: oauth2
scopes: [look]
flows:
  clientCredentials: {tokenUrl: 'https://id.fair.io/token', availableScopes: {look: Look}}
",
        folder: "",
        found: &[
            "entry.yaml:2 scheme-scopes-since",
            "entry.yaml:4 oauth2-scopes-key-wrong-version scopes",
        ],
    },
    Case {
        name: "a library: components without a version",
        files: "\
--- base.yaml
components:
  securitySchemes:
    stream: {type: scramSha256}
    second: {$ref: '#/components/securitySchemes/stream'}
--- a.yaml
asyncapi: 2.6.0
servers: {live: {url: 'kafka://k.fair.test', protocol: kafka-secure, security: [river: []]}}
components: {securitySchemes: {river: {$ref: 'base.yaml#/components/securitySchemes/second'}}}
--- b.yaml
asyncapi: 2.0.0
servers: {live: {url: 'kafka://k.fair.test', protocol: kafka-secure, security: [stream: []]}}
components: {securitySchemes: {
  stream: {$ref: './base.yaml#/components/securitySchemes/stream'},
  lost: {$ref: './base.yaml#/components/securitySchemes/lost'}}}
",
        folder: "",
        found: &[
            "b.yaml:5 security-ref-unresolved",
            "b.yaml:5 security-scheme-unused",
            "base.yaml:3 security-scheme-type-since",
        ],
    },
    Case {
        name: "forms of a reference",
        files: "\
--- the docs/asyncapi.yaml
asyncapi: 3.0.0
servers:
  live:
    host: h.fair.test
    protocol: wss
    security:
      - $ref: >-
          ./gate.yml#/x%2Dy
      - $ref: \"./z/../gate.yml#/x-y\"
      - $ref: '../the%20docs/gate.yml#/x-y'
      - $ref: 'gate.yml#x-y'
      - $ref: 'gate#/x-y'
      - $ref: '.\\gate.yml#/x-y'
      - $ref: 'gate.yml/#/x-y'
--- the docs/gate.yml
x-y: {type: http, scheme: bearer}
",
        folder: "",
        found: &[
            "the docs/asyncapi.yaml:10 security-duplicate-alternative",
            "the docs/asyncapi.yaml:11 security-ref-unresolved gate.yml#/x-y",
            "the docs/asyncapi.yaml:12 security-ref-unresolved gate.yml#/x-y",
            "the docs/asyncapi.yaml:13 security-ref-invalid-uri",
            "the docs/asyncapi.yaml:14 security-ref-unresolved gate.yml#/x-y",
            "the docs/asyncapi.yaml:9 security-duplicate-alternative",
        ],
    },
];
