// Where the server's program is, and whether it is one. Knows nothing of VS Code, so that tests need none.

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import * as path from "node:path";

export const PROGRAM = process.platform === "win32" ? "asyncapi-security-lsp.exe" : "asyncapi-security-lsp";

/** How long `--version` may take, in milliseconds: long enough for a virus scanner that reads the file first. */
const VERSION_TIMEOUT = 10_000;

/** A program to start, and what made us choose it. */
export interface Server {
  command: string;
  origin: "setting" | "bundled" | "PATH";
}

/** What the choice depends on. */
export interface Surroundings {
  /** The value of `asyncapiSecurity.server.path`. */
  setting: string;
  /** The folder the extension is installed in. */
  extension: string;
  /** The first folder of the workspace, where there is one. */
  workspace: string | undefined;
  home: string;
}

/** Chooses the program: what the user set, else what came with the extension, else what `PATH` has. */
export function findServer(around: Surroundings): Server {
  const setting = around.setting.trim();
  if (setting !== "") {
    return { command: expandPath(setting, around), origin: "setting" };
  }
  const bundled = path.join(around.extension, "server", PROGRAM);
  if (existsSync(bundled)) {
    return { command: bundled, origin: "bundled" };
  }
  return { command: PROGRAM, origin: "PATH" };
}

/**
 * Replaces `${workspaceFolder}` and a leading `~`, and takes a relative path from the workspace.
 * A bare name stays one: it is looked up on `PATH`.
 */
export function expandPath(setting: string, around: Pick<Surroundings, "workspace" | "home">): string {
  const workspace = around.workspace;
  let expanded = workspace === undefined ? setting : setting.replaceAll("${workspaceFolder}", workspace);
  if (expanded === "~" || /^~[\\/]/.test(expanded)) {
    expanded = path.join(around.home, expanded.slice(1));
  }
  const isName = !/[\\/]/.test(expanded);
  return isName || path.isAbsolute(expanded) || workspace === undefined ? expanded : path.resolve(workspace, expanded);
}

/**
 * Asks the program for its version, such as `0.1.0`.
 * Rejects with a sentence for the user when there is no such program, or when it is another one.
 */
export function serverVersion(server: Server, timeout = VERSION_TIMEOUT): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (what: string) => reject(new Error(what));
    try {
      execFile(server.command, ["--version"], { timeout, windowsHide: true }, (error, stdout, stderr) => {
        if (error) return fail(explain(server, error, stderr, timeout));
        const version = /^asyncapi-security-lsp (\S+)/.exec(stdout)?.[1];
        if (version !== undefined) resolve(version);
        else fail(`${place(server)} is another program: \`--version\` says “${firstLine(stdout)}”.`);
      });
    } catch (error) {
      // A path that cannot be one at all, with a NUL in it say, throws before anything is started.
      fail(`${place(server)} cannot be started: ${String(error)}`);
    }
  });
}

/** What `execFile` hands back: exit codes are numbers, failures to start are words. */
type ExecError = Error & { code?: string | number | null; killed?: boolean; signal?: string | null };

function explain(server: Server, error: ExecError, stderr: string, timeout: number): string {
  const where = place(server);
  if (error.killed) {
    return `${where} did not answer \`--version\` within ${timeout / 1000} seconds.`;
  }
  switch (error.code) {
    case "ENOENT":
      return server.origin === "PATH"
        ? `No server came with this extension, and there is no \`${server.command}\` on PATH. Install one or say where it is.`
        : `${where} does not exist.`;
    case "EACCES":
    case "EPERM":
      return `${where} may not be executed. Is it a program, and allowed to run?`;
    default:
      // A program of another platform ends here with 126 or 127, for the C library hands what it cannot execute to a
      // shell, which reads it as text.
      return (
        `${where} does not run: \`--version\` ends with ${error.code ?? error.signal}. ` +
        `Is it made for ${process.platform}-${process.arch}? ${Number(error.code) < 126 ? firstLine(stderr) : ""}`
      ).trim();
  }
}

function place(server: Server): string {
  const setting = "in `asyncapiSecurity.server.path`";
  const origin = { setting, bundled: "that came with the extension", PATH: "on PATH" }[server.origin];
  return `The server ${origin} (${server.command})`;
}

function firstLine(text: string): string {
  return (text.trim().split(/\r?\n/, 1)[0] ?? "").slice(0, 200);
}
