// Takes the pictures of docs/ and of the extension: a small window, the same document, light and where useful dark.
// What comes from the environment beside that of window.mjs: TOUR BESIDE DOCS MEDIA SHARP, see vscode.sh.

import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { TIMEOUT, came, check, openTidy, page, probe, run, serverRuns } from "./window.mjs";

const { TOUR, BESIDE, DOCS, MEDIA, SHARP } = process.env;
const sharp = createRequire(import.meta.url)(SHARP);
const FILE = path.join(TOUR, "shop.asyncapi.yaml");
const SIZE = { width: 960, height: 560 };
// Of a page of the Marketplace, and of the steps of the walkthrough.
const OF_EXTENSION = ["squiggle", "hover", "explain", "report", "settings"];
// What a page of documentation may weigh.
const MOST = 150_000;

let text = readFileSync(FILE, "utf8");
const locate = (around, word) => text.indexOf(around) + around.indexOf(word);
const line = (words) => page.locator(".monaco-editor .view-line", { hasText: words }).first();

async function shot(name) {
  // The mouse leaves no mark, and what comes with it is no part of the picture.
  const file = path.join(DOCS, `${name}.png`);
  const taken = await page.screenshot({ animations: "disabled", caret: "hide" });
  // 256 colours are enough for letters, and weigh a third.
  const { size: length } = await sharp(taken).png({ palette: true, effort: 10 }).toFile(file);
  check(name, length < MOST, `${Math.round(length / 1000)} KB`);
  if (OF_EXTENSION.includes(name)) copyFileSync(file, path.join(MEDIA, `${name}.png`));
}

async function see(what, locator) {
  if (!(await came(locator.first().waitFor()))) check(`${what} is there`, false);
}

/** Puts the cursor into a word and scrolls so that a line is the first one, and so the same part in each picture. */
async function at(top, around, word = around, offset = 1) {
  await probe("/open", { file: FILE, offset: locate(around, word) + offset });
  await probe("/reveal", { line: text.slice(0, text.indexOf(top)).split("\n").length - 1 });
}

async function squiggle(theme) {
  await at("components:", "components:");
  await see("an error", page.locator(".squiggly-error"));
  await see("a lens", page.locator(".codelens-decoration"));
  await shot(`squiggle${theme}`);
}

async function hover(theme) {
  await at("components:", "authorizationCode", "authorizationCode", 3);
  await see("an error", page.locator(".squiggly-error"));
  await see("a lens", page.locator(".codelens-decoration"));
  await page.keyboard.press("Control+k");
  await page.keyboard.press("Control+i");
  const rows = page.locator(".monaco-hover:not(.hidden) .hover-row");
  await see("a problem", rows.filter({ hasText: "tokenUrl" }));
  await see("an explanation", rows.filter({ hasText: "How it goes" }));
  await shot(`hover${theme}`);
  await page.keyboard.press("Escape");
}

async function quickFix() {
  await at("components:", "authorizationCode", "authorizationCode", 3);
  await see("an error", page.locator(".squiggly-error"));
  await page.keyboard.press("Control+.");
  await see("a list", page.locator(".action-widget .monaco-list-row"));
  await shot("quick-fix");
  await page.keyboard.press("Escape");
}

async function completion(theme) {
  await at("components:", "type: scramSha512", "scramSha512", 0);
  await page.keyboard.press("Control+Delete");
  await page.keyboard.press("Control+Space");
  const rows = page.locator(".suggest-widget.visible .monaco-list-row");
  await see("a list", rows);
  const details = page.locator(".suggest-details-container .suggest-details", { hasText: /\w{20}|\w+ \w+/ });
  if (!(await came(details.first().waitFor({ timeout: 3000 })))) {
    await page.keyboard.press("Control+Space");
    await see("documentation", details);
  }
  await shot(`completion${theme}`);
  await page.keyboard.press("Escape");
  await probe("/close");
}

async function rename() {
  await at("components:", "    services:", "services");
  await page.keyboard.press("F2");
  await page.locator(".rename-box input").fill("cluster");
  await shot("rename");
  await page.keyboard.press("Escape");
}

async function lens() {
  await at("servers:", "servers:");
  await see("a hint", line(/production:.*needs/));
  await shot("hint");
  await at("components:", "components:");
  const used = page.locator(".codelens-decoration a", { hasText: /used/ });
  await see("a lens", used);
  await used.first().click();
  await see("the places", page.locator(".peekview-widget .monaco-list-row"));
  await shot("lens");
  await page.keyboard.press("Escape");
}

/** Waits for the page beside the document to show these words. */
async function pageSays(words) {
  const shows = async (frame) => {
    const text = await frame.evaluate(() => document.body?.innerText ?? "");
    // A page is filled while it is hidden.
    return text.includes(words) && (await frame.frameElement()).isVisible();
  };
  const says = async () => {
    const frames = page.frames().slice(1).map((frame) => shows(frame).catch(() => false));
    return (await Promise.all(frames)).includes(true);
  };
  for (const end = Date.now() + TIMEOUT; Date.now() < end; await page.evaluate(() => new Promise(requestAnimationFrame))) {
    if (await says()) return;
  }
  check(`a page says “${words}”`, false);
}

async function pages(theme) {
  await at("asyncapi", "asyncapi");
  // The page of the other theme would be taken for this one.
  await page.waitForFunction(() => document.querySelector("iframe.webview") === null);
  await run("AsyncAPI Security: Security Report Beside the Document");
  await pageSays("Security of shop.asyncapi.yaml");
  await shot(`report${theme}`);
  if (theme !== "") return;
  await at("servers:", "security: [{");
  await probe("/command", { command: "editor.action.deleteLines" });
  await run("AsyncAPI Security: What Changed Since the Last Commit");
  await pageSays("gets in now");
  await shot("changes");
  await at("components:", "authorizationCode", "authorizationCode", 3);
  await run("AsyncAPI Security: Explain the Rule Here");
  await pageSays("Why it matters");
  await shot("explain");
}

async function settings() {
  const file = path.join(TOUR, ".vscode/settings.json");
  const before = '{\n  "asyncapiSecurity.profile": "strict",\n  "asyncapiSecurity.rules": {\n    \n  }\n}\n';
  writeFileSync(file, before);
  await probe("/open", { file, offset: before.indexOf("\n  }") });
  await page.keyboard.type('"oauth');
  const row = page.locator(".suggest-widget .monaco-list-row", { hasText: "oauth2-flow" }).first();
  for (let tries = 0; tries < 6 && !(await came(row.waitFor({ timeout: 4000 }))); tries += 1) {
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+Space");
  }
  await shot("settings");
  await page.keyboard.press("Escape");
  await probe("/close");
  writeFileSync(file, "{}");
}

async function beside() {
  await openTidy(BESIDE);
  const file = path.join(BESIDE, "broken.asyncapi.yaml");
  text = readFileSync(file, "utf8");
  await probe("/open", { file, offset: text.indexOf("authorizationCode") });
  await page.keyboard.press("Control+b");
  await probe("/until", { sources: { [file]: ["asyncapi-security", "yaml-schema: AsyncAPI 3.0.0 schema."] } });
  await run("Problems: Focus on Problems View");
  await see("problems of both", page.locator(".markers-panel", { hasText: "Property tpye is not allowed" }));
  await shot("beside-yaml-before");
  await run("AsyncAPI Security: Use with the YAML Extension");
  const dialog = page.locator(".monaco-dialog-box");
  await see("the question", dialog);
  await shot("beside-yaml-question");
  await dialog.locator(".monaco-button", { hasText: "In This Workspace" }).click();
  await probe("/until", { sources: { [file]: ["asyncapi-security"] } });
  const doubled = page.locator(".markers-panel .monaco-list-row", { hasText: "Property tpye is not allowed" });
  await doubled.first().waitFor({ state: "detached" });
  await shot("beside-yaml");
}

async function paint(theme) {
  await probe("/set", { key: "workbench.colorTheme", value: `Default ${theme} Modern` });
  await page.locator(`.monaco-workbench.vs${theme === "Dark" ? "-dark" : ""}`).first().waitFor();
}

export async function test() {
  mkdirSync(DOCS, { recursive: true });
  mkdirSync(MEDIA, { recursive: true });
  await page.setViewportSize(SIZE);
  await openTidy(TOUR);
  await probe("/set", { key: "workbench.activityBar.location", value: "hidden" });
  await at("asyncapi", "asyncapi");
  await serverRuns();
  await page.keyboard.press("Control+b");
  await squiggle("");
  await hover("");
  await quickFix();
  await completion("");
  await rename();
  await lens();
  await settings();
  await paint("Dark");
  for (const part of [squiggle, hover, completion, pages]) await part("-dark");
  await paint("Light");
  await pages("");
  await beside();
}
