"""Recorded sessions: what a client may do, in the order in which it does it.

A session is a function of a client; its first paragraph of documentation is its reason. After each
step it waits for what the step brings about, so that the order of all messages is known.
"""

import pathlib
import shutil
import tempfile

from client import PULLING, RICH, UTF8, Client, method, published
from keys import URI, edit, place, typing

FRAGMENT = "file:///w/parts/schemes.yaml"
SCHEMES = "one:\n  type: http\n  scheme: basic\ntwo:\n  type: http\n  scheme: BEARER\n"
WRONG = "asyncapi: 3.0.0\na: b: c\n"
RULE = "server-without-security"
OPEN_SERVER = """asyncapi: 3.1.0
servers:
  broker:
    host: broker.example.org
    protocol: secure-mqtt
  other: {host: other.example.org, protocol: secure-mqtt, security: [{type: X509}]}
"""
MENDABLE = """asyncapi: 2.6.0
servers:
  \U0001d11e:
    url: h
    protocol: kafka
    security:
      - a: []
components:
  securitySchemes:
    a:
      type: http
      scheme: BEARER
      bearerFromat: JWT
"""
SETTINGS = "asyncapi-security.toml"


def actions(uri, line, character, only=None):
    at = {"line": line, "character": character}
    context = {"diagnostics": []} if only is None else {"diagnostics": [], "only": only}
    return {"textDocument": {"uri": uri}, "range": {"start": at, "end": at}, "context": context}


def referring(version):
    return (f"asyncapi: {version}\ncomponents:\n  securitySchemes:\n    one:\n"
            "      $ref: 'parts/schemes.yaml#/one'\n    two:\n      $ref: 'parts/schemes.yaml#/tow'\n")


def write(client, name, text):
    path = client.workspace / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return f"file://{path}"


def watched(client, uri):
    client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": uri, "type": 2}]})


def configure(client, settings):
    client.notify("workspace/didChangeConfiguration", {"settings": settings})


def lifecycle(client):
    client.ask("textDocument/hover", {})
    client.notify("textDocument/didOpen", {})
    client.ask("initialize", {"capabilities": 3})
    client.initialize({})
    client.ask("initialize", {"capabilities": {}})
    for name in ("test/unknown", "$/unknown", "textDocument/rename", "workspace/symbol", "textDocument/definition",
                 "textDocument/documentSymbol", "textDocument/diagnostic", "completionItem/resolve"):
        client.ask(name, {**place(URI, 0, 0), "newName": "a", "query": ""})
    for name in ("textDocument/didSave", "textDocument/willSave", "workspace/didChangeConfiguration",
                 "workspace/didChangeWatchedFiles", "workspace/didChangeWorkspaceFolders",
                 "$/cancelRequest", "$/progress", "test/unknown"):
        for params in ({"id": 77, "textDocument": {"uri": URI}}, []):
            client.notify(name, params)
            client.ask("test/fence")
    client.ask("shutdown")
    client.ask("textDocument/hover")
    client.ask("shutdown")
    client.notify("exit", None)


def end_of_input(client):
    client.initialize({})


def trace(client):
    client.ask("initialize", {"processId": None, "capabilities": RICH, "trace": "verbose"})
    client.notify("initialized", {})
    client.until(method("window/logMessage"))
    client.notify("$/setTrace", {"value": "off"})
    client.close("file:///w/never-opened.yaml")
    client.notify("$/setTrace", {"value": "messages"})
    client.close("file:///w/never-opened.yaml")
    client.open(URI, WRONG)
    client.until(published(URI, 1))
    client.until(client.request("shutdown"), method("window/logMessage"))
    client.notify("exit", None)


def positions(client):
    """Ends of lines, places outside of the text, edits that build on each other."""
    client.initialize(UTF8 if client.name.endswith("8") else RICH)
    client.open(URI, "asyncapi: 3.0.0\n'\U0001d11e\U0001d11e': b: c\n\r#\r\r\n# x\u2028\x0b\ne: f: g", 7)
    client.until(published(URI, 7))
    steps = [
        [], [edit((1, 3), (1, 5), "\U0001d11e'")], [edit((1, 2), (1, 2), "x")],
        [edit((0, 999), (0, 9999), "\n#")], [edit((99, 9), (999, 0), "a: b: c\n")],
        [edit((2, 0), (1, 0), "")], [{"text": WRONG}],
        [edit((0, 15), (0, 15), "\n#"), {"text": WRONG}, edit((0, 0), (0, 0), "# x\r\n# y\r"),
         edit((1, 0), (2, 0), "")],
    ]
    for version, changes in enumerate(steps, 8):
        client.change(URI, version, changes)
        client.until(published(URI, version))
    client.change(URI, None, [edit((0, 0), (0, 0), "#\n")])
    client.until(published(URI))
    client.change("file:///w/other.yaml", 2, [])
    client.close("file:///w/other.yaml")
    client.ask("textDocument/hover", place("file:///w/other.yaml", 0, 0))
    client.ask("textDocument/codeAction", actions("file:///w/other.yaml", 0, 0))
    client.open(URI, "{\"asyncapi\": \"3.0.0\",}", 1, "json")
    client.until(published(URI, 1))
    client.close(URI)
    client.until(published(URI))
    client.change(URI, 2, [])
    client.settle()


def languages(client):
    """What is looked at, by language, name and text."""
    client.initialize(RICH)
    names = [("yaml", "a.txt"), ("jsonc", "b.yaml"), ("YAML.asyncapi", "c"), ("asyncapi", "d.JSON"),
             ("asyncapi", "e"), ("", "f"), ("helm", "g.yml"), ("rust", "h.rs"), ("markdown", "yaml/readme")]
    for language, name in names:
        for text in (WRONG, "{\"asyncapi\": \"3.0.0\",}", "a: b: c\n", ""):
            uri = f"file:///w/{name}"
            client.open(uri, text, 1, language)
            client.settle()
            client.change(uri, 2, [edit((0, 0), (0, 0), "asyncapi: 2.6.0\n")])
            client.settle()
            client.change(uri, 3, [edit((0, 0), (1, 0), "")])
            client.settle()
            client.close(uri)
            client.settle()


def limits(client):
    """More findings than are shown, and a document without end."""
    client.initialize(RICH)
    client.open(URI, "asyncapi: 3.0.0\n" + "a: b: c\n" * 1_500)
    client.until(published(URI, 1))
    client.change(URI, 2, [edit((0, 0), (0, 0), "# first\n")])
    client.until(published(URI, 2))
    client.change(URI, 3, [{"text": "asyncapi: 3.0.0\nx: " + "[" * 10_000}])
    client.until(published(URI, 3))
    client.change(URI, 4, [{"text": '{"asyncapi": "3.0.0", "x": ' + '{"a":' * 10_000}])
    client.until(published(URI, 4))


def fragments(client):
    """A fragment has the version of what refers to it, whichever comes first."""
    client.initialize(RICH)
    client.open(FRAGMENT, SCHEMES)
    client.until(published(FRAGMENT, 1))
    for number, version in enumerate((None, "2.0.0", "2.6.0", "3.0.0", "2.0.0")):
        if number == 1:
            client.open(URI, referring(version))
        elif number > 1:
            client.change(URI, number, [{"text": referring(version)}])
        client.settle(rounds=2)
        client.ask("textDocument/completion", place(FRAGMENT, 1, 8))
        client.ask("textDocument/hover", place(FRAGMENT, 1, 3))
        client.ask("textDocument/completion", place(URI, 4, 32))
        client.ask("textDocument/codeAction", actions(URI, 6, 14))
        client.ask("textDocument/codeAction", actions(FRAGMENT, 5, 12))
    client.close(URI)
    client.settle(rounds=2)
    client.close(FRAGMENT)
    client.settle(rounds=2)
    second = "file:///w/second.yaml"
    for uri, text in ((URI, referring("2.0.0")), (second, referring("3.1.0")), (FRAGMENT, SCHEMES)):
        client.open(uri, text)
        client.settle(rounds=2)
    for uri in (FRAGMENT, URI, second):
        client.change(uri, 2, [edit((0, 0), (0, 0), "# first\n")])
        client.settle(rounds=2)
        client.close(uri)
        client.settle(rounds=2)


def settings_file(client):
    """The file on the disk, in the editor, nearer ones, wrong ones, none."""
    document = write(client, "a/api.yaml", OPEN_SERVER)
    file = write(client, SETTINGS, f"[rules]\n{RULE} = \"error\"\n")
    client.initialize(RICH)
    client.open(document, OPEN_SERVER)
    client.until(published(document, 1))
    texts = [f"[rules]\n{RULE} = \"off\"\n", "[rules]\nserver-security-emty = \"off\"\n", "profil = 1\n[rules\n",
             "profile = \"strict\"\n[rules]\nservers = 1\n", f"[[overrides]]\nfiles = [\"a/*\"]\nrules.{RULE} = \"hint\"\n"]
    for text in texts:
        write(client, SETTINGS, text)
        watched(client, file)
        client.settle(rounds=2)
    write(client, SETTINGS, f"[rules]\n{RULE} = \"hint\"\n")
    client.notify("textDocument/didSave", {"textDocument": {"uri": document}})
    client.settle(rounds=2)
    client.open(file, texts[1], 7, "toml")
    client.settle(rounds=2)
    client.ask("textDocument/hover", place(file, 1, 3))
    client.ask("textDocument/completion", place(file, 1, 3))
    client.change(file, 8, [edit((1, 18), (1, 18), "p")])
    client.settle(rounds=2)
    near = write(client, f"a/{SETTINGS}", "")
    watched(client, near)
    client.settle(rounds=2)
    client.close(file)
    client.settle(rounds=2)
    client.close(document)
    client.settle(rounds=2)


def configuration(client):
    """The client's word counts more than the file's."""
    document = write(client, "api.yaml", OPEN_SERVER)
    write(client, SETTINGS, f"[rules]\n{RULE} = \"error\"\n")
    client.initialize(RICH, {"rules": {RULE: "hint"}})
    client.open(document, OPEN_SERVER)
    client.until(published(document, 1))
    for section in ({"rules": {RULE: "warning"}}, {"overrides": [{"files": ["api.yaml"], "rules": {RULE: "off"}}]},
                    {"profile": "strict"}, None, {}):
        configure(client, {"asyncapiSecurity": section})
        client.settle(rounds=2)
    configure(client, {"asyncapiSecurity": {"profil": "strict", "rules": {RULE: "error"}}})
    client.until(method("window/logMessage"), published(document))
    folder = {"uri": f"file://{client.workspace}", "name": "w"}
    for event in ({"added": [], "removed": [folder]}, {"added": [folder], "removed": []}):
        client.notify("workspace/didChangeWorkspaceFolders", {"event": event})
        client.settle(rounds=2)


def asked(client):
    """A client that is asked for its configuration and registers what it is asked for."""
    document = write(client, "api.yaml", OPEN_SERVER)
    able = {"dynamicRegistration": True}
    client.initialize({**RICH, "workspace": {
        "configuration": True, "didChangeConfiguration": able, "didChangeWatchedFiles": able}})
    question, wish = client.until(method("client/registerCapability"), method("workspace/configuration"))
    client.reply(question, None)
    client.reply(wish, [{"rules": {RULE: "hint"}}])
    client.ask("test/fence")
    client.open(document, OPEN_SERVER)
    client.until(published(document, 1))
    for level in ("error", "off", "no-level"):
        configure(client, None)
        wish, = client.until(method("workspace/configuration"))
        client.reply(wish, [{"rules": {RULE: level}}])
        told = [method("window/logMessage")] if level == "no-level" else []
        client.until(published(document), *told)


def pulling(client):
    """Diagnostics on request, and the word that they are others now."""
    document = write(client, "api.yaml", OPEN_SERVER)
    client.initialize(PULLING)
    previous = None

    def pull(uri, before=None):
        params = {"textDocument": {"uri": uri}}
        report = client.ask("textDocument/diagnostic", {**params, "previousResultId": before} if before else params)
        return report.get("resultId")

    pull(document)
    for version, text in enumerate((OPEN_SERVER, WRONG, "a: b: c\n", OPEN_SERVER), 1):
        if version == 1:
            client.open(document, text)
        else:
            client.change(document, version, [{"text": text}])
        previous = pull(document, previous)
        previous = pull(document, previous)
    client.open(FRAGMENT, SCHEMES)
    before = pull(FRAGMENT)
    client.open(URI, referring("2.0.0"))
    question, = client.until(method("workspace/diagnostic/refresh"))
    client.reply(question, None)
    pull(FRAGMENT, before)
    file = write(client, SETTINGS, "")
    client.open(file, f"profil = \"strict\"\n[rules]\n{RULE} = \"off\"\n", 1, "toml")
    question, = client.until(method("workspace/diagnostic/refresh"))
    client.reply(question, None)
    pull(document, previous)
    pull(file)
    client.close(document)
    pull(document)


def mending(client):
    """Actions of all kinds, the page of a rule, commands that are none."""
    client.initialize({} if client.name.endswith("bare") else RICH)
    client.open(URI, MENDABLE, 7)
    client.until(published(URI, 7))
    for only in (None, [], ["quickfix"], ["source"], ["source.fixAll"], ["source.fixAll.asyncapiSecurity"],
                 ["source.fix"], ["refactor"], ["quickfix", "source.fixAll"]):
        for line in (0, 11, 12):
            client.ask("textDocument/codeAction", actions(URI, line, 16, only))
    opener = {"command": "asyncapi-security.openRule", "arguments": ["http-bearer-case"]}
    for command in ({**opener, "arguments": ["no-rule"]}, {"command": "no-command"}, {**opener, "arguments": []}):
        client.ask("workspace/executeCommand", command)
    everything, = client.until(client.request("textDocument/codeAction", actions(URI, 11, 16, ["quickfix"])))
    commands = [action["command"] for action in everything["result"] if isinstance(action.get("command"), dict)]
    for command in commands:
        shown, _ = client.until(method("window/showDocument"), client.request(
            "workspace/executeCommand", {key: command[key] for key in ("command", "arguments")}))
        client.reply(shown, {"success": True})
    client.ask("test/fence")


def turning_off(client):
    """A rule is turned off in the settings file, which is not there, on the disk or in the editor."""
    document = write(client, "a/api.yaml", OPEN_SERVER)
    client.initialize(RICH)
    client.open(document, OPEN_SERVER)
    client.until(published(document, 1))
    ask = lambda uri: client.ask("textDocument/codeAction", actions(uri, 5, 8))
    ask(document)
    file = write(client, SETTINGS, f"[rules]\n{RULE} = \"hint\"\n")
    ask(document)
    for version, text in enumerate(("[rules]\nurls = \"on\"\n", "[rules\n", "rules = {}\n", "[other]\r\na = 1\r\n")):
        client.open(file, text, version, "toml")
        client.settle(rounds=2)
        ask(document)
    configure(client, {"asyncapiSecurity": {"rules": {RULE: "hint"}}})
    client.settle(rounds=2)
    ask(document)
    client.open("file:///elsewhere/api.yaml", OPEN_SERVER)
    client.settle(rounds=2)
    ask("file:///elsewhere/api.yaml")


def malformed(client):
    """What is no message costs no other message."""
    client.initialize({})
    framed = lambda body: b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
    body = b'{"jsonrpc":"2.0","id":"x","method":"test/x"}'
    bodies = [b"", b"{", b"hello", b'{"jsonrpc":"2.0","method":"test/x",}', b'{"method":"\xff\xfe"}', b"[]", b"3",
              b"null", b"{}", b'[{"jsonrpc":"2.0","id":1,"method":"shutdown"}]', b'{"jsonrpc":"2.0","method":7}',
              b'{"jsonrpc":"2.0","method":"test/x","id":{}}', b'{"jsonrpc":"1.0","method":"test/x"}',
              b'{"jsonrpc":"2.0","id":99,"result":null}', b'{"jsonrpc":"2.0","error":"broken"}', b"\xef\xbb\xbf{}"]
    for data in [framed(one) for one in bodies] + [
            b"hello\r\n\r\n", b'{"jsonrpc":"2.0","method":"test/without-header"}', b"Content-Length: ten\r\n\r\n",
            b"Content-Length: -10\r\n\r\n{}", b"Content-Length 2\r\n\r\n{}", b"\x01\x02\x03\r\n",
            b"Content-Length: 99999999999999999999999999\r\n\r\n{}", b"Content-Length: 4000000000\r\n\r\n{}",
            b"content-length:%d\n\n%s" % (len(body), body), b"\r\n\r\n" + framed(body),
            b"Content-Type: x\r\n" + framed(body), b"Content-Length: %d\r\n\r\n%s" % (len(body) - 1, body),
            b"Content-Length: %d\r\n\r\n%s" % (len(body) + 10, body)]:
        client.raw(data)
        client.ask("test/next")
    for params in (3, [], {"textDocument": 1}, "x"):
        client.ask("textDocument/hover", params)
    client.open(URI, WRONG)
    client.until(published(URI, 1))
    client.notify("textDocument/didOpen", {"textDocument": {"uri": "no uri"}})
    client.notify("textDocument/didChange", 1)
    client.notify("textDocument/didChange", {"textDocument": {"uri": URI, "version": 2}, "contentChanges": 3})
    client.ask("test/fence")
    client.change(URI, 3, [edit((0, 0), (0, 0), "#\n")])
    client.settle()
    client.change(URI, 4, [{"text": WRONG}])
    client.settle()


SESSIONS = [lifecycle, end_of_input, trace, positions, languages, limits, fragments, settings_file,
            configuration, asked, pulling, mending, turning_off, malformed]
AGAIN = [("positions utf-8", positions), ("mending bare", mending)]


def dump(binary, documents, corpus, quick):
    """Yields (name, records)."""
    named = [(session.__name__, session) for session in SESSIONS] + AGAIN
    for name, session in [*named, *typing(documents, quick)]:
        workspace = pathlib.Path(tempfile.mkdtemp(prefix="hold-")).resolve()
        client = Client(binary, name, workspace)
        try:
            session(client)
        except Exception as error:  # whatever the server says, the others are dumped
            client.end_step(f"broke off: {error!r}")
        yield name.replace(" ", "-"), client.finish(ask=session not in (lifecycle, end_of_input, trace))
        shutil.rmtree(workspace)
