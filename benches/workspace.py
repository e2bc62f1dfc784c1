#!/usr/bin/env python3
"""Measures what a user of many files, or of one large file, waits for.

    cargo build --release
    benches/workspace.py                    # everything, some minutes
    benches/workspace.py features --sizes 1 # one part
    benches/workspace.py --binary OTHER     # another build, for comparison

* `renames`: 50 files of 200 operations, as 2.x and as 3.x: a scheme and a scope are renamed, and it
  is undone. No finding may appear, and all bytes must be there again.
* `many`: 1,000 files of 20 KB, of which 500 refer to one: the first answer, the whole index, an edit
  of the shared file, and keys while the workspace is reported.
* `features`: each request of an editor on one document of 1 and 10 MB, at first and after an edit.

Times are in milliseconds, from before a message is written until its answer is parsed; memory is the
peak of the process, which only Linux tells. No time makes it fail; a wrong result does.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import time
import queue

HERE = pathlib.Path(__file__).resolve().parent
PATIENCE = 300  # seconds

PULLING = {
    "general": {"positionEncodings": ["utf-8"]},
    "textDocument": {"diagnostic": {}, "publishDiagnostics": {"relatedInformation": True}},
    "workspace": {"diagnostics": {"refreshSupport": True},
                  "workspaceEdit": {"documentChanges": True},
                  "didChangeWatchedFiles": {"dynamicRegistration": True}},
}
PUBLISHED = {
    "general": {"positionEncodings": ["utf-8"]},
    "textDocument": {"publishDiagnostics": {"relatedInformation": True},
                     "documentSymbol": {"hierarchicalDocumentSymbolSupport": True}},
    "workspace": {"workspaceEdit": {"documentChanges": True},
                  "didChangeWatchedFiles": {"dynamicRegistration": True}},
}


class Server:
    """A running server. A thread notes when each message is complete."""

    def __init__(self, binary, root, capabilities):
        self.process = subprocess.Popen([binary, "--stdio"], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.messages = queue.Queue()
        self.last_id = 0
        self.versions = {}
        self.cpu = 0
        threading.Thread(target=self._read, daemon=True).start()
        folders = [{"uri": f"file://{root}", "name": "root"}] if root else None
        self.ask("initialize", {"processId": None, "capabilities": capabilities,
                                "workspaceFolders": folders})
        self.notify("initialized", {})

    def _read(self):
        output = self.process.stdout
        while head := output.readline():
            length = int(head.split(b":")[1])
            output.readline()
            body = output.read(length)
            self.messages.put((time.perf_counter(), json.loads(body)))

    def send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def notify(self, method, params):
        self.send({"method": method, "params": params})

    def request(self, method, params):
        self.last_id += 1
        self.send({"id": self.last_id, "method": method, "params": params})
        return self.last_id

    def wait(self, is_meant):
        """The next message that is meant, and when it came."""
        while True:
            at, message = self.messages.get(timeout=PATIENCE)
            if "id" in message and "method" in message:
                self.send({"id": message["id"], "result": None})
            if is_meant(message):
                return at, message

    def answer(self, number):
        at, message = self.wait(lambda one: one.get("id") == number and "method" not in one)
        if "error" in message:
            sys.exit(f"an error: {message['error']}")
        return at, message["result"]

    def ask(self, method, params):
        return self.answer(self.request(method, params))[1]

    def timed(self, method, params):
        """The time of a request, and its result."""
        start = time.perf_counter()
        at, result = self.answer(self.request(method, params))
        return at - start, result

    def spent(self):
        """The processor time of the server since the last call, in seconds, to 10 ms: unlike the
        clock it means the same on a busy machine."""
        try:
            fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")")[1].split()
        except OSError:
            return 0
        before, self.cpu = self.cpu, (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        return self.cpu - before

    def open(self, uri, text, language="yaml"):
        self.versions[uri] = 1
        self.notify("textDocument/didOpen", {"textDocument": {
            "uri": uri, "languageId": language, "version": 1, "text": text}})

    def change(self, uri, line, start, end, text):
        self.versions[uri] += 1
        places = {"start": {"line": line, "character": start},
                  "end": {"line": line, "character": end}}
        self.notify("textDocument/didChange", {
            "textDocument": {"uri": uri, "version": self.versions[uri]},
            "contentChanges": [{"range": places, "text": text}]})

    def published(self, uri):
        """The diagnostics of the newest version of a document, and when they came."""
        version = self.versions[uri]
        at, message = self.wait(lambda one: one.get("method") == "textDocument/publishDiagnostics"
                                and one["params"]["uri"] == uri
                                and one["params"].get("version") == version)
        return at, message["params"]["diagnostics"]

    def memory(self):
        """Now and at most, in MB."""
        try:
            status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        except OSError:
            return "unknown"
        fields = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
        now, peak = (int(fields[name].split()[0]) // 1024 for name in ("VmRSS", "VmHWM"))
        return f"{now} MB, at most {peak} MB"

    def end(self):
        self.ask("shutdown", None)
        self.notify("exit", None)
        self.process.wait()


def show(name, seconds, note="", server=None):
    cpu = f"cpu {server.spent() * 1e3:6.0f} " if server else ""
    print(f"  {name:<44} {seconds * 1e3:10.1f} ms  {cpu}{note}", flush=True)


def repository(root, files):
    (root / ".git").mkdir(parents=True)
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


# ---------------------------------------------------------------- renames

SCHEME = """  staff:
    type: oauth2
    flows:
      clientCredentials:
        tokenUrl: https://id.fair.io/token
"""


def of_version_2(count, operations):
    root = ["asyncapi: 2.6.0\nchannels:\n"]
    files = {}
    for file in range(count):
        part = []
        for channel in range(operations // 2):
            name = f"c{file}_{channel}"
            root.append(f"  {name}:\n    $ref: parts/{file}.yaml#/{name}\n")
            part.append(f"{name}:\n  publish:\n    security:\n      - staff: [read]\n"
                        "  subscribe:\n    security:\n      - staff: [\"read\"]\n")
        files[f"parts/{file}.yaml"] = "".join(part)
    root.append("components:\n  securitySchemes:\n")
    root.append(SCHEME.replace("  staff", "    staff").replace("\n    ", "\n      "))
    root.append("          scopes:\n            read: Read\n")
    return {"root.yaml": "".join(root), **files}, "root.yaml"


def of_version_3(count, operations):
    files = {"schemes.yaml": f"schemes:\n{SCHEME}        availableScopes:\n          read: Read\n"
                             "    scopes:\n      - read\n"}
    for file in range(count):
        text = ["asyncapi: 3.0.0\nchannels:\n  hall:\n    address: hall\noperations:\n"]
        for operation in range(operations):
            text.append(f"  o{operation}:\n    action: send\n    channel:\n      "
                        "$ref: '#/channels/hall'\n    security:\n"
                        "      - $ref: ../schemes.yaml#/schemes/staff\n")
        files[f"docs/{file}.yaml"] = "".join(text)
    return files, "schemes.yaml"


def report(server):
    seconds, result = server.timed("workspace/diagnostic", {"previousResultIds": []})
    found = [(item["uri"], one["code"]) for item in result["items"] for one in item["items"]]
    return seconds, sorted(found)


def applied(text, edits):
    lines = [0]
    for line in text.splitlines(keepends=True):
        lines.append(lines[-1] + len(line))
    offset = lambda place: lines[place["line"]] + place["character"]
    for edit in sorted(edits, key=lambda edit: -offset(edit["range"]["start"])):
        start, end = (offset(edit["range"][name]) for name in ("start", "end"))
        text = text[:start] + edit["newText"] + text[end:]
    return text


def rename(server, root, opened, before, old, new):
    """Renames a name in the opened file, and back."""
    uri = f"file://{root / opened}"
    texts = {}
    for at, (name, other) in enumerate(((old, new), (new, old))):
        text = (root / opened).read_text()
        word = text.index(f"{name}:")
        line = text.count("\n", 0, word)
        place = {"line": line, "character": word - text.rfind("\n", 0, word) - 1}
        seconds, edit = server.timed("textDocument/rename", {
            "textDocument": {"uri": uri}, "position": place, "newName": other})
        changes = edit["documentChanges"]
        count = sum(len(one["edits"]) for one in changes)
        show(f"rename of {name}", seconds, f"{count} places in {len(changes)} files", server)
        told = []
        for change in changes:
            path = pathlib.Path(change["textDocument"]["uri"].removeprefix("file://"))
            old_text = path.read_text()
            if at == 0:
                texts[path] = old_text
            path.write_text(applied(old_text, change["edits"]))
            told.append({"uri": f"file://{path}", "type": 2})
        server.versions[uri] += 1
        server.notify("textDocument/didChange", {
            "textDocument": {"uri": uri, "version": server.versions[uri]},
            "contentChanges": [{"text": (root / opened).read_text()}]})
        server.notify("workspace/didChangeWatchedFiles", {"changes": told})
        seconds, found = report(server)
        show("  applied, then all diagnostics", seconds, "", server)
        if found != before:
            sys.exit("the findings are not those of before")
    if any(path.read_text() != text for path, text in texts.items()):
        path, text = next((path, text) for path, text in texts.items() if path.read_text() != text)
        sys.exit(f"other bytes after it was undone: {path}\n{text[:300]}\n{path.read_text()[:300]}")


def renames(options, folder):
    for version, make in ((2, of_version_2), (3, of_version_3)):
        files, opened = make(50, 200)
        root = folder / f"renames{version}"
        repository(root, files)
        size = sum(map(len, files.values()))
        print(f"\nrenames, {version}.x: {len(files)} files, {size // 1000} KB")
        server = Server(options.binary, root, PULLING)
        server.open(f"file://{root / opened}", files[opened])
        seconds, before = report(server)
        show("all diagnostics at first", seconds, f"{len(before)} findings", server)
        rename(server, root, opened, before, "staff", "other")
        rename(server, root, opened, before, "read", "look")
        print(f"  memory: {server.memory()}")
        server.end()


# ---------------------------------------------------------------- many files

def document(at, refers):
    lines = [f"asyncapi: 3.0.0\ninfo: {{title: number {at}, version: '1'}}\nservers:\n  main:\n"
             "    host: mq.fair.test\n    protocol: kafka-secure\n    security:\n"]
    scheme = "shared.yaml#/schemes/login" if refers else "#/components/securitySchemes/own"
    lines.append(f"      - $ref: '{scheme}'\nchannels:\n  hall: {{address: hall}}\noperations:\n")
    while sum(map(len, lines)) < 20_000:
        name = len(lines)
        lines.append(f"  send{name}:\n    action: send\n    channel: {{$ref: '#/channels/hall'}}\n"
                     f"    summary: What is sent at number {name} and why\n    security:\n"
                     f"      - $ref: '{scheme}'\n")
    if not refers:
        lines.append("components: {securitySchemes: {own: {type: scramSha512}}}\n")
    return "".join(lines)


SHARED = "schemes:\n  login:\n    type: scramSha512\n"


def many(options, folder):
    root = folder / "many"
    files = {f"d{at:04}.yaml": document(at, at < 500) for at in range(1000)}
    repository(root, {"shared.yaml": SHARED, **files})
    print(f"\nmany: {len(files)} files, {sum(map(len, files.values())) // 1000} KB")
    uri = lambda name: f"file://{root / name}"
    start = time.perf_counter()
    server = Server(options.binary, root, PUBLISHED)
    server.open(uri("d0000.yaml"), files["d0000.yaml"])
    at, _ = server.published(uri("d0000.yaml"))
    show("start to the first diagnostics", at - start, "", server)
    server.open(uri("shared.yaml"), SHARED)
    place = {"textDocument": {"uri": uri("shared.yaml")}, "position": {"line": 1, "character": 3},
             "context": {"includeDeclaration": True}}
    at, places = server.answer(server.request("textDocument/references", place))
    show("start to all references", at - start, f"{len(places)} places", server)
    seconds, _ = server.timed("textDocument/references", place)
    show("references again", seconds, "", server)
    print(f"  memory: {server.memory()}")
    server.ask("textDocument/hover", {"textDocument": {"uri": uri("shared.yaml")},
                                      "position": {"line": 1, "character": 3}})
    own, dependent = [], []
    for at in range(20):
        # The name is another one, and the same again.
        old, new = ("login", "lagin") if at % 2 == 0 else ("lagin", "login")
        before = time.perf_counter()
        server.change(uri("shared.yaml"), 1, 2, 7, new)
        is_own = lambda one: one["uri"] == uri("shared.yaml")
        # What becomes outdated is published in the order of its URI.
        seen = {}
        while len(seen) < 2:
            came, message = server.wait(lambda one: one.get("method") == "textDocument/publishDiagnostics")
            one = message["params"]
            if is_own(one) and one["version"] == server.versions[uri("shared.yaml")]:
                seen.setdefault("own", came)
            wrong = any(found["code"] == "security-ref-unresolved" for found in one["diagnostics"])
            if not is_own(one) and wrong == (new == "lagin"):
                seen.setdefault("dependent", came)
        own.append(seen["own"] - before)
        dependent.append(seen["dependent"] - before)
    for name, times in (("own diagnostics", own), ("those of a dependent", dependent)):
        times.sort()
        show(f"edit of the shared file: {name}", times[len(times) // 2], f"max {times[-1] * 1e3:.1f}")
    print(f"  cpu of an edit, with those of dependents: {server.spent() * 1e3 / 20:.0f} ms")
    seconds, places = server.timed("textDocument/references", place)
    show("references after an edit", seconds, f"{len(places)} places", server)
    seconds, edit = server.timed("textDocument/rename", {
        **place, "newName": "entry"})
    show("rename", seconds, f"{len(edit['documentChanges'])} files", server)
    for name in ("workspace symbols", "workspace symbols again"):
        seconds, found = server.timed("workspace/symbol", {"query": "login"})
        show(name, seconds, f"{len(found or [])}", server)
    print(f"  memory: {server.memory()}")
    server.end()
    server = Server(options.binary, root, PULLING)
    server.open(uri("d0000.yaml"), files["d0000.yaml"])
    seconds, found = report(server)
    show("start to all diagnostics, pulled", seconds, f"{len(found)} findings", server)
    number = server.request("workspace/diagnostic", {"previousResultIds": []})
    times = []
    while True:
        before = time.perf_counter()
        server.change(uri("d0000.yaml"), 1, 7, 7, "x")
        hover = server.request("textDocument/hover", {
            "textDocument": {"uri": uri("d0000.yaml")}, "position": {"line": 0, "character": 3}})
        at, message = server.wait(lambda one: one.get("id") in (number, hover) and "method" not in one)
        if message["id"] == number:
            break
        times.append(at - before)
    times.sort()
    if times:
        show("an edit with hover while all are reported", times[len(times) // 2],
             f"{len(times)} times, max {times[-1] * 1e3:.1f}")
    print(f"  memory: {server.memory()}")
    server.end()


# ---------------------------------------------------------------- features

def large(size):
    """A document as data: schemes, servers, and as many operations as fit."""
    scopes = {f"scope:{at}": f"What number {at} allows" for at in range(40)}
    schemes = {f"s{at}": {"type": "oauth2", "flows": {"clientCredentials": {
        "tokenUrl": "https://id.fair.test/token", "availableScopes": scopes}},
        "scopes": list(scopes)[:3]} for at in range(20)}
    operations, channels = {}, {}
    length = 40_000
    while length < size:
        name = len(operations)
        channels[f"c{name}"] = {"address": f"a/{name}", "servers": [{"$ref": "#/servers/main"}]}
        operations[f"o{name}"] = {
            "action": "send", "channel": {"$ref": f"#/channels/c{name}"},
            "summary": f"What is sent at number {name} and why",
            "security": [{"$ref": f"#/components/securitySchemes/s{name % 20}"},
                         {"$ref": f"#/components/securitySchemes/s{(name + 1) % 20}"}]}
        length += 400
    servers = {"main": {"host": "mq.fair.test", "protocol": "kafka-secure",
                        "security": [{"$ref": "#/components/securitySchemes/s0"}]}}
    return {"asyncapi": "3.0.0", "info": {"title": "large", "version": "1"}, "servers": servers,
            "channels": channels, "operations": operations,
            "components": {"securitySchemes": schemes}}


def as_yaml(value, indent=0):
    pad = " " * indent
    if isinstance(value, dict):
        for key, item in value.items():
            if isinstance(item, (dict, list)):
                yield f"{pad}{key}:\n"
                yield from as_yaml(item, indent + 2)
            else:
                yield f"{pad}{key}: {json.dumps(item)}\n"
    else:
        for item in value:
            if isinstance(item, str):
                yield f"{pad}- {item}\n"
                continue
            rows = list(as_yaml(item, indent + 2))
            yield f"{pad}- {rows[0].lstrip()}"
            yield from rows[1:]


def features(options, folder):
    for size in options.sizes:
        for name in ("yaml", "json"):
            data = large(int(size) * 1_000_000)
            text = "".join(as_yaml(data)) if name == "yaml" else json.dumps(data)
            print(f"\nfeatures: {name}, {len(text) / 1e6:.1f} MB")
            feature(options, text, name)


def feature(options, text, language):
    uri = f"file:///large.{language}"
    line = text.split("\n").index('  title: "large"') if language == "yaml" else 0
    column = text.index("large") if language == "json" else 10
    word = text.index("s19", text.index("securitySchemes", len(text) * 3 // 4))
    where = {"line": text.count("\n", 0, word), "character": word - text.rfind("\n", 0, word) - 1}
    lines = text.count("\n")
    whole = {"start": {"line": 0, "character": 0},
             "end": {"line": lines, "character": 0 if lines else len(text)}}
    shown = {"start": {"line": max(lines - 60, 0), "character": 0}, "end": whole["end"]}
    place = {"textDocument": {"uri": uri}, "position": where}
    alone = {"textDocument": {"uri": uri}}
    requests = [
        ("documentSymbol", alone), ("foldingRange", alone), ("documentLink", alone),
        ("codeLens", alone), ("semanticTokens/full", alone),
        ("semanticTokens/range", {**alone, "range": shown}),
        ("inlayHint", {**alone, "range": whole}), ("inlayHint", {**alone, "range": shown}),
        ("documentHighlight", place), ("definition", place), ("hover", place),
        ("references", {**place, "context": {"includeDeclaration": True}}),
        ("prepareRename", place), ("rename", {**place, "newName": "fresh"}),
        ("selectionRange", {**alone, "positions": [where]}),
        ("codeAction", {**alone, "range": {"start": where, "end": where},
                        "context": {"diagnostics": []}}),
        ("completion", place)]
    if options.only:
        requests = [one for one in requests if one[0] in options.only]
    for method, params in requests:
        # Each in a process of its own: nothing is known from another request.
        server = Server(options.binary, None, PUBLISHED)
        server.open(uri, text, language)
        server.published(uri)
        server.spent()
        full = f"textDocument/{method}"
        first, result = server.timed(full, params)
        cpu = server.spent()
        again, _ = server.timed(full, params)
        after = []
        for at in range(5):
            # An edit, its diagnostics, and then the request: what an edit costs by itself is
            # measured by `cargo bench --bench lsp`.
            server.change(uri, line, column, column + (at % 2), "x" * (1 - at % 2))
            server.published(uri)
            after.append(server.timed(full, params)[0])
        size = len(json.dumps(result))
        is_part = "range" in params and params["range"] is shown
        label = f"{method}{', end' if is_part else ''}"
        show(label, first, f"cpu {cpu * 1e3:6.0f}  again {again * 1e3:8.1f}  edited {sorted(after)[len(after) // 2] * 1e3:8.1f}  "
             f"answer {size // 1000} KB")
        server.end()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("parts", nargs="*", choices=["renames", "many", "features", []])
    parser.add_argument("--binary", default=str(HERE.parent / "target/release/asyncapi-security-lsp"))
    parser.add_argument("--sizes", nargs="*", default=["1", "10"], help="megabytes, for `features`")
    parser.add_argument("--only", nargs="*", help="requests, for `features`")
    options = parser.parse_args()
    if not os.path.exists(options.binary):
        sys.exit(f"{options.binary} is not there: cargo build --release")
    parts = {"renames": renames, "many": many, "features": features}
    with tempfile.TemporaryDirectory() as folder:
        for name in options.parts or parts:
            parts[name](options, pathlib.Path(folder).resolve())


if __name__ == "__main__":
    main()
