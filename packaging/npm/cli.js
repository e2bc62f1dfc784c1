#!/usr/bin/env node
// Starts the program of this machine, which one of the optional packages holds.
"use strict";

const { spawn } = require("node:child_process");

const NAME = "asyncapi-security-lsp";
const HELP = "https://github.com/asyncapi-security-lsp/asyncapi-security-lsp/blob/main/docs/install.md";

/** The programs that may fit, best first. That of glibc does not start on musl; that of musl does everywhere. */
function programs() {
  const named = process.env.ASYNCAPI_SECURITY_LSP_BINARY;
  if (named) {
    return [named];
  }
  const own = `@${NAME}/${process.platform}-${process.arch}`;
  const file = process.platform === "win32" ? `${NAME}.exe` : NAME;
  return [own, `${own}-musl`].flatMap((name) => {
    try {
      return [require.resolve(`${name}/${file}`)];
    } catch {
      return [];
    }
  });
}

function fail(message) {
  console.error(`${NAME}: ${message}`);
  // As where it is started and could not run; 1 means findings.
  process.exit(2);
}

/**
 * Becomes the first program that can be started. Not `spawnSync`, under which a signal would end this
 * process and leave the program behind.
 */
function start([program, ...others]) {
  const child = spawn(program, process.argv.slice(2), { stdio: "inherit" });
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  const pass = (signal) => child.kill(signal);
  child.on("spawn", () => signals.forEach((signal) => process.on(signal, pass)));
  child.on("error", (error) => {
    if (others.length > 0) {
      start(others);
    } else {
      fail(`${program} cannot be started (${error.code}). ${HELP} has other ways to install it.`);
    }
  });
  child.on("exit", (code, signal) => {
    signals.forEach((one) => process.removeListener(one, pass));
    if (signal) {
      process.kill(process.pid, signal);
    } else {
      process.exit(code);
    }
  });
}

const found = programs();
if (found.length === 0) {
  fail(
    `no package holds a program for ${process.platform}-${process.arch}. Where npm was told to leave out optional ` +
      `packages, install without that. ASYNCAPI_SECURITY_LSP_BINARY names a program of your own, and ${HELP} has other ` +
      `ways to install one.`,
  );
}
start(found);
