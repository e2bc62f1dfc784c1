// The smallest server around @swagger-api/apidom-ls, which is a library: each request goes to the
// service of the same name, with the options that give it the most to answer. A document is
// validated as soon as it has changed and the requests that came with the change are answered.
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

// Standard output belongs to the protocol.
for (const level of ['log', 'info', 'debug', 'warn', 'trace']) {
  console[level] = (...what) => console.error(...what);
}

const load = createRequire(import.meta.url);
const server = load('vscode-languageserver/node');
const { TextDocument } = load('vscode-languageserver-textdocument');
const { getLanguageService, LogLevel, ReferenceValidationMode } = load('@swagger-api/apidom-ls');

const service = getLanguageService({
  logLevel: LogLevel.ERROR,
  hoverFollowLinkEntry: true,
  completionContext: { maxNumberOfItems: 100, enableLSPFilter: false, includeIndirectRefs: true },
  linksContext: { enableTrivialLinkDiscovery: true },
  // Without this it may not read files, and every reference to one would be an error.
  referenceOptions: { resolve: { resolverOpts: { fileAllowList: ['*'] } } },
});
const validation = (document) => ({
  relatedInformation: true,
  referenceValidationMode: ReferenceValidationMode.APIDOM_INDIRECT_EXTERNAL,
  referenceValidationContinueOnError: true,
  baseURI: fileURLToPath(document.uri),
});

const connection = server.createConnection(process.stdin, process.stdout);
const documents = new server.TextDocuments(TextDocument);

connection.onInitialize(() => ({
  capabilities: {
    textDocumentSync: server.TextDocumentSyncKind.Incremental,
    completionProvider: { triggerCharacters: ['"', ':', ' ', '/'] },
    hoverProvider: true,
    definitionProvider: true,
    referencesProvider: true,
    documentSymbolProvider: true,
    documentLinkProvider: {},
    codeActionProvider: true,
    semanticTokensProvider: { legend: service.getSemanticTokensLegend(), full: true },
  },
}));

let open = 0; // requests that are not answered yet
const shortly = () => new Promise((done) => setTimeout(done, 5));

documents.onDidChangeContent(async ({ document }) => {
  const { uri, version } = document;
  do {
    await shortly();
  } while (open > 0);
  if (documents.get(uri)?.version !== version) return;
  // The service works on a copy, for the document goes on changing.
  const copy = TextDocument.create(uri, document.languageId, version, document.getText());
  const diagnostics = await service.doValidation(copy, validation(copy));
  if (documents.get(uri)?.version === version) {
    connection.sendDiagnostics({ uri, version, diagnostics });
  }
});

const answer = (ask) => async (params) => {
  open += 1;
  try {
    return (await ask(documents.get(params.textDocument.uri), params)) ?? null;
  } finally {
    open -= 1;
  }
};
connection.onCompletion(answer((document, params) => service.doCompletion(document, params)));
connection.onHover(answer((document, params) => service.doHover(document, params.position)));
connection.onDefinition(answer((document, params) => service.doProvideDefinition(document, params)));
connection.onReferences(answer((document, params) => service.doProvideReferences(document, params)));
connection.onDocumentSymbol(answer((document) => service.doFindDocumentSymbols(document)));
connection.onCodeAction(answer((document, params) => service.doCodeActions(document, params)));
connection.languages.semanticTokens.on(answer((document) => service.computeSemanticTokens(document)));
connection.onDocumentLinks(answer(async (document) => {
  const links = await service.doLinks(document);
  return links.map((link) => ({ ...link, target: new URL(link.target, document.uri).href }));
}));

documents.listen(connection);
connection.listen();
