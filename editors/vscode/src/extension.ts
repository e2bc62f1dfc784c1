// Starts the language server. All that is said about documents, and what is done with them, comes from the server.

import { homedir } from "node:os";
import { CancellationTokenSource, type ExtensionContext, type LogOutputChannel, Uri } from "vscode";
import { commands, env, window, workspace } from "vscode";
import { ExecuteCommandRequest, LanguageClient, RevealOutputChannelOn, State } from "vscode-languageclient/node";
import { type Location, type Position, TransportKind } from "vscode-languageclient/node";
import { COMMANDS, PAGES, SECTION, SELECTOR, SETTINGS_FILE, SHOW_REFERENCES, STATUS } from "./names";
import { type Server, findServer, serverVersion } from "./server";
import { Status } from "./status";
import { besideYaml } from "./yaml";

const PATH_SETTING = `${SECTION}.server.path`;

let session: Session | undefined;

export async function activate(context: ExtensionContext): Promise<void> {
  const output = window.createOutputChannel("AsyncAPI Security", { log: true });
  const status = new Status();
  const current = new Session(context, output, status);
  session = current;
  // These commands come before the start: after one that failed they are what is needed.
  context.subscriptions.push(
    output,
    status,
    commands.registerCommand(`${SECTION}.restartServer`, () => current.restart()),
    commands.registerCommand(`${SECTION}.showOutput`, () => output.show()),
    commands.registerCommand(`${SECTION}.chooseServer`, chooseServer),
    commands.registerCommand(`${SECTION}.besideYaml`, besideYaml),
    commands.registerCommand(SHOW_REFERENCES, (uri: string, at: Position, places: Location[]) =>
      current.showReferences(uri, at, places),
    ),
    workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration(PATH_SETTING)) void current.restart();
    }),
    // A preview does not hold its page open, and of pages that are closed VS Code takes no changes.
    workspace.onDidCloseTextDocument(({ uri }) => {
      const name = uri.path.slice(uri.path.lastIndexOf("/") + 1);
      const tabs = window.tabGroups.all.flatMap((group) => group.tabs);
      if (uri.scheme === PAGES && tabs.some((tab) => tab.label.includes(name))) void workspace.openTextDocument(uri);
    }),
  );
  await current.restart();
}

export const deactivate = (): Promise<void> | undefined => session?.stop();

/** Lets the user pick the program, and starts it. */
async function chooseServer(): Promise<void> {
  const picked = await window.showOpenDialog({ title: "The program asyncapi-security-lsp", openLabel: "Use" });
  const program = picked?.[0]?.fsPath;
  if (program !== undefined) await workspace.getConfiguration(SECTION).update("server.path", program, true);
}

/** The one server of this window. */
class Session {
  private client: LanguageClient | undefined;
  // Starts and stops wait for one another: two restarts in a hurry must not leave two servers behind.
  private queue: Promise<void> = Promise.resolve();
  private waiting = 0;

  constructor(
    private readonly context: ExtensionContext,
    private readonly output: LogOutputChannel,
    private readonly status: Status,
  ) {}

  restart(): Promise<void> {
    return this.enqueue(async () => {
      await this.stopClient();
      await this.startClient();
    });
  }

  stop(): Promise<void> {
    return this.enqueue(() => this.stopClient());
  }

  /** The editor's own command takes its own types, which no server can send. */
  async showReferences(uri: string, at: Position, places: Location[]): Promise<void> {
    const converter = this.client?.protocol2CodeConverter;
    if (converter !== undefined && places.length > 0) {
      await commands.executeCommand(
        "editor.action.showReferences",
        converter.asUri(uri),
        converter.asPosition(at),
        places.map((place) => converter.asLocation(place)),
      );
    }
  }

  private enqueue(task: () => Promise<void>): Promise<void> {
    this.waiting += 1;
    this.queue = this.queue.then(task, task).finally(() => void (this.waiting -= 1));
    return this.queue;
  }

  private async startClient(): Promise<void> {
    const server = findServer({
      setting: workspace.getConfiguration(SECTION).get("server.path", ""),
      extension: this.context.extensionPath,
      workspace: workspace.workspaceFolders?.[0]?.uri.fsPath,
      home: homedir(),
    });
    this.status.set({ icon: "$(sync~spin)", words: "Starting the server." });
    this.output.info(`Server: ${server.command} (${server.origin})`);
    try {
      // What is no program, or one for another machine, is found out before a client waits for it.
      this.output.info(`Version: ${await serverVersion(server)}`);
      const client = this.createClient(server);
      this.client = client;
      await client.start();
    } catch (error) {
      this.fail(error instanceof Error ? error.message : String(error));
    }
  }

  private createClient(server: Server): LanguageClient {
    const client: LanguageClient = new LanguageClient(
      SECTION,
      "AsyncAPI Security",
      { command: server.command, args: ["lsp"], transport: TransportKind.stdio },
      {
        documentSelector: [...SELECTOR, SETTINGS_FILE],
        outputChannel: this.output,
        // Its level, which VS Code has a command for, decides whether messages are written down.
        traceOutputChannel: this.output,
        revealOutputChannelOn: RevealOutputChannelOn.Never,
        initializationOptions: workspace.getConfiguration(SECTION),
        synchronize: { configurationSection: SECTION },
        middleware: {
          // A command from the palette is about the place where the user is.
          executeCommand: (command, args, next) => next(command, args.length > 0 ? args : here(client)),
          handleWorkDoneProgress: (token, params, next) => {
            this.status.progress(token, params.kind === "end");
            next(token, params);
          },
          // Pages that a server before this one wrote are read anew, so that this one keeps them up to date.
          handleRegisterCapability: async (params, next) => {
            await next(params, new CancellationTokenSource().token);
            const providers = client.getFeature("workspace/textDocumentContent")?.getProviders() ?? [];
            const pages = workspace.textDocuments.map(({ uri }) => uri).filter(({ scheme }) => scheme === PAGES);
            for (const page of pages) for (const { onDidChangeEmitter } of providers) onDidChangeEmitter.fire(page);
          },
          window: {
            // Pages are there to be read, so they open as previews: those about a document each in one of its own.
            showDocument: async (params, token, next) => {
              const uri = Uri.parse(params.uri);
              if (uri.scheme !== PAGES) return next(params, token);
              const how = params.takeFocus === false ? "showLockedPreviewToSide" : "showPreview";
              await commands.executeCommand(`markdown.${how}`, uri);
              return { success: true };
            },
          },
          workspace: {
            // A server about to be replaced is told nothing more, the next one starts with the new settings.
            didChangeConfiguration: async (sections, next) => (this.waiting === 0 ? next(sections) : undefined),
          },
        },
      },
    );
    client.registerFeature({
      getState: () => ({ kind: "static" }),
      fillClientCapabilities: (all) => (all.experimental = { ...all.experimental, commands: COMMANDS }),
      initialize: () => {},
      clear: () => {},
    });
    client.onDidChangeState(({ newState }) => {
      if (newState === State.Running) {
        const { name, version } = client.initializeResult?.serverInfo ?? { name: server.command };
        this.status.set({
          icon: "$(shield)",
          words: `${name} ${version}\n\n\`${server.command}\` (${server.origin})`,
          ask: (uri) => client.sendRequest(ExecuteCommandRequest.type, { command: STATUS, arguments: [uri] }),
        });
      } else if (newState === State.Stopped && this.client === client) {
        // Nobody asked for it, or `client` would not be the current one any more.
        this.status.set({ icon: "$(error)", words: "The server has stopped. The output may say why." });
      }
    });
    return client;
  }

  private async stopClient(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    try {
      await client?.dispose();
    } catch (error) {
      // One that never came up, or went down by itself, cannot be stopped. It is gone all the same.
      this.output.warn(`Stopping the server: ${String(error)}`);
    }
  }

  private fail(why: string): void {
    this.output.error(why);
    const actions: [string, string, ...unknown[]][] = [
      ["How to Install", "workbench.action.openWalkthrough", `${this.context.extension.id}#start`],
      ["Choose the Program", `${SECTION}.chooseServer`],
      // The path is a setting of the machine on which the server runs.
      ["Open Settings", `workbench.action.open${env.remoteName ? "Remote" : ""}Settings`, { query: PATH_SETTING }],
    ];
    const complain = async () => {
      const choice = await window.showErrorMessage(`AsyncAPI Security: ${why}`, ...actions.map(([title]) => title));
      const [, command, ...args] = actions.find(([title]) => title === choice) ?? [];
      if (command !== undefined) await commands.executeCommand(command, ...args);
    };
    this.status.set({ icon: "$(error)", words: why, complain });
  }
}

/** The arguments of a command about the place where the user is: the document, that it is shown, the position. */
function here(client: LanguageClient): unknown[] {
  const editor = window.activeTextEditor;
  const converter = client.code2ProtocolConverter;
  return editor ? [converter.asUri(editor.document.uri), true, converter.asPosition(editor.selection.active)] : [];
}
