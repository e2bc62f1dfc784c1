// Opens a broken document in VS Code, as a browser shows it, and looks at what the extension does.
// What comes from the environment beside that of window.mjs: WORKSPACE NO_SERVER SERVER, see vscode.sh.

import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { TIMEOUT, came, check, openWindow, page, picture, run, status, statusSays } from "./window.mjs";

const { WORKSPACE, NO_SERVER } = process.env;
const SETTINGS = path.join(WORKSPACE, ".vscode/settings.json");
const ERRORS = ".monaco-editor .squiggly-error";
const PROBLEMS = ".markers-panel .monaco-table-tr, .markers-panel .monaco-list-row";
const STATUS = ".statusbar-item[id*='asyncapiSecurity.status']";

const errors = () => page.locator(ERRORS).count();
const errorsBecome = (wanted) =>
  came(page.waitForFunction(([css, n]) => document.querySelectorAll(css).length === n, [ERRORS, wanted], { timeout: TIMEOUT }));
const label = () => status().getAttribute("aria-label");
/** Watches the status item from now on: hands back a wait for these words to have been there, however short. */
async function statusPasses(words) {
  await page.evaluate(
    ([css, text]) => {
      globalThis.statusPassed = false;
      new MutationObserver(() => {
        globalThis.statusPassed ||= document.querySelector(css)?.getAttribute("aria-label")?.includes(text) ?? false;
      }).observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ["aria-label"] });
    },
    [STATUS, words],
  );
  return () => came(page.waitForFunction(() => globalThis.statusPassed, undefined, { timeout: TIMEOUT }));
}

const line = (text) => page.locator(".monaco-editor .view-line", { hasText: text }).first();

/** Shows the hover on a word of a line, and hands back what is in it. `parts` is how many: a problem, an explanation. */
async function hover(lineText, word, parts) {
  const rows = page.locator(".monaco-hover:not(.hidden) .hover-row");
  // Code lenses that come in push the word away from below the mouse, hence more than one try.
  for (let tries = 0; tries < 5; tries += 1) {
    await page.mouse.move(5, 5);
    await line(lineText).locator("span > span", { hasText: word }).last().hover();
    if (await came(rows.nth(parts - 1).waitFor({ timeout: 4000 }))) break;
  }
  return (await rows.allInnerTexts()).join("\n").replaceAll("\u00a0", " ");
}

async function open() {
  await openWindow(WORKSPACE);
  await page.locator(".explorer-folders-view .monaco-list-row", { hasText: "broken.asyncapi.yaml" }).first().dblclick();
  await line("asyncapi:").waitFor();
  // The first lines are of no interest: what is wrong stands at the end. Without the side bar all of it is in view.
  await line("asyncapi:").click();
  await page.keyboard.press("Control+End");
  await page.keyboard.press("Control+b");
}

export async function test() {
  await open();
  check("errors are underlined", await errorsBecome(4), `${await errors()} underlined`);
  check("the status bar shows that the server runs", await statusSays("shield"), await label());
  await picture("vscode-squiggle.png");

  const mistake = await hover("authorizationCode", "authorizationCode", 2);
  check("the hover on `authorizationCode` says what is missing", mistake.includes("tokenUrl"), JSON.stringify(mistake.slice(0, 120)));
  check("and names the rule", mistake.includes("oauth2-flow-missing-field"));
  await picture("vscode-hover.png");
  const help = await hover("type: oauth2", "oauth2", 1);
  check("the hover on `oauth2` explains it", /oauth/i.test(help) && help.length > 40, JSON.stringify(help.slice(0, 120)));

  const lens = page.locator(".codelens-decoration a", { hasText: "used once" }).first();
  check("a lens counts the uses of a scheme", await came(lens.waitFor()));
  await lens.click();
  const peek = page.locator(".peekview-widget");
  check("and lists them", await came(peek.locator(".monaco-list-row", { hasText: "employees" }).first().waitFor()));
  const hint = peek.locator(".view-line", { hasText: /production:.*needs/ });
  check("a hint says what a client needs", await came(hint.first().waitFor()), (await hint.allInnerTexts()).join(" "));
  await picture("vscode-lens.png");
  await page.keyboard.press("Escape");
  await came(peek.waitFor({ state: "detached" }));
  await hover("authorizationCode", "authorizationCode", 2);
  await page.locator(".monaco-hover:not(.hidden) a", { hasText: "oauth2-flow-missing-field" }).first().click();
  check("the rule of a problem leads to its page", await came(line("# `oauth2-flow-missing-field`").waitFor()));
  await picture("vscode-page.png");
  await page.locator(".tab", { hasText: "broken.asyncapi.yaml" }).click();

  await run("Problems: Focus on Problems View");
  const rows = page.locator(PROBLEMS);
  await came(rows.filter({ hasText: "url-not-absolute" }).first().waitFor());
  const problems = (await rows.allInnerTexts()).join("\n");
  for (const rule of ["oauth2-flow-missing-field", "url-not-absolute", "security-scheme-"]) {
    check(`the problems list \`${rule}\``, problems.includes(rule));
  }
  await run("View: Toggle Panel Visibility");

  await line("authorizationUrl").click();
  await page.keyboard.press("End");
  await page.keyboard.type("\n");
  await page.keyboard.insertText("tokenUrl: https://login.example.com/token");
  check("an edit takes its error away", await errorsBecome(3), `${await errors()} underlined`);
  await page.keyboard.press("Control+Z");
  await page.keyboard.press("Control+Z");
  await page.keyboard.press("Control+Z");
  check("taking it back brings the error back", await errorsBecome(4), `${await errors()} underlined`);

  const restarted = await statusPasses("sync~spin");
  await run("AsyncAPI Security: Restart Server");
  check("a restart starts anew", await restarted());
  check("and comes back to the same", (await statusSays("shield")) && (await errorsBecome(4)), `${await errors()} underlined`);

  // The counter-check: what was seen above has to go away with the server, and the user has to hear why.
  mkdirSync(path.dirname(SETTINGS), { recursive: true });
  writeFileSync(SETTINGS, JSON.stringify({ "asyncapiSecurity.server.path": NO_SERVER }));
  check("with another program in its place the status bar says so", await statusSays("error"), await label());
  check("and nothing is underlined", await errorsBecome(0), `${await errors()} underlined`);
  writeFileSync(SETTINGS, "{}");
  check("with the server again all is as before", (await statusSays("shield")) && (await errorsBecome(4)), `${await errors()} underlined`);
}
