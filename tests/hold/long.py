#!/usr/bin/env python3
"""Long runs against a built binary: what a server says must not depend on how it got there.

    long.py differential BINARY DOCUMENTS [--sequences 5500] [--seed N]
    long.py edits BINARY DOCUMENTS [--edits 1000000] [--seed N]

`differential`: random edits of random documents, the diagnostics of a long-lived server against
those of a fresh server that opens the result, and against `check` of it as a file; with positions in
units of UTF-8 and of UTF-16, and with each kind of line break. `edits`: many edits in one server, with
its memory after each twentieth of them. DOCUMENTS is a folder with documents: as `cargo run
--example hold_documents` writes it, or any other. The exit code is 1 if anything differs.
"""

import os
import argparse
import collections
import json
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from client import RICH, Client

ENCODINGS = ("utf-8", "utf-16")
BREAKS = (b"\n", b"\r\n", b"\r")
TYPED = [b"a", b" ", b"\n", b"\n  ", b": ", b"- ", b"{", b"}", b"[", b"]", b",", b'"', b"'", b"#",
         b"type: oauth2\n", b"security:\n  - k: []\n", b"$ref: '#/components/securitySchemes/k'",
         b"&a ", b"*a", b"<<: *a\n", b"\t", b"\r\n", "ä𝄞".encode(), "🔑".encode(), "👩‍💻: ".encode()]


def documents(folder):
    """Documents of up to 20 KB, in an order that is the same each time."""
    paths = sorted(path for path in Path(folder).rglob("*") if path.is_file()
                   and path.suffix in (".yaml", ".yml", ".json", ".jsonc"))
    return [path for path in paths if path.stat().st_size <= 20_000]


def units(piece, encoding):
    """How long a piece of a line is, as the client counts."""
    return len(piece) if encoding == "utf-8" else len(piece.decode().encode("utf-16-le")) // 2


def place(text, offset, encoding):
    """The position of an offset, with the line breaks of the protocol."""
    line, start = 0, 0
    for found in re.finditer(rb"\r\n|\n|\r", text):
        if found.end() > offset:
            break
        line, start = line + 1, found.end()
    return {"line": line, "character": units(text[start:offset], encoding)}


def offset_of(text, position, encoding):
    starts = [0] + [found.end() for found in re.finditer(rb"\r\n|\n|\r", text)]
    start, character = starts[position["line"]], position["character"]
    if encoding == "utf-8":
        return start + character
    rest = text[start:].decode().encode("utf-16-le")[:2 * character]
    return start + len(rest.decode("utf-16-le").encode())


def with_breaks(text, line_break):
    return re.sub(rb"\r\n|\n|\r", lambda _: line_break, text)


def cut(dice, text):
    """An offset between two characters, and not inside of a line break."""
    while True:
        at = dice.randint(0, len(text))
        inside = at < len(text) and (text[at] & 0xC0 == 0x80 or text[at - 1:at + 1] == b"\r\n")
        if not inside:
            return at


def random_edit(dice, text, others, encoding):
    """A change as the protocol sends it, and the text after it."""
    start = cut(dice, text)
    end = start
    if dice.random() < 0.5:
        end = min(cut(dice, text), start + dice.choice([1, 5, 40, 400]))
        while end > start and end < len(text) and (
                text[end] & 0xC0 == 0x80 or text[end - 1:end + 1] == b"\r\n"):
            end -= 1
    start, end = min(start, end), max(start, end)
    if dice.random() < 0.2:
        other = dice.choice(others)
        a = cut(dice, other)
        new = other[a:a + dice.choice([10, 100, 400])].decode(errors="ignore").encode()
    else:
        new = dice.choice(TYPED) if dice.random() < 0.7 else b""
    after = text[:start] + new + text[end:]
    change = {"range": {"start": place(text, start, encoding), "end": place(text, end, encoding)},
              "text": new.decode()}
    return change, after


def language(path):
    return "yaml" if path.suffix in (".yaml", ".yml") else path.suffix[1:]


def settled(server, uri, known):
    """The diagnostics of a document when the server has said everything: the last that it
    published, or what was known; a document that is not ours gets none."""
    server.settle()
    for line in server.records[-1][1].split("\n"):
        if line.startswith("< {") and '"textDocument/publishDiagnostics"' in line:
            params = json.loads(line[2:])["params"]
            if params["uri"] == uri:
                known = params["diagnostics"]
    server.records.clear()
    return known


def found_by(server, uri, path, text):
    server.open(uri, text.decode(), 1, language(path))
    return settled(server, uri, [])


def short(diagnostics, text, encoding):
    """What `check` says, too: rule, words and offsets."""
    return sorted((one["code"], one["message"], offset_of(text, one["range"]["start"], encoding),
                   offset_of(text, one["range"]["end"], encoding)) for one in diagnostics)


def start(binary, encoding):
    server = Client(binary, "long")
    server.initialize({**RICH, "general": {"positionEncodings": [encoding]}})
    return server


def differential(binary, folder, count, seed):
    dice = random.Random(seed)
    paths = documents(folder)
    texts = {}
    read = lambda path: texts.setdefault(path, path.read_bytes())
    servers = {encoding: start(binary, encoding) for encoding in ENCODINGS}
    problems, expected, tried = [], {}, collections.Counter()
    with tempfile.TemporaryDirectory() as place_of_files:
        for number in range(count):
            encoding, line_break = ENCODINGS[number % 2], BREAKS[number // 2 % 3]
            old = servers[encoding]
            path = dice.choice(paths)
            text = with_breaks(read(path), line_break)
            others = [read(dice.choice(paths)) for _ in range(3)]
            uri = f"file:///long/{number}{path.suffix}"
            edited, version = found_by(old, uri, path, text), 1
            for _ in range(dice.randint(1, 8)):
                changes = []
                for _ in range(dice.choice([1, 1, 1, 2, 3])):
                    change, text = random_edit(dice, text, others, encoding)
                    changes.append(change)
                version += 1
                old.change(uri, version, changes)
                tried["edits"] += len(changes)
                if dice.random() < 0.5:
                    edited = settled(old, uri, edited)
            edited = settled(old, uri, edited)
            old.close(uri)
            fresh = start(binary, encoding)
            anew = found_by(fresh, uri, path, text)
            fresh.finish()
            tried["with findings"] += bool(anew)
            tried["findings"] += len(anew)
            tried[f"{encoding} {line_break!r}"] += 1
            if edited != anew:
                problems.append((number, path.name, "long-lived and fresh server differ", text))
            file = Path(place_of_files) / f"{number:05}{path.suffix}"
            file.write_bytes(text)
            expected[file.name] = short(anew, text, encoding)
            if number % 500 == 499:
                print(f"{number + 1} sequences, {len(problems)} differ", flush=True)
        for server in servers.values():
            server.finish()
        problems += compare_with_check(binary, place_of_files, expected)
    for number, name, what, text in problems[:10]:
        print(f"== {number} {name}: {what}\n{text[:2000]!r}")
    print(f"{count} sequences, {dict(tried)}: {len(problems)} differ")
    assert tried["with findings"] > count // 4, "too little was compared"
    return bool(problems)


def compare_with_check(binary, folder, expected):
    run = subprocess.run([binary, "check", "--format", "json", "--level", "hint", "."], cwd=folder,
                         capture_output=True)
    report = json.loads(run.stdout)
    said = {name: [] for name in expected}
    for one in report["findings"]:
        name = Path(one["path"]).name
        said[name].append((one["rule"], one["message"], one["range"]["start"]["offset"],
                           one["range"]["end"]["offset"]))
    problems = []
    for name, diagnostics in expected.items():
        if sorted(said[name]) != diagnostics:
            problems.append((name, name, "server and check differ: "
                             f"{sorted(set(said[name]) ^ set(diagnostics))[:3]}",
                             (Path(folder) / name).read_bytes()))
    return problems


def memory(server):
    status = Path(f"/proc/{server._process.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) // 1024


def edits(binary, folder, count, seed):
    dice = random.Random(seed)
    paths = documents(folder)
    encoding = ENCODINGS[seed % 2]
    server = start(binary, encoding)
    done, number, samples = 0, 0, []
    while done < count:
        number += 1
        path = dice.choice(paths)
        text = path.read_bytes()
        others = [text, dice.choice(paths).read_bytes()]
        uri = f"file:///long/{number}{path.suffix}"
        found_by(server, uri, path, text)
        version = 1
        for _ in range(10):
            for _ in range(50):
                change, text = random_edit(dice, text, others, encoding)
                version += 1
                server.change(uri, version, [change])
                done += 1
            if dice.random() < 0.3:
                at = place(text, cut(dice, text), encoding)
                server.request(dice.choice(["textDocument/hover", "textDocument/completion"]),
                               {"textDocument": {"uri": uri}, "position": at})
            settled(server, uri, [])
        server.close(uri)
        if done * 20 // count > len(samples):
            samples.append(memory(server))
            print(f"{done} edits: {samples[-1]} MB", flush=True)
    server.finish()
    half = samples[len(samples) // 4]
    print(f"after a quarter {half} MB, at the end {samples[-1]} MB")
    return samples[-1] > 1.2 * half + 5


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("what", choices=["differential", "edits"])
    parser.add_argument("binary", type=os.path.abspath)
    parser.add_argument("documents")
    parser.add_argument("--sequences", type=int, default=5500)
    parser.add_argument("--edits", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    if args.what == "differential":
        sys.exit(differential(args.binary, args.documents, args.sequences, args.seed))
    sys.exit(edits(args.binary, args.documents, args.edits, args.seed))


if __name__ == "__main__":
    main()
