// Starts the server of Red Hat's YAML extension as that one does, in workspaces that have `yaml.schemas`.
// $YAML_SERVER is the server's program.
"use strict";

const vscode = require("vscode");
const { LanguageClient, RevealOutputChannelOn, TransportKind } = require("vscode-languageclient/node");

exports.activate = async () => {
  if (Object.keys(vscode.workspace.getConfiguration("yaml").get("schemas")).length === 0) return;
  const server = { module: process.env.YAML_SERVER, transport: TransportKind.stdio };
  const client = new LanguageClient("yaml", "YAML Support", server, {
    documentSelector: [{ language: "yaml" }],
    synchronize: { fileEvents: [vscode.workspace.createFileSystemWatcher("{**/*.json,**/*.yaml,**/*.yml}")] },
    revealOutputChannelOn: RevealOutputChannelOn.Never,
  });
  await client.start();
};
