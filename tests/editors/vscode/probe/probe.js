// An extension for type.mjs: opens documents and tells their texts, over HTTP on the socket $PROBE_SOCKET.
"use strict";

const fs = require("node:fs");
const http = require("node:http");
const vscode = require("vscode");

/** Opens a file with the cursor at an offset. */
async function open({ file, offset }) {
  await vscode.commands.executeCommand("workbench.action.closeAllEditors");
  const document = await vscode.workspace.openTextDocument(vscode.Uri.file(file));
  const editor = await vscode.window.showTextDocument(document, { preview: false });
  const cursor = document.positionAt(offset);
  editor.selection = new vscode.Selection(cursor, cursor);
  await settle();
  return {};
}

/**
 * Waits until all that the keys before it brought about has arrived. This hover is asked for by way of the window,
 * which sends in the order in which things happened there, and the server answers in the order of the questions:
 * behind the answer to this one there is none for a list.
 */
async function settle() {
  const { document, selection } = vscode.window.activeTextEditor;
  await vscode.commands.executeCommand("vscode.executeHoverProvider", document.uri, selection.active);
  return { text: document.getText(), column: vscode.window.activeTextEditor.selection.active.character };
}

/** Undoes all, so that no question about saving is asked. */
async function close() {
  await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
  return {};
}

const ROUTES = { "/open": open, "/settle": settle, "/close": close };

exports.activate = (context) => {
  const server = http.createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => (body += chunk));
    request.on("end", () => {
      Promise.resolve()
        .then(() => ROUTES[request.url](JSON.parse(body)))
        .then(
          (answer) => response.end(JSON.stringify(answer)),
          (error) => response.writeHead(500).end(String(error.stack)),
        );
    });
  });
  const ready = vscode.window.createStatusBarItem("ready");
  ready.text = "typing";
  // The window before this one may have left it.
  fs.rmSync(process.env.PROBE_SOCKET, { force: true });
  server.listen(process.env.PROBE_SOCKET, () => ready.show());
  context.subscriptions.push(new vscode.Disposable(() => server.close()));
};
