#!/usr/bin/env python3
"""Holds what users see: dumps of two binaries, compared byte for byte. See README.md."""

import argparse
import difflib
import fnmatch
import gzip
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter

sys.dont_write_bytecode = True  # it would stand among the sources

import command_line
import offsets
import sessions

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PARTS = {"check": command_line.dump, "offsets": offsets.dump, "sessions": sessions.dump}


def make_documents(folder):
    if not folder.exists():
        command = ["cargo", "run", "--quiet", "--example", "hold_documents", str(folder)]
        subprocess.run(command, cwd=ROOT, check=True)


def dump(binary, folder, documents, quick, parts):
    """Writes one compressed file for each group of items: a line for each, its key and its text."""
    if not pathlib.Path(binary).exists():
        sys.exit(f"{binary} is not there")
    binary = str(pathlib.Path(binary).resolve())
    make_documents(documents)
    corpus = ROOT.parent / "shared/corpus/docs"
    if not corpus.exists():
        print("skipped: real documents, for ../shared/corpus/docs is not there")
        corpus = None
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    for part in parts:
        start, count = time.monotonic(), 0
        for name, items in PARTS[part](binary, documents.resolve(), corpus, quick):
            lines = [json.dumps(item, ensure_ascii=False) for item in items]
            data = "\n".join(lines).encode(errors="surrogatepass")
            (folder / f"{part}-{name}.gz").write_bytes(gzip.compress(data, 1, mtime=0))
            count += len(lines)
        print(f"{part}: {count} items, {time.monotonic() - start:.0f} s", flush=True)


def load(path):
    """Items of a group by key; a key that comes again gets a number."""
    if not path.exists():
        return {}
    items, seen = {}, Counter()
    # Not `splitlines`: that would split at characters inside of texts too.
    for line in gzip.decompress(path.read_bytes()).decode(errors="surrogatepass").split("\n"):
        key, text = json.loads(line) if line else ("(empty)", "")
        seen[key] += 1
        items[key if seen[key] == 1 else f"{key} #{seen[key]}"] = text
    return items


def readable(text, order=False):
    """Lines to compare: a message of the protocol becomes many."""
    lines = []
    for line in text.split("\n"):
        mark, body = (line[:2], line[2:]) if line[:2] in ("> ", "< ") else ("", line)
        try:
            value = json.loads(body) if body.startswith("{") else None
        except ValueError:
            value = None
        if value is None:
            lines.append(line)
        else:
            shown = json.dumps(value, indent=1, ensure_ascii=False, sort_keys=order)
            lines += [mark + one for one in shown.split("\n")]
    return lines


def difference(old, new):
    """Kind and lines of the difference of two texts; `None` stands for what is not there."""
    if old is None or new is None:
        return ("appeared" if old is None else "gone"), [("+" if old is None else "-") + line
                                                         for line in readable(old or new or "")]
    lines = list(difflib.unified_diff(readable(old, True), readable(new, True), n=2, lineterm=""))
    if lines:
        return "changed", lines[2:]
    lines = list(difflib.unified_diff(old.split("\n"), new.split("\n"), n=0, lineterm=""))
    return "order of keys", lines[2:]


def accepted_by(rules, item, lines):
    """The number of the first accepted difference that this is, or None."""
    changed = [line[1:] for line in lines if line[:1] in "+-"]
    for number, (pattern, line, _) in enumerate(rules):
        if fnmatch.fnmatchcase(item, pattern) and all(re.search(line, one) for one in changed):
            return number
    return None


def read_accepted(path):
    rules = []
    for line in path.read_text().splitlines() if path.exists() else []:
        if line.strip() and not line.startswith("#"):
            rules.append(tuple(part.strip() for part in line.split(" | ")))
    wrong = [rule for rule in rules if len(rule) != 3 or not rule[2]]
    if wrong:
        sys.exit(f"{path}: not `item | changed lines | reason`: {wrong[0]}")
    return rules


def compare(old, new, limit, accepted, parts=tuple(PARTS)):
    """Prints what differs; returns the exit code."""
    rules, used = read_accepted(accepted), Counter()
    names = sorted({path.name for folder in (old, new) for part in parts for path in folder.glob(f"{part}-*.gz")})
    counts, groups, items = Counter(), Counter(), 0
    for name in names:
        old_path, new_path = old / name, new / name
        before, after = load(old_path), load(new_path)
        items += len(before)
        group = name.removesuffix(".gz")
        differing = [key for key in {**before, **after} if before.get(key) != after.get(key)]
        if not differing and list(before) != list(after):
            differing, before, after = ["(order)"], {"(order)": "\n".join(before)}, {"(order)": "\n".join(after)}
        for key in differing:
            kind, lines = difference(before.get(key), after.get(key))
            item = f"{kind}: {group}: {key}"
            rule = accepted_by(rules, item, lines)
            if rule is not None:
                used[rule] += 1
                continue
            counts[kind] += 1
            groups[group] += 1
            if sum(counts.values()) <= limit:
                print(f"=== {item}")
                print("\n".join(line[:200] for line in lines[:30]))
                if len(lines) > 30:
                    print(f"... {len(lines) - 30} more lines")
    for number, (pattern, line, reason) in enumerate(rules):
        print(f"accepted {used[number]} times: {pattern} | {line} | {reason}")
    for group, count in groups.most_common():
        print(f"{count:7} differ in {group}")
    words = ", ".join(f"{count} {kind}" for kind, count in counts.items())
    print(f"{items} items in {len(names)} groups: {words or 'no difference'}")
    return 1 if counts or not items else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, places in (("dump", ["binary", "folder"]), ("compare", ["old", "new"]), ("check", ["old", "new"])):
        command = commands.add_parser(name)
        for place in places:
            command.add_argument(place, type=pathlib.Path)
        if name != "compare":
            command.description = "A dump may stand in the place of a binary." if name == "check" else None
            command.add_argument("--documents", type=pathlib.Path, default=ROOT / "target/hold/documents")
            command.add_argument("--quick", action="store_true", help="a part of it, in under a minute")
            command.add_argument("--part", action="append", choices=PARTS, help="this part only")
        if name != "dump":
            command.add_argument("--limit", type=int, default=20, help="how many differences are shown")
            command.add_argument("--accepted", type=pathlib.Path, default=HERE / "accepted.txt")
    options = parser.parse_args()
    if options.command == "compare":
        sys.exit(compare(options.old, options.new, options.limit, options.accepted))
    parts = options.part or list(PARTS)
    if options.command == "dump":
        return dump(options.binary, options.folder, options.documents, options.quick, parts)
    (ROOT / "target/hold").mkdir(parents=True, exist_ok=True)
    place = pathlib.Path(tempfile.mkdtemp(prefix="check-", dir=ROOT / "target/hold"))
    folders = []
    for name, source in (("old", options.old), ("new", options.new)):
        folders.append(source if source.is_dir() else place / name)
        if not source.is_dir():
            dump(source, place / name, options.documents, options.quick, parts)
    code = compare(*folders, options.limit, options.accepted, parts)
    if code == 0:
        shutil.rmtree(place)
    else:
        print(f"the dumps stay in {place}")
    sys.exit(code)


if __name__ == "__main__":
    main()
