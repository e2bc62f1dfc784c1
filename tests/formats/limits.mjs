// What the receivers ask of a file beyond its schema.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

// Code scanning of GitHub: docs.github.com, "SARIF support for code scanning" and "SARIF results
// exceed limit".
export function codeScanning(text, folder) {
  const { runs } = JSON.parse(text);
  const files = new Map();
  const place = ({ uri }, region) => {
    assert.ok(!/^(\/|\.\.?\/|[a-z]+:)/.test(uri), `${uri} is relative to the repository`);
    if (!files.has(uri)) {
      files.set(uri, linesOf(join(folder, decodeURIComponent(uri))));
    }
    inside(region, files.get(uri));
  };
  assert.ok(gzipSync(text).length <= 10 * 1024 * 1024, "at most 10 MB gzipped");
  assert.ok(runs.length <= 20);
  for (const run of runs) {
    const { rules } = run.tool.driver;
    assert.ok(run.results.length <= 25_000, `${run.results.length} results`);
    assert.ok(rules.length <= 25_000);
    for (const rule of rules) {
      assert.ok(rule.id.length <= 255 && rule.shortDescription.text !== "");
      assert.ok(rule.shortDescription.text.length <= 1024);
      assert.ok(rule.fullDescription.text.length <= 1024 && rule.help.text !== "");
      assert.ok(rule.properties.tags.length <= 20);
    }
    const seen = new Set();
    for (const result of run.results) {
      const [location] = result.locations;
      const { uri } = location.physicalLocation.artifactLocation;
      const prints = Object.values(result.partialFingerprints);
      assert.equal(rules[result.ruleIndex].id, result.ruleId);
      assert.ok(result.message.text !== "" && prints.length > 0);
      assert.ok(result.locations.length + (result.relatedLocations ?? []).length <= 1_000);
      // One alert for each.
      const alert = [uri, result.ruleId, ...prints].join("\n");
      assert.ok(!seen.has(alert), alert);
      seen.add(alert);
      for (const { physicalLocation } of [location, ...(result.relatedLocations ?? [])]) {
        place(physicalLocation.artifactLocation, physicalLocation.region);
      }
      for (const { artifactChanges } of result.fixes ?? []) {
        for (const { artifactLocation, replacements } of artifactChanges) {
          replacements.forEach(({ deletedRegion }) => place(artifactLocation, deletedRegion));
        }
      }
    }
  }
}

// The lines of a file with their ends, as arrays of code points.
export function linesOf(path) {
  const text = readFileSync(path, "utf8").replace(/^\ufeff/, "");
  return text.split(/(?<=\r\n|\r(?!\n)|\n)/).map((line) => Array.from(line));
}

// The text of a region, which must lie in the lines. Columns count code points.
export function inside(region, lines) {
  const { startLine, startColumn, endLine, endColumn } = region;
  assert.ok(startLine >= 1 && startColumn >= 1);
  assert.ok(startLine < endLine || (startLine === endLine && startColumn <= endColumn));
  const part = (number) => {
    const from = number === startLine ? startColumn - 1 : 0;
    const all = lines[number - 1] ?? [];
    const to = number === endLine ? endColumn - 1 : all.length;
    assert.ok(from <= all.length && to <= all.length, `${number}:${to}`);
    return all.slice(from, to).join("");
  };
  return Array.from({ length: endLine - startLine + 1 }, (_, at) => part(startLine + at)).join("");
}

// Code Quality of GitLab: docs.gitlab.com, "Code Quality report format".
export function codeQuality(text, folder) {
  assert.ok(!text.startsWith("\ufeff"), "no byte order mark");
  const issues = JSON.parse(text);
  assert.ok(Array.isArray(issues), "one array");
  const severities = ["info", "minor", "major", "critical", "blocker"];
  for (const { description, check_name, severity, location } of issues) {
    assert.ok(typeof description === "string" && description !== "");
    assert.ok(typeof check_name === "string" && check_name !== "");
    assert.ok(severities.includes(severity), severity);
    assert.ok(!/^(\/|\.\/)/.test(location.path), `${location.path} is relative to the repository`);
    assert.ok(existsSync(join(folder, location.path)), location.path);
    const line = location.lines?.begin ?? location.positions?.begin?.line;
    assert.ok(Number.isInteger(line) && line >= 1);
  }
  const prints = issues.map(({ fingerprint }) => fingerprint);
  assert.equal(new Set(prints).size, issues.length, "fingerprints are unique");
  return issues;
}

// Annotations as the runner of GitHub reads them (actions/runner, `ActionCommand.cs`).
export function commands(text) {
  const lines = text.split("\n").filter((line) => line.trimStart().startsWith("::"));
  return lines.map((line) => {
    const [, command, properties, message] = /^::([^ ]+) (.*?)::(.*)$/.exec(line);
    const pairs = properties.split(",").map((pair) => {
      const [key, ...value] = pair.split("=");
      return [key, unescaped(value.join("=").replaceAll("%3A", ":").replaceAll("%2C", ","))];
    });
    return { command, message: unescaped(message), ...Object.fromEntries(pairs) };
  });
}

function unescaped(text) {
  return text.replaceAll("%0D", "\r").replaceAll("%0A", "\n").replaceAll("%25", "%");
}
