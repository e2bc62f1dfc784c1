// Migrates documents to the other major version (`cargo run --example migrate`) and holds the
// result against the official JSON Schema of that version, where the source was valid for its own.
//
// Takes a file with the paths of documents, one a line. Ends with 1 if a valid source becomes an
// invalid document, or an operation would demand something else.

import { spawn } from "node:child_process";
import { openSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import Ajv from "ajv";
import addFormats from "ajv-formats";
import { parse } from "yaml";

const VERSIONS = ["2.0.0", "2.1.0", "2.2.0", "2.3.0", "2.4.0", "2.5.0", "2.6.0", "3.0.0", "3.1.0"];

const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
const validators = new Map();
const counts = new Map();
const reasons = new Map();
const wrong = [];

const list = process.argv[2];
if (list === undefined) {
  console.error("usage: node migrate.mjs FILE_WITH_PATHS");
  process.exit(2);
}
const arguments_ = ["run", "--quiet", "--locked", "--example", "migrate"];
const cargo = spawn("cargo", arguments_, {
  cwd: join(here, "../.."),
  stdio: [openSync(list), "pipe", "inherit"],
});
for await (const line of createInterface({ input: cargo.stdout })) {
  judge(JSON.parse(line));
}
report();

function judge(one) {
  const kind = `${one.from[0]}.x, ${one.has_security ? "with" : "without"} security`;
  const source = read(one.before);
  if (source === undefined) {
    return count(kind, "no YAML");
  }
  const isValid = validates(source, source.asyncapi).length === 0;
  const validity = isValid ? "valid" : "invalid";
  if (one.refused !== undefined) {
    const reason = `${validity}: ${one.refused.replaceAll(/`[^`]*`/g, "`…`")}`;
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    return count(kind, `${validity}, refused`);
  }
  if (!one.is_same) {
    wrong.push(`${one.file}: an operation demands something else`);
    return count(kind, `${validity}, demands something else`);
  }
  const target = read(one.after);
  const errors = target === undefined ? ["no YAML"] : validates(target, one.version);
  if (errors.length === 0) {
    return count(kind, `${validity}, becomes valid`);
  }
  // 3.x checks bindings, 2.x does not; we keep them as they are.
  if (target !== undefined && validates(withoutBindings(target), one.version).length === 0) {
    return count(kind, `${validity}, becomes valid but for its bindings`);
  }
  count(kind, `${validity}, becomes invalid`);
  if (isValid) {
    wrong.push(`${one.file}: ${errors.join("; ")}`);
  }
}

function read(text) {
  try {
    const value = parse(text, { logLevel: "silent", maxAliasCount: -1 });
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function withoutBindings(value) {
  if (Array.isArray(value)) {
    return value.map(withoutBindings);
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  const kept = Object.entries(value).filter(([key]) => !/^(\w+B|b)indings$/.test(key));
  return Object.fromEntries(kept.map(([key, member]) => [key, withoutBindings(member)]));
}

function validates(document, version) {
  const validate = validator(version);
  if (validate === undefined) {
    return ["unknown version"];
  }
  if (validate(document)) {
    return [];
  }
  const deep = validate.errors.toSorted((a, b) => b.instancePath.length - a.instancePath.length);
  return deep.slice(0, 3).map((error) => `${error.instancePath} ${error.message}`);
}

function validator(version) {
  if (!validators.has(version)) {
    validators.set(version, compile(version));
  }
  return validators.get(version);
}

function compile(version) {
  if (!VERSIONS.includes(version)) {
    return undefined;
  }
  const folder = dirname(require.resolve("@asyncapi/specs/package.json"));
  const text = readFileSync(join(folder, "schemas", `${version}-without-$id.json`), "utf8");
  const ajv = new Ajv({ strict: false, logger: false, validateFormats: true });
  addFormats(ajv, { mode: "full" });
  return ajv.compile(JSON.parse(text));
}

function count(kind, what) {
  const key = `${kind}: ${what}`;
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function report() {
  const sorted = (map) => [...map].toSorted(([, a], [, b]) => b - a);
  for (const [what, count] of sorted(counts)) {
    console.log(`${String(count).padStart(6)}  ${what}`);
  }
  console.log("\nrefused:");
  for (const [reason, count] of sorted(reasons)) {
    console.log(`${String(count).padStart(6)}  ${reason}`);
  }
  console.log(`\n${wrong.length} documents are wrong`);
  for (const line of wrong) {
    console.log(line);
  }
  process.exit(wrong.length === 0 ? 0 : 1);
}
