"""What the server says about documents: diagnostics, and at offsets what it completes, shows and
mends."""

import bisect

from client import RICH, UTF8, Client

STEP = 7  # bytes


class Places:
    """Positions of the protocol for byte offsets of a text."""

    def __init__(self, text, is_utf8=False):
        self.data = text.encode()
        self.is_utf8 = is_utf8
        self.starts = [0]
        at = 0
        while at < len(self.data):
            if self.data[at:at + 2] == b"\r\n":
                at += 1
            at += 1
            if self.data[at - 1:at] in (b"\n", b"\r"):
                self.starts.append(at)

    def position(self, offset):
        while 0 < offset < len(self.data) and self.data[offset] & 0xC0 == 0x80:
            offset -= 1
        line = bisect.bisect_right(self.starts, offset) - 1
        before = self.data[self.starts[line]:offset]
        if not self.is_utf8:
            before = before.decode().encode("utf-16-le")
        return {"line": line, "character": len(before) // (1 if self.is_utf8 else 2)}


def sweep(client, name, text, offsets, is_utf8=False):
    """Opens a document and asks for everything at these byte offsets."""
    ending = name.rsplit(".", 1)[-1]
    language = "json" if ending == "json" else "yaml"
    uri = f"file:///w/{name}"
    document = {"uri": uri}
    client.open(uri, text, 1, language)
    client.settle()
    _, said = client.records.pop()
    said = "\n".join(line for line in said.splitlines() if line.startswith("<"))
    client.records.append((f"{name} opened", said))
    places = Places(text, is_utf8)
    whole = {"start": places.position(0), "end": places.position(len(places.data))}
    params = {"textDocument": document, "range": whole, "context": {"diagnostics": []}}
    client.records.append((f"{name} actions", client.quick("textDocument/codeAction", params)))
    for offset in offsets:
        place = places.position(offset)
        at = {"textDocument": document, "position": place}
        near = {**params, "range": {"start": place, "end": place}}
        client.records.append((f"{name} at {offset} ({place['line']}:{place['character']})", "\n".join([
            client.quick("textDocument/completion", at),
            client.quick("textDocument/hover", at),
            client.quick("textDocument/codeAction", near),
        ])))
    client.close(uri)
    client.settle()
    client.records.pop()


def sweeps(binary, name, documents, capabilities=RICH, options=None):
    """Records about many documents, each (name, text, offsets), from one server."""
    client = Client(binary, name)
    try:
        client.initialize(capabilities, options)
        for document in documents:
            sweep(client, *document, is_utf8=capabilities is UTF8)
    except Exception as error:  # whatever the server says, the others are dumped
        client.end_step(f"broke off: {error!r}")
    return client.finish()


def read(path):
    return path.read_bytes().decode(errors="replace")


def every_seventh(folder, paths):
    for path in paths:
        text = read(path)
        yield str(path.relative_to(folder)), text, range(0, len(text.encode()) + 1, STEP)


def dump(binary, documents, corpus, quick):
    """Yields (name, records)."""
    all_rules = {"profile": "strict"}
    fixtures = sorted((documents / "fixtures").iterdir())
    examples = {style: sorted((documents / style).glob("*.*")) for style in ("plain", "json")}
    for name, capabilities in (("rich", RICH), ("bare", {}), ("utf-8", UTF8)):
        options = all_rules if name == "rich" else None
        yield f"fixtures-{name}", sweeps(
            binary, name, every_seventh(documents, fixtures), capabilities, options)
    for style, paths in examples.items():
        paths = paths[::30] if quick else paths
        yield f"examples-{style}", sweeps(
            binary, style, every_seventh(documents, paths), RICH, all_rules)
    for style in ("plain", "json", "minified", "flow", "one-line", "four-blanks", "crlf"):
        # Someone types: asked for is what may come at the end.
        paths = sorted((documents / style / "cut").glob("*-0.??.*"))[::41 if quick else 1]
        typed = ((f"{style}/{path.name}", text, [len(text.encode())])
                 for path in paths for text in [read(path)])
        yield f"typed-{style}", sweeps(binary, style, typed, RICH, all_rules)
        paths = [path for path in sorted((documents / style).iterdir()) if path.is_file()]
        whole = ((f"{style}/{path.name}", read(path), []) for path in paths[::10 if quick else 1])
        yield f"actions-{style}", sweeps(binary, style, whole, RICH, all_rules)
    if corpus:
        yield "corpus", sweeps(binary, "corpus", real(corpus, 100 if quick else 7), RICH, all_rules)


def real(corpus, step):
    """Some real documents, each at a dozen offsets."""
    paths = sorted(path for path in corpus.rglob("*") if path.suffix in (".yaml", ".yml", ".json"))
    for path in paths[::step]:
        text = read(path)
        length = len(text.encode())
        if length < 200_000:
            name = f"corpus/{path.relative_to(corpus)}".replace(" ", "%20")
            yield name, text, range(0, length + 1, length // 12 + 1)
