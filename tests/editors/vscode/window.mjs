// A window of VS Code in a browser, and how what is seen in it is told.
// All comes from the environment, see vscode.sh: PLAYWRIGHT BROWSER PICTURES PROBE_SOCKET

import http from "node:http";
import path from "node:path";

const { PLAYWRIGHT, BROWSER, PICTURES, PROBE_SOCKET } = process.env;
const { chromium } = await import(PLAYWRIGHT);

/** How long something may take to come true, in milliseconds. */
export const TIMEOUT = 60_000;

let failed = 0;
export const failures = () => failed;
export function check(name, passed, detail = "") {
  failed += passed ? 0 : 1;
  console.log(`${passed ? "ok  " : "FAIL"} ${name}${detail === "" ? "" : ` -- ${detail}`}`);
}

/** Runs a wait of playwright's; whether it came true in time. */
export async function came(wait) {
  try {
    await wait;
    return true;
  } catch (error) {
    if (error.name === "TimeoutError") return false;
    throw error;
  }
}

const browser = await chromium.launch({
  executablePath: BROWSER,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync"],
});
// Pictures for people with good screens have more points.
const deviceScaleFactor = Number(process.env.SCALE ?? 1);
export const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, deviceScaleFactor });
page.setDefaultTimeout(TIMEOUT);

export const picture = (name) => page.screenshot({ path: path.join(PICTURES, name) });

/** Asks the extension of probe/. */
export function probe(route, question = {}) {
  return new Promise((resolve, reject) => {
    const request = http.request({ socketPath: PROBE_SOCKET, path: route, method: "POST" }, (response) => {
      let body = "";
      response.on("data", (chunk) => (body += chunk));
      response.on("end", () => (response.statusCode === 200 ? resolve(JSON.parse(body)) : reject(new Error(body))));
    });
    request.on("error", reject);
    request.end(JSON.stringify(question));
  });
}

const READY = ".statusbar-item[id*='typing-probe']";

/** Opens VS Code with a folder and waits for the extension of probe/ to be there. */
export async function openWindow(folder) {
  const address = new URL(process.env.URL);
  address.searchParams.set("folder", folder);
  await page.goto(address.href, { waitUntil: "domcontentloaded" });
  await page.locator(READY).waitFor({ timeout: TIMEOUT });
}

/** The same without what belongs to the test and to a VS Code in a browser, and with letters without serifs. */
export async function openTidy(folder) {
  await openWindow(folder);
  const items = ["typing-probe", "keyboardLayout", "status.host", "forwardedPorts"].map((id) => `.statusbar-item[id*='${id}']`);
  const content = `${items.join(", ")} { display: none !important; }
    .monaco-workbench { font-family: "DejaVu Sans", sans-serif !important; }`;
  await page.addStyleTag({ content });
}

const STATUS = ".statusbar-item[id*='asyncapiSecurity.status']";

/** Waits for the status item to say something, or with `null` not to be there. */
export const statusSays = (words) =>
  came(
    page.waitForFunction(
      ([css, text]) => {
        const label = document.querySelector(css)?.getAttribute("aria-label");
        return text === null ? !label : label?.includes(text);
      },
      [STATUS, words],
      { timeout: TIMEOUT },
    ),
  );
export const status = () => page.locator(STATUS).first();

/** Waits for the server to run, which the first document starts. */
export const serverRuns = () => statusSays("shield");

/** Runs a command of the palette by its title. */
export async function run(command) {
  await page.keyboard.press("F1");
  await page.locator(".quick-input-widget input").first().fill(`>${command}`);
  await page.locator(".quick-input-list .monaco-list-row", { hasText: command }).first().waitFor();
  await page.keyboard.press("Enter");
}

/** Closes the browser. */
export const close = () => browser.close();
