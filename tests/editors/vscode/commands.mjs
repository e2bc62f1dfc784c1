// Runs the commands of the extension on a document that is in git, and looks at the status item, the settings, the
// walkthrough, and what is said where no server is.
// What comes from the environment beside that of window.mjs: SHOP EXTENSION, see vscode.sh.

import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { TIMEOUT, came, check, openWindow, page, picture, probe, run, serverRuns, status, statusSays } from "./window.mjs";

const { SHOP, EXTENSION } = process.env;
const FILE = path.join(SHOP, "orders.asyncapi.yaml");
const SETTINGS = path.join(SHOP, ".vscode/settings.json");
const SERVER = path.join(EXTENSION, "server/asyncapi-security-lsp");
const TEXT = readFileSync(FILE, "utf8");

const tab = (words) => page.locator(".tab", { hasText: words }).first();
const open = (around, file = FILE) => probe("/open", { file, offset: readFileSync(file, "utf8").indexOf(around) + 1 });
const becomes = (wanted) => probe("/until", wanted).then(({ came: passed }) => passed);

/** Waits for a page to have these words; previews are frames in frames. */
async function pageSays(words) {
  for (const end = Date.now() + TIMEOUT; Date.now() < end; await page.waitForEvent("frameattached", { timeout: 300 }).catch(() => {})) {
    for (const frame of page.frames()) {
      const text = await frame.evaluate(() => document.body?.innerText ?? "").catch(() => "");
      if (frame !== page.mainFrame() && text.includes(words)) return true;
    }
  }
  return false;
}

async function statusItem() {
  await open("asyncapi");
  await serverRuns();
  check("the status item shows the preset", await statusSays("recommended"), await status().getAttribute("aria-label"));
  await status().hover();
  const tooltip = page.locator(".monaco-hover:not(.hidden)", { hasText: "asyncapi-security-lsp" }).first();
  const words = (await came(tooltip.waitFor())) ? await tooltip.innerText() : "";
  check("its tooltip has the version and the preset", /\d+\.\d+\.\d+/.test(words) && words.includes("Preset: recommended"), JSON.stringify(words));
  await status().click();
  const entries = page.locator(".quick-input-list .monaco-list-row .label-name");
  await entries.filter({ hasText: "Explain the Rule Here" }).first().waitFor();
  const names = (await entries.allInnerTexts()).join("\n");
  const wanted = ["Explain the Rule Here", "Security Report", "What Changed", "Fix All", "Migrate", "Restart Server", "Show Output"];
  const missing = wanted.filter((name) => !names.includes(`AsyncAPI Security: ${name}`));
  check("a click on it lists the commands", missing.length === 0, missing.join(", "));
  await picture("vscode-commands.png");
  await page.keyboard.press("Escape");
  // What comes up below the mouse would lie over what is clicked later.
  await page.mouse.move(5, 5);
  writeFileSync(SETTINGS, JSON.stringify({ "asyncapiSecurity.profile": "strict" }));
  check("another preset is shown", await statusSays("strict"), await status().getAttribute("aria-label"));
  writeFileSync(SETTINGS, "{}");
  check("and the first one again", await statusSays("recommended"));
  await open("services", path.join(SHOP, "docker-compose.yml"));
  check("there is no item where no AsyncAPI is", await statusSays(null));
}

async function pages() {
  await open("Bearer");
  await run("AsyncAPI Security: Explain the Rule Here");
  check("the rule at the cursor is explained", await pageSays("Why it matters"));
  check("on the page of the rule", await came(tab("http-bearer-case").waitFor()));
  await picture("vscode-explain.png");
  await open("type: oauth2");
  await run("AsyncAPI Security: Explain the Rule Here");
  const words = page.locator(".notification-toast", { hasText: "There is no finding in this line" });
  check("without a finding it says so", await came(words.first().waitFor()));
  await run("Notifications: Clear All Notifications");
  await open("security: [{ staff");
  await run("AsyncAPI Security: Security Report Beside the Document");
  check("the report stands beside the document", await pageSays("Security of orders.asyncapi.yaml"));
  await picture("vscode-report.png");
  await probe("/command", { command: "asyncapiSecurity.restartServer" });
  await probe("/command", { command: "workbench.action.focusFirstEditorGroup" });
  await probe("/command", { command: "editor.action.deleteLines" });
  check("it follows the text, also of a server that was started again", await pageSays("no operation needs it"));
  await run("AsyncAPI Security: What Changed Since the Last Commit");
  check("what changed is told, saved or not", (await pageSays("since the last commit")) && (await pageSays("danger")));
  await picture("vscode-changes.png");
}

async function edits() {
  await open("asyncapi");
  await run("AsyncAPI Security: Fix All That Is Safe to Fix");
  check("all that is safe is fixed", await becomes({ texts: { [FILE]: TEXT.replace("Bearer", "bearer") } }));
  await run("AsyncAPI Security: Migrate to the Other Major Version");
  await page.locator(".view-line", { hasText: "asyncapi: 3.0.0" }).first().waitFor();
  check("the document is migrated", await came(page.locator(".view-line", { hasText: "action: receive" }).first().waitFor()));
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+z");
  check("and all is undone", await becomes({ texts: { [FILE]: TEXT } }));
  await probe("/close");
  await probe("/command", { command: "asyncapi-security.report" });
  const words = page.locator(".notification-toast", { hasText: "Open an AsyncAPI document first" });
  check("without a document the report says what to do", await came(words.first().waitFor()));
  await run("Notifications: Clear All Notifications");
}

async function settings() {
  const text = '{\n  "asyncapiSecurity.rules": {\n    \n  }\n}\n';
  writeFileSync(SETTINGS, text);
  await probe("/open", { file: SETTINGS, offset: text.indexOf("\n  }") });
  await page.keyboard.type('"url-');
  const rule = page.locator(".suggest-widget .monaco-list-row", { hasText: "url-not-https" }).first();
  // The list may come before the editor's own extension for JSON is there.
  let isListed = false;
  for (let tries = 0; tries < 6 && !isListed; tries += 1) {
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+Space");
    isListed = await came(rule.waitFor({ timeout: 5000 }));
  }
  check("the settings complete the ids of rules", isListed);
  await picture("vscode-settings.png");
  await page.keyboard.press("Escape");
  await probe("/close");
  writeFileSync(SETTINGS, "{}");
}

async function openWalkthrough() {
  await run("Welcome: Open Walkthrough");
  await page.locator(".quick-input-widget input").first().fill("AsyncAPI");
  await page.keyboard.press("Enter");
}

async function walkthrough() {
  await openWalkthrough();
  const steps = page.locator(".getting-started-step");
  await came(steps.nth(4).waitFor());
  const titles = (await steps.allInnerTexts()).map((text) => text.split("\n")[0]);
  check("the walkthrough opens", titles.length === 5 && titles[0].includes("program"), titles.join(" | "));
  await open("asyncapi");
  await serverRuns();
  await openWalkthrough();
  const done = page.locator(".getting-started-step .codicon-getting-started-step-checked");
  check("and knows what is done", await came(done.first().waitFor()), `${await done.count()} steps`);
  await picture("vscode-walkthrough.png");
}

/** Starts again and waits for what is said then. Hands back the message. */
async function complaint(words) {
  await run("AsyncAPI Security: Restart Server");
  const toast = page.locator(".notification-toast", { hasText: words }).first();
  return (await came(toast.waitFor())) ? toast : undefined;
}

async function withoutServer() {
  await open("asyncapi");
  renameSync(SERVER, `${SERVER}.away`);
  const missing = await complaint("No server came with this extension");
  check("without a server inside the message says so", missing !== undefined);
  check("and the status item too", await statusSays("error"));
  const buttons = (await missing?.locator(".monaco-button").allInnerTexts()) ?? [];
  check("with what can be done", buttons.join() === "How to Install,Choose the Program,Open Settings", buttons.join());
  await picture("vscode-no-server.png");
  await missing.locator(".monaco-button", { hasText: "How to Install" }).click();
  check("how to install is a page of the walkthrough", await came(page.locator(".getting-started-step").first().waitFor()));
  await open("asyncapi");
  // What is not for this machine: the head of a program for another one.
  writeFileSync(SERVER, Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0xf7, 0, 1]), { mode: 0o755 });
  const wrong = await complaint("does not run");
  const said = (await wrong?.innerText()) ?? "";
  check("a program for another machine is called so", said.includes("Is it made for"), said.replaceAll("\n", " "));
  await wrong.locator(".monaco-button", { hasText: "Open Settings" }).click();
  const setting = page.locator(".settings-editor .setting-item-label, .settings-editor .setting-item-key", { hasText: "Path" });
  check("the settings open at the path", await came(setting.first().waitFor()));
  const where = await page.locator(".settings-editor .settings-tabs-widget .action-label.checked").first().innerText();
  check("which is one of the machine that the server runs on", /Remote/.test(where), where);
  await picture("vscode-path-setting.png");
  renameSync(`${SERVER}.away`, SERVER);
  await open("asyncapi");
  await run("AsyncAPI Security: Restart Server");
  check("with the server again it runs", await serverRuns());
}

export async function test() {
  await openWindow(SHOP);
  try {
    for (const part of [statusItem, pages, edits, settings, walkthrough, withoutServer]) await part();
  } finally {
    // The tests that follow need it.
    if (existsSync(`${SERVER}.away`)) renameSync(`${SERVER}.away`, SERVER);
  }
}
