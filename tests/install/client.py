"""Whether what was installed works: on the command line and for an editor."""

import json
import os
import subprocess
import tempfile
from pathlib import Path

from shared import MISTAKE, NAME, VERSION, run, top


def finds(*command, env=None):
    """Whether what was installed is this version, finds a mistake, and answers an editor."""
    workspace = Path(tempfile.mkdtemp(dir=top))
    (workspace / "orders.yaml").write_text(MISTAKE)
    said = run(*command, "--version", cwd=workspace, env=env)
    assert said.strip() == f"{NAME} {VERSION}", said
    said = run(*command, "check", "--format", "concise", ".", cwd=workspace, env=env, code=1)
    assert "orders.yaml:3:56:" in said and "http-bearer-case" in said, said
    answers_an_editor([*command, "lsp", "--stdio"], env)


def answers_an_editor(command: list, env=None):
    """Whether a server finds the mistake and ends when it is told to."""
    server = subprocess.Popen(
        [str(word) for word in command], env=os.environ | (env or {}), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    open_document(server)
    while "textDocument/publishDiagnostics" != (said := answer(server)).get("method"):
        pass
    assert [one["code"] for one in said["params"]["diagnostics"]] == ["http-bearer-case"], said
    tell(server, id=2, method="shutdown")
    while answer(server).get("id") != 2:
        pass
    tell(server, method="exit")
    server.stdin.close()
    assert server.wait(timeout=60) == 0


def open_document(server: subprocess.Popen):
    document = {"uri": "file:///orders.yaml", "languageId": "yaml", "version": 1, "text": MISTAKE}
    tell(server, id=1, method="initialize", params={"capabilities": {}, "processId": None, "rootUri": None})
    assert answer(server)["result"]["serverInfo"] == {"name": NAME, "version": VERSION}
    tell(server, method="initialized", params={})
    tell(server, method="textDocument/didOpen", params={"textDocument": document})


def tell(server: subprocess.Popen, **message):
    text = json.dumps({"jsonrpc": "2.0", **message}).encode()
    server.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(text), text))
    server.stdin.flush()


def answer(server: subprocess.Popen) -> dict:
    """The next message of a server, which is waited for."""
    length = 0
    while line := server.stdout.readline().strip():
        if line.startswith(b"Content-Length:"):
            length = int(line.split(b":")[1])
    assert length > 0, "it has ended"
    return json.loads(server.stdout.read(length))
