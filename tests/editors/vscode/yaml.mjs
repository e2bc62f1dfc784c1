// Beside the YAML extension with the schema of AsyncAPI: what is said twice, before and after it is set up.
// What comes from the environment beside that of window.mjs: BESIDE, see vscode.sh.

import { readFileSync } from "node:fs";
import path from "node:path";
import { came, check, openWindow, page, picture, probe, run, serverRuns } from "./window.mjs";

const { BESIDE } = process.env;
const FILE = path.join(BESIDE, "broken.asyncapi.yaml");
const TEXT = readFileSync(FILE, "utf8");
const OURS = "asyncapi-security";

const open = (around, at = 0) => probe("/open", { file: FILE, offset: TEXT.indexOf(around) + at });

/** The lines with problems of both. */
async function doubled() {
  const problems = await probe("/problems", { file: FILE });
  const lines = (is) => new Set(problems.filter(({ source }) => (source === OURS) === is).map(({ line }) => line));
  const [ours, theirs] = [lines(true), lines(false)];
  return { both: [...ours].filter((line) => theirs.has(line)).length, ours: ours.size, theirs: theirs.size };
}

/** What stands in the list at a place, from the top. */
async function listed(around, at) {
  await open(around, at);
  await page.keyboard.press("Control+Space");
  const rows = page.locator(".suggest-widget.visible .monaco-list-row .label-name");
  await came(rows.first().waitFor({ timeout: 5000 }));
  await probe("/settle");
  const labels = await rows.allInnerTexts();
  await picture(`vscode-beside-${around.split(":")[0].trim()}.png`);
  await page.keyboard.press("Escape");
  return { labels, twice: labels.filter((label, row) => labels.indexOf(label) !== row) };
}

/** What the hover says, from the top. */
async function hovered(word) {
  await open(word, 2);
  await page.keyboard.press("Control+k");
  await page.keyboard.press("Control+i");
  const rows = page.locator(".monaco-hover:not(.hidden) .hover-row");
  const isThere = () => document.querySelector(".monaco-hover:not(.hidden) .hover-row")?.innerText.trim().length > 0;
  await came(page.waitForFunction(isThere, undefined, { timeout: 5000 }));
  const words = await rows.allInnerTexts();
  await page.keyboard.press("Escape");
  return words.map((text) => text.replace(/\s+/g, " ").slice(0, 100));
}

/** Writes a key again, and hands back who says so. The last of them to say anything is waited for. */
async function syntax(wanted) {
  await open("asyncapi");
  await page.keyboard.press("Control+End");
  await page.keyboard.type("info: again\n");
  await probe("/until", { sources: { [FILE]: wanted } });
  await probe("/settle");
  const line = TEXT.split("\n").length - 1;
  const problems = (await probe("/problems", { file: FILE })).filter((one) => one.line >= line || /unique|twice/.test(one.message));
  return [...new Set(problems.map(({ source }) => source))].sort().join();
}

async function measure(when) {
  const findings = await doubled();
  const keys = await listed("  type: oauth2", 2);
  const values = await listed("type: oauth2", 6);
  const hover = await hovered("openIdConnectUrl");
  console.log(`     ${when}: ${JSON.stringify({ findings, keys, values, hover })}`);
  return { findings, keys, values, hover };
}

export async function test() {
  await openWindow(BESIDE);
  await open("asyncapi");
  await serverRuns();
  const both = await probe("/until", { sources: { [FILE]: [OURS, "yaml-schema: AsyncAPI 3.0.0 schema."] } });
  check("both report", both.came, JSON.stringify(both.sources));
  const before = await measure("with both");
  check("and some lines are reported twice", before.findings.both > 0, JSON.stringify(before.findings));
  await open("authorizationCode:");
  await picture("vscode-beside-before.png");
  const schema = both.sources[FILE][1];
  const said = await syntax(["YAML", OURS, schema]);
  check("a key that occurs twice is reported twice", said === `YAML,${OURS}`, said);

  await open("asyncapi");
  await run("AsyncAPI Security: Use with the YAML Extension");
  const dialog = page.locator(".monaco-dialog-box");
  await dialog.waitFor();
  await picture("vscode-beside-question.png");
  await dialog.locator(".monaco-button", { hasText: "In This Workspace" }).click();
  const alone = await probe("/until", { sources: { [FILE]: [OURS] } });
  check("set up, only one reports", alone.came, JSON.stringify(alone.sources));
  const after = await measure("set up");
  check("nothing is reported twice", after.findings.both === 0 && after.findings.ours === before.findings.ours, JSON.stringify(after.findings));
  check("nothing is offered twice", after.keys.twice.length + after.values.twice.length === 0, JSON.stringify([after.keys.twice, after.values.twice]));
  check("what is offered is ours", after.values.labels.includes("scramSha512"), after.values.labels.join());
  check("the hover is ours", after.hover.length > 0 && !after.hover.some((text) => text.includes("Source: ")), JSON.stringify(after.hover));
  const errors = await syntax(["YAML", OURS]);
  check("nor a key that occurs twice", errors === "YAML", errors);
  await open("authorizationCode:");
  await picture("vscode-beside-after.png");

  await run("AsyncAPI Security: Use with the YAML Extension");
  await dialog.locator(".monaco-button", { hasText: "Let Both Check Again" }).click();
  const again = await probe("/until", { sources: both.sources });
  check("and taken back both report again", again.came, JSON.stringify(again.sources));
}
