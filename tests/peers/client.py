"""A client of a language server, over its standard input and output or a socket.

A thread reads, and notes when each message had come; nothing is decoded in measured time.
"""

import collections
import json
import os
import socket
import subprocess
import threading
import time

DEADLINE = 60  # seconds

_MARKUP = ["markdown", "plaintext"]
# An editor that can do everything that is asked for below.
CAPABILITIES = {
    "general": {"positionEncodings": ["utf-16"]},
    "workspace": {
        "configuration": True,
        "workspaceFolders": True,
        "applyEdit": True,
        "didChangeConfiguration": {"dynamicRegistration": True},
        "didChangeWatchedFiles": {"dynamicRegistration": True},
        "workspaceEdit": {"documentChanges": True, "resourceOperations": ["create", "rename", "delete"]},
        "symbol": {},
    },
    "window": {"workDoneProgress": True},
    "textDocument": {
        "synchronization": {"didSave": True},
        "publishDiagnostics": {"versionSupport": True, "relatedInformation": True,
                               "codeDescriptionSupport": True, "dataSupport": True,
                               "tagSupport": {"valueSet": [1, 2]}},
        "completion": {"contextSupport": True, "completionItem": {
            "snippetSupport": True, "insertReplaceSupport": True, "documentationFormat": _MARKUP}},
        "hover": {"contentFormat": _MARKUP},
        "definition": {"linkSupport": True},
        "references": {},
        "documentHighlight": {},
        "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
        "documentLink": {"tooltipSupport": True},
        "codeAction": {"dataSupport": True, "isPreferredSupport": True, "disabledSupport": True,
                       "resolveSupport": {"properties": ["edit"]},
                       "codeActionLiteralSupport": {"codeActionKind": {
                           "valueSet": ["quickfix", "refactor", "source"]}}},
        "codeLens": {},
        "rename": {"prepareSupport": True},
        "foldingRange": {},
        "selectionRange": {},
        "inlayHint": {},
        "semanticTokens": {"requests": {"full": True}, "formats": ["relative"],
                           "tokenTypes": ["class", "enum", "enumMember", "property", "type"],
                           "tokenModifiers": ["declaration"]},
    },
}


class Gone(Exception):
    """The server has ended."""


class Client:
    """A running server."""

    def __init__(self, server, folder):
        self.server, self.folder = server, folder
        self.registered = []
        self._answers, self._said = {}, collections.defaultdict(list)
        self._next, self._closed = 0, False
        self._event = threading.Condition()
        self._log = open(folder + ".log", "w")

    def start(self):
        """Starts the server; returns the milliseconds until it has answered `initialize`."""
        listener = socket.create_server(("127.0.0.1", 0)) if self.server.get("socket") else None
        command = list(self.server["command"])
        if listener:
            command += ["--port", str(listener.getsockname()[1])]
        begin = time.perf_counter()
        self._process = subprocess.Popen(
            command, cwd=self.folder, stdin=subprocess.PIPE, stderr=self._log,
            stdout=self._log if listener else subprocess.PIPE)
        if listener:
            listener.settimeout(DEADLINE)
            connection = listener.accept()[0]
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
            self._connection = connection
            self._in = self._out = connection.fileno()
        else:
            self._in, self._out = self._process.stdin.fileno(), self._process.stdout.fileno()
        threading.Thread(target=self._read, daemon=True).start()
        uri = "file://" + self.folder
        result, _, _ = self.ask("initialize", {
            "processId": os.getpid(), "rootUri": uri, "rootPath": self.folder,
            "workspaceFolders": [{"uri": uri, "name": "shop"}],
            "capabilities": CAPABILITIES,
            "initializationOptions": self.server.get("options"),
            **self.server.get("initialize", {}),
        })
        took = (time.perf_counter() - begin) * 1000
        self.capabilities = result["capabilities"]
        self.tell("initialized", {})
        if "settings" in self.server:
            self.tell("workspace/didChangeConfiguration", {"settings": self.server["settings"]})
        return took

    def stop(self):
        """Ends the server, by force if it does not go."""
        try:
            self.ask("shutdown", None, 5)
            self.tell("exit", None)
            self._process.wait(5)
        except (Gone, TimeoutError, OSError, subprocess.TimeoutExpired):
            self._process.kill()
            self._process.wait()
        if self.server.get("socket"):
            self._connection.close()
        self._log.close()

    def syncs_parts(self):
        """Whether the server takes changes of a part of the text."""
        sync = self.capabilities.get("textDocumentSync", 0)
        return (sync if isinstance(sync, int) else sync.get("change", 0)) == 2

    def tell(self, method, params):
        """Sends a notification; returns when."""
        return self._send({"jsonrpc": "2.0", "method": method, **({} if params is None else {"params": params})})

    def ask(self, method, params, deadline=DEADLINE):
        """Sends a request; returns the result, the error and the milliseconds."""
        self._next += 1
        number = self._next
        sent = self._send({"jsonrpc": "2.0", "id": number, "method": method,
                           **({} if params is None else {"params": params})})
        with self._event:
            self._wait(lambda: number in self._answers, deadline)
            message, at = self._answers.pop(number)
        return message.get("result"), message.get("error"), (at - sent) * 1000

    def published(self, uri):
        """How often diagnostics were published for a document."""
        with self._event:
            return len(self._said[uri])

    def diagnostics(self, uri, since, fits, deadline=DEADLINE):
        """The first diagnostics after number `since` that fit, and when they had come."""
        with self._event:
            self._wait(lambda: any(fits(*said[:2]) for said in self._said[uri][since:]), deadline)
            return next((found, at) for found, version, at in self._said[uri][since:] if fits(found, version))

    def settled(self, uri, since, quiet, deadline):
        """The last diagnostics of a document: of those after number `since`, when none came for
        `quiet` seconds more. None if there are none at all.
        """
        with self._event:
            self._event.wait_for(lambda: len(self._said[uri]) > since or self._closed, deadline)
        count = -1
        while count != self.published(uri):
            count = self.published(uri)
            with self._event:
                self._event.wait_for(lambda: len(self._said[uri]) != count or self._closed, quiet)
        with self._event:
            return self._said[uri][-1][0] if self._said[uri] else None

    def _wait(self, what, deadline):
        if not self._event.wait_for(lambda: what() or self._closed, deadline):
            raise TimeoutError
        if not what():
            raise Gone(self.server["name"])

    def _send(self, message):
        body = json.dumps(message).encode()
        data = memoryview(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        now = time.perf_counter()
        while data:
            data = data[os.write(self._in, data):]
        return now

    def _read(self):
        buffer = b""
        while True:
            try:
                more = os.read(self._out, 1 << 20)
            except OSError:
                more = b""
            if not more:
                break
            at = time.perf_counter()
            if self.server.get("socket"):
                # A server that writes head and body apart would wait 40 ms for our acknowledgement.
                self._connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
            buffer += more
            while (message := _first(buffer)) is not None:
                body, buffer = message
                self._take(json.loads(body), at)
        with self._event:
            self._closed = True
            self._event.notify_all()

    def _take(self, message, at):
        method = message.get("method")
        if method and "id" in message:
            try:
                self._send({"jsonrpc": "2.0", "id": message["id"], "result": self._reply(method, message.get("params"))})
            except OSError:
                return  # it has ended meanwhile
        with self._event:
            if method is None:
                self._answers[message["id"]] = (message, at)
            elif method == "textDocument/publishDiagnostics":
                params = message["params"]
                self._said[params["uri"]].append((params["diagnostics"], params.get("version"), at))
            self._event.notify_all()

    def _reply(self, method, params):
        if method == "workspace/configuration":
            settings = self.server.get("settings", {})
            return [settings.get(item.get("section")) for item in params["items"]]
        if method == "workspace/workspaceFolders":
            return [{"uri": "file://" + self.folder, "name": "shop"}]
        if method == "client/registerCapability":
            self.registered += [one["method"] for one in params["registrations"]]
        return None


def _first(buffer):
    """The first message of what has come, and the rest; None if it has not come whole."""
    head, found, rest = buffer.partition(b"\r\n\r\n")
    if not found:
        return None
    length = next(int(line.split(b":")[1]) for line in head.split(b"\r\n")
                  if line.lower().startswith(b"content-length"))
    return (rest[:length], rest[length:]) if len(rest) >= length else None
