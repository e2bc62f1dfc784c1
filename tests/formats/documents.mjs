// The documents that are checked.

import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const ROOT = join(import.meta.dirname, "../..");

// Errors, warnings and hints, with fixes, and a character outside of the basic plane before them.
const ERRORS = `asyncapi: 3.0.0
info: {title: a, version: '1'}
servers:
  a:
    host: broker.shop.org
    protocol: https
    security: [{$ref: '#/components/securitySchemes/🔐used'}]
    description: "🔐 password=hunter2hunter2"
components:
  securitySchemes:
    used: {description: 🔐ä, type: http, scheme: Bearer, bearerFormt: JWT}
    unused: {type: plain}
    flows:
      type: oauth2
      flows: {implicit: {authorizationUrl: 'http://login.shop.org/a b', tokenUrl: /t, scopes: {}}}
`;

// What XML must not contain, and what would end a text or a command.
const SIGNS = {
  asyncapi: "3.0.0",
  info: { title: "a", version: "1" },
  components: {
    securitySchemes: {
      "]]><&>\"'\u0001\u001b[31m\ufffe": { type: "htpp" },
      "::error file=x,line=1::%0A\r\n": { type: "http", scheme: "]]><&>\u0000\n::warning::" },
    },
  },
};

const FILES = {
  "orders.yaml": ERRORS,
  "lines.yaml": ERRORS.replaceAll("\n", "\r\n"),
  "mark.yaml": `\ufeff${ERRORS}`,
  "signs.json": JSON.stringify(SIGNS, null, 1),
  "with blanks/größe 100%: a,b #1?&é🔐.yaml": ERRORS,
  "with blanks/[a](b) +~'\".jsonc": `// a\n${JSON.stringify(SIGNS)}`,
  // A finding whose other place is in another file.
  "files/main.yaml": `asyncapi: 3.0.0
servers: {live: {host: ws.fair.test, protocol: wss, security: [{$ref: 'other%20file.yaml#/list'}]}}
`,
  "files/other file.yaml": "list: [one, two]\n",
  "clean.yaml": "asyncapi: 3.0.0\ninfo: {title: a, version: '1'}\n",
  "broken.yaml": "asyncapi: 3.0.0\nservers: {a: [}\n\ta: b\n",
  "asyncapi-security.toml": '[rules]\nno-such-rule = "off"\n',
};

// Writes them, and our own fixtures.
export function write(folder) {
  for (const [name, text] of Object.entries(FILES)) {
    put(join(folder, name), text);
  }
  // References are followed in a repository.
  mkdirSync(join(folder, ".git"));
  put(join(folder, "not utf-8.yaml"), Buffer.from("asyncapi: 3.0.0\n# \xff\n", "latin1"));
  cpSync(join(ROOT, "fixtures"), join(folder, "fixtures"), { recursive: true });
}

// Writes 30,000 findings, 300 in each of 100 documents: 299 schemes that nobody uses, each with a
// host of samples, and one more that is an error.
export function writeMany(folder) {
  const scheme = (at) =>
    `    s${at}: {type: openIdConnect, openIdConnectUrl: 'https://s${at}.example.com/.well-known/openid-configuration'}`;
  const text = `asyncapi: 3.0.0
components:
  securitySchemes:
${Array.from({ length: 299 }, (_, at) => scheme(at)).join("\n")}
    wrong: {type: htpp}
`;
  for (let at = 0; at < 100; at++) {
    put(join(folder, `${at}.yaml`), text);
  }
}

function put(path, content) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}
