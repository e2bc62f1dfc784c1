// Runs the tests that are named, one after the other in one window. See vscode.sh.

import { check, close, failures, picture } from "./window.mjs";

for (const name of process.argv.slice(2)) {
  console.log(`== ${name}`);
  const started = performance.now();
  const { test } = await import(`./${name}.mjs`);
  try {
    await test();
  } catch (error) {
    check("the editor can be driven", false, error.message);
    // What it could not go on from.
    await picture(`${name}-failure.png`).catch(() => undefined);
  }
  console.log(`${name}: ${Math.round((performance.now() - started) / 1000)} s`);
}
await close();
console.log(failures() === 0 ? "passed" : `failed: ${failures()}`);
process.exitCode = failures() === 0 ? 0 : 1;
