// Takes the moving picture of the README: a mistake, its fix, a completion, a rename; in light and in dark colours.
// What comes from the environment beside that of window.mjs: DOCS SHARP, see vscode.sh.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { check, openTidy, page, probe, serverRuns } from "./window.mjs";

const { DOCS, SHARP } = process.env;
const sharp = createRequire(import.meta.url)(SHARP);
const WORKSPACE = mkdtempSync(path.join(tmpdir(), "film-"));
// Below this it loads before a reader has scrolled on.
const MOST = 1_000_000;
const THEMES = { light: "Default Light Modern", dark: "Default Dark Modern" };
const FILE = path.join(WORKSPACE, "orders.asyncapi.yaml");

const TEXT = `asyncapi: 3.1.0
info:
  title: Orders
  version: 1.4.0
servers:
  production:
    host: broker.example.com:9093
    protocol: kafka-secure
    security:
      - $ref: '#/components/securitySchemes/clusterAcount'
components:
  securitySchemes:
    clusterAccount:
      type: scramSha512
    customers:
      type: oauth2
      flows:
        authorizationCode:
          authorizationUrl: https://example.eu.auth0.com/authorize
          availableScopes:
            orders:read: See orders
`;

// Nothing but the editor, in letters that can be read when the picture is scaled down.
const settings = (theme) => ({
  "breadcrumbs.enabled": false,
  "editor.cursorBlinking": "solid",
  "editor.fontSize": 15,
  "editor.lightbulb.enabled": "off",
  "editor.lineNumbersMinChars": 3,
  "editor.occurrencesHighlight": "off",
  "editor.scrollbar.horizontal": "hidden",
  "editor.scrollbar.vertical": "hidden",
  "editor.stickyScroll.enabled": false,
  "files.autoSave": "off",
  "window.title": "${dirty}${activeEditorShort}",
  "window.menuBarVisibility": "hidden",
  "workbench.activityBar.location": "hidden",
  "workbench.colorTheme": theme,
});

const SQUIGGLES = ".monaco-editor .squiggly-error";
const HOVER = ".monaco-hover:not(.hidden)";
const LIST = ".suggest-widget.visible .monaco-list-row";
const line = (text) => page.locator(".monaco-editor .view-line", { hasText: text }).first();

let pictures = [];
let times = [];

/** Keeps what is seen now, to be shown for this long. */
async function moment(milliseconds) {
  pictures.push(await page.screenshot());
  times.push(milliseconds);
}

/** Makes one picture of all moments. A GIF, for it moves wherever Markdown is shown. */
async function keep(name) {
  const film = sharp(pictures, { join: { animated: true } });
  const { size } = await film.gif({ delay: times, loop: 0, dither: 0, effort: 10, reuse: true }).toFile(path.join(DOCS, `${name}.gif`));
  const seconds = Math.round(times.reduce((sum, time) => sum + time) / 1000);
  check(name, size < MOST, `${pictures.length} moments, ${seconds} s, ${Math.round(size / 1000)} KB`);
  [pictures, times] = [[], []];
}

const squiggles = (wanted) =>
  page.waitForFunction(([css, n]) => document.querySelectorAll(css).length === n, [SQUIGGLES, wanted]);

async function type(text) {
  for (const character of text) {
    await page.keyboard.press(character, { delay: 30 });
    await probe("/settle");
    await moment(110);
  }
}

/** Points at a word until the explanation is there; lenses that come in push the word away. */
async function hover(lineText, word) {
  for (let tries = 0; tries < 5; tries += 1) {
    await page.mouse.move(5, 5);
    await line(lineText).locator("span > span", { hasText: word }).last().hover();
    if (await page.locator(`${HOVER} .hover-row`).nth(1).waitFor({ timeout: 4000 }).then(() => true, () => false)) return;
  }
  throw new Error(`no hover on ${word}`);
}

async function pick(label) {
  await page.locator(LIST, { hasText: label }).first().waitFor();
  const focused = page.locator(".suggest-widget.visible .monaco-list-row.focused", { hasText: label });
  for (let tries = 0; tries < 12 && (await focused.count()) === 0; tries += 1) await page.keyboard.press("ArrowDown");
  await focused.waitFor();
}

async function play() {
  const lenses = page.locator(".codelens-decoration a");
  await probe("/open", { file: FILE, offset: 0 });
  await serverRuns();
  await squiggles(2);
  await lenses.first().waitFor();
  await moment(2000);

  await hover("authorizationCode", "authorizationCode");
  await moment(3500);
  await page.mouse.move(5, 5);
  await page.keyboard.press("Escape");
  await page.locator(HOVER).waitFor({ state: "detached" }).catch(() => undefined);

  await probe("/open", { file: FILE, offset: TEXT.indexOf("clusterAcount") });
  await squiggles(2);
  await lenses.first().waitFor();
  await moment(700);
  await page.keyboard.press("Control+.");
  await page.locator(".action-widget .monaco-list-row", { hasText: "clusterAccount" }).first().waitFor();
  await moment(1800);
  await page.keyboard.press("Enter");
  await squiggles(1);
  await page.locator(".view-line", { hasText: /production:.*needs.SASL/ }).first().waitFor();
  await lenses.filter({ hasText: "used once" }).first().waitFor();
  await moment(2500);

  await line("authorizationUrl").click();
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  await moment(400);
  await type("tok");
  await pick("tokenUrl");
  // The window before this one may have left the explanation open.
  const details = page.locator(".suggest-details:visible");
  if ((await details.count()) === 0) await page.keyboard.press("Control+Space");
  await details.first().waitFor();
  await moment(1500);
  await page.keyboard.press("Enter");
  await line("tokenUrl: ").waitFor();
  await moment(400);
  // What was put in for now is selected, and the list has what fits the line above.
  await page.keyboard.press("Delete");
  await page.keyboard.press("Control+Space");
  await pick("auth0.com/oauth/token");
  await moment(2200);
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await squiggles(0);
  await moment(1800);

  await line("clusterAccount:").locator("span > span", { hasText: "clusterAccount" }).last().click();
  await page.keyboard.press("F2");
  await page.locator(".rename-box input").waitFor();
  await page.locator(".rename-box input").fill("broker");
  await moment(1500);
  await page.keyboard.press("Enter");
  await line("securitySchemes/broker").waitFor();
  await moment(3000);
  await probe("/close");
}

export async function test() {
  page.setDefaultTimeout(20_000);
  await page.setViewportSize({ width: 860, height: 590 });
  mkdirSync(path.join(WORKSPACE, ".vscode"));
  // Hosts of examples would be pointed out.
  writeFileSync(path.join(WORKSPACE, "asyncapi-security.toml"), 'own-hosts = ["*.example.com"]\n');
  for (const [name, theme] of Object.entries(THEMES)) {
    writeFileSync(FILE, TEXT);
    writeFileSync(path.join(WORKSPACE, ".vscode/settings.json"), JSON.stringify(settings(theme)));
    await openTidy(WORKSPACE);
    if (await page.locator(".part.sidebar").isVisible()) await page.keyboard.press("Control+b");
    await play();
    await keep(`film-${name}`);
  }
  rmSync(WORKSPACE, { recursive: true });
}
