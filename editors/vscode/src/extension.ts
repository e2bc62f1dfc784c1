// Starts the language server and shows how it fares. All that is said about documents comes from the server.

import { homedir } from "node:os";
import {
  type ExtensionContext,
  type LogOutputChannel,
  StatusBarAlignment,
  type StatusBarItem,
  ThemeColor,
  Uri,
  commands,
  languages,
  window,
  workspace,
} from "vscode";
import {
  LanguageClient,
  type Location,
  type Position,
  RevealOutputChannelOn,
  State,
  TransportKind,
} from "vscode-languageclient/node";
import { type Server, findServer, serverVersion } from "./server";
import { traceChannel } from "./trace";

const SECTION = "asyncapiSecurity";

// Which of these files are AsyncAPI is for the server to say, it looks into them.
const SELECTOR = ["yaml", "json", "jsonc"].flatMap((language) =>
  ["file", "untitled"].map((scheme) => ({ language, scheme })),
);

// VS Code has no language for TOML, so the settings file goes by its name.
const SETTINGS_FILE = { scheme: "file", pattern: "**/asyncapi-security.toml" };

// The command of a lens, and the scheme of the documents that the server has: the pages of its rules.
const SHOW_REFERENCES = "asyncapi-security.showReferences";
const PAGES = "asyncapi-security";

// The command of the server that returns where the security report of a document is.
const REPORT = "asyncapi-security.report";

// What the server may ask the editor to run: after a key is accepted, the list of its values opens.
const COMMANDS = { commands: ["editor.action.triggerSuggest", SHOW_REFERENCES] };

let session: Session | undefined;

export async function activate(context: ExtensionContext): Promise<void> {
  const output = window.createOutputChannel("AsyncAPI Security", { log: true });
  const trace = traceChannel(output, SECTION);
  const status = new Status();
  const current = new Session(context.extensionPath, output, trace, status);
  session = current;
  // The commands come before the start: after one that failed they are what is needed.
  context.subscriptions.push(
    output,
    trace,
    status,
    commands.registerCommand(`${SECTION}.restartServer`, () => current.restart()),
    commands.registerCommand(`${SECTION}.report`, () => showReport()),
    commands.registerCommand(`${SECTION}.showOutput`, () => output.show()),
    commands.registerCommand(SHOW_REFERENCES, (uri: string, at: Position, places: Location[]) =>
      current.showReferences(uri, at, places),
    ),
    workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration(`${SECTION}.server.path`)) {
        void current.restart();
      }
    }),
  );
  await current.restart();
}

export function deactivate(): Promise<void> | undefined {
  return session?.stop();
}

/** Shows the security report of the document beside it. The server keeps it up to date. */
async function showReport(): Promise<void> {
  const document = window.activeTextEditor?.document;
  if (document === undefined) {
    return;
  }
  const report = await commands.executeCommand<{ uri: string }>(REPORT, document.uri.toString(), false);
  await commands.executeCommand("markdown.showPreviewToSide", Uri.parse(report.uri));
}

/** The one server of this window. */
class Session {
  private client: LanguageClient | undefined;
  // Starts and stops wait for one another: two restarts in a hurry must not leave two servers behind.
  private queue: Promise<void> = Promise.resolve();
  private waiting = 0;

  constructor(
    private readonly extension: string,
    private readonly output: LogOutputChannel,
    private readonly trace: LogOutputChannel,
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
    this.queue = this.queue.then(task, task).finally(() => {
      this.waiting -= 1;
    });
    return this.queue;
  }

  private async startClient(): Promise<void> {
    const server = findServer({
      setting: workspace.getConfiguration(SECTION).get("server.path", ""),
      extension: this.extension,
      workspace: workspace.workspaceFolders?.[0]?.uri.fsPath,
      home: homedir(),
    });
    this.status.starting();
    this.output.info(`Server: ${server.command} (${server.origin})`);
    try {
      const version = await serverVersion(server);
      this.output.info(`Version: ${version}`);
      const client = this.createClient(server, version);
      this.client = client;
      await client.start();
    } catch (error) {
      this.fail(error instanceof Error ? error.message : String(error));
    }
  }

  private createClient(server: Server, version: string): LanguageClient {
    const client = new LanguageClient(
      SECTION,
      "AsyncAPI Security",
      { command: server.command, args: ["lsp"], transport: TransportKind.stdio },
      {
        documentSelector: [...SELECTOR, SETTINGS_FILE],
        outputChannel: this.output,
        traceOutputChannel: this.trace,
        revealOutputChannelOn: RevealOutputChannelOn.Never,
        initializationOptions: workspace.getConfiguration(SECTION),
        synchronize: { configurationSection: SECTION },
        middleware: {
          window: {
            // Pages are there to be read, so they open as the preview shows them.
            showDocument: async (params, token, next) => {
              const uri = Uri.parse(params.uri);
              if (uri.scheme !== PAGES) {
                return next(params, token);
              }
              await commands.executeCommand("markdown.showPreview", uri);
              return { success: true };
            },
          },
          workspace: {
            // A server about to be replaced is told nothing more, the next one starts with the new settings.
            didChangeConfiguration: async (sections, next) => {
              if (this.waiting === 0) {
                await next(sections);
              }
            },
          },
        },
      },
    );
    client.registerFeature({
      getState: () => ({ kind: "static" }),
      fillClientCapabilities: (capabilities) => {
        capabilities.experimental = { ...capabilities.experimental, commands: COMMANDS };
      },
      initialize: () => {},
      clear: () => {},
    });
    client.onDidChangeState(({ newState }) => {
      if (newState === State.Running) {
        this.status.running(`asyncapi-security-lsp ${version}\n\n${server.command} (${server.origin})`);
      } else if (newState === State.Stopped && this.client === client) {
        // Nobody asked for it, or `client` would not be the current one any more.
        this.status.failed("The server has stopped.");
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
    this.status.failed(why);
    // Not awaited: the message may stand there for hours, and a restart must not wait for it.
    void window.showErrorMessage(`AsyncAPI Security: ${why}`, "Show Output", "Open Settings").then((choice) => {
      if (choice === "Show Output") {
        this.output.show();
      } else if (choice === "Open Settings") {
        void commands.executeCommand("workbench.action.openSettings", `${SECTION}.server.path`);
      }
    });
  }
}

/** The item in the status bar. It stays out of the way of files that are none of ours, unless something is wrong. */
class Status {
  private readonly item: StatusBarItem;
  private readonly editors;
  private broken = false;

  constructor() {
    this.item = window.createStatusBarItem(`${SECTION}.status`, StatusBarAlignment.Right, 10);
    this.item.name = "AsyncAPI Security";
    this.item.command = `${SECTION}.showOutput`;
    this.editors = window.onDidChangeActiveTextEditor(() => this.show());
  }

  starting(): void {
    this.set("$(sync~spin)", "Starting the server.", false);
  }

  running(what: string): void {
    this.set("$(shield)", what, false);
  }

  failed(why: string): void {
    this.set("$(error)", why, true);
  }

  dispose(): void {
    this.editors.dispose();
    this.item.dispose();
  }

  private set(icon: string, tooltip: string, broken: boolean): void {
    this.broken = broken;
    this.item.text = `${icon} AsyncAPI`;
    this.item.tooltip = tooltip;
    this.item.backgroundColor = broken ? new ThemeColor("statusBarItem.errorBackground") : undefined;
    this.show();
  }

  private show(): void {
    const document = window.activeTextEditor?.document;
    if (this.broken || (document && languages.match(SELECTOR, document) > 0)) {
      this.item.show();
    } else {
      this.item.hide();
    }
  }
}
