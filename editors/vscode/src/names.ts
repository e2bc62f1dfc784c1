// Names that this extension shares with its manifest and with the server.

/** The settings, and the commands of the extension itself. */
export const SECTION = "asyncapiSecurity";

/** Which of these files are AsyncAPI is for the server to say, it looks into them. */
export const SELECTOR = ["yaml", "json", "jsonc"].flatMap((language) =>
  ["file", "untitled"].map((scheme) => ({ language, scheme })),
);

/** VS Code has no language for TOML, so the settings file goes by its name. */
export const SETTINGS_FILE = { scheme: "file", pattern: "**/asyncapi-security.toml" };

/** The scheme of the documents that the server writes: pages of rules, reports, changes. */
export const PAGES = "asyncapi-security";

/** The command of a lens. */
export const SHOW_REFERENCES = "asyncapi-security.showReferences";

/** The command of the server that tells what the status item shows. */
export const STATUS = "asyncapi-security.status";

/** What the server may ask the editor to run: after a key is accepted, the list of its values opens. */
export const COMMANDS = { commands: ["editor.action.triggerSuggest", SHOW_REFERENCES] };
