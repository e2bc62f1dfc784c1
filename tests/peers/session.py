"""One session with one server on one document: all questions, each with its verdict and time."""

import statistics

import questions
from client import Client, Gone
from shop import FILE, applied, edits

REPEAT = 5   # times that each question is asked
LISTS = 3    # times that each list of completions is asked for
EDITS = 20
QUIET = 0.4  # seconds without more diagnostics after which a server is taken to be at rest
PATIENCE = 8  # seconds that a server may be silent after an edit

# What has to be announced for a question to be asked.
PROVIDERS = {
    "definition": "definitionProvider", "references": "referencesProvider", "rename": "renameProvider",
    "documentHighlight": "documentHighlightProvider", "documentSymbol": "documentSymbolProvider",
    "documentLink": "documentLinkProvider", "foldingRange": "foldingRangeProvider",
    "selectionRange": "selectionRangeProvider", "codeAction": "codeActionProvider", "codeLens": "codeLensProvider",
    "inlayHint": "inlayHintProvider", "semanticTokens/full": "semanticTokensProvider", "hover": "hoverProvider",
    "completion": "completionProvider",
}


class Session:
    """A server with a document open, and what was measured."""

    def __init__(self, server, shop, folder):
        self.server, self.shop, self.folder = server, shop, folder
        self.uri = f"file://{folder}/{FILE}"
        self.version, self.text = 0, None
        self.rows, self.raw = {}, {}

    def run(self, starts=3):
        times = []
        for left in reversed(range(starts)):
            self.client = Client(self.server, self.folder)
            times.append(self.client.start())
            if left:
                self.client.stop()
        self.row("start to `initialize`", times)
        try:
            for step in (self.open, self.places, self.document, self.complete, self.actions, self.edit):
                step()
        except (Gone, TimeoutError) as error:
            self.raw["ended"] = repr(error)
        self.raw["capabilities"] = self.client.capabilities
        self.raw["registered"] = self.client.registered
        self.client.stop()
        return {"rows": self.rows, "raw": self.raw}

    def row(self, name, times=(), verdict=("", ""), raw=None):
        took = statistics.median(times) if times else None
        self.rows[name] = {"verdict": verdict[0], "more": verdict[1], "ms": took, "times": list(times)}
        if raw is not None:
            self.raw[name] = raw

    def write(self, text):
        """Gives the server a text, as an editor would; returns when."""
        self.version += 1
        self.since = self.client.published(self.uri)
        if self.text is None:
            document = {"uri": self.uri, "languageId": "yaml", "version": self.version, "text": text}
            self.text = text
            return self.client.tell("textDocument/didOpen", {"textDocument": document})
        change = _change(self.text, text) if self.client.syncs_parts() else {"text": text}
        self.text = text
        return self.client.tell("textDocument/didChange", {
            "textDocument": {"uri": self.uri, "version": self.version}, "contentChanges": [change]})

    def settled(self):
        """The diagnostics when the server is at rest after the last edit."""
        return self.client.settled(self.uri, self.since, QUIET, PATIENCE) or []

    def open(self):
        at = self.write(self.shop.text)
        try:
            first, came = self.client.diagnostics(self.uri, 0, lambda *_: True)
        except TimeoutError:
            first, came = [], at
        self.client.settled(self.uri, 0, 1.5, 0)
        self.found = self.settled()
        faults, left = questions.diagnostics(self.shop, self.found)
        number = sum(map(bool, faults.values()))
        hints = sum(one.get("severity") == 4 for one in left)
        more = [f"{count} {word}" for count, word in ((len(left) - hints, "more"), (hints, "hints")) if count]
        verdict = (questions.RIGHT if number == len(faults) else questions.PARTLY if number else questions.NOTHING,
                   "; ".join([f"{number} of {len(faults)} faults", *more]))
        self.row("diagnostics after opening", [(came - at) * 1000], verdict, {
            "faults": faults, "more": left, "first were all": _said(first) == _said(self.found)})

    def offers(self, provider):
        """Whether the server announces something; `{}` is an announcement."""
        return self.client.capabilities.get(provider) not in (None, False)

    def ask(self, name, method, params, judge):
        """Asks for something of the document, several times, if the server offers it."""
        provider = PROVIDERS.get(method, "")
        if provider and not self.offers(provider):
            self.row(name, verdict=("not offered", ""))
            return
        path = method if "/" in method and method.startswith("workspace") else f"textDocument/{method}"
        asked = [self.client.ask(path, {"textDocument": {"uri": self.uri}, **params} if "query" not in params else params)
                 for _ in range(REPEAT)]
        result, error, _ = asked[-1]
        verdict = ("error", error.get("message", "")[:60]) if error else judge(result)
        self.row(name, [took for _, _, took in asked], verdict, error or result)

    def places(self):
        """What is asked at one place."""
        shop = self.shop
        declaration = shop.at(shop.declaration("account"), "account")
        use_line = shop.uses("account")[0]
        use = shop.at(use_line, "account", 2)
        field = shop.at(shop.line("          authorizationUrl: https://login.shop.test/oauth/authorize"), "authorizationUrl")
        other = shop.at(shop.declaration("clientCertificate") + 1, "shared")
        self.ask("hover on `authorizationUrl`", "hover", {"position": field}, lambda found: questions.hover_field(shop, found))
        self.ask("hover on a required scheme", "hover", {"position": use}, lambda found: questions.hover_scheme(shop, found))
        self.ask("definition of a required scheme", "definition", {"position": use},
                 lambda found: questions.definition(shop, found))
        self.ask("definition in the other file", "definition", {"position": other},
                 lambda found: questions.definition_in_file(shop, found))
        context = {"context": {"includeDeclaration": True}}
        for where, position in (("the declaration", declaration), ("a use", use)):
            self.ask(f"references, from {where}", "references", {"position": position, **context},
                     lambda found: questions.references(shop, found))
            self.ask(f"rename of a scheme, from {where}", "rename", {"position": position, "newName": "login"},
                     lambda found: questions.rename(shop, found, self.uri))
            self.ask(f"highlight, from {where}", "documentHighlight", {"position": position},
                     lambda found: questions.highlights(shop, found))
        scope = shop.at(shop.line("            orders:write: Change orders."), "orders")
        self.ask("selection ranges", "selectionRange", {"positions": [scope]}, lambda found: questions.selections(shop, found))

    def document(self):
        """What is asked of the whole document."""
        shop = self.shop
        whole = {"range": {"start": {"line": 0, "character": 0}, "end": {"line": len(shop.lines), "character": 0}}}
        for name, method, params, judge in (
                ("document symbols", "documentSymbol", {}, questions.symbols),
                ("document links", "documentLink", {}, questions.links),
                ("folding", "foldingRange", {}, questions.folds),
                ("code lens", "codeLens", {}, questions.lenses),
                ("inlay hints", "inlayHint", whole, questions.hints),
                ("semantic tokens", "semanticTokens/full", {}, questions.tokens)):
            self.ask(name, method, params, lambda found, judge=judge: judge(shop, found))
        if self.offers("workspaceSymbolProvider"):
            self.ask("workspace symbols", "workspace/symbol", {"query": "shopLogin"},
                     lambda found: questions.workspace_symbols(shop, found))
        else:
            self.row("workspace symbols", verdict=("not offered", ""))

    def complete(self):
        """Completion is asked for at once after the edit, and once more when the server is at rest."""
        for name, (changed, line, column, judge) in questions.completions(self.shop).items():
            params = {"textDocument": {"uri": self.uri}, "position": {"line": line, "character": column},
                      "context": {"triggerKind": 1}}
            asked = []
            for left in reversed(range(LISTS)):
                self.write(changed.text)
                asked.append(self.client.ask("textDocument/completion", params))
                self.settled()
                if not left:
                    late = self.client.ask("textDocument/completion", params)
                self.write(self.shop.text)
                self.settled()
            at_once, at_rest = (("error", found[1].get("message", "")[:60]) if found[1]
                                else judge(self.shop, found[0]) for found in (asked[-1], late))
            waits = at_rest != at_once
            verdict = (at_rest[0], "; ".join(filter(None, [at_rest[1], "only at rest, at once: " + at_once[0]]))) if waits else at_once
            self.row(name, [took for _, _, took in asked], verdict, late[0])

    def actions(self):
        """Quick fixes for what was reported of the planted faults."""
        if not self.offers("codeActionProvider"):
            self.row("quick fixes", verdict=("not offered", ""))
            return
        faults, _ = questions.diagnostics(self.shop, self.found)
        mended, times, titles = [], [], {}
        for fault, reports in faults.items():
            for report in reports:
                found, _, took = self.client.ask("textDocument/codeAction", {
                    "textDocument": {"uri": self.uri}, "range": report["range"],
                    "context": {"diagnostics": [report]}})
                times.append(took)
                titles.setdefault(fault, []).extend(one["title"] for one in found or [])
                if any(self._mends(fault, action) for action in found or []) and fault not in mended:
                    mended.append(fault)
        number, any_title = len(mended), any(titles.values())
        verdict = ((questions.RIGHT if number >= 3 else questions.PARTLY, f"{number} of 4 faults mended") if number
                   else (questions.WRONG, "none that mends") if any_title else (questions.NOTHING, ""))
        self.row("quick fixes", times, verdict, {"titles": titles, "mended": mended})
        shop = self.shop
        position = shop.at(shop.declaration("shopLogin"), "shopLogin")
        found, _, _ = self.client.ask("textDocument/codeAction", {
            "textDocument": {"uri": self.uri}, "range": {"start": position, "end": position},
            "context": {"diagnostics": []}})
        self.raw["actions on a scheme"] = [one["title"] for one in found or []]

    def _mends(self, fault, action):
        if "edit" not in action and "data" in action:
            action = self.client.ask("codeAction/resolve", action)[0] or action
        changes = edits(action.get("edit"), self.uri)
        return bool(changes) and questions.mended(self.shop, fault, applied(self.shop.text, changes))

    def edit(self):
        """An unknown type is written and taken back; the time until the diagnostics say so."""
        line = self.shop.line("      type: userPassword")
        wrong = self.shop.with_line(line, "      type: userPasswort").text
        before, times = _said(self.settled()), []
        for number in range(EDITS):
            at = self.write(wrong if number % 2 == 0 else self.shop.text)
            try:
                found, came = self.client.diagnostics(
                    self.uri, self.since, lambda found, version: _said(found) != before
                    and version in (None, self.version), 15)
            except TimeoutError:
                self.row("edit to new diagnostics", verdict=(questions.NOTHING, "they do not change"))
                return
            times.append((came - at) * 1000)
            before = _said(found)
            self.settled()
        self.row("edit to new diagnostics", times, (questions.RIGHT, ""))


def _said(found):
    """Diagnostics without what changes by itself (some have the time in their code)."""
    return sorted((one["range"]["start"]["line"], one["message"]) for one in found)


def _change(old, new):
    """The one change that makes a text of another."""
    start = next((i for i, (a, b) in enumerate(zip(old, new)) if a != b), min(len(old), len(new)))
    tail = next((i for i, (a, b) in enumerate(zip(reversed(old[start:]), reversed(new[start:]))) if a != b),
                min(len(old), len(new)) - start)
    end = len(old) - tail
    return {"range": {"start": _position(old, start), "end": _position(old, end)},
            "text": new[start:len(new) - tail]}


def _position(text, offset):
    before = text[:offset]
    return {"line": before.count("\n"), "character": offset - before.rfind("\n") - 1}
