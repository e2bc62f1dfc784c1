"""A client that speaks with a server over pipes and keeps what the server says, byte for byte.

It never sleeps: it sends, and reads until what it waits for has come.
"""

import json
import os
import re
import select
import subprocess

DEADLINE = 60  # seconds; what takes longer is a difference

_FORMATS = ["markdown", "plaintext"]
RICH = {
    "general": {"positionEncodings": ["utf-16"]},
    "textDocument": {
        "publishDiagnostics": {
            "codeDescriptionSupport": True,
            "relatedInformation": True,
            "tagSupport": {"valueSet": [1, 2]},
        },
        "completion": {"completionItem": {
            "snippetSupport": True,
            "documentationFormat": _FORMATS,
            "labelDetailsSupport": True,
            "preselectSupport": True,
            "deprecatedSupport": True,
            "tagSupport": {"valueSet": [1]},
            "insertTextModeSupport": {"valueSet": [1, 2]},
        }},
        "hover": {"contentFormat": _FORMATS},
        "codeAction": {
            "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix", "source"]}},
            "isPreferredSupport": True,
        },
    },
    "workspace": {"workspaceEdit": {"documentChanges": True, "resourceOperations": ["create"]}},
    "window": {"showDocument": {"support": True}},
}
UTF8 = {**RICH, "general": {"positionEncodings": ["utf-16", "utf-8"]}}
PULLING = {
    "textDocument": {**RICH["textDocument"], "diagnostic": {}},
    "workspace": {**RICH["workspace"], "diagnostics": {"refreshSupport": True}},
}
# Shows how far the server is: its diagnostics come after those of what was sent before.
SENTINEL = "file:///sentinel.yaml"


class Gone(Exception):
    """The server has closed its output, or says nothing for too long."""


def published(uri, version=None):
    """Matches the diagnostics of a document; `None` matches any version, and none."""
    def is_meant(message):
        params = message.get("params") or {}
        return (message.get("method") == "textDocument/publishDiagnostics"
                and params["uri"] == uri and version in (None, params.get("version")))
    return is_meant


def method(name):
    """Matches a notification or a request of the server."""
    return lambda message: message.get("method") == name


def answer(number):
    """Matches the answer to a request."""
    return lambda message: "method" not in message and message.get("id") == number


class Client:
    """A running server, and the records of what was said: (title, text) for each step."""

    def __init__(self, binary, name, workspace=None):
        self.name = name
        self.workspace = workspace
        self.records = []
        self._sent = []
        self._heard = []
        self._last_id = 0
        self._sentinel = 0
        self._result_ids = {}
        self._buffer = b""
        self._process = subprocess.Popen(
            [binary, "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def raw(self, data, title=None):
        """Sends bytes as they are."""
        self._sent.append(title or repr(data[:300]))
        try:
            self._process.stdin.write(data)
            self._process.stdin.flush()
        except BrokenPipeError as error:
            raise Gone("input is closed") from error

    def send(self, message):
        body = json.dumps(message, ensure_ascii=False).encode()
        title = json.dumps({key: value for key, value in message.items() if key != "jsonrpc"},
                           ensure_ascii=False)
        self.raw(b"Content-Length: %d\r\n\r\n" % len(body) + body, title)

    def notify(self, name, params):
        self.send({"jsonrpc": "2.0", "method": name, "params": params})

    def request(self, name, params=None):
        """Sends a request; returns what matches its answer."""
        self._last_id += 1
        message = {"jsonrpc": "2.0", "id": self._last_id, "method": name}
        if params is not None:
            message["params"] = params
        self.send(message)
        return answer(self._last_id)

    def reply(self, question, result):
        self.send({"jsonrpc": "2.0", "id": question["id"], "result": result})

    def read(self):
        """The next message as it came; what it is matched by is for the caller to parse."""
        while True:
            head, found, rest = self._buffer.partition(b"\r\n\r\n")
            if found:
                length = re.fullmatch(rb"Content-Length: (\d+)", head)
                if not length:
                    raise Gone(f"no header: {head[:100]}")
                length = int(length[1])
                if len(rest) >= length:
                    self._buffer = rest[length:]
                    return rest[:length].decode()
            ready, _, _ = select.select([self._process.stdout], [], [], DEADLINE)
            if not ready:
                raise Gone(f"nothing within {DEADLINE} s")
            more = os.read(self._process.stdout.fileno(), 1 << 20)
            if not more:
                raise Gone("output is closed")
            self._buffer += more

    def until(self, *matchers):
        """Reads until each of these has come and ends the step; returns them parsed."""
        found = self._read_until(matchers)
        self.end_step()
        return found

    def _read_until(self, matchers):
        left, found = list(enumerate(matchers)), [None] * len(matchers)
        while left:
            body = self.read()
            message = json.loads(body)
            if not published(SENTINEL)(message):
                self._heard.append(body)
            hit = next((one for one in left if one[1](message)), None)
            if hit:
                left.remove(hit)
                found[hit[0]] = message
        return found

    def ask(self, name, params=None):
        """A request and its answer, as one step; returns the result."""
        return self.until(self.request(name, params))[0].get("result")

    def quick(self, name, params):
        """A request and its answer as it came, without a step; nothing else may come before."""
        number = self._last_id + 1
        self.request(name, params)
        self._sent.clear()
        return self._plain(self.read().replace(f'"id":{number}', '"id":0'))

    def settle(self, rounds=1):
        """Ends the step when the server has said all that it says about what was sent. Where more
        than one document changes by it, the sentinel's diagnostics may come before theirs, and
        another round is needed."""
        for _ in range(rounds):
            self._sentinel += 1
            if self._sentinel == 1:
                self.open(SENTINEL, "asyncapi: 3.0.0\n")
            else:
                self.change(SENTINEL, self._sentinel, [])
            self._sent.pop()
            self._read_until([published(SENTINEL, self._sentinel)])
        self.end_step()

    def end_step(self, title=None):
        sent = [self._plain(f"> {line}") for line in self._sent]
        heard = [self._plain(f"< {body}") for body in self._heard]
        title = title or (self._sent[0] if self._sent else "nothing sent")
        number = len(self.records)
        self.records.append((self._plain(f"{self.name}/{number:04} {title[:60]}"),
                             "\n".join(sent + heard)))
        self._sent, self._heard = [], []

    def initialize(self, capabilities, options=None):
        root = f"file://{self.workspace}" if self.workspace else None
        result = self.ask("initialize", {"processId": None, "rootUri": root,
                                         "capabilities": capabilities,
                                         "initializationOptions": options})
        self.notify("initialized", {})
        return result

    def open(self, uri, text, version=1, language="yaml"):
        self.notify("textDocument/didOpen", {"textDocument": {
            "uri": uri, "languageId": language, "version": version, "text": text}})

    def change(self, uri, version, changes):
        self.notify("textDocument/didChange", {
            "textDocument": {"uri": uri, "version": version}, "contentChanges": changes})

    def close(self, uri):
        self.notify("textDocument/didClose", {"textDocument": {"uri": uri}})

    def finish(self, ask=True):
        """Ends the server; the rest of what it says and its exit code are the last record."""
        try:
            if ask:
                self.until(self.request("shutdown"))
                self.notify("exit", None)
            self._process.stdin.close()
            while True:
                self._heard.append(self.read())
        except Gone as gone:
            if str(gone) != "output is closed":
                self._process.kill()
                self._heard.append(f"({gone})")
        except BrokenPipeError:
            pass
        # The rest of the log is not held: its last lines may be lost at the end.
        log = self._process.stderr.read().decode(errors="replace")
        self._heard += [f"log: {line}" for line in log.splitlines() if "panic" in line]
        self._heard.append(f"exit code {self._process.wait()}")
        self.end_step("end")
        return self.records

    def _plain(self, text):
        """Takes out what may differ: the version, the folder and numbers of states."""
        text = re.sub(r'("asyncapi-security-lsp","version":"|asyncapi-security-lsp )\d+\.\d+\.\d+',
                      r"\1VERSION", text)
        if self.workspace:
            text = text.replace(str(self.workspace), "/WORKSPACE")
        numbered = lambda found: self._result_ids.setdefault(found[2], f"#{len(self._result_ids) + 1}")
        return re.sub(r'("(?:resultId|previousResultId)": ?")([^"#]+)(?=")',
                      lambda found: found[1] + numbered(found), text)
