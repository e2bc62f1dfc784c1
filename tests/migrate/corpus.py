#!/usr/bin/env python3
"""Migrates every document below a folder to the other major version, and has `diff` prove it.

    corpus.py PROGRAM FOLDER [--back]

Of each document that is not refused it says what `diff` says of the old and the new one: nothing but
changes without a meaning may come. What `check` finds in the new one must be found in the old one too,
apart from what is explained below. With `--back` the new document is migrated once more and compared
with the first one. Ends with 1 if anything is wrong. Nothing is written into the folder.
"""

import collections
import concurrent.futures
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

EXTENSIONS = (".yaml", ".yml", ".json")
# A scheme whose type did not exist in its version is not judged any further; in the other one it is.
EXPLAINED = {"security-scheme-type-since": "-without-tls"}


def main():
    program, source = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    goes_back = "--back" in sys.argv[3:]
    with tempfile.TemporaryDirectory() as scratch:
        # The migrated document stands beside the old one, so that both refer to the same files.
        folder = os.path.join(scratch, "documents")
        shutil.copytree(source, folder)
        files = [file for file in walk(folder) if version(file)]
        work = lambda file: prove(program, file, goes_back)
        with concurrent.futures.ThreadPoolExecutor() as threads:
            results = list(threads.map(work, files))
        report(folder, results)


def walk(folder):
    for here, _, names in sorted(os.walk(folder)):
        yield from (os.path.join(here, name) for name in sorted(names) if name.endswith(EXTENSIONS))


def version(file):
    """The major version that a document says at the start of a line."""
    with open(file, errors="replace") as text:
        found = re.search(r"^\s*[\"']?asyncapi[\"']?\s*:\s*[\"']?([23])\.", text.read(), re.M)
    return found and found[1]


def run(program, *arguments):
    done = subprocess.run([program, *arguments], capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


def migrated(program, file, to):
    """The new file, or the reasons against it."""
    base, extension = os.path.splitext(file)
    new = f"{base}.{to}x{extension}"
    code, _, errors = run(program, "migrate", "--to", to, "--no-config", "--output", new, file)
    if code == 0:
        return new, []
    return None, re.findall(r"^error: (.*)", errors, re.M)


def prove(program, file, goes_back):
    old = version(file)
    result = {"file": file, "from": old, "wrong": []}
    new, reasons = migrated(program, file, "2" if old == "3" else "3")
    if new is None:
        result["refused"] = reasons
        return result
    result["wrong"] += compared(program, file, new)
    result["new"] = new_findings(program, file, new)
    if goes_back:
        again, result["back"] = migrated(program, new, old)
        if again is not None:
            result["wrong"] += [f"back: {line}" for line in compared(program, file, again)]
    return result


def compared(program, old, new):
    code, out, errors = run(program, "diff", "--no-config", "--format", "json", "--fail-on", "never", old, new)
    if code != 0:
        return [f"not compared: {errors.strip()}"]
    changes = json.loads(out)["changes"]
    return [f"{one['kind']}: {one['message']}" for one in changes if one["severity"] != "none"]


def new_findings(program, old, new):
    """How often each rule finds more than before."""
    counts = []
    for file in (old, new):
        _, out, _ = run(program, "check", "--no-config", "--format", "json", file)
        counts.append(collections.Counter(one["rule"] for one in json.loads(out)["findings"]))
    before, after = counts
    excused = [end for rule, end in EXPLAINED.items() if rule in before]
    return {
        # What a scheme has its copies have too.
        rule: "again" if rule in before or any(rule.endswith(end) for end in excused) else "new"
        for rule in after - before
    }


def report(folder, results):
    counts, reasons, findings = (collections.Counter() for _ in range(3))
    wrong = []
    for one in results:
        way = f"{one['from']}.x"
        name = os.path.relpath(one["file"], folder)
        if "refused" in one:
            counts[f"{way}: refused"] += 1
            reasons.update({re.sub("`[^`]*`", "`…`", reason) for reason in one["refused"]})
            continue
        wrong += [f"{name}: {line}" for line in one["wrong"]]
        wrong += [f"{name}: finds {rule}" for rule, how in one["new"].items() if how == "new"]
        findings.update(f"{rule} ({how})" for rule, how in one["new"].items())
        counts[f"{way}: {'wrong' if one['wrong'] else 'migrated, no change of meaning'}"] += 1
        if "back" in one:
            counts[f"{way}: {'not back' if one['back'] else 'back'}"] += 1
            reasons.update({"back: " + re.sub("`[^`]*`", "`…`", reason) for reason in one["back"]})
    for title, lines in (("", counts), ("refused:", reasons), ("found more often:", findings)):
        print(title)
        for line, count in sorted(lines.items(), key=lambda line: (-line[1], line[0])):
            print(f"{count:6}  {line}")
    print(f"\n{len(wrong)} wrong")
    print("\n".join(wrong))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
