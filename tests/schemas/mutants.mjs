// 10,000 documents of all versions, each mutated where it is about security: what `check` says is
// wrong by the schema against what the official schema says, run by ajv.
//
//   node mutants.mjs BINARY [COUNT] [SEED]
//
// Ends with 1 on a difference that is not listed below. Each of these is shown with how often it came.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import Ajv from "ajv";
import addFormats from "ajv-formats";

const VERSIONS = ["2.0.0", "2.1.0", "2.2.0", "2.3.0", "2.4.0", "2.5.0", "2.6.0", "3.0.0", "3.1.0"];

// Where we differ on purpose. `ours` is our verdict, `is` says whether a document shows it: it gets
// what makes it invalid for us, as rule and pointer, and the ids of all rules that find something.
const DIFFERENCES = [
  {
    id: "a scheme that is called `$ref`",
    why: "the schema takes it for a name, in `securitySchemes` for one that it does not look at (D06); we for a reference",
    ours: false,
    is: (why) => why.every((one) => one.includes("$ref")),
  },
  {
    id: "`bearerFormat` where `scheme` is no token",
    why: "the schema minds `bearerFormat`, we the cause: `http-scheme-invalid-token`, by RFC 9110",
    ours: true,
    is: (_, all) => all.includes("http-scheme-invalid-token"),
  },
];

const [binary, count = "10000", seed = "16"] = process.argv.slice(2);
if (!binary) {
  console.error("usage: node mutants.mjs BINARY [COUNT] [SEED]");
  process.exit(2);
}
const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);

let state = Number(seed);
// mulberry32, public domain: the same numbers on every machine.
function random() {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}
const below = (n) => Math.floor(random() * n);
const pick = (list) => list[below(list.length)];

const URLS = ["https://id.shop.org/token", "https://id.shop.org/authorize?x=1", "/token", "id.shop.org",
  "https://id.shop.org/a b", "", "http://[::1", "urn:x:y", "https://id.shop.org/%zz"];
const TYPES = ["userPassword", "apiKey", "X509", "symmetricEncryption", "asymmetricEncryption", "httpApiKey",
  "http", "oauth2", "openIdConnect", "plain", "scramSha256", "scramSha512", "gssapi", "Http", "oauth", "", "x"];
const FLOWS = ["implicit", "password", "clientCredentials", "authorizationCode"];
const flow = () => ({ authorizationUrl: pick(URLS), tokenUrl: pick(URLS), refreshUrl: pick(URLS),
  scopes: { "orders:read": "See orders" }, availableScopes: { "orders:read": "See orders" } });
const scheme = () => ({
  type: pick(TYPES), description: "d", in: pick(["user", "password", "header", "query", "cookie", "body"]), name: "n",
  scheme: pick(["basic", "bearer", "Bearer", "digest"]), bearerFormat: "JWT", openIdConnectUrl: pick(URLS),
  flows: { [pick(FLOWS)]: flow() }, scopes: ["orders:read"],
});
const VALUES = [null, true, 0, 1.5, "", "x", [], {}, ["x"], ["x", "x"], [1], { x: 1 }, { $ref: "#/components/securitySchemes/a" },
  { $ref: 1 }, { "x-a": 1 }, { a: [] }, { a: ["orders:read"] }, { a: {} }];
const FIELDS = ["type", "description", "in", "name", "scheme", "bearerFormat", "openIdConnectUrl", "flows", "scopes",
  "availableScopes", "authorizationUrl", "tokenUrl", "refreshUrl", "$ref", "x-more", "X-more", "more", ...FLOWS];

function value() {
  const way = random();
  if (way < 0.5) return structuredClone(pick(VALUES));
  if (way < 0.6) return pick(TYPES);
  if (way < 0.75) return pick(URLS);
  if (way < 0.85) return flow();
  return scheme();
}

// A document without what is not about security, of which all is valid.
function base(version) {
  const schemes = {};
  for (const name of ["a", "b"]) schemes[name] = valid(version);
  const is3 = version.startsWith("3");
  const requirement = is3 ? { $ref: "#/components/securitySchemes/a" } : { a: [] };
  const document = { asyncapi: version, info: { title: "t", version: "1" }, channels: {}, components: { securitySchemes: schemes } };
  if (is3) {
    document.servers = { s: { host: "h.shop.org", protocol: "https", security: [requirement, valid(version)] } };
    document.channels = { c: { address: "c" } };
    document.operations = { o: { action: "send", channel: { $ref: "#/channels/c" }, security: [structuredClone(requirement)],
      traits: [{ security: [structuredClone(requirement)] }] } };
  } else {
    document.servers = { s: { url: "https://h.shop.org", protocol: "https", security: [requirement, { b: [] }] } };
    document.channels = { c: { subscribe: {} } };
    if (version >= "2.4.0") {
      document.channels.c.subscribe = { security: [structuredClone(requirement)], traits: [{ security: [structuredClone(requirement)] }] };
    }
  }
  return document;
}

function valid(version) {
  const scopes = version.startsWith("3") ? "availableScopes" : "scopes";
  const known = { "orders:read": "See orders" };
  const url = URLS[0];
  const all = [{ type: "userPassword" }, { type: "apiKey", in: "user" }, { type: "X509", description: "d" },
    { type: "symmetricEncryption" }, { type: "httpApiKey", name: "X-Key", in: "header" }, { type: "http", scheme: "basic" },
    { type: "http", scheme: "bearer", bearerFormat: "JWT" }, { type: "openIdConnect", openIdConnectUrl: url },
    { type: "oauth2", flows: {
      implicit: { authorizationUrl: url, [scopes]: known }, password: { tokenUrl: url, [scopes]: known },
      clientCredentials: { tokenUrl: url, refreshUrl: url, [scopes]: known },
      authorizationCode: { authorizationUrl: url, tokenUrl: url, [scopes]: known } } }];
  if (version >= "2.1.0") all.push({ type: "plain" }, { type: "scramSha256" }, { type: "gssapi" });
  return structuredClone(pick(all));
}

// Every value that is about security, with its holder.
function places(document) {
  const found = [];
  const walk = (holder) => {
    for (const key of Object.keys(holder)) {
      found.push({ holder, key });
      if (typeof holder[key] === "object" && holder[key] !== null) walk(holder[key]);
    }
  };
  walk(document.components.securitySchemes);
  const lists = [document.servers.s, document.operations?.o, document.operations?.o.traits?.[0], document.channels.c.subscribe,
    document.channels.c.subscribe?.traits?.[0]];
  for (const holder of lists) {
    if (holder?.security === undefined) continue;
    found.push({ holder, key: "security" });
    if (typeof holder.security === "object" && holder.security !== null) walk(holder.security);
  }
  return found;
}

function mutate(document) {
  const { holder, key } = pick(places(document));
  const old = holder[key];
  const isObject = typeof old === "object" && old !== null && !Array.isArray(old);
  const way = random();
  if (way < 0.2) {
    if (Array.isArray(holder)) holder.splice(Number(key), 1);
    else delete holder[key];
  } else if (way < 0.45) holder[key] = value();
  else if (way < 0.65 && isObject) old[pick(FIELDS)] = value();
  else if (way < 0.75 && Array.isArray(old)) old.push(old.length > 0 && random() < 0.5 ? structuredClone(old[0]) : value());
  // By another name a list of security is a field of a server, which is not ours to judge.
  else if (way < 0.85 && !Array.isArray(holder) && key !== "security") {
    delete holder[key];
    holder[random() < 0.5 ? pick(FIELDS) : `${key}x`] = old;
  } else holder[key] = scheme();
}

const compile = (version) => {
  const folder = dirname(require.resolve("@asyncapi/specs/package.json"));
  const schema = JSON.parse(readFileSync(join(folder, "schemas", `${version}-without-$id.json`), "utf8"));
  const ajv = new Ajv({ strict: false, logger: false, validateFormats: true });
  addFormats(ajv, { mode: "full" });
  return ajv.compile(schema);
};
const validators = new Map(VERSIONS.map((version) => [version, compile(version)]));

const folder = mkdtempSync(join(tmpdir(), "mutants-"));
const cases = [];
for (let number = 0; number < Number(count); number += 1) {
  const version = VERSIONS[number % VERSIONS.length];
  const document = base(version);
  for (let left = 1 + below(2); left > 0; left -= 1) mutate(document);
  const name = `${String(number).padStart(6, "0")}.json`;
  writeFileSync(join(folder, name), JSON.stringify(document));
  const validate = validators.get(version);
  cases.push({ name, version, document, theirs: validate(document), errors: validate.errors ?? [] });
}

const run = (arguments_) => spawnSync(resolve(binary), arguments_, { cwd: folder, encoding: "utf8", maxBuffer: 1 << 30 });
const rules = new Map(JSON.parse(run(["rules", "--format", "json"]).stdout).rules.map((rule) => [rule.id, rule]));
const checked = run(["check", "--no-config", "--profile", "strict", "--level", "hint", "--format", "json", "."]);
if (checked.status === 2) throw new Error(checked.stderr.slice(0, 2000));
const findings = new Map();
const all = new Map();
for (const finding of JSON.parse(checked.stdout).findings) {
  const rule = rules.get(finding.rule);
  const name = finding.path.replace(/^\.\//, "");
  all.set(name, [...(all.get(name) ?? []), finding.rule]);
  // What prose founds is an error where the schema rejects as well; what the schema alone rejects is
  // only information.
  const raised = finding.severity !== rule.severity;
  const rejects = (finding.severity === "error" && (rule.basis === "schema" || raised))
    || (rule.basis === "schema" && rule.severity === "information");
  if (!rejects) continue;
  findings.set(name, [...(findings.get(name) ?? []), `${finding.rule} ${finding.pointer}`]);
}
rmSync(folder, { recursive: true });

const table = new Map(VERSIONS.map((version) => [version, { cases: 0, valid: 0, invalid: 0, listed: 0, unexplained: 0 }]));
const seen = new Map(DIFFERENCES.map(({ id }) => [id, 0]));
const unexplained = [];
for (const one of cases) {
  const row = table.get(one.version);
  const why = findings.get(one.name) ?? [];
  const ours = why.length === 0;
  row.cases += 1;
  row[one.theirs ? "valid" : "invalid"] += 1;
  if (ours === one.theirs) continue;
  const known = DIFFERENCES.find(({ ours: verdict, is }) => verdict === ours && is(why, all.get(one.name) ?? []));
  if (known) {
    row.listed += 1;
    seen.set(known.id, seen.get(known.id) + 1);
  } else {
    row.unexplained += 1;
    unexplained.push({ ...one, why });
  }
}
console.log("version   cases   valid invalid  listed unexplained");
for (const [version, row] of table) {
  console.log(version.padEnd(7), ...Object.values(row).map((n) => String(n).padStart(7)));
}
for (const { id, why } of DIFFERENCES) console.log(`${id} x ${seen.get(id)}: ${why}`);
for (const { version, document, theirs, errors, why } of unexplained.slice(0, Number(process.env.SHOWN ?? 20))) {
  const places = errors.slice(0, 6).map(({ instancePath, message }) => `${instancePath} ${message}`);
  console.error(`${version}: schema ${theirs ? "valid" : "invalid"}, ours ${why.join("; ") || "valid"}`);
  console.error(`  ${JSON.stringify(document)}\n  ${places.join("\n  ")}`);
}
if (unexplained.length > 0) console.error(`error: ${unexplained.length} unexplained differences`);
process.exitCode = unexplained.length > 0 ? 1 : 0;
