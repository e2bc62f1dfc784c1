// The item in the status bar: the version, the preset and the state, while an AsyncAPI document is in the editor.

import { Disposable, MarkdownString, StatusBarAlignment, type TextDocument, ThemeColor } from "vscode";
import { commands, languages, window, workspace } from "vscode";
import { SECTION, SELECTOR } from "./names";

/** What the server says of a document. */
interface Answer {
  isAsyncApi: boolean;
  profile: string;
}

/** How the server fares. */
export interface State {
  icon: string;
  /** A sentence, or Markdown. */
  words: string;
  /** Asks it about a document; there while it runs. */
  ask?: (uri: string) => Promise<Answer>;
  /** What to do when the user comes to a document and the server is not there. */
  complain?: () => void;
}

export class Status {
  private readonly item = window.createStatusBarItem(`${SECTION}.status`, StatusBarAlignment.Right, 10);
  private readonly disposables: Disposable;
  private state: State = { icon: "", words: "" };
  private readonly tasks = new Set<string | number>();
  private answer: Answer | undefined;

  constructor() {
    this.item.name = "AsyncAPI Security";
    const list = { command: "workbench.action.quickOpen", arguments: [">AsyncAPI Security: "] };
    this.item.command = { title: "Commands", ...list };
    const look = () => void this.look();
    this.disposables = Disposable.from(
      this.item,
      window.onDidChangeActiveTextEditor(look),
      languages.onDidChangeDiagnostics(look),
      workspace.onDidChangeConfiguration(look),
      workspace.onDidSaveTextDocument(look),
    );
  }

  set(state: State): void {
    this.state = state;
    this.tasks.clear();
    void commands.executeCommand("setContext", `${SECTION}.isRunning`, state.ask !== undefined);
    void this.look();
  }

  /** Notes that the server reads files, or has read them. */
  progress(token: string | number, isOver: boolean): void {
    if (isOver) this.tasks.delete(token);
    else this.tasks.add(token);
    this.show();
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private async look(): Promise<void> {
    const state = this.state;
    const document = window.activeTextEditor?.document;
    const isCandidate = document !== undefined && languages.match(SELECTOR, document) > 0;
    const answer = isCandidate ? await state.ask?.(document.uri.toString()).catch(() => undefined) : undefined;
    if (state !== this.state || document !== window.activeTextEditor?.document) return;
    const isOurs = isCandidate && (answer?.isAsyncApi ?? (state.ask === undefined && seemsOurs(document)));
    this.answer = answer;
    void commands.executeCommand("setContext", `${SECTION}.isAsyncApi`, isOurs && state.ask !== undefined);
    this.show();
    if (!isOurs) return this.item.hide();
    this.item.show();
    state.complain?.();
    delete state.complain;
  }

  private show(): void {
    const { icon, words, ask } = this.state;
    const profile = this.answer?.profile;
    const isReading = this.tasks.size > 0;
    this.item.text = `${isReading ? "$(sync~spin)" : icon} AsyncAPI${profile === undefined ? "" : `: ${profile}`}`;
    const lines = [words, profile && `Preset: \`${profile}\``, isReading && "Reads files of the workspace."];
    this.item.tooltip = new MarkdownString(lines.filter(Boolean).join("\n\n"));
    const isBroken = icon === "$(error)" && ask === undefined;
    this.item.backgroundColor = isBroken ? new ThemeColor("statusBarItem.errorBackground") : undefined;
  }
}

/** Whether a document has the key at the start of a line: while no server can tell. */
function seemsOurs(document: TextDocument): boolean {
  return /^[\s{]*["']?asyncapi["']?\s*:/m.test(document.getText().slice(0, 20_000));
}
