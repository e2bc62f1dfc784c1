"""Sessions in which documents are written key by key, and torn apart and put together again."""

from client import RICH
from offsets import Places, read

URI = "file:///w/api.yaml"


def edit(start, end, text):
    ends = {name: {"line": line, "character": character}
            for name, (line, character) in (("start", start), ("end", end))}
    return {"range": ends, "text": text}


def place(uri, line, character):
    return {"textDocument": {"uri": uri}, "position": {"line": line, "character": character}}


def typing(documents, quick):
    """Yields sessions in which documents are written key by key and torn apart again."""
    for path in sorted((documents / "fixtures").iterdir()):
        language = "json" if path.suffix == ".json" else "yaml"
        yield f"typed {path.name}", lambda client, path=path, language=language: typed(
            client, read(path), language, 5 if quick else 1)
    for style in ("plain", "json", "minified", "four-blanks", "crlf"):
        paths = sorted(path for path in (documents / style).iterdir() if path.is_file())
        yield f"torn {style}", lambda client, paths=paths[::30 if quick else 3]: torn(client, paths)


def typed(client, text, language, step):
    """Key by key from nothing, then a line at the start, with a completion in between."""
    client.initialize(RICH)
    places = Places(text)
    client.open(URI, "", 0, language)
    client.settle()
    at, version = 0, 0
    while at < len(text):
        # Most editors send one key, and the end of a line with the blanks that follow.
        end = at + step
        while end < len(text) and text[end - 1] in "\r\n" and text[end] in "\r\n ":
            end += 1
        place_now = places.position(len(text[:at].encode()))
        ends = (place_now["line"], place_now["character"])
        version += 1
        client.change(URI, version, [edit(ends, ends, text[at:end])])
        client.settle()
        at = end
        if version % 10 == 0:
            after = places.position(len(text[:at].encode()))
            client.ask("textDocument/completion", place(URI, after["line"], after["character"]))
    for number, key in enumerate("# first\n" if language == "yaml" else "// first\n"):
        version += 1
        client.change(URI, version, [edit((0, number), (0, number), key)])
        client.settle()


def torn(client, paths):
    """Documents are taken apart and put together again at places that look like chance."""
    client.initialize(RICH, {"profile": "strict"})
    chance = 7
    for number, path in enumerate(paths):
        text, uri = read(path), f"file:///w/{path.name}"
        client.open(uri, text, 0, "json" if path.suffix == ".json" else "yaml")
        client.settle()
        taken = None
        for version in range(1, 25):
            chance = (chance * 1103515245 + 12345) % 2 ** 31
            if taken is None:
                start = (chance >> 8) % (len(text) + 1)
                end = min(len(text), start + (chance >> 4) % 23)
                taken, new = (start, text[start:end]), ("", "\n", ":", "  - ", "\"", "{", "# ")[version % 7]
            else:
                (start, new), end, taken = taken, start + len(new), None
            places = Places(text)
            ends = [places.position(len(text[:offset].encode())) for offset in (start, end)]
            client.change(uri, version, [{"range": {"start": ends[0], "end": ends[1]}, "text": new}])
            text = text[:start] + new + text[end:]
            client.settle()
        if number % 2 == 0:
            client.close(uri)
            client.settle()
