// Goes about documents that refer to each other, by the keys of VS Code: definitions, uses, names, the outline.
// What comes from the environment beside that of window.mjs: NAVIGATION, see vscode.sh.

import { readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { came, check, openWindow, page, picture, probe, serverRuns } from "./window.mjs";

const { NAVIGATION } = process.env;

const FILES = ["orders.asyncapi.yaml", "stock.asyncapi.yaml", "channels/stock.yaml", "shared/security.yaml", "shared/login.json"];
const [ORDERS, STOCK, CHANNEL, SCHEMES, LOGIN] = FILES.map((name) => path.join(NAVIGATION, name));
const TEXTS = Object.fromEntries([ORDERS, STOCK, CHANNEL, SCHEMES, LOGIN].map((file) => [file, readFileSync(file, "utf8")]));

const PEEK = ".peekview-widget";
const PEEKED = `${PEEK} .reference-file`;
const QUICK = ".quick-input-list .monaco-list-row .label-name";

const press = (key) => page.keyboard.press(key);
const shorten = (value) => JSON.stringify(value).replaceAll(`${NAVIGATION}/`, "");

/** The place of a word in the first text that has it with these words around it. */
function place(file, around, word = around) {
  const at = TEXTS[file].indexOf(around);
  if (at < 0) throw new Error(`not in ${file}: ${around}`);
  return { file, offset: at + around.indexOf(word) };
}

/** A text with other words in all places of some. */
function replaced(file, old, now) {
  if (!TEXTS[file].includes(old)) throw new Error(`not in ${file}: ${old}`);
  return { [file]: TEXTS[file].replaceAll(old, now) };
}

/** Opens the file of a place alone, with the cursor inside of the word there. */
const goTo = ({ file, offset }) => probe("/open", { file, offset: offset + 1 });

/** Waits for what probe/ knows of the editor to be as wanted. */
async function becomes(name, wanted) {
  const { came: passed, ...now } = await probe("/until", wanted);
  const differs = Object.keys(wanted).filter((key) => JSON.stringify(now[key]) !== JSON.stringify(wanted[key]));
  check(name, passed, differs.map((key) => `${key} is ${shorten(now[key])}`).join(", "));
}

/** Waits for what a selector finds to have these words, in any order. */
async function shows(name, css, wanted) {
  const are = ([css, wanted]) => {
    const words = [...document.querySelectorAll(css)].map((one) => one.innerText.replace(/\s+/g, " ").trim());
    return JSON.stringify(words.sort()) === wanted;
  };
  const passed = await came(page.waitForFunction(are, [css, JSON.stringify([...wanted].sort())]));
  check(name, passed, passed ? "" : JSON.stringify(await page.locator(css).allInnerTexts()));
}

/** Waits for words to come up at the cursor or as a notification. */
async function says(name, words) {
  const where = ".monaco-editor-overlaymessage, .notification-toast";
  const passed = await came(page.locator(where, { hasText: words }).first().waitFor());
  check(name, passed, (await page.locator(where).allInnerTexts()).join(" | ").replace(/\s+/g, " "));
}

async function closePeek() {
  await press("Escape");
  await page.locator(PEEK).waitFor({ state: "detached" });
}

async function definition(what, from, to) {
  await goTo(from);
  await press("F12");
  await becomes(`F12 on ${what}`, to);
}

async function definitions() {
  await definition("a `$ref` in `security`", place(ORDERS, "#/components/securitySchemes/staff"), place(ORDERS, "staff:"));
  await definition("a `$ref` into JSON", place(ORDERS, "shared/login.json#/guests", "guests"), place(LOGIN, "guests"));
  await definition("a `$ref` from JSON into YAML", place(LOGIN, "security.yaml#/partners", "partners"), place(SCHEMES, "partners:"));
  await definition("a name of 2.x", place(STOCK, "- partners", "partners"), place(STOCK, "partners: {"));
  await definition("a name of 2.x in another file", place(CHANNEL, "keepers"), place(STOCK, "keepers:\n"));
  await definition("a scope in another file", place(CHANNEL, "stock:read"), place(STOCK, "stock:read: "));
  await definition("a `$ref` into another file", place(ORDERS, "security.yaml#/partners", "partners"), place(SCHEMES, "partners:"));
  await picture("vscode-definition.png");
}

async function uses() {
  await goTo(place(SCHEMES, "partners:"));
  await press("Shift+F12");
  const files = ["orders.asyncapi.yaml 1", "stock.asyncapi.yaml 3", "login.jsonshared 2", "security.yamlshared 1"];
  await shows("Shift+F12 lists the places of a scheme by files", PEEKED, files);
  await shows("and counts them", `${PEEK} .peekview-title .meta`, ["References (7)"]);
  await picture("vscode-references.png");
  await closePeek();

  await goTo(place(STOCK, "stock:read: "));
  await shows("the use of a scope is marked", ".cdr.wordHighlight", [""]);
  await shows("and its declaration otherwise", ".cdr.wordHighlightStrong", [""]);

  await shows("lenses count over files", ".codelens-decoration", ["used 2 times in 2 files", "used 2 times in 2 files", "needed 2 times in 2 files"]);
  await picture("vscode-lenses.png");
  await page.locator(".codelens-decoration a", { hasText: "needed" }).click();
  await shows("and list the places", PEEKED, ["stock.asyncapi.yaml 1", "stock.yamlchannels 1"]);
  await picture("vscode-lens-files.png");
  await closePeek();
}

async function outline() {
  await goTo(place(ORDERS, "orders:read"));
  const path = ["orders.asyncapi.yaml", "components.securitySchemes", "customers", "clientCredentials", "orders:read"];
  await shows("the breadcrumbs say where the cursor is", ".monaco-breadcrumb-item", path);
  await goTo(place(CHANNEL, "keepers"));
  await shows("and in a file that is a channel", ".monaco-breadcrumb-item", ["channels", "stock.yaml", "subscribe"]);
  await goTo(place(ORDERS, "orders:read"));
  await press("Control+Shift+O");
  const groups = ["servers", "operations", "components.securitySchemes"];
  const names = ["production", "sendOrder", "staff", "customers", "clientCredentials", "orders:read", "orders:write"];
  await shows("the outline has servers, operations, schemes, flows and scopes", QUICK, [...groups, ...names]);
  await picture("vscode-outline.png");
  await press("Escape");

  await press("Control+t");
  await page.locator(".quick-input-widget input").first().fill("#guests");
  await shows("Ctrl+T finds a scheme in a file that is not open", QUICK, ["guests"]);
  await picture("vscode-symbols.png");
  await press("Enter");
  await becomes("and goes there", place(LOGIN, '"guests"'));
}

async function ranges() {
  await goTo(place(ORDERS, "security.yaml#/partners", "partners"));
  for (const selected of ["partners", "shared/security.yaml#/partners", "$ref: shared/security.yaml#/partners"]) {
    await press("Shift+Alt+ArrowRight");
    await becomes(`the selection grows to \`${selected}\``, { selected });
  }
  const numbers = (from, to) => Array.from({ length: to - from + 1 }, (_, number) => String(from + number));
  const lines = TEXTS[ORDERS].split("\n").length;
  const scheme = TEXTS[ORDERS].slice(0, place(ORDERS, "customers:").offset).split("\n").length;
  await goTo(place(ORDERS, "customers:"));
  await shows("all lines are there", ".monaco-editor .line-numbers", numbers(1, lines));
  await press("Control+Shift+[");
  await shows("a scheme folds", ".monaco-editor .line-numbers", [...numbers(1, scheme), String(lines)]);
  await press("Control+Shift+]");
  await shows("and unfolds", ".monaco-editor .line-numbers", numbers(1, lines));
}

async function renameTo(from, name) {
  await goTo(from);
  await press("F2");
  const box = page.locator(".rename-box input");
  await box.fill(name);
  await picture("vscode-rename.png");
  await press("Enter");
}

async function rename(what, from, name, edited) {
  await renameTo(from, name);
  // The editor saves what a rename has changed, but not what is undone.
  const renamed = { texts: { ...TEXTS, ...edited }, unsaved: [] };
  await becomes(`F2 on ${what} changes its places in all files, byte for byte`, renamed);
  await press("Control+z");
  await becomes("Ctrl+Z takes all of it back", { texts: TEXTS });
  await probe("/save");
  await becomes("and all is saved", { texts: TEXTS, unsaved: [] });
  const changed = Object.keys(TEXTS).filter((file) => readFileSync(file, "utf8") !== TEXTS[file]);
  check("and the files are as they were", changed.length === 0, changed.length === 0 ? "" : shorten(changed));
}

async function renames() {
  await goTo(place(ORDERS, "clientCredentials"));
  await press("F2");
  await says("F2 says why a flow keeps its name", "AsyncAPI says how the flows are called");
  await renameTo(place(STOCK, "keepers:"), "store keepers");
  await says("F2 says why a name cannot be one", "`store keepers` cannot be a name here");
  await renameTo(place(STOCK, "keepers:"), "partners");
  await says("F2 says where a name is taken", "`partners` is taken: it stands in line");
  await picture("vscode-rename-refused.png");

  await rename("a use", place(ORDERS, "security.yaml#/partners", "partners"), "allies", {
    ...replaced(ORDERS, "#/partners", "#/allies"),
    ...replaced(STOCK, "#/partners", "#/allies"),
    ...replaced(SCHEMES, "partners:", "allies:"),
    ...replaced(LOGIN, "#/partners", "#/allies"),
  });
  await rename("a declaration", place(STOCK, "keepers:\n"), "storeKeepers", {
    ...replaced(STOCK, "keepers:", "storeKeepers:"),
    ...replaced(CHANNEL, "keepers:", "storeKeepers:"),
  });
  await rename("a scope", place(CHANNEL, "stock:read"), "stock:view", {
    ...replaced(STOCK, "stock:read", "stock:view"),
    ...replaced(CHANNEL, "stock:read", "stock:view"),
  });
}

/** Another program changes a file that two others depend on, of which one is not open. */
async function watched() {
  await goTo(place(ORDERS, "asyncapi"));
  const lost = { rules: { [ORDERS]: ["security-ref-unresolved"], [STOCK]: ["security-ref-unresolved"] } };
  const found = { rules: { [ORDERS]: [], [STOCK]: [] } };
  await becomes("there is no problem", found);
  writeFileSync(SCHEMES, TEXTS[SCHEMES].replace("partners:", "others:"));
  await becomes("a scheme that goes on disk is missed where it is named", lost);
  writeFileSync(SCHEMES, TEXTS[SCHEMES]);
  await becomes("and is found again", found);
  rmSync(SCHEMES);
  await becomes("a file that goes is missed", lost);
  writeFileSync(SCHEMES, TEXTS[SCHEMES]);
  await becomes("and is found again when it is back", found);
}

export async function test() {
  await openWindow(NAVIGATION);
  await probe("/open", { file: ORDERS, offset: 0 });
  await serverRuns();
  for (const part of [definitions, uses, outline, ranges, renames, watched]) await part();
}
