// A window of VS Code in a browser, and how what is seen in it is told.
// All comes from the environment, see vscode.sh: PLAYWRIGHT BROWSER PICTURES PROBE_SOCKET

import http from "node:http";
import path from "node:path";

const { PLAYWRIGHT, BROWSER, PICTURES, PROBE_SOCKET } = process.env;
const { chromium } = await import(PLAYWRIGHT);

/** How long something may take to come true, in milliseconds. */
export const TIMEOUT = 60_000;

let failed = 0;
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
export const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });

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

/** Opens VS Code at an address and waits for the extension of probe/ to be there. */
export async function openWindow(address) {
  await page.goto(address, { waitUntil: "domcontentloaded" });
  await page.locator(".statusbar-item[id*='typing-probe']").waitFor({ timeout: TIMEOUT });
}

/** Waits for the server to run, which the first document starts. */
export const serverRuns = () =>
  page.locator(".statusbar-item[id*='asyncapiSecurity.status'][aria-label*='shield']").waitFor({ timeout: TIMEOUT });

/** Runs a test to its end and ends the program with what became of it. What it could not go on from is in a picture. */
export async function finish(test, failure) {
  try {
    await test();
  } catch (error) {
    check("the editor can be driven", false, error.message);
    await picture(failure).catch(() => undefined);
  }
  await browser.close();
  console.log(failed === 0 ? "passed" : `failed: ${failed}`);
  process.exit(failed === 0 ? 0 : 1);
}
