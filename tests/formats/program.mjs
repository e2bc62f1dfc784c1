// Runs the program and reads what it writes.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const PROGRAM = process.env.ASYNCAPI_SECURITY_LSP;

export const FORMATS = ["json", "sarif", "github", "gitlab", "junit", "concise"];

// What the program prints. Its exit code is `code`, where one is named.
export function output(folder, args, code = 0) {
  const options = { cwd: folder, encoding: "utf8", maxBuffer: 1 << 28 };
  const { status, stdout, stderr, error } = spawnSync(PROGRAM, args, options);
  if (error || status !== code) {
    throw new Error(`${args.join(" ")} ends with ${status}, not ${code}: ${error ?? stderr}`);
  }
  return stdout;
}

// All formats of one run, as they come, by name. They are written besides into `into`.
export function check(folder, into, args, code) {
  const files = FORMATS.map((format) => `--output=${format}=${join(into, format)}`);
  output(folder, ["check", "--level", "hint", "--format", "concise", ...files, ...args], code);
  return Object.fromEntries(FORMATS.map((format) => [format, readFileSync(join(into, format), "utf8")]));
}
