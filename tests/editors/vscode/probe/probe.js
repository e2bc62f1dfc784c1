// An extension for the tests: opens documents and tells what is in the editor, over HTTP on the socket $PROBE_SOCKET.
"use strict";

// How long what is waited for may take, in milliseconds.
const TIMEOUT = 60_000;

const fs = require("node:fs");
const http = require("node:http");
const { isDeepStrictEqual } = require("node:util");
const vscode = require("vscode");

/** Opens a file with the cursor at an offset. */
async function open({ file, offset }) {
  // Nobody is there to be asked about saving.
  for (const document of vscode.workspace.textDocuments.filter((one) => one.isDirty)) {
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand("workbench.action.files.revert");
  }
  await vscode.commands.executeCommand("workbench.action.closeAllEditors");
  // What an extension opens by itself stays open for minutes, also without a tab. This is the editor's own way.
  await vscode.commands.executeCommand("vscode.open", vscode.Uri.file(file), { preview: false });
  await until({ file });
  const editor = vscode.window.activeTextEditor;
  const cursor = editor.document.positionAt(offset);
  editor.selection = new vscode.Selection(cursor, cursor);
  await until({ file, offset });
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

/** The text of a file as the editor has it, which may not be saved; of a file that is not open, what the disk has. */
function textOf(file) {
  const document = vscode.workspace.textDocuments.find((one) => one.uri.fsPath === file);
  return document?.getText() ?? fs.readFileSync(file, "utf8");
}

/** The rules of the problems of a file, sorted. */
function rulesOf(file) {
  const problems = vscode.languages.getDiagnostics(vscode.Uri.file(file));
  return problems.map(({ code }) => String(code?.value ?? code)).sort();
}

/** The problems of a file: who says it, the line, what. */
function problemsOf(file) {
  const problems = vscode.languages.getDiagnostics(vscode.Uri.file(file));
  return problems.map(({ source, range, message }) => ({ source, line: range.start.line, message }));
}

/** Runs a command of the editor. */
async function command({ command, args = [] }) {
  await vscode.commands.executeCommand(command, ...args);
  return {};
}

/** Sets what the user's settings say. */
async function set({ key, value }) {
  await vscode.workspace.getConfiguration().update(key, value, vscode.ConfigurationTarget.Global);
  return {};
}

/** Scrolls so that a line is the first one. */
async function reveal({ line }) {
  const top = new vscode.Range(line, 0, line, 0);
  vscode.window.activeTextEditor.revealRange(top, vscode.TextEditorRevealType.AtTop);
  await settle();
  return {};
}

/** What can be waited for; of files, those that are asked about. */
function state({ texts = {}, rules = {}, sources = {} }) {
  const editor = vscode.window.activeTextEditor;
  const of = (files, tell) => Object.fromEntries(Object.keys(files).map((file) => [file, tell(file)]));
  return {
    file: editor?.document.uri.fsPath,
    offset: editor?.document.offsetAt(editor.selection.active),
    selected: editor?.document.getText(editor.selection),
    unsaved: vscode.workspace.textDocuments.filter((one) => one.isDirty).map((one) => one.uri.fsPath),
    texts: of(texts, textOf),
    rules: of(rules, rulesOf),
    sources: of(sources, (file) => [...new Set(problemsOf(file).map(({ source }) => source))].sort()),
  };
}

/** Waits until the editor is as wanted, and tells how it is then, or how it is when that does not come. */
function until(wanted) {
  const { promise, resolve } = Promise.withResolvers();
  const look = () => {
    const now = state(wanted);
    const came = Object.keys(wanted).every((key) => isDeepStrictEqual(now[key], wanted[key]));
    if (came) resolve({ came, ...now });
  };
  const events = [
    vscode.window.onDidChangeActiveTextEditor,
    vscode.window.onDidChangeTextEditorSelection,
    vscode.workspace.onDidOpenTextDocument,
    vscode.workspace.onDidChangeTextDocument,
    vscode.workspace.onDidSaveTextDocument,
    vscode.workspace.onDidCloseTextDocument,
    vscode.languages.onDidChangeDiagnostics,
  ].map((event) => event(look));
  const late = setTimeout(() => resolve({ came: false, ...state(wanted) }), TIMEOUT);
  look();
  return promise.finally(() => {
    clearTimeout(late);
    for (const event of events) event.dispose();
  });
}

/** Writes all files that were changed, also those that have no tab. */
async function save() {
  await Promise.all(vscode.workspace.textDocuments.filter((one) => one.isDirty).map((one) => one.save()));
  return {};
}

/** Undoes all, so that no question about saving is asked. */
async function close() {
  await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
  return {};
}

const ROUTES = { "/open": open, "/settle": settle, "/until": until, "/save": save, "/close": close, "/command": command, "/set": set, "/reveal": reveal };
// Those that only tell.
ROUTES["/problems"] = async ({ file }) => problemsOf(file);

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
