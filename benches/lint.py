#!/usr/bin/env python3
"""Time and memory of `check` on many documents, beside other linters in one run.

    npm install --prefix /tmp/lint @stoplight/spectral-cli @redocly/cli
    benches/lint.py --binary target/release/asyncapi-security-lsp --npm /tmp/lint

Documents are written to a temporary folder. `read` is `cat` of the same bytes: nobody can be faster
than that. Times are the best of --rounds, memory is the greatest of the process and its children.
"""

import argparse
import os
import pathlib
import subprocess
import tempfile
import time

HEAD = """asyncapi: 3.0.0
info:
  title: Service {number}
  version: 1.0.0
  description: Orders of shop {number}
servers:
  production:
    host: broker{number}.acme.io:8883
    protocol: mqtts
    description: The broker of shop {number}
    security:
      - $ref: '#/components/securitySchemes/oauth'
channels:
"""
CHANNEL = """  channel{at}:
    address: shop/{at}/events
    messages:
      event:
        payload:
          type: object
          properties:
            id: {{type: string, description: identifier of the event number {at}}}
            at: {{type: string, format: date-time}}
"""
OPERATION = """  receive{at}:
    action: receive
    channel: {{$ref: '#/channels/channel{at}'}}
"""
TAIL = """components:
  securitySchemes:
    oauth:
      type: oauth2
      description: Tokens of the company
      flows:
        clientCredentials:
          tokenUrl: https://id.acme.io/token
          availableScopes:
            orders:read: read orders
            orders:write: write orders
"""


def document(number, size):
    head, channels, operations, at = HEAD.format(number=number), "", "operations:\n", 0
    while len(head) + len(channels) + len(operations) + len(TAIL) < size:
        channels += CHANNEL.format(at=at)
        operations += OPERATION.format(at=at)
        at += 1
    return head + channels + operations + TAIL


def write(folder, count, folders, size):
    for number in range(count):
        below = folder / f"f{number % folders}"
        below.mkdir(parents=True, exist_ok=True)
        (below / f"d{number}.yaml").write_text(document(number, size))


def measure(command, rounds, cwd):
    """Seconds, processor seconds and MB."""
    best = None
    for _ in range(rounds):
        start = time.perf_counter()
        with open(os.devnull, "w") as nothing:
            child = subprocess.Popen(command, cwd=cwd, stdout=nothing, stderr=subprocess.PIPE)
            words = child.stderr.read()
            _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode not in (0, 1):
            raise SystemExit(f"{command[0]}: {child.returncode}: {words[-500:].decode(errors='replace')}")
        found = (seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)
        best = found if best is None or found < best else best
    return best


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--npm", help="where spectral and redocly are installed")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--documents", type=int, default=1000)
    parser.add_argument("--folders", type=int, default=50)
    parser.add_argument("--size", type=int, default=20_000)
    options = parser.parse_args()
    binary = os.path.abspath(options.binary)
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        docs = folder / "docs"
        write(docs, options.documents, options.folders, options.size)
        total = sum(path.stat().st_size for path in docs.rglob("*.yaml"))
        print(f"{options.documents} documents in {options.folders} folders, {total / 1e6:.1f} MB")
        runs = [
            ("read", ["sh", "-c", "find docs -name '*.yaml' -exec cat {} +"], options.rounds),
            ("check", [binary, "check", "docs"], options.rounds),
            ("check --level hint", [binary, "check", "--level", "hint", "docs"], options.rounds),
            ("check, sarif", [binary, "check", "--level", "hint", "--format", "sarif", "docs"], options.rounds),
        ]
        if options.npm:
            tools = pathlib.Path(options.npm).resolve() / "node_modules/.bin"
            (folder / ".spectral.yaml").write_text("extends: ['spectral:asyncapi']\n")
            (folder / "redocly.yaml").write_text("extends: [recommended]\n")
            runs.append(("spectral lint", [tools / "spectral", "lint", "--quiet", "--fail-on-unmatched-globs", "docs/**/*.yaml"], 1))
            runs.append(("redocly lint", [tools / "redocly", "lint", "--max-problems", "1", "docs/**/*.yaml"], 1))
        first = None
        for name, command, rounds in runs:
            seconds, processor, memory = measure([str(part) for part in command], rounds, folder)
            first = first or seconds
            print(f"{name:20} {seconds:8.2f} s  {processor:8.2f} s of processors  {memory:8.0f} MB  {seconds / first:6.1f} x")


if __name__ == "__main__":
    main()
