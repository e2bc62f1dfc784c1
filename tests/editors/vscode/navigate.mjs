// Goes about documents that refer to each other, by the keys of VS Code: definition, references, rename, outline.
// What comes from the environment beside that of window.mjs: URL NAVIGATION, see vscode.sh.

import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { came, check, finish, openWindow, page, picture, probe, serverRuns } from "./window.mjs";

const { URL: ADDRESS, NAVIGATION } = process.env;
page.setDefaultTimeout(20_000);

const [ORDERS, STOCK, CHANNEL, SCHEMES, LOGIN] = [
  "orders.asyncapi.yaml",
  "stock.asyncapi.yaml",
  "channels/stock.yaml",
  "shared/security.yaml",
  "shared/login.json",
].map((name) => path.join(NAVIGATION, name));
const onDisk = (file) => readFileSync(file, "utf8");
const TEXTS = Object.fromEntries([ORDERS, STOCK, CHANNEL, SCHEMES, LOGIN].map((file) => [file, onDisk(file)]));

/** The place of a word in the first text that has it with what stands around it. */
function place(file, around, word = around) {
  const at = TEXTS[file].indexOf(around);
  if (at < 0) throw new Error(`not in ${file}: ${around}`);
  return { file, offset: at + around.indexOf(word) };
}

const press = (key) => page.keyboard.press(key);
const short = (value) => JSON.stringify(value).replaceAll(`${NAVIGATION}/`, "");
const texts = (locator) => locator.allInnerTexts().then((all) => all.map((text) => text.replaceAll("\u00a0", " ").replace(/\s+/g, " ").trim()));

/** Opens the file of a place, with the cursor inside of the word there. */
const goTo = ({ file, offset }) => probe("/open", { file, offset: offset + 1 });

async function becomes(name, wanted) {
  const { came: passed, ...now } = await probe("/until", wanted);
  check(name, passed, passed ? "" : short({ wanted, now }));
}

async function definition(name, from, to) {
  await goTo(from);
  await press("F12");
  await becomes(`F12 on ${name}`, to);
}

async function definitions() {
  await definition("a `$ref` in `security`", place(ORDERS, "#/components/securitySchemes/staff"), place(ORDERS, "staff:"));
  await definition("a `$ref` into JSON", place(ORDERS, "shared/login.json#/guests", "guests"), place(LOGIN, "guests"));
  await definition("a name of 2.x", place(STOCK, "- partners", "partners"), place(STOCK, "partners: {"));
  await definition("a name of 2.x in another file", place(CHANNEL, "keepers"), place(STOCK, "keepers:\n", "keepers"));
  await definition("a scope in another file", place(CHANNEL, "stock:read"), place(STOCK, "stock:read: "));
  await definition("a `$ref` from JSON into YAML", place(LOGIN, "security.yaml#/partners", "partners"), place(SCHEMES, "partners:"));
  await definition("a `$ref` into another file", place(ORDERS, "shared/security.yaml#/partners", "partners"), place(SCHEMES, "partners:"));
  await picture("vscode-definition.png");
}

await finish(async () => {
  const folder = new URL(ADDRESS);
  folder.searchParams.set("folder", NAVIGATION);
  await openWindow(folder.href);
  await probe("/open", { file: ORDERS, offset: 0 });
  await serverRuns();
  await definitions();
}, "vscode-failure.png");
