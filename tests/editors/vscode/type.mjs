// Types the cases of typing.json into VS Code, key by key, and compares the texts that come out.
// What comes from the environment beside that of window.mjs: WORKSPACE, see vscode.sh.
// ONLY is a word that the names of cases must have.

import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { check, openWindow, page, picture, probe, serverRuns } from "./window.mjs";

const { WORKSPACE, ONLY = "" } = process.env;
const plan = JSON.parse(readFileSync(new URL("../typing.json", import.meta.url), "utf8"));

const LIST = ".suggest-widget.visible";
const ROWS = `${LIST} .monaco-list-row`;
const KEYS = { Enter: "Enter", Tab: "Tab", Backspace: "Backspace", Escape: "Escape", ask: "Control+Space" };
// How long a key is held down, in milliseconds. VS Code asks for a list 10 ms after a key.
const HELD = 30;
const SHOWN = 101;

/** Presses a key and waits for all that it brings about. Hands back the text and the column of the cursor. */
async function press(key) {
  await page.keyboard.press(key, { delay: HELD });
  return probe("/settle");
}

/** Presses Enter and brings the cursor to a column, for editors indent the new line as they like. */
async function enter(wanted) {
  let { column } = await press("Enter");
  while (column > wanted) ({ column } = await press("Backspace"));
  while (column < wanted) ({ column } = await press(" "));
}

const labels = async () => (await page.locator(ROWS).evaluateAll((rows) => rows.map((row) => row.ariaLabel))).join(" | ");

/** Accepts the entry with this label. */
async function pick(label) {
  await page.locator(`${LIST} .monaco-list-row.focused`).waitFor();
  const focused = page.locator(`${LIST} .monaco-list-row.focused .label-name`);
  const first = await focused.innerText();
  let now = first;
  while (now !== label) {
    await page.keyboard.press("ArrowDown");
    now = await focused.innerText();
    // The list goes round.
    if (now === first) throw new Error(`no \`${label}\` in the list: ${await labels()}`);
  }
  await press("Enter");
}

async function step(keys, pictureName) {
  const label = /^<pick (.+)>$/.exec(keys)?.[1];
  const name = /^<([A-Za-z ]+)>$/.exec(keys)?.[1];
  const column = /^<Enter ([0-9]+)>$/.exec(keys)?.[1];
  if (label !== undefined) return pick(label);
  if (column !== undefined) return enter(Number(column));
  if (name === "list") return page.locator(ROWS).first().waitFor();
  if (name === "no list") {
    // A list is shown 100 ms after it has come in. A timer that was set later and takes longer fires behind that.
    await page.evaluate((time) => new Promise((resolve) => setTimeout(resolve, time)), SHOWN);
    if ((await page.locator(LIST).count()) > 0) throw new Error(`a list opened by itself: ${await labels()}`);
  } else if (name === "picture") {
    await picture(pictureName);
  } else if (name !== undefined) {
    await press(KEYS[name]);
  } else {
    // Letters come faster than lists do. What takes or closes a list waits for it.
    for (const [at, character] of [...keys].entries()) {
      if (/\w/.test(character) && at + 1 < keys.length && /\w/.test(keys[at + 1])) await page.keyboard.press(character);
      else await press(character);
    }
  }
}

/** Without the blanks at the ends of lines: editors differ in when they take their own indentation away. */
const tidy = (text) => text.replace(/[ \t]+$/gm, "");

async function run(testCase, number) {
  const start = plan.documents[testCase.document].join("\n");
  const file = path.join(WORKSPACE, `${number}.asyncapi.${testCase.document.startsWith("json") ? "json" : "yaml"}`);
  writeFileSync(file, `${start.replace("|", "")}\n`);
  await probe("/open", { file, offset: start.indexOf("|") });
  try {
    for (const keys of testCase.keys) await step(keys, testCase.picture);
    const { text } = await press("Escape");
    const wanted = start.replace("|", () => testCase.text.join("\n"));
    if (tidy(text) !== tidy(`${wanted}\n`)) throw new Error(`the text is\n${tidy(text)}`);
  } finally {
    await probe("/close");
  }
}

export async function test() {
  await openWindow(WORKSPACE);
  const file = path.join(WORKSPACE, "first.asyncapi.yaml");
  writeFileSync(file, "asyncapi: 3.0.0\n");
  await probe("/open", { file, offset: 0 });
  await serverRuns();
  for (const [number, testCase] of plan.cases.entries()) {
    if ((testCase.editor ?? "vscode") !== "vscode" || !testCase.name.includes(ONLY)) continue;
    await run(testCase, number).then(
      () => check(testCase.name, true),
      (error) => check(testCase.name, false, error.message),
    );
  }
}
