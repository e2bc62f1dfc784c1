// Beside Red Hat's YAML extension: who checks what of AsyncAPI documents.

import { ConfigurationTarget, extensions, window, workspace } from "vscode";
import { SECTION } from "./names";

/** The files to which that extension gives the AsyncAPI schema by their names, as SchemaStore has it. */
const FILES = ["**/*asyncapi*.yaml", "**/*asyncapi*.yml"];

/** What any editor of YAML and of JSON says as well. */
const SYNTAX = { "syntax-error": "off", "duplicate-key": "off" };

const [HERE, EVERYWHERE, AGAIN] = ["In This Workspace", "Everywhere", "Let Both Check Again"];

/** Asks, and then divides the work, or takes that back. */
export async function besideYaml(): Promise<void> {
  if (extensions.getExtension("redhat.vscode-yaml") === undefined) {
    void window.showInformationMessage("The YAML extension is not installed: there is nothing to set up.");
    return;
  }
  const known = listed(workspace.getConfiguration("yaml").get("disableSchemaDetection"));
  const isDone = FILES.every((file) => known.includes(file));
  const choice = await window.showInformationMessage(
    isDone
      ? "AsyncAPI Security and the YAML extension divide the work."
      : "Divide the work with the YAML extension, so that nothing is said twice of AsyncAPI documents?",
    {
      modal: true,
      detail:
        `It then has no schema for ${FILES.join(" and ")} (yaml.disableSchemaDetection), so that nothing ` +
        `completes keys outside of the security parts. It alone reports errors of syntax (${SECTION}.rules).`,
    },
    ...(isDone ? [AGAIN] : workspace.workspaceFolders ? [HERE, EVERYWHERE] : [EVERYWHERE]),
  );
  if (choice === HERE || choice === AGAIN) await write(ConfigurationTarget.Workspace, choice === HERE);
  if (choice === EVERYWHERE || choice === AGAIN) await write(ConfigurationTarget.Global, choice === EVERYWHERE);
}

async function write(target: ConfigurationTarget, isDivided: boolean): Promise<void> {
  const level = target === ConfigurationTarget.Global ? "globalValue" : "workspaceValue";
  const [yaml, own] = [workspace.getConfiguration("yaml"), workspace.getConfiguration(SECTION)];
  const [files, rules] = [yaml.inspect("disableSchemaDetection")?.[level], own.inspect<object>("rules")?.[level]];
  if (!isDivided && files === undefined) return;
  const otherFiles = listed(files ?? yaml.get("disableSchemaDetection")).filter((file) => !FILES.includes(file));
  const otherRules = Object.entries(rules ?? {}).filter(([rule]) => !(rule in SYNTAX));
  const newFiles = [...otherFiles, ...(isDivided ? FILES : [])];
  const newRules = { ...Object.fromEntries(otherRules), ...(isDivided ? SYNTAX : {}) };
  await yaml.update("disableSchemaDetection", newFiles.length > 0 ? newFiles : undefined, target);
  await own.update("rules", Object.keys(newRules).length > 0 ? newRules : undefined, target);
}

function listed(value: unknown): string[] {
  return [value ?? []].flat().filter((one) => typeof one === "string");
}
