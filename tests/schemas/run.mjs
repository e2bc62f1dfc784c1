// Compares two verdicts on the same documents: the one that follows from our table of
// the specification (`cargo run --example schema_cases`) and the one of the official
// JSON Schema of that version, run by ajv.
//
// Ends with 1 on a difference that is not listed below, on a listed one that no longer
// occurs, and when a version has no case of one of the two verdicts.

import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import Ajv from "ajv";
import addFormats from "ajv-formats";

const VERSIONS = ["2.0.0", "2.1.0", "2.2.0", "2.3.0", "2.4.0", "2.5.0", "2.6.0", "3.0.0", "3.1.0"];

// Places where the schema and the text of the specification disagree, and we follow the
// text. `label` says which cases show it, `ours` is our verdict, the schema's is the other.
const DIFFERENCES = [
  {
    id: "D01",
    why: "an absolute URL has no fragment (RFC 3986 section 4.3); `format: uri` takes one",
    label: /\.(authorizationUrl|tokenUrl|refreshUrl|openIdConnectUrl):(empty-)?fragment$/,
    ours: false,
  },
  {
    id: "D06",
    why: "a bad name in `securitySchemes` switches the schema off instead of being an error",
    label: /^component-key\/(my key|schéma|a\/b|)$/,
    ours: false,
  },
  {
    id: "D08",
    why: "fields beside `$ref` are ignored; in the schema an open object beside it matches twice",
    label: /\/oauth2\+\$ref$/,
    ours: true,
  },
  {
    id: "D18",
    why: "the patch version does not count; the schema wants exactly `.0`",
    label: /^version\/\d\.\d\.(1|0-rc1)$/,
    ours: true,
  },
];

const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);

const schemas = new Map(VERSIONS.map((version) => [version, load(version)]));
const validators = new Map(VERSIONS.map((version) => [version, compile(schemas.get(version))]));
const counts = new Map(VERSIONS.map((version) => [version, newCounts()]));
const seen = new Map(DIFFERENCES.map(({ id }) => [id, 0]));
const unexplained = [];
// What the documents contain: keys as `key:`, texts as `"text"`.
const tried = new Map(VERSIONS.map((version) => [version, new Set()]));

const ended = await readCases((line) => judge(JSON.parse(line)));
report(ended);

function load(version) {
  const folder = dirname(require.resolve("@asyncapi/specs/package.json"));
  return JSON.parse(readFileSync(join(folder, "schemas", `${version}-without-$id.json`), "utf8"));
}

function compile(schema) {
  const ajv = new Ajv({ strict: false, logger: false, validateFormats: true });
  addFormats(ajv, { mode: "full" });
  return ajv.compile(schema);
}

function newCounts() {
  return { cases: 0, valid: 0, invalid: 0, listed: 0, unexplained: 0 };
}

function readCases(each) {
  const arguments_ = ["run", "--quiet", "--locked", "--example", "schema_cases"];
  const cargo = spawn("cargo", arguments_, {
    cwd: join(here, "..", ".."),
    stdio: ["ignore", "pipe", "inherit"],
  });
  createInterface({ input: cargo.stdout }).on("line", each);
  return new Promise((done, fail) => {
    cargo.on("error", fail);
    cargo.on("close", done);
  });
}

function judge({ version, case: label, valid: ours, document }) {
  const count = counts.get(version);
  const validate = validators.get(version);
  if (!count || !validate) throw new Error(`a case for the unknown version ${version}`);
  const theirs = validate(document);
  count.cases += 1;
  collect(document, tried.get(version));
  count[theirs ? "valid" : "invalid"] += 1;
  if (ours === theirs) return;
  const known = DIFFERENCES.find((d) => d.ours === ours && d.label.test(label));
  if (known) {
    count.listed += 1;
    seen.set(known.id, seen.get(known.id) + 1);
    return;
  }
  count.unexplained += 1;
  unexplained.push({ version, label, ours, theirs, document });
}

function collect(value, into) {
  if (typeof value === "string") into.add(`"${value}"`);
  if (typeof value !== "object" || value === null) return;
  for (const [key, member] of Object.entries(value)) {
    if (!Array.isArray(value)) into.add(`${key}:`);
    collect(member, into);
  }
}

// Every field and every value that the schema knows in a security scheme, so that one of
// which our table has never heard cannot go without a case.
function wordsOf(schema) {
  const words = new Set();
  const done = new Set();
  const walk = (node) => {
    if (typeof node !== "object" || node === null || done.has(node)) return;
    done.add(node);
    for (const key of Object.keys(node.properties ?? {})) words.add(`${key}:`);
    for (const value of node.enum ?? []) words.add(`"${value}"`);
    if (typeof node.$ref === "string") walk(target(schema, node.$ref));
    for (const [key, member] of Object.entries(node)) {
      if (key !== "examples" && key !== "enum") walk(member);
    }
  };
  walk(target(schema, "#/definitions/SecurityScheme"));
  return words;
}

// The extension schema leads to draft-07 itself, which is not about security.
function target(schema, ref) {
  const name = ref.replace("#/definitions/", "");
  if (name === "specificationExtension" || !ref.startsWith("#/")) return undefined;
  const found = schema.definitions[name];
  if (!found) throw new Error(`the schema has no ${ref}`);
  return found;
}

function report(cargoCode) {
  const failures = [];
  if (cargoCode !== 0) failures.push(`cargo ended with ${cargoCode}`);
  console.log("version   cases   valid invalid  listed unexplained");
  for (const [version, c] of counts) {
    const row = [c.cases, c.valid, c.invalid, c.listed, c.unexplained];
    console.log(version.padEnd(7), ...row.map((n) => String(n).padStart(7)));
    if (c.valid === 0 || c.invalid === 0) failures.push(`${version} lacks cases of a verdict`);
  }
  for (const version of VERSIONS) {
    const missing = [...wordsOf(schemas.get(version))].filter((w) => !tried.get(version).has(w));
    if (missing.length > 0) failures.push(`${version}: no case has ${missing.join(", ")}`);
  }
  for (const { id, why } of DIFFERENCES) {
    console.log(`${id} x ${seen.get(id)}: ${why}`);
    if (seen.get(id) === 0) failures.push(`${id} no longer occurs: take it off the list`);
  }
  for (const { version, label, ours, theirs, document } of unexplained.slice(0, 20)) {
    const verdicts = `ours ${word(ours)}, schema ${word(theirs)}`;
    console.error(`${version} ${label}: ${verdicts}\n  ${JSON.stringify(document)}`);
  }
  if (unexplained.length > 0) failures.push(`${unexplained.length} unexplained differences`);
  for (const failure of failures) console.error(`error: ${failure}`);
  process.exitCode = failures.length > 0 ? 1 : 0;
}

function word(valid) {
  return valid ? "valid" : "invalid";
}
