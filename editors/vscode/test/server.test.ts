import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { after, before, test } from "node:test";
import { PROGRAM, type Server, expandPath, findServer, serverVersion } from "../src/server";

const posix = { skip: process.platform === "win32" ? "needs scripts that start with #!" : false };
let folder = "";

before(() => {
  folder = mkdtempSync(path.join(tmpdir(), "asyncapi-security-"));
});
after(() => rmSync(folder, { recursive: true }));

function program(name: string, text: string, mode = 0o755): Server {
  const command = path.join(folder, name);
  writeFileSync(command, text);
  chmodSync(command, mode);
  return { command, origin: "setting" };
}

test("a path is expanded", posix, () => {
  const around = { home: "/home/me", workspace: "/project" };
  const cases: [string, string][] = [
    ["/opt/server", "/opt/server"],
    ["~/bin/server", "/home/me/bin/server"],
    ["${workspaceFolder}/target/server", "/project/target/server"],
    ["target/server", "/project/target/server"],
    ["./server", "/project/server"],
    ["server", "server"],
    ["/opt/a~b/server", "/opt/a~b/server"],
  ];
  for (const [setting, expected] of cases) {
    assert.equal(expandPath(setting, around), expected, setting);
  }
  assert.equal(expandPath("~/server", { home: "/home/me", workspace: undefined }), "/home/me/server");
});

test("the setting goes before the bundled program, which goes before PATH", () => {
  const extension = path.join(folder, "extension");
  const around = { setting: "", extension, workspace: undefined, home: folder };
  assert.deepEqual(findServer(around), { command: PROGRAM, origin: "PATH" });
  mkdirSync(path.join(extension, "server"), { recursive: true });
  const bundled = path.join(extension, "server", PROGRAM);
  writeFileSync(bundled, "");
  assert.deepEqual(findServer(around), { command: bundled, origin: "bundled" });
  const set = path.join(folder, "set");
  assert.deepEqual(findServer({ ...around, setting: ` ${set} ` }), { command: set, origin: "setting" });
});

test("the version is read", posix, async () => {
  const server = program("good", "#!/bin/sh\necho asyncapi-security-lsp 1.2.3\n");
  assert.equal(await serverVersion(server), "1.2.3");
});

test("what is wrong is said", posix, async () => {
  const rejects = (server: Server, words: RegExp, timeout?: number) =>
    assert.rejects(serverVersion(server, timeout), { message: words });
  await rejects({ command: path.join(folder, "none"), origin: "setting" }, /server\.path` \(.*none\) does not exist/);
  await rejects({ command: "asyncapi-security-lsp-none", origin: "PATH" }, /no `asyncapi-security-lsp-none` on PATH/);
  await rejects(program("other", "#!/bin/sh\necho other 1.0\n"), /another program: .*“other 1\.0”/);
  await rejects(program("fails", "#!/bin/sh\necho no such flag >&2\nexit 2\n"), /ends with 2\. Is it made for \S+\? no such flag/);
  await rejects(program("hangs", "#!/bin/sh\nexec tail -f /dev/null\n"), /did not answer `--version` within 0\.2 s/, 200);
  await rejects(program("elf", "\x7fELF from elsewhere"), /does not run: .* Is it made for/);
  await rejects(program("mode", "#!/bin/sh\n", 0o644), /may not be executed/);
  await rejects({ command: "a\0b", origin: "setting" }, /cannot be started/);
});
